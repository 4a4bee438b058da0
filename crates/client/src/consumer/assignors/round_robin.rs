//! Round-robin: every partition of every topic, by name and number, to the next member that wants its topic.

use super::{Lists, Round, static_first};

pub(super) fn assign(round: &Round<'_>) -> Lists {
    let mut lists = round.lists();
    let mut circle: Vec<usize> = (0..round.members.len()).collect();
    circle.sort_by(|&a, &b| static_first(&round.members[a], &round.members[b]));
    let mut next = 0;
    for topic in 0..round.topics.len() {
        for place in round.places(topic) {
            // Somebody wants each of these topics, so this ends.
            while !round.members[circle[next]].topics.contains(&topic) {
                next = (next + 1) % circle.len();
            }
            lists[circle[next]].push(place);
            next = (next + 1) % circle.len();
        }
    }
    lists
}
