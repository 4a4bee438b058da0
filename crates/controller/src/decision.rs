//! What deciding gives: records to be written, and the answer that leaves when they are committed.

use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::{ErrorCode, Text};

/// Records to be written together, and the answer that leaves when they are committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<A> {
    /// In log order. They take effect all or none.
    pub records: Vec<MetadataRecord>,
    /// Who asked gets this.
    pub answer: A,
}

impl<A> Decision<A> {
    /// An answer that changes nothing.
    pub fn only(answer: A) -> Decision<A> {
        Decision { records: Vec::new(), answer }
    }
}

/// Records that one request may ask for where its answer is all or nothing: what goes into one batch of the metadata log.
pub(crate) const RECORDS_PER_REQUEST_MAX: usize = 10_000;

/// Why something asked for is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: ErrorCode,
    /// For people; `None` where Kafka sends none.
    pub message: Option<Text>,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, message: impl Into<Text>) -> Refusal {
        let message = message.into();
        if message.len() <= SENTENCE_BYTES_MAX {
            return Refusal { code, message: Some(message) };
        }
        let end = message.floor_char_boundary(SENTENCE_BYTES_MAX);
        Refusal { code, message: Some(format!("{}…", &message[..end]).into()) }
    }

    /// With a sentence that costs nothing to repeat.
    pub(crate) fn told(code: ErrorCode, message: &'static str) -> Refusal {
        Refusal { code, message: Some(Text::from_static(message)) }
    }

    pub(crate) fn bare(code: ErrorCode) -> Refusal {
        Refusal { code, message: None }
    }
}

/// How many refusals are still told in words. A request of few bytes can ask about very many partitions, and about a name of any
/// length, each time again.
pub(crate) struct Sentences {
    left: usize,
}

/// Refusals told in words in one answer: a few megabytes at most.
const SENTENCES_MAX: usize = 10_000;
/// The longest name a topic can have. What is longer is told up to here.
const NAME_BYTES_MAX: usize = 249;

impl Sentences {
    pub(crate) fn new() -> Sentences {
        Sentences { left: SENTENCES_MAX }
    }

    /// A refusal with its sentence while there is room for sentences.
    pub(crate) fn refuse(&mut self, code: ErrorCode, sentence: impl FnOnce() -> String) -> Refusal {
        if self.left == 0 {
            return Refusal::bare(code);
        }
        self.left -= 1;
        Refusal::new(code, sentence())
    }
}

/// A name as sentences tell it.
pub(crate) fn shown(name: &str) -> &str {
    let mut end = name.len().min(NAME_BYTES_MAX);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// Says whether the client may make or delete so many partitions now (KIP-599), and counts them if it may.
pub type Permit<'a> = &'a dyn Fn(usize) -> bool;

pub(crate) fn check_permit(permit: Permit, partitions: usize) -> Result<(), Refusal> {
    if permit(partitions) { Ok(()) } else { Err(Refusal::bare(ErrorCode::THROTTLING_QUOTA_EXCEEDED)) }
}

/// What a request without time to be answered in gets: nothing is done for it.
pub(crate) fn check_timeout(timeout_ms: i32) -> Result<(), Refusal> {
    if timeout_ms > 0 { Ok(()) } else { Err(Refusal::bare(ErrorCode::REQUEST_TIMED_OUT)) }
}

/// A sentence quotes what was sent, and what was sent may be long; an answer has no room for more than 32 KiB, nobody reads that
/// much, and a request with a thousand mistakes gets a thousand sentences.
const SENTENCE_BYTES_MAX: usize = 1024;
