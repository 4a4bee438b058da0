//! The partitions this node has a replica of, found by topic and index.
//!
//! Opened and closed by changes of the metadata image only; see `node`.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use kampa_metadata::Topic;
use kampa_protocol::{ErrorCode, Uuid};
use kampa_replication::Partition;
use parking_lot::RwLock;

#[derive(Default)]
pub struct Partitions {
    by_topic: RwLock<HashMap<Uuid, Vec<Option<Partition>>, FixedState>>,
    /// Replicas of this node that lie in a directory that is offline, or could not be opened, by topic id and index; and whether only
    /// space was wanting.
    offline: RwLock<BTreeMap<(Uuid, i32), bool>>,
}

impl Partitions {
    /// The partition, to be written or read as its leader.
    ///
    /// UNKNOWN_TOPIC_OR_PARTITION if the topic has no such partition, NOT_LEADER_OR_FOLLOWER if another node leads it,
    /// KAFKA_STORAGE_ERROR if its log could not be opened.
    pub fn leader_of(&self, topic: &Topic, index: i32) -> Result<Partition, ErrorCode> {
        let place = usize::try_from(index).map_err(|_| ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        if let Some(Some(partition)) = self.by_topic.read().get(&topic.id).and_then(|all| all.get(place)) {
            return Ok(partition.clone());
        }
        match topic.partitions.get(&index) {
            None => Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION),
            Some(_) if self.is_offline(topic.id, index) => Err(ErrorCode::KAFKA_STORAGE_ERROR),
            Some(_) => Err(ErrorCode::NOT_LEADER_OR_FOLLOWER),
        }
    }

    /// The partition if it is open here.
    pub fn find(&self, topic_id: Uuid, index: i32) -> Option<Partition> {
        self.by_topic.read().get(&topic_id)?.get(usize::try_from(index).ok()?)?.clone()
    }

    /// Puts an open partition in its place; `true` if the place was empty.
    pub fn insert(&self, topic_id: Uuid, index: i32, partition: Partition) -> bool {
        let Ok(place) = usize::try_from(index) else { return false };
        let mut by_topic = self.by_topic.write();
        let all = by_topic.entry(topic_id).or_default();
        if all.len() <= place {
            all.resize(place + 1, None);
        }
        all[place].replace(partition).is_none()
    }

    /// The replica cannot be used until the next start, or, if that is only `for_now`, until there is space.
    pub fn set_offline(&self, topic_id: Uuid, index: i32, for_now: bool) {
        self.offline.write().insert((topic_id, index), for_now);
        let mut by_topic = self.by_topic.write();
        let all = by_topic.get_mut(&topic_id);
        if let Some(slot) = all.zip(usize::try_from(index).ok()).and_then(|(all, place)| all.get_mut(place)) {
            *slot = None;
        }
    }

    /// The replicas for which there was no space, to be tried again.
    pub fn take_refused(&self) -> Vec<(Uuid, i32)> {
        if !self.has_refused() {
            return Vec::new();
        }
        self.offline.write().extract_if(.., |_, for_now| *for_now).map(|(place, _)| place).collect()
    }

    /// Whether there was no space for a replica.
    pub fn has_refused(&self) -> bool {
        self.offline.read().values().any(|for_now| *for_now)
    }

    /// Whether this node has the replica and cannot use it.
    pub fn is_offline(&self, topic_id: Uuid, index: i32) -> bool {
        self.offline.read().contains_key(&(topic_id, index))
    }

    /// How many replicas cannot be used.
    pub fn offline_count(&self) -> usize {
        self.offline.read().len()
    }

    /// Takes a topic's partitions out, for the one who closes or deletes them.
    pub fn remove_topic(&self, topic_id: Uuid) -> Vec<Partition> {
        self.offline.write().retain(|(id, _), _| *id != topic_id);
        self.by_topic.write().remove(&topic_id).unwrap_or_default().into_iter().flatten().collect()
    }

    /// Every open partition, ordered by topic id and index.
    pub fn all(&self) -> Vec<Partition> {
        let by_topic = self.by_topic.read();
        let mut topics: Vec<_> = by_topic.iter().collect();
        topics.sort_by_key(|(id, _)| **id);
        topics.into_iter().flat_map(|(_, all)| all.iter().flatten().cloned()).collect()
    }
}
