//! Idempotent producers and transactions.

use crate::setting::Accepts::*;
use crate::setting::settings;

settings! { pub static TRANSACTIONS: Broker;
    "producer.id.expiration.ms": Int = "86400000", AtLeast(1), Low, ClusterWide,
        "How long the state of a silent idempotent producer is kept.";
    "producer.id.expiration.check.interval.ms": Int = "600000", AtLeast(1), Low, ReadOnly,
        "Time between two looks for expired producers.", internal;
    "add.partitions.to.txn.retry.backoff.ms": Int = "20", AtLeast(1), High, ReadOnly,
        "Pause before the broker asks again whether a partition is part of a transaction.";
    "add.partitions.to.txn.retry.backoff.max.ms": Int = "100", AtLeast(0), High, ReadOnly,
        "Longest time the broker goes on asking whether a partition is part of a transaction.";
    "transaction.max.timeout.ms": Int = "900000", AtLeast(1), High, ReadOnly,
        "Longest timeout a transaction may ask for.";
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": Int = "10000", AtLeast(1), Low, ReadOnly,
        "Time between two looks for transactions that ran out of time.";
    "transaction.remove.expired.transaction.cleanup.interval.ms": Int = "3600000", AtLeast(1), Low, ReadOnly,
        "Time between two looks for transactional ids that expired.";
    "transaction.partition.verification.enable": Boolean = "true", Anything, Low, ClusterWide,
        "Whether a partition checks that a transaction is open before it takes its records.";
    "transaction.two.phase.commit.enable": Boolean = "false", Anything, Low, ReadOnly,
        "Whether transactions may be prepared and committed by an outside coordinator.";
    "transaction.state.log.load.buffer.size": Int = "5242880", AtLeast(1), High, ReadOnly,
        "Bytes read at once when transactions are loaded.";
    "transaction.state.log.min.isr": Int = "2", AtLeast(1), High, ReadOnly,
        "Replicas of the transaction topic that must be in sync for a write to succeed.";
    "transaction.state.log.num.partitions": Int = "50", AtLeast(1), High, ReadOnly,
        "Partitions of the transaction topic; not to be changed later.";
    "transaction.state.log.replication.factor": Short = "3", AtLeast(1), High, ReadOnly,
        "Replicas of the transaction topic.";
    "transaction.state.log.segment.bytes": Int = "104857600", AtLeast(1), High, ReadOnly,
        "Segment size of the transaction topic.";
    "transactional.id.expiration.ms": Int = "604800000", AtLeast(1), High, ReadOnly,
        "How long an unused transactional id is kept.";
}
