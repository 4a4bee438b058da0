//! Where the replicas of new partitions go.
//!
//! Leaders go round the brokers, so that each leads as many partitions as any other; the replicas of a partition go round the racks, so
//! that losing one costs as few as can be. Where the round begins is chance, so that many small topics spread as well.
//! A fenced broker may hold a replica, as it will come back, but never the first, which leads.

use std::collections::BTreeMap;

use kampa_metadata::{Brokers, Partition};
use kampa_protocol::{Text, Uuid};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// Chooses brokers for one topic's new partitions, one after the other.
pub(crate) struct Placement {
    /// Racks by chance; a broker without a rack is in the rack of those without.
    racks: Vec<Rack>,
    /// Who leads, in turn: a rack and a broker in it. Neighbours are in different racks where that can be.
    leaders: Vec<(usize, i32)>,
    turn: usize,
}

/// Why replicas cannot be placed, in Kafka's words.
pub(crate) struct CannotPlace(pub(crate) String);

struct Rack {
    active: Vec<i32>,
    fenced: Vec<i32>,
}

impl Placement {
    /// Over the brokers that may be given replicas, for partitions of so many replicas each.
    pub(crate) fn new(brokers: &Brokers, replicas: usize, seed: u64) -> Result<Placement, CannotPlace> {
        let mut by_rack: BTreeMap<Option<Text>, Rack> = BTreeMap::new();
        let usable: Vec<_> = brokers.values().filter(|broker| broker.takes_replicas()).collect();
        for broker in &usable {
            let rack = by_rack.entry(broker.rack.clone()).or_insert(Rack { active: Vec::new(), fenced: Vec::new() });
            if broker.is_active() { rack.active.push(broker.id) } else { rack.fenced.push(broker.id) }
        }
        if !usable.iter().any(|broker| broker.is_active()) {
            return Err(CannotPlace(
                "All brokers are currently fenced, or have all their log directories cordoned.".to_owned(),
            ));
        }
        if replicas > usable.len() {
            return Err(CannotPlace(format!(
                "The target replication factor of {replicas} cannot be reached because only {} broker(s) are registered \
                 or some brokers have all their log directories cordoned.",
                usable.len()
            )));
        }
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut racks: Vec<Rack> = by_rack.into_values().collect();
        racks.shuffle(&mut chance);
        for rack in &mut racks {
            rack.active.shuffle(&mut chance);
            rack.fenced.shuffle(&mut chance);
        }
        let most = racks.iter().map(|rack| rack.active.len()).max().unwrap_or(0);
        let nth = |place: usize| racks.iter().enumerate().map(move |(at, rack)| Some((at, *rack.active.get(place)?)));
        let leaders: Vec<(usize, i32)> = (0..most).flat_map(nth).flatten().collect();
        Ok(Placement { turn: chance.random_range(0..leaders.len()), racks, leaders })
    }

    /// The brokers of the next partition, its leader first.
    pub(crate) fn next(&mut self, replicas: usize) -> Vec<i32> {
        let turn = self.turn;
        self.turn += 1;
        let (mut rack, leader) = self.leaders[turn % self.leaders.len()];
        // A rack leads every so many turns, and gives another broker each time.
        let round = turn / self.racks.len();
        let mut chosen = vec![leader];
        // A rack gets its second replica only when all have their first.
        while chosen.len() < replicas {
            rack = (rack + 1) % self.racks.len();
            chosen.extend(self.racks[rack].pick(round, &chosen));
        }
        chosen
    }
}

impl Rack {
    /// A broker not taken yet, active ones first. Each round begins with another, and after as many rounds as there are brokers, with
    /// another after the same leader, so that the partitions a broker leads do not all have one follower.
    fn pick(&self, round: usize, taken: &[i32]) -> Option<i32> {
        let from = |brokers: &[i32]| {
            let start = round + 1 + round / brokers.len().max(1);
            brokers
                .iter()
                .cycle()
                .skip(start % brokers.len().max(1))
                .take(brokers.len())
                .copied()
                .find(|broker| !taken.contains(broker))
        };
        from(&self.active).or_else(|| from(&self.fenced))
    }
}

/// A new partition on these brokers; `None` if none of them may lead.
pub(crate) fn new_partition(replicas: Vec<i32>, brokers: &Brokers) -> Option<Partition> {
    let is_active = |broker: &&i32| brokers.get(*broker).is_some_and(|broker| broker.is_active());
    let isr: Vec<i32> = replicas.iter().filter(is_active).copied().collect();
    let directories = replicas.iter().map(|broker| only_directory(*broker, brokers)).collect();
    let leader = Some(*isr.first()?);
    Some(Partition { replicas, directories, isr, leader, ..Partition::default() })
}

/// A broker with one log directory needs not say where a replica went.
pub(crate) fn only_directory(broker: i32, brokers: &Brokers) -> Uuid {
    match brokers.get(&broker).map(|broker| broker.log_dirs.as_slice()) {
        Some([only]) => *only,
        _ => Uuid::ZERO,
    }
}

/// Whether these brokers, named by hand, can hold a partition whose siblings have `siblings` replicas each. Why not, in Kafka's words.
pub(crate) fn check_manual(replicas: &[i32], siblings: Option<usize>, brokers: &Brokers) -> Result<(), String> {
    if replicas.is_empty() {
        return Err("The manual partition assignment includes an empty replica list.".to_owned());
    }
    let mut sorted = replicas.to_vec();
    sorted.sort_unstable();
    for (place, broker) in sorted.iter().enumerate() {
        if !brokers.contains_key(broker) {
            return Err(format!(
                "The manual partition assignment includes broker {broker}, but no such broker is registered."
            ));
        }
        if place > 0 && sorted[place - 1] == *broker {
            return Err(format!("The manual partition assignment includes the broker {broker} more than once."));
        }
    }
    match siblings {
        Some(count) if count != replicas.len() => Err(format!(
            "The manual partition assignment includes a partition with {} replica(s), but this is not consistent with \
             previous partitions, which have {count} replica(s).",
            replicas.len()
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
