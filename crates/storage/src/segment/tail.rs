//! What a busy segment keeps in memory: index entries not written yet, and where its latest batches lie.
//!
//! Dropped when the segment rests. Nothing here is lost with the process: recovery rebuilds the index of an open segment.

use std::collections::VecDeque;

use kampa_formats::{offset_index, time_index};

use crate::log::BatchSummary;

/// Index entries that wait in memory. Kafka maps its index and writes an entry for nothing; we pay a system call per file, so one
/// page of entries (2 MiB of batches at Kafka's interval) goes at once.
pub(super) const UNWRITTEN_ENTRIES_MAX: usize = 512;

/// Batches whose exact place is remembered: a consumer at the tail then finds its batch without a read. Enough for the consumers
/// that are some tens of appends behind; 2 KiB.
const RECENT_BATCHES_MAX: usize = 128;

#[derive(Default)]
pub(super) struct Tail {
    pub offsets: Vec<offset_index::Entry>,
    pub times: Vec<time_index::Entry>,
    recent: VecDeque<Recent>,
}

/// A batch of the segment, offsets relative to its base.
#[derive(Clone, Copy)]
pub(super) struct Recent {
    first: u32,
    last: u32,
    pub position: u32,
    pub size: u32,
}

impl Tail {
    pub fn remember(&mut self, segment_base: i64, batch: &BatchSummary, position: u64) {
        if self.recent.len() == RECENT_BATCHES_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(Recent {
            first: (batch.base_offset - segment_base) as u32,
            last: (batch.last_offset - segment_base) as u32,
            position: position as u32,
            size: batch.size as u32,
        });
    }

    /// The remembered batch that holds `relative`, or the next one after a gap.
    pub fn recent(&self, relative: u32) -> Option<Recent> {
        if relative < self.recent.front()?.first {
            return None;
        }
        let at = self.recent.partition_point(|batch| batch.last < relative);
        self.recent.get(at).copied()
    }

    /// The last unwritten entry at or before `relative`.
    pub fn floor(&self, relative: u32) -> Option<offset_index::Entry> {
        let after = self.offsets.partition_point(|entry| entry.relative_offset <= relative);
        self.offsets.get(after.checked_sub(1)?).copied()
    }
}
