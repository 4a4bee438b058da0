//! What connections may cost a node, in scripts.

use expect_test::expect;

use crate::testing::check;

mod directories;
mod together;

#[test]
fn connections_beyond_the_limit_are_closed_at_once() {
    check(
        "max.connections=2",
        "a: metadata none
         b: metadata none
         c: is-closed
         b: hang-up
         sleep 10
         c: metadata none",
        expect![[r#"
            broker 0 at node:9092; no topics
            broker 0 at node:9092; no topics
            closed
            broker 0 at node:9092; no topics
        "#]],
    );
}

#[test]
fn an_address_has_a_limit_and_some_have_their_own() {
    check(
        "max.connections.per.ip=1",
        "a: metadata none
         b: is-closed
         a: metadata none",
        expect![[r#"
            broker 0 at node:9092; no topics
            closed
            broker 0 at node:9092; no topics
        "#]],
    );
    check(
        "max.connections.per.ip=1 max.connections.per.ip.overrides=clients:2",
        "a: metadata none
         b: metadata none
         c: is-closed",
        expect![[r#"
            broker 0 at node:9092; no topics
            broker 0 at node:9092; no topics
            closed
        "#]],
    );
}

#[test]
fn a_silent_connection_is_closed_and_a_waiting_one_is_not() {
    check(
        "connections.max.idle.ms=3000",
        "create orders
         b: fetch orders/0@0 wait=10000 &
         sleep 3500
         a: is-closed
         b: answer
         sleep 1500
         b: is-closed
         sleep 1000
         b: is-closed",
        expect![[r#"
            ok
            closed
            orders/0: hw=0 after 10000 ms
            open
            closed
        "#]],
    );
}

#[test]
fn a_frame_larger_than_a_request_may_be_closes_the_connection() {
    check(
        "socket.request.max.bytes=1000",
        "create orders
         produce orders/0 a*1000
         produce orders/0 a*800
         bytes 7f ff ff ff
         bytes ff ff ff ff
         bytes 16 03 01 02 00 01 00 01 fc 03 03
         bytes 00 00 00 00",
        expect![[r#"
            ok
            closed
            orders/0: base=0
            closed
            closed
            closed
            closed
        "#]],
    );
}
