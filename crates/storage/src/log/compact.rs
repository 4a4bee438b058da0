//! Compaction: of each key the last record stays, and what nobody needs of transactions goes. Offsets never change.
//!
//! Two passes over what was not compacted yet and then over all before it, in steps, so that whoever drives it can wait between
//! them or stop: first the keys of the dirty part are noted, then all closed segments up to there are written anew, several
//! becoming one, and take the place of the old. What stays is Kafka's log cleaner's choice, record by record.
//!
//! Knows nothing of producers: the caller says which batches must not go. The active segment is never touched.

mod keys;
mod plan;
mod swap;
mod transactions;
mod verdict;
mod write;

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::batch::filter::{filter, parts};
use kampa_formats::batch::{BatchHeader, BatchView, HEADER_BYTES};
use kampa_formats::log_file_name::{LogFileName, LogFileStage};
use kampa_formats::txn_index::AbortedTxn;
use kampa_formats::{offset_index, time_index};

use self::keys::Keys;
use self::plan::{Ends, Extent, Size};
use self::transactions::{Fate, Transactions};
use self::verdict::{Rules, Verdict};
use self::write::Cleaned;
use super::{Inner, Log};
use crate::segment::{Miss, Reach, Segment};
use crate::walk::{Step as WalkStep, walk_pieces};

pub use plan::Dirtiness;
pub(crate) use write::Complete;

/// What a compaction may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompactionBounds {
    /// `log.cleaner.dedupe.buffer.size`: bytes to remember keys in, taken as they come.
    pub key_bytes_max: usize,
    /// `log.cleaner.io.buffer.load.factor`: how much of them may be filled.
    pub load_factor: f64,
    /// `log.cleaner.io.buffer.size`: bytes read, and written, at once.
    pub io_bytes: usize,
}

/// A batch that must stay, if empty, because it holds what its producer did last.
pub type Protects = Box<dyn Fn(&BatchHeader) -> bool + Send>;

/// A compaction under way. Dropped before its end it leaves the log as good as it was.
pub struct Compaction {
    inner: Arc<Inner>,
    /// What [`Log::truncate_to`] would make invalid.
    epoch: u32,
    bounds: CompactionBounds,
    first_dirty: i64,
    rules: Rules,
    protects: Protects,
    keys: Keys,
    transactions: Transactions,
    phase: Phase,
    /// Base offset of the segment that is being written.
    writing: Option<i64>,
    done: Compacted,
}

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Compacted {
    /// Everything below is compacted now.
    pub clean_end: i64,
    /// Bytes read to note keys.
    pub key_bytes_read: u64,
    /// Bytes read of the segments written anew, and what was written of them.
    pub bytes_read: u64,
    pub bytes_written: u64,
    pub records_read: u64,
    pub records_kept: u64,
    /// Records without a key among them, which compaction drops.
    pub records_without_key: u64,
    /// How full the memory for keys was, 0 to 1.
    pub key_utilization: f64,
    /// Segments there were, and those they became.
    pub segments_read: usize,
    pub segments_written: usize,
}

/// What one step of a compaction did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CompactionStep {
    /// Bytes read and written; there is more to do.
    On { bytes: u64 },
    /// The log is compacted.
    Done(Compacted),
}

/// Why a compaction ended early. The log is as good as it was.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    #[error("another compaction of the log is under way")]
    Busy,
    #[error("the log changed meanwhile, or is closed")]
    Interrupted,
    /// Bytes on the medium are not those written. The log is not to be compacted until somebody has looked.
    #[error("{file} at position {position}: {why}")]
    Corrupt { file: String, position: u64, why: String },
    #[error("the batch at offset {offset} has more keys than log.cleaner.dedupe.buffer.size holds")]
    KeysMax { offset: i64 },
    #[error(transparent)]
    Io(#[from] io::Error),
}

enum Phase {
    /// Noting keys: the segments, and where in which of them.
    Keys {
        segments: Vec<Arc<Segment>>,
        at: usize,
        position: Option<u64>,
    },
    /// Writing: the groups to come.
    Write {
        groups: Vec<Vec<Arc<Segment>>>,
        group: Option<Box<Group>>,
    },
    Done,
}

/// Segments that become one.
struct Group {
    segments: Vec<Arc<Segment>>,
    /// Which of them is read, and from where on.
    at: usize,
    position: u64,
    into: Cleaned,
}

/// What a compressed batch may unfold to: Kafka's largest request holds less (100 MiB by default), and what unfolds to more is
/// an attack on memory, not data.
const UNFOLDED_BYTES_MAX: usize = 256 << 20;

impl Log {
    /// How much waits to be compacted, given where the last compaction ended and up to where transactions are decided and records
    /// committed. Blocks where `min.compaction.lag.ms` or `max.compaction.lag.ms` ask how old segments are.
    pub fn dirtiness(&self, clean_end: Option<i64>, stable_end: i64, wall_ms: i64) -> io::Result<Dirtiness> {
        self.inner.dirtiness(clean_end, stable_end, wall_ms)
    }

    /// Begins to compact what `what` says is dirty. Nothing happens before the first step.
    pub fn begin_compaction(
        &self,
        what: &Dirtiness,
        wall_ms: i64,
        bounds: CompactionBounds,
        protects: Protects,
    ) -> Result<Compaction, CompactError> {
        let inner = &self.inner;
        if inner.compacting.swap(true, Ordering::AcqRel) {
            return Err(CompactError::Busy);
        }
        let config = inner.config.read().clone();
        let segments = inner.segments();
        let dirty = plan::dirty(&extents(&segments), what.first_dirty, what.first_uncleanable);
        let world = inner.world();
        Ok(Compaction {
            inner: inner.clone(),
            epoch: inner.epoch.load(Ordering::Acquire),
            bounds,
            first_dirty: what.first_dirty,
            rules: Rules {
                latest: -1,
                first_uncleanable: what.first_uncleanable,
                now_ms: wall_ms,
                delete_retention_ms: config.delete_retention_ms,
            },
            protects,
            keys: Keys::new((world.seed(), world.seed()), bounds.key_bytes_max, bounds.load_factor),
            transactions: Transactions::default(),
            phase: Phase::Keys { segments: segments[dirty].to_vec(), at: 0, position: None },
            writing: None,
            done: Compacted { clean_end: what.first_dirty, ..Compacted::default() },
        })
    }
}

fn extents(segments: &[Arc<Segment>]) -> Vec<Extent> {
    segments.iter().map(|it| Extent { base_offset: it.base_offset, bytes: it.size() }).collect()
}

impl Inner {
    fn dirtiness(&self, clean_end: Option<i64>, stable_end: i64, wall_ms: i64) -> io::Result<Dirtiness> {
        self.steady(|segments| {
            let config = self.config.read().clone();
            let ends = Ends { log_start: self.log_start(), clean_end, stable_end, log_end: self.log_end() };
            let extents = extents(segments);
            let closed = &segments[plan::closed_from(&extents, plan::first_dirty(ends))];
            let mut too_young = None;
            if config.min_compaction_lag_ms > 0 {
                for segment in closed {
                    if segment.last_written_ms()? > wall_ms.saturating_sub(config.min_compaction_lag_ms) {
                        too_young = Some(segment.base_offset);
                        break;
                    }
                }
            }
            let mut overdue_ms = 0;
            if config.max_compaction_lag_ms < i64::MAX {
                let due_ms = wall_ms.saturating_sub(config.max_compaction_lag_ms.max(0));
                for segment in closed {
                    let began = segment.first_timestamp()?.filter(|timestamp| *timestamp > 0);
                    overdue_ms = began.map_or(overdue_ms, |began| overdue_ms.max(due_ms.saturating_sub(began)));
                }
            }
            Ok(plan::measure(&extents, ends, too_young, overdue_ms))
        })
    }

    /// What lies in a segment is on the medium before it is replaced, below the recovery point, and the journal has no say in it.
    fn settle_below(&self, offset: i64, segments: &[Arc<Segment>]) -> io::Result<()> {
        let is_unsynced = |segment: &Arc<Segment>| {
            segment.data_unsynced.load(Ordering::Acquire) || segment.index_unsynced.load(Ordering::Acquire)
        };
        if self.recovery_point.load(Ordering::Acquire) < offset || segments.iter().any(is_unsynced) {
            self.sync_segments()?;
        }
        self.leave_journal(offset)
    }

    /// Removes what earlier compactions may have left: a file they were writing, found at a start, would speak against one whose
    /// exchange is complete.
    fn remove_unfinished(&self) -> io::Result<()> {
        let disk = self.world().disk();
        for entry in disk.read_dir(&self.home.dir)? {
            if LogFileName::parse(&entry.name).is_some_and(|name| name.stage == LogFileStage::Cleaned) {
                disk.remove_file(self.home.dir.join(entry.name))?;
            }
        }
        Ok(())
    }

    /// A segment that is not the log's any more cannot be read, which is nobody's trouble.
    fn read_failed(&self, segment: &Arc<Segment>, miss: Miss) -> CompactError {
        match miss {
            _ if !self.has(segment) => CompactError::Interrupted,
            Miss::Corrupt(position) => {
                CompactError::Corrupt { file: segment.describe(), position, why: "no valid batch".to_owned() }
            }
            other => other.into_io().into(),
        }
    }

    /// A failing disk is everybody's trouble; a full one, or a folder that has gone, is not.
    fn write_failed(&self, error: io::Error) -> CompactError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::InvalidData => error.into(),
            _ if self.abandoned.load(Ordering::Acquire) => CompactError::Interrupted,
            _ => self.home.volume.fail("compact", error).into(),
        }
    }
}

impl Compaction {
    /// Does the next piece of the work: about as much as the I/O buffer holds, or one exchange of segments. Blocks.
    pub fn step(&mut self) -> Result<CompactionStep, CompactError> {
        self.check_wanted()?;
        let bytes = match &mut self.phase {
            Phase::Keys { .. } => self.note_keys()?,
            Phase::Write { .. } => self.write()?,
            Phase::Done => return Ok(CompactionStep::Done(self.done)),
        };
        Ok(CompactionStep::On { bytes })
    }

    fn check_wanted(&self) -> Result<(), CompactError> {
        let inner = &self.inner;
        let is_open = inner.check_writable(&inner.writer.lock()).is_ok();
        let is_same = inner.epoch.load(Ordering::Acquire) == self.epoch;
        if is_open && is_same { Ok(()) } else { Err(CompactError::Interrupted) }
    }

    fn note_keys(&mut self) -> Result<u64, CompactError> {
        let Phase::Keys { segments, at, position } = &mut self.phase else { unreachable!("called in this phase") };
        let Some(segment) = segments.get(*at).cloned() else { return self.begin_to_write() };
        let end = segments.get(*at + 1).map_or(self.rules.first_uncleanable, |next| next.base_offset);
        let from = match *position {
            Some(position) => position,
            None if *at > 0 => 0,
            None => {
                self.inner.remove_unfinished()?;
                self.inner.settle_below(self.rules.first_uncleanable, segments)?;
                let aborted = self.inner.collect_aborted(self.first_dirty, self.rules.first_uncleanable)?;
                self.transactions.expect(aborted);
                let found = segment
                    .seek(self.first_dirty, Reach::Medium)
                    .map_err(|miss| self.inner.read_failed(&segment, miss))?;
                found.map_or(segment.size(), |found| found.position)
            }
        };
        let first_dirty = self.first_dirty;
        let (keys, transactions, rules) = (&mut self.keys, &mut self.transactions, &mut self.rules);
        let to = walk_piece(&self.inner, &segment, from, self.bounds.io_bytes, |batch| {
            let is_aborted = transactions.meet(batch)? == Fate::Aborted;
            if !is_aborted && !batch.is_control() && !note_batch(keys, batch, first_dirty)? {
                return Ok(ControlFlow::Break(()));
            }
            if batch.last_offset() >= first_dirty {
                rules.latest = rules.latest.max(batch.last_offset());
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let is_full = to.is_full;
        self.done.key_bytes_read += to.position - from;
        if is_full {
            return self.begin_to_write().map(|_| to.position - from);
        }
        let Phase::Keys { at, position, .. } = &mut self.phase else { unreachable!("called in this phase") };
        *position = Some(to.position);
        if to.position >= segment.size() {
            // There may be a gap up to the next segment.
            self.rules.latest = self.rules.latest.max(end - 1);
            (*at, *position) = (*at + 1, None);
        }
        Ok(to.position - from)
    }

    /// The keys are known up to some offset: everything below is to be written.
    fn begin_to_write(&mut self) -> Result<u64, CompactError> {
        if self.rules.latest < self.first_dirty {
            if self.first_dirty >= self.rules.first_uncleanable {
                self.phase = Phase::Done;
                return Ok(0);
            }
            return Err(CompactError::KeysMax { offset: self.first_dirty });
        }
        self.done.clean_end = self.rules.latest + 1;
        self.done.key_utilization = self.keys.utilization();
        self.transactions = Transactions::default();
        let segments = self.inner.segments();
        let count = segments.partition_point(|segment| segment.base_offset < self.done.clean_end);
        let segments = &segments[..count.min(segments.len() - 1)];
        let config = self.inner.config.read().clone();
        let sizes = segments.iter().map(size_of).collect::<io::Result<Vec<Size>>>()?;
        let bytes_max = config.segment_bytes.min(i32::MAX as u64);
        let index_max = config.index_size_max_bytes.into();
        let ranges = plan::group(&sizes, bytes_max, index_max, self.rules.first_uncleanable);
        let groups = ranges.into_iter().rev().map(|range| segments[range].to_vec()).collect();
        self.phase = Phase::Write { groups, group: None };
        Ok(0)
    }

    fn write(&mut self) -> Result<u64, CompactError> {
        let Phase::Write { groups, group } = &mut self.phase else { unreachable!("called in this phase") };
        let Some(mut current) = group.take() else {
            match groups.pop() {
                Some(segments) => {
                    self.writing = Some(segments[0].base_offset);
                    *group = Some(Box::new(Group::begin(&self.inner, segments, &self.bounds)?));
                }
                None => self.phase = Phase::Done,
            }
            return Ok(0);
        };
        if current.at == current.segments.len() {
            return self.finish(*current);
        }
        let bytes = self.copy(&mut current);
        if let Phase::Write { group, .. } = &mut self.phase {
            *group = Some(current);
        }
        bytes
    }

    /// Reads a piece of one of the group's segments and writes what stays.
    fn copy(&mut self, group: &mut Group) -> Result<u64, CompactError> {
        let segment = group.segments[group.at].clone();
        let from = group.position;
        if from == 0 {
            let aborted = self.aborted_of(&segment)?;
            self.transactions.expect(aborted);
        }
        let (done, keys, transactions) = (&mut self.done, &self.keys, &mut self.transactions);
        let (protects, rules) = (&self.protects, &self.rules);
        let into = &mut group.into;
        let mut written = 0;
        let to = walk_piece(&self.inner, &segment, from, self.bounds.io_bytes, |batch| {
            let fate = transactions.meet(batch)?;
            let is_last = batch.has_producer_id() && protects(batch);
            let (verdict, how) = verdict::of_batch(batch, fate, is_last, rules);
            done.records_read += u64::try_from(batch.count).unwrap_or(0);
            if let Fate::AbortMarker(transaction) = &fate {
                into.append_aborted(transaction);
            }
            if verdict == Verdict::Drop {
                return Ok(ControlFlow::Continue(()));
            }
            let left = filter(batch, UNFOLDED_BYTES_MAX, how, |record| match verdict {
                Verdict::Drop | Verdict::Empty => false,
                Verdict::Marker => true,
                Verdict::Look => {
                    done.records_without_key += u64::from(record.key.is_none() && record.offset <= rules.latest);
                    verdict::keeps(batch, record, |key| keys.get(key), rules)
                }
            })?;
            if let Some(batch) = &left.batch {
                written += batch.len() as u64;
                done.records_kept += left.kept as u64;
                into.append(batch)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.done.bytes_read += to.position - from;
        self.done.bytes_written += written;
        group.position = to.position;
        if to.position >= segment.size() {
            (group.at, group.position) = (group.at + 1, 0);
        }
        Ok(to.position - from + written)
    }

    /// The aborted transactions that batches of a segment may belong to.
    fn aborted_of(&self, segment: &Segment) -> io::Result<Vec<AbortedTxn>> {
        let segments = self.inner.segments();
        let behind = segments.partition_point(|other| other.base_offset <= segment.base_offset);
        let end = segments.get(behind).map_or(self.rules.first_uncleanable, |next| next.base_offset);
        self.inner.collect_aborted(segment.base_offset, end)
    }

    /// A group is written: it takes the place of its segments.
    fn finish(&mut self, group: Group) -> Result<u64, CompactError> {
        let complete = group.into.finish().map_err(|error| self.inner.write_failed(error))?;
        let swapped = self.inner.swap_in(&group.segments, &complete).map_err(|error| self.inner.write_failed(error))?;
        if !swapped {
            return Err(CompactError::Interrupted);
        }
        self.writing = None;
        self.done.segments_read += group.segments.len();
        self.done.segments_written += 1;
        Ok(0)
    }
}

impl Drop for Compaction {
    fn drop(&mut self) {
        let home = &self.inner.home;
        let is_ours = home.volume.check_online().is_ok() && !self.inner.abandoned.load(Ordering::Acquire);
        if let Some(base_offset) = self.writing.filter(|_| is_ours) {
            write::remove(home, base_offset);
        }
        self.inner.compacting.store(false, Ordering::Release);
    }
}

impl Group {
    fn begin(inner: &Inner, segments: Vec<Arc<Segment>>, bounds: &CompactionBounds) -> Result<Group, CompactError> {
        let interval = inner.config.read().index_interval_bytes;
        let into = Cleaned::create(&inner.home, segments[0].base_offset, bounds.io_bytes, interval);
        Ok(Group { into: into.map_err(|error| inner.write_failed(error))?, segments, at: 0, position: 0 })
    }
}

fn size_of(segment: &Arc<Segment>) -> io::Result<Size> {
    let (offsets, times) = segment.index_entries()?;
    Ok(Size {
        base_offset: segment.base_offset,
        bytes: segment.size(),
        offset_index_bytes: u64::from(offsets) * offset_index::ENTRY_BYTES as u64,
        time_index_bytes: u64::from(times) * time_index::ENTRY_BYTES as u64,
    })
}

/// Notes the keys of a batch from `first_dirty` on; `false` when there is no room for one.
fn note_batch(keys: &mut Keys, batch: &BatchView, first_dirty: i64) -> Result<bool, Trouble> {
    let records = batch.records(UNFOLDED_BYTES_MAX)?;
    let mut has_room = true;
    parts(batch, records.body(), |part| {
        if let Some(key) = part.key
            && part.offset >= first_dirty
        {
            has_room = keys.put(key, part.offset);
        }
        has_room
    })?;
    Ok(has_room)
}

/// How far a walk came.
struct Piece {
    position: u64,
    /// It was told to stop.
    is_full: bool,
}

/// What ends a walk: a batch that is none, or what is made of it cannot be written.
enum Trouble {
    Batch(String),
    Write(io::Error),
}

impl From<kampa_formats::batch::RecordIssue> for Trouble {
    fn from(issue: kampa_formats::batch::RecordIssue) -> Trouble {
        Trouble::Batch(issue.to_string())
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Write(error)
    }
}

/// Shows the batches from a position on, about `bytes` of them, checksums verified: what is written anew would carry a good one.
fn walk_piece(
    inner: &Inner,
    segment: &Arc<Segment>,
    from: u64,
    bytes: usize,
    mut visit: impl FnMut(&BatchView) -> Result<ControlFlow<()>, Trouble>,
) -> Result<Piece, CompactError> {
    // A setting may say less than a header takes.
    let budget = bytes.max(HEADER_BYTES) as u64;
    let read_failed = |error| inner.read_failed(segment, Miss::Io(error));
    let file = segment.log_file(Reach::Medium).map_err(|miss| inner.read_failed(segment, miss))?;
    let mut stopped = None;
    let walked = walk_pieces(&file, from, segment.size(), true, budget, |position, batch| {
        let went = if position - from >= budget { Ok(ControlFlow::Break(false)) } else { visit(batch).map(is_full) };
        match went {
            Ok(ControlFlow::Continue(())) => return WalkStep::On,
            Ok(ControlFlow::Break(is_full)) => stopped = Some(Ok(is_full)),
            Err(trouble) => stopped = Some(Err(trouble)),
        }
        WalkStep::Stop(String::new())
    })
    .map_err(read_failed)?;
    let position = walked.valid_bytes;
    let corrupt = |why| CompactError::Corrupt { file: segment.describe(), position, why };
    match (stopped, walked.trouble) {
        (Some(Ok(is_full)), _) => Ok(Piece { position, is_full }),
        (Some(Err(Trouble::Batch(why))), _) | (None, Some(why)) => Err(corrupt(why)),
        (Some(Err(Trouble::Write(error))), _) => Err(inner.write_failed(error)),
        (None, None) => Ok(Piece { position, is_full: false }),
    }
}

fn is_full(went: ControlFlow<()>) -> ControlFlow<bool> {
    if went.is_break() { ControlFlow::Break(true) } else { ControlFlow::Continue(()) }
}
