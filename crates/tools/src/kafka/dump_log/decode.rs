//! Keys and values of records as text, as somebody who knows the topic would read them.

use bytes::Bytes;
use kampa_formats::batch::Record;
use kampa_protocol::records::embedded::{ConsumerProtocolAssignment, ConsumerProtocolSubscription};
use kampa_protocol::records::group::GroupRecord;
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::records::share::ShareRecord;
use kampa_protocol::records::transaction::TransactionRecord;
use kampa_protocol::wire::DecodeErrorKind;
use kampa_protocol::{DecodeError, Json, JsonObject, Message, Reader, Text, ToJson};

use super::faults::{damaged, uncaught};
use crate::kafka::thrown::Died;
use crate::options::flags::Given;

/// How the records of a file are read.
#[derive(Clone, Copy)]
pub(super) enum Decoder {
    /// By a class of Kafka's for the key and one for the value.
    Classes { key: Class, value: Class },
    /// As records of `__consumer_offsets`.
    Groups,
    /// As records of `__transaction_state`.
    Transactions,
    /// As records of `__share_group_state`.
    Shares,
    /// As records of `__cluster_metadata`.
    Metadata,
}

/// Kafka's own decoders.
#[derive(Clone, Copy)]
pub(super) enum Class {
    Text,
    Integer,
    Long,
}

/// What is shown of a record.
#[derive(Default)]
pub(super) struct Decoded {
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
}

impl Decoder {
    /// The first of those that are asked for.
    pub(super) fn read(given: &Given) -> Result<Decoder, Died> {
        let asked = [
            ("offsets-decoder", Decoder::Groups),
            ("transaction-log-decoder", Decoder::Transactions),
            ("cluster-metadata-decoder", Decoder::Metadata),
            ("share-group-state-decoder", Decoder::Shares),
        ];
        match asked.into_iter().find(|(name, _)| given.has(name)) {
            Some((_, decoder)) => Ok(decoder),
            None => Ok(Decoder::Classes {
                key: Class::read(given, "key-decoder-class")?,
                value: Class::read(given, "value-decoder-class")?,
            }),
        }
    }

    pub(super) fn decode(self, record: &Record) -> Result<Decoded, Died> {
        match self {
            Decoder::Classes { key, value } => Ok(Decoded {
                key: record.key.as_ref().map(|bytes| key.decode(bytes)).transpose()?,
                value: record.value.as_ref().map(|bytes| value.decode(bytes)).transpose()?,
            }),
            Decoder::Groups => coordinator(record, |key, value, version| {
                let (key, mut value) = GroupRecord::decode(key, value)?.to_json(version);
                value.iter_mut().for_each(unfold_members);
                Ok((key, value))
            }),
            Decoder::Transactions => {
                coordinator(record, |key, value, version| Ok(TransactionRecord::decode(key, value)?.to_json(version)))
            }
            Decoder::Shares => {
                coordinator(record, |key, value, version| Ok(ShareRecord::decode(key, value)?.to_json(version)))
            }
            Decoder::Metadata => Ok(metadata(record)),
        }
    }
}

impl Class {
    fn read(given: &Given, option: &str) -> Result<Class, Died> {
        let name = given.value(option)?.unwrap_or_default();
        match name.strip_prefix("org.apache.kafka.tools.api.") {
            Some("StringDecoder") => Ok(Class::Text),
            Some("IntegerDecoder") => Ok(Class::Integer),
            Some("LongDecoder") => Ok(Class::Long),
            _ => Err(damaged(format!(
                "--{option} {name}: there is no Java here to load a class; StringDecoder, IntegerDecoder and LongDecoder of \
                 org.apache.kafka.tools.api are built in"
            ))),
        }
    }

    fn decode(self, bytes: &Bytes) -> Result<String, Died> {
        let short = |want: usize| damaged(format!("{} bytes are no number of {want}", bytes.len()));
        match self {
            Class::Text => Ok(Text::from_wire(bytes.clone()).as_str().to_owned()),
            Class::Integer => {
                bytes.first_chunk().map(|bytes| i32::from_be_bytes(*bytes).to_string()).ok_or_else(|| short(4))
            }
            Class::Long => {
                bytes.first_chunk().map(|bytes| i64::from_be_bytes(*bytes).to_string()).ok_or_else(|| short(8))
            }
        }
    }
}

/// A record of a coordinator's topic: in its key a type, in its value a version, each before the rest.
fn coordinator(
    record: &Record,
    decode: impl Fn(&Bytes, Option<&Bytes>, i16) -> Result<(Json, Option<Json>), DecodeError>,
) -> Result<Decoded, Died> {
    let offset = record.offset;
    let Some(key) = &record.key else {
        return Err(uncaught(format!(
            "Failed to decode message at offset {offset} using the specified decoder (message had a missing key)"
        )));
    };
    let skipped = |why: String| Ok(Decoded { key: Some(why), value: None });
    let number = |bytes: &Bytes| bytes.first_chunk().map(|bytes| i16::from_be_bytes(*bytes));
    let error = |why: &str| skipped(format!("Error at offset {offset}, skipping. {why}"));
    let Some(kind) = number(key) else { return error("Could not read version from key's buffer.") };
    // Whether the key alone can be read is asked first, for then the fault is the value's.
    let fault = |side: &str, version: i16, why: DecodeError| {
        error(&format!("Could not read record with version {version} from {side}'s buffer due to: {why}."))
    };
    match decode(key, None, 0) {
        Err(DecodeError { kind: DecodeErrorKind::UnknownType(_), .. }) => {
            return skipped(format!("Unknown record type {kind} at offset {offset}, skipping."));
        }
        Err(why) => return fault("key", kind, why),
        Ok(_) => {}
    }
    let version = match record.value.as_ref().map(number) {
        Some(None) => return error("Could not read version from value's buffer."),
        Some(Some(version)) => version,
        None => 0,
    };
    match decode(key, record.value.as_ref(), version) {
        Ok((key, value)) => {
            let key = Json::from([("type", text(kind)), ("data", key)]);
            let value = value.map(|value| Json::from([("version", text(version)), ("data", value)]));
            let value = value.map_or("<DELETE>".to_owned(), |value| value.to_string());
            Ok(Decoded { key: Some(key.to_string()), value: Some(value) })
        }
        Err(DecodeError { kind: DecodeErrorKind::Version(_), .. }) => {
            error(&format!("Found an unknown record version {version} for {kind} type"))
        }
        Err(why) => fault("value", version, why),
    }
}

fn text(number: i16) -> Json {
    Json::Text(Text::from(number.to_string()))
}

/// What consumers have put into the members of their group is shown too, where it can be read.
fn unfold_members(group: &mut Json) {
    let Json::Object(group) = group else { return };
    let is_consumers = group.member("protocolType") == Some(&Json::Text(Text::from_static("consumer")));
    let Some(Json::List(members)) = group.member_mut("members").filter(|_| is_consumers) else { return };
    for member in members {
        let Json::Object(member) = member else { continue };
        unfold::<ConsumerProtocolSubscription>(member, "subscription");
        unfold::<ConsumerProtocolAssignment>(member, "assignment");
    }
}

fn unfold<M: Message + ToJson>(member: &mut JsonObject, field: &str) {
    let Some(folded) = member.member_mut(field) else { return };
    let Json::Bytes(bytes) = folded else { return };
    let mut reader = Reader::new(bytes);
    let Ok(version) = reader.i16() else { return };
    // A version from the future is read as the last one we know.
    let version = version.min(*M::VERSIONS.end());
    let Ok(message) = M::decode(&mut reader, version) else { return };
    *folded = message.to_json(version);
}

fn metadata(record: &Record) -> Decoded {
    let offset = record.offset;
    let value = record.value.clone().unwrap_or_default();
    let shown = match MetadataRecord::decode_framed(&value) {
        Ok((record, version)) => Json::from([
            ("type", Json::Text(Text::from(constant(record.name())))),
            ("version", Json::Int(version.into())),
            ("data", record.to_json(version)),
        ])
        .to_string(),
        Err(why) => format!("Error at {offset}, skipping. {}", why_no_metadata(&value, why)),
    };
    Decoded { key: None, value: Some(shown) }
}

/// In Kafka's words: what stands before a record are a frame version, its type and its version.
fn why_no_metadata(value: &Bytes, why: DecodeError) -> String {
    let mut reader = Reader::new(value);
    let mut kind = 0;
    for part in ["frame version", "type", "version"] {
        match reader.varint() {
            Err(_) => return format!("Error while reading {part}"),
            Ok(number) if number > i16::MAX as u32 => return format!("Value for {part} was too large."),
            Ok(1) if part == "frame version" => {}
            Ok(_) if part == "frame version" => break,
            Ok(number) if part == "type" => kind = number,
            Ok(_) => {}
        }
    }
    match why.kind {
        DecodeErrorKind::Frame(0) => {
            "Could not deserialize metadata record with frame version 0. Note that upgrades from the \
            preview release of KRaft in 2.8 to newer versions are not supported."
                .to_owned()
        }
        DecodeErrorKind::Frame(version) => format!(
            "Could not deserialize metadata record due to unknown frame version {version}(only frame version 1 is supported)"
        ),
        DecodeErrorKind::UnknownType(_) => {
            format!("org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id {kind}")
        }
        DecodeErrorKind::Trailing(bytes) => format!("Found {bytes} byte(s) of garbage after {kind}"),
        _ => format!("Failed to deserialize record with type {kind}"),
    }
}

/// `TopicRecord` as Kafka's constant of it: `TOPIC_RECORD`.
fn constant(name: &str) -> String {
    let mut shown = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !shown.is_empty() {
            shown.push('_');
        }
        shown.extend(letter.to_uppercase());
    }
    shown
}
