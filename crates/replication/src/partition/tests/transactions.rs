//! Transactions: who sees what, and until when.

use expect_test::expect;

use crate::testing::check;

#[test]
fn readers_of_committed_records_stop_at_the_first_open_transaction() {
    check(
        "",
        "produce
         produce pid=7 txn seq=0
         produce
         marks
         read 0 committed
         offset latest committed
         offset latest
         marker pid=7 commit
         marks
         read 0 committed",
        expect![[r#"
            produce: ok 0..0
            produce pid=7 txn seq=0: ok 1..1
            produce: ok 2..2
            marks: start=0 stable=1 high=3 end=3
            read 0 committed: 0..0 e0 max=0
            offset latest committed: 1 e0
            offset latest: 3 e0
            marker pid=7 commit: ok 3..3
            marks: start=0 stable=4 high=4 end=4
            read 0 committed: 0..0 e0 max=0, 1..1 e0 max=0, 2..2 e0 max=0, 3..3 e0 max=0
        "#]],
    );
}

#[test]
fn aborted_transactions_are_named_to_readers() {
    check(
        "",
        "produce pid=7 txn seq=0 n=2
         produce pid=8 txn seq=0
         marker pid=7 abort
         marks
         produce pid=7 txn seq=2
         marker pid=8 abort
         marks
         marker pid=7 commit
         marks
         read 0 committed
         read 3 committed
         read 0",
        expect![[r#"
            produce pid=7 txn seq=0 n=2: ok 0..1
            produce pid=8 txn seq=0: ok 2..2
            marker pid=7 abort: ok 3..3
            marks: start=0 stable=2 high=4 end=4
            produce pid=7 txn seq=2: ok 4..4
            marker pid=8 abort: ok 5..5
            marks: start=0 stable=4 high=6 end=6
            marker pid=7 commit: ok 6..6
            marks: start=0 stable=7 high=7 end=7
            read 0 committed: 0..1 e0 max=1, 2..2 e0 max=0, 3..3 e0 max=0, 4..4 e0 max=0, 5..5 e0 max=0, 6..6 e0 max=0; pid 7 aborted from 0; pid 8 aborted from 2
            read 3 committed: 3..3 e0 max=0, 4..4 e0 max=0, 5..5 e0 max=0, 6..6 e0 max=0; pid 7 aborted from 0; pid 8 aborted from 2
            read 0: 0..1 e0 max=1, 2..2 e0 max=0, 3..3 e0 max=0, 4..4 e0 max=0, 5..5 e0 max=0, 6..6 e0 max=0
        "#]],
    );
}

#[test]
fn a_marker_without_a_transaction_changes_nothing_for_readers() {
    check(
        "",
        "marker pid=7 abort\nproduce\nmarks\nread 0 committed\nproducers",
        expect![[r#"
        marker pid=7 abort: ok 0..0
        produce: ok 1..1
        marks: start=0 stable=2 high=2 end=2
        read 0 committed: 0..0 e0 max=0, 1..1 e0 max=0
        producers: 7 e0 seq=-1
    "#]],
    );
}

#[test]
fn zombies_are_fenced() {
    check(
        "",
        "produce pid=7 epoch=3 txn seq=0
         marker pid=7 epoch=2 abort
         marker pid=7 epoch=3 abort coordinator=5
         produce pid=7 epoch=3 txn seq=1
         marker pid=7 epoch=3 commit coordinator=4
         marker pid=7 epoch=4 commit coordinator=5
         produce pid=7 epoch=3 txn seq=2
         producers
         marks",
        expect![[r#"
            produce pid=7 epoch=3 txn seq=0: ok 0..0
            marker pid=7 epoch=2 abort: INVALID_PRODUCER_EPOCH
            marker pid=7 epoch=3 abort coordinator=5: ok 1..1
            produce pid=7 epoch=3 txn seq=1: ok 2..2
            marker pid=7 epoch=3 commit coordinator=4: TRANSACTION_COORDINATOR_FENCED
            marker pid=7 epoch=4 commit coordinator=5: ok 3..3
            produce pid=7 epoch=3 txn seq=2: INVALID_PRODUCER_EPOCH
            producers: 7 e4 seq=-1
            marks: start=0 stable=4 high=4 end=4
        "#]],
    );
}

#[test]
fn inside_a_transaction_nothing_is_written_outside_of_it() {
    check(
        "",
        "produce pid=7 txn seq=0\nproduce pid=7 seq=1\nmarker pid=7 commit\nproduce pid=7 seq=1",
        expect![[r#"
        produce pid=7 txn seq=0: ok 0..0
        produce pid=7 seq=1: INVALID_TXN_STATE
        marker pid=7 commit: ok 1..1
        produce pid=7 seq=1: ok 2..2
    "#]],
    );
}

#[test]
fn with_sync_a_marker_counts_when_it_is_durable() {
    check(
        "durability=synced",
        "produce pid=7 txn seq=0
         committed
         marker pid=7 abort
         marks
         committed
         marks
         read 0 committed",
        expect![[r#"
            produce pid=7 txn seq=0: ok 0..0
            committed: yes
            marker pid=7 abort: ok 1..1
            marks: start=0 stable=0 high=1 end=2
            committed: yes
            marks: start=0 stable=2 high=2 end=2
            read 0 committed: 0..0 e0 max=0, 1..1 e0 max=0; pid 7 aborted from 0
        "#]],
    );
}
