//! Files of command lines: what is run, and how it is compared.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::normal::Names;

/// One command line.
#[derive(Debug, PartialEq)]
pub struct Case {
    pub line: String,
    pub line_number: usize,
    pub expected: Expected,
    /// Lines have no order.
    pub sorted: bool,
}

#[derive(Debug, PartialEq)]
pub enum Expected {
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
    let (mut expected, mut sorted) = (Expected::Same, false);
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        match line.strip_prefix('@').map(str::trim) {
            _ if line.is_empty() || line.starts_with('#') => {}
            Some("sorted") => sorted = true,
            Some("exit") => expected = Expected::SameExit,
            Some(other) => match other.strip_prefix("differs:") {
                Some(reason) => expected = Expected::Differs(reason.trim().to_owned()),
                None => bail!("line {number}: @sorted, @exit or @differs: REASON, not @{other}"),
            },
            None => {
                let (expected, sorted) =
                    (std::mem::replace(&mut expected, Expected::Same), std::mem::take(&mut sorted));
                cases.push(Case { line: line.to_owned(), line_number: number, expected, sorted });
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
