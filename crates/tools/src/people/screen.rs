//! What is shown: a table for people or JSON for programs, from the same values.

use std::fmt::Display;

use serde_json::Value;

use crate::Streams;

pub struct Screen {
    pub streams: Streams,
    pub json: bool,
}

/// Rows of cells under a heading.
pub struct Table {
    heading: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Screen {
    pub fn new(streams: Streams, json: bool) -> Screen {
        Screen { streams, json }
    }

    /// One of the two; the other is not made.
    pub fn show(&self, table: impl FnOnce() -> Table, json: impl FnOnce() -> Value) {
        if self.json {
            self.value(&json());
        } else {
            self.table(table());
        }
    }

    /// A sentence for people, or JSON.
    pub fn show_or(&self, sentence: impl FnOnce() -> String, json: impl FnOnce() -> Value) {
        if self.json { self.value(&json()) } else { self.say(sentence()) }
    }

    /// JSON on a line of its own for a terminal's reader would be hard to read: it is laid out.
    pub fn value(&self, value: &Value) {
        self.streams.out.line(format_args!("{value:#}"));
    }

    pub fn table(&self, table: Table) {
        for line in table.lines(self.streams.width()) {
            self.streams.out.line(line);
        }
    }

    /// What was done; programs that asked for JSON see the exit code.
    pub fn say(&self, sentence: impl Display) {
        if !self.json {
            self.streams.out.line(sentence);
        }
    }
}

impl Table {
    pub fn new(heading: &[&'static str]) -> Table {
        Table { heading: heading.to_vec(), rows: Vec::new() }
    }

    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Columns as wide as their widest cell; where the whole is wider than `width`, the widest columns are cut.
    pub fn lines(&self, width: Option<usize>) -> Vec<String> {
        let count = self.heading.len();
        let wide = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.chain([self.heading[column].len()]).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..count).map(wide).collect();
        if let Some(most) = width {
            let room = most.saturating_sub(GAP * count.saturating_sub(1));
            while widths.iter().sum::<usize>() > room {
                let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > NARROWEST) else { break };
                *widest -= 1;
            }
        }
        let numbers: Vec<bool> = (0..count).map(|column| self.is_of_numbers(column)).collect();
        let heading: Vec<String> = self.heading.iter().map(|word| (*word).to_owned()).collect();
        [&heading].into_iter().chain(&self.rows).map(|row| line(row, &widths, &numbers)).collect()
    }

    fn is_of_numbers(&self, column: usize) -> bool {
        let is_number = |cell: &str| cell == NONE || cell.chars().all(|c| c.is_ascii_digit() || "-.,".contains(c));
        !self.rows.is_empty() && self.rows.iter().all(|row| is_number(&row[column]))
    }
}

fn line(row: &[String], widths: &[usize], numbers: &[bool]) -> String {
    let cell = |((text, width), right): ((&String, &usize), &bool)| {
        let text = cut(text, *width);
        if *right { format!("{text:>width$}") } else { format!("{text:<width$}") }
    };
    let cells: Vec<String> = row.iter().zip(widths).zip(numbers).map(cell).collect();
    cells.join(&" ".repeat(GAP)).trim_end().to_owned()
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// What stands where there is nothing to say.
pub const NONE: &str = "-";

pub fn or_none(value: Option<impl Display>) -> String {
    value.map_or(NONE.to_owned(), |value| value.to_string())
}

/// So many of them: "1 record", "2 records".
pub fn count(number: impl Display, thing: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Bytes in the unit that people read.
pub fn bytes(count: i64) -> String {
    let mut value = count as f64;
    let mut units = ["B", "KiB", "MiB", "GiB", "TiB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for larger in units {
        if value.abs() < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    if unit == "B" { format!("{count} B") } else { format!("{value:.1} {unit}") }
}

/// Between two columns.
const GAP: usize = 2;
/// A column is not cut to less.
const NARROWEST: usize = 8;

#[cfg(test)]
mod tests;
