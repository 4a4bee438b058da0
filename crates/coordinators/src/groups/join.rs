//! JoinGroup (key 11): a member asks to be in the next round.
//!
//! Dynamic members are asked to come back with an id from version 4 on (KIP-394), so that a client that gives up leaves no
//! member behind. Static members (KIP-345) get their place back under a new member id, without a round while the group
//! is stable and would go on with the same strategy; from version 9 on such a leader is told to skip assigning (KIP-814).

use kampa_protocol::messages::{JoinGroupRequest, JoinGroupResponse};
use kampa_protocol::{ErrorCode, Text};
use rand::Rng;
use rand::rngs::SmallRng;

use super::group::{Group, State};
use super::members::{Member, ParkedJoin, strategies_of};
use super::step::Step;
use super::{Client, Effects, GroupSettings, GroupShard, Now, ReplyTo};

impl GroupShard {
    /// `rng` gives member ids their random half.
    #[allow(clippy::too_many_arguments)] // The request, and what its header and connection say of it.
    pub fn join(
        &mut self,
        reply_to: ReplyTo,
        request: &JoinGroupRequest,
        version: i16,
        client: &Client,
        now: Now,
        rng: &mut SmallRng,
    ) -> Effects {
        let caller = ParkedJoin { reply_to, version };
        let (groups, mut step) = self.step(now);
        let is_new_group = !groups.contains_key(&*request.group_id);
        if let Err(error) = check_join(request, is_new_group, step.settings) {
            step.refuse_join(caller, request.member_id.clone(), error);
            return step.finish();
        }
        let group_id = request.group_id.detached();
        let group = groups.entry(group_id.clone()).or_insert_with(|| Group::new(group_id, now.wall_ms));
        group.join(Join { request, client, caller }, &mut step, rng);
        if is_new_group && !step.has_records() {
            // Without members nothing else would be written, and the group would not be there after a restart.
            step.record(group.birth_record(now.wall_ms));
        }
        step.finish()
    }
}

fn check_join(request: &JoinGroupRequest, is_new_group: bool, settings: &GroupSettings) -> Result<(), ErrorCode> {
    let session_timeouts_ms = settings.min_session_timeout_ms..=settings.max_session_timeout_ms;
    if request.group_id.is_empty() {
        Err(ErrorCode::INVALID_GROUP_ID)
    } else if !session_timeouts_ms.contains(&request.session_timeout_ms) {
        Err(ErrorCode::INVALID_SESSION_TIMEOUT)
    } else if is_new_group && !request.member_id.is_empty() {
        Err(ErrorCode::UNKNOWN_MEMBER_ID)
    } else {
        Ok(())
    }
}

/// A request to join with what belongs to it.
#[derive(Clone, Copy)]
struct Join<'a> {
    request: &'a JoinGroupRequest,
    client: &'a Client,
    caller: ParkedJoin,
}

impl Join<'_> {
    fn member_id(&self) -> &Text {
        &self.request.member_id
    }

    fn instance_id(&self) -> Option<&Text> {
        self.request.group_instance_id.as_ref()
    }

    /// Version 0 has no rebalance timeout: its members rejoin within their session timeout.
    fn rebalance_timeout_ms(&self) -> i32 {
        if self.caller.version == 0 { self.request.session_timeout_ms } else { self.request.rebalance_timeout_ms }
    }

    fn refuse(&self, error: ErrorCode, step: &mut Step) {
        step.refuse_join(self.caller, self.member_id().clone(), error);
    }
}

impl Group {
    fn join(&mut self, join: Join, step: &mut Step, rng: &mut SmallRng) {
        if !self.has_room_for(join.member_id(), step.settings.max_size) {
            self.remove_member(join.member_id(), step);
            step.refuse_join(join.caller, Text::default(), ErrorCode::GROUP_MAX_SIZE_REACHED);
        } else if !self.can_work_with(join.request) {
            join.refuse(ErrorCode::INCONSISTENT_GROUP_PROTOCOL, step);
        } else if join.member_id().is_empty() {
            self.join_unknown(join, step, rng);
        } else if self.pending_join.contains(join.member_id()) {
            self.join_pending(join, step);
        } else {
            match self.check_member(join.member_id(), join.instance_id()) {
                Ok(()) => self.rejoin(join, step),
                Err(error) => join.refuse(error, step),
            }
        }
    }

    /// While members join, those already waiting count, so that the last to come are those to go.
    fn has_room_for(&self, member_id: &str, max_size: usize) -> bool {
        match self.state() {
            State::Empty => true,
            State::PreparingRebalance { .. } => {
                self.members.get(member_id).is_some_and(|member| member.is_joining())
                    || self.members.joining() < max_size
            }
            State::CompletingRebalance | State::Stable => {
                self.members.contains(member_id) || self.members.len() < max_size
            }
        }
    }

    /// Whether the group and the request have a protocol type and a strategy in common.
    fn can_work_with(&self, request: &JoinGroupRequest) -> bool {
        if self.state() == State::Empty {
            !request.protocol_type.is_empty() && !request.protocols.is_empty()
        } else {
            self.protocol_type.as_ref() == Some(&request.protocol_type) && self.members.share_one_of(&request.protocols)
        }
    }

    fn join_unknown(&mut self, join: Join, step: &mut Step, rng: &mut SmallRng) {
        let instance_id = join.instance_id();
        let member_id = new_member_id(instance_id.unwrap_or(&join.client.client_id), rng);
        match instance_id.map(|instance_id| self.members.of_instance(instance_id).cloned()) {
            Some(Some(old_id)) => self.return_static(join, old_id, member_id, step),
            None if join.caller.version >= MEMBER_ID_REQUIRED_FROM => self.ask_to_come_back(join, member_id, step),
            Some(None) | None => self.add_member(join, member_id, step),
        }
    }

    fn ask_to_come_back(&mut self, join: Join, member_id: Text, step: &mut Step) {
        step.wake_in(self.session_alarm(&member_id), i64::from(join.request.session_timeout_ms));
        step.refuse_join(join.caller, member_id.clone(), ErrorCode::MEMBER_ID_REQUIRED);
        self.pending_join.insert(member_id);
    }

    fn join_pending(&mut self, join: Join, step: &mut Step) {
        if join.instance_id().is_some() {
            // Only dynamic members are given an id to come back with: the request is of nobody's making.
            return step.refuse_join(join.caller, Text::default(), ErrorCode::UNKNOWN_SERVER_ERROR);
        }
        let member_id = join.member_id().detached();
        self.pending_join.remove(&member_id);
        self.add_member(join, member_id, step);
    }

    fn add_member(&mut self, join: Join, member_id: Text, step: &mut Step) {
        if let Some(delay) = &mut self.initial_delay {
            delay.new_member_added = true;
        }
        if self.members.is_empty() {
            self.protocol_type = Some(join.request.protocol_type.detached());
        }
        let client = Client { client_id: join.client.client_id.detached(), host: join.client.host.detached() };
        let instance_id = join.instance_id().map(Text::detached);
        let mut member = Member::new(member_id.clone(), instance_id, client, strategies_of(&join.request.protocols));
        member.is_new = true;
        self.leader.get_or_insert_with(|| member_id.clone());
        self.members.insert(member);
        self.park(join, &member_id, step);
        step.wake_in(self.session_alarm(&member_id), NEW_MEMBER_JOIN_TIMEOUT_MS);
        self.rebalance(step);
    }

    fn rejoin(&mut self, join: Join, step: &mut Step) {
        let offers_the_same =
            self.members.get(join.member_id()).is_some_and(|member| member.offers(&join.request.protocols));
        let changes_something = match self.state() {
            // Members only wait in these, and this one is a member.
            State::Empty | State::PreparingRebalance { .. } => true,
            State::CompletingRebalance => !offers_the_same,
            // A leader may know of a change that its subscription does not show, such as a new partition.
            State::Stable => !offers_the_same || self.is_leader(join.member_id()),
        };
        if changes_something {
            self.update_member(join, join.member_id(), step);
            self.rebalance(step);
        } else {
            // The answer to an earlier request may have been lost on its way.
            step.answer_join(join.caller, self.joined(join.member_id()));
        }
    }

    /// A static member is back without its member id, most likely after a restart.
    fn return_static(&mut self, join: Join, old_id: Text, member_id: Text, step: &mut Step) {
        let old_leader = self.leader.clone().unwrap_or_default();
        self.rename_member(&old_id, member_id.clone(), step);
        match self.state() {
            State::Stable => {
                self.members.offer(&member_id, strategies_of(&join.request.protocols));
                if self.members.elect_strategy() == self.protocol {
                    self.take_times(join, &member_id);
                    step.record(self.record(|member| member.assignment.clone()));
                    step.answer_join(join.caller, self.returned(join.caller.version, &member_id, old_leader));
                } else {
                    self.update_member(join, &member_id, step);
                    self.prepare_rebalance(step);
                }
            }
            // The leader may be assigning for the old id right now.
            State::CompletingRebalance => {
                self.update_member(join, &member_id, step);
                self.prepare_rebalance(step);
            }
            State::Empty | State::PreparingRebalance { .. } => {
                self.update_member(join, &member_id, step);
                self.complete_join_when_all_joined(step);
            }
        }
    }

    /// What a static member hears whose return needs no round. Old versions cannot say "do not assign": there, a leader is
    /// told the leader's old id, so that it takes itself for a follower.
    fn returned(&self, version: i16, member_id: &Text, old_leader: Text) -> JoinGroupResponse {
        let joined = self.joined(member_id);
        if version >= SKIP_ASSIGNMENT_FROM {
            JoinGroupResponse { skip_assignment: self.is_leader(member_id), ..joined }
        } else {
            JoinGroupResponse { leader: old_leader, members: Vec::new(), ..joined }
        }
    }

    /// Gives a static member's place to a new member id; whoever used the old one is fenced.
    pub fn rename_member(&mut self, old_id: &Text, new_id: Text, step: &mut Step) {
        if let Some(parked) = self.members.take_join(old_id) {
            step.refuse_join(parked, old_id.clone(), ErrorCode::FENCED_INSTANCE_ID);
        }
        let was_leader = self.is_leader(old_id);
        let Some(mut member) = self.members.remove(old_id) else { return };
        if let Some(reply_to) = member.parked_sync.take() {
            step.refuse_sync(reply_to, ErrorCode::FENCED_INSTANCE_ID);
        }
        member.id = new_id.clone();
        member.is_new = false;
        self.members.insert(member);
        if was_leader {
            self.leader = Some(new_id.clone());
        }
        step.timers.cancel(&self.session_alarm(old_id));
        self.renew_session(&new_id, step);
    }

    fn update_member(&mut self, join: Join, member_id: &Text, step: &mut Step) {
        self.members.offer(member_id, strategies_of(&join.request.protocols));
        self.park(join, member_id, step);
    }

    fn park(&mut self, join: Join, member_id: &Text, step: &mut Step) {
        self.take_times(join, member_id);
        if let Some(superseded) = self.members.park_join(member_id, join.caller) {
            // The member asked again on another connection; nobody should be left waiting on the old one.
            step.refuse_join(superseded, member_id.clone(), ErrorCode::REBALANCE_IN_PROGRESS);
        }
    }

    fn take_times(&mut self, join: Join, member_id: &Text) {
        if let Some(member) = self.members.get_mut(member_id) {
            member.rebalance_timeout_ms = join.rebalance_timeout_ms();
            member.session_timeout_ms = join.request.session_timeout_ms;
        }
    }
}

/// The client's id or the instance id, a dash, and a random (version 4) UUID in its usual notation.
fn new_member_id(prefix: &str, rng: &mut SmallRng) -> Text {
    let random = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    let bits = random & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let group = |shift: u32, digits: u32| (bits >> shift) & ((1 << (4 * digits)) - 1);
    Text::from(format!(
        "{prefix}-{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        group(96, 8),
        group(80, 4),
        group(64, 4),
        group(48, 4),
        group(0, 12)
    ))
}

/// From this version of JoinGroup on, a dynamic member must come back with the id it is given.
const MEMBER_ID_REQUIRED_FROM: i16 = 4;

/// From this version of JoinGroup on, a leader can be told to keep the assignment there is.
const SKIP_ASSIGNMENT_FROM: i16 = 9;

/// How long a new member may wait for its round. It cannot heartbeat yet, and one whose client gave up would wait forever;
/// five minutes is Kafka's choice.
const NEW_MEMBER_JOIN_TIMEOUT_MS: i64 = 5 * 60 * 1000;
