//! Where our defaults differ from Apache Kafka's, and why: all of them, and nowhere else.
//!
//! They hold whenever a key is given neither in a file nor on the command line, so that one line in a file does not
//! silently change another setting. What is given is always taken as Kafka takes it.

/// One default of ours.
#[derive(Debug)]
pub struct OwnDefault {
    /// The broker setting.
    pub key: &'static str,
    /// Our default.
    pub value: OwnValue,
    /// Why it is not Kafka's.
    pub reason: &'static str,
}

/// A default that is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnValue {
    /// This text.
    Text(&'static str),
    /// The number of brokers, but not more than this.
    UpTo(i16),
    /// The first for a node that is its cluster's only controller and a broker too, else the second.
    Alone(&'static str, &'static str),
}

/// Every default that is ours.
pub static OWN_DEFAULTS: &[OwnDefault] = &[
    OwnDefault {
        key: "process.roles",
        value: OwnValue::Text("broker,controller"),
        reason: "one process is a whole cluster until told otherwise; Kafka does not start without this key",
    },
    OwnDefault {
        key: "node.id",
        value: OwnValue::Text("0"),
        reason: "Kafka does not start without this key; broker 0 is the one that examples, quickstarts and many tools name",
    },
    OwnDefault {
        key: "controller.listener.names",
        value: OwnValue::Text("CONTROLLER"),
        reason: "the name everybody uses; Kafka does not start without this key",
    },
    OwnDefault {
        key: "listeners",
        value: OwnValue::Text("PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
        reason: "a node nobody configured is reached from its own machine only; Kafka listens on every interface. \
                 localhost is 127.0.0.1 and ::1 both, because programs that connect to localhost try either",
    },
    OwnDefault {
        key: "log.dirs",
        value: OwnValue::Text("./kampa-data"),
        reason: "data lies where the node was started, and survives a cleaned /tmp, where Kafka's default lies",
    },
    OwnDefault {
        key: "default.replication.factor",
        value: OwnValue::UpTo(3),
        reason: "as safe as the cluster allows, without a setting: Kafka's 1 keeps a single copy on a large cluster too",
    },
    OwnDefault {
        key: "offsets.topic.replication.factor",
        value: OwnValue::UpTo(3),
        reason: "Kafka's 3 keeps groups from working on fewer than three brokers",
    },
    OwnDefault {
        key: "transaction.state.log.replication.factor",
        value: OwnValue::UpTo(3),
        reason: "Kafka's 3 keeps transactions from working on fewer than three brokers",
    },
    OwnDefault {
        key: "transaction.state.log.min.isr",
        value: OwnValue::UpTo(2),
        reason: "Kafka's 2 keeps transactions from working on a single broker",
    },
    OwnDefault {
        key: "share.coordinator.state.topic.replication.factor",
        value: OwnValue::UpTo(3),
        reason: "Kafka's 3 keeps share groups from working on fewer than three brokers",
    },
    OwnDefault {
        key: "share.coordinator.state.topic.min.isr",
        value: OwnValue::UpTo(2),
        reason: "Kafka's 2 keeps share groups from working on a single broker",
    },
    OwnDefault {
        key: "group.initial.rebalance.delay.ms",
        value: OwnValue::Alone("100", "3000"),
        reason: "the first consumer of a group starts at once on a developer's node; consumers started together still \
                 meet in one rebalance. Kafka waits 3 s, and its quickstart file turns that off",
    },
];

/// Our default of a broker setting, if it is not Kafka's.
pub(crate) fn own_default(key: &str) -> Option<&'static OwnDefault> {
    OWN_DEFAULTS.iter().find(|own| own.key == key)
}

impl OwnValue {
    /// The text of the default on a cluster of so many brokers.
    pub fn text(self, brokers_count: usize, alone: bool) -> String {
        match self {
            OwnValue::Text(text) => text.to_owned(),
            OwnValue::UpTo(most) => usize::try_from(most).unwrap_or(1).min(brokers_count.max(1)).to_string(),
            OwnValue::Alone(when_alone, otherwise) => if alone { when_alone } else { otherwise }.to_owned(),
        }
    }
}
