//! What is due when: one ordered set for all groups of a shard.
//!
//! A deadline that moves later (every heartbeat does that) only changes a number; its place in the order is corrected when
//! that place comes up. So `next_ms` may be earlier than anything that is really due, never later.

use std::collections::{BTreeMap, BTreeSet};

use kampa_protocol::Text;

/// What there is to wake up for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alarm {
    /// A member, or one that was only given an id so far, was not heard of for its session timeout.
    Session { group: Text, member: Text },
    /// Members had their time to join.
    Join { group: Text },
    /// Members had their time to ask for their assignment.
    Sync { group: Text },
    /// Look for expired offsets.
    Retention,
}

#[derive(Default)]
pub(crate) struct Timers {
    order: BTreeSet<(i64, Alarm)>,
    by_alarm: BTreeMap<Alarm, Deadline>,
}

struct Deadline {
    due_ms: i64,
    /// Where the alarm stands in `order`: at `due_ms` or before.
    queued_ms: i64,
}

impl Timers {
    /// Sets the alarm, in place of an earlier setting.
    pub fn set(&mut self, alarm: Alarm, due_ms: i64) {
        match self.by_alarm.get_mut(&alarm) {
            Some(deadline) if deadline.queued_ms <= due_ms => deadline.due_ms = due_ms,
            _ => {
                self.cancel(&alarm);
                self.queue(alarm, due_ms);
            }
        }
    }

    pub fn cancel(&mut self, alarm: &Alarm) {
        if let Some(deadline) = self.by_alarm.remove(alarm) {
            self.order.remove(&(deadline.queued_ms, alarm.clone()));
        }
    }

    /// When to look again; `None` when nothing is set.
    pub fn next_ms(&self) -> Option<i64> {
        self.order.first().map(|(queued_ms, _)| *queued_ms)
    }

    /// Takes one alarm that is due.
    pub fn take_due(&mut self, now_ms: i64) -> Option<Alarm> {
        while self.next_ms().is_some_and(|queued_ms| queued_ms <= now_ms) {
            let (_, alarm) = self.order.pop_first()?;
            let deadline = self.by_alarm.remove(&alarm)?;
            if deadline.due_ms <= now_ms {
                return Some(alarm);
            }
            self.queue(alarm, deadline.due_ms);
        }
        None
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        assert_eq!(self.order.len(), self.by_alarm.len());
        self.order.len()
    }

    #[cfg(test)]
    pub fn is_set(&self, alarm: &Alarm) -> bool {
        self.by_alarm.contains_key(alarm)
    }

    fn queue(&mut self, alarm: Alarm, due_ms: i64) {
        self.order.insert((due_ms, alarm.clone()));
        self.by_alarm.insert(alarm, Deadline { due_ms, queued_ms: due_ms });
    }
}
