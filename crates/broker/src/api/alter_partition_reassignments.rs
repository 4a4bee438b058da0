//! AlterPartitionReassignments (key 45), v0 and v1: partitions move to other brokers, or stay after all (KIP-455).

use std::sync::Arc;

use kampa_protocol::messages::alter_partition_reassignments::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: AlterPartitionReassignmentsRequest,
    _: &Context,
) -> Answer<AlterPartitionReassignmentsResponse> {
    let controller = broker.controller.clone();
    Answer::later(async move {
        let decided = controller.decide(move |mind, _| mind.alter_partition_reassignments(&request)).await;
        decided
            .unwrap_or_else(|error| AlterPartitionReassignmentsResponse { error_code: error.0, ..Default::default() })
    })
}

#[cfg(test)]
mod tests;
