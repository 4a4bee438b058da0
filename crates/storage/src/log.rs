//! A log: an ordered list of segments, written at its end by one writer, read anywhere by anybody.
//!
//! Owns where bytes lie, not what they mean: batches come stamped, with a summary of what their headers say. Three ends: `log_end`
//! is written, `durable_end` is on the medium, `recovery_point` is there in the segments themselves. What may block says so;
//! `append` writes to the page cache and runs inline.
//!
//! Invariants: `log_start <= log_end`, `recovery_point <= durable_end <= log_end`; the segments' base offsets grow; readers take no lock a writer
//! holds while it writes; while `epoch` is odd, bytes are being cut off and what was read meanwhile does not count.

mod aborted;
mod commit;
mod compact;
mod leftovers;
mod look_back;
mod open;
mod read;
mod retain;
mod scrub;
mod sync;
mod times;
mod truncate;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use kampa_formats::batch::BatchHeader;
use kampa_formats::sync_journal::LogName;
use kampa_formats::txn_index::AbortedTxn;
use kampa_world::World;
use parking_lot::{Mutex, RwLock};

use crate::config::LogConfig;
use crate::segment::{Home, Segment};
use crate::together::Together;

pub(crate) use commit::{Gathered, Place, Put};
pub(crate) use compact::Complete;
pub use compact::{CompactError, Compacted, Compaction, CompactionBounds, CompactionStep, Dirtiness, Protects};
pub use open::{OpenAs, Recovered};
pub use read::{LogRead, ReadError};
pub use retain::Retained;
pub use scrub::Scrubbed;
pub use times::TimestampOffset;

/// One partition's bytes. Cloning shares it.
#[derive(Clone)]
pub struct Log {
    pub(crate) inner: Arc<Inner>,
}

/// What a log needs to know of an appended batch, so that nobody decodes its header twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    pub base_offset: i64,
    pub last_offset: i64,
    /// Largest timestamp of its records in ms, -1 for none.
    pub max_timestamp: i64,
    /// Bytes of the batch, header included.
    pub size: usize,
}

/// Where appended batches went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Base offset of the new segment, if one was begun for these batches: time for a producer snapshot.
    pub rolled_at: Option<i64>,
    /// `flush.messages` asks for a [`Log::sync`]; with 1, before anybody is answered.
    pub sync_due: bool,
}

/// One segment, as tools and metrics see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    pub base_offset: i64,
    /// Base offset of the segment after it, or the end of the log.
    pub next_offset: i64,
    pub size_bytes: u64,
}

pub(crate) struct Inner {
    home: Arc<Home>,
    config: RwLock<Arc<LogConfig>>,
    writer: Mutex<Writer>,
    segments: RwLock<Arc<[Arc<Segment>]>>,
    log_start: AtomicI64,
    log_end: AtomicI64,
    /// On the medium, in the segments or in the journal: may be answered.
    durable_end: AtomicI64,
    /// On the medium, in the segments themselves.
    recovery_point: AtomicI64,
    /// On the medium, likewise, of the newest segment.
    covered: Mutex<Place>,
    /// Counts truncations twice: odd while one is going on.
    epoch: AtomicU32,
    /// The folder has another name, or is gone: nothing may be opened in it any more.
    abandoned: AtomicBool,
    /// A compaction is under way.
    compacting: AtomicBool,
    /// How often compacted segments took the place of others.
    swaps: AtomicU32,
    /// Held by whoever deletes, cuts or exchanges segments; taken before `writer`.
    upkeep: Mutex<()>,
    /// How often names in the folder, or the folder's own, were changed, and which of that is on the medium.
    names_changed: AtomicU64,
    names_synced: Mutex<u64>,
    /// Who the journal's entries are about, once its names are on the medium.
    journal_name: OnceLock<Box<LogName>>,
    /// The newest group of the journal with an entry of this log; 0 for none that counts.
    pub(crate) last_group: AtomicU64,
    /// The newest group whose entries of this log are in the segments on the medium as well.
    synced_group: AtomicU64,
    /// It is queued for the next commit.
    commit_asked: AtomicBool,
    on_durable: OnceLock<Box<dyn Fn(i64) + Send + Sync>>,
    sync_turn: tokio::sync::Mutex<()>,
    /// Held while files are synced.
    files_turn: Mutex<()>,
    /// A sync because of `flush.ms` is due at some time.
    sync_awaited: AtomicBool,
}

/// What only the one who appends touches.
struct Writer {
    active: Arc<Segment>,
    /// Taken off `segment_ms` for the active segment.
    roll_jitter_ms: i64,
    /// Why nothing more is written.
    stopped: Option<String>,
}

impl BatchSummary {
    /// What the header of a batch says.
    pub fn of(header: &BatchHeader) -> BatchSummary {
        BatchSummary {
            base_offset: header.base_offset,
            last_offset: header.last_offset(),
            max_timestamp: header.max_timestamp,
            size: header.size_bytes(),
        }
    }
}

impl Log {
    /// The first offset that may be read.
    pub fn log_start(&self) -> i64 {
        self.inner.log_start()
    }

    /// Whether the files alone tell a start where the log begins: at a segment, and the names of older ones are gone for good.
    pub fn start_is_in_names(&self) -> bool {
        let first = self.inner.segments().first().map_or(0, |segment| segment.base_offset);
        first >= self.log_start() && (first == 0 || self.inner.names_are_synced())
    }

    /// The offset the next record will have.
    pub fn log_end(&self) -> i64 {
        self.inner.log_end()
    }

    /// Everything below is on the medium, in the segments or in the directory's journal: it may be answered.
    pub fn durable_end(&self) -> i64 {
        self.inner.durable_end.load(Ordering::Acquire)
    }

    /// Everything below is on the medium in the segments themselves: where a recovery may begin.
    pub fn recovery_point(&self) -> i64 {
        self.inner.recovery_point.load(Ordering::Acquire)
    }

    /// Bytes of all data files.
    pub fn size_bytes(&self) -> u64 {
        self.inner.segments().iter().map(|segment| segment.size()).sum()
    }

    /// The segments, oldest first.
    pub fn segments(&self) -> Vec<SegmentInfo> {
        let segments = self.inner.segments();
        let nexts = segments.iter().skip(1).map(|segment| segment.base_offset).chain([self.log_end()]);
        let info = |(segment, next_offset): (&Arc<Segment>, i64)| SegmentInfo {
            base_offset: segment.base_offset,
            next_offset,
            size_bytes: segment.size(),
        };
        segments.iter().zip(nexts).map(info).collect()
    }

    /// The settings in force.
    pub fn config(&self) -> Arc<LogConfig> {
        self.inner.config.read().clone()
    }

    /// Replaces the settings; the next append, roll and retention go by them.
    pub fn set_config(&self, config: impl Into<Arc<LogConfig>>) {
        *self.inner.config.write() = config.into();
    }

    /// Writes whole batches, stamped, at or after `log_end`, and publishes them to readers: one positioned write into the page
    /// cache, inline. `batches` are the bytes in order, `summaries` tells the batches in them.
    ///
    /// On an error nothing of it is kept or readable. A full disk (`StorageFull`) leaves the log as it was; any other error takes
    /// the log directory offline.
    pub fn append(&self, batches: &[Bytes], summaries: &[BatchSummary]) -> io::Result<Appended> {
        self.inner.append(batches, summaries)
    }

    /// Begins a new segment at `log_end`, unless the active one is empty. Returns its base offset.
    pub fn roll(&self) -> io::Result<i64> {
        let mut writer = self.inner.writer.lock();
        self.inner.check_writable(&writer)?;
        if writer.active.size() > 0 {
            self.inner.roll_to(&mut writer, self.log_end())?;
        }
        Ok(writer.active.base_offset)
    }

    /// Notes an aborted transaction in the segment that holds its marker. Transactions come in the order of their markers.
    pub fn append_aborted(&self, transaction: &AbortedTxn) -> io::Result<()> {
        let writer = self.inner.writer.lock();
        self.inner.check_writable(&writer)?;
        let segments = self.inner.segments();
        let after = segments.partition_point(|segment| segment.base_offset <= transaction.last_offset);
        match after.checked_sub(1) {
            Some(at) => {
                if !segments[at].has_aborted() {
                    // Its index has no name yet.
                    self.inner.note_names();
                }
                segments[at].append_aborted(transaction)
            }
            None => Ok(()),
        }
    }

    /// The aborted transactions that a reader of committed records must skip between `from` and `to`.
    pub async fn aborted_between(&self, from: i64, to: i64) -> io::Result<Vec<AbortedTxn>> {
        let segments = self.inner.segments();
        let first = segments.partition_point(|segment| segment.base_offset <= from).saturating_sub(1);
        if segments[first..].iter().all(|segment| !segment.has_aborted()) {
            return Ok(Vec::new());
        }
        let inner = self.inner.clone();
        self.inner.world().offload(move || inner.collect_aborted(from, to)).await
    }

    /// Counts the exchanges of segments by compaction. Who reads records and then asks which of them are aborted has an answer that
    /// fits only if this has not moved meanwhile: of what compaction drops, it forgets that it was aborted.
    pub fn swaps(&self) -> u32 {
        self.inner.swaps.load(Ordering::Acquire)
    }

    /// Readers' lower bound moves up to `offset`, at most to `log_end`; never down. Returns the bound. Files go with
    /// [`Log::retain`].
    pub fn advance_log_start(&self, offset: i64) -> i64 {
        let offset = offset.min(self.log_end());
        let moved = self.inner.log_start.fetch_max(offset, Ordering::AcqRel).max(offset);
        self.inner.home.volume.stir();
        moved
    }

    /// The next record will have `offset`, or the one it would have anyway if that is larger: what lies between was compacted away.
    pub fn skip_to(&self, offset: i64) -> io::Result<()> {
        let mut writer = self.inner.writer.lock();
        self.inner.check_writable(&writer)?;
        if offset > self.log_end() {
            self.inner.roll_to(&mut writer, offset)?;
            self.inner.log_end.store(offset, Ordering::Release);
        }
        Ok(())
    }

    /// The aborted transactions that are known, by segment. Blocks.
    pub fn all_aborted(&self) -> io::Result<Vec<AbortedTxn>> {
        self.inner.steady(|segments| {
            let mut all = Vec::new();
            for segment in segments.iter().filter(|segment| segment.has_aborted()) {
                all.extend(segment.aborted()?);
            }
            Ok(all)
        })
    }

    /// Whether it has no file yet: nothing was ever written.
    pub fn is_unborn(&self) -> bool {
        self.inner.segments().iter().all(|segment| segment.is_unborn())
    }

    /// Whether both are the same log.
    pub fn is(&self, other: &Log) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Its files go to another name or away: nothing is appended afterwards, nothing synced, all files closed. Readers that are
    /// under way end as they can.
    pub(crate) fn abandon(&self) {
        // An exchange of segments comes to its end first: it renames by paths, which may be another log's in a moment.
        let _turn = self.inner.upkeep.lock();
        self.inner.writer.lock().stopped = Some("it is deleted".to_owned());
        self.inner.abandoned.store(true, Ordering::Release);
        for segment in self.inner.segments().iter() {
            segment.abandon();
        }
    }

    /// A clean stop: completes the index files, syncs everything and closes the files. Nothing is appended afterwards. Blocks.
    pub fn close(&self) -> io::Result<()> {
        if self.inner.writer.lock().stopped.is_some() {
            return Ok(());
        }
        let mut together = Together::of(&self.inner.home.volume);
        self.close_with(&mut together)?;
        together.finish()
    }

    /// As [`Log::close`], but for the syncs, which it shares: it is closed when [`Together::finish`] has returned. Blocks.
    pub fn close_with(&self, together: &mut Together) -> io::Result<()> {
        {
            let mut writer = self.inner.writer.lock();
            if writer.stopped.is_none() {
                self.inner.home.volume.check_online()?;
                writer.stopped = Some("it is closed".to_owned());
                writer.active.finish()?;
            }
        }
        // A compaction that is about to exchange segments comes to the end of it; it does not begin another.
        let _turn = self.inner.upkeep.lock();
        for segment in self.inner.segments().iter() {
            segment.rest()?;
        }
        together.add(self);
        Ok(())
    }

    /// It is closed: what the journal says of it counts until somebody opens it again.
    pub(crate) fn leave_on_close(&self) {
        if let Some(name) = self.inner.journal_name.get().filter(|_| self.inner.is_in_journal()) {
            self.inner.home.volume.journal.leave(&name.folder);
        }
        for segment in self.inner.segments().iter() {
            segment.close_files();
        }
    }
}

impl Inner {
    fn world(&self) -> &World {
        &self.home.volume.world
    }

    fn log_start(&self) -> i64 {
        self.log_start.load(Ordering::Acquire)
    }

    fn log_end(&self) -> i64 {
        self.log_end.load(Ordering::Acquire)
    }

    fn segments(&self) -> Arc<[Arc<Segment>]> {
        self.segments.read().clone()
    }

    /// Does `work` with the segments, again if some of them were replaced or deleted under it.
    fn steady<T>(&self, work: impl Fn(&[Arc<Segment>]) -> io::Result<T>) -> io::Result<T> {
        loop {
            let segments = self.segments();
            match work(&segments) {
                Err(_) if !Arc::ptr_eq(&segments, &self.segments()) => continue,
                done => return done,
            }
        }
    }

    /// See [`Log::aborted_between`]. Blocks.
    fn collect_aborted(&self, from: i64, to: i64) -> io::Result<Vec<AbortedTxn>> {
        self.steady(|segments| {
            let first = segments.partition_point(|segment| segment.base_offset <= from).saturating_sub(1);
            let mut found = Vec::new();
            for segment in &segments[first..] {
                for transaction in segment.aborted()? {
                    if transaction.last_offset >= from && transaction.first_offset < to {
                        found.push(transaction);
                    }
                    // What ended after this one was still open below its last stable offset, or began after.
                    if transaction.last_stable_offset >= to {
                        return Ok(found);
                    }
                }
            }
            Ok(found)
        })
    }

    fn check_writable(&self, writer: &Writer) -> io::Result<()> {
        self.home.volume.check_online()?;
        match &writer.stopped {
            None => Ok(()),
            Some(why) => Err(io::Error::other(format!("log {} takes no more appends: {why}", self.home.dir.display()))),
        }
    }

    fn append(self: &Arc<Self>, batches: &[Bytes], summaries: &[BatchSummary]) -> io::Result<Appended> {
        let ([first, ..], [.., last]) = (summaries, summaries) else {
            return Ok(Appended { rolled_at: None, sync_due: false });
        };
        let bytes: u64 = batches.iter().map(|bytes| bytes.len() as u64).sum();
        let told: u64 = summaries.iter().map(|batch| batch.size as u64).sum();
        assert_eq!(bytes, told, "the batches' sizes are those of their bytes");

        let mut writer = self.writer.lock();
        self.check_writable(&writer)?;
        let log_end = self.log_end();
        assert!(first.base_offset >= log_end, "an append at {} below the log end {log_end}", first.base_offset);

        let config = self.config.read().clone();
        let mut rolled_at = None;
        if self.must_roll(&writer, &config, summaries, bytes)? {
            // Before a gap in a copy of a compacted log: the next segment begins where this one ends, so that a recovery need not
            // ask whether something was lost between them.
            let is_far = last.last_offset - log_end > i64::from(i32::MAX);
            let base_offset = if is_far { first.base_offset } else { log_end };
            self.roll_to(&mut writer, base_offset)?;
            rolled_at = Some(base_offset);
        }
        let active = writer.active.clone();
        if active.size() + bytes > i32::MAX as u64 || last.last_offset - active.base_offset > i64::from(i32::MAX) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "an append beyond what one segment can index"));
        }
        self.write(&mut writer, batches, summaries, &config)?;
        self.log_end.store(last.last_offset + 1, Ordering::Release);
        self.home.volume.stir();
        if active.tail_is_long()
            && let Err(error) = active.write_tail()
        {
            // The entries stay in memory; the batches are safe and found without them.
            tracing::warn!(segment = %active.describe(), %error, "index entries not written");
        }
        let unsynced = last.last_offset + 1 - self.durable_end.load(Ordering::Relaxed);
        if config.flush_ms < i64::MAX {
            self.sync_within(config.flush_ms);
        }
        Ok(Appended { rolled_at, sync_due: unsynced >= config.flush_messages })
    }

    /// Writes to the active segment; on an error nothing of it is there.
    fn write(
        &self,
        writer: &mut Writer,
        batches: &[Bytes],
        summaries: &[BatchSummary],
        config: &LogConfig,
    ) -> io::Result<()> {
        if writer.active.is_unborn() {
            // Whether it succeeds or not: the names may be there, and the next attempt finds them.
            self.note_names();
        }
        let Err(failed) = writer.active.append(batches, summaries, config.index_interval_bytes) else { return Ok(()) };
        if let Some(undo) = failed.undo {
            writer.stopped = Some(format!("a failed append could not be undone: {undo}"));
        }
        match failed.error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Err(failed.error),
            _ => Err(self.home.volume.fail("append", failed.error)),
        }
    }

    /// Kafka's rule: too large, too old by its records' time, an index full, or an offset too far from the first.
    fn must_roll(
        &self,
        writer: &Writer,
        config: &LogConfig,
        summaries: &[BatchSummary],
        bytes: u64,
    ) -> io::Result<bool> {
        let active = &writer.active;
        let last_offset = summaries.last().map_or(active.base_offset, |batch| batch.last_offset);
        if last_offset - active.base_offset > i64::from(i32::MAX) {
            return Ok(true);
        }
        let size = active.size();
        if size == 0 {
            return Ok(false);
        }
        if size + bytes > config.segment_bytes.min(i32::MAX as u64) || active.index_is_full(config.index_size_max_bytes)
        {
            return Ok(true);
        }
        let newest = summaries.iter().map(|batch| batch.max_timestamp).max().unwrap_or(-1);
        let waited_ms = match active.first_timestamp()? {
            Some(first) => newest.saturating_sub(first),
            None => self.world().wall_ms() - active.seen_ms,
        };
        Ok(waited_ms > config.roll_ms() - writer.roll_jitter_ms)
    }

    /// Completes the active segment and begins one at `base_offset`. The completed one is synced in the background.
    fn roll_to(self: &Arc<Self>, writer: &mut Writer, base_offset: i64) -> io::Result<()> {
        let old = writer.active.clone();
        let replaces = old.size() == 0;
        if replaces && old.base_offset == base_offset {
            return Ok(());
        }
        old.finish()?;
        self.note_names();
        let new = match Segment::create(&self.home, base_offset) {
            Ok(new) => new,
            Err(error) => {
                // The old segment goes on past this name: a start would find nothing under it and take what follows for lost.
                Segment::remove_unmade(&self.home, base_offset)
                    .map_err(|error| self.home.volume.fail("roll", error))?;
                return Err(error);
            }
        };
        // A sync that ran meanwhile may have come too soon for the new name.
        self.note_names();
        let segments = self.segments();
        let kept = segments.len() - usize::from(replaces);
        let list = segments[..kept].iter().cloned().chain([new.clone()]).collect();
        *self.segments.write() = list;
        writer.active = new;
        writer.roll_jitter_ms = jitter(self.world(), &self.config.read());
        if replaces {
            return self.delete_files([&old].into_iter(), 0);
        }
        self.sync_in_background();
        Ok(())
    }
}

/// How much earlier than `segment_ms` a segment rolls.
fn jitter(world: &World, config: &LogConfig) -> i64 {
    let most = config.segment_jitter_ms.min(config.segment_ms);
    if most <= 0 { 0 } else { (world.seed() % most as u64) as i64 }
}

#[cfg(test)]
mod tests;
