//! Produce in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn records_come_back_as_they_were_produced() {
    check(
        "",
        "create orders 2
         produce orders/0 a b
         produce v3 orders/0,orders/1 c acks=1
         fetch orders/0@0 orders/1@0
         fetch v4 orders/0@1",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=2, orders/1: base=0
            orders/0: hw=3 0:a 1:b 2:c, orders/1: hw=1 0:c
            orders/0: hw=3 0:a 1:b 2:c
        "#]],
    );
}

#[test]
fn every_version_that_is_listed_and_answered() {
    check(
        "",
        "create orders
         produce v3 orders/0 a
         produce v4 orders/0 a
         produce v5 orders/0 a
         produce v6 orders/0 a
         produce v7 orders/0 a
         produce v8 orders/0 a
         produce v9 orders/0 a
         produce v10 orders/0 a
         produce v11 orders/0 a
         produce v12 orders/0 a
         produce v13 orders/0 a",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=1
            orders/0: base=2
            orders/0: base=3
            orders/0: base=4
            orders/0: base=5
            orders/0: base=6
            orders/0: base=7
            orders/0: base=8
            orders/0: base=9
            orders/0: base=10
        "#]],
    );
}

#[test]
fn versions_that_only_old_librdkafka_looks_for_are_listed_and_refused() {
    check(
        "",
        "api-versions v0 api=Produce
         ask Produce v0
         ask Produce v1
         ask Produce v2
         ask Produce v14",
        expect![[r#"
            ok; Produce v0-v13
            closed
            closed
            closed
            closed
        "#]],
    );
}

#[test]
fn every_codec_is_kept_and_read() {
    check(
        "",
        "create orders
         produce orders/0 a*100 b*100 codec=gzip
         produce orders/0 a*100 b*100 codec=snappy
         produce orders/0 a*100 b*100 codec=lz4
         produce orders/0 a*100 b*100 codec=zstd
         produce v6 orders/0 a*100 codec=zstd
         fetch orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=2
            orders/0: base=4
            orders/0: base=6
            orders/0: UNSUPPORTED_COMPRESSION_TYPE
            orders/0: hw=8 0:100 bytes 1:100 bytes 2:100 bytes 3:100 bytes 4:100 bytes 5:100 bytes 6:100 bytes 7:100 bytes
        "#]],
    );
}

#[test]
fn a_duplicate_batch_is_answered_and_not_appended() {
    check(
        "",
        "create orders
         produce orders/0 a b pid=7 seq=0
         produce orders/0 a b pid=7 seq=0
         produce orders/0 c pid=7 seq=2
         produce orders/0 a b pid=7 seq=0
         produce orders/0 d pid=7 seq=9
         produce orders/0 d pid=7 epoch=1 seq=5
         produce orders/0 d pid=7 epoch=1 seq=0
         produce orders/0 e pid=7 epoch=0 seq=3
         list-offsets orders/0=-1",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=0
            orders/0: base=2
            orders/0: base=0
            orders/0: OUT_OF_ORDER_SEQUENCE_NUMBER
            orders/0: OUT_OF_ORDER_SEQUENCE_NUMBER
            orders/0: base=3
            orders/0: INVALID_PRODUCER_EPOCH
            orders/0: 4 at -1
        "#]],
    );
}

#[test]
fn each_partition_has_an_error_of_its_own() {
    check(
        "",
        "create orders
         create small 1 max.message.bytes=100
         produce v12 orders/0,orders/7,nothing/0,small/0 a*200
         produce v13 orders/0,nothing/0 a
         produce v12 orders/-1 a
         fetch orders/0@0",
        expect![[r#"
            ok
            ok
            orders/0: base=0, orders/7: UNKNOWN_TOPIC_OR_PARTITION, nothing/0: UNKNOWN_TOPIC_OR_PARTITION, small/0: MESSAGE_TOO_LARGE
            orders/0: base=1, (id)/0: UNKNOWN_TOPIC_ID
            orders/-1: UNKNOWN_TOPIC_OR_PARTITION
            orders/0: hw=2 0:200 bytes 1:a
        "#]],
    );
}

#[test]
fn batches_that_are_damaged_or_not_allowed_are_refused() {
    check(
        "",
        "create orders
         create compacted 1 cleanup.policy=compact
         produce orders/0 a break=crc
         produce orders/0 a break=magic
         produce orders/0 a break=length
         produce orders/0 a records=null
         produce orders/0
         produce compacted/0 a
         produce compacted/0 a key=k
         produce orders/0 a at=99999999999999
         produce v12 __consumer_offsets/0 a
         metadata __consumer_offsets
         produce v12 __consumer_offsets/0 a
         list-offsets orders/0=-1",
        expect![[r#"
            ok
            ok
            orders/0: CORRUPT_MESSAGE
            orders/0: INVALID_RECORD
            orders/0: INVALID_RECORD
            orders/0: INVALID_RECORD
            orders/0: INVALID_RECORD
            compacted/0: INVALID_RECORD "1 records are refused, the first is record 0: a compacted topic takes no record without a key" [record 0 "a compacted topic takes no record without a key"]
            compacted/0: base=0
            orders/0: INVALID_TIMESTAMP "1 records are refused, the first is record 0: timestamp 99999999999999 of the record at 0 is outside of -9223370269629175794 to 1767229200013" [record 0 "timestamp 99999999999999 of the record at 0 is outside of -9223370269629175794 to 1767229200013"]
            __consumer_offsets/0: UNKNOWN_TOPIC_OR_PARTITION
            broker 0 at node:9092; __consumer_offsets internal 1 partitions, 1 led
            __consumer_offsets/0: INVALID_TOPIC_EXCEPTION "Cannot append to internal topic __consumer_offsets"
            orders/0: 0 at -1
        "#]],
    );
}

#[test]
fn acks_that_do_not_exist_are_refused() {
    check(
        "",
        "create orders
         produce orders/0 a acks=2
         produce orders/0 a acks=-2
         list-offsets orders/0=-1",
        expect![[r#"
            ok
            orders/0: INVALID_REQUIRED_ACKS
            orders/0: INVALID_REQUIRED_ACKS
            orders/0: 0 at -1
        "#]],
    );
}

#[test]
fn acks_0_is_not_answered_and_a_failure_closes_the_connection() {
    check(
        "",
        "create orders
         b: produce v9 orders/0 a acks=0
         b: list-offsets orders/0=-1
         b: produce v9 nothing/0 a acks=0
         c: produce v9 orders/0 a acks=0 break=crc
         c: list-offsets orders/0=-1",
        expect![[r#"
            ok
            open
            orders/0: 1 at -1
            closed
            closed
            orders/0: 1 at -1
        "#]],
    );
}

#[test]
fn the_broker_stamps_records_where_the_topic_asks_for_it() {
    check(
        "",
        "create orders 1 message.timestamp.type=LogAppendTime
         produce orders/0 a at=5
         create bare
         produce bare/0 a at=5",
        expect![[r#"
            ok
            orders/0: base=0 (append time)
            ok
            bare/0: base=0
        "#]],
    );
}

#[test]
fn transactions_are_refused_until_there_is_a_coordinator() {
    check(
        "",
        "create orders
         produce orders/0 a pid=7 seq=0 transactional=yes transactional-id=t
         produce orders/0 a pid=7 seq=0 transactional=yes
         list-offsets orders/0=-1",
        expect![[r#"
            ok
            orders/0: INVALID_PRODUCER_ID_MAPPING
            orders/0: TRANSACTIONAL_ID_AUTHORIZATION_FAILED
            orders/0: 0 at -1
        "#]],
    );
}

#[test]
fn failures_are_counted() {
    check(
        "",
        "create orders
         produce orders/0 a
         produce orders/0 a break=crc
         produce v12 nothing/0 a
         produce v12 nothing/1 a acks=0
         metric requestmetrics_errors+Produce
         metric failedproduce",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: CORRUPT_MESSAGE
            nothing/0: UNKNOWN_TOPIC_OR_PARTITION
            closed
            kafka_network_requestmetrics_errors_total{request="Produce",error="NONE"} 1
            kafka_network_requestmetrics_errors_total{request="Produce",error="CORRUPT_MESSAGE"} 1
            kafka_network_requestmetrics_errors_total{request="Produce",error="UNKNOWN_TOPIC_OR_PARTITION"} 2
            kafka_server_brokertopicmetrics_failedproducerequests_total 1
            kafka_server_brokertopicmetrics_failedproducerequests_total{topic="orders"} 1
        "#]],
    );
}

#[test]
fn a_full_disk_refuses_writes_and_keeps_what_was_acknowledged() {
    check(
        "",
        "create orders
         produce orders/0 a b
         disk-capacity 1
         produce orders/0 x*100000
         produce orders/0 c
         fetch orders/0@0
         create more
         disk-capacity 1000000000
         restart
         fetch orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: KAFKA_STORAGE_ERROR
            orders/0: KAFKA_STORAGE_ERROR
            orders/0: hw=2 0:a 1:b
            KAFKA_STORAGE_ERROR ""
            orders/0: hw=2 0:a 1:b
        "#]],
    );
}
