//! AlterPartitionReassignments and ListPartitionReassignments: partitions move to other brokers (KIP-455).
//!
//! A move that needs nobody to catch up is done at once. Else the new replicas are added, and it goes on when they are in sync.

use std::collections::BTreeSet;

use kampa_metadata::{Partition, Topic};
use kampa_protocol::messages::alter_partition_reassignments::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse, ReassignablePartitionResponse,
    ReassignableTopicResponse,
};
use kampa_protocol::messages::list_partition_reassignments::{
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse, ListPartitionReassignmentsTopics,
    OngoingPartitionReassignment, OngoingTopicReassignment,
};
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::{ErrorCode, Text};

use crate::decision::{Sentences, check_timeout, shown};
use crate::partition_change::{Election, Proposal};
use crate::placement::check_manual;
use crate::{Controller, Decision, Refusal};

impl Controller {
    /// Decides about moves.
    ///
    /// Answers by partition: UNKNOWN_TOPIC_OR_PARTITION, INVALID_REPLICA_ASSIGNMENT, INVALID_REPLICATION_FACTOR (where it may not
    /// change), NO_REASSIGNMENT_IN_PROGRESS (nothing to cancel); REQUEST_TIMED_OUT for all if the request gives no time.
    pub fn alter_partition_reassignments(
        &self,
        request: &AlterPartitionReassignmentsRequest,
    ) -> Decision<AlterPartitionReassignmentsResponse> {
        let has_time = check_timeout(request.timeout_ms);
        let (mut records, mut sentences) = (Vec::new(), Sentences::new());
        let responses = request.topics.iter().map(|topic| {
            let partitions = topic.partitions.iter().map(|wanted| {
                let factor_is_free = request.allow_replication_factor_change;
                let target = wanted.replicas.as_deref();
                let decided = has_time.clone().and_then(|()| {
                    self.reassign(&topic.name, wanted.partition_index, target, factor_is_free, &mut sentences)
                });
                let refusal = match decided {
                    Ok(record) => {
                        records.extend(record);
                        Refusal::bare(ErrorCode::NONE)
                    }
                    Err(refusal) => refusal,
                };
                ReassignablePartitionResponse {
                    partition_index: wanted.partition_index,
                    error_code: refusal.code.0,
                    error_message: refusal.message,
                    ..Default::default()
                }
            });
            ReassignableTopicResponse {
                name: topic.name.clone(),
                partitions: partitions.collect(),
                ..Default::default()
            }
        });
        let responses = responses.collect();
        let answer = AlterPartitionReassignmentsResponse {
            allow_replication_factor_change: request.allow_replication_factor_change,
            error_code: has_time.err().map_or(ErrorCode::NONE, |refusal| refusal.code).0,
            // What Kafka says when it was asked for nothing is not nothing.
            error_message: request.topics.is_empty().then(Text::default),
            responses,
            ..Default::default()
        };
        self.decided(records, answer)
    }

    /// The moves under way, of all partitions or of those asked for.
    pub fn list_partition_reassignments(
        &self,
        request: &ListPartitionReassignmentsRequest,
    ) -> ListPartitionReassignmentsResponse {
        let topics = match &request.topics {
            None => self.image().topics.iter().filter_map(|topic| ongoing(topic, topic.partitions.keys())).collect(),
            Some(asked) => {
                let one = |asked: &ListPartitionReassignmentsTopics| {
                    ongoing(self.image().topics.named(&asked.name)?, asked.partition_indexes.iter())
                };
                asked.iter().filter_map(one).collect()
            }
        };
        ListPartitionReassignmentsResponse { topics, error_message: None, ..Default::default() }
    }

    fn reassign(
        &self,
        name: &str,
        index: i32,
        target: Option<&[i32]>,
        factor_is_free: bool,
        sentences: &mut Sentences,
    ) -> Result<Option<MetadataRecord>, Refusal> {
        let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
        let Some(topic) = self.image().topics.named(name) else {
            return Err(sentences.refuse(unknown, || format!("Unable to find a topic named {}.", shown(name))));
        };
        let Some(partition) = topic.partitions.get(&index) else {
            return Err(sentences.refuse(unknown, || format!("Unable to find partition {name}:{index}.")));
        };
        let proposal = match target {
            Some(target) => self.move_to(name, partition, target, factor_is_free, sentences)?,
            None => self.move_back(name, index, partition, sentences)?,
        };
        Ok(proposal.into_record(topic.id, index).map(Into::into))
    }

    fn move_to<'a>(
        &'a self,
        name: &str,
        partition: &'a Partition,
        target: &[i32],
        factor_is_free: bool,
        sentences: &mut Sentences,
    ) -> Result<Proposal<'a>, Refusal> {
        if let Err(why) = check_manual(target, None, &self.image().brokers) {
            return Err(sentences.refuse(ErrorCode::INVALID_REPLICA_ASSIGNMENT, || why));
        }
        let (factor, wanted) = (settled(partition).len(), target.len());
        if !factor_is_free && factor != wanted {
            let why = || format!("The replication factor is changed from {factor} to {wanted}");
            return Err(sentences.refuse(ErrorCode::INVALID_REPLICATION_FACTOR, why));
        }
        let without = |all: &[i32], these: &[i32]| -> Vec<i32> {
            let left: BTreeSet<i32> = all.iter().copied().filter(|replica| !these.contains(replica)).collect();
            left.into_iter().collect()
        };
        let mut proposal = Proposal::of(self, name, partition);
        let removing = without(&partition.replicas, target);
        let adding = without(target, &partition.replicas);
        proposal.replicas = target.iter().chain(&removing).copied().collect();
        // What is being added or removed already, and still is, stays so.
        if !removing.is_empty() {
            proposal.removing = removing;
        }
        if !adding.is_empty() {
            proposal.adding = adding;
        }
        Ok(proposal)
    }

    fn move_back<'a>(
        &'a self,
        name: &str,
        index: i32,
        partition: &'a Partition,
        sentences: &mut Sentences,
    ) -> Result<Proposal<'a>, Refusal> {
        if !partition.is_reassigning() {
            return Err(Refusal::bare(ErrorCode::NO_REASSIGNMENT_IN_PROGRESS));
        }
        let is_old = |replica: &&i32| !partition.adding_replicas.contains(replica);
        let mut proposal = Proposal::of(self, name, partition);
        proposal.replicas = partition.replicas.iter().filter(is_old).copied().collect();
        proposal.isr = partition.isr.iter().filter(is_old).copied().collect();
        proposal.adding.clear();
        proposal.removing.clear();
        let invalid = ErrorCode::INVALID_REPLICA_ASSIGNMENT;
        let Some(first) = proposal.replicas.first().copied() else {
            let why = "Invalid replica assignment: addingReplicas contains all replicas.";
            return Err(Refusal::told(invalid, why));
        };
        let may_be_unclean = self.elects_uncleanly(name);
        if proposal.isr.is_empty() {
            if !may_be_unclean {
                let why = || {
                    format!(
                        "Unable to revert partition assignment for {name}:{index} because it would require an unclean leader \
                         election."
                    )
                };
                return Err(sentences.refuse(invalid, why));
            }
            proposal.isr.push(first);
        }
        if may_be_unclean {
            proposal.election = Election::Unclean;
        }
        Ok(proposal)
    }

    /// `unclean.leader.election.enable` of a topic.
    pub(crate) fn elects_uncleanly(&self, topic: &str) -> bool {
        let own = self.image().configs.of_topic(topic).and_then(|own| own.get(UNCLEAN)?.parse().ok());
        own.unwrap_or(self.config().unclean_leader_election_enable)
    }
}

/// The replicas once a move under way is done.
fn settled(partition: &Partition) -> BTreeSet<i32> {
    let all = partition.replicas.iter().chain(&partition.adding_replicas).copied();
    all.filter(|replica| !partition.removing_replicas.contains(replica)).collect()
}

fn ongoing<'a>(topic: &Topic, partitions: impl Iterator<Item = &'a i32>) -> Option<OngoingTopicReassignment> {
    let one = |index: &i32| {
        let partition = topic.partitions.get(index).filter(|partition| partition.is_reassigning())?;
        Some(OngoingPartitionReassignment {
            partition_index: *index,
            replicas: partition.replicas.clone(),
            adding_replicas: partition.adding_replicas.clone(),
            removing_replicas: partition.removing_replicas.clone(),
            ..Default::default()
        })
    };
    let partitions: Vec<_> = partitions.filter_map(one).collect();
    (!partitions.is_empty()).then(|| OngoingTopicReassignment {
        name: topic.name.clone(),
        partitions,
        ..Default::default()
    })
}

const UNCLEAN: &str = "unclean.leader.election.enable";
