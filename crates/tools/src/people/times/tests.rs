//! Times as people type them.

use expect_test::expect;

use super::{moment, roughly, shown};

const NOW: i64 = 1_790_000_000_000;

#[test]
fn moments_are_typed_in_three_ways() {
    let typed = [
        "10m",
        "1h30m",
        "2w",
        "@5",
        "2026-11-21T14:00",
        "2026-11-21",
        "2026-11-21T14:00:00+02:00",
        "2026-11-21T14:00:00.5Z",
        "",
        "10",
        "m",
        "10x",
        "tomorrow",
        "@x",
        "99999999999999999999s",
        "9999999999999999s",
    ];
    let read: Vec<String> = typed
        .iter()
        .map(|text| {
            moment(text, NOW).map_or_else(|why| format!("{text:?}: {why}"), |ms| format!("{text:?}: {}", shown(ms)))
        })
        .collect();
    expect![[r#"
        "10m": 2026-09-21T14:03:20.000Z
        "1h30m": 2026-09-21T12:43:20.000Z
        "2w": 2026-09-07T14:13:20.000Z
        "@5": 1970-01-01T00:00:00.005Z
        "2026-11-21T14:00": 2026-11-21T14:00:00.000Z
        "2026-11-21": 2026-11-21T00:00:00.000Z
        "2026-11-21T14:00:00+02:00": 2026-11-21T12:00:00.000Z
        "2026-11-21T14:00:00.5Z": 2026-11-21T14:00:00.500Z
        "":  is no time: such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)
        "10": 10 is no time: such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)
        "m": m is no time: such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)
        "10x": 10x is no time: such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)
        "tomorrow": tomorrow is no time: such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)
        "@x": @x: milliseconds since 1970 must follow the @
        "99999999999999999999s": 99999999999999999999s is no time: such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)
        "9999999999999999s": 9999999999999999s is no time: such as 10m (ago), 2026-11-21T14:00 (UTC) or @1790000000000 (milliseconds since 1970)"#]].assert_eq(&read.join("\n"));
}

#[test]
fn spans_are_told_roughly() {
    let told = [-5, 0, 119_000, 120_000, 7_200_000, 200_000_000].map(roughly);
    expect!["0 s, 0 s, 119 s, 2 min, 2 h, 2 d"].assert_eq(&told.join(", "));
}
