//! The quorum that keeps the cluster's metadata: who votes, who listens, how far each is; and changing the voters.

use kampa_protocol::Uuid;
use kampa_protocol::messages::add_raft_voter::{AddRaftVoterRequest, Listener};
use kampa_protocol::messages::describe_quorum::{DescribeQuorumRequest, PartitionData, ReplicaState, TopicData};
use kampa_protocol::messages::remove_raft_voter::RemoveRaftVoterRequest;

use super::Admin;
use super::settle::unanswered;
use crate::{Error, To};

#[derive(Clone, Debug, PartialEq)]
pub struct Quorum {
    pub leader: i32,
    pub leader_epoch: i32,
    pub high_watermark: i64,
    pub voters: Vec<QuorumReplica>,
    pub observers: Vec<QuorumReplica>,
    /// Where each node's controllers listen; empty from clusters before Kafka 3.9.
    pub nodes: Vec<(i32, Vec<Endpoint>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct QuorumReplica {
    pub id: i32,
    /// Zero when the quorum does not tell its voters apart by directory.
    pub directory_id: Uuid,
    pub log_end_offset: i64,
    pub last_fetch_ms: Option<i64>,
    pub last_caught_up_ms: Option<i64>,
}

/// A named listener.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
}

impl Admin {
    pub async fn describe_quorum(&self) -> Result<Quorum, Error> {
        let what = || "the metadata quorum".to_owned();
        let partition = PartitionData { partition_index: 0, ..Default::default() };
        let topic = TopicData { topic_name: METADATA_TOPIC.into(), partitions: vec![partition], ..Default::default() };
        let request = DescribeQuorumRequest { topics: vec![topic], ..Default::default() };
        let response = self.client.call(To::Any, request).await?;
        Error::check_with(response.error_code, response.error_message.as_deref(), what)?;
        let topic = response.topics.iter().find(|topic| topic.topic_name == METADATA_TOPIC);
        let found = topic.and_then(|topic| topic.partitions.iter().find(|partition| partition.partition_index == 0));
        let found = found.ok_or_else(|| unanswered(&what()))?;
        Error::check_with(found.error_code, found.error_message.as_deref(), what)?;
        let endpoint = |one: &kampa_protocol::messages::describe_quorum::Listener| Endpoint {
            name: one.name.clone().into(),
            host: one.host.clone().into(),
            port: one.port,
        };
        Ok(Quorum {
            leader: found.leader_id,
            leader_epoch: found.leader_epoch,
            high_watermark: found.high_watermark,
            voters: found.current_voters.iter().map(replica).collect(),
            observers: found.observers.iter().map(replica).collect(),
            nodes: response
                .nodes
                .iter()
                .map(|node| (node.node_id, node.listeners.iter().map(endpoint).collect()))
                .collect(),
        })
    }

    pub async fn add_raft_voter(
        &self,
        cluster_id: Option<&str>,
        voter: i32,
        directory_id: Uuid,
        endpoints: &[Endpoint],
    ) -> Result<(), Error> {
        let listener = |one: &Endpoint| Listener {
            name: one.name.as_str().into(),
            host: one.host.as_str().into(),
            port: one.port,
            ..Default::default()
        };
        self.settle_one(
            "adding a voter",
            |code| self.controller_moved(code),
            || async {
                let request = AddRaftVoterRequest {
                    cluster_id: cluster_id.map(Into::into),
                    timeout_ms: self.timeout_ms_for_cluster(),
                    voter_id: voter,
                    voter_directory_id: directory_id,
                    listeners: endpoints.iter().map(listener).collect(),
                    ..Default::default()
                };
                let response = self.client.call(To::Any, request).await?;
                Error::check_with(response.error_code, response.error_message.as_deref(), || format!("voter {voter}"))
            },
        )
        .await
    }

    pub async fn remove_raft_voter(
        &self,
        cluster_id: Option<&str>,
        voter: i32,
        directory_id: Uuid,
    ) -> Result<(), Error> {
        self.settle_one(
            "removing a voter",
            |code| self.controller_moved(code),
            || async {
                let request = RemoveRaftVoterRequest {
                    cluster_id: cluster_id.map(Into::into),
                    voter_id: voter,
                    voter_directory_id: directory_id,
                    ..Default::default()
                };
                let response = self.client.call(To::Any, request).await?;
                Error::check_with(response.error_code, response.error_message.as_deref(), || format!("voter {voter}"))
            },
        )
        .await
    }
}

const METADATA_TOPIC: &str = "__cluster_metadata";

fn replica(one: &ReplicaState) -> QuorumReplica {
    QuorumReplica {
        id: one.replica_id,
        directory_id: one.replica_directory_id,
        log_end_offset: one.log_end_offset,
        last_fetch_ms: Some(one.last_fetch_timestamp).filter(|at| *at >= 0),
        last_caught_up_ms: Some(one.last_caught_up_timestamp).filter(|at| *at >= 0),
    }
}
