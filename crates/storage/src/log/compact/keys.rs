//! The newest offset of each key, in as little memory as it takes: 16 bytes of hash and an offset, no key.
//!
//! Pure. The hash is keyed by a secret of this process and 128 bits wide: two keys that share one would cost a record, and
//! neither chance nor malice finds such a pair. Grows as keys come, in parts, so that growing does not double it.
//!
//! Invariant: never holds more than the bytes it was given.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Keys and where they were seen last.
pub(super) struct Keys {
    secret: (u64, u64),
    parts: Vec<Part>,
    slots_max: usize,
    load_factor: f64,
    len: usize,
}

/// A hash table of its own, with places probed one after the other.
#[derive(Default)]
struct Part {
    /// Three words a slot: the hash, and the offset plus one; 0 there is an empty slot.
    words: Vec<u64>,
    len: usize,
}

const SLOT_WORDS: usize = 3;
/// Bytes of a key in memory; as many as Kafka's map takes, so that `log.cleaner.dedupe.buffer.size` holds as many keys here.
pub(super) const SLOT_BYTES: usize = SLOT_WORDS * 8;
/// One part grows at a time: with 16 of them, growing takes a sixteenth of the whole beyond it.
const PARTS: usize = 16;
/// Below so many slots (6 MiB) one part is enough; with more, parts fill evenly.
const SLOTS_TO_SPLIT: usize = 1 << 18;
/// What a part begins with: nothing is allocated for keys that do not come.
const SLOTS_MIN: usize = 64;

impl Keys {
    /// Room for `bytes_max`, filled up to `load_factor` (0 to 1).
    pub fn new(secret: (u64, u64), bytes_max: usize, load_factor: f64) -> Keys {
        let slots = bytes_max / SLOT_BYTES;
        let count = if slots < SLOTS_TO_SPLIT { 1 } else { PARTS };
        let parts = (0..count).map(|_| Part::default()).collect();
        Keys { secret, parts, slots_max: slots / count, load_factor: load_factor.clamp(0.0, 1.0), len: 0 }
    }

    /// How full it is, 0 to 1, of all it may take.
    pub fn utilization(&self) -> f64 {
        let slots = self.slots_max * self.parts.len();
        if slots == 0 { 0.0 } else { self.len as f64 / slots as f64 }
    }

    /// Notes that a key was seen at an offset, the largest so far. Not if there is no room: then `false`.
    pub fn put(&mut self, key: &[u8], offset: i64) -> bool {
        let hash = self.hash(key);
        let place = self.place(hash);
        let part = &mut self.parts[place];
        if part.len >= wanted(self.slots_max, self.load_factor) {
            return false;
        }
        part.make_room(self.slots_max);
        self.len += usize::from(part.put(hash, offset));
        true
    }

    /// Where a key was seen last.
    pub fn get(&self, key: &[u8]) -> Option<i64> {
        if self.len == 0 {
            return None;
        }
        let hash = self.hash(key);
        self.parts[self.place(hash)].get(hash)
    }

    fn place(&self, (high, _): (u64, u64)) -> usize {
        high as usize % self.parts.len()
    }

    fn hash(&self, key: &[u8]) -> (u64, u64) {
        let mut hasher = SipHasher13::new_with_keys(self.secret.0, self.secret.1);
        hasher.write(key);
        let hash = hasher.finish128();
        (hash.h1, hash.h2)
    }
}

/// Keys that may lie in so many slots; one slot at least stays empty, where a search ends.
fn wanted(slots: usize, load_factor: f64) -> usize {
    ((slots as f64 * load_factor) as usize).min(slots.saturating_sub(1))
}

impl Part {
    fn slots(&self) -> usize {
        self.words.len() / SLOT_WORDS
    }

    /// Kept at most three quarters full while it may grow.
    fn make_room(&mut self, slots_max: usize) {
        let slots = self.slots();
        if slots == slots_max || self.len + 1 < slots - slots / 4 {
            return;
        }
        let larger = (slots * 2).clamp(SLOTS_MIN.min(slots_max), slots_max);
        let old = std::mem::replace(&mut self.words, vec![0; larger * SLOT_WORDS]);
        self.len = 0;
        for slot in old.chunks_exact(SLOT_WORDS).filter(|slot| slot[2] != 0) {
            self.put((slot[0], slot[1]), (slot[2] - 1) as i64);
        }
    }

    /// Whether the key is new.
    fn put(&mut self, hash: (u64, u64), offset: i64) -> bool {
        let at = self.find(hash);
        let is_new = self.words[at + 2] == 0;
        self.words[at..at + SLOT_WORDS].copy_from_slice(&[hash.0, hash.1, offset as u64 + 1]);
        self.len += usize::from(is_new);
        is_new
    }

    fn get(&self, hash: (u64, u64)) -> Option<i64> {
        if self.words.is_empty() {
            return None;
        }
        self.words[self.find(hash) + 2].checked_sub(1).map(|offset| offset as i64)
    }

    /// The slot of the hash, or the empty one where it would be.
    fn find(&self, (high, low): (u64, u64)) -> usize {
        let slots = self.slots();
        let mut slot = ((u128::from(low) * slots as u128) >> 64) as usize;
        loop {
            let at = slot * SLOT_WORDS;
            let words = &self.words[at..at + SLOT_WORDS];
            if words[2] == 0 || (words[0], words[1]) == (high, low) {
                return at;
            }
            slot = if slot + 1 == slots { 0 } else { slot + 1 };
        }
    }
}

#[cfg(test)]
mod tests;
