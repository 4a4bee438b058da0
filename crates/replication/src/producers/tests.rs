//! Producer state by itself: snapshots, replay, stable offsets. What clients meet, `partition`'s scripts say.

use expect_test::expect;
use kampa_formats::batch::BatchView;
use kampa_formats::batch::control::EndMarker;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::testing::make_batch;

fn batch(command: &str) -> BatchView {
    let words: Vec<&str> = command.split_whitespace().collect();
    BatchView::check(make_batch(&words, 1000).into()).unwrap()
}

fn marker(producer_id: i64, offset: i64, committed: bool) -> BatchView {
    BatchView::check(EndMarker { committed, coordinator_epoch: 0 }.batch(offset, 1000, producer_id, 0)).unwrap()
}

#[test]
fn coordinators_write_without_sequence_numbers() {
    let mut producers = Producers::default();
    let commit = batch("pid=7 seq=-1 txn");
    for _ in 0..3 {
        assert_eq!(producers.check(&commit, false), Ok(Verdict::Append));
        producers.appended(&commit);
    }
}

#[test]
fn a_snapshot_brings_everything_back_but_older_batches() {
    let mut producers = Producers::default();
    for command in ["pid=7 seq=0 n=2 offset=0", "pid=7 seq=2 offset=2", "pid=9 seq=0 txn offset=3"] {
        producers.replay(&batch(command));
    }
    let entries = producers.to_snapshot();
    let restored = Producers::from_snapshot(&entries, 1000, 100);
    assert_eq!(restored.to_snapshot(), entries);
    assert_eq!(restored.first_unstable(), Some(3));
    assert!(matches!(restored.check(&batch("pid=7 seq=2"), true), Ok(Verdict::Duplicate(_))));
    assert!(restored.check(&batch("pid=7 seq=0 n=2"), true).is_err());
    let expired = Producers::from_snapshot(&entries, 1100, 100);
    assert_eq!(expired.iter().map(|(id, _)| id).collect::<Vec<_>>(), [9], "an open transaction keeps its producer");
}

#[test]
fn the_last_stable_offset_of_an_abort_is_that_of_the_others() {
    let mut producers = Producers::default();
    producers.replay(&batch("pid=7 txn offset=0"));
    producers.replay(&batch("pid=8 txn offset=1"));
    let ended = producers.replay(&marker(7, 2, false)).unwrap();
    expect![[r#"
        AbortedTxn {
            producer_id: 7,
            first_offset: 0,
            last_offset: 2,
            last_stable_offset: 1,
        }
    "#]]
    .assert_debug_eq(&producers.aborted_entry(&ended));
    producers.settle(&ended);
    assert_eq!(producers.first_unstable(), Some(0), "the high watermark has not passed the marker");
    producers.on_high_watermark(2);
    assert_eq!(producers.first_unstable(), Some(0));
    producers.on_high_watermark(3);
    assert_eq!(producers.first_unstable(), Some(1));
}

#[test]
fn replaying_gives_what_appending_gave() {
    for seed in 0..200 {
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut appended = Producers::default();
        let mut log = Vec::new();
        let mut snapshot = (0, Vec::new());
        for offset in 0..60 {
            let pid = chance.random_range(0..4);
            let view = if chance.random_bool(0.2) {
                marker(pid, offset, chance.random())
            } else {
                let txn = if chance.random() { "txn" } else { "" };
                batch(&format!("pid={pid} seq={} offset={offset} {txn}", chance.random_range(0..30)))
            };
            // A client tries; what is refused leaves no trace.
            if !view.is_control() && !matches!(appended.check(&view, true), Ok(Verdict::Append)) {
                continue;
            }
            if let Some(ended) = appended.replay(&view) {
                appended.settle(&ended);
            }
            appended.on_high_watermark(view.next_offset());
            log.push(view);
            if chance.random_bool(0.05) {
                snapshot = (log.len(), appended.to_snapshot());
            }
        }
        let mut replayed = Producers::from_snapshot(&snapshot.1, 1000, i64::MAX);
        for view in &log[snapshot.0..] {
            if let Some(ended) = replayed.replay(view) {
                replayed.settle(&ended);
            }
        }
        replayed.on_high_watermark(1000);
        assert_eq!(replayed.to_snapshot(), appended.to_snapshot(), "seed {seed}");
        assert_eq!(replayed.first_unstable(), appended.first_unstable(), "seed {seed}");
    }
}
