//! Metadata in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_topic_is_created_on_first_use_if_the_request_allows_it() {
    check(
        "num.partitions=3",
        "metadata orders create=no
         metadata orders
         metadata orders create=no
         metadata v0 old
         metadata v3 older
         metadata old old id:older id:older older
         metadata twice twice
         metadata bad$name
         metadata __consumer_offsets
         metadata all",
        expect![[r#"
            broker 0 at node:9092; orders UNKNOWN_TOPIC_OR_PARTITION
            broker 0 at node:9092; orders 3 partitions, 3 led
            broker 0 at node:9092; orders 3 partitions, 3 led
            broker 0 at node:9092; old 3 partitions, 3 led
            broker 0 at node:9092; older 3 partitions, 3 led
            broker 0 at node:9092; old 3 partitions, 3 led, (null) UNKNOWN_TOPIC_ID, older 3 partitions, 3 led
            broker 0 at node:9092; twice 3 partitions, 3 led
            broker 0 at node:9092; bad$name INVALID_TOPIC_EXCEPTION
            broker 0 at node:9092; __consumer_offsets internal 1 partitions, 1 led
            broker 0 at node:9092; __consumer_offsets internal 1 partitions, 1 led, old 3 partitions, 3 led, older 3 partitions, 3 led, orders 3 partitions, 3 led, twice 3 partitions, 3 led
        "#]],
    );
}

#[test]
fn a_broker_that_creates_no_topics_does_not() {
    check(
        "auto.create.topics.enable=false",
        "metadata orders
         metadata v0 orders
         metadata all",
        expect![[r#"
            broker 0 at node:9092; orders UNKNOWN_TOPIC_OR_PARTITION
            broker 0 at node:9092; orders UNKNOWN_TOPIC_OR_PARTITION
            broker 0 at node:9092; no topics
        "#]],
    );
}

#[test]
fn an_empty_list_means_all_in_version_0_and_none_later() {
    check(
        "",
        "create orders 2
         metadata v0 none
         metadata v1 none
         metadata v1 all
         metadata none
         metadata all",
        expect![[r#"
            ok
            broker 0 at node:9092; orders 2 partitions, 2 led
            broker 0 at node:9092; no topics
            broker 0 at node:9092; orders 2 partitions, 2 led
            broker 0 at node:9092; no topics
            broker 0 at node:9092; orders 2 partitions, 2 led
        "#]],
    );
}

#[test]
fn topics_are_known_by_id() {
    check(
        "",
        "create orders
         metadata id:orders
         metadata id:nothing
         metadata v10 orders
         delete orders
         metadata id:orders",
        expect![[r#"
            ok
            broker 0 at node:9092; orders 1 partitions, 1 led
            broker 0 at node:9092; (null) UNKNOWN_TOPIC_ID
            broker 0 at node:9092; orders 1 partitions, 1 led
            ok
            broker 0 at node:9092; (null) UNKNOWN_TOPIC_ID
        "#]],
    );
}
