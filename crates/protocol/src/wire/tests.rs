//! Lengths, tags and texts that are odd, long, or lies; and what the writer refuses.

use bytes::Bytes;
use expect_test::{Expect, expect};

use super::{EncodeError, Reader, UnknownTag, Writer, decode_whole};
use crate::messages::{FetchRequest, MetadataRequest, SaslHandshakeRequest};
use crate::{Message, Text};

fn written(write: impl FnOnce(&mut Writer) -> Result<(), EncodeError>) -> String {
    let mut w = Writer::new();
    match write(&mut w) {
        Ok(()) => w.finish().into_vec().iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(e) => e.to_string(),
    }
}

fn unknown(tags: &[u32]) -> Vec<UnknownTag> {
    tags.iter().map(|tag| UnknownTag { tag: *tag, data: Bytes::from_static(b"?") }).collect()
}

#[test]
fn varints_end_after_five_bytes_and_may_waste_some() {
    let read = |bytes: &'static [u8]| {
        let bytes = Bytes::from_static(bytes);
        Reader::new(&bytes).varint().map_err(|e| e.to_string())
    };
    assert_eq!(read(&[0x96, 0x01]), Ok(150));
    assert_eq!(read(&[0x80, 0x80, 0x80, 0x80, 0x00]), Ok(0));
    assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0x0f]), Ok(u32::MAX));
    // Bits that do not fit are lost, as in Kafka.
    assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0x7f]), Ok(u32::MAX));
    assert_eq!(
        read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        Err("a variable-length integer without an end (at byte 5)".into())
    );
    assert_eq!(read(&[0x80]), Err("the bytes end too early (at byte 1)".into()));
    for value in [0, 1, 127, 128, 16383, 16384, 1 << 28, u32::MAX] {
        let mut w = Writer::new();
        w.varint(value);
        let bytes = w.finish().into_bytes();
        assert_eq!(Reader::new(&bytes).varint(), Ok(value));
    }
}

#[test]
fn unknown_tags_stand_between_the_known_in_order() {
    let fetch = |tags: &[u32]| {
        let mut request =
            FetchRequest { cluster_id: Some("c".into()), unknown_tags: unknown(tags), ..Default::default() };
        request.replica_state.replica_id = 5;
        written(|w| request.encode(w, 15))
    };
    let check = |tags: &[u32], golden: Expect| {
        let text = fetch(tags);
        let end = text.split_once("ffffffff0101").map_or(text.as_str(), |(_, end)| end);
        golden.assert_eq(end);
    };
    check(&[], expect!["010200020263010d00000005ffffffffffffffff00"]);
    check(&[2, 900], expect!["010400020263010d00000005ffffffffffffffff0002013f8407013f"]);
    check(&[1], expect!["tag 1 is out of order or taken"]);
    check(&[9, 8], expect!["tag 8 is out of order or taken"]);
    check(&[9, 9], expect!["tag 9 is out of order or taken"]);
}

#[test]
fn a_long_tagged_field_moves_up_for_its_size() {
    let mut request = FetchRequest { cluster_id: Some("c".repeat(300).into()), ..Default::default() };
    request.rack_id = "r".into();
    let mut w = Writer::new();
    request.encode(&mut w, 13).expect("a request");
    let again: FetchRequest = decode_whole(&w.finish().into_bytes(), 13).expect("our own request");
    assert_eq!(again.cluster_id.map(|id| id.len()), Some(300));
}

#[test]
fn what_a_version_cannot_say_is_refused() {
    let check =
        |message: MetadataRequest, version, golden: Expect| golden.assert_eq(&written(|w| message.encode(w, version)));
    let all = || MetadataRequest { topics: None, ..Default::default() };
    check(all(), 1, expect!["ffffffff"]);
    check(all(), 0, expect!["topics is null, which this version cannot say"]);
    check(
        MetadataRequest { allow_auto_topic_creation: false, ..Default::default() },
        3,
        expect!["version 3 has no place for allow_auto_topic_creation"],
    );
    check(
        MetadataRequest { unknown_tags: unknown(&[1]), ..Default::default() },
        8,
        expect!["version 8 has no place for unknown_tags"],
    );
    check(MetadataRequest::default(), 14, expect!["there is no version 14"]);
    let long = SaslHandshakeRequest { mechanism: "m".repeat(32768).into() };
    expect!["a length of 32768 does not fit its field"].assert_eq(&written(|w| long.encode(w, 1)));
}

#[test]
fn lengths_that_lie_are_refused() {
    let check = |bytes: &'static [u8], version, golden: Expect| {
        let decoded = decode_whole::<MetadataRequest>(&Bytes::from_static(bytes), version);
        golden.assert_eq(&decoded.map_or_else(|e| e.to_string(), |request| format!("{:?}", request.topics)));
    };
    check(&[0x7f, 0xff, 0xff, 0xff], 1, expect!["the bytes end too early (at byte 4)"]);
    check(&[0xff, 0xff, 0xff, 0xfe], 1, expect!["None"]);
    check(&[0xff, 0xff, 0xff, 0xfe], 0, expect!["null where a value must be (at byte 4)"]);
    // A compact length below zero is null as well.
    check(&[0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0, 0, 0], 9, expect!["None"]);
    check(&[0, 0, 0, 1, 0, 1, 0xff, 1, 1, 0, 7], 8, expect!["1 bytes are left over (at byte 10)"]);
    let many = Bytes::from([&1_000_001i32.to_be_bytes()[..], &[0; 1_000_100]].concat());
    let refused = decode_whole::<MetadataRequest>(&many, 1).expect_err("too many");
    expect!["an array of 1000001 elements, 1000000 are allowed (at byte 4)"].assert_eq(&refused.to_string());
    let tags = Bytes::from([&[0, 1, 0, 0x91, 0x4e][..], &[0; 30_000]].concat());
    let refused = decode_whole::<MetadataRequest>(&tags, 12).expect_err("too many");
    expect!["10001 tagged fields, 10000 are allowed (at byte 5)"].assert_eq(&refused.to_string());
}

#[test]
fn text_that_is_not_utf_8_is_mended_as_java_does() {
    let check = |bytes: &'static [u8], text: &str| assert_eq!(Text::from_wire(Bytes::from_static(bytes)), text);
    check("žluťoučký".as_bytes(), "žluťoučký");
    check(b"a\xffb", "a\u{fffd}b");
    check(b"\xed\xa0\x80", "\u{fffd}");
    check(b"\xe2\x82", "\u{fffd}");
}
