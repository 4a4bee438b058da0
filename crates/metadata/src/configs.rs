//! Settings of topics, brokers, groups and client metrics, as their records say: names and values, not yet understood.
//!
//! What a setting means, and what holds where nothing is set, is crate `configs`' business.

use kampa_protocol::Text;

use crate::Map;

/// What has settings, by its number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceKind(pub i8);

impl ResourceKind {
    /// A topic, by name.
    pub const TOPIC: ResourceKind = ResourceKind(2);
    /// A broker, by id; all brokers, by the empty name.
    pub const BROKER: ResourceKind = ResourceKind(4);
    /// The levels of a broker's loggers. Never recorded.
    pub const BROKER_LOGGER: ResourceKind = ResourceKind(8);
    /// A subscription to client metrics, by name (KIP-714).
    pub const CLIENT_METRICS: ResourceKind = ResourceKind(16);
    /// A group, by id (KIP-848).
    pub const GROUP: ResourceKind = ResourceKind(32);
}

/// One thing that has settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigResource {
    /// What it is.
    pub kind: ResourceKind,
    /// Which one.
    pub name: Text,
}

impl ConfigResource {
    /// A topic.
    pub fn topic(name: impl Into<Text>) -> ConfigResource {
        ConfigResource { kind: ResourceKind::TOPIC, name: name.into() }
    }

    /// All brokers.
    pub fn brokers() -> ConfigResource {
        ConfigResource { kind: ResourceKind::BROKER, name: Text::default() }
    }

    /// One broker.
    pub fn broker(id: i32) -> ConfigResource {
        ConfigResource { kind: ResourceKind::BROKER, name: id.to_string().into() }
    }
}

/// What is set on one resource, by name.
pub type Settings = Map<Text, Text>;

/// All settings that were ever set and not removed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configs {
    resources: Map<ResourceKind, Map<Text, Settings>>,
}

impl Configs {
    /// What is set on a resource; `None` when nothing is.
    pub fn of(&self, kind: ResourceKind, name: &str) -> Option<&Settings> {
        self.resources.get(&kind)?.get(name)
    }

    /// What is set on a topic; `None` when nothing is.
    pub fn of_topic(&self, name: &str) -> Option<&Settings> {
        self.of(ResourceKind::TOPIC, name)
    }

    /// What is set on all brokers; `None` when nothing is.
    pub fn of_all_brokers(&self) -> Option<&Settings> {
        self.of(ResourceKind::BROKER, "")
    }

    /// What is set on one broker alone; `None` when nothing is.
    pub fn of_broker(&self, id: i32) -> Option<&Settings> {
        self.of(ResourceKind::BROKER, &id.to_string())
    }

    /// One setting of a resource.
    pub fn value(&self, kind: ResourceKind, name: &str, key: &str) -> Option<&Text> {
        self.of(kind, name)?.get(key)
    }

    /// The resources of a kind that have settings, by name.
    pub fn resources(&self, kind: ResourceKind) -> impl Iterator<Item = (&Text, &Settings)> {
        self.resources.get(&kind).into_iter().flat_map(|resources| resources.iter())
    }

    /// The kinds that have settings.
    pub fn kinds(&self) -> impl Iterator<Item = ResourceKind> {
        self.resources.keys().copied()
    }

    /// Sets one setting; `None` removes it.
    pub(crate) fn set(&mut self, resource: &ConfigResource, key: Text, value: Option<Text>) {
        let mut settings = self.of(resource.kind, &resource.name).cloned().unwrap_or_default();
        match value {
            Some(value) => settings.insert_mut(key, value),
            None => _ = settings.remove_mut(&key),
        }
        self.put(resource, settings);
    }

    /// Forgets all that is set on a resource.
    pub(crate) fn remove(&mut self, resource: &ConfigResource) {
        self.put(resource, Settings::new_sync());
    }

    fn put(&mut self, resource: &ConfigResource, settings: Settings) {
        let mut named = self.resources.get(&resource.kind).cloned().unwrap_or_default();
        if settings.is_empty() {
            named.remove_mut(&resource.name);
        } else {
            named.insert_mut(resource.name.clone(), settings);
        }
        if named.is_empty() {
            self.resources.remove_mut(&resource.kind);
        } else {
            self.resources.insert_mut(resource.kind, named);
        }
    }
}
