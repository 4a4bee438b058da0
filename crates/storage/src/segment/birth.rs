//! How a segment comes to be: with its files at once, or with the first batch, so that a log nobody writes to leaves no trace.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::log_file_name::{LogFileKind, LogFileName};
use kampa_world::OpenOptions;

use super::{Home, Segment};

impl Segment {
    /// A new, empty segment; what lies there under its name is replaced.
    pub fn create(home: &Arc<Home>, base_offset: i64) -> io::Result<Arc<Segment>> {
        let segment = Arc::new(Segment::of(home, base_offset, 0));
        segment.create_files()?;
        Ok(segment)
    }

    /// Removes what [`Segment::create`] made before it failed.
    pub fn remove_unmade(home: &Home, base_offset: i64) -> io::Result<()> {
        let disk = home.volume.world.disk();
        for kind in [LogFileKind::TimeIndex, LogFileKind::OffsetIndex, LogFileKind::Log] {
            match disk.remove_file(home.dir.join(LogFileName::live(base_offset, kind).to_string())) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// A new, empty segment that leaves no trace on the disk before its first batch.
    pub fn unborn(home: &Arc<Home>, base_offset: i64) -> Arc<Segment> {
        let segment = Segment::of(home, base_offset, 0);
        segment.unborn.store(true, Ordering::Relaxed);
        Arc::new(segment)
    }

    /// Whether it has no files yet.
    pub fn is_unborn(&self) -> bool {
        self.unborn.load(Ordering::Acquire)
    }

    pub(super) fn create_files(self: &Arc<Self>) -> io::Result<()> {
        let volume = &self.home.volume;
        let disk = volume.world.disk();
        if !disk.is_dir(&self.home.dir) {
            // A log directory that was taken away must not come back as one that holds this log and nothing else.
            if !disk.is_dir(&volume.path) {
                let why = format!("the log directory {} is gone", volume.path.display());
                return Err(io::Error::new(io::ErrorKind::NotFound, why));
            }
            disk.create_dir_all(&self.home.dir)?;
        }
        let file = disk.open(self.path(LogFileKind::Log), OpenOptions::TRUNCATE)?;
        for kind in [LogFileKind::OffsetIndex, LogFileKind::TimeIndex] {
            disk.open(self.path(kind), OpenOptions::TRUNCATE)?;
        }
        self.open.write().get_or_insert_default().log = Some(Arc::new(file));
        self.used.store(true, Ordering::Relaxed);
        self.unborn.store(false, Ordering::Release);
        volume.opened(self);
        Ok(())
    }
}
