//! What idempotent producers were promised, what is there at the end, and whether the one follows from the other.
//!
//! The rules: every acknowledged record is there, where its answer said; no record is there twice, acknowledged or not;
//! within a partition the records of a producer stand in the order in which it sent them; no offset is left out.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, bail};

/// A record's name: `sequence` counts what one producer sent to one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    pub producer: u32,
    pub partition: u32,
    pub sequence: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    Acknowledged {
        record: Record,
        offset: i64,
    },
    /// The client gave up on it: it may be there or not, but not twice.
    GivenUp {
        record: Record,
        error: String,
    },
    /// The client's idempotence broke.
    Broken {
        producer: u32,
        error: String,
    },
    Found {
        record: Record,
        offset: i64,
    },
}

/// Everything that is wrong with a history, in words; nothing when all is well.
pub fn check(facts: &[Fact]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut found: BTreeMap<Record, i64> = BTreeMap::new();
    let mut logs: BTreeMap<u32, BTreeMap<i64, Record>> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::Found { record, offset } => {
                if let Some(before) = found.insert(*record, *offset) {
                    wrong.push(format!("{record} is there twice, at {before} and {offset}"));
                }
                logs.entry(record.partition).or_default().insert(*offset, *record);
            }
            Fact::Broken { producer, error } => wrong.push(format!("producer {producer} broke: {error}")),
            Fact::GivenUp { record, error } => wrong.push(format!("{record} was given up: {error}")),
            Fact::Acknowledged { .. } => {}
        }
    }
    for (record, offset) in acknowledged(facts) {
        match found.get(&record) {
            None => wrong.push(format!("{record} was acknowledged at {offset} and is not there")),
            Some(at) if *at != offset => wrong.push(format!("{record} was acknowledged at {offset} and is at {at}")),
            Some(_) => {}
        }
    }
    for (partition, log) in &logs {
        check_log(*partition, log, &mut wrong);
    }
    wrong
}

/// One partition from its beginning: no gaps, and each producer's records in order.
fn check_log(partition: u32, log: &BTreeMap<i64, Record>, wrong: &mut Vec<String>) {
    let mut last: BTreeMap<u32, u64> = BTreeMap::new();
    for (index, (offset, record)) in (0..).zip(log) {
        if index == 0 && *offset != 0 || index > 0 && !log.contains_key(&(offset - 1)) {
            wrong.push(format!("partition {partition} has nothing before {offset}"));
        }
        // A sequence left out is a record that was refused: then the client said so, or it was promised and is missed
        // elsewhere.
        match last.insert(record.producer, record.sequence) {
            Some(before) if before >= record.sequence => {
                wrong.push(format!("{record} stands at {offset}, after {before} of the same producer"));
            }
            _ => {}
        }
    }
}

pub fn acknowledged(facts: &[Fact]) -> impl Iterator<Item = (Record, i64)> {
    facts.iter().filter_map(|fact| match fact {
        Fact::Acknowledged { record, offset } => Some((*record, *offset)),
        _ => None,
    })
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}/{}/{} (producer/partition/sequence)", self.producer, self.partition, self.sequence)
    }
}

impl Fact {
    /// One line of `compat/kill/load.py`; its last line is `done` and no fact.
    pub fn parse(line: &str) -> Result<Option<Fact>> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let fact = match words.as_slice() {
            ["acked", producer, partition, sequence, offset] => {
                Fact::Acknowledged { record: record(producer, partition, sequence)?, offset: offset.parse()? }
            }
            ["lost", producer, partition, sequence, error] => {
                Fact::GivenUp { record: record(producer, partition, sequence)?, error: (*error).into() }
            }
            ["fatal", producer, error] => Fact::Broken { producer: producer.parse()?, error: (*error).into() },
            ["found", partition, offset, producer, sequence] => {
                Fact::Found { record: record(producer, partition, sequence)?, offset: offset.parse()? }
            }
            ["done"] => return Ok(None),
            _ => bail!("not a fact: {line}"),
        };
        Ok(Some(fact))
    }
}

fn record(producer: &str, partition: &str, sequence: &str) -> Result<Record> {
    let parse =
        || Ok(Record { producer: producer.parse()?, partition: partition.parse()?, sequence: sequence.parse()? });
    parse().map_err(|e: std::num::ParseIntError| e).with_context(|| format!("{producer} {partition} {sequence}"))
}

/// Ways to break a good history, each of which `check` must find: a checker that cannot fail shows nothing.
pub fn breakages(facts: &[Fact]) -> Vec<(&'static str, Vec<Fact>)> {
    let mut sent: BTreeMap<(u32, u32), Vec<(Record, i64)>> = BTreeMap::new();
    for (record, offset) in acknowledged(facts) {
        sent.entry((record.producer, record.partition)).or_default().push((record, offset));
    }
    let Some(longest) = sent.into_values().max_by_key(Vec::len) else { return Vec::new() };
    let middle = longest.len() / 2;
    let [(one, one_offset), (other, other_offset)] = [longest[middle.saturating_sub(1)], longest[middle]];
    let beyond = 1 + facts.iter().filter_map(found_at).max().unwrap_or(0);
    let found_one = |fact: &Fact| matches!(fact, Fact::Found { record, .. } if *record == one);

    let lost = facts.iter().filter(|fact| !found_one(fact)).cloned().collect();
    let doubled = with(facts, Fact::Found { record: one, offset: beyond });
    let moved = placed(facts, |record, offset, found| if found && record == one { beyond } else { offset });
    let swapped = placed(facts, |record, offset, _| match record {
        _ if record == one => other_offset,
        _ if record == other => one_offset,
        _ => offset,
    });
    let fatal = with(facts, Fact::Broken { producer: one.producer, error: "OUT_OF_ORDER_SEQUENCE_NUMBER".into() });
    vec![
        ("an acknowledged record is lost", lost),
        ("a record is there twice", doubled),
        ("a record stands elsewhere", moved),
        ("two records of a producer have changed places, and their answers with them", swapped),
        ("a producer's idempotence broke", fatal),
    ]
}

fn found_at(fact: &Fact) -> Option<i64> {
    match fact {
        Fact::Found { offset, .. } => Some(*offset),
        _ => None,
    }
}

fn with(facts: &[Fact], more: Fact) -> Vec<Fact> {
    facts.iter().cloned().chain([more]).collect()
}

/// The history with other offsets: `place` gets record, offset, and whether it was found there (else it was promised).
fn placed(facts: &[Fact], place: impl Fn(Record, i64, bool) -> i64) -> Vec<Fact> {
    let mut facts = facts.to_vec();
    for fact in &mut facts {
        let found = matches!(fact, Fact::Found { .. });
        match fact {
            Fact::Found { record, offset } | Fact::Acknowledged { record, offset } => {
                *offset = place(*record, *offset, found)
            }
            Fact::GivenUp { .. } | Fact::Broken { .. } => {}
        }
    }
    facts
}

#[cfg(test)]
mod tests;
