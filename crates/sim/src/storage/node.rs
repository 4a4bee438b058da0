//! One process over its log directories: what the broker does with it, without a broker.
//!
//! Keeps to the broker's calls and their order (`broker::changes`, `broker::node`, `broker::upkeep`); where those change, this
//! does. Which partitions there are, the [`Image`] says: here as there it is what survives everything.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use kampa_protocol::Text;
use kampa_replication::{Checkpoints, Partition};
use kampa_storage::{LogDir, LogDirOptions};
use kampa_world::{Task, World};
use parking_lot::Mutex;

use super::history::{Event, PlaceId, Recorder, Retention};
use super::inventory::Inventory;
use super::plan::Plan;

/// The partitions there are, each with its leader epoch, and where they lie: what a cluster's metadata say. Cloning shares it.
#[derive(Clone, Default)]
pub struct Image {
    partitions: Arc<Mutex<BTreeMap<PlaceId, i32>>>,
    dirs: Arc<Mutex<BTreeMap<PlaceId, usize>>>,
    /// Names that are not given again.
    retired: Arc<Mutex<BTreeSet<Text>>>,
}

/// Cloning shares it.
#[derive(Clone)]
pub struct Node {
    /// The process.
    pub world: World,
    /// Its directories.
    pub dirs: Vec<LogDir>,
    /// Where it writes down what it does.
    pub recorder: Recorder,
    /// What there is to be.
    pub image: Image,
    open: Arc<Mutex<BTreeMap<PlaceId, Partition>>>,
    /// What moves to another directory.
    pub moving: Arc<Mutex<BTreeSet<PlaceId>>>,
    /// Topics that are on their way out: the controller takes one away before it makes another of its name.
    deleting: Arc<Mutex<BTreeSet<Text>>>,
    /// The disk may fail it.
    may_fail: bool,
}

impl Image {
    /// The partition is there from now on.
    pub fn add(&self, place: PlaceId, dir: usize) {
        self.partitions.lock().insert(place, 0);
        self.assign(place, dir);
    }

    /// It lies in this directory, or is on its way there.
    pub fn assign(&self, place: PlaceId, dir: usize) {
        self.dirs.lock().insert(place, dir);
    }

    /// Where it lies or goes.
    pub fn dir_of(&self, place: PlaceId) -> Option<usize> {
        self.dirs.lock().get(&place).copied()
    }

    /// It is not any more.
    pub fn remove(&self, place: PlaceId) {
        self.partitions.lock().remove(&place);
    }

    /// Whether a topic may be called so again.
    fn may_name(&self, topic: &str) -> bool {
        !self.retired.lock().contains(topic)
    }

    /// All of them.
    pub fn places(&self) -> Vec<PlaceId> {
        self.partitions.lock().keys().copied().collect()
    }

    /// Every partition has another leader epoch.
    pub fn elect(&self) {
        self.partitions.lock().values_mut().for_each(|epoch| *epoch += 1);
    }

    fn leader_epoch(&self, place: PlaceId) -> Option<i32> {
        self.partitions.lock().get(&place).copied()
    }
}

impl Node {
    /// Holds the directories, looks around in them and opens what the image names; an error says why it cannot.
    pub async fn start(
        world: &World,
        recorder: &Recorder,
        image: &Image,
        plan: &Plan,
        may_fail: bool,
    ) -> Result<Node, String> {
        let options = LogDirOptions {
            node_id: 1,
            cluster_id: None,
            open_segments_max: plan.open_segments_max,
            journal_bytes: 256 << 10,
        };
        let mut dirs = Vec::new();
        for path in &DATA_DIRS[..plan.dirs] {
            let (there, options) = (world.clone(), options.clone());
            let dir = world.offload(move || LogDir::open(&there, path.as_ref(), options)).await;
            dirs.push(dir.map_err(|error| error.to_string())?);
        }
        let node = Node {
            world: world.clone(),
            dirs,
            recorder: recorder.clone(),
            image: image.clone(),
            open: Arc::default(),
            moving: Arc::default(),
            deleting: Arc::default(),
            may_fail,
        };
        let looker = node.clone();
        let inventory = Arc::new(world.offload(move || Inventory::take(&looker)).await?);
        let waiting = image.places();
        let lanes: Vec<_> = (0..OPENED_TOGETHER)
            .map(|lane| {
                let mine: Vec<PlaceId> = waiting.iter().skip(lane).step_by(OPENED_TOGETHER).copied().collect();
                let (node, inventory) = (node.clone(), inventory.clone());
                let world = world.clone();
                world.clone().spawn("open partitions", async move {
                    world.offload(move || mine.into_iter().for_each(|place| node.open(place, &inventory))).await;
                })
            })
            .collect();
        for lane in lanes {
            let _ = lane.await;
        }
        Ok(node)
    }

    fn open(&self, place: PlaceId, inventory: &Inventory) {
        let Some(leader_epoch) = self.image.leader_epoch(place) else { return };
        let about = self.recorder.place(place);
        let dir = inventory.dir_of(place).or(self.image.dir_of(place)).unwrap_or_default();
        let checkpoints = inventory.checkpoints(dir);
        let (how, clean_end) = (checkpoints.open_as(&about.id), checkpoints.clean_end(&about.id));
        let opened = Partition::open(&self.dirs[dir], about.id.clone(), about.config, how)
            .and_then(|partition| partition.become_leader(leader_epoch).map(|()| partition));
        match opened {
            Ok(partition) => {
                if let Some(offset) = clean_end {
                    partition.set_clean_end(offset);
                }
                let (marks, durable_end) = (partition.watermarks(), partition.durable_end());
                self.recorder.say(Event::Opened { place, dir, leader_epoch, marks, durable_end });
                self.image.assign(place, dir);
                self.open.lock().insert(place, partition);
            }
            Err(error) => {
                self.recorder.count("partition not opened");
                if !self.may_fail {
                    self.recorder.say(Event::NotOpened { place, why: error.to_string() });
                }
            }
        }
    }

    /// Opens a partition that was just made. Blocks.
    pub fn make(&self, place: PlaceId) {
        self.open(place, &Inventory::default());
    }

    /// A topic is on its way out, until [`Node::forget_deleted`].
    pub fn begin_to_delete(&self, topic: &Text) {
        self.deleting.lock().insert(topic.clone());
    }

    /// Whether a topic may be called so.
    pub fn may_name(&self, topic: &str) -> bool {
        self.image.may_name(topic) && !self.deleting.lock().contains(topic)
    }

    /// Takes a partition away that is not in the image any more. Blocks.
    pub fn delete(&self, place: PlaceId) {
        let open = self.open.lock().remove(&place);
        let deleted = match open {
            Some(partition) => partition.delete(),
            None => {
                let folder = self.recorder.place(place).id.to_string();
                self.dirs.iter().try_for_each(|dir| dir.delete_closed(&folder))
            }
        };
        self.bear("delete a partition", deleted);
    }

    /// After all partitions of a topic were taken away. Where the disk is too full for it, the name is not given again: a crash
    /// before the next checkpoint would have the new topic begin where the old one's log did. Blocks.
    pub fn forget_deleted(&self, topic: &Text) {
        let forgotten = self.dirs.iter().try_for_each(Checkpoints::forget_deleted);
        if forgotten.is_err() {
            self.image.retired.lock().insert(topic.clone());
        }
        self.deleting.lock().remove(topic);
        self.bear("forget a topic", forgotten);
    }

    /// A partition, while it is open.
    pub fn partition(&self, place: PlaceId) -> Option<Partition> {
        self.open.lock().get(&place).cloned()
    }

    /// Whether all partitions are open.
    pub fn is_whole(&self) -> bool {
        self.image.places().into_iter().all(|place| self.open.lock().contains_key(&place))
    }

    /// All open partitions.
    pub fn partitions(&self) -> Vec<(PlaceId, Partition)> {
        self.open.lock().iter().map(|(place, partition)| (*place, partition.clone())).collect()
    }

    /// Begins what runs by the clock.
    pub fn keep(&self, plan: &Plan) -> Vec<Task<()>> {
        let keep_house = |dir: &LogDir| {
            let house = dir.clone();
            self.world.spawn("keep house", async move { house.keep_house().await })
        };
        let mut tasks: Vec<Task<()>> = self.dirs.iter().map(keep_house).collect();
        let mut every = |name, period: Duration, chore: fn(&Node)| {
            let node = self.clone();
            tasks.push(self.world.spawn(name, async move {
                loop {
                    node.world.sleep(period).await;
                    let there = node.clone();
                    node.world.offload(move || chore(&there)).await;
                }
            }));
        };
        every("retention", plan.retention_every, Node::retain);
        every("checkpoints", plan.checkpoints_every, Node::write_checkpoints);
        tasks
    }

    /// One round of retention. Blocks.
    pub fn retain(&self) {
        for (place, partition) in self.partitions() {
            let (now_ms, before) = (self.world.wall_ms(), partition.watermarks());
            match partition.retain(now_ms) {
                Ok(retained) => self.recorder.say(Event::Retained(Box::new(Retention {
                    place,
                    now_ms,
                    log_start: before.log_start,
                    high_watermark: before.high_watermark,
                    deleted: retained.deleted,
                    left: partition.segments(),
                    new_log_start: retained.new_log_start,
                }))),
                Err(error) => return self.bear("retain", Err(error)),
            }
        }
    }

    /// Writes the checkpoint files. Blocks.
    pub fn write_checkpoints(&self) {
        let written = self.checkpoint();
        self.bear("write the checkpoints", written);
    }

    /// As [`Node::write_checkpoints`], and says how that went. Blocks.
    pub fn checkpoint(&self) -> io::Result<()> {
        for (at, dir) in self.dirs.iter().enumerate() {
            let partitions = self.partitions_in(dir);
            let log_starts: Vec<(PlaceId, i64)> =
                partitions.iter().map(|(place, partition)| (*place, partition.watermarks().log_start)).collect();
            for (place, partition) in &partitions {
                self.recorder.say(Event::Durable { place: *place, end: partition.durable_end() });
            }
            Checkpoints::write(dir, partitions.iter().map(|(_, partition)| partition))?;
            self.recorder.say(Event::Checkpointed { dir: at, log_starts });
        }
        Ok(())
    }

    fn partitions_in(&self, dir: &LogDir) -> Vec<(PlaceId, Partition)> {
        self.partitions().into_iter().filter(|(_, partition)| partition.dir().path() == dir.path()).collect()
    }

    /// The image has it where it is.
    pub fn name(&self, place: PlaceId, partition: &Partition) {
        if let Some(dir) = self.dirs.iter().position(|dir| dir.path() == partition.dir().path()) {
            self.image.assign(place, dir);
        }
    }

    /// Writes up to where partitions are compacted. Blocks.
    pub fn write_clean_ends(&self) -> io::Result<()> {
        self.dirs.iter().try_for_each(|dir| {
            Checkpoints::write_clean_ends(dir, self.partitions_in(dir).iter().map(|(_, partition)| partition))
        })
    }

    /// A clean stop; whether it was one.
    pub async fn stop(&self, chores: &[Task<()>]) -> bool {
        chores.iter().for_each(Task::abort);
        let node = self.clone();
        let finish = move || -> io::Result<()> {
            for dir in &node.dirs {
                let mut together = dir.together();
                node.partitions_in(dir).iter().try_for_each(|(_, partition)| partition.close_with(&mut together))?;
                together.finish()?;
            }
            node.checkpoint()?;
            node.dirs.iter().try_for_each(|dir| dir.mark_clean(1))
        };
        match self.world.offload(finish).await {
            Ok(()) => {
                self.recorder.say(Event::Stopped);
                true
            }
            // For a partition that could not be opened nobody vouches.
            Err(_) if !self.is_whole() => false,
            Err(error) => {
                self.bear("stop cleanly", Err(error));
                false
            }
        }
    }

    /// An error that the broker bears: only on a disk that may fail.
    pub fn bear(&self, doing: &'static str, result: io::Result<()>) {
        let Err(error) = result else { return };
        self.recorder.count("an operation failed");
        if !self.may_fail {
            self.recorder.wrong(format!("cannot {doing}, and the disk is sound: {error}"));
        }
        self.look_offline();
    }

    /// As [`Node::bear`], of an operation on one partition: it fails rightly once that is deleted.
    pub fn bear_of(&self, place: PlaceId, doing: &'static str, result: io::Result<()>) {
        if self.partition(place).is_some() {
            self.bear(doing, result);
        }
    }

    /// Whether a directory takes no more writes.
    pub fn look_offline(&self) -> bool {
        let offline = (0..self.dirs.len()).filter(|at| self.dirs[*at].offline().is_some());
        let offline: Vec<usize> = offline.collect();
        offline.iter().for_each(|dir| self.recorder.say(Event::Offline { dir: *dir }));
        !offline.is_empty()
    }

    /// Whether the disk may fail it.
    pub fn may_fail(&self) -> bool {
        self.may_fail
    }
}

/// Where it keeps its data, in one or both.
pub const DATA_DIRS: [&str; 2] = ["/data", "/more"];
/// Partitions opened at the same time.
const OPENED_TOGETHER: usize = 2;
