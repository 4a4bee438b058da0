//! Brokers and controllers come and go, and partitions get leaders by it.

use kampa_metadata::{Broker, ControllerNode, LeaderRecovery, Partition};
use kampa_protocol::records::metadata::{BrokerRegistrationChangeRecord, MetadataRecord, PartitionChangeRecord};

use crate::Controller;

impl Controller {
    /// Registers a broker that starts: fenced, under an epoch of its own.
    ///
    /// Unless it stopped `cleanly`, what it had not synced may be gone. Where others are in sync, it leaves the ISR, and its leaderships
    /// go to them; where it is alone, it stays, as what it has is all there is, and its leader epoch counts on, so that
    /// consumers can tell a cut log by KIP-320.
    pub(crate) fn register_broker(&self, broker: &Broker, cleanly: bool) -> Vec<MetadataRecord> {
        let mut records = Vec::new();
        if self.image().brokers.contains_key(&broker.id) && !cleanly {
            self.each_partition(&mut records, |partition| self.leave(partition, broker.id));
        }
        let fresh = Broker { epoch: self.next_offset, fenced: true, in_controlled_shutdown: false, ..broker.clone() };
        records.push(fresh.to_record().into());
        records
    }

    /// Lets a registered broker into service: partitions without a leader that it can lead get it.
    pub(crate) fn unfence_broker(&self, broker: &Broker) -> Vec<MetadataRecord> {
        let mut records = vec![change(broker, |change| change.fenced = -1)];
        self.each_partition(&mut records, |partition| {
            if broker.has_online(partition.directory(broker.id)) { elect(partition, broker.id) } else { None }
        });
        records
    }

    /// Takes a broker out of service that says goodbye: leaderships go to others in sync.
    ///
    /// A partition that nobody else can lead stays as it is. (Kafka takes its leader away and gives it back at the next
    /// start: two records and two leader epochs per partition and restart, by which no client is better off.)
    pub(crate) fn retire_broker(&self, broker: &Broker) -> Vec<MetadataRecord> {
        let mut records = Vec::new();
        self.each_partition(&mut records, |partition| {
            let others = self.others_in_sync(partition, broker.id);
            if others.is_empty() { None } else { self.leave(partition, broker.id) }
        });
        records.push(change(broker, |change| {
            change.fenced = 1;
            change.in_controlled_shutdown = 1;
        }));
        records
    }

    /// Registers a controller that starts, unless this incarnation of it is registered.
    pub(crate) fn register_controller(&self, node: &ControllerNode) -> Vec<MetadataRecord> {
        let is_known = self.image().controllers.get(&node.id).is_some_and(|known| **known == *node);
        let is_recorded = self.image().features.metadata_version() >= CONTROLLER_REGISTRATION;
        if is_known || !is_recorded { Vec::new() } else { vec![node.to_record().into()] }
    }

    /// A broker out of the ISR, its leadership gone on; alone, it leads in a new epoch.
    fn leave(&self, partition: &Partition, broker: i32) -> Option<PartitionChangeRecord> {
        if !partition.isr.contains(&broker) {
            return None;
        }
        let leads = partition.leader == Some(broker);
        let others = self.others_in_sync(partition, broker);
        if others.is_empty() {
            return leads.then(|| PartitionChangeRecord { leader: broker, ..Default::default() });
        }
        let leader = if leads { others[0] } else { LEADER_UNCHANGED };
        let isr = partition.isr.iter().copied().filter(|replica| *replica != broker).collect();
        Some(PartitionChangeRecord { leader, isr: Some(isr), ..Default::default() })
    }

    /// Who else could lead, in the order of replicas.
    fn others_in_sync(&self, partition: &Partition, broker: i32) -> Vec<i32> {
        let is_there = |id: i32| {
            let known = self.image().brokers.get(&id);
            known.is_some_and(|known| known.is_active() && known.has_online(partition.directory(id)))
        };
        let in_sync = |id: &i32| *id != broker && partition.isr.contains(id) && is_there(*id);
        partition.replicas.iter().copied().filter(in_sync).collect()
    }

    fn each_partition(
        &self,
        records: &mut Vec<MetadataRecord>,
        decide: impl Fn(&Partition) -> Option<PartitionChangeRecord>,
    ) {
        for topic in self.image().topics.iter() {
            for (index, partition) in topic.partitions.iter() {
                if let Some(change) = decide(partition) {
                    let place = PartitionChangeRecord { topic_id: topic.id, partition_id: *index, ..change };
                    records.push(place.into());
                }
            }
        }
    }
}

/// A partition without a leader gets this broker, if it is in sync, or eligible, or the last there was when nobody is left (KIP-966).
fn elect(partition: &Partition, broker: i32) -> Option<PartitionChangeRecord> {
    if partition.leader.is_some() {
        return None;
    }
    let elected = PartitionChangeRecord { leader: broker, ..Default::default() };
    if partition.isr.contains(&broker) {
        return Some(elected);
    }
    if partition.eligible_leader_replicas.contains(&broker) {
        let left = partition.eligible_leader_replicas.iter().copied().filter(|replica| *replica != broker).collect();
        return Some(PartitionChangeRecord {
            isr: Some(vec![broker]),
            eligible_leader_replicas: Some(left),
            last_known_elr: Some(Vec::new()),
            ..elected
        });
    }
    let nobody_is_left = partition.isr.is_empty() && partition.eligible_leader_replicas.is_empty();
    (nobody_is_left && partition.last_known_elr == [broker]).then(|| PartitionChangeRecord {
        isr: Some(vec![broker]),
        leader_recovery_state: LeaderRecovery::Recovering.code(),
        last_known_elr: Some(Vec::new()),
        ..elected
    })
}

fn change(broker: &Broker, set: impl FnOnce(&mut BrokerRegistrationChangeRecord)) -> MetadataRecord {
    let mut change =
        BrokerRegistrationChangeRecord { broker_id: broker.id, broker_epoch: broker.epoch, ..Default::default() };
    set(&mut change);
    change.into()
}

const LEADER_UNCHANGED: i32 = -2;
/// metadata.version 3.7-IV0: controllers register (KIP-919).
const CONTROLLER_REGISTRATION: i16 = 15;
