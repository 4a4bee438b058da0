//! What was found wrong, told after all files are shown.

use std::collections::BTreeMap;

use crate::Output;
use crate::kafka::hash_order::hash_order;

/// By file, in the order in which files were found wanting.
#[derive(Default)]
pub(super) struct Findings {
    /// Index entries whose batch ends at another offset.
    index_mismatches: ByFile<BTreeMap<i64, i64>>,
    /// Time index entries whose batch has another latest time.
    time_mismatches: ByFile<Vec<(i64, i64)>>,
    /// Time index entries that are not later than the one before.
    times_out_of_order: ByFile<Vec<(i64, i64)>>,
    /// Time index entries whose offset ends no batch.
    offsets_not_found: ByFile<Vec<(i64, i64)>>,
    /// Records whose offset is not the next one.
    non_consecutive: ByFile<BTreeMap<i64, i64>>,
}

type ByFile<T> = Vec<(String, T)>;

impl Findings {
    pub(super) fn index_mismatch(&mut self, file: &str, indexed: i64, found: i64) {
        of(&mut self.index_mismatches, file).insert(indexed, found);
    }

    pub(super) fn time_mismatch(&mut self, file: &str, indexed: i64, found: i64) {
        of(&mut self.time_mismatches, file).push((indexed, found));
    }

    pub(super) fn time_out_of_order(&mut self, file: &str, indexed: i64, before: i64) {
        of(&mut self.times_out_of_order, file).push((indexed, before));
    }

    pub(super) fn offset_not_found(&mut self, file: &str, indexed: i64, found: i64) {
        of(&mut self.offsets_not_found, file).push((indexed, found));
    }

    pub(super) fn not_consecutive(&mut self, file: &str, before: i64, offset: i64) {
        of(&mut self.non_consecutive, file).insert(before, offset);
    }

    pub(super) fn print(mut self, err: &Output) {
        each(&mut self.index_mismatches, |file, offsets| {
            err.line(format_args!("Mismatches in :{file}"));
            for (indexed, found) in offsets.iter().rev() {
                err.line(format_args!("  Index offset: {indexed}, log offset: {found}"));
            }
        });
        each(&mut self.time_mismatches, |file, times| {
            err.line(format_args!("Found timestamp mismatch in :{file}"));
            for (indexed, found) in times {
                err.line(format_args!("  Index timestamp: {indexed}, log timestamp: {found}"));
            }
        });
        each(&mut self.times_out_of_order, |file, times| {
            err.line(format_args!("Found out of order timestamp in :{file}"));
            for (indexed, before) in times {
                err.line(format_args!("  Index timestamp: {indexed}, Previously indexed timestamp: {before}"));
            }
        });
        each(&mut self.offsets_not_found, |file, offsets| {
            err.line(format_args!("The following indexed offsets are not found in :{file}"));
            for (indexed, found) in offsets {
                err.line(format_args!("Indexed offset: {indexed}, found log offset: {found}"));
            }
        });
        each(&mut self.non_consecutive, |file, offsets| {
            err.line(format_args!("Non-consecutive offsets in {file}"));
            for (before, offset) in offsets {
                err.line(format_args!("  {before} is followed by {offset}"));
            }
        });
    }
}

fn of<'a, T: Default>(all: &'a mut ByFile<T>, file: &str) -> &'a mut T {
    let at = all.iter().position(|(name, _)| name == file).unwrap_or_else(|| {
        all.push((file.to_owned(), T::default()));
        all.len() - 1
    });
    &mut all[at].1
}

fn each<T>(all: &mut ByFile<T>, show: impl Fn(&str, &T)) {
    hash_order(all, |(file, _)| file);
    all.iter().for_each(|(file, found)| show(file, found));
}
