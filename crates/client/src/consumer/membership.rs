//! A member of a classic group, as a decision: what happened and the time in, what to ask next out.
//!
//! Joining, syncing, beating, leaving; eager and cooperative; dynamic and static. Knows neither sockets nor callbacks: what
//! only the reader can do (give partitions back, take new ones) is a [`Duty`] that it reports as done.
//!
//! An answer to anything but the last join, sync or beat is not looked at: each carries the number of its attempt.

use std::time::Duration;

use kampa_protocol::messages::join_group::JoinGroupRequestProtocol;
use kampa_protocol::messages::{HeartbeatRequest, HeartbeatResponse, JoinGroupRequest, SyncGroupRequest};
use kampa_protocol::{ErrorCode, Text};
use kampa_world::Monotonic;

use super::TopicPartition;
use super::assignors::{Assignor, Memory, NO_GENERATION, RebalanceProtocol, Subscription, TopicLayout};
use crate::{Error, backoff};

mod rounds;

pub(super) struct Membership {
    terms: Terms,
    protocol: RebalanceProtocol,
    phase: Phase,
    /// What the coordinator calls this member; empty until it does.
    id: String,
    generation: i32,
    memories: Vec<(Assignor, Memory)>,
    /// The topics subscribed to, sorted; none without a subscription.
    wants: Option<Vec<String>>,
    /// What it reads, sorted.
    owned: Vec<TopicPartition>,
    /// A round is to be joined, and why.
    rejoin: Option<&'static str>,
    attempt: u64,
    beat: Beat,
    polling: u32,
    polled: Monotonic,
    failures: u32,
    not_before: Monotonic,
    failed: Option<Error>,
    /// As leader: what was shared out, to see when it changes.
    shared_out: Option<Vec<(String, usize)>>,
}

/// What a member is told once.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub group: String,
    pub instance: Option<String>,
    pub assignors: Vec<Assignor>,
    pub rack: Option<String>,
    pub session_timeout_ms: u64,
    pub heartbeat_interval_ms: u64,
    /// Also how long a round waits for this member.
    pub max_poll_interval_ms: u64,
    pub retry_backoff_ms: u64,
    pub retry_backoff_max_ms: u64,
    /// For the jitter of pauses.
    pub seed: u64,
}

#[derive(Debug, PartialEq)]
enum Phase {
    /// In no group, or in none any more.
    Out,
    /// The reader is giving back what it must.
    Preparing,
    /// Ready to join as soon as the pause is over.
    Waiting,
    Joining,
    /// Leader: waits to know the topics' partitions.
    Leading {
        assignor: Assignor,
        members: Vec<(String, Subscription)>,
    },
    Syncing {
        assignor: Assignor,
    },
    /// The reader is taking what it got.
    Completing {
        assigned: Vec<TopicPartition>,
    },
    Stable,
}

#[derive(Debug, Default)]
struct Beat {
    due: Monotonic,
    is_under_way: bool,
}

/// What the reader has to do before the member goes on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Duty {
    /// Commit, give `revoke` back and say so with `prepared`.
    Prepare { revoke: Vec<TopicPartition>, is_lost: bool, is_first: bool },
    /// Give `revoke` back, begin with `add`, and say so with `completed`.
    Complete { revoke: Vec<TopicPartition>, add: Vec<TopicPartition> },
    /// Tell the user.
    Fail(Error),
}

/// What is to be asked; the answer comes back with the same attempt.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    Join {
        attempt: u64,
        request: JoinGroupRequest,
    },
    Sync {
        attempt: u64,
        request: SyncGroupRequest,
    },
    Beat {
        attempt: u64,
        request: HeartbeatRequest,
    },
    /// What partitions these topics have.
    Layouts {
        attempt: u64,
        topics: Vec<String>,
    },
    Leave(Departure),
    ForgetCoordinator,
    /// There is a duty.
    WakeReader,
}

/// Who leaves, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Departure {
    pub member_id: String,
    pub reason: String,
}

/// Who commits: the coordinator takes offsets from members of its present generation only.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seat {
    pub member_id: String,
    pub generation: i32,
    pub instance: Option<String>,
}

type Effects = Vec<Effect>;

impl Membership {
    pub fn new(terms: Terms, now: Monotonic) -> Membership {
        let common = |one: &RebalanceProtocol| terms.assignors.iter().all(|a| a.protocols().contains(one));
        let all = [RebalanceProtocol::Cooperative, RebalanceProtocol::Eager];
        Membership {
            // The best that every assignor of the list can do: members of either kind may then meet in one group.
            protocol: all.into_iter().find(common).unwrap_or(RebalanceProtocol::Eager),
            memories: terms.assignors.iter().map(|&assignor| (assignor, Memory::default())).collect(),
            terms,
            phase: Phase::Out,
            id: String::new(),
            generation: NO_GENERATION,
            wants: None,
            owned: Vec::new(),
            rejoin: None,
            attempt: 0,
            beat: Beat::default(),
            polling: 0,
            polled: now,
            failures: 0,
            not_before: Monotonic::ZERO,
            failed: None,
            shared_out: None,
        }
    }

    pub fn group(&self) -> &str {
        &self.terms.group
    }

    /// How long the answer to a join may take.
    pub fn join_wait(&self) -> Duration {
        Duration::from_millis(self.terms.max_poll_interval_ms + JOIN_GRACE_MS)
    }

    pub fn seat(&self) -> Seat {
        Seat { member_id: self.id.clone(), generation: self.generation, instance: self.terms.instance.clone() }
    }

    /// Whether the generation is over: what is owned is somebody else's by now.
    pub fn is_lost(&self) -> bool {
        self.generation == NO_GENERATION || self.id.is_empty()
    }

    /// Subscribes to other topics. The round begins at the next poll.
    pub fn subscribe(&mut self, mut topics: Vec<String>) {
        topics.sort();
        topics.dedup();
        if self.wants.as_ref() != Some(&topics) {
            self.wants = Some(topics);
            self.rejoin = Some("the subscription changed");
        }
    }

    /// Topics that must be known: its own, and as leader those of the others.
    pub fn topics(&self) -> Vec<String> {
        let shared = self.shared_out.iter().flatten().map(|(name, _)| name);
        let mut topics: Vec<String> = self.wants.iter().flatten().chain(shared).cloned().collect();
        topics.sort();
        topics.dedup();
        topics
    }

    /// As leader: shares out again when a topic has other partitions than it had.
    pub fn layouts_seen(&mut self, partitions: impl Fn(&str) -> usize) -> Effects {
        let changed = |(name, count): &(String, usize)| partitions(name) != *count;
        if self.phase == Phase::Stable && self.shared_out.as_ref().is_some_and(|shared| shared.iter().any(changed)) {
            self.rejoin.get_or_insert("the partitions of a topic changed");
            return vec![Effect::WakeReader];
        }
        Vec::new()
    }

    pub fn poll_began(&mut self, now: Monotonic) {
        self.polling += 1;
        self.polled = now;
    }

    pub fn poll_ended(&mut self, now: Monotonic) {
        self.polling -= 1;
        self.polled = now;
    }

    /// What the reader has to do now, which stays until it is reported.
    pub fn duty(&mut self, now: Monotonic) -> Option<Duty> {
        if let Some(error) = self.failed.take() {
            return Some(Duty::Fail(error));
        }
        let is_due = matches!(self.phase, Phase::Out) || (self.phase == Phase::Stable && self.rejoin.is_some());
        if self.wants.is_some() && is_due && now >= self.not_before {
            self.phase = Phase::Preparing;
        }
        match &self.phase {
            Phase::Preparing => {
                let (is_lost, is_first) = (self.is_lost(), self.attempt == 0);
                Some(Duty::Prepare {
                    revoke: self.to_give_back(),
                    is_lost: is_lost && !self.owned.is_empty(),
                    is_first,
                })
            }
            Phase::Completing { assigned } => {
                let revoke = if self.protocol == RebalanceProtocol::Cooperative {
                    self.owned.iter().filter(|one| !assigned.contains(one)).cloned().collect()
                } else {
                    Vec::new()
                };
                let add = assigned.iter().filter(|one| !self.owned.contains(one)).cloned().collect();
                Some(Duty::Complete { revoke, add })
            }
            _ => None,
        }
    }

    /// Eagerly everything; cooperatively only what is not subscribed to any more; after a lost generation everything.
    fn to_give_back(&self) -> Vec<TopicPartition> {
        let is_unwanted = |one: &&TopicPartition| {
            let wants = self.wants.as_deref().unwrap_or_default();
            !wants.iter().any(|name| **name == *one.topic)
        };
        if self.is_lost() || self.protocol == RebalanceProtocol::Eager {
            return self.owned.clone();
        }
        self.owned.iter().filter(is_unwanted).cloned().collect()
    }

    /// The time has come for something.
    pub fn tick(&mut self, now: Monotonic) -> Effects {
        let mut effects = Vec::new();
        if self.phase == Phase::Waiting && now >= self.not_before {
            effects.push(self.join());
        }
        if !self.is_beating() {
            return effects;
        }
        if self.polling == 0 && now >= self.polled + Duration::from_millis(self.terms.max_poll_interval_ms) {
            let waited_ms = self.terms.max_poll_interval_ms;
            tracing::warn!(group = self.terms.group, waited_ms, "out of the group: poll was not called in time");
            // A static member only falls silent: its place is kept until its session ends.
            if self.terms.instance.is_none() {
                let reason = format!("poll was not called for {waited_ms} ms (max.poll.interval.ms)");
                effects.push(Effect::Leave(Departure { member_id: self.id.clone(), reason }));
            }
            self.reset(true, "the poll interval was exceeded");
            return effects;
        }
        if !self.beat.is_under_way && now >= self.beat.due {
            self.beat = Beat { due: now + self.interval(), is_under_way: true };
            let request = HeartbeatRequest {
                group_id: self.terms.group.as_str().into(),
                generation_id: self.generation,
                member_id: self.id.as_str().into(),
                group_instance_id: self.instance_text(),
                ..Default::default()
            };
            effects.push(Effect::Beat { attempt: self.attempt, request });
        }
        effects
    }

    /// When `tick` is next to be called.
    pub fn wake_at(&self) -> Option<Monotonic> {
        let begin = matches!(self.phase, Phase::Waiting | Phase::Out) && self.wants.is_some();
        let begin = begin.then_some(self.not_before);
        let beat = (self.is_beating() && !self.beat.is_under_way).then_some(self.beat.due);
        let expiry = self.polled + Duration::from_millis(self.terms.max_poll_interval_ms);
        let expiry = (self.is_beating() && self.polling == 0).then_some(expiry);
        [begin, beat, expiry].into_iter().flatten().min()
    }

    pub fn beaten(&mut self, attempt: u64, answer: Result<HeartbeatResponse, Error>, now: Monotonic) -> Effects {
        if attempt != self.attempt {
            return Vec::new();
        }
        self.beat.is_under_way = false;
        let code = match answer {
            Ok(answer) => ErrorCode(answer.error_code),
            Err(error) => {
                tracing::debug!(group = self.terms.group, %error, "a heartbeat failed");
                self.beat.due = now + Duration::from_millis(self.terms.retry_backoff_ms);
                return Vec::new();
            }
        };
        match code {
            ErrorCode::NONE => Vec::new(),
            ErrorCode::REBALANCE_IN_PROGRESS => {
                if self.phase == Phase::Stable {
                    self.rejoin.get_or_insert("the group rebalances");
                }
                vec![Effect::WakeReader]
            }
            ErrorCode::COORDINATOR_NOT_AVAILABLE | ErrorCode::NOT_COORDINATOR => {
                self.beat.due = now + Duration::from_millis(self.terms.retry_backoff_ms);
                vec![Effect::ForgetCoordinator]
            }
            ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => Vec::new(),
            ErrorCode::ILLEGAL_GENERATION | ErrorCode::UNKNOWN_MEMBER_ID => {
                self.reset(code == ErrorCode::UNKNOWN_MEMBER_ID, "the coordinator does not know this generation");
                vec![Effect::WakeReader]
            }
            code => self.fail(code, None),
        }
    }

    /// A commit was refused: what that says of the membership.
    pub fn commit_refused(&mut self, code: ErrorCode, generation: i32) -> Effects {
        match code {
            ErrorCode::REBALANCE_IN_PROGRESS if self.phase == Phase::Stable => {
                self.rejoin.get_or_insert("the group rebalances");
                vec![Effect::WakeReader]
            }
            ErrorCode::ILLEGAL_GENERATION | ErrorCode::UNKNOWN_MEMBER_ID
                if generation == self.generation && self.is_beating() =>
            {
                self.reset(code == ErrorCode::UNKNOWN_MEMBER_ID, "a commit was refused");
                vec![Effect::WakeReader]
            }
            _ => Vec::new(),
        }
    }

    /// Leaves for good or until the next subscription; a static member is only forgotten here.
    pub fn leave(&mut self, reason: &str) -> Option<Departure> {
        let departure = Departure { member_id: self.id.clone(), reason: reason.to_owned() };
        let leaves = !self.id.is_empty() && self.terms.instance.is_none();
        (self.wants, self.rejoin, self.failed) = (None, None, None);
        self.owned.clear();
        self.reset(true, "left");
        self.rejoin = None;
        leaves.then_some(departure)
    }

    fn reset(&mut self, and_id: bool, reason: &'static str) {
        self.generation = NO_GENERATION;
        if and_id {
            self.id.clear();
        }
        self.phase = Phase::Out;
        self.attempt += 1;
        self.beat.is_under_way = false;
        self.shared_out = None;
        self.rejoin = Some(reason);
    }

    fn fail(&mut self, code: ErrorCode, message: Option<String>) -> Effects {
        let what = format!("group {}", self.terms.group);
        self.fail_with(Error::Broker { code, what, message })
    }

    fn fail_with(&mut self, error: Error) -> Effects {
        self.reset(true, "joining failed");
        self.failed = Some(error);
        vec![Effect::WakeReader]
    }

    /// The next attempt waits, longer with every failure.
    fn pause(&mut self, now: Monotonic) {
        self.failures += 1;
        let terms = &self.terms;
        let (least, most) = (terms.retry_backoff_ms, terms.retry_backoff_max_ms);
        self.not_before = now + backoff::after(self.failures, least, most, terms.seed.wrapping_add(self.attempt));
    }

    /// In a generation, and not in the middle of a join, which counts as a sign of life.
    fn is_beating(&self) -> bool {
        let joins = matches!(self.phase, Phase::Out | Phase::Waiting | Phase::Joining);
        !joins && !self.is_lost()
    }

    fn interval(&self) -> Duration {
        Duration::from_millis(self.terms.heartbeat_interval_ms)
    }

    fn instance_text(&self) -> Option<Text> {
        self.terms.instance.as_deref().map(Text::from)
    }
}

/// The coordinator answers a join when the round's time is up; a little later is still good. As Java has it.
const JOIN_GRACE_MS: u64 = 5_000;

#[cfg(test)]
mod tests;
