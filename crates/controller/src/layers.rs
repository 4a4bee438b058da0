//! The layers of settings as the image has them, for whoever resolves or describes them.

use kampa_configs::{BrokerConfig, Given, Layers};
use kampa_metadata::{MetadataImage, Settings};

/// A node's layers of settings, handed to `with`.
pub fn with_layers<T>(image: &MetadataImage, given: &Given, node_id: i32, with: impl FnOnce(&Layers<'_>) -> T) -> T {
    let (cluster, broker) = (image.configs.of_all_brokers(), image.configs.of_broker(node_id));
    with(&Layers {
        given,
        cluster: &|key| text_of(cluster, key),
        broker: &|key| text_of(broker, key),
        brokers_count: image.brokers.size(),
    })
}

/// One setting's text among those of a resource.
pub fn text_of(settings: Option<&Settings>, key: &str) -> Option<String> {
    Some(settings?.get(key)?.to_string())
}

/// What a node obeys: what it was given, with the dynamic settings over it. `None` if they do not go together, which no change
/// that was decided here leads to.
pub fn broker_config(image: &MetadataImage, given: &Given, node_id: i32) -> Option<BrokerConfig> {
    with_layers(image, given, node_id, |layers| BrokerConfig::resolve_layers(layers).config)
}
