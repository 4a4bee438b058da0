//! The lines, letter by letter.

use expect_test::expect;

use super::Stats;

#[test]
fn lines_are_those_of_apaches_tool() {
    let mut stats = Stats::new(1_000, 2_000, 500);
    let mut lines = Vec::new();
    for at in 0..1_000 {
        lines.extend(stats.record(at % 90, 100, 1_000 + at));
    }
    lines.push(stats.total(2_065, ""));
    expect![[r#"
        501 records sent, 1002.0 records/sec (0.10 MB/sec), 42.5 ms avg latency, 89.0 ms max latency.
        1000 records sent, 938.967136 records/sec (0.09 MB/sec), 44.10 ms avg latency, 89.00 ms max latency, 44 ms 50th, 85 ms 95th, 89 ms 99th, 89 ms 99.9th."#]].assert_eq(&lines.join("\n"));
}

#[test]
fn nothing_delivered_is_no_number() {
    expect!["0 steady state records sent, NaN records/sec (NaN MB/sec), NaN ms avg latency, 0.00 ms max latency, 0 ms 50th, 0 ms 95th, 0 ms 99th, 0 ms 99.9th."].assert_eq(&Stats::new(5, 1, 1).total(5, " steady state"));
}
