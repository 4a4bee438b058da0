//! Why a file cannot be read on: in Java's words where Kafka's tool dies of an exception of its own, in ours elsewhere.

use std::fmt::Display;
use std::io;

use crate::Stop;
use crate::kafka::thrown::{Died, Thrown};

/// What Java's libraries would say in words of their own.
pub(super) fn damaged(words: impl Display) -> Died {
    Stop::failed(words).into()
}

/// The operating system's answer.
pub(super) fn unreadable(path: &str, error: &io::Error) -> Died {
    match error.kind() {
        io::ErrorKind::NotFound => Thrown::new("java.nio.file.NoSuchFileException", path).into(),
        _ => damaged(format_args!("{path}: {error}")),
    }
}

/// An index that a start would build anew.
pub(super) fn corrupt_index(words: impl Into<String>) -> Died {
    Thrown::new("org.apache.kafka.storage.internals.log.CorruptIndexException", words).into()
}

/// Bytes that are no batch.
pub(super) fn corrupt_record(words: impl Into<String>) -> Died {
    Thrown::new("org.apache.kafka.common.errors.CorruptRecordException", words).into()
}

/// What its parser of records does not take.
pub(super) fn uncaught(words: impl Into<String>) -> Died {
    Thrown::runtime(words).into()
}

/// A number that no file allows.
pub(super) fn illegal(words: impl Into<String>) -> Died {
    Thrown::illegal(words).into()
}
