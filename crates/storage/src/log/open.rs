//! Opening a log: trusting a clean stop, walking what a crash may have torn.
//!
//! After a clean stop only the end of the last segment is read. After a crash every segment from the recovery point on is walked,
//! checksums included: indexes are rebuilt and the torn tail is cut; the rest is synced. Whole batches behind a damaged one are cut
//! off as well, but kept aside: see `salvage`.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64};
use std::sync::{Arc, OnceLock};

use kampa_formats::batch::BatchView;
use kampa_formats::log_file_name::{LogFileKind, LogFileName, LogFileStage};
use kampa_formats::sync_journal::LogName;
use kampa_formats::{offset_index, time_index};
use kampa_world::{DirName, Disk};
use parking_lot::{Mutex, RwLock};

use super::{Inner, Log, Place, Writer, jitter, leftovers};
use crate::config::LogConfig;
use crate::journal::read_topic_id;
use crate::log_dir::LogDir;
use crate::segment::{FileSizes, Home, KINDS, Miss, Reach, Segment};
use crate::walk::{Step, walk};

/// What is known of a log before it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAs {
    /// It was closed by a clean stop: see [`LogDir::was_clean`].
    pub clean: bool,
    /// From the checkpoint: everything below is on the medium. Only counts after a crash.
    pub recovery_point: i64,
    /// After a crash: all that was left is on the medium, since the directory was synced as a whole. Only what opening the log changes
    /// is to be synced.
    pub synced: bool,
    /// From the checkpoint: readers' lower bound; 0 if there is none. A new log begins here.
    pub log_start: i64,
}

/// What opening a log took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Segments that were walked and whose indexes were built anew.
    pub walked_segments: usize,
    pub walked_bytes: u64,
    /// Bytes that were no whole batches and are gone.
    pub truncated_bytes: u64,
    /// Segments behind the cut that are no part of the log any more.
    pub deleted_segments: usize,
    /// Of what was cut off, what is kept in files aside: whole batches are among it.
    pub kept_bytes: u64,
    /// What was wrong where the log was cut.
    pub trouble: Option<String>,
    /// It ended before its start: all of it went, what was walked too, and it begins anew at its start.
    pub began_anew: bool,
}

impl Log {
    /// Opens the log in `dir`'s folder `folder`; a new one has no folder and no file before its first batch. `on_batch` sees every batch that ends at `replay_from` or later, in
    /// order: what producer state is rebuilt from. The index of aborted transactions keeps only what ended before
    /// `replay_from` in segments that were walked: the caller adds the rest again. Blocks.
    ///
    /// Offsets may jump between batches: compaction leaves gaps. Logs may share their settings.
    pub fn open(
        dir: &LogDir,
        folder: &str,
        config: impl Into<Arc<LogConfig>>,
        how: OpenAs,
        replay_from: i64,
        on_batch: &mut dyn FnMut(&BatchView),
    ) -> io::Result<(Log, Recovered)> {
        dir.check_online()?;
        let entries = dir.names_in(folder)?.unwrap_or_default();
        Log::open_listed(dir, (folder, &entries), config, how, replay_from, on_batch)
    }

    /// As [`Log::open`], for who has looked at what the folder holds already. Blocks.
    pub fn open_listed(
        dir: &LogDir,
        (folder, entries): (&str, &[DirName]),
        config: impl Into<Arc<LogConfig>>,
        how: OpenAs,
        replay_from: i64,
        on_batch: &mut dyn FnMut(&BatchView),
    ) -> io::Result<(Log, Recovered)> {
        let config: Arc<LogConfig> = config.into();
        let volume = dir.volume();
        volume.check_online()?;
        let home = Arc::new(Home { volume: volume.clone(), dir: volume.path.join(folder).into() });
        let disk = volume.world.disk();
        let settled = leftovers::settle(&home, entries)?;
        let entries = settled.as_deref().unwrap_or(entries);
        if volume.journal.was_left(folder) {
            // It was open before in this process: what the journal says of it is in its segments, and this log knows nothing of it.
            let name = LogName { folder: folder.to_owned(), topic_id: read_topic_id(disk, &home.dir)? };
            volume.settle(&name, i64::MAX, None)?;
        }
        let mut opening = Opening {
            config: &config,
            how,
            replay_from,
            on_batch,
            recovered: Recovered::default(),
            home: &home,
            created: false,
            snapshots: BTreeSet::new(),
        };
        let (segments, log_end) = opening.load(entries)?;
        let is_unborn = segments.iter().all(|segment| segment.is_unborn());
        if !is_unborn && opening.must_sync() {
            opening.sync(&segments).map_err(|error| volume.fail("recover", error))?;
        }
        let Opening { how, recovered, created, .. } = opening;

        let first = segments.first().map_or(how.log_start, |segment| segment.base_offset);
        let active = segments.last().expect("a log has at least one segment").clone();
        for segment in &segments {
            segment.rest()?;
        }
        let covered = Place { base_offset: active.base_offset, position: active.size() };
        let writer = Writer { active, roll_jitter_ms: jitter(&volume.world, &config), stopped: None };
        let inner = Inner {
            home,
            config: RwLock::new(config),
            writer: Mutex::new(writer),
            segments: RwLock::new(segments.into()),
            log_start: AtomicI64::new(how.log_start.max(first).min(log_end)),
            log_end: AtomicI64::new(log_end),
            durable_end: AtomicI64::new(log_end),
            recovery_point: AtomicI64::new(log_end),
            covered: Mutex::new(covered),
            epoch: AtomicU32::new(0),
            abandoned: AtomicBool::new(false),
            compacting: AtomicBool::new(false),
            swaps: AtomicU32::new(0),
            upkeep: Mutex::new(()),
            names_changed: AtomicU64::new(u64::from(created)),
            names_synced: Mutex::default(),
            journal_name: OnceLock::new(),
            last_group: AtomicU64::new(0),
            synced_group: AtomicU64::new(0),
            commit_asked: AtomicBool::new(false),
            on_durable: OnceLock::new(),
            sync_turn: tokio::sync::Mutex::new(()),
            files_turn: Mutex::default(),
            sync_awaited: AtomicBool::new(false),
        };
        Ok((Log { inner: Arc::new(inner) }, recovered))
    }
}

struct Opening<'a> {
    config: &'a LogConfig,
    how: OpenAs,
    replay_from: i64,
    on_batch: &'a mut dyn FnMut(&BatchView),
    recovered: Recovered,
    home: &'a Arc<Home>,
    /// Names were created or removed.
    created: bool,
    /// Offsets of the producers' snapshots beside the segments.
    snapshots: BTreeSet<i64>,
}

impl Opening<'_> {
    /// The segments, at least one, and the offset after the last batch.
    fn load(&mut self, entries: &[DirName]) -> io::Result<(Vec<Arc<Segment>>, i64)> {
        let found = self.scan(entries)?;
        let walk_from = self.first_to_walk(&found);
        let mut segments: Vec<Arc<Segment>> = Vec::with_capacity(found.len());
        let mut log_end = self.how.log_start;
        for (at, (&base_offset, &sizes)) in found.iter().enumerate() {
            let segment = Segment::found(self.home, base_offset, sizes);
            let behind = found.keys().nth(at + 1).copied();
            let next_offset = self.load_segment(&segment, sizes, at >= walk_from, behind)?;
            self.tell_if_empty(&segment, behind);
            segments.push(segment.clone());
            log_end = next_offset.unwrap_or(log_end);
            if let (Some(next_offset), Some(behind)) = (next_offset, behind)
                && next_offset < behind
                && at >= walk_from
                && behind > self.how.recovery_point
                && !(self.config.compact && self.snapshots.contains(&behind))
                && self.recovered.trouble.is_none()
            {
                // The end of this segment was lost between two batches. Only compaction leaves holes on purpose: of a topic that is
                // compacted no more perhaps, but then below what was known to be on the medium; and by Apache Kafka also above, but
                // where a segment begins it leaves a producers' snapshot, which comes when what is before it is on the medium.
                self.recovered.trouble = Some(format!("offsets {next_offset} to {behind} are missing"));
            }
            if let Some(trouble) = &self.recovered.trouble {
                // A torn tail has nothing whole behind it; what is not one is kept before it is cut.
                if segment.has_more(log_end)? || self.is_worth_keeping(&found, at + 1)? {
                    self.recovered.kept_bytes += segment.keep_cut_aside(log_end, trouble)?;
                }
                // In this order, so that a power cut in between leaves no hole.
                self.put_behind_aside(&found, at + 1)?;
                segment.cut_file().map_err(|error| self.home.volume.fail("cut", error))?;
                break;
            }
        }
        if !segments.is_empty() && log_end < self.how.log_start && self.how.clean {
            tracing::error!(log = %self.home.dir.display(), log_end, log_start = self.how.log_start,
                "the log was closed cleanly and ends before the start that log-start-offset-checkpoint gives it: that is not believed");
            self.how.log_start = segments[0].base_offset;
        }
        if !segments.is_empty() && log_end < self.how.log_start {
            tracing::warn!(log = %self.home.dir.display(), log_end, log_start = self.how.log_start,
                "the log ends before its start and begins anew there");
            for segment in segments.drain(..).rev() {
                self.delete_now(&segment)?;
            }
            self.recovered.began_anew = true;
        }
        if segments.is_empty() {
            log_end = self.how.log_start;
            // An offset other than the first is told by the name of a file only.
            if log_end == 0 {
                segments.push(Segment::unborn(self.home, log_end));
            } else {
                segments.push(Segment::create(self.home, log_end)?);
                self.created = true;
            }
        }
        if log_end < self.how.recovery_point {
            tracing::error!(log = %self.home.dir.display(), log_end, recovery_point = self.how.recovery_point,
                "records that were synced are missing from the end of the log");
        }
        Ok((segments, log_end))
    }

    /// The index of the last segment is nothing to rely on after a crash, and a cut is synced where it is made.
    fn must_sync(&self) -> bool {
        let recovered = &self.recovered;
        // Where opening a log failed, it may be tried again, and what the first try changed is not on the medium.
        let is_as_left = recovered.walked_segments <= 1
            && recovered.trouble.is_none()
            && !self.created
            && !self.home.volume.is_doubted();
        match self.how.clean {
            true => recovered.walked_segments > 0,
            false => !(self.how.synced && is_as_left),
        }
    }

    /// A segment with another one behind it has records, or had.
    fn tell_if_empty(&self, segment: &Segment, behind: Option<i64>) {
        if let Some(behind) = behind
            && segment.size() == 0
            && !self.config.compact
        {
            tracing::error!(segment = %segment.describe(), from = segment.base_offset, to = behind,
                "the file is empty, and the records that should be in it are missing: where they are needed, bring it back from a \
                 copy while the node is stopped");
        }
    }

    /// What was recovered is synced before anybody relies on it: it may be in the system's memory only, and what was cut before a
    /// kill may still be on the medium.
    fn sync(&mut self, segments: &[Arc<Segment>]) -> io::Result<()> {
        for (at, segment) in segments.iter().enumerate() {
            segment.sync(at + 1 < segments.len())?;
        }
        let disk = self.home.volume.world.disk();
        disk.sync_dir(&self.home.dir)?;
        disk.sync_dir(&self.home.volume.path)?;
        self.created = false;
        Ok(())
    }

    /// Sizes of the files of each segment. An index without its data file goes.
    fn scan(&mut self, entries: &[DirName]) -> io::Result<BTreeMap<i64, FileSizes>> {
        let disk = self.home.volume.world.disk();
        let live = || {
            entries.iter().filter(|entry| !entry.is_dir).filter_map(|entry| {
                let name = LogFileName::parse(&entry.name)?;
                (name.stage == LogFileStage::Live).then(|| (name, self.home.dir.join(&entry.name)))
            })
        };
        let mut found: BTreeMap<i64, FileSizes> = BTreeMap::new();
        for (name, path) in live().filter(|(name, _)| name.kind == LogFileKind::Log) {
            if let Some(log) = len_of(disk, &path)? {
                found.insert(name.base_offset, FileSizes { log, ..FileSizes::default() });
            }
        }
        for (name, path) in live() {
            let sizes = found.get_mut(&name.base_offset);
            match (name.kind, sizes) {
                (LogFileKind::Log, _) => {}
                (LogFileKind::ProducerSnapshot, _) => _ = self.snapshots.insert(name.base_offset),
                (LogFileKind::OffsetIndex, Some(sizes)) => sizes.offsets = len_of(disk, &path)?,
                (LogFileKind::TimeIndex, Some(sizes)) => sizes.times = len_of(disk, &path)?,
                (LogFileKind::TxnIndex, Some(sizes)) => sizes.aborted = len_of(disk, &path)?.unwrap_or(0),
                (_, None) => {
                    tracing::warn!(path = %path.display(), "an index without its data file goes");
                    disk.remove_file(path)?;
                    self.created = true;
                }
            }
        }
        Ok(found)
    }

    /// The place of the first segment that must be walked: the one the recovery point lies in, or ends. The index of a segment is
    /// synced only after the roll, which may have come after the recovery point.
    fn first_to_walk(&self, found: &BTreeMap<i64, FileSizes>) -> usize {
        if self.how.clean {
            return found.len();
        }
        found.range(..self.how.recovery_point).count().saturating_sub(1)
    }

    /// The offset after the segment's last batch, where it had to be found out. `behind` is the next segment's base offset.
    fn load_segment(
        &mut self,
        segment: &Arc<Segment>,
        sizes: FileSizes,
        must_walk: bool,
        behind: Option<i64>,
    ) -> io::Result<Option<i64>> {
        let is_last = behind.is_none();
        let whole = |len: Option<u64>, entry: usize| len.is_some_and(|len| len % entry as u64 == 0);
        let indexed = whole(sizes.offsets, offset_index::ENTRY_BYTES) && whole(sizes.times, time_index::ENTRY_BYTES);
        if must_walk || !indexed {
            return self.rebuild(segment, sizes, is_last).map(Some);
        }
        if is_last {
            match segment.load_end(Some(sizes))? {
                Ok(next_offset) => {
                    segment.trim_indexes(sizes)?;
                    self.replay(segment, next_offset)?;
                    return Ok(Some(next_offset));
                }
                Err(why) => {
                    tracing::warn!(segment = %segment.describe(), why, "not as a clean stop leaves it; recovering");
                    return self.rebuild(segment, sizes, is_last).map(Some);
                }
            }
        }
        self.replay(segment, behind.unwrap_or(i64::MAX))?;
        Ok(None)
    }

    fn rebuild(&mut self, segment: &Arc<Segment>, sizes: FileSizes, is_last: bool) -> io::Result<i64> {
        let replay_from = self.replay_from;
        // Only compaction leaves gaps between batches. Above what is known to be on the medium one may be a torn write: a checksum does
        // not cover the offset, and what lay on the disk before may stand in its place.
        let whole_from = if self.config.compact || self.how.clean { i64::MAX } else { self.how.recovery_point };
        let on_batch = &mut *self.on_batch;
        let rebuilt = segment.rebuild(sizes, self.config.index_interval_bytes, replay_from, whole_from, |view| {
            if view.last_offset() >= replay_from {
                on_batch(view);
            }
        })?;
        self.recovered.walked_segments += 1;
        self.recovered.walked_bytes += segment.size();
        self.recovered.truncated_bytes += rebuilt.cut_bytes;
        if let Some(trouble) = &rebuilt.trouble {
            tracing::warn!(segment = %segment.describe(), offset = rebuilt.next_offset, bytes = rebuilt.cut_bytes,
                trouble, "cut the log");
        }
        let ends_log = is_last || rebuilt.trouble.is_some();
        self.recovered.trouble = rebuilt.trouble;
        if !ends_log {
            segment.finish()?;
        }
        Ok(rebuilt.next_offset)
    }

    /// Shows the batches from `replay_from` on of a segment that is trusted and ends before `end`.
    fn replay(&mut self, segment: &Arc<Segment>, end: i64) -> io::Result<()> {
        if segment.size() == 0 || self.replay_from >= end {
            return Ok(());
        }
        let from = self.replay_from.max(segment.base_offset);
        let Some(start) = segment.seek(from, Reach::Medium).map_err(Miss::into_io)? else { return Ok(()) };
        let file = segment.log_file(Reach::Medium).map_err(Miss::into_io)?;
        let walked = walk(&file, start.position, segment.size(), false, |_, view| {
            (self.on_batch)(view);
            Step::On
        })?;
        match walked.trouble {
            None => Ok(()),
            Some(trouble) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{} at position {}: {trouble}", segment.describe(), walked.valid_bytes),
            )),
        }
    }

    /// Whether there is a whole batch in any segment from that place on.
    fn is_worth_keeping(&self, found: &BTreeMap<i64, FileSizes>, from: usize) -> io::Result<bool> {
        for (&base_offset, &sizes) in found.iter().skip(from) {
            let segment = Segment::found(self.home, base_offset, sizes);
            let is_worth = segment.is_worth_keeping()?;
            segment.rest()?;
            if is_worth {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes out the segments after a cut: without what lay between, their records must not be served.
    fn put_behind_aside(&mut self, found: &BTreeMap<i64, FileSizes>, from: usize) -> io::Result<()> {
        let volume = &self.home.volume;
        for (&base_offset, &sizes) in found.iter().skip(from).rev() {
            let segment = Segment::found(self.home, base_offset, sizes);
            tracing::warn!(segment = %segment.describe(), bytes = sizes.log, "it lies behind the cut");
            self.recovered.deleted_segments += 1;
            self.recovered.truncated_bytes += sizes.log;
            let (deleted, kept_bytes) = segment.put_aside()?;
            self.recovered.kept_bytes += kept_bytes;
            deleted.into_iter().for_each(|path| volume.doom(path, self.config.file_delete_delay_ms));
            self.created = true;
        }
        if from < found.len() {
            volume.sync_dir(&self.home.dir)?;
        }
        Ok(())
    }

    fn delete_now(&mut self, segment: &Segment) -> io::Result<()> {
        self.created = true;
        for path in segment.rename_deleted(&KINDS)? {
            self.home.volume.doom(path, self.config.file_delete_delay_ms);
        }
        Ok(())
    }
}

/// Length of a file; `None` if it has gone meanwhile.
fn len_of(disk: &Disk, path: &Path) -> io::Result<Option<u64>> {
    match disk.len(path) {
        Ok(len) => Ok(Some(len)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
