//! Topics and replicas: defaults of new topics, copies, elections, throttles.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static REPLICATION: Broker;
    "auto.create.topics.enable": Boolean = "true", Anything, High, ReadOnly,
        "Whether a topic is created when a client asks for one that does not exist and allows it.";
    "delete.topic.enable": Boolean = "true", Anything, High, ReadOnly,
        "Whether topics may be deleted.";
    "num.partitions": Int = "1", AtLeast(1), Medium, ReadOnly,
        "Partitions of a topic whose creator does not say.";
    "default.replication.factor": Int = "1", Anything, Medium, ReadOnly,
        "Replicas of a topic whose creator does not say.";
    "min.insync.replicas": Int = "1", AtLeast(1), High, ClusterWide,
        "Replicas that must be in sync for acks=all to succeed.";
    "unclean.leader.election.enable": Boolean = "false", Anything, High, ClusterWide,
        "Whether a replica that is not in sync may become leader when no other is left; acknowledged records can be lost.",
        later;
    "replica.lag.time.max.ms": Long = "30000", Anything, High, ReadOnly,
        "A follower that has not caught up for this long is no longer in sync.";
    "replica.fetch.backoff.ms": Int = "1000", AtLeast(0), Medium, ReadOnly,
        "Pause of a follower after a failed fetch.";
    "replica.fetch.max.bytes": Int = "1048576", AtLeast(0), Medium, ReadOnly,
        "Bytes a follower asks for per partition.";
    "replica.fetch.min.bytes": Int = "1", Anything, High, ReadOnly,
        "Bytes for which a follower's fetch waits.";
    "replica.fetch.response.max.bytes": Int = "10485760", AtLeast(0), Medium, ReadOnly,
        "Bytes a follower asks for in one fetch.";
    "replica.fetch.wait.max.ms": Int = "500", Anything, High, ReadOnly,
        "Longest wait of a follower's fetch.";
    "replica.high.watermark.checkpoint.interval.ms": Long = "5000", Anything, High, ReadOnly,
        "Time between two writes of the high watermarks to the disk.";
    "replica.selector.class": Text = null, Anything, Medium, ReadOnly,
        "How a consumer is sent to the replica it should read from.";
    "replica.socket.receive.buffer.bytes": Int = "65536", Anything, High, ReadOnly,
        "Receive buffer of a follower's sockets.";
    "replica.socket.timeout.ms": Int = "30000", Anything, High, ReadOnly,
        "Socket timeout of a follower's fetches.";
    "follower.fetch.last.tiered.offset.enable": Boolean = "false", Anything, Medium, ClusterWide,
        "Whether a new follower of a tiered topic starts at the last offset in the remote store.";
    "num.replica.fetchers": Int = "1", AtLeast(1), High, ClusterWide,
        "Connections a follower opens to each leader's broker.";
    "replication.quota.window.num": Int = "11", AtLeast(1), Low, ReadOnly,
        "Windows kept in memory to measure replication throttles.";
    "replication.quota.window.size.seconds": Int = "1", AtLeast(1), Low, ReadOnly,
        "Length of one window of replication throttles.";
    "alter.log.dirs.replication.quota.window.num": Int = "11", AtLeast(1), Low, ReadOnly,
        "Windows kept in memory to measure moves between data directories.";
    "alter.log.dirs.replication.quota.window.size.seconds": Int = "1", AtLeast(1), Low, ReadOnly,
        "Length of one window of moves between data directories.";
    "quota.window.num": Int = "11", AtLeast(1), Low, ReadOnly,
        "Windows kept in memory to measure client quotas.";
    "quota.window.size.seconds": Int = "1", AtLeast(1), Low, ReadOnly,
        "Length of one window of client quotas.";
}
