//! Offsets by name, time and epoch; deletion.

use expect_test::expect;

use crate::testing::check;

#[test]
fn offsets_by_name_and_time() {
    check(
        "",
        "offset latest
         offset earliest
         offset newest
         offset 0
         produce n=3 at=100
         produce n=3 at=500 codec=gzip
         produce at=50
         offset latest
         offset earliest
         offset newest
         offset 0
         offset 102
         offset 103
         offset 501
         offset 503
         offset tiered",
        expect![[r#"
            offset latest: 0 e0
            offset earliest: 0 e0
            offset newest: none
            offset 0: none
            produce n=3 at=100: ok 0..2
            produce n=3 at=500 codec=gzip: ok 3..5
            produce at=50: ok 6..6
            offset latest: 7 e0
            offset earliest: 0 e0
            offset newest: 5 at 502 e0
            offset 0: 0 at 100 e0
            offset 102: 2 at 102 e0
            offset 103: 3 at 500 e0
            offset 501: 4 at 501 e0
            offset 503: none
            offset tiered: none
        "#]],
    );
}

#[test]
fn times_are_found_as_far_as_the_reader_sees() {
    check(
        "",
        "produce at=100
         produce pid=7 txn seq=0 at=200
         offset 150
         offset 150 committed
         offset newest committed",
        expect![[r#"
            produce at=100: ok 0..0
            produce pid=7 txn seq=0 at=200: ok 1..1
            offset 150: 1 at 200 e0
            offset 150 committed: none
            offset newest committed: none
        "#]],
    );
}

#[test]
fn epochs_end_where_the_next_begins() {
    check(
        "",
        "epoch-end 0
         produce n=3
         lead epoch=2
         produce n=2
         lead epoch=5
         epoch-end 0
         epoch-end 1
         epoch-end 2
         epoch-end 5
         epoch-end 6
         epoch-end -1
         offset 0
         offset earliest
         stop
         show leader-epoch-checkpoint",
        expect![[r#"
            epoch-end 0: epoch 0 ends at 0
            produce n=3: ok 0..2
            lead epoch=2: ok
            produce n=2: ok 3..4
            lead epoch=5: ok
            epoch-end 0: epoch 0 ends at 3
            epoch-end 1: epoch 0 ends at 3
            epoch-end 2: epoch 2 ends at 5
            epoch-end 5: epoch 5 ends at 5
            epoch-end 6: epoch -1 ends at -1
            epoch-end -1: epoch -1 ends at -1
            offset 0: 0 at 0 e0
            offset earliest: 0 e0
            stop: ok
            show leader-epoch-checkpoint: 0 | 3 | 0 0 | 2 3 | 5 5
        "#]],
    );
}

#[test]
fn who_knows_another_epoch_is_told() {
    check(
        "",
        "lead epoch=3
         produce
         read 0 current=3
         read 0 current=2
         read 0 current=4
         offset latest current=2
         epoch-end 3 current=9",
        expect![[r#"
            lead epoch=3: ok
            produce: ok 0..0
            read 0 current=3: 0..0 e3 max=0
            read 0 current=2: FENCED_LEADER_EPOCH
            read 0 current=4: UNKNOWN_LEADER_EPOCH
            offset latest current=2: FENCED_LEADER_EPOCH
            epoch-end 3 current=9: UNKNOWN_LEADER_EPOCH
        "#]],
    );
}

#[test]
fn records_are_deleted_up_to_the_high_watermark() {
    check(
        "",
        "produce n=3
         lead epoch=4
         produce n=3
         delete-records 7
         delete-records -2
         delete-records 4
         read 3
         read 4
         offset earliest
         delete-records 2
         delete-records -1
         marks
         show leader-epoch-checkpoint
         set cleanup.policy=compact
         delete-records 6",
        expect![[r#"
            produce n=3: ok 0..2
            lead epoch=4: ok
            produce n=3: ok 3..5
            delete-records 7: OFFSET_OUT_OF_RANGE
            delete-records -2: OFFSET_OUT_OF_RANGE
            delete-records 4: start=4
            read 3: OFFSET_OUT_OF_RANGE
            read 4: 3..5 e4 max=2
            offset earliest: 4 e4
            delete-records 2: start=4
            delete-records -1: start=6
            marks: start=6 stable=6 high=6 end=6
            show leader-epoch-checkpoint: 0 | 1 | 4 6
            set cleanup.policy=compact: ok
            delete-records 6: POLICY_VIOLATION
        "#]],
    );
}

#[test]
fn deleting_through_an_open_transaction_moves_the_stable_offset() {
    check(
        "",
        "produce pid=7 txn seq=0\nproduce n=3\nmarks\ndelete-records 2\nmarks\nread 2 committed",
        expect![[r#"
        produce pid=7 txn seq=0: ok 0..0
        produce n=3: ok 1..3
        marks: start=0 stable=0 high=4 end=4
        delete-records 2: start=2
        marks: start=2 stable=2 high=4 end=4
        read 2 committed: nothing
    "#]],
    );
}

#[test]
fn old_segments_go_with_their_snapshots() {
    check(
        "segment.bytes=100 retention.bytes=150 cleanup.policy=delete",
        "produce pid=7 seq=0
         produce pid=7 seq=1
         produce pid=7 seq=2
         produce pid=7 seq=3
         rest
         files
         retain
         rest
         files
         offset earliest
         read 0",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            produce pid=7 seq=1: ok 1..1
            produce pid=7 seq=2: ok 2..2
            produce pid=7 seq=3: ok 3..3
            rest: ok
            files: 0.index 0.log 0.timeindex 1.index 1.log 1.snapshot 1.timeindex 2.index 2.log 2.snapshot 2.timeindex 3.index 3.log 3.snapshot 3.timeindex leader-epoch-checkpoint partition.metadata
            retain: start=1, 1 segments deleted
            rest: ok
            files: 0.index.deleted 0.log.deleted 0.timeindex.deleted 1.index 1.log 1.snapshot 1.timeindex 2.index 2.log 2.snapshot 2.timeindex 3.index 3.log 3.snapshot 3.timeindex leader-epoch-checkpoint partition.metadata
            offset earliest: 1 e0
            read 0: OFFSET_OUT_OF_RANGE
        "#]],
    );
}

#[test]
fn producers_outlive_their_records() {
    check(
        "retention.ms=1000 segment.bytes=1000",
        "produce pid=7 seq=0
         produce pid=7 seq=1
         retain at=5000
         files
         kill
         start
         lead epoch=1
         marks
         producers
         produce pid=7 seq=1
         produce pid=7 seq=2",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            produce pid=7 seq=1: ok 1..1
            retain at=5000: start=2, 1 segments deleted
            files: 0.index.deleted 0.log.deleted 0.timeindex.deleted 2.index 2.log 2.snapshot 2.timeindex leader-epoch-checkpoint partition.metadata
            kill: ok
            start: 2 to 2
            lead epoch=1: ok
            marks: start=2 stable=2 high=2 end=2
            producers: 7 e0 seq=1
            produce pid=7 seq=1: ok 1..1 time=0 (duplicate)
            produce pid=7 seq=2: ok 2..2
        "#]],
    );
}

#[test]
fn silent_producers_are_forgotten() {
    check(
        "producer.id.expiration.ms=1000",
        "produce pid=7 seq=0
         produce pid=8 seq=0 txn
         retain at=999
         producers
         retain at=1000
         producers
         produce pid=7 seq=9",
        expect![[r#"
            produce pid=7 seq=0: ok 0..0
            produce pid=8 seq=0 txn: ok 1..1
            retain at=999: start=0, 0 segments deleted
            producers: 7 e0 seq=0, 8 e0 seq=0 txn=1
            retain at=1000: start=0, 0 segments deleted
            producers: 8 e0 seq=0 txn=1
            produce pid=7 seq=9: ok 2..2
        "#]],
    );
}
