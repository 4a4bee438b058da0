//! A shard comes back from its log, or goes.

use expect_test::expect;
use kampa_protocol::Text;
use kampa_protocol::records::group::group_metadata::MemberMetadata;
use kampa_protocol::records::group::{
    GroupMetadataKey, GroupMetadataValue, GroupRecord, LegacyOffsetCommitKey, LegacyOffsetCommitValue,
};

use super::super::*;
use super::script::{check, settings, subscription};

#[test]
fn a_stable_group_goes_on_after_a_restart() {
    check(
        "settings delay=0; a joins; b joins; a joins; b syncs; a syncs a=0 b=1; a commits t/0=4; restart; a beats; b syncs; b joins; fetch all; \
         wait 9s; a beats; wait 2s; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            | offset g t/0: 4
            a commit: t/0 NONE
            a beat: NONE
            b synced: 1
            b joined: generation 2, range, leader a
            fetched: t/0=4 epoch -1 ''
            -- 9.0s
            a beat: NONE
            -- 11.0s
            g: PreparingRebalance consumer -; a [0]
        "#]],
    );
}

#[test]
fn after_a_restart_only_the_chosen_strategy_is_known() {
    check(
        "settings delay=0; a joins offer=range:t,sticky:t; b joins offer=range:t,sticky:t; a joins offer=range:t,sticky:t; b syncs; \
         a syncs a=0 b=1; restart; b joins offer=range:t,sticky:t; a joins offer=range:t,sticky:t",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            a joined: generation 3, range, leader a, sees a b
            b joined: generation 3, range, leader a
        "#]],
    );
}

#[test]
fn a_round_that_was_not_recorded_is_lost() {
    check(
        "settings delay=0; a joins; a syncs a=0; b joins; a joins; b syncs; restart; a beats gen=1; a beats; b beats",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        b sync: NOT_COORDINATOR
        a beat: NONE
        a beat: ILLEGAL_GENERATION
        b beat: UNKNOWN_MEMBER_ID
    "#]],
    );
}

#[test]
fn who_waits_when_the_shard_goes_is_sent_elsewhere() {
    check(
        "settings delay=0; a joins; b joins; a joins; b syncs; c joins in=h; d joins in=h; unload; list",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group h: 0 - - leader - since 0.0s
        c joined: generation 1, range, leader c, sees c
        b sync: NOT_COORDINATOR
        d join: NOT_COORDINATOR
        groups: nothing
    "#]],
    );
}

#[test]
fn tombstones_are_obeyed_while_loading() {
    check(
        "nobody commits t/0=1; nobody commits t/0=1 in=h; delete g; restart; list; fetch all",
        expect![[r#"
        | offset g t/0: 1
        nobody commit: t/0 NONE
        | offset h t/0: 1
        nobody commit: t/0 NONE
        | offset g t/0: gone
        | group g: gone
        deleted: g NONE
        groups: h (Empty - classic)
        fetched: nothing
    "#]],
    );
}

#[test]
fn records_of_long_ago_are_understood() {
    let group = Text::from("g");
    let member = MemberMetadata {
        member_id: Text::from("a"),
        rebalance_timeout: -1,
        session_timeout: 9_000,
        subscription: subscription(&["t"]),
        ..Default::default()
    };
    let value = GroupMetadataValue {
        protocol_type: Text::from("consumer"),
        generation: 3,
        protocol: Some(Text::from("range")),
        leader: Some(Text::from("a")),
        members: vec![member],
        ..Default::default()
    };
    let old_group = GroupRecord::GroupMetadata(GroupMetadataKey { group: group.clone() }, Some(value));
    let key = LegacyOffsetCommitKey { group: group.clone(), topic: Text::from("t"), partition: 1 };
    let value = LegacyOffsetCommitValue { offset: 7, metadata: Text::from("note"), commit_timestamp: 5 };
    let old_offset = GroupRecord::LegacyOffsetCommit(key, Some(value));
    let mut shard = GroupShard::new(settings());
    for record in [old_group, old_offset] {
        let (key, value) = record.encode(0).expect("versions 0 exist");
        shard.replay(&GroupRecord::decode(&key, value.as_ref()).expect("what was written can be read"));
    }
    shard.on_loaded(Now::default());
    let group = &shard.groups["g"];
    expect![["Stable generation 3, since None, wants t: true, rejoins within 9000 ms; 1 offset"]].assert_eq(&format!(
        "{} generation {}, since {:?}, wants t: {}, rejoins within {} ms; {} offset",
        group.state().name(),
        group.generation,
        group.state_since_ms(),
        group.is_subscribed_to("t"),
        group.members.rebalance_timeout_ms(),
        shard.counts().offsets,
    ));
}
