//! `kampa produce`: records from the keyboard, a pipe or a file, a line each.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use clap::{Args, ValueEnum};
use kampa_client::producer::{Delivery, Record};
use kampa_client::{Acks, ProducerSettings};
use kampa_protocol::ErrorCode;
use kampa_world::World;
use serde_json::{Value, json};

use super::screen::count;
use super::{Common, Session, told};
use crate::{Outcome, Stop, Streams};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,

    topic: String,

    /// The record, instead of lines from standard input.
    value: Option<String>,

    /// The key of every record.
    #[arg(long, short)]
    key: Option<String>,

    /// What parts key and value in each line, such as ':' or '\t'.
    #[arg(long, value_name = "TEXT", conflicts_with = "key")]
    separator: Option<String>,

    /// A header of every record; may be given often.
    #[arg(long, short = 'H', value_name = "NAME=VALUE", value_parser = super::config::pair)]
    header: Vec<(String, String)>,

    /// To this partition, instead of the one the key decides.
    #[arg(long, short)]
    partition: Option<i32>,

    /// What a line is.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Reads lines from here.
    #[arg(long, short, value_name = "PATH", conflicts_with = "value")]
    file: Option<PathBuf>,

    /// `none`, `gzip`, `snappy`, `lz4` or `zstd`.
    #[arg(long, value_name = "CODEC")]
    compression: Option<String>,

    /// Whose word makes a record sent: `all` replicas, the leader (`1`), nobody (`0`).
    #[arg(long, default_value = "all")]
    acks: String,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Format {
    /// The value, or key and value with --separator.
    Text,
    /// An object with key, value, headers, partition, timestamp, as `kampa consume --json` prints them.
    Json,
    /// The value in base 16.
    Hex,
}

pub const NOTES: &str = "\
Examples:
  kampa produce orders 'one record'
  kampa produce orders --key eu-17 '{\"amount\": 12}'
  kampa produce orders --separator : < lines.txt
  kampa consume orders --json -e | kampa produce copies --format json";

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    let mut settings: ProducerSettings = session.configured.producer.clone();
    let configured = kampa_client::properties::read(
        [("acks", Some(arguments.acks.as_str())), ("compression.type", arguments.compression.as_deref())]
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?))),
    )
    .map_err(told)?;
    settings.acks = configured.producer.acks;
    settings.compression = configured.producer.compression;
    // Without everybody's word a retried record cannot be told from a new one.
    settings.idempotence &= settings.acks == Acks::All;
    check_topic(&session, &arguments.topic).await?;
    let producer = session.client.producer(settings).map_err(told)?;
    let mut sent = Sent::default();
    match &arguments.value {
        Some(value) => {
            let record = arguments.record(value.as_bytes()).map_err(Stop::Failed)?;
            sent.deliver(producer.send(record).await.map_err(told)?).await?;
        }
        None => {
            let mut lines = Lines::open(&arguments, world, streams)?;
            let mut owed = std::collections::VecDeque::new();
            let mut number = 0_u64;
            while let Some(line) = lines.next(world).await.map_err(Stop::failed)? {
                number += 1;
                let record = arguments.record(&line).map_err(|why| Stop::Failed(format!("line {number}: {why}")))?;
                owed.push_back(producer.send(record).await.map_err(told)?);
                if owed.len() >= OWED_MAX || lines.is_typed {
                    while let Some(delivery) = owed.pop_front() {
                        sent.deliver(delivery).await?;
                    }
                }
            }
            for delivery in owed {
                sent.deliver(delivery).await?;
            }
        }
    }
    producer.close().await.map_err(told)?;
    sent.tell(&session, &arguments.topic);
    Ok(())
}

/// Records go to topics that are there: a mistyped name would otherwise make one.
async fn check_topic(session: &Session, topic: &str) -> Outcome {
    let found = super::topic::partitions_of(&session.client.admin(), topic).await;
    found.map(drop).map_err(|stop| match stop {
        Stop::Failed(why) if why.contains(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.name()) => {
            Stop::Failed(format!("there is no topic {topic}\n  `kampa topic create {topic}` makes it."))
        }
        other => other,
    })
}

#[derive(Default)]
struct Sent {
    records: u64,
    last: Option<(i32, i64)>,
}

impl Sent {
    async fn deliver(&mut self, delivery: Delivery) -> Outcome {
        let metadata = delivery.await.map_err(told)?;
        self.records += 1;
        self.last = Some((metadata.partition, metadata.offset));
        Ok(())
    }

    fn tell(&self, session: &Session, topic: &str) {
        let (partition, offset) = self.last.unzip();
        if session.screen.json {
            session
                .screen
                .value(&json!({ "topic": topic, "records": self.records, "partition": partition, "offset": offset }));
        } else if let Some((partition, offset)) = self.last {
            let which = count(self.records, "record");
            session
                .screen
                .streams
                .err
                .line(format_args!("{which} sent; the last is {topic}-{partition} at offset {offset}"));
        }
    }
}

/// Where lines come from. Reading waits away from the threads that send.
struct Lines {
    from: From,
    is_typed: bool,
}

enum From {
    Streams(Streams),
    /// The rest of a file that was read whole.
    File(Bytes),
}

impl Lines {
    fn open(arguments: &Arguments, world: &World, streams: &Streams) -> Result<Lines, Stop> {
        match &arguments.file {
            None => Ok(Lines { from: From::Streams(streams.clone()), is_typed: streams.is_typed() }),
            Some(path) => {
                let content = world.disk().read(path).map_err(|e| Stop::Failed(format!("{}: {e}", path.display())))?;
                Ok(Lines { from: From::File(content.into()), is_typed: false })
            }
        }
    }

    async fn next(&mut self, world: &World) -> io::Result<Option<Vec<u8>>> {
        match &mut self.from {
            From::Streams(streams) => {
                let input = streams.input.clone();
                world.offload(move || input.line()).await
            }
            From::File(rest) if rest.is_empty() => Ok(None),
            From::File(rest) => {
                let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
                let line = rest.split_to(end);
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                Ok(Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec()))
            }
        }
    }
}

impl Arguments {
    fn record(&self, line: &[u8]) -> Result<Record, String> {
        let mut record = match self.format {
            Format::Text => self.plain(line)?,
            Format::Hex => Record { value: Some(bytes_of(line)?), ..Record::default() },
            Format::Json => object(line)?,
        };
        record.topic = self.topic.as_str().into();
        record.partition = self.partition.or(record.partition);
        if let Some(key) = &self.key {
            record.key = Some(Bytes::from(key.clone()));
        }
        record.headers.extend(self.header.iter().map(|(name, value)| (name.clone(), Some(Bytes::from(value.clone())))));
        Ok(record)
    }

    fn plain(&self, line: &[u8]) -> Result<Record, String> {
        let Some(separator) = &self.separator else {
            return Ok(Record { value: Some(Bytes::copy_from_slice(line)), ..Record::default() });
        };
        let separator = separator.replace("\\t", "\t");
        let at = line.windows(separator.len().max(1)).position(|window| window == separator.as_bytes());
        let at = at.ok_or_else(|| format!("no {separator:?} parts key and value"))?;
        let (key, value) = (&line[..at], &line[at + separator.len()..]);
        Ok(Record {
            key: Some(Bytes::copy_from_slice(key)),
            value: Some(Bytes::copy_from_slice(value)),
            ..Record::default()
        })
    }
}

/// An object as `kampa consume --json` prints it; what is not named is left to the producer.
fn object(line: &[u8]) -> Result<Record, String> {
    let object: Value = serde_json::from_slice(line).map_err(|e| format!("no JSON: {e}"))?;
    let object = object.as_object().ok_or("an object is wanted, with at least a value")?;
    let field = |object: &serde_json::Map<String, Value>, name: &str| -> Result<Option<Bytes>, String> {
        match (object.get(name), object.get(&format!("{name}_hex"))) {
            (None | Some(Value::Null), None) => Ok(None),
            (Some(Value::String(text)), _) => Ok(Some(Bytes::from(text.clone()))),
            (Some(other), _) if *other != Value::Null => Ok(Some(Bytes::from(other.to_string()))),
            (_, Some(Value::String(digits))) => bytes_of(digits.as_bytes()).map(Some),
            (_, _) => Err(format!("{name}_hex is no text")),
        }
    };
    let mut headers = Vec::new();
    for header in object.get("headers").and_then(Value::as_array).into_iter().flatten() {
        let header = header.as_object().ok_or("a header is an object with a name and a value")?;
        let name = header.get("name").and_then(Value::as_str).ok_or("a header has a name")?;
        headers.push((name.to_owned(), field(header, "value")?));
    }
    Ok(Record { key: field(object, "key")?, value: field(object, "value")?, headers, ..Record::default() })
}

fn bytes_of(digits: &[u8]) -> Result<Bytes, String> {
    let digit = |byte: &u8| (*byte as char).to_digit(16).map(|digit| digit as u8);
    let wrong = || "no bytes in base 16: pairs of 0-9 and a-f are wanted".to_owned();
    let digits: Vec<u8> =
        digits.iter().filter(|byte| !byte.is_ascii_whitespace()).map(digit).collect::<Option<_>>().ok_or_else(wrong)?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if rest.is_empty() { Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect()) } else { Err(wrong()) }
}

/// Records on their way before their answers are looked at.
const OWED_MAX: usize = 10_000;
