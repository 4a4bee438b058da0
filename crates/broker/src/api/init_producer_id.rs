//! InitProducerId (key 22), v0 to v5: an id and an epoch for an idempotent producer (KIP-98, KIP-360).
//!
//! A transactional id is answered INVALID_REQUEST, which stops a producer at once: there is no transaction coordinator
//! here yet, and an error that clients retry would keep them waiting for it.

use std::sync::Arc;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::init_producer_id::{InitProducerIdRequest, InitProducerIdResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: InitProducerIdRequest, _: &Context) -> Answer<InitProducerIdResponse> {
    let refused =
        |error: ErrorCode| InitProducerIdResponse { error_code: error.0, producer_epoch: -1, ..Default::default() };
    let has_id = request.producer_id >= 0;
    let has_epoch = request.producer_epoch >= 0;
    if request.transactional_id.is_some() || has_id != has_epoch {
        return Answer::Now(refused(ErrorCode::INVALID_REQUEST));
    }
    let broker = broker.clone();
    Answer::later(async move {
        match broker.producer_ids.next(&broker.controller, broker.node_id()).await {
            Ok(producer_id) => InitProducerIdResponse { producer_id, producer_epoch: 0, ..Default::default() },
            // What a producer retries.
            Err(_) => refused(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS),
        }
    })
}

#[cfg(test)]
mod tests;
