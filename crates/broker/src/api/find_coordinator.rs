//! FindCoordinator (key 10), v0 to v6: which node coordinates a group.
//!
//! The internal topic is created on first use and the answer waits for it: within the protocol, and kinder than an
//! error that every client prints. Transactions (type 1) and share groups (type 2) have no coordinator here yet: they get
//! INVALID_REQUEST, which stops a client at once, where an error that clients retry would keep them waiting.

use std::sync::Arc;

use kampa_protocol::messages::find_coordinator::{Coordinator, FindCoordinatorRequest, FindCoordinatorResponse};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::groups::Groups;
use crate::quotas::MutationUsage;
use crate::topics;

/// Key types.
const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;
const SHARE: i8 = 2;
/// From this version on a request asks for several keys.
const SEVERAL_KEYS_FROM: i16 = 4;

pub fn handle(
    broker: &Arc<Broker>,
    request: FindCoordinatorRequest,
    context: &Context,
) -> Answer<FindCoordinatorResponse> {
    let (broker, context) = (broker.clone(), context.clone());
    Answer::later(async move {
        let several = context.version >= SEVERAL_KEYS_FROM;
        let keys = if several { request.coordinator_keys } else { vec![request.key] };
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            found.push(find(&broker, key, request.key_type, &context).await);
        }
        if several {
            return FindCoordinatorResponse { coordinators: found, ..Default::default() };
        }
        let one = found.swap_remove(0);
        FindCoordinatorResponse {
            error_code: one.error_code,
            error_message: one.error_message,
            node_id: one.node_id,
            host: one.host,
            port: one.port,
            ..Default::default()
        }
    })
}

/// The leader of the group's partition of the offsets topic, which is created on first use.
async fn group_coordinator(broker: &Arc<Broker>, group_id: &str) -> Result<i32, ErrorCode> {
    if broker.image().topics.named(topics::OFFSETS).is_none() {
        topics::create(broker, vec![Text::from_static(topics::OFFSETS)], MutationUsage::unlimited()).await;
    }
    let image = broker.image();
    let topic = image.topics.named(topics::OFFSETS).ok_or(ErrorCode::COORDINATOR_NOT_AVAILABLE)?;
    let partitions = i32::try_from(topic.partitions.size()).unwrap_or(i32::MAX);
    let partition = topic.partitions.get(&Groups::partition_of(group_id, partitions));
    partition.and_then(|partition| partition.leader).ok_or(ErrorCode::COORDINATOR_NOT_AVAILABLE)
}

async fn find(broker: &Arc<Broker>, key: Text, key_type: i8, context: &Context) -> Coordinator {
    let refused = |error: ErrorCode, message: Option<&'static str>| Coordinator {
        key: key.clone(),
        node_id: -1,
        port: -1,
        error_code: error.0,
        error_message: message.map(Text::from_static),
        ..Default::default()
    };
    let known = match key_type {
        GROUP => group_coordinator(broker, &key).await,
        TRANSACTION => return refused(ErrorCode::INVALID_REQUEST, Some("Transactions are not served yet")),
        SHARE => return refused(ErrorCode::INVALID_REQUEST, Some("Share groups are not served yet")),
        _ => return refused(ErrorCode::INVALID_REQUEST, Some("There is no such key type")),
    };
    let node_id = match known {
        Ok(node_id) => node_id,
        Err(error) => return refused(error, None),
    };
    match broker.listeners.broker(&broker.image(), node_id, context.door) {
        Some(endpoint) => {
            Coordinator { key, node_id, host: endpoint.host, port: i32::from(endpoint.port), ..Default::default() }
        }
        None => refused(ErrorCode::COORDINATOR_NOT_AVAILABLE, None),
    }
}

#[cfg(test)]
mod tests;
