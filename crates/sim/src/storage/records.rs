//! What records of a storage run hold: everything follows from the record's id, so a reader can tell a wrong byte.

use bytes::Bytes;
use kampa_formats::batch::control::{self, EndMarker};
use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord, Record, TimestampType, batches};
use kampa_formats::compression::Compression;
use kampa_formats::txn_index::AbortedTxn;

use super::history::{Id, PlaceId, Recorder, Sent, What};

/// A producer as its batches name it.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// -1 for none.
    pub producer_id: i64,
    /// -1 for none.
    pub epoch: i16,
    /// -1 for none.
    pub sequence: i32,
    /// Whether in a transaction.
    pub transactional: bool,
}

/// The batch of these records; their ids follow one another.
pub fn batch(records: &[(Id, Sent)], author: Author, compression: Compression) -> Bytes {
    let mut builder = BatchBuilder::new(BatchOptions {
        compression,
        transactional: author.transactional,
        producer_id: author.producer_id,
        producer_epoch: author.epoch,
        base_sequence: author.sequence,
        ..BatchOptions::default()
    });
    for (id, sent) in records {
        let What::Record { key, value_bytes, timestamp, .. } = sent.what else { continue };
        let key = key.map(u16::to_be_bytes);
        let value = value_bytes.map(|bytes| noise(*id, bytes));
        builder.append(NewRecord {
            timestamp,
            key: key.as_ref().map(|key| &key[..]),
            value: value.as_deref(),
            headers: &[(ID_HEADER, Some(&id.to_be_bytes()))],
        });
    }
    builder.build(0)
}

/// The marker with an id, which the coordinator's epoch carries: it grows, as ids do.
pub fn marker(id: Id, committed: bool, timestamp: i64, author: Author) -> Bytes {
    EndMarker { committed, coordinator_epoch: id as i32 }.batch(0, timestamp, author.producer_id, author.epoch)
}

/// What a reader has got.
#[derive(Debug, Default)]
pub struct Got {
    /// Records and markers, in order: offset, id, timestamp.
    pub seen: Vec<(i64, Id, i64)>,
    /// Records that a consumer of committed transactions is shown.
    pub shown: Vec<Id>,
}

/// Takes apart what was read, as a consumer does; an error says what nobody wrote.
pub fn read(
    pieces: &[Bytes],
    aborted: Option<&[AbortedTxn]>,
    place: PlaceId,
    recorder: &Recorder,
) -> Result<Got, String> {
    let mut got = Got::default();
    let mut waiting: Vec<&AbortedTxn> = aborted.unwrap_or_default().iter().collect();
    waiting.sort_by_key(|txn| txn.first_offset);
    let mut waiting = waiting.into_iter().peekable();
    let mut skipped: Vec<i64> = Vec::new();
    for view in pieces.iter().flat_map(|piece| batches(piece.clone())) {
        let view = view.map_err(|error| error.to_string())?;
        let view = BatchView::check(view.into_bytes()).map_err(|error| error.to_string())?;
        while let Some(txn) = waiting.next_if(|txn| txn.first_offset <= view.last_offset()) {
            skipped.push(txn.producer_id);
        }
        if view.is_control() {
            read_marker(&view, place, recorder, &mut got, &mut skipped)?;
            continue;
        }
        let is_shown = !(view.is_transactional() && skipped.contains(&view.producer_id));
        for record in view.records(BATCH_BYTES_MAX).map_err(|error| error.to_string())? {
            let record = record.map_err(|error| error.to_string())?;
            let id = check(&record, view.attributes.timestamp_type(), place, recorder)?;
            got.seen.push((record.offset, id, record.timestamp));
            if is_shown {
                got.shown.push(id);
            }
        }
    }
    Ok(got)
}

fn read_marker(
    view: &BatchView,
    place: PlaceId,
    recorder: &Recorder,
    got: &mut Got,
    skipped: &mut Vec<i64>,
) -> Result<(), String> {
    let records = control::read(view).map_err(|error| error.to_string())?;
    for record in records {
        let marker = EndMarker::from_record(&record).ok_or("a control record that is no marker")?;
        let id = marker.coordinator_epoch as Id;
        match recorder.sent(id) {
            Some(Sent { place: to, what: What::Marker { committed, .. } })
                if to == place && committed == marker.committed => {}
            sent => return Err(format!("a marker that nobody wrote at {}: {marker:?}, {sent:?}", record.offset)),
        }
        got.seen.push((record.offset, id, record.timestamp));
        if !marker.committed
            && let Some(at) = skipped.iter().position(|id| *id == view.producer_id)
        {
            skipped.swap_remove(at);
        }
    }
    Ok(())
}

/// The id of a record that is, in every byte, what was sent.
fn check(record: &Record, times: TimestampType, place: PlaceId, recorder: &Recorder) -> Result<Id, String> {
    let offset = record.offset;
    let id = record.headers.first().and_then(|header| header.value.as_deref()).and_then(|value| value.try_into().ok());
    let id = Id::from_be_bytes(id.ok_or_else(|| format!("the record at {offset} has no id"))?);
    let Some(Sent { place: to, what: What::Record { key, value_bytes, timestamp, .. } }) = recorder.sent(id) else {
        return Err(format!("the record at {offset} says that it is {id}, which nobody sent"));
    };
    if to != place {
        return Err(format!("the record at {offset} is {id}, which was sent to another partition, {to}"));
    }
    let as_sent = record.key.as_deref() == key.map(u16::to_be_bytes).as_ref().map(|key| &key[..])
        && record.value.as_deref() == value_bytes.map(|bytes| noise(id, bytes)).as_deref()
        && (times == TimestampType::LogAppendTime || record.timestamp == timestamp);
    if as_sent { Ok(id) } else { Err(format!("record {id} at {offset} is not what was sent")) }
}

/// Half of it repeats itself, so that compressing it makes it smaller.
fn noise(id: Id, bytes: u16) -> Vec<u8> {
    let mut value = Vec::with_capacity(usize::from(bytes) + 8);
    let mut state = u64::from(id) + 1;
    while value.len() < usize::from(bytes) {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        value.extend_from_slice(&(state >> 32).to_be_bytes());
    }
    value.truncate(usize::from(bytes));
    value
}

/// The name of the one header.
const ID_HEADER: &str = "id";
/// Far more than any batch here.
const BATCH_BYTES_MAX: usize = 1 << 20;
