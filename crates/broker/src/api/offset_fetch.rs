//! OffsetFetch (key 9), v1 to v10: how far groups came. Several groups at once from v8 on, topics by id from v10 on.

use std::sync::Arc;

use kampa_coordinators::groups::{asked_groups, fetch_response, refuse_fetch};
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics, OffsetFetchResponse,
    OffsetFetchResponseGroup, OffsetFetchResponsePartitions, OffsetFetchResponseTopics,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on topics are named by id.
const BY_ID_FROM: i16 = 10;

pub fn handle(broker: &Arc<Broker>, request: OffsetFetchRequest, context: &Context) -> Answer<OffsetFetchResponse> {
    let (broker, version) = (broker.clone(), context.version);
    Answer::later(async move {
        let mut answers = Vec::new();
        for asked in asked_groups(&request, version) {
            answers.push(fetch(&broker, asked, version).await);
        }
        fetch_response(answers, version)
    })
}

async fn fetch(broker: &Broker, mut asked: OffsetFetchRequestGroup, version: i16) -> OffsetFetchResponseGroup {
    let mut unknown = Vec::new();
    if version >= BY_ID_FROM {
        let topics = asked.topics.take();
        asked.topics =
            topics.map(|topics| topics.into_iter().filter_map(|topic| name(broker, topic, &mut unknown)).collect());
    }
    match broker.groups.read(&asked.group_id, |shard, _| shard.fetch_offsets(&asked)).await {
        Ok(mut answer) => {
            if version >= BY_ID_FROM {
                identify(broker, &mut answer);
            }
            answer.topics.extend(unknown);
            answer
        }
        Err(error) => refuse_fetch(&asked, version, error),
    }
}

/// The topic with its name; one whose id nobody knows is answered in `unknown`.
fn name(
    broker: &Broker,
    mut topic: OffsetFetchRequestTopics,
    unknown: &mut Vec<OffsetFetchResponseTopics>,
) -> Option<OffsetFetchRequestTopics> {
    if let Some(name) = broker.image().topics.name(&topic.topic_id) {
        topic.name = name.clone();
        return Some(topic);
    }
    let partition = |index: &i32| OffsetFetchResponsePartitions {
        partition_index: *index,
        committed_offset: -1,
        metadata: Some(Default::default()),
        error_code: ErrorCode::UNKNOWN_TOPIC_ID.0,
        ..Default::default()
    };
    let partitions = topic.partition_indexes.iter().map(partition).collect();
    unknown.push(OffsetFetchResponseTopics { topic_id: topic.topic_id, partitions, ..Default::default() });
    None
}

/// Topics of an answer to "everything" have names only; those that are gone are left out, as an id is all v10 can say.
fn identify(broker: &Broker, answer: &mut OffsetFetchResponseGroup) {
    let image = broker.image();
    answer.topics.retain_mut(|topic| {
        if topic.topic_id.is_zero()
            && let Some(id) = image.topics.id(&topic.name)
        {
            topic.topic_id = id;
        }
        !topic.topic_id.is_zero()
    });
}
