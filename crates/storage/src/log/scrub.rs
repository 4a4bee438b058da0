//! Looking at what nobody reads: the checksums of completed segments, a little at a time.
//!
//! What is read only to be looked at does not stay in memory, and what is in memory already is not taken out of it.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use kampa_formats::batch::{BatchHeader, BatchView, HEADER_BYTES};
use kampa_world::File;

use super::Log;
use crate::segment::{Reach, Segment};

/// How far a log was looked at. The default is not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Of the segment that comes next, or of one before it that is gone.
    base_offset: i64,
    /// What of it was looked at.
    position: u64,
    /// Bytes that were read last.
    pub bytes: u64,
}

/// What is read at once: enough that a slow disk seeks little, not so much that others wait for it.
const PIECE_BYTES: u64 = 1 << 20;

impl Log {
    /// Verifies the checksums of some more batches of completed segments, about a mebibyte of them. What is damaged is told once, and
    /// counted. Gives how far it has come, or `None` when there is nothing more. Blocks.
    pub fn scrub(&self, from: Scrubbed) -> Option<Scrubbed> {
        let segments = self.inner.segments();
        let completed = &segments[..segments.len() - 1];
        let at = completed.partition_point(|segment| segment.base_offset < from.base_offset);
        let segment = completed.get(at)?;
        let position = if segment.base_offset == from.base_offset { from.position } else { 0 };
        let passed = Scrubbed { base_offset: segment.base_offset + 1, position: 0, bytes: 0 };
        // One that cannot be read, whoever reads it is told of; one that is gone meanwhile needs no look.
        Some(match scrub_piece(segment, position) {
            Err(_) => passed,
            Ok(next) if next >= segment.size() => Scrubbed { bytes: next - position, ..passed },
            Ok(next) => Scrubbed { base_offset: segment.base_offset, position: next, bytes: next - position },
        })
    }
}

/// Looks at the whole batches of a piece from a position on; gives where the next piece begins.
fn scrub_piece(segment: &Arc<Segment>, from: u64) -> io::Result<u64> {
    let size = segment.size();
    let file = segment.file_to_pass_over()?;
    let mut want = PIECE_BYTES;
    loop {
        let piece = read(segment, &file, from, want.min(size - from))?;
        let mut at = 0;
        while at < piece.len() {
            let rest = (piece.len() - at) as u64;
            let need = match BatchHeader::decode(&piece[at..]) {
                Some(header) if header.size_bytes() >= HEADER_BYTES => header.size_bytes() as u64,
                None if rest < size - from - at as u64 => HEADER_BYTES as u64,
                _ => u64::MAX,
            };
            if need > size - from - at as u64 {
                // Nobody can say where the next one begins.
                segment.report_damage(from + at as u64);
                return Ok(size);
            }
            if need > rest {
                want = need;
                break;
            }
            let end = at + need as usize;
            if BatchView::check(piece.slice(at..end)).is_err() {
                segment.report_damage(from + at as u64);
            }
            at = end;
        }
        if at > 0 || size == from {
            return Ok(from + at as u64);
        }
    }
}

fn read(segment: &Segment, file: &File, position: u64, len: u64) -> io::Result<Bytes> {
    let mut piece = vec![0; len as usize];
    if file.try_read_at_cached(&mut piece, position)? != Some(piece.len()) {
        segment.distrust(Reach::Medium);
        file.read_exact_at(&mut piece, position)?;
        file.forget_cached(position, len);
    }
    Ok(Bytes::from(piece))
}
