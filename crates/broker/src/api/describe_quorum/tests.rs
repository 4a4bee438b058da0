//! DescribeQuorum in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn the_only_voter_leads() {
    check(
        "",
        "quorum v0
         quorum v1
         quorum
         controller: quorum
         quorum v0 orders/0
         quorum __cluster_metadata/1
         quorum __cluster_metadata/0 __cluster_metadata/0
         restart
         quorum",
        expect![[r#"
            ok "", 0: ok "" leader 0 epoch 1, 0 nowhere not heard of at the end
            ok "", 0: ok "" leader 0 epoch 1, 0 nowhere heard of at the end
            ok "", 0: ok "" leader 0 epoch 1, 0 somewhere heard of at the end, node 0 at CONTROLLER
            ok "", 0: ok "" leader 0 epoch 1, 0 somewhere heard of at the end, node 0 at CONTROLLER
            ok "", 0: UNKNOWN_TOPIC_OR_PARTITION "" leader 0 epoch 0
            ok "", 1: UNKNOWN_TOPIC_OR_PARTITION "This server does not host this topic-partition." leader 0 epoch 0
            ok "", 0: UNKNOWN_TOPIC_OR_PARTITION "This server does not host this topic-partition." leader 0 epoch 0, 0: UNKNOWN_TOPIC_OR_PARTITION "This server does not host this topic-partition." leader 0 epoch 0
            ok "", 0: ok "" leader 0 epoch 2, 0 somewhere heard of at the end, node 0 at CONTROLLER
        "#]],
    );
}
