//! Lines to records, and command lines that are refused, as Apache's tool does it.

use expect_test::{Expect, expect};

use super::reader::LineReader;
use crate::kafka::clients::Properties;
use crate::testing::shown;

/// A line as it is read with these settings.
fn read(settings: &[&str], line: &str, expected: Expect) {
    let mut properties = Properties::default();
    properties.words(settings.iter().copied());
    let told =
        LineReader::new(&properties).and_then(|mut reader| reader.parse(line).map(|parsed| format!("{parsed:?}")));
    expected.assert_eq(&told.unwrap_or_else(|thrown| thrown.to_string()));
}

#[test]
fn a_line_is_a_value_unless_more_is_wanted() {
    read(&[], "k\tv", expect![[r#"Parsed { key: None, value: Some("k\tv"), headers: [] }"#]]);
    read(&["parse.key=TRUE "], "k\tv\tw", expect![[r#"Parsed { key: Some("k"), value: Some("v\tw"), headers: [] }"#]]);
    read(
        &["parse.key=true", "key.separator=::"],
        "k::v",
        expect![[r#"Parsed { key: Some("k"), value: Some("v"), headers: [] }"#]],
    );
    read(
        &["parse.key=true"],
        "v",
        expect!["org.apache.kafka.common.KafkaException: No key separator found on line number 1: 'v'"],
    );
    read(
        &["parse.key=true", "ignore.error=true"],
        "v",
        expect![[r#"Parsed { key: None, value: Some("v"), headers: [] }"#]],
    );
}

#[test]
fn headers_stand_first() {
    read(
        &["parse.headers=true", "parse.key=true"],
        "a:1,b:2,,\tk\tv",
        expect![[r#"Parsed { key: Some("k"), value: Some("v"), headers: [("a", Some("1")), ("b", Some("2"))] }"#]],
    );
    read(
        &["parse.headers=true"],
        "a:1,b\tv",
        expect!["org.apache.kafka.common.KafkaException: No header key separator found in pair 'b' on line number 1"],
    );
    read(
        &["parse.headers=true", "ignore.error=true"],
        "a:1,b\tv",
        expect![[r#"Parsed { key: None, value: Some("v"), headers: [("a", Some("1")), ("b", None)] }"#]],
    );
    read(
        &["parse.headers=true", "headers.separator=\\|"],
        "a:1|b:2\tv",
        expect![[r#"Parsed { key: None, value: Some("v"), headers: [("a", Some("1")), ("b", Some("2"))] }"#]],
    );
    read(
        &["parse.headers=true", "null.marker=NULL"],
        "NULL\tNULL",
        expect!["Parsed { key: None, value: None, headers: [] }"],
    );
    read(
        &["parse.headers=true", "null.marker=N"],
        "a:N\tv",
        expect![[r#"Parsed { key: None, value: Some("v"), headers: [("a", None)] }"#]],
    );
    read(
        &["parse.headers=true", "null.marker=N"],
        "N:1\tv",
        expect![
            "org.apache.kafka.common.KafkaException: Header keys should not be equal to the null marker 'N' as they can't be null"
        ],
    );
    read(
        &["parse.headers=true", "headers.separator=:"],
        "",
        expect!["org.apache.kafka.common.KafkaException: headers.separator and headers.key.separator may not be equal"],
    );
}

/// The first line of what the tool says to a command line.
fn check(line: &str, expected: Expect) {
    let told = shown(line, "", super::run);
    let first = told.lines().next().unwrap_or_default();
    expected.assert_eq(&format!("{first} / {}", told.lines().last().unwrap_or_default()));
}

#[test]
fn command_lines_that_cannot_be() {
    check("--topic c", expect!["! Error while validating the bootstrap address / exit 1"]);
    check("--bootstrap-server localhost:1", expect![[r#"! Missing required argument "[topic]" / exit 1"#]]);
    check(
        "--bootstrap-server zzz --topic c",
        expect!["! Please provide valid host:port like host1:9091,host2:9092 / exit 1"],
    );
    check(
        "--bootstrap-server a:1 --topic c --property a=b --reader-property c=d",
        expect!["! Options --reader-property and --property cannot be specified together. / exit 1"],
    );
    check(
        "--bootstrap-server a:1 --topic c --line-reader foo.Bar",
        expect![
            "failed: java.lang.ClassNotFoundException: foo.Bar / failed: java.lang.ClassNotFoundException: foo.Bar"
        ],
    );
    check(
        "--bootstrap-server a:1 --topic c --command-property",
        expect!["! Option command-property requires an argument / exit 1"],
    );
    check(
        "--bootstrap-server a:1 --topic c --command-config /none",
        expect!["failed: java.nio.file.NoSuchFileException: /none / failed: java.nio.file.NoSuchFileException: /none"],
    );
    check(
        "--bootstrap-server a:1 --topic c --producer-property acks=7",
        expect![
            "Warning: --producer-property is deprecated and will be removed in a future version. Use --command-property instead. / failed: org.apache.kafka.common.config.ConfigException: Invalid value 7 for configuration acks: String must be one of: all, -1, 0, 1"
        ],
    );
    check("--version", expect!["4.4.0 / exit 0"]);
}
