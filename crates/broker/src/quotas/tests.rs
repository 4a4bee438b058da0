//! Quotas as clients feel them, in virtual time.

use expect_test::expect;

use crate::testing::check;

#[test]
fn who_produces_too_much_is_answered_and_then_waits() {
    check(
        "",
        "create orders
         set-quota client-id:script producer_byte_rate=1000
         produce orders/0 x*20000
         produce orders/0 x &
         answer
         b: produce orders/0 x client-id=other
         quota-uses
         set-quota client-id:script producer_byte_rate=-
         produce orders/0 x*20000
         produce orders/0 x &
         answer
         sleep 20000
         quota-uses",
        expect![[r#"
            ok
            ok
            orders/0: base=0, throttled 10100 ms
            orders/0: base=1, throttled 10100 ms after 10100 ms
            orders/0: base=2
            Produce */script 2000 throttled 10100 ms
            ok
            orders/0: base=3
            orders/0: base=4 after 0 ms
            none
        "#]],
    );
}

#[test]
fn a_produce_that_wants_no_answer_mutes_too() {
    check(
        "",
        "create orders
         set-quota user:ANONYMOUS producer_byte_rate=1000
         produce orders/0 x*20000 acks=0
         fetch orders/0@0 &
         answer",
        expect![[r#"
            ok
            ok
            open
            orders/0: hw=1 0:20000 bytes after 9100 ms
        "#]],
    );
}

#[test]
fn a_fetch_over_the_quota_is_empty_and_the_next_one_waits() {
    check(
        "",
        "create orders
         produce orders/0 x*6000
         produce orders/0 x*6000
         set-quota user: consumer_byte_rate=1000
         fetch orders/0@0 max=7000 session=0
         fetch orders/0@1 max=7000 session=0
         fetch orders/0@1 max=7000 session=0 &
         answer
         set-quota user: consumer_byte_rate=100
         sleep 20000
         fetch orders/0@0
         sleep 60000
         fetch orders/0@0",
        expect![[r#"
            ok
            orders/0: base=0
            orders/0: base=1
            ok
            session 1, orders/0: hw=2 0:6000 bytes
            throttled 2300 ms
            throttled 2000 ms after 2250 ms
            ok
            throttled 51400 ms
            throttled 51400 ms
        "#]],
    );
}

#[test]
fn topics_over_the_quota_are_refused_or_made_and_waited_for() {
    check(
        "",
        "set-quota client-id: controller_mutation_rate=1
         create a 20
         create b 1
         delete v5 a
         partitions v3 a 21
         metadata c
         create v5 b 1
         create v5 c 1 &
         answer
         delete v4 b
         sleep 60000
         delete a
         metadata c",
        expect![[r#"
            ok
            ok
            THROTTLING_QUOTA_EXCEEDED, throttled 9000 ms
            ok
            UNKNOWN_TOPIC_OR_PARTITION
            broker 0 at node:9092; c UNKNOWN_TOPIC_OR_PARTITION
            ok, throttled 21000 ms
            ok, throttled 1000 ms after 20950 ms
            ok, throttled 1000 ms
            UNKNOWN_TOPIC_OR_PARTITION "This server does not host this topic-partition."
            broker 0 at node:9092; c 1 partitions, 1 led
        "#]],
    );
}

#[test]
fn connections_that_come_too_fast_are_held_and_closed() {
    check(
        "",
        "accepted 4
         set-quota ip: connection_creation_rate=1
         accepted 12
         sleep 20000
         set-quota ip:clients connection_creation_rate=100
         accepted 14",
        expect![[r#"
            open open open open
            ok
            open open open open open open open open open open closed closed
            ok
            open open open open open open open open open open open open open open
        "#]],
    );
}
