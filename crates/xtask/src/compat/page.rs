//! `docs/compatibility.md`, printed from what a run of all clients saw.
//!
//! It holds nothing that two runs of the same software would tell differently.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::clients::TOOLS;
use super::outcome::{Outcome, Verdict};
use crate::root;

/// Writes the page; or only sees whether it is what this run prints.
pub fn keep(outcomes: &[Outcome], check: bool) -> Result<()> {
    let path = root().join("docs/compatibility.md");
    let page = page(outcomes);
    if !check {
        return fs::write(&path, page).with_context(|| format!("write {}", path.display()));
    }
    let committed = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    if let Some((line, _)) = page.lines().zip(committed.lines()).enumerate().find(|(_, (new, old))| new != old) {
        println!("docs/compatibility.md, line {}: {}", line + 1, page.lines().nth(line).unwrap_or_default());
    }
    ensure!(page == committed, "docs/compatibility.md is not what this run prints: cargo xtask compat writes it");
    Ok(())
}

fn page(outcomes: &[Outcome]) -> String {
    let (tools, clients): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| outcome.client == TOOLS);
    [HEAD.into(), summary(outcomes), areas("Clients", &clients), areas("Console tools", &tools), meant(outcomes)]
        .into_iter()
        .chain([wrong(outcomes)])
        .collect::<Vec<_>>()
        .join("\n")
}

fn summary(outcomes: &[Outcome]) -> String {
    let mut text = "| client | steps | equal | meant to differ | differ |\n|---|--:|--:|--:|--:|\n".to_string();
    let mut sum = Count::default();
    for outcome in outcomes {
        let count = Count::of(outcome, |_| true);
        let name = outcome.version().unwrap_or(outcome.client);
        text += &format!("| {name} | {} | {} | {} | {} |\n", count.all(), count.equal, count.meant, count.differs);
        sum = Count {
            equal: sum.equal + count.equal,
            meant: sum.meant + count.meant,
            differs: sum.differs + count.differs,
        };
    }
    text + &format!("| in all | {} | {} | {} | {} |\n", sum.all(), sum.equal, sum.meant, sum.differs)
}

/// One row per area, one column per client.
fn areas(title: &str, outcomes: &[&Outcome]) -> String {
    let mut rows: Vec<String> = Vec::new();
    for area in outcomes.iter().flat_map(|outcome| outcome.steps()).map(area) {
        if !rows.iter().any(|row| row == area) {
            rows.push(area.into());
        }
    }
    rows.sort();
    let head: String = outcomes.iter().map(|outcome| format!(" {} |", outcome.client)).collect();
    let mut text = format!("## {title}\n\n| area |{head}\n|---|{}\n", "---|".repeat(outcomes.len()));
    for row in &rows {
        let cells: String = outcomes
            .iter()
            .map(|outcome| format!(" {} |", Count::of(outcome, |step| area(step) == row).cell()))
            .collect();
        text += &format!("| {row} |{cells}\n");
    }
    text
}

/// What stands before the colon of a step's name, without its kind: `rebalance` of `rebalance, range: both gone`.
fn area(step: &str) -> &str {
    let before = step.split(':').next().unwrap_or(step);
    before.split(',').next().unwrap_or(before)
}

#[derive(Default)]
struct Count {
    equal: usize,
    meant: usize,
    differs: usize,
}

impl Count {
    fn of(outcome: &Outcome, wanted: impl Fn(&str) -> bool) -> Count {
        let mut count = Count::default();
        for step in outcome.steps().into_iter().filter(|step| wanted(step)) {
            match outcome.verdict(step) {
                Verdict::Equal => count.equal += 1,
                Verdict::Meant => count.meant += 1,
                Verdict::Differs => count.differs += 1,
            }
        }
        count
    }

    fn all(&self) -> usize {
        self.equal + self.meant + self.differs
    }

    fn cell(&self) -> String {
        let told = [(self.equal, ""), (self.meant, " meant"), (self.differs, " differ")];
        let told: Vec<_> =
            told.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count}{word}")).collect();
        told.join(", ")
    }
}

/// One row per step and reason.
fn meant(outcomes: &[Outcome]) -> String {
    let mut rows: Vec<(String, Vec<String>, &str)> = Vec::new();
    for outcome in outcomes {
        for (difference, reason) in &outcome.meant {
            let (step, place) = (format!("{} | {}", outcome.client, difference.step), code(&difference.place));
            match rows.iter_mut().find(|(known, _, why)| *known == step && why == reason) {
                Some((_, places, _)) => places.push(place),
                None => rows.push((step, vec![place], reason)),
            }
        }
    }
    let rows = rows.iter().map(|(step, places, reason)| format!("| {step} | {} | {reason} |\n", places.join(", ")));
    format!("## Meant to differ\n\n| client | step | where | why |\n|---|---|---|---|\n{}", rows.collect::<String>())
}

fn wrong(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        for step in outcome.steps().into_iter().filter(|step| outcome.verdict(step) == Verdict::Differs) {
            text += &format!("- {}: {step}\n", outcome.client);
        }
    }
    if text.is_empty() { String::new() } else { format!("## Faults\n\n{text}") }
}

fn code(place: &str) -> String {
    if place.is_empty() { "the result".into() } else { format!("`{}`", place.replace('|', "\\|")) }
}

const HEAD: &str = "\
# Clients and tools, on Kampa and on Apache Kafka

Printed by `cargo xtask compat` from what it saw, never by hand. The same scripts (`compat/`, one per client) run against
Kampa and against Apache Kafka 4.4.0, and what each step saw is compared: results, errors and their codes, settings, offsets,
members. Names drawn at random, ports and times of day are left out. A number counts the steps with equal answers; what
differs is named below, with the reason where it is meant ([differences.md](differences.md) tells more).
";

#[cfg(test)]
mod tests;
