//! Topics: what was acknowledged as created is there, what was acknowledged as deleted is gone, and stays so, power cuts included.
//!
//! Changes of one name come one after another. Between what is certain and what was asked for, whoever looks may see any state,
//! but never an earlier one than somebody saw before.

use std::collections::BTreeMap;

use kampa_protocol::{Text, Uuid};

use super::{Timeline, Violation};
use crate::history::{Event, History, Moment, Outcome, TopicChange};

pub(super) fn check(history: &History, _: &Timeline) -> Vec<Violation> {
    let mut names: BTreeMap<Text, Name> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, event) in history.events.iter().enumerate() {
        match event {
            Event::TopicAsked { name, change } => names.entry(name.clone()).or_default().asked(change),
            Event::TopicAnswered { name, outcome, topic_id } => {
                names.entry(name.clone()).or_default().answered(*outcome, *topic_id, at);
            }
            Event::TopicSeen { name, begun, found: seen } => {
                if let Err(what) = names.entry(name.clone()).or_default().seen(*seen, *begun, at) {
                    found.push(Violation { checker: "topics", at, what: format!("topic {name}: {what}") });
                }
            }
            _ => {}
        }
    }
    found
}

/// The states a name goes through, one after another.
struct Name {
    states: Vec<State>,
    /// Since when at least which state is reached.
    reached: Vec<(Moment, usize)>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// `None`: no topic. The id is zero until it is known.
    topic: Option<(Uuid, i32)>,
}

impl Default for Name {
    fn default() -> Name {
        Name { states: vec![State { topic: None }], reached: vec![(0, 0)] }
    }
}

impl Name {
    fn asked(&mut self, change: &TopicChange) {
        let before = self.states.last().and_then(|state| state.topic);
        let topic = match (change, before) {
            (TopicChange::Create { partitions }, _) => Some((Uuid::ZERO, *partitions)),
            (TopicChange::Delete, _) => None,
            (TopicChange::Grow { partitions }, before) => before.map(|(id, _)| (id, *partitions)),
        };
        self.states.push(State { topic });
    }

    fn answered(&mut self, outcome: Outcome, topic_id: Uuid, at: Moment) {
        match outcome {
            Outcome::Done => {
                let last = self.states.len() - 1;
                if let Some((id, _)) = &mut self.states[last].topic
                    && *id == Uuid::ZERO
                {
                    *id = topic_id;
                }
                self.reached.push((at, last));
            }
            Outcome::Refused(_) => {
                self.states.pop();
                let last = self.states.len() - 1;
                self.reached.retain(|(_, state)| *state <= last);
            }
        }
    }

    fn seen(&mut self, seen: Option<(Uuid, i32)>, begun: Moment, at: Moment) -> Result<(), String> {
        let least = self.reached.iter().filter(|(since, _)| *since < begun).map(|(_, state)| *state).max().unwrap_or(0);
        let fits = |state: &State| match (state.topic, seen) {
            (None, None) => true,
            (Some((id, partitions)), Some((seen_id, seen_partitions))) => {
                partitions == seen_partitions && (id == Uuid::ZERO || id == seen_id)
            }
            _ => false,
        };
        let Some(state) = (least..self.states.len()).find(|state| fits(&self.states[*state])) else {
            let (shown, wanted) = (show(seen), show(self.states[least].topic));
            let after = if least + 1 < self.states.len() { " or what was asked for since" } else { "" };
            return Err(format!("{shown}, where it should be {wanted}{after}"));
        };
        if let (Some((id, _)), Some((seen_id, _))) = (&mut self.states[state].topic, seen) {
            *id = seen_id;
        }
        if state > least {
            self.reached.push((at, state));
        }
        Ok(())
    }
}

fn show(topic: Option<(Uuid, i32)>) -> String {
    match topic {
        None => "there is none".to_owned(),
        Some((id, partitions)) => format!("it has {partitions} partitions and id {id}"),
    }
}
