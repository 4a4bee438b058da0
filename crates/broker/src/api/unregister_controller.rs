//! UnregisterController (key 94), v0: a controller that will not come back is forgotten.

use std::sync::Arc;

use kampa_protocol::messages::unregister_controller::{UnregisterControllerRequest, UnregisterControllerResponse};

use crate::answer::Answer;
use crate::api::unregister_broker::told;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: UnregisterControllerRequest,
    _: &Context,
) -> Answer<UnregisterControllerResponse> {
    let controller = broker.controller.clone();
    Answer::later(async move {
        let decided = controller.decide(move |mind, _| mind.unregister_controller(request.controller_id)).await;
        let (error, error_message) = told(decided);
        UnregisterControllerResponse { error_code: error.0, error_message, ..Default::default() }
    })
}
