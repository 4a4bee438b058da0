//! OffsetDelete in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn offsets_of_partitions_that_exist_are_forgotten() {
    check(
        "",
        "create orders 3
         find-coordinator g
         forget-offsets g orders/0
         forget-offsets g nothing/0
         forget-offsets - orders/0
         commit v8 g - -1 orders/0=5 orders/1=6
         forget-offsets g orders/9 orders/0 orders/2 nothing/0 nothing/1
         offsets g
         restart
         offsets g
         forget-offsets g orders/1 nothing/0 orders/1
         offsets g
         forget-offsets g",
        expect![[r#"
            ok
            g: node 0 at node:9092
            GROUP_ID_NOT_FOUND
            GROUP_ID_NOT_FOUND
            INVALID_GROUP_ID
            orders/0: ok, orders/1: ok
            ok, orders/9 UNKNOWN_TOPIC_OR_PARTITION, orders/0 ok, orders/2 ok, nothing/0 UNKNOWN_TOPIC_OR_PARTITION, nothing/1 UNKNOWN_TOPIC_OR_PARTITION
            orders/1: 6
            orders/1: 6
            ok, nothing/0 UNKNOWN_TOPIC_OR_PARTITION, orders/1 ok, orders/1 ok
            none
            ok
        "#]],
    );
}

#[test]
fn a_group_with_members_keeps_what_it_may_read() {
    check(
        "",
        "create orders
         find-coordinator g
         join g - type=connect protocols=default
         join g m1 type=connect protocols=default
         forget-offsets g orders/0
         a: forget-offsets h orders/0",
        expect![[r#"
            ok
            g: node 0 at node:9092
            m1 MEMBER_ID_REQUIRED
            m1 generation 1 default leads m1
            NON_EMPTY_GROUP
            GROUP_ID_NOT_FOUND
        "#]],
    );
}
