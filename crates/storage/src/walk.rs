//! Walking over the batches of a data file from a position on, checksums verified or not.
//!
//! Reads in pieces and keeps only one; a batch longer than a piece is read whole, once its length is known to be backed by the
//! file. Blocks on the medium.

use std::io;

use bytes::Bytes;
use kampa_formats::batch::{self, BatchError, BatchView, HEADER_BYTES};
use kampa_world::File;

/// What one read brings: enough that the system call is cheap beside checking the bytes, little enough for many recoveries at once.
const PIECE_BYTES: u64 = 1 << 20;

/// How far the batches of a file are whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Position after the last whole batch.
    pub valid_bytes: u64,
    /// What is wrong with the bytes there, unless they are the end.
    pub trouble: Option<String>,
}

/// What follows a visited batch.
pub(crate) enum Step {
    On,
    /// Stop before this batch, for this reason.
    Stop(String),
}

/// Visits every batch from `from` (the start of one) up to `end`, until one is torn or bad.
///
/// With `verify`, the checksum is part of what makes a batch good.
pub(crate) fn walk(
    file: &File,
    from: u64,
    end: u64,
    verify: bool,
    visit: impl FnMut(u64, &BatchView) -> Step,
) -> io::Result<Walked> {
    walk_pieces(file, from, end, verify, PIECE_BYTES, visit)
}

/// As [`walk`], reading `piece_bytes` at once.
pub(crate) fn walk_pieces(
    file: &File,
    from: u64,
    end: u64,
    verify: bool,
    piece_bytes: u64,
    mut visit: impl FnMut(u64, &BatchView) -> Step,
) -> io::Result<Walked> {
    let mut position = from;
    let mut want = piece_bytes;
    while position < end {
        let piece = read_piece(file, position, want.min(end - position))?;
        want = piece_bytes;
        let read = piece.len() as u64;
        let mut batches = batch::batches(piece);
        let start = position;
        for view in batches.by_ref() {
            let trouble = match view {
                Err(error) => Some(error.to_string()),
                Ok(view) => match if verify { BatchView::check(view.bytes().clone()) } else { Ok(view) } {
                    Err(error) => Some(error.to_string()),
                    Ok(view) => match visit(position, &view) {
                        Step::Stop(why) => Some(why),
                        Step::On => {
                            position += view.bytes().len() as u64;
                            None
                        }
                    },
                },
            };
            if trouble.is_some() {
                return Ok(Walked { valid_bytes: position, trouble });
            }
        }
        if position == start + read {
            continue;
        }
        // The piece ends inside a batch: the next one starts with it, and is long enough for it if the file is.
        let need = match BatchView::trust(batches.rest().clone()) {
            Err(BatchError::Cut { need, .. }) => need as u64,
            Err(error) => return Ok(Walked { valid_bytes: position, trouble: Some(error.to_string()) }),
            Ok(_) => HEADER_BYTES as u64,
        };
        if need > end - position {
            let trouble = Some(format!("a batch of {need} bytes is cut at {}", end - position));
            return Ok(Walked { valid_bytes: position, trouble });
        }
        want = want.max(need);
    }
    Ok(Walked { valid_bytes: position, trouble: None })
}

fn read_piece(file: &File, position: u64, len: u64) -> io::Result<Bytes> {
    let mut piece = vec![0; len as usize];
    file.read_exact_at(&mut piece, position)?;
    Ok(Bytes::from(piece))
}
