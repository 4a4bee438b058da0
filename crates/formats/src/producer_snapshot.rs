//! `<offset>.snapshot`: what a partition knows of its producers just before an offset, so that a start need not read the
//! whole log.
//!
//! ```text
//!  0  version  i16   1
//!  2  crc      u32   CRC-32C of everything after it
//!  6  count    i32
//! 10  entries        46 bytes each:
//!      0  producer_id        i64
//!      8  epoch              i16
//!     10  last_sequence      i32   of the last batch, -1 when there is none
//!     14  last_offset        i64   of the last batch, -1 when there is none
//!     22  offset_delta       i32   last offset of the last batch minus its first
//!     26  timestamp          i64   of the last batch or marker, ms
//!     34  coordinator_epoch  i32   of the last marker, -1 before the first
//!     38  txn_first_offset   i64   of the open transaction, -1 when there is none
//! ```

/// What is kept of a producer: its last batch and its open transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerEntry {
    /// Whose.
    pub producer_id: i64,
    /// Of the last batch or marker.
    pub epoch: i16,
    /// Sequence number of the last record, -1 when the producer has written none in this epoch.
    pub last_sequence: i32,
    /// Offset of the last record, -1 likewise.
    pub last_offset: i64,
    /// Last offset of the last batch minus its first.
    pub offset_delta: i32,
    /// Of the last batch or marker, ms.
    pub timestamp: i64,
    /// Of the last marker, -1 before the first.
    pub coordinator_epoch: i32,
    /// Where the open transaction began, -1 without one.
    pub txn_first_offset: i64,
}

/// Bytes that are no snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProducerSnapshotError {
    /// Fewer bytes than it takes, or than its count takes; or more.
    #[error("{0} bytes are no whole snapshot")]
    Size(usize),
    /// Written by a later Kafka.
    #[error("snapshot version {0}, not 1")]
    Version(i16),
    /// Not the bytes that were written.
    #[error("checksum is {stored:#010x} but the bytes give {computed:#010x}")]
    Crc {
        /// In the file.
        stored: u32,
        /// Of the bytes.
        computed: u32,
    },
}

/// The file.
pub fn encode(entries: &[ProducerEntry]) -> Vec<u8> {
    let mut file = Vec::with_capacity(HEAD_BYTES + entries.len() * ENTRY_BYTES);
    file.extend_from_slice(&VERSION.to_be_bytes());
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(&(entries.len() as i32).to_be_bytes());
    for entry in entries {
        file.extend_from_slice(&entry.producer_id.to_be_bytes());
        file.extend_from_slice(&entry.epoch.to_be_bytes());
        file.extend_from_slice(&entry.last_sequence.to_be_bytes());
        file.extend_from_slice(&entry.last_offset.to_be_bytes());
        file.extend_from_slice(&entry.offset_delta.to_be_bytes());
        file.extend_from_slice(&entry.timestamp.to_be_bytes());
        file.extend_from_slice(&entry.coordinator_epoch.to_be_bytes());
        file.extend_from_slice(&entry.txn_first_offset.to_be_bytes());
    }
    let crc = crc32c::crc32c(&file[6..]);
    file[2..6].copy_from_slice(&crc.to_be_bytes());
    file
}

/// The reverse of [`encode`].
pub fn decode(file: &[u8]) -> Result<Vec<ProducerEntry>, ProducerSnapshotError> {
    let size = ProducerSnapshotError::Size(file.len());
    let &[v0, v1, c0, c1, c2, c3, n0, n1, n2, n3] = file.first_chunk::<HEAD_BYTES>().ok_or(size)?;
    let version = i16::from_be_bytes([v0, v1]);
    if version != VERSION {
        return Err(ProducerSnapshotError::Version(version));
    }
    let stored = u32::from_be_bytes([c0, c1, c2, c3]);
    let computed = crc32c::crc32c(&file[6..]);
    if stored != computed {
        return Err(ProducerSnapshotError::Crc { stored, computed });
    }
    let (entries, rest) = file[HEAD_BYTES..].as_chunks();
    if !rest.is_empty() || i32::try_from(entries.len()) != Ok(i32::from_be_bytes([n0, n1, n2, n3])) {
        return Err(size);
    }
    Ok(entries.iter().map(decode_entry).collect())
}

fn decode_entry(bytes: &[u8; ENTRY_BYTES]) -> ProducerEntry {
    ProducerEntry {
        producer_id: i64::from_be_bytes(field(bytes, 0)),
        epoch: i16::from_be_bytes(field(bytes, 8)),
        last_sequence: i32::from_be_bytes(field(bytes, 10)),
        last_offset: i64::from_be_bytes(field(bytes, 14)),
        offset_delta: i32::from_be_bytes(field(bytes, 22)),
        timestamp: i64::from_be_bytes(field(bytes, 26)),
        coordinator_epoch: i32::from_be_bytes(field(bytes, 34)),
        txn_first_offset: i64::from_be_bytes(field(bytes, 38)),
    }
}

fn field<const N: usize>(bytes: &[u8; ENTRY_BYTES], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

const VERSION: i16 = 1;
const HEAD_BYTES: usize = 10;
const ENTRY_BYTES: usize = 46;

#[cfg(test)]
mod tests;
