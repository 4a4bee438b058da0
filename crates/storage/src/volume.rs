//! What all logs of one log directory share: the machine, the bound on open files, buffers to read into, files waiting to be
//! deleted, and whether the directory is still to be trusted.
//!
//! Knows nothing of what the files hold. Invariant: once offline, always offline; nothing is written through an offline volume.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use kampa_metrics::Histogram;
use kampa_world::{FileLock, Monotonic, World};
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::cold_reads::ColdReads;
use crate::damage::Damage;
use crate::journal::Journal;
use crate::log::{Inner as LogInner, Log};
use crate::log_dir::LogDirOptions;
use crate::read_buffers::ReadBuffers;
use crate::segment::Segment;

/// The shared ground of a log directory.
pub(crate) struct Volume {
    pub world: World,
    pub path: PathBuf,
    pub read_buffers: Arc<ReadBuffers>,
    pub cold_reads: ColdReads,
    open_segments_max: usize,
    /// Segments with open files, in the order in which they were opened or last spared.
    open: Mutex<VecDeque<Weak<Segment>>>,
    doomed: Mutex<Vec<Doomed>>,
    /// Logs whose `flush.ms` asks for a sync, and when. One that is gone was closed or deleted: nothing is to be synced.
    awaiting_sync: Mutex<Vec<(Monotonic, Weak<LogInner>)>>,
    /// One sync for many logs.
    pub journal: Journal,
    offline: OnceLock<String>,
    /// A partition could not be opened.
    doubted: AtomicBool,
    /// What a crash left was synced before any log was opened.
    pub synced_at_start: AtomicBool,
    failed: Notify,
    /// Something that checkpoints tell has changed since they were taken.
    stirred: AtomicBool,
    pub damage: Damage,
    /// How long syncs of logs took.
    pub sync_times: Arc<Histogram>,
    /// Held as long as anybody may write.
    _lock: FileLock,
}

/// A renamed file or folder whose deletion waits for its last readers.
struct Doomed {
    due: Monotonic,
    path: PathBuf,
}

impl Volume {
    pub fn new(
        world: &World,
        path: &Path,
        lock: FileLock,
        options: &LogDirOptions,
        sync_times: Arc<Histogram>,
    ) -> Arc<Volume> {
        Arc::new(Volume {
            world: world.clone(),
            path: path.to_owned(),
            read_buffers: Arc::default(),
            cold_reads: ColdReads::default(),
            open_segments_max: options.open_segments_max.max(1),
            open: Mutex::default(),
            doomed: Mutex::default(),
            awaiting_sync: Mutex::default(),
            journal: Journal::new(options.journal_bytes),
            offline: OnceLock::new(),
            doubted: AtomicBool::new(false),
            synced_at_start: AtomicBool::new(false),
            failed: Notify::new(),
            stirred: AtomicBool::new(true),
            damage: Damage::default(),
            sync_times,
            _lock: lock,
        })
    }

    /// Why the directory is offline, if it is.
    pub fn offline(&self) -> Option<&str> {
        self.offline.get().map(String::as_str)
    }

    /// Resolves once the directory is offline.
    pub async fn gone_offline(&self) {
        // Before the look: whoever is told of from here on is heard.
        let told = self.failed.notified();
        if self.offline().is_none() {
            told.await;
        }
    }

    /// A partition could not be opened.
    pub fn doubt(&self) {
        self.doubted.store(true, Ordering::Relaxed);
    }

    /// Whether a partition could not be opened.
    pub fn is_doubted(&self) -> bool {
        self.doubted.load(Ordering::Relaxed)
    }

    /// An end, a start or a recovery point has moved: to be called after that.
    pub fn stir(&self) {
        self.stirred.store(true, Ordering::Release);
    }

    /// Whether any has since the last call: to be called before looking at them.
    pub fn take_stirred(&self) -> bool {
        self.stirred.swap(false, Ordering::AcqRel)
    }

    /// An error unless writes may go on.
    pub fn check_online(&self) -> io::Result<()> {
        match self.offline.get() {
            None => Ok(()),
            Some(why) => {
                Err(io::Error::other(format!("log directory {} is offline until restart: {why}", self.path.display())))
            }
        }
    }

    /// Takes the directory offline: after a failed sync nobody knows what is on the medium, and asking again may be answered
    /// yes without a write. Returns the error for the caller to pass on.
    pub fn fail(&self, doing: &str, error: io::Error) -> io::Error {
        let why = format!("{doing}: {error}");
        if self.offline.set(why.clone()).is_ok() {
            tracing::error!(dir = %self.path.display(), error = %why, "log directory is offline until restart");
            self.failed.notify_waiters();
        }
        io::Error::new(error.kind(), format!("log directory {}: {why}", self.path.display()))
    }

    /// Syncs names, of the directory or of a folder in it; a failure takes the directory offline. Blocks.
    pub fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.world.disk().sync_dir(path).map_err(|error| self.fail("sync names", error))
    }

    /// Notes that `segment` has opened a file, and closes those least lately used beyond the bound.
    pub fn opened(&self, segment: &Arc<Segment>) {
        if segment.set_listed(true) {
            return;
        }
        let mut crowd = Vec::new();
        {
            let mut open = self.open.lock();
            open.push_back(Arc::downgrade(segment));
            // A second chance for what was used since it was last looked at; one round at most.
            let mut chances = open.len();
            while open.len() > self.open_segments_max {
                let Some(oldest) = open.pop_front() else { break };
                let Some(candidate) = oldest.upgrade() else { continue };
                if candidate.take_used() && chances > 0 {
                    chances -= 1;
                    open.push_back(oldest);
                } else {
                    crowd.push(candidate);
                }
            }
        }
        for segment in crowd {
            self.close(&segment);
        }
    }

    /// Closes the files of segments that were not used since the last call, and frees unused buffers.
    pub fn close_idle(&self) {
        self.read_buffers.clear_idle();
        let mut idle = Vec::new();
        self.open.lock().retain(|weak| match weak.upgrade() {
            None => false,
            Some(segment) if segment.take_used() => true,
            Some(segment) => {
                idle.push(segment);
                false
            }
        });
        for segment in idle {
            self.close(&segment);
        }
    }

    /// How many segments have open files.
    pub fn open_segments(&self) -> usize {
        self.open.lock().len()
    }

    fn close(&self, segment: &Segment) {
        segment.set_listed(false);
        if let Err(error) = segment.rest() {
            // The index in the file is only shorter than it could be; it is rebuilt after a crash and written again on close.
            tracing::warn!(segment = %segment.describe(), %error, "index entries not written");
        }
    }

    /// Makes all that lies in the directory durable; a failure takes it offline. Blocks.
    pub fn sync_whole(&self) -> io::Result<()> {
        let began = self.world.now();
        self.world.disk().sync_all_below(&self.path).map_err(|error| self.fail("sync the log directory", error))?;
        self.sync_times.observe(self.world.now().since(began));
        Ok(())
    }

    /// Deletes `path` (a file or a folder) after `delay_ms`.
    pub fn doom(&self, path: PathBuf, delay_ms: i64) {
        let delay = Duration::from_millis(delay_ms.max(0) as u64);
        self.doomed.lock().push(Doomed { due: self.world.now() + delay, path });
    }

    /// Has `log` synced by [`Volume::take_sync_due`]'s caller in `flush_ms`.
    pub fn sync_later(&self, log: Weak<LogInner>, flush_ms: i64) {
        let due = self.world.now() + Duration::from_millis(flush_ms.max(0) as u64);
        self.awaiting_sync.lock().push((due, log));
    }

    /// The logs that are to be synced now.
    pub fn take_sync_due(&self) -> Vec<Log> {
        let now = self.world.now();
        let due = self.awaiting_sync.lock().extract_if(.., |(due, _)| *due <= now).collect::<Vec<_>>();
        due.iter().filter_map(|(_, log)| log.upgrade()).map(|inner| Log { inner }).collect()
    }

    /// Whether a file's time to go has come.
    pub fn has_deletions_due(&self) -> bool {
        let now = self.world.now();
        self.doomed.lock().iter().any(|doomed| doomed.due <= now)
    }

    /// Deletes what is due. Blocks.
    pub fn delete_doomed(&self) {
        let now = self.world.now();
        let due: Vec<Doomed> = self.doomed.lock().extract_if(.., |doomed| doomed.due <= now).collect();
        let disk = self.world.disk();
        for Doomed { path, .. } in due {
            let removed = if disk.is_dir(&path) { disk.remove_dir_all(&path) } else { disk.remove_file(&path) };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    // It is deleted at the next start.
                    tracing::warn!(path = %path.display(), %error, "a deleted file could not be removed");
                }
                _ => {}
            }
        }
    }
}
