//! CreateTopics (key 19), v2 to v7: new topics, each with its own answer.

use std::sync::Arc;

use kampa_protocol::messages::create_topics::{CreatableTopicResult, CreateTopicsRequest, CreateTopicsResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: CreateTopicsRequest, _: &Context) -> Answer<CreateTopicsResponse> {
    let controller = broker.controller.clone();
    let seed = broker.world.seed();
    Answer::later(async move {
        let names: Vec<_> = request.topics.iter().map(|topic| topic.name.clone()).collect();
        let decided = controller.decide(move |mind, _| mind.create_topics(&request, seed)).await;
        decided.unwrap_or_else(|error| {
            let failed = |name| CreatableTopicResult { name, error_code: error.0, ..Default::default() };
            CreateTopicsResponse { topics: names.into_iter().map(failed).collect(), ..Default::default() }
        })
    })
}

#[cfg(test)]
mod tests;
