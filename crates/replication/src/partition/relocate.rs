//! Moving to another log directory (KIP-113): a copy in a folder of its own catches up in the background and then, under the
//! partition's lock, takes the log's place.
//!
//! Until the old folder has another name, on the medium, the old log is the one that counts, and nothing is appended to the copy.
//! A process that ends in between leaves one folder of the partition's name, or two that hold the same. A copy that is not whole
//! has another name; who finds one begins it anew.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use kampa_formats::batch::BatchHeader;
use kampa_formats::txn_index::AbortedTxn;
use kampa_formats::{leader_epoch_checkpoint, producer_snapshot};
use kampa_storage::{BatchSummary, Log, LogDir, OpenAs};
use parking_lot::Mutex;

use super::{Inner, Partition, Place, State};
use crate::config::PartitionConfig;
use crate::error::ReadError;
use crate::snapshots;

/// A copy on its way.
pub(super) struct Future {
    dir: LogDir,
    folder: String,
    log: Log,
    /// The original's exchanges of segments when the copy began.
    swaps: AtomicU32,
    /// The aborted transactions that the original knew when segments of it went, by their markers. The copy may still have their
    /// records, and after a crash they may be read again: where the log starts is on the medium later.
    aborted: Mutex<BTreeMap<i64, AbortedTxn>>,
}

/// How far a copy is.
#[derive(Clone)]
pub struct CopyStatus {
    /// Where it goes.
    pub dir: LogDir,
    pub size_bytes: u64,
    /// How many offsets it is behind.
    pub lag: i64,
}

/// A move that was begun, for the one who carries it out.
pub struct Move {
    inner: Arc<Inner>,
    future: Arc<Future>,
}

/// What a step of copying came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// So many bytes; there is more.
    Bytes(u64),
    /// All there was: time for [`Move::finish`].
    CaughtUp,
    /// The move was cancelled.
    Cancelled,
}

/// What may be left to be copied while appends wait.
const REST_BYTES_MAX: u64 = 1 << 20;
/// Read at once while they wait.
const READ_BYTES: usize = 256 << 10;

impl Partition {
    /// Begins a copy in another log directory; `None` if one is on its way. Blocks.
    pub fn begin_move(&self, to: &LogDir) -> io::Result<Option<Move>> {
        let inner = &self.inner;
        let from = inner.log_to_write(&mut inner.state.lock())?;
        let mut slot = inner.future.lock();
        if slot.is_some() {
            return Ok(None);
        }
        // The first batch that counts may begin before the log does.
        let swaps = AtomicU32::new(from.swaps());
        let start = from.log_start();
        let first = from.read_blocking(start, READ_BYTES, from.log_end(), true).map_err(io::Error::other)?;
        let log_start = first.first_batch_offset.min(start);
        let how = OpenAs { clean: false, recovery_point: 0, log_start, synced: false };
        let folder = to.begin_future(&inner.id.to_string(), inner.id.topic_id)?;
        let opened = Log::open(to, &folder, from.config(), how, 0, &mut |_| {});
        let (log, _) = opened.inspect_err(|_| drop(to.delete_closed(&folder)))?;
        let future = Arc::new(Future { dir: to.clone(), folder, log, swaps, aborted: Mutex::default() });
        *slot = Some(future.clone());
        Ok(Some(Move { inner: inner.clone(), future }))
    }

    /// Gives up a copy on its way, and tells where it went. Blocks.
    pub fn cancel_move(&self) -> Option<LogDir> {
        let future = self.inner.future.lock().take()?;
        Some(self.inner.give_up(&future))
    }

    /// As [`Partition::cancel_move`], but for its folder, which the next start begins anew.
    pub fn drop_copy(&self) -> Option<LogDir> {
        self.inner.future.lock().take().map(|future| future.dir.clone())
    }

    /// How far a copy on its way is.
    pub fn copying(&self) -> Option<CopyStatus> {
        let future = self.inner.future.lock().clone()?;
        let lag = self.inner.log_end() - future.log.log_end();
        Some(CopyStatus { dir: future.dir.clone(), size_bytes: future.log.size_bytes(), lag: lag.max(0) })
    }
}

impl Move {
    /// Copies the next bytes, at least a batch if there is one.
    pub async fn copy_on(&self, bytes_max: usize) -> Result<Copied, ReadError> {
        if !self.inner.is_current(&self.future) {
            return Ok(Copied::Cancelled);
        }
        let Some(log) = self.inner.log() else { return Ok(Copied::CaughtUp) };
        let (end, start) = (log.log_end(), log.log_start());
        let from = self.future.log.log_end().max(start);
        if from >= end {
            return Ok(Copied::CaughtUp);
        }
        let read = match log.read(from, bytes_max, end, true).await {
            Ok(read) => read,
            // Records were deleted meanwhile.
            Err(kampa_storage::ReadError::OutOfRange { .. }) => return Ok(Copied::Bytes(0)),
            Err(error) => return Err(error.into()),
        };
        if read.records.is_empty() {
            return Ok(Copied::CaughtUp);
        }
        let future = self.future.clone();
        let take = move || {
            future.begin_no_later(start, read.first_batch_offset)?;
            future.take(&read.records)
        };
        Ok(Copied::Bytes(self.inner.world.offload(take).await?))
    }

    /// Takes the log's place if little is left to be copied: the directory it left. `None` if there is too much, or the move was
    /// cancelled. After an error the partition is as it was, or its directory is out of use.
    pub async fn finish(&self) -> io::Result<Option<LogDir>> {
        // The bulk of it, so that appends do not wait for long.
        self.future.log.sync().await?;
        let (inner, future) = (self.inner.clone(), self.future.clone());
        self.inner.world.offload(move || inner.replace_log(&future)).await
    }

    /// As [`Partition::cancel_move`], if this is the move under way. Blocks.
    pub fn cancel(&self) -> Option<LogDir> {
        let mut slot = self.inner.future.lock();
        let ours = slot.take_if(|current| Arc::ptr_eq(current, &self.future))?;
        drop(slot);
        Some(self.inner.give_up(&ours))
    }

    /// Where the copy goes.
    pub fn dir(&self) -> &LogDir {
        &self.future.dir
    }
}

impl Future {
    /// Remembers all aborted transactions that the original knows: segments of it are about to go.
    pub(super) fn remember_aborted(&self, original: &Log) -> io::Result<()> {
        let known = original.all_aborted()?;
        self.aborted.lock().extend(known.into_iter().map(|transaction| (transaction.last_offset, transaction)));
        Ok(())
    }

    /// Where the log starts behind all that was copied, the copy begins anew, at the first batch that counts: a recovery would take the
    /// gap for a loss.
    fn begin_no_later(&self, start: i64, first_batch_offset: i64) -> io::Result<()> {
        if start <= self.log.log_end() {
            return Ok(());
        }
        self.log.truncate_fully_and_start_at(first_batch_offset.min(start))
    }

    /// Whether what was copied goes with what the original says of it now. If it was compacted meanwhile, the copy begins anew: of
    /// the aborted records that compaction dropped, which the copy may have, nobody knows any more that they are.
    fn fits(&self, original: &Log) -> io::Result<bool> {
        let swaps = original.swaps();
        if self.swaps.swap(swaps, Ordering::AcqRel) == swaps {
            return Ok(true);
        }
        let first = original.segments().first().map_or(0, |segment| segment.base_offset);
        self.log.truncate_fully_and_start_at(first)?;
        // Nor is every marker there any more.
        self.aborted.lock().clear();
        Ok(false)
    }

    /// Appends whole batches, a segment's worth at most at once.
    fn take(&self, records: &[Bytes]) -> io::Result<u64> {
        let at_once = self.log.config().segment_bytes.min(READ_BYTES as u64) as usize;
        let mut bytes = 0;
        for piece in records {
            let (mut done, mut upto) = (0, 0);
            let mut summaries = Vec::new();
            while upto < piece.len() {
                let header = BatchHeader::decode(&piece[upto..]).ok_or(io::ErrorKind::InvalidData)?;
                let size = header.size_bytes();
                if upto > done && upto + size - done > at_once {
                    self.log.append(&[piece.slice(done..upto)], &std::mem::take(&mut summaries))?;
                    done = upto;
                }
                summaries.push(BatchSummary::of(&header));
                upto += size;
            }
            self.log.append(&[piece.slice(done..upto)], &summaries)?;
            bytes += piece.len() as u64;
        }
        Ok(bytes)
    }
}

impl Inner {
    fn is_current(&self, future: &Arc<Future>) -> bool {
        self.future.lock().as_ref().is_some_and(|current| Arc::ptr_eq(current, future))
    }

    fn give_up(&self, future: &Future) -> LogDir {
        if let Err(error) = future.dir.delete(&future.folder, &future.log) {
            tracing::warn!(partition = %self.id, folder = future.folder, %error, "a copy given up is not removed");
        }
        future.dir.clone()
    }

    /// A copy goes by the same settings.
    pub(super) fn configure_copy(&self, config: &PartitionConfig) {
        if let Some(future) = self.future.lock().as_ref() {
            future.log.set_config(config.log.clone());
        }
    }

    fn replace_log(self: &Arc<Self>, future: &Arc<Future>) -> io::Result<Option<LogDir>> {
        let mut state = self.state.lock();
        let mut slot = self.future.lock();
        if !slot.as_ref().is_some_and(|current| Arc::ptr_eq(current, future)) {
            return Ok(None);
        }
        let Place { dir, log: old } = self.place.read().clone();
        // It was made before anything was copied.
        let Some(old) = old else { return Ok(None) };
        if !copy_rest(&old, future)? {
            return Ok(None);
        }
        future.remember_aborted(&old)?;
        if !future.fits(&old)? {
            return Ok(None);
        }
        // From here on it is decided, one way or the other.
        let log = match self.complete(&mut state, &old, future) {
            Ok(log) => log,
            Err(error) => {
                *slot = None;
                return Err(error);
            }
        };
        let folder = self.id.to_string();
        if let Err(error) = dir.delete(&folder, &old) {
            *slot = None;
            // Whichever of the two folders the next start finds has everything: nothing is appended to either from here on.
            dir.take_offline("move a partition out of it", io::Error::new(error.kind(), error.to_string()));
            return Err(error);
        }
        self.hear_of(&log);
        *self.place.write() = Place { dir: future.dir.clone(), log: Some(log) };
        // What was copied while it was compacted may be compacted in part.
        self.clean_end.store(-1, Ordering::Release);
        self.kept_recovery_point.store(0, Ordering::Release);
        *slot = None;
        drop(slot);
        [&dir, &future.dir].into_iter().for_each(LogDir::stir);
        let safe_end = self.safe_end();
        let moved = self.advance(&mut state, safe_end);
        drop(state);
        if moved {
            self.waiters.wake_all();
        }
        Ok(Some(dir))
    }

    /// Gives the copy all that a partition's folder has, and its name; the log as it is opened there.
    fn complete(&self, state: &mut State, old: &Log, future: &Future) -> io::Result<Log> {
        let disk = self.world.disk();
        let path = future.dir.path().join(&future.folder);
        let log_end = old.log_end();
        for transaction in future.aborted.lock().values() {
            future.log.append_aborted(transaction)?;
        }
        future.log.close()?;
        let epochs = leader_epoch_checkpoint::encode(state.epochs.starts());
        disk.write_atomic(path.join(leader_epoch_checkpoint::FILE_NAME), epochs.as_bytes())?;
        disk.write_atomic(snapshots::path(&path, log_end), &producer_snapshot::encode(&state.producers.to_snapshot()))?;
        let live = future.dir.promote(&future.folder)?;
        let how = OpenAs { clean: true, recovery_point: log_end, log_start: old.log_start(), synced: false };
        let opened = Log::open(&future.dir, &live, old.config(), how, log_end, &mut |_| {});
        let opened = opened.and_then(|(log, _)| match log.log_end() {
            end if end == log_end => Ok(log),
            end => Err(io::Error::other(format!("the copy ends at {end}, not at {log_end}"))),
        });
        match &opened {
            Ok(_) => {
                state.snapshot_offset = log_end;
                state.epochs_kept_end = log_end;
                state.has_folder = true;
            }
            // With a second folder of its name left, nothing may be appended to the first.
            Err(_) if future.dir.delete_closed(&live).is_err() => old.close()?,
            Err(_) => {}
        }
        opened
    }
}

/// Copies what was appended since. `false` if that is too much to let appends wait for. Blocks.
fn copy_rest(old: &Log, future: &Future) -> io::Result<bool> {
    let (end, mut left) = (old.log_end(), REST_BYTES_MAX);
    loop {
        let start = old.log_start();
        let from = future.log.log_end().max(start);
        let read = if from < end { Some(old.read_blocking(from, READ_BYTES, end, true)) } else { None };
        let Some(read) = read.transpose().map_err(io::Error::other)?.filter(|read| !read.records.is_empty()) else {
            future.begin_no_later(start, start)?;
            future.log.skip_to(end)?;
            future.log.advance_log_start(start);
            return Ok(true);
        };
        future.begin_no_later(start, read.first_batch_offset)?;
        left = left.saturating_sub(future.take(&read.records)?);
        if left == 0 {
            return Ok(false);
        }
    }
}
