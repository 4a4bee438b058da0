//! ElectLeaders: the preferred replicas lead again, or, at the price of records, whoever is there (KIP-183, KIP-460).

use std::sync::Arc;

use kampa_metadata::Partition;
use kampa_protocol::messages::elect_leaders::{
    ElectLeadersRequest, ElectLeadersResponse, PartitionResult, ReplicaElectionResult,
};
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::{ErrorCode, Text, Uuid};

use crate::decision::{Sentences, check_timeout, shown};
use crate::partition_change::{Election, Proposal};
use crate::{Controller, Decision, Refusal};

impl Controller {
    /// Decides about elections; `version` is the request's.
    ///
    /// Answers by partition: ELECTION_NOT_NEEDED (not told when all partitions are asked for), PREFERRED_LEADER_NOT_AVAILABLE,
    /// ELIGIBLE_LEADERS_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION; for all, INVALID_REQUEST (no such kind) and
    /// REQUEST_TIMED_OUT if the request gives no time.
    pub fn elect_leaders(&self, request: &ElectLeadersRequest, version: i16) -> Decision<ElectLeadersResponse> {
        let election = check_timeout(request.timeout_ms).and_then(|()| election(request.election_type));
        let election = match election {
            Ok(election) => election,
            Err(refusal) => return Decision::only(refused(request, &refusal, version)),
        };
        let (mut records, mut sentences) = (Vec::new(), Sentences::new());
        let replica_election_results = match &request.topic_partitions {
            Some(topics) => {
                let asked = topics.iter().map(|topic| (&topic.topic, topic.partitions.iter().copied()));
                let elect = |(topic, partitions): (&Text, _)| {
                    self.elect_in(topic, partitions, election, &mut records, &mut sentences)
                };
                asked.map(elect).collect()
            }
            None => self.elect_everywhere(election, &mut records, &mut sentences),
        };
        self.decided(records, ElectLeadersResponse { replica_election_results, ..Default::default() })
    }

    fn elect_everywhere(
        &self,
        election: Election,
        records: &mut Vec<MetadataRecord>,
        sentences: &mut Sentences,
    ) -> Vec<ReplicaElectionResult> {
        let topics = self.image().topics.iter().map(|topic| {
            let needs_one = |(index, partition): (&i32, &Arc<Partition>)| {
                Some(*index).filter(|_| !has_wanted_leader(partition, election))
            };
            let partitions: Vec<i32> = topic.partitions.iter().filter_map(needs_one).collect();
            self.elect_in(&topic.name, partitions.into_iter(), election, records, sentences)
        });
        topics.collect()
    }

    fn elect_in(
        &self,
        topic: &Text,
        partitions: impl Iterator<Item = i32>,
        election: Election,
        records: &mut Vec<MetadataRecord>,
        sentences: &mut Sentences,
    ) -> ReplicaElectionResult {
        let results = partitions.map(|index| match self.elect_leader(topic, index, election, sentences) {
            Ok(record) => {
                records.push(record);
                result(index, &Refusal::bare(ErrorCode::NONE))
            }
            Err(refusal) => result(index, &refusal),
        });
        ReplicaElectionResult { topic: topic.clone(), partition_result: results.collect(), ..Default::default() }
    }

    fn elect_leader(
        &self,
        name: &str,
        index: i32,
        election: Election,
        sentences: &mut Sentences,
    ) -> Result<MetadataRecord, Refusal> {
        let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
        let Some(topic) = self.image().topics.named(name) else {
            return Err(sentences.refuse(unknown, || format!("No such topic as {}", shown(name))));
        };
        let Some(partition) = topic.partitions.get(&index) else {
            return Err(sentences.refuse(unknown, || format!("No such partition as {name}-{index}")));
        };
        if has_wanted_leader(partition, election) {
            return Err(Refusal::told(
                ErrorCode::ELECTION_NOT_NEEDED,
                "Leader election not needed for topic partition.",
            ));
        }
        self.election_record(name, topic.id, index, partition, election).ok_or_else(|| match election {
            Election::Preferred => {
                Refusal::told(ErrorCode::PREFERRED_LEADER_NOT_AVAILABLE, "The preferred leader was not available.")
            }
            Election::Online | Election::Unclean => Refusal::told(
                ErrorCode::ELIGIBLE_LEADERS_NOT_AVAILABLE,
                "Eligible topic partition leaders are not available.",
            ),
        })
    }

    fn election_record(
        &self,
        name: &str,
        topic_id: Uuid,
        index: i32,
        partition: &Partition,
        election: Election,
    ) -> Option<MetadataRecord> {
        let mut proposal = Proposal::of(self, name, partition);
        proposal.election = election;
        proposal.into_record(topic_id, index).map(Into::into)
    }
}

fn election(kind: i8) -> Result<Election, Refusal> {
    match kind {
        0 => Ok(Election::Preferred),
        1 => Ok(Election::Unclean),
        _ => Err(Refusal::new(ErrorCode::INVALID_REQUEST, format!("Unknown election type {kind}"))),
    }
}

fn has_wanted_leader(partition: &Partition, election: Election) -> bool {
    match election {
        Election::Preferred => partition.leader.is_some() && partition.leader == partition.replicas.first().copied(),
        Election::Online | Election::Unclean => partition.leader.is_some(),
    }
}

fn refused(request: &ElectLeadersRequest, refusal: &Refusal, version: i16) -> ElectLeadersResponse {
    let topics = request.topic_partitions.iter().flatten().map(|topic| ReplicaElectionResult {
        topic: topic.topic.clone(),
        partition_result: topic.partitions.iter().map(|index| result(*index, refusal)).collect(),
        ..Default::default()
    });
    let error_code = if version >= WHOLE_ERROR_FROM { refusal.code.0 } else { ErrorCode::NONE.0 };
    ElectLeadersResponse { error_code, replica_election_results: topics.collect(), ..Default::default() }
}

fn result(index: i32, refusal: &Refusal) -> PartitionResult {
    let (error_code, error_message) = (refusal.code.0, refusal.message.clone());
    PartitionResult { partition_id: index, error_code, error_message, ..Default::default() }
}

/// From this version on the answer has an error of its own.
const WHOLE_ERROR_FROM: i16 = 1;
