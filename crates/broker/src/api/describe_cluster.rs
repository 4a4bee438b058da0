//! DescribeCluster (key 60), v0 to v2: the cluster's id, its controller and its brokers, or its controllers (KIP-919).

use std::sync::Arc;

use kampa_protocol::messages::describe_cluster::{
    DescribeClusterBroker, DescribeClusterRequest, DescribeClusterResponse,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::{Context, Door};
use crate::broker::Broker;
use crate::operations;

/// Endpoint types.
const BROKERS: i8 = 1;
const CONTROLLERS: i8 = 2;

pub fn handle(
    broker: &Arc<Broker>,
    request: DescribeClusterRequest,
    context: &Context,
) -> Answer<DescribeClusterResponse> {
    let expected = if context.door == Door::Controller { CONTROLLERS } else { BROKERS };
    if request.endpoint_type != expected {
        return Answer::Now(mismatch(request.endpoint_type, expected));
    }
    let image = broker.image();
    let endpoints = match context.door {
        Door::Controller => broker.listeners.controllers(&image),
        Door::Clients { .. } => broker.listeners.brokers(&image, context.door, request.include_fenced_brokers),
    };
    let brokers = endpoints.into_iter().map(|node| DescribeClusterBroker {
        broker_id: node.id,
        host: node.host,
        port: i32::from(node.port),
        rack: node.rack,
        is_fenced: node.fenced,
        ..Default::default()
    });
    let mut response = DescribeClusterResponse {
        endpoint_type: request.endpoint_type,
        cluster_id: broker.cluster_id.clone(),
        controller_id: match context.door {
            Door::Controller => broker.node_id(),
            Door::Clients { .. } => broker.controller_id(&image),
        },
        brokers: brokers.collect(),
        ..Default::default()
    };
    if request.include_cluster_authorized_operations {
        response.cluster_authorized_operations = operations::CLUSTER;
    }
    Answer::Now(response)
}

fn mismatch(asked: i8, here: i8) -> DescribeClusterResponse {
    let name = |kind| if kind == CONTROLLERS { "controller" } else { "broker" };
    let (error, message) = match asked {
        BROKERS | CONTROLLERS => (
            ErrorCode::MISMATCHED_ENDPOINT_TYPE,
            format!(
                "The request was sent to an endpoint of the wrong type: wanted {}, this is a {}",
                name(asked),
                name(here)
            ),
        ),
        _ => (ErrorCode::UNSUPPORTED_ENDPOINT_TYPE, format!("There is no endpoint type {asked}")),
    };
    DescribeClusterResponse {
        error_code: error.0,
        error_message: Some(Text::from(message)),
        endpoint_type: asked,
        ..Default::default()
    }
}
