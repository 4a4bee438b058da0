//! The order in which Java's `HashMap` and `HashSet` walk: Kafka's tools print in it, so that is where a line belongs.
//!
//! Good for maps that were filled one key after another and never shrank. Buckets that Java turns into trees (eight keys and more
//! in one) keep their order of insertion here.

/// A key as Java hashes it.
pub trait JavaHash {
    /// Its `hashCode`.
    fn java_hash(&self) -> i32;
}

impl JavaHash for str {
    fn java_hash(&self) -> i32 {
        self.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
    }
}

impl JavaHash for String {
    fn java_hash(&self) -> i32 {
        self.as_str().java_hash()
    }
}

impl JavaHash for i32 {
    fn java_hash(&self) -> i32 {
        *self
    }
}

/// A topic and a partition, as `TopicPartition`.
impl JavaHash for (String, i32) {
    fn java_hash(&self) -> i32 {
        31i32.wrapping_add(self.1).wrapping_mul(31).wrapping_add(self.0.java_hash())
    }
}

/// Puts entries, given in the order in which a map took them, into the order in which it walks them. Keys must differ.
pub fn hash_order<K: JavaHash + ?Sized, T>(entries: &mut [T], key: impl Fn(&T) -> &K) {
    sized_order(entries, BUCKETS, key);
}

/// The same for a map that was made for `capacity` keys: it may have fewer buckets than others have.
pub fn sized_order<K: JavaHash + ?Sized, T>(entries: &mut [T], capacity: usize, key: impl Fn(&T) -> &K) {
    let mut buckets = capacity.max(1).next_power_of_two() as u32;
    // Three in four may be taken.
    while entries.len() as f64 > f64::from(buckets) * 0.75 {
        buckets *= 2;
    }
    entries.sort_by_key(|entry| {
        let hash = key(entry).java_hash() as u32;
        (hash ^ (hash >> 16)) & (buckets - 1)
    });
}

/// Of a map that was made for no number of keys.
const BUCKETS: usize = 16;

#[cfg(test)]
mod tests;
