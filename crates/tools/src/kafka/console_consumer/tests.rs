//! How records are shown, and command lines that end before a server is asked; compared with Apache's tool.

use bytes::Bytes;
use expect_test::{Expect, expect};
use kampa_client::consumer::{RecordHeader, TimestampType};

use super::formatter::Formatter;
use super::*;
use crate::kafka::clients::Properties;
use crate::testing::shown;

fn record(key: Option<&[u8]>, value: Option<&[u8]>) -> ConsumerRecord {
    ConsumerRecord {
        topic: "t".into(),
        partition: 1,
        offset: 7,
        leader_epoch: Some(3),
        timestamp_ms: 1_795_270_947_848,
        timestamp_type: TimestampType::CreateTime,
        key: key.map(Bytes::copy_from_slice),
        value: value.map(Bytes::copy_from_slice),
        headers: Vec::new(),
    }
}

fn format(class: &str, properties: &[&str], record: &ConsumerRecord) -> String {
    let mut of = Properties::default();
    of.words(properties.iter().copied());
    let class = format!("org.apache.kafka.tools.consumer.{class}");
    shown("", "", async |call| {
        let formatter = Formatter::named(&call, &class, &of).expect("a class of Kafka's");
        let mut out = Vec::new();
        let written = formatter.write(record, &mut out);
        call.streams.out.bytes(&out);
        written.unwrap_or_else(|thrown| call.streams.out.text(format_args!("! {thrown}")));
        Ok(())
    })
}

#[test]
fn the_default_formatter_shows_what_it_is_told() {
    let mut one = record(Some(b"k"), Some(b"v"));
    one.headers = vec![
        RecordHeader { key: Bytes::from_static(b"h1"), value: Some(Bytes::from_static(b"a")) },
        RecordHeader { key: Bytes::from_static(b"h2"), value: None },
    ];
    let all = ["timestamp", "partition", "offset", "delivery", "epoch", "headers", "key"];
    let all: Vec<String> = all.iter().map(|what| format!("print.{what}=TRUE")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    expect![[r#"
        CreateTime:1795270947848	Partition:1	Offset:7	Delivery:NOT_PRESENT	Epoch:NOT_PRESENT	h1:a,h2:null	k	v
    "#]]
    .assert_eq(&format("DefaultMessageFormatter", &all, &one));
    let shown = format("DefaultMessageFormatter", &["print.value=false", "print.key=true", "line.separator=|"], &one);
    assert_eq!(shown, "k|");
    let nothing = record(None, None);
    let shown = format("DefaultMessageFormatter", &["print.key=true", "key.separator==", "null.literal=-"], &nothing);
    assert_eq!(shown, "-=-\n");
    assert_eq!(format("NoOpMessageFormatter", &[], &one), "");
}

#[test]
fn deserializers_show_what_java_shows() {
    let show = |class: &str, bytes: &[u8]| {
        let property = format!("value.deserializer=org.apache.kafka.common.serialization.{class}Deserializer");
        format("DefaultMessageFormatter", &[&property, "line.separator="], &record(None, Some(bytes)))
    };
    assert_eq!(show("Long", &(-5i64).to_be_bytes()), "-5");
    assert_eq!(show("Integer", &7i32.to_be_bytes()), "7");
    assert_eq!(show("Boolean", &[1]), "true");
    assert_eq!(show("Bytes", b"a\\\x00\xff"), "a\\\\\\x00\\xFF");
    assert_eq!(show("UUID", b"1-2-3-4-5"), "00000001-0002-0003-0004-000000000005");
    for (value, text) in [
        (1.0, "1.0"),
        (0.1, "0.1"),
        (1234567.5, "1234567.5"),
        (1e7, "1.0E7"),
        (1.5e-4, "1.5E-4"),
        (0.001, "0.001"),
        (-0.0, "-0.0"),
        (f64::INFINITY, "Infinity"),
        (f64::NAN, "NaN"),
        (100.0, "100.0"),
    ] {
        assert_eq!(show("Double", &f64::to_be_bytes(value)), text);
    }
    assert_eq!(show("Float", &f32::to_be_bytes(0.1)), "0.1");
    let error =
        "! org.apache.kafka.common.errors.SerializationException: Size of data received by LongDeserializer is not 8";
    assert_eq!(show("Long", b"v"), error);
    let unknown = show("NoSuch", b"v");
    assert!(unknown.starts_with('v') && unknown.contains("ERROR Unable to instantiate a deserializer"), "{unknown}");
}

#[test]
fn records_of_the_coordinators_are_shown_as_json_and_others_passed_over() {
    let key = |number: i16, rest: &[u8]| [&number.to_be_bytes()[..], rest].concat();
    let group = record(Some(&key(2, b"\0\x01g")), None);
    expect![[r#"{"key":{"type":2,"data":{"group":"g"}},"value":null}"#]].assert_eq(&format(
        "GroupMetadataMessageFormatter",
        &[],
        &group,
    ));
    assert_eq!(format("OffsetsMessageFormatter", &[], &group), "");
    let place = key(1, b"\0\x01g\0\x01t\0\0\0\x02");
    let offset =
        [&3i16.to_be_bytes()[..], &42i64.to_be_bytes(), &1i32.to_be_bytes(), b"\0\x01m", &9i64.to_be_bytes()].concat();
    expect![[r#"{"key":{"type":1,"data":{"group":"g","topic":"t","partition":2}},"value":{"version":3,"data":{"offset":42,"leaderEpoch":1,"metadata":"m","commitTimestamp":9}}}"#]].assert_eq(&format("OffsetsMessageFormatter", &[], &record(Some(&place), Some(&offset))));
    expect![
        "! java.lang.RuntimeException: Could not read record at offset 7 due to: the value is shorter than its version"
    ]
    .assert_eq(&format("OffsetsMessageFormatter", &[], &record(Some(&place), Some(&[0]))));
}

fn check(line: &str, wanted: Expect) {
    let shown = shown(line, "", run);
    wanted.assert_eq(&shown.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
}

#[test]
fn command_lines_that_cannot_be() {
    let server = "--bootstrap-server 127.0.0.1:1";
    for line in [
        "--topic t --include t".to_owned(),
        format!("{server} --partition 0 --include t"),
        format!("{server} --topic t --offset 5"),
        format!("{server} --topic t --partition 0 --offset 5 --from-beginning"),
        format!("{server} --topic t --partition 0 --offset -5"),
        format!("{server} --topic t --partition 0 --group g"),
        "--topic t".to_owned(),
        format!("{server} --topic t --formatter Nix"),
    ] {
        let shown = shown(&line, "", run);
        assert!(shown.ends_with("exit 1\n"), "{line}: {shown}");
    }
    check(
        "--topic t --include t",
        expect![[r#"
        ! Exactly one of the following arguments is required: [topic], [include]
        ! Option                                   Description
    "#]],
    );
    check(
        "--bootstrap-server h:1 --topic t --partition 0 --offset -5",
        expect![[r#"
        ! The provided offset value '-5' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.
        ! Option                                   Description
    "#]],
    );
    check(
        "--bootstrap-server h:1 --topic t --group a --consumer-property group.id=b",
        expect![[r#"
        Option --consumer-property is deprecated and will be removed in a future version. Use --command-property instead.
        ! The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: 'a', 'b'
    "#]],
    );
    check(
        "--bootstrap-server h:1 --topic t --from-beginning --command-property auto.offset.reset=latest",
        expect![[r#"
            ! Can't simultaneously specify --from-beginning and 'auto.offset.reset=latest', please remove one option
            exit 1
        "#]],
    );
    check(
        "--bootstrap-server h:1 --topic t --timeout-ms x",
        expect![[r#"
            ! Exception in thread "main" joptsimple.OptionArgumentConversionException: Cannot parse argument 'x' of option timeout-ms
            exit 1
        "#]],
    );
    check(
        "--bootstrap-server h:1 --topic t --property a=b --formatter-property a=b",
        expect![[r#"
        ! Options --property and --formatter-property cannot be specified together.
        ! Option                                   Description
    "#]],
    );
}
