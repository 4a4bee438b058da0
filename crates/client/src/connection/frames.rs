//! Requests to frames, and the bytes of a socket to frames.

use bytes::{Buf, Bytes, BytesMut};
use kampa_protocol::{EncodeError, Request, RequestHeader, Text, Writer};

use crate::Error;

/// The frame of a request, length first, with 0 for the correlation id.
pub(super) fn encode<R: Request>(request: &R, version: i16, client_id: &str) -> Result<Vec<Bytes>, Error> {
    let mut w = Writer::framed();
    let header = RequestHeader::new(R::KEY, version, 0, Some(Text::from(client_id)));
    header.encode(&mut w).and_then(|()| request.encode(&mut w, version)).map_err(|e| Error::Unsupported {
        api: R::KEY,
        why: match e {
            EncodeError::NotCarried { .. } => format!("{e}, and the node serves no newer one"),
            _ => e.to_string(),
        },
    })?;
    Ok(w.finish().into_chunks())
}

/// Puts the correlation id into a frame of [`encode`]. The first chunk is nobody else's, so nothing is copied.
pub(super) fn stamp(chunks: &mut [Bytes], correlation_id: i32) {
    let Some(first) = chunks.first_mut() else { return };
    let mut bytes = match std::mem::take(first).try_into_mut() {
        Ok(bytes) => bytes,
        Err(shared) => BytesMut::from(&shared[..]),
    };
    bytes[CORRELATION_AT..CORRELATION_AT + 4].copy_from_slice(&correlation_id.to_be_bytes());
    *first = bytes.freeze();
}

/// Behind the frame's length, the API's key and its version.
const CORRELATION_AT: usize = 8;

/// The next whole frame, without its length; an error in words when it is larger than it may be.
pub(super) fn next(received: &mut BytesMut, bytes_max: usize) -> Result<Option<Bytes>, String> {
    let Some(length) = announced(received, bytes_max)? else { return Ok(None) };
    if received.len() - LENGTH_BYTES < length {
        return Ok(None);
    }
    received.advance(LENGTH_BYTES);
    Ok(Some(received.split_to(length).freeze()))
}

/// How much room the next read wants: the rest of the announced frame, growing as bytes come.
pub(super) fn room(received: &BytesMut, bytes_max: usize) -> usize {
    let announced = announced(received, bytes_max).ok().flatten().map_or(0, |length| length + LENGTH_BYTES);
    let missing = announced.saturating_sub(received.len());
    missing.clamp(READ_BYTES_MIN, READ_AHEAD_BYTES_MAX.max(received.len()))
}

fn announced(received: &BytesMut, bytes_max: usize) -> Result<Option<usize>, String> {
    let Some(head) = received.first_chunk::<LENGTH_BYTES>() else { return Ok(None) };
    let announced = i32::from_be_bytes(*head);
    match usize::try_from(announced) {
        Ok(length) if (4..=bytes_max).contains(&length) => Ok(Some(length)),
        _ => Err(format!("it announced an answer of {announced} bytes; 4 to {bytes_max} are taken")),
    }
}

/// Before a frame.
const LENGTH_BYTES: usize = 4;
/// Most answers fit, several of them.
const READ_BYTES_MIN: usize = 16 << 10;
/// Room made at once on the word of the peer; beyond it, no more than has already come.
const READ_AHEAD_BYTES_MAX: usize = 1 << 20;

#[cfg(test)]
mod tests;
