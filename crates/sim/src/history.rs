//! What happened in a run, as its clients and its driver saw it: one list, in the order of time.
//!
//! Clients write it, checkers read it; it decides nothing. One thread runs a simulation, so an earlier place in the list is an
//! earlier time. What a client asked for and what it was answered are two entries, since much happens between them.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_protocol::{ErrorCode, Text, Uuid};
use parking_lot::Mutex;

/// A place in the history: entries before it happened before.
pub type Moment = usize;

/// One partition of one topic; a topic deleted and made again is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The topic.
    pub topic_id: Uuid,
    /// The partition's index.
    pub partition: i32,
}

/// One record. A session is one run of a producer with one producer id; serials count its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId {
    /// The producer's session.
    pub session: u32,
    /// The record's number in it, from 0.
    pub serial: u32,
}

/// How an asked change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, says the node.
    Done,
    /// Not done and never will be, says the node.
    Refused(ErrorCode),
}

/// A change somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicChange {
    /// A topic with so many partitions.
    Create { partitions: i32 },
    /// Away with it.
    Delete,
    /// So many partitions in all.
    Grow { partitions: i32 },
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A process of the node begins.
    NodeStarted,
    /// The node said that it stopped cleanly.
    NodeStopped,
    /// Its process was killed; the host and its memory stay.
    NodeKilled,
    /// Its host lost power.
    PowerCut,
    /// A bit of this partition's log was flipped on the disk.
    Rotted { place: Place },

    /// Whether committed offsets must survive power cuts.
    OffsetsTopic { synced: bool },
    /// A topic exists from now on: whether its records must survive power cuts, and whether old ones are deleted.
    TopicMade { topic_id: Uuid, name: Text, synced: bool, retained: bool },
    /// Somebody asks for a change of a topic. One after another for each name.
    TopicAsked { name: Text, change: TopicChange },
    /// The last change asked for ended.
    TopicAnswered { name: Text, outcome: Outcome, topic_id: Uuid },
    /// Somebody looked, having asked at `begun`: the topic's id and partitions, or that there is none.
    TopicSeen { name: Text, begun: Moment, found: Option<(Uuid, i32)> },

    /// A producer was given an id.
    ProducerIdGiven { producer_id: i64, epoch: i16 },
    /// A producer session begins; an idempotent one numbers its batches.
    SessionBegun { session: u32, idempotent: bool },
    /// A record leaves for the first time.
    Sent { record: RecordId, place: Place, digest: u64 },
    /// The node acknowledged `count` records from `first` on, asked at `begun`. Offset -1: it does not say where they are.
    Acked { first: RecordId, count: u32, place: Place, base_offset: i64, begun: Moment, acks: i16 },
    /// The node refused the records for good.
    Refused { first: RecordId, count: u32, place: Place, error: ErrorCode },
    /// The node said to a producer that is in order that it is not.
    OutOfOrder { session: u32, place: Place, error: ErrorCode, begun: Moment },

    /// A reader got a record, having asked at `begun`.
    Read { place: Place, offset: i64, record: Option<(RecordId, u64)>, begun: Moment },
    /// A reader was told where a partition ends, having asked at `begun`.
    Watermarks { place: Place, log_start: i64, last_stable: i64, high_watermark: i64, begun: Moment },
    /// A reader was told that its offset, which it was given before, is out of range.
    OutOfRange { place: Place, offset: i64, since: Moment },
    /// The final reader begins with a partition that goes from `log_start` to `log_end`.
    AuditBegun { place: Place, log_start: i64, log_end: i64 },
    /// The final reader has read all of it that it could.
    AuditEnded { place: Place },

    /// A member was told its partitions, having asked at `begun`.
    Assigned { group: Text, generation: i32, member: Text, places: Vec<Place>, begun: Moment },
    /// A member asks to commit; `commit` numbers the attempts of all.
    CommitAsked { commit: u32, group: Text, generation: i32, place: Place, offset: i64 },
    /// It ended.
    CommitAnswered { commit: u32, outcome: Outcome },
    /// Somebody looked at a committed offset, having asked at `begun`. `None`: nothing is committed. Else the number of
    /// the commit (told by its metadata) and the offset.
    CommitSeen { group: Text, place: Place, begun: Moment, found: Option<(u32, i64)> },

    /// Something that should never be seen, whatever fails.
    Wrong { what: String },
}

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// In the order of time.
    pub events: Vec<Event>,
    /// Requests that clients sent.
    pub operations: u64,
    sessions: u32,
    commits: u32,
    counts: BTreeMap<&'static str, u64>,
    disk_may_fail: bool,
    cluster_id: Option<Text>,
}

/// Where everybody writes. Cloning shares it.
#[derive(Clone, Default)]
pub struct Recorder {
    history: Arc<Mutex<History>>,
}

impl Recorder {
    /// From now on the node's disk may fail it, and it may say so.
    pub fn let_disk_fail(&self) {
        self.history.lock().disk_may_fail = true;
    }

    /// Whether the node's disk may fail it.
    pub fn disk_may_fail(&self) -> bool {
        self.history.lock().disk_may_fail
    }

    /// The cluster's id must be the same for ever; else what it was.
    pub fn same_cluster(&self, id: Text) -> Result<(), Text> {
        let mut history = self.history.lock();
        let known = history.cluster_id.get_or_insert(id.clone());
        if *known == id { Ok(()) } else { Err(known.clone()) }
    }

    /// Something happened.
    pub fn add(&self, event: Event) {
        self.history.lock().events.push(event);
    }

    /// Something happened that never should.
    pub fn wrong(&self, what: String) {
        self.add(Event::Wrong { what });
    }

    /// The present.
    pub fn now(&self) -> Moment {
        self.history.lock().events.len()
    }

    /// A client sends a request.
    pub fn count_operation(&self) {
        self.history.lock().operations += 1;
    }

    /// Whether bits of a partition were flipped.
    pub fn is_rotten(&self, place: Place) -> bool {
        self.history.lock().events.iter().any(|event| *event == Event::Rotted { place })
    }

    /// Every name that somebody asked to change.
    pub fn topic_names(&self) -> Vec<Text> {
        let history = self.history.lock();
        let name = |event: &Event| if let Event::TopicAsked { name, .. } = event { Some(name.clone()) } else { None };
        let mut names: Vec<Text> = history.events.iter().filter_map(name).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Requests sent so far.
    pub fn operations(&self) -> u64 {
        self.history.lock().operations
    }

    /// Something that a report counts.
    pub fn count(&self, what: &'static str) {
        *self.history.lock().counts.entry(what).or_default() += 1;
    }

    /// A number for a new producer session.
    pub fn new_session(&self) -> u32 {
        let mut history = self.history.lock();
        history.sessions += 1;
        history.sessions
    }

    /// A number for a new attempt to commit.
    pub fn new_commit(&self) -> u32 {
        let mut history = self.history.lock();
        history.commits += 1;
        history.commits
    }

    /// All of it, for the checkers.
    pub fn take(&self) -> History {
        std::mem::take(&mut self.history.lock())
    }
}

impl History {
    /// What the report counts, by name.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// How often something happened.
    pub fn count_of(&self, is: impl Fn(&Event) -> bool) -> u64 {
        self.events.iter().filter(|event| is(event)).count() as u64
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.topic_id, self.partition)
    }
}

impl std::fmt::Display for RecordId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.session, self.serial)
    }
}
