//! The settings of a topic.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static TOPIC: Topic;
    "cleanup.policy": List = "delete", ListOf(&["compact", "delete"]), Medium, Anytime,
        "What happens to old records: delete removes them by age and size, compact keeps the last record of each key; both may be given, and an empty list keeps everything.",
        from(&["log.cleanup.policy"]);
    "compression.gzip.level": Int = "-1", GzipLevel, Medium, Anytime,
        "Level used when compression.type is gzip; -1 is the codec's own default.", from(&["compression.gzip.level"]);
    "compression.lz4.level": Int = "9", Between(1, 17), Medium, Anytime,
        "Level used when compression.type is lz4.", from(&["compression.lz4.level"]);
    "compression.type": Text = "producer", OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]), Medium, Anytime,
        "Codec of stored batches. producer keeps each batch as it came; uncompressed or a codec's name makes the broker convert batches that come otherwise.",
        from(&["compression.type"]);
    "compression.zstd.level": Int = "3", Between(-131_072, 22), Medium, Anytime,
        "Level used when compression.type is zstd.", from(&["compression.zstd.level"]);
    "delete.retention.ms": Long = "86400000", AtLeast(0), Medium, Anytime,
        "How long compaction keeps the mark of a deleted key, and so the time a consumer that reads from the start has to see every deletion.",
        from(&["log.cleaner.delete.retention.ms"]);
    "errors.deadletterqueue.group.enable": Boolean = "false", Anything, Medium, Anytime,
        "Whether share groups may use this topic for records they gave up on.", later;
    "file.delete.delay.ms": Long = "60000", AtLeast(0), Medium, Anytime,
        "Pause before a deleted segment's file is removed from the disk, so that reads already begun can finish.",
        from(&["log.segment.delete.delay.ms"]);
    "flush.messages": Long = "9223372036854775807", AtLeast(1), Medium, Anytime,
        "Records after which the log is forced to the disk. The default leaves it to the operating system and to replication.",
        from(&["log.flush.interval.messages"]);
    "flush.ms": Long = "9223372036854775807", AtLeast(0), Medium, Anytime,
        "Longest time a record may stay in memory only before it is forced to the disk. The default leaves it to the operating system and to replication.",
        from(&["log.flush.interval.ms", "log.flush.scheduler.interval.ms"]);
    "follower.replication.throttled.replicas": List = "", ThrottledReplicas, Medium, Anytime,
        "Replicas whose copying is throttled on the follower's side, as partition:broker pairs, or * for all of them.",
        later;
    "index.interval.bytes": Int = "4096", AtLeast(0), Medium, Anytime,
        "Bytes of records between two entries of the offset index; fewer bytes find a record faster and make the index larger.",
        from(&["log.index.interval.bytes"]);
    "internal.segment.bytes": Int = null, Anything, Medium, Anytime,
        "Segment size below the public minimum; for tests.", internal;
    "leader.replication.throttled.replicas": List = "", ThrottledReplicas, Medium, Anytime,
        "Replicas whose copying is throttled on the leader's side, as partition:broker pairs, or * for all of them.",
        later;
    "local.retention.bytes": Long = "-2", AtLeast(-2), Medium, Anytime,
        "Bytes a partition of a tiered topic may keep on this disk once they are in the remote store; -2 follows retention.bytes, -1 sets no bound.",
        from(&["log.local.retention.bytes"]), later;
    "local.retention.ms": Long = "-2", AtLeast(-2), Medium, Anytime,
        "Age at which records of a tiered topic leave this disk once they are in the remote store; -2 follows retention.ms, -1 keeps them.",
        from(&["log.local.retention.ms"]), later;
    "max.compaction.lag.ms": Long = "9223372036854775807", AtLeast(1), Medium, Anytime,
        "Age by which a record must have been offered to compaction, however clean the log is.",
        from(&["log.cleaner.max.compaction.lag.ms"]);
    "max.decompressed.message.bytes": Int = "2147483639", Between(1, 2_147_483_639), Medium, Anytime,
        "Largest size a compressed batch may reach when it is decompressed; a larger one is refused.",
        from(&["max.decompressed.message.bytes"]);
    "max.message.bytes": Int = "1048588", AtLeast(0), Medium, Anytime,
        "Largest batch of records the topic accepts, as it comes over the wire.", from(&["message.max.bytes"]);
    "message.timestamp.after.max.ms": Long = "3600000", AtLeast(0), Medium, Anytime,
        "How far a record's time may lie after the broker's before the record is refused. Not used with LogAppendTime.",
        from(&["log.message.timestamp.after.max.ms"]);
    "message.timestamp.before.max.ms": Long = "9223372036854775807", AtLeast(0), Medium, Anytime,
        "How far a record's time may lie before the broker's before the record is refused. Not used with LogAppendTime.",
        from(&["log.message.timestamp.before.max.ms"]);
    "message.timestamp.type": Text = "CreateTime", OneOf(&["CreateTime", "LogAppendTime"]), Medium, Anytime,
        "Which time a record carries: CreateTime is the producer's, LogAppendTime the moment the broker stored it.",
        from(&["log.message.timestamp.type"]);
    "min.cleanable.dirty.ratio": Double = "0.5", Ratio(0.0, 1.0), Medium, Anytime,
        "Share of the log that must be uncompacted before it is compacted; less saves space and costs more work.",
        from(&["log.cleaner.min.cleanable.ratio"]);
    "min.compaction.lag.ms": Long = "0", AtLeast(0), Medium, Anytime,
        "Age below which a record stays as it is, so that readers near the end see every change.",
        from(&["log.cleaner.min.compaction.lag.ms"]);
    "min.insync.replicas": Int = "1", AtLeast(1), Medium, Anytime,
        "Replicas that must be in sync for a produce with acks=all to succeed. Fewer answer NOT_ENOUGH_REPLICAS.",
        from(&["min.insync.replicas"]);
    "preallocate": Boolean = "false", Anything, Medium, Anytime,
        "Whether a new segment's file gets its whole size at once.", from(&["log.preallocate"]), later;
    "remote.copy.lag.bytes": Long = "-1", AtLeast(-1), Medium, Anytime,
        "Bytes of closed segments that stay uncopied; 0 copies at once, -1 follows local.retention.bytes.",
        from(&["log.remote.copy.lag.bytes"]), later;
    "remote.copy.lag.ms": Long = "0", AtLeast(-1), Medium, Anytime,
        "Age a closed segment must have before it is copied to the remote store; 0 copies at once, -1 follows local.retention.ms.",
        from(&["log.remote.copy.lag.ms"]), later;
    "remote.log.copy.disable": Boolean = "false", Anything, Medium, Anytime,
        "Whether segments are no longer copied to the remote store; what is there stays readable.", later;
    "remote.log.delete.on.disable": Boolean = "false", Anything, Medium, Anytime,
        "Whether turning remote.storage.enable off deletes what is in the remote store.", later;
    "remote.storage.enable": Boolean = "false", Anything, Medium, Anytime,
        "Whether closed segments are kept in the remote store too.", later;
    "retention.bytes": Long = "-1", Anything, Medium, Anytime,
        "Size a partition may have before its oldest segments are deleted; -1 sets no bound. It counts for each partition, and only where cleanup.policy says delete.",
        from(&["log.retention.bytes"]);
    "retention.ms": Long = "604800000", AtLeast(-1), Medium, Anytime,
        "Age at which records may be deleted; -1 keeps them for ever. Whole segments are deleted, when their youngest record is old enough.",
        from(&["log.retention.ms", "log.retention.minutes", "log.retention.hours"]);
    "segment.bytes": Int = "1073741824", AtLeast(1_048_576), Medium, Anytime,
        "Size at which a segment file is closed and a new one begun. Deletion and compaction work on closed segments only.",
        from(&["log.segment.bytes"]);
    "segment.index.bytes": Int = "10485760", AtLeast(4), Medium, Anytime,
        "Largest size of the offset index of a segment; a full index closes the segment.",
        from(&["log.index.size.max.bytes"]);
    "segment.jitter.ms": Long = "0", AtLeast(0), Medium, Anytime,
        "Up to this much is taken off segment.ms by chance, so that partitions do not roll together.",
        from(&["log.roll.jitter.ms", "log.roll.jitter.hours"]);
    "segment.ms": Long = "604800000", AtLeast(1), Medium, Anytime,
        "Age at which a segment file is closed even if it is not full, so that its records can be deleted or compacted.",
        from(&["log.roll.ms", "log.roll.hours"]);
    "unclean.leader.election.enable": Boolean = "false", Anything, Medium, Anytime,
        "Whether a replica that is not in sync may become leader when no other is left; acknowledged records can be lost.",
        from(&["unclean.leader.election.enable"]), later;
}
