//! What a run of records touched, for those who act on it: the broker opens, closes and re-elects partitions by this.

use std::collections::{BTreeMap, BTreeSet};

use kampa_protocol::Uuid;

use crate::{ConfigResource, MetadataImage, ResourceKind, Topic};

/// What a run of records touched. The image after them says how it is now; only what is gone from it is kept here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Topics by id. A topic that came and went within the run is not there.
    pub topics: BTreeMap<Uuid, TopicChange>,
    /// Resources whose settings changed. Those of a deleted topic are gone without being named here.
    pub configs: BTreeSet<ConfigResource>,
    /// Brokers that registered, left or changed.
    pub brokers: BTreeSet<i32>,
    /// Controllers that registered or left.
    pub controllers: BTreeSet<i32>,
    /// Levels of features changed.
    pub features: bool,
    /// The next free producer id moved.
    pub producer_ids: bool,
    /// Client quotas changed.
    pub quotas: bool,
    /// Access rules, SCRAM credentials or delegation tokens changed.
    pub security: bool,
}

/// What happened to a topic.
#[derive(Clone, Debug, PartialEq)]
pub enum TopicChange {
    /// It is new; all its partitions are.
    Created,
    /// These partitions are new or changed.
    Altered {
        /// By index.
        partitions: BTreeSet<i32>,
    },
    /// It is gone; this is what it was last.
    Deleted(Topic),
}

impl Changes {
    /// Whether nothing was touched.
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }

    /// As if all of the image were new: what who starts from a snapshot has to act on.
    pub fn everything(image: &MetadataImage) -> Changes {
        Changes {
            topics: image.topics.iter().map(|topic| (topic.id, TopicChange::Created)).collect(),
            configs: image.configs.kinds().flat_map(|kind| resources(image, kind)).collect(),
            brokers: image.brokers.keys().copied().collect(),
            controllers: image.controllers.keys().copied().collect(),
            features: true,
            producer_ids: true,
            quotas: true,
            security: true,
        }
    }

    pub(crate) fn topic_created(&mut self, id: Uuid) {
        self.topics.insert(id, TopicChange::Created);
    }

    pub(crate) fn topic_deleted(&mut self, topic: Topic) {
        // Nobody has seen a topic that came within the run, so nobody has to be told that it went.
        if let Some(TopicChange::Created) = self.topics.remove(&topic.id) {
            return;
        }
        self.topics.insert(topic.id, TopicChange::Deleted(topic));
    }

    pub(crate) fn partition_changed(&mut self, id: Uuid, index: i32) {
        let change = self.topics.entry(id).or_insert_with(|| TopicChange::Altered { partitions: BTreeSet::new() });
        if let TopicChange::Altered { partitions } = change {
            partitions.insert(index);
        }
    }

    /// Adds what later records touched.
    pub(crate) fn extend(&mut self, later: Changes) {
        for (id, change) in later.topics {
            match change {
                TopicChange::Created => self.topic_created(id),
                TopicChange::Altered { partitions } => {
                    partitions.into_iter().for_each(|index| self.partition_changed(id, index));
                }
                TopicChange::Deleted(topic) => self.topic_deleted(topic),
            }
        }
        self.configs.extend(later.configs);
        self.brokers.extend(later.brokers);
        self.controllers.extend(later.controllers);
        self.features |= later.features;
        self.producer_ids |= later.producer_ids;
        self.quotas |= later.quotas;
        self.security |= later.security;
    }
}

fn resources(image: &MetadataImage, kind: ResourceKind) -> impl Iterator<Item = ConfigResource> {
    image.configs.resources(kind).map(move |(name, _)| ConfigResource { kind, name: name.clone() })
}
