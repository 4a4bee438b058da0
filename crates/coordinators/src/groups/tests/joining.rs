//! JoinGroup: who gets in, who leads, how long a round waits.

use expect_test::expect;

use super::script::check;

#[test]
fn a_first_member_waits_the_initial_delay() {
    check(
        "a joins; wait 2s; describe; wait 1s; a syncs a=0,1; describe",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        -- 2.0s
        g: PreparingRebalance consumer -; a []
        -- 3.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 3.0s; a [0,1]
        a synced: 0,1
        g: Stable consumer range; a wants [0,1]
    "#]],
    );
}

#[test]
fn every_newcomer_extends_the_first_round() {
    check(
        "a joins; wait 2s; b joins; wait 2s; c joins; wait 10s",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        -- 9.0s
        a joined: generation 1, range, leader a, sees a b c
        b joined: generation 1, range, leader a
        c joined: generation 1, range, leader a
    "#]],
    );
}

#[test]
fn the_first_round_ends_with_the_rebalance_timeout_however_many_come() {
    check(
        "a joins rebalance=5s; wait 2s; b joins rebalance=5s; wait 2s; c joins rebalance=5s; wait 10s",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            -- 5.0s
            a joined: generation 1, range, leader a, sees a b c
            b joined: generation 1, range, leader a
            c joined: generation 1, range, leader a
            -- 10.0s
            | group g: 2 consumer - leader - since 10.0s
        "#]],
    );
}

#[test]
fn without_a_delay_a_member_is_in_at_once() {
    check(
        "settings delay=0; a joins; b joins; a joins; b syncs; a syncs a=0 b=1",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
    "#]],
    );
}

#[test]
fn a_dynamic_member_is_told_to_come_back_with_an_id_from_version_4_on() {
    check(
        "a joins once; b joins once v=3; wait 3s; describe",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a join: MEMBER_ID_REQUIRED
        -- 3.0s
        b joined: generation 1, range, leader b, sees b
        g: CompletingRebalance consumer -; b []
    "#]],
    );
}

#[test]
fn an_id_that_nobody_comes_back_with_is_forgotten_after_its_session() {
    check(
        "a joins v=1; wait 3s; a syncs a=0; b joins once session=6s; a joins; wait 7s; b joins",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        -- 3.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 3.0s; a [0]
        a synced: 0
        b join: MEMBER_ID_REQUIRED
        -- 9.0s
        a joined: generation 2, range, leader a, sees a
        -- 10.0s
        b join: UNKNOWN_MEMBER_ID
    "#]],
    );
}

#[test]
fn a_pending_member_that_leaves_starts_a_round_and_does_not_hold_it_up() {
    check(
        "settings delay=0; a joins v=1; a syncs a=0; b joins once; b leaves; a joins; b joins",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        b join: MEMBER_ID_REQUIRED
        b left: b NONE
        a joined: generation 2, range, leader a, sees a
        b join: UNKNOWN_MEMBER_ID
    "#]],
    );
}

#[test]
fn a_pending_member_holds_up_the_round_until_it_comes_or_goes() {
    check(
        "settings delay=0; a joins; a syncs a=0; b joins once; c joins; a joins; describe; wait 10s; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            b join: MEMBER_ID_REQUIRED
            g: PreparingRebalance consumer -; a [0]; c []
            -- 10.0s
            a joined: generation 2, range, leader a, sees a c
            c joined: generation 2, range, leader a
            g: CompletingRebalance consumer -; a [0]; c []
        "#]],
    );
}

#[test]
fn a_pending_id_with_an_instance_id_is_of_nobodys_making() {
    check(
        "a joins once; a joins instance=i",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a join: MEMBER_ID_REQUIRED
        a join: UNKNOWN_SERVER_ERROR
    "#]],
    );
}

#[test]
fn members_that_do_not_rejoin_in_time_are_out() {
    check(
        "settings delay=0; a joins rebalance=5s session=60s; a syncs a=0; b joins rebalance=20s; a beats; wait 19s; a beats; wait 2s; a beats",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            a beat: REBALANCE_IN_PROGRESS
            -- 19.0s
            a beat: REBALANCE_IN_PROGRESS
            -- 20.0s
            b joined: generation 2, range, leader b, sees b
            -- 21.0s
            a beat: UNKNOWN_MEMBER_ID
        "#]],
    );
}

#[test]
fn version_0_members_rejoin_within_their_session_timeout() {
    check(
        "settings delay=0; a joins v=0 session=30s; a syncs v=0 a=0; b joins v=0 session=6s; wait 29s; a beats v=0; wait 2s; b syncs v=0 b=0",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            -- 29.0s
            a beat: REBALANCE_IN_PROGRESS
            -- 30.0s
            b joined: generation 2, range, leader b, sees b
            -- 31.0s
            | group g: 2 consumer range leader b since 30.0s; b [0]
            b synced: 0
        "#]],
    );
}

#[test]
fn the_leader_that_does_not_rejoin_is_replaced() {
    check(
        "settings delay=0; a joins rebalance=7s; a syncs a=0; b joins rebalance=7s; wait 7s",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        -- 7.0s
        b joined: generation 2, range, leader b, sees b
    "#]],
    );
}

#[test]
fn a_follower_that_rejoins_unchanged_gets_the_current_generation() {
    check(
        "settings delay=0; a joins; a syncs a=0; b joins; a joins; a syncs a=0 b=1; b syncs; b joins; a joins",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            b joined: generation 2, range, leader a
        "#]],
    );
}

#[test]
fn a_member_that_rejoins_before_the_assignment_gets_the_same_answer_again() {
    check(
        "settings delay=0; a joins; b joins; a joins; a joins; b joins; b joins offer=range:u",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
    "#]],
    );
}

#[test]
fn a_changed_subscription_starts_a_round() {
    check(
        "settings delay=0; a joins; a syncs a=0; b joins; a joins; a syncs a=0 b=1; b joins offer=range:u",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
    "#]],
    );
}

#[test]
fn the_strategy_all_share_and_most_prefer_wins() {
    check(
        "a joins offer=range:t,roundrobin:t,sticky:t; b joins offer=sticky:t,range:t; c joins offer=sticky:t,range:t,roundrobin:t; wait 9s",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            -- 6.0s
            a joined: generation 1, sticky, leader a, sees a b c
            b joined: generation 1, sticky, leader a
            c joined: generation 1, sticky, leader a
        "#]],
    );
}

#[test]
fn among_equal_votes_the_one_kafka_would_take_wins() {
    check(
        "a joins offer=range:t,roundrobin:t in=g; b joins offer=roundrobin:t,range:t in=g; \
         c joins offer=range:t,sticky:t in=h; d joins offer=sticky:t,range:t in=h; wait 9s",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            | group h: 0 - - leader - since 0.0s
            -- 6.0s
            a joined: generation 1, range, leader a, sees a b
            b joined: generation 1, range, leader a
            c joined: generation 1, sticky, leader c, sees c d
            d joined: generation 1, sticky, leader c
        "#]],
    );
}

#[test]
fn a_stranger_to_the_groups_protocol_stays_out() {
    check(
        "settings delay=0; a joins; b joins type=connect; b joins offer=sticky:t; b joins offer=nothing; c joins in=h offer=nothing; \
         d joins in=h type=; list",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            b join: INCONSISTENT_GROUP_PROTOCOL
            b join: INCONSISTENT_GROUP_PROTOCOL
            b join: INCONSISTENT_GROUP_PROTOCOL
            | group h: 0 - - leader - since 0.0s
            c join: INCONSISTENT_GROUP_PROTOCOL
            d join: INCONSISTENT_GROUP_PROTOCOL
            groups: g (CompletingRebalance consumer classic), h (Empty - classic)
        "#]],
    );
}

#[test]
fn an_empty_group_takes_a_new_protocol_type() {
    check(
        "settings delay=0; a joins; a syncs a=0; a leaves; b joins type=connect offer=default",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        | group g: 2 consumer - leader - since 0.0s
        a left: a NONE
        b joined: generation 3, default, leader b, sees b
    "#]],
    );
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    check(
        "a joins in= v=0; a joins session=1s; a joins session=1h; a joins as=nobody-knows; b joins; a joins as=nobody-knows",
        expect![[r#"
            a join: INVALID_GROUP_ID
            a join: INVALID_SESSION_TIMEOUT
            a join: INVALID_SESSION_TIMEOUT
            a join: UNKNOWN_MEMBER_ID
            | group g: 0 - - leader - since 0.0s
            a join: UNKNOWN_MEMBER_ID
        "#]],
    );
}

#[test]
fn a_full_group_takes_nobody_else() {
    check(
        "settings max_size=2 delay=0; a joins; b joins v=1; a joins; c joins; a syncs a=0 b=1; b syncs; c joins; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            c join: GROUP_MAX_SIZE_REACHED
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            c join: GROUP_MAX_SIZE_REACHED
            g: Stable consumer range; a wants [0]; b wants [1]
        "#]],
    );
}

#[test]
fn of_too_many_the_last_to_rejoin_is_out() {
    check(
        "settings delay=0; a joins; b joins; a joins; a syncs a=0 b=1; b syncs; settings max_size=1; describe; b joins; a joins; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a joined: generation 2, range, leader a, sees a b
            b joined: generation 2, range, leader a
            | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
            a synced: 0
            b synced: 1
            g: PreparingRebalance consumer -; a [0]; b [1]
            a join: GROUP_MAX_SIZE_REACHED
            g: PreparingRebalance consumer -; b [1]
        "#]],
    );
}

#[test]
fn a_new_member_whose_client_gave_up_is_forgotten_after_five_minutes() {
    check(
        "settings delay=0; a joins v=1 session=30min rebalance=30min; a syncs a=0; b joins v=1 rebalance=30min; wait 299s; describe; wait 2s; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            -- 299.0s
            g: PreparingRebalance consumer -; a [0]; b []
            -- 300.0s
            b join: UNKNOWN_MEMBER_ID
            -- 301.0s
            g: PreparingRebalance consumer -; a [0]
        "#]],
    );
}

#[test]
fn a_second_join_of_the_same_member_releases_the_first() {
    check(
        "settings delay=0; a joins; a syncs a=0; b joins; b joins; a joins",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 1 consumer range leader a since 0.0s; a [0]
        a synced: 0
        b join: REBALANCE_IN_PROGRESS
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
    "#]],
    );
}

#[test]
fn a_rebalance_timeout_of_zero_leaves_no_time_to_sync() {
    check(
        "settings delay=0; a joins rebalance=0; wait 1ms; a syncs a=0",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        | group g: 2 consumer - leader - since 0.0s
        -- 0.0s
        a sync: UNKNOWN_MEMBER_ID
    "#]],
    );
}
