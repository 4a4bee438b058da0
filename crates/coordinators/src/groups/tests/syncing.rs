//! SyncGroup and Heartbeat: assignments handed out, members kept alive.

use expect_test::expect;

use super::script::check;

const TWO: &str = "settings delay=0; a joins; b joins; a joins; ";

#[test]
fn followers_wait_for_the_leader() {
    check(
        &format!("{TWO} b syncs; wait 1s; a syncs a=0 b=1; b syncs; describe"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        -- 1.0s
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        b synced: 1
        g: Stable consumer range; a wants [0]; b wants [1]
    "#]],
    );
}

#[test]
fn a_member_the_leader_forgets_gets_nothing_and_strangers_are_ignored() {
    check(
        &format!("{TWO} b syncs; a syncs a=0 z=1"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b []
        a synced: 0
        b synced: nothing
    "#]],
    );
}

#[test]
fn the_round_must_be_the_right_one() {
    check(
        &format!(
            "{TWO} a syncs gen=1; a syncs as=nobody; a syncs in=; a syncs in=other; a syncs type=connect; a syncs name=sticky; \
             a syncs name=none; a syncs type=none; b syncs v=4 name=none type=none; b syncs v=3; a syncs v=4 a=0 b=1"
        ),
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            a sync: ILLEGAL_GENERATION
            a sync: UNKNOWN_MEMBER_ID
            a sync: INVALID_GROUP_ID
            a sync: UNKNOWN_MEMBER_ID
            a sync: INCONSISTENT_GROUP_PROTOCOL
            a sync: INCONSISTENT_GROUP_PROTOCOL
            a sync: INCONSISTENT_GROUP_PROTOCOL
            a sync: INCONSISTENT_GROUP_PROTOCOL
            b sync: REBALANCE_IN_PROGRESS
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
        "#]],
    );
}

#[test]
fn a_new_member_sends_those_who_sync_back_to_join() {
    check(
        &format!("{TWO} b syncs; c joins; a syncs a=0 b=1; a beats; b beats"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        b sync: REBALANCE_IN_PROGRESS
        a sync: REBALANCE_IN_PROGRESS
        a beat: REBALANCE_IN_PROGRESS
        b beat: REBALANCE_IN_PROGRESS
    "#]],
    );
}

#[test]
fn members_that_never_ask_for_their_assignment_are_out() {
    check(
        "settings delay=0; a joins rebalance=8s; b joins rebalance=8s; a joins rebalance=8s; a syncs a=0 b=1; \
         wait 5s; a beats; b beats; wait 4s; a beats; b beats; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            -- 5.0s
            a beat: NONE
            b beat: NONE
            -- 9.0s
            a beat: REBALANCE_IN_PROGRESS
            b beat: UNKNOWN_MEMBER_ID
            g: PreparingRebalance consumer -; a [0]
        "#]],
    );
}

#[test]
fn a_leader_that_never_assigns_is_out() {
    check(
        "settings delay=0; a joins rebalance=8s; b joins rebalance=8s; a joins rebalance=8s; b syncs; \
         wait 5s; a beats; wait 4s; describe; b joins rebalance=8s; b syncs b=0",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            -- 5.0s
            a beat: NONE
            -- 8.0s
            b sync: REBALANCE_IN_PROGRESS
            -- 9.0s
            g: PreparingRebalance consumer -; b []
            b joined: generation 3, range, leader b, sees b
            | group g: 3 consumer range leader b since 9.0s; b [0]
            b synced: 0
        "#]],
    );
}

#[test]
fn heartbeats_tell_the_state() {
    check(
        "a beats; a beats in=; a joins; a beats; wait 3s; a beats; a syncs a=0; a beats; a beats gen=9; a beats as=z; \
         b joins; a beats; a beats gen=9",
        expect![[r#"
            a beat: UNKNOWN_MEMBER_ID
            a beat: INVALID_GROUP_ID
            | group g: 0 - - leader - since 0.0s
            a beat: ILLEGAL_GENERATION
            -- 3.0s
            a joined: generation 1, range, leader a, sees a
            a beat: NONE
            | group g: 1 consumer range leader a since 3.0s; a [0]
            a synced: 0
            a beat: NONE
            a beat: ILLEGAL_GENERATION
            a beat: UNKNOWN_MEMBER_ID
            a beat: REBALANCE_IN_PROGRESS
            a beat: ILLEGAL_GENERATION
        "#]],
    );
}

#[test]
fn a_silent_member_is_out_after_its_session() {
    check(
        "settings delay=0; a joins; b joins; a joins; b syncs; a syncs a=0 b=1; wait 9s; a beats; wait 2s; a beats; describe; a joins; a syncs a=0; wait 11s",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            -- 9.0s
            a beat: NONE
            -- 11.0s
            a beat: REBALANCE_IN_PROGRESS
            g: PreparingRebalance consumer -; a [0]
            a joined: generation 3, range, leader a, sees a
            | group g: 3 consumer range leader a since 11.0s; a [0]
            a synced: 0
            -- 21.0s
            | group g: 4 consumer - leader - since 21.0s
        "#]],
    );
}

#[test]
fn who_waits_for_the_others_needs_no_heartbeat() {
    check(
        "settings delay=0; a joins rebalance=40s session=30s; a syncs a=0; b joins v=1 session=6s; wait 20s; a joins session=30s; \
         b syncs; wait 20s; a beats; wait 5s; a syncs a=0 b=1; wait 7s; a beats",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            -- 20.0s
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            -- 40.0s
            a beat: NONE
            -- 45.0s
            | group g: 2 consumer range leader a since 20.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            -- 52.0s
            a beat: REBALANCE_IN_PROGRESS
        "#]],
    );
}

#[test]
fn committing_keeps_a_member_alive() {
    check(
        "settings delay=0; a joins; a syncs a=0; wait 9s; a commits t/0=1; wait 9s; a beats; wait 11s; a beats",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            -- 9.0s
            | offset g t/0: 1
            a commit: t/0 NONE
            -- 18.0s
            a beat: NONE
            -- 28.0s
            | group g: 2 consumer - leader - since 28.0s
            -- 29.0s
            a beat: UNKNOWN_MEMBER_ID
        "#]],
    );
}

#[test]
fn a_second_sync_of_the_same_member_releases_the_first() {
    check(
        &format!("{TWO} b syncs; b syncs; a syncs a=0 b=1"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        b sync: REBALANCE_IN_PROGRESS
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
    "#]],
    );
}

#[test]
fn an_assignment_that_cannot_be_written_is_void() {
    check(
        &format!(
            "{TWO} b syncs; appends fail with MESSAGE_TOO_LARGE; a syncs a=0 b=1; appends work; a beats; a joins; b joins; b syncs; a syncs a=0 b=1"
        ),
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | not written: MESSAGE_TOO_LARGE
            a sync: UNKNOWN_SERVER_ERROR
            b sync: UNKNOWN_SERVER_ERROR
            a beat: REBALANCE_IN_PROGRESS
            a joined: generation 3, range, leader a, sees a b
            b joined: generation 3, range, leader a
            | group g: 3 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
        "#]],
    );
}
