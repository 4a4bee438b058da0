//! How offsets, and groups with them, go away: by age, and with their topic.

use kampa_protocol::Text;
use kampa_protocol::records::group::{GroupRecord, OffsetCommitKey};

use super::group::{Group, State};
use super::offsets::{CommittedOffset, GroupOffsets};
use super::timers::Alarm;
use super::{DeletedTopic, Effects, GroupShard, Now};

impl GroupShard {
    /// Tombstones for offsets that outlived their retention, and for empty groups that have none left. `on_time` does this at
    /// its interval; the records need not stay together.
    pub fn expire_offsets(&mut self, now: Now) -> Effects {
        let mut records = Vec::new();
        for group in self.groups.values() {
            let nothing_left = match self.offsets.of_group(&group.id) {
                Some(offsets) => {
                    let before = records.len();
                    let nothing_left = self.expire_group(group, offsets, now, &mut records);
                    self.totals.offset_expirations += (records.len() - before) as u64;
                    nothing_left
                }
                None => true,
            };
            if nothing_left && group.state() == State::Empty {
                records.push(group.tombstone());
            }
        }
        Effects { records, wake_at_ms: self.timers.next_ms(), ..Effects::default() }
    }

    /// Tombstones for the offsets committed to topics that are gone; the records need not stay together.
    pub fn on_topics_deleted(&mut self, deleted: &[DeletedTopic]) -> Effects {
        let mut records = Vec::new();
        for (group_id, topics) in self.offsets.groups() {
            for topic in deleted {
                let committed = topics.get(&*topic.name).into_iter().flatten();
                let gone = committed.filter(|(_, offset)| offset.may_belong_to(topic.id));
                records.extend(gone.map(|(partition, _)| offset_tombstone(group_id, &topic.name, *partition)));
            }
        }
        Effects { records, wake_at_ms: self.timers.next_ms(), ..Effects::default() }
    }

    pub(crate) fn check_retention(&mut self, now: Now) -> Effects {
        self.plan_retention_check(now);
        self.expire_offsets(now)
    }

    pub(crate) fn plan_retention_check(&mut self, now: Now) {
        let interval_ms = self.settings.offsets_retention_check_interval_ms.max(1);
        self.timers.set(Alarm::Retention, now.monotonic_ms + interval_ms);
    }

    /// Whether no offset of the group is left.
    fn expire_group(&self, group: &Group, offsets: &GroupOffsets, now: Now, records: &mut Vec<GroupRecord>) -> bool {
        let Some(retention) = Retention::of(group) else { return false };
        let mut nothing_left = true;
        for (topic, partitions) in offsets {
            if group.is_subscribed_to(topic) {
                nothing_left = false;
                continue;
            }
            for (partition, offset) in partitions {
                if retention.is_over(offset, now.wall_ms, self.settings.offsets_retention_ms) {
                    records.push(offset_tombstone(&group.id, topic, *partition));
                } else {
                    nothing_left = false;
                }
            }
        }
        nothing_left
    }
}

/// Since when an offset is of no use.
enum Retention {
    /// Nobody is in the group, since then.
    SinceEmpty { since_ms: i64 },
    /// Somebody may still read it, but nobody wants the topic any more.
    SinceCommit,
}

impl Retention {
    /// `None`: the group's offsets do not expire in its state.
    fn of(group: &Group) -> Option<Retention> {
        match group.state() {
            _ if group.is_simple() => Some(Retention::SinceCommit),
            State::Empty => Some(match group.state_since_ms() {
                Some(since_ms) => Retention::SinceEmpty { since_ms },
                None => Retention::SinceCommit,
            }),
            State::Stable if group.uses_consumer_protocol() && group.knows_subscribed_topics() => {
                Some(Retention::SinceCommit)
            }
            State::Stable | State::PreparingRebalance { .. } | State::CompletingRebalance => None,
        }
    }

    fn is_over(&self, offset: &CommittedOffset, now_ms: i64, retention_ms: i64) -> bool {
        let since_ms = match self {
            Retention::SinceEmpty { since_ms } => *since_ms,
            Retention::SinceCommit => offset.commit_timestamp_ms,
        };
        match offset.expire_timestamp_ms {
            Some(expire_ms) => now_ms >= expire_ms,
            None => now_ms.saturating_sub(since_ms) >= retention_ms,
        }
    }
}

pub(crate) fn offset_tombstone(group_id: &Text, topic: &Text, partition: i32) -> GroupRecord {
    let key = OffsetCommitKey { group: group_id.clone(), topic: topic.clone(), partition };
    GroupRecord::OffsetCommit(key, None)
}
