//! ElectLeaders (key 43), v0 to v2: preferred leaders lead again, or anybody does (KIP-183, KIP-460).

use std::sync::Arc;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::elect_leaders::{ElectLeadersRequest, ElectLeadersResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: ElectLeadersRequest, context: &Context) -> Answer<ElectLeadersResponse> {
    let (controller, version) = (broker.controller.clone(), context.version);
    Answer::later(async move {
        let decided = controller.decide(move |mind, _| mind.elect_leaders(&request, version)).await;
        decided.unwrap_or_else(|error| {
            // The first version has no error for the whole.
            let error_code = if version >= 1 { error } else { ErrorCode::NONE }.0;
            ElectLeadersResponse { error_code, ..Default::default() }
        })
    })
}

#[cfg(test)]
mod tests;
