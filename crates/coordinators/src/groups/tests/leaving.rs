//! LeaveGroup: one, several, none.

use expect_test::expect;

use super::script::check;

const TWO: &str = "settings delay=0; a joins; b joins; a joins; b syncs; a syncs a=0 b=1; ";

#[test]
fn who_leaves_starts_a_round_for_the_rest() {
    check(
        &format!("{TWO} b leaves; a beats; a joins; a syncs a=0,1"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        b left: b NONE
        a beat: REBALANCE_IN_PROGRESS
        a joined: generation 3, range, leader a, sees a
        | group g: 3 consumer range leader a since 0.0s; a [0,1]
        a synced: 0,1
    "#]],
    );
}

#[test]
fn the_last_to_leave_empties_the_group() {
    check(
        &format!("{TWO} drop a b; describe; a beats; a joins"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        | group g: 3 consumer - leader - since 0.0s
        drop left: a NONE, b NONE
        g: Empty consumer -
        a beat: UNKNOWN_MEMBER_ID
        a join: UNKNOWN_MEMBER_ID
    "#]],
    );
}

#[test]
fn old_versions_name_one_member() {
    check(
        &format!("{TWO} a leaves v=0; b leaves v=2; b leaves v=2; b leaves v=1 in=other; b leaves v=1 in="),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        a left: NONE
        | group g: 3 consumer - leader - since 0.0s
        b left: NONE
        b left: UNKNOWN_MEMBER_ID
        b left: UNKNOWN_MEMBER_ID
        b left: INVALID_GROUP_ID
    "#]],
    );
}

#[test]
fn each_of_several_is_answered() {
    check(
        &format!("{TWO} drop b z -/i b/i; drop in=other b; drop in= b; drop"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        drop left: b NONE, z UNKNOWN_MEMBER_ID, -/i UNKNOWN_MEMBER_ID, b/i UNKNOWN_MEMBER_ID
        drop left: b UNKNOWN_MEMBER_ID
        drop left: INVALID_GROUP_ID
        drop left: NONE
    "#]],
    );
}

#[test]
fn who_leaves_while_waiting_is_answered() {
    check(
        "a joins; a leaves; wait 3s; describe",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a join: UNKNOWN_MEMBER_ID
        a left: a NONE
        -- 3.0s
        | group g: 1 consumer - leader - since 3.0s
        g: Empty consumer -
    "#]],
    );
    check(
        "settings delay=0; a joins; b joins; a joins; b syncs; b leaves; a joins; a syncs a=0",
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        b sync: UNKNOWN_MEMBER_ID
        b left: b NONE
        a joined: generation 3, range, leader a, sees a
        | group g: 3 consumer range leader a since 0.0s; a [0]
        a synced: 0
    "#]],
    );
}

#[test]
fn the_last_one_missing_may_leave_instead_of_joining() {
    check(
        &format!("{TWO} c joins; a joins; b leaves"),
        expect![[r#"
        | group g: 0 - - leader - since 0.0s
        a joined: generation 1, range, leader a, sees a
        a joined: generation 2, range, leader a, sees a b
        b joined: generation 2, range, leader a
        | group g: 2 consumer range leader a since 0.0s; a [0]; b [1]
        a synced: 0
        b synced: 1
        a joined: generation 3, range, leader a, sees a c
        c joined: generation 3, range, leader a
        b left: b NONE
    "#]],
    );
}
