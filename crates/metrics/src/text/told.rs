//! What a snapshot says: the broker, its groups, the controller, the metadata log, directories, partitions.

use std::time::Duration;

use super::{MS, Page};
use crate::families::{self as f, Family};
use crate::snapshot::{
    BrokerGauge, CleanerGauges, ControllerGauges, DirectoryGauges, FeatureGauges, GroupLag, PartitionGauges, Snapshot,
};

pub(super) fn text(page: &mut Page, snapshot: &Snapshot<'_>) {
    broker(page, snapshot);
    groups(page, snapshot);
    lags(page, &snapshot.lags);
    if let Some(controller) = &snapshot.controller {
        self::controller(page, controller, snapshot.uptime);
    }
    quorum(page, snapshot);
    features(page, &snapshot.features);
    directories(page, &snapshot.directories);
    cleaner(page, &snapshot.cleaner, &snapshot.directories);
    if let Some(histogram) = snapshot.log_flush {
        page.family(&f::LOG_FLUSH).summary(&[], histogram, snapshot.uptime, MS);
    }
    partitions(page, &snapshot.partitions);
}

fn broker(page: &mut Page, snapshot: &Snapshot<'_>) {
    let replicas = &snapshot.replicas;
    // There are no such queues; dashboards ask for them all the same.
    page.one(&f::REQUEST_QUEUE, &[], 0);
    page.one(&f::RESPONSE_QUEUE, &[], 0);
    if let Some(idle) = snapshot.handlers_idle {
        page.one(&f::REQUEST_HANDLER_IDLE, &[], idle);
        page.one(&f::NETWORK_IDLE, &[], idle);
    }
    page.one(&f::BROKER_STATE, &[], snapshot.state as u8);
    page.one(&f::PARTITIONS, &[], replicas.partitions);
    page.one(&f::LEADERS, &[], replicas.leaders);
    page.one(&f::OFFLINE_REPLICAS, &[], replicas.offline);
    page.one(&f::UNDER_REPLICATED, &[], replicas.under_replicated);
    page.one(&f::UNDER_MIN_ISR, &[], replicas.under_min_isr);
    page.one(&f::AT_MIN_ISR, &[], replicas.at_min_isr);
    let (shrinks, expands, refused) = replicas.isr_changes;
    page.one(&f::ISR_SHRINKS, &[], shrinks);
    page.one(&f::ISR_EXPANDS, &[], expands);
    page.one(&f::FAILED_ISR_UPDATES, &[], refused);
    page.one(&f::FETCHER_LAG, &[("clientId", "Replica")], replicas.follower_lag);
    page.one(&f::REASSIGNING, &[], replicas.reassigning);
    page.one(&f::PRODUCER_IDS, &[], replicas.producer_ids);
    page.one(&f::FETCH_SESSIONS, &[], snapshot.fetch_sessions);
    page.one(&f::FETCH_SESSION_PARTITIONS, &[], snapshot.fetch_session_partitions);
    let telemetry = &snapshot.telemetry;
    page.one(&f::TELEMETRY_CLIENTS, &[], telemetry.clients);
    page.one(&f::TELEMETRY_UNKNOWN, &[], telemetry.unknown_subscriptions);
    page.one(&f::TELEMETRY_THROTTLED, &[], telemetry.throttled);
    page.one(&f::TELEMETRY_PUSHES, &[], telemetry.pushes);
    page.one(&f::TELEMETRY_UNREADABLE, &[], telemetry.unreadable);
}

fn groups(page: &mut Page, snapshot: &Snapshot<'_>) {
    let groups = &snapshot.groups;
    let states = [
        (&f::GROUPS_PREPARING, "PreparingRebalance", groups.preparing_rebalance),
        (&f::GROUPS_COMPLETING, "CompletingRebalance", groups.completing_rebalance),
        (&f::GROUPS_STABLE, "Stable", groups.stable),
        (&f::GROUPS_EMPTY, "Empty", groups.empty),
        (&f::GROUPS_DEAD, "Dead", groups.dead),
    ];
    let all: usize = states.iter().map(|(_, _, count)| count).sum();
    page.one(&f::GROUPS, &[], all);
    for (family, _, count) in states {
        page.one(family, &[], count);
    }
    let mut classic = page.family(&f::CLASSIC_GROUPS);
    for (_, state, count) in states {
        classic.sample(&[("state", state)], count);
    }
    page.one(&f::GROUP_PROTOCOLS, &[("protocol", "classic")], all);
    let mut shards = page.family(&f::GROUP_SHARDS);
    shards.sample(&[("state", "active")], groups.shards_active);
    shards.sample(&[("state", "loading")], groups.shards_loading);
    page.one(&f::OFFSETS, &[], groups.offsets);
    page.one(&f::REBALANCES, &[], groups.rebalances);
    page.one(&f::OFFSET_COMMITS, &[], groups.commits);
    page.one(&f::OFFSET_EXPIRATIONS, &[], groups.expirations);
}

fn lags(page: &mut Page, groups: &[GroupLag]) {
    let mut family = page.family(&f::GROUP_MEMBERS);
    for group in groups {
        family.sample(&[("consumergroup", &group.group)], group.members);
    }
    let mut each = |family: &'static Family, value: fn(i64, Option<i64>) -> Option<i64>| {
        let mut family = page.family(family);
        for group in groups {
            for (topic, partition, offset, lag) in &group.offsets {
                if let Some(value) = value(*offset, *lag) {
                    family.of_group(&group.group, topic, *partition, value);
                }
            }
        }
    };
    each(&f::GROUP_OFFSET, |offset, _| Some(offset));
    each(&f::GROUP_LAG, |_, lag| lag);
    let mut family = page.family(&f::GROUP_LAG_SUM);
    for group in groups {
        for partitions in group.offsets.chunk_by(|one, next| one.0 == next.0) {
            let sum: i64 = partitions.iter().filter_map(|(.., lag)| *lag).sum();
            family.sample(&[("consumergroup", &group.group), ("topic", &partitions[0].0)], sum);
        }
    }
}

fn controller(page: &mut Page, controller: &ControllerGauges<'_>, uptime: Duration) {
    page.one(&f::ACTIVE_CONTROLLERS, &[], u8::from(controller.active));
    page.one(&f::ACTIVE_BROKERS, &[], controller.active_brokers);
    page.one(&f::FENCED_BROKERS, &[], controller.fenced_brokers);
    page.one(&f::GLOBAL_TOPICS, &[], controller.topics);
    page.one(&f::GLOBAL_PARTITIONS, &[], controller.partitions);
    page.one(&f::OFFLINE_PARTITIONS, &[], controller.offline_partitions);
    page.one(&f::PREFERRED_IMBALANCE, &[], controller.preferred_replica_imbalance);
    page.one(&f::UNCLEAN_ELECTIONS, &[], controller.unclean_elections);
    page.one(&f::METADATA_COMMITTED, &[], controller.last_committed_offset);
    page.one(&f::METADATA_APPLIED, &[], controller.last_applied_offset);
    page.one(&f::METADATA_TIMESTAMP, &[], controller.last_applied_ms);
    // The active controller has applied what it wrote; a node whose image cannot take a record ends.
    page.one(&f::METADATA_LAG, &[], 0);
    page.one(&f::METADATA_ERRORS, &[], 0);
    page.one(&f::NEW_CONTROLLERS, &[], u8::from(controller.active));
    let mut family = page.family(&f::BROKER_REGISTRATION);
    for broker in &controller.brokers {
        family.sample(&[("broker", &broker.id.to_string())], registration(broker));
    }
    if let Some((waited, took)) = controller.times {
        page.family(&f::CONTROLLER_QUEUE_TIME).summary(&[], waited, uptime, MS);
        page.family(&f::CONTROLLER_TIME).summary(&[], took, uptime, MS);
    }
}

/// Kafka's numbers for it.
fn registration(broker: &BrokerGauge) -> u8 {
    match (broker.fenced, broker.in_controlled_shutdown) {
        (true, _) => 10,
        (false, true) => 20,
        (false, false) => 30,
    }
}

fn quorum(page: &mut Page, snapshot: &Snapshot<'_>) {
    let quorum = &snapshot.quorum;
    page.one(&f::RAFT_STATE, &[("state", "leader")], 1);
    page.one(&f::RAFT_LEADER, &[], quorum.leader);
    page.one(&f::RAFT_EPOCH, &[], quorum.epoch);
    page.one(&f::RAFT_HIGH_WATERMARK, &[], quorum.high_watermark);
    page.one(&f::RAFT_LOG_END, &[], quorum.log_end);
    page.one(&f::RAFT_VOTERS, &[], quorum.voters);
    page.one(&f::METADATA_VERSION, &[], quorum.metadata_version);
    page.one(&f::CURRENT_CONTROLLER, &[], quorum.leader);
    page.one(&f::BROKER_METADATA_OFFSET, &[], quorum.applied.0);
    page.one(&f::BROKER_METADATA_TIMESTAMP, &[], quorum.applied.1);
}

fn features(page: &mut Page, features: &[FeatureGauges<'_>]) {
    let mut each = |family: &'static Family, label, value: fn(&FeatureGauges<'_>) -> i16| {
        let mut family = page.family(family);
        for feature in features {
            family.sample(&[(label, feature.name)], value(feature));
        }
    };
    each(&f::FEATURE_LEVEL, "featureName", |feature| feature.level);
    each(&f::FEATURE_MAX, "feature_name", |feature| feature.max);
    each(&f::FEATURE_MIN, "feature_name", |feature| feature.min);
}

fn directories(page: &mut Page, directories: &[DirectoryGauges<'_>]) {
    page.one(&f::LOG_DIRS_OFFLINE, &[], directories.iter().filter(|directory| directory.offline).count());
    let mut each = |family: &'static Family, value: fn(&DirectoryGauges<'_>) -> Option<u64>| {
        let mut family = page.family(family);
        for directory in directories {
            if let Some(value) = value(directory) {
                family.sample(&[("logDirectory", directory.path)], value);
            }
        }
    };
    each(&f::LOG_DIR_OFFLINE, |directory| Some(u64::from(directory.offline)));
    each(&f::LOG_DIR_FREE, |directory| directory.space_bytes.map(|(free, _)| free));
    each(&f::LOG_DIR_TOTAL, |directory| directory.space_bytes.map(|(_, total)| total));
    each(&f::LOG_DIR_DAMAGED, |directory| Some(directory.damaged_batches));
}

fn cleaner(page: &mut Page, cleaner: &CleanerGauges, directories: &[DirectoryGauges<'_>]) {
    page.one(&f::CLEANER_DIRTY, &[], cleaner.dirty_percent);
    page.one(&f::CLEANER_LAST_LOOK, &[], cleaner.since_last_look.as_millis());
    let mut each = |family: &'static Family, value: fn(&(usize, u64)) -> u64| {
        let mut family = page.family(family);
        for (directory, uncleanable) in directories.iter().zip(&cleaner.uncleanable) {
            family.sample(&[("logDirectory", directory.path)], value(uncleanable));
        }
    };
    each(&f::CLEANER_ASIDE, |(count, _)| *count as u64);
    each(&f::CLEANER_ASIDE_BYTES, |(_, bytes)| *bytes);
    page.one(&f::CLEANER_UTILIZATION, &[], cleaner.buffer_utilization_percent);
    page.one(&f::CLEANER_RECOPY, &[], cleaner.recopy_percent);
    page.one(&f::CLEANER_TIME, &[], cleaner.clean_time.as_secs());
    page.one(&f::CLEANER_DELAY, &[], cleaner.compaction_delay.as_secs());
    page.one(&f::CLEANER_DEAD, &[], 0);
    page.one(&f::CLEANER_IO, &[], cleaner.bytes);
}

fn partitions(page: &mut Page, partitions: &[PartitionGauges<'_>]) {
    let mut each = |family: &'static Family, value: fn(&PartitionGauges<'_>) -> i64| {
        let mut family = page.family(family);
        for partition in partitions {
            family.of_partition(partition.topic, partition.partition, value(partition));
        }
    };
    each(&f::LOG_SIZE, |log| i64::try_from(log.size_bytes).unwrap_or(i64::MAX));
    each(&f::LOG_SEGMENTS, |log| log.segments as i64);
    each(&f::LOG_START, |log| log.log_start);
    each(&f::LOG_END, |log| log.log_end);
    each(&f::PARTITION_REPLICAS, |log| log.replicas as i64);
    each(&f::PARTITION_ISR, |log| log.in_sync as i64);
    each(&f::PARTITION_UNDER_REPLICATED, |log| i64::from(log.is_under_replicated()));
    each(&f::PARTITION_UNDER_MIN_ISR, |log| i64::from(log.is_under_min_isr()));
    each(&f::PARTITION_AT_MIN_ISR, |log| i64::from(log.is_at_min_isr()));
    each(&f::PARTITION_STABLE_LAG, |log| log.stable_lag);
}
