//! What is still to be opened after a start: the node serves what is open meanwhile.
//!
//! A partition that waits here is not led yet, which clients are told with NOT_LEADER_OR_FOLLOWER: they ask again. Changes of the
//! metadata leave it alone; whoever opens it goes by the newest image when it is done.
//!
//! Invariant: a partition is opened by one at a time; one that is being opened stays among those that wait until it is in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_metadata::MetadataImage;
use kampa_protocol::Uuid;
use kampa_storage::LogDir;
use parking_lot::{Condvar, Mutex};
use tokio::sync::Notify;

/// A replica: its topic's id, and its index.
pub type Place = (Uuid, i32);

/// The replicas that wait. Cloning shares them.
#[derive(Clone, Default)]
pub struct Recovery {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    /// One more was opened.
    moved: Condvar,
    done: Notify,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<Place, Waiting>,
    /// The newest, as long as somebody waits.
    image: Option<Arc<MetadataImage>>,
    is_stopped: bool,
}

struct Waiting {
    dir: LogDir,
    is_claimed: bool,
}

impl Recovery {
    /// These wait from now on.
    pub fn begin(&self, image: &Arc<MetadataImage>, replicas: impl Iterator<Item = (Place, LogDir)>) {
        let mut state = self.inner.state.lock();
        state.waiting = replicas.map(|(place, dir)| (place, Waiting { dir, is_claimed: false })).collect();
        state.image = Some(image.clone());
        self.settle(&mut state);
    }

    /// The metadata has changed.
    pub fn follow(&self, image: &Arc<MetadataImage>) {
        let mut state = self.inner.state.lock();
        if !state.waiting.is_empty() {
            state.image = Some(image.clone());
        }
    }

    /// Takes a replica to open it; the image to do that by. `None` if it does not wait any more, or the node stops.
    pub fn claim(&self, place: Place) -> Option<Arc<MetadataImage>> {
        let mut state = self.inner.state.lock();
        if state.is_stopped {
            return None;
        }
        state.waiting.get_mut(&place)?.is_claimed = true;
        state.image.clone()
    }

    /// It was opened, or cannot be: `put` puts it in its place, by the newest image.
    pub fn finish(&self, place: Place, put: impl FnOnce(&MetadataImage)) {
        let mut state = self.inner.state.lock();
        if let Some(image) = state.image.clone() {
            put(&image);
        }
        state.waiting.remove(&place);
        self.settle(&mut state);
        self.inner.moved.notify_all();
    }

    /// Whether a replica waits.
    pub fn has(&self, place: Place) -> bool {
        self.inner.state.lock().waiting.contains_key(&place)
    }

    /// A topic is deleted: what was not begun will not be; what was is in its place when this returns. Blocks.
    pub fn forget_topic(&self, topic_id: Uuid) {
        let of_topic = (topic_id, i32::MIN)..=(topic_id, i32::MAX);
        let mut state = self.inner.state.lock();
        state.waiting.extract_if(of_topic.clone(), |_, waiting| !waiting.is_claimed).for_each(drop);
        while state.waiting.range(of_topic.clone()).next().is_some() {
            self.inner.moved.wait(&mut state);
        }
        self.settle(&mut state);
    }

    /// No more are opened: the node stops.
    pub fn stop(&self) {
        self.inner.state.lock().is_stopped = true;
    }

    /// Whether all are open.
    pub fn is_done(&self) -> bool {
        self.inner.state.lock().waiting.is_empty()
    }

    /// How many wait.
    pub fn waiting_count(&self) -> usize {
        self.inner.state.lock().waiting.len()
    }

    /// Whether a replica in this directory waits: then nobody knows where its log stands, and what the last process wrote of it counts.
    pub fn concerns(&self, dir: &LogDir) -> bool {
        self.inner.state.lock().waiting.values().any(|waiting| waiting.dir.path() == dir.path())
    }

    /// Resolves once all are open.
    pub async fn done(&self) {
        // Before the look: whoever is told of from here on is heard.
        let told = self.inner.done.notified();
        if !self.is_done() {
            told.await;
        }
    }

    fn settle(&self, state: &mut State) {
        if state.waiting.is_empty() {
            state.image = None;
            self.inner.done.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
