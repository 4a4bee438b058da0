//! DescribeGroups, ListGroups, DeleteGroups.

use expect_test::expect;

use super::script::check;

#[test]
fn a_group_that_is_not_there() {
    check(
        "describe; describe v=5; describe in= v=0; list",
        expect![[r#"
        g: Dead - - GROUP_ID_NOT_FOUND Some("Group g not found.")
        g: Dead - -
        : Dead - -
        groups: nothing
    "#]],
    );
}

#[test]
fn the_states_a_group_is_shown_in() {
    check(
        "a joins instance=i; describe; wait 3s; describe; a syncs instance=i a=0; describe; b joins; describe; a joins instance=i; describe; drop a b; describe",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            g: PreparingRebalance consumer -; a/i []
            -- 3.0s
            a joined: generation 1, range, leader a, sees a
            g: CompletingRebalance consumer -; a/i []
            | group g: 1 consumer range leader a since 3.0s; a [0]
            a synced: 0
            g: Stable consumer range; a/i wants [0]
            g: PreparingRebalance consumer -; b []; a/i [0]
            b joined: generation 2, range, leader a
            a joined: generation 2, range, leader a, sees b a
            g: CompletingRebalance consumer -; b []; a/i [0]
            | group g: 3 consumer - leader - since 3.0s
            drop left: a NONE, b NONE
            g: Empty consumer -
        "#]],
    );
}

#[test]
fn lists_are_filtered_by_state_and_type() {
    check(
        "settings delay=0; a joins; a syncs a=0; b joins in=h; c joins in=i offer=default type=connect; c leaves in=i; nobody commits t/0=1 in=j; \
         list; list states=stable; list states=EMPTY,CompletingRebalance; list states=bogus; list types=Classic; list types=consumer",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            | group h: 0 - - leader - since 0.0s
            b joined: generation 1, range, leader b, sees b
            | group i: 0 - - leader - since 0.0s
            c joined: generation 1, default, leader c, sees c
            | group i: 2 connect - leader - since 0.0s
            c left: c NONE
            | offset j t/0: 1
            nobody commit: t/0 NONE
            groups: g (Stable consumer classic), h (CompletingRebalance consumer classic), i (Empty connect classic), j (Empty - classic)
            groups: g (Stable consumer classic)
            groups: h (CompletingRebalance consumer classic), i (Empty connect classic), j (Empty - classic)
            groups: nothing
            groups: g (Stable consumer classic), h (CompletingRebalance consumer classic), i (Empty connect classic), j (Empty - classic)
            groups: nothing
        "#]],
    );
}

#[test]
fn only_empty_groups_are_deleted_with_their_offsets() {
    check(
        "settings delay=0; a joins; a syncs a=0; a commits t/0=1 u/1=2; delete g h; a leaves; delete g; delete g; fetch all; a joins; fetch all",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            | offset g t/0: 1
            | offset g u/1: 2
            a commit: t/0 NONE, u/1 NONE
            deleted: g NON_EMPTY_GROUP, h GROUP_ID_NOT_FOUND
            | group g: 2 consumer - leader - since 0.0s
            a left: a NONE
            | offset g t/0: gone
            | offset g u/1: gone
            | group g: gone
            deleted: g NONE
            deleted: g GROUP_ID_NOT_FOUND
            fetched: nothing
            a join: UNKNOWN_MEMBER_ID
            fetched: nothing
        "#]],
    );
}

#[test]
fn a_deletion_that_cannot_be_written_is_refused() {
    check(
        "nobody commits t/0=1; appends fail with NOT_ENOUGH_REPLICAS; delete g; appends work; list",
        expect![[r#"
        | offset g t/0: 1
        nobody commit: t/0 NONE
        | not written: NOT_ENOUGH_REPLICAS
        deleted: g COORDINATOR_NOT_AVAILABLE
        groups: g (Empty - classic)
    "#]],
    );
}

#[test]
fn deleting_a_group_forgets_ids_that_were_given_out() {
    check(
        "a joins once; delete g; a joins; wait 60s",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a join: MEMBER_ID_REQUIRED
        | group g: gone
        deleted: g NONE
        a join: UNKNOWN_MEMBER_ID
    "#]],
    );
}
