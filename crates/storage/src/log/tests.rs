//! Logs as scripts: what is appended is read, wherever it lies and whatever happened in between.

mod compaction;
mod faults;
mod golden;
mod model;
mod rolls;
mod together;

mod damage;

use expect_test::{Expect, expect};

use crate::testing;

/// Runs the commands of a script (what stands before the first colon of each line) and holds the answers against it.
fn check(config: &str, script: Expect) {
    let answers = testing::run(config, script.data);
    script.assert_eq(&answers);
}

#[test]
fn appends_are_read_in_whole_batches() {
    check(
        "",
        expect![[r#"
            append 3 bytes=200: 0..3 197B
            append 2 bytes=200: 3..5 197B
            append 1,1 bytes=300: 5..7 594B
            ends: 0 to 7
            read 0: [0..2 3..4 5..5 6..6] next 7
            read 1: [0..2 3..4 5..5 6..6] next 7
            read 4 max=10: [3..4] next 5
            read 4 max=10 strict: [] next 4
            read 3 max=600: [3..4 5..5] next 6
            read 0 below=5: [0..2 3..4] next 5
            read 3 below=4: [] next 3
            read 7: [] next 7
            read 8: error: offsets 0 to 7 are there
        "#]],
    );
}

#[test]
fn what_lies_before_an_offset_is_found_by_bytes() {
    check(
        "segment.bytes=500",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B
            append 3 bytes=200: 2..5 197B, rolled at 2
            append 1 bytes=200: 5..6 197B
            append 1 bytes=200: 6..7 197B, rolled at 6
            close: 
            back 6 100: 
            back 6 200: 5..5
            back 6 400: 2..4 5..5
            back 5 10000: 0..0 1..1 2..4
            back 3 10000: 0..0 1..1
            back 0 10000: 
            back 99 200: 6..6
            flip 2.log 16: 
            back 6 300: 
            back 7 400: 6..6
            rest: 0 open
        "#]],
    );
}

#[test]
fn segments_roll_by_size_and_are_read_across_their_edges() {
    check(
        "segment.bytes=500",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B
            append 1 bytes=200: 2..3 197B, rolled at 2
            append 4 bytes=600: 3..7 597B, rolled at 3
            append 1 bytes=200: 7..8 197B, rolled at 7
            segments: 0..2 394B, 2..3 197B, 3..7 597B, 7..8 197B
            read 0: [0..0 1..1 | 2..2 | 3..6 | 7..7] next 8
            read 1 max=450: [1..1 | 2..2] next 3
            read 2 max=1: [2..2] next 3
            files: 0.index 8, 0.log 394, 0.timeindex 12, 2.index 0, 2.log 197, 2.timeindex 12, 3.index 0, 3.log 597, 3.timeindex 12, 7.index 0, 7.log 197, 7.timeindex 0
            rest: 0 open
            read 0: [0..0 1..1 | 2..2 | 3..6 | 7..7] next 8
            files: 0.index 8, 0.log 394, 0.timeindex 12, 2.index 0, 2.log 197, 2.timeindex 12, 3.index 0, 3.log 597, 3.timeindex 12, 7.index 0, 7.log 197, 7.timeindex 0
            close: 
            files: 0.index 8, 0.log 394, 0.timeindex 12, 2.index 0, 2.log 197, 2.timeindex 12, 3.index 0, 3.log 597, 3.timeindex 12, 7.index 0, 7.log 197, 7.timeindex 12
            open clean: 0 to 8
            read 3: [3..6 | 7..7] next 8
        "#]],
    );
}

#[test]
fn a_crash_costs_nothing_that_was_whole() {
    check(
        "segment.bytes=500",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 2 bytes=200: 1..3 197B
            append 3 bytes=200: 3..6 197B, rolled at 3
            append 4 bytes=200: 6..10 197B
            die: 
            files: 0.index 8, 0.log 394, 0.timeindex 12, 3.index 0, 3.log 394, 3.timeindex 0
            open recovery=4 replay=4: 0 to 10, walked 1, replayed 3..5 6..9
            files: 0.index 8, 0.log 394, 0.timeindex 12, 3.index 8, 3.log 394, 3.timeindex 12
            index 0.index: 2@197
            index 0.timeindex: 1001:2
            read 0: [0..0 1..2 | 3..5 6..9] next 10
            append 1 bytes=200: 10..11 197B, rolled at 10
            read 9: [6..9 | 10..10] next 11
        "#]],
    );
}

#[test]
fn a_torn_tail_is_cut_and_appends_go_on() {
    check(
        "",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 2 bytes=200: 1..3 197B
            die: 
            cut 0.log -1: 
            open: 0 to 1, walked 1, cut 196B (a batch of 197 bytes is cut at 196)
            ends: 0 to 1
            append 5 bytes=100: 1..6 96B
            read 0: [0..0 1..5] next 6
            die: 
            cut 0.log +30: 
            open: 0 to 6, walked 1, cut 30B (batch format 0, not 2)
            ends: 0 to 6
            read 0: [0..0 1..5] next 6
        "#]],
    );
}

#[test]
fn what_lies_behind_a_bad_batch_is_kept_aside() {
    check(
        "segment.bytes=500",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B
            append 1 bytes=200: 2..3 197B, rolled at 2
            append 1 bytes=200: 3..4 197B
            append 1 bytes=200: 4..5 197B, rolled at 4
            segments: 0..2 394B, 2..4 394B, 4..5 197B
            die: 
            flip 2.log 300: 
            open recovery=1: 0 to 3, walked 2, cut 394B, deleted 1, kept 394B (checksum is 0xcc4d106a but the bytes give 0x01f92bf1)
            segments: 0..2 394B, 2..3 197B
            files: 0.index 8, 0.log 394, 0.timeindex 12, 2.index 0, 2.log 197, 2.timeindex 0, 3.log.1.aside 197, 4.index.deleted 0, 4.log.1.aside 197, 4.timeindex.deleted 0
            rest: 0 open
            files: 0.index 8, 0.log 394, 0.timeindex 12, 2.index 0, 2.log 197, 2.timeindex 0, 3.log.1.aside 197, 4.log.1.aside 197
        "#]],
    );
}

#[test]
fn a_bad_batch_is_told_and_its_neighbours_are_served() {
    check(
        "",
        expect![[r#"
            append 2 bytes=300: 0..2 297B
            append 2 bytes=300: 2..4 297B
            append 2 bytes=300: 4..6 297B
            append 2 bytes=300: 6..8 297B
            close: 
            flip 0.log 500: 
            open clean: 0 to 8
            read 0: [0..1] next 2
            read 2: error: the batch of offset 2 is corrupt
            read 3: error: the batch of offset 3 is corrupt
            read 4: [4..5 6..7] next 8
        "#]],
    );
}

#[test]
fn a_batch_whose_offset_has_rotted_is_told_too() {
    check(
        "segment.bytes=700",
        expect![[r#"
            append 2 bytes=300: 0..2 297B
            append 2 bytes=300: 2..4 297B
            append 2 bytes=300: 4..6 297B, rolled at 4
            close: 
            flip 0.log 303: 
            open clean: 0 to 6
            read 0: [0..1] next 2
            read 2: error: the batch of offset 2 is corrupt
            read 4: [4..5] next 6
            append 2 bytes=300: 6..8 297B
            flip 4.log 6: 
            read 4: error: the batch of offset 4 is corrupt
            read 6: [6..7] next 8
        "#]],
    );
}

#[test]
fn a_time_index_of_one_entry_that_a_start_does_not_look_at_is_continued() {
    check(
        "",
        expect![[r#"
            append 1 at=5000: 0..1 68B
            append 1 at=3000: 1..2 68B
            close: 
            index 0.timeindex: 5000:0
            open clean: 0 to 2
            newest: 0 at 5000
            close: 
            index 0.timeindex: 5000:0
            open clean: 0 to 2
            append 1 at=4000: 2..3 68B
            close: 
            index 0.timeindex: 5000:0
            open clean: 0 to 3
            append 1 at=9000: 3..4 68B
            newest: 3 at 9000
            close: 
            index 0.timeindex: 5000:0 9000:3
            open clean: 0 to 4
            roll: 4
            append 1 at=8000: 4..5 68B
            newest: 3 at 9000
            close: 
            files: 0.index 8, 0.log 272, 0.timeindex 24, 4.index 0, 4.log 68, 4.timeindex 12
            cut 4.timeindex -12: 
            open clean: 0 to 5
            newest: 3 at 9000
            close: 
            index 4.timeindex: 8000:0
        "#]],
    );
}

#[test]
fn indexes_are_built_anew_when_missing_or_torn() {
    check(
        "",
        expect![[r#"
            append 2 bytes=300: 0..2 297B
            append 2 bytes=300: 2..4 297B
            append 2 bytes=300: 4..6 297B
            close: 
            index 0.index: 3@297 5@594
            index 0.timeindex: 1001:1
            remove 0.index: 
            open clean: 0 to 6, walked 1
            index 0.index: 3@297 5@594
            close: 
            cut 0.timeindex -3: 
            open clean: 0 to 6, walked 1
            index 0.timeindex: 1001:1
            close: 
            remove 0.log: 
            open clean: 0 to 0
            files: 
        "#]],
    );
}

#[test]
fn an_index_that_does_not_fit_its_data_misleads_nobody() {
    check(
        "index.interval.bytes=0",
        expect![[r#"
            append 2 bytes=300: 0..2 297B
            append 2 bytes=300: 2..4 297B
            append 2 bytes=300: 4..6 297B
            append 2 bytes=300: 6..8 297B
            roll: 8
            append 1: 8..9 68B
            close: 
            index 0.index: 3@297 5@594 7@891
            flip 0.index 3: 
            flip 0.index 15: 
            index 0.index: 2@297 5@595 7@891
            open clean: 0 to 9
            read 0 max=1: [0..1] next 2
            read 1 max=1: [0..1] next 2
            read 2 max=1: [2..3] next 4
            read 3 max=1: [2..3] next 4
            read 4 max=1: [4..5] next 6
            read 5 max=1: [4..5] next 6
            read 7 max=1: [6..7] next 8
        "#]],
    );
}

#[test]
fn an_index_that_kafka_left_preallocated_is_understood() {
    check(
        "",
        expect![[r#"
            append 2 bytes=300: 0..2 297B
            append 2 bytes=300: 2..4 297B
            append 2 bytes=300: 4..6 297B
            append 2 bytes=300: 6..8 297B
            close: 
            cut 0.index +8000: 
            cut 0.timeindex +12000: 
            open clean: 0 to 8
            files: 0.index 24, 0.log 1188, 0.timeindex 12
            read 4: [4..5 6..7] next 8
            append 2 bytes=300: 8..10 297B
            close: 
            index 0.index: 3@297 5@594 7@891 9@1188
            index 0.timeindex: 1001:1
            open clean: 0 to 10
            roll: 10
            append 2: 10..12 75B
            close: 
            cut 0.index +8000: 
            cut 0.timeindex +12000: 
            open clean: 0 to 12
            read 5 max=1: [4..5] next 6
            time 1003: none
            newest: 1 at 1001
        "#]],
    );
}

#[test]
fn truncation_goes_back_to_a_batch_and_takes_segments_along() {
    check(
        "segment.bytes=700",
        expect![[r#"
            append 2 bytes=300 at=1000: 0..2 297B
            append 2 bytes=300 at=2000: 2..4 297B
            append 2 bytes=300 at=3000: 4..6 297B, rolled at 4
            append 2 bytes=300 at=4000: 6..8 297B
            append 2 bytes=300 at=5000: 8..10 297B, rolled at 8
            segments: 0..4 594B, 4..8 594B, 8..10 297B
            sync: 10
            truncate 11: 10
            truncate 7: 6
            ends: 0 to 6
            durable: 6
            segments: 0..4 594B, 4..6 297B
            files: 0.index 8, 0.log 594, 0.timeindex 12, 4.index 0, 4.log 297, 4.timeindex 0, 8.index.deleted 0, 8.log.deleted 297, 8.timeindex.deleted 0
            newest: 5 at 3001
            append 3 bytes=300 at=1500: 6..9 297B
            read 4: [4..5 6..8] next 9
            time 3000: 4 at 3000
            truncate 4: 4
            files: 0.index 8, 0.log 594, 0.timeindex 12, 4.index 0, 4.log 0, 4.timeindex 0, 8.index.deleted 0, 8.log.deleted 297, 8.timeindex.deleted 0
            ends: 0 to 4
            append 1 offset=4: 4..5 68B
            restart 100: 
            ends: 100 to 100
            append 1: 100..101 68B
            read 100: [100..100] next 101
            truncate 50: 50
            ends: 50 to 50
            die: 
            open: 50 to 50, walked 1
            ends: 50 to 50
        "#]],
    );
}

#[test]
fn times_are_found_inside_batches() {
    check(
        "segment.bytes=2000",
        expect![[r#"
            append 10 at=1000: 0..10 131B
            append 10 at=2000 zstd bytes=500: 10..20 130B
            append 10 at=1500: 20..30 131B
            append 10 at=3000 bytes=1500: 30..40 1497B
            append 10 at=2500: 40..50 131B, rolled at 40
            segments: 0..40 1889B, 40..50 131B
            time 0: 0 at 1000
            time 1005: 5 at 1005
            time 1010: 10 at 2000
            time 2003: 13 at 2003
            time 2010: 30 at 3000
            time 3009: 39 at 3009
            time 3010: none
            time 2003 below=13: none
            time 2003 below=14: 13 at 2003
            newest: 39 at 3009
            start 15: 15
            time 0: 15 at 2005
            close: 
            open clean start=15: 15 to 50
            time 2003: 15 at 2005
            time 3001: 31 at 3001
            newest: 39 at 3009
        "#]],
    );
}

#[test]
fn retention_takes_the_oldest_below_the_high_watermark() {
    check(
        "segment.bytes=300 retention.ms=1000",
        expect![[r#"
            append 1 bytes=200 at=1000: 0..1 197B
            append 1 bytes=200 at=2000: 1..2 197B, rolled at 1
            append 1 bytes=200 at=3000: 2..3 197B, rolled at 2
            append 1 bytes=200 at=4000: 3..4 197B, rolled at 3
            retain at=2000: start 0 without []
            retain at=2001: start 1 without ["0"]
            retain at=3500 hw=1: start 1 without []
            retain at=3500 hw=3: start 2 without ["1"]
            read 1: error: offsets 2 to 4 are there
            files: 0.index.deleted 0, 0.log.deleted 197, 0.timeindex.deleted 12, 1.index.deleted 0, 1.log.deleted 197, 1.timeindex.deleted 12, 2.index 0, 2.log 197, 2.timeindex 12, 3.index 0, 3.log 197, 3.timeindex 0
            retain at=9000: start 4 without ["2", "3"]
            segments: 4..4 0B
            ends: 4 to 4
            retain at=9000: start 4 without []
            rest: 0 open
            files: 4.index 0, 4.log 0, 4.timeindex 0
            append 1: 4..5 68B
            read 4: [4..4] next 5
        "#]],
    );
    check(
        "segment.bytes=300 retention.ms=-1 retention.bytes=500",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B, rolled at 1
            append 1 bytes=200: 2..3 197B, rolled at 2
            append 1 bytes=200: 3..4 197B, rolled at 3
            retain: start 1 without ["0"]
            segments: 1..2 197B, 2..3 197B, 3..4 197B
        "#]],
    );
    check(
        "segment.bytes=300 retention.ms=1 cleanup.policy=compact",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B, rolled at 1
            append 1 bytes=200: 2..3 197B, rolled at 2
            retain at=99999: start 0 without []
            start 2: 2
            read 1: error: offsets 2 to 3 are there
            retain at=99999: start 2 without ["0", "1"]
            segments: 2..3 197B
        "#]],
    );
}

#[test]
fn rolls_by_time_index_size_and_offset_distance() {
    check(
        "segment.ms=1000",
        expect![[r#"
            append 1 at=5000: 0..1 68B
            append 1 at=6000: 1..2 68B
            append 1 at=6001: 2..3 68B, rolled at 2
            append 1 at=0: 3..4 68B
            segments: 0..2 136B, 2..4 136B
        "#]],
    );
    check(
        "segment.index.bytes=24 index.interval.bytes=0",
        expect![[r#"
            append 1 at=1: 0..1 68B
            append 1 at=2: 1..2 68B
            append 1 at=3: 2..3 68B, rolled at 2
            append 1 at=4: 3..4 68B
            append 1 at=5: 4..5 68B, rolled at 4
            segments: 0..2 136B, 2..4 136B, 4..5 68B
            index 0.index: 1@68
            index 0.timeindex: 2:1
        "#]],
    );
    check(
        "",
        expect![[r#"
            append 1: 0..1 68B
            append 1 offset=2147483648: 2147483648..2147483649 68B, rolled at 1
            append 1 offset=9000000000: 9000000000..9000000001 68B, rolled at 9000000000
            segments: 0..1 68B, 1..9000000000 68B, 9000000000..9000000001 68B
            read 1: [2147483648..2147483648 | 9000000000..9000000000] next 9000000001
            read 2147483649: [9000000000..9000000000] next 9000000001
        "#]],
    );
}

#[test]
fn aborted_transactions_are_found_by_range() {
    check(
        "segment.bytes=300",
        expect![[r#"
            append 10 bytes=200: 0..10 197B
            abort 7 1 8 9: 
            append 10 bytes=200: 10..20 197B, rolled at 10
            abort 8 2 12 11: 
            abort 7 11 19 20: 
            aborted 0 20: p7 1..8, p8 2..12, p7 11..19
            aborted 0 2: p7 1..8
            aborted 9 20: p8 2..12, p7 11..19
            aborted 13 20: p7 11..19
            aborted 20 30: 
            close: 
            open clean: 0 to 20
            aborted 0 20: p7 1..8, p8 2..12, p7 11..19
            die: 
            open replay=15: 0 to 20, walked 2, replayed 10..19
            aborted 0 20: p7 1..8, p8 2..12
            truncate 12: 10
            aborted 0 20: p7 1..8
        "#]],
    );
}

#[test]
fn aborted_transactions_that_a_crash_left_out_of_order_are_forgotten() {
    check(
        "",
        expect![[r#"
            append 20: 0..20 201B
            abort 7 1 8 9: 
            abort 8 2 6 9: 
            abort 7 9 12 13: 
            aborted 0 20: error: the entry that ends at 6 follows a later one
            die: 
            open replay=20: 0 to 20, walked 1
            aborted 0 20: p7 1..8
            abort 8 9 11 12: 
            aborted 0 20: p7 1..8, p8 9..11
        "#]],
    );
}

#[test]
fn aborted_transactions_that_an_index_lacks_are_restored_in_their_place() {
    check(
        "segment.bytes=300",
        expect![[r#"
            append 10 bytes=200: 0..10 197B
            abort 8 2 7 8: 
            append 10 bytes=200: 10..20 197B, rolled at 10
            abort 7 11 19 20: 
            close: 
            open clean: 0 to 20
            restore 9 1 5 8 2 7 9 6 9 7 11 19: 
            aborted 0 20: p9 1..5, p8 2..7, p9 6..9, p7 11..19
            close: 
            open clean: 0 to 20
            aborted 0 20: p9 1..5, p8 2..7, p9 6..9, p7 11..19
        "#]],
    );
}

#[test]
fn leftovers_of_deletion_and_compaction_are_settled() {
    check(
        "segment.bytes=300",
        expect![[r#"
            append 1 bytes=200: 0..1 197B
            append 1 bytes=200: 1..2 197B, rolled at 1
            append 1 bytes=200: 2..3 197B, rolled at 2
            close: 
            rename 0.log 0.log.deleted: 
            rename 0.index 0.index.cleaned: 
            open clean: 1 to 3
            files: 1.index 0, 1.log 197, 1.timeindex 12, 2.index 0, 2.log 197, 2.timeindex 12
            close: 
            rename 1.log 0.log.swap: 
            open clean: 0 to 3, walked 1
            files: 0.index 0, 0.log 197, 0.timeindex 12, 2.index 0, 2.log 197, 2.timeindex 12
            read 0: [1..1 | 2..2] next 3
        "#]],
    );
}

#[test]
fn flush_settings_are_obeyed() {
    check(
        "flush.messages=3",
        expect![[r#"
            append 2: 0..2 75B
            append 1: 2..3 68B, sync due
            durable: 0
            ends: 0 to 3
            sync: 3
            append 2: 3..5 75B
            durable: 3
            ends: 0 to 5
        "#]],
    );
    check(
        "flush.ms=0",
        expect![[r#"
            append 2: 0..2 75B
            durable: 0
            ends: 0 to 2
            rest: 0 open
            durable: 2
            ends: 0 to 2
        "#]],
    );
}
