//! `.index`: where in a segment's data file the batches lie, one entry for every few kilobytes.
//!
//! ```text
//! 0  relative_offset  u32   last offset of a batch minus the segment's base offset
//! 4  position         u32   where that batch begins in the data file
//! ```
//!
//! Entries rise in both fields. Kafka allocates the file ahead and cuts it when the segment is closed: after a crash a tail
//! of zeros is left, which is no entry, since what lies at position 0 is never indexed.

/// Bytes of an entry.
pub const ENTRY_BYTES: usize = 8;

/// One batch's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Last offset of the batch minus the segment's base offset.
    pub relative_offset: u32,
    /// Where the batch begins in the data file.
    pub position: u32,
}

impl Entry {
    /// The bytes of the entry.
    pub fn encode(self) -> [u8; ENTRY_BYTES] {
        let mut bytes = [0; ENTRY_BYTES];
        bytes[..4].copy_from_slice(&self.relative_offset.to_be_bytes());
        bytes[4..].copy_from_slice(&self.position.to_be_bytes());
        bytes
    }

    /// The reverse of [`Entry::encode`].
    pub fn decode(bytes: &[u8; ENTRY_BYTES]) -> Entry {
        let [a, b, c, d, e, f, g, h] = *bytes;
        Entry { relative_offset: u32::from_be_bytes([a, b, c, d]), position: u32::from_be_bytes([e, f, g, h]) }
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
            .is_none_or(|last: Entry| entry.relative_offset > last.relative_offset && entry.position > last.position);
        last = Some(entry);
        rises
    })
}

/// The last entry at or before an offset. `entries` holds whole entries only.
pub fn floor(entries: &[u8], relative_offset: u32) -> Option<Entry> {
    let (entries, _) = entries.as_chunks();
    let after = entries.partition_point(|entry| Entry::decode(entry).relative_offset <= relative_offset);
    Some(Entry::decode(entries.get(after.checked_sub(1)?)?))
}

#[cfg(test)]
mod tests;
