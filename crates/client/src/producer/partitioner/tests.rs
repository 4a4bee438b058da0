//! Choices beside those of Kafka's own producer.

use expect_test::{Expect, expect};

use super::{Choices, Chooser, Shares, by_key, murmur2};
use crate::Partitioner;

#[test]
fn hashes_are_javas() {
    let hash = |text: &str| murmur2(text.as_bytes()) as i32;
    assert_eq!(hash("21"), -973932308);
    assert_eq!(hash("foobar"), -790332482);
    assert_eq!(hash("a-little-bit-long-string"), -985981536);
    assert_eq!(hash("a-little-bit-longer-string"), -1486304829);
    assert_eq!(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
    assert_eq!(hash("abc"), 479470107);
}

#[test]
fn a_key_stays_with_its_partition_whatever_is_available() {
    let mut chooser = Chooser::new(Partitioner::default());
    let choices = Choices { count: 10, available: &[3] };
    assert_eq!(chooser.choose(Some(b"foobar"), &choices, || 0), by_key(b"foobar", 10));
    assert_eq!(by_key(b"foobar", 10), ((-790332482_i32 & 0x7fff_ffff) % 10));
}

/// Records of 40 bytes without a key into batches of 100: where each goes.
fn check(how: Partitioner, count: i32, available: &[i32], full: bool, expected: Expect) {
    let choices = Choices { count, available };
    let mut chooser = Chooser::new(how);
    let mut chance = 0;
    let mut next = || {
        chance += 1;
        chance
    };
    let mut went = Vec::new();
    for _ in 0..10 {
        let partition = chooser.choose(None, &choices, &mut next);
        if chooser.sticks(None) {
            chooser.appended(40, 100, full, &choices, &mut next);
        }
        went.push(partition.to_string());
    }
    expected.assert_eq(&went.join(" "));
}

#[test]
fn a_partition_is_kept_for_a_batch_and_no_more_than_two() {
    let sticky = Partitioner::default();
    check(sticky, 4, &[0, 1, 2, 3], true, expect!["1 1 1 2 2 2 3 3 3 0"]);
    check(sticky, 4, &[0, 1, 2, 3], false, expect!["1 1 1 1 1 2 2 2 2 2"]);
    check(sticky, 4, &[], true, expect!["1 1 1 2 2 2 3 3 3 0"]);
    check(sticky, 4, &[2], true, expect!["2 2 2 2 2 2 2 2 2 2"]);
}

#[test]
fn going_round_skips_what_has_no_leader() {
    check(Partitioner::RoundRobin, 3, &[0, 1, 2], true, expect!["0 1 2 0 1 2 0 1 2 0"]);
    check(Partitioner::RoundRobin, 3, &[0, 2], true, expect!["0 2 0 2 0 2 0 2 0 2"]);
    check(Partitioner::RoundRobin, 3, &[], true, expect!["0 1 2 0 1 2 0 1 2 0"]);
}

#[test]
fn shorter_queues_get_more() {
    // Longest 3: shares 4-0, 4-3, 4-1 of 8.
    let shares = Shares::of(&[(0, 0), (1, 3), (2, 1)], 3).unwrap();
    assert_eq!(shares.ends, [4, 5, 8]);
    let drawn: Vec<i32> = (0..9).map(|chance| shares.draw(chance)).collect();
    assert_eq!(drawn, [0, 0, 0, 0, 1, 2, 2, 2, 0]);
    assert_eq!(Shares::of(&[(0, 2), (1, 2)], 2), None, "all equal, all there");
    assert!(Shares::of(&[(0, 2), (1, 2)], 3).is_some(), "one is not available");
    assert_eq!(Shares::of(&[(0, 2)], 2), None);
}
