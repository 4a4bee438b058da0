//! Properties files as Java reads them.

use expect_test::{Expect, expect};

use super::{MalformedEscape, read};

fn check(text: &str, expected: Expect) {
    let shown = match read(text) {
        Ok(properties) => {
            let show =
                |property: &super::Property| format!("{}: {:?}={:?}\n", property.line, property.key, property.value);
            properties.iter().map(show).collect()
        }
        Err(MalformedEscape { line }) => format!("{line}: malformed escape"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn keys_end_at_a_blank_an_equals_sign_or_a_colon() {
    check(
        "a=1\n  b : 2\nc 3\ng\nh==x\ni=trail  \np = # not\n=v\n",
        expect![[r##"
            1: "a"="1"
            2: "b"="2"
            3: "c"="3"
            4: "g"=""
            5: "h"="=x"
            6: "i"="trail  "
            7: "p"="# not"
            8: ""="v"
        "##]],
    );
}

#[test]
fn comments_and_empty_lines_say_nothing() {
    check(
        "# a comment\n\n  ! another\\\nx=1\r\ny=2\rz=3",
        expect![[r#"
            4: "x"="1"
            5: "y"="2"
            6: "z"="3"
        "#]],
    );
}

#[test]
fn a_backslash_at_the_end_goes_on_in_the_next_line() {
    check(
        "d\\ e=4\\\n   5\n\\\n  m=n\nr=a\\\n\n s=t\nq=a\\\r\n  # b\nl=c\\\\\nend=\\",
        expect![[r##"
            1: "d e"="45"
            3: "m"="n"
            5: "r"="a"
            7: "s"="t"
            8: "q"="a# b"
            10: "l"="c\\"
            11: "end"=""
        "##]],
    );
}

#[test]
fn escapes_are_javas() {
    check(
        "f=\\u0041\\t\\n\\f\\r\nj\\:k\\==l\no=\\q\nu=\\uD83D\\uDE00\n",
        expect![[r#"
        1: "f"="A\t\n\u{c}\r"
        2: "j:k="="l"
        3: "o"="q"
        4: "u"="😀"
    "#]],
    );
    check("a=1\nx=\\u12", expect!["2: malformed escape"]);
    check("x=\\u12zz", expect!["1: malformed escape"]);
}

#[test]
fn no_text_is_too_strange() {
    let letters = ['\\', 'u', '0', '\n', '\r', '=', ':', ' ', '#', 'é', '😀', '\x0c'];
    let mut state: u64 = 7;
    for _ in 0..20_000 {
        let text: String = (0..24)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                letters[usize::try_from(state >> 33).unwrap_or(0) % letters.len()]
            })
            .collect();
        let _ = read(&text);
    }
}
