//! Settings take effect when they are changed, on partitions and connections that are open.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_brokers_setting_counts_at_once_and_after_a_restart() {
    let long = "x".repeat(200);
    check(
        "",
        &format!(
            "create orders
             create large max.message.bytes=100000
             produce orders/0 {long}
             alter brokers message.max.bytes=100
             produce orders/0 {long}
             produce large/0 {long}
             alter broker:0 message.max.bytes=1000
             produce orders/0 {long}
             alter broker:0 message.max.bytes!
             produce orders/0 {long}
             restart
             produce orders/0 {long}
             alter brokers message.max.bytes!
             produce orders/0 {long}"
        ),
        expect![[r#"
            ok
            ok
            orders/0: base=0
            ok
            orders/0: MESSAGE_TOO_LARGE
            large/0: base=0
            ok
            orders/0: base=1
            ok
            orders/0: MESSAGE_TOO_LARGE
            orders/0: MESSAGE_TOO_LARGE
            ok
            orders/0: base=2
        "#]],
    );
}

#[test]
fn a_topics_setting_counts_at_once() {
    let long = "x".repeat(200);
    check(
        "",
        &format!(
            "create orders
             alter topic:orders max.message.bytes=100
             produce orders/0 {long}
             replace topic:orders
             produce orders/0 {long}"
        ),
        expect![[r#"
            ok
            ok
            orders/0: MESSAGE_TOO_LARGE
            ok
            orders/0: base=0
        "#]],
    );
}

#[test]
fn what_a_segment_may_hold_counts_at_once() {
    check(
        "log.initial.task.delay.ms=0 log.retention.check.interval.ms=1000",
        "create orders internal.segment.bytes=100
         produce orders/0 a
         produce orders/0 b
         produce orders/0 c
         sleep 5000
         list-offsets orders/0@-2
         alter brokers log.retention.bytes=1
         sleep 5000
         list-offsets orders/0@-2",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=1
            orders/0: base=2
            orders/0: 0 at -1
            ok
            orders/0: 2 at -1
        "#]],
    );
}

#[test]
fn limits_of_connections_count_for_new_ones() {
    check(
        "",
        "metadata none
         alter brokers max.connections.per.ip=1
         metadata none
         b: metadata none
         alter brokers max.connections.per.ip!
         c: metadata none
         alter broker:0 max.connections=1
         d: metadata none",
        expect![[r#"
            broker 0 at node:9092; no topics
            ok
            broker 0 at node:9092; no topics
            closed
            ok
            broker 0 at node:9092; no topics
            ok
            closed
        "#]],
    );
}
