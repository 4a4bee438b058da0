//! Who reads what: the four ways in which the leader of a classic group shares the partitions out.
//!
//! Equal to the Java client's, to the order of the lists, so that a group may hold members of both kinds and change its
//! leader without moving a partition. `tests` holds them against what Java's own assignors answered. Pure.
//!
//! One thing differs, where Java throws: a member that says it owns a partition which does not exist is not believed.

use std::cmp::Ordering;

use bytes::Bytes;
use kampa_protocol::records::embedded::{ConsumerProtocolAssignment, ConsumerProtocolSubscription};
use kampa_protocol::records::embedded::{consumer_protocol_assignment, consumer_protocol_subscription};
use kampa_protocol::wire::{Message, Reader, encode_whole};

use super::TopicPartition;
use order::{HashOrder, java_order};

mod order;
mod range;
mod round_robin;
mod sticky;

/// A way of sharing partitions out, as in `partition.assignment.strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignor {
    /// Neighbouring partitions of each topic; the same numbers of several topics to the same member.
    Range,
    /// One after the other, over all topics.
    RoundRobin,
    /// Even, and as little as possible moves; everybody stops reading while it is decided.
    Sticky,
    /// As `Sticky`, but members go on reading what they keep; what moves is given away a round before it is taken.
    CooperativeSticky,
}

/// Whether a member gives everything back before it joins a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RebalanceProtocol {
    Eager,
    Cooperative,
}

/// What an assignor of one member remembers from round to round.
#[derive(Clone, Debug)]
pub struct Memory {
    /// What the member got last, and in which generation; none before the first round.
    pub last: Option<Vec<TopicPartition>>,
    pub generation: i32,
    /// The newest generation any member has ever reported to this one as leader.
    pub(crate) newest_generation: i32,
}

/// What a member says of itself when it joins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subscription {
    pub topics: Vec<String>,
    pub user_data: Option<Bytes>,
    pub owned: Vec<TopicPartition>,
    pub generation: Option<i32>,
    pub rack: Option<String>,
    /// Not in its bytes: the coordinator tells it to the leader.
    pub group_instance_id: Option<String>,
}

/// A topic as the leader sees it.
#[derive(Clone, Debug)]
pub struct TopicLayout {
    pub name: String,
    pub partitions: Vec<PartitionLayout>,
}

#[derive(Clone, Debug)]
pub struct PartitionLayout {
    pub partition: i32,
    /// Of its replicas, as far as their nodes say.
    pub racks: Vec<String>,
}

/// A member's id and the partitions it gets, in the order they are told to it.
pub type Shares = Vec<(String, Vec<TopicPartition>)>;

impl Assignor {
    pub fn name(self) -> &'static str {
        match self {
            Assignor::Range => "range",
            Assignor::RoundRobin => "roundrobin",
            Assignor::Sticky => "sticky",
            Assignor::CooperativeSticky => "cooperative-sticky",
        }
    }

    /// By its name, or by the name of its class in the Java client.
    pub fn named(name: &str) -> Option<Assignor> {
        let all = [Assignor::Range, Assignor::RoundRobin, Assignor::Sticky, Assignor::CooperativeSticky];
        let class = name.strip_prefix("org.apache.kafka.clients.consumer.");
        all.into_iter().find(|one| one.name() == name || class == Some(one.class()))
    }

    fn class(self) -> &'static str {
        match self {
            Assignor::Range => "RangeAssignor",
            Assignor::RoundRobin => "RoundRobinAssignor",
            Assignor::Sticky => "StickyAssignor",
            Assignor::CooperativeSticky => "CooperativeStickyAssignor",
        }
    }

    pub fn protocols(self) -> &'static [RebalanceProtocol] {
        match self {
            Assignor::CooperativeSticky => &[RebalanceProtocol::Cooperative, RebalanceProtocol::Eager],
            _ => &[RebalanceProtocol::Eager],
        }
    }

    /// What the assignor adds to the member's subscription.
    pub fn user_data(self, memory: &Memory) -> Option<Bytes> {
        match self {
            Assignor::Range | Assignor::RoundRobin => None,
            Assignor::Sticky => memory.last.as_ref().map(|last| sticky::user_data(last, memory.generation)),
            Assignor::CooperativeSticky => Some(Bytes::copy_from_slice(&memory.generation.to_be_bytes())),
        }
    }

    /// Shares out, as the leader. `members` come in the order of the coordinator's answer.
    pub fn assign(self, memory: &mut Memory, topics: &[TopicLayout], members: &[(String, Subscription)]) -> Shares {
        let round = Round::new(topics, members);
        let lists = match self {
            Assignor::Range => range::assign(&round),
            Assignor::RoundRobin => round_robin::assign(&round),
            Assignor::Sticky => sticky::assign(&round, memory, sticky::said_in_user_data),
            Assignor::CooperativeSticky => sticky::assign_cooperatively(&round, memory),
        };
        let share = |(member, list): (usize, &Vec<Place>)| {
            let partitions = list.iter().map(|&(topic, partition)| round.named(topic, partition)).collect();
            (round.members[member].id.to_owned(), partitions)
        };
        lists.iter().enumerate().map(share).collect()
    }
}

impl Default for Memory {
    fn default() -> Memory {
        Memory { last: None, generation: NO_GENERATION, newest_generation: NO_GENERATION }
    }
}

impl Subscription {
    /// As in JoinGroup, in the newest version, as Java writes it.
    pub fn encode(&self) -> Bytes {
        let (mut topics, mut owned) = (self.topics.clone(), self.owned.clone());
        topics.sort_by(|a, b| java_order(a, b));
        owned.sort_by(|a, b| java_order(&a.topic, &b.topic).then(a.partition.cmp(&b.partition)));
        let message = ConsumerProtocolSubscription {
            topics: topics.iter().map(|name| name.as_str().into()).collect(),
            user_data: self.user_data.clone(),
            owned_partitions: by_topic(&owned, |topic, partitions| consumer_protocol_subscription::TopicPartition {
                topic,
                partitions,
            }),
            generation_id: self.generation.unwrap_or(NO_GENERATION),
            rack_id: self.rack.as_deref().map(Into::into),
        };
        versioned(&message)
    }

    /// None when the bytes are no subscription of any version.
    pub fn decode(bytes: &Bytes) -> Option<Subscription> {
        let message: ConsumerProtocolSubscription = unversioned(bytes)?;
        let owned = message.owned_partitions.iter();
        Some(Subscription {
            topics: message.topics.iter().map(|name| name.to_string()).collect(),
            user_data: message.user_data,
            owned: owned.flat_map(|one| named_all(&one.topic, &one.partitions)).collect(),
            generation: Some(message.generation_id).filter(|&generation| generation >= 0),
            rack: message.rack_id.map(|rack| rack.to_string()).filter(|rack| !rack.is_empty()),
            group_instance_id: None,
        })
    }
}

/// What SyncGroup carries from the leader to a member.
pub fn encode_assignment(partitions: &[TopicPartition]) -> Bytes {
    let assigned_partitions =
        by_topic(partitions, |topic, partitions| consumer_protocol_assignment::TopicPartition { topic, partitions });
    versioned(&ConsumerProtocolAssignment { assigned_partitions, user_data: None })
}

/// None when the bytes are no assignment; an empty buffer, which a member gets when its leader left it out, is empty.
pub fn decode_assignment(bytes: &Bytes) -> Option<Vec<TopicPartition>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let message: ConsumerProtocolAssignment = unversioned(bytes)?;
    Some(message.assigned_partitions.iter().flat_map(|one| named_all(&one.topic, &one.partitions)).collect())
}

/// Topics in the order they are first met, partitions in theirs.
fn by_topic<T>(partitions: &[TopicPartition], make: impl Fn(kampa_protocol::Text, Vec<i32>) -> T) -> Vec<T> {
    let mut topics: Vec<(&str, Vec<i32>)> = Vec::new();
    for one in partitions {
        match topics.iter_mut().rev().find(|(name, _)| *name == &*one.topic) {
            Some((_, numbers)) => numbers.push(one.partition),
            None => topics.push((&one.topic, vec![one.partition])),
        }
    }
    topics.into_iter().map(|(name, numbers)| make(name.into(), numbers)).collect()
}

fn named_all(topic: &str, partitions: &[i32]) -> Vec<TopicPartition> {
    let name: std::sync::Arc<str> = topic.into();
    partitions.iter().map(|&partition| TopicPartition { topic: name.clone(), partition }).collect()
}

fn versioned<M: Message>(message: &M) -> Bytes {
    let version = *M::VERSIONS.end();
    let mut bytes = version.to_be_bytes().to_vec();
    let body = encode_whole(message, version).expect("the newest version carries every field, and names are checked");
    bytes.extend_from_slice(&body.into_bytes());
    bytes.into()
}

/// A version newer than ours is read as ours: each only appends. What follows the message is left alone.
fn unversioned<M: Message>(bytes: &Bytes) -> Option<M> {
    let version = i16::from_be_bytes(bytes.get(..2)?.try_into().ok()?);
    if version < *M::VERSIONS.start() {
        return None;
    }
    M::decode(&mut Reader::new(&bytes.slice(2..)), version.min(*M::VERSIONS.end())).ok()
}

/// A partition by the index of its topic in `Round::topics`: comparing two is comparing their names, as Java would.
type Place = (usize, i32);

/// For each member of `Round::members`, its partitions.
type Lists = Vec<Vec<Place>>;

/// The input of one round, with names replaced by indexes, in the orders in which Java's maps are walked.
struct Round<'a> {
    /// Those that exist and that somebody wants, by name.
    topics: Vec<&'a TopicLayout>,
    /// Indexes of `topics`, in the order of Java's map.
    walk: Vec<usize>,
    /// In the order of Java's map.
    members: Vec<Member<'a>>,
}

struct Member<'a> {
    id: &'a str,
    subscription: &'a Subscription,
    /// Of the topics that exist, in the order the member named them.
    topics: Vec<usize>,
    /// Its place when members are sorted by id.
    rank: usize,
}

impl<'a> Round<'a> {
    fn new(topics: &'a [TopicLayout], members: &'a [(String, Subscription)]) -> Round<'a> {
        let mut ids = HashOrder::new();
        for (index, (id, _)) in members.iter().enumerate() {
            ids.insert(order::string_hash(id), index);
        }
        let members: Vec<&(String, Subscription)> = ids.iter().map(|&index| &members[index]).collect();
        let (topics, walk) = wanted(topics, &members);
        let mut by_id: Vec<usize> = (0..members.len()).collect();
        by_id.sort_by(|&a, &b| java_order(&members[a].0, &members[b].0));
        let mut rank = vec![0; members.len()];
        for (place, &member) in by_id.iter().enumerate() {
            rank[member] = place;
        }
        let index = |name: &String| topics.binary_search_by(|topic| java_order(&topic.name, name)).ok();
        let member = |(at, (id, subscription)): (usize, &&'a (String, Subscription))| Member {
            id,
            subscription,
            topics: subscription.topics.iter().filter_map(index).collect(),
            rank: rank[at],
        };
        let members = members.iter().enumerate().map(member).collect();
        Round { topics, walk, members }
    }

    fn named(&self, topic: usize, partition: i32) -> TopicPartition {
        TopicPartition { topic: self.topics[topic].name.as_str().into(), partition }
    }

    /// None when there is no such partition.
    fn place(&self, partition: &TopicPartition) -> Option<Place> {
        let topic = self.topics.binary_search_by(|topic| java_order(&topic.name, &partition.topic)).ok()?;
        self.topics[topic].partitions.iter().any(|one| one.partition == partition.partition).then_some(())?;
        Some((topic, partition.partition))
    }

    fn places(&self, topic: usize) -> impl Iterator<Item = Place> {
        self.topics[topic].partitions.iter().map(move |one| (topic, one.partition))
    }

    fn partition_count(&self) -> usize {
        self.topics.iter().map(|topic| topic.partitions.len()).sum()
    }

    fn racks(&self, (topic, partition): Place) -> &[String] {
        let found = self.topics[topic].partitions.iter().find(|one| one.partition == partition);
        found.map_or(&[], |one| &one.racks)
    }

    fn lists(&self) -> Lists {
        vec![Vec::new(); self.members.len()]
    }
}

impl Member<'_> {
    fn rack(&self) -> Option<&str> {
        self.subscription.rack.as_deref().filter(|rack| !rack.is_empty())
    }
}

/// The topics that exist and that a member wants, by name, and the order in which Java meets them.
fn wanted<'a>(topics: &'a [TopicLayout], members: &[&(String, Subscription)]) -> (Vec<&'a TopicLayout>, Vec<usize>) {
    let mut names: HashOrder<&str> = HashOrder::new();
    for name in members.iter().flat_map(|(_, subscription)| &subscription.topics) {
        names.insert_once(order::string_hash(name), name);
    }
    let mut sorted: Vec<&TopicLayout> = topics.iter().filter(|topic| !topic.partitions.is_empty()).collect();
    sorted.sort_by(|a, b| java_order(&a.name, &b.name));
    sorted.dedup_by(|a, b| a.name == b.name);
    sorted.retain(|topic| names.contains(order::string_hash(&topic.name), &topic.name.as_str()));
    let mut walk = HashOrder::new();
    for name in names.iter() {
        if let Ok(index) = sorted.binary_search_by(|topic| java_order(&topic.name, name)) {
            walk.insert(order::string_hash(name), index);
        }
    }
    let walk = walk.iter().copied().collect();
    (sorted, walk)
}

/// Static members first, by the name they keep; the others by id.
fn static_first(a: &Member<'_>, b: &Member<'_>) -> Ordering {
    match (&a.subscription.group_instance_id, &b.subscription.group_instance_id) {
        (Some(a), Some(b)) => java_order(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.rank.cmp(&b.rank),
    }
}

/// Racks decide only when members and replicas share one, and when not every partition is in every rack.
fn racks_matter<'a>(members: impl Iterator<Item = &'a str>, partitions: &[&'a [String]]) -> bool {
    let all: std::collections::BTreeSet<&str> =
        partitions.iter().flat_map(|racks| racks.iter().map(String::as_str)).collect();
    let mut members = members.peekable();
    let shared = members.peek().is_some() && members.any(|rack| all.contains(rack));
    shared && !partitions.iter().all(|racks| all.iter().all(|rack| racks.iter().any(|one| one == rack)))
}

/// A generation nobody has been in.
pub(crate) const NO_GENERATION: i32 = -1;

#[cfg(test)]
mod tests;
