//! UpdateFeatures (key 57), v0 to v2: levels of features go up or down, all of them or none (KIP-584, KIP-778).

use std::sync::Arc;

use kampa_protocol::messages::update_features::{UpdateFeaturesRequest, UpdateFeaturesResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: UpdateFeaturesRequest,
    context: &Context,
) -> Answer<UpdateFeaturesResponse> {
    let (controller, version, kraft_version) =
        (broker.controller.clone(), context.version, broker.quorum.kraft_version);
    Answer::later(async move {
        let decided = controller.decide(move |mind, _| mind.update_features(&request, version, kraft_version)).await;
        decided.unwrap_or_else(|error| UpdateFeaturesResponse {
            error_code: error.0,
            error_message: None,
            ..Default::default()
        })
    })
}

#[cfg(test)]
mod tests;
