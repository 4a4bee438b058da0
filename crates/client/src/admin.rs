//! Administering a cluster: one method for each call of Kafka's Admin, in the file of what it is about.
//!
//! A call finds the node that can answer (the controller, a coordinator, a leader, a named broker or any), asks once per
//! node, and asks again about what failed only for now until `default.api.timeout.ms` is over. What is asked about
//! several resources is answered for each of them, in the order asked. Settings of a call are a plain struct with
//! defaults; nothing is kept between calls but the client's connections and metadata.

mod acls;
mod cluster;
mod configs;
mod features;
mod group_offsets;
mod groups;
mod log_dirs;
mod offsets;
mod partitions;
mod quorum;
mod quotas;
mod scram;
mod settle;
mod topics;

pub use acls::{AclBinding, AclFilter, DeletedAcls};
pub use cluster::{ClusterDescription, DescribeCluster, Node};
pub use configs::{
    AlterConfig, AlterOperation, ConfigEntry, ConfigResource, ConfigSource, ConfigSynonym, ConfigType, DescribeConfigs,
    ResourceType, Settings,
};
pub use features::{FeatureRange, FeatureUpdate, Features, FinalizedFeatures, UpgradeType};
pub use group_offsets::{CommittedOffset, GroupOffsets, OffsetToCommit};
pub use groups::{ClassicGroup, GroupListing, GroupMember, LeavingMember, ListGroups};
pub use log_dirs::{LogDir, ReplicaOnDisk};
pub use offsets::{ListedOffset, OffsetSpec};
pub use partitions::{ElectionType, PartitionReassignment, ProducerState};
pub use quorum::{Endpoint, Quorum, QuorumReplica};
pub use quotas::{QuotaAlteration, QuotaEntity, QuotaFilter, QuotaMatch};
pub use scram::{ScramAlteration, ScramInfo, ScramMechanism, scram_salt};
pub use topics::{
    CreateTopics, CreatedTopic, NewPartitions, NewTopic, PartitionDescription, TopicDescription, TopicListing, TopicRef,
};

use crate::{Client, Error, To};

/// What was answered about each thing, in the order asked.
pub type Each<K, T> = Vec<(K, Result<T, Error>)>;

/// The door to a cluster's administration; cheap to clone.
#[derive(Clone)]
pub struct Admin {
    client: Client,
    timeout_ms: u64,
}

impl Admin {
    pub(crate) fn new(client: Client) -> Admin {
        let timeout_ms = client.settings().api_timeout_ms;
        Admin { client, timeout_ms }
    }

    /// The same with another limit than `default.api.timeout.ms` for each call and its retries.
    pub fn within(&self, timeout_ms: u64) -> Admin {
        Admin { client: self.client.clone(), timeout_ms }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Who answers what any broker can, and of the controllers the active one only.
    fn any(&self) -> To<'static> {
        if self.client.settings().bootstrap_controllers.is_empty() { To::Any } else { To::Controller }
    }

    /// The time the cluster is told it has: what is left for the call is counted here.
    fn timeout_ms_for_cluster(&self) -> i32 {
        i32::try_from(self.timeout_ms.min(self.client.settings().request_timeout_ms)).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests;
