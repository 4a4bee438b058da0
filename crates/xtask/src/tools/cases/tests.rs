//! Command lines, as the files of cases hold them.

use expect_test::{Expect, expect};

use super::*;

fn check(text: &str, wanted: Expect) {
    let shown = match read(text) {
        Ok(cases) => cases
            .iter()
            .map(|case| {
                let Case { line, line_number, when, expected, order, measured, nodes_differ, only_on_kafka, .. } = case;
                let mut said = format!("{line_number}: {:?} {when:?} {expected:?} {order:?}", split(line));
                if *measured {
                    said += " measured";
                }
                for (name, reason) in [("nodes differ", nodes_differ), ("only on Kafka", only_on_kafka)] {
                    said += &reason.as_ref().map_or(String::new(), |reason| format!(", {name}: {reason}"));
                }
                format!("{said} {:?}\n", case.typed())
            })
            .collect(),
        Err(error) => format!("{error}\n"),
    };
    wanted.assert_eq(&shown);
}

#[test]
fn what_is_said_about_a_command_line_holds_for_the_next_one_only() {
    check(
        "# topics\n@sorted\nkafka-topics --list\n\n@differs: a version of its own\nkafka-topics --version\n@exit\na\n@measured\n@stdin 1\\t2\\n\\\\\nb\nc\n@first\n@only-on-kafka: x y\nd\n@nodes-differ: z\n@words\ne",
        expect![[r#"
            3: ["kafka-topics", "--list"] Turns Same NoneOfLines ""
            6: ["kafka-topics", "--version"] Turns Differs("a version of its own") Kept ""
            8: ["a"] Turns SameExit Kept ""
            11: ["b"] Turns Same Kept measured "1\t2\n\\"
            12: ["c"] Turns Same Kept ""
            15: ["d"] First Same Kept, only on Kafka: x y ""
            18: ["e"] Turns Same NoneOfWords, nodes differ: z ""
        "#]],
    );
    check(
        "@maybe\na",
        expect![[r#"
            line 1: compat/README.md knows no @maybe
        "#]],
    );
}

#[test]
fn words_are_split_as_a_shell_does() {
    check(
        r#"a 'b c' "d'e" f="g h" '' "#,
        expect![[r#"
            1: ["a", "b c", "d'e", "f=g h", ""] Turns Same Kept ""
        "#]],
    );
}

#[test]
fn what_changes_a_cluster_is_known_by_its_options() {
    let changes = |line: &str| Case { line: line.into(), ..Case::default() }.changes();
    assert!(changes("kafka-topics --create --topic x") && changes("scene {server} records"));
    assert!(changes("kafka-consumer-groups --reset-offsets --to-earliest --execute"));
    assert!(!changes("kafka-consumer-groups --reset-offsets --to-earliest") && !changes("kafka-topics --list"));
    let asks = |line: &str| Case { line: line.into(), ..Case::default() }.asks();
    assert!(asks("kafka-topics --list") && asks("kafka-get-offsets --topic x"));
    assert!(!asks("kafka-topics --list --delete") && !asks("kafka-console-consumer --topic x --group y"));
}
