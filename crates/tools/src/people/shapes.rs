//! How a record is shown: as text, as JSON, as bytes, or as a template says.

use std::fmt::Write;

use kampa_client::consumer::ConsumerRecord;
use serde_json::{Map, Value, json};

use super::times;

/// A way to show records.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Key and value as they are, on a line.
    Text,
    /// An object on a line; bytes that are no UTF-8 in base 16, under a name that says so.
    Json,
    /// Bytes in rows of sixteen.
    Hex,
    /// `{topic}/{partition}@{offset} {key}={value}`.
    Template(Vec<Piece>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Words(String),
    Field(Field),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field {
    Topic,
    Partition,
    Offset,
    Timestamp,
    Key,
    Value,
    Headers,
}

impl Shape {
    /// `text`, `json`, `hex`, or a template with at least one field in braces.
    pub fn read(text: &str) -> Result<Shape, String> {
        match text {
            "text" => Ok(Shape::Text),
            "json" => Ok(Shape::Json),
            "hex" => Ok(Shape::Hex),
            _ if text.contains('{') => Ok(Shape::Template(template(text)?)),
            _ => Err(format!(
                "{text} is no format: text, json, hex, or a template such as '{{offset}} {{key}}={{value}}'"
            )),
        }
    }

    /// With the end of its line.
    pub fn show(&self, record: &ConsumerRecord) -> String {
        match self {
            Shape::Text => text(record),
            Shape::Json => format!("{}\n", as_json(record)),
            Shape::Hex => hex(record),
            Shape::Template(pieces) => pieces.iter().map(|piece| piece.show(record)).collect::<String>() + "\n",
        }
    }
}

fn text(record: &ConsumerRecord) -> String {
    let value = lossy(record.value.as_deref());
    match &record.key {
        Some(key) => format!("{}\t{value}\n", lossy(Some(key))),
        None => format!("{value}\n"),
    }
}

pub fn as_json(record: &ConsumerRecord) -> Value {
    let mut object = Map::new();
    object.insert("topic".into(), json!(&*record.topic));
    object.insert("partition".into(), json!(record.partition));
    object.insert("offset".into(), json!(record.offset));
    object.insert("timestamp".into(), json!(times::shown(record.timestamp_ms)));
    put_bytes(&mut object, "key", record.key.as_deref());
    put_bytes(&mut object, "value", record.value.as_deref());
    if !record.headers.is_empty() {
        let mut headers = Vec::new();
        for header in &record.headers {
            let mut one = Map::new();
            one.insert("name".into(), json!(lossy(Some(&header.key))));
            put_bytes(&mut one, "value", header.value.as_deref());
            headers.push(Value::Object(one));
        }
        object.insert("headers".into(), Value::Array(headers));
    }
    Value::Object(object)
}

/// JSON values stay JSON, so that `jq` reaches into them; texts are texts; other bytes are said to be bytes.
fn put_bytes(object: &mut Map<String, Value>, name: &str, bytes: Option<&[u8]>) {
    let (name, value) = match bytes.map(std::str::from_utf8) {
        None => (name.to_owned(), Value::Null),
        Some(Ok(text)) => {
            let nested = serde_json::from_str::<Value>(text).ok().filter(|value| value.is_object() || value.is_array());
            (name.to_owned(), nested.unwrap_or_else(|| json!(text)))
        }
        Some(Err(_)) => (format!("{name}_hex"), json!(digits(bytes.unwrap_or_default()))),
    };
    object.insert(name, value);
}

fn hex(record: &ConsumerRecord) -> String {
    let mut shown = format!("{}-{} @{}\n", record.topic, record.partition, record.offset);
    for (name, bytes) in [("key", &record.key), ("value", &record.value)] {
        match bytes {
            None => shown += &format!("  {name}: null\n"),
            Some(bytes) => {
                let _ = writeln!(shown, "  {name}: {} bytes", bytes.len());
                for (row, chunk) in bytes.chunks(ROW).enumerate() {
                    let letters: String = chunk
                        .iter()
                        .map(|b| if b.is_ascii_graphic() || *b == b' ' { *b as char } else { '.' })
                        .collect();
                    let spaced: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
                    let _ = writeln!(shown, "    {:06x}  {:<47}  {letters}", row * ROW, spaced.join(" "));
                }
            }
        }
    }
    shown
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn lossy(bytes: Option<&[u8]>) -> String {
    bytes.map_or("null".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn template(text: &str) -> Result<Vec<Piece>, String> {
    // As the shell leaves them: a backslash and a letter.
    let text = text.replace("\\n", "\n").replace("\\t", "\t");
    let (mut rest, mut pieces) = (text.as_str(), Vec::new());
    while let Some((words, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a brace is not closed")?;
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        pieces.push(Piece::Field(field(name)?));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    Ok(pieces)
}

fn field(name: &str) -> Result<Field, String> {
    Ok(match name {
        "topic" => Field::Topic,
        "partition" => Field::Partition,
        "offset" => Field::Offset,
        "timestamp" => Field::Timestamp,
        "key" => Field::Key,
        "value" => Field::Value,
        "headers" => Field::Headers,
        other => {
            return Err(format!("{{{other}}} is no field: topic, partition, offset, timestamp, key, value, headers"));
        }
    })
}

impl Piece {
    fn show(&self, record: &ConsumerRecord) -> String {
        match self {
            Piece::Words(words) => words.clone(),
            Piece::Field(Field::Topic) => record.topic.to_string(),
            Piece::Field(Field::Partition) => record.partition.to_string(),
            Piece::Field(Field::Offset) => record.offset.to_string(),
            Piece::Field(Field::Timestamp) => times::shown(record.timestamp_ms),
            Piece::Field(Field::Key) => lossy(record.key.as_deref()),
            Piece::Field(Field::Value) => lossy(record.value.as_deref()),
            Piece::Field(Field::Headers) => {
                let one = |header: &kampa_client::consumer::RecordHeader| {
                    format!("{}={}", lossy(Some(&header.key)), lossy(header.value.as_deref()))
                };
                record.headers.iter().map(one).collect::<Vec<_>>().join(",")
            }
        }
    }
}

/// Bytes in a row, as everywhere.
const ROW: usize = 16;

#[cfg(test)]
mod tests;
