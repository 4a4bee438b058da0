//! From the page cache to the medium, segment by segment: one sync at a time per log, and it serves everybody who waited.
//!
//! `commit` is the other way, which many logs share; this one is for what needs the bytes in the segments themselves, for large
//! appends, and where there is no journal.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::partition_metadata;
use kampa_formats::sync_journal::LogName;
use kampa_world::OpenOptions;

use super::commit::Place;
use super::{Inner, Log};
use crate::journal::read_topic_id;
use crate::segment::Segment;

impl Log {
    /// Brings everything appended before the call, with the indexes of completed segments, to the segments on the medium, and
    /// returns the recovery point.
    ///
    /// Callers at the same time share: while one sync runs, the others wait, and the next one covers them all. A failed sync takes
    /// the log directory offline; it is never tried again.
    pub async fn sync(&self) -> io::Result<i64> {
        self.inner.sync_awaited.store(false, Ordering::Release);
        let want = self.log_end();
        self.inner.home.volume.check_online()?;
        if self.recovery_point() >= want {
            return Ok(self.recovery_point());
        }
        let _turn = self.inner.sync_turn.lock().await;
        if self.recovery_point() >= want {
            return Ok(self.recovery_point());
        }
        let inner = self.inner.clone();
        self.inner.world().offload(move || inner.sync_segments()).await
    }

    /// As [`Log::sync`], for those who were promised a commit: one syncs, at most one waits.
    pub(super) async fn sync_to_commit(&self) -> io::Result<()> {
        let _turn = self.inner.sync_turn.lock().await;
        // Who appends from here on asks again.
        self.inner.commit_asked.store(false, Ordering::SeqCst);
        self.inner.home.volume.check_online()?;
        if self.durable_end() < self.log_end() {
            let inner = self.inner.clone();
            self.inner.world().offload(move || inner.sync_and_name()).await?;
        }
        Ok(())
    }
}

impl Log {
    /// The directory was synced as a whole since the log was closed.
    pub(crate) fn synced_as_a_whole(&self) {
        let inner = &self.inner;
        let _writer = inner.writer.lock();
        for segment in inner.segments().iter() {
            segment.data_unsynced.store(false, Ordering::Release);
            segment.index_unsynced.store(false, Ordering::Release);
        }
        *inner.names_synced.lock() = inner.names_changed.load(Ordering::Acquire);
        let end = inner.log_end();
        inner.recovery_point.store(end, Ordering::Release);
        inner.durable_end.store(end, Ordering::Release);
        let active = inner.segments().last().map(|last| Place { base_offset: last.base_offset, position: last.size() });
        *inner.covered.lock() = active.expect("a log has at least one segment");
    }

    /// Has everything that was appended so far, and every index, on the medium: before something else speaks of it that a start
    /// believes. Blocks.
    pub fn sync_all(&self) -> io::Result<()> {
        self.inner.sync_everything().map(drop)
    }
}

impl Inner {
    /// As [`Log::sync`], by a task of its own; a failure takes the directory offline, which is where it is told.
    pub(super) fn sync_in_background(self: &Arc<Self>) {
        let log = Log { inner: self.clone() };
        drop(self.world().spawn("sync log", async move {
            let _ = log.sync().await;
        }));
    }

    /// Has the log synced in `flush_ms`, if it does not wait for that already.
    pub(super) fn sync_within(self: &Arc<Self>, flush_ms: i64) {
        if !self.sync_awaited.swap(true, Ordering::AcqRel) {
            self.home.volume.sync_later(Arc::downgrade(self), flush_ms);
        }
    }

    /// Syncs the data, and the indexes of completed segments; the active one's are rebuilt after a crash. Blocks.
    pub(crate) fn sync_segments(&self) -> io::Result<i64> {
        self.sync_files(false)
    }

    /// As [`Inner::sync_segments`], and from then on the journal may speak of the log. Blocks.
    fn sync_and_name(&self) -> io::Result<i64> {
        self.sync_segments()?;
        match self.name_for_journal() {
            Err(error) if !self.abandoned.load(Ordering::Acquire) => Err(self.home.volume.fail("sync", error)),
            _ => Ok(self.recovery_point.load(Ordering::Acquire)),
        }
    }

    /// Syncs every file. Blocks.
    pub(super) fn sync_everything(&self) -> io::Result<i64> {
        self.sync_files(true)
    }

    fn sync_files(&self, with_active_index: bool) -> io::Result<i64> {
        let volume = &self.home.volume;
        volume.check_online()?;
        let began = volume.world.now();
        let epoch = self.epoch.load(Ordering::Acquire);
        // In this order: what a group has of the log, and what lies below the end, lies in these segments, below the size if in the
        // last.
        let group = self.last_group.load(Ordering::Acquire);
        let end = self.log_end();
        let segments = self.segments();
        let covered = segments.last().map(|last| Place { base_offset: last.base_offset, position: last.size() });
        {
            // Who finds that another syncs a file waits until that is done.
            let _files = self.files_turn.lock();
            for (at, segment) in segments.iter().enumerate() {
                let completed = at + 1 < segments.len();
                match segment.sync(completed || with_active_index) {
                    Ok(()) => {}
                    // Deleted meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound && !self.has(segment) => {}
                    Err(error) => return Err(volume.fail("sync", error)),
                }
            }
        }
        if let Err(error) = self.sync_names()
            && !self.abandoned.load(Ordering::Acquire)
        {
            return Err(volume.fail("sync", error));
        }
        volume.sync_times.observe(volume.world.now().since(began));
        // A truncation meanwhile has its own word on where the ends are.
        let _writer = self.writer.lock();
        if self.epoch.load(Ordering::Acquire) == epoch {
            self.recovery_point.fetch_max(end, Ordering::AcqRel);
            volume.stir();
            self.durable_end.fetch_max(end, Ordering::AcqRel);
            self.synced_group.fetch_max(group, Ordering::AcqRel);
            let mut known = self.covered.lock();
            *known = covered.map_or(*known, |covered| covered.max(*known));
        }
        Ok(self.recovery_point.load(Ordering::Acquire))
    }

    /// Puts the names of the log's files on the medium. Blocks.
    fn sync_names(&self) -> io::Result<()> {
        let mut synced = self.names_synced.lock();
        let changed = self.names_changed.load(Ordering::Acquire);
        if *synced != changed {
            let disk = self.world().disk();
            disk.sync_dir(&self.home.dir)?;
            disk.sync_dir(&self.home.volume.path)?;
            *synced = changed;
        }
        Ok(())
    }

    /// Puts all names and the mark that says whose they are on the medium, once: a start may have found them in memory only. Blocks.
    fn name_for_journal(&self) -> io::Result<()> {
        if self.journal_name.get().is_some() {
            return Ok(());
        }
        let disk = self.world().disk();
        match disk.open(self.home.dir.join(partition_metadata::FILE_NAME), OpenOptions::READ_WRITE) {
            Ok(mark) => mark.sync_data()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        disk.sync_dir(&self.home.dir)?;
        disk.sync_dir(&self.home.volume.path)?;
        if let Some(folder) = self.home.dir.file_name().and_then(|name| name.to_str()) {
            let topic_id = read_topic_id(disk, &self.home.dir)?;
            // Set once; the mark of a folder does not change.
            let _ = self.journal_name.set(Box::new(LogName { folder: folder.to_owned(), topic_id }));
        }
        Ok(())
    }

    /// Whether every name in the folder is on the medium.
    pub(super) fn names_are_synced(&self) -> bool {
        // Being synced is not synced.
        self.names_synced.try_lock().is_some_and(|synced| *synced == self.names_changed.load(Ordering::Acquire))
    }

    /// A file came, went or got another name.
    pub(super) fn note_names(&self) {
        self.names_changed.fetch_add(1, Ordering::AcqRel);
        self.home.volume.stir();
    }

    /// Whether the segment's files are still where they belong.
    pub(super) fn has(&self, segment: &Arc<Segment>) -> bool {
        !self.abandoned.load(Ordering::Acquire) && self.segments().iter().any(|listed| Arc::ptr_eq(listed, segment))
    }
}
