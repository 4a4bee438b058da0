//! Compaction of a partition: up to where it may go, which batches hold a producer's state, and where it ended.
//!
//! When a partition is compacted, and how fast, is the caller's to say: see `broker::cleaner`.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::batch::BatchHeader;
use kampa_storage::{
    CompactError, Compacted, Compaction, CompactionBounds, CompactionStep, Dirtiness, Log, LogDir, Protects,
};

use super::{Inner, Partition};
use crate::snapshots;

/// A compaction under way. Dropped before its end it leaves the partition as good as it was.
pub struct PartitionCompaction {
    inner: Arc<Inner>,
    /// The log that is compacted: the partition may move meanwhile.
    log: Log,
    compaction: Compaction,
}

/// What a producer that may still write did last.
#[derive(Clone, Copy)]
struct LastBatch {
    /// Of its last batch of records; `None` if only a marker tells of it.
    offset: Option<i64>,
    epoch: i16,
}

impl Partition {
    /// How much of the partition waits to be compacted. Blocks where `min.compaction.lag.ms` or `max.compaction.lag.ms` ask how old
    /// segments are.
    pub fn dirtiness(&self, now_ms: i64) -> io::Result<Dirtiness> {
        self.dirtiness_below(i64::MAX, now_ms)
    }

    fn dirtiness_below(&self, end: i64, now_ms: i64) -> io::Result<Dirtiness> {
        let stable_end = self.watermarks().last_stable_offset.min(end);
        self.inner.log().map_or(Ok(Dirtiness::default()), |log| log.dirtiness(self.clean_end(), stable_end, now_ms))
    }

    /// Begins to compact what is dirty, be it much or little, as far as the log was synced and the checkpoint of its directory says so:
    /// that comes first. One compaction at a time, and none while the partition moves. Blocks.
    pub fn begin_compaction(&self, now_ms: i64, bounds: CompactionBounds) -> Result<PartitionCompaction, CompactError> {
        let (kept, log) = {
            // Not while a copy takes the log's place.
            let mut state = self.inner.state.lock();
            (self.inner.kept_recovery_point.load(Ordering::Acquire), self.inner.log_to_write(&mut state)?)
        };
        if self.copying().is_some() {
            return Err(CompactError::Busy);
        }
        let dirtiness = self.dirtiness_below(kept, now_ms)?;
        let protects = self.inner.protects();
        let compaction = log.begin_compaction(&dirtiness, now_ms, bounds, protects)?;
        Ok(PartitionCompaction { inner: self.inner.clone(), log, compaction })
    }

    /// As [`Partition::begin_compaction`], and all of its steps. Blocks.
    pub fn compact(&self, now_ms: i64, bounds: CompactionBounds) -> Result<Compacted, CompactError> {
        let mut compaction = self.begin_compaction(now_ms, bounds)?;
        loop {
            if let CompactionStep::Done(compacted) = compaction.step()? {
                return Ok(compacted);
            }
        }
    }

    /// Up to where the partition was compacted, if it ever was.
    pub fn clean_end(&self) -> Option<i64> {
        Some(self.inner.clean_end.load(Ordering::Acquire)).filter(|end| *end >= 0)
    }

    /// The checkpoint of a directory has it on the medium that the log was synced up to here.
    pub(crate) fn set_kept_recovery_point(&self, dir: &LogDir, offset: i64) {
        let _state = self.inner.state.lock();
        if self.inner.dir().path() == dir.path() {
            self.inner.kept_recovery_point.store(offset, Ordering::Release);
        }
    }

    /// What a checkpoint says of [`Partition::clean_end`].
    pub fn set_clean_end(&self, offset: i64) {
        self.inner.clean_end.store(offset, Ordering::Release);
        self.dir().stir();
    }
}

impl PartitionCompaction {
    /// Does the next piece of the work; a move ends it. Blocks.
    pub fn step(&mut self) -> Result<CompactionStep, CompactError> {
        if self.inner.future.lock().is_some() {
            return Err(CompactError::Interrupted);
        }
        let step = self.compaction.step()?;
        if let CompactionStep::Done(compacted) = &step
            && self.inner.log().is_some_and(|log| log.is(&self.log))
        {
            self.inner.compacted(compacted)?;
        }
        Ok(step)
    }
}

impl Inner {
    /// The batches that must stay: as the producers stand now. Who comes later has nothing in what is compacted.
    fn protects(&self) -> Protects {
        let state = self.state.lock();
        let last: BTreeMap<i64, LastBatch> = state
            .producers
            .iter()
            .map(|(id, producer)| (id, LastBatch { offset: producer.last_offset(), epoch: producer.epoch }))
            .collect();
        Box::new(move |batch| last.get(&batch.producer_id).is_some_and(|last| last.is(batch)))
    }

    fn compacted(&self, compacted: &Compacted) -> io::Result<()> {
        self.clean_end.store(compacted.clean_end, Ordering::Release);
        self.dir().stir();
        let newest = self.state.lock().snapshot_offset;
        let segments = self.log().map(|log| log.segments()).unwrap_or_default();
        let bases: Vec<i64> = segments.iter().map(|segment| segment.base_offset).collect();
        let active = bases.last().copied().unwrap_or(0);
        // Where no segment begins any more, nobody begins to replay.
        let is_needless = |offset| offset < active && offset != newest && bases.binary_search(&offset).is_err();
        self.in_folder(|folder| snapshots::remove(self.world.disk(), folder, is_needless))
    }
}

impl LastBatch {
    fn is(&self, batch: &BatchHeader) -> bool {
        match self.offset {
            Some(offset) => batch.last_offset() == offset,
            None => batch.is_control() && batch.producer_epoch == self.epoch,
        }
    }
}
