//! Records as they are shown.

use std::sync::Arc;

use bytes::Bytes;
use expect_test::{Expect, expect};
use kampa_client::consumer::{ConsumerRecord, RecordHeader, TimestampType};

use super::Shape;

fn check(shape: &str, expected: Expect) {
    let record = |key: Option<&'static [u8]>, value: Option<&'static [u8]>| ConsumerRecord {
        topic: Arc::from("orders"),
        partition: 2,
        offset: 41,
        leader_epoch: None,
        timestamp_ms: 1_790_000_000_000,
        timestamp_type: TimestampType::CreateTime,
        key: key.map(Bytes::from_static),
        value: value.map(Bytes::from_static),
        headers: vec![RecordHeader { key: "trace".into(), value: Some(Bytes::from_static(b"9")) }],
    };
    let records = [record(Some(b"k"), Some(br#"{"a": [1]}"#)), record(None, None), record(None, Some(b"\xff\xfe"))];
    let shown = Shape::read(shape).map(|shape| records.iter().map(|record| shape.show(record)).collect::<String>());
    expected.assert_eq(&shown.unwrap_or_else(|why| why));
}

#[test]
fn as_text() {
    check(
        "text",
        expect![[r#"
            k	{"a": [1]}
            null
            ��
        "#]],
    );
}

#[test]
fn as_json() {
    check(
        "json",
        expect![[r#"
            {"headers":[{"name":"trace","value":"9"}],"key":"k","offset":41,"partition":2,"timestamp":"2026-09-21T14:13:20.000Z","topic":"orders","value":{"a":[1]}}
            {"headers":[{"name":"trace","value":"9"}],"key":null,"offset":41,"partition":2,"timestamp":"2026-09-21T14:13:20.000Z","topic":"orders","value":null}
            {"headers":[{"name":"trace","value":"9"}],"key":null,"offset":41,"partition":2,"timestamp":"2026-09-21T14:13:20.000Z","topic":"orders","value_hex":"fffe"}
        "#]],
    );
}

#[test]
fn as_bytes() {
    check(
        "hex",
        expect![[r#"
            orders-2 @41
              key: 1 bytes
                000000  6b                                               k
              value: 10 bytes
                000000  7b 22 61 22 3a 20 5b 31 5d 7d                    {"a": [1]}
            orders-2 @41
              key: null
              value: null
            orders-2 @41
              key: null
              value: 2 bytes
                000000  ff fe                                            ..
        "#]],
    );
}

#[test]
fn as_a_template_says() {
    check(
        "{topic}/{partition}@{offset}\\t{timestamp} {key}={value} [{headers}]",
        expect![[r#"
            orders/2@41	2026-09-21T14:13:20.000Z k={"a": [1]} [trace=9]
            orders/2@41	2026-09-21T14:13:20.000Z null=null [trace=9]
            orders/2@41	2026-09-21T14:13:20.000Z null=�� [trace=9]
        "#]],
    );
    check("{offset", expect!["a brace is not closed"]);
    check("{amount}", expect!["{amount} is no field: topic, partition, offset, timestamp, key, value, headers"]);
    check("yaml", expect!["yaml is no format: text, json, hex, or a template such as '{offset} {key}={value}'"]);
}
