//! All members want the same topics: each keeps what it had up to its quota, the rest goes round.
//!
//! Every member ends with `quota_min` or `quota_max` partitions; how many get the larger number is known beforehand.

use std::collections::VecDeque;

use super::super::{Lists, Place, Round};
use super::{Moves, Past, Racks};

pub(super) fn share_out(round: &Round<'_>, racks: &Racks<'_>, past: Past) -> (Lists, Moves) {
    let (partitions, members) = (round.partition_count(), round.members.len());
    if members == 0 {
        return (Vec::new(), Vec::new());
    }
    let mut builder = Builder {
        racks,
        quota_min: partitions / members,
        quota_max: partitions.div_ceil(members),
        larger_wanted: partitions % members,
        larger: 0,
        under: Vec::new(),
        at_min: VecDeque::new(),
        lists: round.lists(),
        given_up: Default::default(),
        moves: Vec::new(),
        past,
    };
    let kept = builder.keep_owned();
    let mut rest: Vec<Place> = (0..round.topics.len()).flat_map(|topic| round.places(topic)).collect();
    rest.retain(|place| kept.binary_search(place).is_err());
    let rank = |&member: &usize| round.members[member].rank;
    builder.under.sort_by_key(rank);
    builder.at_min.make_contiguous().sort_by_key(rank);
    racks.sort(&mut rest);
    if racks.matter {
        builder.go_round_within_racks(&mut rest);
    }
    builder.go_round(&rest);
    (builder.lists, builder.moves)
}

struct Builder<'a> {
    racks: &'a Racks<'a>,
    past: Past,
    quota_min: usize,
    quota_max: usize,
    /// How many members may have more than `quota_min`, and how many do.
    larger_wanted: usize,
    larger: usize,
    /// Members with less than `quota_min`; members with just that, of which some may get one more.
    under: Vec<usize>,
    at_min: VecDeque<usize>,
    lists: Lists,
    /// Owned and not kept, and by whom.
    given_up: std::collections::BTreeMap<Place, usize>,
    moves: Moves,
}

impl Builder<'_> {
    /// Gives what is kept, sorted.
    fn keep_owned(&mut self) -> Vec<Place> {
        let mut kept = Vec::new();
        for member in 0..self.lists.len() {
            let mut owned = std::mem::take(&mut self.past.owned[member]);
            owned.retain(|&place| {
                let mismatch = self.racks.mismatch(member, place);
                if mismatch {
                    self.given_up.insert(place, member);
                }
                !mismatch
            });
            owned.sort_by_key(|&(topic, partition)| (partition, topic));
            owned.retain(|place| !self.past.disputed.contains(place));
            let keep = self.keep(member, owned.len());
            self.given_up.extend(owned.drain(keep..).map(|place| (place, member)));
            kept.extend_from_slice(&owned);
            self.lists[member] = owned;
        }
        kept.sort_unstable();
        kept
    }

    /// How many of its partitions a member keeps.
    fn keep(&mut self, member: usize, owned: usize) -> usize {
        if owned < self.quota_min {
            self.under.push(member);
            owned
        } else if owned >= self.quota_max && self.larger < self.larger_wanted {
            self.one_more_is_larger();
            self.quota_max
        } else {
            if self.larger < self.larger_wanted {
                self.at_min.push_back(member);
            }
            self.quota_min
        }
    }

    /// With the last of them, members at `quota_min` are full.
    fn one_more_is_larger(&mut self) {
        self.larger += 1;
        if self.larger == self.larger_wanted {
            self.at_min.clear();
        }
    }

    fn go_round_within_racks(&mut self, rest: &mut Vec<Place>) {
        let mut next = 0;
        rest.retain(|&place| {
            let member = match self.racks.next_near(place, &self.under, next) {
                Some(at) => Some(self.under_takes(at, &mut next)),
                None => self.at_min_takes(place),
            };
            if let Some(member) = member {
                self.give(place, member);
            }
            member.is_none()
        });
    }

    fn under_takes(&mut self, at: usize, next: &mut usize) -> usize {
        let member = self.under[at];
        let count = self.lists[member].len() + 1;
        let mut after = at;
        if count >= self.quota_min {
            self.under.remove(at);
            if count < self.quota_max && self.larger < self.larger_wanted {
                self.at_min.push_back(member);
            }
        } else {
            after += 1;
        }
        *next = if self.under.is_empty() { 0 } else { after % self.under.len() };
        member
    }

    fn at_min_takes(&mut self, place: Place) -> Option<usize> {
        let at = self.racks.next_near(place, self.at_min.make_contiguous(), 0)?;
        let member = self.at_min[at];
        if self.lists[member].len() + 1 == self.quota_max {
            self.at_min.remove(at);
            self.one_more_is_larger();
        }
        Some(member)
    }

    /// To those under the smaller quota in turn, then one each to those who have just that.
    fn go_round(&mut self, rest: &[Place]) {
        let mut next = 0;
        for &place in rest {
            if next >= self.under.len() {
                next = 0;
            }
            let member = match self.under.get(next) {
                Some(&member) => member,
                None => self.at_min.pop_front().expect("the quotas add up to the number of partitions"),
            };
            let was_under = next < self.under.len();
            self.give(place, member);
            if !was_under {
                continue;
            }
            if self.lists[member].len() == self.quota_min {
                self.under.remove(next);
                self.at_min.push_back(member);
            } else {
                next += 1;
            }
        }
    }

    fn give(&mut self, place: Place, member: usize) {
        self.lists[member].push(place);
        let given_up_by_another = self.given_up.get(&place).is_some_and(|&other| other != member);
        if given_up_by_another || self.past.disputed.contains(&place) {
            self.moves.push((place, member));
        }
    }
}
