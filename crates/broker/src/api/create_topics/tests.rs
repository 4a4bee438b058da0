//! CreateTopics, DeleteTopics and CreatePartitions in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn topics_come_grow_and_go() {
    check(
        "",
        "create orders 2
         create orders 2
         partitions orders 3
         partitions orders 3
         partitions orders 2
         partitions nothing 2
         produce orders/2 a
         metadata orders
         delete orders
         delete orders
         metadata orders create=no
         create orders
         delete-id orders
         delete-id orders
         create v2 old
         delete v1 old
         ask CreateTopics v1
         ask DeleteTopics v0",
        expect![[r#"
            ok
            TOPIC_ALREADY_EXISTS "Topic 'orders' already exists."
            ok
            INVALID_PARTITIONS "Topic already has 3 partition(s)."
            INVALID_PARTITIONS "The topic orders currently has 3 partition(s); 2 would not be an increase."
            UNKNOWN_TOPIC_OR_PARTITION
            orders/2: base=0
            broker 0 at node:9092; orders 3 partitions, 3 led
            ok
            UNKNOWN_TOPIC_OR_PARTITION "This server does not host this topic-partition."
            broker 0 at node:9092; orders UNKNOWN_TOPIC_OR_PARTITION
            ok
            ok
            UNKNOWN_TOPIC_ID "This server does not host this topic ID."
            ok
            ok
            closed
            closed
        "#]],
    );
}

#[test]
fn impossible_topics_are_refused_with_a_sentence() {
    check(
        "",
        "create bad$name
         create .
         create orders 0
         create orders -5
         create orders 1 replicas=2
         create orders 1 no.such.setting=1
         create orders 1 retention.ms=soon
         create orders 1 cleanup.policy=burn
         create big 2000000000
         create big 10001
         create there
         partitions there 2000000000
         partitions there 10003
         metadata there
         create __consumer_offsets",
        expect![[r#"
            INVALID_TOPIC_EXCEPTION "Topic name is invalid: 'bad$name' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
            INVALID_TOPIC_EXCEPTION "Topic name is invalid: '.' is not allowed"
            INVALID_PARTITIONS "Number of partitions was set to an invalid non-positive value."
            INVALID_PARTITIONS "Number of partitions was set to an invalid non-positive value."
            INVALID_REPLICATION_FACTOR "Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned."
            INVALID_CONFIG "Unknown topic config name: no.such.setting"
            INVALID_CONFIG "Invalid value soon for configuration retention.ms: Not a number of type LONG"
            INVALID_CONFIG "Invalid value burn for configuration cleanup.policy: String must be one of: compact, delete"
            POLICY_VIOLATION "Excessively large number of partitions per request."
            POLICY_VIOLATION "Excessively large number of partitions per request."
            ok
            POLICY_VIOLATION "Excessively large number of additional partitions per request."
            POLICY_VIOLATION "Excessively large number of additional partitions per request."
            broker 0 at node:9092; there 1 partitions, 1 led
            ok
        "#]],
    );
}

#[test]
fn topics_and_records_survive_a_restart() {
    check(
        "",
        "create orders 2
         produce orders/1 a b pid=7 seq=0 at=1767225600000
         restart
         fetch orders/1@0
         produce orders/1 a b pid=7 seq=0 at=1767225600000
         kill
         produce orders/1 a b pid=7 seq=0 at=1767225600000
         produce orders/1 c pid=7 seq=2 at=1767225600000
         metadata all",
        expect![[r#"
            ok
            orders/1: base=0
            orders/1: hw=2 0:a 1:b
            orders/1: base=0 (append time)
            orders/1: base=0 (append time)
            orders/1: base=2
            broker 0 at node:9092; orders 2 partitions, 2 led
        "#]],
    );
}

#[test]
fn deletion_can_be_forbidden() {
    check(
        "delete.topic.enable=false",
        "create orders
         delete orders
         delete v2 orders",
        expect![[r#"
            ok
            TOPIC_DELETION_DISABLED
            INVALID_REQUEST
        "#]],
    );
}
