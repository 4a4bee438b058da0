//! OffsetDelete: what of a group's offsets may be forgotten, and when.

use expect_test::expect;

use super::script::check;

#[test]
fn offsets_of_an_empty_group_are_forgotten() {
    check(
        "nobody commits t/0=1 t/1=2 u/0=3; forget t/0 t/7 v/0; fetch all; forget t/1 t/1 u/0; fetch all; list; wait 10min; list",
        expect![[r#"
            | offset g t/0: 1
            | offset g t/1: 2
            | offset g u/0: 3
            nobody commit: t/0 NONE, t/1 NONE, u/0 NONE
            | offset g t/0: gone
            forgotten: NONE, t/0 NONE, t/7 NONE, v/0 NONE
            fetched: t/1=2 epoch -1 '', u/0=3 epoch -1 ''
            | offset g t/1: gone
            | offset g u/0: gone
            forgotten: NONE, t/1 NONE, t/1 NONE, u/0 NONE
            fetched: nothing
            groups: g (Empty - classic)
            -- 600.0s
            | group g: gone
            groups: nothing
        "#]],
    );
}

#[test]
fn a_group_must_be_there_and_have_a_name() {
    check(
        "forget t/0; forget; forget in= t/0; nobody commits t/0=1; forget",
        expect![[r#"
        forgotten: GROUP_ID_NOT_FOUND
        forgotten: GROUP_ID_NOT_FOUND
        forgotten: INVALID_GROUP_ID
        | offset g t/0: 1
        nobody commit: t/0 NONE
        forgotten: NONE
    "#]],
    );
}

#[test]
fn what_a_living_consumer_reads_stays() {
    check(
        "settings delay=0; a joins offer=range:t; forget t/0 u/0; a syncs a=0; a commits t/0=1 u/0=1; forget t/0 u/0 t/9; fetch all",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            forgotten: NONE, t/0 GROUP_SUBSCRIBED_TO_TOPIC, u/0 NONE
            | group g: 1 consumer range leader a since 0.0s; a [0]
            a synced: 0
            | offset g t/0: 1
            | offset g u/0: 1
            a commit: t/0 NONE, u/0 NONE
            | offset g u/0: gone
            forgotten: NONE, t/0 GROUP_SUBSCRIBED_TO_TOPIC, u/0 NONE, t/9 GROUP_SUBSCRIBED_TO_TOPIC
            fetched: t/0=1 epoch -1 ''
        "#]],
    );
}

#[test]
fn where_nobody_knows_what_is_read_all_stays() {
    check(
        "settings delay=0; a joins offer=range; a syncs; a commits t/0=1; forget t/0; \
         b joins in=h type=connect offer=default; forget in=h t/0",
        expect![[r#"
            | group g: 0 - - leader - since 0.0s
            a joined: generation 1, range, leader a, sees a
            | group g: 1 consumer range leader a since 0.0s; a []
            a synced: nothing
            | offset g t/0: 1
            a commit: t/0 NONE
            forgotten: NONE, t/0 GROUP_SUBSCRIBED_TO_TOPIC
            | group h: 0 - - leader - since 0.0s
            b joined: generation 1, default, leader b, sees b
            forgotten: NON_EMPTY_GROUP
        "#]],
    );
}

#[test]
fn a_deletion_that_cannot_be_written_is_refused_and_forgets_nothing() {
    check(
        "nobody commits t/0=1; appends fail with NOT_ENOUGH_REPLICAS; forget t/0; appends work; fetch all",
        expect![[r#"
            | offset g t/0: 1
            nobody commit: t/0 NONE
            | not written: NOT_ENOUGH_REPLICAS
            forgotten: COORDINATOR_NOT_AVAILABLE
            fetched: t/0=1 epoch -1 ''
        "#]],
    );
}
