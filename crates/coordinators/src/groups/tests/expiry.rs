//! Offsets and groups that nobody uses go away.

use expect_test::expect;

use super::script::check;

#[test]
fn seven_days_after_the_group_became_empty_its_offsets_go_and_the_group_with_them() {
    check(
        "settings delay=0; a joins session=30min; a syncs a=0; a commits t/0=1; wait 29min; a leaves; wait 7d; list; wait 40min; list",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            | offset g t/0: 1
            a commit: t/0 NONE
            -- 1740.0s
            | group g: 2 consumer - leader - since 1740.0s
            a left: a NONE
            -- 606540.0s
            groups: g (Empty consumer classic)
            -- 606600.0s
            | offset g t/0: gone
            | group g: gone
            -- 608940.0s
            groups: nothing
        "#]],
    );
}

#[test]
fn offsets_of_a_consumer_without_a_group_go_seven_days_after_their_commit() {
    check(
        "nobody commits t/0=1; wait 1d; nobody commits t/1=2; wait 6d; wait 10min; fetch all; wait 1d; list",
        expect![[r#"
        | offset g t/0: 1
        nobody commit: t/0 NONE
        -- 86400.0s
        | offset g t/1: 2
        nobody commit: t/1 NONE
        -- 604800.0s
        | offset g t/0: gone
        -- 605400.0s
        fetched: t/1=2 epoch -1 ''
        -- 691200.0s
        | offset g t/1: gone
        | group g: gone
        -- 691800.0s
        groups: nothing
    "#]],
    );
}

#[test]
fn a_client_may_ask_for_another_time() {
    check(
        "nobody commits t/0=1 v=2 retention=5s; nobody commits t/1=2; wait 10min; fetch all",
        expect![[r#"
        | offset g t/0: 1 until 5s
        nobody commit: t/0 NONE
        | offset g t/1: 2
        nobody commit: t/1 NONE
        -- 600.0s
        | offset g t/0: gone
        fetched: t/1=2 epoch -1 ''
    "#]],
    );
}

#[test]
fn a_group_without_offsets_goes_at_the_next_look() {
    check(
        "a joins once; list; wait 10min; list",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a join: MEMBER_ID_REQUIRED
        groups: g (Empty - classic)
        -- 600.0s
        | group g: gone
        groups: nothing
    "#]],
    );
}

#[test]
fn in_a_living_group_only_topics_nobody_wants_expire() {
    check(
        "settings delay=0 keep=15min; a joins session=30min rebalance=30min offer=range:t; a commits t/0=1 u/0=1; a syncs a=0; \
         a commits t/0=1 u/0=1; wait 21min; fetch all; restart; a commits u/0=2; wait 21min; fetch all",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            a commit: t/0 REBALANCE_IN_PROGRESS, u/0 REBALANCE_IN_PROGRESS
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            | offset g t/0: 1
            | offset g u/0: 1
            a commit: t/0 NONE, u/0 NONE
            -- 1200.0s
            | offset g u/0: gone
            -- 1260.0s
            fetched: t/0=1 epoch -1 ''
            | offset g u/0: 2
            a commit: u/0 NONE
            -- 2460.0s
            | offset g u/0: gone
            -- 2520.0s
            fetched: t/0=1 epoch -1 ''
        "#]],
    );
}

#[test]
fn in_a_living_group_of_another_protocol_nothing_expires() {
    check(
        "settings delay=0 keep=15min; a joins type=connect offer=default session=30min rebalance=30min; a syncs type=connect name=default; \
         a commits t/0=1; wait 21min; fetch all",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, default, leader a, sees a
            | group g: 1 connect default leader a since 0.0s; a []
            a synced: nothing
            | offset g t/0: 1
            a commit: t/0 NONE
            -- 1260.0s
            fetched: t/0=1 epoch -1 ''
        "#]],
    );
}

#[test]
fn in_a_group_whose_members_want_nobody_knows_what_nothing_expires() {
    check(
        "settings delay=0 keep=15min; a joins offer=range session=30min rebalance=30min; a syncs; a commits t/0=1; wait 21min; fetch all",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a []
            a synced: nothing
            | offset g t/0: 1
            a commit: t/0 NONE
            -- 1260.0s
            fetched: t/0=1 epoch -1 ''
        "#]],
    );
}
