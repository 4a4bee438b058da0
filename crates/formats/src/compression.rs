//! The codecs of record batches, both ways.
//!
//! ```text
//! gzip     one or more gzip members
//! snappy   what Java writes: 82 'SNAPPY' 00, version i32 (1), compatible i32 (1), then blocks of length i32 and raw snappy of
//!          up to 32 KiB; other clients write one raw snappy block without any of that
//! lz4      an lz4 frame: blocks of 64 KiB, independent, no checksums but the header's
//! zstd     a zstd frame
//! ```
//!
//! Reading never gives more than the caller's cap, whatever the bytes claim, and grows as bytes come.

mod gzip;
mod lz4;
mod snappy;
mod zstd;

use std::io::{self, Read};

/// How records are compressed; the number is that of the batch's attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Not at all.
    #[default]
    None = 0,
    /// RFC 1952.
    Gzip = 1,
    /// Snappy, in xerial framing or raw.
    Snappy = 2,
    /// LZ4 frames.
    Lz4 = 3,
    /// Zstandard (KIP-110).
    Zstd = 4,
}

impl Codec {
    /// Number in a batch's attributes.
    pub fn id(self) -> u8 {
        self as u8
    }

    /// From the number in a batch's attributes.
    pub fn from_id(id: u8) -> Result<Codec, UnknownCodec> {
        match id {
            0 => Ok(Codec::None),
            1 => Ok(Codec::Gzip),
            2 => Ok(Codec::Snappy),
            3 => Ok(Codec::Lz4),
            4 => Ok(Codec::Zstd),
            id => Err(UnknownCodec(id)),
        }
    }

    /// Name in settings; `uncompressed` is [`Codec::None`] there, and `none` here.
    pub fn name(self) -> &'static str {
        match self {
            Codec::None => "none",
            Codec::Gzip => "gzip",
            Codec::Snappy => "snappy",
            Codec::Lz4 => "lz4",
            Codec::Zstd => "zstd",
        }
    }
}

/// A codec number that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("codec {0} is unknown")]
pub struct UnknownCodec(pub u8);

/// A codec and how hard it tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compression {
    /// Which one.
    pub codec: Codec,
    /// In the codec's own scale (KIP-390); `None` is Kafka's default for it. Only gzip and zstd heed it: the lz4 encoder has
    /// but its fast level, which is also what Kafka's default selects.
    pub level: Option<i32>,
}

impl Compression {
    /// No compression.
    pub const NONE: Compression = Compression { codec: Codec::None, level: None };

    /// A codec at Kafka's default level.
    pub fn of(codec: Codec) -> Compression {
        Compression { codec, level: None }
    }
}

/// Why compressed bytes cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecompressError {
    /// Not this codec's bytes.
    #[error("the {codec} data is damaged: {reason}", codec = codec.name())]
    Damaged {
        /// Which codec refused.
        codec: Codec,
        /// In the codec's words.
        reason: String,
    },
    /// They unfold to more than the cap.
    #[error("the data unfolds to more than {limit_bytes} bytes")]
    TooLarge {
        /// The cap.
        limit_bytes: usize,
    },
    /// Attributes 5 to 7.
    #[error(transparent)]
    Unknown(#[from] UnknownCodec),
}

/// Compresses `bytes` into one unit as Kafka's own clients do.
pub fn compress(how: Compression, bytes: &[u8]) -> Vec<u8> {
    match how.codec {
        Codec::None => bytes.to_vec(),
        Codec::Gzip => gzip::compress(how.level, bytes),
        Codec::Snappy => snappy::compress(bytes),
        Codec::Lz4 => lz4::compress(bytes),
        Codec::Zstd => zstd::compress(how.level, bytes),
    }
}

/// The reverse of [`compress`]; gives at most `limit_bytes` or says that there is more.
pub fn decompress(codec: Codec, bytes: &[u8], limit_bytes: usize) -> Result<Vec<u8>, DecompressError> {
    check_present(codec, bytes)?;
    if codec == Codec::Snappy {
        return snappy::decompress(bytes, limit_bytes);
    }
    // Text shrinks to about a quarter; a guess beyond that would let a few bytes claim much memory.
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(4).min(limit_bytes));
    let reader = Unfolding::new(codec, bytes)?;
    reader.take((limit_bytes as u64).saturating_add(1)).read_to_end(&mut out).map_err(|error| damaged(codec, error))?;
    if out.len() > limit_bytes { Err(DecompressError::TooLarge { limit_bytes }) } else { Ok(out) }
}

/// Nothing at all is nothing compressed, except to zstd: no frame is no content.
fn check_present(codec: Codec, bytes: &[u8]) -> Result<(), DecompressError> {
    match codec {
        Codec::Gzip | Codec::Snappy | Codec::Lz4 if bytes.is_empty() => Err(damaged(codec, "no bytes")),
        _ => Ok(()),
    }
}

/// Compressed bytes read as a stream, for those who look at the content but need not hold it.
///
/// Holds a window of the content at most: 64 KiB for most data, 128 MiB for what a zstd frame may ask, touched only as
/// the content grows to it.
pub struct Unfolding<'a>(Stream<'a>);

enum Stream<'a> {
    None(&'a [u8]),
    Gzip(Box<gzip::Reader<'a>>),
    Snappy(snappy::Reader<'a>),
    Lz4(lz4::Reader<'a>),
    Zstd(zstd::Reader<'a>),
}

impl<'a> Unfolding<'a> {
    /// Starts at the beginning of `bytes`.
    pub fn new(codec: Codec, bytes: &'a [u8]) -> Result<Unfolding<'a>, DecompressError> {
        check_present(codec, bytes)?;
        Ok(Unfolding(match codec {
            Codec::None => Stream::None(bytes),
            Codec::Gzip => Stream::Gzip(Box::new(gzip::reader(bytes))),
            Codec::Snappy => Stream::Snappy(snappy::Reader::new(bytes)?),
            Codec::Lz4 => Stream::Lz4(lz4::Reader::new(bytes)),
            Codec::Zstd => Stream::Zstd(zstd::Reader::new(bytes).map_err(|error| damaged(codec, error))?),
        }))
    }
}

impl Read for Unfolding<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Stream::None(bytes) => bytes.read(out),
            Stream::Gzip(reader) => reader.read(out),
            Stream::Snappy(reader) => reader.read(out),
            Stream::Lz4(reader) => reader.read(out),
            Stream::Zstd(reader) => reader.read(out),
        }
    }
}

pub(crate) fn damaged(codec: Codec, reason: impl ToString) -> DecompressError {
    DecompressError::Damaged { codec, reason: reason.to_string() }
}

#[cfg(test)]
mod tests;
