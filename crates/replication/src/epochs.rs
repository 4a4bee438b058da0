//! Where each leader's records begin: the history a client or follower compares its own with (KIP-101, KIP-320).
//!
//! Pure. Invariant: epochs rise and start offsets rise.

use kampa_formats::leader_epoch_checkpoint::EpochStart;

/// No epoch, no offset: Kafka writes -1 for what is unknown.
const UNKNOWN: EpochEnd = EpochEnd { leader_epoch: -1, end_offset: -1 };

/// The leader epochs of one partition, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaderEpochs {
    starts: Vec<EpochStart>,
}

/// Where an epoch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochEnd {
    /// The epoch asked for, or the largest known one before it; -1 when unknown.
    pub leader_epoch: i32,
    /// Offset after its last record; -1 when unknown.
    pub end_offset: i64,
}

impl LeaderEpochs {
    /// From a checkpoint; entries that do not rise are dropped.
    pub fn new(starts: impl IntoIterator<Item = EpochStart>) -> LeaderEpochs {
        let mut epochs = LeaderEpochs::default();
        for start in starts {
            epochs.assign(start.epoch, start.start_offset);
        }
        epochs
    }

    /// For the checkpoint.
    pub fn starts(&self) -> &[EpochStart] {
        &self.starts
    }

    /// The epoch of the newest records.
    pub fn latest(&self) -> Option<i32> {
        self.starts.last().map(|start| start.epoch)
    }

    /// The epoch `epoch` begins at `start_offset`. What contradicts it goes. Tells whether anything changed.
    pub fn assign(&mut self, epoch: i32, start_offset: i64) -> bool {
        if epoch < 0 || start_offset < 0 {
            return false;
        }
        if let Some(last) = self.starts.last()
            && last.epoch == epoch
            && last.start_offset <= start_offset
        {
            return false;
        }
        self.starts.retain(|start| start.epoch < epoch && start.start_offset < start_offset);
        // Most partitions have one for good.
        self.starts.reserve_exact(1);
        self.starts.push(EpochStart { epoch, start_offset });
        true
    }

    /// Where `epoch` ends in a log that ends at `log_end`.
    pub fn end_of(&self, epoch: i32, log_end: i64) -> EpochEnd {
        if epoch < 0 {
            return UNKNOWN;
        }
        if self.latest() == Some(epoch) {
            return EpochEnd { leader_epoch: epoch, end_offset: log_end };
        }
        let after = self.starts.partition_point(|start| start.epoch <= epoch);
        let Some(next) = self.starts.get(after) else { return UNKNOWN };
        let known = after.checked_sub(1).map_or(epoch, |at| self.starts[at].epoch);
        EpochEnd { leader_epoch: known, end_offset: next.start_offset }
    }

    /// The epoch of the record at `offset`.
    pub fn at(&self, offset: i64) -> Option<i32> {
        let after = self.starts.partition_point(|start| start.start_offset <= offset);
        after.checked_sub(1).map(|at| self.starts[at].epoch)
    }

    /// Whether both say the same of the epochs that begin below `offset`.
    pub fn agrees_below(&self, offset: i64, other: &LeaderEpochs) -> bool {
        let below = |epochs: &LeaderEpochs| epochs.starts.partition_point(|start| start.start_offset < offset);
        self.starts[..below(self)] == other.starts[..below(other)]
    }

    /// Everything before `offset` is gone: the epoch there begins with it. Tells whether anything changed.
    pub fn cut_before(&mut self, offset: i64) -> bool {
        let after = self.starts.partition_point(|start| start.start_offset <= offset);
        let Some(at) = after.checked_sub(1) else { return false };
        if at == 0 && self.starts[0].start_offset == offset {
            return false;
        }
        self.starts.drain(..at);
        self.starts[0].start_offset = offset;
        true
    }

    /// Everything from `offset` on is gone. Tells whether anything changed.
    pub fn cut_from(&mut self, offset: i64) -> bool {
        let before = self.starts.len();
        self.starts.retain(|start| start.start_offset < offset);
        self.starts.len() < before
    }
}

#[cfg(test)]
mod tests;
