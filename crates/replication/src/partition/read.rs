//! Reading: records, offsets by time and by name, where epochs end.

use std::io;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use kampa_formats::txn_index::AbortedTxn;
use kampa_storage::LogRead;
use kampa_storage::TimestampOffset;

use super::{Inner, Partition};
use crate::epochs::EpochEnd;
use crate::error::ReadError;

/// How far a reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Consumers by default: below the high watermark.
    ReadUncommitted,
    /// Below the last stable offset, with the aborted transactions named.
    ReadCommitted,
    /// Everything that is written: coordinators that load, followers.
    LogEnd,
}

/// What is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRequest {
    /// The first record wanted; its batch comes whole.
    pub offset: i64,
    /// Bytes of batches at most.
    pub max_bytes: usize,
    /// The first batch comes even if it is larger than `max_bytes`.
    pub at_least_one: bool,
    pub isolation: Isolation,
    /// The leader's epoch as who asks knows it.
    pub current_leader_epoch: Option<i32>,
}

/// What was read, and where the partition stood then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAnswer {
    /// Whole batches in offset order; the first one may begin before the offset asked for.
    pub records: Vec<Bytes>,
    /// The offset after them; the offset asked for when there are none.
    pub next_offset: i64,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start: i64,
    /// For ReadCommitted, the aborted transactions that `records` touch.
    pub aborted: Option<Vec<AbortedTxn>>,
}

/// An offset by a name or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    /// -1: the end, as far as the reader sees.
    Latest,
    /// -2: the log start.
    Earliest,
    /// -3: the record with the largest timestamp (KIP-734).
    MaxTimestamp,
    /// -4: the log start on this node's disk (KIP-405).
    EarliestLocal,
    /// -5: the end of what is in tiered storage (KIP-1005); there is none.
    LatestTiered,
    /// -6: what tiered storage lacks (KIP-1023); there is none.
    EarliestPendingUpload,
    /// The first record at or after a time in ms.
    AtOrAfter(i64),
}

/// An offset that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundOffset {
    /// The record's, -1 when the offset was asked for by name.
    pub timestamp: i64,
    pub offset: i64,
    /// Of the record there.
    pub leader_epoch: Option<i32>,
}

impl Partition {
    /// Reads whole batches. In memory: inline; from the medium: on the pool.
    pub async fn read(&self, request: ReadRequest) -> Result<ReadAnswer, ReadError> {
        let inner = &*self.inner;
        inner.check_epoch(request.current_leader_epoch)?;
        let at = inner.watermarks();
        let is_committed = request.isolation == Isolation::ReadCommitted;
        let below = match request.isolation {
            Isolation::ReadUncommitted => at.high_watermark,
            Isolation::ReadCommitted => at.last_stable_offset,
            Isolation::LogEnd => at.log_end,
        };
        let (read, aborted) = loop {
            let Some(log) = inner.log() else { break (nothing_at(request.offset)?, is_committed.then(Vec::new)) };
            let swaps = log.swaps();
            let attempt = async {
                let read = log.read(request.offset, request.max_bytes, below, request.at_least_one).await?;
                let aborted = match request.isolation {
                    Isolation::ReadCommitted if read.records.is_empty() => Some(Vec::new()),
                    Isolation::ReadCommitted => Some(log.aborted_between(request.offset, read.next_offset).await?),
                    _ => None,
                };
                Ok((read, aborted))
            };
            match attempt.await {
                // The records must not be older than what says which of them are aborted: neither compaction nor retention took it
                // away meanwhile.
                Ok((read, aborted))
                    if aborted.is_none() || log.swaps() == swaps && log.log_start() <= request.offset =>
                {
                    break (read, aborted);
                }
                Ok(_) => {}
                // The partition has moved: its files are elsewhere.
                Err(ReadError::Disk(_)) if !inner.log().is_some_and(|now| now.is(&log)) => {}
                Err(error) => return Err(error),
            }
        };
        Ok(ReadAnswer {
            records: read.records,
            next_offset: read.next_offset,
            high_watermark: at.high_watermark,
            last_stable_offset: at.last_stable_offset,
            log_start: at.log_start,
            aborted,
        })
    }

    /// Finds an offset by name or time, as far as `isolation` sees; `None` when no record fits.
    pub async fn find_offset(
        &self,
        spec: OffsetSpec,
        isolation: Isolation,
        current_leader_epoch: Option<i32>,
    ) -> Result<Option<FoundOffset>, ReadError> {
        let inner = &*self.inner;
        inner.check_epoch(current_leader_epoch)?;
        let at = inner.watermarks();
        let end = match isolation {
            Isolation::ReadUncommitted => at.high_watermark,
            Isolation::ReadCommitted => at.last_stable_offset,
            Isolation::LogEnd => at.log_end,
        };
        let named = |offset, leader_epoch| Ok(Some(FoundOffset { timestamp: -1, offset, leader_epoch }));
        let found = match spec {
            OffsetSpec::Latest => return named(end, self.leader_epoch()),
            OffsetSpec::Earliest | OffsetSpec::EarliestLocal => {
                return named(at.log_start, inner.epoch_at(at.log_start));
            }
            OffsetSpec::LatestTiered | OffsetSpec::EarliestPendingUpload => return Ok(None),
            OffsetSpec::MaxTimestamp => inner.by_time(None, end).await?,
            OffsetSpec::AtOrAfter(timestamp) => inner.by_time(Some(timestamp), end).await?,
        };
        Ok(found.map(|found| FoundOffset {
            timestamp: found.timestamp,
            offset: found.offset,
            leader_epoch: inner.epoch_at(found.offset),
        }))
    }

    /// Where the largest epoch at or before `leader_epoch` ends.
    pub fn offset_for_leader_epoch(
        &self,
        leader_epoch: i32,
        current_leader_epoch: Option<i32>,
    ) -> Result<EpochEnd, ReadError> {
        self.inner.check_epoch(current_leader_epoch)?;
        Ok(self.inner.state.lock().epochs.end_of(leader_epoch, self.inner.log_end()))
    }
}

/// What a read finds in a partition that nobody has written to.
fn nothing_at(offset: i64) -> Result<LogRead, ReadError> {
    match offset {
        0 => Ok(LogRead::default()),
        _ => Err(kampa_storage::ReadError::OutOfRange { start: 0, end: 0 }.into()),
    }
}

impl Inner {
    /// We lead, and in the epoch that who asks knows of.
    fn check_epoch(&self, asked: Option<i32>) -> Result<(), ReadError> {
        let current = self.leader_epoch.load(Ordering::Acquire);
        match asked {
            Some(asked) if asked < current => Err(ReadError::FencedEpoch { current, asked }),
            Some(asked) if asked > current && current >= 0 => Err(ReadError::UnknownEpoch { current, asked }),
            _ if current < 0 => Err(ReadError::NotLeader),
            _ => Ok(()),
        }
    }

    /// The first record at or after a time, or else the one with the largest timestamp, if it lies below `end`.
    async fn by_time(&self, timestamp: Option<i64>, end: i64) -> io::Result<Option<TimestampOffset>> {
        loop {
            let Some(log) = self.log() else { return Ok(None) };
            let found = match timestamp {
                Some(timestamp) => log.offset_for_time(timestamp, end).await,
                None => log.max_timestamp().await.map(|found| found.filter(|found| found.offset < end)),
            };
            match found {
                // The partition has moved: its files are elsewhere.
                Err(_) if self.log().is_some_and(|now| !now.is(&log)) => {}
                found => return found,
            }
        }
    }

    fn epoch_at(&self, offset: i64) -> Option<i32> {
        self.state.lock().epochs.at(offset)
    }
}
