//! FindCoordinator in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn the_first_question_makes_the_offsets_topic() {
    check(
        "",
        "find-coordinator v0 billing
         metadata all
         find-coordinator v3 billing
         find-coordinator v4 billing shipping
         find-coordinator v6 billing",
        expect![[r#"
            node 0 at node:9092
            broker 0 at node:9092; __consumer_offsets internal 1 partitions, 1 led
            node 0 at node:9092
            billing: node 0 at node:9092, shipping: node 0 at node:9092
            billing: node 0 at node:9092
        "#]],
    );
    check(
        "",
        "find-coordinator v4 billing",
        expect![[r#"
        billing: node 0 at node:9092
    "#]],
    );
    check(
        "offsets.topic.num.partitions=4",
        "find-coordinator v4 a b c d",
        expect![[r#"
        a: node 0 at node:9092, b: node 0 at node:9092, c: node 0 at node:9092, d: node 0 at node:9092
    "#]],
    );
}

#[test]
fn many_first_questions_at_once_are_all_answered() {
    check(
        "",
        "a: find-coordinator v0 billing &
         b: find-coordinator v0 billing &
         c: find-coordinator v4 shipping &
         a: answer
         b: answer
         c: answer",
        expect![[r#"
            node 0 at node:9092 after 0 ms
            node 0 at node:9092 after 0 ms
            shipping: node 0 at node:9092 after 0 ms
        "#]],
    );
}

#[test]
fn what_has_no_coordinator_here_stops_the_client() {
    check(
        "",
        "find-coordinator v4 t type=1
         find-coordinator v1 t type=1
         find-coordinator v6 t type=2
         find-coordinator v6 t type=9",
        expect![[r#"
            t: INVALID_REQUEST "Transactions are not served yet"
            INVALID_REQUEST "Transactions are not served yet"
            t: INVALID_REQUEST "Share groups are not served yet"
            t: INVALID_REQUEST "There is no such key type"
        "#]],
    );
}
