//! What to fetch from whom: one request under way for each node, incremental sessions, and bounded reading ahead. Pure.
//!
//! A node is not asked while a partition it would serve is full: what is asked without it would wait at the node for records of
//! the others, and keep the next request for it waiting too.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kampa_protocol::messages::fetch::{FetchPartition, FetchTopic, ForgottenTopic, PartitionData};
use kampa_protocol::messages::{FetchRequest, FetchResponse};
use kampa_protocol::{ErrorCode, Uuid};
use kampa_world::Monotonic;

use super::TopicPartition;
use super::partitions::{Need, Partition, Partitions};
use super::unfold::{Rules, Unfolding};
use crate::cluster::ClusterView;
use crate::{ConsumerSettings, Error, Isolation};

#[derive(Default)]
pub(super) struct Fetching {
    nodes: BTreeMap<i32, Node>,
}

#[derive(Default)]
struct Node {
    session: Session,
    /// What the session was told, by partition.
    told: BTreeMap<TopicPartition, (Uuid, FetchPartition)>,
    is_asked: bool,
    not_before: Monotonic,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Session {
    #[default]
    Wished,
    Open {
        id: i32,
        epoch: i32,
    },
}

/// A request, and what is expected of its answer.
pub(super) struct Fetch {
    pub node: i32,
    pub request: FetchRequest,
    asked: Vec<Asked>,
}

struct Asked {
    partition: TopicPartition,
    topic_id: Uuid,
    serial: u64,
    from: i64,
}

/// What an answer calls for besides the records it brought.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Consequences {
    pub refresh_metadata: bool,
    pub has_records: bool,
}

impl Fetching {
    /// The requests that can be sent now. Each node named is busy until `answered` or `failed`.
    pub fn requests(
        &mut self,
        partitions: &mut Partitions,
        view: &ClusterView,
        settings: &ConsumerSettings,
        now: Monotonic,
    ) -> Vec<Fetch> {
        let mut wanted: BTreeMap<i32, Vec<TopicPartition>> = BTreeMap::new();
        let mut full = BTreeSet::new();
        for (name, one) in partitions.iter() {
            let Some(node) = one.served_by(name, view, now) else { continue };
            if !self.nodes.get(&node).is_none_or(|node| node.is_free(now)) {
                continue;
            }
            if one.is_fetchable(now) {
                wanted.entry(node).or_default().push(name.clone());
            } else if !one.is_paused && one.waiting.len() >= ANSWERS_AHEAD_MAX {
                full.insert(node);
            }
        }
        wanted.retain(|node, _| !full.contains(node));
        let fetch = |(node, names): (i32, Vec<TopicPartition>)| {
            let state = self.nodes.entry(node).or_default();
            state.is_asked = true;
            state.request(node, &names, partitions, view, settings)
        };
        wanted.into_iter().map(fetch).collect()
    }

    /// The way to the node failed; whether it heard of the request nobody knows.
    pub fn failed(&mut self, fetch: &Fetch, partitions: &mut Partitions, not_before: Monotonic) {
        let node = self.nodes.entry(fetch.node).or_default();
        node.begin_again();
        (node.is_asked, node.not_before) = (false, not_before);
        fetch.let_go(partitions);
    }

    pub fn answered(
        &mut self,
        fetch: &Fetch,
        answer: FetchResponse,
        partitions: &mut Partitions,
        settings: &ConsumerSettings,
        now: Monotonic,
        backoff: Duration,
    ) -> Consequences {
        let node = self.nodes.entry(fetch.node).or_default();
        node.is_asked = false;
        fetch.let_go(partitions);
        let code = ErrorCode(answer.error_code);
        if code != ErrorCode::NONE {
            tracing::debug!(node = fetch.node, %code, "a fetch session ended");
            node.begin_again();
            let is_session =
                [ErrorCode::FETCH_SESSION_ID_NOT_FOUND, ErrorCode::INVALID_FETCH_SESSION_EPOCH].contains(&code);
            if !is_session {
                node.not_before = now + backoff;
            }
            return Consequences { refresh_metadata: !is_session, has_records: false };
        }
        node.goes_on(answer.session_id);
        let mut consequences = Consequences::default();
        for topic in answer.responses {
            for data in topic.partitions {
                let is_it = |asked: &&Asked| {
                    let same_topic = if topic.topic_id == Uuid::ZERO {
                        *asked.partition.topic == *topic.topic
                    } else {
                        asked.topic_id == topic.topic_id
                    };
                    same_topic && asked.partition.partition == data.partition_index
                };
                let Some(asked) = fetch.asked.iter().find(is_it) else { continue };
                let Some(one) = partitions.find(&asked.partition) else { continue };
                if one.serial != asked.serial || one.fetch_from != asked.from {
                    continue;
                }
                take(partitions, asked, data, settings, now, backoff, &mut consequences);
            }
        }
        consequences
    }

    /// The requests that end the sessions there are: nodes keep few, and would keep these until others need their place.
    pub fn farewells(&mut self) -> Vec<(i32, FetchRequest)> {
        let farewell = |(id, node): (&i32, &mut Node)| {
            let Session::Open { id: session_id, .. } = node.session else { return None };
            node.begin_again();
            Some((*id, FetchRequest { session_id, session_epoch: FINAL_EPOCH, ..Default::default() }))
        };
        self.nodes.iter_mut().filter_map(farewell).collect()
    }

    /// When a request could be sent that cannot be sent now.
    pub fn wake_at(&self, partitions: &Partitions, now: Monotonic) -> Option<Monotonic> {
        let nodes = self.nodes.values().map(|node| node.not_before);
        let pauses = nodes.chain(partitions.iter().map(|(_, one)| one.not_before));
        pauses.filter(|&at| at > now).min()
    }
}

/// One partition of an answer.
fn take(
    partitions: &mut Partitions,
    asked: &Asked,
    data: PartitionData,
    settings: &ConsumerSettings,
    now: Monotonic,
    backoff: Duration,
    consequences: &mut Consequences,
) {
    let name = &asked.partition;
    let Some(one) = partitions.find_mut(name) else { return };
    match ErrorCode(data.error_code) {
        ErrorCode::NONE => {
            one.high_watermark = Some(data.high_watermark);
            one.last_stable_offset = Some(data.last_stable_offset).filter(|&at| at >= 0);
            one.log_start_offset = Some(data.log_start_offset).filter(|&at| at >= 0);
            if data.preferred_read_replica >= 0 {
                let until = now + NEARER_REPLICA_LIFETIME;
                one.nearer = Some((data.preferred_read_replica, until));
            }
            let bytes = data.records.unwrap_or_default().to_bytes();
            if bytes.is_empty() {
                return;
            }
            one.fetch_from = next_offset(&bytes, asked.from);
            let rules = Rules {
                check_crcs: settings.check_crcs,
                committed_only: settings.isolation == Isolation::ReadCommitted,
            };
            let what = Unfolding::new(name.clone(), asked.from, bytes, data.aborted_transactions, rules);
            partitions.arrived(name, what);
            consequences.has_records = true;
        }
        ErrorCode::OFFSET_OUT_OF_RANGE if one.nearer.is_some() => one.nearer = None,
        ErrorCode::OFFSET_OUT_OF_RANGE => {
            partitions.out_of_range(name);
            consequences.has_records = true;
        }
        ErrorCode::UNKNOWN_SERVER_ERROR | ErrorCode::UNKNOWN_LEADER_EPOCH | ErrorCode::OFFSET_NOT_AVAILABLE => {
            one.not_before = now + backoff;
        }
        ErrorCode::TOPIC_AUTHORIZATION_FAILED => {
            let what = format!("topic {}", name.topic);
            one.failed = Some(Error::Broker { code: ErrorCode::TOPIC_AUTHORIZATION_FAILED, what, message: None });
            consequences.has_records = true;
        }
        ErrorCode::CORRUPT_MESSAGE => {
            let why = "the broker found the batch corrupt".to_owned();
            one.failed = Some(Error::Corrupt { partition: name.clone(), offset: asked.from, why });
            consequences.has_records = true;
        }
        code => {
            tracing::debug!(partition = %name, %code, "cannot be fetched");
            (one.nearer, one.not_before) = (None, now + backoff);
            consequences.refresh_metadata = true;
        }
    }
}

/// Behind the last whole batch: where to go on while these wait. Looks at headers only.
fn next_offset(bytes: &bytes::Bytes, from: i64) -> i64 {
    let batches = kampa_formats::batch::batches(bytes.clone());
    batches.map_while(Result::ok).last().map_or(from, |batch| batch.next_offset().max(from))
}

impl Partition {
    fn is_fetchable(&self, now: Monotonic) -> bool {
        let is_ready = self.need == Need::Nothing && self.failed.is_none() && !self.is_uncertain;
        let is_wanted = !self.is_paused && !self.is_asked;
        is_ready && is_wanted && self.waiting.len() < ANSWERS_AHEAD_MAX && self.not_before <= now
    }

    fn served_by(&self, name: &TopicPartition, view: &ClusterView, now: Monotonic) -> Option<i32> {
        let nearer = self.nearer.filter(|&(node, until)| now < until && view.nodes.contains_key(&node));
        nearer.map(|(node, _)| node).or_else(|| view.partition(&name.topic, name.partition)?.leader)
    }
}

impl Fetch {
    fn let_go(&self, partitions: &mut Partitions) {
        for asked in &self.asked {
            if let Some(one) = partitions.find_mut(&asked.partition).filter(|one| one.serial == asked.serial) {
                one.is_asked = false;
            }
        }
    }
}

impl Node {
    fn is_free(&self, now: Monotonic) -> bool {
        !self.is_asked && self.not_before <= now
    }

    fn request(
        &mut self,
        node: i32,
        names: &[TopicPartition],
        partitions: &mut Partitions,
        view: &ClusterView,
        settings: &ConsumerSettings,
    ) -> Fetch {
        let (session_id, session_epoch) = match self.session {
            Session::Wished => (0, 0),
            Session::Open { id, epoch } => (id, epoch),
        };
        let is_incremental = session_epoch > 0;
        let mut topics: Vec<FetchTopic> = Vec::new();
        let mut told = BTreeMap::new();
        let mut asked = Vec::with_capacity(names.len());
        for name in names {
            let Some(one) = partitions.find_mut(name) else { continue };
            one.is_asked = true;
            let topic_id = view.topics.get(&*name.topic).map_or(Uuid::ZERO, |topic| topic.id);
            let leader_epoch = view.partition(&name.topic, name.partition).map_or(-1, |found| found.leader_epoch);
            let partition = FetchPartition {
                partition: name.partition,
                current_leader_epoch: leader_epoch,
                fetch_offset: one.fetch_from,
                partition_max_bytes: settings.max_partition_fetch_bytes,
                ..Default::default()
            };
            asked.push(Asked { partition: name.clone(), topic_id, serial: one.serial, from: one.fetch_from });
            let is_news = self.told.get(name).is_none_or(|known| *known != (topic_id, partition.clone()));
            if !is_incremental || is_news {
                match topics.last_mut().filter(|topic| *topic.topic == *name.topic) {
                    Some(topic) => topic.partitions.push(partition.clone()),
                    None => topics.push(FetchTopic {
                        topic: (&*name.topic).into(),
                        topic_id,
                        partitions: vec![partition.clone()],
                        ..Default::default()
                    }),
                }
            }
            told.insert(name.clone(), (topic_id, partition));
        }
        let gone = std::mem::replace(&mut self.told, told);
        let forgotten = if is_incremental { self.forgotten(gone) } else { Vec::new() };
        let request = FetchRequest {
            max_wait_ms: i32::try_from(settings.fetch_max_wait_ms).unwrap_or(i32::MAX),
            min_bytes: settings.fetch_min_bytes,
            max_bytes: settings.fetch_max_bytes,
            isolation_level: i8::from(settings.isolation == Isolation::ReadCommitted),
            session_id,
            session_epoch,
            topics,
            forgotten_topics_data: forgotten,
            rack_id: settings.client_rack.as_str().into(),
            ..Default::default()
        };
        Fetch { node, request, asked }
    }

    /// What the session knows and is not asked for this time, also under another id of the same name.
    fn forgotten(&self, gone: BTreeMap<TopicPartition, (Uuid, FetchPartition)>) -> Vec<ForgottenTopic> {
        let mut forgotten: Vec<ForgottenTopic> = Vec::new();
        for (name, (topic_id, _)) in gone {
            if self.told.get(&name).is_some_and(|(id, _)| *id == topic_id) {
                continue;
            }
            match forgotten.last_mut().filter(|topic| *topic.topic == *name.topic && topic.topic_id == topic_id) {
                Some(topic) => topic.partitions.push(name.partition),
                None => forgotten.push(ForgottenTopic {
                    topic: (&*name.topic).into(),
                    topic_id,
                    partitions: vec![name.partition],
                    ..Default::default()
                }),
            }
        }
        forgotten
    }

    fn goes_on(&mut self, id: i32) {
        self.session = match self.session {
            Session::Wished if id != 0 => Session::Open { id, epoch: 1 },
            // After the last number comes 1: 0 would begin a new session.
            Session::Open { id: known, epoch } if id == known => {
                Session::Open { id, epoch: if epoch == i32::MAX { 1 } else { epoch + 1 } }
            }
            // A node without room for sessions answers as to a request of its own.
            _ => Session::Wished,
        };
        if self.session == Session::Wished {
            self.told.clear();
        }
    }

    fn begin_again(&mut self) {
        self.session = Session::Wished;
        self.told.clear();
    }
}

/// Instead of the number of a request in its session: the session ends.
const FINAL_EPOCH: i32 = -1;

/// Answers of one partition that may wait for the user: one that is read, and one so that there is no pause after it.
const ANSWERS_AHEAD_MAX: usize = 2;

/// As long as Java's metadata live: then the leader is asked again which replica is near.
const NEARER_REPLICA_LIFETIME: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests;
