//! What lies in the log directories at a start, held against the metadata: where each replica is, and what should not be there.
//!
//! The image says which partitions there are; where a replica lies, its folder says. A folder of no partition of the image is set
//! aside, not deleted.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use kampa_formats::partition_dir_name::PartitionDirRole;
use kampa_metadata::{MetadataImage, Topic};
use kampa_protocol::Uuid;
use kampa_replication::{Checkpoints, PartitionId};
use kampa_storage::{LogDir, OpenAs, OpenDirError, PartitionFolder};

use crate::log_dirs::LogDirs;
use crate::node::StartError;

/// What was found. Empty for partitions that come later.
#[derive(Default)]
pub struct Inventory {
    /// Of the start: a replica that is nowhere to be found may lie in a directory that is offline.
    of_start: bool,
    /// By the directory's id.
    checkpoints: BTreeMap<Uuid, Checkpoints>,
    /// By topic id and index.
    replicas: BTreeMap<(Uuid, i32), LogDir>,
    /// Where copies were on their way to.
    moves: BTreeMap<(Uuid, i32), LogDir>,
}

/// A folder that is to be a partition's.
struct Candidate {
    dir: LogDir,
    folder: PartitionFolder,
}

impl Inventory {
    /// Looks through all directories, and sets aside what belongs to nobody. One that cannot be looked through goes offline. Blocks.
    pub fn take(dirs: &LogDirs, image: &MetadataImage, node_id: i32) -> Result<Inventory, StartError> {
        let mut inventory = Inventory { of_start: true, ..Inventory::default() };
        let mut candidates: BTreeMap<(Uuid, i32), Vec<Candidate>> = BTreeMap::new();
        let mut copies = Vec::new();
        for dir in dirs.online() {
            match inventory.look_through(dir, image, node_id, &mut candidates, &mut copies) {
                Err(StartError::Dir(OpenDirError::Io { error, .. })) => dir.take_offline("look through it", error),
                other => other?,
            }
        }
        for ((topic_id, index), candidates) in candidates {
            let named = image.topics.with_id(&topic_id).and_then(|topic| topic.partitions.get(&index));
            let named = named.map_or(Uuid::ZERO, |partition| partition.directory(node_id));
            if let Some(dir) = choose(candidates, named)? {
                inventory.replicas.insert((topic_id, index), dir);
            }
        }
        for (topic_id, index, dir, folder) in copies {
            // How far a copy was nobody knows. Without the original it says that there is one, in the directory that is offline.
            if dirs.is_whole() || inventory.replicas.contains_key(&(topic_id, index)) {
                remove_copy(&dir, &folder)?;
            }
        }
        Ok(inventory)
    }

    fn look_through(
        &mut self,
        dir: &LogDir,
        image: &MetadataImage,
        node_id: i32,
        candidates: &mut BTreeMap<(Uuid, i32), Vec<Candidate>>,
        copies: &mut Vec<(Uuid, i32, LogDir, String)>,
    ) -> Result<(), StartError> {
        for folder in dir.scan()? {
            let is_future = matches!(folder.name.role, PartitionDirRole::Future(_));
            if folder.folder == kampa_kraft::FOLDER || !is_future && folder.name.role != PartitionDirRole::Live {
                continue;
            }
            match owner(image, node_id, &folder) {
                // How far it was nobody knows.
                Some(topic) if is_future => {
                    self.moves.insert((topic.id, folder.name.partition), dir.clone());
                    copies.push((topic.id, folder.name.partition, dir.clone(), folder.folder));
                }
                Some(topic) => {
                    let place = (topic.id, folder.name.partition);
                    candidates.entry(place).or_default().push(Candidate { dir: dir.clone(), folder });
                }
                None if is_future => remove_copy(dir, &folder.folder)?,
                None => set_aside(dir, &folder.folder, "a partition that the cluster does not know is set aside")?,
            }
        }
        let checkpoints = Checkpoints::read(dir).map_err(failed(dir, "read the checkpoints"))?;
        self.checkpoints.insert(dir.directory_id(), checkpoints);
        Ok(())
    }

    /// Whether this is of a start.
    pub fn is_of_start(&self) -> bool {
        self.of_start
    }

    /// The moves that were under way, to be begun anew: where they went, by topic id and index.
    pub fn moves(&self) -> &BTreeMap<(Uuid, i32), LogDir> {
        &self.moves
    }

    /// The directory that a replica was found in.
    pub fn dir_of(&self, topic_id: Uuid, index: i32) -> Option<&LogDir> {
        self.replicas.get(&(topic_id, index))
    }

    /// Up to where it was compacted there, if it ever was.
    pub fn clean_end(&self, dir: &LogDir, id: &PartitionId) -> Option<i64> {
        self.checkpoints.get(&dir.directory_id())?.clean_end(id)
    }

    /// All replicas that were found, and where.
    pub fn replicas(&self) -> impl Iterator<Item = ((Uuid, i32), &LogDir)> {
        self.replicas.iter().map(|(place, dir)| (*place, dir))
    }

    /// How its log is to be opened there.
    pub fn open_as(&self, dir: &LogDir, id: &PartitionId) -> OpenAs {
        match self.checkpoints.get(&dir.directory_id()) {
            Some(checkpoints) => checkpoints.open_as(id),
            None => Checkpoints::default().open_as(id),
        }
    }
}

/// Of several folders for one replica, the one where the metadata has it; or the only one that says whose it is. The others are set
/// aside. With no such mark this is Kafka's case, too: nobody can tell which one has the records.
fn choose(mut candidates: Vec<Candidate>, named: Uuid) -> Result<Option<LogDir>, StartError> {
    if candidates.len() > 1 {
        let mut chosen = candidates.iter().position(|one| one.dir.directory_id() == named);
        let marked = |one: &Candidate| one.folder.topic_id.is_some();
        if chosen.is_none() && candidates.iter().filter(|one| marked(one)).count() == 1 {
            chosen = candidates.iter().position(marked);
        }
        let Some(chosen) = chosen else {
            let path = |one: &Candidate| one.dir.path().join(&one.folder.folder);
            return Err(StartError::TwoReplicas { first: path(&candidates[0]), second: path(&candidates[1]) });
        };
        let chosen = candidates.swap_remove(chosen);
        for other in candidates {
            set_aside(&other.dir, &other.folder.folder, "a second folder of a partition is set aside")?;
        }
        return Ok(Some(chosen.dir));
    }
    Ok(candidates.pop().map(|only| only.dir))
}

/// The topic of the image that a folder belongs to, if this node has a replica.
fn owner<'a>(image: &'a MetadataImage, node_id: i32, folder: &PartitionFolder) -> Option<&'a Topic> {
    let topic = image.topics.named(&folder.name.topic)?;
    // A folder that lost its `partition.metadata` is taken by its name.
    let same = folder.topic_id.is_none_or(|id| id == topic.id);
    let state = topic.partitions.get(&folder.name.partition)?;
    (same && state.replicas.contains(&node_id)).then_some(topic)
}

fn remove_copy(dir: &LogDir, folder: &str) -> Result<(), StartError> {
    dir.delete_closed(folder).map_err(failed(dir, "remove a copy that is not whole"))
}

fn set_aside(dir: &LogDir, folder: &str, why: &'static str) -> Result<(), StartError> {
    let aside = dir.set_aside(folder).map_err(failed(dir, "set a folder aside"))?;
    let path: PathBuf = dir.path().join(folder);
    tracing::warn!(folder = %path.display(), aside, why);
    Ok(())
}

fn failed(dir: &LogDir, doing: &'static str) -> impl FnOnce(io::Error) -> StartError {
    let path = dir.path().to_owned();
    move |error| StartError::Dir(OpenDirError::Io { path, doing, error })
}
