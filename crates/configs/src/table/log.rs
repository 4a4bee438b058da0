//! The logs of partitions: directories, segments, retention, flush, cleaning.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static LOG: Broker;
    "log.dir": List = "/tmp/kafka-logs", NonEmptyListOf(&[]), High, ReadOnly,
        "The data directory when log.dirs is not given.";
    "log.dirs": List = null, NonEmptyListOf(&[]), High, ReadOnly,
        "Data directories, separated by commas.";
    "log.dir.failure.timeout.ms": Long = "30000", AtLeast(1), Low, ReadOnly,
        "A broker that cannot report a failed data directory to the controller for this long stops.";
    "cordoned.log.dirs": List = "", ListOf(&[]), Medium, PerBroker,
        "Data directories that receive no new partitions.";
    "num.recovery.threads.per.data.dir": Int = "2", AtLeast(1), High, ClusterWide,
        "Threads per data directory that recover logs after a crash.", moot;
    "num.replica.alter.log.dirs.threads": Int = null, Anything, High, ReadOnly,
        "Replicas moved between data directories at once; without it, as many as there are data directories.";
    "log.segment.bytes": Int = "1073741824", AtLeast(1_048_576), High, ClusterWide,
        "Size at which a segment file is closed and a new one begun.";
    "log.roll.ms": Long = null, Anything, High, ClusterWide,
        "Age at which a segment file is closed and a new one begun; without it, log.roll.hours counts.";
    "log.roll.hours": Int = "168", AtLeast(1), High, ReadOnly,
        "Age in hours at which a segment file is closed and a new one begun.";
    "log.roll.jitter.ms": Long = null, Anything, High, ClusterWide,
        "Up to this much is taken off log.roll.ms by chance, so that logs do not roll together; without it, log.roll.jitter.hours counts.";
    "log.roll.jitter.hours": Int = "0", AtLeast(0), High, ReadOnly,
        "Up to this many hours are taken off log.roll.hours by chance.";
    "log.retention.ms": Long = null, Anything, High, ClusterWide,
        "Age at which records may be deleted; -1 keeps them. Without it, log.retention.minutes counts.";
    "log.retention.minutes": Int = null, Anything, High, ReadOnly,
        "Age in minutes at which records may be deleted. Without it, log.retention.hours counts.";
    "log.retention.hours": Int = "168", Anything, High, ReadOnly,
        "Age in hours at which records may be deleted.";
    "log.retention.bytes": Long = "-1", Anything, High, ClusterWide,
        "Size a partition may have before its oldest segments are deleted; -1 sets no bound.";
    "log.retention.check.interval.ms": Long = "300000", AtLeast(1), Medium, ReadOnly,
        "Time between two looks for segments to delete.";
    "log.initial.task.delay.ms": Long = "30000", AtLeast(0), Low, ReadOnly,
        "Pause after the start before logs are looked after.", internal;
    "log.segment.delete.delay.ms": Long = "60000", AtLeast(0), High, ClusterWide,
        "Pause before a deleted segment's file is removed from the disk.";
    "log.index.interval.bytes": Int = "4096", AtLeast(0), Medium, ClusterWide,
        "Bytes of records between two entries of an offset index.";
    "log.index.size.max.bytes": Int = "10485760", AtLeast(4), Medium, ClusterWide,
        "Largest size of an offset index; a full index rolls its segment.";
    "log.preallocate": Boolean = "false", Anything, Medium, ClusterWide,
        "Whether a new segment's file gets its whole size at once.", later;
    "log.flush.interval.messages": Long = "9223372036854775807", AtLeast(1), High, ClusterWide,
        "Records after which a log is forced to the disk.";
    "log.flush.interval.ms": Long = null, Anything, High, ClusterWide,
        "Longest time a record may stay in memory only; without it, log.flush.scheduler.interval.ms counts.";
    "log.flush.scheduler.interval.ms": Long = "9223372036854775807", Anything, High, ReadOnly,
        "Time between two looks for logs to force to the disk.";
    "log.flush.offset.checkpoint.interval.ms": Int = "60000", AtLeast(0), High, ReadOnly,
        "Time between two writes of the recovery point, up to which logs need no recovery.";
    "log.flush.start.offset.checkpoint.interval.ms": Int = "60000", AtLeast(0), High, ReadOnly,
        "Time between two writes of the log start offsets.";
    "log.cleanup.policy": List = "delete", ListOf(&["compact", "delete"]), Medium, ClusterWide,
        "What happens to old records of topics that do not say: delete, compact, or both.";
    "log.cleaner.enable": Boolean = "true", Anything, Medium, ReadOnly,
        "Whether compacted topics are compacted.";
    "log.cleaner.threads": Int = "1", AtLeast(0), Medium, ClusterWide,
        "Threads that compact logs.";
    "log.cleaner.backoff.ms": Long = "15000", AtLeast(0), Medium, ClusterWide,
        "Pause of the cleaner when there is nothing to compact.";
    "log.cleaner.dedupe.buffer.size": Long = "134217728", Anything, Medium, ClusterWide,
        "Memory all cleaner threads use to remember keys.";
    "log.cleaner.io.buffer.size": Int = "524288", AtLeast(0), Medium, ClusterWide,
        "Memory all cleaner threads use to read and write.";
    "log.cleaner.io.buffer.load.factor": Double = "0.9", Anything, Medium, ClusterWide,
        "How full the cleaner's memory of keys may get.";
    "log.cleaner.io.max.bytes.per.second": Double = "1.7976931348623157E308", Anything, Medium, ClusterWide,
        "Bytes the cleaner reads and writes in a second at most.";
    "log.cleaner.delete.retention.ms": Long = "86400000", AtLeast(0), Medium, ClusterWide,
        "How long a compacted topic keeps the mark of a deleted key.";
    "log.cleaner.max.compaction.lag.ms": Long = "9223372036854775807", AtLeast(1), Medium, ClusterWide,
        "Age at which a record must have been offered to compaction.";
    "log.cleaner.min.compaction.lag.ms": Long = "0", AtLeast(0), Medium, ClusterWide,
        "Age below which a record is not compacted.";
    "log.cleaner.min.cleanable.ratio": Double = "0.5", Ratio(0.0, 1.0), Medium, ClusterWide,
        "Share of a log that must be uncompacted before it is compacted.";
    "log.message.timestamp.type": Text = "CreateTime", OneOf(&["CreateTime", "LogAppendTime"]), Medium, ClusterWide,
        "Which time a record carries: its producer's (CreateTime) or its arrival's (LogAppendTime).";
    "log.message.timestamp.before.max.ms": Long = "9223372036854775807", AtLeast(0), Medium, ClusterWide,
        "How far a record's time may lie before the broker's.";
    "log.message.timestamp.after.max.ms": Long = "3600000", AtLeast(0), Medium, ClusterWide,
        "How far a record's time may lie after the broker's.";
    "log.local.retention.ms": Long = "-2", AtLeast(-2), Medium, ClusterWide,
        "Age at which records that have a remote copy leave this disk; -2 follows log.retention.ms.", later;
    "log.local.retention.bytes": Long = "-2", AtLeast(-2), Medium, ClusterWide,
        "Size a partition may have on this disk once copied; -2 follows log.retention.bytes.", later;
    "log.remote.copy.lag.ms": Long = "0", AtLeast(-1), Medium, ClusterWide,
        "Age a closed segment must have before it is copied to the remote store; -1 follows the local retention.",
        later;
    "log.remote.copy.lag.bytes": Long = "-1", AtLeast(-1), Medium, ClusterWide,
        "Bytes that stay behind when segments are copied to the remote store; -1 follows the local retention.", later;
    "message.max.bytes": Int = "1048588", AtLeast(0), High, ClusterWide,
        "Largest batch of records that a topic accepts.";
    "max.decompressed.message.bytes": Int = "2147483639", Between(1, 2_147_483_639), Medium, ClusterWide,
        "Largest size a batch may reach when it is decompressed.";
    "compression.type": Text = "producer", OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]), High, ClusterWide,
        "Codec of stored batches: a codec's name, uncompressed, or producer to keep what came.";
    "compression.gzip.level": Int = "-1", GzipLevel, Medium, ClusterWide,
        "Level used when the broker compresses with gzip; -1 is the codec's own default.";
    "compression.lz4.level": Int = "9", Between(1, 17), Medium, ClusterWide,
        "Level used when the broker compresses with lz4.";
    "compression.zstd.level": Int = "3", Between(-131_072, 22), Medium, ClusterWide,
        "Level used when the broker compresses with zstd.";
}
