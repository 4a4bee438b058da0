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
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};

use arc_swap::ArcSwap;
use kampa_protocol::{Text, Uuid};
use kampa_storage::{Log, LogDir};
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
    place: ArcSwap<Place>,
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
    waiters: Waiters,
}

/// Where a partition's bytes lie, until it moves.
struct Place {
    dir: LogDir,
    log: Log,
}

#[derive(Default)]
struct State {
    producers: Producers,
    epochs: LeaderEpochs,
    /// Epochs that begin below are in their file, on the medium.
    epochs_kept_end: i64,
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

    /// Where its bytes lie.
    pub fn log(&self) -> Log {
        self.inner.log()
    }

    /// The log directory they lie in.
    pub fn dir(&self) -> LogDir {
        self.inner.place.load().dir.clone()
    }

    /// The settings in force.
    pub fn config(&self) -> Arc<PartitionConfig> {
        self.inner.config.read().clone()
    }

    /// Replaces the settings; the next append goes by them.
    pub fn set_config(&self, config: impl Into<Arc<PartitionConfig>>) {
        let config = config.into();
        self.inner.log().set_config(config.log.clone());
        self.inner.configure_copy(&config);
        *self.inner.config.write() = config;
    }

    /// The epoch in which this node leads the partition.
    pub fn leader_epoch(&self) -> Option<i32> {
        Some(self.inner.leader_epoch.load(Ordering::Acquire)).filter(|epoch| *epoch >= 0)
    }
}

impl Inner {
    fn log(&self) -> Log {
        self.place.load().log.clone()
    }

    /// Where the partition's files are.
    fn folder(&self) -> PathBuf {
        self.place.load().dir.path().join(self.id.to_string())
    }
}

#[cfg(test)]
mod tests;
