//! Clients beyond count: the one unheard of longest makes room.

use std::sync::Arc;
use std::time::Duration;

use kampa_configs::ClientTold;
use kampa_metrics::{ConnectionMetrics, ListenerMetrics};
use kampa_protocol::{ErrorCode, Uuid};
use kampa_world::Monotonic;

use super::{Asker, CLIENTS_MAX, Telemetry};

#[test]
fn clients_are_bounded() {
    let telemetry = Telemetry::default();
    let connection = Arc::new(ConnectionMetrics::opened(&Arc::new(ListenerMetrics::default())));
    let ask = |number: usize| {
        let mut id = [7; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        let connection = Arc::downgrade(&connection);
        let now = Monotonic::ZERO + Duration::from_secs(1);
        telemetry.assign(Uuid(id), Asker { told: ClientTold::default(), connection, now }).err()
    };
    for number in 0..CLIENTS_MAX {
        assert_eq!(ask(number), None);
    }
    assert_eq!(ask(0), Some(ErrorCode::THROTTLING_QUOTA_EXCEEDED));
    assert_eq!(ask(CLIENTS_MAX), None);
    assert_eq!(telemetry.gauges().clients, CLIENTS_MAX);
    // The first has asked again since: the second was unheard of longest.
    assert_eq!(ask(0), Some(ErrorCode::THROTTLING_QUOTA_EXCEEDED));
    assert_eq!(ask(1), None);
    drop(connection);
    assert_eq!(telemetry.gauges().clients, 0);
}
