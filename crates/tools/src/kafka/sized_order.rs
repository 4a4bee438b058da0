//! The order of a Java `HashMap` that was made for a number of keys: it may have fewer buckets than [`hash_order`] counts on.
//!
//! [`hash_order`]: super::hash_order::hash_order

use super::hash_order::JavaHash;

/// Puts entries into the order in which a map walks them that was made for `capacity` keys and took the entries in this order.
pub fn sized_order<K: JavaHash + ?Sized, T>(entries: &mut [T], capacity: usize, key: impl Fn(&T) -> &K) {
    let mut buckets = capacity.max(1).next_power_of_two() as u32;
    while entries.len() as f64 > f64::from(buckets) * 0.75 {
        buckets *= 2;
    }
    entries.sort_by_key(|entry| {
        let hash = key(entry).java_hash() as u32;
        (hash ^ (hash >> 16)) & (buckets - 1)
    });
}
