//! CreatePartitions (key 37), v0 to v3: more partitions for topics that exist.

use std::sync::Arc;

use kampa_protocol::messages::create_partitions::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreatePartitionsTopicResult,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: CreatePartitionsRequest, _: &Context) -> Answer<CreatePartitionsResponse> {
    let controller = broker.controller.clone();
    let seed = broker.world.seed();
    Answer::later(async move {
        let names: Vec<_> = request.topics.iter().map(|topic| topic.name.clone()).collect();
        let decided = controller.decide(move |mind, _| mind.create_partitions(&request, seed)).await;
        decided.unwrap_or_else(|error| {
            let failed = |name| CreatePartitionsTopicResult { name, error_code: error.0, ..Default::default() };
            CreatePartitionsResponse { results: names.into_iter().map(failed).collect(), ..Default::default() }
        })
    })
}
