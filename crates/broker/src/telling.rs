//! What the node tells of itself in `/metrics`: counters as they stand, and what is, looked up when somebody asks.

use std::collections::BTreeMap;
use std::time::Duration;

use kampa_metadata::{MetadataImage, SupportedFeature};
use kampa_metrics::{
    BrokerGauge, BrokerState, ControllerGauges, DirectoryGauges, FeatureGauges, GroupGauges, GroupLag, Names,
    PartitionGauges, QuorumGauges, ReplicaGauges, Share, Snapshot,
};
use kampa_protocol::{ApiKey, ErrorCode};
use kampa_replication::Partition;
use kampa_world::Monotonic;

use crate::broker::Broker;
use crate::log_dirs::DataDir;

/// The words for labels.
pub const NAMES: Names =
    Names { api: |key| ApiKey::try_from(key).map_or("Unknown", ApiKey::name), error: |code| ErrorCode(code).name() };

/// What telling keeps from one page to the next.
#[derive(Default)]
pub struct Told {
    busy: Share,
}

/// The page, in Prometheus' text format.
pub fn page(broker: &Broker, told: &Told, ready: bool) -> String {
    let partitions = broker.partitions.all();
    let image = broker.image();
    let measured: Vec<PartitionGauges<'_>> =
        partitions.iter().filter_map(|partition| partition_gauges(partition, &image)).collect();
    let paths: Vec<_> = broker.dirs.data().iter().map(|data| data.path.to_string_lossy()).collect();
    let (fetch_sessions, fetch_session_partitions) = broker.fetch_sessions.counts();
    let (groups, lags) = groups(broker, &partitions);
    let uptime = broker.world.now().since(Monotonic::ZERO);
    broker.metrics.text(&Snapshot {
        uptime,
        state: match ready {
            true if broker.recovery.is_done() => BrokerState::Running,
            true => BrokerState::Recovery,
            false => BrokerState::PendingControlledShutdown,
        },
        replicas: replicas(broker, &partitions, &measured),
        fetch_sessions,
        fetch_session_partitions,
        directories: broker.dirs.data().iter().zip(&paths).map(|(data, path)| directory_gauges(data, path)).collect(),
        log_flush: Some(broker.dirs.metadata().sync_times().as_ref()),
        handlers_idle: idle(broker, told, uptime),
        cleaner: broker.cleaner.gauges(broker),
        groups,
        lags,
        controller: Some(controller(broker, &image)),
        quorum: quorum(broker, &image),
        telemetry: broker.telemetry.gauges(),
        features: features(&image),
        partitions: measured,
    })
}

/// `None` for a partition of a topic that is being deleted.
fn partition_gauges<'a>(partition: &'a Partition, image: &MetadataImage) -> Option<PartitionGauges<'a>> {
    let id = partition.id();
    let registered = image.topics.named(&id.topic)?.partitions.get(&id.index)?;
    let watermarks = partition.watermarks();
    Some(PartitionGauges {
        topic: &id.topic,
        partition: id.index,
        size_bytes: partition.size_bytes(),
        segments: partition.segments().len(),
        log_start: watermarks.log_start,
        log_end: watermarks.log_end,
        stable_lag: watermarks.high_watermark - watermarks.last_stable_offset,
        replicas: registered.replicas.len(),
        in_sync: registered.isr.len(),
        min_in_sync: usize::try_from(partition.config().min_insync_replicas).unwrap_or(0),
    })
}

fn directory_gauges<'a>(data: &DataDir, path: &'a str) -> DirectoryGauges<'a> {
    let space = data.online().and_then(|dir| dir.space().ok());
    DirectoryGauges {
        path,
        offline: data.online().is_none(),
        space_bytes: space.map(|space| (space.free_bytes, space.total_bytes)),
        damaged_batches: data.online().map_or(0, |dir| dir.damaged_batches()),
    }
}

fn replicas(broker: &Broker, partitions: &[Partition], measured: &[PartitionGauges<'_>]) -> ReplicaGauges {
    ReplicaGauges {
        partitions: partitions.len(),
        leaders: partitions.iter().filter(|partition| partition.leader_epoch().is_some()).count(),
        offline: broker.partitions.offline_count(),
        under_replicated: measured.iter().filter(|it| it.is_under_replicated()).count(),
        under_min_isr: measured.iter().filter(|it| it.is_under_min_isr()).count(),
        at_min_isr: measured.iter().filter(|it| it.is_at_min_isr()).count(),
        producer_ids: partitions.iter().map(Partition::producer_count).sum(),
        ..ReplicaGauges::default()
    }
}

fn idle(broker: &Broker, told: &Told, now: Duration) -> Option<f64> {
    let (busy, workers) = broker.world.busy()?;
    Some(1.0 - told.busy.of(busy / u32::try_from(workers).ok()?, now))
}

/// Groups by state; and each group's way to the high watermark of what it reads.
fn groups(broker: &Broker, partitions: &[Partition]) -> (GroupGauges, Vec<GroupLag>) {
    let watermarks: BTreeMap<_, i64> =
        partitions.iter().map(|it| ((&*it.id().topic, it.id().index), it.watermarks().high_watermark)).collect();
    let (mut gauges, mut lags) = (GroupGauges::default(), Vec::new());
    broker.groups.glance(|shard, is_loaded| {
        let (counts, totals) = (shard.counts(), shard.totals());
        gauges.empty += counts.empty;
        gauges.preparing_rebalance += counts.preparing_rebalance;
        gauges.completing_rebalance += counts.completing_rebalance;
        gauges.stable += counts.stable;
        gauges.offsets += counts.offsets;
        gauges.rebalances += totals.completed_rebalances;
        gauges.commits += totals.offset_commits;
        gauges.expirations += totals.offset_expirations;
        *if is_loaded { &mut gauges.shards_active } else { &mut gauges.shards_loading } += 1;
        lags.extend(shard.positions().map(|at| {
            GroupLag {
                group: at.group.to_string(),
                members: at.members,
                offsets: at
                    .offsets
                    .iter()
                    .map(|(topic, partition, offset)| {
                        let end = watermarks.get(&(&**topic, *partition));
                        (topic.to_string(), *partition, *offset, end.map(|end| (end - offset).max(0)))
                    })
                    .collect(),
            }
        }));
    });
    (gauges, lags)
}

fn controller<'a>(broker: &'a Broker, image: &MetadataImage) -> ControllerGauges<'a> {
    let all = || image.topics.iter().flat_map(|topic| topic.partitions.values());
    let times = broker.controller.times();
    ControllerGauges {
        active: true,
        active_brokers: image.brokers.values().filter(|broker| !broker.fenced).count(),
        fenced_brokers: image.brokers.values().filter(|broker| broker.fenced).count(),
        topics: image.topics.len(),
        partitions: image.topics.partition_count(),
        offline_partitions: all().filter(|partition| partition.leader.is_none()).count(),
        preferred_replica_imbalance: all()
            .filter(|partition| partition.leader != partition.replicas.first().copied())
            .count(),
        last_committed_offset: image.position.offset,
        last_applied_offset: image.position.offset,
        last_applied_ms: image.position.timestamp_ms,
        brokers: image
            .brokers
            .values()
            .map(|broker| BrokerGauge {
                id: broker.id,
                fenced: broker.fenced,
                in_controlled_shutdown: broker.in_controlled_shutdown,
            })
            .collect(),
        times: Some((&times.waited, &times.took)),
        ..ControllerGauges::default()
    }
}

fn quorum(broker: &Broker, image: &MetadataImage) -> QuorumGauges {
    QuorumGauges {
        leader: broker.node_id(),
        epoch: image.position.epoch,
        high_watermark: image.position.offset + 1,
        log_end: image.position.offset + 1,
        voters: 1,
        metadata_version: image.features.metadata_version(),
        applied: (image.position.offset, image.position.timestamp_ms),
    }
}

fn features(image: &MetadataImage) -> Vec<FeatureGauges<'static>> {
    let gauges = |feature: &SupportedFeature| FeatureGauges {
        name: feature.name,
        level: image.features.level(feature.name),
        min: feature.min,
        max: feature.max,
    };
    SupportedFeature::ALL.iter().map(gauges).collect()
}
