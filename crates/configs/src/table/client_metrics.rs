//! The settings of a subscription to the metrics of clients (KIP-714).

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static CLIENT_METRICS: ClientMetrics;
    "interval.ms": Int = "300000", Anything, Medium, Anytime,
        "Time between two pushes of a client's metrics, from 100 ms to an hour; of several subscriptions the shortest counts.";
    "match": List = "", ListOf(&[]), Medium, Anytime,
        "Which clients are meant: name=pattern pairs that must all fit, of client_instance_id, client_id, client_software_name, client_software_version, client_source_address, client_source_port. None means every client.";
    "metrics": List = "", ListOf(&[]), Medium, Anytime,
        "Prefixes of the metrics' names; * stands for all of them.";
}
