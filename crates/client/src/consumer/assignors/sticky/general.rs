//! Members want different topics: partitions move, one after the other, until no move makes the shares more even.

use std::collections::{BTreeMap, BTreeSet};

use super::super::order::{HashOrder, partition_hash};
use super::super::{Lists, Place, Round};
use super::{Past, Racks};

pub(super) fn share_out(round: &Round<'_>, racks: &Racks<'_>, past: Past) -> Lists {
    let mut builder = Builder::new(round, racks, past);
    let mut rest = builder.keep_owned();
    builder.by_load = (0..round.members.len()).map(|member| builder.load(member)).collect();
    builder.balance(&mut rest);
    builder.lists
}

struct Builder<'a> {
    round: &'a Round<'a>,
    racks: &'a Racks<'a>,
    /// Who had a partition in an older generation.
    before: BTreeMap<Place, usize>,
    lists: Lists,
    owner: BTreeMap<Place, usize>,
    /// Members for each topic.
    wanted_by: Vec<Vec<usize>>,
    /// Partitions of the least wanted topics first.
    places: Vec<Place>,
    /// Members with their loads, the idlest first; those that can neither give nor take are left out.
    by_load: BTreeSet<(usize, usize, usize)>,
    moves: Moves,
    /// Somebody had what it no longer wants or should not have.
    something_taken: bool,
}

impl<'a> Builder<'a> {
    fn new(round: &'a Round<'a>, racks: &'a Racks<'a>, past: Past) -> Builder<'a> {
        let mut wanted_by = vec![Vec::new(); round.topics.len()];
        for (at, member) in round.members.iter().enumerate() {
            member.topics.iter().for_each(|&topic| wanted_by[topic].push(at));
        }
        let mut topics: Vec<usize> = (0..round.topics.len()).collect();
        topics.sort_by_key(|&topic| (wanted_by[topic].len(), topic));
        let owned = past.owned.iter().enumerate();
        Builder {
            racks,
            before: past.before.into_iter().map(|(place, (member, _))| (place, member)).collect(),
            owner: owned.flat_map(|(member, list)| list.iter().map(move |&place| (place, member))).collect(),
            lists: past.owned,
            places: topics.into_iter().flat_map(|topic| round.places(topic)).collect(),
            wanted_by,
            by_load: BTreeSet::new(),
            moves: Moves::default(),
            something_taken: false,
            round,
        }
    }

    /// Takes from the members what they should not have; gives what is to be shared out.
    fn keep_owned(&mut self) -> Vec<Place> {
        let mut kept = BTreeSet::new();
        for (member, list) in self.lists.iter_mut().enumerate() {
            let before = list.len();
            list.retain(|&place| {
                self.round.members[member].topics.contains(&place.0) && !self.racks.mismatch(member, place)
            });
            self.something_taken |= list.len() < before;
            kept.extend(list.iter().copied());
        }
        self.places.iter().copied().filter(|place| !kept.contains(place)).collect()
    }

    fn balance(&mut self, rest: &mut Vec<Place>) {
        let from_nothing = self.by_load.last().is_none_or(|&(load, ..)| load == 0);
        let mut open = rest.clone();
        if self.racks.matter {
            open.retain(|&place| !self.give_to_idlest(place, true));
        }
        for place in open {
            self.give_to_idlest(place, false);
        }
        // What only one member wants stays, and so do members that have all they want of such.
        let movable = |wanted_by: &Vec<Vec<usize>>, place: &Place| wanted_by[place.0].len() >= 2;
        self.places.retain(|place| movable(&self.wanted_by, place));
        rest.retain(|place| movable(&self.wanted_by, place));
        for member in 0..self.lists.len() {
            if !self.takes_part(member) {
                let load = self.load(member);
                self.by_load.remove(&load);
            }
        }
        let before = (self.lists.clone(), self.owner.clone());
        if !self.something_taken {
            self.reassign(rest);
        }
        let moved = self.reassign(&self.places.clone());
        if !from_nothing && moved && self.unevenness(&self.lists) >= self.unevenness(&before.0) {
            (self.lists, self.owner) = before;
        }
    }

    fn give_to_idlest(&mut self, place: Place, near_only: bool) -> bool {
        let may = |&&(_, _, member): &&(usize, usize, usize)| {
            self.wants(member, place) && !(near_only && self.racks.mismatch(member, place))
        };
        let Some(&load) = self.by_load.iter().find(may) else { return false };
        let member = load.2;
        self.by_load.remove(&load);
        self.lists[member].push(place);
        self.owner.insert(place, member);
        self.by_load.insert(self.load(member));
        true
    }

    fn takes_part(&self, member: usize) -> bool {
        let list = &self.lists[member];
        list.len() < self.most_possible(member) || list.iter().any(|place| self.wanted_by[place.0].len() >= 2)
    }

    fn most_possible(&self, member: usize) -> usize {
        let topics = &self.round.members[member].topics;
        if topics.len() == self.round.topics.len() {
            return self.round.partition_count();
        }
        topics.iter().map(|&topic| self.round.topics[topic].partitions.len()).sum()
    }

    /// Goes over the partitions as long as a pass moves one; gives whether anything moved.
    fn reassign(&mut self, places: &[Place]) -> bool {
        let mut any = false;
        loop {
            let mut moved = false;
            for &place in places {
                if self.is_balanced() {
                    break;
                }
                moved |= self.improve(place);
            }
            if !moved {
                return any;
            }
            any = true;
        }
    }

    fn improve(&mut self, place: Place) -> bool {
        let Some(&owner) = self.owner.get(&place) else { return false };
        let idler = |member: usize| self.lists[owner].len() > self.lists[member].len() + 1;
        if let Some(&earlier) = self.before.get(&place)
            && self.is_in_play(earlier)
            && idler(earlier)
        {
            self.shift(place, earlier);
            return true;
        }
        // Java asks first within the rack and then without; the one who gets it is the same.
        let better = self.wanted_by[place.0].iter().any(|&member| idler(member));
        if better && let Some(idlest) = self.by_load.iter().map(|load| load.2).find(|&member| self.wants(member, place))
        {
            self.shift(place, idlest);
        }
        better
    }

    fn is_balanced(&self) -> bool {
        let (Some(idlest), Some(busiest)) = (self.by_load.first(), self.by_load.last()) else { return true };
        if idlest.0 + 1 >= busiest.0 {
            return true;
        }
        let could_take_more = |&(load, _, member): &(usize, usize, usize)| {
            let topics = &self.round.members[member].topics;
            let mut places = topics.iter().flat_map(|&topic| self.round.places(topic));
            load != self.most_possible(member)
                && places.any(|place| self.owner.get(&place).is_some_and(|&other| load + 1 < self.lists[other].len()))
        };
        !self.by_load.iter().any(could_take_more)
    }

    fn shift(&mut self, place: Place, to: usize) {
        let from = self.owner[&place];
        let place = self.moves.instead_of(place, from, to);
        let from = self.owner[&place];
        for member in [from, to] {
            let load = self.load(member);
            self.by_load.remove(&load);
        }
        let topic = &self.round.topics[place.0].name;
        self.moves.add(topic, place, from, to);
        if let Some(at) = self.lists[from].iter().position(|&one| one == place) {
            self.lists[from].remove(at);
        }
        self.lists[to].push(place);
        self.owner.insert(place, to);
        for member in [to, from] {
            let load = self.load(member);
            self.by_load.insert(load);
        }
    }

    fn wants(&self, member: usize, place: Place) -> bool {
        self.round.members[member].topics.contains(&place.0)
    }

    fn load(&self, member: usize) -> (usize, usize, usize) {
        (self.lists[member].len(), self.round.members[member].rank, member)
    }

    fn is_in_play(&self, member: usize) -> bool {
        self.by_load.contains(&self.load(member))
    }

    /// The differences of all pairs of those in play.
    fn unevenness(&self, lists: &Lists) -> usize {
        let mut loads: Vec<usize> = self.by_load.iter().map(|&(_, _, member)| lists[member].len()).collect();
        loads.sort_unstable();
        let over_smaller =
            |(at, load): (usize, &usize)| loads[..at].iter().map(|smaller| load - smaller).sum::<usize>();
        loads.iter().enumerate().map(over_smaller).sum()
    }
}

/// What has moved between whom in this round, so that a partition is not moved one way and its neighbour back.
#[derive(Default)]
struct Moves {
    of: BTreeMap<Place, (usize, usize)>,
    between: BTreeMap<(usize, usize, usize), HashOrder<Place>>,
    hashes: BTreeMap<Place, i32>,
}

impl Moves {
    /// When another partition of the topic went the opposite way, that one goes back.
    fn instead_of(&self, place: Place, from: usize, to: usize) -> Place {
        let from = self.of.get(&place).map_or(from, |&(first, _)| first);
        let back = self.between.get(&(place.0, to, from)).and_then(|places| places.iter().next());
        back.copied().unwrap_or(place)
    }

    fn add(&mut self, topic: &str, place: Place, from: usize, to: usize) {
        let hash = *self.hashes.entry(place).or_insert_with(|| partition_hash(topic, place.1));
        let pair = match self.of.remove(&place) {
            None => (from, to),
            Some((first, last)) => {
                self.take(hash, place, (first, last));
                if first == to {
                    return;
                }
                (first, to)
            }
        };
        self.of.insert(place, pair);
        let key = (place.0, pair.0, pair.1);
        self.between.entry(key).or_insert_with(HashOrder::new).insert(hash, place);
    }

    fn take(&mut self, hash: i32, place: Place, (first, last): (usize, usize)) {
        let key = (place.0, first, last);
        if let Some(places) = self.between.get_mut(&key) {
            places.remove(hash, &place);
            if places.is_empty() {
                self.between.remove(&key);
            }
        }
    }
}
