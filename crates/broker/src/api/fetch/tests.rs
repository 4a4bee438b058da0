//! Fetch in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_fetch_waits_for_records_and_wakes_with_them() {
    check(
        "",
        "create orders
         b: fetch orders/0@0 wait=5000 &
         sleep 1000
         produce orders/0 a
         b: answer",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: hw=1 0:a after 1000 ms
        "#]],
    );
}

#[test]
fn a_fetch_waits_until_there_is_enough_or_its_time_is_over() {
    check(
        "",
        "create orders
         b: fetch orders/0@0 wait=5000 min=200 &
         produce orders/0 a
         sleep 1000
         produce orders/0 b*200
         b: answer
         b: fetch orders/0@2 wait=3000 min=200 &
         produce orders/0 c
         b: answer
         b: fetch orders/0@3 wait=500 &
         b: answer
         b: fetch orders/0@3 wait=500 min=0 &
         b: answer
         b: fetch orders/0@99 wait=5000 &
         b: answer
         b: fetch orders/0@3 nothing/0@0 wait=5000 &
         b: answer",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=1
            orders/0: hw=2 0:a 1:200 bytes after 1000 ms
            orders/0: base=2
            orders/0: hw=3 2:c after 3000 ms
            orders/0: hw=3 after 500 ms
            orders/0: hw=3 after 0 ms
            orders/0: OFFSET_OUT_OF_RANGE after 0 ms
            orders/0: hw=3, (id)/0: UNKNOWN_TOPIC_ID lso=-1 aborted=0 after 0 ms
        "#]],
    );
}

#[test]
fn a_consumer_that_goes_away_while_it_waits_harms_nobody() {
    check(
        "",
        "create orders
         b: fetch orders/0@0 wait=60000 &
         b: hang-up
         produce orders/0 a
         fetch orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: hw=1 0:a
        "#]],
    );
}

#[test]
fn limits_hold_but_the_first_batch_always_comes() {
    check(
        "",
        "create orders 2
         produce orders/0 a*1000
         produce orders/0 b*1000
         produce orders/1 c*1000
         fetch orders/0@0 orders/1@0
         fetch orders/0@0 orders/1@0 part=1
         fetch orders/0@0 orders/1@0 max=1
         fetch orders/0@0 orders/1@0 max=1100
         fetch orders/0@0 orders/1@0 part=2200
         fetch orders/0@2 orders/1@0 max=1
         fetch orders/0@0 orders/1@0 max=0
         fetch orders/0@0 orders/1@0 max=-1
         fetch orders/0@0 orders/1@0 part=-1",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=1
            orders/1: base=0
            orders/0: hw=2 0:1000 bytes 1:1000 bytes, orders/1: hw=1 0:1000 bytes
            orders/0: hw=2 0:1000 bytes, orders/1: hw=1
            orders/0: hw=2 0:1000 bytes, orders/1: hw=1
            orders/0: hw=2 0:1000 bytes, orders/1: hw=1
            orders/0: hw=2 0:1000 bytes 1:1000 bytes, orders/1: hw=1 0:1000 bytes
            orders/0: hw=2, orders/1: hw=1 0:1000 bytes
            orders/0: hw=2 0:1000 bytes, orders/1: hw=1
            orders/0: UNKNOWN_SERVER_ERROR, orders/1: UNKNOWN_SERVER_ERROR
            orders/0: UNKNOWN_SERVER_ERROR, orders/1: UNKNOWN_SERVER_ERROR
        "#]],
    );
}

#[test]
fn the_broker_has_a_limit_too() {
    check(
        "fetch.max.bytes=1100",
        "create orders
         produce orders/0 a*1000
         produce orders/0 b*1000
         fetch orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=1
            orders/0: hw=2 0:1000 bytes
        "#]],
    );
}

#[test]
fn offsets_out_of_range_and_wrong_epochs_are_told() {
    check(
        "",
        "create orders
         produce orders/0 a b
         fetch orders/0@2
         fetch orders/0@3
         fetch orders/0@-1
         fetch orders/0@0 leader-epoch=0
         fetch orders/0@0 leader-epoch=5
         fetch orders/7@0
         fetch v12 nothing/0@0
         fetch v13 nothing/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: hw=2
            orders/0: OFFSET_OUT_OF_RANGE
            orders/0: OFFSET_OUT_OF_RANGE
            orders/0: hw=2 0:a 1:b
            orders/0: UNKNOWN_LEADER_EPOCH
            orders/7: UNKNOWN_TOPIC_OR_PARTITION lso=-1 aborted=0
            nothing/0: UNKNOWN_TOPIC_OR_PARTITION lso=-1 aborted=0
            (id)/0: UNKNOWN_TOPIC_ID lso=-1 aborted=0
        "#]],
    );
}

#[test]
fn read_committed_tells_the_last_stable_offset_and_the_aborted() {
    check(
        "",
        "create orders
         produce orders/0 a b
         fetch orders/0@0 isolation=committed
         fetch v4 orders/0@0 isolation=committed",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: hw=2 lso=2 aborted=0 0:a 1:b
            orders/0: hw=2 lso=2 aborted=0 0:a 1:b
        "#]],
    );
}

#[test]
fn sessions_tell_only_what_is_new() {
    check(
        "",
        "create orders 2
         produce orders/0 a
         fetch orders/0@0 orders/1@0 session=0 epoch=0
         fetch session=1 epoch=1 orders/0@1
         produce orders/1 b
         fetch session=1 epoch=2
         fetch session=1 epoch=3 orders/1@1 forget=orders:0
         fetch session=1 epoch=3
         fetch session=9 epoch=1
         fetch v12 session=1 epoch=4
         fetch session=1 epoch=-1 orders/0@0
         fetch session=1 epoch=4",
        expect![[r#"
            ok
            orders/0: base=0
            session 1, orders/0: hw=1 0:a, orders/1: hw=0
            session 1
            orders/1: base=0
            session 1, orders/1: hw=1 0:b
            session 1
            INVALID_FETCH_SESSION_EPOCH
            FETCH_SESSION_ID_NOT_FOUND
            FETCH_SESSION_TOPIC_ID_ERROR
            orders/0: hw=1 0:a
            FETCH_SESSION_ID_NOT_FOUND
        "#]],
    );
}

#[test]
fn every_version_reads() {
    check(
        "",
        "create orders
         produce orders/0 a
         fetch v4 orders/0@0
         fetch v5 orders/0@0
         fetch v6 orders/0@0
         fetch v7 orders/0@0
         fetch v8 orders/0@0
         fetch v9 orders/0@0
         fetch v10 orders/0@0
         fetch v11 orders/0@0
         fetch v12 orders/0@0
         fetch v13 orders/0@0
         fetch v14 orders/0@0
         fetch v15 orders/0@0
         fetch v16 orders/0@0
         fetch v17 orders/0@0
         fetch v18 orders/0@0
         ask Fetch v3
         ask Fetch v19",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            orders/0: hw=1 0:a
            closed
            closed
        "#]],
    );
}

#[test]
fn a_topic_made_again_under_its_consumer_is_another_one() {
    check(
        "",
        "create orders
         produce orders/0 a
         fetch orders/0@0
         remember orders as before
         fetch before/0@0 session=0
         delete orders
         fetch before/0@0
         create orders
         produce orders/0 b
         fetch before/0@0
         fetch before/0@1 session=1 epoch=1
         fetch orders/0@0
         produce before/0 c
         fetch v12 orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: hw=1 0:a
            session 1, before/0: hw=1 0:a
            ok
            before/0: UNKNOWN_TOPIC_ID lso=-1 aborted=0
            ok
            orders/0: base=0
            before/0: UNKNOWN_TOPIC_ID lso=-1 aborted=0
            session 1, before/0: UNKNOWN_TOPIC_ID lso=-1 aborted=0
            orders/0: hw=1 0:b
            before/0: UNKNOWN_TOPIC_ID
            orders/0: hw=1 0:b
        "#]],
    );
}

#[test]
fn a_fetch_that_waits_hears_of_a_deletion() {
    check(
        "",
        "create orders
         b: fetch orders/0@0 wait=20000 &
         sleep 1000
         delete orders
         b: answer",
        expect![[r#"
            ok
            ok
            orders/0: UNKNOWN_TOPIC_ID lso=-1 aborted=0 after 1000 ms
        "#]],
    );
}

#[test]
fn nobody_is_a_replica_yet() {
    check(
        "",
        "create orders
         produce orders/0 a
         fetch v4 orders/0@0 replica=0
         fetch v18 orders/0@0 replica=7
         fetch v4 orders/0@0 replica=-2",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: NOT_LEADER_OR_FOLLOWER
            orders/0: NOT_LEADER_OR_FOLLOWER
            orders/0: hw=1 0:a
        "#]],
    );
}

#[test]
fn failures_are_counted() {
    check(
        "",
        "create orders
         fetch orders/0@7
         fetch v12 nothing/0@0
         fetch session=5 epoch=5
         metric requestmetrics_errors+Fetch
         metric failedfetch",
        expect![[r#"
            ok
            orders/0: OFFSET_OUT_OF_RANGE
            nothing/0: UNKNOWN_TOPIC_OR_PARTITION lso=-1 aborted=0
            FETCH_SESSION_ID_NOT_FOUND
            kafka_network_requestmetrics_errors_total{request="Fetch",error="NONE"} 2
            kafka_network_requestmetrics_errors_total{request="Fetch",error="OFFSET_OUT_OF_RANGE"} 1
            kafka_network_requestmetrics_errors_total{request="Fetch",error="UNKNOWN_TOPIC_OR_PARTITION"} 1
            kafka_network_requestmetrics_errors_total{request="Fetch",error="FETCH_SESSION_ID_NOT_FOUND"} 1
            kafka_server_brokertopicmetrics_failedfetchrequests_total 1
            kafka_server_brokertopicmetrics_failedfetchrequests_total{topic="orders"} 1
        "#]],
    );
}
