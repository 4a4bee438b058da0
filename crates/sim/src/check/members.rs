//! Groups: in one generation a partition has one owner; who is of an earlier generation commits nothing any more.

use std::collections::BTreeMap;

use kampa_protocol::Text;

use super::{Timeline, Violation};
use crate::history::{Event, History, Moment, Outcome, Place};

pub(super) fn check(history: &History, timeline: &Timeline) -> Vec<Violation> {
    let mut owners: BTreeMap<(Text, i32, Place), (Text, Moment)> = BTreeMap::new();
    let mut generations: BTreeMap<Text, Vec<Told>> = BTreeMap::new();
    let mut asked: BTreeMap<u32, (Text, i32, Moment)> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, event) in history.events.iter().enumerate() {
        // Generations are counted anew from what the offsets topic remembers. An answer may have left before the power was cut and
        // arrived after: what counts is when it was asked for.
        let forgotten = |since| !timeline.offsets_synced && timeline.memory_lost(since, at);
        let mut wrong = |what| found.push(Violation { checker: "members", at, what });
        match event {
            Event::Assigned { group, generation, member, places, begun } => {
                for place in places {
                    let owner =
                        owners.entry((group.clone(), *generation, *place)).or_insert_with(|| (member.clone(), *begun));
                    if owner.0 != *member && forgotten(owner.1) {
                        *owner = (member.clone(), *begun);
                    } else if owner.0 != *member {
                        let other = &owner.0;
                        wrong(format!("group {group}, generation {generation}: {place} is {other}'s and {member}'s"));
                    }
                }
                generations.entry(group.clone()).or_default().push(Told { generation: *generation, begun: *begun, at });
            }
            Event::CommitAsked { commit, group, generation, .. } => {
                asked.insert(*commit, (group.clone(), *generation, at));
            }
            Event::CommitAnswered { commit, outcome: Outcome::Done } => {
                let Some((group, generation, begun)) = asked.get(commit) else { continue };
                let is_later =
                    |told: &&Told| told.generation > *generation && told.at < *begun && !forgotten(told.begun);
                if let Some(later) = generations.get(group).into_iter().flatten().find(is_later) {
                    let later = later.generation;
                    wrong(format!(
                        "group {group}: a commit of generation {generation} was taken in generation {later}"
                    ));
                }
            }
            _ => {}
        }
    }
    found
}

/// A member was told of a generation.
struct Told {
    generation: i32,
    begun: Moment,
    at: Moment,
}
