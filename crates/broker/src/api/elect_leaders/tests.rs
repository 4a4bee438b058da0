//! ElectLeaders in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_lone_node_leads_what_it_can_lead() {
    check(
        "",
        "create orders 2
         elect v0 orders/0 orders/1 orders/7 orders/-1 nothing/0
         elect orders/0 unclean
         elect orders/0 kind=2
         elect v0 all
         elect all
         elect all unclean
         elect
         elect v0 orders/0 timeout=0
         elect orders/0 nothing/0 timeout=0
         elect all timeout=-1
         controller: elect orders/0",
        expect![[r#"
            ok
            ok, orders/0 ELECTION_NOT_NEEDED "Leader election not needed for topic partition.", orders/1 ELECTION_NOT_NEEDED "Leader election not needed for topic partition.", orders/7 UNKNOWN_TOPIC_OR_PARTITION "No such partition as orders-7", orders/-1 UNKNOWN_TOPIC_OR_PARTITION "No such partition as orders--1", nothing/0 UNKNOWN_TOPIC_OR_PARTITION "No such topic as nothing"
            ok, orders/0 ELECTION_NOT_NEEDED "Leader election not needed for topic partition."
            INVALID_REQUEST, orders/0 INVALID_REQUEST "Unknown election type 2"
            ok, orders: nothing
            ok, orders: nothing
            ok, orders: nothing
            ok
            ok, orders/0 REQUEST_TIMED_OUT
            REQUEST_TIMED_OUT, orders/0 REQUEST_TIMED_OUT, nothing/0 REQUEST_TIMED_OUT
            REQUEST_TIMED_OUT
            ok, orders/0 ELECTION_NOT_NEEDED "Leader election not needed for topic partition."
        "#]],
    );
}
