//! Metadata (key 3), v0 to v13: the brokers, the cluster, and topics by name or id with their leaders.
//!
//! A topic that does not exist is created if the request allows it and `auto.create.topics.enable` does: within the
//! request, so that the answer names its leader at once.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use kampa_metadata::{MetadataImage, Topic};
use kampa_protocol::messages::metadata::{
    MetadataRequest, MetadataRequestTopic, MetadataResponse, MetadataResponseBroker, MetadataResponsePartition,
    MetadataResponseTopic,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::{operations, topics};

/// From this version on a request says itself whether topics may be created.
const CREATION_ASKED_FROM: i16 = 4;
/// From this version on an empty list means no topics; before, all of them.
const EMPTY_IS_NONE_FROM: i16 = 1;
/// From this version on a topic that is unknown by its id has no name; before, an empty one.
const NULL_NAME_FROM: i16 = 12;

pub fn handle(broker: &Arc<Broker>, request: MetadataRequest, context: &Context) -> Answer<MetadataResponse> {
    let missing = missing_topics(broker, &request, context.version);
    if missing.is_empty() {
        return Answer::Now(respond(broker, &request, context));
    }
    let mutation = broker.quotas.mutation(context.client_id.as_ref(), true);
    let (broker, context) = (broker.clone(), context.clone());
    Answer::later(async move {
        // What goes wrong is said per topic by `respond`: the topic is still not there.
        topics::create(&broker, missing, mutation).await;
        respond(&broker, &request, &context)
    })
}

/// Topics asked for by name that do not exist and are to be created.
fn missing_topics(broker: &Broker, request: &MetadataRequest, version: i16) -> Vec<Text> {
    let asked = version < CREATION_ASKED_FROM || request.allow_auto_topic_creation;
    if !asked || !broker.config().auto_create_topics_enable {
        return Vec::new();
    }
    let image = broker.image();
    let named =
        request.topics.iter().flatten().filter(|topic| topic.topic_id.is_zero()).filter_map(|topic| topic.name.clone());
    let missing = named.filter(|name| image.topics.named(name).is_none() && topics::check_name(name).is_ok());
    // Named twice is meant once.
    missing.collect::<BTreeSet<_>>().into_iter().collect()
}

fn respond(broker: &Broker, request: &MetadataRequest, context: &Context) -> MetadataResponse {
    let image = broker.image();
    let brokers =
        broker.listeners.brokers(&image, context.door, false).into_iter().map(|node| MetadataResponseBroker {
            node_id: node.id,
            host: node.host,
            port: i32::from(node.port),
            rack: node.rack,
            ..Default::default()
        });
    let describe = Describe { image: &image, operations: request.include_topic_authorized_operations };
    let mut response = MetadataResponse {
        brokers: brokers.collect(),
        cluster_id: Some(broker.cluster_id.clone()),
        controller_id: broker.controller_id(&image),
        topics: describe.asked(request.topics.as_deref(), context.version),
        ..Default::default()
    };
    if request.include_cluster_authorized_operations {
        response.cluster_authorized_operations = operations::CLUSTER;
    }
    response
}

struct Describe<'a> {
    image: &'a MetadataImage,
    operations: bool,
}

impl Describe<'_> {
    fn asked(&self, topics: Option<&[MetadataRequestTopic]>, version: i16) -> Vec<MetadataResponseTopic> {
        match topics {
            None => self.all(),
            Some([]) if version < EMPTY_IS_NONE_FROM => self.all(),
            Some(asked) => {
                let mut seen = HashSet::<_, FixedState>::default();
                let once = asked.iter().filter(|topic| seen.insert((&topic.name, topic.topic_id)));
                once.map(|topic| self.one(topic, version)).collect()
            }
        }
    }

    fn all(&self) -> Vec<MetadataResponseTopic> {
        self.image.topics.iter().map(|topic| self.known(topic)).collect()
    }

    fn one(&self, asked: &MetadataRequestTopic, version: i16) -> MetadataResponseTopic {
        if !asked.topic_id.is_zero() {
            return match self.image.topics.with_id(&asked.topic_id) {
                Some(topic) => self.known(topic),
                None => MetadataResponseTopic {
                    error_code: topics::unknown(true).0,
                    name: (version < NULL_NAME_FROM).then(Text::default),
                    topic_id: asked.topic_id,
                    ..Default::default()
                },
            };
        }
        let name = asked.name.clone().unwrap_or_default();
        match self.image.topics.named(&name) {
            Some(topic) => self.known(topic),
            None => self.unknown(name),
        }
    }

    fn unknown(&self, name: Text) -> MetadataResponseTopic {
        let illegal = topics::check_name(&name).is_err();
        let error = if illegal { ErrorCode::INVALID_TOPIC_EXCEPTION } else { topics::unknown(false) };
        let mut unknown = MetadataResponseTopic {
            error_code: error.0,
            is_internal: topics::is_internal(&name),
            name: Some(name),
            ..Default::default()
        };
        // What one may do to a topic of that name, were there one.
        if self.operations {
            unknown.topic_authorized_operations = operations::TOPIC;
        }
        unknown
    }

    fn known(&self, topic: &Topic) -> MetadataResponseTopic {
        let partitions = topic.partitions.iter().map(|(&index, partition)| MetadataResponsePartition {
            error_code: if partition.leader.is_none() { ErrorCode::LEADER_NOT_AVAILABLE.0 } else { 0 },
            partition_index: index,
            leader_id: partition.leader.unwrap_or(-1),
            leader_epoch: partition.leader_epoch,
            replica_nodes: partition.replicas.clone(),
            isr_nodes: partition.isr.clone(),
            offline_replicas: topics::offline(self.image, partition),
            ..Default::default()
        });
        let mut described = MetadataResponseTopic {
            name: Some(topic.name.clone()),
            topic_id: topic.id,
            is_internal: topics::is_internal(&topic.name),
            partitions: partitions.collect(),
            ..Default::default()
        };
        if self.operations {
            described.topic_authorized_operations = operations::TOPIC;
        }
        described
    }
}

#[cfg(test)]
mod tests;
