//! Settings changed on request: recorded by the controller, or, of loggers, applied by this node.

use kampa_controller::{Alteration, Refusal};
use kampa_metadata::ResourceKind;
use kampa_protocol::{ErrorCode, Text};

use crate::broker::Broker;

/// Changes settings; a result for each resource, in their order.
pub async fn alter(broker: &Broker, alterations: Vec<Alteration>, validate_only: bool) -> Vec<Result<(), Refusal>> {
    let loggers: Vec<(usize, Alteration)> = {
        let is_logger = |(_, one): &(usize, &Alteration)| one.kind == ResourceKind::BROKER_LOGGER;
        alterations.iter().enumerate().filter(is_logger).map(|(place, one)| (place, one.clone())).collect()
    };
    let count = alterations.len();
    let decided = broker.controller.decide(move |mind, _| mind.alter_configs(&alterations, validate_only)).await;
    let mut results = match decided {
        Ok(results) => results,
        Err(code) => return vec![Err(Refusal { code, message: None }); count],
    };
    for (place, one) in loggers {
        if results[place].is_ok() {
            let of_this_node = check_node(broker, &one.name);
            results[place] = of_this_node.and_then(|()| broker.loggers.alter(&one.settings, validate_only));
        }
    }
    results
}

fn check_node(broker: &Broker, name: &Text) -> Result<(), Refusal> {
    let sentence = match name.parse::<i32>() {
        Ok(id) if id == broker.node_id() => return Ok(()),
        Ok(id) => format!("Unexpected node id. Expected {}, but received {id}", broker.node_id()),
        Err(_) => format!("Node id must be an integer, but it is: {name}"),
    };
    Err(Refusal { code: ErrorCode::INVALID_REQUEST, message: Some(sentence.into()) })
}
