//! DeleteRecords in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn the_start_moves_forward_only_and_up_to_the_high_watermark() {
    check(
        "",
        "create orders 2
         produce orders/0 a b c d e
         delete-records v0 orders/0@2
         delete-records v1 orders/0@2
         delete-records orders/0@1
         delete-records orders/0@6
         delete-records orders/0@-2
         fetch orders/0@2
         fetch orders/0@1
         list-offsets orders/0@-2
         delete-records orders/0@3 orders/0@4 timeout=0
         delete-records orders/0@-1 orders/1@-1
         list-offsets orders/0@-2
         produce orders/0 f
         fetch orders/0@5",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: start=2
            orders/0: start=2
            orders/0: start=2
            orders/0: OFFSET_OUT_OF_RANGE -1
            orders/0: OFFSET_OUT_OF_RANGE -1
            orders/0: hw=5 start=2 0:a 1:b 2:c 3:d 4:e
            orders/0: OFFSET_OUT_OF_RANGE
            orders/0: 2 at -1
            orders/0: start=4
            orders/0: start=5, orders/1: start=0
            orders/0: 5 at -1
            orders/0: base=5
            orders/0: hw=6 start=5 5:f
        "#]],
    );
}

#[test]
fn what_cannot_be_deleted_from() {
    check(
        "",
        "create orders
         create table 1 cleanup.policy=compact
         create both 1 cleanup.policy=compact,delete
         find-coordinator g
         delete-records orders/7@0 orders/-1@0 nothing/0@0 table/0@0 both/0@0 __consumer_offsets/0@0 __consumer_offsets/9@0 __cluster_metadata/0@0
         delete-records",
        expect![[r#"
            ok
            ok
            ok
            g: node 0 at node:9092
            __cluster_metadata/0: UNKNOWN_TOPIC_OR_PARTITION -1, __consumer_offsets/0: INVALID_TOPIC_EXCEPTION -1, __consumer_offsets/9: UNKNOWN_TOPIC_OR_PARTITION -1, both/0: start=0, nothing/0: UNKNOWN_TOPIC_OR_PARTITION -1, orders/-1: UNKNOWN_TOPIC_OR_PARTITION -1, orders/7: UNKNOWN_TOPIC_OR_PARTITION -1, table/0: POLICY_VIOLATION -1
            nothing
        "#]],
    );
}

#[test]
fn a_topic_that_keeps_for_ever_still_lets_records_be_deleted() {
    check(
        "log.initial.task.delay.ms=0 log.retention.check.interval.ms=1000",
        "create archive 1 cleanup.policy= retention.ms=1000 retention.bytes=1 internal.segment.bytes=100
         produce archive/0 a
         produce archive/0 b
         produce archive/0 c
         sleep 60000
         list-offsets archive/0@-2
         delete-records archive/0@2
         sleep 60000
         log-dirs archive/0
         fetch archive/0@2",
        expect![[r#"
            ok
            archive/0: base=0
            archive/0: base=1
            archive/0: base=2
            archive/0: 0 at -1
            archive/0: start=2
            ok, /data ok some of it used, archive/0 69 bytes lag 0
            archive/0: hw=3 start=2 2:c
        "#]],
    );
}

#[test]
fn what_is_deleted_stays_deleted_and_its_files_go() {
    check(
        "log.retention.check.interval.ms=1000 log.initial.task.delay.ms=0 log.flush.offset.checkpoint.interval.ms=1000",
        "create orders 1 segment.bytes=1048576
         produce orders/0 a b c
         log-dirs orders/0
         delete-records orders/0@2
         restart
         list-offsets orders/0@-2
         produce orders/0 d
         delete-records orders/0@3
         sleep 3000
         kill
         list-offsets orders/0@-2
         fetch orders/0@3
         delete-records orders/0@-1
         sleep 3000
         log-dirs orders/0
         power-cut
         list-offsets orders/0@-2
         produce orders/0 e",
        expect![[r#"
            ok
            orders/0: base=0
            ok, /data ok some of it used, orders/0 85 bytes lag 0
            orders/0: start=2
            orders/0: 2 at -1
            orders/0: base=3
            orders/0: start=3
            orders/0: 3 at -1
            orders/0: hw=4 start=3 3:d
            orders/0: start=4
            ok, /data ok some of it used, orders/0 154 bytes lag 0
            orders/0: 4 at -1
            orders/0: base=4
        "#]],
    );
}
