//! `--add-config` and numbers, as Java reads and prints them.

use expect_test::{Expect, expect};

use super::*;

fn check(given: &str, wanted: Expect) {
    let shown = match text::settings(given) {
        Ok(settings) => settings.iter().map(|(key, value)| format!("{key} -> {value:?}\n")).collect(),
        Err(thrown) => format!("{thrown}\n"),
    };
    wanted.assert_eq(&shown);
}

#[test]
fn brackets_keep_commas_and_equals_signs_together() {
    check(
        "a=1, b = [2,3] ,c=",
        expect![[r#"
        a -> "1"
        b -> "2,3"
        c -> ""
    "#]],
    );
    check(
        "match=[client_id=x,y=z],a=1,",
        expect![[r#"
        match -> "client_id=x,y=z"
        a -> "1"
    "#]],
    );
    check(
        "a",
        expect![[r#"
        java.lang.IllegalArgumentException: requirement failed: Invalid entity config: all configs to be added must be in the format "key=val" or  "key=[val1,val2]" to group values which contain commas.
    "#]],
    );
    check(
        "a b=1",
        expect![[r#"
        java.lang.IllegalArgumentException: Invalid character found for config key: a b
    "#]],
    );
}

#[test]
fn numbers_are_read_and_printed_as_javas() {
    let shown = ["50", " 1e7 ", "12345678.9", "0.0001", "2048.5", "1d", "-0", "x", "inf", "Infinity"]
        .map(|text| text::double(text).map_or("none".to_owned(), text::show));
    expect!["50.0 1.0E7 1.23456789E7 1.0E-4 2048.5 1.0 -0.0 none none Infinity"].assert_eq(&shown.join(" "));
}
