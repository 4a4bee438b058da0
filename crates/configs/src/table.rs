//! All settings, by theme. Nothing else knows a setting's name, type, default, accepted values or meaning.
//!
//! Facts are those of Apache Kafka 4.4.0; sentences are ours.

use crate::setting::{Scope, Setting};

pub mod client_metrics;
pub mod group;
pub mod groups;
pub mod kampa;
pub mod kraft;
pub mod log;
pub mod network;
pub mod plugins;
pub mod replication;
pub mod security;
pub mod throttle;
pub mod tiered;
pub mod topic;
pub mod transactions;

/// A part of the tables, with the heading it has on the page of settings.
#[derive(Debug)]
pub struct Theme {
    /// What carries these settings.
    pub scope: Scope,
    /// The heading.
    pub title: &'static str,
    /// The settings, in the order of their rows.
    pub settings: &'static [Setting],
}

/// Every theme, in the order of the page.
pub static THEMES: &[Theme] = &[
    Theme { scope: Scope::Topic, title: "Topics", settings: topic::TOPIC },
    Theme { scope: Scope::Broker, title: "Nodes: Kampa's own", settings: kampa::KAMPA },
    Theme { scope: Scope::Broker, title: "Nodes: roles and the metadata quorum", settings: kraft::KRAFT },
    Theme { scope: Scope::Broker, title: "Nodes: listeners, connections, requests", settings: network::NETWORK },
    Theme { scope: Scope::Broker, title: "Nodes: logs", settings: log::LOG },
    Theme { scope: Scope::Broker, title: "Nodes: topics and replicas", settings: replication::REPLICATION },
    Theme { scope: Scope::Broker, title: "Nodes: groups and offsets", settings: groups::GROUPS },
    Theme { scope: Scope::Broker, title: "Nodes: producers and transactions", settings: transactions::TRANSACTIONS },
    Theme { scope: Scope::Broker, title: "Nodes: tiered storage", settings: tiered::TIERED },
    Theme { scope: Scope::Broker, title: "Nodes: security", settings: security::SECURITY },
    Theme { scope: Scope::Broker, title: "Nodes: policies, providers, metrics", settings: plugins::PLUGINS },
    Theme { scope: Scope::BrokerDynamic, title: "Nodes: dynamic settings only", settings: throttle::THROTTLE },
    Theme { scope: Scope::Group, title: "Groups", settings: group::GROUP },
    Theme {
        scope: Scope::ClientMetrics,
        title: "Subscriptions to client metrics",
        settings: client_metrics::CLIENT_METRICS,
    },
];

/// Every setting of a scope.
pub fn settings(scope: Scope) -> impl Iterator<Item = &'static Setting> {
    THEMES.iter().filter(move |theme| theme.scope == scope).flat_map(|theme| theme.settings)
}

/// The setting of that name.
pub fn find(scope: Scope, name: &str) -> Option<&'static Setting> {
    settings(scope).find(|setting| setting.name == name)
}
