//! OffsetCommit and OffsetFetch.

use expect_test::expect;
use kampa_protocol::messages::offset_fetch::{OffsetFetchRequestGroup, OffsetFetchRequestTopic};
use kampa_protocol::messages::{OffsetFetchRequest, OffsetFetchResponse};
use kampa_protocol::{ErrorCode, Message, Text, Writer};

use super::super::{asked_groups, fetch_response, refuse_fetch};
use super::script::check;

const ONE: &str = "settings delay=0; a joins; a syncs a=0; ";

#[test]
fn a_member_commits_and_reads_back() {
    check(
        &format!(
            "{ONE} a commits t/0=5 t/1=6 u/0=7 epoch=2 meta=note; fetch t/0 t/1 t/2 u/0 v/0; fetch all; fetch all in=other; fetch t/0 in=other"
        ),
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            | offset g t/0: 5
            | offset g t/1: 6
            | offset g u/0: 7
            a commit: t/0 NONE, t/1 NONE, u/0 NONE
            fetched: t/0=5 epoch 2 'note', t/1=6 epoch 2 'note', t/2=-1 epoch -1 '', u/0=7 epoch 2 'note', v/0=-1 epoch -1 ''
            fetched: t/0=5 epoch 2 'note', t/1=6 epoch 2 'note', u/0=7 epoch 2 'note'
            fetched: nothing
            fetched: t/0=-1 epoch -1 ''
        "#]],
    );
}

#[test]
fn old_versions_read_one_group() {
    check(
        &format!("{ONE} a commits t/0=5; fetch t/0 t/9 v=1; fetch all v=2; fetch all v=7 in=other"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        | offset g t/0: 5
        a commit: t/0 NONE
        fetched: t/0=5, t/9=-1
        fetched: t/0=5
        fetched: nothing
    "#]],
    );
}

#[test]
fn a_consumer_without_a_group_commits_to_an_empty_one() {
    check(
        "nobody commits t/0=5; describe; list; nobody commits t/0=6; fetch all; nobody commits in= t/0=1; fetch all in=",
        expect![[r#"
        | offset g t/0: 5
        nobody commit: t/0 NONE
        g: Empty - -
        groups: g (Empty - classic)
        | offset g t/0: 6
        nobody commit: t/0 NONE
        fetched: t/0=6 epoch -1 ''
        | offset  t/0: 1
        nobody commit: t/0 NONE
        fetched: t/0=1 epoch -1 ''
    "#]],
    );
}

#[test]
fn nobody_commits_over_the_heads_of_members() {
    check(
        &format!("{ONE} nobody commits t/0=5; a leaves; nobody commits t/0=5; a commits t/0=6"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        nobody commit: t/0 UNKNOWN_MEMBER_ID
        | group g: 2 consumer - leader - since 0.0s
        a left: a NONE
        | offset g t/0: 5
        nobody commit: t/0 NONE
        a commit: t/0 UNKNOWN_MEMBER_ID
    "#]],
    );
}

#[test]
fn the_generation_must_be_right() {
    check(
        &format!(
            "{ONE} a commits t/0=5 gen=7; a commits t/0=5 as=z; a commits in=other t/0=5; a commits in=other t/0=5 v=8; a commits t/0=5 gen=-1"
        ),
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            a commit: t/0 ILLEGAL_GENERATION
            a commit: t/0 UNKNOWN_MEMBER_ID
            a commit: t/0 GROUP_ID_NOT_FOUND
            a commit: t/0 ILLEGAL_GENERATION
            a commit: t/0 ILLEGAL_GENERATION
        "#]],
    );
}

#[test]
fn in_a_round_members_of_the_old_generation_may_still_commit() {
    check(
        &format!("{ONE} b joins; a commits t/0=5; a joins; a commits t/0=6; a commits t/0=7 gen=1"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        | offset g t/0: 5
        a commit: t/0 NONE
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        a commit: t/0 REBALANCE_IN_PROGRESS
        a commit: t/0 ILLEGAL_GENERATION
    "#]],
    );
}

#[test]
fn metadata_has_a_limit_in_utf16_units() {
    check(
        &format!(
            "{ONE} a commits t/0=5 meta=aaaaaaaaaaaaaaaaaaaa; a commits t/0=6 t/1=6 meta=aaaaaaaaaaaaaaaaaaaaa; \
                  a commits t/1=7 meta=éééééééééééééééééééé; a commits t/1=8 meta=🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀; a commits t/1=9 meta=🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀; fetch all"
        ),
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            | offset g t/0: 5
            a commit: t/0 NONE
            a commit: t/0 OFFSET_METADATA_TOO_LARGE, t/1 OFFSET_METADATA_TOO_LARGE
            | offset g t/1: 7
            a commit: t/1 NONE
            | offset g t/1: 8
            a commit: t/1 NONE
            a commit: t/1 OFFSET_METADATA_TOO_LARGE
            fetched: t/0=5 epoch -1 'aaaaaaaaaaaaaaaaaaaa', t/1=8 epoch -1 '🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀'
        "#]],
    );
}

#[test]
fn an_own_retention_time_is_recorded() {
    check(
        &format!("{ONE} wait 1s; a commits t/0=5 retention=5s v=2; a commits t/1=5 v=2"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        -- 1.0s
        | offset g t/0: 5 until 6s
        a commit: t/0 NONE
        | offset g t/1: 5
        a commit: t/1 NONE
    "#]],
    );
}

#[test]
fn offsets_of_another_topic_of_the_same_name_are_not_shown() {
    check(
        "nobody commits t/0=5; fetch t/0 id=t; fetch t/0 id=other; fetch t/0",
        expect![[r#"
        | offset g t/0: 5
        nobody commit: t/0 NONE
        fetched: t/0=5 epoch -1 ''
        fetched: t/0=-1 epoch -1 ''
        fetched: t/0=5 epoch -1 ''
    "#]],
    );
}

#[test]
fn offsets_go_with_their_topic() {
    check(
        "nobody commits t/0=5 t/1=6 u/0=7; nobody commits t/3=8 in=h; t is deleted; fetch all; fetch all in=h; list",
        expect![[r#"
        | offset g t/0: 5
        | offset g t/1: 6
        | offset g u/0: 7
        nobody commit: t/0 NONE, t/1 NONE, u/0 NONE
        | offset h t/3: 8
        nobody commit: t/3 NONE
        | offset g t/0: gone
        | offset g t/1: gone
        | offset h t/3: gone
        fetched: u/0=7 epoch -1 ''
        fetched: nothing
        groups: g (Empty - classic), h (Empty - classic)
    "#]],
    );
}

#[test]
fn a_commit_that_cannot_be_written_is_refused() {
    check(
        "appends fail with NOT_ENOUGH_REPLICAS; nobody commits t/0=5; fetch all; list",
        expect![[r#"
        | not written: NOT_ENOUGH_REPLICAS
        nobody commit: t/0 COORDINATOR_NOT_AVAILABLE
        fetched: nothing
        groups: nothing
    "#]],
    );
    check(
        "appends fail with KAFKA_STORAGE_ERROR; nobody commits t/0=5",
        expect![[r#"
        | not written: KAFKA_STORAGE_ERROR
        nobody commit: t/0 NOT_COORDINATOR
    "#]],
    );
    check(
        "appends fail with RECORD_LIST_TOO_LARGE; nobody commits t/0=5",
        expect![[r#"
        | not written: RECORD_LIST_TOO_LARGE
        nobody commit: t/0 UNKNOWN_SERVER_ERROR
    "#]],
    );
}

#[test]
fn a_group_that_cannot_be_asked_says_so_as_its_version_can() {
    let topic = OffsetFetchRequestTopic { name: Text::from("t"), partition_indexes: vec![0, 1], ..Default::default() };
    let old = OffsetFetchRequest { group_id: Text::from("g"), topics: Some(vec![topic]), ..Default::default() };
    let group = OffsetFetchRequestGroup { group_id: Text::from("g"), ..Default::default() };
    let new = OffsetFetchRequest { groups: vec![group.clone(), group], ..Default::default() };
    let refuse = |request: &OffsetFetchRequest, version| {
        let refuse = |group| refuse_fetch(group, version, ErrorCode::NOT_COORDINATOR);
        let response = fetch_response(asked_groups(request, version).iter().map(refuse).collect(), version);
        response.encode(&mut Writer::new(), version).expect("an answer its version can carry");
        let OffsetFetchResponse { topics, error_code, groups, .. } = response;
        let partitions = topics.iter().flat_map(|topic| topic.partitions.iter().map(|partition| partition.error_code));
        let groups: Vec<i16> = groups.iter().map(|group| group.error_code).collect();
        format!("v{version}: error {error_code}, partitions {:?}, groups {groups:?}", partitions.collect::<Vec<_>>())
    };
    let told = [refuse(&old, 1), refuse(&old, 2), refuse(&old, 7), refuse(&new, 8)].join("\n");
    expect![[r#"
        v1: error 0, partitions [16, 16], groups []
        v2: error 16, partitions [], groups []
        v7: error 16, partitions [], groups []
        v8: error 0, partitions [], groups [16, 16]"#]]
    .assert_eq(&told);
}
