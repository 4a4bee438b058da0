//! GetTelemetrySubscriptions (key 71), v0: what a client shall measure and push, and the id it pushes under (KIP-714).
//!
//! Listed by ApiVersions while there is a subscription, so that nobody asks in vain; answered always.

use std::sync::Arc;

use kampa_protocol::Uuid;
use kampa_protocol::messages::get_telemetry_subscriptions::{
    GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::telemetry::CODECS;

pub fn handle(
    broker: &Arc<Broker>,
    request: GetTelemetrySubscriptionsRequest,
    context: &Context,
) -> Answer<GetTelemetrySubscriptionsResponse> {
    let mut client = request.client_instance_id;
    while client.is_zero() {
        client = Uuid(broker.world.uuid_bits());
    }
    Answer::Now(match broker.telemetry.assign(client, context.asker(broker)) {
        Ok(assignment) => GetTelemetrySubscriptionsResponse {
            client_instance_id: assignment.client,
            subscription_id: assignment.subscription_id,
            accepted_compression_types: CODECS.to_vec(),
            push_interval_ms: i32::try_from(assignment.interval.as_millis()).unwrap_or(i32::MAX),
            telemetry_max_bytes: broker.config().telemetry_max_bytes,
            delta_temporality: true,
            requested_metrics: assignment.metrics,
            ..Default::default()
        },
        Err(error) => GetTelemetrySubscriptionsResponse { error_code: error.0, ..Default::default() },
    })
}

#[cfg(test)]
mod tests;
