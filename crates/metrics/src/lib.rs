//! Every metric once, with the names that Kafka's dashboards know.
//!
//! Names are those that the JMX exporter's usual rules for Kafka give: `kafka.server:type=BrokerTopicMetrics,name=
//! MessagesInPerSec` is `kafka_server_brokertopicmetrics_messagesin_total`. `families` holds them, a row each, and
//! `docs/metrics.md` is printed from there.
//!
//! What happens is counted where it happens, in atomics behind handles that are found once ([`Metrics`]). What *is* (sizes,
//! offsets, members) is not kept here: whoever knows it fills a [`Snapshot`] when somebody asks. An idle node pays nothing.
//!
//! The text is written by hand: `prometheus-client` knows no summaries, which Kafka's request times are, and wants gauges
//! to be kept rather than computed when asked for.

mod absent;
mod connections;
mod families;
mod histogram;
mod metrics;
mod page;
mod process;
mod share;
mod snapshot;
mod text;

pub use absent::{ABSENT, Absent};
pub use connections::{ConnectionMetrics, ListenerMetrics};
pub use families::{FAMILIES, Family, Shape};
pub use histogram::Histogram;
pub use metrics::{Metrics, Names, Took, TopicMetrics, Unfit, Waiting, Waits};
pub use page::metrics_page;
pub use process::Process;
pub use share::Share;
pub use snapshot::{
    BrokerGauge, BrokerState, CleanerGauges, ControllerGauges, DirectoryGauges, FeatureGauges, GroupGauges, GroupLag,
    PartitionGauges, QuorumGauges, ReplicaGauges, Snapshot, TelemetryGauges,
};
