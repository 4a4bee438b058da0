//! OffsetForLeaderEpoch in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn epochs_end_where_the_next_begins() {
    check(
        "",
        "create orders
         produce orders/0 a b
         epoch-end orders/0=0
         epoch-end orders/0=1
         epoch-end v2 orders/0=0
         epoch-end orders/0=0 leader-epoch=3
         epoch-end nothing/0=0
         restart
         epoch-end orders/0=0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: epoch 0 ends at 2
            orders/0: epoch -1 ends at -1
            orders/0: epoch 0 ends at 2
            orders/0: UNKNOWN_LEADER_EPOCH
            nothing/0: UNKNOWN_TOPIC_OR_PARTITION
            orders/0: epoch 0 ends at 2
        "#]],
    );
}
