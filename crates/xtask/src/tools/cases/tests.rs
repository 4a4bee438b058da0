//! Command lines, as the files of cases hold them.

use expect_test::{Expect, expect};

use super::*;

fn check(text: &str, wanted: Expect) {
    let shown = match read(text) {
        Ok(cases) => cases
            .iter()
            .map(|case| {
                let Case { line, line_number, expected, sorted, measured, .. } = case;
                let said =
                    [(*sorted, " sorted"), (*measured, " measured")].map(|(is, word)| if is { word } else { "" });
                format!("{line_number}: {:?} {expected:?}{} {:?}\n", split(line), said.concat(), case.typed())
            })
            .collect(),
        Err(error) => format!("{error}\n"),
    };
    wanted.assert_eq(&shown);
}

#[test]
fn what_is_said_about_a_command_line_holds_for_the_next_one_only() {
    check(
        "# topics\n@sorted\nkafka-topics --list\n\n@differs: a version of its own\nkafka-topics --version\n@exit\na\n@measured\n@stdin 1\\t2\\n\\\\\nb\nc",
        expect![[r#"
            3: ["kafka-topics", "--list"] Same sorted ""
            6: ["kafka-topics", "--version"] Differs("a version of its own") ""
            8: ["a"] SameExit ""
            11: ["b"] Same measured "1\t2\n\\"
            12: ["c"] Same ""
        "#]],
    );
    check(
        "@maybe\na",
        expect![[r#"
            line 1: @sorted, @measured, @exit, @stdin TEXT or @differs: REASON, not @maybe
        "#]],
    );
}

#[test]
fn words_are_split_as_a_shell_does() {
    check(
        r#"a 'b c' "d'e" f="g h" '' "#,
        expect![[r#"
            1: ["a", "b c", "d'e", "f=g h", ""] Same ""
        "#]],
    );
}
