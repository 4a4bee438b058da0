//! What stands before a record that says itself what it is: a frame version, its type, its version, all varints.

use bytes::Bytes;

use super::{DecodeError, DecodeErrorKind, Reader, Writer};

/// A reader at the body of the record, the record's type and its version.
pub(crate) fn open(value: &Bytes) -> Result<(Reader<'_>, i32, i16), DecodeError> {
    let mut r = Reader::new(value);
    let frame = r.varint()? as i32;
    if frame != FRAME_VERSION {
        return Err(r.error(DecodeErrorKind::Frame(frame)));
    }
    let number = r.varint()? as i32;
    let version = r.varint()?;
    let version = i16::try_from(version).map_err(|_| r.error(DecodeErrorKind::Version(i16::MAX)))?;
    Ok((r, number, version))
}

pub(crate) fn begin(number: i16, version: i16) -> Writer {
    let mut w = Writer::new();
    w.varint(FRAME_VERSION as u32);
    w.varint(number as u32);
    w.varint(version as u32);
    w
}

const FRAME_VERSION: i32 = 1;
