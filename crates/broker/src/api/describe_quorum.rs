//! DescribeQuorum (key 55), v0 to v2: who leads and who votes in the metadata log, and how far they are (KIP-595, KIP-836, KIP-853).
//!
//! The only voter leads and is never behind. As in Kafka, anything but the one partition there is makes all of them unknown.

use std::sync::Arc;

use kampa_protocol::messages::describe_quorum::{
    DescribeQuorumRequest, DescribeQuorumResponse, Listener, Node, PartitionResult, ReplicaState, TopicResult,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on the answer says when voters were last heard of.
const TIMES_FROM: i16 = 1;
/// From this version on it has sentences, directories and addresses.
const PLACES_FROM: i16 = 2;
const TOPIC: &str = "__cluster_metadata";

pub fn handle(
    broker: &Arc<Broker>,
    request: DescribeQuorumRequest,
    context: &Context,
) -> Answer<DescribeQuorumResponse> {
    let is_known = match &request.topics[..] {
        [only] if only.topic_name == TOPIC => matches!(&only.partitions[..], [one] if one.partition_index == 0),
        _ => false,
    };
    let version = context.version;
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.into_iter();
        let one = |index| if is_known { describe(broker, version) } else { unknown(index, version) };
        let partitions = partitions.map(|partition| one(partition.partition_index)).collect();
        TopicResult { topic_name: topic.topic_name, partitions, ..Default::default() }
    });
    let topics = topics.collect();
    let nodes = if is_known && version >= PLACES_FROM { nodes(broker) } else { Vec::new() };
    Answer::Now(DescribeQuorumResponse { topics, nodes, error_message: Some(Text::default()), ..Default::default() })
}

fn describe(broker: &Broker, version: i16) -> PartitionResult {
    let position = broker.image().position;
    let now_ms = broker.world.wall_ms();
    let voters = broker.quorum.voters.iter().map(|voter| {
        let mut state =
            ReplicaState { replica_id: voter.node_id, log_end_offset: position.offset + 1, ..Default::default() };
        if version >= TIMES_FROM {
            (state.last_fetch_timestamp, state.last_caught_up_timestamp) = (now_ms, now_ms);
        }
        // Voters that are configured have no directory of their own.
        if version >= PLACES_FROM && broker.quorum.kraft_version > 0 {
            state.replica_directory_id = voter.directory_id;
        }
        state
    });
    PartitionResult {
        partition_index: 0,
        error_message: Some(Text::default()),
        leader_id: broker.node_id(),
        leader_epoch: position.epoch,
        high_watermark: position.offset + 1,
        current_voters: voters.collect(),
        ..Default::default()
    }
}

fn unknown(index: i32, version: i16) -> PartitionResult {
    let sentence = "This server does not host this topic-partition.";
    PartitionResult {
        partition_index: index,
        error_code: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0,
        error_message: Some(Text::from_static(if version >= PLACES_FROM { sentence } else { "" })),
        ..Default::default()
    }
}

fn nodes(broker: &Broker) -> Vec<Node> {
    let node = |voter: &kampa_kraft::Voter| Node {
        node_id: voter.node_id,
        listeners: voter
            .endpoints
            .iter()
            .map(|(name, host, port)| Listener {
                name: name.clone(),
                host: host.clone(),
                port: *port,
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    };
    broker.quorum.voters.iter().map(node).collect()
}

#[cfg(test)]
mod tests;
