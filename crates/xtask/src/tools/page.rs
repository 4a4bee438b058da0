//! `docs/tools-compared.md`, printed from a run of all command lines on both nodes.
//!
//! It holds nothing that two runs of the same software would tell differently.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::cases::Expected;
use super::judge::{Judged, Verdict};
use crate::root;

/// Writes the page; or only sees whether it is what this run prints.
pub fn keep(judged: &[Judged], check: bool) -> Result<()> {
    let path = root().join("docs/tools-compared.md");
    let page = page(judged);
    if !check {
        return fs::write(&path, page).with_context(|| format!("write {}", path.display()));
    }
    let committed = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    ensure!(
        page == committed,
        "docs/tools-compared.md is not what this run prints: cargo xtask compat tools writes it"
    );
    Ok(())
}

/// A sentence for each comparison.
pub fn summary(judged: &[Judged]) -> String {
    let mut text = String::new();
    for (name, of) in COMPARISONS {
        let count = Count::of(judged.iter().filter_map(|one| of(one).as_ref()));
        if count.all() > 0 {
            text += &format!(
                "{name}: {} command lines, {} equal, {} differ with a reason, {} bad\n",
                count.all(),
                count.equal,
                count.meant,
                count.bad
            );
        }
    }
    text
}

fn page(judged: &[Judged]) -> String {
    let mut tools: Vec<&str> = judged.iter().map(|one| one.case.tool()).collect();
    tools.sort_unstable();
    tools.dedup();
    let mut text = HEAD.to_owned();
    for tool in tools {
        let cells = COMPARISONS.map(|(_, of)| {
            Count::of(judged.iter().filter(|one| one.case.tool() == tool).filter_map(|one| of(one).as_ref())).cell()
        });
        text += &format!("| {tool} | {} |\n", cells.join(" | "));
    }
    let sum = COMPARISONS.map(|(_, of)| Count::of(judged.iter().filter_map(|one| of(one).as_ref())).cell());
    text += &format!("| in all | {} |\n", sum.join(" | "));
    text + &reasons(judged) + &bad(judged)
}

/// One row for each command line that differs with a reason, or is not run on Kampa for one.
fn reasons(judged: &[Judged]) -> String {
    let mut text = "\n## Meant to differ\n\n| command line | where | why |\n|---|---|---|\n".to_owned();
    for one in judged {
        let line = one.case.line.replace('|', "\\|");
        let mut row = |place: &str, why: &str| text += &format!("| `{line}` | {place} | {why} |\n");
        if let Expected::Differs(why) = &one.case.expected {
            row("our tool", why);
        }
        if let Some(why) = &one.case.nodes_differ {
            row("Kampa", why);
        }
        if let Some(why) = &one.case.only_on_kafka {
            row("not run on Kampa", why);
        }
    }
    text
}

fn bad(judged: &[Judged]) -> String {
    let rows: String = judged.iter().filter(|one| one.is_bad()).map(|one| format!("- `{}`\n", one.case.line)).collect();
    if rows.is_empty() { rows } else { format!("\n## Faults\n\n{rows}") }
}

#[derive(Default)]
struct Count {
    equal: usize,
    meant: usize,
    bad: usize,
}

impl Count {
    fn of<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Count {
        let mut count = Count::default();
        for verdict in verdicts {
            match verdict {
                Verdict::Equal => count.equal += 1,
                Verdict::Meant => count.meant += 1,
                Verdict::Bad(_) => count.bad += 1,
            }
        }
        count
    }

    fn all(&self) -> usize {
        self.equal + self.meant + self.bad
    }

    fn cell(&self) -> String {
        let told = [(self.equal, ""), (self.meant, " meant"), (self.bad, " differ")];
        let told: Vec<_> =
            told.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count}{word}")).collect();
        told.join(", ")
    }
}

type Of = fn(&Judged) -> &Option<Verdict>;

const COMPARISONS: [(&str, Of); 3] = [
    ("our tools beside Apache's, on Apache Kafka", |one| &one.on_kafka),
    ("our tools beside Apache's, on Kampa", |one| &one.on_kampa),
    ("Apache's tools on Kampa beside Apache Kafka", |one| &one.nodes),
];

const HEAD: &str = "\
# Kafka's tools, ours and Apache's

Printed by `cargo xtask compat tools` from what it saw, never by hand. Every command line of `compat/tools` is run by Apache's tool
(4.3.1) and by ours, on Apache Kafka 4.4.0 and on Kampa, and exit code, standard output and standard error are compared; help is
compared by its exit code. The last column holds what Apache's tool says of Kampa against what it says of Apache Kafka. A number
counts the command lines that say the same. [tools.md](tools.md) tells more.

| tool | ours and Apache's, on Apache Kafka | ours and Apache's, on Kampa | Apache's, on Kampa and on Apache Kafka |
|---|---|---|---|
";

#[cfg(test)]
mod tests;
