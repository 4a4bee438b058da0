//! Who this node is, and the metadata quorum: roles, ids, voters, the metadata log.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static KRAFT: Broker;
    "process.roles": List = required, NonEmptyListOf(&["broker", "controller"]), High, ReadOnly,
        "Roles this process plays: broker, controller, or both.";
    "node.id": Int = required, AtLeast(0), High, ReadOnly,
        "This node's number, unique in the cluster.";
    "broker.id": Int = "-1", Anything, High, ReadOnly,
        "Older name of node.id; if both are given they must agree.";
    "broker.rack": Text = null, Anything, Medium, ReadOnly,
        "Rack or zone of this broker, used to spread replicas and to let consumers read nearby.";
    "broker.heartbeat.interval.ms": Int = "2000", Anything, Medium, ReadOnly,
        "Time between a broker's heartbeats to the controller.";
    "broker.session.timeout.ms": Int = "9000", Anything, Medium, ReadOnly,
        "A broker that is silent for this long is fenced by the controller.";
    "initial.broker.registration.timeout.ms": Int = "60000", Anything, Medium, ReadOnly,
        "How long a starting broker tries to register with the controller before it gives up.";
    "server.max.startup.time.ms": Long = "9223372036854775807", AtLeast(0), Medium, ReadOnly,
        "Longest time a start may take before the process gives up.", internal, moot;
    "controlled.shutdown.enable": Boolean = "true", Anything, Medium, ReadOnly,
        "Whether a broker hands its leaderships over before it stops.";
    "controller.listener.names": List = required, NonEmptyListOf(&[]), High, ReadOnly,
        "Names of the listeners that controllers use.";
    "controller.quorum.voters": List = "", Anything, High, ReadOnly,
        "Fixed voters of the metadata quorum, each as id@host:port.";
    "controller.quorum.bootstrap.servers": List = "", ListOf(&[]), High, ReadOnly,
        "Addresses at which the metadata quorum is found when its voters are not fixed.";
    "controller.quorum.auto.join.enable": Boolean = "false", Anything, Low, ReadOnly,
        "Whether a new controller adds itself to the voters.";
    "controller.quorum.append.linger.ms": Int = "25", AtLeast(0), Medium, ReadOnly,
        "How long the leader of the quorum gathers records before it writes them.";
    "controller.quorum.election.backoff.max.ms": Int = "1000", AtLeast(0), High, ReadOnly,
        "Longest pause before a candidate tries another election.";
    "controller.quorum.election.timeout.ms": Int = "1000", AtLeast(0), High, ReadOnly,
        "Time without a leader's answer after which a voter asks for an election.";
    "controller.quorum.fetch.max.bytes": Int = "1048576", AtLeast(1), Low, ReadOnly,
        "Most bytes of the metadata log in one fetch between controllers.";
    "controller.quorum.fetch.snapshot.max.bytes": Int = "1048576", AtLeast(1), Low, ReadOnly,
        "Most bytes of a metadata snapshot in one fetch between controllers.";
    "controller.quorum.fetch.timeout.ms": Int = "2000", AtLeast(0), High, ReadOnly,
        "Time without a successful fetch after which a voter becomes a candidate, and a leader without a majority resigns.";
    "controller.quorum.request.timeout.ms": Int = "2000", AtLeast(0), Medium, ReadOnly,
        "Longest wait for an answer from another controller.";
    "controller.quorum.retry.backoff.ms": Int = "20", AtLeast(0), Low, ReadOnly,
        "Pause before a request to another controller is tried again.";
    "controller.socket.timeout.ms": Int = "30000", Anything, Medium, ReadOnly,
        "Socket timeout of a broker's channel to the controller.";
    "controller.performance.always.log.threshold.ms": Long = "2000", AtLeast(0), Medium, ReadOnly,
        "A controller event slower than this is always logged.", internal;
    "controller.performance.sample.period.ms": Long = "60000", AtLeast(100), Medium, ReadOnly,
        "Time between two reports of slow controller events.", internal;
    "controller.quota.window.num": Int = "11", AtLeast(1), Low, ReadOnly,
        "Windows kept in memory to measure the controller's mutation quota.";
    "controller.quota.window.size.seconds": Int = "1", AtLeast(1), Low, ReadOnly,
        "Length of one window of the controller's mutation quota.";
    "early.start.listeners": List = null, ListOf(&[]), High, ReadOnly,
        "Listeners that may open before the broker has caught up with the metadata.";
    "metadata.log.dir": Text = null, Anything, High, ReadOnly,
        "Directory of the metadata log; without it, the first of log.dirs.";
    "metadata.log.max.record.bytes.between.snapshots": Long = "20971520", AtLeast(1), High, ReadOnly,
        "Bytes of metadata records after which a snapshot is written.";
    "metadata.log.max.snapshot.interval.ms": Long = "3600000", AtLeast(0), High, ReadOnly,
        "Time after which a snapshot of changed metadata is written; 0 writes none for age.";
    "metadata.log.segment.bytes": Int = "1073741824", AtLeast(8_388_608), High, ReadOnly,
        "Size at which a segment file of the metadata log is closed and a new one begun.";
    "metadata.log.segment.ms": Long = "604800000", Anything, High, ReadOnly,
        "Age at which a segment file of the metadata log is closed and a new one begun.";
    "metadata.max.idle.interval.ms": Int = "500", AtLeast(0), Low, ReadOnly,
        "Time between the records an idle controller writes to keep the quorum's offset moving; 0 writes none.";
    "metadata.max.retention.bytes": Long = "104857600", Anything, High, ReadOnly,
        "Bytes of metadata log and snapshots kept before old ones are deleted.";
    "metadata.max.retention.ms": Long = "604800000", Anything, High, ReadOnly,
        "Age at which metadata segments and snapshots may be deleted.";
    "internal.metadata.delete.delay.millis": Long = "60000", Anything, Low, ReadOnly,
        "Pause before a deleted metadata file is removed from the disk.", internal;
    "internal.metadata.log.segment.bytes": Int = null, Anything, Low, ReadOnly,
        "Segment size of the metadata log, below the public minimum; for tests.", internal;
    "internal.metadata.max.batch.size.in.bytes": Int = "8388608", Anything, Low, ReadOnly,
        "Largest batch written to the metadata log; for tests.", internal;
    "unstable.api.versions.enable": Boolean = "false", Anything, High, ReadOnly,
        "Whether request versions still under development are offered.", internal;
    "unstable.feature.versions.enable": Boolean = "false", Anything, High, ReadOnly,
        "Whether feature levels still under development may be chosen.", internal;
    "auto.leader.rebalance.enable": Boolean = "true", Anything, High, ReadOnly,
        "Whether the controller moves leadership back to preferred replicas.";
    "leader.imbalance.check.interval.seconds": Long = "300", AtLeast(1), High, ReadOnly,
        "Time between two checks for leaders that are not the preferred replica.";
    "unclean.leader.election.interval.ms": Long = "300000", AtLeast(1), Medium, ReadOnly,
        "Time between two checks for partitions that wait for an unclean election.", internal;
}
