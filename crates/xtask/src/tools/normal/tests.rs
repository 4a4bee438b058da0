//! What may differ between two runs, made equal.

use expect_test::{Expect, expect};

use super::*;

fn check(text: &str, wanted: Expect) {
    let names = Names {
        server: "127.0.0.1:9092".into(),
        controller: "127.0.0.1:9093".into(),
        nobody: "127.0.0.1:1".into(),
        files: "/files".into(),
        work: "/work".into(),
        data: "/data".into(),
    };
    let said = Said { code: 0, out: text.into(), err: String::new() };
    wanted.assert_eq(&normal(&said, &names).out);
}

#[test]
fn both_ways_to_log_an_exception_read_the_same() {
    check(
        "[main] ERROR org.apache.kafka.tools.TopicCommand - a.b.Odd: no - not\n\tat x.Y.z(Y.java:1)\nCaused by: c.D: e\n\t... 3 more\nnext",
        expect![[r#"
            ERROR org.apache.kafka.tools.TopicCommand: a.b.Odd: no - not
            next
        "#]],
    );
    check(
        "[2026-01-02 03:04:05,678] ERROR a.b.Odd: no - not (org.apache.kafka.tools.TopicCommand)\n[main] WARN a.B - slow\n[other] text",
        expect![[r#"
            ERROR org.apache.kafka.tools.TopicCommand: a.b.Odd: no - not
            [other] text
        "#]],
    );
}

#[test]
fn addresses_and_ids_are_hidden_and_a_usage_is_cut() {
    check(
        "at 127.0.0.1:9092: 3I_d6q5LRfO5LkgsnSDzkw, AAAAAAAAAAAAAAAAAAAAAQ, a-name-of-22-characters\nOption    Description\n--x",
        expect![[r#"
            at {server}: <id>, AAAAAAAAAAAAAAAAAAAAAQ, a-name-of-22-characters
        "#]],
    );
}
