//! Differences from Apache Kafka that are meant, each with its reason: `compat/intended.tsv`.
//!
//! A line that matches nothing any more is wrong too: the list may only shrink by hand.

use std::fs;

use anyhow::{Context, Result, bail};

use super::observation::Difference;
use crate::root;

/// Client, step and place of a difference that is meant, and why.
#[derive(Debug, PartialEq)]
pub struct Intended {
    client: String,
    step: String,
    place: String,
    reason: String,
}

/// Differences, parted by whether they are meant.
#[derive(Default)]
pub struct Sorted {
    pub wrong: Vec<Difference>,
    /// Each with its reason.
    pub meant: Vec<(Difference, String)>,
    /// Lines that match nothing though their client ran.
    pub stale: Vec<String>,
}

pub fn read() -> Result<Vec<Intended>> {
    parse(&fs::read_to_string(root().join("compat/intended.tsv")).context("read compat/intended.tsv")?)
}

fn parse(text: &str) -> Result<Vec<Intended>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let intended = lines.map(|line| match line.split('\t').collect::<Vec<_>>().as_slice() {
        [client, step, place, reason] if !reason.is_empty() => Ok(Intended {
            client: (*client).into(),
            step: (*step).into(),
            place: (*place).into(),
            reason: (*reason).into(),
        }),
        _ => bail!("compat/intended.tsv: client, step, place and reason, parted by tabs, not: {line}"),
    });
    intended.collect()
}

pub fn sort_out(client: &str, differences: Vec<Difference>, intended: &[Intended]) -> Sorted {
    let mine: Vec<_> = intended.iter().filter(|line| line.client == client).collect();
    let stale = mine.iter().filter(|line| !differences.iter().any(|difference| line.means(difference)));
    let mut sorted = Sorted { stale: stale.map(ToString::to_string).collect(), ..Sorted::default() };
    for difference in differences {
        match mine.iter().find(|line| line.means(&difference)) {
            Some(line) => sorted.meant.push((difference, line.reason.clone())),
            None => sorted.wrong.push(difference),
        }
    }
    sorted
}

impl Intended {
    fn means(&self, difference: &Difference) -> bool {
        self.step == difference.step && self.place == difference.place
    }
}

impl std::fmt::Display for Intended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} at {}", self.client, self.step, self.place)
    }
}

#[cfg(test)]
mod tests;
