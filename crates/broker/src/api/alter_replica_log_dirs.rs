//! AlterReplicaLogDirs (key 34), v1 and v2: replicas move to another log directory of this node (KIP-113).
//!
//! Begins what is carried out in the background, and cancels what is under way to another place; to move a replica where it is means
//! just that. As in Kafka nothing is moved while a directory is offline, for it might hold the same replica.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_protocol::messages::alter_replica_log_dirs::{
    AlterReplicaLogDirPartitionResult, AlterReplicaLogDirTopicResult, AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: AlterReplicaLogDirsRequest,
    _: &Context,
) -> Answer<AlterReplicaLogDirsResponse> {
    let (world, broker) = (broker.world.clone(), broker.clone());
    Answer::later(async move {
        let results = world.offload(move || results(&broker, request)).await;
        AlterReplicaLogDirsResponse { results, ..Default::default() }
    })
}

fn results(broker: &Broker, request: AlterReplicaLogDirsRequest) -> Vec<AlterReplicaLogDirTopicResult> {
    let mut asked: BTreeMap<Text, BTreeMap<i32, Text>> = BTreeMap::new();
    for dir in request.dirs {
        for topic in dir.topics {
            let places = topic.partitions.into_iter().map(|index| (index, dir.path.clone()));
            asked.entry(topic.name).or_default().extend(places);
        }
    }
    let topic = |(topic_name, places): (Text, BTreeMap<i32, Text>)| {
        let moved = |(index, path): (i32, Text)| AlterReplicaLogDirPartitionResult {
            partition_index: index,
            error_code: move_to(broker, &topic_name, index, &path).err().unwrap_or(ErrorCode::NONE).0,
            ..Default::default()
        };
        let partitions = places.into_iter().map(moved).collect();
        AlterReplicaLogDirTopicResult { topic_name, partitions, ..Default::default() }
    };
    asked.into_iter().map(topic).collect()
}

/// Has the replica moved to the directory, unless it is there. Blocks.
fn move_to(broker: &Broker, topic: &str, index: i32, path: &str) -> Result<(), ErrorCode> {
    if topic.len() + index.to_string().len() + FUTURE_NAME_EXTRA > FILE_NAME_MAX {
        return Err(ErrorCode::INVALID_TOPIC_EXCEPTION);
    }
    let wanted = broker.dirs.with_path(path).ok_or(ErrorCode::LOG_DIR_NOT_FOUND)?;
    let wanted = wanted.online().ok_or(ErrorCode::KAFKA_STORAGE_ERROR)?;
    let image = broker.image();
    let topic = image.topics.named(topic).ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
    let partition = broker.partitions.leader_of(topic, index).map_err(|error| match error {
        // What clients of this API know it as.
        ErrorCode::NOT_LEADER_OR_FOLLOWER => ErrorCode::REPLICA_NOT_AVAILABLE,
        error => error,
    })?;
    if partition.copying().is_some_and(|copy| copy.dir.path() != wanted.path()) {
        broker.moves.cancel(&partition);
    }
    if partition.dir().path() == wanted.path() {
        return Ok(());
    }
    if !broker.dirs.is_whole() {
        return Err(ErrorCode::KAFKA_STORAGE_ERROR);
    }
    broker.moves.begin(&partition, wanted).map_err(|error| {
        tracing::warn!(partition = %partition.id(), to = %wanted.path().display(), %error, "move a replica");
        ErrorCode::KAFKA_STORAGE_ERROR
    })
}

/// The longest name of a folder.
const FILE_NAME_MAX: usize = 255;
/// What the name of a folder under way has beside topic and partition: a dash, and `.`, 32 digits and `-future`.
const FUTURE_NAME_EXTRA: usize = 41;

#[cfg(test)]
mod tests;
