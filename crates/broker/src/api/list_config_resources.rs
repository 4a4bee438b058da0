//! ListConfigResources (key 74), v0 and v1: what there is to be configured (KIP-1142). v0 lists subscriptions to client metrics.

use std::sync::Arc;

use kampa_metadata::{MetadataImage, ResourceKind};
use kampa_protocol::messages::list_config_resources::{
    ConfigResource, ListConfigResourcesRequest, ListConfigResourcesResponse,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: ListConfigResourcesRequest,
    context: &Context,
) -> Answer<ListConfigResourcesResponse> {
    let asked: Vec<ResourceKind> = match context.version {
        0 => vec![ResourceKind::CLIENT_METRICS],
        _ if request.resource_types.is_empty() => KINDS.to_vec(),
        _ => request.resource_types.into_iter().map(ResourceKind).collect(),
    };
    if asked.iter().any(|kind| !KINDS.contains(kind)) {
        let error_code = ErrorCode::UNSUPPORTED_VERSION.0;
        return Answer::Now(ListConfigResourcesResponse { error_code, ..Default::default() });
    }
    let image = broker.image();
    // In our order, each once, however often it is asked for.
    let kinds = KINDS.iter().filter(|kind| asked.contains(kind));
    let config_resources = kinds.flat_map(|kind| {
        let resource = |resource_name| ConfigResource { resource_name, resource_type: kind.0, ..Default::default() };
        names(&image, *kind).into_iter().map(resource).collect::<Vec<_>>()
    });
    Answer::Now(ListConfigResourcesResponse { config_resources: config_resources.collect(), ..Default::default() })
}

/// Groups and subscriptions are those that have settings.
fn names(image: &MetadataImage, kind: ResourceKind) -> Vec<Text> {
    match kind {
        ResourceKind::TOPIC => image.topics.iter().map(|topic| topic.name.clone()).collect(),
        ResourceKind::BROKER | ResourceKind::BROKER_LOGGER => {
            image.brokers.keys().map(|id| Text::from(id.to_string())).collect()
        }
        kind => image.configs.resources(kind).map(|(name, _)| name.clone()).collect(),
    }
}

const KINDS: [ResourceKind; 5] = [
    ResourceKind::GROUP,
    ResourceKind::CLIENT_METRICS,
    ResourceKind::BROKER_LOGGER,
    ResourceKind::BROKER,
    ResourceKind::TOPIC,
];

#[cfg(test)]
mod tests;
