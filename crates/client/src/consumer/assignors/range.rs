//! Range: each topic by itself, in runs of neighbouring partitions; members in the same rack as a replica first.
//!
//! Topics with the same members and the same number of partitions are shared out alike, with racks as well (KIP-881).

use super::{Lists, Place, Round, racks_matter, static_first};

pub(super) fn assign(round: &Round<'_>) -> Lists {
    let mut lists = round.lists();
    let mut topics: Vec<Topic<'_>> = round.walk.iter().map(|&topic| Topic::new(round, topic)).collect();
    let by_rack = topics.iter().any(|topic| topic.racks_matter);
    if by_rack {
        assign_within_racks(&mut topics, &mut lists);
    }
    for topic in &mut topics {
        topic.assign_ranges(|_, _, _| true, &mut lists);
    }
    if by_rack {
        lists.iter_mut().for_each(|list| list.sort());
    }
    lists
}

/// Topics that are alike get the same numbers to the same members; a topic by itself what fits each member's rack.
fn assign_within_racks(topics: &mut [Topic<'_>], lists: &mut Lists) {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in 0..topics.len() {
        let alike = |group: &&mut Vec<usize>| topics[group[0]].is_alike(&topics[at]);
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    for group in groups {
        match group[..] {
            [one] if topics[one].racks_matter => topics[one].assign_ranges(Topic::in_rack, lists),
            [_] => {}
            _ => assign_alike(topics, &group, lists),
        }
    }
}

/// A number goes to the first member that is in a rack of that partition in each of the topics.
fn assign_alike(topics: &mut [Topic<'_>], group: &[usize], lists: &mut Lists) {
    let first = &topics[group[0]];
    let mut candidates = first.members.clone();
    for number in 0..first.racked_partitions as i32 {
        let fits = |&&member: &&usize| {
            group.iter().all(|&at| {
                let topic = &topics[at];
                topic.in_rack(member, (topic.index, number)) && topic.room_of(member) > 0
            })
        };
        let Some(&member) = candidates.iter().find(fits) else { continue };
        for &at in group {
            let place = (topics[at].index, number);
            topics[at].give(member, &[place], lists);
        }
        if group.iter().all(|&at| topics[at].room_of(member) == 0) {
            candidates.retain(|&one| one != member);
        }
    }
}

/// One topic while it is shared out.
struct Topic<'a> {
    round: &'a Round<'a>,
    index: usize,
    /// Those who want it, in the order they are served.
    members: Vec<usize>,
    left: Vec<Place>,
    given: Vec<usize>,
    each: usize,
    /// How many may still get one more than `each`.
    extra: isize,
    racks_matter: bool,
    /// All of them when a member has a rack, else none.
    racked_partitions: usize,
}

impl<'a> Topic<'a> {
    fn new(round: &'a Round<'a>, index: usize) -> Topic<'a> {
        let mut members: Vec<usize> = (0..round.members.len()).collect();
        members.retain(|&member| round.members[member].topics.contains(&index));
        members.sort_by(|&a, &b| static_first(&round.members[a], &round.members[b]));
        let left: Vec<Place> = round.places(index).collect();
        let with_rack = || members.iter().filter_map(|&member| round.members[member].rack());
        let racked = if with_rack().next().is_some() { left.len() } else { 0 };
        let racks: Vec<&[String]> = left[..racked].iter().map(|&place| round.racks(place)).collect();
        Topic {
            racks_matter: racks_matter(with_rack(), &racks),
            racked_partitions: racked,
            each: left.len() / members.len(),
            extra: (left.len() % members.len()) as isize,
            given: vec![0; round.members.len()],
            round,
            index,
            members,
            left,
        }
    }

    fn is_alike(&self, other: &Topic<'_>) -> bool {
        self.members == other.members && self.racked_partitions == other.racked_partitions
    }

    fn assign_ranges(&mut self, may: impl Fn(&Topic<'a>, usize, Place) -> bool, lists: &mut Lists) {
        for member in self.members.clone() {
            let fitting = self.left.iter().copied().filter(|&place| may(self, member, place));
            let places: Vec<Place> = fitting.take(self.room_of(member)).collect();
            self.give(member, &places, lists);
        }
    }

    fn give(&mut self, member: usize, places: &[Place], lists: &mut Lists) {
        if places.is_empty() {
            return;
        }
        lists[member].extend_from_slice(places);
        self.given[member] += places.len();
        if self.given[member] > self.each {
            self.extra -= 1;
        }
        self.left.retain(|place| !places.contains(place));
    }

    /// A member without a rack is at home everywhere.
    fn in_rack(&self, member: usize, place: Place) -> bool {
        let replicas = if self.racked_partitions == 0 { &[] } else { self.round.racks(place) };
        self.round.members[member].rack().is_none_or(|rack| replicas.iter().any(|one| one == rack))
    }

    fn room_of(&self, member: usize) -> usize {
        (self.each + usize::from(self.extra > 0)).saturating_sub(self.given[member])
    }
}
