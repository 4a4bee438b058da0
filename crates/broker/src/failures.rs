//! What follows when a log directory fails while the node runs: its partitions are left, the metadata is told, the rest goes on.
//!
//! As in Kafka, there is no way back but the next start; and without the directory of the metadata log, or without any, there is no
//! node.

use std::sync::Arc;

use kampa_storage::LogDir;
use kampa_world::Task;
use tokio::sync::Notify;

use crate::broker::Broker;
use crate::topics;

/// Waits for each directory to fail; `failed` is told when the node cannot go on.
pub fn watch(broker: &Arc<Broker>, failed: &Arc<Notify>) -> Vec<Task<()>> {
    let wait = |dir: LogDir| {
        let (broker, failed) = (broker.clone(), failed.clone());
        broker.world.clone().spawn("watch log directory", async move {
            dir.gone_offline().await;
            if dir.path() == broker.dirs.metadata().path() || broker.dirs.online().next().is_none() {
                tracing::error!(dir = %dir.path().display(), "the node cannot go on without this log directory");
                return failed.notify_one();
            }
            leave(&broker, &dir).await;
        })
    };
    broker.dirs.held().into_iter().map(wait).collect()
}

async fn leave(broker: &Arc<Broker>, dir: &LogDir) {
    leave_partitions(broker, dir);
    let (node_id, id) = (broker.node_id, dir.directory_id());
    let told = broker.controller.decide(move |mind, _| mind.directories_offline(node_id, &[id])).await;
    if let Err(error) = told {
        tracing::warn!(dir = %dir.path().display(), error = error.name(), "tell the metadata that a log directory failed");
    }
    // Those that were being opened while the others were left.
    leave_partitions(broker, dir);
}

fn leave_partitions(broker: &Broker, dir: &LogDir) {
    for partition in broker.partitions.all() {
        if partition.dir().path() != dir.path() {
            continue;
        }
        let id = partition.id().clone();
        broker.partitions.set_offline(id.topic_id, id.index, None);
        if let Some(dir) = partition.drop_copy() {
            broker.dirs.discount(&dir);
        }
        partition.leave();
        if *id.topic == *topics::OFFSETS {
            broker.groups.close_one(id.index);
        }
    }
}
