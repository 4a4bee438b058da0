//! Which records an expression lets through.

use std::sync::Arc;

use bytes::Bytes;
use expect_test::{Expect, expect};
use kampa_client::consumer::{ConsumerRecord, RecordHeader, TimestampType};

use super::Filter;

fn record() -> ConsumerRecord {
    ConsumerRecord {
        topic: Arc::from("orders"),
        partition: 2,
        offset: 41,
        leader_epoch: None,
        timestamp_ms: 1_790_000_000_000,
        timestamp_type: TimestampType::CreateTime,
        key: Some(Bytes::from_static(b"eu-17")),
        value: Some(Bytes::from_static(br#"{"amount": 12.5, "lines": [{"sku": "a b"}], "paid": false, "none": null}"#)),
        headers: vec![RecordHeader { key: "trace".into(), value: Some(Bytes::from_static(b"9")) }],
    }
}

fn check(expressions: &[&str], expected: Expect) {
    let judged: Vec<String> = expressions
        .iter()
        .map(|text| match Filter::read(text) {
            Ok(filter) => format!("{text}: {}", if filter.lets_through(&record()) { "yes" } else { "no" }),
            Err(why) => format!("{text}: {why}"),
        })
        .collect();
    expected.assert_eq(&judged.join("\n"));
}

#[test]
fn fields_are_compared() {
    check(
        &[
            "offset == 41",
            "offset=42",
            "partition < 2",
            "timestamp >= 1790000000000",
            "topic != 'orders'",
            "key == eu-17",
            "key == \"eu-17\"",
            "key ~ '^eu-[0-9]+$'",
            "key !~ us",
            "value contains 'sku'",
            "header.trace > 8",
            "header.other",
            "value.amount > 12",
            "value.amount == '12.5'",
            "value.lines[0].sku == 'a b'",
            "value.lines[1].sku == null",
            "value.paid",
            "not value.paid",
            "!value.none",
            "value.none == null",
            "value.none == 0",
        ],
        expect![[r#"
            offset == 41: yes
            offset=42: no
            partition < 2: no
            timestamp >= 1790000000000: yes
            topic != 'orders': no
            key == eu-17: eu-17 is no field (topic, partition, offset, timestamp, key, value, value.path, header.name); a text stands in quotes
            key == "eu-17": yes
            key ~ '^eu-[0-9]+$': yes
            key !~ us: yes
            value contains 'sku': yes
            header.trace > 8: yes
            header.other: no
            value.amount > 12: yes
            value.amount == '12.5': yes
            value.lines[0].sku == 'a b': yes
            value.lines[1].sku == null: yes
            value.paid: no
            not value.paid: yes
            !value.none: yes
            value.none == null: yes
            value.none == 0: no"#]],
    );
}

#[test]
fn words_bind_as_people_expect() {
    check(
        &[
            "offset == 1 or offset == 41 and key ~ eu",
            "(offset == 1 or offset == 41) and key ~ us",
            "not (offset == 1)",
            "offset==41&&partition==2||key=='x'",
        ],
        expect![[r#"
            offset == 1 or offset == 41 and key ~ eu: yes
            (offset == 1 or offset == 41) and key ~ us: no
            not (offset == 1): yes
            offset==41&&partition==2||key=='x': yes"#]],
    );
}

#[test]
fn what_is_wrong_is_said() {
    let deep = "(".repeat(100);
    check(
        &[
            "",
            "offset ==",
            "== 1",
            "amount > 1",
            "(offset == 1",
            "offset == 1 key",
            "key ~ '('",
            "key == 'a",
            "value..a",
            "value[x]",
            &deep,
        ],
        expect![[r#"
            : the expression ends too early
            offset ==: the expression ends too early
            == 1: == stands where a field or a value should
            amount > 1: amount is no field (topic, partition, offset, timestamp, key, value, value.path, header.name); a text stands in quotes
            (offset == 1: a bracket is not closed
            offset == 1 key: key stands where the expression should end
            key ~ '(': ( is no pattern: error: unclosed group
            key == 'a: the text 'a has no end
            value..a: ..a is no path such as .a.b[0]
            value[x]: [x] is no path such as .a.b[0]
            ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((: more than 64 brackets and negations"#]],
    );
}
