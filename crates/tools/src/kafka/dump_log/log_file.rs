//! A file of batches, read batch by batch as far as it holds together.
//!
//! Checks what finding the next batch takes and no more: a batch whose checksum is wrong is to be shown, not refused.

use bytes::Bytes;
use kampa_formats::batch::{BatchHeader, BatchView, HEADER_BYTES, LOG_OVERHEAD_BYTES, MAGIC, Record};
use kampa_formats::compression::Codec;
use kampa_world::{Disk, File, OpenOptions};

use super::faults::{corrupt_record, damaged, illegal, unreadable};
use crate::kafka::thrown::Died;

/// An open file of batches.
pub(super) struct LogFile {
    path: String,
    file: File,
    /// Its length, or less where only a part is looked at.
    size: u32,
    /// Where the walk is, and where it ends.
    start: u32,
    end: u32,
}

/// A batch as it lies in the file.
pub(super) struct StoredBatch {
    pub(super) position: u32,
    pub(super) header: BatchHeader,
    bytes: Bytes,
}

impl LogFile {
    pub(super) fn open(disk: &Disk, path: &str) -> Result<LogFile, Died> {
        let opened = disk.open(path, OpenOptions::READ).and_then(|file| file.len().map(|len| (file, len)));
        let (file, len) = opened.map_err(|error| unreadable(path, &error))?;
        match u32::try_from(len) {
            Ok(size) if size <= i32::MAX as u32 => {
                Ok(LogFile { path: path.to_owned(), file, size, start: 0, end: size })
            }
            _ => Err(damaged(format!(
                "The size of segment {path} ({len}) is larger than the maximum allowed segment size of 2147483647"
            ))),
        }
    }

    /// Goes on at a position, over at most so many bytes.
    pub(super) fn slice(&mut self, position: i32, size: i32) -> Result<(), Died> {
        let me = || format!("FileRecords(size={}, file={}, start=0, end={})", self.size, self.path, i32::MAX);
        let start = u32::try_from(position)
            .map_err(|_| illegal(format!("Invalid position: {position} in read from {}", me())))?;
        if start > self.size {
            return Err(illegal(format!("Slice from position {position} exceeds end position of {}", me())));
        }
        let size = u32::try_from(size).map_err(|_| illegal(format!("Invalid size: {size} in read from {}", me())))?;
        self.start = start;
        self.end = start.saturating_add(size).min(self.size);
        Ok(())
    }

    /// Bytes of what is looked at.
    pub(super) fn len(&self) -> u32 {
        self.end
    }

    /// The next batch; `None` where what is left is too short for one.
    pub(super) fn next_batch(&mut self) -> Result<Option<StoredBatch>, Died> {
        let position = self.start;
        let left = self.end - position;
        if left as usize <= MAGIC_AT + 1 {
            return Ok(None);
        }
        let mut head = [0; HEADER_BYTES];
        let there = HEADER_BYTES.min((self.size - position) as usize);
        self.read(&mut head[..there], position)?;
        let header = BatchHeader::decode(&head).unwrap_or_else(|| unreachable!("61 bytes are a header"));
        if header.length < LEGACY_RECORD_BYTES_MIN {
            return Err(corrupt_record(format!(
                "Found record size {} smaller than minimum record overhead ({LEGACY_RECORD_BYTES_MIN}) in file {}.",
                header.length, self.path
            )));
        }
        if header.size_bytes() > left as usize {
            return Ok(None);
        }
        if header.magic < MAGIC || there < HEADER_BYTES || header.size_bytes() < HEADER_BYTES {
            return Err(damaged(format!(
                "{}: at position {position} is a batch of format {} and {} bytes, not one of Kafka 4's: of format 2, with a \
                 header of 61",
                self.path,
                header.magic,
                header.size_bytes()
            )));
        }
        // The file backs what is allocated here.
        let mut bytes = vec![0; header.size_bytes()];
        self.read(&mut bytes, position)?;
        self.start += header.size_bytes() as u32;
        Ok(Some(StoredBatch { position, header, bytes: bytes.into() }))
    }

    fn read(&self, into: &mut [u8], position: u32) -> Result<(), Died> {
        let read = self.file.read_exact_at(into, position.into());
        read.map_err(|error| damaged(format!("{}, at position {position}: {error}", self.path)))
    }
}

impl StoredBatch {
    pub(super) fn is_valid(&self) -> bool {
        self.header.checksum(&self.bytes[HEADER_BYTES..]) == self.header.crc
    }

    pub(super) fn codec(&self) -> Result<Codec, Died> {
        let codec = self.header.attributes.codec();
        codec.map_err(|unknown| illegal(format!("Unknown compression type id: {}", unknown.0)))
    }

    /// Hands out record after record. Of a compressed batch that does not hold together nobody gets any, of another one those
    /// before the damage.
    pub(super) fn each_record(&self, mut visit: impl FnMut(Record) -> Result<(), Died>) -> Result<(), Died> {
        let broken =
            |why: &dyn std::fmt::Display| damaged(format!("the batch at position {} is damaged: {why}", self.position));
        if self.header.count == 0 {
            return Ok(());
        }
        let view = BatchView::trust(self.bytes.clone()).map_err(|why| broken(&why))?;
        let mut records = view.records(UNFOLDED_BYTES_MAX).map_err(|why| broken(&why))?;
        if self.header.attributes.is_compressed() {
            let all: Result<Vec<Record>, _> = records.collect();
            return all.map_err(|why| broken(&why))?.into_iter().try_for_each(visit);
        }
        // That bytes are left over is known before the last record is.
        let mut before = None;
        for record in records.by_ref() {
            let record = record.map_err(|why| match (&why, before.take()) {
                (kampa_formats::batch::RecordIssue::Trailing { .. }, _) | (_, None) => broken(&why),
                (_, Some(before)) => visit(before).err().unwrap_or_else(|| broken(&why)),
            })?;
            if let Some(before) = before.replace(record) {
                visit(before)?;
            }
        }
        before.map_or(Ok(()), visit)
    }
}

/// Where the format of a batch is said.
const MAGIC_AT: usize = LOG_OVERHEAD_BYTES + 4;

/// What a record of the oldest format took.
const LEGACY_RECORD_BYTES_MIN: i32 = 14;

/// What a compressed batch may unfold to: the most that Java could hold of it.
const UNFOLDED_BYTES_MAX: usize = i32::MAX as usize;
