//! The node's log directories: which it holds, which it has to do without, and where a new replica goes.
//!
//! The set is fixed when the node starts. A directory that cannot be used then, or fails later, is offline until the next start;
//! the others go on. Only the one with the metadata log cannot be done without, and one at least must be left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kampa_configs::BrokerConfig;
use kampa_metadata::{MetadataImage, directory_id};
use kampa_protocol::Uuid;
use kampa_storage::{LogDir, LogDirOptions, OPEN_SEGMENTS_MAX, OpenDirError};
use kampa_world::World;

use crate::node::StartError;

/// All directories of a node. Cloning shares them.
#[derive(Clone)]
pub struct LogDirs {
    inner: Arc<Inner>,
}

struct Inner {
    metadata: LogDir,
    data: Vec<DataDir>,
}

/// An entry of `log.dirs`.
pub struct DataDir {
    /// From the root.
    pub path: PathBuf,
    held: Result<LogDir, String>,
    /// How many replicas lie in it.
    replicas: AtomicUsize,
}

/// The directories while only that of the metadata log is held.
pub struct Beginning {
    pub metadata: LogDir,
    paths: Vec<PathBuf>,
    node_id: i32,
    open_segments_max: usize,
    journal_bytes: u64,
}

impl Beginning {
    /// Takes hold of the directory of the metadata log. What the others hold of is looked at first: with theirs missing, it must not
    /// begin a cluster of its own. Blocks.
    pub fn hold(world: &World, config: &BrokerConfig) -> Result<Beginning, StartError> {
        // What clients are told of it means nothing without where it is.
        let absolute = |path: &PathBuf| world.disk().absolute(path);
        let metadata = absolute(&config.metadata_log_dir);
        let paths: Vec<PathBuf> = config.log_dirs.iter().map(absolute).collect();
        let mut seen = BTreeSet::new();
        if let Some(path) = paths.iter().find(|path| !seen.insert(*path)) {
            return Err(StartError::DirNamedTwice { path: path.clone() });
        }
        if LogDir::look(world, &metadata)?.is_none() {
            for path in paths.iter().filter(|path| **path != metadata) {
                // One that cannot be read is of no cluster that could be told.
                if let Ok(Some(meta)) = LogDir::look(world, path) {
                    let cluster = meta.cluster_id.unwrap_or_default();
                    return Err(StartError::NoMetadata { metadata, path: path.clone(), cluster });
                }
            }
        }
        let open_segments_max = OPEN_SEGMENTS_MAX / paths.len().max(1);
        let journal_bytes = config.journal_bytes;
        let options = LogDirOptions { node_id: config.node_id, cluster_id: None, open_segments_max, journal_bytes };
        let metadata = LogDir::open(world, &metadata, options)?;
        Ok(Beginning { metadata, paths, node_id: config.node_id, open_segments_max, journal_bytes })
    }

    /// Takes hold of the others, as far as it can. `image` says which directories this node has had: while one of them is nowhere to
    /// be found, an empty directory may be what is left of it (a disk that is not mounted), and is not begun anew. Blocks.
    pub fn hold_others(self, image: &MetadataImage) -> Result<LogDirs, StartError> {
        let world = self.metadata.world().clone();
        let mut found: BTreeSet<Uuid> = BTreeSet::from([self.metadata.directory_id()]);
        let looked: Vec<_> = self.paths.iter().map(|path| LogDir::look(&world, path)).collect();
        found.extend(looked.iter().flatten().flatten().filter_map(|meta| meta.directory_id));
        let missing = directories_of(image, self.node_id).into_iter().find(|id| !found.contains(id));
        let mut data: Vec<DataDir> = Vec::new();
        for (path, looked) in self.paths.iter().zip(looked) {
            let held = if path == self.metadata.path() {
                Ok(self.metadata.clone())
            } else {
                match (looked, missing) {
                    (Err(error), _) => Err(error.to_string()),
                    (Ok(None), Some(missing)) => Err(unformatted(path, missing)),
                    _ => self.hold_one(&world, path)?,
                }
            };
            if let Err(why) = &held {
                tracing::error!(dir = %path.display(), error = why, "log directory is offline until restart");
            }
            data.push(DataDir { path: path.clone(), held, replicas: AtomicUsize::new(0) });
        }
        let dirs = LogDirs { inner: Arc::new(Inner { metadata: self.metadata, data }) };
        dirs.check()?;
        Ok(dirs)
    }

    /// The inner error is one that the others can do without it.
    fn hold_one(&self, world: &World, path: &Path) -> Result<Result<LogDir, String>, OpenDirError> {
        let options = LogDirOptions {
            node_id: self.node_id,
            cluster_id: Some(self.metadata.cluster_id().to_owned()),
            open_segments_max: self.open_segments_max,
            journal_bytes: self.journal_bytes,
        };
        match LogDir::open_among(world, path, options, self.metadata.sync_times()) {
            Ok(dir) => Ok(Ok(dir)),
            Err(error @ (OpenDirError::Io { .. } | OpenDirError::Unreadable { .. })) => Ok(Err(error.to_string())),
            Err(error) => Err(error),
        }
    }
}

impl LogDirs {
    /// Where the metadata log lies; perhaps among the others, perhaps by itself.
    pub fn metadata(&self) -> &LogDir {
        &self.inner.metadata
    }

    /// As `log.dirs` names them.
    pub fn data(&self) -> &[DataDir] {
        &self.inner.data
    }

    /// All that this process holds, offline by now or not; that of the metadata log first.
    pub fn held(&self) -> Vec<LogDir> {
        let others = self.data().iter().filter_map(|data| data.held.as_ref().ok());
        let others = others.filter(|dir| dir.path() != self.metadata().path());
        [self.metadata()].into_iter().chain(others).cloned().collect()
    }

    /// Those of `log.dirs` that are in use.
    pub fn online(&self) -> impl Iterator<Item = &LogDir> {
        self.data().iter().filter_map(|data| data.online())
    }

    /// Whether all of `log.dirs` are in use.
    pub fn is_whole(&self) -> bool {
        self.data().iter().all(|data| data.online().is_some())
    }

    /// The directory of this id, if it is in use.
    pub fn with_id(&self, id: Uuid) -> Option<&LogDir> {
        self.online().find(|dir| dir.directory_id() == id)
    }

    /// The entry of `log.dirs` that is written so.
    pub fn with_path(&self, path: &str) -> Option<&DataDir> {
        // Compared as they are written, as in Kafka.
        self.data().iter().find(|data| data.path.to_string_lossy() == path)
    }

    /// The broker's epoch at the last stop, if that was clean in every directory; as Kafka reckons it (KIP-966).
    pub fn clean_epoch(&self) -> Option<i64> {
        let epoch = |data: &DataDir| data.online().filter(|dir| dir.was_clean()).map(LogDir::previous_broker_epoch);
        let epochs: Option<Vec<i64>> = self.data().iter().map(epoch).collect();
        let epochs = epochs?;
        let first = *epochs.first()?;
        (first >= 0 && epochs.iter().all(|epoch| *epoch == first)).then_some(first)
    }

    /// Where a new replica goes: where the fewest are, or, if it cannot be made there, the next one.
    pub fn emptiest_first(&self) -> Vec<LogDir> {
        let in_use =
            self.data().iter().filter_map(|data| Some((data.replicas.load(Ordering::Relaxed), data.online()?)));
        let mut in_use: Vec<(usize, &LogDir)> = in_use.collect();
        in_use.sort_by_key(|(replicas, _)| *replicas);
        in_use.into_iter().map(|(_, dir)| dir.clone()).collect()
    }

    /// A replica was opened in a directory, or came to it.
    pub fn count(&self, dir: &LogDir) {
        self.counter(dir, |replicas| replicas.fetch_add(1, Ordering::Relaxed));
    }

    /// A replica has left a directory.
    pub fn discount(&self, dir: &LogDir) {
        self.counter(dir, |replicas| replicas.fetch_sub(1, Ordering::Relaxed));
    }

    fn counter(&self, dir: &LogDir, change: impl FnOnce(&AtomicUsize) -> usize) {
        if let Some(data) = self.data().iter().find(|data| data.path == dir.path()) {
            change(&data.replicas);
        }
    }

    /// What Kafka does not start with, either: two directories with one id, a metadata log out of its place, no directory at all.
    fn check(&self) -> Result<(), StartError> {
        let mut paths = BTreeMap::new();
        for dir in self.held() {
            if let Some(first) = paths.insert(dir.directory_id(), dir.path().to_owned()) {
                let second = dir.path().to_owned();
                return Err(StartError::SameDirectoryId { first, second, id: dir.directory_id() });
            }
            let stray = dir.path().join(kampa_kraft::FOLDER);
            if dir.path() != self.metadata().path() && dir.world().disk().exists(&stray) {
                return Err(StartError::SecondMetadata { found: stray, metadata: self.metadata().path().to_owned() });
            }
        }
        match self.data().iter().find_map(|data| data.offline()) {
            Some(why) if self.online().next().is_none() => Err(StartError::NoDir { why }),
            _ => Ok(()),
        }
    }
}

impl DataDir {
    /// The directory, if it is in use.
    pub fn online(&self) -> Option<&LogDir> {
        self.held.as_ref().ok().filter(|dir| dir.offline().is_none())
    }

    /// Why it is not in use, if so.
    pub fn offline(&self) -> Option<String> {
        match &self.held {
            Ok(dir) => dir.offline().map(str::to_owned),
            Err(why) => Some(why.clone()),
        }
    }
}

/// The directories a node has told of: those it registered with, and those its replicas are said to lie in.
fn directories_of(image: &MetadataImage, node_id: i32) -> BTreeSet<Uuid> {
    let registered = image.brokers.get(&node_id).map(|broker| broker.log_dirs.clone()).unwrap_or_default();
    let mut ids: BTreeSet<Uuid> = registered.into_iter().collect();
    for topic in image.topics.iter() {
        ids.extend(topic.partitions.values().map(|partition| partition.directory(node_id)));
    }
    for nowhere in [directory_id::UNASSIGNED, directory_id::LOST, directory_id::MIGRATING] {
        ids.remove(&nowhere);
    }
    ids
}

fn unformatted(path: &Path, missing: Uuid) -> String {
    format!(
        "the log directory {} has no meta.properties, and the directory {missing} of this node is nowhere to be found. Bring it \
         back (is its disk mounted?), or, if it is lost, have this one begun anew: kafka-storage format --ignore-formatted",
        path.display()
    )
}

#[cfg(test)]
mod tests;
