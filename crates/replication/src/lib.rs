//! A partition's order: offsets, epochs, producer state, watermarks.
//!
//! A [`Partition`] decides what may be appended and where, who may read how far, and what is remembered of producers and
//! leaders; where the bytes lie is its log's business (`kampa_storage`). Followers come later: a partition here has one replica,
//! and the high watermark follows the end that the topic's durability asks for.

mod checked;
mod checkpoints;
mod config;
mod epochs;
mod error;
mod partition;
mod producers;
mod progress;
mod snapshots;

pub use checked::Origin;
pub use checkpoints::Checkpoints;
pub use config::{Durability, PartitionConfig, TopicCompression};
pub use epochs::EpochEnd;
pub use error::{AppendError, DeleteRecordsError, ProducerError, ReadError};
pub use kampa_formats::txn_index::AbortedTxn;
pub use partition::{
    AppendedInfo, Copied, CopyStatus, FoundOffset, Isolation, Move, OffsetSpec, Partition, PartitionCompaction,
    PartitionId, ProducerStatus, ReadAnswer, ReadRequest, Watermarks,
};
pub use progress::{Waiter, Waiters};

#[cfg(test)]
mod testing;
