//! What a client knows of its cluster: who the nodes are, who leads which partition. An immutable view, replaced as answers come.

pub(crate) mod refresh;

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_protocol::messages::MetadataResponse;
use kampa_protocol::messages::metadata::{MetadataResponsePartition, MetadataResponseTopic};
use kampa_protocol::{ErrorCode, Uuid};
use kampa_world::Monotonic;

/// The cluster as last heard of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterView {
    pub cluster_id: Option<String>,
    pub nodes: BTreeMap<i32, Arc<ClusterNode>>,
    /// The node that takes requests for the controller.
    pub controller: Option<i32>,
    /// The topics that were asked for, by name.
    pub topics: BTreeMap<String, Arc<TopicView>>,
    /// When the answer came that this view is from; zero before the first.
    pub heard: Monotonic,
}

/// A node of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNode {
    pub id: i32,
    pub host: String,
    pub port: u16,
    pub rack: Option<String>,
}

/// A topic, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicView {
    pub name: String,
    /// Zero from nodes that do not tell.
    pub id: Uuid,
    pub is_internal: bool,
    /// `NONE`, or why the partitions are not known.
    pub error: ErrorCode,
    /// In the order of their numbers, without gaps.
    pub partitions: Vec<PartitionView>,
    /// When this was heard.
    pub heard: Monotonic,
}

/// One partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionView {
    pub index: i32,
    pub error: ErrorCode,
    /// None while there is no leader.
    pub leader: Option<i32>,
    /// -1 from nodes that do not tell.
    pub leader_epoch: i32,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub offline: Vec<i32>,
}

impl ClusterView {
    /// A partition, if its topic is known and has it.
    pub fn partition(&self, topic: &str, partition: i32) -> Option<&PartitionView> {
        self.topics.get(topic)?.partitions.get(usize::try_from(partition).ok()?)
    }

    /// A topic by its id.
    pub fn topic_by_id(&self, id: Uuid) -> Option<&Arc<TopicView>> {
        self.topics.values().find(|topic| topic.id == id && id != Uuid::ZERO)
    }

    /// This view with an answer's news. Topics the answer does not name stay, unless it names all there are.
    pub(crate) fn with(&self, answer: &MetadataResponse, is_of_all: bool, now: Monotonic) -> ClusterView {
        let nodes = answer.brokers.iter().map(|broker| {
            let port = u16::try_from(broker.port).unwrap_or(0);
            let (host, rack) = (broker.host.to_string(), broker.rack.as_ref().map(ToString::to_string));
            (broker.node_id, Arc::new(ClusterNode { id: broker.node_id, host, port, rack }))
        });
        let mut topics = if is_of_all { BTreeMap::new() } else { self.topics.clone() };
        for topic in &answer.topics {
            let Some(name) = &topic.name else { continue };
            let known = self.topics.get(name.as_str()).map(|topic| &**topic);
            topics.insert(name.to_string(), Arc::new(TopicView::of(topic, known, now)));
        }
        ClusterView {
            cluster_id: answer.cluster_id.as_ref().map(ToString::to_string),
            nodes: nodes.collect(),
            controller: (answer.controller_id >= 0).then_some(answer.controller_id),
            topics,
            heard: now,
        }
    }

    /// This view with a leader that a broker named in refusing a request (KIP-951); none when it is no news.
    pub(crate) fn with_leader(
        &self,
        topic: &str,
        partition: i32,
        leader: i32,
        epoch: i32,
        node: Option<ClusterNode>,
    ) -> Option<ClusterView> {
        let known = self.partition(topic, partition)?;
        if epoch <= known.leader_epoch || (node.is_none() && !self.nodes.contains_key(&leader)) {
            return None;
        }
        let mut view = self.clone();
        let mut changed = TopicView::clone(view.topics.get(topic)?);
        let at = changed.partitions.get_mut(usize::try_from(partition).ok()?)?;
        (at.leader, at.leader_epoch) = (Some(leader), epoch);
        view.topics.insert(topic.to_owned(), Arc::new(changed));
        if let Some(node) = node {
            view.nodes.insert(node.id, Arc::new(node));
        }
        Some(view)
    }
}

impl TopicView {
    fn of(topic: &MetadataResponseTopic, known: Option<&TopicView>, now: Monotonic) -> TopicView {
        let mut partitions: Vec<PartitionView> = topic.partitions.iter().map(PartitionView::of).collect();
        partitions.sort_by_key(|partition| partition.index);
        // A place in the list is a number; a node that leaves out some must not shift the others.
        partitions =
            partitions.into_iter().enumerate().take_while(|(at, p)| *at as i32 == p.index).map(|(_, p)| p).collect();
        if let Some(known) = known.filter(|known| known.id == topic.topic_id) {
            for (new, old) in partitions.iter_mut().zip(&known.partitions) {
                // A node behind the others tells of a leader before the one we know.
                if new.leader_epoch >= 0 && new.leader_epoch < old.leader_epoch {
                    *new = old.clone();
                }
            }
        }
        TopicView {
            name: topic.name.as_ref().map(ToString::to_string).unwrap_or_default(),
            id: topic.topic_id,
            is_internal: topic.is_internal,
            error: ErrorCode(topic.error_code),
            partitions,
            heard: now,
        }
    }
}

impl PartitionView {
    fn of(partition: &MetadataResponsePartition) -> PartitionView {
        PartitionView {
            index: partition.partition_index,
            error: ErrorCode(partition.error_code),
            leader: (partition.leader_id >= 0).then_some(partition.leader_id),
            leader_epoch: partition.leader_epoch,
            replicas: partition.replica_nodes.clone(),
            isr: partition.isr_nodes.clone(),
            offline: partition.offline_replicas.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
