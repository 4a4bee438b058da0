//! What a program wants to hear of rebalances.

use std::pin::Pin;

use super::{Consumer, TopicPartition};

/// What a callback gives: work that the poll waits for.
pub type Called<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Called from within `poll`, which waits for it; heartbeats go on meanwhile.
pub trait RebalanceListener: Send + Sync {
    /// These are new, and nothing of them was read yet: seek here.
    fn assigned<'a>(&'a self, consumer: &'a Consumer, partitions: &'a [TopicPartition]) -> Called<'a> {
        let _ = (consumer, partitions);
        Box::pin(async {})
    }

    /// These go to somebody else, who waits for it: commit here.
    fn revoked<'a>(&'a self, consumer: &'a Consumer, partitions: &'a [TopicPartition]) -> Called<'a> {
        let _ = (consumer, partitions);
        Box::pin(async {})
    }

    /// These have gone to somebody else already: too late to commit.
    fn lost<'a>(&'a self, consumer: &'a Consumer, partitions: &'a [TopicPartition]) -> Called<'a> {
        self.revoked(consumer, partitions)
    }
}
