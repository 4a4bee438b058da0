//! Zstandard frames, one after the other allowed.
//!
//! Contexts are costly to make (a quarter of the time for an ordinary batch), so each thread keeps one a side.

use std::cell::RefCell;
use std::io;

use ::zstd::bulk::Compressor;
use ::zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

const DEFAULT_LEVEL: i32 = 3;

thread_local! {
    static COMPRESSOR: RefCell<Option<(i32, Compressor<'static>)>> = const { RefCell::new(None) };
    static DECODER: RefCell<Option<Decoder<'static>>> = const { RefCell::new(None) };
}

pub(super) fn compress(level: Option<i32>, bytes: &[u8]) -> Vec<u8> {
    let level = level.unwrap_or(DEFAULT_LEVEL);
    COMPRESSOR.with_borrow_mut(|kept| {
        if kept.as_ref().is_none_or(|(of, _)| *of != level) {
            *kept = Some((level, Compressor::new(level).expect("zstd brings levels into its range")));
        }
        let (_, compressor) = kept.as_mut().expect("made above");
        compressor.compress(bytes).expect("the room is the most the bytes take")
    })
}

/// Unfolds as a stream.
pub(super) struct Reader<'a> {
    /// `None` only while being dropped.
    decoder: Option<Decoder<'static>>,
    rest: &'a [u8],
    /// What the decoder still wants of the current frame; 0 between frames.
    hint: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> io::Result<Reader<'a>> {
        let decoder = match DECODER.take() {
            Some(mut decoder) => {
                decoder.reinit()?;
                decoder
            }
            None => Decoder::new()?,
        };
        Ok(Reader { decoder: Some(decoder), rest: bytes, hint: 0 })
    }
}

impl io::Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let decoder = self.decoder.as_mut().expect("kept until dropped");
        let mut output = OutBuffer::around(out);
        while output.pos() == 0 && output.capacity() > 0 {
            let mut input = InBuffer::around(self.rest);
            let before = self.rest.len();
            if self.rest.is_empty() && self.hint == 0 {
                return Ok(0);
            }
            self.hint = decoder.run(&mut input, &mut output)?;
            let used = input.pos();
            self.rest = &self.rest[used..];
            if output.pos() == 0 && used == 0 && before == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "frame is cut"));
            }
        }
        Ok(output.pos())
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        DECODER.set(self.decoder.take());
    }
}
