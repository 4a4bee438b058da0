//! Log directories of brokers: which replica lies in which, and what follows when one of them is gone (KIP-858).

use kampa_metadata::{Broker, Partition, Topic};
use kampa_protocol::Uuid;
use kampa_protocol::records::metadata::{BrokerRegistrationChangeRecord, MetadataRecord, PartitionChangeRecord};

use crate::partition_change::Proposal;
use crate::{Controller, Decision};

/// Where a broker keeps its replica of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaPlace {
    pub topic_id: Uuid,
    pub index: i32,
    /// The log directory's id.
    pub directory: Uuid,
}

impl Controller {
    /// Takes note of where a broker keeps replicas. Those that are none, by now, are passed over; one in a directory that is offline
    /// leads no more. Nothing before metadata.version 3.7-IV2, which has no place for it.
    pub fn assign_replicas(&self, broker_id: i32, places: &[ReplicaPlace]) -> Decision<()> {
        if !self.image().features.has_directories() {
            return Decision::only(());
        }
        let Some(broker) = self.image().brokers.get(&broker_id) else { return Decision::only(()) };
        let record = |place: &ReplicaPlace| self.assign_replica(broker, place).map(MetadataRecord::from);
        self.decided(places.iter().filter_map(record).collect(), ())
    }

    fn assign_replica(&self, broker: &Broker, place: &ReplicaPlace) -> Option<PartitionChangeRecord> {
        let topic = self.image().topics.with_id(&place.topic_id)?;
        let partition = topic.partitions.get(&place.index)?;
        let at = partition.replicas.iter().position(|replica| *replica == broker.id)?;
        if partition.directories[at] == place.directory {
            return None;
        }
        let mut moved = Partition::clone(partition);
        moved.directories[at] = place.directory;
        let change = match broker.has_online(place.directory) {
            false => self.without(broker, topic, place.index, &moved),
            // It was thought to be where nobody reaches it.
            true if partition.leader.is_none() => {
                Proposal::of(self, &topic.name, &moved).into_record(topic.id, place.index)
            }
            true => None,
        };
        let nothing = PartitionChangeRecord { topic_id: topic.id, partition_id: place.index, ..Default::default() };
        Some(PartitionChangeRecord { directories: Some(moved.directories.clone()), ..change.unwrap_or(nothing) })
    }

    /// Log directories of a broker have failed: what lies in them is led by others, or by nobody.
    pub fn directories_offline(&self, broker_id: i32, offline: &[Uuid]) -> Decision<()> {
        let Some(broker) = self.image().brokers.get(&broker_id) else { return Decision::only(()) };
        let (gone, left): (Vec<Uuid>, Vec<Uuid>) = broker.log_dirs.iter().partition(|id| offline.contains(id));
        if gone.is_empty() {
            return Decision::only(());
        }
        let mut records = self.leave_replicas(broker, |partition| gone.contains(&partition.directory(broker_id)));
        let change = BrokerRegistrationChangeRecord {
            broker_id,
            broker_epoch: broker.epoch,
            log_dirs: left,
            ..Default::default()
        };
        records.push(change.into());
        self.decided(records, ())
    }

    /// What a broker that registered without some of its directories can lead no more.
    pub(crate) fn leave_missing_directories(&self, broker_id: i32) -> Vec<MetadataRecord> {
        let Some(broker) = self.image().brokers.get(&broker_id) else { return Vec::new() };
        self.leave_replicas(broker, |partition| !broker.has_online(partition.directory(broker_id)))
    }

    fn leave_replicas(&self, broker: &Broker, is_gone: impl Fn(&Partition) -> bool) -> Vec<MetadataRecord> {
        let mut records = Vec::new();
        for topic in self.image().topics.iter() {
            for (index, partition) in topic.partitions.iter() {
                if partition.replicas.contains(&broker.id) && is_gone(partition) {
                    let change = self.without(broker, topic, *index, partition);
                    records.extend(change.map(MetadataRecord::from));
                }
            }
        }
        records
    }

    /// The partition without this broker's replica in sync.
    fn without(
        &self,
        broker: &Broker,
        topic: &Topic,
        index: i32,
        partition: &Partition,
    ) -> Option<PartitionChangeRecord> {
        let mut proposal = Proposal::of(self, &topic.name, partition);
        proposal.leaving = Some(broker.id);
        proposal.isr.retain(|replica| *replica != broker.id);
        proposal.into_record(topic.id, index)
    }
}
