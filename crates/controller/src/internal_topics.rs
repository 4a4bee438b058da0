//! The cluster's own topics, as data, and what a topic looks like that is made because somebody used it.

use kampa_configs::{Given, OWN_DEFAULTS, Scope, table};
use kampa_protocol::Text;
use kampa_protocol::messages::create_topics::{CreatableTopic, CreatableTopicConfig};

/// One of the cluster's own topics.
#[derive(Clone, Copy, Debug)]
pub struct InternalTopic {
    /// Its name.
    pub name: &'static str,
    /// The broker setting that says how many partitions it has.
    pub partitions: &'static str,
    /// The broker setting that says how many replicas each has.
    pub replicas: &'static str,
    /// Its own settings.
    pub settings: &'static [(&'static str, InternalValue)],
}

/// The value of a setting of one of the cluster's own topics.
#[derive(Clone, Copy, Debug)]
pub enum InternalValue {
    /// This.
    Is(&'static str),
    /// That of a broker setting.
    Of(&'static str),
}

use InternalValue::{Is, Of};

/// All of them.
pub static INTERNAL_TOPICS: [InternalTopic; 3] = [
    InternalTopic {
        name: "__consumer_offsets",
        partitions: "offsets.topic.num.partitions",
        replicas: "offsets.topic.replication.factor",
        settings: &[
            ("cleanup.policy", Is("compact")),
            ("compression.type", Is("producer")),
            ("segment.bytes", Of("offsets.topic.segment.bytes")),
        ],
    },
    InternalTopic {
        name: "__transaction_state",
        partitions: "transaction.state.log.num.partitions",
        replicas: "transaction.state.log.replication.factor",
        settings: &[
            ("cleanup.policy", Is("compact")),
            ("compression.type", Is("uncompressed")),
            ("min.insync.replicas", Of("transaction.state.log.min.isr")),
            ("segment.bytes", Of("transaction.state.log.segment.bytes")),
            ("unclean.leader.election.enable", Is("false")),
        ],
    },
    InternalTopic {
        name: "__share_group_state",
        partitions: "share.coordinator.state.topic.num.partitions",
        replicas: "share.coordinator.state.topic.replication.factor",
        settings: &[
            ("cleanup.policy", Is("delete")),
            ("compression.type", Is("producer")),
            ("min.insync.replicas", Of("share.coordinator.state.topic.min.isr")),
            ("retention.ms", Is("-1")),
            ("segment.bytes", Of("share.coordinator.state.topic.segment.bytes")),
        ],
    },
];

/// What to ask CreateTopics for when a topic is made because somebody used it: the cluster's own as they should be, any other with
/// the cluster's defaults.
pub fn auto_created(name: &Text, given: &Given, brokers_count: usize) -> CreatableTopic {
    let Some(topic) = INTERNAL_TOPICS.iter().find(|topic| *name == topic.name) else {
        return CreatableTopic { name: name.clone(), num_partitions: -1, replication_factor: -1, ..Default::default() };
    };
    let number = |key| broker_setting(key, given, brokers_count).trim().parse().unwrap_or(-1);
    let setting = |(key, value): &(&'static str, InternalValue)| CreatableTopicConfig {
        name: Text::from_static(key),
        value: Some(match value {
            Is(text) => Text::from_static(text),
            Of(key) => broker_setting(key, given, brokers_count).into(),
        }),
        ..Default::default()
    };
    CreatableTopic {
        name: name.clone(),
        num_partitions: number(topic.partitions),
        replication_factor: number(topic.replicas) as i16,
        configs: topic.settings.iter().map(setting).collect(),
        ..Default::default()
    }
}

/// The value of a broker setting: given, ours, or Kafka's default.
fn broker_setting(key: &str, given: &Given, brokers_count: usize) -> String {
    let own = || OWN_DEFAULTS.iter().find(|own| own.key == key).map(|own| own.value.text(brokers_count, false));
    let kafkas = || table::find(Scope::Broker, key)?.default.text().map(str::to_owned);
    given.value(key).map(str::to_owned).or_else(own).or_else(kafkas).unwrap_or_default()
}
