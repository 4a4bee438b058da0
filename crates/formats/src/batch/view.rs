//! A batch that was checked, and walking over several batches in a row.

use std::ops::Deref;

use bytes::Bytes;

use super::header::{BatchHeader, CRC_FROM, HEADER_BYTES, LOG_OVERHEAD_BYTES, MAGIC};
use super::record::{RecordIssue, Records};
use crate::compression;

/// One whole batch whose length, magic and checksum hold. The header's fields and methods are reached through it.
///
/// The records inside are not looked at: `validate_records` and [`BatchView::records`] do that.
#[derive(Clone, Debug)]
pub struct BatchView {
    header: BatchHeader,
    bytes: Bytes,
}

/// Why bytes are no batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Too few bytes for the header, or for the length it states.
    #[error("a batch of {need} bytes is cut at {have}")]
    Cut {
        /// What the batch needs: the header's 61 until its length is known.
        need: usize,
        /// What is there.
        have: usize,
    },
    /// The length field is smaller than a header.
    #[error("batch length {0} is smaller than its header")]
    Length(i32),
    /// Formats 0 and 1 (gone since Kafka 4) or one that never was.
    #[error("batch format {0}, not 2")]
    Magic(i8),
    /// The bytes are not those that were written.
    #[error("checksum is {stored:#010x} but the bytes give {computed:#010x}")]
    Crc {
        /// In the header.
        stored: u32,
        /// Of the bytes.
        computed: u32,
    },
}

impl BatchView {
    /// Checks the batch that `bytes` begin with; bytes after it are left out of the view.
    pub fn check(bytes: Bytes) -> Result<BatchView, BatchError> {
        let view = BatchView::trust(bytes)?;
        let computed = checksum(&view.bytes);
        if computed != view.header.crc {
            return Err(BatchError::Crc { stored: view.header.crc, computed });
        }
        Ok(view)
    }

    /// As [`BatchView::check`] without computing the checksum: for bytes that were checked before.
    pub fn trust(bytes: Bytes) -> Result<BatchView, BatchError> {
        let header = read_header(&bytes)?;
        Ok(BatchView { header, bytes: bytes.slice(..header.size_bytes()) })
    }

    /// All fields before the records.
    pub fn header(&self) -> &BatchHeader {
        &self.header
    }

    /// The batch, header included.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The batch, header included.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// The bytes after the header, compressed when a codec is set.
    pub fn body(&self) -> Bytes {
        self.bytes.slice(HEADER_BYTES..)
    }

    /// The records. `limit_bytes` caps what a compressed batch may unfold to.
    pub fn records(&self, limit_bytes: usize) -> Result<Records, RecordIssue> {
        if self.header.count < 0 {
            return Err(RecordIssue::NegativeCount(self.header.count));
        }
        let body = if self.header.attributes.is_compressed() {
            let codec = self.header.attributes.codec().map_err(compression::DecompressError::from)?;
            Bytes::from(compression::decompress(codec, &self.bytes[HEADER_BYTES..], limit_bytes)?)
        } else {
            self.body()
        };
        Ok(Records::new(self.header, body))
    }
}

impl Deref for BatchView {
    type Target = BatchHeader;

    fn deref(&self) -> &BatchHeader {
        &self.header
    }
}

/// The header of the batch that `bytes` begin with, when length and magic hold and the batch is whole. Looks at no
/// other field.
pub(crate) fn read_header(bytes: &[u8]) -> Result<BatchHeader, BatchError> {
    let have = bytes.len();
    // Magic lies at the same place in every format, and an old batch may be shorter than our header.
    if let Some(&magic) = bytes.get(16)
        && magic as i8 != MAGIC
    {
        return Err(BatchError::Magic(magic as i8));
    }
    let header = BatchHeader::decode(bytes).ok_or(BatchError::Cut { need: HEADER_BYTES, have })?;
    if header.length < (HEADER_BYTES - LOG_OVERHEAD_BYTES) as i32 {
        return Err(BatchError::Length(header.length));
    }
    if header.size_bytes() > have {
        return Err(BatchError::Cut { need: header.size_bytes(), have });
    }
    Ok(header)
}

/// CRC-32C of a whole batch from its attributes on. At least a header must be there.
pub(crate) fn checksum(batch: &[u8]) -> u32 {
    crc32c::crc32c(&batch[CRC_FROM..])
}

/// Batches that lie one after the other, as in a request, a fetch or a log file; checksums are not computed.
///
/// A cut tail ends the walk without an error, as a fetch may end in the middle of a batch: [`Batches::rest`] tells.
#[derive(Clone, Debug)]
pub struct Batches {
    bytes: Bytes,
    failed: bool,
}

/// Walks over the batches in `bytes`.
pub fn batches(bytes: Bytes) -> Batches {
    Batches { bytes, failed: false }
}

impl Batches {
    /// What was not walked over yet; after the end, the cut tail.
    pub fn rest(&self) -> &Bytes {
        &self.bytes
    }
}

impl Iterator for Batches {
    type Item = Result<BatchView, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.bytes.is_empty() {
            return None;
        }
        match read_header(&self.bytes) {
            Ok(header) => Some(Ok(BatchView { header, bytes: self.bytes.split_to(header.size_bytes()) })),
            Err(BatchError::Cut { .. }) => {
                self.failed = true;
                None
            }
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}
