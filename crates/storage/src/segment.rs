//! One segment: a data file and its three indexes.
//!
//! Knows nothing of leaders, retention or other segments. Only the last segment of a log is written to, and only by the log's
//! one writer; readers look at what is published. Files open on first use and are closed when idle; the first segment of a log has
//! none before its first batch.
//!
//! Invariants: bytes below `size` are whole batches in offset order and do not change (but for truncation, which the log
//! announces); every index entry points at the start of a batch; entries in the index files come before those in the tail.

mod birth;
mod damaged;
mod lookup;
mod swapped;
mod tail;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use bytes::Bytes;
use kampa_formats::batch::{BatchHeader, BatchView, HEADER_BYTES};
use kampa_formats::log_file_name::{LogFileKind, LogFileName, LogFileStage};
use kampa_formats::txn_index::AbortedTxn;
use kampa_formats::{offset_index, time_index, txn_index};
use kampa_world::{Disk, File, OpenOptions};
use parking_lot::{Mutex, RwLock};

use crate::cold_reads::ColdReads;
use crate::log::BatchSummary;
use crate::read_buffers::ReadBuffers;
use crate::volume::Volume;
use crate::walk::{Step, walk};
pub(crate) use lookup::read_exact;
use tail::Tail;

/// The folder of a log, and the volume it lies on.
pub(crate) struct Home {
    pub volume: Arc<Volume>,
    pub dir: Box<Path>,
}

/// How far a read may go for its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What is in memory, from an open file; never blocks.
    Memory,
    /// The medium; only where blocking is allowed.
    Medium,
}

/// Why a read brought nothing.
#[derive(Debug)]
pub(crate) enum Miss {
    /// [`Reach::Memory`] does not reach that far.
    Cold,
    /// The bytes at this position are no batch, or not the one that belongs there.
    Corrupt(u64),
    Io(io::Error),
}

impl From<io::Error> for Miss {
    fn from(error: io::Error) -> Miss {
        Miss::Io(error)
    }
}

/// The files a segment may have.
pub(crate) const KINDS: [LogFileKind; 4] =
    [LogFileKind::Log, LogFileKind::OffsetIndex, LogFileKind::TimeIndex, LogFileKind::TxnIndex];

/// Bytes of an entry of an index file.
fn entry_bytes(kind: LogFileKind) -> u64 {
    match kind {
        LogFileKind::OffsetIndex => offset_index::ENTRY_BYTES as u64,
        LogFileKind::TimeIndex => time_index::ENTRY_BYTES as u64,
        LogFileKind::TxnIndex => txn_index::ENTRY_BYTES as u64,
        LogFileKind::Log | LogFileKind::ProducerSnapshot => 1,
    }
}

/// The largest timestamp of a segment and the last offset of the first batch that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Newest {
    pub timestamp: i64,
    pub offset: i64,
}

/// No batch has a timestamp, or there is no batch.
pub(crate) const NO_TIMESTAMP: i64 = -1;
/// Not looked up yet.
const UNKNOWN: i64 = i64::MIN;
/// Not counted yet: the file's length may include a tail of zeros.
const UNCOUNTED: u32 = u32::MAX;

pub(crate) struct Segment {
    pub base_offset: i64,
    /// Wall clock when this process first saw the segment: its age where no record has a timestamp.
    pub seen_ms: i64,
    home: Arc<Home>,
    size: AtomicU64,
    /// Bytes from here on were written or checked by this process, and were not read from the medium since.
    trusted_from: AtomicU64,
    newest: Mutex<Newest>,
    /// Largest timestamp of the first batch: what the age of a segment counts from.
    first_timestamp: AtomicI64,
    /// Entries in the index files (the aborted index is never uncounted).
    offset_entries: AtomicU32,
    time_entries: AtomicU32,
    aborted_entries: AtomicU32,
    /// Timestamp of the last time entry, in the file or in the tail. Unknown while the file is as a clean stop has left it, and complete.
    last_entry_timestamp: AtomicI64,
    bytes_since_entry: AtomicU64,
    open: RwLock<Option<Box<OpenFiles>>>,
    tail: RwLock<Option<Box<Tail>>>,
    /// Its files have other names, or another segment has theirs: nothing is opened any more.
    gone: AtomicBool,
    /// Its files' names still end in `.swap`: see [`Segment::swapped_in`].
    is_swap: AtomicBool,
    /// It has no files, nor its log a folder, before the first batch.
    unborn: AtomicBool,
    used: AtomicBool,
    /// Among the volume's open segments.
    listed: AtomicBool,
    /// Written since the last sync: the data file, and any index file.
    pub data_unsynced: AtomicBool,
    pub index_unsynced: AtomicBool,
}

#[derive(Default)]
struct OpenFiles {
    log: Option<Arc<File>>,
    offsets: Option<Arc<File>>,
}

/// What a scan of the folder tells of a segment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FileSizes {
    pub log: u64,
    pub offsets: Option<u64>,
    pub times: Option<u64>,
    pub aborted: u64,
}

impl Segment {
    /// A segment that lies in its folder already.
    pub fn found(home: &Arc<Home>, base_offset: i64, sizes: FileSizes) -> Arc<Segment> {
        let segment = Segment::of(home, base_offset, sizes.log);
        segment.trusted_from.store(u64::MAX, Ordering::Relaxed);
        segment.newest.lock().timestamp = UNKNOWN;
        let count = |len| if len == Some(0) { 0 } else { UNCOUNTED };
        segment.offset_entries.store(count(sizes.offsets), Ordering::Relaxed);
        segment.time_entries.store(count(sizes.times), Ordering::Relaxed);
        let last_entry = if sizes.times == Some(0) { NO_TIMESTAMP } else { UNKNOWN };
        segment.last_entry_timestamp.store(last_entry, Ordering::Relaxed);
        let aborted = sizes.aborted / txn_index::ENTRY_BYTES as u64;
        segment.aborted_entries.store(aborted as u32, Ordering::Relaxed);
        Arc::new(segment)
    }

    fn of(home: &Arc<Home>, base_offset: i64, size: u64) -> Segment {
        Segment {
            base_offset,
            seen_ms: home.volume.world.wall_ms(),
            home: home.clone(),
            size: AtomicU64::new(size),
            trusted_from: AtomicU64::new(0),
            newest: Mutex::new(Newest { timestamp: NO_TIMESTAMP, offset: base_offset }),
            first_timestamp: AtomicI64::new(UNKNOWN),
            offset_entries: AtomicU32::new(0),
            time_entries: AtomicU32::new(0),
            aborted_entries: AtomicU32::new(0),
            last_entry_timestamp: AtomicI64::new(NO_TIMESTAMP),
            bytes_since_entry: AtomicU64::new(0),
            open: RwLock::new(None),
            tail: RwLock::new(None),
            gone: AtomicBool::new(false),
            is_swap: AtomicBool::new(false),
            unborn: AtomicBool::new(false),
            used: AtomicBool::new(false),
            listed: AtomicBool::new(false),
            data_unsynced: AtomicBool::new(false),
            index_unsynced: AtomicBool::new(false),
        }
    }

    /// Published bytes of the data file.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// Where to read into.
    pub fn read_buffers(&self) -> &Arc<ReadBuffers> {
        &self.home.volume.read_buffers
    }

    /// What reads that catch up share.
    pub fn cold_reads(&self) -> &ColdReads {
        &self.home.volume.cold_reads
    }

    /// Whether the bytes from `position` on need no check: this process wrote or checked them, and they have been in memory since.
    pub fn is_trusted(&self, position: u64) -> bool {
        position >= self.trusted_from.load(Ordering::Relaxed)
    }

    /// The bytes from `position` on have been checked.
    fn trust_from(&self, position: u64) {
        self.trusted_from.fetch_min(position, Ordering::Relaxed);
    }

    /// Bytes are about to be read that are not in memory: once they are there again, nobody can tell them from those that never
    /// left, so from now on everything up to here is checked.
    pub fn distrust(&self, reach: Reach) {
        if reach == Reach::Medium {
            self.trusted_from.fetch_max(self.size(), Ordering::Relaxed);
        }
    }

    /// Reads what was written just now: from memory, or, if it has left it, from the medium. Blocks.
    pub fn read_back(self: &Arc<Self>, buffer: &mut [u8], position: u64) -> io::Result<()> {
        let file = self.log_file(Reach::Medium).map_err(Miss::into_io)?;
        if let Err(Miss::Cold) = read_exact(&file, buffer, position, Reach::Memory) {
            self.distrust(Reach::Medium);
            file.read_exact_at(buffer, position)?;
        }
        Ok(())
    }

    pub fn path(&self, kind: LogFileKind) -> PathBuf {
        let is_swap = self.is_swap.load(Ordering::Acquire);
        let stage = if is_swap { LogFileStage::Swap } else { LogFileStage::Live };
        self.home.dir.join(LogFileName { base_offset: self.base_offset, kind, stage }.to_string())
    }

    /// Opens one of its files, for this once. The names do not change meanwhile.
    fn open_once(&self, kind: LogFileKind, options: OpenOptions) -> io::Result<File> {
        let _names = self.open.read();
        self.home.volume.world.disk().open(self.path(kind), options)
    }

    pub fn describe(&self) -> String {
        self.path(LogFileKind::Log).display().to_string()
    }

    /// Whether it was used since the last call.
    pub fn take_used(&self) -> bool {
        self.used.swap(false, Ordering::Relaxed)
    }

    /// Marks it as listed among the open segments; whether it was before.
    pub fn set_listed(&self, listed: bool) -> bool {
        self.listed.swap(listed, Ordering::AcqRel)
    }

    /// The data file, opened if need be.
    pub fn log_file(self: &Arc<Self>, reach: Reach) -> Result<Arc<File>, Miss> {
        self.file(reach, LogFileKind::Log, |open| &mut open.log)
    }

    fn offsets_file(self: &Arc<Self>, reach: Reach) -> Result<Arc<File>, Miss> {
        self.file(reach, LogFileKind::OffsetIndex, |open| &mut open.offsets)
    }

    fn file(
        self: &Arc<Self>,
        reach: Reach,
        kind: LogFileKind,
        slot: fn(&mut OpenFiles) -> &mut Option<Arc<File>>,
    ) -> Result<Arc<File>, Miss> {
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
        if let Some(open) = self.open.read().as_deref() {
            let file = if kind == LogFileKind::Log { &open.log } else { &open.offsets };
            if let Some(file) = file {
                return Ok(file.clone());
            }
        }
        if reach == Reach::Memory {
            return Err(Miss::Cold);
        }
        let file = {
            let mut open = self.open.write();
            let slot = slot(open.get_or_insert_default());
            if let Some(file) = slot {
                return Ok(file.clone());
            }
            let options = if kind == LogFileKind::Log { OpenOptions::READ_WRITE } else { OpenOptions::CREATE };
            let file = Arc::new(self.home.volume.world.disk().open(self.path(kind), options)?);
            self.check_here()?;
            slot.insert(file).clone()
        };
        self.home.volume.opened(self);
        Ok(file)
    }

    /// Writes what is only in memory to the index files and closes all files.
    pub fn rest(&self) -> io::Result<()> {
        {
            let mut tail = self.tail.write();
            self.write_entries(tail.as_deref_mut())?;
            *tail = None;
        }
        self.close_files();
        Ok(())
    }

    pub fn close_files(&self) {
        let open = self.open.write().take();
        drop(open);
    }

    /// Nothing is written here any more: completes the index files. The last time entry carries the newest timestamp.
    pub fn finish(&self) -> io::Result<()> {
        self.note_newest();
        self.write_tail()
    }

    /// Syncs what was written since the last sync; the index files too when `with_index`. Blocks.
    pub fn sync(self: &Arc<Self>, with_index: bool) -> io::Result<()> {
        if self.data_unsynced.swap(false, Ordering::AcqRel) {
            self.log_file(Reach::Medium).map_err(Miss::into_io)?.sync_data()?;
        }
        if with_index && self.index_unsynced.swap(false, Ordering::AcqRel) {
            for kind in [LogFileKind::OffsetIndex, LogFileKind::TimeIndex, LogFileKind::TxnIndex] {
                match self.open_once(kind, OpenOptions::READ_WRITE) {
                    // Syncing another segment's file by mistake does no harm.
                    Ok(file) => file.sync_data()?,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Whether an index has no room for another entry.
    pub fn index_is_full(&self, index_size_max_bytes: u32) -> bool {
        let max = index_size_max_bytes as u64;
        let tail = self.tail.read();
        let pending = tail.as_deref().map_or((0, 0), |tail| (tail.offsets.len() as u64, tail.times.len() as u64));
        let in_file = |entries: &AtomicU32| match entries.load(Ordering::Relaxed) {
            UNCOUNTED => 0,
            count => u64::from(count),
        };
        in_file(&self.offset_entries) + pending.0 >= max / offset_index::ENTRY_BYTES as u64
            // One place is kept for the entry that completes the segment.
            || in_file(&self.time_entries) + pending.1 + 1 >= max / time_index::ENTRY_BYTES as u64
    }

    /// Writes batches at the end of the data file and publishes them. On an error the file ends where it did, or `undo` tells.
    pub fn append(
        self: &Arc<Self>,
        batches: &[Bytes],
        summaries: &[BatchSummary],
        index_interval_bytes: u32,
    ) -> Result<(), AppendFailed> {
        let early = |error| AppendFailed { error, undo: None };
        if self.last_entry_timestamp.load(Ordering::Relaxed) == UNKNOWN {
            let last_time = self.settle_time_entries().map_err(early)?;
            self.note_last_entry(last_time);
        }
        if self.is_unborn() {
            self.create_files().map_err(early)?;
        }
        let file = self.log_file(Reach::Medium).map_err(|miss| early(miss.into_io()))?;
        let position = self.size();
        let written = match batches {
            [one] => file.write_all_at(one, position),
            many => {
                let slices: Vec<&[u8]> = many.iter().map(|bytes| &bytes[..]).collect();
                file.write_all_vectored_at(&slices, position)
            }
        };
        match written {
            Ok(()) => {
                self.publish(summaries, index_interval_bytes);
                Ok(())
            }
            Err(error) => Err(AppendFailed { error, undo: file.set_len(position).err() }),
        }
    }

    fn publish(&self, batches: &[BatchSummary], index_interval_bytes: u32) {
        let start = self.size.load(Ordering::Relaxed);
        if start == 0
            && let Some(first) = batches.first()
        {
            self.first_timestamp.store(first.max_timestamp, Ordering::Relaxed);
        }
        self.trust_from(start);
        self.data_unsynced.store(true, Ordering::Release);
        let bytes: u64 = batches.iter().map(|batch| batch.size as u64).sum();
        self.size.store(start + bytes, Ordering::Release);
        let mut tail = self.tail.write();
        let tail = tail.get_or_insert_default();
        let mut position = start;
        for batch in batches {
            self.index_batch(tail, batch, position, index_interval_bytes);
            tail.remember(self.base_offset, batch, position);
            position += batch.size as u64;
        }
    }

    /// As Kafka: an entry before the batch that comes after `index.interval.bytes` of others.
    fn index_batch(&self, tail: &mut Tail, batch: &BatchSummary, position: u64, index_interval_bytes: u32) {
        let newest = {
            let mut newest = self.newest.lock();
            if batch.max_timestamp > newest.timestamp {
                *newest = Newest { timestamp: batch.max_timestamp, offset: batch.last_offset };
            }
            *newest
        };
        let since = self.bytes_since_entry.load(Ordering::Relaxed);
        if since > u64::from(index_interval_bytes) {
            tail.offsets.push(offset_index::Entry {
                relative_offset: self.relative(batch.last_offset),
                position: position as u32,
            });
            if newest.timestamp > self.last_entry_timestamp.load(Ordering::Relaxed) {
                self.last_entry_timestamp.store(newest.timestamp, Ordering::Relaxed);
                tail.times.push(time_index::Entry {
                    timestamp: newest.timestamp,
                    relative_offset: self.relative(newest.offset),
                });
            }
            self.bytes_since_entry.store(batch.size as u64, Ordering::Relaxed);
        } else {
            self.bytes_since_entry.store(since + batch.size as u64, Ordering::Relaxed);
        }
    }

    /// A time entry for the newest timestamp, if there is none yet.
    fn note_newest(&self) {
        let newest = *self.newest.lock();
        let last_entry = self.last_entry_timestamp.load(Ordering::Relaxed);
        if newest.timestamp != UNKNOWN && last_entry != UNKNOWN && newest.timestamp > last_entry {
            self.last_entry_timestamp.store(newest.timestamp, Ordering::Relaxed);
            let entry =
                time_index::Entry { timestamp: newest.timestamp, relative_offset: self.relative(newest.offset) };
            self.tail.write().get_or_insert_default().times.push(entry);
        }
    }

    fn relative(&self, offset: i64) -> u32 {
        let relative = offset - self.base_offset;
        assert!(
            (0..=i64::from(i32::MAX)).contains(&relative),
            "offset {offset} in a segment from {}",
            self.base_offset
        );
        relative as u32
    }

    /// Writes index entries that are only in memory to their files.
    pub fn write_tail(&self) -> io::Result<()> {
        self.write_entries(self.tail.write().as_deref_mut())
    }

    fn write_entries(&self, tail: Option<&mut Tail>) -> io::Result<()> {
        let Some(tail) = tail else { return Ok(()) };
        if !tail.offsets.is_empty() {
            let bytes: Vec<u8> = tail.offsets.iter().flat_map(|entry| entry.encode()).collect();
            self.append_entries(LogFileKind::OffsetIndex, &self.offset_entries, &bytes)?;
            tail.offsets.clear();
        }
        if !tail.times.is_empty() {
            let bytes: Vec<u8> = tail.times.iter().flat_map(|entry| entry.encode()).collect();
            self.append_entries(LogFileKind::TimeIndex, &self.time_entries, &bytes)?;
            tail.times.clear();
        }
        Ok(())
    }

    /// Whether so many entries wait that they should be written.
    pub fn tail_is_long(&self) -> bool {
        self.tail.read().as_deref().is_some_and(|tail| tail.offsets.len() >= tail::UNWRITTEN_ENTRIES_MAX)
    }

    fn append_entries(&self, kind: LogFileKind, count: &AtomicU32, bytes: &[u8]) -> io::Result<()> {
        let file = self.open_once(kind, OpenOptions::CREATE)?;
        self.check_here()?;
        let before = count.load(Ordering::Relaxed);
        assert_ne!(before, UNCOUNTED, "entries are counted before the first is written");
        file.write_all_at(bytes, u64::from(before) * entry_bytes(kind))?;
        self.index_unsynced.store(true, Ordering::Release);
        count.store(before + (bytes.len() as u64 / entry_bytes(kind)) as u32, Ordering::Release);
        Ok(())
    }

    /// Whether an aborted transaction ended here.
    pub fn has_aborted(&self) -> bool {
        self.aborted_entries.load(Ordering::Acquire) > 0
    }

    /// Adds to the index of aborted transactions.
    pub fn append_aborted(&self, transaction: &AbortedTxn) -> io::Result<()> {
        self.append_entries(LogFileKind::TxnIndex, &self.aborted_entries, &transaction.encode())
    }

    /// Replaces the index of aborted transactions, which is on the medium afterwards. Not beside readers. Blocks.
    pub fn replace_aborted(&self, transactions: &[AbortedTxn]) -> io::Result<()> {
        let bytes: Vec<u8> = transactions.iter().flat_map(AbortedTxn::encode).collect();
        self.home.volume.world.disk().write_atomic(self.path(LogFileKind::TxnIndex), &bytes)?;
        self.aborted_entries.store(transactions.len() as u32, Ordering::Release);
        Ok(())
    }

    /// The aborted transactions that ended in this segment, in the order of their markers. Blocks.
    pub fn aborted(&self) -> io::Result<Vec<AbortedTxn>> {
        let count = self.aborted_entries.load(Ordering::Acquire);
        if count == 0 {
            return Ok(Vec::new());
        }
        let file = self.open_once(LogFileKind::TxnIndex, OpenOptions::READ)?;
        self.check_here()?;
        let mut bytes = vec![0; (u64::from(count) * txn_index::ENTRY_BYTES as u64) as usize];
        file.read_exact_at(&mut bytes, 0)?;
        txn_index::decode(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// The largest timestamp, from the last time entry where this process has not seen the batches.
    pub fn newest(&self) -> io::Result<Newest> {
        let known = *self.newest.lock();
        if known.timestamp != UNKNOWN {
            return Ok(known);
        }
        let newest =
            self.last_time_entry()?.map_or(Newest { timestamp: NO_TIMESTAMP, offset: self.base_offset }, |entry| {
                Newest { timestamp: entry.timestamp, offset: self.base_offset + i64::from(entry.relative_offset) }
            });
        let mut known = self.newest.lock();
        if known.timestamp == UNKNOWN {
            *known = newest;
        }
        Ok(*known)
    }

    /// When the segment was written last: the largest timestamp, or when this process first saw it, where no record has one.
    pub fn last_written_ms(&self) -> io::Result<i64> {
        let newest = self.newest()?.timestamp;
        Ok(if newest >= 0 { newest } else { self.seen_ms })
    }

    /// Entries of the offset index and of the time index. Blocks.
    pub fn index_entries(&self) -> io::Result<(u32, u32)> {
        self.settle_offset_entries()?;
        self.settle_time_entries()?;
        Ok((self.offset_entries.load(Ordering::Acquire), self.time_entries.load(Ordering::Acquire)))
    }

    /// Largest timestamp of the first batch; `None` for an empty segment or a batch without timestamps.
    pub fn first_timestamp(self: &Arc<Self>) -> io::Result<Option<i64>> {
        let mut timestamp = self.first_timestamp.load(Ordering::Relaxed);
        if timestamp == UNKNOWN && self.size() > 0 {
            let mut header = [0; HEADER_BYTES];
            self.log_file(Reach::Medium).map_err(Miss::into_io)?.read_exact_at(&mut header, 0)?;
            timestamp = BatchHeader::decode(&header).map_or(NO_TIMESTAMP, |header| header.max_timestamp);
            self.first_timestamp.store(timestamp, Ordering::Relaxed);
        }
        Ok((timestamp >= 0).then_some(timestamp))
    }

    /// Makes the segment ready for appends without reading all of it: counts the index entries, and walks the batches after the
    /// last one. `found` are the sizes of its files if they are as a clean stop has left them. Returns the offset after the last batch,
    /// or what is wrong with the bytes. Blocks.
    pub fn load_end(self: &Arc<Self>, found: Option<FileSizes>) -> io::Result<Result<i64, String>> {
        let last_entry = self.settle_offset_entries()?;
        let from = last_entry.map_or(0, |entry| u64::from(entry.position));
        // Who sees all batches need not be told their timestamps; the first append will look at the one entry that there is.
        let is_small = from == 0 && found.is_some_and(|found| found.times == Some(entry_bytes(LogFileKind::TimeIndex)));
        let last_time = if is_small { None } else { self.settle_time_entries()? };
        let mut newest = last_time.map_or(Newest { timestamp: NO_TIMESTAMP, offset: self.base_offset }, |entry| {
            Newest { timestamp: entry.timestamp, offset: self.base_offset + i64::from(entry.relative_offset) }
        });
        let size = self.size();
        if from >= size && size > 0 {
            return Ok(Err(format!("the offset index points at {from} in {size} bytes")));
        }
        let mut next_offset = self.base_offset;
        let indexed_offset = last_entry.map_or(i64::MAX, |entry| self.base_offset + i64::from(entry.relative_offset));
        let file = self.log_file(Reach::Medium).map_err(Miss::into_io)?;
        let mut since_entry = 0;
        let walked = walk(&file, from, size, false, |position, view| {
            if view.base_offset < next_offset || view.last_offset_delta < 0 {
                return Step::Stop(format!("offset {} where {next_offset} is due", view.base_offset));
            }
            if position == from && view.last_offset() > indexed_offset {
                return Step::Stop(format!("offset {} where the index says {indexed_offset}", view.last_offset()));
            }
            next_offset = view.next_offset();
            if view.max_timestamp > newest.timestamp {
                newest = Newest { timestamp: view.max_timestamp, offset: view.last_offset() };
            }
            since_entry = position + view.bytes().len() as u64 - from;
            Step::On
        })?;
        if let Some(trouble) = walked.trouble {
            return Ok(Err(trouble));
        }
        *self.newest.lock() = newest;
        if !is_small {
            self.note_last_entry(last_time);
        }
        self.bytes_since_entry.store(since_entry, Ordering::Relaxed);
        Ok(Ok(next_offset))
    }

    fn note_last_entry(&self, last_time: Option<time_index::Entry>) {
        self.last_entry_timestamp.store(last_time.map_or(NO_TIMESTAMP, |entry| entry.timestamp), Ordering::Relaxed);
    }

    /// Walks all batches from the start, checksums included, and rebuilds the offset and time index. Leaves out what is not whole:
    /// [`Segment::cut_file`] removes it; from `whole_from` on, a batch that leaves out offsets is not. `visit` sees every batch that
    /// stays; `sizes` are those of the files; aborted transactions that ended at `replay_from` or later are forgotten. Blocks.
    pub fn rebuild(
        self: &Arc<Self>,
        sizes: FileSizes,
        index_interval_bytes: u32,
        replay_from: i64,
        whole_from: i64,
        mut visit: impl FnMut(&BatchView),
    ) -> io::Result<Rebuilt> {
        self.reset_indexes(sizes)?;
        let file = self.log_file(Reach::Medium).map_err(Miss::into_io)?;
        let size = file.len()?;
        let mut tail = Tail::default();
        let mut next_offset = self.base_offset;
        let walked = walk(&file, 0, size, true, |position, view| {
            let offset = view.base_offset;
            let is_gap = offset > next_offset && next_offset >= whole_from;
            if offset < next_offset || is_gap || view.last_offset_delta < 0 {
                return Step::Stop(format!("offset {offset} where {next_offset} is due"));
            }
            if view.last_offset() - self.base_offset > i64::from(i32::MAX) {
                return Step::Stop(format!("offset {offset} is too far from the segment's first"));
            }
            let batch = BatchSummary::of(view.header());
            if position == 0 {
                self.first_timestamp.store(batch.max_timestamp, Ordering::Relaxed);
            }
            self.index_batch(&mut tail, &batch, position, index_interval_bytes);
            next_offset = view.next_offset();
            visit(view);
            Step::On
        })?;
        let cut_bytes = size - walked.valid_bytes;
        self.size.store(walked.valid_bytes, Ordering::Release);
        self.data_unsynced.store(true, Ordering::Release);
        self.trust_from(0);
        self.write_entries(Some(&mut tail))?;
        self.keep_aborted_before(replay_from.min(next_offset))?;
        Ok(Rebuilt { next_offset, cut_bytes, trouble: walked.trouble })
    }

    /// Cuts the data file behind its last good batch, for good: what is behind must not come back, after a power cut, among what
    /// is appended next. Blocks.
    pub fn cut_file(self: &Arc<Self>) -> io::Result<()> {
        let file = self.log_file(Reach::Medium).map_err(Miss::into_io)?;
        file.set_len(self.size())?;
        file.sync_data()
    }

    /// A crash may have left anything at the end of the aborted index: keeps the entries that make sense up to `end`, each behind
    /// the one before it.
    fn keep_aborted_before(&self, end: i64) -> io::Result<()> {
        if !self.has_aborted() {
            return Ok(());
        }
        let bytes = self.home.volume.world.disk().read(self.path(LogFileKind::TxnIndex))?;
        let mut due = self.base_offset;
        let kept = bytes.chunks_exact(txn_index::ENTRY_BYTES).take_while(|entry| {
            txn_index::decode(entry).is_ok_and(|transactions| {
                transactions.iter().all(|transaction| {
                    let makes_sense = transaction.first_offset < transaction.last_offset
                        && (due..end).contains(&transaction.last_offset);
                    due = transaction.last_offset.saturating_add(1);
                    makes_sense
                })
            })
        });
        let kept = kept.count() as u32;
        self.set_entries(LogFileKind::TxnIndex, &self.aborted_entries, kept)
    }

    /// Empties the offset and time index, in the files and in memory.
    fn reset_indexes(&self, sizes: FileSizes) -> io::Result<()> {
        let disk = self.home.volume.world.disk();
        for (kind, len) in [(LogFileKind::OffsetIndex, sizes.offsets), (LogFileKind::TimeIndex, sizes.times)] {
            if len != Some(0) {
                disk.open(self.path(kind), OpenOptions::TRUNCATE)?;
            }
        }
        *self.tail.write() = None;
        *self.newest.lock() = Newest { timestamp: NO_TIMESTAMP, offset: self.base_offset };
        self.offset_entries.store(0, Ordering::Release);
        self.time_entries.store(0, Ordering::Release);
        self.last_entry_timestamp.store(NO_TIMESTAMP, Ordering::Relaxed);
        self.bytes_since_entry.store(0, Ordering::Relaxed);
        self.index_unsynced.store(true, Ordering::Release);
        Ok(())
    }

    /// Forgets every batch from the one that holds `offset` on, and cuts the files. Returns the offset after what stays: `offset`
    /// itself unless it lies inside a batch. Blocks.
    pub fn truncate(self: &Arc<Self>, offset: i64) -> Result<i64, Miss> {
        let found = self.seek(offset, Reach::Medium)?;
        let (position, end) = match found {
            Some(found) => (found.position, found.header.base_offset.min(offset)),
            None => (self.size(), offset),
        };
        self.write_tail()?;
        *self.tail.write() = None;
        self.size.store(position, Ordering::Release);
        self.log_file(Reach::Medium)?.set_len(position)?;
        self.data_unsynced.store(true, Ordering::Release);
        self.trusted_from.fetch_min(position, Ordering::Relaxed);
        if position == 0 {
            self.first_timestamp.store(UNKNOWN, Ordering::Relaxed);
        }
        self.cut_indexes(end)?;
        match self.load_end(None)? {
            Ok(_) => Ok(end),
            Err(_) => Err(Miss::Corrupt(position)),
        }
    }

    /// Gives files of these kinds their `.deleted` names and returns those. Readers that hold them open go on.
    pub fn rename_deleted(&self, kinds: &[LogFileKind]) -> io::Result<Vec<PathBuf>> {
        self.abandon();
        let disk = self.home.volume.world.disk();
        let mut renamed = Vec::new();
        for kind in kinds {
            let name = LogFileName { base_offset: self.base_offset, kind: *kind, stage: LogFileStage::Deleted };
            let to = self.home.dir.join(name.to_string());
            match disk.rename(self.path(*kind), &to) {
                Ok(()) => renamed.push(to),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(renamed)
    }

    /// An error once the files are not this segment's. Asked after opening one: a name may have passed to another segment, but
    /// not before this says so.
    fn check_here(&self) -> io::Result<()> {
        if self.gone.load(Ordering::Acquire) { Err(io::ErrorKind::NotFound.into()) } else { Ok(()) }
    }

    /// Closes all files and forgets what was to be written or synced: the files are on their way out.
    pub fn abandon(&self) {
        self.gone.store(true, Ordering::Release);
        *self.open.write() = None;
        *self.tail.write() = None;
        self.data_unsynced.store(false, Ordering::Release);
        self.index_unsynced.store(false, Ordering::Release);
    }
}

/// Why batches were not appended, and why what was written of them could not be taken back.
#[derive(Debug)]
pub(crate) struct AppendFailed {
    pub error: io::Error,
    pub undo: Option<io::Error>,
}

/// What became of a segment that was walked.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    pub next_offset: i64,
    pub cut_bytes: u64,
    pub trouble: Option<String>,
}

impl Miss {
    /// As an I/O error, for those who read from the medium.
    pub fn into_io(self) -> io::Error {
        match self {
            Miss::Io(error) => error,
            Miss::Cold => io::ErrorKind::WouldBlock.into(),
            Miss::Corrupt(position) => {
                io::Error::new(io::ErrorKind::InvalidData, format!("no valid batch at position {position}"))
            }
        }
    }
}

/// The last offset of a data file that no segment is open on; `None` if it holds no batch. Blocks.
pub(crate) fn last_offset_in(disk: &Disk, path: &Path) -> io::Result<Option<i64>> {
    let file = disk.open(path, OpenOptions::READ)?;
    let mut last = None;
    walk(&file, 0, file.len()?, false, |_, view| {
        last = Some(view.last_offset());
        Step::On
    })?;
    Ok(last)
}
