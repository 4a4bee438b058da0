//! One round: join, share out as leader, sync, take.

use kampa_protocol::messages::sync_group::SyncGroupRequestAssignment;
use kampa_protocol::messages::{JoinGroupResponse, SyncGroupResponse};

use super::super::assignors::{decode_assignment, encode_assignment};
use super::*;

impl Membership {
    /// The reader has given back what the duty named.
    pub fn prepared(&mut self) -> Effects {
        if self.phase != Phase::Preparing {
            return Vec::new();
        }
        let given_back = self.to_give_back();
        self.owned.retain(|one| !given_back.contains(one));
        vec![self.join()]
    }

    pub(super) fn join(&mut self) -> Effect {
        let reason = self.rejoin.take();
        self.attempt += 1;
        self.phase = Phase::Joining;
        self.beat.is_under_way = false;
        let generation = Some(self.generation).filter(|&generation| generation != NO_GENERATION);
        let protocol = |(assignor, memory): &(Assignor, Memory)| {
            let said = Subscription {
                topics: self.wants.clone().unwrap_or_default(),
                user_data: assignor.user_data(memory),
                owned: self.owned.clone(),
                generation,
                rack: self.terms.rack.clone(),
                group_instance_id: None,
            };
            JoinGroupRequestProtocol { name: assignor.name().into(), metadata: said.encode(), ..Default::default() }
        };
        let request = JoinGroupRequest {
            group_id: self.terms.group.as_str().into(),
            session_timeout_ms: self.terms.session_timeout_ms as i32,
            rebalance_timeout_ms: self.terms.max_poll_interval_ms as i32,
            member_id: self.id.as_str().into(),
            group_instance_id: self.instance_text(),
            protocol_type: "consumer".into(),
            protocols: self.memories.iter().map(protocol).collect(),
            reason: reason.map(Text::from),
            ..Default::default()
        };
        Effect::Join { attempt: self.attempt, request }
    }

    pub fn joined(&mut self, attempt: u64, answer: Result<JoinGroupResponse, Error>, now: Monotonic) -> Effects {
        if attempt != self.attempt || self.phase != Phase::Joining {
            return self.joined_too_late(answer);
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.not_answered(error, now),
        };
        match ErrorCode(answer.error_code) {
            ErrorCode::NONE => self.sync(answer, now),
            ErrorCode::MEMBER_ID_REQUIRED => {
                self.id = answer.member_id.to_string();
                vec![self.join()]
            }
            ErrorCode::REBALANCE_IN_PROGRESS => self.wait(now),
            code => self.refused(code, now),
        }
    }

    /// Whoever unsubscribed while it joined would keep the others waiting.
    fn joined_too_late(&self, answer: Result<JoinGroupResponse, Error>) -> Effects {
        let joined = answer.ok().filter(|answer| answer.error_code == 0 && self.terms.instance.is_none());
        let Some(answer) = joined.filter(|_| self.wants.is_none()) else { return Vec::new() };
        let reason = "unsubscribed while joining".to_owned();
        vec![Effect::Leave(Departure { member_id: answer.member_id.to_string(), reason })]
    }

    fn sync(&mut self, answer: JoinGroupResponse, now: Monotonic) -> Effects {
        let chosen = answer.protocol_name.as_deref().unwrap_or_default();
        let Some(&(assignor, _)) = self.memories.iter().find(|(assignor, _)| assignor.name() == chosen) else {
            return self.fail(ErrorCode::INCONSISTENT_GROUP_PROTOCOL, Some(format!("the group chose '{chosen}'")));
        };
        self.failures = 0;
        (self.generation, self.id) = (answer.generation_id, answer.member_id.to_string());
        self.beat.due = now + self.interval();
        self.shared_out = None;
        if answer.leader != answer.member_id || answer.skip_assignment {
            return vec![self.sync_with(assignor, Vec::new())];
        }
        let mut members = Vec::new();
        for member in &answer.members {
            let Some(mut said) = Subscription::decode(&member.metadata) else {
                let why = format!("the subscription of member {} cannot be read", member.member_id);
                return self.fail_with(Error::Garbled { what: "JoinGroup".to_owned(), why });
            };
            said.group_instance_id = member.group_instance_id.as_ref().map(ToString::to_string);
            members.push((member.member_id.to_string(), said));
        }
        let mut topics: Vec<String> = members.iter().flat_map(|(_, said)| said.topics.clone()).collect();
        topics.sort();
        topics.dedup();
        self.phase = Phase::Leading { assignor, members };
        vec![Effect::Layouts { attempt: self.attempt, topics }]
    }

    /// As leader: the topics' partitions are known.
    pub fn layouts(&mut self, attempt: u64, layouts: Result<Vec<TopicLayout>, Error>, now: Monotonic) -> Effects {
        if attempt != self.attempt || !matches!(self.phase, Phase::Leading { .. }) {
            return Vec::new();
        }
        let layouts = match layouts {
            Ok(layouts) => layouts,
            Err(error) => return self.not_answered(error, now),
        };
        let Phase::Leading { assignor, members } = std::mem::replace(&mut self.phase, Phase::Out) else {
            unreachable!("looked at above")
        };
        let memory = self.memories.iter_mut().find(|(one, _)| *one == assignor).map(|(_, memory)| memory);
        let shares = assignor.assign(memory.expect("chosen from these"), &layouts, &members);
        let wanted = members.iter().flat_map(|(_, said)| &said.topics);
        let count = |name: &String| layouts.iter().find(|one| one.name == *name).map_or(0, |one| one.partitions.len());
        let mut shared: Vec<(String, usize)> = wanted.map(|name| (name.clone(), count(name))).collect();
        shared.sort();
        shared.dedup();
        self.shared_out = Some(shared);
        let assignment = |(member_id, list): (String, Vec<TopicPartition>)| SyncGroupRequestAssignment {
            member_id: member_id.into(),
            assignment: encode_assignment(&list),
            ..Default::default()
        };
        vec![self.sync_with(assignor, shares.into_iter().map(assignment).collect())]
    }

    fn sync_with(&mut self, assignor: Assignor, assignments: Vec<SyncGroupRequestAssignment>) -> Effect {
        self.phase = Phase::Syncing { assignor };
        let request = SyncGroupRequest {
            group_id: self.terms.group.as_str().into(),
            generation_id: self.generation,
            member_id: self.id.as_str().into(),
            group_instance_id: self.instance_text(),
            protocol_type: Some("consumer".into()),
            protocol_name: Some(assignor.name().into()),
            assignments,
            ..Default::default()
        };
        Effect::Sync { attempt: self.attempt, request }
    }

    pub fn synced(&mut self, attempt: u64, answer: Result<SyncGroupResponse, Error>, now: Monotonic) -> Effects {
        let Phase::Syncing { assignor } = self.phase else { return Vec::new() };
        if attempt != self.attempt {
            return Vec::new();
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.not_answered(error, now),
        };
        match ErrorCode(answer.error_code) {
            ErrorCode::NONE => {}
            ErrorCode::REBALANCE_IN_PROGRESS => {
                self.rejoin = Some("another round began");
                return vec![self.join()];
            }
            code => return self.refused(code, now),
        }
        let Some(mut assigned) = decode_assignment(&answer.assignment) else {
            let why = "the assignment is none".to_owned();
            return self.fail_with(Error::Garbled { what: "SyncGroup".to_owned(), why });
        };
        if let Some((_, memory)) = self.memories.iter_mut().find(|(one, _)| *one == assignor) {
            (memory.last, memory.generation) = (Some(assigned.clone()), self.generation);
        }
        let before = assigned.len();
        let wants = self.wants.as_deref().unwrap_or_default();
        // Shared out by a subscription that has changed since.
        assigned.retain(|one| wants.iter().any(|name| **name == *one.topic));
        if assigned.len() < before {
            self.rejoin = Some("the subscription changed");
        }
        assigned.sort();
        assigned.dedup();
        self.phase = Phase::Completing { assigned };
        vec![Effect::WakeReader]
    }

    /// The reader has taken what the duty named.
    pub fn completed(&mut self) -> Effects {
        let Phase::Completing { assigned } = std::mem::replace(&mut self.phase, Phase::Stable) else {
            unreachable!("only a completing member is completed")
        };
        let gave_up = self.owned.iter().any(|one| !assigned.contains(one));
        self.owned = assigned;
        if gave_up && self.protocol == RebalanceProtocol::Cooperative {
            self.rejoin.get_or_insert("what was given back may be shared out");
        }
        vec![Effect::WakeReader]
    }

    /// Whether a `Complete` duty still stands: while the reader was at it, the generation may have ended.
    pub fn is_completing(&self) -> bool {
        matches!(self.phase, Phase::Completing { .. })
    }

    fn refused(&mut self, code: ErrorCode, now: Monotonic) -> Effects {
        match code {
            ErrorCode::UNKNOWN_MEMBER_ID | ErrorCode::ILLEGAL_GENERATION => {
                self.reset(code == ErrorCode::UNKNOWN_MEMBER_ID, "the coordinator does not know this member");
                vec![Effect::WakeReader]
            }
            ErrorCode::COORDINATOR_NOT_AVAILABLE | ErrorCode::NOT_COORDINATOR => {
                let mut effects = vec![Effect::ForgetCoordinator];
                effects.extend(self.wait(now));
                effects
            }
            ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => self.wait(now),
            code => self.fail(code, None),
        }
    }

    fn not_answered(&mut self, error: Error, now: Monotonic) -> Effects {
        if error.is_retriable() {
            tracing::debug!(group = self.terms.group, %error, "joining again");
            return self.wait(now);
        }
        self.fail_with(error)
    }

    fn wait(&mut self, now: Monotonic) -> Effects {
        self.pause(now);
        self.phase = Phase::Waiting;
        Vec::new()
    }
}
