//! A round: members join, one of them is made leader, it assigns, everybody asks for their share.
//!
//! A round starts when the group's members or what they offer changes. It ends early when every member has joined, else when
//! its time is over: the longest rebalance timeout of the members, or, from an empty group, the initial rebalance delay.

use bytes::Bytes;
use kampa_protocol::records::group::GroupMetadataValue;
use kampa_protocol::{ErrorCode, Text};

use super::group::{Group, InitialDelay, State};
use super::members::Strategy;
use super::step::Step;

impl Group {
    /// Something changed: starts a round, or sees whether the one that runs can end.
    pub fn rebalance(&mut self, step: &mut Step) {
        match self.state() {
            State::PreparingRebalance { .. } => self.complete_join_when_all_joined(step),
            State::Empty | State::CompletingRebalance | State::Stable => self.prepare_rebalance(step),
        }
    }

    /// Starts a round.
    pub fn prepare_rebalance(&mut self, step: &mut Step) {
        if self.state() == State::CompletingRebalance {
            self.drop_assignments(step);
        }
        self.pending_sync.clear();
        step.timers.cancel(&self.sync_alarm());
        let initial = self.state() == State::Empty;
        self.change_state(State::PreparingRebalance { initial }, step.now.wall_ms);
        if initial {
            self.wait_for_more_members(step);
        } else if self.has_all_joined() {
            self.complete_join(step);
        } else {
            step.wake_in(self.join_alarm(), self.members.rebalance_timeout_ms());
        }
    }

    /// Ends the joining when nobody is missing; an initial round waits its delay out.
    pub fn complete_join_when_all_joined(&mut self, step: &mut Step) {
        if self.state() == (State::PreparingRebalance { initial: false }) && self.has_all_joined() {
            self.complete_join(step);
        }
    }

    /// Ends the joining when nobody is missing, an initial round too: somebody it may have waited for is gone.
    pub fn complete_join_without_the_missing(&mut self, step: &mut Step) {
        if matches!(self.state(), State::PreparingRebalance { .. }) && self.has_all_joined() {
            self.complete_join(step);
        }
    }

    /// The time to join is over.
    pub fn end_join_wait(&mut self, step: &mut Step) {
        match self.initial_delay {
            Some(delay) if delay.new_member_added && delay.remaining_ms > 0 => self.extend_initial_delay(delay, step),
            _ => self.complete_join(step),
        }
    }

    /// Members that never asked for their assignment are out, and the rest starts over.
    pub fn expire_sync(&mut self, step: &mut Step) {
        let missing = std::mem::take(&mut self.pending_sync);
        if missing.is_empty() || !matches!(self.state(), State::CompletingRebalance | State::Stable) {
            return;
        }
        for member_id in &missing {
            self.remove_member(member_id, step);
        }
        self.prepare_rebalance(step);
    }

    /// Nothing was heard of a member, or of one that only got an id, for its session timeout.
    pub fn expire_session(&mut self, member_id: &Text, step: &mut Step) {
        if self.pending_join.contains(member_id) {
            self.remove_member(member_id, step);
            self.complete_join_without_the_missing(step);
        } else if self.members.get(member_id).is_some_and(|member| !member.is_excused()) {
            self.remove_member(member_id, step);
            match self.state() {
                State::CompletingRebalance | State::Stable => self.prepare_rebalance(step),
                State::PreparingRebalance { .. } => self.complete_join_without_the_missing(step),
                State::Empty => {}
            }
        }
    }

    /// A loaded group: its members have a session timeout to show up, and too many of them must sort that out.
    pub fn start_sessions(&mut self, step: &mut Step) {
        for member_id in self.members.ids() {
            self.renew_session(&member_id, step);
        }
        if self.members.len() > step.settings.max_size {
            self.prepare_rebalance(step);
        }
    }

    /// The record of the round could not be written, so the assignment it brought is void.
    pub fn withdraw_record(&mut self, value: &GroupMetadataValue, step: &mut Step) {
        if !self.is_of_this_round(value) {
            return;
        }
        match self.state() {
            State::CompletingRebalance => self.prepare_rebalance(step),
            State::Stable => self.return_static_ids(step),
            State::Empty | State::PreparingRebalance { .. } => {}
        }
    }

    /// Answers every parked request with an error.
    pub fn refuse_parked(&mut self, error: ErrorCode, step: &mut Step) {
        for member_id in self.members.ids() {
            if let Some(parked) = self.members.take_join(&member_id) {
                step.refuse_join(parked, member_id.clone(), error);
            }
            if let Some(reply_to) = self.members.get_mut(&member_id).and_then(|member| member.parked_sync.take()) {
                step.refuse_sync(reply_to, error);
            }
        }
    }

    fn has_all_joined(&self) -> bool {
        self.members.all_joining() && self.pending_join.is_empty()
    }

    fn wait_for_more_members(&mut self, step: &mut Step) {
        let delay_ms = step.settings.initial_rebalance_delay_ms;
        let remaining_ms = (self.members.rebalance_timeout_ms() - delay_ms).max(0);
        if delay_ms > 0 {
            self.initial_delay = Some(InitialDelay { current_ms: delay_ms, remaining_ms, new_member_added: false });
            step.wake_in(self.join_alarm(), delay_ms);
        } else {
            self.complete_join(step);
        }
    }

    fn extend_initial_delay(&mut self, delay: InitialDelay, step: &mut Step) {
        let current_ms = step.settings.initial_rebalance_delay_ms.min(delay.remaining_ms);
        let remaining_ms = (delay.remaining_ms - delay.current_ms).max(0);
        self.initial_delay = Some(InitialDelay { current_ms, remaining_ms, new_member_added: false });
        step.wake_in(self.join_alarm(), current_ms);
    }

    /// Goes on with those who joined. Static members stay although they did not: they may be restarting.
    fn complete_join(&mut self, step: &mut Step) {
        self.initial_delay = None;
        step.timers.cancel(&self.join_alarm());
        for member_id in self.members.ids() {
            let stays = self.members.get(&member_id).is_some_and(|m| m.is_joining() || m.instance_id.is_some());
            if !stays {
                self.remove_member(&member_id, step);
            }
        }
        let has_leader = self.elect_joined_leader();
        if !has_leader && !self.members.is_empty() {
            // Only absent static members are left: whoever returns first, or their sessions, decide.
            let again_ms = self.members.rebalance_timeout_ms().max(ABSENT_MEMBERS_RECHECK_MS_MIN);
            step.wake_in(self.join_alarm(), again_ms);
            return;
        }
        self.next_generation(step.now.wall_ms);
        if self.members.is_empty() {
            step.record(self.record(|_| Bytes::new()));
        } else {
            self.announce_generation(step);
        }
    }

    fn announce_generation(&mut self, step: &mut Step) {
        for member_id in self.members.ids() {
            if let Some(parked) = self.members.take_join(&member_id) {
                step.answer_join(parked, self.joined(&member_id));
            }
            if let Some(member) = self.members.get_mut(&member_id) {
                member.is_new = false;
            }
            self.renew_session(&member_id, step);
            self.pending_sync.insert(member_id);
        }
        step.wake_in(self.sync_alarm(), self.members.rebalance_timeout_ms());
    }

    /// Keeps the leader if it joined, else takes another member that did. False when nobody did.
    fn elect_joined_leader(&mut self) -> bool {
        let Some(leader) = &self.leader else { return false };
        if self.members.get(leader).is_some_and(|member| member.is_joining()) {
            return true;
        }
        match self.members.iter().find(|member| member.is_joining()) {
            Some(member) => {
                self.leader = Some(member.id.clone());
                true
            }
            None => false,
        }
    }

    /// Forgets what was assigned, and tells those who wait for it to join again.
    fn drop_assignments(&mut self, step: &mut Step) {
        for member_id in self.members.ids() {
            let Some(member) = self.members.get_mut(&member_id) else { continue };
            member.assignment = Bytes::new();
            if let Some(reply_to) = member.parked_sync.take() {
                step.refuse_sync(reply_to, ErrorCode::REBALANCE_IN_PROGRESS);
                self.renew_session(&member_id, step);
            }
        }
    }

    /// Static members whose new id did not get into the log have their old one back.
    fn return_static_ids(&mut self, step: &mut Step) {
        let Some(recorded) = self.recorded().cloned() else { return };
        for old in &recorded.members {
            let Some(instance_id) = &old.group_instance_id else { continue };
            let Some(current) = self.members.of_instance(instance_id).cloned() else { continue };
            if current != old.member_id {
                let strategies = self
                    .protocol
                    .iter()
                    .map(|name| Strategy { name: name.clone(), metadata: old.subscription.clone() });
                let strategies = strategies.collect();
                self.rename_member(&current, old.member_id.clone(), step);
                self.members.offer(&old.member_id, strategies);
            }
        }
    }
}

/// How often to look whether an absent static member is back, at most: members may ask for a rebalance timeout of zero.
const ABSENT_MEMBERS_RECHECK_MS_MIN: i64 = 100;
