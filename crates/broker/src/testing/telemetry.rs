//! Commands about client telemetry: telemetry, push.

use kampa_formats::compression::{Codec, Compression, compress};
use kampa_protocol::Uuid;
use kampa_protocol::messages::get_telemetry_subscriptions::GetTelemetrySubscriptionsRequest;
use kampa_protocol::messages::push_telemetry::PushTelemetryRequest;

use super::script::{Asked, Line, Names, error};

/// `telemetry`, or `telemetry c1` with the id it was given: what to push by which subscription, how often.
pub(super) fn ask(line: &Line, names: &Names) -> Asked {
    let client_instance_id = line.words.first().map_or(Uuid::ZERO, |word| names.client_id(word));
    let request = GetTelemetrySubscriptionsRequest { client_instance_id, ..Default::default() };
    Asked::new(line, &request, |response, names| {
        if response.error_code != 0 {
            return error(response.error_code).to_owned();
        }
        let client = names.client(response.client_instance_id);
        let subscription = names.subscription(response.subscription_id);
        format!(
            "{client} s{subscription} every {} ms: {:?}; up to {} bytes, codecs {:?}",
            response.push_interval_ms,
            response.requested_metrics,
            response.telemetry_max_bytes,
            response.accepted_compression_types
        )
    })
}

/// `push c1 s1`. Fields: bytes of the metrics, codec. Words: last, garbage.
pub(super) fn push(line: &Line, names: &Names) -> Asked {
    let codec: i8 = line.number("codec", 0);
    let plain = vec![b'm'; line.number("bytes", 100)];
    let known = u8::try_from(codec).ok().and_then(|id| Codec::from_id(id).ok());
    let metrics = match known {
        Some(codec) if !line.words.contains(&"garbage") => compress(Compression::of(codec), &plain),
        _ => plain,
    };
    let request = PushTelemetryRequest {
        client_instance_id: names.client_id(line.words[0]),
        subscription_id: names.subscription_id(line.words[1]),
        terminating: line.words.contains(&"last"),
        compression_type: codec,
        metrics: metrics.into(),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| error(response.error_code).to_owned())
}
