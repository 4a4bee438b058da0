//! What Jackson prints.

use bytes::Bytes;
use expect_test::{Expect, expect};

use super::{Json, ToJson};
use crate::records::group::{GroupMetadataValue, OffsetCommitValue};
use crate::records::metadata::{ClientQuotaRecord, PartitionChangeRecord, TopicRecord};
use crate::{Text, Uuid};

fn check(json: Json, expected: Expect) {
    expected.assert_eq(&json.to_string());
}

#[test]
fn fields_have_kafkas_names_and_order() {
    let topic = TopicRecord { name: Text::from("orders".to_owned()), topic_id: Uuid([7; 16]), ..Default::default() };
    check(topic.to_json(0), expect![[r#"{"name":"orders","topicId":"BwcHBwcHBwcHBwcHBwcHBw"}"#]]);
}

#[test]
fn tagged_fields_are_there_when_they_say_something() {
    let change = PartitionChangeRecord {
        isr: Some(vec![1, 2]),
        directories: Some(vec![Uuid::ZERO]),
        eligible_leader_replicas: Some(Vec::new()),
        ..Default::default()
    };
    check(
        change.to_json(2),
        expect![[
            r#"{"partitionId":-1,"topicId":"AAAAAAAAAAAAAAAAAAAAAA","isr":[1,2],"directories":["AAAAAAAAAAAAAAAAAAAAAA"],"eligibleLeaderReplicas":[]}"#
        ]],
    );
    check(
        change.to_json(1),
        expect![[
            r#"{"partitionId":-1,"topicId":"AAAAAAAAAAAAAAAAAAAAAA","isr":[1,2],"directories":["AAAAAAAAAAAAAAAAAAAAAA"]}"#
        ]],
    );
    check(change.to_json(0), expect![[r#"{"partitionId":-1,"topicId":"AAAAAAAAAAAAAAAAAAAAAA","isr":[1,2]}"#]]);
}

#[test]
fn a_version_shows_what_it_carries() {
    let commit = OffsetCommitValue { offset: 5, metadata: Text::from("m".to_owned()), ..Default::default() };
    check(commit.to_json(0), expect![[r#"{"offset":5,"metadata":"m","commitTimestamp":0}"#]]);
    check(commit.to_json(1), expect![[r#"{"offset":5,"metadata":"m","commitTimestamp":0,"expireTimestamp":-1}"#]]);
    check(commit.to_json(3), expect![[r#"{"offset":5,"leaderEpoch":-1,"metadata":"m","commitTimestamp":0}"#]]);
}

#[test]
fn null_is_null() {
    let group = GroupMetadataValue { protocol: None, leader: None, ..Default::default() };
    check(
        group.to_json(3),
        expect![[
            r#"{"protocolType":"","generation":0,"protocol":null,"leader":null,"currentStateTimestamp":-1,"members":[]}"#
        ]],
    );
}

#[test]
fn texts_bytes_and_fractions() {
    check(
        Json::Text(Text::from("a\"\\/\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}é€".to_owned())),
        expect![[r#""a\"\\/\n\r\t\b\f\u0001\u001Fé€""#]],
    );
    let bytes = |bytes: &'static [u8]| Json::Bytes(Bytes::from_static(bytes));
    let list = [b"".as_slice(), b"f", b"fo", b"foo", b"\xff\xfe\xfd\xfc"];
    check(Json::List(list.map(bytes).into()), expect![[r#"["","Zg==","Zm8=","Zm9v","//79/A=="]"#]]);
    let floats =
        [0.0, -0.0, 1.0, 0.1, 0.001, 0.00099, 1048576.5, 9999999.0, 1e7, -1.5e300, f64::MAX, f64::MIN_POSITIVE];
    check(
        Json::List(floats.map(Json::Float).into()),
        expect![
            "[0.0,-0.0,1.0,0.1,0.001,9.9E-4,1048576.5,9999999.0,1.0E7,-1.5E300,1.7976931348623157E308,2.2250738585072014E-308]"
        ],
    );
    let quota = ClientQuotaRecord { key: Text::from("x".to_owned()), value: 2048.0, ..Default::default() };
    check(quota.to_json(0), expect![[r#"{"entity":[],"key":"x","value":2048.0,"remove":false}"#]]);
}
