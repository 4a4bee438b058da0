//! One partition's part of an answer, from bytes to records: batch by batch, as they are asked for.
//!
//! Control records never come out. With `read_committed` neither do records of aborted transactions: the answer says which
//! producers' transactions were aborted and from which offset on; the abort marker in the log ends each. Pure.

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;
use kampa_formats::batch::control::{self, ControlType};
use kampa_formats::batch::{self, BatchView, Batches, TimestampType};
use kampa_protocol::messages::fetch::AbortedTransaction;

use super::TopicPartition;
use super::records::ConsumerRecord;
use crate::Error;

/// What is left of it.
pub(super) struct Unfolding {
    partition: TopicPartition,
    batches: Batches,
    open: Option<Open>,
    /// The next offset to hand out: batches may begin before it.
    next: i64,
    /// Of the last batch passed.
    epoch: Option<i32>,
    whole_batches: usize,
    /// By first offset.
    aborted: VecDeque<AbortedTransaction>,
    aborting: BTreeSet<i64>,
    rules: Rules,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub check_crcs: bool,
    pub committed_only: bool,
}

/// A batch that is being handed out.
struct Open {
    records: batch::Records,
    next_offset: i64,
    epoch: Option<i32>,
    timestamp_type: TimestampType,
}

impl Unfolding {
    pub fn new(
        partition: TopicPartition,
        from: i64,
        bytes: Bytes,
        aborted: Option<Vec<AbortedTransaction>>,
        rules: Rules,
    ) -> Unfolding {
        let mut aborted = aborted.unwrap_or_default();
        aborted.sort_by_key(|one| one.first_offset);
        Unfolding {
            partition,
            batches: batch::batches(bytes),
            open: None,
            next: from,
            epoch: None,
            whole_batches: 0,
            aborted: aborted.into(),
            aborting: BTreeSet::new(),
            rules,
        }
    }

    /// The offset after what was handed out or passed over, and the epoch of the record before it.
    pub fn position(&self) -> (i64, Option<i32>) {
        (self.next, self.epoch)
    }

    /// Hands out until `out` has `count_max` records; false when nothing is left.
    pub fn take(&mut self, count_max: usize, out: &mut Vec<ConsumerRecord>) -> Result<bool, Error> {
        while out.len() < count_max {
            let Some(open) = &mut self.open else {
                if !self.open_next()? {
                    return Ok(false);
                }
                continue;
            };
            match open.records.next() {
                Some(Ok(record)) if record.offset < self.next => {}
                Some(Ok(record)) => {
                    (self.next, self.epoch) = (record.offset + 1, open.epoch);
                    out.push(ConsumerRecord {
                        topic: self.partition.topic.clone(),
                        partition: self.partition.partition,
                        offset: record.offset,
                        leader_epoch: open.epoch,
                        timestamp_ms: record.timestamp,
                        timestamp_type: open.timestamp_type,
                        key: record.key,
                        value: record.value,
                        headers: record.headers,
                    });
                }
                Some(Err(issue)) => return Err(self.corrupt(issue)),
                None => {
                    // After compaction the last records of a batch may be gone.
                    (self.next, self.epoch) = (self.next.max(open.next_offset), open.epoch);
                    self.open = None;
                }
            }
        }
        Ok(true)
    }

    fn open_next(&mut self) -> Result<bool, Error> {
        let batch = match self.batches.next() {
            Some(Ok(batch)) => batch,
            Some(Err(issue)) => return Err(self.corrupt(issue)),
            None if self.whole_batches == 0 && !self.batches.rest().is_empty() => {
                let what = format!("the batch at offset {} of {}", self.next, self.partition);
                let bytes = self.batches.rest().len();
                let setting = "max.partition.fetch.bytes, fetch.max.bytes";
                return Err(Error::TooLarge { what, bytes, limit_bytes: bytes, setting });
            }
            None => return Ok(false),
        };
        self.whole_batches += 1;
        let batch = match self.rules.check_crcs {
            true => BatchView::check(batch.into_bytes()).map_err(|issue| self.corrupt(issue))?,
            false => batch,
        };
        let epoch = Some(batch.partition_leader_epoch).filter(|&epoch| epoch >= 0);
        if self.rules.committed_only {
            self.follow_transactions(&batch)?;
        }
        let is_aborted = batch.is_transactional() && self.aborting.contains(&batch.producer_id);
        if batch.is_control() || is_aborted {
            (self.next, self.epoch) = (self.next.max(batch.next_offset()), epoch);
            return Ok(true);
        }
        let records = batch.records(UNFOLDED_BYTES_MAX).map_err(|issue| self.corrupt(issue))?;
        let timestamp_type = batch.attributes.timestamp_type();
        self.open = Some(Open { records, next_offset: batch.next_offset(), epoch, timestamp_type });
        Ok(true)
    }

    /// Notes which producers' aborted transactions have begun by this batch, and which end with it.
    fn follow_transactions(&mut self, batch: &BatchView) -> Result<(), Error> {
        while let Some(begun) = self.aborted.pop_front_if(|one| one.first_offset <= batch.last_offset()) {
            self.aborting.insert(begun.producer_id);
        }
        if batch.is_control() && self.aborting.contains(&batch.producer_id) {
            let records = control::read(batch).map_err(|issue| self.corrupt(issue))?;
            if records.first().is_some_and(|record| record.kind == ControlType::Abort) {
                self.aborting.remove(&batch.producer_id);
            }
        }
        Ok(())
    }

    fn corrupt(&self, issue: impl std::fmt::Display) -> Error {
        Error::Corrupt { partition: self.partition.clone(), offset: self.next, why: issue.to_string() }
    }
}

/// What one batch may unfold to: half of what the largest Java array holds, and more than any broker takes by default.
const UNFOLDED_BYTES_MAX: usize = 1 << 30;

#[cfg(test)]
mod tests;
