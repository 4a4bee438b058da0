//! What a change of the metadata means for this node: partitions open, lead, take new settings, close and go.
//!
//! The image is the truth; the log directories follow. What lies in them at a start, `inventory` tells.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use kampa_configs::{BrokerConfig, Given, TopicConfig};
use kampa_controller::broker_config;
use kampa_coordinators::DeletedTopic;
use kampa_metadata::{
    Changes, MetadataImage, Partition as PartitionState, ResourceKind, Topic, TopicChange, directory_id,
};
use kampa_metrics::Metrics;
use kampa_protocol::Uuid;
use kampa_replication::{Checkpoints, Partition, PartitionConfig, PartitionId};
use kampa_storage::LogDir;
use kampa_world::Task;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::assignments::Assignments;
use crate::groups::Groups;
use crate::inventory::Inventory;
use crate::log_dirs::LogDirs;
use crate::node::StartError;
use crate::partitions::Partitions;
use crate::quotas::Quotas;
use crate::recovery::{Place, Recovery};
use crate::shared_settings::SharedSettings;
use crate::telemetry::Telemetry;
use crate::{settings, topics};

/// Who acts on changes.
#[derive(Clone)]
pub struct Follower {
    pub node_id: i32,
    pub given: Arc<Given>,
    /// The settings this node obeys, for everybody.
    pub config: watch::Sender<Arc<BrokerConfig>>,
    pub dirs: LogDirs,
    pub assignments: Assignments,
    pub partitions: Arc<Partitions>,
    pub groups: Groups,
    pub quotas: Arc<Quotas>,
    pub telemetry: Arc<Telemetry>,
    pub metrics: Arc<Metrics>,
    pub shared_settings: Arc<SharedSettings>,
    pub recovery: Recovery,
}

/// Partitions opened at the same time at a start: enough for a disk that takes many requests at once, and half of the threads for
/// blocking work, since those who are served meanwhile need them too.
const OPENED_TOGETHER: usize = 8;

/// How long a thread opens one after the other before others get their turn: most take a tenth of a millisecond, and to hand each to
/// a thread would take a good part of that again.
const OPENED_AT_A_STRETCH: Duration = Duration::from_millis(5);

impl Follower {
    /// Sets aside what lies in the directories and belongs to no partition of the image, opens the replicas that have nothing there, and
    /// begins to open the others, several at a time: until they are, they wait in `recovery`. What a start does; gives what was found, and the tasks that open it.
    pub async fn open_everything(
        &self,
        image: &Arc<MetadataImage>,
    ) -> Result<(Arc<Inventory>, Vec<Task<()>>), StartError> {
        let (follower, there) = (self.clone(), image.clone());
        let world = self.dirs.metadata().world().clone();
        let look = move || -> Result<Arc<Inventory>, StartError> {
            let inventory = Arc::new(Inventory::take(&follower.dirs, &there, follower.node_id)?);
            let found = inventory.replicas().map(|(place, dir)| (place, dir.clone()));
            follower.recovery.begin(&there, found);
            for topic in there.topics.iter() {
                topic.partitions.keys().for_each(|index| follower.open(&there, topic, *index, &inventory));
            }
            Ok(inventory)
        };
        let inventory = world.offload(look).await?;
        let queue = Arc::new(Mutex::new(in_order(image, &inventory)));
        let lanes = (0..OPENED_TOGETHER).map(|_| {
            let (follower, inventory, queue) = (self.clone(), inventory.clone(), queue.clone());
            let pool = world.clone();
            world.spawn("open partitions", async move {
                loop {
                    let (follower, inventory, queue) = (follower.clone(), inventory.clone(), queue.clone());
                    let is_done = pool.offload(move || follower.open_some(&queue, &inventory)).await;
                    if is_done {
                        return;
                    }
                }
            })
        });
        let lanes = lanes.collect();
        Ok((inventory, lanes))
    }

    /// Opens replicas for a while; whether none is left. Blocks.
    fn open_some(&self, queue: &Mutex<VecDeque<Place>>, inventory: &Arc<Inventory>) -> bool {
        let world = self.dirs.metadata().world();
        let began = world.now();
        loop {
            let Some(place) = queue.lock().pop_front() else { return true };
            self.open_waiting(place, inventory);
            if world.now().since(began) >= OPENED_AT_A_STRETCH {
                return false;
            }
        }
    }

    /// Opens a replica that waits for it, and puts it in its place as the newest image has it. Blocks.
    fn open_waiting(&self, place: Place, inventory: &Arc<Inventory>) {
        let (topic_id, index) = place;
        let Some(image) = self.recovery.claim(place) else { return };
        let Some(topic) = image.topics.with_id(&topic_id) else { return self.recovery.finish(place, |_| {}) };
        let opened = self.open_replica(&image, topic, index, inventory);
        self.recovery.finish(place, |image| {
            let Some(topic) = image.topics.with_id(&topic_id) else {
                // Whoever deletes the topic waits for this, and takes the folder away.
                return opened.into_iter().for_each(|partition| self.dirs.discount(&partition.dir()));
            };
            let partition = self.opened(topic, index, inventory, opened);
            if let (Some(partition), Some(state)) = (partition, topic.partitions.get(&index)) {
                partition.set_config(self.partition_config(image, topic));
                self.put(topic, index, state, partition);
            }
        });
    }

    /// Does what a change asks for. Runs on the controller's thread: what blocks here delays decisions only.
    pub fn follow(&self, image: &Arc<MetadataImage>, changes: &Changes) {
        self.recovery.follow(image);
        let of_brokers = changes.configs.iter().any(|resource| resource.kind == ResourceKind::BROKER);
        if of_brokers {
            self.take_settings(image);
        }
        if changes.quotas {
            self.quotas.changed(&image.quotas);
        }
        if changes.configs.iter().any(|resource| resource.kind == ResourceKind::CLIENT_METRICS) {
            self.telemetry.follow(image);
        }
        // Before anything is opened: what was decided together may delete a topic and make another of its name.
        self.follow_deleted(changes);
        self.open_refused(image);
        let nothing = Arc::default();
        for topic in changes.topics.keys().filter_map(|id| image.topics.with_id(id)) {
            topic.partitions.keys().for_each(|index| self.open(image, topic, *index, &nothing));
        }
        if of_brokers {
            // What a topic does not say itself, the brokers' settings do.
            return image.topics.iter().for_each(|topic| self.reconfigure(image, topic));
        }
        for resource in changes.configs.iter().filter(|resource| resource.kind == ResourceKind::TOPIC) {
            if let Some(topic) = image.topics.named(&resource.name) {
                self.reconfigure(image, topic);
            }
        }
    }

    /// Takes away what is deleted, its traces too.
    fn follow_deleted(&self, changes: &Changes) {
        let (mut deleted, mut was_written) = (Vec::new(), false);
        for change in changes.topics.values() {
            if let TopicChange::Deleted(topic) = change {
                was_written |= self.delete(topic);
                deleted.push(DeletedTopic { name: topic.name.clone(), id: topic.id });
            }
        }
        if deleted.is_empty() {
            return;
        }
        self.groups.topics_deleted(&deleted);
        // Of the others the checkpoints say nothing.
        for dir in self.dirs.online().filter(|_| was_written) {
            if let Err(error) = Checkpoints::forget_deleted(dir) {
                tracing::warn!(dir = %dir.path().display(), %error, "take deleted topics out of the checkpoints");
            }
        }
    }

    /// Tries the replicas once more for which there was no space.
    fn open_refused(&self, image: &MetadataImage) {
        for ((topic_id, index), inventory) in self.partitions.take_refused() {
            if let Some(topic) = image.topics.with_id(&topic_id) {
                self.open(image, topic, index, &inventory);
            }
        }
    }

    /// Takes the brokers' dynamic settings over what the node was given. Whoever keeps numbers made of settings hears of it.
    fn take_settings(&self, image: &MetadataImage) {
        match broker_config(image, &self.given, self.node_id) {
            Some(config) => drop(self.config.send_replace(Arc::new(config))),
            None => tracing::error!("the dynamic settings do not go together; the node goes on with those it has"),
        }
    }

    fn config(&self) -> Arc<BrokerConfig> {
        self.config.borrow().clone()
    }

    /// Opens a partition that has a replica here and is not open, and leads it if that is its leader.
    fn open(&self, image: &MetadataImage, topic: &Topic, index: i32, inventory: &Arc<Inventory>) {
        if self.partitions.is_offline(topic.id, index) || self.recovery.has((topic.id, index)) {
            return;
        }
        let Some(state) = topic.partitions.get(&index).filter(|state| state.replicas.contains(&self.node_id)) else {
            return;
        };
        let partition = match self.partitions.find(topic.id, index) {
            Some(open) => Some(open),
            None => self.opened(topic, index, inventory, self.open_replica(image, topic, index, inventory)),
        };
        if let Some(partition) = partition {
            self.put(topic, index, state, partition);
        }
    }

    /// The partition; or what is left to do when it could not be opened.
    fn opened(
        &self,
        topic: &Topic,
        index: i32,
        inventory: &Arc<Inventory>,
        opened: io::Result<Partition>,
    ) -> Option<Partition> {
        opened
            .inspect_err(|error| {
                tracing::error!(topic = %topic.name, partition = index, %error, "open partition");
                // Space may come back, and until then nothing that was found changes.
                let again = (error.kind() == io::ErrorKind::StorageFull).then(|| inventory.clone());
                self.partitions.set_offline(topic.id, index, again);
            })
            .ok()
    }

    /// Leads an open partition if that is its leader, and lets everybody find it.
    fn put(&self, topic: &Topic, index: i32, state: &PartitionState, partition: Partition) {
        if state.leader != Some(self.node_id) {
            partition.resign();
        } else if let Err(e) = partition.become_leader(state.leader_epoch) {
            tracing::error!(topic = %topic.name, partition = index, error = %e, "begin to lead partition");
            return;
        }
        if self.partitions.insert(topic.id, index, partition.clone()) && *topic.name == *topics::OFFSETS {
            self.groups.open(partition, i32::try_from(topic.partitions.size()).unwrap_or(i32::MAX));
        }
    }

    /// Opens a replica where it lies, or makes it where it is to be.
    fn open_replica(
        &self,
        image: &MetadataImage,
        topic: &Topic,
        index: i32,
        inventory: &Inventory,
    ) -> io::Result<Partition> {
        let told = topic.partitions.get(&index).map_or(directory_id::UNASSIGNED, |state| state.directory(self.node_id));
        let (dirs, is_new) = match inventory.dir_of(topic.id, index) {
            Some(dir) => (vec![dir.clone()], false),
            // One that was never written to has no folder, and nothing to lose.
            None if !self.dirs.is_whole() && inventory.moves().contains_key(&(topic.id, index)) => {
                return Err(io::Error::other("only a copy of it that is not whole is here"));
            }
            None => (self.dirs_for_new(told, inventory)?, true),
        };
        let id = PartitionId { topic: topic.name.clone(), topic_id: topic.id, index };
        let config = self.partition_config(image, topic);
        let mut failed = io::Error::other("no log directory is in use");
        // Where there is a choice, it is made by what can be done.
        let must_prove = is_new && dirs.len() > 1;
        for dir in dirs {
            let was_there = !is_new || dir.has_folder(&id.to_string());
            let opened = Partition::open(&dir, id.clone(), config.clone(), inventory.open_as(&dir, &id));
            let proven = opened.and_then(|partition| match must_prove {
                true => partition.make_folder().map(|()| partition),
                false => Ok(partition),
            });
            match proven {
                Ok(partition) => {
                    self.dirs.count(&dir);
                    if let Some(offset) = inventory.clean_end(&dir, &id) {
                        partition.set_clean_end(offset);
                    }
                    if dir.directory_id() != told {
                        self.assignments.tell(topic.id, index, dir.directory_id());
                    }
                    return Ok(partition);
                }
                Err(error) => {
                    failed = error;
                    if !was_there {
                        // What is half made here must not be found beside what is made elsewhere. What was there is somebody's
                        // records: it could not be opened for want of space.
                        let _ = dir.delete_closed(&id.to_string());
                    }
                }
            }
        }
        Err(failed)
    }

    /// Where to make a replica that was found nowhere. Not in place of one that may be in a directory that is offline: it would
    /// begin anew at offset 0, and the records would be there twice, or gone.
    fn dirs_for_new(&self, told: Uuid, inventory: &Inventory) -> io::Result<Vec<LogDir>> {
        match self.dirs.with_id(told) {
            Some(dir) => return Ok(vec![dir.clone()]),
            None if [directory_id::UNASSIGNED, directory_id::MIGRATING, directory_id::LOST].contains(&told) => {}
            None => {
                let why = format!("it lies in directory {told}, which is offline or not among log.dirs");
                return Err(io::Error::other(why));
            }
        }
        if inventory.is_of_start() && !self.dirs.is_whole() {
            return Err(io::Error::other("it may lie in a directory that is offline"));
        }
        Ok(self.dirs.emptiest_first())
    }

    /// Whether checkpoints may tell of it.
    fn delete(&self, topic: &Topic) -> bool {
        let mut was_written = false;
        self.metrics.forget_topic(&topic.name);
        self.recovery.forget_topic(topic.id);
        for index in topic.partitions.keys() {
            let deleted = match self.partitions.remove(topic.id, *index) {
                Some(partition) => {
                    if let Some(dir) = partition.cancel_move() {
                        self.dirs.discount(&dir);
                    }
                    self.dirs.discount(&partition.dir());
                    let deleted = partition.delete();
                    was_written |= partition.is_written();
                    deleted
                }
                // Its folder must not be there when a topic of the same name comes.
                None => {
                    was_written = true;
                    let folder = format!("{}-{index}", topic.name);
                    self.dirs.online().try_for_each(|dir| dir.delete_closed(&folder))
                }
            };
            if let Err(e) = deleted {
                tracing::error!(topic = %topic.name, partition = index, error = %e, "delete partition");
            }
        }
        was_written
    }

    fn reconfigure(&self, image: &MetadataImage, topic: &Topic) {
        let config = self.partition_config(image, topic);
        for index in topic.partitions.keys() {
            self.partitions.configure(topic.id, *index, &config);
        }
    }

    fn partition_config(&self, image: &MetadataImage, topic: &Topic) -> Arc<PartitionConfig> {
        let broker = self.config();
        let make = || settings::partition(&self.topic_config(image, topic), &broker);
        // Most topics say nothing themselves.
        match image.configs.of_topic(&topic.name) {
            None => self.shared_settings.of_broker(&broker, make),
            Some(_) => self.shared_settings.share(make()),
        }
    }

    /// The settings of a topic: its own over those of the brokers.
    fn topic_config(&self, image: &MetadataImage, topic: &Topic) -> TopicConfig {
        let own = image.configs.of_topic(&topic.name);
        let own: Vec<(&str, Option<&str>)> =
            own.into_iter().flat_map(|own| own.iter()).map(|(key, value)| (&**key, Some(&**value))).collect();
        TopicConfig::resolve(&self.config(), own).unwrap_or_else(|e| {
            // Written by another version: what it cannot say, the brokers' settings do.
            tracing::warn!(topic = %topic.name, error = %e, "settings of the topic are not understood");
            TopicConfig::of(&self.config())
        })
    }
}

/// The replicas that were found, in the order in which they are opened: those first without which nothing else goes on.
fn in_order(image: &MetadataImage, inventory: &Inventory) -> VecDeque<Place> {
    let is_internal = |(id, _): &Place| image.topics.name(id).is_some_and(|name| topics::is_internal(name));
    let (first, others): (Vec<Place>, Vec<Place>) = inventory.replicas().map(|(place, _)| place).partition(is_internal);
    first.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests;
