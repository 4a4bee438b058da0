//! `.txnindex`: the aborted transactions that ended in a segment, so that a consumer of committed records can skip them.
//!
//! ```text
//!  0  version             i16   0
//!  2  producer_id         i64
//! 10  first_offset        i64   of the transaction's first batch in the partition
//! 18  last_offset         i64   of the abort marker
//! 26  last_stable_offset  i64   of the partition, after the abort
//! ```
//!
//! Entries rise in `last_offset`. The file exists only where there are any.

/// Bytes of an entry.
pub const ENTRY_BYTES: usize = 34;

/// An aborted transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbortedTxn {
    /// Whose it was.
    pub producer_id: i64,
    /// Of its first batch in the partition.
    pub first_offset: i64,
    /// Of the abort marker.
    pub last_offset: i64,
    /// The partition's once the marker was appended.
    pub last_stable_offset: i64,
}

/// Bytes that are no transaction index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TxnIndexError {
    /// The file is no whole number of entries.
    #[error("{0} bytes are no whole number of entries")]
    Cut(usize),
    /// Written by a later Kafka.
    #[error("entry version {0}, not 0")]
    Version(i16),
    /// Entries that do not rise.
    #[error("the entry that ends at {0} follows a later one")]
    Order(i64),
}

impl AbortedTxn {
    /// The bytes of the entry.
    pub fn encode(&self) -> [u8; ENTRY_BYTES] {
        let mut bytes = [0; ENTRY_BYTES];
        bytes[2..10].copy_from_slice(&self.producer_id.to_be_bytes());
        bytes[10..18].copy_from_slice(&self.first_offset.to_be_bytes());
        bytes[18..26].copy_from_slice(&self.last_offset.to_be_bytes());
        bytes[26..34].copy_from_slice(&self.last_stable_offset.to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8; ENTRY_BYTES]) -> Result<AbortedTxn, TxnIndexError> {
        let (version, fields) = bytes.split_at(2);
        let version = i16::from_be_bytes([version[0], version[1]]);
        if version != 0 {
            return Err(TxnIndexError::Version(version));
        }
        let (fields, _) = fields.as_chunks();
        let field = |n: usize| i64::from_be_bytes(fields[n]);
        Ok(AbortedTxn {
            producer_id: field(0),
            first_offset: field(1),
            last_offset: field(2),
            last_stable_offset: field(3),
        })
    }
}

/// All entries of a file, in order.
pub fn decode(file: &[u8]) -> Result<Vec<AbortedTxn>, TxnIndexError> {
    let (entries, rest) = file.as_chunks();
    if !rest.is_empty() {
        return Err(TxnIndexError::Cut(file.len()));
    }
    let mut aborted: Vec<AbortedTxn> = Vec::with_capacity(entries.len());
    for entry in entries {
        let entry = AbortedTxn::decode(entry)?;
        if aborted.last().is_some_and(|last| last.last_offset >= entry.last_offset) {
            return Err(TxnIndexError::Order(entry.last_offset));
        }
        aborted.push(entry);
    }
    Ok(aborted)
}

#[cfg(test)]
mod tests;
