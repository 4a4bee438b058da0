//! What a partition shall become, and the record that brings it there: who leads then, who stays eligible, whether a move is done.
//!
//! The rules are KRaft's: a leader comes out of the ISR, or out of the eligible (KIP-966), or, at the price of records, from
//! anywhere; a move is done once every replica that is to stay is in sync.

use kampa_metadata::{Broker, LeaderRecovery, Partition};
use kampa_protocol::Uuid;
use kampa_protocol::records::metadata::PartitionChangeRecord;

use crate::Controller;
use crate::placement::only_directory;

/// How a leader is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Election {
    /// Who leads stays if it can.
    Online,
    /// The first replica leads if it can.
    Preferred,
    /// Who leads stays if it can; if nobody in sync can lead, anybody does.
    Unclean,
}

/// A partition as it shall be. Begins as it is.
pub(crate) struct Proposal<'a> {
    controller: &'a Controller,
    now: &'a Partition,
    /// In sync with this many, nobody else needs to be eligible.
    min_isr: usize,
    /// Cannot lead: it is about to go.
    pub leaving: Option<i32>,
    pub election: Election,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub adding: Vec<i32>,
    pub removing: Vec<i32>,
}

struct Elected {
    leader: Option<i32>,
    unclean: bool,
}

impl<'a> Proposal<'a> {
    pub fn of(controller: &'a Controller, topic: &str, now: &'a Partition) -> Proposal<'a> {
        Proposal {
            controller,
            now,
            min_isr: controller.min_isr(topic).min(now.replicas.len()),
            leaving: None,
            election: Election::Online,
            replicas: now.replicas.clone(),
            isr: now.isr.clone(),
            adding: now.adding_replicas.clone(),
            removing: now.removing_replicas.clone(),
        }
    }

    /// The change as a record; `None` if there is none.
    pub fn into_record(mut self, topic_id: Uuid, index: i32) -> Option<PartitionChangeRecord> {
        let nothing = PartitionChangeRecord { topic_id, partition_id: index, ..Default::default() };
        let mut record = nothing.clone();
        self.end_move();
        let mut eligible = self.eligible();
        let elected = self.elect(&eligible);
        if elected.leader != self.now.leader {
            if let Some(leader) = elected.leader.filter(|leader| eligible.contains(leader)) {
                self.isr = vec![leader];
                eligible.retain(|replica| *replica != leader);
            }
            record.leader = elected.leader.unwrap_or(NO_LEADER);
            if elected.unclean {
                record.isr = elected.leader.map(|leader| vec![leader]);
                if self.now.leader_recovery != LeaderRecovery::Recovering {
                    record.leader_recovery_state = LeaderRecovery::Recovering.code();
                }
            }
        } else if self.now.replicas.iter().any(|replica| !self.replicas.contains(replica)) {
            // Those that are out must hear that they are: a new leader epoch tells.
            record.leader = self.now.leader.unwrap_or(NO_LEADER);
        }
        self.tell_in_sync(&mut record, eligible);
        self.tell_assignment(&mut record);
        (record != nothing).then_some(record)
    }

    /// A move whose staying replicas are all in sync is done.
    fn end_move(&mut self) {
        if self.adding.is_empty() && self.removing.is_empty() {
            return;
        }
        let stays = |replica: &&i32| !self.removing.contains(replica);
        let replicas: Vec<i32> = self.replicas.iter().filter(stays).copied().collect();
        let isr: Vec<i32> = self.isr.iter().filter(stays).copied().collect();
        if !replicas.is_empty() && !isr.is_empty() && replicas.iter().all(|replica| isr.contains(replica)) {
            (self.replicas, self.isr) = (replicas, isr);
            self.adding.clear();
            self.removing.clear();
        }
    }

    /// Who is out of the ISR and has everything that is committed, as long as the ISR is too small to commit more.
    fn eligible(&self) -> Vec<i32> {
        if !self.has_elr() || self.isr.len() >= self.min_isr {
            return Vec::new();
        }
        let mut eligible: Vec<i32> = self.now.eligible_leader_replicas.iter().chain(&self.now.isr).copied().collect();
        eligible.sort_unstable();
        eligible.dedup();
        eligible.retain(|replica| !self.isr.contains(replica));
        eligible
    }

    fn elect(&self, eligible: &[i32]) -> Elected {
        let is_valid = |replica: &i32| {
            let is_safe = self.isr.contains(replica) || self.isr.is_empty() && eligible.contains(replica);
            is_safe && self.can_lead(*replica)
        };
        let current = self.now.leader.filter(is_valid);
        let preferred = self.replicas.first().copied().filter(is_valid);
        let safe = match self.election {
            Election::Preferred => preferred.or(current),
            Election::Online | Election::Unclean => current,
        };
        let safe = safe.or_else(|| self.replicas.iter().copied().find(is_valid));
        if safe.is_some() {
            return Elected { leader: safe, unclean: false };
        }
        let last_known = match *self.now.last_known_elr {
            [last] if self.has_elr() && self.isr.is_empty() && eligible.is_empty() => Some(last),
            _ => None,
        };
        let anybody = || match self.election {
            Election::Unclean => self.replicas.iter().copied().find(|replica| self.can_lead(*replica)),
            Election::Online | Election::Preferred => None,
        };
        let leader = last_known.filter(|last| self.can_lead(*last)).or_else(anybody);
        Elected { leader, unclean: leader.is_some() }
    }

    fn can_lead(&self, broker: i32) -> bool {
        let brokers = &self.controller.image().brokers;
        let is_there = |known: &Broker| known.is_active() && known.has_online(self.now.directory(broker));
        self.leaving != Some(broker) && brokers.get(&broker).is_some_and(|known| is_there(known))
    }

    fn has_elr(&self) -> bool {
        self.controller.image().features.has_elr()
    }

    fn tell_in_sync(&self, record: &mut PartitionChangeRecord, mut eligible: Vec<i32>) {
        if record.isr.is_some() {
            eligible.clear();
        }
        if eligible != self.now.eligible_leader_replicas {
            record.eligible_leader_replicas = Some(eligible);
        }
        // Without eligible replicas an ISR is never empty: its last member stays in it.
        if record.isr.is_none() && self.isr != self.now.isr && (!self.isr.is_empty() || self.has_elr()) {
            record.isr = Some(self.isr.clone());
        }
        if !self.has_elr() {
            return;
        }
        let leads_on = record.leader >= 0 || self.now.leader.is_some() && record.leader != NO_LEADER;
        let is_deserted = record.isr.as_ref().is_some_and(Vec::is_empty);
        let last_known = match self.now.leader.filter(|_| is_deserted) {
            Some(last) => vec![last],
            None if leads_on => Vec::new(),
            None => return,
        };
        if last_known != self.now.last_known_elr {
            record.last_known_elr = Some(last_known);
        }
    }

    fn tell_assignment(&self, record: &mut PartitionChangeRecord) {
        if self.replicas != self.now.replicas {
            let brokers = &self.controller.image().brokers;
            let directory = |replica: &i32| match self.now.replicas.contains(replica) {
                true => self.now.directory(*replica),
                false => only_directory(*replica, brokers),
            };
            record.directories = Some(self.replicas.iter().map(directory).collect());
            record.replicas = Some(self.replicas.clone());
        }
        if self.removing != self.now.removing_replicas {
            record.removing_replicas = Some(self.removing.clone());
        }
        if self.adding != self.now.adding_replicas {
            record.adding_replicas = Some(self.adding.clone());
        }
    }
}

impl Controller {
    /// `min.insync.replicas` of a topic.
    fn min_isr(&self, topic: &str) -> usize {
        let own = self.image().configs.of_topic(topic).and_then(|own| own.get(MIN_ISR)?.parse().ok());
        let min_isr: i32 = own.unwrap_or(self.config().min_insync_replicas);
        usize::try_from(min_isr).unwrap_or(0)
    }
}

const MIN_ISR: &str = "min.insync.replicas";
/// In a change, a leader's id that says: nobody.
const NO_LEADER: i32 = -1;
