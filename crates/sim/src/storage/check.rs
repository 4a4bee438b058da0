//! What must hold of a storage run: one small checker for each promise, over one walk through the history.
//!
//! What is known of every offset is kept once, in [`Logs`], which is itself the first checker; the others look at it as it was
//! before the event. What a power cut may take is said there: nothing below the end that was said to be on the medium.

mod compaction;
mod directory;
mod epochs;
mod logs;
mod marks;
mod retention;
mod times;
mod transactions;

use super::history::{Event, History, Moment};
use crate::report::Violation;
use logs::Logs;

/// Watches a history go by.
trait Checker {
    /// Its name in a report.
    fn name(&self) -> &'static str;
    /// Something has happened; `logs` is what was known before.
    fn see(&mut self, event: &Event, view: &View, found: &mut Vec<String>);
}

/// What a checker may look at.
struct View<'a> {
    history: &'a History,
    logs: &'a Logs,
    at: Moment,
}

/// Everything that a history breaks, in the order of time.
pub fn check(history: &History) -> Vec<Violation> {
    let mut logs = Logs::of(history);
    let mut checkers: [Box<dyn Checker>; 6] = [
        Box::new(marks::Marks::default()),
        Box::new(transactions::Transactions::default()),
        Box::new(times::Times),
        Box::new(epochs::Epochs::default()),
        Box::new(retention::Retention),
        Box::new(directory::Directory::default()),
    ];
    let mut violations = Vec::new();
    let mut found = Vec::new();
    for (at, event) in history.events.iter().enumerate() {
        for checker in &mut checkers {
            checker.see(event, &View { history, logs: &logs, at }, &mut found);
            violations.extend(found.drain(..).map(|what| Violation { checker: checker.name(), at, what }));
        }
        logs.see(at, event, history, &mut found);
        violations.extend(found.drain(..).map(|what| Violation { checker: "records", at, what }));
        if let Event::Wrong { what } = event {
            violations.push(Violation { checker: "conduct", at, what: what.clone() });
        }
    }
    violations
}

#[cfg(test)]
mod tests;
