//! AlterPartitionReassignments and ListPartitionReassignments in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_lone_node_has_nowhere_to_move_to() {
    check(
        "",
        "create orders 2
         reassign v0 orders/0
         reassign orders/9 nothing/0
         reassign v0 orders/0 to=0
         reassign orders/0 orders/1 to=0 factor=fixed
         reassign orders/0 to=
         reassign orders/0 to=0,0
         reassign orders/0 to=0,99
         reassign orders/0 to=-1
         reassign orders/9 nothing/0 to=0
         reassign
         reassign orders/0 to=0 timeout=0
         reassignments
         controller: reassignments
         produce orders/0 a",
        expect![[r#"
            ok
            ok, orders/0 NO_REASSIGNMENT_IN_PROGRESS
            ok, orders/9 UNKNOWN_TOPIC_OR_PARTITION "Unable to find partition orders:9.", nothing/0 UNKNOWN_TOPIC_OR_PARTITION "Unable to find a topic named nothing."
            ok, orders/0 ok
            ok, orders/0 ok, orders/1 ok
            ok, orders/0 INVALID_REPLICA_ASSIGNMENT "The manual partition assignment includes an empty replica list."
            ok, orders/0 INVALID_REPLICA_ASSIGNMENT "The manual partition assignment includes the broker 0 more than once."
            ok, orders/0 INVALID_REPLICA_ASSIGNMENT "The manual partition assignment includes broker 99, but no such broker is registered."
            ok, orders/0 INVALID_REPLICA_ASSIGNMENT "The manual partition assignment includes broker -1, but no such broker is registered."
            ok, orders/9 UNKNOWN_TOPIC_OR_PARTITION "Unable to find partition orders:9.", nothing/0 UNKNOWN_TOPIC_OR_PARTITION "Unable to find a topic named nothing."
            ok ""
            REQUEST_TIMED_OUT, orders/0 REQUEST_TIMED_OUT
            ok
            ok
            orders/0: base=0
        "#]],
    );
}
