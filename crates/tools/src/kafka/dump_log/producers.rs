//! `.snapshot`: what a partition knows of its producers.

use kampa_formats::producer_snapshot::{self, ProducerSnapshotError};

use super::batches::optional_long;
use super::{Dump, NamedFile};
use crate::kafka::thrown::Died;

impl Dump<'_> {
    pub(super) fn producers(&mut self, file: &NamedFile) -> Result<(), Died> {
        let streams = &self.call.streams;
        let entries = match producer_snapshot::decode(&self.read(&file.path)?) {
            Ok(entries) => entries,
            Err(error) => {
                streams.err.line(wrong(error));
                return Ok(());
            }
        };
        for entry in entries {
            streams.out.text(format_args!(
                "producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {} lastTimestamp: {}",
                entry.producer_id,
                entry.epoch,
                entry.coordinator_epoch,
                optional_long(Some(entry.txn_first_offset).filter(|offset| *offset >= 0)),
                entry.timestamp
            ));
            if entry.last_offset >= 0 {
                streams.out.text(format_args!(
                    " firstSequence: {} lastSequence: {} lastOffset: {} offsetDelta: {} timestamp: {}",
                    first_sequence(entry.last_sequence, entry.offset_delta),
                    entry.last_sequence,
                    entry.last_offset,
                    entry.offset_delta,
                    entry.timestamp
                ));
            }
            streams.out.line("");
        }
        Ok(())
    }
}

/// In the ring of sequence numbers.
fn first_sequence(last: i32, delta: i32) -> i32 {
    if last < delta {
        i32::MAX.wrapping_sub(delta.wrapping_sub(last)).wrapping_add(1)
    } else {
        last.wrapping_sub(delta)
    }
}

fn wrong(error: ProducerSnapshotError) -> String {
    match error {
        ProducerSnapshotError::Crc { stored, computed } => {
            format!("Snapshot is corrupt (CRC is no longer valid). Stored crc: {stored}. Computed crc: {computed}")
        }
        ProducerSnapshotError::Version(version) => {
            format!("Snapshot failed schema validation: Snapshot contained an unknown file version {version}")
        }
        other => format!("Snapshot failed schema validation: {other}"),
    }
}
