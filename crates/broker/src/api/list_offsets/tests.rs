//! ListOffsets in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn ends_and_times_are_found() {
    check(
        "",
        "create orders
         list-offsets orders/0=-1 
         list-offsets orders/0=-2
         list-offsets orders/0=-3
         produce orders/0 a b c at=1000 
         produce orders/0 d e at=5000 codec=lz4
         list-offsets orders/0=-1
         list-offsets orders/0=-2
         list-offsets orders/0=-3
         list-offsets orders/0=-4
         list-offsets orders/0=-5
         list-offsets orders/0=-6
         list-offsets orders/0=0
         list-offsets orders/0=1010
         list-offsets orders/0=1011
         list-offsets orders/0=5001
         list-offsets orders/0=5011
         list-offsets orders/0=-1 isolation=committed",
        expect![[r#"
            ok
            orders/0: 0 at -1
            orders/0: 0 at -1
            orders/0: -1 at -1
            orders/0: base=0
            orders/0: base=3
            orders/0: 5 at -1
            orders/0: 0 at -1
            orders/0: 4 at 5010
            orders/0: 0 at -1
            orders/0: -1 at -1
            orders/0: -1 at -1
            orders/0: 0 at 1000
            orders/0: 1 at 1010
            orders/0: 2 at 1020
            orders/0: 4 at 5010
            orders/0: -1 at -1
            orders/0: 5 at -1
        "#]],
    );
}

#[test]
fn old_versions_answer_and_do_not_know_new_words() {
    check(
        "",
        "create orders
         produce orders/0 a b at=1000
         list-offsets v1 orders/0=-1
         list-offsets v2 orders/0=-2
         list-offsets v3 orders/0=1001
         list-offsets v4 orders/0=-1 leader-epoch=0
         list-offsets v5 orders/0=-1
         list-offsets v6 orders/0=-3
         list-offsets v7 orders/0=-3
         list-offsets v7 orders/0=-4
         list-offsets v8 orders/0=-5
         list-offsets v10 orders/0=-6
         list-offsets v11 orders/0=-7
         ask ListOffsets v0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: 2 at -1
            orders/0: 0 at -1
            orders/0: 1 at 1010
            orders/0: 2 at -1
            orders/0: 2 at -1
            orders/0: UNSUPPORTED_VERSION
            orders/0: 1 at 1010
            orders/0: UNSUPPORTED_VERSION
            orders/0: UNSUPPORTED_VERSION
            orders/0: UNSUPPORTED_VERSION
            orders/0: UNSUPPORTED_VERSION
            closed
        "#]],
    );
}

#[test]
fn what_cannot_be_answered_says_so() {
    check(
        "",
        "create orders
         list-offsets nothing/0=-1
         list-offsets orders/5=-1
         list-offsets orders/0=-1 orders/0=-2
         list-offsets orders/0=-1 leader-epoch=3",
        expect![[r#"
            ok
            nothing/0: UNKNOWN_TOPIC_OR_PARTITION
            orders/5: UNKNOWN_TOPIC_OR_PARTITION
            orders/0: INVALID_REQUEST, orders/0: INVALID_REQUEST
            orders/0: UNKNOWN_LEADER_EPOCH
        "#]],
    );
}
