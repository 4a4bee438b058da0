//! DescribeConfigs (key 32), v1 to v4: every setting of a topic, a broker, a group or a subscription to
//! client metrics, and where its value comes from; the levels of this node's loggers.

use std::sync::Arc;

use kampa_configs::{
    Described, describe_broker, describe_client_metrics, describe_cluster, describe_group, describe_loggers,
    describe_topic,
};
use kampa_controller::{text_of, with_layers};
use kampa_metadata::{MetadataImage, ResourceKind};
use kampa_protocol::messages::describe_configs::{
    DescribeConfigsRequest, DescribeConfigsResource, DescribeConfigsResourceResult, DescribeConfigsResponse,
    DescribeConfigsResult, DescribeConfigsSynonym,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::topics;

pub fn handle(broker: &Arc<Broker>, request: DescribeConfigsRequest, _: &Context) -> Answer<DescribeConfigsResponse> {
    let image = broker.image();
    let shown = Shown { synonyms: request.include_synonyms, documentation: request.include_documentation };
    let results = request.resources.into_iter().map(|resource| describe(broker, &image, resource, shown)).collect();
    Answer::Now(DescribeConfigsResponse { results, ..Default::default() })
}

/// What a request wants to see beside names and values.
#[derive(Clone, Copy)]
struct Shown {
    synonyms: bool,
    documentation: bool,
}

fn describe(
    broker: &Broker,
    image: &MetadataImage,
    resource: DescribeConfigsResource,
    shown: Shown,
) -> DescribeConfigsResult {
    let found = settings_of(broker, image, ResourceKind(resource.resource_type), &resource.resource_name);
    let answer = DescribeConfigsResult {
        resource_type: resource.resource_type,
        resource_name: resource.resource_name,
        ..Default::default()
    };
    match found {
        Ok(settings) => {
            let wanted = |described: &Described| match &resource.configuration_keys {
                // An empty list means all of them, too, as in Kafka.
                Some(keys) if !keys.is_empty() => keys.iter().any(|key| **key == *described.name),
                _ => true,
            };
            let configs = settings.into_iter().filter(wanted).map(|described| told(described, shown)).collect();
            DescribeConfigsResult { configs, error_message: Some(Text::default()), ..answer }
        }
        Err((error, message)) => {
            DescribeConfigsResult { error_code: error.0, error_message: Some(message.into()), ..answer }
        }
    }
}

fn settings_of(
    broker: &Broker,
    image: &MetadataImage,
    kind: ResourceKind,
    name: &Text,
) -> Result<Vec<Described>, Refused> {
    let own = |kind, name: &Text| {
        let settings = image.configs.of(kind, name);
        move |key: &str| text_of(settings, key)
    };
    let id = broker.node_id();
    with_layers(image, &broker.given, id, |layers| match kind {
        ResourceKind::TOPIC => {
            if let Err(error) = topics::check_name(name) {
                return Err((ErrorCode::INVALID_TOPIC_EXCEPTION, format!("Topic name is invalid: {error}")));
            }
            if image.topics.named(name).is_none() {
                return Err((ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, String::new()));
            }
            Ok(describe_topic(layers, &own(kind, name)))
        }
        ResourceKind::BROKER if name.is_empty() => Ok(describe_cluster(layers.cluster)),
        ResourceKind::BROKER if broker_id(name)? == id => Ok(describe_broker(layers)),
        ResourceKind::BROKER => {
            Err(invalid(format!("Unexpected broker id, expected {id} or empty string, but received {name}")))
        }
        ResourceKind::BROKER_LOGGER if name.is_empty() => Err(invalid("Broker id must not be empty".to_owned())),
        ResourceKind::BROKER_LOGGER if broker_id(name)? == id => Ok(describe_loggers(broker.loggers.all())),
        ResourceKind::BROKER_LOGGER => Err(invalid(format!("Unexpected broker id, expected {id} but received {name}"))),
        ResourceKind::GROUP if name.is_empty() => Err(invalid("Group name must not be empty".to_owned())),
        ResourceKind::GROUP => Ok(describe_group(layers, &own(kind, name))),
        ResourceKind::CLIENT_METRICS if name.is_empty() => {
            Err(invalid("Client metrics subscription name must not be empty".to_owned()))
        }
        ResourceKind::CLIENT_METRICS => Ok(describe_client_metrics(&own(kind, name))),
        ResourceKind(unknown) => Err(invalid(format!("Unsupported resource type: {unknown}"))),
    })
}

type Refused = (ErrorCode, String);

fn invalid(sentence: String) -> Refused {
    (ErrorCode::INVALID_REQUEST, sentence)
}

fn broker_id(name: &Text) -> Result<i32, Refused> {
    name.parse().map_err(|_| invalid(format!("Broker id must be an integer, but it is: {name}")))
}

fn told(described: Described, shown: Shown) -> DescribeConfigsResourceResult {
    let synonym = |synonym: kampa_configs::Synonym| DescribeConfigsSynonym {
        name: synonym.name.into(),
        value: synonym.value.map(Text::from),
        source: synonym.source as i8,
        ..Default::default()
    };
    DescribeConfigsResourceResult {
        name: described.name.into(),
        value: described.value.map(Text::from),
        read_only: described.is_read_only,
        config_source: described.source as i8,
        is_sensitive: described.is_sensitive,
        synonyms: if shown.synonyms { described.synonyms.into_iter().map(synonym).collect() } else { Vec::new() },
        config_type: described.kind.map_or(0, |kind| kind.wire()),
        documentation: shown.documentation.then(|| Text::from_static(described.documentation)),
        ..Default::default()
    }
}
