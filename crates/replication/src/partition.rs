//! A partition: the one place where order is made.
//!
//! One lock (`state`) covers what an append decides: the next offset, the producers, the epochs. It is never held across an
//! `await`, nor while a file is synced. Readers look at published offsets and at the log, which have no locks of their own to wait for.
//!
//! Invariants: log_start <= last_stable_offset <= high_watermark <= log_end, and none of them moves back while we lead.

mod append;
mod compact;
mod ends;
mod keep;
mod open;
mod read;
mod relocate;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};

use kampa_protocol::{Text, Uuid};
use kampa_storage::{Log, LogDir, OpenAs, SegmentInfo};
use kampa_world::World;
use parking_lot::{Mutex, RwLock};

use crate::config::PartitionConfig;
use crate::epochs::LeaderEpochs;
use crate::producers::Producers;
use crate::progress::Waiters;

pub use append::AppendedInfo;
pub use compact::PartitionCompaction;
pub use keep::ProducerStatus;
pub use read::{FoundOffset, Isolation, OffsetSpec, ReadAnswer, ReadRequest};
use relocate::Future;
pub use relocate::{Copied, CopyStatus, Move};

/// One replica of a partition. Cloning shares it.
#[derive(Clone)]
pub struct Partition {
    inner: Arc<Inner>,
}

/// Which partition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionId {
    /// The topic's name.
    pub topic: Text,
    /// The topic's id: a topic that is deleted and made again has another.
    pub topic_id: Uuid,
    /// From 0.
    pub index: i32,
}

impl fmt::Display for PartitionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &*self.topic, self.index)
    }
}

/// The offsets that matter to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watermarks {
    /// The first offset that may be read.
    pub log_start: i64,
    /// Readers of committed transactions see what lies below.
    pub last_stable_offset: i64,
    /// What lies below is committed, and consumers see it.
    pub high_watermark: i64,
    /// The offset of the next record.
    pub log_end: i64,
}

struct Inner {
    id: PartitionId,
    world: World,
    place: RwLock<Place>,
    /// A copy on its way to another directory.
    future: Mutex<Option<Arc<Future>>>,
    config: RwLock<Arc<PartitionConfig>>,
    state: Mutex<State>,
    /// The epoch in which we lead, -1 when we do not.
    leader_epoch: AtomicI32,
    high_watermark: AtomicI64,
    last_stable_offset: AtomicI64,
    /// Up to where the log was compacted, -1 if it never was.
    clean_end: AtomicI64,
    /// The recovery point as the checkpoint of its directory has it: compaction goes no further, since a recovery takes the holes that
    /// it finds beyond for losses.
    kept_recovery_point: AtomicI64,
    /// Until it is deleted: a folder of its name is another's then, of a topic that was made anew. Held by who changes files there.
    owns_folder: Mutex<bool>,
    waiters: Waiters,
}

/// Where a partition's bytes lie, until it moves.
#[derive(Clone)]
struct Place {
    dir: LogDir,
    /// There is none before the first batch: of many partitions most are never written to, and a log would be most of what they weigh.
    log: Option<Log>,
}

#[derive(Default)]
struct State {
    producers: Producers,
    epochs: LeaderEpochs,
    /// Epochs that begin below are in their file, on the medium.
    epochs_kept_end: i64,
    /// How often that file was written.
    epochs_written: u32,
    /// There is a folder, marked with the topic's id: from the first batch on.
    has_folder: bool,
    /// Offset of the newest producer snapshot on the medium: retention relies on it.
    snapshot_offset: i64,
}

impl Partition {
    /// Which partition it is.
    pub fn id(&self) -> &PartitionId {
        &self.inner.id
    }

    /// Where its bytes lie; `None` if nothing was ever written.
    pub fn log(&self) -> Option<Log> {
        self.inner.log()
    }

    /// Whether anything was ever written. If not, there is nothing to look after.
    pub fn is_written(&self) -> bool {
        self.inner.place.read().log.is_some()
    }

    /// The log directory they lie in, or will.
    pub fn dir(&self) -> LogDir {
        self.inner.dir()
    }

    /// Bytes of all data files.
    pub fn size_bytes(&self) -> u64 {
        self.inner.log().map_or(0, |log| log.size_bytes())
    }

    /// The segments, oldest first; before the first batch it is one, and empty.
    pub fn segments(&self) -> Vec<SegmentInfo> {
        let empty = || vec![SegmentInfo { base_offset: 0, next_offset: 0, size_bytes: 0 }];
        self.inner.log().map_or_else(empty, |log| log.segments())
    }

    /// The settings in force.
    pub fn config(&self) -> Arc<PartitionConfig> {
        self.inner.config.read().clone()
    }

    /// Replaces the settings; the next append goes by them.
    pub fn set_config(&self, config: impl Into<Arc<PartitionConfig>>) {
        let config = config.into();
        self.inner.configure_copy(&config);
        *self.inner.config.write() = config.clone();
        // Not while the log is made by those that were.
        let _state = self.inner.state.lock();
        if let Some(log) = self.inner.log() {
            log.set_config(config.log.clone());
        }
    }

    /// The epoch in which this node leads the partition.
    pub fn leader_epoch(&self) -> Option<i32> {
        Some(self.inner.leader_epoch.load(Ordering::Acquire)).filter(|epoch| *epoch >= 0)
    }
}

impl Inner {
    fn log(&self) -> Option<Log> {
        self.place.read().log.clone()
    }

    /// The log, which is made if there is none; it has no folder before its first batch. The state is held, so that one makes it.
    fn log_to_write(self: &Arc<Self>, _state: &mut State) -> io::Result<Log> {
        if let Some(log) = self.log() {
            return Ok(log);
        }
        let config = self.config.read().log.clone();
        let how = OpenAs { clean: true, recovery_point: 0, log_start: 0, synced: false };
        let opened = Log::open(&self.dir(), &self.id.to_string(), config, how, 0, &mut |_| {});
        let (log, _) = opened.inspect_err(|error| self.doubt_dir("make a partition's log", error))?;
        self.hear_of(&log);
        self.place.write().log = Some(log.clone());
        Ok(log)
    }

    /// What a directory does not let us make, for want of anything but space, is everybody's trouble.
    fn doubt_dir(&self, doing: &str, error: &io::Error) {
        if !matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            self.dir().take_offline(doing, io::Error::new(error.kind(), error.to_string()));
        }
    }

    fn log_start(&self) -> i64 {
        self.place.read().log.as_ref().map_or(0, Log::log_start)
    }

    fn log_end(&self) -> i64 {
        self.place.read().log.as_ref().map_or(0, Log::log_end)
    }

    fn dir(&self) -> LogDir {
        self.place.read().dir.clone()
    }

    /// Where the partition's files are.
    fn folder(&self) -> PathBuf {
        self.place.read().dir.path().join(self.id.to_string())
    }

    /// Has files in its folder changed by their names, while the folder is its own. Blocks.
    fn in_folder(&self, change: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let is_ours = self.owns_folder.lock();
        if *is_ours { change(&self.folder()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
