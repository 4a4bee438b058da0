//! A producer id is given once.

use std::collections::BTreeMap;

use super::{Timeline, Violation};
use crate::history::{Event, History};

pub(super) fn check(history: &History, _: &Timeline) -> Vec<Violation> {
    let mut given = BTreeMap::new();
    let mut found = Vec::new();
    for (at, event) in history.events.iter().enumerate() {
        let Event::ProducerIdGiven { producer_id, .. } = event else { continue };
        if given.insert(*producer_id, at).is_some() {
            let what = format!("producer id {producer_id} was given twice");
            found.push(Violation { checker: "producer ids", at, what });
        }
    }
    found
}
