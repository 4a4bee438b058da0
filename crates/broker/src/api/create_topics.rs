//! CreateTopics (key 19), v2 to v7: new topics, each with its own answer.

use std::sync::Arc;

use kampa_protocol::messages::create_topics::{CreatableTopicResult, CreateTopicsRequest, CreateTopicsResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on what is over a quota is refused; before, it is done and the client made to wait (KIP-599).
const STRICT_SINCE: i16 = 6;

pub fn handle(broker: &Arc<Broker>, request: CreateTopicsRequest, context: &Context) -> Answer<CreateTopicsResponse> {
    let controller = broker.controller.clone();
    let seed = broker.world.seed();
    let mutation = broker.quotas.mutation(context.client_id.as_ref(), context.version >= STRICT_SINCE);
    Answer::later(async move {
        let names: Vec<_> = request.topics.iter().map(|topic| topic.name.clone()).collect();
        let permitted = mutation.clone();
        let permit = move |partitions| permitted.permits(partitions);
        let decided = controller.decide(move |mind, _| mind.create_topics(&request, seed, &permit)).await;
        let mut response = decided.unwrap_or_else(|error| {
            let failed = |name| CreatableTopicResult { name, error_code: error.0, ..Default::default() };
            CreateTopicsResponse { topics: names.into_iter().map(failed).collect(), ..Default::default() }
        });
        response.throttle_time_ms = mutation.throttle_ms();
        response
    })
}

#[cfg(test)]
mod tests;
