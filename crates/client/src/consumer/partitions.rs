//! The partitions a consumer reads: where in each it is, what has come of it, and what must be found out before it goes on.
//!
//! Pure: answers and the time in, what to ask out. A partition has two places: the position is behind what the user was given,
//! and what is fetched next is behind what waits for the user. Whatever moves the position throws away what waits.

use std::collections::{BTreeMap, VecDeque};

use kampa_world::Monotonic;

use super::records::{ConsumerRecord, Records};
use super::unfold::Unfolding;
use super::{OffsetAndMetadata, TopicPartition};
use crate::cluster::ClusterView;
use crate::{Error, OffsetReset};

pub(super) struct Partitions {
    map: BTreeMap<TopicPartition, Partition>,
    /// Partitions with something waiting, in the order it came.
    ready: VecDeque<TopicPartition>,
    default_reset: OffsetReset,
    serial: u64,
    /// Something that waited was used up.
    has_room: bool,
}

pub(super) struct Partition {
    /// Another after every seek: answers to what was asked before are not for it.
    pub serial: u64,
    pub need: Need,
    /// Of the next record for the user, and the epoch of the one before it.
    pub position: Option<(i64, Option<i32>)>,
    pub fetch_from: i64,
    /// The leader has changed, and what waits must be read before the position can be looked up with the new one.
    pub is_uncertain: bool,
    /// The leader's epoch in which the position was last known to be in the log.
    pub valid_in: i32,
    pub waiting: VecDeque<Unfolding>,
    pub is_paused: bool,
    pub is_asked: bool,
    pub not_before: Monotonic,
    /// A replica that the leader named as nearer, and until when to believe it.
    pub nearer: Option<(i32, Monotonic)>,
    pub high_watermark: Option<i64>,
    pub last_stable_offset: Option<i64>,
    pub log_start_offset: Option<i64>,
    /// What its user must hear of it.
    pub failed: Option<Error>,
}

/// What stands between a partition and being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// The committed offset, and without one a reset.
    Committed,
    /// An offset by this rule.
    Reset(OffsetReset),
    /// To see whether the log still has what was read: the leader has changed.
    Validation,
    Nothing,
}

impl Partitions {
    pub fn new(default_reset: OffsetReset) -> Partitions {
        Partitions { map: BTreeMap::new(), ready: VecDeque::new(), default_reset, serial: 0, has_room: false }
    }

    pub fn names(&self) -> impl Iterator<Item = &TopicPartition> {
        self.map.keys()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&TopicPartition, &Partition)> {
        self.map.iter()
    }

    pub fn find(&self, partition: &TopicPartition) -> Option<&Partition> {
        self.map.get(partition)
    }

    pub fn find_mut(&mut self, partition: &TopicPartition) -> Option<&mut Partition> {
        self.map.get_mut(partition)
    }

    /// Reads these and no others; what it read already goes on where it is.
    pub fn set(&mut self, partitions: &[TopicPartition], first: Need) {
        self.map.retain(|one, _| partitions.contains(one));
        self.ready.retain(|one| self.map.contains_key(one));
        self.add(partitions, first);
    }

    pub fn add(&mut self, partitions: &[TopicPartition], first: Need) {
        for one in partitions {
            self.serial += 1;
            let serial = self.serial;
            self.map.entry(one.clone()).or_insert_with(|| Partition::new(serial, first));
        }
    }

    /// Without a group and without a rule there is no way to find one.
    pub fn fail_without_offset(&mut self, partitions: &[TopicPartition]) {
        for name in partitions {
            if let Some(one) = self.map.get_mut(name).filter(|one| one.position.is_none()) {
                one.failed = Some(no_offset(name));
            }
        }
    }

    pub fn remove(&mut self, partitions: &[TopicPartition]) {
        self.map.retain(|one, _| !partitions.contains(one));
        self.ready.retain(|one| self.map.contains_key(one));
    }

    /// Goes on from an offset, as the user says.
    pub fn seek(&mut self, partition: &TopicPartition, to: &OffsetAndMetadata) -> bool {
        self.move_to(partition, |one| {
            one.place((to.offset, to.leader_epoch));
            if to.leader_epoch.is_some() {
                one.need = Need::Validation;
            }
        })
    }

    /// Goes on from wherever the rule says.
    pub fn reset(&mut self, partition: &TopicPartition, rule: OffsetReset) -> bool {
        self.move_to(partition, |one| {
            one.position = None;
            one.need = Need::Reset(rule);
        })
    }

    fn move_to(&mut self, partition: &TopicPartition, how: impl FnOnce(&mut Partition)) -> bool {
        self.serial += 1;
        let Some(one) = self.map.get_mut(partition) else { return false };
        one.serial = self.serial;
        one.waiting.clear();
        (one.failed, one.is_asked, one.not_before) = (None, false, Monotonic::ZERO);
        how(one);
        self.ready.retain(|ready| ready != partition);
        true
    }

    pub fn pause(&mut self, partition: &TopicPartition, is_paused: bool) -> bool {
        let Some(one) = self.map.get_mut(partition) else { return false };
        one.is_paused = is_paused;
        true
    }

    /// The committed offset of a partition that waited for it; none: there is none.
    pub fn committed(&mut self, partition: &TopicPartition, serial: u64, offset: Option<&OffsetAndMetadata>) {
        let rule = self.default_reset;
        let Some(one) = self.waiting_for(partition, serial, |need| need == Need::Committed) else { return };
        match offset {
            Some(offset) => {
                one.place((offset.offset, offset.leader_epoch));
                if offset.leader_epoch.is_some() {
                    one.need = Need::Validation;
                }
            }
            None if rule == OffsetReset::None => one.failed = Some(no_offset(partition)),
            None => one.need = Need::Reset(rule),
        }
    }

    /// The offset that a reset found.
    pub fn found(&mut self, partition: &TopicPartition, serial: u64, offset: i64, epoch: Option<i32>) {
        if let Some(one) = self.waiting_for(partition, serial, |need| matches!(need, Need::Reset(_))) {
            tracing::info!(%partition, offset, "position reset");
            one.place((offset, epoch));
        }
    }

    /// Where the log of a partition's epoch ends: behind the position, or the log was cut back.
    pub fn validated(&mut self, partition: &TopicPartition, serial: u64, end: (i32, i64), leader_epoch: i32) {
        let rule = self.default_reset;
        let Some(one) = self.waiting_for(partition, serial, |need| need == Need::Validation) else { return };
        let (at, epoch) = one.position.unwrap_or_default();
        let (end_epoch, end_offset) = end;
        if end_epoch >= 0 && end_offset >= at {
            one.need = Need::Nothing;
            one.valid_in = leader_epoch;
            return;
        }
        tracing::warn!(%partition, position = at, ?epoch, end_epoch, end_offset, "the log was cut back");
        match rule {
            // Without a rule of where to go on, the user decides.
            OffsetReset::None => {
                let diverged = (end_epoch >= 0).then_some(end_offset);
                one.failed = Some(Error::Truncated { partition: partition.clone(), offset: at, diverged });
            }
            rule if end_epoch < 0 => {
                one.position = None;
                one.need = Need::Reset(rule);
            }
            _ => {
                one.place((end_offset, Some(end_epoch)));
                one.valid_in = leader_epoch;
            }
        }
    }

    /// The offset asked for is not in the log.
    pub fn out_of_range(&mut self, partition: &TopicPartition) {
        let rule = self.default_reset;
        let Some(one) = self.map.get_mut(partition) else { return };
        // What waits is good; when it is read the same will be answered again.
        if !one.waiting.is_empty() {
            return;
        }
        let offset = one.fetch_from;
        match rule {
            OffsetReset::None => one.failed = Some(Error::OutOfRange { partition: partition.clone(), offset }),
            rule => {
                tracing::info!(%partition, offset, "the offset is out of range");
                one.position = None;
                one.need = Need::Reset(rule);
            }
        }
    }

    fn waiting_for(
        &mut self,
        partition: &TopicPartition,
        serial: u64,
        is_it: impl FnOnce(Need) -> bool,
    ) -> Option<&mut Partition> {
        self.map.get_mut(partition).filter(|one| one.serial == serial && is_it(one.need))
    }

    /// Leaders that have changed make positions uncertain.
    pub fn leaders_seen(&mut self, view: &ClusterView) {
        for (name, one) in &mut self.map {
            let Some(found) = view.partition(&name.topic, name.partition) else { continue };
            if found.leader_epoch <= one.valid_in || one.need != Need::Nothing {
                continue;
            }
            let has_epoch = one.position.is_some_and(|(_, epoch)| epoch.is_some());
            // A position that was just found was found with this leader.
            if one.valid_in < 0 || !has_epoch {
                one.valid_in = found.leader_epoch;
                continue;
            }
            one.is_uncertain = true;
            if one.waiting.is_empty() && !one.is_asked {
                (one.need, one.is_uncertain) = (Need::Validation, false);
                one.fetch_from = one.position.map_or(one.fetch_from, |(at, _)| at);
            }
        }
    }

    /// Something came for the user.
    pub fn arrived(&mut self, partition: &TopicPartition, what: Unfolding) {
        if let Some(one) = self.map.get_mut(partition) {
            one.waiting.push_back(what);
            if !self.ready.contains(partition) {
                self.ready.push_back(partition.clone());
            }
        }
    }

    /// What waits, at most so many records; the positions move behind them. An error comes when nothing came before it.
    pub fn collect(&mut self, count_max: usize) -> Result<Records, Error> {
        let mut records = Records::default();
        let mut left = count_max;
        for _ in 0..self.ready.len() {
            let Some(name) = self.ready.pop_front() else { break };
            let Some(one) = self.map.get_mut(&name) else { continue };
            if one.is_paused {
                self.ready.push_back(name);
                continue;
            }
            let mut out = Vec::with_capacity(left.min(RECORDS_AT_ONCE));
            let waited = one.waiting.len();
            let taken = one.collect(left, &mut out);
            self.has_room |= one.waiting.len() < waited;
            left -= out.len();
            if !one.waiting.is_empty() {
                // Its turn goes on, so that a partition is read in runs.
                self.ready.push_front(name.clone());
            }
            if !out.is_empty() {
                records.partitions.push((name, out));
            }
            match taken {
                Err(error) if records.is_empty() => return Err(error),
                Err(_) => break,
                Ok(()) if left == 0 => break,
                Ok(()) => {}
            }
        }
        Ok(records)
    }

    /// Whether more can be fetched since this was asked last.
    pub fn has_room(&mut self) -> bool {
        std::mem::take(&mut self.has_room)
    }

    /// The first thing that went wrong and that its user has not heard of; said again until he moves the position.
    pub fn failure(&self) -> Option<Error> {
        self.map.values().find_map(|one| one.failed.clone())
    }

    /// Where the user is: what is committed.
    pub fn positions(&self) -> Vec<(TopicPartition, OffsetAndMetadata)> {
        let place = |(name, one): (&TopicPartition, &Partition)| {
            let (offset, leader_epoch) = one.position?;
            Some((name.clone(), OffsetAndMetadata { offset, leader_epoch, metadata: String::new() }))
        };
        self.map.iter().filter_map(place).collect()
    }

    /// Those that need something, with the serial that the answer must name.
    pub fn needing(&self, is_it: impl Fn(Need) -> bool, now: Monotonic) -> Vec<(TopicPartition, u64, Need)> {
        let asks = self.map.iter().filter(|(_, one)| is_it(one.need) && one.failed.is_none() && one.not_before <= now);
        asks.map(|(name, one)| (name.clone(), one.serial, one.need)).collect()
    }
}

impl Partition {
    fn new(serial: u64, need: Need) -> Partition {
        Partition {
            serial,
            need,
            position: None,
            fetch_from: 0,
            is_uncertain: false,
            valid_in: -1,
            waiting: VecDeque::new(),
            is_paused: false,
            is_asked: false,
            not_before: Monotonic::ZERO,
            nearer: None,
            high_watermark: None,
            last_stable_offset: None,
            log_start_offset: None,
            failed: None,
        }
    }

    fn place(&mut self, at: (i64, Option<i32>)) {
        self.position = Some(at);
        self.fetch_from = at.0;
        self.need = Need::Nothing;
        (self.valid_in, self.is_uncertain) = (-1, false);
        self.waiting.clear();
    }

    fn collect(&mut self, count_max: usize, out: &mut Vec<ConsumerRecord>) -> Result<(), Error> {
        while let Some(first) = self.waiting.front_mut() {
            let before = out.len();
            let taken = first.take(count_max, out);
            let (at, epoch) = first.position();
            let known = self.position.map_or(i64::MIN, |(at, _)| at);
            if out.len() > before || at > known {
                self.position = Some((at, epoch.or(self.position.and_then(|(_, epoch)| epoch))));
            }
            match taken {
                Ok(true) => return Ok(()),
                Ok(false) => drop(self.waiting.pop_front()),
                Err(error) => {
                    // Said now or with the next poll, and again until the user seeks past it.
                    self.failed = Some(error.clone());
                    self.waiting.clear();
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

/// Room that is made for records of one poll before they are counted: `max.poll.records` may be any number.
const RECORDS_AT_ONCE: usize = 512;

fn no_offset(partition: &TopicPartition) -> Error {
    Error::NoOffset { partition: partition.clone() }
}

#[cfg(test)]
mod tests;
