//! Stopping, being killed, starting again: the same partition comes back.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_clean_stop_leaves_a_snapshot_and_the_producers_come_back() {
    check(
        "",
        "produce pid=7 seq=0 n=2
         produce pid=8 seq=0 txn
         stop
         files
         start
         producers
         lead epoch=1
         marks
         produce pid=7 seq=0 n=2
         produce pid=7 seq=2
         marker pid=8 abort
         marks
         read 0 committed",
        expect![[r#"
            produce pid=7 seq=0 n=2: ok 0..1
            produce pid=8 seq=0 txn: ok 2..2
            stop: ok
            files: 0.index 0.log 0.timeindex 3.snapshot leader-epoch-checkpoint partition.metadata
            start: 0 to 3
            producers: 7 e0 seq=1, 8 e0 seq=0 txn=2
            lead epoch=1: ok
            marks: start=0 stable=2 high=3 end=3
            produce pid=7 seq=0 n=2: ok 0..1 time=1 (duplicate)
            produce pid=7 seq=2: ok 3..3
            marker pid=8 abort: ok 4..4
            marks: start=0 stable=5 high=5 end=5
            read 0 committed: 0..1 e0 max=1, 2..2 e0 max=0, 3..3 e1 max=0, 4..4 e1 max=0; pid 8 aborted from 2
        "#]],
    );
}

#[test]
fn a_killed_partition_replays_its_log() {
    check(
        "",
        "produce pid=7 seq=0 n=2
         produce pid=8 seq=0 txn
         marker pid=8 abort
         produce pid=8 seq=1 txn
         kill
         start
         producers
         lead epoch=1
         marks
         produce pid=7 seq=0 n=2
         read 0 committed",
        expect![[r#"
            produce pid=7 seq=0 n=2: ok 0..1
            produce pid=8 seq=0 txn: ok 2..2
            marker pid=8 abort: ok 3..3
            produce pid=8 seq=1 txn: ok 4..4
            kill: ok
            start: 0 to 5
            producers: 7 e0 seq=1, 8 e0 seq=1 txn=4
            lead epoch=1: ok
            marks: start=0 stable=4 high=5 end=5
            produce pid=7 seq=0 n=2: ok 0..1 time=1 (duplicate)
            read 0 committed: 0..1 e0 max=1, 2..2 e0 max=0, 3..3 e0 max=0; pid 8 aborted from 2
        "#]],
    );
}

#[test]
fn snapshots_are_taken_when_a_segment_begins() {
    check(
        "segment.bytes=200",
        "produce pid=7 seq=0
         produce pid=7 seq=1
         produce pid=8 seq=0 txn
         rest
         files
         kill
         start
         producers
         lead epoch=1
         marker pid=8 abort
         marks
         kill
         start
         lead epoch=2
         read 0 committed",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            produce pid=7 seq=1: ok 1..1
            produce pid=8 seq=0 txn: ok 2..2
            rest: ok
            files: 0.index 0.log 0.timeindex 2.index 2.log 2.snapshot 2.timeindex leader-epoch-checkpoint partition.metadata
            kill: ok
            start: 0 to 3
            producers: 7 e0 seq=1, 8 e0 seq=0 txn=2
            lead epoch=1: ok
            marker pid=8 abort: ok 3..3
            marks: start=0 stable=4 high=4 end=4
            kill: ok
            start: 0 to 4
            lead epoch=2: ok
            read 0 committed: 0..0 e0 max=0, 1..1 e0 max=0, 2..2 e0 max=0, 3..3 e1 max=0; pid 8 aborted from 2
        "#]],
    );
}

#[test]
fn a_snapshot_that_was_being_written_goes() {
    check(
        "",
        "produce pid=7 seq=0
         leave 00000000000000000001.snapshot.tmp
         kill
         files
         start
         files",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            leave 00000000000000000001.snapshot.tmp: ok
            kill: ok
            files: 0.index 0.log 0.timeindex 1.snapshot.tmp partition.metadata
            start: 0 to 1
            files: 0.index 0.log 0.timeindex partition.metadata
        "#]],
    );
}

#[test]
fn a_bad_snapshot_is_passed_over() {
    check(
        "",
        "produce pid=7 seq=0
         stop
         spoil 00000000000000000001.snapshot
         start
         producers
         files",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            stop: ok
            spoil 00000000000000000001.snapshot: ok
            start: 0 to 1
            producers: 7 e0 seq=0
            files: 0.index 0.log 0.timeindex leader-epoch-checkpoint partition.metadata
        "#]],
    );
}

#[test]
fn a_snapshot_beyond_the_end_of_the_log_is_not_believed() {
    check(
        "segment.bytes=100",
        "produce pid=7 seq=0
         produce pid=7 seq=1
         stop
         lose 00000000000000000001.log
         files
         start
         producers
         files
         lead epoch=1
         produce pid=7 seq=1",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            produce pid=7 seq=1: ok 1..1
            stop: ok
            lose 00000000000000000001.log: ok
            files: 0.index 0.log 0.timeindex 1.index 1.snapshot 1.timeindex 2.snapshot leader-epoch-checkpoint partition.metadata
            start: 0 to 1
            producers: 7 e0 seq=0
            files: 0.index 0.log 0.timeindex 1.snapshot leader-epoch-checkpoint partition.metadata
            lead epoch=1: ok
            produce pid=7 seq=1: ok 1..1
        "#]],
    );
}

#[test]
fn aborted_transactions_are_not_listed_twice_after_a_start() {
    check(
        "",
        "produce pid=7 seq=0 txn
         marker pid=7 abort
         produce pid=7 seq=1 txn
         marker pid=7 abort
         stop
         lose 00000000000000000004.snapshot
         start
         lead epoch=1
         read 0 committed
         kill
         start
         lead epoch=2
         read 0 committed",
        expect![[r#"
            produce pid=7 seq=0 txn: ok 0..0
            marker pid=7 abort: ok 1..1
            produce pid=7 seq=1 txn: ok 2..2
            marker pid=7 abort: ok 3..3
            stop: ok
            lose 00000000000000000004.snapshot: ok
            start: 0 to 4
            lead epoch=1: ok
            read 0 committed: 0..0 e0 max=0, 1..1 e0 max=0, 2..2 e0 max=0, 3..3 e0 max=0; pid 7 aborted from 0; pid 7 aborted from 2
            kill: ok
            start: 0 to 4
            lead epoch=2: ok
            read 0 committed: 0..0 e0 max=0, 1..1 e0 max=0, 2..2 e0 max=0, 3..3 e0 max=0; pid 7 aborted from 0; pid 7 aborted from 2
        "#]],
    );
}

#[test]
fn log_start_and_epochs_survive() {
    check(
        "",
        "produce n=5
         lead epoch=3
         produce n=5
         delete-records 7
         stop
         start
         lead epoch=4
         marks
         epoch-end 0
         epoch-end 3
         offset earliest
         read 6",
        expect![[r#"
            produce n=5: ok 0..4
            lead epoch=3: ok
            produce n=5: ok 5..9
            delete-records 7: start=7
            stop: ok
            start: 7 to 10
            lead epoch=4: ok
            marks: start=7 stable=10 high=10 end=10
            epoch-end 0: epoch 0 ends at 7
            epoch-end 3: epoch 3 ends at 10
            offset earliest: 7 e3
            read 6: OFFSET_OUT_OF_RANGE
        "#]],
    );
}

#[test]
fn a_folder_of_another_topic_is_not_taken() {
    check(
        "",
        "produce\nstop\nspoil partition.metadata\nstart",
        expect![[r#"
        produce: ok 0..0
        stop: ok
        spoil partition.metadata: ok
        start: error: /orders-0 belongs to topic id BwcHBwcHBwcHBwcHBwcHBg, not BwcHBwcHBwcHBwcHBwcHBw
    "#]],
    );
}

#[test]
fn a_partition_that_was_never_written_to_leaves_nothing() {
    check(
        "",
        "marks\nstop\nfiles\nstart\nstop\nfiles",
        expect![[r#"
            marks: start=0 stable=0 high=0 end=0
            stop: ok
            files: no folder
            start: 0 to 0
            stop: ok
            files: no folder
        "#]],
    );
}

#[test]
fn batches_before_a_snapshot_are_known_again_when_they_come_twice() {
    check(
        "segment.bytes=200",
        "produce pid=7 seq=0
         produce pid=7 seq=1
         produce pid=7 seq=2
         produce pid=7 seq=3
         rest
         files
         kill
         start
         producers
         lead epoch=1
         produce pid=7 seq=0
         produce pid=7 seq=2
         produce pid=7 seq=3
         produce pid=7 seq=4",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            produce pid=7 seq=1: ok 1..1
            produce pid=7 seq=2: ok 2..2
            produce pid=7 seq=3: ok 3..3
            rest: ok
            files: 0.index 0.log 0.timeindex 2.index 2.log 2.snapshot 2.timeindex leader-epoch-checkpoint partition.metadata
            kill: ok
            start: 0 to 4
            producers: 7 e0 seq=3
            lead epoch=1: ok
            produce pid=7 seq=0: ok 0..0 time=0 (duplicate)
            produce pid=7 seq=2: ok 2..2 time=0 (duplicate)
            produce pid=7 seq=3: ok 3..3 time=0 (duplicate)
            produce pid=7 seq=4: ok 4..4
        "#]],
    );
}

#[test]
fn a_log_that_ended_before_its_start_has_no_producers() {
    check(
        "",
        "produce pid=7 seq=0 txn
         stop
         start
         lead epoch=1
         marker pid=7 abort
         produce n=8
         delete-records 8
         checkpoint
         kill
         cut 00000000000000000000.log bytes=160
         start
         producers
         lead epoch=2
         epoch-end 1
         produce pid=7 epoch=1 seq=0 txn
         files
         kill
         start
         producers
         lead epoch=3
         marker pid=7 epoch=1 abort
         read 8 committed",
        expect![[r#"
            produce pid=7 seq=0 txn: ok 0..0
            stop: ok
            start: 0 to 1
            lead epoch=1: ok
            marker pid=7 abort: ok 1..1
            produce n=8: ok 2..9
            delete-records 8: start=8
            checkpoint: ok
            kill: ok
            cut 00000000000000000000.log bytes=160: ok
            start: 8 to 8
            producers: 
            lead epoch=2: ok
            epoch-end 1: epoch 1 ends at 8
            produce pid=7 epoch=1 seq=0 txn: ok 8..8
            files: 0.index.deleted 0.log.deleted 0.timeindex.deleted 0.txnindex.deleted 8.index 8.log 8.timeindex leader-epoch-checkpoint partition.metadata
            kill: ok
            start: 8 to 9
            producers: 7 e1 seq=0 txn=8
            lead epoch=3: ok
            marker pid=7 epoch=1 abort: ok 9..9
            read 8 committed: 8..8 e2 max=0, 9..9 e3 max=0; pid 7 aborted from 8
        "#]],
    );
}

#[test]
fn a_snapshot_before_the_first_segment_is_passed_over() {
    check(
        "",
        "produce pid=7 seq=0 txn
         stop
         start
         lead epoch=1
         produce n=8
         delete-records 8
         stop
         lose 00000000000000000000.log
         start
         producers
         files
         lead epoch=2
         marks",
        expect![[r#"
            produce pid=7 seq=0 txn: ok 0..0
            stop: ok
            start: 0 to 1
            lead epoch=1: ok
            produce n=8: ok 1..8
            delete-records 8: start=8
            stop: ok
            lose 00000000000000000000.log: ok
            start: 8 to 8
            producers: 
            files: 8.index 8.log 8.timeindex leader-epoch-checkpoint partition.metadata
            lead epoch=2: ok
            marks: start=8 stable=8 high=8 end=8
        "#]],
    );
}

#[test]
fn a_lost_end_of_a_segment_is_told_from_a_hole_of_compaction() {
    let script = |before: &str| {
        format!(
            "produce n=2
             produce n=2
             produce n=2
             rest
             kill
             {before}
             cut 00000000000000000000.log bytes=79
             start
             lead epoch=1
             read 0"
        )
    };
    let config = "cleanup.policy=compact segment.bytes=160";
    check(
        config,
        &script("lose 00000000000000000004.snapshot"),
        expect![[r#"
        produce n=2: ok 0..1
        produce n=2: ok 2..3
        produce n=2: ok 4..5
        rest: ok
        kill: ok
        lose 00000000000000000004.snapshot: ok
        cut 00000000000000000000.log bytes=79: ok
        start: 0 to 2
        lead epoch=1: ok
        read 0: 0..1 e0 max=1
    "#]],
    );
    check(
        config,
        &script("files"),
        expect![[r#"
        produce n=2: ok 0..1
        produce n=2: ok 2..3
        produce n=2: ok 4..5
        rest: ok
        kill: ok
        files: 0.index 0.log 0.timeindex 4.index 4.log 4.snapshot 4.timeindex leader-epoch-checkpoint partition.metadata
        cut 00000000000000000000.log bytes=79: ok
        start: 0 to 6
        lead epoch=1: ok
        read 0: 0..1 e0 max=1, 4..5 e0 max=1
    "#]],
    );
}
