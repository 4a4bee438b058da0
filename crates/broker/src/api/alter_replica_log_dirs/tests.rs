//! AlterReplicaLogDirs in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn there_is_one_directory_and_everything_is_in_it() {
    let long = "t".repeat(214);
    check(
        "",
        &format!(
            "create orders 2
             move-logs v1 /data orders/0 orders/1
             move-logs /data orders/9 orders/-1 nothing/0
             move-logs /data/ orders/0
             move-logs /elsewhere orders/0 nothing/0
             move-logs /elsewhere {long}/0
             move-logs /data"
        ),
        expect![[r#"
            ok
            orders/0 ok, orders/1 ok
            nothing/0 UNKNOWN_TOPIC_OR_PARTITION, orders/-1 UNKNOWN_TOPIC_OR_PARTITION, orders/9 UNKNOWN_TOPIC_OR_PARTITION
            orders/0 LOG_DIR_NOT_FOUND
            nothing/0 LOG_DIR_NOT_FOUND, orders/0 LOG_DIR_NOT_FOUND
            (long)/0 INVALID_TOPIC_EXCEPTION
            nothing
        "#]],
    );
}

#[test]
fn a_replica_moves_and_takes_its_records_along() {
    check(
        "log.dirs=/a,/b",
        "create orders 1 internal.segment.bytes=200
         produce orders/0 one
         produce orders/0 two three
         produce orders/0 four
         move-logs /b orders/0
         sleep 1000
         log-dirs all
         produce orders/0 five
         fetch orders/0@0
         files /a
         sleep 100
         restart
         fetch orders/0@0
         metadata orders
         move-logs /a orders/0
         produce orders/0 six
         sleep 1000
         kill
         fetch orders/0@0
         log-dirs all",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=1
            orders/0: base=3
            orders/0 ok
            ok, /a ok some of it used, /b ok some of it used, orders/0 226 bytes lag 0
            orders/0: base=4
            orders/0: hw=5 0:one 1:two 2:three 3:four 4:five
            .lock=0 __cluster_metadata-0/ meta.properties=122 orders-0.*-delete/
            orders/0: hw=5 0:one 1:two 2:three 3:four 4:five
            broker 0 at node:9092; orders 1 partitions, 1 led
            orders/0 ok
            orders/0: base=5
            orders/0: hw=6 0:one 1:two 2:three 3:four 4:five 5:six
            ok, /a ok some of it used, orders/0 369 bytes lag 0, /b ok some of it used
        "#]],
    );
}

#[test]
fn a_move_within_a_budget_is_told_and_can_be_taken_back() {
    let long = "x".repeat(500);
    check(
        "log.dirs=/a,/b,/c",
        &format!(
            "alter broker:0 replica.alter.log.dirs.io.max.bytes.per.second=100
             create orders
             produce orders/0 {long}
             move-logs /b orders/0
             sleep 1000
             produce orders/0 {long}
             log-dirs all
             move-logs /b orders/0
             move-logs /c orders/0
             sleep 1000
             log-dirs all
             move-logs /a orders/0
             sleep 100
             log-dirs all
             files /b
             files /c
             move-logs /b orders/0
             alter broker:0 replica.alter.log.dirs.io.max.bytes.per.second=1000000
             sleep 10000
             log-dirs all
             fetch orders/0@1"
        ),
        expect![[r#"
            ok
            ok
            orders/0: base=0
            orders/0 ok
            orders/0: base=1
            ok, /a ok some of it used, orders/0 1140 bytes lag 0, /b ok some of it used, orders/0 future 570 bytes lag 1, /c ok some of it used
            orders/0 ok
            orders/0 ok
            ok, /a ok some of it used, orders/0 1140 bytes lag 0, /b ok some of it used, /c ok some of it used, orders/0 future 1140 bytes lag 0
            orders/0 ok
            ok, /a ok some of it used, orders/0 1140 bytes lag 0, /b ok some of it used, /c ok some of it used
            .lock=0 meta.properties=122 orders-0.*-delete/
            .lock=0 meta.properties=122 orders-0.*-delete/
            orders/0 ok
            ok
            ok, /a ok some of it used, /b ok some of it used, orders/0 1140 bytes lag 0, /c ok some of it used
            orders/0: hw=2 1:500 bytes
        "#]],
    );
}

#[test]
fn a_move_that_is_interrupted_begins_anew() {
    let long = "x".repeat(500);
    check(
        "log.dirs=/a,/b",
        &format!(
            "alter broker:0 replica.alter.log.dirs.io.max.bytes.per.second=100
             create orders
             produce orders/0 {long}
             move-logs /b orders/0
             kill
             log-dirs all
             restart
             alter broker:0 replica.alter.log.dirs.io.max.bytes.per.second=10000
             sleep 20000
             log-dirs all
             produce orders/0 y
             fetch orders/0@1"
        ),
        expect![[r#"
            ok
            ok
            orders/0: base=0
            orders/0 ok
            ok, /a ok some of it used, orders/0 570 bytes lag 0, /b ok some of it used, orders/0 future 570 bytes lag 0
            ok
            ok, /a ok some of it used, /b ok some of it used, orders/0 570 bytes lag 0
            orders/0: base=1
            orders/0: hw=2 1:y
        "#]],
    );
}

#[test]
fn a_move_ends_with_its_topic() {
    let long = "x".repeat(500);
    check(
        "log.dirs=/a,/b log.segment.delete.delay.ms=0",
        &format!(
            "alter broker:0 replica.alter.log.dirs.io.max.bytes.per.second=100
             create orders
             produce orders/0 {long}
             move-logs /b orders/0
             delete orders
             sleep 20000
             files /b
             create orders
             fetch orders/0@0
             log-dirs all"
        ),
        expect![[r#"
            ok
            ok
            orders/0: base=0
            orders/0 ok
            ok
            .lock=0 meta.properties=122
            ok
            orders/0: hw=0
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used
        "#]],
    );
}

#[test]
fn a_move_ends_with_either_directory() {
    let long = "x".repeat(500);
    check(
        "log.dirs=/a,/b,/c metadata.log.dir=/m",
        &format!(
            "alter broker:0 replica.alter.log.dirs.io.max.bytes.per.second=100
             create orders
             produce orders/0 {long}
             move-logs /b orders/0
             break /b
             produce orders/0 y
             sleep 20000
             produce orders/0 z
             fetch orders/0@1
             log-dirs all
             move-logs /c orders/0
             move-logs /b orders/0
             mend /b
             restart
             move-logs /c orders/0
             break /a
             produce orders/0 y
             sleep 20000
             log-dirs all
             move-logs /c orders/0
             mend /a
             restart
             fetch orders/0@1"
        ),
        expect![[r#"
            ok
            ok
            orders/0: base=0
            orders/0 ok
            orders/0: base=1
            orders/0: base=2
            orders/0: hw=3 1:y 2:z
            ok, /a ok some of it used, orders/0 708 bytes lag 0, /b KAFKA_STORAGE_ERROR -, /c ok some of it used
            orders/0 KAFKA_STORAGE_ERROR
            orders/0 KAFKA_STORAGE_ERROR
            orders/0 ok
            orders/0: KAFKA_STORAGE_ERROR
            ok, /a KAFKA_STORAGE_ERROR -, /b ok some of it used, /c ok some of it used
            orders/0 KAFKA_STORAGE_ERROR
            orders/0: hw=3 1:y 2:z
        "#]],
    );
}
