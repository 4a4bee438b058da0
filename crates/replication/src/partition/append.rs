//! Appending as the leader.
//!
//! The batch is checked before the lock; under it come the producer's sequence, the offset, the write. The records are not copied:
//! the log gets a new header of 61 bytes and the rest as it came.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use kampa_formats::batch::{BatchHeader, HEADER_BYTES, TimestampType};
use kampa_protocol::Records;
use kampa_storage::{BatchSummary, Log};

use super::{Inner, Partition, State};
use crate::checked::{self, Checked, Origin};
use crate::error::AppendError;
use crate::producers::{AppendedBatch, Verdict};
use crate::snapshots;

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendedInfo {
    /// Offset of the first record.
    pub base_offset: i64,
    /// Offset of the last record.
    pub last_offset: i64,
    /// The leader's time under LogAppendTime, -1 otherwise; of a duplicate, the time of its first append's batch.
    pub log_append_time_ms: i64,
    /// The partition's log start offset.
    pub log_start: i64,
    /// How many records there are in the batch.
    pub records: u64,
    /// Bytes of the batch as it came.
    pub bytes: u64,
    /// The batch was in the log already: nothing was written.
    pub is_duplicate: bool,
}

impl Partition {
    /// Appends the one batch that `records` holds. It is written, not yet committed: [`Partition::committed`] of the offset after the
    /// last waits for that.
    ///
    /// A batch that an idempotent producer sends again is not written again, and the answer is that of its first append.
    pub fn append_as_leader(&self, records: Records, origin: Origin, now_ms: i64) -> Result<AppendedInfo, AppendError> {
        self.inner.append_as_leader(&records.to_bytes(), origin, now_ms)
    }
}

impl Inner {
    fn append_as_leader(
        self: &Arc<Self>,
        records: &Bytes,
        origin: Origin,
        now_ms: i64,
    ) -> Result<AppendedInfo, AppendError> {
        let config = self.config.read();
        let checked = checked::check(records, origin, &config, now_ms)?;
        let is_synced = config.is_synced();
        if checked.header.size_bytes() as u64 > config.log.segment_bytes {
            let bytes = checked.header.size_bytes();
            return Err(AppendError::LargerThanSegment { bytes, segment_bytes: config.log.segment_bytes });
        }
        drop(config);
        let bytes = records.len() as u64;

        let mut state = self.state.lock();
        let leader_epoch = self.leader_epoch.load(Ordering::Acquire);
        if leader_epoch < 0 {
            return Err(AppendError::NotLeader);
        }
        let header = match self.decide(&state, &checked, leader_epoch)? {
            Decision::Append(header) => header,
            Decision::Duplicate(batch) => return Ok(self.duplicate(&batch, bytes)),
        };
        let sync_due = self.write(&mut state, &header, &checked)?;
        let moved = if is_synced { false } else { self.advance(&mut state, header.next_offset()) };
        drop(state);

        if moved {
            self.waiters.wake_all();
        }
        if is_synced {
            // The log tells when it is done: see `on_durable`.
            self.log().inspect(Log::commit);
        } else if sync_due {
            self.sync_soon();
        }
        Ok(AppendedInfo {
            base_offset: header.base_offset,
            last_offset: header.last_offset(),
            log_append_time_ms: match header.attributes.timestamp_type() {
                TimestampType::CreateTime => -1,
                TimestampType::LogAppendTime => now_ms,
            },
            log_start: self.log_start(),
            records: header.count.max(0) as u64,
            bytes,
            is_duplicate: false,
        })
    }

    /// Holds the batch against its producer's earlier ones, and gives it its place.
    fn decide(&self, state: &State, checked: &Checked, leader_epoch: i32) -> Result<Decision, AppendError> {
        let header =
            BatchHeader { base_offset: self.log_end(), partition_leader_epoch: leader_epoch, ..checked.header };
        if !header.has_producer_id() {
            return Ok(Decision::Append(header));
        }
        if let Some((marker, _)) = &checked.marker {
            state.producers.check_marker(&header, marker)?;
            return Ok(Decision::Append(header));
        }
        Ok(match state.producers.check(&header, checked.origin == Origin::Client)? {
            Verdict::Append => Decision::Append(header),
            Verdict::Duplicate(batch) => Decision::Duplicate(batch),
        })
    }

    /// Writes the batch and lets it count. Whether the log asks for a sync.
    fn write(self: &Arc<Self>, state: &mut State, header: &BatchHeader, checked: &Checked) -> io::Result<bool> {
        let head = Bytes::copy_from_slice(&header.encode());
        debug_assert_eq!(head.len(), HEADER_BYTES);
        let log = self.log_to_write(state)?;
        self.make_folder(state)?;
        let appended = log.append(&[head, checked.body.clone()], &[BatchSummary::of(header)])?;
        if let Some(offset) = appended.rolled_at {
            // What was known before this batch is what a start from the new segment needs.
            self.snapshot_soon(&log, state, offset);
        }
        if header.has_producer_id() {
            self.remember(&log, state, header, checked)?;
        }
        Ok(appended.sync_due)
    }

    /// Makes the partition's folder, marked as its own, if it has none yet.
    pub(super) fn make_folder(&self, state: &mut State) -> io::Result<()> {
        if state.has_folder {
            return Ok(());
        }
        if !self.id.topic_id.is_zero() {
            let made = self.dir().write_partition_metadata(&self.id.to_string(), self.id.topic_id);
            made.inspect_err(|error| self.doubt_dir("make a partition's folder", error))?;
        }
        state.has_folder = true;
        Ok(())
    }

    /// Until the index has an aborted transaction, readers of committed records must not pass it, and no snapshot may say that it
    /// has ended: first the file, then the state. When the file cannot be written, the transaction stays open, and its coordinator,
    /// which hears of it, writes the marker again.
    fn remember(&self, log: &Log, state: &mut State, header: &BatchHeader, checked: &Checked) -> io::Result<()> {
        let Some((marker, timestamp)) = &checked.marker else {
            if !header.is_control() {
                state.producers.appended(header);
            }
            return Ok(());
        };
        if let Some(ended) = state.producers.ended_by(header, marker).filter(|ended| ended.aborted) {
            log.append_aborted(&state.producers.aborted_entry(&ended))?;
        }
        if let Some(ended) = state.producers.marked(header, marker, *timestamp) {
            state.producers.settle(&ended);
        }
        Ok(())
    }

    fn duplicate(&self, batch: &AppendedBatch, bytes: u64) -> AppendedInfo {
        AppendedInfo {
            base_offset: batch.first_offset(),
            last_offset: batch.last_offset,
            log_append_time_ms: batch.timestamp,
            log_start: self.log_start(),
            records: 0,
            bytes,
            is_duplicate: true,
        }
    }

    fn sync_soon(&self) {
        let Some(log) = self.log() else { return };
        drop(self.world.spawn("sync partition", async move {
            // A failure takes the directory offline, which is where it is told.
            let _ = log.sync().await;
        }));
    }

    /// Has a snapshot of the producers written, off this task: without it a start only replays more.
    fn snapshot_soon(self: &Arc<Self>, log: &Log, state: &State, offset: i64) {
        let file = kampa_formats::producer_snapshot::encode(&state.producers.to_snapshot());
        let (inner, log) = (self.clone(), log.clone());
        drop(self.world.spawn("write producer snapshot", async move {
            // A start from the snapshot does not meet the aborted transactions before it again: their index is on the medium
            // first.
            let written = match log.sync().await {
                Ok(_) => {
                    let (world, partition) = (inner.world.clone(), inner.clone());
                    world.offload(move || partition.write_snapshot(offset, &file)).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                tracing::warn!(partition = %inner.id, offset, %error, "producer snapshot not written");
            }
        }));
    }

    fn write_snapshot(&self, offset: i64, file: &[u8]) -> io::Result<()> {
        self.keep_epochs(&mut self.state.lock(), offset)?;
        self.in_folder(|folder| self.dir().write_durably(&snapshots::path(folder, offset), file))?;
        let mut state = self.state.lock();
        state.snapshot_offset = state.snapshot_offset.max(offset);
        Ok(())
    }
}

enum Decision {
    Append(BatchHeader),
    Duplicate(AppendedBatch),
}
