//! What a JVM printed.

use super::{JavaHash, hash_order};

#[test]
fn hashes_are_javas() {
    assert_eq!("".java_hash(), 0);
    assert_eq!("__consumer_offsets".java_hash(), -970_371_369);
    assert_eq!("Grüße €".java_hash(), 2_091_452_227);
    assert_eq!(("orders".to_owned(), 3).java_hash(), -1_008_769_277);
}

#[test]
fn walks_as_javas_map() {
    let mut few: Vec<String> = ["orders", "payments", "a", "b", "zebra"].map(str::to_owned).into();
    hash_order(&mut few, |name| name);
    assert_eq!(few, ["zebra", "a", "b", "payments", "orders"]);
    let mut many: Vec<(String, i32)> = (0..14).map(|partition| ("t".to_owned(), partition)).collect();
    hash_order(&mut many, |one| one);
    let order: Vec<i32> = many.into_iter().map(|(_, partition)| partition).collect();
    assert_eq!(order, (0..14).rev().collect::<Vec<i32>>());
}
