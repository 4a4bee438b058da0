//! Files of command lines: what is run, and how it is compared.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::normal::Names;

/// One command line.
#[derive(Debug, Default, PartialEq)]
pub struct Case {
    pub line: String,
    pub line_number: usize,
    pub expected: Expected,
    /// Lines have no order.
    pub sorted: bool,
    /// Figures are this run's own: those that the command line does not name are hidden.
    pub measured: bool,
    /// What is typed, with `\n`, `\r`, `\t` and `\\` as they are written.
    pub stdin: String,
}

#[derive(Debug, Default, PartialEq)]
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
            let cases = read(&fs::read_to_string(&path)?).with_context(|| format!("{}", path.display()))?;
            files.push((name, cases));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let missing: Vec<_> = wanted.iter().filter(|name| !files.iter().any(|(file, _)| file == *name)).collect();
    ensure!(missing.is_empty(), "there is no compat/tools/{}.txt", missing[0]);
    Ok(files)
}

/// `#` comments, `@` says how the next command line is compared, everything else is one.
pub fn read(text: &str) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut next = Case::default();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        match line.strip_prefix('@').map(str::trim) {
            _ if line.is_empty() || line.starts_with('#') => {}
            Some("sorted") => next.sorted = true,
            Some("measured") => next.measured = true,
            Some("exit") => next.expected = Expected::SameExit,
            Some(other) => match (other.strip_prefix("differs:"), other.strip_prefix("stdin ")) {
                (Some(reason), _) => next.expected = Expected::Differs(reason.trim().to_owned()),
                (_, Some(typed)) => next.stdin = typed.to_owned(),
                _ => bail!("line {number}: @sorted, @measured, @exit, @stdin TEXT or @differs: REASON, not @{other}"),
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

#[cfg(test)]
mod tests;
