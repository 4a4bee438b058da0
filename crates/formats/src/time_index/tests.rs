//! Kafka's own time index, looked up and written anew; tails and damage.

use expect_test::expect;

use super::*;
use crate::testing::fuzz;

const GOLDEN: &[u8] = include_bytes!("../../golden/indexed.timeindex");

#[test]
fn kafkas_time_index() {
    let text: Vec<String> =
        entries(GOLDEN).map(|entry| format!("{} at {}", entry.timestamp, entry.relative_offset)).collect();
    expect![[r#"
        1700000024000 at 3
        1700000027000 at 7
        1700000028000 at 18"#]]
    .assert_eq(&text.join("\n"));
    assert!(is_sound(GOLDEN));
    assert_eq!(entries(GOLDEN).flat_map(Entry::encode).collect::<Vec<_>>(), GOLDEN);
}

#[test]
fn the_entry_at_or_before_is_found() {
    let find = |after: i64| floor(GOLDEN, 1_700_000_000_000 + after).map(|entry| entry.relative_offset);
    assert_eq!(find(23_999), None);
    assert_eq!(find(24_000), Some(3));
    assert_eq!(find(27_500), Some(7));
    assert_eq!(find(1_000_000), Some(18));
}

#[test]
fn a_preallocated_tail_and_a_cut_entry_are_no_entries() {
    let mut file = GOLDEN.to_vec();
    file.resize(10_000 * ENTRY_BYTES + 5, 0);
    assert_eq!(used_bytes(&file), GOLDEN.len());
}

#[test]
fn damage_does_no_harm() {
    fuzz(GOLDEN, |file| {
        let _ = is_sound(file);
        let _ = floor(&file[..used_bytes(file)], 1_700_000_020_000);
    });
}
