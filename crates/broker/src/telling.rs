//! What the node tells of itself in `/metrics`: counters as they stand, and what is, looked up when somebody asks.

use kampa_metrics::{
    BrokerState, ControllerGauges, GroupGauges, Names, PartitionGauges, Process, ReplicaGauges, Snapshot,
};
use kampa_protocol::{ApiKey, ErrorCode};

use crate::broker::Broker;

/// The words for labels.
pub const NAMES: Names =
    Names { api: |key| ApiKey::try_from(key).map_or("Unknown", ApiKey::name), error: |code| ErrorCode(code).name() };

/// The page, in Prometheus' text format.
pub fn page(broker: &Broker, ready: bool) -> String {
    let partitions = broker.partitions.all();
    let image = broker.image();
    let counts = broker.groups.counts();
    let (fetch_sessions, fetch_session_partitions) = broker.fetch_sessions.counts();
    let producer_ids = partitions.iter().map(|partition| partition.producer_count()).sum();
    let gauges = |partition: &kampa_replication::Partition| {
        let watermarks = partition.watermarks();
        (watermarks, partition.log().size_bytes(), partition.log().segments().len())
    };
    let measured: Vec<_> = partitions.iter().map(gauges).collect();
    let snapshot = Snapshot {
        uptime: broker.world.now().since(kampa_world::Monotonic::ZERO),
        state: if ready { BrokerState::Running } else { BrokerState::PendingControlledShutdown },
        replicas: ReplicaGauges {
            partitions: partitions.len(),
            leaders: partitions.len(),
            at_min_isr: partitions.len(),
            producer_ids,
            ..ReplicaGauges::default()
        },
        partitions: partitions
            .iter()
            .zip(&measured)
            .map(|(partition, (watermarks, size_bytes, segments))| PartitionGauges {
                topic: &partition.id().topic,
                partition: partition.id().index,
                size_bytes: *size_bytes,
                segments: *segments,
                log_start: watermarks.log_start,
                log_end: watermarks.log_end,
            })
            .collect(),
        fetch_sessions,
        fetch_session_partitions,
        groups: GroupGauges {
            preparing_rebalance: counts.preparing_rebalance,
            completing_rebalance: counts.completing_rebalance,
            stable: counts.stable,
            empty: counts.empty,
            dead: 0,
            offsets: counts.offsets,
        },
        controller: Some(ControllerGauges {
            active: true,
            active_brokers: image.brokers.values().filter(|broker| !broker.fenced).count(),
            fenced_brokers: image.brokers.values().filter(|broker| broker.fenced).count(),
            topics: image.topics.len(),
            partitions: image.topics.partition_count(),
            last_committed_offset: image.position.offset,
            last_applied_offset: image.position.offset,
            ..ControllerGauges::default()
        }),
        ..Snapshot::default()
    };
    let mut text = broker.metrics.text(&snapshot);
    if let Some(process) = process(broker) {
        text.push_str(&process.text(env!("CARGO_PKG_VERSION")));
    }
    text
}

fn process(broker: &Broker) -> Option<Process> {
    let stat = broker.world.disk().read_to_string("/proc/self/stat").ok()?;
    Process::read(&stat, broker.world.now().since(kampa_world::Monotonic::ZERO))
}
