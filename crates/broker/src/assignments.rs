//! What the metadata is still to be told of: in which directory a replica lies (KIP-858).
//!
//! A broker with several directories chooses one when a partition is new, which is after the controller has decided; then it says
//! which, here to its own controller. Nobody waits for that.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_controller::ReplicaPlace;
use kampa_protocol::Uuid;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::control::Controller;

/// Assignments on their way, one at most for each replica. Cloning shares them.
#[derive(Clone, Default)]
pub struct Assignments {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Directories by topic id and index.
    waiting: Mutex<BTreeMap<(Uuid, i32), Uuid>>,
    more: Notify,
}

/// Told in one decision at most, as in Kafka: other decisions get their turn.
const TOLD_TOGETHER_MAX: usize = 2250;

impl Assignments {
    /// Has the metadata told that a replica lies in a directory.
    pub fn tell(&self, topic_id: Uuid, index: i32, directory: Uuid) {
        self.inner.waiting.lock().insert((topic_id, index), directory);
        self.inner.more.notify_one();
    }

    /// Tells until the controller's room is closed.
    pub async fn run(&self, controller: Controller, node_id: i32) {
        loop {
            let places = self.next();
            if places.is_empty() {
                self.inner.more.notified().await;
                continue;
            }
            // What is lost with the room, the next start tells.
            if controller.decide(move |mind, _| mind.assign_replicas(node_id, &places)).await.is_err() {
                return;
            }
        }
    }

    fn next(&self) -> Vec<ReplicaPlace> {
        let mut waiting = self.inner.waiting.lock();
        let mut places = Vec::new();
        while places.len() < TOLD_TOGETHER_MAX
            && let Some(((topic_id, index), directory)) = waiting.pop_first()
        {
            places.push(ReplicaPlace { topic_id, index, directory });
        }
        places
    }
}
