//! AlterConfigs (key 33), v0 to v2: all settings that resources shall have; what is not named is taken away.

use std::sync::Arc;

use kampa_controller::{Alteration, SET, SettingAlteration};
use kampa_metadata::ResourceKind;
use kampa_protocol::messages::alter_configs::{
    AlterConfigsRequest, AlterConfigsResource, AlterConfigsResourceResponse, AlterConfigsResponse,
};

use crate::alter::alter;
use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: AlterConfigsRequest, _: &Context) -> Answer<AlterConfigsResponse> {
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
        AlterConfigsResponse { responses: responses.collect(), ..Default::default() }
    })
}

fn alteration(resource: &AlterConfigsResource) -> Alteration {
    let set = resource.configs.iter();
    Alteration {
        kind: ResourceKind(resource.resource_type),
        name: resource.resource_name.clone(),
        settings: set
            .map(|it| SettingAlteration { name: it.name.clone(), operation: SET, value: it.value.clone() })
            .collect(),
        replaces_all: true,
    }
}

#[cfg(test)]
mod tests;
