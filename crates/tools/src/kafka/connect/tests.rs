//! Settings that cannot be, as Java's exceptions name them.

use expect_test::{Expect, expect};

use super::*;

fn check(settings: &[&str], wanted: Expect) {
    let said = settings.iter().map(|setting| {
        let read = properties::read([setting.split_once('=').expect("key=value")]);
        format!("{}\n", read.map_or_else(|error| refused(&error).message().to_owned(), |_| "taken".to_owned()))
    });
    wanted.assert_eq(&said.collect::<String>());
}

#[test]
fn what_is_wrong_with_a_value_is_said_as_java_says_it() {
    check(
        &[
            "linger.ms=soon",
            "linger.ms=-1",
            "linger.ms=99999999999999999999",
            "request.timeout.ms=-1",
            "max.poll.records=0",
            "max.poll.records=2147483648",
            "send.buffer.bytes=-2",
            "send.buffer.bytes=-1",
            "acks=7",
            "isolation.level=x",
            "auto.offset.reset=x",
        ],
        expect![[r#"
            Invalid value soon for configuration linger.ms: Not a number of type LONG
            Invalid value -1 for configuration linger.ms: Value must be at least 0
            Invalid value 99999999999999999999 for configuration linger.ms: Not a number of type LONG
            Invalid value -1 for configuration request.timeout.ms: Value must be at least 0
            Invalid value 0 for configuration max.poll.records: Value must be at least 1
            Invalid value 2147483648 for configuration max.poll.records: Not a number of type INT
            Invalid value -2 for configuration send.buffer.bytes: Value must be at least -1
            taken
            Invalid value 7 for configuration acks: String must be one of: all, -1, 0, 1
            Invalid value x for configuration isolation.level: String must be one of: read_committed, read_uncommitted
            Invalid value x for configuration auto.offset.reset: Invalid value `x` for configuration auto.offset.reset. The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.
        "#]],
    );
}

#[test]
fn sending_everything_once_forbids_settings_in_javas_words() {
    let refuse = |pairs: &[(&str, &str)]| {
        let all = [("enable.idempotence", "true")].iter().chain(pairs).copied();
        properties::read(all).map_or_else(|error| refused(&error).message().to_owned(), |_| "taken".to_owned())
    };
    expect![[r#"
        Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.
        Must set retries to non-zero when using the idempotent producer.
        Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer."#]]
    .assert_eq(
        &[
            refuse(&[("acks", "1")]),
            refuse(&[("retries", "0")]),
            refuse(&[("max.in.flight.requests.per.connection", "6")]),
        ]
        .join("\n"),
    );
}
