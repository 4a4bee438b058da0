//! Sticky and cooperative-sticky: even first, then as few moves as can be.
//!
//! When all members want the same topics, `constrained` fills quotas; else `general` moves partitions until no move makes
//! the shares more even. What a member had comes from its user data (sticky) or its subscription (cooperative).

use bytes::{Buf, Bytes};

use super::order::{HashOrder, string_hash};
use super::{Lists, Memory, NO_GENERATION, Place, Round, Subscription, TopicPartition, racks_matter};

mod constrained;
mod general;

/// What a member had, and in which generation.
pub(super) type Said = (Vec<TopicPartition>, Option<i32>);

/// Java's version 1: topics with their partitions, then the generation.
pub(super) fn user_data(last: &[TopicPartition], generation: i32) -> Bytes {
    let mut topics: Vec<(&str, Vec<i32>)> = Vec::new();
    let mut walk = HashOrder::new();
    for one in last {
        match topics.iter_mut().find(|(name, _)| *name == &*one.topic) {
            Some((_, partitions)) => partitions.push(one.partition),
            None => {
                walk.insert_first(string_hash(&one.topic), topics.len());
                topics.push((&one.topic, vec![one.partition]));
            }
        }
    }
    let mut bytes = (topics.len() as i32).to_be_bytes().to_vec();
    for (name, partitions) in walk.iter().map(|&at| &topics[at]) {
        bytes.extend((name.len() as i16).to_be_bytes());
        bytes.extend(name.as_bytes());
        bytes.extend((partitions.len() as i32).to_be_bytes());
        bytes.extend(partitions.iter().flat_map(|partition| partition.to_be_bytes()));
    }
    bytes.extend(generation.to_be_bytes());
    bytes.into()
}

/// Version 0 had no generation. Bytes that are neither are as nothing had, in no generation.
pub(super) fn said_in_user_data(subscription: &Subscription) -> Said {
    let Some(data) = subscription.user_data.as_ref().filter(|data| !data.is_empty()) else {
        return (Vec::new(), None);
    };
    let mut rest = &data[..];
    match partitions(&mut rest) {
        Some(had) => (had, rest.try_get_i32().ok()),
        None => (Vec::new(), Some(NO_GENERATION)),
    }
}

fn partitions(rest: &mut &[u8]) -> Option<Vec<TopicPartition>> {
    let mut had = Vec::new();
    for _ in 0..count(rest)? {
        let length = usize::try_from(rest.try_get_i16().ok()?).ok()?;
        let (name, after) = rest.split_at_checked(length)?;
        let name: std::sync::Arc<str> = String::from_utf8_lossy(name).into();
        *rest = after;
        for _ in 0..count(rest)? {
            had.push(TopicPartition { topic: name.clone(), partition: rest.try_get_i32().ok()? });
        }
    }
    Some(had)
}

fn count(rest: &mut &[u8]) -> Option<usize> {
    let count = usize::try_from(rest.try_get_i32().ok()?).ok()?;
    (count <= rest.len()).then_some(count)
}

/// Before version 2 of the subscription the generation was in the user data.
fn said_in_subscription(subscription: &Subscription) -> Said {
    let in_user_data = |data: &Bytes| (&data[..]).try_get_i32().unwrap_or(NO_GENERATION);
    let generation = subscription.generation.or_else(|| subscription.user_data.as_ref().map(in_user_data));
    (subscription.owned.clone(), generation)
}

pub(super) fn assign(round: &Round<'_>, memory: &mut Memory, said: fn(&Subscription) -> Said) -> Lists {
    share_out(round, memory, said).0
}

/// What moves from one member to another is taken out: its owner gives it back first, and joins again.
pub(super) fn assign_cooperatively(round: &Round<'_>, memory: &mut Memory) -> Lists {
    let (mut lists, moving) = share_out(round, memory, said_in_subscription);
    let moving = moving.unwrap_or_else(|| moving_between(round, &lists));
    for (place, member) in moving {
        if let Some(at) = lists[member].iter().position(|&one| one == place) {
            lists[member].remove(at);
        }
    }
    lists
}

/// The lists, and who gets what others must give back first, as far as that is known on the way.
fn share_out(round: &Round<'_>, memory: &mut Memory, said: fn(&Subscription) -> Said) -> (Lists, Option<Moves>) {
    let past = Past::new(round, memory, said);
    let racks = Racks::new(round);
    if past.wants_are_equal {
        let (lists, moves) = constrained::share_out(round, &racks, past);
        (lists, Some(moves))
    } else {
        (general::share_out(round, &racks, past), None)
    }
}

/// New to its member and given up by another.
fn moving_between(round: &Round<'_>, lists: &Lists) -> Moves {
    let owned = |member: usize| -> Vec<Place> {
        round.members[member].subscription.owned.iter().filter_map(|one| round.place(one)).collect()
    };
    let owned: Vec<Vec<Place>> = (0..lists.len()).map(owned).collect();
    let mut given_up: Vec<Place> = Vec::new();
    let mut added: Moves = Vec::new();
    for (member, list) in lists.iter().enumerate() {
        let (mut before, mut now) = (owned[member].clone(), list.clone());
        before.sort_unstable();
        now.sort_unstable();
        added.extend(now.iter().filter(|place| before.binary_search(place).is_err()).map(|&place| (place, member)));
        given_up.extend(before.iter().filter(|place| now.binary_search(place).is_err()));
    }
    given_up.sort_unstable();
    added.retain(|(place, _)| given_up.binary_search(place).is_ok());
    added
}

type Moves = Vec<(Place, usize)>;

/// What the members said, made consistent: who owned what when the round began.
struct Past {
    wants_are_equal: bool,
    owned: Lists,
    /// Claimed by two members of the same generation, so owned by neither.
    disputed: Vec<Place>,
    /// Who had it in an older generation, and in which.
    before: std::collections::BTreeMap<Place, (usize, i32)>,
}

impl Past {
    fn new(round: &Round<'_>, memory: &mut Memory, said: fn(&Subscription) -> Said) -> Past {
        let all: Vec<Said> = round.members.iter().map(|member| said(member.subscription)).collect();
        let generation_of = |member: usize| all[member].1.unwrap_or(NO_GENERATION);
        let newest = (0..all.len()).map(generation_of).fold(memory.newest_generation, i32::max);
        memory.newest_generation = newest;
        let mut past = Past {
            wants_are_equal: wants_are_equal(round),
            owned: round.lists(),
            disputed: Vec::new(),
            before: Default::default(),
        };
        let mut owners = std::collections::BTreeMap::new();
        for (member, (partitions, generation)) in all.iter().enumerate() {
            for place in partitions.iter().filter_map(|one| round.place(one)) {
                past.claim(round, &mut owners, member, generation.unwrap_or(NO_GENERATION), place);
                // A member that names no generation is of an old one as soon as somebody names any.
                let older = generation.unwrap_or(NO_GENERATION);
                if older < newest {
                    let known = past.before.entry(place).or_insert((member, older));
                    if older > known.1 {
                        *known = (member, older);
                    }
                }
            }
        }
        past
    }

    fn claim(&mut self, round: &Round<'_>, owners: &mut Owners, member: usize, generation: i32, place: Place) {
        let Some(&other) = owners.get(&place) else {
            self.owned[member].push(place);
            owners.insert(place, member);
            return;
        };
        // As Java has it, the other's generation is the one in its subscription, also for the sticky assignor.
        let others = round.members[other].subscription.generation.unwrap_or(NO_GENERATION);
        if generation < others {
            return;
        }
        if generation == others {
            self.disputed.push(place);
        } else {
            self.owned[member].push(place);
        }
        if let Some(at) = self.owned[other].iter().position(|&one| one == place) {
            self.owned[other].remove(at);
        }
        owners.insert(place, member);
    }
}

type Owners = std::collections::BTreeMap<Place, usize>;

/// The first members that want nothing do not count, as in Java.
fn wants_are_equal(round: &Round<'_>) -> bool {
    let mut wants =
        round.members.iter().map(|member| &member.subscription.topics).skip_while(|topics| topics.is_empty());
    let Some(first) = wants.next() else { return true };
    let mut first: Vec<&String> = first.iter().collect();
    first.sort_unstable();
    first.dedup();
    wants.all(|topics| topics.len() == first.len() && topics.iter().all(|topic| first.binary_search(&topic).is_ok()))
}

/// Who is near which partition.
struct Racks<'a> {
    round: &'a Round<'a>,
    /// Members and replicas share racks, and it makes a difference where a partition goes.
    matter: bool,
    /// Some member is in a rack: partitions that few members are near to are shared out first.
    sort: bool,
}

impl<'a> Racks<'a> {
    fn new(round: &'a Round<'a>) -> Racks<'a> {
        let with_rack = || round.members.iter().filter_map(|member| member.rack());
        let places = (0..round.topics.len()).flat_map(|topic| round.places(topic));
        let racks: Vec<&[String]> = places.map(|place| round.racks(place)).collect();
        Racks { round, matter: racks_matter(with_rack(), &racks), sort: with_rack().next().is_some() }
    }

    /// Where racks matter, the member has one, and no replica is in it.
    fn mismatch(&self, member: usize, place: Place) -> bool {
        let rack = self.round.members[member].rack();
        self.matter && rack.is_some() && !self.near(member, place)
    }

    /// Where racks matter: the member is in the rack of a replica.
    fn near(&self, member: usize, place: Place) -> bool {
        let rack = self.round.members[member].rack();
        self.matter && rack.is_some_and(|rack| self.round.racks(place).iter().any(|one| one == rack))
    }

    fn sort(&self, places: &mut [Place]) {
        if self.sort {
            places.sort_by_cached_key(|&place| {
                let mut racks: Vec<&String> = self.round.racks(place).iter().collect();
                racks.sort_unstable();
                racks.dedup();
                let near = |rack: &&String| self.round.members.iter().filter(|one| one.rack() == Some(rack)).count();
                racks.iter().map(near).sum::<usize>()
            });
        }
    }

    fn next_near(&self, place: Place, members: &[usize], first: usize) -> Option<usize> {
        (0..members.len()).map(|i| (first + i) % members.len()).find(|&at| self.near(members[at], place))
    }
}
