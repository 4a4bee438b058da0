//! Why a partition refuses, with the codes clients know. Who answers a client asks for the code; the sentences are for people.

use std::io;

use kampa_formats::batch::validate::{BatchIssue, RecordError};
use kampa_formats::batch::{BatchError, RecordIssue};
use kampa_protocol::ErrorCode;
use kampa_storage::ReadError as LogReadError;

/// Why a batch was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("this node does not lead the partition")]
    NotLeader,
    /// Neither a batch nor the whole of one.
    #[error("the request holds no whole batch")]
    NoBatch,
    #[error("the request holds more than one batch")]
    SeveralBatches,
    /// Formats 0 and 1.
    #[error("batch format {0} is gone since Kafka 4")]
    OldFormat(i8),
    /// A format that never was.
    #[error("batch format {0} is none")]
    UnknownFormat(i8),
    /// A length no batch can have.
    #[error("a batch length of {0} is too small for any format")]
    Length(i32),
    /// What follows the batch is neither another nor the beginning of one.
    #[error("what follows the batch is no batch")]
    Tail,
    #[error(transparent)]
    Corrupt(#[from] BatchError),
    #[error("the batch has {bytes} bytes, the topic takes {bytes_max}")]
    TooLarge { bytes: usize, bytes_max: usize },
    #[error("the batch has {bytes} bytes, a segment takes {segment_bytes}")]
    LargerThanSegment { bytes: usize, segment_bytes: u64 },
    /// A producer counts offsets from 0 in every batch.
    #[error("a batch begins at offset 0 when it is produced, not at {0}")]
    BaseOffset(i64),
    #[error(transparent)]
    Batch(#[from] BatchIssue),
    #[error(transparent)]
    Records(#[from] RecordIssue),
    /// Offset deltas of a compressed batch that are not 0, 1, 2 ….
    #[error("the offsets inside the compressed batch have gaps")]
    Gaps,
    /// Never empty.
    #[error("{}", rejection(.0))]
    Rejected(Vec<RecordError>),
    #[error(transparent)]
    Producer(#[from] ProducerError),
    #[error("the log cannot be written: {0}")]
    Disk(#[from] io::Error),
}

/// Why a batch does not go with what its producer wrote before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProducerError {
    #[error("producer {producer_id} comes with sequence number {got} after {last}")]
    OutOfOrder { producer_id: i64, last: i32, got: i32 },
    /// Another instance of the producer took over.
    #[error("producer {producer_id} has epoch {got}, and {current} was seen")]
    OldEpoch { producer_id: i64, current: i16, got: i16 },
    #[error("producer {producer_id} has a transaction open and writes outside of it")]
    OutsideTransaction { producer_id: i64 },
    /// Another transaction coordinator took over.
    #[error("the marker for producer {producer_id} has coordinator epoch {got}, and {current} was seen")]
    OldCoordinator { producer_id: i64, current: i32, got: i32 },
}

impl AppendError {
    /// What the producer is told.
    pub fn code(&self) -> ErrorCode {
        match self {
            AppendError::NotLeader => ErrorCode::NOT_LEADER_OR_FOLLOWER,
            AppendError::UnknownFormat(_) | AppendError::Length(_) | AppendError::Tail | AppendError::Corrupt(_) => {
                ErrorCode::CORRUPT_MESSAGE
            }
            AppendError::TooLarge { .. } => ErrorCode::MESSAGE_TOO_LARGE,
            AppendError::LargerThanSegment { .. } => ErrorCode::RECORD_LIST_TOO_LARGE,
            AppendError::NoBatch
            | AppendError::SeveralBatches
            | AppendError::OldFormat(_)
            | AppendError::BaseOffset(_)
            | AppendError::Batch(_) => ErrorCode::INVALID_RECORD,
            AppendError::Records(RecordIssue::Compression(_)) | AppendError::Gaps => ErrorCode::UNKNOWN_SERVER_ERROR,
            AppendError::Records(_) => ErrorCode::INVALID_RECORD,
            AppendError::Rejected(records) if concerns_time(records) => ErrorCode::INVALID_TIMESTAMP,
            AppendError::Rejected(_) => ErrorCode::INVALID_RECORD,
            AppendError::Producer(error) => error.code(),
            AppendError::Disk(_) => ErrorCode::KAFKA_STORAGE_ERROR,
        }
    }

    /// The sentence that goes into the answer; Kafka sends one for few errors.
    pub fn message(&self) -> Option<String> {
        let told = matches!(self, AppendError::Rejected(_) | AppendError::UnknownFormat(_) | AppendError::Length(_));
        told.then(|| self.to_string())
    }

    /// The rejected records: place in the batch, and why.
    pub fn record_errors(&self) -> impl Iterator<Item = (i32, Option<String>)> + '_ {
        let records: &[RecordError] = if let AppendError::Rejected(records) = self { records } else { &[] };
        records.iter().map(|record| (record.batch_index, Some(record.rejection.to_string())))
    }

    /// Whether the answer carries the log start offset: from when on the batch was held against the log.
    pub fn tells_log_start(&self) -> bool {
        matches!(
            self,
            AppendError::BaseOffset(_)
                | AppendError::Batch(_)
                | AppendError::Records(_)
                | AppendError::Gaps
                | AppendError::Rejected(_)
                | AppendError::Producer(_)
        )
    }
}

fn concerns_time(records: &[RecordError]) -> bool {
    records.iter().any(|record| record.rejection.concerns_time())
}

fn rejection(records: &[RecordError]) -> String {
    let first = records.first().map(|record| format!("record {}: {}", record.batch_index, record.rejection));
    format!("{} records are refused, the first is {}", records.len(), first.unwrap_or_default())
}

impl ProducerError {
    /// What the producer, or the transaction coordinator, is told.
    pub fn code(&self) -> ErrorCode {
        match self {
            ProducerError::OutOfOrder { .. } => ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER,
            ProducerError::OldEpoch { .. } => ErrorCode::INVALID_PRODUCER_EPOCH,
            ProducerError::OutsideTransaction { .. } => ErrorCode::INVALID_TXN_STATE,
            ProducerError::OldCoordinator { .. } => ErrorCode::TRANSACTION_COORDINATOR_FENCED,
        }
    }
}

/// Why a partition gives nothing to read, or no offset.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("this node does not lead the partition")]
    NotLeader,
    /// Who asks knows an older leader.
    #[error("the leader epoch is {current}, not {asked}")]
    FencedEpoch { current: i32, asked: i32 },
    /// Who asks knows a newer leader than this node does.
    #[error("the leader epoch is {current}, not {asked} yet")]
    UnknownEpoch { current: i32, asked: i32 },
    #[error("offsets {start} to {end} are there")]
    OutOfRange { start: i64, end: i64 },
    #[error("the batch of offset {offset} is corrupt")]
    Corrupt { offset: i64 },
    #[error("the log cannot be read: {0}")]
    Disk(#[from] io::Error),
}

impl ReadError {
    /// What the client is told.
    pub fn code(&self) -> ErrorCode {
        match self {
            ReadError::NotLeader => ErrorCode::NOT_LEADER_OR_FOLLOWER,
            ReadError::FencedEpoch { .. } => ErrorCode::FENCED_LEADER_EPOCH,
            ReadError::UnknownEpoch { .. } => ErrorCode::UNKNOWN_LEADER_EPOCH,
            ReadError::OutOfRange { .. } => ErrorCode::OFFSET_OUT_OF_RANGE,
            ReadError::Corrupt { .. } => ErrorCode::CORRUPT_MESSAGE,
            ReadError::Disk(_) => ErrorCode::KAFKA_STORAGE_ERROR,
        }
    }
}

impl From<LogReadError> for ReadError {
    fn from(error: LogReadError) -> ReadError {
        match error {
            LogReadError::OutOfRange { start, end } => ReadError::OutOfRange { start, end },
            LogReadError::Corrupt { offset } => ReadError::Corrupt { offset },
            LogReadError::Io(error) => ReadError::Disk(error),
        }
    }
}

/// Why records were not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteRecordsError {
    #[error("this node does not lead the partition")]
    NotLeader,
    /// `cleanup.policy` without `delete`.
    #[error("the topic's cleanup policy does not delete")]
    Policy,
    #[error("offset {offset} is not within {start} to {high_watermark}")]
    OutOfRange { offset: i64, start: i64, high_watermark: i64 },
    #[error("the log cannot be written: {0}")]
    Disk(#[from] io::Error),
}

impl DeleteRecordsError {
    /// What the client is told.
    pub fn code(&self) -> ErrorCode {
        match self {
            DeleteRecordsError::NotLeader => ErrorCode::NOT_LEADER_OR_FOLLOWER,
            DeleteRecordsError::Policy => ErrorCode::POLICY_VIOLATION,
            DeleteRecordsError::OutOfRange { .. } => ErrorCode::OFFSET_OUT_OF_RANGE,
            DeleteRecordsError::Disk(_) => ErrorCode::KAFKA_STORAGE_ERROR,
        }
    }
}
