//! CreatePartitions: more partitions for topics that exist. There is no way back.

use std::collections::{BTreeMap, BTreeSet};

use kampa_metadata::{Partition, Topic};
use kampa_protocol::messages::create_partitions::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreatePartitionsTopic, CreatePartitionsTopicResult,
};
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::{ErrorCode, Text};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::create_topics::PARTITIONS_PER_REQUEST_MAX;
use crate::decision::{check_permit, check_timeout};
use crate::{Controller, Decision, Permit, Refusal};

impl Controller {
    /// Decides about more partitions. Places of replicas are drawn from `seed`.
    ///
    /// Answers by topic: UNKNOWN_TOPIC_OR_PARTITION, INVALID_PARTITIONS (not more than there are), INVALID_REPLICA_ASSIGNMENT,
    /// INVALID_REPLICATION_FACTOR, POLICY_VIOLATION (too many at once), INVALID_REQUEST (a name twice), THROTTLING_QUOTA_EXCEEDED; REQUEST_TIMED_OUT for
    /// all if the request gives no time.
    pub fn create_partitions(
        &self,
        request: &CreatePartitionsRequest,
        seed: u64,
        permit: Permit,
    ) -> Decision<CreatePartitionsResponse> {
        if let Err(refusal) = check_timeout(request.timeout_ms) {
            let results = request.topics.iter().map(|topic| answer(&topic.name, Err(refusal.clone()))).collect();
            return Decision::only(CreatePartitionsResponse { results, ..Default::default() });
        }
        let twice = names_given_twice(request);
        let mut chance = SmallRng::seed_from_u64(seed);
        let (mut records, mut results) = (Vec::new(), Vec::new());
        for topic in request.topics.iter().filter(|topic| !twice.contains(&topic.name)) {
            let grown = self.grow(topic, chance.random(), permit);
            results.push(answer(&topic.name, grown.as_ref().map(|_| ()).map_err(Refusal::clone)));
            if !request.validate_only {
                records.extend(grown.unwrap_or_default());
            }
        }
        let refusal = Refusal::new(ErrorCode::INVALID_REQUEST, "Duplicate topic name.");
        results.extend(twice.iter().map(|name| answer(name, Err(refusal.clone()))));
        self.decided(records, CreatePartitionsResponse { results, ..Default::default() })
    }

    fn grow(&self, wanted: &CreatePartitionsTopic, seed: u64, permit: Permit) -> Result<Vec<MetadataRecord>, Refusal> {
        let Some(topic) = self.image().topics.named(&wanted.name) else {
            return Err(Refusal::bare(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION));
        };
        let existing = topic.partitions.size() as i32;
        let invalid = |sentence: String| Refusal::new(ErrorCode::INVALID_PARTITIONS, sentence);
        if wanted.count == existing {
            return Err(invalid(format!("Topic already has {existing} partition(s).")));
        }
        if wanted.count < existing {
            let (name, count) = (&wanted.name, wanted.count);
            return Err(invalid(format!(
                "The topic {name} currently has {existing} partition(s); {count} would not be an increase."
            )));
        }
        let additional = i64::from(wanted.count) - i64::from(existing);
        if let Some(assignments) = wanted.assignments.as_ref().filter(|given| given.len() as i64 != additional) {
            return Err(Refusal::new(
                ErrorCode::INVALID_REPLICA_ASSIGNMENT,
                format!(
                    "Attempted to add {additional} additional partition(s), but only {} assignment(s) were specified.",
                    assignments.len()
                ),
            ));
        }
        check_permit(permit, additional as usize)?;
        let partitions = match &wanted.assignments {
            _ if additional > PARTITIONS_PER_REQUEST_MAX => {
                let sentence = "Excessively large number of additional partitions per request.";
                return Err(Refusal::new(ErrorCode::POLICY_VIOLATION, sentence));
            }
            Some(assignments) => self.assigned_by_hand(topic, assignments.iter().map(|it| it.broker_ids.as_slice()))?,
            None => self.place_partitions(additional as usize, replicas(topic), seed)?,
        };
        let record =
            |(place, partition): (usize, &Partition)| partition.to_record(topic.id, existing + place as i32).into();
        Ok(partitions.iter().enumerate().map(record).collect())
    }

    fn assigned_by_hand<'a>(
        &self,
        topic: &Topic,
        assignments: impl Iterator<Item = &'a [i32]>,
    ) -> Result<Vec<Partition>, Refusal> {
        let existing = topic.partitions.size() as i32;
        let assigned = |(place, brokers): (usize, &[i32])| {
            self.assigned_partition(existing + place as i32, brokers, Some(replicas(topic)))
                .map_err(|sentence| Refusal::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, sentence))
        };
        assignments.enumerate().map(assigned).collect()
    }
}

/// How many replicas the partitions of a topic have: those of its first.
fn replicas(topic: &Topic) -> usize {
    topic.partitions.get(&0).map_or(1, |partition| partition.replicas.len())
}

fn names_given_twice(request: &CreatePartitionsRequest) -> BTreeSet<Text> {
    let mut counts: BTreeMap<&Text, usize> = BTreeMap::new();
    request.topics.iter().for_each(|topic| *counts.entry(&topic.name).or_default() += 1);
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.clone()).collect()
}

fn answer(name: &Text, done: Result<(), Refusal>) -> CreatePartitionsTopicResult {
    let refusal = done.err().unwrap_or(Refusal::bare(ErrorCode::NONE));
    CreatePartitionsTopicResult {
        name: name.clone(),
        error_code: refusal.code.0,
        error_message: refusal.message,
        ..Default::default()
    }
}
