//! The settings of a group.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static GROUP: Group;
    "consumer.assignment.interval.ms": Int = "1000", AtLeast(0), Medium, Anytime,
        "Shortest time between two assignments of this consumer group.",
        from(&["group.consumer.assignment.interval.ms"]);
    "consumer.assignor.offload.enable": Boolean = "true", Anything, Medium, Anytime,
        "Whether this consumer group's assignments are computed off the coordinator's thread.",
        from(&["group.consumer.assignor.offload.enable"]), internal;
    "consumer.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, Anytime,
        "Heartbeat interval given to this consumer group's members.", from(&["group.consumer.heartbeat.interval.ms"]);
    "consumer.session.timeout.ms": Int = "45000", AtLeast(1), Medium, Anytime,
        "Session timeout of this consumer group's members.", from(&["group.consumer.session.timeout.ms"]);
    "errors.deadletterqueue.copy.record.enable": Boolean = "false", Anything, Medium, Anytime,
        "Whether records this share group gave up on are copied whole, or only named.";
    "errors.deadletterqueue.topic.name": Text = "", Anything, Medium, Anytime,
        "Topic for records this share group gave up on; empty keeps none.";
    "share.assignment.interval.ms": Int = "1000", AtLeast(0), Medium, Anytime,
        "Shortest time between two assignments of this share group.", from(&["group.share.assignment.interval.ms"]);
    "share.assignor.offload.enable": Boolean = "true", Anything, Medium, Anytime,
        "Whether this share group's assignments are computed off the coordinator's thread.",
        from(&["group.share.assignor.offload.enable"]), internal;
    "share.auto.offset.reset": Text = "latest", OffsetReset, Medium, Anytime,
        "Where this share group starts: latest, earliest, or by_duration: and a period in ISO-8601.";
    "share.delivery.count.limit": Int = "5", AtLeast(2), Medium, Anytime,
        "How often a record may be delivered to this share group.", from(&["group.share.delivery.count.limit"]);
    "share.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, Anytime,
        "Heartbeat interval given to this share group's members.", from(&["group.share.heartbeat.interval.ms"]);
    "share.isolation.level": Text = "read_uncommitted", OneOf(&["read_committed", "read_uncommitted"]), Medium, Anytime,
        "Whether this share group reads uncommitted transactions.";
    "share.partition.max.record.locks": Int = "2000", AtLeast(100), Medium, Anytime,
        "Records of one partition that this share group may hold at once.",
        from(&["group.share.partition.max.record.locks"]);
    "share.record.lock.duration.ms": Int = "30000", AtLeast(1000), Medium, Anytime,
        "How long a record is held for the member that fetched it.", from(&["group.share.record.lock.duration.ms"]);
    "share.renew.acknowledge.enable": Boolean = "true", Anything, Medium, Anytime,
        "Whether members may prolong their hold on a record.";
    "share.session.timeout.ms": Int = "45000", AtLeast(1), Medium, Anytime,
        "Session timeout of this share group's members.", from(&["group.share.session.timeout.ms"]);
    "streams.acceptable.recovery.lag": Long = "10000", AtLeast(0), Medium, Anytime,
        "How far a client may lag behind and still be given an active task.",
        from(&["group.streams.acceptable.recovery.lag"]), internal;
    "streams.assignment.interval.ms": Int = "1000", AtLeast(0), Medium, Anytime,
        "Shortest time between two assignments of this streams group.", from(&["group.streams.assignment.interval.ms"]);
    "streams.assignor.name": Text = null, Anything, Medium, Anytime,
        "Assignor of this streams group; without it, the first of group.streams.assignors.",
        from(&["group.streams.assignors"]);
    "streams.assignor.offload.enable": Boolean = "true", Anything, Medium, Anytime,
        "Whether this streams group's assignments are computed off the coordinator's thread.",
        from(&["group.streams.assignor.offload.enable"]), internal;
    "streams.heartbeat.interval.ms": Int = "5000", AtLeast(1), Medium, Anytime,
        "Heartbeat interval given to this streams group's members.", from(&["group.streams.heartbeat.interval.ms"]);
    "streams.initial.rebalance.delay.ms": Int = "3000", AtLeast(0), Medium, Anytime,
        "How long this streams group, when empty, waits for more members before its first assignment.",
        from(&["group.streams.initial.rebalance.delay.ms"]);
    "streams.num.standby.replicas": Int = "0", AtLeast(0), Medium, Anytime,
        "Standby copies of each of this streams group's tasks with state.",
        from(&["group.streams.num.standby.replicas"]);
    "streams.num.warmup.replicas": Int = "2", AtLeast(0), Medium, Anytime,
        "Extra copies that may be warming up at once.", from(&["group.streams.num.warmup.replicas"]), internal;
    "streams.rack.aware.assignment.tags": List = "", ListOf(&[]), Low, Anytime,
        "Client tags by which standby copies are spread.", from(&["group.streams.rack.aware.assignment.tags"]);
    "streams.session.timeout.ms": Int = "45000", AtLeast(1), Medium, Anytime,
        "Session timeout of this streams group's members.", from(&["group.streams.session.timeout.ms"]);
    "streams.task.offset.interval.ms": Int = "60000", AtLeast(1), Medium, Anytime,
        "Time between two reports of a client's task offsets.",
        from(&["group.streams.task.offset.interval.ms"]), internal;
}
