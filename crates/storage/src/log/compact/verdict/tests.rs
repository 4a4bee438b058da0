//! Kafka's rules, one line each.

use expect_test::{Expect, expect};
use kampa_formats::batch::filter::filter;
use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord};
use kampa_formats::txn_index::AbortedTxn;

use super::*;

/// Up to offset 50 keys are known, the round ends at 60, it is 1000.
const RULES: Rules = Rules { latest: 50, first_uncleanable: 60, now_ms: 1000, delete_retention_ms: 10 };
const ABORT: Fate =
    Fate::AbortMarker(AbortedTxn { producer_id: 1, first_offset: 0, last_offset: 1, last_stable_offset: 2 });

fn batch(offset: i64, value: Option<&[u8]>, options: BatchOptions) -> BatchView {
    let mut builder = BatchBuilder::new(options);
    builder.append(NewRecord { key: Some(b"k"), value, ..NewRecord::default() });
    BatchView::check(builder.build(offset)).expect("a batch")
}

fn check_batch(offset: i64, marker: bool, horizon: Option<i64>, fate: Fate, last: bool, want: Expect) {
    let options = BatchOptions { control: marker, delete_horizon_ms: horizon, ..BatchOptions::default() };
    let (verdict, how) = of_batch(&batch(offset, Some(b""), options), fate, last, &RULES);
    let keep = if how.keep_empty { ", kept if empty" } else { "" };
    let idle = if how.is_idle_marker { ", counts as a tombstone" } else { "" };
    want.assert_eq(&format!("{verdict:?}{keep}{idle}, horizon {}", how.delete_horizon_ms));
}

#[test]
fn batches() {
    check_batch(7, false, None, Fate::Stays, false, expect!["Look, horizon 1010"]);
    check_batch(7, false, None, Fate::Stays, true, expect!["Look, kept if empty, horizon 1010"]);
    check_batch(59, false, None, Fate::Stays, false, expect!["Look, kept if empty, horizon 1010"]);
    check_batch(7, false, None, Fate::Aborted, false, expect!["Drop, horizon 1010"]);
    check_batch(7, false, None, Fate::Aborted, true, expect!["Empty, kept if empty, horizon 1010"]);
    check_batch(7, true, None, Fate::Stays, false, expect!["Marker, horizon 1010"]);
    check_batch(7, true, None, ABORT, false, expect!["Marker, horizon 1010"]);
    check_batch(7, true, None, Fate::IdleMarker, false, expect!["Marker, counts as a tombstone, horizon 1010"]);
    check_batch(7, true, Some(1001), Fate::IdleMarker, false, expect!["Marker, counts as a tombstone, horizon 1010"]);
    check_batch(7, true, Some(1000), Fate::IdleMarker, false, expect!["Drop, counts as a tombstone, horizon 1010"]);
    let want = expect!["Empty, kept if empty, counts as a tombstone, horizon 1010"];
    check_batch(7, true, Some(1000), Fate::IdleMarker, true, want);
    check_batch(7, true, Some(1000), ABORT, false, expect!["Marker, horizon 1010"]);
}

fn check_record(offset: i64, value: Option<&[u8]>, newest: Option<i64>, horizon: Option<i64>) -> bool {
    let batch = batch(offset, value, BatchOptions { delete_horizon_ms: horizon, ..BatchOptions::default() });
    let how = Filter { keep_empty: false, is_idle_marker: false, delete_horizon_ms: 0 };
    let mut kept = false;
    filter(&batch, 1 << 20, how, |part| {
        kept = keeps(&batch, part, |_| newest, &RULES);
        kept
    })
    .expect("a good batch");
    kept
}

#[test]
fn records() {
    let value = Some(&b"v"[..]);
    // The last one of its key, or of a key that did not come again.
    assert!(check_record(7, value, Some(7), None));
    assert!(check_record(7, value, None, None));
    assert!(!check_record(7, value, Some(8), None));
    // Tombstones wait for their horizon.
    assert!(check_record(7, None, None, None));
    assert!(check_record(7, None, None, Some(1001)));
    assert!(!check_record(7, None, None, Some(1000)));
    assert!(check_record(7, value, None, Some(1000)));
    // Behind what was looked at everything stays.
    assert!(check_record(51, None, Some(52), Some(0)));
    assert!(!check_record(50, value, Some(52), None));
}

#[test]
fn a_record_without_key_goes() {
    let mut builder = BatchBuilder::new(BatchOptions::default());
    builder.append(NewRecord { value: Some(b"v"), ..NewRecord::default() });
    for (offset, stays) in [(7, false), (51, true)] {
        let batch = BatchView::check(builder.clone().build(offset)).expect("a batch");
        let how = Filter { keep_empty: false, is_idle_marker: false, delete_horizon_ms: 0 };
        let left = filter(&batch, 1 << 20, how, |part| keeps(&batch, part, |_| None, &RULES)).expect("a good batch");
        assert_eq!(left.batch.is_some(), stays);
    }
}
