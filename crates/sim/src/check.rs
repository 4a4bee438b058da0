//! What must hold of a history: one small checker for each promise, each a function from a history to what it breaks.
//!
//! A checker knows what the node promised, not how it keeps it. What a power cut may take is said once, in [`Timeline`].

mod commits;
mod members;
mod producer_ids;
mod records;
mod topics;
mod watermarks;

use std::collections::{BTreeMap, BTreeSet};

use kampa_protocol::Uuid;

use crate::history::{Event, History, Moment, Place};
pub use crate::report::Violation;

/// Everything that a history breaks, in the order of the checkers.
pub fn check(history: &History) -> Vec<Violation> {
    let timeline = Timeline::of(history);
    let checkers: [fn(&History, &Timeline) -> Vec<Violation>; 6] =
        [records::check, watermarks::check, commits::check, members::check, topics::check, producer_ids::check];
    let mut violations: Vec<Violation> = checkers.iter().flat_map(|check| check(history, &timeline)).collect();
    for (at, event) in history.events.iter().enumerate() {
        if let Event::Wrong { what } = event {
            violations.push(Violation { checker: "conduct", at, what: what.clone() });
        }
    }
    violations
}

/// What power cuts and rot may have taken, and what not.
#[derive(Debug, Default)]
pub struct Timeline {
    power_cuts: Vec<Moment>,
    clean_stops: Vec<Moment>,
    synced: BTreeMap<Uuid, bool>,
    retained: BTreeSet<Uuid>,
    rotten: BTreeSet<Place>,
    offsets_synced: bool,
}

impl Timeline {
    fn of(history: &History) -> Timeline {
        let mut timeline = Timeline::default();
        for (at, event) in history.events.iter().enumerate() {
            match event {
                Event::PowerCut => timeline.power_cuts.push(at),
                Event::NodeStopped => timeline.clean_stops.push(at),
                Event::OffsetsTopic { synced } => timeline.offsets_synced = *synced,
                Event::TopicMade { topic_id, synced, retained, .. } => {
                    timeline.synced.insert(*topic_id, *synced);
                    if *retained {
                        timeline.retained.insert(*topic_id);
                    }
                }
                Event::Rotted { place } => {
                    timeline.rotten.insert(*place);
                }
                _ => {}
            }
        }
        timeline
    }

    /// Whether what was only in memory at `from` may be gone at `to`: the power was cut with no clean stop before it.
    fn memory_lost(&self, from: Moment, to: Moment) -> bool {
        let cut = self.power_cuts.iter().copied().find(|&cut| from <= cut && cut < to);
        cut.is_some_and(|cut| !self.clean_stops.iter().any(|&stop| from <= stop && stop < cut))
    }

    /// Whether the power was cut in between, clean stop or not.
    fn power_was_cut(&self, from: Moment, to: Moment) -> bool {
        self.power_cuts.iter().any(|&cut| from <= cut && cut < to)
    }

    /// Whether records of this topic must survive power cuts once they are acknowledged or read.
    fn is_synced(&self, place: Place) -> bool {
        self.synced.get(&place.topic_id).copied().unwrap_or(false)
    }

    /// Whether old records of this topic are deleted.
    fn is_retained(&self, place: Place) -> bool {
        self.retained.contains(&place.topic_id)
    }

    /// Whether bits of this partition were flipped on the disk: then all that is asked is that no wrong byte is read.
    fn is_rotten(&self, place: Place) -> bool {
        self.rotten.contains(&place)
    }
}

#[cfg(test)]
mod tests;
