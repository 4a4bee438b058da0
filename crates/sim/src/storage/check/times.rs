//! A look for a time finds the first record that is not older, among those that may be read; a look for the newest finds the first
//! that none is newer than.

use std::ops::Range;

use super::super::history::{Event, Id, PlaceId};
use super::{Checker, View};

pub struct Times;

impl Checker for Times {
    fn name(&self) -> &'static str {
        "times"
    }

    fn see(&mut self, event: &Event, view: &View, found: &mut Vec<String>) {
        if let Event::NewestAsked { place, log_start, below, found: answer } = event {
            return see_newest(view, *place, *log_start..*below, *answer, found);
        }
        let Event::Looked { place, timestamp, log_start, below, found: answer, .. } = event else { return };
        let log = view.logs.log(*place);
        if log.rotten || log_start >= below {
            return;
        }
        let about = &view.history.places[*place].id;
        let is_due =
            |(offset, (_, known)): &(&i64, &(Id, i64))| known >= timestamp && !log.may_be_gone(**offset, view.history);
        let due = log.known.range(log_start..below).find(is_due);
        // What lies before a log start that moved meanwhile is passed over.
        let due = due.map(|(offset, _)| *offset).filter(|due| *due >= log.start_asked);
        if let Some((offset, time)) = *answer {
            let known = log.known.get(&offset).map(|(_, known)| *known).filter(|known| *known != i64::MIN);
            if time < *timestamp {
                found.push(format!("{about}: time {timestamp} is answered by offset {offset} of time {time}"));
            }
            if let Some(known) = known.filter(|known| *known != time) {
                found.push(format!("{about}: offset {offset} has time {known}, and {time} is told"));
            }
        }
        if let Some(due) = due.filter(|due| answer.is_none_or(|(offset, _)| *due < offset)) {
            let told = answer.map(|(offset, _)| offset);
            found.push(format!("{about}: offset {due} is the first of time {timestamp}, and {told:?} is told"));
        }
    }
}

fn see_newest(view: &View, place: PlaceId, range: Range<i64>, answer: Option<(i64, i64)>, found: &mut Vec<String>) {
    let log = view.logs.log(place);
    let Some((offset, time)) = answer.filter(|_| !log.rotten && range.start < range.end) else { return };
    let about = &view.history.places[place].id;
    let is_there = |(offset, _): &(&i64, &(Id, i64))| !log.may_be_gone(**offset, view.history);
    let due = log.known.range(range.clone()).filter(is_there).map(|(offset, (_, known))| (*known, *offset));
    // The first of the largest, but for what lies before a log start that moved meanwhile.
    let due = due.filter(|(_, offset)| *offset >= log.start_asked).max_by_key(|(time, offset)| (*time, -offset));
    if let Some((newest, first)) = due
        && (time < newest || time == newest && offset > first)
    {
        found.push(format!("{about}: offset {first} is the first of the newest, {newest}; {offset} of {time} is told"));
    }
    let known = log.known.get(&offset).map(|(_, known)| *known).filter(|known| *known != i64::MIN);
    if let Some(known) = known.filter(|known| *known != time && !log.may_be_gone(offset, view.history)) {
        found.push(format!("{about}: offset {offset} has time {known}, and {time} is told as the newest"));
    }
}
