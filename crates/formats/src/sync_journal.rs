//! `kampa-journal-open-with-kampa-first/journal`: what logs were given last, all of them one after another in one file, so that
//! one sync serves all. Kampa's own; Apache Kafka refuses a log directory that holds such a folder, and its name says why.
//!
//! Two copies of a head, a page each, then a circle of groups. A group begins at a page, was written at once and synced before the
//! next was begun; its sequence is one more than that of the group before it, which ends where it begins, or at the end of the
//! circle. Integers are big-endian.
//!
//! ```text
//! head    0 magic u32 "KSJH"   4 crc u32 of what follows   8 nonce u64   16 sequence u64 of the oldest group that counts
//! group   0 magic u32 "KSJG"   4 crc u32 of what follows   8 len u32 with this head     12 nonce u64   20 sequence u64
//!        28 entries
//! entry   0 kind u8   1 topic id 16 B   17 folder len u16   19 folder, then
//!   1 bytes of a segment:  base offset i64   position u64   offset after them i64   len u32   the bytes
//!   2 settled:             offset i64; what came before of this log and ends at or below it does not count any more
//! ```

use kampa_protocol::Uuid;

/// Where the journal lies in a log directory. No partition's folder can have this name.
pub const FOLDER: &str = "kampa-journal-open-with-kampa-first";
/// The file in that folder.
pub const FILE_NAME: &str = "journal";

/// What a disk writes whole, or not: groups and heads begin at multiples of it, so that none tears another.
pub const PAGE_BYTES: u64 = 4096;
/// Where the circle begins.
pub const CIRCLE_START: u64 = 2 * PAGE_BYTES;

/// What the file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Of this journal and no other.
    pub nonce: u64,
    /// Of the oldest group that counts, or of the next one if none does.
    pub sequence: u64,
}

impl Head {
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; 8];
        bytes[..4].copy_from_slice(HEAD_MAGIC);
        for field in [self.nonce, self.sequence] {
            bytes.extend_from_slice(&field.to_be_bytes());
        }
        seal(&mut bytes);
        bytes.resize(PAGE_BYTES as usize, 0);
        bytes
    }

    /// `None` for bytes that are no head, or one that was torn.
    pub fn decode(page: &[u8]) -> Option<Head> {
        let bytes = page.get(..HEAD_BYTES)?;
        if !bytes.starts_with(HEAD_MAGIC) || !is_sealed(bytes) {
            return None;
        }
        let mut rest = Reader(&bytes[8..]);
        Some(Head { nonce: rest.u64()?, sequence: rest.u64()? })
    }
}

/// Which log an entry is about: the folder's name alone may have passed to another topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogName {
    pub folder: String,
    /// As the folder's `partition.metadata` says, zero without one.
    pub topic_id: Uuid,
}

/// One thing that a group says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    Bytes {
        /// Of the segment.
        base_offset: i64,
        /// In its data file.
        position: u64,
        /// The offset after the last record of the bytes.
        next_offset: i64,
        /// Where in the group they are.
        at: usize,
        len: usize,
    },
    Settled {
        below: i64,
    },
}

/// A group being made.
#[derive(Debug, Default)]
pub struct GroupBuilder {
    bytes: Vec<u8>,
}

impl GroupBuilder {
    /// Begins anew.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.resize(GROUP_HEAD_BYTES, 0);
    }

    /// Whether nothing was put in.
    pub fn is_empty(&self) -> bool {
        self.bytes.len() <= GROUP_HEAD_BYTES
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds an entry of `len` bytes of a segment and returns the place for them.
    pub fn bytes(&mut self, log: &LogName, base_offset: i64, position: u64, next_offset: i64, len: usize) -> &mut [u8] {
        self.entry(BYTES, log);
        self.bytes.extend_from_slice(&base_offset.to_be_bytes());
        self.bytes.extend_from_slice(&position.to_be_bytes());
        self.bytes.extend_from_slice(&next_offset.to_be_bytes());
        self.bytes.extend_from_slice(&(len as u32).to_be_bytes());
        let at = self.bytes.len();
        self.bytes.resize(at + len, 0);
        &mut self.bytes[at..]
    }

    /// Adds that what came before of a log and ends at or below an offset does not count any more.
    pub fn settled(&mut self, log: &LogName, below: i64) {
        self.entry(SETTLED, log);
        self.bytes.extend_from_slice(&below.to_be_bytes());
    }

    fn entry(&mut self, kind: u8, log: &LogName) {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(&log.topic_id.0);
        self.bytes.extend_from_slice(&(log.folder.len() as u16).to_be_bytes());
        self.bytes.extend_from_slice(log.folder.as_bytes());
    }

    /// The group, filled up to whole pages.
    pub fn finish(&mut self, nonce: u64, sequence: u64) -> &[u8] {
        let len = self.bytes.len();
        self.bytes[..4].copy_from_slice(GROUP_MAGIC);
        self.bytes[8..12].copy_from_slice(&(len as u32).to_be_bytes());
        self.bytes[12..20].copy_from_slice(&nonce.to_be_bytes());
        self.bytes[20..28].copy_from_slice(&sequence.to_be_bytes());
        seal(&mut self.bytes);
        self.bytes.resize(len.next_multiple_of(PAGE_BYTES as usize), 0);
        &self.bytes
    }

    /// Takes back what was put in after the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len.max(GROUP_HEAD_BYTES));
    }

    /// Gives back the memory of a large group.
    pub fn shrink_to(&mut self, bytes: usize) {
        self.bytes.clear();
        self.bytes.shrink_to(bytes);
    }
}

/// What the first bytes of a group tell: how long it claims to be, and its sequence. `None` if this is no group of the journal.
pub fn group_head(page: &[u8], nonce: u64) -> Option<(usize, u64)> {
    let bytes = page.get(..GROUP_HEAD_BYTES)?;
    let mut rest = Reader(&bytes[8..]);
    let (len, its_nonce, sequence) = (rest.u32()? as usize, rest.u64()?, rest.u64()?);
    (bytes.starts_with(GROUP_MAGIC) && its_nonce == nonce && len >= GROUP_HEAD_BYTES).then_some((len, sequence))
}

/// The entries of a whole group; `None` if it is not as it was written.
pub fn group_entries(group: &[u8]) -> Option<Vec<(LogName, Entry)>> {
    if group.len() < GROUP_HEAD_BYTES || !is_sealed(group) {
        return None;
    }
    let mut rest = Reader(&group[GROUP_HEAD_BYTES..]);
    let mut entries = Vec::new();
    while !rest.0.is_empty() {
        let [kind] = rest.array()?;
        let topic_id = Uuid(rest.array()?);
        let folder_len = usize::from(u16::from_be_bytes(rest.array()?));
        let folder = std::str::from_utf8(rest.take(folder_len)?).ok()?.to_owned();
        let log = LogName { folder, topic_id };
        let entry = match kind {
            BYTES => {
                let (base_offset, position, next_offset) = (rest.i64()?, rest.u64()?, rest.i64()?);
                let len = rest.u32()? as usize;
                let at = group.len() - rest.0.len();
                rest.take(len)?;
                Entry::Bytes { base_offset, position, next_offset, at, len }
            }
            SETTLED => Entry::Settled { below: rest.i64()? },
            _ => return None,
        };
        entries.push((log, entry));
    }
    Some(entries)
}

fn seal(bytes: &mut [u8]) {
    let crc = crc32c::crc32c(&bytes[8..]);
    bytes[4..8].copy_from_slice(&crc.to_be_bytes());
}

fn is_sealed(bytes: &[u8]) -> bool {
    bytes[4..8] == crc32c::crc32c(&bytes[8..]).to_be_bytes()
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N).and_then(|bytes| bytes.try_into().ok())
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }
}

const HEAD_MAGIC: &[u8; 4] = b"KSJH";
const GROUP_MAGIC: &[u8; 4] = b"KSJG";
const HEAD_BYTES: usize = 24;
const GROUP_HEAD_BYTES: usize = 28;
const BYTES: u8 = 1;
const SETTLED: u8 = 2;

#[cfg(test)]
mod tests;
