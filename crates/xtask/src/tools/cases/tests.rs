//! Command lines, as the files of cases hold them.

use expect_test::{Expect, expect};

use super::*;

fn check(text: &str, wanted: Expect) {
    let shown = match read(text) {
        Ok(cases) => cases
            .iter()
            .map(|case| {
                format!("{}: {:?} {:?} sorted={}\n", case.line_number, split(&case.line), case.expected, case.sorted)
            })
            .collect(),
        Err(error) => format!("{error}\n"),
    };
    wanted.assert_eq(&shown);
}

#[test]
fn what_is_said_about_a_command_line_holds_for_the_next_one_only() {
    check(
        "# topics\n@sorted\nkafka-topics --list\n\n@differs: a version of its own\nkafka-topics --version\n@exit\na\nb",
        expect![[r#"
            3: ["kafka-topics", "--list"] Same sorted=true
            6: ["kafka-topics", "--version"] Differs("a version of its own") sorted=false
            8: ["a"] SameExit sorted=false
            9: ["b"] Same sorted=false
        "#]],
    );
    check(
        "@maybe\na",
        expect![[r#"
        line 1: @sorted, @exit or @differs: REASON, not @maybe
    "#]],
    );
}

#[test]
fn words_are_split_as_a_shell_does() {
    check(
        r#"a 'b c' "d'e" f="g h" '' "#,
        expect![[r#"
            1: ["a", "b c", "d'e", "f=g h", ""] Same sorted=false
        "#]],
    );
}
