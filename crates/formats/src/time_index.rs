//! `.timeindex`: from which offset of a segment on records may be as late as a time.
//!
//! ```text
//! 0  timestamp        i64   the largest in the segment so far, ms
//! 8  relative_offset  u32   last offset of the batch that brought it, minus the segment's base offset
//! ```
//!
//! Timestamps rise, offsets rise. The last entry of a closed segment is that of its largest timestamp. As with `.index`, a
//! crash may leave a tail of zeros.

/// Bytes of an entry.
pub const ENTRY_BYTES: usize = 12;

/// All records up to `relative_offset` are at or before `timestamp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// Last offset of the batch that brought it, minus the segment's base offset.
    pub relative_offset: u32,
}

impl Entry {
    /// The bytes of the entry.
    pub fn encode(self) -> [u8; ENTRY_BYTES] {
        let mut bytes = [0; ENTRY_BYTES];
        bytes[..8].copy_from_slice(&self.timestamp.to_be_bytes());
        bytes[8..].copy_from_slice(&self.relative_offset.to_be_bytes());
        bytes
    }

    /// The reverse of [`Entry::encode`].
    pub fn decode(bytes: &[u8; ENTRY_BYTES]) -> Entry {
        let [t @ .., a, b, c, d] = *bytes;
        Entry { timestamp: i64::from_be_bytes(t), relative_offset: u32::from_be_bytes([a, b, c, d]) }
    }
}

/// The entries of a file, in order; a cut last entry and a tail of zeros are left out.
pub fn entries(file: &[u8]) -> impl DoubleEndedIterator<Item = Entry> + ExactSizeIterator + '_ {
    file[..used_bytes(file)].as_chunks().0.iter().map(Entry::decode)
}

/// Bytes of the file that hold entries: without a cut last one and without a tail of zeros.
pub fn used_bytes(file: &[u8]) -> usize {
    let (entries, _) = file.as_chunks::<ENTRY_BYTES>();
    let used = entries.iter().rposition(|entry| *entry != [0; ENTRY_BYTES]).map_or(0, |last| last + 1);
    used * ENTRY_BYTES
}

/// Whether the entries rise as they must. A file that does not is to be built anew from the data.
pub fn is_sound(file: &[u8]) -> bool {
    let mut last = None;
    entries(file).all(|entry| {
        let rises = last
            .is_none_or(|last: Entry| entry.timestamp > last.timestamp && entry.relative_offset > last.relative_offset);
        last = Some(entry);
        rises
    })
}

/// The last entry at or before a time. `entries` holds whole entries only.
pub fn floor(entries: &[u8], timestamp: i64) -> Option<Entry> {
    let (entries, _) = entries.as_chunks();
    let after = entries.partition_point(|entry| Entry::decode(entry).timestamp <= timestamp);
    Some(Entry::decode(entries.get(after.checked_sub(1)?)?))
}

#[cfg(test)]
mod tests;
