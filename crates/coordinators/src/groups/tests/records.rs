//! What goes into the log, beside what Kafka 4.4.0 wrote for the same story.

use std::fmt::Write;

use bytes::Bytes;
use expect_test::{Expect, expect};
use kampa_protocol::records::group::GroupRecord;

use super::super::encode_record;

#[test]
fn a_group_somebody_was_told_to_come_back_to() {
    check(
        "00020001 67",
        "0003 0000 00000000 ffff ffff 000001a1fd67fa4a 00000000",
        expect![[
            r#"GroupMetadataKey { group: "g" } Some(GroupMetadataValue { protocol_type: "", generation: 0, protocol: None, leader: None, current_state_timestamp: 1795252812362, members: [], unknown_tags: [] })"#
        ]],
    );
}

#[test]
fn a_round_with_a_static_member() {
    check(
        "00020001 73",
        "0003 0008636f6e73756d6572 00000001 000572616e6765 002769312d34383537313637362d393662662d346230382d393739662d653633303534393136646633 \
         000001a1fd6c5ddc 00000001 002769312d34383537313637362d393662662d346230382d393739662d653633303534393136646633 00026931 000163 \
         000a2f3132372e302e302e31 00004e20 00002710 0000000d 00000000000100017400000000 00000002 4141",
        expect![[
            r#"GroupMetadataKey { group: "s" } Some(GroupMetadataValue { protocol_type: "consumer", generation: 1, protocol: Some("range"), leader: Some("i1-48571676-96bf-4b08-979f-e63054916df3"), current_state_timestamp: 1795253099996, members: [MemberMetadata { member_id: "i1-48571676-96bf-4b08-979f-e63054916df3", group_instance_id: Some("i1"), client_id: "c", client_host: "/127.0.0.1", rebalance_timeout: 20000, session_timeout: 10000, subscription: b"\0\0\0\0\0\x01\0\x01t\0\0\0\0", assignment: b"AA", unknown_tags: [] }], unknown_tags: [] })"#
        ]],
    );
}

#[test]
fn a_group_that_became_empty() {
    check(
        "00020002 7631",
        "0003 0008636f6e73756d6572 00000002 ffff ffff 000001a1fd6c605f 00000000",
        expect![[
            r#"GroupMetadataKey { group: "v1" } Some(GroupMetadataValue { protocol_type: "consumer", generation: 2, protocol: None, leader: None, current_state_timestamp: 1795253100639, members: [], unknown_tags: [] })"#
        ]],
    );
}

#[test]
fn a_commit_with_the_topics_id() {
    check(
        "0001 0000 000174 00000000",
        "0004 0000000000000005 ffffffff 026d 000001a1fd67fbc8 01 00 10 46ea9172d1764e2392952d370e89e76d",
        expect![[
            r#"OffsetCommitKey { group: "", topic: "t", partition: 0 } Some(OffsetCommitValue { offset: 5, leader_epoch: -1, metadata: "m", commit_timestamp: 1795252812744, expire_timestamp: -1, topic_id: RuqRctF2TiOSlS03DonnbQ, unknown_tags: [] })"#
        ]],
    );
}

#[test]
fn a_commit_that_says_when_it_expires() {
    check(
        "0001 00027631 000174 00000001",
        "0001 0000000000000006 0000 000001a1fd6c605a 000001a1fd6c73e2",
        expect![[
            r#"OffsetCommitKey { group: "v1", topic: "t", partition: 1 } Some(OffsetCommitValue { offset: 6, leader_epoch: -1, metadata: "", commit_timestamp: 1795253100634, expire_timestamp: 1795253105634, topic_id: AAAAAAAAAAAAAAAAAAAAAA, unknown_tags: [] })"#
        ]],
    );
}

/// Kafka's bytes are read, shown, and written again: they must be the same.
#[track_caller]
fn check(key: &str, value: &str, shown: Expect) {
    let (key, value) = (bytes_of(key), bytes_of(value));
    let record = GroupRecord::decode(&key, Some(&value)).expect("Kafka wrote it");
    assert_eq!(encode_record(&record).expect("it was written before"), (key, Some(value)));
    let mut text = String::new();
    match record {
        GroupRecord::GroupMetadata(key, value) => write!(text, "{key:?} {value:?}"),
        GroupRecord::OffsetCommit(key, value) => write!(text, "{key:?} {value:?}"),
        other => write!(text, "{other:?}"),
    }
    .expect("a string");
    shown.assert_eq(&text);
}

fn bytes_of(hex: &str) -> Bytes {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("two digits");
    digits.chunks(2).map(byte).collect()
}
