//! CreatePartitions (key 37), v0 to v3: more partitions for topics that exist.

use std::sync::Arc;

use kampa_protocol::messages::create_partitions::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreatePartitionsTopicResult,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on what is over a quota is refused; before, it is done and the client made to wait (KIP-599).
const STRICT_SINCE: i16 = 3;

pub fn handle(
    broker: &Arc<Broker>,
    request: CreatePartitionsRequest,
    context: &Context,
) -> Answer<CreatePartitionsResponse> {
    let controller = broker.controller.clone();
    let seed = broker.world.seed();
    let mutation = broker.quotas.mutation(context.client_id.as_ref(), context.version >= STRICT_SINCE);
    Answer::later(async move {
        let names: Vec<_> = request.topics.iter().map(|topic| topic.name.clone()).collect();
        let permitted = mutation.clone();
        let permit = move |partitions| permitted.permits(partitions);
        let decided = controller.decide(move |mind, _| mind.create_partitions(&request, seed, &permit)).await;
        let mut response = decided.unwrap_or_else(|error| {
            let failed = |name| CreatePartitionsTopicResult { name, error_code: error.0, ..Default::default() };
            CreatePartitionsResponse { results: names.into_iter().map(failed).collect(), ..Default::default() }
        });
        response.throttle_time_ms = mutation.throttle_ms();
        response
    })
}
