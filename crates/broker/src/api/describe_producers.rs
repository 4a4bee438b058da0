//! DescribeProducers (key 61), v0: the producers that partitions remember, and their open transactions (KIP-664).

use std::sync::Arc;

use kampa_protocol::messages::describe_producers::{
    DescribeProducersRequest, DescribeProducersResponse, PartitionResponse, ProducerState, TopicResponse,
};
use kampa_protocol::{ErrorCode, Text};
use kampa_replication::ProducerStatus;

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::topics;

/// Producers told in one answer, of about 50 bytes each: a request of few bytes can name a partition many times, and every time
/// ask for all of its producers.
const PRODUCERS_TOLD_MAX: usize = 1_000_000;

pub fn handle(
    broker: &Arc<Broker>,
    request: DescribeProducersRequest,
    _: &Context,
) -> Answer<DescribeProducersResponse> {
    let mut room = PRODUCERS_TOLD_MAX;
    let topics = request.topics.into_iter().map(|topic| {
        let whole = check_topic(broker, &topic.name);
        let partition = |index| match &whole {
            Ok(()) => describe(broker, &topic.name, index, &mut room),
            Err(refusal) => refused(index, refusal.clone()),
        };
        let partitions = topic.partition_indexes.into_iter().map(partition).collect();
        TopicResponse { name: topic.name, partitions, ..Default::default() }
    });
    let topics = topics.collect();
    Answer::Now(DescribeProducersResponse { topics, ..Default::default() })
}

type Refusal = (ErrorCode, Option<Text>);

fn check_topic(broker: &Broker, name: &str) -> Result<(), Refusal> {
    if let Err(invalid) = topics::check_name(name) {
        let sentence = format!("Topic name is invalid: {invalid}");
        return Err((ErrorCode::INVALID_TOPIC_EXCEPTION, Some(sentence.into())));
    }
    match broker.image().topics.named(name) {
        Some(_) => Ok(()),
        None => Err((ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, Some(Text::from_static(NOT_HERE)))),
    }
}

fn describe(broker: &Broker, name: &str, index: i32, room: &mut usize) -> PartitionResponse {
    let found = match broker.image().topics.named(name) {
        Some(topic) => broker.partitions.leader_of(topic, index),
        None => Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION),
    };
    let partition = match found {
        Ok(partition) => partition,
        Err(error) => return refused(index, (error, None)),
    };
    match room.checked_sub(partition.producer_count()) {
        Some(left) => *room = left,
        None => return refused(index, (ErrorCode::INVALID_REQUEST, Some(Text::from_static(TOO_MANY)))),
    }
    let active_producers = partition.producers().into_iter().map(told).collect();
    PartitionResponse { partition_index: index, active_producers, ..Default::default() }
}

fn told(producer: ProducerStatus) -> ProducerState {
    ProducerState {
        producer_id: producer.producer_id,
        producer_epoch: producer.epoch.into(),
        last_sequence: producer.last_sequence,
        last_timestamp: producer.last_timestamp,
        coordinator_epoch: producer.coordinator_epoch,
        current_txn_start_offset: producer.txn_first_offset,
        ..Default::default()
    }
}

fn refused(index: i32, (error, error_message): Refusal) -> PartitionResponse {
    PartitionResponse { partition_index: index, error_code: error.0, error_message, ..Default::default() }
}

const NOT_HERE: &str = "This server does not host this topic-partition.";
const TOO_MANY: &str = "The partitions asked for have more producers than one answer tells: ask for fewer at once.";

#[cfg(test)]
mod tests;
