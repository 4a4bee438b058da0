//! What can go wrong, each as a sentence: what was wanted, what happened, and what to do where there is something to do.

use kampa_protocol::{ApiKey, ErrorCode};

use crate::TopicPartition;

/// Why a client did not do what it was asked. Cheap enough to clone: one failure may end many deliveries.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A setting that cannot be, by its Java name.
    #[error("{key}={value} is not possible: {wanted}")]
    Setting { key: String, value: String, wanted: String },
    /// No server answered at all.
    #[error("none of {servers} answered within {waited_ms} ms: {last}")]
    Unreachable { servers: String, waited_ms: u64, last: String },
    /// Something was not done in its time.
    #[error("{what} was not done within {waited_ms} ms{}", after(last))]
    TimedOut { what: String, waited_ms: u64, last: Option<Box<Error>> },
    /// A broker's error code. `what` is what it was about: "topic orders", "group g".
    #[error("{what}: {code}{}", explained(message))]
    Broker { code: ErrorCode, what: String, message: Option<String> },
    /// The node does not serve the API, or not in a version that can say what is asked.
    #[error("{api} cannot be asked of this node: {why}")]
    Unsupported { api: ApiKey, why: String },
    /// The connection ended; what was asked may or may not have been done.
    #[error("the connection to {node} ended: {why}")]
    Disconnected { node: String, why: String },
    /// An answer that is not what its version says. The connection is given up.
    #[error("the answer to {what} cannot be read: {why}")]
    Garbled { what: String, why: String },
    /// Larger than a limit of ours, which `setting` raises.
    #[error("{what} has {bytes} bytes, {limit_bytes} are allowed: see {setting}")]
    TooLarge { what: String, bytes: usize, limit_bytes: usize, setting: &'static str },
    /// The producer's buffer stayed full.
    #[error(
        "no room for {bytes} bytes in the buffer of {buffer_bytes} within {waited_ms} ms (buffer.memory, max.block.ms)"
    )]
    BufferFull { bytes: usize, buffer_bytes: usize, waited_ms: u64 },
    /// The cluster has no such node, partition or coordinator.
    #[error("{what} is not known to the cluster")]
    Unknown { what: String },
    /// What a broker sent of a partition is damaged. Seeking behind the offset goes on.
    #[error("{partition} cannot be read at offset {offset}: {why}; seek behind it to go on")]
    Corrupt { partition: TopicPartition, offset: i64, why: String },
    /// The log of a partition was cut back below where the consumer was, and `auto.offset.reset` is none.
    #[error("the log of {partition} was cut back below offset {offset}{}", diverged_at(diverged))]
    Truncated { partition: TopicPartition, offset: i64, diverged: Option<i64> },
    /// The offset is not in the partition's log, and `auto.offset.reset` is none.
    #[error("offset {offset} of {partition} is out of range, and no reset policy is set (auto.offset.reset)")]
    OutOfRange { partition: TopicPartition, offset: i64 },
    /// No offset is committed, and `auto.offset.reset` is none.
    #[error("no offset is committed for {partition}, and no reset policy is set (auto.offset.reset)")]
    NoOffset { partition: TopicPartition },
    /// Asked of something that is in the wrong state for it.
    #[error("{what}")]
    State { what: String },
    /// The client, producer or consumer was closed.
    #[error("the client is closed")]
    Closed,
}

impl Error {
    /// A broker's code, if it is one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Error::Broker { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether the same may well succeed when tried again.
    pub fn is_retriable(&self) -> bool {
        match self {
            Error::Broker { code, .. } => code.is_retriable(),
            _ => self.is_transport(),
        }
    }

    /// Whether it was the way to the node, and not the node, that failed.
    pub(crate) fn is_transport(&self) -> bool {
        matches!(
            self,
            Error::Unreachable { .. } | Error::TimedOut { .. } | Error::Disconnected { .. } | Error::Unknown { .. }
        )
    }

    /// `Ok` when the code is none, else the broker's error about `what`.
    pub fn check(code: i16, what: impl FnOnce() -> String) -> Result<(), Error> {
        Error::check_with(code, None, what)
    }

    /// As [`Error::check`], with what the broker said beside the code.
    pub fn check_with(code: i16, message: Option<&str>, what: impl FnOnce() -> String) -> Result<(), Error> {
        let code = ErrorCode(code);
        if code == ErrorCode::NONE {
            return Ok(());
        }
        Err(Error::Broker { code, what: what(), message: message.map(str::to_owned) })
    }
}

fn after(last: &Option<Box<Error>>) -> String {
    last.as_ref().map(|last| format!("; at last: {last}")).unwrap_or_default()
}

fn explained(message: &Option<String>) -> String {
    // Kafka says nothing in two ways: with null, and with an empty text.
    message.as_ref().filter(|message| !message.is_empty()).map(|message| format!(" ({message})")).unwrap_or_default()
}

fn diverged_at(diverged: &Option<i64>) -> String {
    diverged.map(|at| format!("; it diverges at offset {at}")).unwrap_or_default()
}
