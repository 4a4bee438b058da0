//! The partitions this node has a replica of, found by topic and index.
//!
//! Opened and closed by changes of the metadata image only; see `node`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;
use kampa_metadata::Topic;
use kampa_protocol::{ErrorCode, Uuid};
use kampa_replication::{Partition, PartitionConfig};
use parking_lot::RwLock;

use crate::inventory::Inventory;
use crate::recovery::Place;

#[derive(Default)]
pub struct Partitions {
    open: RwLock<HashMap<Place, Partition, FixedState>>,
    /// Those of them that are compacted.
    compacted: RwLock<BTreeSet<Place>>,
    /// Replicas of this node that lie in a directory that is offline, or could not be opened; and, if only space was wanting, what they
    /// are to be opened by.
    offline: RwLock<BTreeMap<Place, Option<Arc<Inventory>>>>,
}

impl Partitions {
    /// The partition, to be written or read as its leader.
    ///
    /// UNKNOWN_TOPIC_OR_PARTITION if the topic has no such partition, NOT_LEADER_OR_FOLLOWER if another node leads it,
    /// KAFKA_STORAGE_ERROR if its log could not be opened.
    pub fn leader_of(&self, topic: &Topic, index: i32) -> Result<Partition, ErrorCode> {
        if let Some(partition) = self.find(topic.id, index) {
            return Ok(partition);
        }
        match topic.partitions.get(&index) {
            None => Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION),
            Some(_) if self.is_offline(topic.id, index) => Err(ErrorCode::KAFKA_STORAGE_ERROR),
            Some(_) => Err(ErrorCode::NOT_LEADER_OR_FOLLOWER),
        }
    }

    /// The partition if it is open here.
    pub fn find(&self, topic_id: Uuid, index: i32) -> Option<Partition> {
        self.open.read().get(&(topic_id, index)).cloned()
    }

    /// Puts an open partition in its place; `true` if the place was empty.
    pub fn insert(&self, topic_id: Uuid, index: i32, partition: Partition) -> bool {
        self.sort_in((topic_id, index), &partition.config());
        self.open.write().insert((topic_id, index), partition).is_none()
    }

    /// Gives an open partition other settings.
    pub fn configure(&self, topic_id: Uuid, index: i32, config: &Arc<PartitionConfig>) {
        if let Some(partition) = self.find(topic_id, index) {
            self.sort_in((topic_id, index), config);
            partition.set_config(config.clone());
        }
    }

    fn sort_in(&self, place: Place, config: &PartitionConfig) {
        let is_known = self.compacted.read().contains(&place);
        if config.log.compact && !is_known {
            self.compacted.write().insert(place);
        } else if is_known && !config.log.compact {
            self.compacted.write().remove(&place);
        }
    }

    /// The replica cannot be used until the next start; or, if only space was wanting, until it is tried `again` by what was found.
    pub fn set_offline(&self, topic_id: Uuid, index: i32, again: Option<Arc<Inventory>>) {
        self.offline.write().insert((topic_id, index), again);
        self.open.write().remove(&(topic_id, index));
    }

    /// The replicas for which there was no space, to be tried again, and what by.
    pub fn take_refused(&self) -> Vec<(Place, Arc<Inventory>)> {
        if !self.has_refused() {
            return Vec::new();
        }
        let refused = self.offline.write().extract_if(.., |_, again| again.is_some()).collect::<Vec<_>>();
        refused.into_iter().filter_map(|(place, again)| Some((place, again?))).collect()
    }

    /// Whether there was no space for a replica.
    pub fn has_refused(&self) -> bool {
        self.offline.read().values().any(Option::is_some)
    }

    /// Whether this node has the replica and cannot use it.
    pub fn is_offline(&self, topic_id: Uuid, index: i32) -> bool {
        self.offline.read().contains_key(&(topic_id, index))
    }

    /// How many replicas cannot be used.
    pub fn offline_count(&self) -> usize {
        self.offline.read().len()
    }

    /// Takes a partition out, for the one who deletes it; `None` if it is not open.
    pub fn remove(&self, topic_id: Uuid, index: i32) -> Option<Partition> {
        self.offline.write().remove(&(topic_id, index));
        self.compacted.write().remove(&(topic_id, index));
        self.open.write().remove(&(topic_id, index))
    }

    /// Every open partition, ordered by topic id and index.
    pub fn all(&self) -> Vec<Partition> {
        self.which(|_| true)
    }

    /// As [`Partitions::all`], those that were ever written to.
    pub fn written(&self) -> Vec<Partition> {
        self.which(Partition::is_written)
    }

    /// As [`Partitions::all`], those that are compacted.
    pub fn compacted(&self) -> Vec<Partition> {
        let open = self.open.read();
        self.compacted.read().iter().filter_map(|place| open.get(place).cloned()).collect()
    }

    fn which(&self, is_wanted: impl Fn(&Partition) -> bool) -> Vec<Partition> {
        let mut all: Vec<Partition> = self.open.read().values().filter(|it| is_wanted(it)).cloned().collect();
        all.sort_unstable_by_key(|partition| (partition.id().topic_id, partition.id().index));
        all
    }
}
