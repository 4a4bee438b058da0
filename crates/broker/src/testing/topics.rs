//! Commands about topics and the cluster: create, delete, partitions, metadata, api-versions, describe-cluster.

use kampa_protocol::messages::api_versions::ApiVersionsRequest;
use kampa_protocol::messages::create_partitions::{CreatePartitionsRequest, CreatePartitionsTopic};
use kampa_protocol::messages::create_topics::{CreatableTopic, CreatableTopicConfig, CreateTopicsRequest};
use kampa_protocol::messages::delete_topics::{DeleteTopicState, DeleteTopicsRequest};
use kampa_protocol::messages::describe_cluster::DescribeClusterRequest;
use kampa_protocol::messages::metadata::{MetadataRequest, MetadataRequestTopic};
use kampa_protocol::{ApiKey, Text, Uuid};

use super::quotas::throttled;
use super::script::{Asked, Line, Names, error, error_with};

/// `create orders 3 max.message.bytes=1000`: the id is remembered under the name. Fields: replicas, settings.
pub(super) fn create(line: &Line) -> Asked {
    let config = |(key, value): (&str, &str)| CreatableTopicConfig {
        name: key.into(),
        value: Some(value.into()),
        ..Default::default()
    };
    let topic = CreatableTopic {
        name: line.words[0].into(),
        num_partitions: line.words.get(1).map_or(1, |count| count.parse().expect("a count")),
        replication_factor: line.number("replicas", 1),
        configs: line.settings().map(config).collect(),
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], timeout_ms: 30_000, ..Default::default() };
    Asked::new(line, &request, |response, names| {
        let told = response.topics.iter().map(|topic| {
            if topic.error_code == 0 {
                names.topics.insert(topic.name.to_string(), topic.topic_id);
            }
            error_with(topic.error_code, topic.error_message.as_ref())
        });
        told.collect::<Vec<_>>().join(", ") + &throttled(response.throttle_time_ms)
    })
}

/// `delete orders`, by name.
pub(super) fn delete(line: &Line) -> Asked {
    let names: Vec<Text> = line.words.iter().map(|name| Text::from(*name)).collect();
    let mut request = DeleteTopicsRequest { timeout_ms: 30_000, ..Default::default() };
    if line.version.is_none_or(|version| version >= 6) {
        let named = |name| DeleteTopicState { name: Some(name), ..Default::default() };
        request.topics = names.into_iter().map(named).collect();
    } else {
        request.topic_names = names;
    }
    deleted(line, &request)
}

/// `delete-id orders`, by the id remembered.
pub(super) fn delete_id(line: &Line, names: &Names) -> Asked {
    let topic_id = names.topic_id(line.words[0]);
    let topics = vec![DeleteTopicState { name: None, topic_id, ..Default::default() }];
    deleted(line, &DeleteTopicsRequest { topics, timeout_ms: 30_000, ..Default::default() })
}

fn deleted(line: &Line, request: &DeleteTopicsRequest) -> Asked {
    Asked::new(line, request, |response, _| {
        let told = response.responses.iter().map(|topic| error_with(topic.error_code, topic.error_message.as_ref()));
        told.collect::<Vec<_>>().join(", ") + &throttled(response.throttle_time_ms)
    })
}

/// `partitions orders 5`.
pub(super) fn create_partitions(line: &Line) -> Asked {
    let count = line.words[1].parse().expect("a count");
    let topic = CreatePartitionsTopic { name: line.words[0].into(), count, assignments: None, ..Default::default() };
    let request = CreatePartitionsRequest { topics: vec![topic], timeout_ms: 30_000, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let told = response.results.iter().map(|topic| error_with(topic.error_code, topic.error_message.as_ref()));
        told.collect::<Vec<_>>().join(", ") + &throttled(response.throttle_time_ms)
    })
}

/// `metadata orders`, `metadata all`, `metadata none`, `metadata id:orders`. Field: create=no.
pub(super) fn metadata(line: &Line, names: &Names) -> Asked {
    let topic = |word: &&str| match word.strip_prefix("id:") {
        Some(name) => MetadataRequestTopic { topic_id: names.topic_id(name), ..Default::default() },
        None => MetadataRequestTopic { name: Some(Text::from(*word)), ..Default::default() },
    };
    let topics = match line.words[..] {
        ["all"] => None,
        ["none"] => Some(Vec::new()),
        _ => Some(line.words.iter().map(topic).collect()),
    };
    let request =
        MetadataRequest { topics, allow_auto_topic_creation: line.field("create") != Some("no"), ..Default::default() };
    Asked::new(line, &request, |response, names| {
        let told = response.topics.iter().map(|topic| {
            let id = topic.topic_id;
            let name = topic.name.as_ref().map_or_else(|| "(null)".to_owned(), |name| names.topic(name, Uuid::ZERO));
            if topic.error_code != 0 {
                return format!("{name} {}", error(topic.error_code));
            }
            if !id.is_zero() {
                names.topics.insert(name.clone(), id);
            }
            let internal = if topic.is_internal { " internal" } else { "" };
            let led = topic.partitions.iter().filter(|partition| partition.leader_id >= 0).count();
            format!("{name}{internal} {} partitions, {led} led", topic.partitions.len())
        });
        let told: Vec<_> = told.collect();
        let at = |broker: &kampa_protocol::messages::metadata::MetadataResponseBroker| {
            format!("broker {} at {}:{}", broker.node_id, broker.host, broker.port)
        };
        let brokers: Vec<_> = response.brokers.iter().map(at).collect();
        format!("{}; {}", brokers.join(", "), if told.is_empty() { "no topics".to_owned() } else { told.join(", ") })
    })
}

/// `api-versions v3`. Fields: name, software-version, api=Produce to see one.
pub(super) fn api_versions(line: &Line) -> Asked {
    let mut request = ApiVersionsRequest::default();
    if line.version.is_none_or(|version| version >= 3) {
        request.client_software_name = line.field("name").unwrap_or("script").into();
        request.client_software_version = line.field("software-version").unwrap_or("1.0").into();
    }
    let api = line.field("api").map(str::to_owned);
    Asked::new(line, &request, move |response, _| {
        let wanted =
            |key: i16| api.as_ref().is_none_or(|api| ApiKey::try_from(key).is_ok_and(|key| key.name() == *api));
        let one = |key: i16, versions: (i16, i16)| {
            let name = ApiKey::try_from(key).map_or("?", ApiKey::name);
            format!("{name} v{}-v{}", versions.0, versions.1)
        };
        let listed: Vec<_> = response
            .api_keys
            .iter()
            .filter(|api| wanted(api.api_key))
            .map(|api| one(api.api_key, (api.min_version, api.max_version)))
            .collect();
        format!("{}; {}", error(response.error_code), listed.join(", "))
    })
}

/// `describe-cluster`. Field: endpoint=controllers.
pub(super) fn describe_cluster(line: &Line) -> Asked {
    let endpoint_type = if line.field("endpoint") == Some("controllers") { 2 } else { 1 };
    let request = DescribeClusterRequest { endpoint_type, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let nodes: Vec<_> =
            response.brokers.iter().map(|node| format!("{} at {}", node.broker_id, node.host)).collect();
        let what = error_with(response.error_code, response.error_message.as_ref());
        format!("{what}; controller {}; {}", response.controller_id, nodes.join(", "))
    })
}
