//! What happened, as one running hash over every event, and as text for whoever reads a failing run.

use std::collections::VecDeque;

/// Two runs that did the same have the same hash; a hash that differs says the run was not repeatable.
pub(crate) struct Trace {
    hash: u64,
    events: u64,
    lines_max: usize,
    lines: VecDeque<String>,
}

impl Trace {
    pub(crate) fn new(seed: u64) -> Trace {
        Trace { hash: mix(SPREAD, seed), events: 0, lines_max: 0, lines: VecDeque::new() }
    }

    /// Keeps the last `lines_max` events as text; 0 keeps none.
    pub(crate) fn keep(&mut self, lines_max: usize) {
        self.lines_max = lines_max;
        while self.lines.len() > lines_max {
            self.lines.pop_front();
        }
    }

    pub(crate) fn event(&mut self, words: [u64; 4], text: impl FnOnce() -> String) {
        self.events += 1;
        for word in words {
            self.hash = mix(self.hash, word);
        }
        if self.lines_max > 0 {
            if self.lines.len() == self.lines_max {
                self.lines.pop_front();
            }
            self.lines.push_back(text());
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &String> {
        self.lines.iter()
    }
}

/// Odd, with its bits spread: the golden ratio's.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(29) ^ word).wrapping_mul(SPREAD)
}

/// A hash of bytes, the same on every machine and in every build.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hash = mix(SPREAD, bytes.len() as u64);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(hash, u64::from_le_bytes(last))
}
