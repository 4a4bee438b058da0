//! How a record is shown: Kafka's formatters by the names of their classes.

use kampa_client::consumer::{ConsumerRecord, TimestampType};

use super::coordinator_records::{self, Kind};
use super::deserializers::Deserializer;
use crate::Call;
use crate::kafka::clients::Properties;
use crate::kafka::thrown::{self, Thrown};

pub(super) enum Formatter {
    Default(Box<Shown>),
    /// As the default one, and once more in the log.
    Logging(Box<Shown>),
    None,
    Coordinator(Kind),
}

/// What the default formatter shows, and with what between.
pub(super) struct Shown {
    timestamp: bool,
    partition: bool,
    offset: bool,
    delivery: bool,
    epoch: bool,
    headers: bool,
    key: bool,
    value: bool,
    key_separator: Vec<u8>,
    line_separator: Vec<u8>,
    headers_separator: Vec<u8>,
    null_literal: Vec<u8>,
    key_deserializer: Option<Deserializer>,
    value_deserializer: Option<Deserializer>,
    headers_deserializer: Option<Deserializer>,
}

impl Formatter {
    /// None: nobody knows the class.
    pub fn named(call: &Call, class: &str, properties: &Properties) -> Option<Formatter> {
        let shown = || Box::new(Shown::of(call, properties));
        Some(match class.strip_prefix("org.apache.kafka.tools.consumer.")? {
            "group.share.ShareGroupStateMessageFormatter" => Formatter::Coordinator(Kind::ShareGroupState),
            "DefaultMessageFormatter" => Formatter::Default(shown()),
            "LoggingMessageFormatter" => Formatter::Logging(shown()),
            "NoOpMessageFormatter" => Formatter::None,
            "OffsetsMessageFormatter" => Formatter::Coordinator(Kind::Offsets),
            "GroupMetadataMessageFormatter" => Formatter::Coordinator(Kind::GroupMetadata),
            "TransactionLogMessageFormatter" => Formatter::Coordinator(Kind::TransactionLog),
            _ => return None,
        })
    }

    /// Also when it fails, `out` has what was shown before it did.
    pub fn write(&self, record: &ConsumerRecord, out: &mut Vec<u8>) -> Result<(), Thrown> {
        match self {
            Formatter::Default(shown) | Formatter::Logging(shown) => shown.write(record, out),
            Formatter::None => Ok(()),
            Formatter::Coordinator(kind) => coordinator_records::write(*kind, record, out),
        }
    }
}

impl Shown {
    fn of(call: &Call, properties: &Properties) -> Shown {
        let is = |key: &str, default: bool| {
            properties.value(key).map_or(default, |value| value.trim().eq_ignore_ascii_case("true"))
        };
        let bytes = |key: &str, default: &str| properties.value(key).unwrap_or(default).as_bytes().to_vec();
        let deserializer = |key: &str| {
            let class = properties.value(key)?;
            Deserializer::named(class).unwrap_or_else(|thrown| {
                let words = format!("Unable to instantiate a deserializer from {class}");
                thrown::log(&call.world, &call.streams, "ERROR", words, LOGGER);
                call.streams.err.line(thrown);
                None
            })
        };
        Shown {
            timestamp: is("print.timestamp", false),
            partition: is("print.partition", false),
            offset: is("print.offset", false),
            delivery: is("print.delivery", false),
            epoch: is("print.epoch", false),
            headers: is("print.headers", false),
            key: is("print.key", false),
            value: is("print.value", true),
            key_separator: bytes("key.separator", "\t"),
            line_separator: bytes("line.separator", "\n"),
            headers_separator: bytes("headers.separator", ","),
            null_literal: bytes("null.literal", "null"),
            key_deserializer: deserializer("key.deserializer"),
            value_deserializer: deserializer("value.deserializer"),
            headers_deserializer: deserializer("headers.deserializer"),
        }
    }

    fn write(&self, record: &ConsumerRecord, out: &mut Vec<u8>) -> Result<(), Thrown> {
        let mut columns = [
            self.timestamp,
            self.partition,
            self.offset,
            self.delivery,
            self.epoch,
            self.headers,
            self.key,
            self.value,
        ]
        .into_iter()
        .enumerate()
        .filter_map(|(column, is_shown)| is_shown.then_some(column))
        .peekable();
        while let Some(column) = columns.next() {
            self.write_column(column, record, out)?;
            let is_last = columns.peek().is_none();
            out.extend_from_slice(if is_last { &self.line_separator } else { &self.key_separator });
        }
        Ok(())
    }

    fn write_column(&self, column: usize, record: &ConsumerRecord, out: &mut Vec<u8>) -> Result<(), Thrown> {
        match column {
            0 => out.extend(timestamp(record).into_bytes()),
            1 => out.extend(format!("Partition:{}", record.partition).into_bytes()),
            2 => out.extend(format!("Offset:{}", record.offset).into_bytes()),
            3 => out.extend(b"Delivery:NOT_PRESENT"),
            // The tool does not pass the epoch on to its formatter.
            4 => out.extend(b"Epoch:NOT_PRESENT"),
            5 if record.headers.is_empty() => out.extend(b"NO_HEADERS"),
            5 => {
                for (at, header) in record.headers.iter().enumerate() {
                    if at > 0 {
                        out.extend_from_slice(&self.headers_separator);
                    }
                    out.extend(String::from_utf8_lossy(&header.key).into_owned().into_bytes());
                    out.push(b':');
                    self.write_bytes(header.value.as_deref(), &self.headers_deserializer, out)?;
                }
            }
            6 => self.write_bytes(record.key.as_deref(), &self.key_deserializer, out)?,
            _ => self.write_bytes(record.value.as_deref(), &self.value_deserializer, out)?,
        }
        Ok(())
    }

    fn write_bytes(&self, bytes: Option<&[u8]>, how: &Option<Deserializer>, out: &mut Vec<u8>) -> Result<(), Thrown> {
        let bytes = bytes.unwrap_or(&self.null_literal);
        match how {
            None => out.extend_from_slice(bytes),
            Some(how) => out.extend(how.text(bytes)?.into_bytes()),
        }
        Ok(())
    }
}

fn timestamp(record: &ConsumerRecord) -> String {
    match (record.timestamp_type, record.timestamp_ms) {
        (TimestampType::CreateTime, at) => format!("CreateTime:{at}"),
        (TimestampType::LogAppendTime, at) => format!("LogAppendTime:{at}"),
    }
}

const LOGGER: &str = "org.apache.kafka.tools.consumer.DefaultMessageFormatter";
