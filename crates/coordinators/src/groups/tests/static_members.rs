//! Static members (KIP-345): a restart under the same instance id keeps the place.

use expect_test::expect;

use super::script::check;

const STABLE: &str = "settings delay=0; a joins instance=i; b joins instance=j; a joins instance=i; \
                      b syncs instance=j; a syncs instance=i a=0 b=1; ";

#[test]
fn a_follower_is_back_without_a_round() {
    check(
        &format!("{STABLE} b joins instance=j fresh; b syncs instance=j; a beats; describe"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        | group g: 2 consumer range leader a since 0.0s; a [0]; b' [1]
        b joined: generation 2, range, leader a
        b synced: 1
        a beat: NONE
        g: Stable consumer range; a/i wants [0]; b'/j wants [1]
    "#]],
    );
}

#[test]
fn a_leader_is_back_and_skips_assigning() {
    check(
        &format!("{STABLE} a joins instance=i fresh; a syncs instance=i; b beats"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        | group g: 2 consumer range leader a' since 0.0s; a' [0]; b [1]
        a joined: generation 2, range, leader a', sees a' b, skips assigning
        a synced: 0
        b beat: NONE
    "#]],
    );
}

#[test]
fn an_old_leader_is_back_and_takes_itself_for_a_follower() {
    check(
        &format!("{STABLE} a joins v=8 instance=i fresh; a syncs instance=i; describe"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        | group g: 2 consumer range leader a' since 0.0s; a' [0]; b [1]
        a joined: generation 2, range, leader a
        a synced: 0
        g: Stable consumer range; a'/i wants [0]; b/j wants [1]
    "#]],
    );
}

#[test]
fn another_subscription_alone_starts_no_round() {
    check(
        &format!("{STABLE} b joins instance=j fresh offer=range:u; describe; a joins instance=i"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        | group g: 2 consumer range leader a since 0.0s; a [0]; b' [1]
        b joined: generation 2, range, leader a
        g: Stable consumer range; a/i wants [0]; b'/j wants [1]
    "#]],
    );
}

#[test]
fn another_strategy_starts_a_round() {
    check(
        "settings delay=0; a joins instance=i offer=range:t,sticky:t; a syncs instance=i a=0; a joins instance=i fresh offer=sticky:t; \
         a syncs instance=i name=sticky a=0",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            a joined: generation 2, sticky, leader a', sees a'
            | group g: 2 consumer sticky leader a' since 0.0s; a' [0]
            a synced: 0
        "#]],
    );
}

#[test]
fn the_old_id_is_fenced() {
    check(
        &format!(
            "{STABLE} z joins instance=j fresh; b beats instance=j; b beats; b syncs instance=j; b commits t/0=1 instance=j; \
             b leaves instance=j; b joins instance=j; b beats instance=k; z beats instance=j"
        ),
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            | group g: 2 consumer range leader a since 0.0s; a [0]; z [1]
            z joined: generation 2, range, leader a
            b beat: FENCED_INSTANCE_ID
            b beat: UNKNOWN_MEMBER_ID
            b sync: FENCED_INSTANCE_ID
            b commit: t/0 FENCED_INSTANCE_ID
            b left: b/j FENCED_INSTANCE_ID
            b join: FENCED_INSTANCE_ID
            b beat: UNKNOWN_MEMBER_ID
            z beat: NONE
        "#]],
    );
}

#[test]
fn whoever_waits_under_the_old_id_is_fenced_at_once() {
    check(
        "a joins instance=i; z joins instance=i fresh; wait 3s; b joins instance=j; z joins instance=i; b syncs instance=j; \
         y joins instance=j fresh",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a join: FENCED_INSTANCE_ID
            -- 3.0s
            z joined: generation 1, range, leader z, sees z
            z joined: generation 2, range, leader z, sees z b
            b joined: generation 2, range, leader z
            b sync: FENCED_INSTANCE_ID
        "#]],
    );
}

#[test]
fn a_static_member_may_be_away_for_its_session() {
    check(
        &format!("{STABLE} c joins; b joins instance=j; wait 9s; a beats instance=i; describe; wait 60s; describe"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        -- 9.0s
        a beat: REBALANCE_IN_PROGRESS
        g: PreparingRebalance consumer -; c []; a/i [0]; b/j [1]
        -- 19.0s
        c joined: generation 3, range, leader c, sees c b
        b joined: generation 3, range, leader c
        -- 29.0s
        | group g: 4 consumer - leader - since 29.0s
        -- 69.0s
        g: Empty consumer -
    "#]],
    );
}

#[test]
fn a_static_member_that_missed_the_round_keeps_its_place() {
    check(
        "settings delay=0; a joins instance=i rebalance=5s; b joins instance=j rebalance=5s session=60s; a joins instance=i rebalance=5s; \
         b syncs instance=j; a syncs instance=i a=0 b=1; c joins rebalance=5s; a joins instance=i rebalance=5s; wait 5s; \
         c syncs; a syncs instance=i a=0 b=1 c=2; b beats instance=j; b beats instance=j gen=3; b joins instance=j rebalance=5s; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            -- 5.0s
            c joined: generation 3, range, leader a
            a joined: generation 3, range, leader a, sees c a b
            | group g: 3 consumer range leader a since 5.0s; c [2]; a [0]; b [1]
            c synced: 2
            a synced: 0
            b beat: ILLEGAL_GENERATION
            b beat: NONE
            b joined: generation 3, range, leader a
            g: Stable consumer range; c wants [2]; a/i wants [0]; b/j wants [1]
        "#]],
    );
}

#[test]
fn with_only_absent_static_members_a_round_waits_for_their_sessions() {
    check(
        "settings delay=0; a joins instance=i rebalance=5s session=30s; a syncs instance=i a=0; c joins once rebalance=5s session=6s; \
         c joins rebalance=5s; c leaves; wait 5s; describe; wait 30s; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            c join: MEMBER_ID_REQUIRED
            c join: UNKNOWN_MEMBER_ID
            c left: c NONE
            -- 5.0s
            g: PreparingRebalance consumer -; a/i [0]
            -- 30.0s
            | group g: 2 consumer - leader - since 30.0s
            -- 35.0s
            g: Empty consumer -
        "#]],
    );
}

#[test]
fn an_absent_static_member_that_allows_no_time_holds_nobody_up() {
    check(
        "settings delay=0; a joins instance=i rebalance=5s; a syncs instance=i a=0; b joins once; b joins; a joins instance=i rebalance=0; b leaves; \
         wait 1ms; describe; c joins; c leaves; wait 1s; describe; wait 9s; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            b join: MEMBER_ID_REQUIRED
            b joined: generation 2, range, leader a
            a joined: generation 2, range, leader a, sees b a
            b left: b NONE
            -- 0.0s
            g: PreparingRebalance consumer -; a/i []
            c join: UNKNOWN_MEMBER_ID
            c left: c NONE
            -- 1.0s
            g: PreparingRebalance consumer -; a/i []
            -- 10.0s
            | group g: 3 consumer - leader - since 10.0s
            -- 10.0s
            g: Empty consumer -
        "#]],
    );
}

#[test]
fn a_restart_before_the_assignment_starts_the_round_again() {
    check(
        "settings delay=0; a joins instance=i; b joins instance=j; a joins instance=i; b syncs instance=j; b joins instance=j fresh; \
         a joins instance=i",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            b sync: FENCED_INSTANCE_ID
            a joined: generation 3, range, leader a, sees a b'
            b joined: generation 3, range, leader a
        "#]],
    );
}

#[test]
fn an_admin_removes_by_instance_id() {
    check(
        &format!("{STABLE} drop -/j -/k; a beats instance=i; describe"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        drop left: -/j NONE, -/k UNKNOWN_MEMBER_ID
        a beat: REBALANCE_IN_PROGRESS
        g: PreparingRebalance consumer -; a/i [0]
    "#]],
    );
}

#[test]
fn a_return_that_cannot_be_written_did_not_happen() {
    check(
        &format!(
            "{STABLE} appends fail with NOT_LEADER_OR_FOLLOWER; z joins instance=j fresh; appends work; b beats instance=j; z beats instance=j; \
             b syncs instance=j"
        ),
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            | not written: NOT_LEADER_OR_FOLLOWER
            z join: NOT_COORDINATOR
            b beat: NONE
            z beat: FENCED_INSTANCE_ID
            b synced: 1
        "#]],
    );
}

#[test]
fn an_empty_instance_id_is_an_instance_id() {
    check(
        "settings delay=0; a joins instance=; a joins fresh instance=",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a', sees a'
    "#]],
    );
}
