//! `.index`, `.timeindex` and `.txnindex`, the first two held against the data file beside them.
//!
//! Entries are looked at as they lie there: a tail of zeros, which Kafka leaves in a file that it has not closed, ends the walk.

use kampa_formats::{offset_index, time_index, txn_index};

use super::faults::{corrupt_index, damaged, unreadable};
use super::log_file::LogFile;
use super::{Dump, NamedFile};
use crate::kafka::thrown::Died;

impl Dump<'_> {
    pub(super) fn offset_index(&mut self, file: &NamedFile, message_bytes_max: i32) -> Result<(), Died> {
        let base = file.base_offset()?;
        let out = &self.call.streams.out;
        let mut log = LogFile::open(self.call.world.disk(), &file.beside(".log"))?;
        let bytes = self.read(&file.path)?;
        let entries = offset_entries(&bytes, base);
        let Some(last) = entries.last() else {
            out.line(format_args!("{} is empty.", file.path));
            return Ok(());
        };
        if self.wanted.sanity_only {
            return self.sane(file, last.offset, base, "Corrupt index found, index file ", "", bytes.len(), 8);
        }
        for (at, entry) in entries.iter().enumerate() {
            if entry.offset == base && at > 0 {
                return Ok(());
            }
            log.slice(entry.position, message_bytes_max)?;
            let batch = log.next_batch()?.ok_or_else(|| {
                damaged(format!(
                    "{}: no batch of at most {} bytes begins at position {}",
                    file.beside(".log"),
                    message_bytes_max,
                    entry.position
                ))
            })?;
            if batch.header.last_offset() != entry.offset {
                self.findings.index_mismatch(&file.absolute, entry.offset, batch.header.last_offset());
            }
            if !self.wanted.verify_only {
                out.line(format_args!("offset: {} position: {}", entry.offset, entry.position));
            }
        }
        Ok(())
    }

    pub(super) fn time_index(&mut self, file: &NamedFile) -> Result<(), Died> {
        let base = file.base_offset()?;
        let mut log = LogFile::open(self.call.world.disk(), &file.beside(".log"))?;
        let offsets_file = file.beside(".index");
        // Without an offset index the data file is read from its beginning.
        let offsets = match self.call.world.disk().exists(&offsets_file) {
            true => self.read(&offsets_file)?,
            false => Vec::new(),
        };
        let offsets = offset_entries(&offsets, base);
        let bytes = self.read(&file.path)?;
        let entries: Vec<time_index::Entry> = bytes.as_chunks().0.iter().map(time_index::Entry::decode).collect();
        if self.wanted.sanity_only {
            return self.sane_times(file, &entries, base, bytes.len());
        }
        let mut previous = -1;
        for (at, entry) in entries.iter().enumerate() {
            let offset = base.wrapping_add(i64::from(entry.relative_offset as i32));
            if offset == base && at > 0 {
                return Ok(());
            }
            self.hold_time_against(file, &mut log, &offsets, offset, entry.timestamp, previous)?;
            if !self.wanted.verify_only {
                self.call.streams.out.line(format_args!("timestamp: {} offset: {offset}", entry.timestamp));
            }
            previous = entry.timestamp;
        }
        Ok(())
    }

    fn hold_time_against(
        &mut self,
        file: &NamedFile,
        log: &mut LogFile,
        offsets: &[OffsetEntry],
        offset: i64,
        timestamp: i64,
        previous: i64,
    ) -> Result<(), Died> {
        let rising = offsets.iter().take_while(|entry| entry.offset <= offset);
        log.slice(rising.last().map_or(0, |entry| entry.position), i32::MAX)?;
        let mut found = None;
        while let Some(batch) = log.next_batch()? {
            if batch.header.last_offset() >= offset {
                found = Some(batch);
                break;
            }
        }
        match found {
            Some(batch) if batch.header.last_offset() == offset => {
                let mut latest = -1;
                batch.each_record(|record| {
                    latest = latest.max(record.timestamp);
                    Ok(())
                })?;
                if latest != timestamp {
                    self.findings.time_mismatch(&file.absolute, timestamp, latest);
                }
                if previous >= timestamp {
                    self.findings.time_out_of_order(&file.absolute, timestamp, previous);
                }
            }
            other => {
                let found = other.map_or(-1, |batch| batch.header.last_offset());
                self.findings.offset_not_found(&file.absolute, offset, found);
            }
        }
        Ok(())
    }

    pub(super) fn txn_index(&mut self, file: &NamedFile) -> Result<(), Died> {
        file.base_offset()?;
        // Without aborted transactions there is no such file.
        if !self.call.world.disk().exists(&file.path) {
            return Ok(());
        }
        let bytes = self.read(&file.path)?;
        // One by one: that they rise is for a start to check.
        let (entries, _) = bytes.as_chunks::<{ txn_index::ENTRY_BYTES }>();
        let mut aborted = Vec::new();
        for entry in entries {
            let decoded = txn_index::decode(entry);
            aborted.extend(decoded.map_err(|error| damaged(format!("{}: {error}", file.absolute)))?);
        }
        for entry in aborted {
            self.call.streams.out.line(format_args!(
                "version: 0 producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}",
                entry.producer_id, entry.first_offset, entry.last_offset, entry.last_stable_offset
            ));
        }
        Ok(())
    }

    fn sane_times(&self, file: &NamedFile, entries: &[time_index::Entry], base: i64, len: usize) -> Result<(), Died> {
        let head = "Corrupt time index found, time index file (";
        if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
            if last.timestamp < first.timestamp {
                return Err(corrupt_index(format!(
                    "{head}{}) has non-zero size but the last timestamp is {} which is less than the first timestamp {}",
                    file.absolute, last.timestamp, first.timestamp
                )));
            }
            let last = base.wrapping_add(i64::from(last.relative_offset as i32));
            return self.sane(file, last, base, head, ")", len, 12);
        }
        self.sane(file, base, base, head, ")", len, 12)
    }

    /// What both kinds of index have in common: the last offset is none before the first, and entries are whole.
    #[allow(clippy::too_many_arguments)] // The sentences of the two differ in their brackets.
    fn sane(
        &self,
        file: &NamedFile,
        last: i64,
        base: i64,
        head: &str,
        tail: &str,
        len: usize,
        entry_bytes: usize,
    ) -> Result<(), Died> {
        let name = &file.absolute;
        let first = if entry_bytes == 8 { "base" } else { "first" };
        if last < base {
            return Err(corrupt_index(format!(
                "{head}{name}{tail} has non-zero size but the last offset is {last} which is less than the {first} offset {base}"
            )));
        }
        if !len.is_multiple_of(entry_bytes) {
            let kind = if entry_bytes == 8 { "Index" } else { "Time index" };
            return Err(corrupt_index(format!(
                "{kind} file {name} is corrupt, found {len} bytes which is neither positive nor a multiple of {entry_bytes}"
            )));
        }
        self.call.streams.out.line(format_args!("{} passed sanity check.", file.path));
        Ok(())
    }

    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, Died> {
        self.call.world.disk().read(path).map_err(|error| unreadable(path, &error))
    }
}

struct OffsetEntry {
    offset: i64,
    position: i32,
}

/// Every entry, whatever it says; numbers are signed, as Kafka reads them.
fn offset_entries(bytes: &[u8], base: i64) -> Vec<OffsetEntry> {
    let entry = |bytes: &[u8; offset_index::ENTRY_BYTES]| {
        let entry = offset_index::Entry::decode(bytes);
        OffsetEntry {
            offset: base.wrapping_add(i64::from(entry.relative_offset as i32)),
            position: entry.position as i32,
        }
    };
    bytes.as_chunks().0.iter().map(entry).collect()
}
