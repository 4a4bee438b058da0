//! OffsetCommit and OffsetFetch in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn offsets_come_back_in_every_dialect() {
    check(
        "",
        "create orders 2
         find-coordinator billing
         commit v2 billing - -1 orders/0=5 note=here
         commit v9 billing - -1 orders/1=6
         offsets v1 billing orders/0
         offsets v5 billing
         offsets v7 billing orders/0 orders/1
         offsets v8 billing
         offsets v9 billing orders/1
         offsets v10 billing orders/0
         commit v10 billing - -1 orders/0=7
         offsets v10 billing
         offsets v9 other orders/0",
        expect![[r#"
            ok
            billing: node 0 at node:9092
            orders/0: ok
            orders/1: ok
            orders/0: 5 "here"
            orders/0: 5 "here", orders/1: 6
            orders/0: 5 "here", orders/1: 6
            orders/0: 5 "here", orders/1: 6
            orders/1: 6
            orders/0: 5 "here"
            orders/0: ok
            orders/0: 7, orders/1: 6
            orders/0: -1
        "#]],
    );
}

#[test]
fn what_cannot_be_committed_says_so() {
    check(
        "",
        "create orders
         commit v2 billing - -1 orders/0=5
         find-coordinator billing
         commit v2 billing - -1 orders/0=5 orders/7=5 nothing/0=1
         commit v10 billing - -1 nothing/0=1
         commit v2 billing me 3 orders/0=5
         offsets v10 billing nothing/0",
        expect![[r#"
            ok
            orders/0: NOT_COORDINATOR
            billing: node 0 at node:9092
            orders/0: ok, orders/7: UNKNOWN_TOPIC_OR_PARTITION, nothing/0: UNKNOWN_TOPIC_OR_PARTITION
            (id)/0: UNKNOWN_TOPIC_ID
            orders/0: UNKNOWN_MEMBER_ID
            (id)/0: UNKNOWN_TOPIC_ID
        "#]],
    );
}

#[test]
fn offsets_go_with_their_topic() {
    check(
        "",
        "create orders
         find-coordinator billing
         commit v2 billing - -1 orders/0=5
         remember orders as before
         delete orders
         offsets v9 billing orders/0
         create orders
         offsets v9 billing orders/0
         offsets v10 billing before/0",
        expect![[r#"
            ok
            billing: node 0 at node:9092
            orders/0: ok
            ok
            orders/0: -1
            ok
            orders/0: -1
            before/0: UNKNOWN_TOPIC_ID
        "#]],
    );
}

#[test]
fn commits_that_nobody_renews_expire_and_their_group_with_them() {
    check(
        "offsets.retention.minutes=1 offsets.retention.check.interval.ms=1000",
        "create orders 3
         find-coordinator g
         commit v2 g - -1 orders/0=5 retention=3000
         commit v3 g - -1 orders/1=6
         sleep 10000
         offsets g
         groups
         restart
         sleep 45000
         offsets g
         commit v9 g - -1 orders/2=7
         sleep 10000
         offsets g
         sleep 60000
         offsets g
         groups
         restart
         offsets g
         groups",
        expect![[r#"
            ok
            g: node 0 at node:9092
            orders/0: ok
            orders/1: ok
            orders/1: 6
            ok; g  Empty classic
            orders/1: 6
            orders/2: ok
            orders/2: 7
            none
            ok; 
            none
            ok; 
        "#]],
    );
}

#[test]
fn offsets_of_a_deleted_topic_are_forgotten() {
    check(
        "",
        "create orders
         create other
         find-coordinator g
         commit v8 g - -1 orders/0=5 other/0=6
         delete orders
         offsets v9 g
         create orders
         offsets v9 g
         restart
         offsets v9 g",
        expect![[r#"
            ok
            ok
            g: node 0 at node:9092
            orders/0: ok, other/0: ok
            ok
            other/0: 6
            ok
            other/0: 6
            other/0: 6
        "#]],
    );
}
