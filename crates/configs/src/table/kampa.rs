//! Settings of a node that Apache Kafka's own table does not have: ours, and those of plug-ins Kafka brings along.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static KAMPA: Broker;
    "kampa.http.listeners": List = "127.0.0.1:8090", ListOf(&[]), Medium, ReadOnly,
        "Where /health, /ready and /metrics are served, as host:port; off serves them nowhere.", internal;
    "kampa.log.scrub.bytes.per.second": Long = "1048576", AtLeast(0), Low, ReadOnly,
        "How fast completed segments are looked through for damage that nobody has met by reading; 0 not at all.", internal;
    "kampa.log.scrub.interval.ms": Long = "604800000", AtLeast(1000), Low, ReadOnly,
        "How often every completed segment is looked through.", internal;
    "kampa.journal.bytes": Long = "67108864", AtLeast(0), Medium, ReadOnly,
        "Size of the journal in each log directory, through which topics that ask for a sync share one; it is made when a record of such a topic comes. 0 for none: then each partition syncs its own file.", internal;
    "super.users": Text = null, Anything, Medium, ReadOnly,
        "Principals that Kafka's authorizer allows everything, separated by semicolons.", internal,
        refused("everyone would be allowed everything");
    "allow.everyone.if.no.acl.found": Boolean = "false", Anything, Medium, ReadOnly,
        "Whether Kafka's authorizer allows everyone what no rule mentions.", internal;
}
