//! What is said of errors, and when.

use expect_test::{Expect, expect};

use super::*;

fn check(errors: &[Error], wanted: Expect) {
    wanted.assert_eq(&errors.iter().map(|error| format!("{}\n", Thrown::of(error, "listTopics"))).collect::<String>());
}

#[test]
fn a_brokers_words_win_over_kafkas_own() {
    let broker =
        |code, message: Option<&str>| Error::Broker { code, what: "x".into(), message: message.map(str::to_owned) };
    check(
        &[
            broker(ErrorCode::TOPIC_ALREADY_EXISTS, Some("Topic 'a' already exists.")),
            broker(ErrorCode::GROUP_ID_NOT_FOUND, None),
            broker(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, Some("")),
            broker(ErrorCode(999), None),
            Error::Unsupported { api: ApiKey::DescribeTopicPartitions, why: String::new() },
            Error::Unreachable { servers: "a:1".into(), waited_ms: 1, last: String::new() },
            Error::Closed,
        ],
        expect![[r#"
            org.apache.kafka.common.errors.TopicExistsException: Topic 'a' already exists.
            org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist.
            org.apache.kafka.common.errors.UnknownTopicOrPartitionException: 
            org.apache.kafka.common.errors.UnknownServerException: UNKNOWN_SERVER_ERROR
            org.apache.kafka.common.errors.UnsupportedVersionException: The node does not support DESCRIBE_TOPIC_PARTITIONS
            org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: listTopics
            org.apache.kafka.common.KafkaException: the client is closed
        "#]],
    );
}

#[test]
fn producers_and_consumers_say_what_kafkas_say() {
    let broker = |code, what: &str, message: Option<&str>| Error::Broker {
        code,
        what: what.into(),
        message: message.map(str::to_owned),
    };
    let partition = kampa_client::TopicPartition::new("t", 3);
    let late = Error::TimedOut { what: "x".into(), waited_ms: 500, last: None };
    let errors = [
        broker(ErrorCode::INVALID_TOPIC_EXCEPTION, "topic a b", None),
        broker(ErrorCode::MESSAGE_TOO_LARGE, "records to t-0", None),
        broker(ErrorCode::INVALID_RECORD, "records to t-0", Some("One or more records have been rejected")),
        Error::TooLarge { what: "the record".into(), bytes: 7, limit_bytes: 5, setting: "max.request.size" },
        Error::OutOfRange { partition: partition.clone(), offset: 9 },
        Error::NoOffset { partition },
    ];
    let said: Vec<String> = errors.iter().map(|error| Thrown::of_client(error).to_string()).collect();
    expect![[r#"
        org.apache.kafka.common.errors.InvalidTopicException: Invalid topics: [a b]
        org.apache.kafka.common.errors.RecordTooLargeException: The request included a message larger than the max message size the server will accept.
        org.apache.kafka.common.errors.InvalidRecordException: One or more records have been rejected
        org.apache.kafka.common.errors.RecordTooLargeException: The message is 7 bytes when serialized which is larger than 5, which is the value of the max.request.size configuration.
        org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Fetch position 9 is out of range for partition t-3
        org.apache.kafka.clients.consumer.NoOffsetForPartitionException: Undefined offset with no reset policy for partitions: [t-3]
        org.apache.kafka.common.errors.TimeoutException: Topic t not present in metadata after 500 ms.
    "#]]
    .assert_eq(&format!("{}\n{}\n", said.join("\n"), Thrown::of_send("t", &late)));
}

#[test]
fn times_are_written_as_the_tools_logger_writes_them() {
    assert_eq!(when(0), "1970-01-01 00:00:00,000");
    assert_eq!(when(1_709_251_199_999), "2024-02-29 23:59:59,999");
    assert_eq!(when(1_795_269_022_635), "2026-11-21 13:50:22,635");
    assert_eq!(when(-1), "1969-12-31 23:59:59,999");
}
