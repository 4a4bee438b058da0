//! What happened in a storage run, as its hands and its driver saw it: one list, in the order of time.
//!
//! Decides nothing. What a process says after its end nobody hears: [`Recorder::say`] leaves it out.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_protocol::{Text, Uuid};
use kampa_replication::{Isolation, PartitionConfig, PartitionId, Watermarks};
use kampa_storage::SegmentInfo;
use kampa_world::sim::Control;
use parking_lot::Mutex;

/// A place in the history: entries before it happened before.
pub type Moment = usize;
/// A record or a transaction's marker; unique in the run.
pub type Id = u32;
/// A partition; one of a topic that was deleted and made again is another. A place in [`History::places`].
pub type PlaceId = usize;
/// A transaction in one partition. A place in [`History::transactions`].
pub type TxnId = usize;

/// One partition.
#[derive(Clone, Debug)]
pub struct Place {
    /// Name, topic id, index.
    pub id: PartitionId,
    /// Its settings.
    pub config: PartitionConfig,
    /// Whether what is committed survives power cuts.
    pub synced: bool,
}

/// A record or marker that was sent, by its id.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Where to.
    pub place: PlaceId,
    /// What it is.
    pub what: What,
}

/// What was sent.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// Everything else of a record follows from its id.
    Record { key: Option<u16>, value_bytes: Option<u16>, timestamp: i64, txn: Option<TxnId> },
    /// A transaction's end, as its coordinator writes it.
    Marker { txn: TxnId, committed: bool },
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A process begins.
    Started,
    /// It stopped cleanly and left the mark.
    Stopped,
    /// It was killed; the machine and its memory stay.
    Killed,
    /// The machine lost power.
    PowerCut,
    /// A partition is to be there from now on.
    Made { place: PlaceId },
    /// A partition is to be there no longer.
    Gone { place: PlaceId },
    /// A partition was opened in one of the directories and leads.
    Opened { place: PlaceId, dir: usize, leader_epoch: i32, marks: Watermarks, durable_end: i64 },
    /// A partition could not be opened, and the disk was sound.
    NotOpened { place: PlaceId, why: String },
    /// A directory takes no more writes, it says.
    Offline { dir: usize },
    /// Records leave for a partition.
    Asked { place: PlaceId, first: Id, count: u32 },
    /// They were appended, it says, or had been before; append time -1 under CreateTime.
    Appended { place: PlaceId, first: Id, count: u32, base_offset: i64, append_time_ms: i64, duplicate: bool },
    /// They are as safe as the topic asks, it says.
    Committed { place: PlaceId, first: Id, count: u32, base_offset: i64 },
    /// The partition told a producer that is in order since `since` that it is not, when it sent the records from
    /// `first` on. `again`: it was told before that they are at this offset.
    OutOfOrder { place: PlaceId, since: Moment, first: Id, again: Option<i64>, why: String },
    /// Everything below is on the medium, it says.
    Durable { place: PlaceId, end: i64 },
    /// The outcome of a transaction was decided. Its marker comes later.
    Decided { txn: TxnId, committed: bool },
    /// A read, asked at `begun`: the records and markers that came, each with its offset and timestamp, and those of them that a
    /// consumer is shown.
    Read(Box<Read>),
    /// A read of what is out of range.
    OutOfRange { place: PlaceId, ask: Ask, start: i64, end: i64 },
    /// A read of what is corrupt.
    Corrupt { place: PlaceId, offset: i64 },
    /// A look for the first record of a time or later, below an end: offset and timestamp of what was found.
    Looked { place: PlaceId, begun: Moment, timestamp: i64, log_start: i64, below: i64, found: Option<(i64, i64)> },
    /// A look for the record with the largest timestamp, below an end: offset and timestamp of what was found.
    NewestAsked { place: PlaceId, log_start: i64, below: i64, found: Option<(i64, i64)> },
    /// A look for where a leader's epoch ends, and the epoch and offset that were told.
    EpochAsked { place: PlaceId, epoch: i32, log_start: i64, log_end: i64, answer: (i32, i64) },
    /// Records before an offset are to be deleted.
    DeleteAsked { place: PlaceId, before: i64 },
    /// They are, it says.
    DeletedBefore { place: PlaceId, log_start: i64 },
    /// Retention went over a partition: what was there before, what is gone, what is left.
    Retained(Box<Retention>),
    /// A compaction begins, at this time of the wall clock; it touches nothing from `before` on.
    CompactionBegun { place: PlaceId, now_ms: i64, before: i64 },
    /// Everything below is compacted, it says.
    Compacted { place: PlaceId, before: i64 },
    /// The checkpoint files of a directory were written: log starts as they were before.
    Checkpointed { dir: usize, log_starts: Vec<(PlaceId, i64)> },
    /// A copy of a partition may take its log's place from now on.
    MoveDue { place: PlaceId },
    /// It did not.
    Stayed { place: PlaceId },
    /// It did, in this directory; everything below `end` is on the medium.
    Moved { place: PlaceId, dir: usize, end: i64 },
    /// A bit of this partition's data was flipped on the disk.
    Rotted { place: PlaceId },
    /// Something that should never be seen, whatever fails.
    Wrong { what: String },
}

/// A read that was answered.
#[derive(Clone, Debug)]
pub struct Read {
    /// Which partition.
    pub place: PlaceId,
    /// When it was asked.
    pub begun: Moment,
    /// What was asked.
    pub ask: Ask,
    /// Where the next one begins.
    pub next_offset: i64,
    /// Where the partition stood.
    pub marks: Marks,
    /// Records and markers: offset, id, timestamp.
    pub seen: Vec<(i64, Id, i64)>,
    /// Those of them that a consumer is shown.
    pub shown: Vec<Id>,
}

/// What was asked of a read.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// From here on.
    pub offset: i64,
    /// As far as this reader sees.
    pub isolation: Isolation,
    /// The first batch comes whatever its size.
    pub at_least_one: bool,
}

/// Where a partition stood, as a read says.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// The first offset that may be read.
    pub log_start: i64,
    /// Committed transactions end before it.
    pub last_stable: i64,
    /// Committed records end before it.
    pub high_watermark: i64,
}

/// One round of retention over one partition.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Which.
    pub place: PlaceId,
    /// When, by the wall clock.
    pub now_ms: i64,
    /// Before.
    pub log_start: i64,
    /// Before.
    pub high_watermark: i64,
    /// What went.
    pub deleted: Vec<SegmentInfo>,
    /// What is left.
    pub left: Vec<SegmentInfo>,
    /// What it says the log start is.
    pub new_log_start: i64,
}

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// In the order of time.
    pub events: Vec<Event>,
    /// Every partition there ever was.
    pub places: Vec<Place>,
    /// Every record and marker that was sent, by id.
    pub sent: Vec<Sent>,
    /// For every transaction, what was decided.
    pub transactions: Vec<Option<bool>>,
    /// What hands did.
    pub operations: u64,
    pub counts: BTreeMap<&'static str, u64>,
}

/// Where everybody writes. Cloning shares it.
#[derive(Clone)]
pub struct Recorder {
    control: Control,
    history: Arc<Mutex<History>>,
}

impl Recorder {
    /// Of an empty history.
    pub fn new(control: Control) -> Recorder {
        Recorder { control, history: Arc::default() }
    }

    /// The driver writes.
    pub fn add(&self, event: Event) {
        self.history.lock().events.push(event);
    }

    /// Whether the process that speaks is still there to be heard.
    pub fn hears(&self) -> bool {
        self.control.is_running(MACHINE)
    }

    /// The process writes; what it says after its end is not heard.
    pub fn say(&self, event: Event) {
        if self.hears() {
            self.add(event);
        }
    }

    /// Something that should never be seen.
    pub fn wrong(&self, what: String) {
        self.say(Event::Wrong { what });
    }

    /// The next place in the history.
    pub fn now(&self) -> Moment {
        self.history.lock().events.len()
    }

    /// One more operation of a hand.
    pub fn operated(&self, what: &'static str) {
        let mut history = self.history.lock();
        history.operations += 1;
        *history.counts.entry(what).or_default() += 1;
    }

    /// Counts something for the report.
    pub fn count(&self, what: &'static str) {
        *self.history.lock().counts.entry(what).or_default() += 1;
    }

    /// Operations so far.
    pub fn operations(&self) -> u64 {
        self.history.lock().operations
    }

    /// A new partition.
    pub fn make_place(&self, topic: Text, topic_id: Uuid, index: i32, config: &PartitionConfig) -> PlaceId {
        let synced = config.log.flush_messages <= 1 || config.durability == kampa_replication::Durability::Synced;
        let mut history = self.history.lock();
        let place = history.places.len();
        let id = PartitionId { topic, topic_id, index };
        history.places.push(Place { id, config: config.clone(), synced });
        history.events.push(Event::Made { place });
        place
    }

    /// A partition as it was made.
    pub fn place(&self, place: PlaceId) -> Place {
        self.history.lock().places[place].clone()
    }

    /// An id for what is about to be sent.
    pub fn send(&self, sent: Sent) -> Id {
        let mut history = self.history.lock();
        history.sent.push(sent);
        (history.sent.len() - 1) as Id
    }

    /// What was sent under an id.
    pub fn sent(&self, id: Id) -> Option<Sent> {
        self.history.lock().sent.get(id as usize).copied()
    }

    /// A new transaction.
    pub fn begin_transaction(&self) -> TxnId {
        let mut history = self.history.lock();
        history.transactions.push(None);
        history.transactions.len() - 1
    }

    /// Decides how a transaction ends, unless that was decided before; says how.
    pub fn decide(&self, txn: TxnId, committed: bool) -> bool {
        let mut history = self.history.lock();
        if let Some(decided) = history.transactions[txn] {
            return decided;
        }
        history.transactions[txn] = Some(committed);
        history.events.push(Event::Decided { txn, committed });
        committed
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
}

/// The host of the process.
pub const MACHINE: &str = "machine";
