//! Golden bytes of headers, frames and records, and links instead of copies.

use bytes::Bytes;
use expect_test::{Expect, expect};

use crate::messages::{ApiVersionsRequest, ApiVersionsResponse, ProduceRequest};
use crate::records::group::{GroupRecord, OffsetCommitKey, OffsetCommitValue};
use crate::records::metadata::{MetadataRecord, TopicRecord};
use crate::wire::decode_whole;
use crate::{
    ApiKey, Message, Reader, Records, RequestHeader, Text, Uuid, Writer, decode_response_header, encode_response_header,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check(bytes: impl AsRef<[u8]>, golden: Expect) {
    golden.assert_eq(&hex(bytes.as_ref()));
}

#[test]
fn request_header_in_both_versions() {
    let write = |key, version, client: Option<&str>| {
        let mut w = Writer::new();
        RequestHeader::new(key, version, 7, client.map(Text::from)).encode(&mut w).expect("a header");
        w.finish().into_bytes()
    };
    check(write(ApiKey::ApiVersions, 0, Some("kcat")), expect!["001200000000000700046b636174"]);
    // Flexible, and still the client id keeps its old length.
    check(write(ApiKey::ApiVersions, 3, Some("kcat")), expect!["001200030000000700046b63617400"]);
    check(write(ApiKey::Fetch, 11, None), expect!["0001000b00000007ffff"]);
    let bytes = write(ApiKey::Produce, 9, Some("kcat"));
    let header = RequestHeader::decode(&mut Reader::new(&bytes)).expect("our own header");
    assert_eq!(header, RequestHeader::new(ApiKey::Produce, 9, 7, Some("kcat".into())));
}

#[test]
fn request_header_of_a_version_we_do_not_serve_is_still_read() {
    let bytes = Bytes::from_static(&[0, 18, 0, 99, 0, 0, 0, 7, 0, 1, b'x', 0]);
    let header = RequestHeader::decode(&mut Reader::new(&bytes)).expect("a readable header");
    assert_eq!((header.api_version, header.correlation_id), (99, 7));
    let bytes = Bytes::from_static(&[3, 0xe8, 0, 0, 0, 0, 0, 7, 0, 0]);
    let refused = RequestHeader::decode(&mut Reader::new(&bytes)).map_err(|e| e.to_string());
    expect![[r#"Err("record type 1000 is not known (at byte 0)")"#]].assert_eq(&format!("{refused:?}"));
}

#[test]
fn response_header_of_api_versions_is_always_the_old_one() {
    for (key, version, golden) in
        [(ApiKey::ApiVersions, 3, "00000007"), (ApiKey::Produce, 8, "00000007"), (ApiKey::Produce, 9, "0000000700")]
    {
        let mut w = Writer::new();
        encode_response_header(&mut w, key, version, 7);
        let bytes = w.finish().into_bytes();
        assert_eq!(hex(&bytes), golden, "{key} {version}");
        let header = decode_response_header(&mut Reader::new(&bytes), key, version).expect("our own header");
        assert_eq!(header.correlation_id, 7);
    }
}

#[test]
fn what_librdkafka_says_first() {
    let bytes = Bytes::from_static(b"\x0blibrdkafka\x062.3.0\x00");
    let request: ApiVersionsRequest = decode_whole(&bytes, 3).expect("a request");
    assert_eq!(request.client_software_name, "librdkafka");
    assert_eq!(request.client_software_version, "2.3.0");
    let mut w = Writer::new();
    ApiVersionsResponse { error_code: 35, ..Default::default() }.encode(&mut w, 0).expect("a response");
    check(w.finish().into_vec(), expect!["002300000000"]);
}

#[test]
fn a_frame_says_its_size_and_links_its_records() {
    let payload = Bytes::from(vec![9u8; 2000]);
    let mut request = ProduceRequest { acks: -1, timeout_ms: 30000, ..Default::default() };
    let partition = crate::messages::produce::PartitionProduceData {
        records: Some(Records::from(payload.clone())),
        ..Default::default()
    };
    request.topic_data.push(crate::messages::produce::TopicProduceData {
        name: "orders".into(),
        partition_data: vec![partition],
        ..Default::default()
    });
    let mut w = Writer::framed();
    request.encode(&mut w, 9).expect("a request");
    let rope = w.finish();
    let linked = &rope.chunks()[1];
    assert_eq!(linked.as_ptr(), payload.as_ptr(), "the payload was copied");
    let literal: Vec<String> = [0, 2].iter().map(|at| hex(&rope.chunks()[*at])).collect();
    expect!["000007e900ffff0000753002076f72646572730200000000d10f | 000000"].assert_eq(&literal.join(" | "));
    assert_eq!(rope.len() - 4, 0x7e9);
}

#[test]
fn records_as_they_lie_in_kafkas_topics() {
    let topic = TopicRecord { name: "orders".into(), topic_id: Uuid([7; 16]), ..Default::default() };
    let framed = MetadataRecord::from(topic).encode_framed(0).expect("a record");
    check(&framed, expect!["010200076f72646572730707070707070707070707070707070700"]);
    let (record, version) = MetadataRecord::decode_framed(&framed).expect("our own record");
    assert_eq!((record.name(), version), ("TopicRecord", 0));

    let key = OffsetCommitKey { group: "g".into(), topic: "orders".into(), partition: 3 };
    let value = OffsetCommitValue { offset: 42, commit_timestamp: 1, ..Default::default() };
    let record = GroupRecord::OffsetCommit(key, Some(value));
    let (key, value) = record.encode(3).expect("a record");
    check(&key, expect!["000100016700066f726465727300000003"]);
    check(value.as_ref().expect("a value"), expect!["0003000000000000002affffffff00000000000000000001"]);
    assert_eq!(GroupRecord::decode(&key, value.as_ref()), Ok(record));
    let gone = GroupRecord::decode(&key, None).expect("a tombstone");
    assert!(gone.is_tombstone());
}
