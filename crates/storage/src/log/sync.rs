//! From the page cache to the medium: one sync at a time per log, and it serves everybody who waited.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Inner, Log};
use crate::segment::Segment;

impl Log {
    /// Makes everything appended before the call survive a power cut, and returns `durable_end`.
    ///
    /// Callers at the same time share: while one sync runs, the others wait, and the next one covers them all. A failed sync takes
    /// the log directory offline; it is never tried again.
    pub async fn sync(&self) -> io::Result<i64> {
        self.inner.sync_awaited.store(false, Ordering::Release);
        let want = self.log_end();
        self.inner.home.volume.check_online()?;
        if self.durable_end() >= want {
            return Ok(self.durable_end());
        }
        let _turn = self.inner.sync_turn.lock().await;
        if self.durable_end() >= want {
            return Ok(self.durable_end());
        }
        let inner = self.inner.clone();
        self.inner.world().offload(move || inner.sync_data()).await
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
            self.home.volume.sync_later(Log { inner: self.clone() }, flush_ms);
        }
    }

    /// Syncs the data, and the indexes of completed segments; the active one's are rebuilt after a crash. Blocks.
    pub(super) fn sync_data(&self) -> io::Result<i64> {
        self.sync_files(false)
    }

    /// Syncs every file. Blocks.
    pub(super) fn sync_everything(self: &Arc<Self>) -> io::Result<i64> {
        self.sync_files(true)
    }

    fn sync_files(&self, with_active_index: bool) -> io::Result<i64> {
        let volume = &self.home.volume;
        volume.check_online()?;
        let began = volume.world.now();
        let epoch = self.epoch.load(Ordering::Acquire);
        let end = self.log_end();
        let segments = self.segments();
        for (at, segment) in segments.iter().enumerate() {
            let completed = at + 1 < segments.len();
            match segment.sync(completed || with_active_index) {
                Ok(()) => {}
                // Deleted meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound && !self.has(segment) => {}
                Err(error) => return Err(volume.fail("sync", error)),
            }
        }
        if self.names_unsynced.swap(false, Ordering::AcqRel) {
            let disk = volume.world.disk();
            let dirs = [&self.home.dir, &volume.path];
            match dirs.into_iter().try_for_each(|dir| disk.sync_dir(dir)) {
                Err(error) if !self.abandoned.load(Ordering::Acquire) => return Err(volume.fail("sync", error)),
                _ => {}
            }
        }
        volume.sync_times.observe(volume.world.now().since(began));
        // A truncation meanwhile has its own word on where the durable end is.
        let _writer = self.writer.lock();
        if self.epoch.load(Ordering::Acquire) == epoch {
            self.durable_end.fetch_max(end, Ordering::AcqRel);
        }
        Ok(self.durable_end.load(Ordering::Acquire))
    }

    /// Whether the segment's files are still where they belong.
    pub(super) fn has(&self, segment: &Arc<Segment>) -> bool {
        !self.abandoned.load(Ordering::Acquire) && self.segments().iter().any(|listed| Arc::ptr_eq(listed, segment))
    }
}
