//! Where a leader's epoch ends is where the next one's records begin, whatever was lost, deleted or compacted since.

use std::collections::BTreeMap;

use super::super::history::{Event, PlaceId};
use super::{Checker, View};

#[derive(Default)]
pub struct Epochs {
    /// Each epoch that may have records, and where they begin.
    starts: BTreeMap<PlaceId, Vec<(i32, i64)>>,
}

impl Checker for Epochs {
    fn name(&self) -> &'static str {
        "epochs"
    }

    fn see(&mut self, event: &Event, view: &View, found: &mut Vec<String>) {
        match event {
            Event::Opened { place, leader_epoch, marks, .. } => {
                let starts = self.starts.entry(*place).or_default();
                starts.retain(|(_, start)| *start < marks.log_end);
                if starts.last().is_none_or(|(epoch, _)| epoch < leader_epoch) {
                    starts.push((*leader_epoch, marks.log_end));
                }
            }
            Event::EpochAsked { place, epoch, log_start, log_end, answer } => {
                let log = view.logs.log(*place);
                let starts = self.starts.entry(*place).or_default();
                // What was deleted is forgotten sooner than the log start is kept, and later than it is moved: the first epoch may begin
                // anywhere up to the highest log start that was asked for.
                let cuts = [*log_start, answer.1.min(log.start_asked)];
                if !log.rotten && cuts.iter().all(|cut| end_of(&cut_before(starts, *cut), *epoch, *log_end) != *answer)
                {
                    let about = &view.history.places[*place].id;
                    found.push(format!("{about}: epoch {epoch} ends at {answer:?}; start {log_start}, {starts:?}"));
                }
            }
            _ => {}
        }
    }
}

fn cut_before(starts: &[(i32, i64)], log_start: i64) -> Vec<(i32, i64)> {
    let before = starts.partition_point(|(_, start)| *start <= log_start);
    let mut left = starts[before.saturating_sub(1)..].to_vec();
    if let Some((_, first)) = left.first_mut() {
        *first = (*first).max(log_start);
    }
    left
}

/// The largest epoch up to the one asked for, and its end; of one before all, what is said is where the first begins.
fn end_of(starts: &[(i32, i64)], epoch: i32, log_end: i64) -> (i32, i64) {
    if starts.last().is_some_and(|(last, _)| *last == epoch) {
        return (epoch, log_end);
    }
    let Some(after) = starts.iter().position(|(other, _)| *other > epoch) else { return (-1, -1) };
    let known = after.checked_sub(1).map_or(epoch, |at| starts[at].0);
    (known, starts[after].1)
}
