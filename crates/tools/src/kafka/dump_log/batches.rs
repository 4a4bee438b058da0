//! `.log` and `.checkpoint`: batches and their records.

use kampa_formats::batch::control::{ControlRecord, ControlType, EndMarker};
use kampa_formats::batch::{BatchHeader, Record, TimestampType, sequence_after};
use kampa_formats::snapshot_name::SnapshotName;
use kampa_protocol::records::control::{
    KRaftVersionRecord, LeaderChangeMessage, SnapshotFooterRecord, SnapshotHeaderRecord, VotersRecord,
};
use kampa_protocol::{Json, Message, Reader, Text, ToJson};

use super::decode::Decoder;
use super::faults::damaged;
use super::log_file::{LogFile, StoredBatch};
use super::{Dump, NamedFile};
use crate::kafka::thrown::Died;

/// A walk over a file's records.
struct Records {
    decoder: Decoder,
    last_offset: i64,
}

impl Dump<'_> {
    pub(super) fn log(&mut self, file: &NamedFile, decoder: Decoder, bytes_max: i32) -> Result<(), Died> {
        let out = self.call.streams.out.clone();
        if file.name.ends_with(".log") {
            out.line(format_args!("Log starting offset: {}", file.base_offset()?));
        } else if file.name == "bootstrap.checkpoint" {
            out.line("KRaft bootstrap snapshot");
        } else {
            let name = SnapshotName::parse(&file.name).ok_or_else(|| {
                damaged(format!("{}: a snapshot's name has the form <end offset>-<epoch>.checkpoint", file.path))
            })?;
            out.line(format_args!("Snapshot end offset: {}, epoch: {}", name.end_offset, name.epoch));
        }
        let mut log = LogFile::open(self.call.world.disk(), &file.path)?;
        log.slice(0, bytes_max)?;
        let mut valid_bytes = 0;
        let mut records = Records { decoder, last_offset: -1 };
        while let Some(batch) = log.next_batch()? {
            self.batch(&batch)?;
            if self.wanted.records {
                batch.each_record(|record| self.record(file, &batch, &record, &mut records))?;
            }
            valid_bytes += batch.header.size_bytes();
            if out.is_closed() {
                return Ok(());
            }
        }
        let trailing = log.len() as usize - valid_bytes;
        if trailing > 0 && bytes_max == i32::MAX {
            out.line(format_args!("Found {trailing} invalid bytes at the end of {}", file.name));
        }
        Ok(())
    }

    fn batch(&self, batch: &StoredBatch) -> Result<(), Died> {
        let out = &self.call.streams.out;
        let header = &batch.header;
        out.text(format_args!(
            "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} producerId: {} producerEpoch: {} \
             partitionLeaderEpoch: {} isTransactional: {} isControl: {} deleteHorizonMs: {}",
            header.base_offset,
            header.base_offset.wrapping_add(header.last_offset_delta.into()),
            header.count,
            header.base_sequence,
            last_sequence(header),
            header.producer_id,
            header.producer_epoch,
            header.partition_leader_epoch,
            header.is_transactional(),
            header.is_control(),
            optional_long(header.delete_horizon_ms())
        ));
        out.line(format_args!(
            " position: {} {}: {} size: {} magic: {} compresscodec: {} crc: {} isvalid: {}",
            batch.position,
            timestamp_type(header),
            header.max_timestamp,
            header.size_bytes(),
            header.magic,
            batch.codec()?.name(),
            header.crc,
            batch.is_valid()
        ));
        Ok(())
    }

    fn record(
        &mut self,
        file: &NamedFile,
        batch: &StoredBatch,
        record: &Record,
        records: &mut Records,
    ) -> Result<(), Died> {
        if record.offset != records.last_offset.wrapping_add(1) {
            self.findings.not_consecutive(&file.absolute, records.last_offset, record.offset);
        }
        records.last_offset = record.offset;
        let out = &self.call.streams.out;
        let skips = self.wanted.skip_record_metadata;
        if !skips {
            self.record_metadata(batch, record)?;
        }
        if self.wanted.contents && !batch.header.is_control() {
            let decoded = records.decoder.decode(record)?;
            let mut prefix = if skips { "| " } else { " " };
            if let Some(key) = decoded.key {
                out.text(format_args!("{prefix}key: {key}"));
                prefix = " ";
            }
            if let Some(value) = decoded.value {
                out.text(format_args!("{prefix}payload: {value}"));
            }
        }
        out.line("");
        Ok(())
    }

    fn record_metadata(&self, batch: &StoredBatch, record: &Record) -> Result<(), Died> {
        let header = &batch.header;
        let size = |bytes: &Option<bytes::Bytes>| bytes.as_ref().map_or(-1, |bytes| bytes.len() as i64);
        let sequence = match header.base_sequence {
            0.. => sequence_after(header.base_sequence, record.offset.wrapping_sub(header.base_offset) as i32),
            _ => -1,
        };
        let keys: Vec<Text> = record.headers.iter().map(|header| Text::from_wire(header.key.clone())).collect();
        let keys: Vec<&str> = keys.iter().map(Text::as_str).collect();
        self.call.streams.out.text(format_args!(
            "| offset: {} {}: {} keySize: {} valueSize: {} sequence: {sequence} headerKeys: [{}]",
            record.offset,
            timestamp_type(header),
            record.timestamp,
            size(&record.key),
            size(&record.value),
            keys.join(",")
        ));
        if header.is_control() {
            self.call.streams.out.text(control(record)?);
        }
        Ok(())
    }
}

/// What a control record says.
fn control(record: &Record) -> Result<String, Died> {
    let broken = || damaged(format!("the control record at offset {} is damaged", record.offset));
    let kind = record.key.as_deref().and_then(ControlType::from_key).ok_or_else(broken)?;
    let value = record.value.clone().unwrap_or_default();
    let json = match kind {
        ControlType::Abort | ControlType::Commit => {
            let record = ControlRecord { offset: record.offset, timestamp: record.timestamp, kind, value };
            let marker = EndMarker::from_record(&record).ok_or_else(broken)?;
            let name = if marker.committed { "COMMIT" } else { "ABORT" };
            return Ok(format!(" endTxnMarker: {name} coordinatorEpoch: {}", marker.coordinator_epoch));
        }
        ControlType::LeaderChange => {
            raft(&value, |m: &LeaderChangeMessage| m.version).map(|json| format!("LeaderChange: {json}"))
        }
        ControlType::SnapshotHeader => {
            raft(&value, |m: &SnapshotHeaderRecord| m.version).map(|json| format!("SnapshotHeader {json}"))
        }
        ControlType::SnapshotFooter => {
            raft(&value, |m: &SnapshotFooterRecord| m.version).map(|json| format!("SnapshotFooter {json}"))
        }
        ControlType::KraftVersion => {
            raft(&value, |m: &KRaftVersionRecord| m.version).map(|json| format!("KRaftVersion {json}"))
        }
        ControlType::KraftVoters => {
            raft(&value, |m: &VotersRecord| m.version).map(|json| format!("KRaftVoters {json}"))
        }
        ControlType::Unknown(id) => Some(format!("controlType: UNKNOWN({id})")),
    };
    json.map(|json| format!(" {json}")).ok_or_else(broken)
}

/// A message of the quorum. Kafka's tool reads the fields of version 0, and shows those of the version that the message says.
fn raft<M: Message + ToJson>(value: &bytes::Bytes, version: impl Fn(&M) -> i16) -> Option<Json> {
    let message = M::decode(&mut Reader::new(value), 0).ok()?;
    Some(message.to_json(version(&message)))
}

/// The ring of sequence numbers, which any number may stand in when the file is damaged.
fn last_sequence(header: &BatchHeader) -> i32 {
    let (base, delta) = (header.base_sequence, header.last_offset_delta);
    match base {
        -1 => -1,
        _ if base > i32::MAX.wrapping_sub(delta) => delta.wrapping_sub(i32::MAX.wrapping_sub(base)).wrapping_sub(1),
        _ => base.wrapping_add(delta),
    }
}

fn timestamp_type(header: &BatchHeader) -> &'static str {
    match header.attributes.timestamp_type() {
        TimestampType::CreateTime => "CreateTime",
        TimestampType::LogAppendTime => "LogAppendTime",
    }
}

/// As Java shows what may be missing.
pub(super) fn optional_long(value: Option<i64>) -> String {
    value.map_or("OptionalLong.empty".to_owned(), |value| format!("OptionalLong[{value}]"))
}
