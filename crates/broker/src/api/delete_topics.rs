//! DeleteTopics (key 20), v1 to v6: by name, or by id from v6 on.

use std::sync::Arc;

use kampa_protocol::messages::delete_topics::{DeletableTopicResult, DeleteTopicsRequest, DeleteTopicsResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on what is over a quota is refused; before, it is done and the client made to wait (KIP-599).
const STRICT_SINCE: i16 = 5;

pub fn handle(broker: &Arc<Broker>, request: DeleteTopicsRequest, context: &Context) -> Answer<DeleteTopicsResponse> {
    let (controller, version) = (broker.controller.clone(), context.version);
    let mutation = broker.quotas.mutation(context.client_id.as_ref(), context.version >= STRICT_SINCE);
    Answer::later(async move {
        let asked = request.clone();
        let permitted = mutation.clone();
        let permit = move |partitions| permitted.permits(partitions);
        let decided = controller.decide(move |mind, _| mind.delete_topics(&asked, version, &permit)).await;
        let mut response = decided.unwrap_or_else(|error| {
            let by_name = request.topic_names.into_iter().map(|name| (Some(name), Default::default()));
            let by_id = request.topics.into_iter().map(|topic| (topic.name, topic.topic_id));
            let failed =
                |(name, topic_id)| DeletableTopicResult { name, topic_id, error_code: error.0, ..Default::default() };
            DeleteTopicsResponse { responses: by_name.chain(by_id).map(failed).collect(), ..Default::default() }
        });
        response.throttle_time_ms = mutation.throttle_ms();
        response
    })
}
