//! Records of the coordinators' own topics, as the JSON of Kafka's formatters for them; no line ends between records.
//!
//! Each formatter shows records of its kind and passes over the others.

use bytes::Bytes;
use kampa_client::consumer::ConsumerRecord;
use kampa_protocol::Json;
use kampa_protocol::records::group::GroupRecord;
use kampa_protocol::records::share::ShareRecord;
use kampa_protocol::records::transaction::TransactionRecord;

use crate::kafka::thrown::Thrown;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Offsets,
    GroupMetadata,
    TransactionLog,
    ShareGroupState,
}

pub(super) fn write(kind: Kind, record: &ConsumerRecord, out: &mut Vec<u8>) -> Result<(), Thrown> {
    let Some(key) = &record.key else { return Ok(()) };
    let shown = shown(kind, key, record.value.as_ref())
        .map_err(|why| Thrown::runtime(format!("Could not read record at offset {} due to: {why}", record.offset)))?;
    if let Some(json) = shown {
        out.extend(json.to_string().into_bytes());
    }
    Ok(())
}

fn shown(kind: Kind, key: &Bytes, value: Option<&Bytes>) -> Result<Option<Json>, String> {
    let number = first_number(key).ok_or("the key is shorter than its type")?;
    let is_shown = match kind {
        Kind::Offsets => matches!(number, 0 | 1),
        Kind::GroupMetadata => number == 2,
        Kind::TransactionLog => number == 0,
        Kind::ShareGroupState => matches!(number, 0 | 1),
    };
    if !is_shown {
        return Ok(None);
    }
    let version = match value {
        Some(value) => first_number(value).ok_or("the value is shorter than its version")?,
        None => 0,
    };
    let (key, value) = match kind {
        Kind::Offsets | Kind::GroupMetadata => {
            GroupRecord::decode(key, value).map_err(|e| e.to_string())?.to_json(version)
        }
        Kind::TransactionLog => TransactionRecord::decode(key, value).map_err(|e| e.to_string())?.to_json(version),
        Kind::ShareGroupState => ShareRecord::decode(key, value).map_err(|e| e.to_string())?.to_json(version),
    };
    let key = Json::from([("type", Json::Int(i64::from(number))), ("data", key)]);
    let value = value.map(|value| Json::from([("version", Json::Int(i64::from(version))), ("data", value)]));
    Ok(Some(Json::from([("key", key), ("value", value.unwrap_or(Json::Null))])))
}

fn first_number(bytes: &Bytes) -> Option<i16> {
    Some(i16::from_be_bytes(bytes.get(..2)?.try_into().ok()?))
}
