//! Policies, quotas' callbacks, configuration providers, metrics and telemetry.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static PLUGINS: Broker;
    "create.topic.policy.class.name": Class = null, Anything, Low, ReadOnly,
        "Class that may refuse to create a topic.", refused("topics the policy forbids would be created");
    "alter.config.policy.class.name": Class = null, Anything, Low, ReadOnly,
        "Class that may refuse a change of settings.", refused("changes the policy forbids would be made");
    "client.quota.callback.class": Class = null, Anything, Low, ReadOnly,
        "Class that decides which quota a client falls under.";
    "config.providers": List = "", ListOf(&[]), Low, ClusterWide,
        "Names of providers that fill in values written as ${name:path:key}.",
        refused("values it should fill in, passwords among them, would be taken as they are written");
    "metric.reporters": List = "org.apache.kafka.common.metrics.JmxReporter", ListOf(&[]), Low, ClusterWide,
        "Java classes that are told of every metric.", moot;
    "metrics.num.samples": Int = "2", AtLeast(1), Low, ReadOnly,
        "Samples kept to compute a metric's rate.", moot;
    "metrics.recording.level": Text = "INFO", Anything, Low, ReadOnly,
        "How much is measured: INFO, DEBUG or TRACE.", moot;
    "metrics.sample.window.ms": Long = "30000", AtLeast(1), Low, ReadOnly,
        "Length of one sample of a metric.", moot;
    "kafka.metrics.reporters": List = "", ListOf(&[]), Low, ReadOnly,
        "Java classes that report the older metrics.", moot;
    "kafka.metrics.polling.interval.secs": Int = "10", AtLeast(1), Low, ReadOnly,
        "Time between two reports of the older metrics.", moot;
    "telemetry.max.bytes": Int = "1048576", AtLeast(1), Low, ReadOnly,
        "Largest set of metrics a client may push, as it comes over the wire.";
}
