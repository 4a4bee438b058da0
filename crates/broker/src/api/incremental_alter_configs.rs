//! IncrementalAlterConfigs (key 44), v0 and v1: single settings of resources, and the levels of this node's loggers (KIP-412).

use std::sync::Arc;

use kampa_controller::{Alteration, SettingAlteration};
use kampa_metadata::ResourceKind;
use kampa_protocol::messages::incremental_alter_configs::{
    AlterConfigsResource, AlterConfigsResourceResponse, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
};

use crate::alter::alter;
use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: IncrementalAlterConfigsRequest,
    _: &Context,
) -> Answer<IncrementalAlterConfigsResponse> {
    let broker = broker.clone();
    Answer::later(async move {
        let alterations: Vec<Alteration> = request.resources.iter().map(alteration).collect();
        let results = alter(&broker, alterations, request.validate_only).await;
        let responses = request.resources.into_iter().zip(results).map(|(resource, result)| {
            let (error_code, error_message) = result.err().map_or((0, None), |it| (it.code.0, it.message));
            AlterConfigsResourceResponse {
                error_code,
                error_message,
                resource_type: resource.resource_type,
                resource_name: resource.resource_name,
                ..Default::default()
            }
        });
        IncrementalAlterConfigsResponse { responses: responses.collect(), ..Default::default() }
    })
}

fn alteration(resource: &AlterConfigsResource) -> Alteration {
    let settings = resource.configs.iter().map(|it| SettingAlteration {
        name: it.name.clone(),
        operation: it.config_operation,
        value: it.value.clone(),
    });
    Alteration {
        kind: ResourceKind(resource.resource_type),
        name: resource.resource_name.clone(),
        settings: settings.collect(),
        replaces_all: false,
    }
}

#[cfg(test)]
mod tests;
