//! Failures as Apache's tools say them: an exception's class and its message.
//!
//! Scripts look for both, so ours say both, in the same place; the stack beneath them they leave out. Of an exception's own
//! sentence a table says what Kafka's clients say when a broker sends a code and no words.

use std::fmt;

use kampa_client::{ApiKey, Error, ErrorCode};
use kampa_world::World;

use crate::options::flags::Wrong;
use crate::{Stop, Streams};

/// An exception of a Java program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thrown {
    /// With its package.
    pub class: String,
    pub message: Option<String>,
}

/// Why the work on a command line ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Died {
    /// Everything is said.
    Stopped(Stop),
    /// The tool says it in its own way.
    Thrown(Thrown),
}

impl Thrown {
    pub fn new(class: &str, message: impl Into<String>) -> Thrown {
        Thrown { class: class.to_owned(), message: Some(message.into()) }
    }

    /// `java.lang.IllegalArgumentException`.
    pub fn illegal(message: impl Into<String>) -> Thrown {
        Thrown::new("java.lang.IllegalArgumentException", message)
    }

    /// `java.lang.RuntimeException`.
    pub fn runtime(message: impl Into<String>) -> Thrown {
        Thrown::new("java.lang.RuntimeException", message)
    }

    /// What a call of Kafka's Admin ends with; `call` is what Kafka's Admin calls it: `listTopics`.
    pub fn of(error: &Error, call: &str) -> Thrown {
        match error {
            Error::Broker { code, message, .. } => Thrown::of_code(*code, message.clone()),
            Error::Unsupported { api, .. } => Thrown::new(
                &class(ErrorCode::UNSUPPORTED_VERSION),
                format!("The node does not support {}", upper(*api)),
            ),
            // What a broker wanted to be asked again about is said in its own words when the time is up.
            Error::TimedOut { last: Some(last), .. } if last.code().is_some() => {
                let last = Thrown::of(last, call);
                let words = last.message.unwrap_or_default();
                Thrown::new(
                    &class(ErrorCode::REQUEST_TIMED_OUT),
                    format!("Call {call} was not answered in time. The last answer was: {words}"),
                )
            }
            Error::Unreachable { .. } | Error::TimedOut { .. } => Thrown::new(
                &class(ErrorCode::REQUEST_TIMED_OUT),
                format!("Timed out waiting for a node assignment. Call: {call}"),
            ),
            other => Thrown::new("org.apache.kafka.common.KafkaException", other.to_string()),
        }
    }

    /// What sending to a topic ends with before there is a delivery.
    pub fn of_send(topic: &str, error: &Error) -> Thrown {
        match error {
            Error::TimedOut { waited_ms, .. } | Error::Unreachable { waited_ms, .. } => Thrown::new(
                &class(ErrorCode::REQUEST_TIMED_OUT),
                format!("Topic {topic} not present in metadata after {waited_ms} ms."),
            ),
            other => Thrown::of_client(other),
        }
    }

    /// What a call of a producer or a consumer of Kafka's ends with, and what a future of theirs does.
    pub fn of_client(error: &Error) -> Thrown {
        let timed_out = || class(ErrorCode::REQUEST_TIMED_OUT);
        let consumer = |class: &str, words: String| Thrown::new(&format!("{CONSUMER}.{class}"), words);
        match error {
            Error::Broker { code: ErrorCode::INVALID_TOPIC_EXCEPTION, what, message: None } => {
                let topic = what.strip_prefix("topic ").unwrap_or(what);
                Thrown::new(&class(ErrorCode::INVALID_TOPIC_EXCEPTION), format!("Invalid topics: [{topic}]"))
            }
            Error::Broker { code, message, .. } => Thrown::of_code(*code, message.clone()),
            Error::TooLarge { bytes, limit_bytes, setting, .. } => Thrown::new(
                &class(ErrorCode::MESSAGE_TOO_LARGE),
                format!(
                    "The message is {bytes} bytes when serialized which is larger than {limit_bytes}, which is the value of \
                     the {setting} configuration."
                ),
            ),
            Error::BufferFull { .. } => {
                Thrown::new("org.apache.kafka.clients.producer.BufferExhaustedException", error.to_string())
            }
            Error::OutOfRange { partition, offset } => consumer(
                "OffsetOutOfRangeException",
                format!("Fetch position {offset} is out of range for partition {partition}"),
            ),
            Error::NoOffset { partition } => consumer(
                "NoOffsetForPartitionException",
                format!("Undefined offset with no reset policy for partitions: [{partition}]"),
            ),
            Error::Unreachable { .. } | Error::TimedOut { .. } => Thrown::new(&timed_out(), error.to_string()),
            Error::Disconnected { .. } => {
                Thrown::new("org.apache.kafka.common.errors.DisconnectException", error.to_string())
            }
            Error::Setting { .. } => Thrown::new("org.apache.kafka.common.config.ConfigException", error.to_string()),
            other => Thrown::new("org.apache.kafka.common.KafkaException", other.to_string()),
        }
    }

    /// What a broker's code is as an exception; without words of the broker's, in those of Kafka's clients.
    pub fn of_code(code: ErrorCode, message: Option<String>) -> Thrown {
        let message = message.unwrap_or_else(|| sentence(code).to_owned());
        Thrown { class: class(code), message: Some(message) }
    }

    /// As a future's `get` throws it.
    pub fn executed(self) -> Thrown {
        Thrown { class: "java.util.concurrent.ExecutionException".to_owned(), message: Some(self.to_string()) }
    }

    /// As `getMessage` prints it.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or("null")
    }

    /// The class without its package.
    pub fn simple_class(&self) -> &str {
        self.class.rsplit('.').next().unwrap_or(&self.class)
    }

    pub fn is(&self, simple_class: &str) -> bool {
        self.simple_class() == simple_class
    }

    /// The message, then the exception; exit code 1. Where most tools end.
    pub fn stop(&self, streams: &Streams) -> Stop {
        streams.err.line(self.message());
        streams.err.line(self);
        Stop::Exit(1)
    }

    /// As the tools' logger prints an error on stderr.
    pub fn log(&self, world: &World, streams: &Streams, logger: &str) {
        log(world, streams, "ERROR", self, logger);
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.class)?;
        self.message.as_ref().map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

impl Died {
    /// Says it as [`Thrown::stop`] does, unless it is said already.
    pub fn stop(self, streams: &Streams) -> Stop {
        match self {
            Died::Stopped(stop) => stop,
            Died::Thrown(thrown) => thrown.stop(streams),
        }
    }
}

impl From<Stop> for Died {
    fn from(stop: Stop) -> Died {
        Died::Stopped(stop)
    }
}

impl From<Thrown> for Died {
    fn from(thrown: Thrown) -> Died {
        Died::Thrown(thrown)
    }
}

impl From<Wrong> for Died {
    fn from(wrong: Wrong) -> Died {
        Died::Thrown(wrong.into())
    }
}

impl From<Wrong> for Thrown {
    fn from(Wrong(sentence): Wrong) -> Thrown {
        let says = |words: &str| sentence.contains(words);
        let class = match () {
            () if says(" is not a recognized option") => "UnrecognizedOptionException",
            () if says(" requires an argument") => "OptionMissingRequiredArgumentException",
            () if says("Cannot parse argument ") => "OptionArgumentConversionException",
            () if says("Found multiple arguments ") => "MultipleArgumentsForOptionException",
            () if says("Missing required option") => "MissingRequiredOptionsException",
            () => "UnavailableOptionException",
        };
        Thrown::new(&format!("joptsimple.{class}"), sentence)
    }
}

/// A line as the tools' logger prints it on stderr.
pub fn log(world: &World, streams: &Streams, level: &str, words: impl fmt::Display, logger: &str) {
    streams.err.line(format_args!("[{}] {level} {words} ({logger})", when(world.wall_ms())));
}

/// `2026-01-02 03:04:05,678`, in UTC.
fn when(wall_ms: i64) -> String {
    let (days, ms) = (wall_ms.div_euclid(86_400_000), wall_ms.rem_euclid(86_400_000));
    // Days are counted from 0000-03-01, in eras of 400 years, so that a leap day is a year's last.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},{:03}", ms % 1_000)
}

/// An API's name in Java's listing: `DESCRIBE_TOPIC_PARTITIONS`.
fn upper(api: ApiKey) -> String {
    let mut name = String::new();
    for letter in api.to_string().chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

/// The class of the exception that stands for a code: its name in camel case, but for these.
fn class(code: ErrorCode) -> String {
    let name = code.name();
    let simple = ODD.iter().find(|(odd, _)| *odd == name).map(|(_, simple)| (*simple).to_owned());
    let simple = simple.unwrap_or_else(|| {
        let words = name.split('_').map(|word| word[..1].to_owned() + &word[1..].to_ascii_lowercase());
        words.collect::<String>() + "Exception"
    });
    format!("org.apache.kafka.common.errors.{simple}")
}

const CONSUMER: &str = "org.apache.kafka.clients.consumer";
const ODD: &[(&str, &str)] = &[
    ("UNKNOWN_SERVER_ERROR", "UnknownServerException"),
    ("CORRUPT_MESSAGE", "CorruptRecordException"),
    ("REQUEST_TIMED_OUT", "TimeoutException"),
    ("MESSAGE_TOO_LARGE", "RecordTooLargeException"),
    ("STALE_CONTROLLER_EPOCH", "ControllerMovedException"),
    ("OFFSET_METADATA_TOO_LARGE", "OffsetMetadataTooLarge"),
    ("NETWORK_EXCEPTION", "NetworkException"),
    ("INVALID_TOPIC_EXCEPTION", "InvalidTopicException"),
    ("RECORD_LIST_TOO_LARGE", "RecordBatchTooLargeException"),
    ("TOPIC_AUTHORIZATION_FAILED", "TopicAuthorizationException"),
    ("GROUP_AUTHORIZATION_FAILED", "GroupAuthorizationException"),
    ("CLUSTER_AUTHORIZATION_FAILED", "ClusterAuthorizationException"),
    ("TOPIC_ALREADY_EXISTS", "TopicExistsException"),
    ("INVALID_CONFIG", "InvalidConfigurationException"),
    ("OUT_OF_ORDER_SEQUENCE_NUMBER", "OutOfOrderSequenceException"),
    ("DUPLICATE_SEQUENCE_NUMBER", "DuplicateSequenceException"),
    ("INVALID_PRODUCER_ID_MAPPING", "InvalidPidMappingException"),
    ("INVALID_TRANSACTION_TIMEOUT", "InvalidTxnTimeoutException"),
    ("TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "TransactionalIdAuthorizationException"),
    ("KAFKA_STORAGE_ERROR", "KafkaStorageException"),
    ("SASL_AUTHENTICATION_FAILED", "SaslAuthenticationException"),
    ("DELEGATION_TOKEN_AUTH_DISABLED", "DelegationTokenDisabledException"),
    ("DELEGATION_TOKEN_REQUEST_NOT_ALLOWED", "UnsupportedByAuthenticationException"),
    ("DELEGATION_TOKEN_AUTHORIZATION_FAILED", "DelegationTokenAuthorizationException"),
    ("NON_EMPTY_GROUP", "GroupNotEmptyException"),
    ("PRINCIPAL_DESERIALIZATION_FAILURE", "PrincipalDeserializationException"),
    ("FETCH_SESSION_TOPIC_ID_ERROR", "FetchSessionTopicIdException"),
    ("INVALID_REGULAR_EXPRESSION", "InvalidRegularExpression"),
];

/// What a tool prints for a code that came without words. Codes that always come with words, and those that no tool meets,
/// are said by their name.
fn sentence(code: ErrorCode) -> &'static str {
    SENTENCES.iter().find(|(known, _)| *known == code).map_or(code.name(), |(_, sentence)| sentence)
}

const SENTENCES: &[(ErrorCode, &str)] = &[
    (ErrorCode::UNKNOWN_SERVER_ERROR, "The server experienced an unexpected error when processing the request."),
    (
        ErrorCode::OFFSET_OUT_OF_RANGE,
        "The requested offset is not within the range of offsets maintained by the server.",
    ),
    (ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, "This server does not host this topic-partition."),
    (
        ErrorCode::LEADER_NOT_AVAILABLE,
        "There is no leader for this topic-partition as we are in the middle of a leadership election.",
    ),
    (ErrorCode::REQUEST_TIMED_OUT, "The request timed out."),
    (
        ErrorCode::MESSAGE_TOO_LARGE,
        "The request included a message larger than the max message size the server will accept.",
    ),
    (
        ErrorCode::RECORD_LIST_TOO_LARGE,
        "The request included message batch larger than the configured segment size on the server.",
    ),
    (ErrorCode::NOT_ENOUGH_REPLICAS, "Messages are rejected since there are fewer in-sync replicas than required."),
    (ErrorCode::INVALID_TIMESTAMP, "The timestamp of the message is out of acceptable range."),
    (ErrorCode::OFFSET_METADATA_TOO_LARGE, "The metadata field of the offset request was too large."),
    (ErrorCode::COORDINATOR_LOAD_IN_PROGRESS, "The coordinator is loading and hence can't process requests."),
    (ErrorCode::COORDINATOR_NOT_AVAILABLE, "The coordinator is not available."),
    (ErrorCode::NOT_COORDINATOR, "This is not the correct coordinator."),
    (ErrorCode::INVALID_TOPIC_EXCEPTION, "The request attempted to perform an operation on an invalid topic."),
    (ErrorCode::INVALID_GROUP_ID, "The group id is invalid."),
    (ErrorCode::UNKNOWN_MEMBER_ID, "The coordinator is not aware of this member."),
    (ErrorCode::REBALANCE_IN_PROGRESS, "The group is rebalancing, so a rejoin is needed."),
    (ErrorCode::TOPIC_AUTHORIZATION_FAILED, "Topic authorization failed."),
    (ErrorCode::GROUP_AUTHORIZATION_FAILED, "Group authorization failed."),
    (ErrorCode::CLUSTER_AUTHORIZATION_FAILED, "Cluster authorization failed."),
    (ErrorCode::UNSUPPORTED_VERSION, "The version of API is not supported."),
    (ErrorCode::NOT_CONTROLLER, "This is not the correct controller for this cluster."),
    (ErrorCode::SECURITY_DISABLED, "Security features are disabled."),
    (ErrorCode::KAFKA_STORAGE_ERROR, "Disk error when trying to access log file on the disk."),
    (ErrorCode::LOG_DIR_NOT_FOUND, "The user-specified log directory is not found in the broker config."),
    (ErrorCode::NON_EMPTY_GROUP, "The group is not empty."),
    (ErrorCode::GROUP_ID_NOT_FOUND, "The group id does not exist."),
    (
        ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC,
        "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it.",
    ),
    (ErrorCode::UNKNOWN_TOPIC_ID, "This server does not host this topic ID."),
];

#[cfg(test)]
mod tests;
