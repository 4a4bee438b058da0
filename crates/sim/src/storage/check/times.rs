//! A look for a time finds the first record that is not older, among those that may be read.

use super::super::history::{Event, Id};
use super::{Checker, View};

pub struct Times;

impl Checker for Times {
    fn name(&self) -> &'static str {
        "times"
    }

    fn see(&mut self, event: &Event, view: &View, found: &mut Vec<String>) {
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
