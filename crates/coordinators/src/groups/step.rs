//! One decision in the making: what it may look at, and what it has decided so far.

use kampa_protocol::messages::{JoinGroupResponse, SyncGroupResponse};
use kampa_protocol::records::group::GroupRecord;
use kampa_protocol::{ErrorCode, Text};

use super::members::ParkedJoin;
use super::timers::{Alarm, Timers};
use super::{Effects, GroupAnswer, GroupSettings, Now, ReplyTo, Totals};

pub(crate) struct Step<'a> {
    pub settings: &'a GroupSettings,
    pub timers: &'a mut Timers,
    pub totals: &'a mut Totals,
    pub now: Now,
    effects: Effects,
}

impl<'a> Step<'a> {
    pub fn new(settings: &'a GroupSettings, timers: &'a mut Timers, totals: &'a mut Totals, now: Now) -> Step<'a> {
        Step { settings, timers, totals, now, effects: Effects { atomic: true, ..Effects::default() } }
    }

    pub fn record(&mut self, record: GroupRecord) {
        self.effects.records.push(record);
    }

    pub fn has_records(&self) -> bool {
        !self.effects.records.is_empty()
    }

    pub fn answer(&mut self, reply_to: ReplyTo, answer: GroupAnswer) {
        self.effects.answers.push((reply_to, answer));
    }

    pub fn answer_join(&mut self, parked: ParkedJoin, mut response: JoinGroupResponse) {
        if parked.version < NULL_PROTOCOL_NAME_FROM {
            response.protocol_name.get_or_insert_default();
        }
        self.answer(parked.reply_to, GroupAnswer::Join(response));
    }

    pub fn refuse_join(&mut self, parked: ParkedJoin, member_id: Text, error: ErrorCode) {
        let response =
            JoinGroupResponse { error_code: error.into(), member_id, protocol_name: None, ..Default::default() };
        self.answer_join(parked, response);
    }

    pub fn refuse_sync(&mut self, reply_to: ReplyTo, error: ErrorCode) {
        let response = SyncGroupResponse { error_code: error.into(), ..Default::default() };
        self.answer(reply_to, GroupAnswer::Sync(response));
    }

    /// Sets an alarm some time from now.
    pub fn wake_in(&mut self, alarm: Alarm, delay_ms: i64) {
        self.timers.set(alarm, self.now.monotonic_ms + delay_ms);
    }

    pub fn finish(self) -> Effects {
        Effects { wake_at_ms: self.timers.next_ms(), ..self.effects }
    }
}

/// Before this version of JoinGroup a protocol name cannot be null.
const NULL_PROTOCOL_NAME_FROM: i16 = 7;
