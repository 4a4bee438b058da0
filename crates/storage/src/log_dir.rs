//! A log directory: whose it is, who holds it, what partitions lie in it, and the files that tell where they stood.
//!
//! Knows folders by name only; what a partition is, its owner knows. A directory is held by one process at a time (`.lock`).
//! Invariant: `.kafka_cleanshutdown` is there only while nobody writes.

mod checkpoints;
mod scan;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kampa_formats::clean_shutdown;
use kampa_formats::meta_properties::{self, MetaProperties};
use kampa_formats::partition_dir_name::{PartitionDirName, PartitionDirRole};
use kampa_metrics::Histogram;
use kampa_protocol::Uuid;
use kampa_world::{Disk, Space, World};
use parking_lot::Mutex;

use crate::journal::{Replayed, replay};
use crate::together::Together;
use crate::volume::Volume;

pub use checkpoints::Checkpoint;
pub use scan::PartitionFolder;

/// One log directory, held. Cloning shares it; the lock goes with the last clone and the last log.
#[derive(Clone)]
pub struct LogDir {
    inner: Arc<Inner>,
}

struct Inner {
    volume: Arc<Volume>,
    meta: MetaProperties,
    was_clean: bool,
    /// The broker's epoch at the clean stop, -1 if unknown.
    previous_broker_epoch: i64,
    /// The topics' ids that a scan has read in partitions' folders, each until somebody opens what lies there.
    marks: Mutex<BTreeMap<String, Uuid>>,
}

/// Whose directory it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDirOptions {
    pub node_id: i32,
    /// The cluster it must belong to; `None` takes what is written there, or a new id for a new directory.
    pub cluster_id: Option<String>,
    /// Segments with open files at once, each with up to two.
    pub open_segments_max: usize,
    /// Size of the journal, made when a log first asks for a commit; 0 for none.
    pub journal_bytes: u64,
}

/// Segments with open files at once, unless told otherwise: with two files each it stays below the 1,024 files a process may have
/// on an untuned system, with room for connections.
pub const OPEN_SEGMENTS_MAX: usize = 300;

/// How often idle files are closed, due files deleted and due logs synced; the precision of `flush.ms` and `file.delete.delay.ms`.
const CHORES_EVERY: Duration = Duration::from_millis(500);
/// Chores between two looks for idle files: a file unused for 10 to 20 seconds is closed.
const CHORES_PER_IDLE_SWEEP: u32 = 20;

/// Why a directory cannot be used: sentences for whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenDirError {
    #[error(
        "the log directory {} is in use by another process: its file .lock is held. \
         Stop that process, or choose another directory (log.dirs)", .0.display()
    )]
    Locked(PathBuf),
    #[error(
        "the log directory {} belongs to cluster {found}, not to {wanted}: its meta.properties says so. \
         Choose the directory of this cluster, or an empty one", .dir.display()
    )]
    Cluster { dir: PathBuf, found: String, wanted: String },
    #[error(
        "the log directory {} belongs to node {found}, but node.id is {wanted}: \
         set node.id={found}, or choose another directory", .dir.display()
    )]
    Node { dir: PathBuf, found: i32, wanted: i32 },
    #[error(
        "the log directory {} holds the partition {partition}, but no meta.properties that says whose it is: bring that file \
         back, or choose an empty directory (log.dirs)", .dir.display()
    )]
    NoMeta { dir: PathBuf, partition: String },
    #[error("{}: {why}. Bring the file back from a copy, or choose another directory (log.dirs)", .path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error(
        "{} is no partition's folder. A log directory holds nothing else: move it away, \
         or choose another directory (log.dirs)", .0.display()
    )]
    Foreign(PathBuf),
    #[error("{}: cannot {doing}: {error}", .path.display())]
    Io { path: PathBuf, doing: &'static str, error: io::Error },
}

impl LogDir {
    /// Whose directory it is, as its `meta.properties` says; `None` if it has none, or is not there. Changes nothing. Blocks.
    pub fn look(world: &World, path: &Path) -> Result<Option<MetaProperties>, OpenDirError> {
        read_meta(world.disk(), path)
    }

    /// Takes hold of a directory, created if it is not there, and removes its mark of a clean stop. Blocks.
    pub fn open(world: &World, path: &Path, options: LogDirOptions) -> Result<LogDir, OpenDirError> {
        LogDir::open_among(world, path, options, &Arc::default())
    }

    /// As [`LogDir::open`], for one of several directories that count together how long syncs take. Blocks.
    pub fn open_among(
        world: &World,
        path: &Path,
        options: LogDirOptions,
        sync_times: &Arc<Histogram>,
    ) -> Result<LogDir, OpenDirError> {
        let disk = world.disk();
        let io_error =
            |doing: &'static str| move |error: io::Error| OpenDirError::Io { path: path.to_owned(), doing, error };
        create_durably(disk, path).map_err(io_error("create the log directory"))?;
        let lock = disk
            .lock(path.join(LOCK))
            .map_err(io_error("lock the log directory"))?
            .ok_or_else(|| OpenDirError::Locked(path.to_owned()))?;
        let meta = check_meta(world, path, &options)?;

        let mark = path.join(clean_shutdown::FILE_NAME);
        let was_clean = disk.exists(&mark);
        let replayed = replay(disk, path, was_clean)
            .map_err(io_error("write back to the logs what its journal holds for them"))?;
        if replayed != Replayed::default() {
            tracing::info!(dir = %path.display(), groups = replayed.groups, files = replayed.files,
                written_bytes = replayed.written_bytes, lost_groups = replayed.lost_groups,
                lost_bytes = replayed.lost_bytes, "journal replayed");
        }
        let mut previous_broker_epoch = -1;
        if was_clean {
            let bytes = disk.read(&mark).map_err(io_error("read the mark of a clean stop"))?;
            previous_broker_epoch = clean_shutdown::decode(&bytes);
            disk.remove_file(&mark)
                .and_then(|()| disk.sync_dir(path))
                .map_err(io_error("remove the mark of a clean stop"))?;
        }
        let volume = Volume::new(world, path, lock, &options, sync_times.clone());
        let inner = Inner { volume, meta, was_clean, previous_broker_epoch, marks: Mutex::default() };
        Ok(LogDir { inner: Arc::new(inner) })
    }

    /// Makes a directory one that [`LogDir::open`] takes: creates it if it is not there, and says in it whose it is. That comes last, for
    /// from then on it counts as formatted: what else should lie in it has to be there. Blocks.
    pub fn format(world: &World, path: &Path, meta: &MetaProperties) -> io::Result<()> {
        create_durably(world.disk(), path)?;
        write_meta(world, path, meta)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.inner.volume.path
    }

    /// The machine it lies on.
    pub fn world(&self) -> &World {
        &self.inner.volume.world
    }

    /// Of the cluster the directory belongs to.
    pub fn cluster_id(&self) -> &str {
        self.inner.meta.cluster_id.as_deref().unwrap_or_default()
    }

    /// The directory's own id.
    pub fn directory_id(&self) -> Uuid {
        self.inner.meta.directory_id.unwrap_or(Uuid::ZERO)
    }

    /// Whether the last process that held the directory stopped cleanly.
    pub fn was_clean(&self) -> bool {
        self.inner.was_clean
    }

    /// The broker's epoch when it stopped cleanly; -1 if it did not, or did not say (KIP-966).
    pub fn previous_broker_epoch(&self) -> i64 {
        self.inner.previous_broker_epoch
    }

    /// Why the directory is out of use until restart, if it is: a sync or a write failed.
    pub fn offline(&self) -> Option<&str> {
        self.inner.volume.offline()
    }

    /// For logs to be closed, and files to be replaced, with as few syncs as can be.
    pub fn together(&self) -> Together {
        Together::of(&self.inner.volume)
    }

    /// Whether what a crash left was synced by [`LogDir::scan`], before any log was opened.
    pub fn is_synced_at_start(&self) -> bool {
        self.inner.volume.synced_at_start.load(Ordering::Relaxed)
    }

    /// Something has changed of what checkpoints tell of a partition here, or they were not written.
    pub fn stir(&self) {
        self.inner.volume.stir();
    }

    /// Whether anything has since the last call. To be called before looking at the partitions.
    pub fn take_stirred(&self) -> bool {
        self.inner.volume.take_stirred()
    }

    /// An error once the directory is out of use.
    pub fn check_online(&self) -> io::Result<()> {
        self.inner.volume.check_online()
    }

    /// Resolves once the directory is out of use.
    pub async fn gone_offline(&self) {
        self.inner.volume.gone_offline().await;
    }

    /// Takes the directory out of use until restart, since `doing` something that concerns all of it failed.
    pub fn take_offline(&self, doing: &str, error: io::Error) {
        let _ = self.inner.volume.fail(doing, error);
    }

    /// How long syncs of logs took, here and in the directories it counts with.
    pub fn sync_times(&self) -> &Arc<Histogram> {
        &self.inner.volume.sync_times
    }

    /// Size of the volume and what is left of it.
    pub fn space(&self) -> io::Result<Space> {
        self.world().disk().space(self.path())
    }

    /// Batches that were found damaged since the start.
    pub fn damaged_batches(&self) -> u64 {
        self.inner.volume.damage.batches()
    }

    /// Segments with open files.
    pub fn open_segments(&self) -> usize {
        self.inner.volume.open_segments()
    }

    /// Closes idle files, deletes what is due, syncs logs whose `flush.ms` has passed. Runs until its task is dropped with the
    /// runtime; one per directory, started by whoever opened it.
    pub async fn keep_house(&self) {
        for round in 1_u32.. {
            self.world().sleep(CHORES_EVERY).await;
            self.chores(round.is_multiple_of(CHORES_PER_IDLE_SWEEP)).await;
        }
    }

    /// One round of chores.
    pub async fn chores(&self, close_idle: bool) {
        for log in self.inner.volume.take_sync_due() {
            // A failure takes the directory offline, which is where it is told.
            let _ = log.sync().await;
        }
        let volume = self.inner.volume.clone();
        if close_idle {
            volume.drain_idle().await;
        }
        if close_idle || volume.has_deletions_due() {
            let work = move || {
                volume.delete_doomed();
                if close_idle {
                    volume.close_idle();
                }
            };
            self.world().offload(work).await;
        }
    }

    /// A partition in it could not be opened: no clean stop can vouch for its log, which the next start has to recover.
    pub fn doubt(&self) {
        self.inner.volume.doubt();
    }

    /// A clean stop: leaves the mark that lets the next start trust the logs, and no journal. All of them are closed, the checkpoints written.
    /// Refused when the directory is offline. Blocks.
    pub fn mark_clean(&self, broker_epoch: i64) -> io::Result<()> {
        self.inner.volume.check_online()?;
        if self.inner.volume.is_doubted() {
            return Err(io::Error::other("a partition could not be opened, and nobody knows what state its log is in"));
        }
        self.inner.volume.finish_journal()?;
        let mark = self.path().join(clean_shutdown::FILE_NAME);
        self.write_durably(&mark, clean_shutdown::encode(broker_epoch).as_bytes())
    }

    pub(crate) fn volume(&self) -> &Arc<Volume> {
        &self.inner.volume
    }
}

/// Name of the file that is locked while a process holds the directory.
const LOCK: &str = ".lock";

/// Creates a directory and those above it, so that they survive a power cut: what is synced inside would be lost with them. Also
/// when they are there already, since a process may have been killed between the two steps.
fn create_durably(disk: &Disk, path: &Path) -> io::Result<()> {
    disk.create_dir_all(path)?;
    for (height, ancestor) in path.ancestors().skip(1).enumerate() {
        // The parent of a bare name is where we are.
        let ancestor = if ancestor.as_os_str().is_empty() { Path::new(".") } else { ancestor };
        match disk.sync_dir(ancestor) {
            Err(error) if height == 0 => return Err(error),
            // Higher up it may be forbidden, and is nearly always somebody else's doing.
            _ => {}
        }
    }
    Ok(())
}

/// Reads `meta.properties`, or writes one for a directory that has none.
fn check_meta(world: &World, path: &Path, options: &LogDirOptions) -> Result<MetaProperties, OpenDirError> {
    let unknown = MetaProperties { version: 1, cluster_id: None, node_id: None, directory_id: None };
    let found = read_meta(world.disk(), path)?;
    if found.is_none()
        && let Some(partition) = any_partition(world.disk(), path).map_err(|error| OpenDirError::Io {
            path: path.to_owned(),
            doing: "list the partitions",
            error,
        })?
    {
        // A new name for it would part it from its cluster.
        return Err(OpenDirError::NoMeta { dir: path.to_owned(), partition });
    }
    let mut meta = found.unwrap_or(unknown);
    let before = meta.clone();
    if let Some(found) = meta.node_id
        && found != options.node_id
    {
        return Err(OpenDirError::Node { dir: path.to_owned(), found, wanted: options.node_id });
    }
    if let (Some(found), Some(wanted)) = (&meta.cluster_id, &options.cluster_id)
        && found != wanted
    {
        return Err(OpenDirError::Cluster { dir: path.to_owned(), found: found.clone(), wanted: wanted.clone() });
    }
    meta.version = 1;
    meta.node_id = Some(options.node_id);
    let new_cluster = || options.cluster_id.clone().unwrap_or_else(|| fresh_id(world).to_string());
    meta.cluster_id = Some(meta.cluster_id.take().unwrap_or_else(new_cluster));
    meta.directory_id = Some(meta.directory_id.unwrap_or_else(|| fresh_id(world)));
    if meta != before {
        let failed = |error| OpenDirError::Io { path: path.join(meta_properties::FILE_NAME), doing: "write", error };
        write_meta(world, path, &meta).map_err(failed)?;
    }
    Ok(meta)
}

/// The folder of a partition, if there is one that is not on its way out.
fn any_partition(disk: &Disk, path: &Path) -> io::Result<Option<String>> {
    let is_live = |name: &str| PartitionDirName::parse(name).is_some_and(|name| name.role == PartitionDirRole::Live);
    Ok(disk.read_names(path)?.into_iter().find(|entry| entry.is_dir && is_live(&entry.name)).map(|entry| entry.name))
}

fn read_meta(disk: &Disk, path: &Path) -> Result<Option<MetaProperties>, OpenDirError> {
    let file = path.join(meta_properties::FILE_NAME);
    match disk.read(&file) {
        Ok(bytes) => meta_properties::decode(&bytes)
            .map(Some)
            .map_err(|error| OpenDirError::Unreadable { path: file, why: error.to_string() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(OpenDirError::Io { path: file, doing: "read", error }),
    }
}

fn write_meta(world: &World, path: &Path, meta: &MetaProperties) -> io::Result<()> {
    let text = meta_properties::encode(meta, world.wall_ms());
    world.disk().write_atomic(path.join(meta_properties::FILE_NAME), text.as_bytes())
}

/// An id for a cluster or a directory that nobody has.
pub fn fresh_id(world: &World) -> Uuid {
    loop {
        let id = Uuid(world.uuid_bits());
        if !id.is_reserved() {
            return id;
        }
    }
}

#[cfg(test)]
mod tests;
