//! The order in which Java walks a hash map or set, which decides between equals in Java's assignors.
//!
//! Follows tables that double and chains that keep their order. Does not follow what Java does with nine keys in one
//! bucket of a large table, which member ids and partition numbers do not bring about.

use std::cmp::Ordering;

/// Buckets as in `java.util.HashMap`, with the capacity it starts with.
pub(super) struct HashOrder<K> {
    buckets: Vec<Vec<(u32, K)>>,
    count: usize,
}

impl<K: PartialEq> HashOrder<K> {
    pub(super) fn new() -> HashOrder<K> {
        HashOrder { buckets: (0..FIRST_TABLE).map(|_| Vec::new()).collect(), count: 0 }
    }

    /// As `put`: to the end of its chain. The key must not be in yet.
    pub(super) fn insert(&mut self, hash: i32, key: K) {
        self.insert_at(hash, key, usize::MAX);
    }

    /// As `computeIfAbsent`: to the head of its chain. The key must not be in yet.
    pub(super) fn insert_first(&mut self, hash: i32, key: K) {
        self.insert_at(hash, key, 0);
    }

    fn insert_at(&mut self, hash: i32, key: K, place: usize) {
        let hash = spread(hash);
        let at = self.bucket(hash);
        let chain = self.buckets[at].len();
        let crowded = chain >= CHAIN_MAX && self.buckets.len() < CHAINS_GROW_BELOW;
        self.buckets[at].insert(place.min(chain), (hash, key));
        self.count += 1;
        if crowded {
            self.grow();
        }
        if self.count > self.buckets.len() / 4 * 3 {
            self.grow();
        }
    }

    pub(super) fn insert_once(&mut self, hash: i32, key: K) {
        if !self.contains(hash, &key) {
            self.insert(hash, key);
        }
    }

    pub(super) fn contains(&self, hash: i32, key: &K) -> bool {
        self.buckets[self.bucket(spread(hash))].iter().any(|(_, one)| one == key)
    }

    pub(super) fn remove(&mut self, hash: i32, key: &K) {
        let at = self.bucket(spread(hash));
        if let Some(place) = self.buckets[at].iter().position(|(_, one)| one == key) {
            self.buckets[at].remove(place);
            self.count -= 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &K> {
        self.buckets.iter().flatten().map(|(_, key)| key)
    }

    fn bucket(&self, hash: u32) -> usize {
        hash as usize & (self.buckets.len() - 1)
    }

    fn grow(&mut self) {
        let size = self.buckets.len() * 2;
        let old = std::mem::replace(&mut self.buckets, (0..size).map(|_| Vec::new()).collect());
        for (hash, key) in old.into_iter().flatten() {
            let at = self.bucket(hash);
            self.buckets[at].push((hash, key));
        }
    }
}

/// `String.hashCode`: over UTF-16 code units, wrapping.
pub(super) fn string_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// `TopicPartition.hashCode`.
pub(super) fn partition_hash(topic: &str, partition: i32) -> i32 {
    partition.wrapping_add(31).wrapping_mul(31).wrapping_add(string_hash(topic))
}

/// `String.compareTo`: by UTF-16 code units.
pub(super) fn java_order(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

fn spread(hash: i32) -> u32 {
    let hash = hash as u32;
    hash ^ (hash >> 16)
}

const FIRST_TABLE: usize = 16;
/// A chain that is longer makes a small table grow early.
const CHAIN_MAX: usize = 8;
const CHAINS_GROW_BELOW: usize = 64;
