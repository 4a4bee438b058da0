//! Every setting once: name, type, default, accepted values, documentation, and what comes of it.
//!
//! `table` holds the settings, a row each; everything else is made from the rows: the parser and its sentences, what a
//! node is given (`given`), the typed [`BrokerConfig`] and [`TopicConfig`] that other crates read, DescribeConfigs
//! answers (`describe`) and `docs/configuration.md` (`page`). Pure: files are read and told of elsewhere.
//!
//! Layers, the strongest last: default, what the node was given (file, then `--set` and flags), dynamic settings of all
//! brokers, dynamic settings of this broker, a topic's or group's own.

mod broker;
mod client_metrics;
mod describe;
mod dynamic;
mod given;
mod group;
mod listeners;
mod nearest;
mod own_defaults;
mod page;
pub mod properties;
mod read;
mod setting;
pub mod table;
mod topic;
mod value;

pub use broker::{BrokerConfig, Outcome};
pub use client_metrics::{ClientTold, InvalidSubscription, Subscription};
pub use describe::{
    Described, Layers, Lookup, Source, Synonym, describe_broker, describe_client_metrics, describe_cluster,
    describe_group, describe_loggers, describe_topic,
};
pub use dynamic::{BrokerChange, appended, subtracted};
pub use given::{Finding, Given, Origin, Severity};
pub use group::check_group;
pub use listeners::{Listener, SecurityProtocol};
pub use nearest::nearest;
pub use own_defaults::{OWN_DEFAULTS, OwnDefault, OwnValue};
pub use page::configuration_page;
pub use read::{CleanupPolicy, CompressionType, ReplicaCount, Roles, TimestampType};
pub use setting::{Accepts, DefaultValue, Importance, Kind, Scope, Setting, Stance, Update};
pub use topic::TopicConfig;
pub use value::{InvalidConfig, Value};
