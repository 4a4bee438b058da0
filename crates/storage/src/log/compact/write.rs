//! Writing the files of a compacted segment beside those it is to replace, under names that end in `.cleaned`.
//!
//! What lies there from an earlier try is overwritten. Nothing reads these files before they are renamed.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use kampa_formats::batch::BatchHeader;
use kampa_formats::log_file_name::{LogFileKind, LogFileName, LogFileStage};
use kampa_formats::txn_index::AbortedTxn;
use kampa_formats::{offset_index, time_index};
use kampa_world::{File, OpenOptions};

use crate::log::BatchSummary;
use crate::segment::{FileSizes, Home, NO_TIMESTAMP, Newest};

/// The files of a segment that is being written.
pub(super) struct Cleaned {
    home: Arc<Home>,
    pub base_offset: i64,
    log: File,
    /// Bytes written, and those that wait.
    written: u64,
    buffer: Vec<u8>,
    buffer_bytes_max: usize,
    index_interval_bytes: u64,
    bytes_since_entry: u64,
    offsets: Vec<u8>,
    times: Vec<u8>,
    aborted: Vec<u8>,
    newest: Newest,
    first_timestamp: i64,
    last_entry_timestamp: i64,
}

/// What is known of a segment whose files are complete.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Complete {
    pub base_offset: i64,
    pub sizes: FileSizes,
    pub newest: Newest,
    /// Largest timestamp of the first batch.
    pub first_timestamp: i64,
    pub last_entry_timestamp: i64,
    pub bytes_since_entry: u64,
}

impl Cleaned {
    pub fn create(
        home: &Arc<Home>,
        base_offset: i64,
        buffer_bytes_max: usize,
        index_interval_bytes: u32,
    ) -> io::Result<Cleaned> {
        remove(home, base_offset);
        let path = name(home, base_offset, LogFileKind::Log, LogFileStage::Cleaned);
        Ok(Cleaned {
            log: home.volume.world.disk().open(path, OpenOptions::TRUNCATE)?,
            home: home.clone(),
            base_offset,
            written: 0,
            buffer: Vec::new(),
            buffer_bytes_max,
            index_interval_bytes: index_interval_bytes.into(),
            bytes_since_entry: 0,
            offsets: Vec::new(),
            times: Vec::new(),
            aborted: Vec::new(),
            newest: Newest { timestamp: NO_TIMESTAMP, offset: base_offset },
            first_timestamp: NO_TIMESTAMP,
            last_entry_timestamp: NO_TIMESTAMP,
        })
    }

    /// Adds a batch; an index entry comes before the one after `index.interval.bytes` of others.
    pub fn append(&mut self, batch: &Bytes) -> io::Result<()> {
        let header = BatchHeader::decode(batch).expect("a batch that was read or made here");
        let BatchSummary { last_offset, max_timestamp, size, .. } = BatchSummary::of(&header);
        let position = self.written + self.buffer.len() as u64;
        let relative = u32::try_from(last_offset - self.base_offset).ok().filter(|it| *it <= i32::MAX as u32);
        let (Some(relative_offset), true) = (relative, position + size as u64 <= i32::MAX as u64) else {
            let why = format!("offset {last_offset} at byte {position} is too far from the segment's first");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        };
        if position == 0 {
            self.first_timestamp = max_timestamp;
        }
        if max_timestamp > self.newest.timestamp {
            self.newest = Newest { timestamp: max_timestamp, offset: last_offset };
        }
        if self.bytes_since_entry > self.index_interval_bytes {
            let entry = offset_index::Entry { relative_offset, position: position as u32 };
            self.offsets.extend_from_slice(&entry.encode());
            self.note_newest();
            self.bytes_since_entry = 0;
        }
        self.bytes_since_entry += size as u64;
        self.buffer.extend_from_slice(batch);
        if self.buffer.len() >= self.buffer_bytes_max { self.flush() } else { Ok(()) }
    }

    /// Notes a transaction whose marker was just added.
    pub fn append_aborted(&mut self, transaction: &AbortedTxn) {
        self.aborted.extend_from_slice(&transaction.encode());
    }

    fn note_newest(&mut self) {
        if self.newest.timestamp > self.last_entry_timestamp {
            self.last_entry_timestamp = self.newest.timestamp;
            let relative_offset = (self.newest.offset - self.base_offset) as u32;
            let entry = time_index::Entry { timestamp: self.newest.timestamp, relative_offset };
            self.times.extend_from_slice(&entry.encode());
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.log.write_all_at(&self.buffer, self.written)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Writes what waits and the indexes, and has all of it on the medium. Blocks.
    pub fn finish(mut self) -> io::Result<Complete> {
        self.flush()?;
        self.log.sync_data()?;
        self.note_newest();
        let disk = self.home.volume.world.disk();
        let indexes = [
            (LogFileKind::OffsetIndex, &self.offsets),
            (LogFileKind::TimeIndex, &self.times),
            (LogFileKind::TxnIndex, &self.aborted),
        ];
        for (kind, bytes) in indexes {
            // Only where there are any is there an index of aborted transactions.
            if kind == LogFileKind::TxnIndex && bytes.is_empty() {
                continue;
            }
            let path = name(&self.home, self.base_offset, kind, LogFileStage::Cleaned);
            let file = disk.open(path, OpenOptions::TRUNCATE)?;
            file.write_all_at(bytes, 0)?;
            file.sync_data()?;
        }
        Ok(Complete {
            base_offset: self.base_offset,
            sizes: FileSizes {
                log: self.written,
                offsets: Some(self.offsets.len() as u64),
                times: Some(self.times.len() as u64),
                aborted: self.aborted.len() as u64,
            },
            newest: self.newest,
            first_timestamp: self.first_timestamp,
            last_entry_timestamp: self.last_entry_timestamp,
            bytes_since_entry: self.bytes_since_entry,
        })
    }
}

/// The files of a compacted segment, for whoever renames or removes them.
pub(super) fn files(complete: &FileSizes) -> impl Iterator<Item = LogFileKind> {
    let aborted = (complete.aborted > 0).then_some(LogFileKind::TxnIndex);
    [LogFileKind::Log, LogFileKind::OffsetIndex, LogFileKind::TimeIndex].into_iter().chain(aborted)
}

pub(super) fn name(home: &Home, base_offset: i64, kind: LogFileKind, stage: LogFileStage) -> PathBuf {
    home.dir.join(LogFileName { base_offset, kind, stage }.to_string())
}

/// Removes what is left of files that will not be used.
pub(super) fn remove(home: &Home, base_offset: i64) {
    let kinds = [LogFileKind::Log, LogFileKind::OffsetIndex, LogFileKind::TimeIndex, LogFileKind::TxnIndex];
    for kind in kinds {
        // What cannot be removed now goes at the next start.
        let _ = home.volume.world.disk().remove_file(name(home, base_offset, kind, LogFileStage::Cleaned));
    }
}
