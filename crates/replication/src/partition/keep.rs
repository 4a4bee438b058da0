//! Becoming leader and ceasing to be, retention, deleting records, closing.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::leader_epoch_checkpoint::{self, EpochStart};
use kampa_formats::producer_snapshot;
use kampa_storage::{Retained, Together};

use super::{Inner, Partition, Place, State};
use crate::error::DeleteRecordsError;
use crate::snapshots;

/// A producer as tools see it (KIP-664).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerStatus {
    pub producer_id: i64,
    pub epoch: i16,
    /// -1 without a batch in this epoch.
    pub last_sequence: i32,
    /// Of the last batch or marker, ms.
    pub last_timestamp: i64,
    /// -1 before the first marker.
    pub coordinator_epoch: i32,
    /// Where the open transaction began, -1 without one.
    pub txn_first_offset: i64,
}

/// A file of leader epochs that was written and is not on the medium yet.
pub(crate) struct EpochsWritten {
    /// The end of the log then.
    end: i64,
    /// How often it had been written.
    before: u32,
}

impl State {
    /// Whether an epoch that begins below `end` may not be in its file.
    fn must_keep_epochs(&self, end: i64) -> bool {
        let unkept = self.epochs_kept_end..end;
        let begins = |start: &EpochStart| unkept.contains(&start.start_offset);
        unkept.start == NOT_KEPT || self.epochs.starts().iter().any(begins)
    }
}

impl Partition {
    /// Leads from now on, in this epoch; an older one than the present is ignored. Writes nothing: every batch says its epoch, so the
    /// file of epochs is written only before a start may pass over batches: see `keep_epochs`.
    pub fn become_leader(&self, leader_epoch: i32) -> io::Result<()> {
        self.inner.become_leader(leader_epoch)
    }

    /// Makes its folder now rather than with the first batch: whether that can be done is then known. Blocks.
    pub fn make_folder(&self) -> io::Result<()> {
        self.inner.make_folder(&mut self.inner.state.lock())
    }

    /// Has the file of leader epochs tell of all that begin below `end`, if it does not, together with others: before that is written
    /// as a recovery point. [`Partition::epochs_written`] is to follow. Blocks.
    pub(crate) fn keep_epochs_with(&self, end: i64, together: &mut Together) -> io::Result<Option<EpochsWritten>> {
        self.inner.keep_epochs_with(&self.inner.state.lock(), end, together)
    }

    /// The file is on the medium. If it was written another time meanwhile, that may be what was replaced: then again. Blocks.
    pub(crate) fn epochs_written(&self, written: EpochsWritten) -> io::Result<()> {
        let mut state = self.inner.state.lock();
        if state.epochs_written != written.before {
            return self.inner.write_epochs(&mut state);
        }
        state.epochs_kept_end = state.epochs_kept_end.max(written.end);
        Ok(())
    }

    /// Leads no more: appends and reads are refused.
    pub fn resign(&self) {
        let _state = self.inner.state.lock();
        self.inner.leader_epoch.store(-1, Ordering::Release);
    }

    /// Whether the log directory it lies in is out of use.
    pub fn is_offline(&self) -> bool {
        self.inner.dir().offline().is_some()
    }

    /// Leads no more, since its log directory is out of use; whoever waits for it hears of it. Its files are left as they are.
    pub fn leave(&self) {
        self.resign();
        self.drop_copy();
        self.inner.waiters.wake_all();
    }

    /// Deletes the segments that the settings let go, and forgets producers that are silent for too long. Blocks.
    pub fn retain(&self, now_ms: i64) -> io::Result<Retained> {
        self.inner.retain(now_ms)
    }

    /// Deletes the records before an offset, -1 for all that are committed. Returns the new log start. Files go with the next
    /// [`Partition::retain`].
    pub async fn delete_records(&self, before: i64) -> Result<i64, DeleteRecordsError> {
        let inner = self.inner.clone();
        self.inner.world.offload(move || inner.delete_records(before)).await
    }

    /// All producers the partition knows, by id.
    pub fn producers(&self) -> Vec<ProducerStatus> {
        let state = self.inner.state.lock();
        let status = |(producer_id, producer): (i64, &crate::producers::Producer)| ProducerStatus {
            producer_id,
            epoch: producer.epoch,
            last_sequence: producer.last_sequence(),
            last_timestamp: producer.last_timestamp,
            coordinator_epoch: producer.coordinator_epoch,
            txn_first_offset: producer.txn_first_offset.unwrap_or(-1),
        };
        state.producers.iter().map(status).collect()
    }

    /// How many producers the partition knows.
    pub fn producer_count(&self) -> usize {
        self.inner.state.lock().producers.count()
    }

    /// Whether the producer has a transaction open here.
    pub fn has_open_transaction(&self, producer_id: i64) -> bool {
        self.inner.state.lock().producers.has_open_transaction(producer_id)
    }

    /// A clean stop: a producer snapshot at the end, everything on the medium, files closed. Nothing is appended afterwards. Blocks.
    pub fn close(&self) -> io::Result<()> {
        let mut together = self.dir().together();
        self.close_with(&mut together)?;
        together.finish()
    }

    /// As [`Partition::close`], but for the syncs, which it shares: it is closed when [`Together::finish`] has returned. Blocks.
    pub fn close_with(&self, together: &mut Together) -> io::Result<()> {
        self.resign();
        // The next start begins the copy anew.
        self.drop_copy();
        self.inner.close_with(together)
    }

    /// Takes the partition out of its log directory; the files go after a while. Blocks.
    pub fn delete(&self) -> io::Result<()> {
        self.resign();
        self.cancel_move();
        {
            // Not while a copy takes its place.
            let _state = self.inner.state.lock();
            let mut is_ours = self.inner.owns_folder.lock();
            let Place { dir, log } = self.inner.place.read().clone();
            let folder = self.inner.id.to_string();
            match log {
                Some(log) => dir.delete(&folder, &log)?,
                None => dir.delete_closed(&folder)?,
            }
            *is_ours = false;
        }
        self.inner.waiters.wake_all();
        Ok(())
    }
}

impl Inner {
    fn become_leader(self: &Arc<Self>, leader_epoch: i32) -> io::Result<()> {
        let mut state = self.state.lock();
        if leader_epoch <= self.leader_epoch.load(Ordering::Acquire) {
            return Ok(());
        }
        let log_end = self.log_end();
        if state.epochs.assign(leader_epoch, log_end) {
            state.epochs_kept_end = state.epochs_kept_end.min(log_end);
        }
        self.leader_epoch.store(leader_epoch, Ordering::Release);
        let safe_end = self.safe_end();
        let moved = self.advance(&mut state, safe_end);
        drop(state);
        if moved {
            self.waiters.wake_all();
        }
        if let Some(log) = self.log().filter(|_| safe_end < log_end) {
            log.commit();
        }
        Ok(())
    }

    /// Puts the epochs on the medium if one that begins below `end` may not be there: before a recovery point or a producer snapshot
    /// lets a start pass over its records. Once in a leadership, so the one sync under the lock stalls appends once, briefly.
    pub(super) fn keep_epochs(&self, state: &mut State, end: i64) -> io::Result<()> {
        if state.must_keep_epochs(end) { self.write_epochs(state) } else { Ok(()) }
    }

    fn keep_epochs_with(&self, state: &State, end: i64, together: &mut Together) -> io::Result<Option<EpochsWritten>> {
        if !state.must_keep_epochs(end) {
            return Ok(None);
        }
        let written = EpochsWritten { end: self.log_end(), before: state.epochs_written };
        together.replace(
            self.folder().join(leader_epoch_checkpoint::FILE_NAME),
            leader_epoch_checkpoint::encode(state.epochs.starts()).as_bytes(),
        )?;
        Ok(Some(written))
    }

    fn write_epochs(&self, state: &mut State) -> io::Result<()> {
        let file = leader_epoch_checkpoint::encode(state.epochs.starts());
        self.in_folder(|folder| {
            self.dir().write_durably(&folder.join(leader_epoch_checkpoint::FILE_NAME), file.as_bytes())
        })?;
        state.epochs_written = state.epochs_written.wrapping_add(1);
        state.epochs_kept_end = self.log_end();
        Ok(())
    }

    fn retain(&self, now_ms: i64) -> io::Result<Retained> {
        let Some(log) = self.log() else { return Ok(Retained::default()) };
        let expiration_ms = self.config.read().producer_id_expiration_ms;
        self.state.lock().producers.expire(now_ms, expiration_ms);
        let Some(first) = log.retained_from(now_ms, self.high_watermark())? else {
            return Ok(Retained { new_log_start: log.log_start(), deleted: Vec::new() });
        };
        {
            let mut state = self.state.lock();
            if state.snapshot_offset < first {
                // What the producers wrote last goes with the segments: then only a snapshot tells.
                self.snapshot_now(&mut state)?;
            }
        }
        let retained = {
            let copy = self.future.lock();
            if let Some(copy) = &*copy {
                copy.remember_aborted(&log)?;
            }
            log.retain(now_ms, self.high_watermark())?
        };
        if retained.deleted.is_empty() {
            return Ok(retained);
        }
        let mut state = self.state.lock();
        self.on_log_start(&mut state)?;
        let first = log.segments().first().map_or(0, |segment| segment.base_offset);
        if state.snapshot_offset < first {
            // What the producers wrote last went with the segments: from now on only a snapshot tells.
            self.snapshot_now(&mut state)?;
        }
        let newest = state.snapshot_offset;
        drop(state);
        let is_gone = |offset| offset != newest && retained.deleted.iter().any(|segment| segment.base_offset == offset);
        self.in_folder(|folder| snapshots::remove(self.world.disk(), folder, is_gone))?;
        Ok(retained)
    }

    fn delete_records(&self, before: i64) -> Result<i64, DeleteRecordsError> {
        if self.leader_epoch.load(Ordering::Acquire) < 0 {
            return Err(DeleteRecordsError::NotLeader);
        }
        let kinds = self.config.read().log.clone();
        if kinds.compact && !kinds.delete {
            return Err(DeleteRecordsError::Policy);
        }
        let high_watermark = self.high_watermark();
        let offset = if before == -1 { high_watermark } else { before };
        if !(0..=high_watermark).contains(&offset) {
            let start = self.log_start();
            return Err(DeleteRecordsError::OutOfRange { offset, start, high_watermark });
        }
        let mut state = self.state.lock();
        let log_start = self.log().map_or(0, |log| log.advance_log_start(offset));
        self.on_log_start(&mut state)?;
        Ok(log_start)
    }

    /// The log start has moved: the epochs before it are gone, and nobody reads below it.
    fn on_log_start(&self, state: &mut State) -> io::Result<()> {
        let log_start = self.log_start();
        self.advance(state, log_start);
        self.last_stable_offset.fetch_max(log_start, Ordering::AcqRel);
        if !state.epochs.cut_before(log_start) {
            return Ok(());
        }
        // Should the file not be written now: the log may start below again after a crash, and the epochs there are forgotten here.
        state.epochs_kept_end = NOT_KEPT;
        self.write_epochs(state)
    }

    fn close_with(&self, together: &mut Together) -> io::Result<()> {
        let mut state = self.state.lock();
        let Some(log) = self.log() else { return Ok(()) };
        log.close_with(together)?;
        let log_end = log.log_end();
        if let Some(written) = self.keep_epochs_with(&state, log_end, together)? {
            state.epochs_kept_end = written.end;
        }
        if log_end > state.snapshot_offset {
            let file = producer_snapshot::encode(&state.producers.to_snapshot());
            together.replace(snapshots::path(&self.folder(), log_end), &file)?;
            state.snapshot_offset = log_end;
        }
        Ok(())
    }

    /// Writes a producer snapshot of the end, unless there is one.
    fn snapshot_now(&self, state: &mut State) -> io::Result<()> {
        let Some(log) = self.log() else { return Ok(()) };
        let log_end = log.log_end();
        if log_end > state.snapshot_offset {
            // A start from the snapshot does not meet the aborted transactions before it again: their index is on the medium first.
            log.sync_all()?;
            self.keep_epochs(state, log_end)?;
            let file = producer_snapshot::encode(&state.producers.to_snapshot());
            self.in_folder(|folder| self.dir().write_durably(&snapshots::path(folder, log_end), &file))?;
            state.snapshot_offset = log_end;
        }
        Ok(())
    }
}

/// Whatever epochs there are, the file has others.
const NOT_KEPT: i64 = -1;
