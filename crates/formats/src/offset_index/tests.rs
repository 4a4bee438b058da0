//! Kafka's own index, looked up and written anew; tails and damage.

use expect_test::expect;

use super::*;
use crate::batch::batches;
use crate::testing::fuzz;

const GOLDEN: &[u8] = include_bytes!("../../golden/indexed.index");

#[test]
fn kafkas_index_points_at_batches() {
    let log = include_bytes!("../../golden/indexed.log");
    let text: Vec<String> = entries(GOLDEN)
        .take(4)
        .map(|entry| {
            let batch = batches(bytes::Bytes::from_static(&log[entry.position as usize..])).next().unwrap().unwrap();
            format!(
                "{} at {}: batch {}..{}",
                entry.relative_offset,
                entry.position,
                batch.base_offset,
                batch.last_offset()
            )
        })
        .collect();
    expect![[r#"
        3 at 231: batch 3..3
        6 at 462: batch 6..6
        9 at 693: batch 9..9
        12 at 928: batch 12..12"#]]
    .assert_eq(&text.join("\n"));
    assert!(is_sound(GOLDEN));
    assert_eq!(entries(GOLDEN).flat_map(Entry::encode).collect::<Vec<_>>(), GOLDEN);
}

#[test]
fn the_entry_at_or_before_is_found() {
    let find = |offset| floor(GOLDEN, offset).map(|entry| entry.relative_offset);
    assert_eq!(find(2), None);
    assert_eq!(find(3), Some(3));
    assert_eq!(find(5), Some(3));
    assert_eq!(find(u32::MAX), Some(39));
    assert_eq!(floor(&[], 0), None);
}

#[test]
fn a_preallocated_tail_and_a_cut_entry_are_no_entries() {
    let mut file = GOLDEN.to_vec();
    file.resize(10_000 * ENTRY_BYTES + 3, 0);
    assert_eq!(used_bytes(&file), GOLDEN.len());
    assert_eq!(entries(&[0; 80]).len(), 0);
}

#[test]
fn entries_that_do_not_rise_are_unsound() {
    let entry = |relative_offset, position| Entry { relative_offset, position }.encode();
    assert!(is_sound(&[entry(1, 10), entry(2, 20)].concat()));
    assert!(!is_sound(&[entry(2, 10), entry(2, 20)].concat()));
    assert!(!is_sound(&[entry(1, 20), entry(2, 20)].concat()));
}

#[test]
fn damage_does_no_harm() {
    fuzz(GOLDEN, |file| {
        let _ = is_sound(file);
        let _ = floor(&file[..used_bytes(file)], 20);
    });
}
