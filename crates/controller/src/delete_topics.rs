//! DeleteTopics: by name, or, from version 6 on, by id.

use std::collections::BTreeMap;

use kampa_protocol::messages::delete_topics::{DeletableTopicResult, DeleteTopicsRequest, DeleteTopicsResponse};
use kampa_protocol::records::metadata::RemoveTopicRecord;
use kampa_protocol::{ErrorCode, Text, Uuid};

use crate::decision::{check_permit, check_timeout};
use crate::{Controller, Decision, Permit, Refusal};

/// From this version on there is a code for topics that may not be deleted.
const KNOWS_DELETION_DISABLED: i16 = 3;

impl Controller {
    /// Decides about topics to be deleted; `version` is the request's.
    ///
    /// Answers by topic: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, INVALID_REQUEST (a topic twice, or named both ways or
    /// not at all), THROTTLING_QUOTA_EXCEEDED; for all, TOPIC_DELETION_DISABLED (INVALID_REQUEST before version 3) under `delete.topic.enable=false` and
    /// REQUEST_TIMED_OUT if the request gives no time.
    pub fn delete_topics(
        &self,
        request: &DeleteTopicsRequest,
        version: i16,
        permit: Permit,
    ) -> Decision<DeleteTopicsResponse> {
        let mut asked = asked(request);
        if let Err(refusal) = self.check_deletion(version).and_then(|()| check_timeout(request.timeout_ms)) {
            let responses = asked.into_iter().map(|topic| answer(topic, Some(refusal.clone()))).collect();
            return Decision::only(DeleteTopicsResponse { responses, ..Default::default() });
        }
        let unclear = self.take_unclear(&mut asked);
        let (mut records, mut responses) = (Vec::new(), Vec::new());
        for topic in asked {
            match self.find(&topic).and_then(|found| self.check_partitions(found, permit)) {
                Ok(found) => {
                    records.push(RemoveTopicRecord { topic_id: found.id, ..Default::default() }.into());
                    responses.push(answer(found, None));
                }
                Err(refusal) => responses.push(answer(topic, Some(refusal))),
            }
        }
        let refused = |(topic, sentence): (Asked, &'static str)| {
            answer(topic, Some(Refusal::new(ErrorCode::INVALID_REQUEST, sentence)))
        };
        responses.extend(unclear.into_iter().map(refused));
        Decision { records, answer: DeleteTopicsResponse { responses, ..Default::default() } }
    }

    /// Takes out what the request does not mean clearly, each topic once, and says what is wrong with it.
    fn take_unclear(&self, asked: &mut Vec<Asked>) -> Vec<(Asked, &'static str)> {
        let mut times: BTreeMap<Asked, usize> = BTreeMap::new();
        asked.iter().for_each(|topic| *times.entry(topic.clone()).or_default() += 1);
        let mut unclear = BTreeMap::new();
        for topic in asked.iter() {
            let both_ways = self.find(topic).ok().filter(|_| topic.id.is_zero());
            let by_id = both_ways.clone().map(|found| Asked { name: None, id: found.id });
            if topic.name.is_some() && !topic.id.is_zero() {
                unclear.insert(topic.clone(), (topic.clone(), "You may not specify both topic name and topic id."));
            } else if topic.name.is_none() && topic.id.is_zero() {
                unclear.insert(topic.clone(), (topic.clone(), "Neither topic name nor id were specified."));
            } else if times[topic] > 1 {
                let sentence = if topic.name.is_some() { "Duplicate topic name." } else { "Duplicate topic id." };
                unclear.insert(topic.clone(), (topic.clone(), sentence));
            } else if let (Some(found), Some(by_id)) = (both_ways, by_id)
                && times.contains_key(&by_id)
            {
                let sentence = "The provided topic name maps to an ID that was already supplied.";
                unclear.insert(by_id, (found.clone(), sentence));
                unclear.insert(topic.clone(), (found, sentence));
            }
        }
        asked.retain(|topic| !unclear.contains_key(topic));
        let mut told: Vec<_> = unclear.into_values().collect();
        told.dedup();
        told
    }

    /// The topic with both its name and its id.
    fn find(&self, asked: &Asked) -> Result<Asked, Refusal> {
        let topics = &self.image().topics;
        let found = match &asked.name {
            Some(name) => topics.named(name).ok_or(Refusal::new(
                ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
                "This server does not host this topic-partition.",
            ))?,
            None => topics
                .with_id(&asked.id)
                .ok_or(Refusal::new(ErrorCode::UNKNOWN_TOPIC_ID, "This server does not host this topic ID."))?,
        };
        Ok(Asked { name: Some(found.name.clone()), id: found.id })
    }

    fn check_partitions(&self, found: Asked, permit: Permit) -> Result<Asked, Refusal> {
        let partitions = self.image().topics.with_id(&found.id).map_or(0, |topic| topic.partitions.size());
        check_permit(permit, partitions).map(|()| found)
    }

    fn check_deletion(&self, version: i16) -> Result<(), Refusal> {
        if self.config().delete_topic_enable {
            Ok(())
        } else if version < KNOWS_DELETION_DISABLED {
            Err(Refusal::new(ErrorCode::INVALID_REQUEST, "Topic deletion is disabled."))
        } else {
            Err(Refusal::bare(ErrorCode::TOPIC_DELETION_DISABLED))
        }
    }
}

/// A topic as the request names it, in one way or the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    name: Option<Text>,
    id: Uuid,
}

fn asked(request: &DeleteTopicsRequest) -> Vec<Asked> {
    let by_name = request.topic_names.iter().map(|name| Asked { name: Some(name.clone()), id: Uuid::ZERO });
    let either = request.topics.iter().map(|topic| Asked { name: topic.name.clone(), id: topic.topic_id });
    by_name.chain(either).collect()
}

fn answer(topic: Asked, refusal: Option<Refusal>) -> DeletableTopicResult {
    let refusal = refusal.unwrap_or(Refusal::bare(ErrorCode::NONE));
    DeletableTopicResult {
        name: topic.name,
        topic_id: topic.id,
        error_code: refusal.code.0,
        error_message: refusal.message,
        ..Default::default()
    }
}
