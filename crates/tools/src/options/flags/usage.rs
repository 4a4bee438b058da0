//! The table that a tool shows of its options: two columns, eighty wide, in the order of the alphabet.

use super::{Flag, Flags, Value};
use crate::options::wrap::{break_lines, pad};

impl Flags {
    /// The whole table.
    pub fn usage(&self) -> String {
        let mut rows: Vec<&Flag> = self.all().collect();
        rows.sort_by_key(|flag| flag.name);
        let star = rows.iter().any(|flag| flag.required);
        let head = if star { "Option (* = required)" } else { "Option" };
        let mut cells =
            vec![(head.to_owned(), "Description".to_owned()), ("-".repeat(head.len()), "-----------".to_owned())];
        cells.extend(rows.iter().map(|flag| (left(flag), right(flag))));

        let widest =
            |side: fn(&(String, String)) -> &String| cells.iter().map(|row| side(row).len()).max().unwrap_or(0);
        let left_width = widest(|row| &row.0).min((WIDTH - GAP) / 2);
        let right_width = widest(|row| &row.1).min(WIDTH - GAP - left_width);
        let mut text = String::new();
        for (left, right) in &cells {
            let (left, right) = (break_lines(left, left_width), break_lines(right, right_width));
            for line in 0..left.len().max(right.len()) {
                let cell = |side: &[String]| side.get(line).cloned().unwrap_or_default();
                text.push_str(&pad(&cell(&left), left_width + GAP));
                text.push_str(pad(&cell(&right), right_width).trim_end());
                while text.ends_with(' ') {
                    text.pop();
                }
                text.push('\n');
            }
        }
        text
    }
}

fn left(flag: &Flag) -> String {
    let described = if flag.described.is_empty() { String::new() } else { format!(": {}", flag.described) };
    let value = match flag.value {
        Value::None => String::new(),
        Value::Needed => format!(" <{}{described}>", flag.kind),
        Value::Allowed => format!(" [{}{described}]", flag.kind),
    };
    format!("{}--{}{value}", if flag.required { "* " } else { "" }, flag.name)
}

fn right(flag: &Flag) -> String {
    match flag.default {
        Some(default) => format!("{} (default: {default})", flag.about).trim().to_owned(),
        None => flag.about.to_owned(),
    }
}

/// As wide as a terminal once was.
const WIDTH: usize = 80;

/// Between the columns.
const GAP: usize = 2;
