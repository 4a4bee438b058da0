//! Command lines that end before anything is measured, and the columns.

use expect_test::{Expect, expect};

use super::*;
use crate::testing::shown;

fn check(line: &str, wanted: Expect) {
    let shown = shown(line, "", run);
    wanted.assert_eq(shown.lines().take(2).collect::<Vec<_>>().join("\n").as_str());
}

#[test]
fn what_is_missing_is_said_first() {
    check(
        "--topic t --bootstrap-server h:1",
        expect![[r#"
            ! Exactly one of the following arguments is required: [messages], [num-records]
            ! Option                                   Description"#]],
    );
    check(
        "--num-records 5 --bootstrap-server h:1",
        expect![[r#"
            ! Exactly one of the following arguments is required: [topic], [include]
            ! Option                                   Description"#]],
    );
    check(
        "--num-records 5 --messages 6 --topic t --bootstrap-server h:1",
        expect![[r#"
            ! Exactly one of the following arguments is required: [messages], [num-records]
            ! Option                                   Description"#]],
    );
    check(
        "--num-records 5 --topic t --bootstrap-server h:1 --reporting-interval 0",
        expect![[r#"
            start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec
            ! Reporting interval must be greater than 0."#]],
    );
}

#[test]
fn columns_are_rounded_as_apaches() {
    let test = Test {
        topic: "t".to_owned(),
        pattern: None,
        count: 10,
        timeout_ms: 0,
        interval_ms: 1,
        is_detailed: false,
        date_format: "HH:mm:ss:SSS".to_owned(),
        properties: Properties::default(),
    };
    let total = Total { records: 1_000, bytes: 10_000_000 };
    expect!["00:00:00:000, 00:00:02:000, 9.5367, 4.7684, 1000, 500.0000, 500, 1500, 6.3578, 666.6667"]
        .assert_eq(&test.summary(total, 0, 2_000, 500));
    expect!["00:00:00:000, 00:00:02:000, 9.5367, 4.7684, 1000, 500.0000, 2000, 0, Infinity, Infinity"]
        .assert_eq(&test.summary(total, 0, 2_000, 2_000));
    expect!["00:00:01:000, 0, 9.5367, 5.7220, 1000, 600.0000, 200, 800, 7.1526, 750.0000"].assert_eq(&test.progress(
        total,
        Total { records: 400, bytes: 4_000_000 },
        0,
        1_000,
        200,
    ));
}
