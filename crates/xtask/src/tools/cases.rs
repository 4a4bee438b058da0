//! Files of command lines: what is run, and how it is compared.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::normal::Names;

/// One command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    pub line: String,
    pub line_number: usize,
    pub when: When,
    pub expected: Expected,
    pub order: Order,
    /// Why Apache's tool says something else of Kampa than of Apache Kafka.
    pub nodes_differ: Option<String>,
    /// Why it cannot be run on Kampa.
    pub only_on_kafka: Option<String>,
    /// Figures are this run's own: those that the command line does not name are hidden.
    pub measured: bool,
    /// What is typed, with `\n`, `\r`, `\t` and `\\` as they are written.
    pub stdin: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum When {
    /// By Apache's tools once, before the turns: it sets the scene.
    First,
    /// In both turns, compared.
    #[default]
    Turns,
    /// By Apache's tools once, after the turns.
    Last,
}

/// What order there is in what is said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Order {
    #[default]
    Kept,
    NoneOfLines,
    /// Within a line.
    NoneOfWords,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Expected {
    #[default]
    Same,
    /// What is said is in words of our own.
    SameExit,
    /// It differs, and why.
    Differs(String),
}

impl Case {
    /// The words, as a shell would see them, with the names of this run.
    pub fn words(&self, names: &Names) -> Vec<String> {
        split(&self.line).into_iter().map(|word| names.fill(&word)).collect()
    }

    pub fn tool(&self) -> &str {
        self.line.split_whitespace().next().unwrap_or_default()
    }

    pub fn is_compared(&self) -> bool {
        self.when == When::Turns
    }

    /// Whether it may change what the next one sees.
    pub fn changes(&self) -> bool {
        self.has_one_of(CHANGES) || WRITERS.contains(&self.tool())
    }

    /// Whether it only asks, so that it may be asked again.
    pub fn asks(&self) -> bool {
        !self.changes() && (self.has_one_of(ASKS) || ASKERS.contains(&self.tool()))
    }

    fn has_one_of(&self, flags: &[&str]) -> bool {
        split(&self.line).iter().any(|word| flags.contains(&word.as_str()))
    }

    /// What is typed.
    pub fn typed(&self) -> String {
        let mut letters = self.stdin.chars();
        let mut typed = String::new();
        while let Some(letter) = letters.next() {
            typed.push(match (letter, letters.as_str().chars().next()) {
                ('\\', Some(escaped)) => {
                    letters.next();
                    match escaped {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        other => other,
                    }
                }
                _ => letter,
            });
        }
        typed
    }
}

/// The files wanted, by name, each with its cases.
pub fn read_all(folder: &Path, wanted: &[String]) -> Result<Vec<(String, Vec<Case>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        if path.extension().is_some_and(|end| end == "txt") && (wanted.is_empty() || wanted.contains(&name)) {
            let text = fs::read_to_string(&path)?;
            let cases = read(&text).with_context(|| format!("{}", path.display()))?;
            files.push((text.starts_with(LATE), name, cases));
        }
    }
    files.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let missing: Vec<_> = wanted.iter().filter(|name| !files.iter().any(|(_, file, _)| file == *name)).collect();
    ensure!(missing.is_empty(), "there is no compat/tools/{}.txt", missing[0]);
    Ok(files.into_iter().map(|(_, name, cases)| (name, cases)).collect())
}

/// How a file begins that leaves groups of random names behind: it runs after those that look at the whole node.
const LATE: &str = "@late\n";

/// `#` comments, `@` says how the next command line is compared, everything else is one.
pub fn read(text: &str) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut next = Case::default();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        match line.strip_prefix('@').map(str::trim) {
            _ if line.is_empty() || line.starts_with('#') => {}
            Some("late") if number == 1 => {}
            Some("first") => next.when = When::First,
            Some("last") => next.when = When::Last,
            Some("sorted") => next.order = Order::NoneOfLines,
            Some("words") => next.order = Order::NoneOfWords,
            Some("measured") => next.measured = true,
            Some("exit") => next.expected = Expected::SameExit,
            Some(other) => match other.split_once([' ']) {
                Some(("stdin", typed)) => next.stdin = typed.to_owned(),
                Some(("differs:", reason)) => next.expected = Expected::Differs(reason.trim().to_owned()),
                Some(("nodes-differ:", reason)) => next.nodes_differ = Some(reason.trim().to_owned()),
                Some(("only-on-kafka:", reason)) => next.only_on_kafka = Some(reason.trim().to_owned()),
                _ => bail!("line {number}: compat/README.md knows no @{other}"),
            },
            None => {
                cases.push(Case { line: line.to_owned(), line_number: number, ..std::mem::take(&mut next) });
            }
        }
    }
    Ok(cases)
}

/// Words between blanks; `'…'` and `"…"` keep blanks together, and an empty pair is an empty word.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => word.get_or_insert_default().push(letter),
            None if letter == '\'' || letter == '"' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// Options and commands that change a cluster.
const CHANGES: &[&str] = &[
    "--create",
    "--alter",
    "--delete",
    "--execute",
    "--delete-offsets",
    "--offset-json-file",
    "--election-type",
    "unregister",
    "upgrade",
    "downgrade",
    "disable",
];
/// Options and commands that do nothing but ask.
const ASKS: &[&str] = &["--describe", "--list", "--dry-run", "describe"];
/// Tools that do nothing but ask.
const ASKERS: &[&str] = &["kafka-get-offsets", "kafka-log-dirs"];
/// Tools that do nothing else.
const WRITERS: &[&str] =
    &["scene", "kafka-console-producer", "kafka-producer-perf-test", "kafka-verifiable-producer", "kafka-e2e-latency"];

#[cfg(test)]
mod tests;
