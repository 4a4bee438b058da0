//! Differences from Apache Kafka that are meant, each with its reason: `compat/intended.tsv`.
//!
//! A line that matches nothing any more is wrong too: the list may only shrink by hand.

use std::fs;

use anyhow::{Context, Result, bail};

use super::observation::Difference;
use crate::root;

/// Client, step and place of a difference that is meant.
#[derive(Debug, PartialEq)]
pub struct Intended {
    client: String,
    step: String,
    place: String,
}

pub fn read() -> Result<Vec<Intended>> {
    parse(&fs::read_to_string(root().join("compat/intended.tsv")).context("read compat/intended.tsv")?)
}

fn parse(text: &str) -> Result<Vec<Intended>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let intended = lines.map(|line| match line.split('\t').collect::<Vec<_>>().as_slice() {
        [client, step, place, reason] if !reason.is_empty() => {
            Ok(Intended { client: (*client).into(), step: (*step).into(), place: (*place).into() })
        }
        _ => bail!("compat/intended.tsv: client, step, place and reason, parted by tabs, not: {line}"),
    });
    intended.collect()
}

/// What is not meant, how many differences are, and the lines that match nothing though their step was compared.
pub fn sort_out<'a>(
    client: &str,
    differences: Vec<Difference>,
    intended: &'a [Intended],
) -> (Vec<Difference>, usize, Vec<&'a Intended>) {
    let mine: Vec<_> = intended.iter().filter(|line| line.client == client).collect();
    let meant = |d: &Difference| mine.iter().any(|line| line.step == d.step && line.place == d.place);
    let stale = mine.iter().filter(|line| !differences.iter().any(|d| line.step == d.step && line.place == d.place));
    let stale = stale.copied().collect();
    let (meant, wrong): (Vec<_>, Vec<_>) = differences.into_iter().partition(meant);
    (wrong, meant.len(), stale)
}

impl std::fmt::Display for Intended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} at {}", self.client, self.step, self.place)
    }
}

#[cfg(test)]
mod tests;
