//! Topics and their partitions: where the records that concern them end up.
//!
//! A topic is its id; its name leads to the id, so that a topic deleted and made again under one name is another topic.
//! Invariant: `ids` and `topics` hold the same topics.

use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::Arc;

use kampa_protocol::records::metadata::{PartitionChangeRecord, PartitionRecord};
use kampa_protocol::{Text, Uuid};

use crate::Map;

/// All topics, by name and by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topics {
    ids: Map<Text, Uuid>,
    topics: Map<Uuid, Topic>,
    partition_count: usize,
    lately: Lately,
}

/// A topic and its partitions.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// Its name.
    pub name: Text,
    /// Its id, of this incarnation of the name.
    pub id: Uuid,
    /// Partitions by index, from 0 without gaps. Those that say the same may be the same.
    pub partitions: Map<i32, Arc<Partition>>,
}

/// One partition: who holds it, who leads it, and in which epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// Brokers that hold a replica, the preferred leader first.
    pub replicas: Vec<i32>,
    /// The log directory of each replica; zero while its broker has not said.
    pub directories: Vec<Uuid>,
    /// Replicas that have everything that is committed.
    pub isr: Vec<i32>,
    /// Replicas on their way out of a reassignment.
    pub removing_replicas: Vec<i32>,
    /// Replicas on their way into a reassignment.
    pub adding_replicas: Vec<i32>,
    /// Replicas out of `isr` that still have everything that is committed (KIP-966).
    pub eligible_leader_replicas: Vec<i32>,
    /// Whom to ask when nobody is left in `isr` and among the eligible: the last leader (KIP-966).
    pub last_known_elr: Vec<i32>,
    /// The leader; `None` while there is none.
    pub leader: Option<i32>,
    /// Whether the leader may lack committed records.
    pub leader_recovery: LeaderRecovery,
    /// Counts leaders.
    pub leader_epoch: i32,
    /// Counts every change.
    pub partition_epoch: i32,
}

/// Whether a leader was elected from among those who have everything (KIP-704).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeaderRecovery {
    /// It was.
    #[default]
    Recovered,
    /// It was not, and has to come to terms with what it has.
    Recovering,
}

/// What partitions were put in place last: most are like one of those, and each state is kept once. A copy for every partition would
/// be a good part of what it costs. Part of no comparison.
#[derive(Clone, Debug, Default)]
struct Lately {
    states: VecDeque<Arc<Partition>>,
}

/// States looked through for one that is the same: replicas are placed round about, so a neighbour's comes again after as many
/// partitions as there are brokers.
const LATELY_MAX: usize = 16;

impl Topics {
    /// By name.
    pub fn named(&self, name: &str) -> Option<&Topic> {
        self.topics.get(self.ids.get(name)?)
    }

    /// By id.
    pub fn with_id(&self, id: &Uuid) -> Option<&Topic> {
        self.topics.get(id)
    }

    /// The id behind a name.
    pub fn id(&self, name: &str) -> Option<Uuid> {
        self.ids.get(name).copied()
    }

    /// The name behind an id.
    pub fn name(&self, id: &Uuid) -> Option<&Text> {
        self.topics.get(id).map(|topic| &topic.name)
    }

    /// A partition by its topic's name.
    pub fn partition(&self, name: &str, index: i32) -> Option<&Arc<Partition>> {
        self.named(name)?.partitions.get(&index)
    }

    /// All topics, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Topic> {
        self.ids.values().filter_map(|id| self.topics.get(id))
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        self.ids.keys()
    }

    /// The first name, in order, that begins so.
    pub fn first_with_prefix<'a>(&'a self, prefix: &str) -> Option<&'a Text> {
        let (name, _) = self.ids.range::<str, _>((Bound::Included(prefix), Bound::Unbounded)).next()?;
        Some(name).filter(|name| name.starts_with(prefix))
    }

    /// How many topics there are.
    pub fn len(&self) -> usize {
        self.ids.size()
    }

    /// Whether there is no topic.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// How many partitions all topics have together.
    pub fn partition_count(&self) -> usize {
        self.partition_count
    }

    /// Adds a topic without partitions; `false` if its name or id is taken.
    pub(crate) fn add(&mut self, name: Text, id: Uuid) -> bool {
        if self.ids.contains_key(&name) || self.topics.contains_key(&id) {
            return false;
        }
        self.ids.insert_mut(name.clone(), id);
        self.topics.insert_mut(id, Topic { name, id, partitions: Map::new_sync() });
        true
    }

    /// Removes a topic and gives it back.
    pub(crate) fn remove(&mut self, id: &Uuid) -> Option<Topic> {
        let topic = self.topics.get(id)?.clone();
        self.ids.remove_mut(&topic.name);
        self.topics.remove_mut(id);
        self.partition_count -= topic.partitions.size();
        Some(topic)
    }

    /// Puts a partition in place of what was there; `false` if there is no such topic.
    pub(crate) fn put_partition(&mut self, id: &Uuid, index: i32, partition: Partition) -> bool {
        let Some(topic) = self.topics.get_mut(id) else { return false };
        let before = topic.partitions.size();
        topic.partitions.insert_mut(index, self.lately.share(partition));
        self.partition_count += topic.partitions.size() - before;
        true
    }

    /// Changes a partition; `false` if it is not there.
    pub(crate) fn change_partition(&mut self, id: &Uuid, index: i32, change: impl FnOnce(&mut Partition)) -> bool {
        let Some(partition) = self.topics.get_mut(id).and_then(|topic| topic.partitions.get_mut(&index)) else {
            return false;
        };
        let mut changed = Partition::clone(partition);
        change(&mut changed);
        *partition = self.lately.share(changed);
        true
    }
}

impl Lately {
    fn share(&mut self, state: Partition) -> Arc<Partition> {
        if let Some(same) = self.states.iter().find(|it| ***it == state) {
            return same.clone();
        }
        if self.states.len() == LATELY_MAX {
            self.states.pop_front();
        }
        let state = Arc::new(state);
        self.states.push_back(state.clone());
        state
    }
}

impl PartialEq for Lately {
    fn eq(&self, _: &Lately) -> bool {
        true
    }
}

impl Partition {
    /// As the record says.
    pub fn from_record(record: &PartitionRecord) -> Partition {
        Partition {
            replicas: record.replicas.clone(),
            directories: directories_for(&record.directories, record.replicas.len()),
            isr: record.isr.clone(),
            removing_replicas: record.removing_replicas.clone(),
            adding_replicas: record.adding_replicas.clone(),
            eligible_leader_replicas: record.eligible_leader_replicas.clone().unwrap_or_default(),
            last_known_elr: record.last_known_elr.clone().unwrap_or_default(),
            leader: leader(record.leader),
            leader_recovery: LeaderRecovery::from_code(record.leader_recovery_state),
            leader_epoch: record.leader_epoch,
            partition_epoch: record.partition_epoch,
        }
    }

    /// As a record, which read again gives the same partition.
    pub fn to_record(&self, topic_id: Uuid, index: i32) -> PartitionRecord {
        PartitionRecord {
            partition_id: index,
            topic_id,
            replicas: self.replicas.clone(),
            isr: self.isr.clone(),
            removing_replicas: self.removing_replicas.clone(),
            adding_replicas: self.adding_replicas.clone(),
            leader: self.leader.unwrap_or(NO_LEADER),
            leader_recovery_state: self.leader_recovery.code(),
            leader_epoch: self.leader_epoch,
            partition_epoch: self.partition_epoch,
            directories: self.directories.clone(),
            eligible_leader_replicas: some_unless_empty(&self.eligible_leader_replicas),
            last_known_elr: some_unless_empty(&self.last_known_elr),
            ..PartitionRecord::default()
        }
    }

    /// What the record changes; all else stays. Every change counts as one partition epoch, and naming a leader, be it the
    /// same or none, as one leader epoch.
    pub(crate) fn change(&mut self, record: &PartitionChangeRecord) {
        if let Some(replicas) = &record.replicas {
            self.directories = replicas.iter().map(|broker| self.directory(*broker)).collect();
            self.replicas = replicas.clone();
        }
        if let Some(directories) = record.directories.as_ref().filter(|given| !given.is_empty()) {
            self.directories = directories_for(directories, self.replicas.len());
        }
        replace(&mut self.isr, &record.isr);
        replace(&mut self.removing_replicas, &record.removing_replicas);
        replace(&mut self.adding_replicas, &record.adding_replicas);
        replace(&mut self.eligible_leader_replicas, &record.eligible_leader_replicas);
        replace(&mut self.last_known_elr, &record.last_known_elr);
        if record.leader != LEADER_UNCHANGED {
            self.leader = leader(record.leader);
            self.leader_epoch += 1;
        }
        if record.leader_recovery_state != RECOVERY_UNCHANGED {
            self.leader_recovery = LeaderRecovery::from_code(record.leader_recovery_state);
        }
        self.partition_epoch += 1;
    }

    /// Forgets the eligible replicas.
    pub(crate) fn clear_elr(&mut self) {
        if !self.eligible_leader_replicas.is_empty() || !self.last_known_elr.is_empty() {
            self.eligible_leader_replicas.clear();
            self.last_known_elr.clear();
            self.partition_epoch += 1;
        }
    }

    /// The log directory that `broker` keeps its replica in; zero if it has not said or has none.
    pub fn directory(&self, broker: i32) -> Uuid {
        let place = self.replicas.iter().position(|replica| *replica == broker);
        place.and_then(|place| self.directories.get(place)).copied().unwrap_or(Uuid::ZERO)
    }

    /// Whether replicas are being moved.
    pub fn is_reassigning(&self) -> bool {
        !self.adding_replicas.is_empty() || !self.removing_replicas.is_empty()
    }
}

impl LeaderRecovery {
    /// From its number on the wire.
    pub fn from_code(code: i8) -> LeaderRecovery {
        if code == LeaderRecovery::Recovering.code() { LeaderRecovery::Recovering } else { LeaderRecovery::Recovered }
    }

    /// Its number on the wire.
    pub fn code(self) -> i8 {
        match self {
            LeaderRecovery::Recovered => 0,
            LeaderRecovery::Recovering => 1,
        }
    }
}

fn replace(list: &mut Vec<i32>, given: &Option<Vec<i32>>) {
    if let Some(given) = given {
        list.clone_from(given);
    }
}

fn leader(id: i32) -> Option<i32> {
    (id >= 0).then_some(id)
}

fn some_unless_empty(list: &[i32]) -> Option<Vec<i32>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// Records before metadata.version 17 name no directories.
fn directories_for(given: &[Uuid], replicas: usize) -> Vec<Uuid> {
    let mut directories = given.to_vec();
    directories.resize(replicas, Uuid::ZERO);
    directories
}

const NO_LEADER: i32 = -1;
/// In a change, a leader's id that says: as before.
const LEADER_UNCHANGED: i32 = -2;
/// In a change, a recovery state that says: as before.
const RECOVERY_UNCHANGED: i8 = -1;
