//! What a record of a run holds: everything of it follows from who wrote it and where, so a reader can tell a wrong byte.

use bytes::Bytes;
use kampa_formats::batch::Record;
use kampa_world::sim::Chance;

use crate::history::{Place, RecordId};

/// A record to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Says which record it is, and nothing else.
    pub key: Bytes,
    /// Noise of the record's own.
    pub value: Bytes,
    /// A header's value.
    pub header: Bytes,
    /// Milliseconds since 1970.
    pub timestamp: i64,
}

/// The name of the one header.
pub const HEADER: &str = "h";

impl Payload {
    /// The record's content; `size` is about the bytes of its value.
    pub fn of(id: RecordId, place: Place, size: usize, timestamp: i64) -> Payload {
        let mut noise = Chance::new(digest(&[&id.session.to_be_bytes(), &id.serial.to_be_bytes(), &place.topic_id.0]));
        let mut value = Vec::with_capacity(size + 8);
        while value.len() < size {
            value.extend_from_slice(&noise.next().to_be_bytes());
        }
        value.truncate(size);
        Payload {
            key: key_of(id),
            value: value.into(),
            header: Bytes::copy_from_slice(&noise.next().to_be_bytes()),
            timestamp,
        }
    }

    /// Tells this content from any other.
    pub fn digest(&self) -> u64 {
        digest(&[&self.key, &self.value, HEADER.as_bytes(), &self.header, &self.timestamp.to_be_bytes()])
    }
}

/// Which record one that was read says it is, and the digest of what it holds. `None`: nobody here writes such keys.
pub fn read(record: &Record) -> Option<(RecordId, u64)> {
    let key: [u8; KEY_BYTES] = record.key.as_deref()?.try_into().ok()?;
    let [session, serial] = [0, 4].map(|at| u32::from_be_bytes([key[at], key[at + 1], key[at + 2], key[at + 3]]));
    let timestamp = record.timestamp.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![&key, record.value.as_deref().unwrap_or(b"null")];
    for header in &record.headers {
        parts.push(&header.key);
        parts.push(header.value.as_deref().unwrap_or(b"null"));
    }
    parts.push(&timestamp);
    Some((RecordId { session, serial }, digest(&parts)))
}

fn key_of(id: RecordId) -> Bytes {
    let mut key = Vec::with_capacity(KEY_BYTES);
    key.extend_from_slice(&id.session.to_be_bytes());
    key.extend_from_slice(&id.serial.to_be_bytes());
    key.into()
}

/// FNV-1a over the parts, each with its length.
fn digest(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut eat = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for part in parts {
        (part.len() as u32).to_be_bytes().into_iter().for_each(&mut eat);
        part.iter().copied().for_each(&mut eat);
    }
    hash
}

const KEY_BYTES: usize = 8;

#[cfg(test)]
mod tests;
