//! Bounds on replication traffic: set while a broker runs, never in its file, and not described.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static THROTTLE: BrokerDynamic;
    "leader.replication.throttled.rate": Long = "9223372036854775807", AtLeast(0), Medium, PerBroker,
        "Bytes per second that leaders send to throttled replicas.";
    "follower.replication.throttled.rate": Long = "9223372036854775807", AtLeast(0), Medium, PerBroker,
        "Bytes per second that throttled replicas fetch.";
    "replica.alter.log.dirs.io.max.bytes.per.second": Long = "9223372036854775807", AtLeast(0), Medium, PerBroker,
        "Bytes per second that replicas copy between data directories.";
}
