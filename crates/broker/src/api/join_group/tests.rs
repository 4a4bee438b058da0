//! A group's life in scripts: JoinGroup, SyncGroup, Heartbeat, LeaveGroup and what describes them.

use expect_test::expect;

use crate::testing::check;

#[test]
fn the_versions_that_kafka_go_sends_without_asking() {
    check(
        "",
        "create orders
         find-coordinator v0 billing
         join v1 billing -
         sync v0 billing m1 1 m1:orders-0
         heartbeat v0 billing m1 1
         offsets v1 billing orders/0
         commit v2 billing m1 1 orders/0=5
         offsets v1 billing orders/0
         leave v0 billing m1
         heartbeat v0 billing m1 1",
        expect![[r#"
            ok
            node 0 at node:9092
            m1 generation 1 range leads m1
            assigned orders-0
            ok
            orders/0: -1
            orders/0: ok
            orders/0: 5
            ok
            UNKNOWN_MEMBER_ID
        "#]],
    );
}

#[test]
fn from_version_4_on_a_member_gets_its_id_first() {
    check(
        "",
        "find-coordinator billing
         join v3 one -
         join v4 billing -
         join v4 billing m2
         join v9 third -
         join v9 third m3",
        expect![[r#"
            billing: node 0 at node:9092
            m1 generation 1 range leads m1
            m2 MEMBER_ID_REQUIRED
            m2 generation 1 range leads m2
            m3 MEMBER_ID_REQUIRED
            m3 generation 1 range leads m3
        "#]],
    );
}

#[test]
fn two_members_share_and_one_that_falls_silent_is_missed() {
    check(
        "",
        "find-coordinator billing
         join v1 billing - session=6000
         sync v0 billing m1 1 m1:all
         b: join v1 billing - &
         sleep 100
         heartbeat v0 billing m1 1
         a: join v1 billing m1 session=6000 &
         b: answer
         a: answer
         b: sync v0 billing m2 2 &
         a: sync v0 billing m1 2 m1:orders-0 m2:orders-1
         b: answer
         describe-group billing
         groups
         sleep 5000
         b: heartbeat billing m2 2
         sleep 5000
         b: heartbeat billing m2 2
         describe-group billing",
        expect![[r#"
            billing: node 0 at node:9092
            m1 generation 1 range leads m1
            assigned all
            REBALANCE_IN_PROGRESS
            m2 generation 2 range follows m1 after 100 ms
            m1 generation 2 range leads m1 m2 after 0 ms
            assigned orders-0
            assigned orders-1 after 0 ms
            ok Stable range m1 of script/10.0.0.2 has orders-0 m2 of script/10.0.0.2 has orders-1
            ok; billing consumer Stable classic
            ok
            REBALANCE_IN_PROGRESS
            ok PreparingRebalance  m2 of script/10.0.0.2 has orders-1
        "#]],
    );
}

#[test]
fn groups_survive_a_restart() {
    check(
        "",
        "create orders
         find-coordinator billing
         join v1 billing -
         sync v0 billing m1 1 m1:all
         commit v2 billing m1 1 orders/0=5 note=here
         restart
         heartbeat v0 billing m1 1
         offsets v1 billing orders/0
         offsets v9 billing
         leave v0 billing m1
         delete-group billing
         offsets v1 billing orders/0",
        expect![[r#"
            ok
            billing: node 0 at node:9092
            m1 generation 1 range leads m1
            assigned all
            orders/0: ok
            ok
            orders/0: 5 "here"
            orders/0: 5 "here"
            ok
            ok
            orders/0: -1
        "#]],
    );
}

#[test]
fn a_group_nobody_asked_a_coordinator_for() {
    check(
        "",
        "join v1 billing -
         heartbeat v0 billing me 1
         offsets v2 billing
         describe-group billing
         groups",
        expect![[r#"
            - NOT_COORDINATOR
            NOT_COORDINATOR
            NOT_COORDINATOR
            NOT_COORDINATOR  
            ok; 
        "#]],
    );
}

#[test]
fn impossible_members_are_refused() {
    check(
        "",
        "find-coordinator billing
         join v1 billing me
         join v1 billing - session=1
         join v1 billing - session=99999999
         sync v0 billing me 1
         leave v5 billing me
         join v2 billing -
         join v2 billing - type=connect",
        expect![[r#"
            billing: node 0 at node:9092
            m1 UNKNOWN_MEMBER_ID
            - INVALID_SESSION_TIMEOUT
            - INVALID_SESSION_TIMEOUT
            UNKNOWN_MEMBER_ID
            ok UNKNOWN_MEMBER_ID
            m2 generation 1 range leads m2
            - INCONSISTENT_GROUP_PROTOCOL
        "#]],
    );
}
