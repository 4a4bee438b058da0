//! The remote store of closed segments.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static TIERED: Broker;
    "remote.log.storage.system.enable": Boolean = "false", Anything, Medium, ReadOnly,
        "Whether closed segments are kept in a remote store too.",
        refused("records that are only in the remote store would be missing");
    "remote.fetch.max.wait.ms": Int = "500", AtLeast(1), Medium, ClusterWide,
        "Longest wait of a fetch for the remote store.";
    "remote.list.offsets.request.timeout.ms": Long = "30000", AtLeast(1), Medium, ClusterWide,
        "Longest wait of ListOffsets for the remote store.";
    "remote.log.index.file.cache.total.size.bytes": Long = "1073741824", AtLeast(1), Low, ClusterWide,
        "Disk space for indexes fetched from the remote store.";
    "remote.log.index.file.cache.ttl.ms": Long = "900000", AtLeast(-1), Low, ReadOnly,
        "Time after which an unused cached index is dropped; -1 keeps it.", internal;
    "remote.log.manager.copier.thread.pool.size": Int = "10", AtLeast(1), Medium, ClusterWide,
        "Threads that copy segments to the remote store.";
    "remote.log.manager.copy.max.bytes.per.second": Long = "9223372036854775807", AtLeast(1), Medium, ClusterWide,
        "Bytes copied to the remote store in a second at most.";
    "remote.log.manager.copy.quota.window.num": Int = "11", AtLeast(1), Medium, ReadOnly,
        "Windows kept in memory to measure copies to the remote store.";
    "remote.log.manager.copy.quota.window.size.seconds": Int = "1", AtLeast(1), Medium, ReadOnly,
        "Length of one window of copies to the remote store.";
    "remote.log.manager.expiration.thread.pool.size": Int = "10", AtLeast(1), Medium, ClusterWide,
        "Threads that delete expired segments from the remote store.";
    "remote.log.manager.fetch.max.bytes.per.second": Long = "9223372036854775807", AtLeast(1), Medium, ClusterWide,
        "Bytes read from the remote store in a second at most.";
    "remote.log.manager.fetch.quota.window.num": Int = "11", AtLeast(1), Medium, ReadOnly,
        "Windows kept in memory to measure reads from the remote store.";
    "remote.log.manager.fetch.quota.window.size.seconds": Int = "1", AtLeast(1), Medium, ReadOnly,
        "Length of one window of reads from the remote store.";
    "remote.log.manager.follower.thread.pool.size": Int = "2", AtLeast(1), Medium, ClusterWide,
        "Threads that follow the remote store's metadata for followers.";
    "remote.log.manager.task.interval.ms": Long = "30000", AtLeast(1), Low, ReadOnly,
        "Time between two rounds of copying and deleting.";
    "remote.log.manager.task.retry.backoff.ms": Long = "500", AtLeast(1), Low, ReadOnly,
        "Pause before a failed copy is tried again.", internal;
    "remote.log.manager.task.retry.backoff.max.ms": Long = "30000", AtLeast(1), Low, ReadOnly,
        "Longest pause before a failed copy is tried again.", internal;
    "remote.log.manager.task.retry.jitter": Double = "0.2", Ratio(0.0, 0.5), Low, ReadOnly,
        "Share of the pause that is left to chance.", internal;
    "remote.log.manager.thread.pool.size": Int = "2", AtLeast(1), Medium, ReadOnly,
        "Threads that look after tiered partitions.";
    "remote.log.metadata.custom.metadata.max.bytes": Int = "128", AtLeast(0), Low, ReadOnly,
        "Largest note a remote store may keep with a segment.";
    "remote.log.metadata.manager.class.name": Text = "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager", NonEmpty, Medium, ReadOnly,
        "Class that remembers which segments are in the remote store.";
    "remote.log.metadata.manager.class.path": Text = null, Anything, Medium, ReadOnly,
        "Where that class is found.";
    "remote.log.metadata.manager.impl.prefix": Text = "rlmm.config.", NonEmpty, Medium, ReadOnly,
        "Prefix of the settings handed to that class.";
    "remote.log.metadata.manager.listener.name": Text = null, NonEmpty, Medium, ReadOnly,
        "Listener that class uses to reach this broker.";
    "remote.log.reader.max.pending.tasks": Int = "100", AtLeast(1), Medium, ReadOnly,
        "Reads from the remote store that may wait.";
    "remote.log.reader.threads": Int = "10", AtLeast(1), Medium, ClusterWide,
        "Threads that read from the remote store.";
    "remote.log.storage.manager.class.name": Text = null, NonEmpty, Medium, ReadOnly,
        "Class that talks to the remote store.";
    "remote.log.storage.manager.class.path": Text = null, Anything, Medium, ReadOnly,
        "Where the remote store's class is found.";
    "remote.log.storage.manager.impl.prefix": Text = "rsm.config.", NonEmpty, Medium, ReadOnly,
        "Prefix of the settings handed to the remote store's class.";
}
