//! Which partition a record goes to that names none: Java's choices, number for number.
//!
//! With a key: murmur2 of it. Without: one partition until a batch's worth of bytes went there, then another, chosen by chance,
//! likelier the shorter its queue (KIP-794). Pure: chance is an argument.

use crate::Partitioner;

/// Java's `toPositive(murmur2(key)) % partitions`.
pub(crate) fn by_key(key: &[u8], partitions: i32) -> i32 {
    ((murmur2(key) & 0x7fff_ffff) as i32) % partitions
}

/// MurmurHash 2 with the seed that Kafka's clients use.
pub(crate) fn murmur2(bytes: &[u8]) -> u32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    let mut hash = SEED ^ bytes.len() as u32;
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(M);
        k ^= k >> 24;
        hash = hash.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    for (at, byte) in rest.iter().enumerate() {
        hash ^= u32::from(*byte) << (8 * at);
    }
    if !rest.is_empty() {
        hash = hash.wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

/// What a topic's records without a partition have led to so far.
#[derive(Debug)]
pub(crate) struct Chooser {
    how: Partitioner,
    sticky: Option<Sticky>,
    /// Records so far, for [`Partitioner::RoundRobin`].
    count: u32,
    /// How far each open partition's share reaches; none when all shares are equal.
    shares: Option<Shares>,
}

#[derive(Debug)]
struct Sticky {
    partition: i32,
    bytes: usize,
}

#[derive(Debug, PartialEq)]
struct Shares {
    partitions: Vec<i32>,
    /// Sums of the shares up to each partition.
    ends: Vec<u32>,
}

/// A topic's partitions as a chooser sees them.
pub(crate) struct Choices<'a> {
    pub count: i32,
    /// Those with a leader.
    pub available: &'a [i32],
}

impl Chooser {
    pub fn new(how: Partitioner) -> Chooser {
        Chooser { how, sticky: None, count: 0, shares: None }
    }

    /// The partition for a record. `chance` is a random number.
    pub fn choose(&mut self, key: Option<&[u8]>, choices: &Choices<'_>, chance: impl FnOnce() -> u32) -> i32 {
        match (self.how, key) {
            (Partitioner::RoundRobin, _) => self.next_in_turn(choices),
            (Partitioner::Default { ignore_keys: false, .. }, Some(key)) => by_key(key, choices.count),
            (Partitioner::Default { .. }, _) => {
                let partition = match &self.sticky {
                    Some(sticky) if sticky.partition < choices.count => return sticky.partition,
                    _ => self.draw(choices, chance()),
                };
                self.sticky = Some(Sticky { partition, bytes: 0 });
                partition
            }
        }
    }

    /// Whether [`Chooser::choose`] stays with a partition for a record with this key.
    pub fn sticks(&self, key: Option<&[u8]>) -> bool {
        matches!(self.how, Partitioner::Default { ignore_keys, .. } if ignore_keys || key.is_none())
    }

    /// A record of so many bytes went to the partition it sticks to. A batch's worth of bytes is enough, once the partition's
    /// batch is full; twice as much is enough in any case.
    pub fn appended(
        &mut self,
        bytes: usize,
        batch_bytes: usize,
        is_batch_full: bool,
        choices: &Choices<'_>,
        chance: impl FnOnce() -> u32,
    ) {
        let Some(sticky) = &mut self.sticky else { return };
        sticky.bytes += bytes;
        if (sticky.bytes >= batch_bytes && is_batch_full) || sticky.bytes >= 2 * batch_bytes {
            let partition = self.draw(choices, chance());
            self.sticky = Some(Sticky { partition, bytes: 0 });
        }
    }

    /// Batches that wait at each open partition: who has fewer gets more from now on. `count` is that of all partitions.
    pub fn weigh(&mut self, queues: &[(i32, u32)], count: i32) {
        if !matches!(self.how, Partitioner::Default { adaptive: true, .. }) {
            return;
        }
        self.shares = Shares::of(queues, count);
    }

    /// Whether [`Chooser::weigh`] does anything.
    pub fn is_adaptive(&self) -> bool {
        matches!(self.how, Partitioner::Default { adaptive: true, .. })
    }

    fn next_in_turn(&mut self, choices: &Choices<'_>) -> i32 {
        let turn = (self.count & 0x7fff_ffff) as usize;
        self.count = self.count.wrapping_add(1);
        match choices.available {
            [] => (turn % choices.count.max(1) as usize) as i32,
            available => available[turn % available.len()],
        }
    }

    fn draw(&self, choices: &Choices<'_>, chance: u32) -> i32 {
        let chance = chance & 0x7fff_ffff;
        match (&self.shares, choices.available) {
            (Some(shares), _) => shares.draw(chance),
            (None, []) => (chance % choices.count.max(1) as u32) as i32,
            (None, available) => available[chance as usize % available.len()],
        }
    }
}

impl Shares {
    /// None when everybody's share is the same, so that nothing is to be weighed.
    fn of(queues: &[(i32, u32)], count: i32) -> Option<Shares> {
        let longest = queues.iter().map(|(_, queue)| *queue).max()?;
        let all_equal = queues.iter().all(|(_, queue)| *queue == longest);
        if queues.len() < 2 || (all_equal && queues.len() == count as usize) {
            return None;
        }
        let mut end = 0;
        let ends = queues.iter().map(|(_, queue)| {
            end += longest + 1 - queue;
            end
        });
        Some(Shares { ends: ends.collect(), partitions: queues.iter().map(|(partition, _)| *partition).collect() })
    }

    fn draw(&self, chance: u32) -> i32 {
        let Some(total) = self.ends.last() else { return 0 };
        let at = self.ends.partition_point(|end| *end <= chance % total);
        self.partitions[at]
    }
}

#[cfg(test)]
mod tests;
