//! Records of the coordinators' topics: a key that begins with its type, and a value that begins with its version.

use bytes::Bytes;

use super::{DecodeError, EncodeError, Message, Reader, Writer};

pub(crate) fn value<V: Message>(value: Option<&Bytes>) -> Result<Option<V>, DecodeError> {
    let Some(value) = value else { return Ok(None) };
    let mut r = Reader::new(value);
    let version = r.i16()?;
    V::decode(&mut r, version).map(Some)
}

pub(crate) fn encode<K: Message, V: Message>(
    number: i16,
    key: &K,
    value: Option<&V>,
    version: i16,
) -> Result<(Bytes, Option<Bytes>), EncodeError> {
    let mut w = Writer::new();
    w.i16(number);
    key.encode(&mut w, 0)?;
    let key = w.finish().into_bytes();
    let Some(value) = value else { return Ok((key, None)) };
    let mut w = Writer::new();
    w.i16(version);
    value.encode(&mut w, version)?;
    Ok((key, Some(w.finish().into_bytes())))
}
