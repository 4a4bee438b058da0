//! DescribeProducers in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn producers_are_told_by_partition() {
    check(
        "",
        "create orders 2
         produce orders/0 a b c pid=77 epoch=2 seq=0 at=1767225600000
         produce orders/0 a pid=78 seq=0 at=1767225600000
         produce orders/0 a b
         producers orders/0 orders/1 orders/5 orders/-1
         producers orders/0 orders/0
         producers nothing/0 bad$name/0 __cluster_metadata/0
         producers
         restart
         producers orders/0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=3
            orders/0: base=4
            orders/0: ok; 77 epoch 2 sequence 2 coordinator -1 transaction -1; 78 epoch 0 sequence 0 coordinator -1 transaction -1, orders/1: ok, orders/5: UNKNOWN_TOPIC_OR_PARTITION, orders/-1: UNKNOWN_TOPIC_OR_PARTITION
            orders/0: ok; 77 epoch 2 sequence 2 coordinator -1 transaction -1; 78 epoch 0 sequence 0 coordinator -1 transaction -1, orders/0: ok; 77 epoch 2 sequence 2 coordinator -1 transaction -1; 78 epoch 0 sequence 0 coordinator -1 transaction -1
            nothing/0: UNKNOWN_TOPIC_OR_PARTITION "This server does not host this topic-partition.", bad$name/0: INVALID_TOPIC_EXCEPTION "Topic name is invalid: 'bad$name' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'", __cluster_metadata/0: UNKNOWN_TOPIC_OR_PARTITION "This server does not host this topic-partition."
            nothing
            orders/0: ok; 77 epoch 2 sequence 2 coordinator -1 transaction -1; 78 epoch 0 sequence 0 coordinator -1 transaction -1
        "#]],
    );
}
