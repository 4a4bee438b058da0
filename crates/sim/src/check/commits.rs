//! Committed offsets: who looks sees the last commit that was acknowledged before, or one asked for since that may have happened.

use std::collections::BTreeMap;

use kampa_protocol::Text;

use super::{Timeline, Violation};
use crate::history::{Event, History, Moment, Outcome, Place};

pub(super) fn check(history: &History, timeline: &Timeline) -> Vec<Violation> {
    let mut registers: BTreeMap<(Text, Place), Vec<Commit>> = BTreeMap::new();
    let mut places: BTreeMap<u32, (Text, Place)> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, event) in history.events.iter().enumerate() {
        match event {
            Event::CommitAsked { commit, group, place, offset, .. } => {
                let key = (group.clone(), *place);
                places.insert(*commit, key.clone());
                let asked = Commit { number: *commit, offset: *offset, asked: at, end: End::Open };
                registers.entry(key).or_default().push(asked);
            }
            Event::CommitAnswered { commit, outcome } => {
                let register = places.get(commit).and_then(|key| registers.get_mut(key));
                if let Some(known) = register.and_then(|all| all.iter_mut().find(|known| known.number == *commit)) {
                    known.end = if *outcome == Outcome::Done { End::Done(at) } else { End::Refused };
                }
            }
            Event::CommitSeen { group, place, begun, found: seen } => {
                let none = Vec::new();
                let register = registers.get(&(group.clone(), *place)).unwrap_or(&none);
                if let Err(what) = look(register, timeline, *begun, at, *seen) {
                    found.push(Violation { checker: "commits", at, what: format!("group {group}, {place}: {what}") });
                }
            }
            _ => {}
        }
    }
    found
}

/// One attempt to commit.
struct Commit {
    number: u32,
    offset: i64,
    asked: Moment,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nobody knows, or not yet.
    Open,
    Done(Moment),
    Refused,
}

impl Commit {
    /// Whether it was done before `begun`, and cannot be forgotten at `at`.
    fn must_be_there(&self, begun: Moment, at: Moment, timeline: &Timeline) -> bool {
        let End::Done(done) = self.end else { return false };
        // The answer may have left before the power was cut and arrived after: what counts is when it was asked.
        let forgotten = !timeline.offsets_synced && timeline.memory_lost(self.asked, at);
        done < begun && !forgotten
    }
}

fn look(
    register: &[Commit],
    timeline: &Timeline,
    begun: Moment,
    at: Moment,
    seen: Option<(u32, i64)>,
) -> Result<(), String> {
    let Some((number, offset)) = seen else {
        return match register.iter().find(|other| other.must_be_there(begun, at, timeline)) {
            Some(other) => Err(format!("offset {} was committed, and nothing is there", other.offset)),
            None => Ok(()),
        };
    };
    let Some(commit) = register.iter().find(|commit| commit.number == number && commit.offset == offset) else {
        return Err(format!("offset {offset} of commit {number} is there, which nobody asked for"));
    };
    let done = match commit.end {
        End::Refused => return Err(format!("offset {offset} is there, whose commit was refused")),
        End::Done(done) => done,
        End::Open => return Ok(()),
    };
    match register.iter().find(|other| other.asked > done && other.must_be_there(begun, at, timeline)) {
        Some(other) => Err(format!("offset {} was committed later, and {offset} is there", other.offset)),
        None => Ok(()),
    }
}
