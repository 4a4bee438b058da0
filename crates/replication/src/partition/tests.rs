//! A partition in Kafka's words. What it answers to bad batches was learned from Apache Kafka 4.4 itself.

mod compaction;
mod moves;
mod power;
mod reading;
mod recovery;
mod transactions;
mod trouble;

use expect_test::expect;

use crate::testing::check;

#[test]
fn batches_get_offsets_in_order() {
    check(
        "",
        "produce
         produce n=3 at=10
         produce codec=zstd n=2 at=20
         marks
         read 0
         read 2
         read 6
         read 7",
        expect![[r#"
            produce: ok 0..0
            produce n=3 at=10: ok 1..3
            produce codec=zstd n=2 at=20: ok 4..5
            marks: start=0 stable=6 high=6 end=6
            read 0: 0..0 e0 max=0, 1..3 e0 max=12, 4..5 zstd e0 max=21
            read 2: 1..3 e0 max=12, 4..5 zstd e0 max=21
            read 6: nothing
            read 7: OFFSET_OUT_OF_RANGE
        "#]],
    );
}

#[test]
fn duplicate_batches_are_answered_not_appended() {
    check(
        "",
        "produce pid=7 seq=5 n=1
         produce pid=7 seq=5 n=1
         produce pid=7 seq=6 n=3
         produce pid=7 seq=6 n=3
         produce pid=7 seq=7
         produce pid=7 seq=10
         produce pid=7 seq=2
         marks
         producers",
        expect![[r#"
            produce pid=7 seq=5 n=1: ok 0..0
            produce pid=7 seq=5 n=1: ok 0..0 time=0 (duplicate)
            produce pid=7 seq=6 n=3: ok 1..3
            produce pid=7 seq=6 n=3: ok 1..3 time=2 (duplicate)
            produce pid=7 seq=7: OUT_OF_ORDER_SEQUENCE_NUMBER
            produce pid=7 seq=10: OUT_OF_ORDER_SEQUENCE_NUMBER
            produce pid=7 seq=2: OUT_OF_ORDER_SEQUENCE_NUMBER
            marks: start=0 stable=4 high=4 end=4
            producers: 7 e0 seq=8
        "#]],
    );
}

#[test]
fn five_batches_are_remembered() {
    check(
        "",
        "produce pid=7 seq=0
         produce pid=7 seq=1
         produce pid=7 seq=2
         produce pid=7 seq=3
         produce pid=7 seq=4
         produce pid=7 seq=0
         produce pid=7 seq=5
         produce pid=7 seq=1
         produce pid=7 seq=0",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            produce pid=7 seq=1: ok 1..1
            produce pid=7 seq=2: ok 2..2
            produce pid=7 seq=3: ok 3..3
            produce pid=7 seq=4: ok 4..4
            produce pid=7 seq=0: ok 0..0 time=0 (duplicate)
            produce pid=7 seq=5: ok 5..5
            produce pid=7 seq=1: ok 1..1 time=0 (duplicate)
            produce pid=7 seq=0: OUT_OF_ORDER_SEQUENCE_NUMBER
        "#]],
    );
}

#[test]
fn a_new_epoch_begins_at_zero_and_fences_the_old_one() {
    check(
        "",
        "produce pid=7 epoch=0 seq=9
         produce pid=7 epoch=2 seq=4
         produce pid=7 epoch=2 seq=0
         produce pid=7 epoch=1 seq=0
         produce pid=7 epoch=2 seq=1
         producers",
        expect![[r#"
            produce pid=7 epoch=0 seq=9: ok 0..0
            produce pid=7 epoch=2 seq=4: OUT_OF_ORDER_SEQUENCE_NUMBER
            produce pid=7 epoch=2 seq=0: ok 1..1
            produce pid=7 epoch=1 seq=0: INVALID_PRODUCER_EPOCH
            produce pid=7 epoch=2 seq=1: ok 2..2
            producers: 7 e2 seq=1
        "#]],
    );
}

#[test]
fn sequence_numbers_go_round() {
    check(
        "",
        "produce pid=7 seq=2147483647
         produce pid=7 seq=0
         produce pid=8 seq=2147483646 n=4
         produce pid=8 seq=2
         produce pid=8 seq=2147483646 n=4",
        expect![[r#"
            produce pid=7 seq=2147483647: ok 0..0
            produce pid=7 seq=0: ok 1..1
            produce pid=8 seq=2147483646 n=4: ok 2..5
            produce pid=8 seq=2: ok 6..6
            produce pid=8 seq=2147483646 n=4: ok 2..5 time=3 (duplicate)
        "#]],
    );
}

#[test]
fn what_is_no_batch_is_refused_as_kafka_does() {
    check(
        "",
        "produce badcrc
         produce magic=0
         produce magic=1
         produce magic=3
         produce magic=-1
         produce offset=5
         produce doubled
         produce junk=4
         produce junk=20
         produce cut=1
         produce cut=40
         produce cut=60
         produce cut=69
         produce length=10
         produce length=20
         produce length=48
         produce length=-5",
        expect![[r#"
            produce badcrc: CORRUPT_MESSAGE
            produce magic=0: INVALID_RECORD
            produce magic=1: INVALID_RECORD
            produce magic=3: CORRUPT_MESSAGE
            produce magic=-1: CORRUPT_MESSAGE
            produce offset=5: INVALID_RECORD
            produce doubled: INVALID_RECORD
            produce junk=4: ok 0..0
            produce junk=20: CORRUPT_MESSAGE
            produce cut=1: INVALID_RECORD
            produce cut=40: INVALID_RECORD
            produce cut=60: INVALID_RECORD
            produce cut=69: INVALID_RECORD
            produce length=10: CORRUPT_MESSAGE
            produce length=20: CORRUPT_MESSAGE
            produce length=48: CORRUPT_MESSAGE
            produce length=-5: CORRUPT_MESSAGE
        "#]],
    );
}

#[test]
fn headers_that_lie_are_refused() {
    check(
        "",
        "produce count=2
         produce count=2 last-delta=1
         produce count=0
         produce count=0 last-delta=-1
         produce count=-1
         produce n=2 count=1 last-delta=0
         produce codec=gzip count=2 last-delta=1
         produce codec=gzip n=2 count=1 last-delta=0
         produce attributes=32
         produce pid=900 seq=-1
         produce attributes=5
         produce attributes=7
         produce attributes=1
         produce attributes=2
         produce attributes=3
         produce attributes=4
         marks",
        expect![[r#"
            produce count=2: INVALID_RECORD
            produce count=2 last-delta=1: INVALID_RECORD
            produce count=0: INVALID_RECORD
            produce count=0 last-delta=-1: INVALID_RECORD
            produce count=-1: INVALID_RECORD
            produce n=2 count=1 last-delta=0: INVALID_RECORD
            produce codec=gzip count=2 last-delta=1: INVALID_RECORD
            produce codec=gzip n=2 count=1 last-delta=0: INVALID_RECORD
            produce attributes=32: INVALID_RECORD
            produce pid=900 seq=-1: INVALID_RECORD
            produce attributes=5: UNKNOWN_SERVER_ERROR
            produce attributes=7: UNKNOWN_SERVER_ERROR
            produce attributes=1: UNKNOWN_SERVER_ERROR
            produce attributes=2: UNKNOWN_SERVER_ERROR
            produce attributes=3: UNKNOWN_SERVER_ERROR
            produce attributes=4: UNKNOWN_SERVER_ERROR
            marks: start=0 stable=0 high=0 end=0
        "#]],
    );
}

#[test]
fn records_the_topic_does_not_take_are_named() {
    check(
        "cleanup.policy=compact",
        "produce n=2
         produce nokey
         produce nokey n=3 codec=lz4
         produce at=7200000
         produce nokey at=7200000",
        expect![[r#"
            produce n=2: ok 0..1
            produce nokey: INVALID_RECORD records 0
            produce nokey n=3 codec=lz4: INVALID_RECORD records 0 1 2
            produce at=7200000: INVALID_TIMESTAMP records 0
            produce nokey at=7200000: INVALID_RECORD records 0
        "#]],
    );
    check(
        "message.timestamp.before.max.ms=1000",
        "produce at=-2000
         produce at=-1001 n=3
         produce at=-999
         produce attributes=8",
        expect![[r#"
            produce at=-2000: INVALID_TIMESTAMP records 0
            produce at=-1001 n=3: INVALID_TIMESTAMP records 0
            produce at=-999: ok 0..0
            produce attributes=8: ok 1..1
        "#]],
    );
}

#[test]
fn append_time_is_the_leaders() {
    check(
        "message.timestamp.type=LogAppendTime",
        "produce n=2 at=-5000 now=100
         produce codec=snappy n=2 at=99999999 now=200
         produce attributes=8 now=300
         read 0",
        expect![[r#"
            produce n=2 at=-5000 now=100: ok 0..1 time=100
            produce codec=snappy n=2 at=99999999 now=200: ok 2..3 time=200
            produce attributes=8 now=300: INVALID_TIMESTAMP records 0
            read 0: 0..1 append-time e0 max=100, 2..3 snappy append-time e0 max=200
        "#]],
    );
}

#[test]
fn sizes_are_limited() {
    check(
        "max.message.bytes=300",
        "produce bytes=200\nproduce bytes=300\nproduce bytes=3000 codec=gzip",
        expect![[r#"
        produce bytes=200: ok 0..0
        produce bytes=300: MESSAGE_TOO_LARGE
        produce bytes=3000 codec=gzip: ok 1..1
    "#]],
    );
    check(
        "max.message.bytes=3000 segment.bytes=1000",
        "produce bytes=900\nproduce bytes=1500",
        expect![[r#"
        produce bytes=900: ok 0..0
        produce bytes=1500: RECORD_LIST_TOO_LARGE
    "#]],
    );
    check(
        "max.decompressed.message.bytes=50",
        "produce bytes=100\nproduce bytes=100 codec=gzip",
        expect![[r#"
        produce bytes=100: ok 0..0
        produce bytes=100 codec=gzip: INVALID_RECORD
    "#]],
    );
}

#[test]
fn the_topics_codec_wins() {
    check(
        "compression.type=gzip max.message.bytes=300",
        "produce n=3
         produce n=3 codec=zstd
         produce n=3 codec=gzip
         produce bytes=1000
         set compression.type=none
         produce n=3 codec=lz4
         read 0",
        expect![[r#"
            produce n=3: ok 0..2
            produce n=3 codec=zstd: ok 3..5
            produce n=3 codec=gzip: ok 6..8
            produce bytes=1000: MESSAGE_TOO_LARGE
            set compression.type=none: ok
            produce n=3 codec=lz4: ok 9..11
            read 0: 0..2 gzip e0 max=2, 3..5 gzip e0 max=2, 6..8 gzip e0 max=2, 9..11 e0 max=2
        "#]],
    );
}

#[test]
fn offsets_with_gaps_are_numbered_anew() {
    check(
        "",
        "produce n=2 gap=5 last-delta=1
         produce n=2 gap=5 last-delta=1 codec=gzip
         read 0
         set compression.type=zstd
         produce n=2 gap=5 last-delta=1 codec=gzip
         read 2",
        expect![[r#"
            produce n=2 gap=5 last-delta=1: ok 0..1
            produce n=2 gap=5 last-delta=1 codec=gzip: UNKNOWN_SERVER_ERROR
            read 0: 0..1 e0 max=1
            set compression.type=zstd: ok
            produce n=2 gap=5 last-delta=1 codec=gzip: ok 2..3
            read 2: 2..3 zstd e0 max=1
        "#]],
    );
}

#[test]
fn only_a_leader_takes_batches() {
    check(
        "",
        "produce
         resign
         produce
         read 0
         lead epoch=4
         produce
         read 0",
        expect![[r#"
            produce: ok 0..0
            resign: ok
            produce: NOT_LEADER_OR_FOLLOWER
            read 0: NOT_LEADER_OR_FOLLOWER
            lead epoch=4: ok
            produce: ok 1..1
            read 0: 0..0 e0 max=0, 1..1 e4 max=0
        "#]],
    );
}

#[test]
fn what_is_synced_counts_when_it_is_durable() {
    check(
        "durability=synced",
        "produce n=2
         marks
         read 0
         committed
         marks
         read 0",
        expect![[r#"
            produce n=2: ok 0..1
            marks: start=0 stable=0 high=0 end=2
            read 0: nothing
            committed: yes
            marks: start=0 stable=2 high=2 end=2
            read 0: 0..1 e0 max=1
        "#]],
    );
    check(
        "flush.messages=1",
        "produce\nmarks\ncommitted\nmarks",
        expect![[r#"
        produce: ok 0..0
        marks: start=0 stable=0 high=0 end=1
        committed: yes
        marks: start=0 stable=1 high=1 end=1
    "#]],
    );
}
