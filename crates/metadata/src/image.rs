//! The image: what the metadata log says as a whole, and how a record changes it.
//!
//! The same code runs in recovery, on a controller and on a broker. A record that does not fit what came before is an error, never
//! skipped: the log is then not what its writer meant.

use std::sync::Arc;

use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::{Text, Uuid};

use crate::changes::Changes;
use crate::cluster::{Broker, Brokers, ControllerNode, Controllers};
use crate::configs::{ConfigResource, Configs, ResourceKind};
use crate::features::Features;
use crate::quotas::{Quotas, apply_quota};
use crate::security::{Security, detached};
use crate::topics::{Partition, Topics};

/// What the metadata log says up to a position. Cloning shares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetadataImage {
    /// The last record that is in here. Records of an open metadata transaction do not count.
    pub position: LogPosition,
    /// Levels of features.
    pub features: Features,
    /// Brokers by id.
    pub brokers: Brokers,
    /// Controllers by id.
    pub controllers: Controllers,
    /// Topics and their partitions.
    pub topics: Topics,
    /// Settings.
    pub configs: Configs,
    /// Client quotas.
    pub quotas: Quotas,
    /// The lowest producer id that was never given to a broker.
    pub next_producer_id: i64,
    /// Access rules and credentials.
    pub security: Security,
    /// A metadata transaction that has begun and not ended (KIP-868): what will be if it ends well.
    transaction: Option<Box<Transaction>>,
}

/// A place in the metadata log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPosition {
    /// Of the last record; -1 before the first.
    pub offset: i64,
    /// The leader epoch it was written in; 0 before the first.
    pub epoch: i32,
    /// When it was written, in ms since 1970; 0 before the first.
    pub timestamp_ms: i64,
}

#[derive(Clone, Debug, PartialEq)]
struct Transaction {
    image: MetadataImage,
    changes: Changes,
}

/// A record that does not fit what came before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The topic's name or id is taken.
    #[error("topic {name} with id {id} exists already")]
    TopicExists {
        /// As recorded.
        name: Text,
        /// As recorded.
        id: Uuid,
    },
    /// No topic has this id.
    #[error("there is no topic with id {0}")]
    UnknownTopic(Uuid),
    /// No topic has this name.
    #[error("there is no topic {0}")]
    UnknownTopicName(Text),
    /// The topic has no such partition.
    #[error("topic {topic_id} has no partition {index}")]
    UnknownPartition {
        /// The topic.
        topic_id: Uuid,
        /// The partition.
        index: i32,
    },
    /// The broker is not registered, or is under another epoch.
    #[error("broker {id} is not registered with epoch {epoch}")]
    UnknownBroker {
        /// The broker.
        id: i32,
        /// As recorded.
        epoch: i64,
    },
    /// The controller is not registered.
    #[error("controller {0} is not registered")]
    UnknownController(i32),
    /// There is no access control entry of this id.
    #[error("there is no access control entry with id {0}")]
    UnknownAcl(Uuid),
    /// A metadata transaction begins within another.
    #[error("a metadata transaction begins within another")]
    TransactionOpen,
    /// A metadata transaction ends that never began.
    #[error("a metadata transaction ends that never began")]
    NoTransaction,
}

impl MetadataImage {
    /// Changes what the record says, and notes in `changes` what that touched.
    ///
    /// Within a metadata transaction nothing shows until its end, neither here nor in `changes`.
    pub fn apply(&mut self, record: &MetadataRecord, changes: &mut Changes) -> Result<(), ApplyError> {
        match record {
            MetadataRecord::BeginTransaction(_) => {
                if self.transaction.is_some() {
                    return Err(ApplyError::TransactionOpen);
                }
                self.transaction = Some(Box::new(Transaction { image: self.clone(), changes: Changes::default() }));
                Ok(())
            }
            MetadataRecord::EndTransaction(_) => {
                let done = self.transaction.take().ok_or(ApplyError::NoTransaction)?;
                *self = done.image;
                changes.extend(done.changes);
                Ok(())
            }
            MetadataRecord::AbortTransaction(_) => self.transaction.take().map(|_| ()).ok_or(ApplyError::NoTransaction),
            record => match &mut self.transaction {
                Some(open) => open.image.apply_one(record, &mut open.changes),
                None => self.apply_one(record, changes),
            },
        }
    }

    /// Applies what was written together, up to `position`, and says what that touched.
    pub fn apply_all<'a>(
        &mut self,
        records: impl IntoIterator<Item = &'a MetadataRecord>,
        position: LogPosition,
    ) -> Result<Changes, ApplyError> {
        let mut changes = Changes::default();
        for record in records {
            self.apply(record, &mut changes)?;
        }
        self.advance_to(position);
        Ok(changes)
    }

    /// Says where in the log the records applied so far end. To be called after each batch.
    pub fn advance_to(&mut self, position: LogPosition) {
        match &mut self.transaction {
            Some(open) => open.image.position = position,
            None => self.position = position,
        }
    }

    /// Whether a metadata transaction has begun and not ended.
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// What will be if the open metadata transaction ends well: what its leader decides by.
    pub fn latest(&self) -> &MetadataImage {
        self.transaction.as_ref().map_or(self, |open| &open.image)
    }

    fn apply_one(&mut self, record: &MetadataRecord, changes: &mut Changes) -> Result<(), ApplyError> {
        match record {
            MetadataRecord::Topic(_)
            | MetadataRecord::RemoveTopic(_)
            | MetadataRecord::Partition(_)
            | MetadataRecord::PartitionChange(_)
            | MetadataRecord::ClearElr(_) => self.apply_to_topics(record, changes),
            MetadataRecord::RegisterBroker(_)
            | MetadataRecord::UnregisterBroker(_)
            | MetadataRecord::FenceBroker(_)
            | MetadataRecord::UnfenceBroker(_)
            | MetadataRecord::BrokerRegistrationChange(_)
            | MetadataRecord::RegisterController(_)
            | MetadataRecord::UnregisterController(_) => self.apply_to_cluster(record, changes),
            MetadataRecord::UserScramCredential(_)
            | MetadataRecord::RemoveUserScramCredential(_)
            | MetadataRecord::AccessControlEntry(_)
            | MetadataRecord::RemoveAccessControlEntry(_)
            | MetadataRecord::DelegationToken(_)
            | MetadataRecord::RemoveDelegationToken(_) => self.apply_to_security(record, changes),
            MetadataRecord::Config(config) => {
                let kind = ResourceKind(config.resource_type);
                let resource = ConfigResource { kind, name: config.resource_name.detached() };
                self.configs.set(&resource, config.name.detached(), config.value.as_ref().map(Text::detached));
                changes.configs.insert(resource);
                Ok(())
            }
            MetadataRecord::FeatureLevel(feature) => {
                self.features.apply(feature);
                changes.features = true;
                Ok(())
            }
            MetadataRecord::ClientQuota(quota) => {
                apply_quota(&mut self.quotas, quota);
                changes.quotas = true;
                Ok(())
            }
            MetadataRecord::ProducerIds(ids) => {
                self.next_producer_id = ids.next_producer_id;
                changes.producer_ids = true;
                Ok(())
            }
            // The first two are idle; the migration from ZooKeeper was over before the oldest log we read. Transactions are apply's.
            MetadataRecord::NoOp(_)
            | MetadataRecord::ZkMigrationState(_)
            | MetadataRecord::BeginTransaction(_)
            | MetadataRecord::EndTransaction(_)
            | MetadataRecord::AbortTransaction(_) => Ok(()),
        }
    }

    fn apply_to_topics(&mut self, record: &MetadataRecord, changes: &mut Changes) -> Result<(), ApplyError> {
        match record {
            MetadataRecord::Topic(topic) => {
                let (name, id) = (topic.name.detached(), topic.topic_id);
                if !self.topics.add(name.clone(), id) {
                    return Err(ApplyError::TopicExists { name, id });
                }
                changes.topic_created(id);
            }
            MetadataRecord::RemoveTopic(removed) => {
                let id = removed.topic_id;
                let topic = self.topics.remove(&id).ok_or(ApplyError::UnknownTopic(id))?;
                let resource = ConfigResource::topic(topic.name.clone());
                self.configs.remove(&resource);
                changes.configs.remove(&resource);
                changes.topic_deleted(topic);
            }
            MetadataRecord::Partition(partition) => {
                let (id, index) = (partition.topic_id, partition.partition_id);
                if !self.topics.put_partition(&id, index, Partition::from_record(partition)) {
                    return Err(ApplyError::UnknownTopic(id));
                }
                changes.partition_changed(id, index);
            }
            MetadataRecord::PartitionChange(change) => {
                let (topic_id, index) = (change.topic_id, change.partition_id);
                if !self.topics.change_partition(&topic_id, index, |partition| partition.change(change)) {
                    return Err(ApplyError::UnknownPartition { topic_id, index });
                }
                changes.partition_changed(topic_id, index);
            }
            MetadataRecord::ClearElr(clear) => self.clear_elr(&clear.topic_name, changes)?,
            _ => {}
        }
        Ok(())
    }

    /// Forgets the eligible replicas of one topic, or, without a name, of all.
    fn clear_elr(&mut self, name: &Text, changes: &mut Changes) -> Result<(), ApplyError> {
        let ids: Vec<Uuid> = if name.is_empty() {
            self.topics.iter().map(|topic| topic.id).collect()
        } else {
            vec![self.topics.id(name).ok_or_else(|| ApplyError::UnknownTopicName(name.clone()))?]
        };
        for id in ids {
            let topic = self.topics.with_id(&id).into_iter();
            let touched: Vec<i32> = topic
                .flat_map(|topic| topic.partitions.iter())
                .filter(|(_, p)| !p.eligible_leader_replicas.is_empty() || !p.last_known_elr.is_empty())
                .map(|(index, _)| *index)
                .collect();
            for index in touched {
                self.topics.change_partition(&id, index, Partition::clear_elr);
                changes.partition_changed(id, index);
            }
        }
        Ok(())
    }

    fn apply_to_cluster(&mut self, record: &MetadataRecord, changes: &mut Changes) -> Result<(), ApplyError> {
        match record {
            MetadataRecord::RegisterBroker(broker) => {
                self.brokers.insert_mut(broker.broker_id, Arc::new(Broker::from_record(broker)));
                changes.brokers.insert(broker.broker_id);
            }
            MetadataRecord::UnregisterBroker(gone) => {
                self.change_broker(gone.broker_id, gone.broker_epoch, changes, |_| {})?;
                self.brokers.remove_mut(&gone.broker_id);
            }
            MetadataRecord::FenceBroker(fence) => {
                self.change_broker(fence.id, fence.epoch, changes, |broker| broker.fenced = true)?;
            }
            MetadataRecord::UnfenceBroker(unfence) => {
                self.change_broker(unfence.id, unfence.epoch, changes, |broker| broker.fenced = false)?;
            }
            MetadataRecord::BrokerRegistrationChange(change) => {
                self.change_broker(change.broker_id, change.broker_epoch, changes, |broker| broker.change(change))?;
            }
            MetadataRecord::RegisterController(controller) => {
                let id = controller.controller_id;
                self.controllers.insert_mut(id, Arc::new(ControllerNode::from_record(controller)));
                changes.controllers.insert(id);
            }
            MetadataRecord::UnregisterController(gone) => {
                if !self.controllers.remove_mut(&gone.controller_id) {
                    return Err(ApplyError::UnknownController(gone.controller_id));
                }
                changes.controllers.insert(gone.controller_id);
            }
            _ => {}
        }
        Ok(())
    }

    fn change_broker(
        &mut self,
        id: i32,
        epoch: i64,
        changes: &mut Changes,
        change: impl FnOnce(&mut Broker),
    ) -> Result<(), ApplyError> {
        match self.brokers.get_mut(&id) {
            Some(broker) if broker.epoch == epoch => {
                change(Arc::make_mut(broker));
                changes.brokers.insert(id);
                Ok(())
            }
            _ => Err(ApplyError::UnknownBroker { id, epoch }),
        }
    }

    fn apply_to_security(&mut self, record: &MetadataRecord, changes: &mut Changes) -> Result<(), ApplyError> {
        let security = &mut self.security;
        match record {
            MetadataRecord::UserScramCredential(credential) => {
                let key = (credential.name.detached(), credential.mechanism);
                security.scram.insert_mut(key, detached(credential, 0));
            }
            MetadataRecord::RemoveUserScramCredential(gone) => {
                security.scram.remove_mut(&(gone.name.clone(), gone.mechanism));
            }
            MetadataRecord::AccessControlEntry(entry) => security.acls.insert_mut(entry.id, detached(entry, 0)),
            MetadataRecord::RemoveAccessControlEntry(gone) => match security.acls.remove_mut(&gone.id) {
                true => {}
                false => return Err(ApplyError::UnknownAcl(gone.id)),
            },
            MetadataRecord::DelegationToken(token) => {
                security.tokens.insert_mut(token.token_id.detached(), detached(token, 0));
            }
            MetadataRecord::RemoveDelegationToken(gone) => _ = security.tokens.remove_mut(&gone.token_id),
            _ => {}
        }
        changes.security = true;
        Ok(())
    }
}

impl Default for LogPosition {
    fn default() -> LogPosition {
        LogPosition { offset: -1, epoch: 0, timestamp_ms: 0 }
    }
}

#[cfg(test)]
mod tests;
