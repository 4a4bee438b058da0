//! PushTelemetry (key 72), v0: what a client has measured (KIP-714). It is unfolded, to see whether it can be, and counted.

use std::sync::Arc;

use kampa_formats::compression::{Codec, decompress};
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::push_telemetry::{PushTelemetryRequest, PushTelemetryResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::telemetry::Push;

/// How much larger than it came a push may be: metrics compress well, but nobody's 16 times better than this is worth.
const UNFOLDED_TIMES_MAX: usize = 16;

pub fn handle(broker: &Arc<Broker>, request: PushTelemetryRequest, context: &Context) -> Answer<PushTelemetryResponse> {
    let bytes_max = usize::try_from(broker.config().telemetry_max_bytes).unwrap_or(0);
    let push = Push {
        client: request.client_instance_id,
        subscription_id: request.subscription_id,
        is_last: request.terminating,
        codec: request.compression_type,
        bytes: request.metrics.len(),
        bytes_max,
    };
    let codec = u8::try_from(request.compression_type).ok().and_then(|id| Codec::from_id(id).ok());
    match (broker.telemetry.admit(push, context.asker(broker)), codec) {
        (Err(error), _) => Answer::Now(answer(error)),
        (Ok(()), Some(codec)) if !request.metrics.is_empty() => {
            let broker = broker.clone();
            Answer::later(async move {
                let unfold = move || {
                    codec == Codec::None || decompress(codec, &request.metrics, bytes_max * UNFOLDED_TIMES_MAX).is_ok()
                };
                let is_readable = broker.world.offload(unfold).await;
                broker.telemetry.took(is_readable);
                answer(if is_readable { ErrorCode::NONE } else { ErrorCode::INVALID_RECORD })
            })
        }
        (Ok(()), _) => Answer::Now(answer(ErrorCode::NONE)),
    }
}

fn answer(error: ErrorCode) -> PushTelemetryResponse {
    PushTelemetryResponse { error_code: error.0, ..Default::default() }
}
