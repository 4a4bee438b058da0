//! What the clients of a run share: the recorder, the topics that are there, and whether the run is ending.

use std::sync::Arc;

use kampa_protocol::{Text, Uuid};
use kampa_world::World;
use kampa_world::sim::Control;
use parking_lot::Mutex;

use crate::client::Client;
use crate::history::{Event, Place, Recorder};

/// The host of the node.
pub const NODE: &str = "node1";

/// Cloning shares it.
#[derive(Clone)]
pub struct Stage {
    /// The simulated world.
    pub control: Control,
    /// Where everybody writes.
    pub recorder: Recorder,
    meets_zstd: bool,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    topics: Vec<Topic>,
    ending: bool,
}

/// A topic that stays for the whole run.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its name.
    pub name: Text,
    /// Its id.
    pub id: Uuid,
    /// How many partitions it has at least.
    pub partitions: i32,
    /// Whether acknowledged records must survive power cuts.
    pub synced: bool,
    /// Whether old records are deleted.
    pub retained: bool,
}

impl Stage {
    /// A stage without topics.
    pub fn new(control: Control, recorder: Recorder, meets_zstd: bool) -> Stage {
        Stage { control, recorder, meets_zstd, inner: Arc::default() }
    }

    /// A client on a host whose process runs.
    pub fn client_on(&self, world: World, name: &str) -> Client {
        let mut client = Client::new(world, self.recorder.clone(), name, NODE);
        client.meets_zstd = self.meets_zstd;
        client
    }

    /// A topic was created, and stays.
    pub fn add_topic(&self, topic: Topic) {
        let Topic { id: topic_id, synced, retained, .. } = topic;
        self.recorder.add(Event::TopicMade { topic_id, name: topic.name.clone(), synced, retained });
        self.inner.lock().topics.push(topic);
    }

    /// A topic that stays has so many partitions from now on.
    pub fn grow_topic(&self, name: &str, partitions: i32) {
        if let Some(topic) = self.inner.lock().topics.iter_mut().find(|topic| topic.name == *name) {
            topic.partitions = partitions;
        }
    }

    /// The topics that stay.
    pub fn topics(&self) -> Vec<Topic> {
        self.inner.lock().topics.clone()
    }

    /// All partitions of the topics that stay.
    pub fn places(&self) -> Vec<(Text, Place)> {
        self.topics().iter().flat_map(Topic::places).collect()
    }

    /// Asks everybody to come to an end.
    pub fn end(&self) {
        self.inner.lock().ending = true;
    }

    /// Whether everybody should come to an end.
    pub fn is_ending(&self) -> bool {
        self.inner.lock().ending
    }
}

impl Topic {
    /// Its partitions.
    pub fn places(&self) -> Vec<(Text, Place)> {
        (0..self.partitions).map(|partition| (self.name.clone(), Place { topic_id: self.id, partition })).collect()
    }
}
