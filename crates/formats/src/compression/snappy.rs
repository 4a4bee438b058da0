//! Snappy in Java's framing, and raw as other clients send it.

use std::io;

use super::{Codec, DecompressError, damaged};

/// 82 'SNAPPY' 00, version 1, compatible with 1.
const XERIAL: [u8; 16] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1];
/// What Java puts into one block.
const BLOCK_BYTES: usize = 32 * 1024;

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = snap::raw::Encoder::new();
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    out.extend_from_slice(&XERIAL);
    for block in bytes.chunks(BLOCK_BYTES) {
        let at = out.len();
        out.resize(at + 4 + snap::raw::max_compress_len(block.len()), 0);
        let size = encoder.compress(block, &mut out[at + 4..]).expect("the room is the most a block takes");
        out[at..at + 4].copy_from_slice(&(size as u32).to_be_bytes());
        out.truncate(at + 4 + size);
    }
    out
}

pub(super) fn decompress(bytes: &[u8], limit_bytes: usize) -> Result<Vec<u8>, DecompressError> {
    let mut blocks = Blocks::new(bytes)?;
    let mut out = Vec::new();
    while let Some(block) = blocks.next()? {
        let at = out.len();
        let size = unfolded_bytes(block)?;
        if size > limit_bytes - at {
            return Err(DecompressError::TooLarge { limit_bytes });
        }
        out.resize(at + size, 0);
        unfold(block, &mut out[at..])?;
    }
    Ok(out)
}

/// The raw blocks of either framing.
struct Blocks<'a> {
    framed: bool,
    rest: &'a [u8],
}

impl<'a> Blocks<'a> {
    fn new(bytes: &'a [u8]) -> Result<Blocks<'a>, DecompressError> {
        // The version's eight bytes are not looked at: every writer puts ones there.
        let framed = bytes.starts_with(&XERIAL[..8]);
        let rest = if framed { bytes.get(XERIAL.len()..) } else { Some(bytes) };
        Ok(Blocks { framed, rest: rest.ok_or_else(|| damaged(Codec::Snappy, "header is cut"))? })
    }

    fn next(&mut self) -> Result<Option<&'a [u8]>, DecompressError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        if !self.framed {
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        let cut = || damaged(Codec::Snappy, "block is cut");
        let (length, rest) = self.rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (block, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        self.rest = rest;
        Ok(Some(block))
    }
}

/// What a raw block says it unfolds to.
fn unfolded_bytes(block: &[u8]) -> Result<usize, DecompressError> {
    let size = snap::raw::decompress_len(block).map_err(|error| damaged(Codec::Snappy, error))?;
    // A false claim would only make us allocate.
    if size > block.len().saturating_mul(UNFOLD_MAX) {
        return Err(damaged(Codec::Snappy, "block claims more than it can hold"));
    }
    Ok(size)
}

/// The most bytes one byte of raw snappy can stand for, rounded up: three bytes copy 64.
const UNFOLD_MAX: usize = 32;

fn unfold(block: &[u8], out: &mut [u8]) -> Result<(), DecompressError> {
    snap::raw::Decoder::new().decompress(block, out).map(|_| ()).map_err(|error| damaged(Codec::Snappy, error))
}

/// Unfolds block by block.
pub(super) struct Reader<'a> {
    blocks: Blocks<'a>,
    block: Vec<u8>,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Reader<'a>, DecompressError> {
        Ok(Reader { blocks: Blocks::new(bytes)?, block: Vec::new(), at: 0 })
    }

    fn next_block(&mut self) -> Result<bool, DecompressError> {
        let Some(block) = self.blocks.next()? else { return Ok(false) };
        self.block.resize(unfolded_bytes(block)?, 0);
        unfold(block, &mut self.block)?;
        self.at = 0;
        Ok(true)
    }
}

impl io::Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() {
            if !self.next_block().map_err(io::Error::other)? {
                return Ok(0);
            }
        }
        let size = out.len().min(self.block.len() - self.at);
        out[..size].copy_from_slice(&self.block[self.at..self.at + size]);
        self.at += size;
        Ok(size)
    }
}
