//! What may differ between two runs, made equal.

use expect_test::{Expect, expect};

use super::*;

pub fn names() -> Names {
    Names {
        server: "127.0.0.1:9092".into(),
        controller: "127.0.0.1:9093".into(),
        nobody: "127.0.0.1:1".into(),
        files: "/files".into(),
        work: "/work".into(),
        data: "/data".into(),
        kept: "/kept".into(),
        golden: "/golden".into(),
    }
}

fn check(text: &str, wanted: Expect) {
    let said = Said { code: 0, out: text.into(), err: String::new() };
    wanted.assert_eq(&normal(&addresses(&said, &names())).out);
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
fn of_a_warning_nothing_stays() {
    check(
        "[main] WARN a.B - slow\na.b.c.OddException: no: not\n at [Source: x]\n\tat x.Y.z(Y.java:1)\nsaid\na.b.OddException: yes",
        expect![[r#"
            said
            a.b.OddException: yes
        "#]],
    );
    check(
        "[2026-01-02 03:04:05,678] WARN slow (a.B)\na.b.OddException: yes\n[main] ERROR org.apache.kafka.clients.Metadata - no\na.b.OddException: yes",
        expect![[r#"
            a.b.OddException: yes
            a.b.OddException: yes
        "#]],
    );
}

#[test]
fn ports_members_and_checksums_of_the_time_are_hidden() {
    check(
        "1 127.0.0.1 9092 null\n\"port\":9093,\"at\":9092\nfirst-01234567-89ab-cdef-0123-456789abcdef, CreateTime: 1795270366000 crc: 123 isvalid\nCreateTime: 1767225600000 crc: 123",
        expect![[r#"
            1 127.0.0.1 {server port} null
            "port":{controller port},"at":9092
            first-<uuid>, CreateTime: <time> crc: <crc> isvalid
            CreateTime: 1767225600000 crc: 123
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

#[test]
fn figures_that_nobody_asked_for_are_hidden() {
    let said =
        Said { code: 0, out: "100 sent, 3.25 a second, at 1.23456789, in 7 ms, topic t1.".into(), err: String::new() };
    expect!["100 sent, #.## a second, at #.####, in # ms, topic t#."]
        .assert_eq(&without_figures(&said, "perf --count 100 --topic t1").out);
    let said = Said { code: 0, out: "1000, 0, Infinity, NaN".into(), err: String::new() };
    expect!["#, #, #.####, #.####"].assert_eq(&without_figures(&said, "perf --count 100").out);
    check(
        "at 1795270366000, not 9795270366000",
        expect![[r#"
        at <time>, not 9795270366000
    "#]],
    );
}
