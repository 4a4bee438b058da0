//! Batches of transactions in order, and what may go.

use expect_test::{Expect, expect};
use kampa_formats::batch::control::EndMarker;
use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord, filter};

use super::*;

/// `aborted PID FIRST LAST` | `data PID OFFSET` | `plain OFFSET` | `commit PID OFFSET` | `abort PID OFFSET` | `empty PID OFFSET`.
fn check(script: &str, want: Expect) {
    let mut transactions = Transactions::default();
    let mut text = String::new();
    for line in script.split(", ") {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| words[at].parse::<i64>().expect("a number");
        let marker = |committed| EndMarker { committed, coordinator_epoch: 0 };
        let batch = match words[0] {
            "aborted" => {
                let (first_offset, last_offset) = (number(2), number(3));
                let producer_id = number(1);
                transactions.expect([AbortedTxn { producer_id, first_offset, last_offset, last_stable_offset: 0 }]);
                continue;
            }
            "data" => batch(number(1), number(2), true),
            "plain" => batch(-1, number(1), false),
            "commit" => marker(true).batch(number(2), 0, number(1), 0),
            "abort" => marker(false).batch(number(2), 0, number(1), 0),
            "empty" => {
                let whole = BatchView::check(marker(true).batch(number(2), 0, number(1), 0)).expect("a batch");
                filter::empty(&whole)
            }
            other => panic!("no command {other}"),
        };
        let fate = transactions.meet(&BatchView::check(batch).expect("a batch")).expect("a good batch");
        text += &match fate {
            Fate::AbortMarker(transaction) => format!("AbortMarker({}) ", transaction.first_offset),
            other => format!("{other:?} "),
        };
    }
    want.assert_eq(text.trim_end());
}

fn batch(producer_id: i64, offset: i64, transactional: bool) -> bytes::Bytes {
    let options = BatchOptions { producer_id, producer_epoch: 0, transactional, ..BatchOptions::default() };
    let mut builder = BatchBuilder::new(options);
    builder.append(NewRecord { key: Some(b"k"), value: Some(b"v"), ..NewRecord::default() });
    builder.build(offset)
}

#[test]
fn aborted_records_go_and_markers_with_batches_stay() {
    check("data 1 0, commit 1 1", expect!["Stays Stays"]);
    check("aborted 1 0 1, data 1 0, abort 1 1", expect!["Aborted AbortMarker(0)"]);
    check("plain 0, commit 1 1, abort 1 2, empty 1 3", expect!["Stays IdleMarker IdleMarker IdleMarker"]);
    check("aborted 1 0 5, plain 3, abort 1 5", expect!["Stays IdleMarker"]);
}

#[test]
fn transactions_of_one_producer_follow_each_other() {
    let script = "aborted 1 2 3, data 1 0, commit 1 1, data 1 2, abort 1 3, data 1 4, commit 1 5";
    check(script, expect!["Stays Stays Aborted AbortMarker(2) Stays Stays"]);
    let script = "aborted 1 0 2, data 1 0, data 2 1, abort 1 2, commit 2 3";
    check(script, expect!["Aborted Stays AbortMarker(0) Stays"]);
}

#[test]
fn what_is_told_twice_counts_once() {
    let script = "aborted 1 0 2, data 1 0, aborted 1 0 2, data 1 1, abort 1 2, data 1 3, commit 1 4";
    check(script, expect!["Aborted Aborted AbortMarker(0) Stays Stays"]);
}

#[test]
fn a_marker_that_was_written_again_counts_where_the_index_says() {
    let script = "aborted 1 0 4, aborted 2 1 3, data 1 0, data 2 1, abort 1 2, abort 2 3, abort 1 4";
    check(script, expect!["Aborted Aborted IdleMarker AbortMarker(1) AbortMarker(0)"]);
}
