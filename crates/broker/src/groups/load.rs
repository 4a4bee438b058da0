//! Replaying a partition of `__consumer_offsets` into its shard.

use std::io;

use kampa_formats::batch::{BatchView, batches};
use kampa_protocol::records::group::GroupRecord;
use kampa_protocol::wire::DecodeErrorKind;
use kampa_replication::{Isolation, ReadRequest};

use super::Room;

/// Bytes read at once (`offsets.load.buffer.size`).
const READ_BYTES: usize = 5 * 1024 * 1024;
/// Bytes one batch may unfold to. Batches here are written by coordinators, which keep below a megabyte or so.
const UNFOLDED_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Replays the whole log. What cannot be read is an error; a record nobody knows is passed over.
pub async fn replay(room: &Room) -> io::Result<()> {
    let mut offset = room.partition.watermarks().log_start;
    let end = room.partition.watermarks().log_end;
    while offset < end {
        let request = ReadRequest {
            offset,
            max_bytes: READ_BYTES,
            at_least_one: true,
            isolation: Isolation::LogEnd,
            current_leader_epoch: None,
        };
        let read =
            room.partition.read(request).await.map_err(|e| io::Error::other(format!("at offset {offset}: {e}")))?;
        let before = offset;
        for piece in read.records {
            for header in batches(piece) {
                let batch = header.map_err(io::Error::other)?;
                offset = offset.max(batch.header().next_offset());
                replay_batch(room, &batch)?;
            }
        }
        if offset == before {
            // A gap up to the end: compaction took what was there.
            break;
        }
    }
    Ok(())
}

fn replay_batch(room: &Room, batch: &BatchView) -> io::Result<()> {
    if batch.header().is_control() {
        return Ok(());
    }
    let records = batch.records(UNFOLDED_BYTES_MAX).map_err(io::Error::other)?;
    let mut state = room.state.lock();
    for record in records {
        let record = record.map_err(io::Error::other)?;
        let Some(key) = record.key else { continue };
        match GroupRecord::decode(&key, record.value.as_ref()) {
            Ok(known) => state.shard.replay(&known),
            // Of a newer version: nothing here is made of it.
            Err(e) if matches!(e.kind, DecodeErrorKind::UnknownType(_)) => {}
            Err(e) => return Err(io::Error::other(format!("record at offset {}: {e}", record.offset))),
        }
    }
    Ok(())
}
