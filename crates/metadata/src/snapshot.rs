//! An image as the records that make it: what a snapshot holds.

use kampa_protocol::records::metadata::{
    ClientQuotaRecord, ConfigRecord, FeatureLevelRecord, MetadataRecord, ProducerIdsRecord, TopicRecord, client_quota,
};

use crate::features::feature;
use crate::{MetadataImage, QuotaEntity};

impl MetadataImage {
    /// Records which, applied to an empty image, give this one, position aside.
    ///
    /// Kafka's order: levels of features first (`metadata.version` before all, as it says how to read the rest), brokers,
    /// controllers, topics each with its partitions, settings, quotas, producer ids, access rules, credentials, tokens.
    /// Leaves out what an open metadata transaction has changed so far.
    pub fn to_records(&self) -> impl Iterator<Item = MetadataRecord> {
        self.feature_records()
            .chain(self.brokers.values().map(|broker| MetadataRecord::RegisterBroker(broker.to_record())))
            .chain(self.controllers.values().map(|node| MetadataRecord::RegisterController(node.to_record())))
            .chain(self.topic_records())
            .chain(self.config_records())
            .chain(self.quotas.iter().flat_map(|(entity, keys)| {
                keys.iter().map(|(key, value)| MetadataRecord::ClientQuota(quota_record(entity, key, *value)))
            }))
            .chain(self.producer_ids_record())
            .chain(self.security.acls.values().map(|entry| MetadataRecord::AccessControlEntry((**entry).clone())))
            .chain(self.security.scram.values().map(|entry| MetadataRecord::UserScramCredential((**entry).clone())))
            .chain(self.security.tokens.values().map(|entry| MetadataRecord::DelegationToken((**entry).clone())))
            .map(|record| self.features.fit(record))
    }

    fn feature_records(&self) -> impl Iterator<Item = MetadataRecord> {
        let is_metadata_version = |name: &str| name == feature::METADATA_VERSION;
        let (first, rest): (Vec<_>, Vec<_>) = self.features.iter().partition(|(name, _)| is_metadata_version(name));
        first.into_iter().chain(rest).map(|(name, level)| {
            MetadataRecord::FeatureLevel(FeatureLevelRecord {
                name: name.clone(),
                feature_level: level,
                ..Default::default()
            })
        })
    }

    fn topic_records(&self) -> impl Iterator<Item = MetadataRecord> {
        self.topics.iter().flat_map(|topic| {
            let named = TopicRecord { name: topic.name.clone(), topic_id: topic.id, ..Default::default() };
            let partitions = topic.partitions.iter();
            std::iter::once(MetadataRecord::Topic(named)).chain(
                partitions.map(|(index, partition)| MetadataRecord::Partition(partition.to_record(topic.id, *index))),
            )
        })
    }

    fn config_records(&self) -> impl Iterator<Item = MetadataRecord> {
        self.configs.kinds().flat_map(|kind| {
            self.configs.resources(kind).flat_map(move |(resource, settings)| {
                settings.iter().map(move |(name, value)| {
                    MetadataRecord::Config(ConfigRecord {
                        resource_type: kind.0,
                        resource_name: resource.clone(),
                        name: name.clone(),
                        value: Some(value.clone()),
                        ..Default::default()
                    })
                })
            })
        })
    }

    fn producer_ids_record(&self) -> Option<MetadataRecord> {
        // Who got the last block is history; Kafka's snapshots leave it out as well.
        let record = ProducerIdsRecord {
            broker_id: -1,
            broker_epoch: -1,
            next_producer_id: self.next_producer_id,
            ..Default::default()
        };
        (self.next_producer_id > 0).then_some(MetadataRecord::ProducerIds(record))
    }
}

fn quota_record(entity: &QuotaEntity, key: &kampa_protocol::Text, value: f64) -> ClientQuotaRecord {
    let part = |(kind, name): &(kampa_protocol::Text, Option<kampa_protocol::Text>)| client_quota::EntityData {
        entity_type: kind.clone(),
        entity_name: name.clone(),
        ..Default::default()
    };
    ClientQuotaRecord {
        entity: entity.parts().iter().map(part).collect(),
        key: key.clone(),
        value,
        remove: false,
        ..Default::default()
    }
}
