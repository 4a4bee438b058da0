//! InitProducerId in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn no_id_is_given_twice() {
    check(
        "",
        "init-producer-id v0
         init-producer-id
         init-producer-id v3 pid=0 epoch=0
         restart
         init-producer-id
         init-producer-id",
        expect![[r#"
            id 0 epoch 0
            id 1 epoch 0
            id 2 epoch 0
            id 1000 epoch 0
            id 1001 epoch 0
        "#]],
    );
}

#[test]
fn what_makes_no_sense_or_is_not_served_is_refused() {
    check(
        "",
        "init-producer-id transactional-id=t
         init-producer-id v3 pid=5
         init-producer-id v3 epoch=5",
        expect![[r#"
            INVALID_REQUEST
            INVALID_REQUEST
            INVALID_REQUEST
        "#]],
    );
}
