//! What is replaced, what is kept, and how differences read.

use expect_test::{Expect, expect};

use super::{Known, Line, Observation, compare};

fn known() -> Known {
    Known {
        run: "x7f3".into(),
        ports: [40123, 40124],
        folders: ["/t/run".into(), "/t/script".into()],
        times_ms: 1_000_000..2_000_000,
    }
}

fn parse(lines: &str) -> Vec<Observation> {
    let observation = |line| match Line::parse(line, &known(), 0.0).unwrap() {
        Line::Observation(observation) => observation,
        Line::Client(client) => panic!("no observation: {client}"),
    };
    lines.lines().map(observation).collect()
}

#[track_caller]
fn check_plain(result: &str, expect: Expect) {
    let line = format!(r#"{{"step": "s", "result": {result}}}"#);
    expect.assert_eq(&super::show(&parse(&line)[0].seen));
}

#[track_caller]
fn check_compare(ours: &str, theirs: &str, expect: Expect) {
    let lines: Vec<String> = compare(&parse(ours), &parse(theirs)).iter().map(ToString::to_string).collect();
    expect.assert_eq(&lines.join("\n"));
}

#[test]
fn what_differs_by_nature_is_replaced() {
    check_plain(
        r#"["orders-x7f3", "127.0.0.1:40123", "1 127.0.0.1 40124 null", 40123, "/t/run/data", 1500000, 2500000]"#,
        expect![[
            r#"["orders-<run>","127.0.0.1:<port>","1 127.0.0.1 <port> null","<port>","<folder>/data","<time>",2500000]"#
        ]],
    );
    check_plain(
        r#"["TopicId: ZSohxCzASh2Aanz56WL6Wg Partitions: 3", "compat-5b7db6d7-dfb7-46a9-bffd-fa80666173b2 /127.0.0.1"]"#,
        expect![[r#"["TopicId: <id> Partitions: 3","compat-<uuid> /127.0.0.1"]"#]],
    );
    check_plain(r#"{"orders-x7f3": {"leader": 1}}"#, expect![[r#"{"orders-<run>":{"leader":1}}"#]]);
}

#[test]
fn what_only_looks_like_it_is_kept() {
    check_plain(
        r#"["log.retention.check.interval.ms", "CooperativeStickyAssignor", "ordinary-hyphenated-w", 401230, "naïve – text"]"#,
        expect![[
            r#"["log.retention.check.interval.ms","CooperativeStickyAssignor","ordinary-hyphenated-w",401230,"naïve – text"]"#
        ]],
    );
}

#[test]
fn the_same_seen_twice_is_no_difference() {
    let lines = r#"{"step": "a", "result": {"x": [1, 2]}}"#;
    check_compare(lines, lines, expect![""]);
}

#[test]
fn a_difference_names_its_place() {
    check_compare(
        r#"{"step": "create again", "result": {"topics": [{"name": "a", "code": 0}], "time": 0}}"#,
        r#"{"step": "create again", "result": {"topics": [{"name": "a", "code": 36}]}}"#,
        expect![[r#"
            create again
                .time
                  ours   0
                  theirs nothing
            create again
                .topics[0].code
                  ours   0
                  theirs 36"#]],
    );
}

#[test]
fn lists_of_names_differ_by_name() {
    check_compare(
        r#"{"step": "list", "result": ["a", "b", "c"]}"#,
        r#"{"step": "list", "result": ["b", "d"]}"#,
        expect![[r#"
            list
                ["a"]
                  ours   there
                  theirs not there
            list
                ["c"]
                  ours   there
                  theirs not there
            list
                ["d"]
                  ours   not there
                  theirs there"#]],
    );
}

#[test]
fn a_name_twice_is_a_difference() {
    check_compare(
        r#"{"step": "list", "result": ["a", "a"]}"#,
        r#"{"step": "list", "result": ["a"]}"#,
        expect![[r#"
            list
                the result
                  ours   ["a","a"]
                  theirs ["a"]"#]],
    );
}

#[test]
fn a_step_that_failed_on_one_side_is_a_difference() {
    check_compare(
        r#"{"step": "read", "unexpected": "Timeout", "detail": "in vain"}"#,
        r#"{"step": "read", "result": 44}"#,
        expect![[r#"
            read
                the result
                  ours   failed: "Timeout"
            in vain
                  theirs 44"#]],
    );
}

#[test]
fn a_script_that_ends_early_is_a_difference() {
    check_compare(
        r#"{"step": "one", "result": 1}"#,
        "{\"step\": \"one\", \"result\": 1}\n{\"step\": \"two\", \"result\": 2}",
        expect![[r#"
            two
                the result
                  ours   the script did not come so far
                  theirs 2"#]],
    );
}

#[test]
fn what_is_no_observation_is_refused() {
    for line in ["hello", "{}", r#"{"step": ""}"#, r#"{"step": 1, "result": 2}"#] {
        assert!(Line::parse(line, &known(), 0.0).is_err(), "{line}");
    }
}
