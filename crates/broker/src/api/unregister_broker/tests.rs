//! UnregisterBroker and UnregisterController in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn who_is_not_there_cannot_go() {
    check(
        "",
        "unregister 99
         unregister -3
         unregister-controller 99
         unregister-controller 0
         controller: unregister 99
         controller: unregister-controller 99",
        expect![[r#"
            BROKER_ID_NOT_REGISTERED "Broker ID 99 is not currently registered"
            BROKER_ID_NOT_REGISTERED "Broker ID -3 is not currently registered"
            CONTROLLER_ID_NOT_REGISTERED "Controller ID 99 is not currently registered."
            INVALID_REQUEST "Controller cannot unregister itself while it is active."
            BROKER_ID_NOT_REGISTERED "Broker ID 99 is not currently registered"
            CONTROLLER_ID_NOT_REGISTERED "Controller ID 99 is not currently registered."
        "#]],
    );
}

#[test]
fn a_node_that_unregisters_itself_is_out_of_service_until_it_starts_anew() {
    check(
        "",
        "create orders
         produce orders/0 a
         unregister 0
         unregister 0
         describe-cluster
         metadata orders
         produce orders/0 b
         fetch orders/0@0
         restart
         describe-cluster
         metadata orders
         fetch orders/0@0
         produce orders/0 b",
        expect![[r#"
            ok
            orders/0: base=0
            ok ""
            BROKER_ID_NOT_REGISTERED "Broker ID 0 is not currently registered"
            ok; controller -1; 
            ; orders 1 partitions, 0 led
            orders/0: NOT_LEADER_OR_FOLLOWER
            orders/0: NOT_LEADER_OR_FOLLOWER
            ok; controller 0; 0 at node
            broker 0 at node:9092; orders 1 partitions, 1 led
            orders/0: hw=1 0:a
            orders/0: base=1
        "#]],
    );
}
