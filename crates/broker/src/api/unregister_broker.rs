//! UnregisterBroker (key 64), v0: a broker that will not come back is forgotten (KIP-631).

use std::sync::Arc;

use kampa_controller::Refusal;
use kampa_protocol::messages::unregister_broker::{UnregisterBrokerRequest, UnregisterBrokerResponse};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: UnregisterBrokerRequest, _: &Context) -> Answer<UnregisterBrokerResponse> {
    let controller = broker.controller.clone();
    Answer::later(async move {
        let decided = controller.decide(move |mind, _| mind.unregister_broker(request.broker_id)).await;
        let (error, error_message) = told(decided);
        UnregisterBrokerResponse { error_code: error.0, error_message, ..Default::default() }
    })
}

/// The error and its sentence, which is empty where all went well.
pub fn told(decided: Result<Result<(), Refusal>, ErrorCode>) -> (ErrorCode, Option<Text>) {
    match decided {
        Ok(Ok(())) => (ErrorCode::NONE, Some(Text::default())),
        Ok(Err(refusal)) => (refusal.code, refusal.message),
        Err(error) => (error, None),
    }
}

#[cfg(test)]
mod tests;
