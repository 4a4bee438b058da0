//! Where replicas go: evenly over brokers and racks, and never a fenced leader.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use expect_test::{Expect, expect};
use kampa_metadata::{Broker, Map};

use super::*;

/// `brokers` like "1a 2a 3b 4b! 5": id, rack, `!` for fenced.
fn brokers(words: &str) -> Brokers {
    let mut brokers: Brokers = Map::new_sync();
    for word in words.split_whitespace() {
        let fenced = word.ends_with('!');
        let word = word.trim_end_matches('!');
        let id = word[..1].parse().unwrap();
        let rack = (word.len() > 1).then(|| word[1..].into());
        brokers.insert_mut(id, Arc::new(Broker { id, rack, fenced, ..Broker::default() }));
    }
    brokers
}

/// How many partitions each broker leads and holds, least and most, over many seeds; and how often a partition has a rack twice.
fn check(words: &str, replicas: usize, partitions: usize, expected: Expect) {
    let brokers = brokers(words);
    let mut drawn = String::new();
    let (mut leads, mut holds) = (Vec::new(), Vec::new());
    let mut rack_twice = 0;
    for seed in 0..50 {
        let mut placement = match Placement::new(&brokers, replicas, seed) {
            Ok(placement) => placement,
            Err(CannotPlace(why)) => return expected.assert_eq(&why),
        };
        let (mut led, mut held) = (BTreeMap::new(), BTreeMap::new());
        for _ in 0..partitions {
            let chosen = placement.next(replicas);
            assert!(brokers.get(&chosen[0]).unwrap().is_active());
            assert_eq!(chosen.iter().collect::<BTreeSet<_>>().len(), replicas, "{chosen:?}");
            *led.entry(chosen[0]).or_insert(0) += 1;
            chosen.iter().for_each(|broker| *held.entry(*broker).or_insert(0) += 1);
            let racks: BTreeSet<_> = chosen.iter().map(|broker| brokers.get(broker).unwrap().rack.clone()).collect();
            rack_twice += usize::from(racks.len() < replicas);
        }
        let active = brokers.values().filter(|broker| broker.is_active());
        leads.extend(active.map(|broker| led.get(&broker.id).copied().unwrap_or(0)));
        holds.extend(brokers.keys().map(|id| held.get(id).copied().unwrap_or(0)));
    }
    let span = |counts: &[usize]| format!("{} to {}", counts.iter().min().unwrap(), counts.iter().max().unwrap());
    write!(drawn, "each leads {}, holds {}; {rack_twice} with a rack twice", span(&leads), span(&holds)).unwrap();
    expected.assert_eq(&drawn);
}

#[test]
fn leaders_and_replicas_are_spread() {
    check("1", 1, 10, expect!["each leads 10 to 10, holds 10 to 10; 0 with a rack twice"]);
    check("1 2 3", 1, 9, expect!["each leads 3 to 3, holds 3 to 3; 0 with a rack twice"]);
    check("1 2 3", 3, 9, expect!["each leads 3 to 3, holds 9 to 9; 450 with a rack twice"]);
    check("1a 2a 3b 4b 5c 6c", 3, 12, expect!["each leads 2 to 2, holds 6 to 6; 0 with a rack twice"]);
    check("1a 2a 3a 4b", 2, 12, expect!["each leads 3 to 3, holds 3 to 12; 0 with a rack twice"]);
    check("1 2 3!", 3, 6, expect!["each leads 3 to 3, holds 6 to 6; 300 with a rack twice"]);
    check("1 2! 3!", 2, 6, expect!["each leads 6 to 6, holds 3 to 6; 300 with a rack twice"]);
}

#[test]
fn what_cannot_be_placed_is_said() {
    check("1! 2!", 1, 1, expect!["All brokers are currently fenced, or have all their log directories cordoned."]);
    check(
        "1 2! 3",
        4,
        1,
        expect![
            "The target replication factor of 4 cannot be reached because only 3 broker(s) are registered or some brokers \
             have all their log directories cordoned."
        ],
    );
}
