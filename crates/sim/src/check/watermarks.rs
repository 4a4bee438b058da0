//! The high watermark never goes back: who asks after another was answered is told no less, over kills and restarts too; a power
//! cut may take it back where records were in memory only. And log start, last stable offset, high watermark lie in this order.

use std::collections::BTreeMap;

use super::{Timeline, Violation};
use crate::history::{Event, History, Moment, Place};

pub(super) fn check(history: &History, timeline: &Timeline) -> Vec<Violation> {
    let mut told: BTreeMap<Place, Vec<Told>> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, event) in history.events.iter().enumerate() {
        match event {
            Event::PowerCut => told.retain(|place, _| timeline.is_synced(*place)),
            Event::Acked { count, place, base_offset, begun, .. }
                if *base_offset >= 0 && may_count(timeline, *place, *begun, at) =>
            {
                tell(told.entry(*place).or_default(), at, base_offset + i64::from(*count));
            }
            Event::Watermarks { place, log_start, last_stable, high_watermark, begun } => {
                let mut wrong = |what| found.push(Violation { checker: "watermarks", at, what });
                if !(log_start <= last_stable && last_stable <= high_watermark) {
                    wrong(format!(
                        "{place}: log start {log_start}, last stable offset {last_stable}, high watermark {high_watermark}"
                    ));
                }
                if timeline.is_rotten(*place) {
                    continue;
                }
                let told = told.entry(*place).or_default();
                let before = told.iter().rev().find(|told| told.at < *begun);
                if let Some(before) = before.filter(|before| before.high_watermark > *high_watermark) {
                    let was = before.high_watermark;
                    wrong(format!("{place}: the high watermark was {was} and went back to {high_watermark}"));
                }
                if may_count(timeline, *place, *begun, at) {
                    tell(told, at, *high_watermark);
                }
            }
            _ => {}
        }
    }
    found
}

/// The highest that anybody was told until a moment.
struct Told {
    at: Moment,
    high_watermark: i64,
}

fn tell(told: &mut Vec<Told>, at: Moment, high_watermark: i64) {
    let highest = told.last().map_or(i64::MIN, |last| last.high_watermark);
    if high_watermark > highest {
        told.push(Told { at, high_watermark });
    }
}

/// An answer that left before the power was cut and arrived after says nothing of what is there now.
fn may_count(timeline: &Timeline, place: Place, begun: Moment, at: Moment) -> bool {
    !timeline.is_rotten(place) && (timeline.is_synced(place) || !timeline.power_was_cut(begun, at))
}
