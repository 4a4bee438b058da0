//! What a script saw, line by line, and whether two nodes showed it the same.
//!
//! A line is `{"step": …, "result": …}`, and one says `{"client": …}`, which it is and its version. Before comparing, what differs by nature is replaced by its kind: the run's
//! name, ports, folders, identifiers drawn at random, times of day.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// One step of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    pub step: String,
    pub seen: Seen,
    /// Since the line before.
    pub seconds: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Result(Value),
    /// The step failed where nobody expected it: a name, and what the client said.
    Unexpected(String, String),
}

/// What a script prints.
pub enum Line {
    /// The client and its version.
    Client(String),
    Observation(Observation),
}

impl Line {
    pub fn parse(line: &str, known: &Known, seconds: f64) -> Result<Line> {
        let value: Value = serde_json::from_str(line).with_context(|| format!("not an observation: {line}"))?;
        match value.get("client").and_then(Value::as_str) {
            Some(client) => Ok(Line::Client(client.into())),
            None => Ok(Line::Observation(Observation::read(&value, known, seconds)?)),
        }
    }
}

/// What is known of a run, and therefore replaced.
pub struct Known {
    pub run: String,
    pub ports: [u16; 2],
    /// The node's and the script's.
    pub folders: [String; 2],
    /// Milliseconds since the epoch that the run may have seen.
    pub times_ms: Range<i64>,
}

impl Observation {
    fn read(value: &Value, known: &Known, seconds: f64) -> Result<Observation> {
        let step = value.get("step").and_then(Value::as_str).with_context(|| format!("no step: {value}"))?.to_string();
        let seen = match value.get("unexpected") {
            Some(name) => {
                let detail = value.get("detail").and_then(Value::as_str).unwrap_or_default();
                Seen::Unexpected(known.plain(name).to_string(), detail.to_string())
            }
            None => Seen::Result(known.plain(value.get("result").unwrap_or(&Value::Null))),
        };
        ensure!(!step.is_empty(), "an empty step: {value}");
        Ok(Observation { step, seen, seconds })
    }
}

impl Known {
    /// The value without what differs by nature.
    fn plain(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.plain_text(text)),
            Value::Array(list) => list.iter().map(|inner| self.plain(inner)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(key, inner)| (self.plain_text(key), self.plain(inner))).collect()
            }
            Value::Number(number) => match number.as_i64() {
                Some(n) if self.ports.iter().any(|port| n == i64::from(*port)) => "<port>".into(),
                Some(n) if self.times_ms.contains(&n) => "<time>".into(),
                _ => value.clone(),
            },
            _ => value.clone(),
        }
    }

    fn plain_text(&self, text: &str) -> String {
        let text = self.folders.iter().fold(text.to_string(), |text, folder| text.replace(folder, "<folder>"));
        let text = text.replace(&self.run, "<run>");
        let mut plain = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let word_len = rest.find(|c: char| !is_of_a_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(word_len);
            plain += &self.plain_word(word);
            let between = after.find(is_of_a_word).unwrap_or(after.len());
            plain += &after[..between];
            rest = &after[between..];
        }
        plain
    }

    /// Kafka writes identifiers as 22 characters of base 64, clients theirs as 36 of hexadecimal, often after a name.
    fn plain_word(&self, word: &str) -> String {
        let at = word.len().saturating_sub(HEX_UUID_LEN);
        if word.is_char_boundary(at) && is_hex_uuid(&word[at..]) {
            return format!("{}<uuid>", &word[..at]);
        }
        match word.parse() {
            Ok(port) if self.ports.contains(&port) => "<port>".into(),
            _ if is_base64_uuid(word) => "<id>".into(),
            _ => word.into(),
        }
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn is_hex_uuid(word: &str) -> bool {
    let mut parts = word.split('-');
    [8, 4, 4, 4, 12]
        .iter()
        .all(|len| parts.next().is_some_and(|part| part.len() == *len && part.bytes().all(|b| b.is_ascii_hexdigit())))
        && parts.next().is_none()
}

/// 16 bytes leave four bits of the last character empty, so it is one of four; ordinary words seldom mix cases too.
fn is_base64_uuid(word: &str) -> bool {
    word.len() == BASE64_UUID_LEN
        && word.ends_with(['A', 'Q', 'g', 'w'])
        && word.bytes().any(|b| b.is_ascii_uppercase())
        && word.bytes().any(|b| b.is_ascii_lowercase())
}

/// A place where two nodes showed a script different things.
#[derive(Debug, PartialEq)]
pub struct Difference {
    pub step: String,
    /// Where in the result: `.topics[0].error`; empty for all of it.
    pub place: String,
    pub ours: String,
    pub theirs: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() { "the result" } else { &self.place };
        write!(f, "{}\n    {place}\n      ours   {}\n      theirs {}", self.step, self.ours, self.theirs)
    }
}

/// Every difference, in the script's order.
pub fn compare(ours: &[Observation], theirs: &[Observation]) -> Vec<Difference> {
    let mut found = Vec::new();
    for wanted in theirs {
        match ours.iter().find(|observation| observation.step == wanted.step) {
            Some(observation) => compare_seen(&wanted.step, &observation.seen, &wanted.seen, &mut found),
            None => found.push(difference(&wanted.step, "", "the script did not come so far", &show(&wanted.seen))),
        }
    }
    for extra in ours.iter().filter(|o| !theirs.iter().any(|wanted| wanted.step == o.step)) {
        found.push(difference(&extra.step, "", &show(&extra.seen), "the script did not come so far"));
    }
    found
}

fn compare_seen(step: &str, ours: &Seen, theirs: &Seen, found: &mut Vec<Difference>) {
    match (ours, theirs) {
        (Seen::Result(ours), Seen::Result(theirs)) => compare_values(step, "", ours, theirs, found),
        (ours, theirs) if ours != theirs => found.push(difference(step, "", &show(ours), &show(theirs))),
        _ => {}
    }
}

fn compare_values(step: &str, place: &str, ours: &Value, theirs: &Value, found: &mut Vec<Difference>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let place = format!("{place}.{key}");
                match (a.get(key), b.get(key)) {
                    (Some(ours), Some(theirs)) => compare_values(step, &place, ours, theirs, found),
                    (ours, theirs) => found.push(difference(step, &place, &text(ours), &text(theirs))),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (ours, theirs)) in a.iter().zip(b).enumerate() {
                compare_values(step, &format!("{place}[{index}]"), ours, theirs, found);
            }
        }
        (Value::Array(a), Value::Array(b)) if are_names(a) && are_names(b) => {
            let (a, b): (BTreeSet<_>, BTreeSet<_>) =
                (a.iter().map(Value::to_string).collect(), b.iter().map(Value::to_string).collect());
            let only_a =
                a.difference(&b).map(|name| difference(step, &format!("{place}[{name}]"), "there", "not there"));
            found.extend(only_a.chain(
                b.difference(&a).map(|name| difference(step, &format!("{place}[{name}]"), "not there", "there")),
            ));
        }
        _ if ours != theirs => found.push(difference(step, place, &ours.to_string(), &theirs.to_string())),
        _ => {}
    }
}

/// A list of different strings is told name by name.
fn are_names(list: &[Value]) -> bool {
    list.iter().all(Value::is_string)
        && list.iter().filter_map(Value::as_str).collect::<BTreeSet<_>>().len() == list.len()
}

fn difference(step: &str, place: &str, ours: &str, theirs: &str) -> Difference {
    Difference { step: step.into(), place: place.into(), ours: ours.into(), theirs: theirs.into() }
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".into(), Value::to_string)
}

fn show(seen: &Seen) -> String {
    match seen {
        Seen::Result(value) => value.to_string(),
        Seen::Unexpected(name, detail) => format!("failed: {name}\n{detail}"),
    }
}

const HEX_UUID_LEN: usize = 36;
const BASE64_UUID_LEN: usize = 22;

#[cfg(test)]
mod tests;
