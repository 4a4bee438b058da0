//! Log start, last stable offset and high watermark lie in this order, and none of them moves back while a process lives.

use std::collections::BTreeMap;

use super::super::history::{Event, Marks as At, Moment, PlaceId};
use super::{Checker, View};

#[derive(Default)]
pub struct Marks {
    /// What readers were told in this life, and when.
    told: BTreeMap<PlaceId, Vec<(Moment, At)>>,
}

impl Checker for Marks {
    fn name(&self) -> &'static str {
        "marks"
    }

    fn see(&mut self, event: &Event, view: &View, found: &mut Vec<String>) {
        match event {
            Event::Started => self.told.clear(),
            Event::Read(read) => {
                let At { log_start, last_stable, high_watermark } = read.marks;
                let about = &view.history.places[read.place].id;
                if !(log_start <= last_stable && last_stable <= high_watermark) {
                    found.push(format!("{about}: {:?}", read.marks));
                }
                let told = self.told.entry(read.place).or_default();
                let before = told.iter().rev().find(|(at, _)| *at < read.begun);
                if let Some((_, before)) = before
                    && (before.log_start > log_start
                        || before.last_stable > last_stable
                        || before.high_watermark > high_watermark)
                {
                    found.push(format!("{about}: {before:?} and then {:?}", read.marks));
                }
                let highest = told.last().map_or(read.marks, |(_, last)| At {
                    log_start: last.log_start.max(log_start),
                    last_stable: last.last_stable.max(last_stable),
                    high_watermark: last.high_watermark.max(high_watermark),
                });
                told.push((view.at, highest));
            }
            _ => {}
        }
    }
}
