//! What of a log may be compacted, how badly it wants to be, and which segments become one.
//!
//! Pure: facts of segments in, offsets and bytes out. The last segment is the active one and is never touched.

/// How much of a log waits to be compacted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dirtiness {
    /// Everything below was compacted.
    pub first_dirty: i64,
    /// Nothing from here on may be compacted yet; where a segment begins.
    pub first_uncleanable: i64,
    /// Bytes of the segments that begin below `first_dirty`.
    pub clean_bytes: u64,
    /// Bytes of the segments that hold what lies between.
    pub cleanable_bytes: u64,
    /// For how long a record has waited beyond `max.compaction.lag.ms`; 0 if none has.
    pub overdue_ms: i64,
}

impl Dirtiness {
    /// The share that waits, 0 to 1.
    pub fn ratio(&self) -> f64 {
        let total = self.clean_bytes + self.cleanable_bytes;
        if total == 0 { 0.0 } else { self.cleanable_bytes as f64 / total as f64 }
    }

    /// Whether the log is to be compacted under `min.cleanable.dirty.ratio`.
    pub fn is_due(&self, min_ratio: f64) -> bool {
        (self.overdue_ms > 0 && self.cleanable_bytes > 0) || self.ratio() > min_ratio
    }
}

/// What counts of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub base_offset: i64,
    pub bytes: u64,
}

/// Where a log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    pub log_start: i64,
    /// Up to where it was compacted, if it ever was.
    pub clean_end: Option<i64>,
    /// Transactions below are decided, and records are committed.
    pub stable_end: i64,
    pub log_end: i64,
}

/// Where compaction goes on. An end that the log does not reach (any more) counts as none.
pub(super) fn first_dirty(ends: Ends) -> i64 {
    ends.clean_end.filter(|end| (ends.log_start..=ends.log_end).contains(end)).unwrap_or(ends.log_start)
}

/// The segments that hold offsets from `offset` on, without the active one.
pub(super) fn closed_from(segments: &[Extent], offset: i64) -> std::ops::Range<usize> {
    let active = segments.len() - 1;
    if offset > segments[active].base_offset { active..active } else { holder(segments, offset)..active }
}

/// Measures what lies between `first_dirty` and the first of: the stable end, the active segment, `too_young` (the first segment
/// that `min.compaction.lag.ms` keeps as it is).
pub(super) fn measure(segments: &[Extent], ends: Ends, too_young: Option<i64>, overdue_ms: i64) -> Dirtiness {
    let first_dirty = first_dirty(ends);
    let active = segments[segments.len() - 1].base_offset;
    let bound = [Some(ends.stable_end), Some(active), too_young].into_iter().flatten().fold(i64::MAX, i64::min);
    let closed = closed_from(segments, bound.max(first_dirty));
    let first_uncleanable = segments[closed].first().map_or(active, |segment| segment.base_offset);
    let bytes = |segments: &[Extent]| segments.iter().map(|segment| segment.bytes).sum();
    Dirtiness {
        first_dirty,
        first_uncleanable,
        clean_bytes: bytes(&segments[..segments.partition_point(|segment| segment.base_offset < first_dirty)]),
        cleanable_bytes: bytes(&segments[dirty(segments, first_dirty, first_uncleanable)]),
        overdue_ms,
    }
}

/// The segments that hold offsets from `first_dirty` up to where the segment of `end` begins.
pub(super) fn dirty(segments: &[Extent], first_dirty: i64, end: i64) -> std::ops::Range<usize> {
    let last = segments.partition_point(|segment| segment.base_offset < end);
    if first_dirty >= end { last..last } else { holder(segments, first_dirty).min(last)..last }
}

/// The segment that holds an offset.
fn holder(segments: &[Extent], offset: i64) -> usize {
    segments.partition_point(|segment| segment.base_offset <= offset).saturating_sub(1)
}

/// What counts when segments are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub base_offset: i64,
    pub bytes: u64,
    pub offset_index_bytes: u64,
    pub time_index_bytes: u64,
}

/// Segments in a row that become one: as many as have room in a segment, its indexes and its offsets, which count from its base.
/// `first_uncleanable` is where the last one ends. Ranges of `segments`.
pub(super) fn group(
    segments: &[Size],
    bytes_max: u64,
    index_bytes_max: u64,
    first_uncleanable: i64,
) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    while start < segments.len() {
        let mut sum = segments[start];
        let mut end = start + 1;
        while let Some(next) = segments.get(end) {
            let last_offset = segments.get(end + 1).map_or(first_uncleanable, |behind| behind.base_offset) - 1;
            let grown = Size {
                base_offset: sum.base_offset,
                bytes: sum.bytes + next.bytes,
                offset_index_bytes: sum.offset_index_bytes + next.offset_index_bytes,
                time_index_bytes: sum.time_index_bytes + next.time_index_bytes,
            };
            let fits = grown.bytes <= bytes_max
                && grown.offset_index_bytes <= index_bytes_max
                && grown.time_index_bytes <= index_bytes_max
                && (next.bytes == 0 || last_offset - sum.base_offset <= i64::from(i32::MAX));
            if !fits {
                break;
            }
            sum = grown;
            end += 1;
        }
        groups.push(start..end);
        start = end;
    }
    groups
}

#[cfg(test)]
mod tests;
