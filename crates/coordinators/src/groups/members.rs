//! The members of one group: who they are, which assignment strategies they offer, and who waits for an answer.
//!
//! Invariants: `joining` counts the parked JoinGroup requests; `support` counts, for each strategy, the members that offer
//! it; `by_instance` maps every static member's instance id to its member id.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kampa_protocol::Text;
use kampa_protocol::messages::join_group::JoinGroupRequestProtocol;

use super::{Client, ReplyTo};
use crate::java;

/// An assignment strategy a member offers, with what the member says to it (for consumers: its subscription).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strategy {
    pub name: Text,
    pub metadata: Bytes,
}

/// A JoinGroup request that waits for its round to complete.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParkedJoin {
    pub reply_to: ReplyTo,
    pub version: i16,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub id: Text,
    pub instance_id: Option<Text>,
    pub client: Client,
    pub rebalance_timeout_ms: i32,
    pub session_timeout_ms: i32,
    pub assignment: Bytes,
    /// A SyncGroup request that waits for the leader's.
    pub parked_sync: Option<ReplyTo>,
    /// Has not seen a round complete yet. Such a member cannot heartbeat, so its parked request does not keep it alive.
    pub is_new: bool,
    strategies: Vec<Strategy>,
    parked_join: Option<ParkedJoin>,
}

#[derive(Debug, Default)]
pub(crate) struct Members {
    by_id: BTreeMap<Text, Member>,
    by_instance: BTreeMap<Text, Text>,
    support: BTreeMap<Text, usize>,
    joining: usize,
}

impl Member {
    pub fn new(id: Text, instance_id: Option<Text>, client: Client, strategies: Vec<Strategy>) -> Member {
        Member {
            id,
            instance_id,
            client,
            rebalance_timeout_ms: 0,
            session_timeout_ms: 0,
            assignment: Bytes::new(),
            parked_sync: None,
            is_new: false,
            strategies,
            parked_join: None,
        }
    }

    pub fn is_joining(&self) -> bool {
        self.parked_join.is_some()
    }

    /// Whether a parked request stands in for heartbeats.
    pub fn is_excused(&self) -> bool {
        !self.is_new && (self.parked_join.is_some() || self.parked_sync.is_some())
    }

    /// What the member says to a strategy; empty when it does not offer it.
    pub fn metadata(&self, strategy: Option<&Text>) -> Bytes {
        let offered = self.strategies.iter().find(|offered| Some(&offered.name) == strategy);
        offered.map(|offered| offered.metadata.clone()).unwrap_or_default()
    }

    /// Whether a request offers exactly what the member offered before, in the same order.
    pub fn offers(&self, protocols: &[JoinGroupRequestProtocol]) -> bool {
        let asked = protocols.iter().map(|protocol| (&*protocol.name, &protocol.metadata));
        asked.eq(self.strategies.iter().map(|offered| (&*offered.name, &offered.metadata)))
    }

    fn strategy_names(&self) -> BTreeSet<Text> {
        self.strategies.iter().map(|offered| offered.name.clone()).collect()
    }
}

impl Members {
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub fn contains(&self, member_id: &str) -> bool {
        self.by_id.contains_key(member_id)
    }

    pub fn get(&self, member_id: &str) -> Option<&Member> {
        self.by_id.get(member_id)
    }

    pub fn get_mut(&mut self, member_id: &str) -> Option<&mut Member> {
        self.by_id.get_mut(member_id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.by_id.values()
    }

    pub fn ids(&self) -> Vec<Text> {
        self.by_id.keys().cloned().collect()
    }

    /// The member id behind a static member's instance id.
    pub fn of_instance(&self, instance_id: &str) -> Option<&Text> {
        self.by_instance.get(instance_id)
    }

    /// How many JoinGroup requests are parked.
    pub fn joining(&self) -> usize {
        self.joining
    }

    pub fn all_joining(&self) -> bool {
        self.joining == self.by_id.len()
    }

    /// The longest time any member asks for to rejoin.
    pub fn rebalance_timeout_ms(&self) -> i64 {
        self.iter().map(|member| i64::from(member.rebalance_timeout_ms)).max().unwrap_or(0).max(0)
    }

    pub fn insert(&mut self, member: Member) {
        assert!(!self.contains(&member.id), "member {} is in the group already", member.id);
        if let Some(instance_id) = &member.instance_id {
            self.by_instance.insert(instance_id.clone(), member.id.clone());
        }
        for name in member.strategy_names() {
            *self.support.entry(name).or_default() += 1;
        }
        self.joining += usize::from(member.is_joining());
        self.by_id.insert(member.id.clone(), member);
    }

    pub fn remove(&mut self, member_id: &str) -> Option<Member> {
        let member = self.by_id.remove(member_id)?;
        if let Some(instance_id) = &member.instance_id {
            self.by_instance.remove(instance_id);
        }
        self.withdraw(&member.strategy_names());
        self.joining -= usize::from(member.is_joining());
        Some(member)
    }

    /// Replaces what a member offers.
    pub fn offer(&mut self, member_id: &str, strategies: Vec<Strategy>) {
        let Some(member) = self.by_id.get_mut(member_id) else { return };
        let before = member.strategy_names();
        member.strategies = strategies;
        for name in member.strategy_names() {
            *self.support.entry(name).or_default() += 1;
        }
        self.withdraw(&before);
    }

    /// Parks a member's JoinGroup request. An earlier one of the same member comes back: somebody still waits for it.
    #[must_use]
    pub fn park_join(&mut self, member_id: &str, parked: ParkedJoin) -> Option<ParkedJoin> {
        let member = self.by_id.get_mut(member_id)?;
        let superseded = member.parked_join.replace(parked);
        self.joining += usize::from(superseded.is_none());
        superseded
    }

    pub fn take_join(&mut self, member_id: &str) -> Option<ParkedJoin> {
        let parked = self.by_id.get_mut(member_id)?.parked_join.take()?;
        self.joining -= 1;
        Some(parked)
    }

    /// Whether at least one of these strategies is offered by every member.
    pub fn share_one_of(&self, protocols: &[JoinGroupRequestProtocol]) -> bool {
        protocols.iter().any(|protocol| self.is_offered_by_all(&protocol.name))
    }

    /// Each member votes for the first strategy on its list that all members offer; the most votes win. Among equals the
    /// one a Java map would show first wins, because that is the one Kafka picks.
    pub fn elect_strategy(&self) -> Option<Text> {
        let mut votes: BTreeMap<&Text, usize> = BTreeMap::new();
        for member in self.iter() {
            let choice = member.strategies.iter().find(|offered| self.is_offered_by_all(&offered.name))?;
            *votes.entry(&choice.name).or_default() += 1;
        }
        let entries = votes.len();
        let before = |name: &Text| std::cmp::Reverse(java::hash_map_bucket(name, entries));
        votes.into_iter().max_by_key(|(name, count)| (*count, before(name))).map(|(name, _)| name.clone())
    }

    fn is_offered_by_all(&self, strategy: &str) -> bool {
        self.support.get(strategy).copied().unwrap_or(0) == self.by_id.len()
    }

    fn withdraw(&mut self, names: &BTreeSet<Text>) {
        for name in names {
            let count = self.support.get_mut(name).expect("what a member offers is counted");
            *count -= 1;
            if *count == 0 {
                self.support.remove(name);
            }
        }
    }
}

/// A request's strategies, copied out of its buffer.
pub(crate) fn strategies_of(protocols: &[JoinGroupRequestProtocol]) -> Vec<Strategy> {
    let detach = |protocol: &JoinGroupRequestProtocol| Strategy {
        name: protocol.name.detached(),
        metadata: Bytes::copy_from_slice(&protocol.metadata),
    };
    protocols.iter().map(detach).collect()
}
