//! The small runtime that generated code calls: a reader, a writer, their errors, and the traits of messages.
//!
//! Lengths are read as Kafka reads them: a wrong one is refused exactly where Kafka refuses it.

use std::fmt;
use std::ops::RangeInclusive;

use bytes::Bytes;

use crate::{ApiKey, Rope};

pub(crate) mod frame;
pub(crate) mod keyed;
mod reader;
mod writer;

pub use reader::Reader;
pub use writer::{TagWriter, Writer};

/// A request, a response, a record, a key or a value of a record: anything with a schema of its own.
///
/// Encoding writes what `version` carries. A field it does not carry is dropped when the schema calls it ignorable;
/// otherwise it must hold its default, else `EncodeError::NotCarried`.
pub trait Message: Default + Clone + fmt::Debug + PartialEq {
    /// The schema's name, such as `ProduceRequest`.
    const NAME: &'static str;
    /// Every version this code can read and write, unstable ones included.
    const VERSIONS: RangeInclusive<i16>;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError>;

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError>;
}

/// A message that asks.
pub trait Request: Message {
    const KEY: ApiKey;
    type Response: Response;
}

/// A message that answers.
pub trait Response: Message {
    /// Shows every error code that `version` carries, `NONE` too, in the order of the bytes.
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16));

    /// Where it says for how long its connection is muted; `None` if it has no such field.
    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        None
    }
}

/// Something to do with every kind of message there is; see `visit_messages`.
pub trait Visitor {
    fn visit<M: Message>(&mut self);
}

/// A tagged field this code has no name for, kept so that it can be passed on.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownTag {
    pub tag: u32,
    pub data: Bytes,
}

/// Why bytes are not a message, and where, counted in bytes from the start of the reader's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub at: usize,
    pub kind: DecodeErrorKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeErrorKind {
    /// The bytes end before the field does, or a length says more than is left.
    Truncated,
    /// Null where the schema wants a value.
    Null,
    /// A text longer than 32767 bytes.
    TextTooLong(i32),
    /// An array of more elements than `ARRAY_ELEMENTS_MAX`.
    ArrayTooLong(i32),
    /// More tagged fields than `TAGGED_FIELDS_MAX` in one struct.
    TooManyTags(i32),
    /// A variable-length integer that does not end where it must.
    Varint,
    /// A tag that this version of the struct does not know as a field, but another does.
    Tag(u32),
    /// A version outside the message's range.
    Version(i16),
    /// A record type nobody knows.
    UnknownType(i32),
    /// A frame version other than the only one there is.
    Frame(i32),
    /// Bytes are left over where a whole buffer should be one message.
    Trailing(usize),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DecodeErrorKind::*;
        match self.kind {
            Truncated => write!(f, "the bytes end too early")?,
            Null => write!(f, "null where a value must be")?,
            TextTooLong(length) => write!(f, "a text of {length} bytes")?,
            ArrayTooLong(count) => write!(f, "an array of {count} elements, {ARRAY_ELEMENTS_MAX} are allowed")?,
            TooManyTags(count) => write!(f, "{count} tagged fields, {TAGGED_FIELDS_MAX} are allowed")?,
            Varint => write!(f, "a variable-length integer without an end")?,
            Tag(tag) => write!(f, "tag {tag} does not belong to this version")?,
            Version(version) => write!(f, "version {version} is not known")?,
            UnknownType(number) => write!(f, "record type {number} is not known")?,
            Frame(version) => write!(f, "frame version {version} is not known")?,
            Trailing(length) => write!(f, "{length} bytes are left over")?,
        }
        write!(f, " (at byte {})", self.at)
    }
}

impl std::error::Error for DecodeError {}

/// Why a message cannot be written: always a mistake of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The message has no such version.
    Version(i16),
    /// The field is set, and this version has no place for it.
    NotCarried { field: &'static str, version: i16 },
    /// The field is null, and this version cannot say so.
    Null { field: &'static str },
    /// A text, bytes or array too long for its length field.
    TooLong { length: usize },
    /// Unknown tags out of order, twice, or with the number of a known field.
    Tag(u32),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::Version(version) => write!(f, "there is no version {version}"),
            EncodeError::NotCarried { field, version } => write!(f, "version {version} has no place for {field}"),
            EncodeError::Null { field } => write!(f, "{field} is null, which this version cannot say"),
            EncodeError::TooLong { length } => write!(f, "a length of {length} does not fit its field"),
            EncodeError::Tag(tag) => write!(f, "tag {tag} is out of order or taken"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// Decodes a buffer that holds one message and nothing else.
pub fn decode_whole<M: Message>(bytes: &Bytes, version: i16) -> Result<M, DecodeError> {
    let mut r = Reader::new(bytes);
    let message = M::decode(&mut r, version)?;
    r.finish()?;
    Ok(message)
}

/// Encodes a message by itself.
pub fn encode_whole<M: Message>(message: &M, version: i16) -> Result<Rope, EncodeError> {
    let mut w = Writer::new();
    message.encode(&mut w, version)?;
    Ok(w.finish())
}

/// Elements of one array. Kafka 4.4 refuses more, before it allocates.
pub const ARRAY_ELEMENTS_MAX: i32 = 1_000_000;
/// Tagged fields of one struct. Kafka 4.4 refuses more.
pub const TAGGED_FIELDS_MAX: i32 = 10_000;
/// Bytes of one text: its length is a signed 16-bit number in the older versions, and the newer keep to it.
pub const TEXT_BYTES_MAX: usize = 32767;

#[cfg(test)]
mod tests;
