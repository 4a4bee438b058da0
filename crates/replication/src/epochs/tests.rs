//! Epochs assigned, asked for and cut.

use super::*;

fn epochs(starts: &[(i32, i64)]) -> LeaderEpochs {
    LeaderEpochs::new(starts.iter().map(|&(epoch, start_offset)| EpochStart { epoch, start_offset }))
}

fn ends(epochs: &LeaderEpochs, of: i32) -> (i32, i64) {
    let end = epochs.end_of(of, 100);
    (end.leader_epoch, end.end_offset)
}

#[test]
fn an_epoch_ends_where_the_next_begins() {
    let epochs = epochs(&[(2, 10), (4, 30), (5, 60)]);
    assert_eq!(ends(&epochs, 2), (2, 30));
    assert_eq!(ends(&epochs, 3), (2, 30));
    assert_eq!(ends(&epochs, 4), (4, 60));
    assert_eq!(ends(&epochs, 5), (5, 100));
    assert_eq!(ends(&epochs, 6), (-1, -1));
    assert_eq!(ends(&epochs, -1), (-1, -1));
    // Before all that is known: where the first known one begins.
    assert_eq!(ends(&epochs, 0), (0, 10));
    assert_eq!(ends(&LeaderEpochs::default(), 0), (-1, -1));
}

#[test]
fn an_offset_has_the_epoch_that_began_last_before_it() {
    let epochs = epochs(&[(2, 10), (4, 30)]);
    assert_eq!([9, 10, 29, 30, 99].map(|offset| epochs.at(offset)), [None, Some(2), Some(2), Some(4), Some(4)]);
}

#[test]
fn what_contradicts_a_new_epoch_goes() {
    let mut epochs = epochs(&[(2, 10), (4, 30), (5, 60)]);
    assert!(!epochs.assign(5, 70), "it goes on");
    assert!(epochs.assign(6, 30));
    assert_eq!(epochs, self::epochs(&[(2, 10), (6, 30)]));
    assert!(!epochs.assign(-1, 80));
}

#[test]
fn cutting_keeps_the_epoch_at_the_edge() {
    let mut epochs = epochs(&[(2, 10), (4, 30), (5, 60)]);
    assert!(!epochs.cut_before(5));
    assert!(epochs.cut_before(40));
    assert_eq!(epochs, self::epochs(&[(4, 40), (5, 60)]));
    assert!(!epochs.cut_before(40));
    assert!(epochs.cut_from(60));
    assert_eq!(epochs, self::epochs(&[(4, 40)]));
    assert!(!epochs.cut_from(60));
}
