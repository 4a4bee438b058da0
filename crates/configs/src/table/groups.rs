//! Consumer, share and streams groups, and committed offsets.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static GROUPS: Broker;
    "group.initial.rebalance.delay.ms": Int = "3000", Anything, Medium, ReadOnly,
        "How long an empty classic group waits for more members before its first rebalance.";
    "group.min.session.timeout.ms": Int = "6000", Anything, Medium, ReadOnly,
        "Shortest session timeout a classic member may ask for.";
    "group.max.session.timeout.ms": Int = "1800000", Anything, Medium, ReadOnly,
        "Longest session timeout a classic member may ask for.";
    "group.max.size": Int = "2147483647", AtLeast(1), Medium, ReadOnly,
        "Most members of a classic group.";
    "group.coordinator.append.linger.ms": Int = "-1", AtLeast(-1), Medium, ReadOnly,
        "How long the coordinator gathers records before it writes them; -1 lets it choose.";
    "group.coordinator.background.threads": Int = "2", AtLeast(1), High, ReadOnly,
        "Threads that compute assignments in Apache Kafka.", moot;
    "group.coordinator.threads": Int = "4", AtLeast(1), High, ReadOnly,
        "Threads of the group coordinator in Apache Kafka.", moot;
    "group.coordinator.cached.buffer.max.bytes": Int = "1048588", AtLeast(524_288), Medium, ClusterWide,
        "Largest write buffer the coordinator keeps for reuse.", moot;
    "group.coordinator.rebalance.protocols": List = "classic,consumer,streams", NonEmptyListOf(&["consumer", "classic", "share", "streams"]), Medium, ReadOnly,
        "Kinds of groups that are served.";
    "group.consumer.assignment.interval.ms": Int = "1000", AtLeast(0), Medium, ClusterWide,
        "Shortest time between two assignments of a consumer group.";
    "group.consumer.min.assignment.interval.ms": Int = "0", AtLeast(0), Medium, ReadOnly,
        "Least value a group may set for consumer.assignment.interval.ms.";
    "group.consumer.max.assignment.interval.ms": Int = "15000", AtLeast(0), Medium, ReadOnly,
        "Greatest value a group may set for consumer.assignment.interval.ms.";
    "group.consumer.assignor.offload.enable": Boolean = "true", Anything, Medium, ClusterWide,
        "Whether assignments are computed off the coordinator's thread.", internal;
    "group.consumer.assignors": List = "uniform,range", NonEmptyListOf(&[]), Medium, ReadOnly,
        "Assignors of consumer groups, the first being the default.";
    "group.consumer.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, ReadOnly,
        "Heartbeat interval given to members of consumer groups.";
    "group.consumer.min.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, ReadOnly,
        "Least value a group may set for consumer.heartbeat.interval.ms.";
    "group.consumer.max.heartbeat.interval.ms": Int = "15000", AtLeast(1), Medium, ReadOnly,
        "Greatest value a group may set for consumer.heartbeat.interval.ms.";
    "group.consumer.session.timeout.ms": Int = "45000", AtLeast(1), Medium, ReadOnly,
        "Session timeout of members of consumer groups.";
    "group.consumer.min.session.timeout.ms": Int = "45000", AtLeast(1), Medium, ReadOnly,
        "Least value a group may set for consumer.session.timeout.ms.";
    "group.consumer.max.session.timeout.ms": Int = "60000", AtLeast(1), Medium, ReadOnly,
        "Greatest value a group may set for consumer.session.timeout.ms.";
    "group.consumer.max.size": Int = "2147483647", AtLeast(1), Medium, ReadOnly,
        "Most members of a consumer group.";
    "group.consumer.migration.policy": Text = "bidirectional", OneOfAnyCase(&["DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"]), Medium, ReadOnly,
        "Which way groups may change between the classic and the consumer protocol.";
    "group.consumer.regex.refresh.interval.ms": Int = "600000", AtLeast(10_000), Medium, ReadOnly,
        "Time between two evaluations of a subscription by regular expression.", internal;
    "offset.metadata.max.bytes": Int = "4096", Anything, High, ReadOnly,
        "Longest note a client may store with a committed offset.";
    "offsets.commit.timeout.ms": Int = "5000", AtLeast(1), High, ReadOnly,
        "Longest wait of an offset commit for its replicas.";
    "offsets.load.buffer.size": Int = "5242880", AtLeast(1), High, ReadOnly,
        "Bytes read at once when committed offsets are loaded.";
    "offsets.retention.minutes": Int = "10080", AtLeast(1), High, ReadOnly,
        "How long committed offsets outlive their group's last member.";
    "offsets.retention.check.interval.ms": Long = "600000", AtLeast(1), High, ReadOnly,
        "Time between two looks for expired offsets.";
    "offsets.topic.compression.codec": Int = "0", Anything, High, ReadOnly,
        "Codec of the offsets topic by number: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.";
    "offsets.topic.num.partitions": Int = "50", AtLeast(1), High, ReadOnly,
        "Partitions of the offsets topic; not to be changed later.";
    "offsets.topic.replication.factor": Short = "3", AtLeast(1), High, ReadOnly,
        "Replicas of the offsets topic.";
    "offsets.topic.segment.bytes": Int = "104857600", AtLeast(1), High, ReadOnly,
        "Segment size of the offsets topic.";
    "group.share.assignment.interval.ms": Int = "1000", AtLeast(0), Medium, ClusterWide,
        "Shortest time between two assignments of a share group.";
    "group.share.min.assignment.interval.ms": Int = "0", AtLeast(0), Medium, ReadOnly,
        "Least value a group may set for share.assignment.interval.ms.";
    "group.share.max.assignment.interval.ms": Int = "15000", AtLeast(0), Medium, ReadOnly,
        "Greatest value a group may set for share.assignment.interval.ms.";
    "group.share.assignor.offload.enable": Boolean = "true", Anything, Medium, ClusterWide,
        "Whether share assignments are computed off the coordinator's thread.", internal;
    "group.share.assignors": List = "simple", NonEmptyListOf(&[]), Medium, ReadOnly,
        "Assignor of share groups.";
    "group.share.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, ReadOnly,
        "Heartbeat interval given to members of share groups.";
    "group.share.min.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, ReadOnly,
        "Least value a group may set for share.heartbeat.interval.ms.";
    "group.share.max.heartbeat.interval.ms": Int = "15000", AtLeast(1), Medium, ReadOnly,
        "Greatest value a group may set for share.heartbeat.interval.ms.";
    "group.share.session.timeout.ms": Int = "45000", AtLeast(1), Medium, ReadOnly,
        "Session timeout of members of share groups.";
    "group.share.min.session.timeout.ms": Int = "45000", AtLeast(1), Medium, ReadOnly,
        "Least value a group may set for share.session.timeout.ms.";
    "group.share.max.session.timeout.ms": Int = "60000", AtLeast(1), Medium, ReadOnly,
        "Greatest value a group may set for share.session.timeout.ms.";
    "group.share.delivery.count.limit": Int = "5", Between(2, 10), Medium, ReadOnly,
        "How often a record may be delivered to a share group.";
    "group.share.min.delivery.count.limit": Int = "2", Between(2, 5), Medium, ReadOnly,
        "Least value a group may set for share.delivery.count.limit.";
    "group.share.max.delivery.count.limit": Int = "10", Between(5, 25), Medium, ReadOnly,
        "Greatest value a group may set for share.delivery.count.limit.";
    "group.share.record.lock.duration.ms": Int = "30000", Between(1000, 3_600_000), Medium, ReadOnly,
        "How long a record is held for the member of a share group that fetched it.";
    "group.share.min.record.lock.duration.ms": Int = "15000", Between(1000, 30_000), Medium, ReadOnly,
        "Least value a group may set for share.record.lock.duration.ms.";
    "group.share.max.record.lock.duration.ms": Int = "60000", Between(30_000, 3_600_000), Medium, ReadOnly,
        "Greatest value a group may set for share.record.lock.duration.ms.";
    "group.share.partition.max.record.locks": Int = "2000", Between(100, 10_000), Medium, ReadOnly,
        "Records of one partition that a share group may hold at once.";
    "group.share.min.partition.max.record.locks": Int = "100", Between(100, 2000), Medium, ReadOnly,
        "Least value a group may set for share.partition.max.record.locks.";
    "group.share.max.partition.max.record.locks": Int = "4000", Between(2000, 10_000), Medium, ReadOnly,
        "Greatest value a group may set for share.partition.max.record.locks.";
    "group.share.max.share.sessions": Int = "2000", AtLeast(1), Medium, ReadOnly,
        "Share sessions the broker keeps.";
    "group.share.max.size": Int = "200", Between(1, 1000), Medium, ReadOnly,
        "Most members of a share group.";
    "group.share.initialize.retry.interval.ms": Int = "30000", AtLeast(1), Low, ReadOnly,
        "Pause before the state of a share group's partitions is initialised again.", internal;
    "group.share.dlq.manager.class.name": Text = "org.apache.kafka.server.share.dlq.DefaultShareGroupDLQManager", Anything, Medium, ReadOnly,
        "Class that writes records a share group gave up on.", internal;
    "group.share.persister.class.name": Text = "org.apache.kafka.server.share.persister.DefaultStatePersister", Anything, Medium, ReadOnly,
        "Class that stores the state of share groups.", internal;
    "errors.deadletterqueue.auto.create.topics.enable": Boolean = "false", Anything, Medium, ClusterWide,
        "Whether the topic for records a share group gave up on is created when it is missing.";
    "errors.deadletterqueue.topic.name.prefix": Text = "dlq.", Anything, Medium, ClusterWide,
        "How names of topics for records that share groups gave up on must begin.";
    "share.coordinator.append.linger.ms": Int = "-1", AtLeast(-1), Medium, ReadOnly,
        "How long the share coordinator gathers records before it writes them; -1 lets it choose.";
    "share.coordinator.cached.buffer.max.bytes": Int = "1048588", AtLeast(524_288), Medium, ClusterWide,
        "Largest write buffer the share coordinator keeps for reuse.", moot;
    "share.coordinator.cold.partition.snapshot.interval.ms": Int = "300000", AtLeast(1), Low, ReadOnly,
        "Time between two snapshots of share state that does not change.", internal;
    "share.coordinator.load.buffer.size": Int = "5242880", AtLeast(1), High, ReadOnly,
        "Bytes read at once when share state is loaded.";
    "share.coordinator.snapshot.update.records.per.snapshot": Int = "500", Between(0, 500), Medium, ReadOnly,
        "Changes written between two snapshots of share state.";
    "share.coordinator.state.topic.compression.codec": Int = "0", Anything, High, ReadOnly,
        "Codec of the share state topic by number, as for the offsets topic.";
    "share.coordinator.state.topic.min.isr": Short = "2", AtLeast(1), High, ReadOnly,
        "Replicas of the share state topic that must be in sync for a write to succeed.";
    "share.coordinator.state.topic.num.partitions": Int = "50", AtLeast(1), High, ReadOnly,
        "Partitions of the share state topic; not to be changed later.";
    "share.coordinator.state.topic.prune.interval.ms": Int = "300000", AtLeast(1), Low, ReadOnly,
        "Time between two removals of share state that is no longer needed.", internal;
    "share.coordinator.state.topic.replication.factor": Short = "3", AtLeast(1), High, ReadOnly,
        "Replicas of the share state topic.";
    "share.coordinator.state.topic.segment.bytes": Int = "104857600", AtLeast(1), High, ReadOnly,
        "Segment size of the share state topic.";
    "share.coordinator.threads": Int = "1", AtLeast(1), Medium, ReadOnly,
        "Threads of the share coordinator in Apache Kafka.", moot;
    "share.coordinator.write.timeout.ms": Int = "5000", AtLeast(1), High, ReadOnly,
        "Longest wait of a write of share state for its replicas.";
    "group.streams.acceptable.recovery.lag": Long = "10000", AtLeast(0), Medium, ReadOnly,
        "How far a client may lag behind and still be given an active task.", internal;
    "group.streams.assignment.interval.ms": Int = "1000", AtLeast(0), Medium, ClusterWide,
        "Shortest time between two assignments of a streams group.";
    "group.streams.min.assignment.interval.ms": Int = "0", AtLeast(0), Medium, ReadOnly,
        "Least value a group may set for streams.assignment.interval.ms.";
    "group.streams.max.assignment.interval.ms": Int = "15000", AtLeast(0), Medium, ReadOnly,
        "Greatest value a group may set for streams.assignment.interval.ms.";
    "group.streams.assignor.offload.enable": Boolean = "true", Anything, Medium, ClusterWide,
        "Whether streams assignments are computed off the coordinator's thread.", internal;
    "group.streams.assignors": List = "sticky", NonEmptyListOf(&[]), Medium, ReadOnly,
        "Assignors of streams groups, the first being the default.";
    "group.streams.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, ReadOnly,
        "Heartbeat interval given to members of streams groups.";
    "group.streams.min.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, ReadOnly,
        "Least value a group may set for streams.heartbeat.interval.ms.";
    "group.streams.max.heartbeat.interval.ms": Int = "15000", AtLeast(1), Medium, ReadOnly,
        "Greatest value a group may set for streams.heartbeat.interval.ms.";
    "group.streams.session.timeout.ms": Int = "45000", AtLeast(1), Medium, ReadOnly,
        "Session timeout of members of streams groups.";
    "group.streams.min.session.timeout.ms": Int = "45000", AtLeast(1), Medium, ReadOnly,
        "Least value a group may set for streams.session.timeout.ms.";
    "group.streams.max.session.timeout.ms": Int = "60000", AtLeast(1), Medium, ReadOnly,
        "Greatest value a group may set for streams.session.timeout.ms.";
    "group.streams.initial.rebalance.delay.ms": Int = "3000", AtLeast(0), Medium, ReadOnly,
        "How long an empty streams group waits for more members before its first assignment.";
    "group.streams.max.size": Int = "2147483647", AtLeast(1), Medium, ReadOnly,
        "Most members of a streams group.";
    "group.streams.num.standby.replicas": Int = "0", AtLeast(0), Medium, ReadOnly,
        "Standby copies of each task with state.";
    "group.streams.max.standby.replicas": Int = "2", AtLeast(0), Medium, ReadOnly,
        "Greatest value a group may set for streams.num.standby.replicas.";
    "group.streams.num.warmup.replicas": Int = "2", AtLeast(0), Medium, ReadOnly,
        "Extra copies that may be warming up at once.", internal;
    "group.streams.max.warmup.replicas": Int = "20", AtLeast(0), Medium, ReadOnly,
        "Greatest value a group may set for streams.num.warmup.replicas.", internal;
    "group.streams.rack.aware.assignment.tags": List = "", ListOf(&[]), Low, ReadOnly,
        "Client tags by which standby copies are spread.";
    "group.streams.task.offset.interval.ms": Int = "60000", AtLeast(1), Medium, ReadOnly,
        "Time between two reports of a client's task offsets.", internal;
    "group.streams.min.task.offset.interval.ms": Int = "15000", AtLeast(1), Medium, ReadOnly,
        "Least value a group may set for streams.task.offset.interval.ms.", internal;
    "group.streams.topology.description.plugin.class": Class = null, Anything, Medium, ReadOnly,
        "Class that stores descriptions of topologies.";
}
