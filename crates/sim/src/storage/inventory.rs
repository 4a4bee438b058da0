//! What lies in the log directories at a start, held against the image, as `broker::inventory` does it.

use std::collections::BTreeMap;

use kampa_formats::partition_dir_name::PartitionDirRole;
use kampa_replication::Checkpoints;
use kampa_storage::PartitionFolder;

use super::history::PlaceId;
use super::node::Node;

/// What was found. Empty for partitions that come later.
#[derive(Default)]
pub struct Inventory {
    checkpoints: Vec<Checkpoints>,
    found: BTreeMap<PlaceId, usize>,
}

impl Inventory {
    /// Looks through all directories; sets aside what is not in the image, and removes copies that are not whole. Blocks.
    pub fn take(node: &Node) -> Result<Inventory, String> {
        let mut inventory = Inventory::default();
        let mut candidates: BTreeMap<PlaceId, Vec<(usize, PartitionFolder)>> = BTreeMap::new();
        for (at, dir) in node.dirs.iter().enumerate() {
            for folder in dir.scan().map_err(|error| error.to_string())? {
                match (&folder.name.role, owner(node, &folder)) {
                    (PartitionDirRole::Future(_), _) => {
                        dir.delete_closed(&folder.folder).map_err(|error| error.to_string())?;
                        node.recorder.count("unfinished copy removed");
                    }
                    (PartitionDirRole::Live, Some(place)) => candidates.entry(place).or_default().push((at, folder)),
                    (PartitionDirRole::Live, None) => set_aside(node, at, &folder, "folder set aside")?,
                    _ => {}
                }
            }
            inventory.checkpoints.push(Checkpoints::read(dir).map_err(|error| error.to_string())?);
        }
        for (place, candidates) in candidates {
            inventory.found.insert(place, choose(node, place, candidates)?);
        }
        Ok(inventory)
    }

    /// Where the partition is, if it is anywhere.
    pub fn dir_of(&self, place: PlaceId) -> Option<usize> {
        self.found.get(&place).copied()
    }

    /// What the files of a directory say.
    pub fn checkpoints(&self, dir: usize) -> Checkpoints {
        self.checkpoints.get(dir).cloned().unwrap_or_default()
    }
}

/// Of several folders for one partition, the one where the image has it.
fn choose(node: &Node, place: PlaceId, mut candidates: Vec<(usize, PartitionFolder)>) -> Result<usize, String> {
    if candidates.len() == 1 {
        return Ok(candidates[0].0);
    }
    let named = node.image.dir_of(place);
    let mut chosen = candidates.iter().position(|(at, _)| Some(*at) == named);
    let marked = |(_, folder): &(usize, PartitionFolder)| folder.topic_id.is_some();
    if chosen.is_none() && candidates.iter().filter(|one| marked(one)).count() == 1 {
        chosen = candidates.iter().position(marked);
    }
    let chosen = chosen.ok_or_else(|| format!("two folders of {} and none named", candidates[0].1.folder))?;
    let (at, _) = candidates.swap_remove(chosen);
    for (other, folder) in candidates {
        set_aside(node, other, &folder, "second folder set aside")?;
    }
    Ok(at)
}

fn owner(node: &Node, folder: &PartitionFolder) -> Option<PlaceId> {
    let name = format!("{}-{}", &*folder.name.topic, folder.name.partition);
    node.image.places().into_iter().find(|place| {
        let id = node.recorder.place(*place).id;
        id.to_string() == name && folder.topic_id.is_none_or(|found| found == id.topic_id)
    })
}

fn set_aside(node: &Node, at: usize, folder: &PartitionFolder, counted: &'static str) -> Result<(), String> {
    node.dirs[at].set_aside(&folder.folder).map_err(|error| error.to_string())?;
    node.recorder.count(counted);
    Ok(())
}
