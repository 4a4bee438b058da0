//! lz4 frames. Written with Kafka's descriptor: 64 KiB blocks, independent, no checksums but the header's. Frames with linked
//! blocks, block checksums or a content checksum, which other clients write, are read as well.
//!
//! ```text
//! magic 184d2204 (little endian, as everything here), flags u8, block size u8, [content size u64], [dictionary u32],
//! header checksum u8; blocks: size u32 (top bit: stored as is), bytes, [checksum u32]; 0 u32, [content checksum u32]
//! flags: 2 bits version (1), blocks independent, block checksums, content size, content checksum, reserved, dictionary
//! ```
//!
//! As in Kafka, what follows the frame is not looked at, and neither is the content checksum: the batch has its own.

mod xxh32;

use std::cell::RefCell;
use std::io::{self, Read, Write};

use lz4_flex::block::{decompress_into, decompress_into_with_dict};
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

use xxh32::xxh32;

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let info = FrameInfo::new().block_size(BlockSize::Max64KB).block_mode(BlockMode::Independent);
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::with_capacity(bytes.len() / 2 + 64));
    encoder.write_all(bytes).expect("a Vec takes every byte");
    encoder.finish().expect("a Vec takes every byte")
}

thread_local! {
    /// The buffer of the last frame: the system's allocator would map and unmap one for each batch.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

const MAGIC: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
/// How far a linked block reaches back.
const REACH_BYTES: usize = 64 * 1024;
/// A byte of a block stands for no more than so many.
const UNFOLD_MAX: usize = 255;
/// A larger buffer is given back: few frames have blocks of more than 64 KiB.
const SPARE_BYTES_MAX: usize = 2 * REACH_BYTES;

/// Unfolds block by block.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Known once the header is read.
    frame: Option<Frame>,
    /// Up to [`REACH_BYTES`] of what came before, if blocks are linked, then the block.
    buffer: Vec<u8>,
    /// What of the buffer is not given out yet.
    from: usize,
    to: usize,
    is_done: bool,
}

#[derive(Clone, Copy)]
struct Frame {
    linked: bool,
    block_checksums: bool,
    block_bytes_max: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, frame: None, buffer: SPARE.take(), from: 0, to: 0, is_done: false }
    }

    fn take(&mut self, count: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(|| damaged("frame is cut"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_u32(&mut self) -> io::Result<u32> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn read_header(&mut self) -> io::Result<Frame> {
        if self.take(4)? != MAGIC {
            return Err(damaged("no frame"));
        }
        let descriptor = self.rest;
        let [flags, block_size] = *self.take(2)? else { return Err(damaged("frame is cut")) };
        if flags >> 6 != 1 || flags & 0b10 != 0 || block_size & 0x8f != 0 {
            return Err(damaged("unknown frame version"));
        }
        if flags & 0b1 != 0 {
            return Err(damaged("a dictionary is needed"));
        }
        if flags & 0b1000 != 0 {
            self.take(8)?;
        }
        let descriptor = &descriptor[..descriptor.len() - self.rest.len()];
        if self.take(1)?[0] != (xxh32(descriptor) >> 8) as u8 {
            return Err(damaged("header checksum is wrong"));
        }
        let block_bytes_max = match block_size >> 4 {
            size @ 4..=7 => 1 << (8 + 2 * size),
            _ => return Err(damaged("unknown block size")),
        };
        Ok(Frame { linked: flags & 0b10_0000 == 0, block_checksums: flags & 0b1_0000 != 0, block_bytes_max })
    }

    /// Unfolds the next block; false at the end of the frame.
    fn next_block(&mut self) -> io::Result<bool> {
        let frame = match self.frame {
            Some(frame) => frame,
            None => {
                let frame = self.read_header()?;
                *self.frame.insert(frame)
            }
        };
        let size = self.take_u32()?;
        if size == 0 {
            self.is_done = true;
            return Ok(false);
        }
        let stored = size >> 31 != 0;
        let block = self.take((size & 0x7fff_ffff) as usize)?;
        if frame.block_checksums && self.take_u32()? != xxh32(block) {
            return Err(damaged("block checksum is wrong"));
        }
        let reach = self.keep_reach(frame);
        let room = if stored { block.len() } else { block.len().saturating_mul(UNFOLD_MAX) };
        if stored && room > frame.block_bytes_max {
            return Err(damaged("block is too large"));
        }
        let end = reach + room.min(frame.block_bytes_max);
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        let (before, out) = self.buffer[..end].split_at_mut(reach);
        let unfolded = match () {
            () if stored => {
                out.copy_from_slice(block);
                Ok(block.len())
            }
            () if reach > 0 => decompress_into_with_dict(block, out, before),
            () => decompress_into(block, out),
        };
        self.from = reach;
        self.to = reach + unfolded.map_err(damaged)?;
        Ok(true)
    }

    /// Moves what a linked block may reach back to, to the front; gives its length.
    fn keep_reach(&mut self, frame: Frame) -> usize {
        if !frame.linked {
            return 0;
        }
        let from = self.to.saturating_sub(REACH_BYTES);
        self.buffer.copy_within(from..self.to, 0);
        self.to - from
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.from == self.to {
            if self.is_done || !self.next_block()? {
                return Ok(0);
            }
        }
        let size = out.len().min(self.to - self.from);
        out[..size].copy_from_slice(&self.buffer[self.from..self.from + size]);
        self.from += size;
        Ok(size)
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if self.buffer.capacity() <= SPARE_BYTES_MAX {
            SPARE.set(std::mem::take(&mut self.buffer));
        }
    }
}

fn damaged(reason: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}
