//! What a partition knows of its producers: the last five batches of each, so that a batch sent twice is stored once, and
//! the transactions that are open, so that readers of committed records stop before them.
//!
//! Pure: batches in, verdicts out. Replaying a log's batches gives the state that appending them gave.
//!
//! Invariants: a producer with an open transaction is in `open`; `open` and `unsettled` are keyed by the transaction's first offset.

use std::collections::BTreeMap;

use kampa_formats::batch::control::{self, EndMarker};
use kampa_formats::batch::{BatchHeader, BatchView, sequence_after};
use kampa_formats::producer_snapshot::ProducerEntry;
use kampa_formats::txn_index::AbortedTxn;

use crate::error::ProducerError;

/// Batches remembered per producer: as many as an idempotent client may have in flight.
const BATCHES_KEPT: usize = 5;

/// The producers of one partition. Most have none.
#[derive(Clone, Debug, Default)]
pub struct Producers {
    seen: Option<Box<Seen>>,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    /// Boxed, since a map keeps room for many where there is often one.
    known: BTreeMap<i64, Box<Producer>>,
    /// First offset of each open transaction, and its producer.
    open: BTreeMap<i64, i64>,
    /// First offset of each transaction that ended at or above the high watermark, and where.
    unsettled: BTreeMap<i64, i64>,
}

/// One producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    /// -1 before the first batch or marker.
    pub epoch: i16,
    /// Of the last marker, -1 before the first.
    pub coordinator_epoch: i32,
    /// Of the last batch or marker, ms.
    pub last_timestamp: i64,
    /// Where the open transaction began.
    pub txn_first_offset: Option<i64>,
    /// Oldest first, all of `epoch`.
    batches: Window,
}

/// A batch that was appended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AppendedBatch {
    /// Sequence number of its last record.
    pub last_sequence: i32,
    /// Offset of its last record.
    pub last_offset: i64,
    /// Last offset minus first.
    pub offset_delta: i32,
    /// Its largest timestamp.
    pub timestamp: i64,
}

impl AppendedBatch {
    fn of(batch: &BatchHeader) -> AppendedBatch {
        AppendedBatch {
            last_sequence: batch.last_sequence(),
            last_offset: batch.last_offset(),
            offset_delta: batch.last_offset_delta,
            timestamp: batch.max_timestamp,
        }
    }

    /// Offset of its first record.
    pub fn first_offset(&self) -> i64 {
        self.last_offset - i64::from(self.offset_delta)
    }

    fn first_sequence(&self) -> i32 {
        sequence_after(self.last_sequence, -self.offset_delta)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Window {
    batches: [AppendedBatch; BATCHES_KEPT],
    len: usize,
}

impl Window {
    fn as_slice(&self) -> &[AppendedBatch] {
        &self.batches[..self.len]
    }

    /// Puts older batches, oldest first, before those that are there; as many as there is room for.
    fn precede(&mut self, older: &[AppendedBatch]) {
        let mut whole = Window::default();
        older.iter().chain(self.as_slice()).for_each(|batch| whole.push(*batch));
        *self = whole;
    }

    fn push(&mut self, batch: AppendedBatch) {
        if self.len == BATCHES_KEPT {
            self.batches.rotate_left(1);
            self.len -= 1;
        }
        self.batches[self.len] = batch;
        self.len += 1;
    }
}

impl Default for Producer {
    fn default() -> Producer {
        Producer {
            epoch: -1,
            coordinator_epoch: -1,
            last_timestamp: -1,
            txn_first_offset: None,
            batches: Window::default(),
        }
    }
}

impl Producer {
    /// Sequence number of the last record in the current epoch, -1 without one.
    pub fn last_sequence(&self) -> i32 {
        self.last_batch().map_or(-1, |batch| batch.last_sequence)
    }

    /// Offset of the last record in the current epoch.
    pub fn last_offset(&self) -> Option<i64> {
        self.last_batch().map(|batch| batch.last_offset)
    }

    fn last_batch(&self) -> Option<&AppendedBatch> {
        self.batches.as_slice().last()
    }

    fn set_epoch(&mut self, epoch: i16) {
        if self.epoch != epoch {
            self.batches = Window::default();
            self.epoch = epoch;
        }
    }

    fn duplicate_of(&self, batch: &BatchHeader) -> Option<AppendedBatch> {
        let kept = if batch.producer_epoch == self.epoch { self.batches.as_slice() } else { &[] };
        let is_same = |kept: &&AppendedBatch| {
            kept.first_sequence() == batch.base_sequence && kept.last_sequence == batch.last_sequence()
        };
        kept.iter().find(is_same).copied()
    }

    fn check_sequence(&self, batch: &BatchHeader) -> Result<(), ProducerError> {
        let last = if batch.producer_epoch == self.epoch { self.last_sequence() } else { -1 };
        // Of a producer nobody remembers, any number is taken: its records may have been deleted.
        if self.epoch == -1 || batch.base_sequence == sequence_after(last, 1) {
            return Ok(());
        }
        Err(ProducerError::OutOfOrder { producer_id: batch.producer_id, last, got: batch.base_sequence })
    }
}

/// What is to be done with a client's batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is new.
    Append,
    /// It is in the log already, and this is what its first append was.
    Duplicate(AppendedBatch),
}

/// A transaction that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedTxn {
    /// Whose.
    pub producer_id: i64,
    /// Of its first batch.
    pub first_offset: i64,
    /// Of its marker.
    pub last_offset: i64,
    /// Or committed.
    pub aborted: bool,
}

impl Producers {
    fn seen(&self) -> &Seen {
        static NOTHING: Seen = Seen { known: BTreeMap::new(), open: BTreeMap::new(), unsettled: BTreeMap::new() };
        self.seen.as_deref().unwrap_or(&NOTHING)
    }

    fn seen_mut(&mut self) -> &mut Seen {
        self.seen.get_or_insert_default()
    }

    /// From a snapshot; who is silent since `producer_id_expiration_ms` at `now_ms` is left out.
    pub fn from_snapshot(entries: &[ProducerEntry], now_ms: i64, producer_id_expiration_ms: i64) -> Producers {
        let mut seen = Seen::default();
        for entry in entries {
            let mut producer = Producer {
                epoch: entry.epoch,
                coordinator_epoch: entry.coordinator_epoch,
                last_timestamp: entry.timestamp,
                txn_first_offset: (entry.txn_first_offset >= 0).then_some(entry.txn_first_offset),
                batches: Window::default(),
            };
            if entry.last_offset >= 0 {
                producer.batches.push(AppendedBatch {
                    last_sequence: entry.last_sequence,
                    last_offset: entry.last_offset,
                    offset_delta: entry.offset_delta,
                    timestamp: entry.timestamp,
                });
            }
            if let Some(first_offset) = producer.txn_first_offset {
                seen.open.insert(first_offset, entry.producer_id);
            }
            seen.known.insert(entry.producer_id, Box::new(producer));
        }
        let mut producers = Producers { seen: Some(Box::new(seen)) };
        producers.expire(now_ms, producer_id_expiration_ms);
        producers
    }

    /// What a snapshot file holds, by producer id.
    pub fn to_snapshot(&self) -> Vec<ProducerEntry> {
        let entry = |(producer_id, producer): (i64, &Producer)| {
            let last = producer.last_batch();
            ProducerEntry {
                producer_id,
                epoch: producer.epoch,
                last_sequence: producer.last_sequence(),
                last_offset: last.map_or(-1, |batch| batch.last_offset),
                offset_delta: last.map_or(0, |batch| batch.offset_delta),
                timestamp: producer.last_timestamp,
                coordinator_epoch: producer.coordinator_epoch,
                txn_first_offset: producer.txn_first_offset.unwrap_or(-1),
            }
        };
        self.iter().map(entry).collect()
    }

    /// All producers by id.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &Producer)> {
        self.seen().known.iter().map(|(id, producer)| (*id, &**producer))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.seen().known.len()
    }

    /// Whether the producer has a transaction open here.
    pub fn has_open_transaction(&self, producer_id: i64) -> bool {
        self.seen().known.get(&producer_id).is_some_and(|producer| producer.txn_first_offset.is_some())
    }

    /// Holds a batch with a producer id against what its producer wrote before. `sequenced` is what comes from clients:
    /// coordinators write without sequence numbers.
    pub fn check(&self, batch: &BatchHeader, sequenced: bool) -> Result<Verdict, ProducerError> {
        let producer_id = batch.producer_id;
        let Some(producer) = self.seen().known.get(&producer_id) else { return Ok(Verdict::Append) };
        if sequenced && let Some(appended) = producer.duplicate_of(batch) {
            return Ok(Verdict::Duplicate(appended));
        }
        let (current, got) = (producer.epoch, batch.producer_epoch);
        if got < current {
            return Err(ProducerError::OldEpoch { producer_id, current, got });
        }
        if sequenced {
            producer.check_sequence(batch)?;
        }
        if producer.txn_first_offset.is_some() && !batch.is_transactional() {
            return Err(ProducerError::OutsideTransaction { producer_id });
        }
        Ok(Verdict::Append)
    }

    /// Holds a transaction's marker against what was seen of producer and coordinator.
    pub fn check_marker(&self, batch: &BatchHeader, marker: &EndMarker) -> Result<(), ProducerError> {
        let producer_id = batch.producer_id;
        let Some(producer) = self.seen().known.get(&producer_id) else { return Ok(()) };
        if batch.producer_epoch < producer.epoch {
            return Err(ProducerError::OldEpoch { producer_id, current: producer.epoch, got: batch.producer_epoch });
        }
        let (current, got) = (producer.coordinator_epoch, marker.coordinator_epoch);
        if got < current { Err(ProducerError::OldCoordinator { producer_id, current, got }) } else { Ok(()) }
    }

    /// A batch of records was appended.
    pub fn appended(&mut self, batch: &BatchHeader) {
        let seen = self.seen_mut();
        let producer = seen.known.entry(batch.producer_id).or_default();
        producer.set_epoch(batch.producer_epoch);
        producer.batches.push(AppendedBatch::of(batch));
        producer.last_timestamp = batch.max_timestamp;
        if batch.is_transactional() && producer.txn_first_offset.is_none() {
            producer.txn_first_offset = Some(batch.base_offset);
            seen.open.insert(batch.base_offset, batch.producer_id);
        }
    }

    /// The transaction that a marker ends, if its producer has one here.
    pub fn ended_by(&self, batch: &BatchHeader, marker: &EndMarker) -> Option<EndedTxn> {
        let first_offset = self.seen().known.get(&batch.producer_id)?.txn_first_offset?;
        Some(EndedTxn {
            producer_id: batch.producer_id,
            first_offset,
            last_offset: batch.base_offset,
            aborted: !marker.committed,
        })
    }

    /// A marker was appended. Gives the transaction it ends, if the producer has one here: [`Producers::settle`] is then due.
    pub fn marked(&mut self, batch: &BatchHeader, marker: &EndMarker, timestamp: i64) -> Option<EndedTxn> {
        let ended = self.ended_by(batch, marker);
        let producer = self.seen_mut().known.entry(batch.producer_id).or_default();
        producer.set_epoch(batch.producer_epoch);
        producer.coordinator_epoch = marker.coordinator_epoch;
        producer.last_timestamp = timestamp;
        producer.txn_first_offset = None;
        ended
    }

    /// What the index of aborted transactions says of an ended one: the last stable offset is as if it were settled.
    pub fn aborted_entry(&self, ended: &EndedTxn) -> AbortedTxn {
        let next_open = self.seen().open.iter().find(|(_, producer_id)| **producer_id != ended.producer_id);
        AbortedTxn {
            producer_id: ended.producer_id,
            first_offset: ended.first_offset,
            last_offset: ended.last_offset,
            last_stable_offset: next_open.map_or(ended.last_offset + 1, |(first_offset, _)| *first_offset),
        }
    }

    /// An ended transaction no longer counts as open; until the high watermark passes its marker, it is not stable either.
    pub fn settle(&mut self, ended: &EndedTxn) {
        let seen = self.seen_mut();
        seen.open.remove(&ended.first_offset);
        seen.unsettled.insert(ended.first_offset, ended.last_offset);
    }

    /// The high watermark is at `offset`.
    pub fn on_high_watermark(&mut self, offset: i64) {
        if let Some(seen) = &mut self.seen {
            seen.unsettled.retain(|_, last_offset| *last_offset >= offset);
        }
    }

    /// Where the first transaction begins whose outcome readers may not know yet.
    pub fn first_unstable(&self) -> Option<i64> {
        let first = |txns: &BTreeMap<i64, i64>| txns.first_key_value().map(|(offset, _)| *offset);
        [first(&self.seen().open), first(&self.seen().unsettled)].into_iter().flatten().min()
    }

    /// Learns of batches of the log that lie before all that is known, oldest first: those that a producer may send again.
    /// A producer that nobody remembers is not brought back.
    pub fn recall(&mut self, batches: &[BatchHeader]) {
        for (producer_id, producer) in &mut self.seen_mut().known {
            let first_known = producer.batches.as_slice().first().map_or(i64::MIN, AppendedBatch::first_offset);
            let older = batches.iter().filter(|batch| {
                batch.producer_id == *producer_id
                    && batch.producer_epoch == producer.epoch
                    && batch.last_offset() < first_known
            });
            let older: Vec<AppendedBatch> = older.map(AppendedBatch::of).collect();
            producer.batches.precede(&older);
        }
    }

    /// Replays a batch of the log. What was appended is not questioned. Gives the transaction it ends, settled.
    pub fn replay(&mut self, batch: &BatchView) -> Option<EndedTxn> {
        if !batch.has_producer_id() {
            return None;
        }
        if !batch.is_control() {
            self.appended(batch);
            return None;
        }
        // A marker without records is what compaction leaves when the whole transaction is gone.
        let record = control::read(batch).ok()?.into_iter().next()?;
        let marker = EndMarker::from_record(&record)?;
        self.marked(batch, &marker, record.timestamp)
    }

    /// Forgets who has been silent for `producer_id_expiration_ms`, unless a transaction is open.
    pub fn expire(&mut self, now_ms: i64, producer_id_expiration_ms: i64) {
        let Some(seen) = &mut self.seen else { return };
        seen.known.retain(|_, producer| {
            producer.txn_first_offset.is_some()
                || now_ms.saturating_sub(producer.last_timestamp) < producer_id_expiration_ms
        });
        if seen.known.is_empty() && seen.open.is_empty() && seen.unsettled.is_empty() {
            self.seen = None;
        }
    }
}

#[cfg(test)]
mod tests;
