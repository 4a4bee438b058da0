//! Which records of a batch stay, and whether the batch stays without any.
//!
//! Pure. The rules are Kafka's: the last record of each key up to where keys were looked at; a tombstone until the delete horizon
//! of its batch has passed; of aborted transactions nothing; a marker as long as its transaction has batches, and as a tombstone
//! from then on.

use kampa_formats::batch::BatchHeader;
use kampa_formats::batch::filter::{Filter, RecordPart};

use super::transactions::Fate;

/// What compaction goes by, the same for all batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// The last offset up to which every key was looked at.
    pub latest: i64,
    /// Where this round ends: the batch before is kept, if empty, so that the log's offsets go on there.
    pub first_uncleanable: i64,
    pub now_ms: i64,
    /// `delete.retention.ms`.
    pub delete_retention_ms: i64,
}

/// What is to be done with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes, whatever it holds.
    Drop,
    /// None of its records stays.
    Empty,
    /// All of its records stay: it is a marker.
    Marker,
    /// Each record is looked at.
    Look,
}

/// What is to be done with a batch, and how. `is_producers_last` is the batch that holds the sequence number or epoch of a producer
/// that may still write.
pub(super) fn of_batch(header: &BatchHeader, fate: Fate, is_producers_last: bool, rules: &Rules) -> (Verdict, Filter) {
    let is_idle = matches!(fate, Fate::Aborted | Fate::IdleMarker);
    let goes = match header.is_control() {
        true => is_idle && header.delete_horizon_ms().is_some_and(|horizon| horizon <= rules.now_ms),
        false => is_idle,
    };
    let filter = Filter {
        keep_empty: is_producers_last || header.next_offset() == rules.first_uncleanable,
        is_idle_marker: is_idle && header.is_control(),
        delete_horizon_ms: rules.now_ms.saturating_add(rules.delete_retention_ms),
    };
    let verdict = match (goes, filter.keep_empty, header.is_control()) {
        (true, false, _) => Verdict::Drop,
        (true, true, _) => Verdict::Empty,
        (false, _, true) => Verdict::Marker,
        (false, _, false) => Verdict::Look,
    };
    (verdict, filter)
}

/// Whether a record stays; `newest` is where its key was seen last.
pub(super) fn keeps(
    header: &BatchHeader,
    record: &RecordPart<'_>,
    newest: impl FnOnce(&[u8]) -> Option<i64>,
    rules: &Rules,
) -> bool {
    if record.offset > rules.latest {
        return true;
    }
    let Some(key) = record.key else { return false };
    let is_newest = newest(key).is_none_or(|newest| record.offset >= newest);
    is_newest && (record.has_value || header.delete_horizon_ms().is_none_or(|horizon| rules.now_ms < horizon))
}

#[cfg(test)]
mod tests;
