//! The cluster itself: its id, its nodes, its controller; and taking a node off its books.

use kampa_protocol::messages::describe_cluster::DescribeClusterRequest;
use kampa_protocol::messages::unregister_broker::UnregisterBrokerRequest;
use kampa_protocol::messages::{describe_cluster, metadata};
use kampa_protocol::{ApiKey, ErrorCode};

use super::Admin;
use super::topics::operations;
use crate::{Error, To};

#[derive(Clone, Debug, PartialEq)]
pub struct ClusterDescription {
    /// Clusters before Kafka 0.10.1 have none.
    pub cluster_id: Option<String>,
    pub controller: Option<i32>,
    pub nodes: Vec<Node>,
    /// A bit for each operation the asker may do; `None` when it was not asked for.
    pub authorized_operations: Option<i32>,
}

/// A node and where its clients reach it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
    /// Registered, and not allowed to lead yet or any more.
    pub is_fenced: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeCluster {
    /// Needs Kafka 4.0.
    pub include_fenced_brokers: bool,
    pub include_authorized_operations: bool,
}

impl Admin {
    pub async fn describe_cluster(&self, how: &DescribeCluster) -> Result<ClusterDescription, Error> {
        // A client that was given controllers is told of controllers.
        let endpoint_type = if self.client.settings().bootstrap_controllers.is_empty() { BROKERS } else { CONTROLLERS };
        let make = |version: i16| {
            if how.include_fenced_brokers && version < 2 {
                let why = "it does not tell fenced brokers before DescribeCluster 2".to_owned();
                return Err(Error::Unsupported { api: ApiKey::DescribeCluster, why });
            }
            Ok(DescribeClusterRequest {
                include_cluster_authorized_operations: how.include_authorized_operations,
                endpoint_type,
                include_fenced_brokers: how.include_fenced_brokers,
                ..Default::default()
            })
        };
        let asked = self.client.call_with(To::Any, make).await;
        match asked {
            Ok((_, response)) => {
                Error::check_with(response.error_code, response.error_message.as_deref(), || "the cluster".to_owned())?;
                Ok(described(response))
            }
            // Before Kafka 2.8 only Metadata tells of the cluster.
            Err(Error::Unsupported { .. }) if endpoint_type == BROKERS && !how.include_fenced_brokers => {
                self.cluster_by_metadata(how).await
            }
            Err(error) => Err(error),
        }
    }

    async fn cluster_by_metadata(&self, how: &DescribeCluster) -> Result<ClusterDescription, Error> {
        let make = |version: i16| {
            Ok(metadata::MetadataRequest {
                // "No topics" is said so since version 1; before, an empty list means all.
                topics: Some(Vec::new()),
                allow_auto_topic_creation: version < 4,
                include_cluster_authorized_operations: how.include_authorized_operations && (8..=10).contains(&version),
                ..Default::default()
            })
        };
        let (_, response) = self.client.call_with(To::Any, make).await?;
        Ok(ClusterDescription {
            cluster_id: response.cluster_id.map(Into::into),
            controller: Some(response.controller_id).filter(|id| *id >= 0),
            nodes: response
                .brokers
                .into_iter()
                .map(|one| Node {
                    id: one.node_id,
                    host: one.host.into(),
                    port: one.port,
                    rack: one.rack.map(Into::into),
                    is_fenced: false,
                })
                .collect(),
            authorized_operations: operations(response.cluster_authorized_operations),
        })
    }

    /// Forgets a broker that is gone for good.
    pub async fn unregister_broker(&self, broker: i32) -> Result<(), Error> {
        let again = |code| self.controller_moved(code) || code == ErrorCode::REQUEST_TIMED_OUT;
        self.settle_one("unregistering a broker", again, || async {
            let response = self
                .client
                .call(To::Controller, UnregisterBrokerRequest { broker_id: broker, ..Default::default() })
                .await?;
            Error::check_with(response.error_code, response.error_message.as_deref(), || format!("broker {broker}"))
        })
        .await
    }
}

const BROKERS: i8 = 1;
const CONTROLLERS: i8 = 2;

fn described(response: describe_cluster::DescribeClusterResponse) -> ClusterDescription {
    ClusterDescription {
        cluster_id: Some(response.cluster_id.into()),
        controller: Some(response.controller_id).filter(|id| *id >= 0),
        nodes: response
            .brokers
            .into_iter()
            .map(|one| Node {
                id: one.broker_id,
                host: one.host.into(),
                port: one.port,
                rack: one.rack.map(Into::into),
                is_fenced: one.is_fenced,
            })
            .collect(),
        authorized_operations: operations(response.cluster_authorized_operations),
    }
}
