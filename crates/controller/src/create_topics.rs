//! CreateTopics: names, numbers, assignments and settings are checked topic by topic; one that fails hinders no other.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use kampa_configs::{InvalidConfig, TopicConfig, describe_topic};
use kampa_metadata::{Partition, ResourceKind};
use kampa_protocol::messages::create_topics::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfigs, CreatableTopicResult, CreateTopicsRequest,
    CreateTopicsResponse,
};
use kampa_protocol::records::metadata::{ConfigRecord, MetadataRecord, TopicRecord};
use kampa_protocol::{ErrorCode, Text, Uuid};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::decision::{check_permit, check_timeout};
use crate::layers::with_layers;
use crate::placement::{CannotPlace, Placement, check_manual, new_partition};
use crate::topic_name::lookalike;
use crate::{Controller, Decision, Permit, Refusal, check_topic_name};

/// Partitions that the topics of one request may have together: what goes into one batch of the metadata log at once.
pub(crate) const PARTITIONS_PER_REQUEST_MAX: i64 = 10_000;
/// In a request: the cluster's default.
const DEFAULT: i32 = -1;
/// The metadata log's topic, which is not in the log.
const METADATA_TOPIC: &str = "__cluster_metadata";

impl Controller {
    /// Decides about new topics. Topic ids and places of replicas are drawn from `seed`.
    ///
    /// Answers by topic in the request's order, refused names at the end: INVALID_TOPIC_EXCEPTION, TOPIC_ALREADY_EXISTS,
    /// INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR, INVALID_REPLICA_ASSIGNMENT, INVALID_CONFIG, INVALID_REQUEST (a name
    /// twice, or numbers beside an assignment), THROTTLING_QUOTA_EXCEEDED; POLICY_VIOLATION for all if there are too many partitions,
    /// REQUEST_TIMED_OUT for all if the request gives no time.
    pub fn create_topics(
        &self,
        request: &CreateTopicsRequest,
        seed: u64,
        permit: Permit,
    ) -> Decision<CreateTopicsResponse> {
        if let Err(refusal) = check_timeout(request.timeout_ms).and_then(|()| self.check_partition_count(request)) {
            let topics = request.topics.iter().map(|topic| refused(&topic.name, refusal.clone())).collect();
            return Decision::only(CreateTopicsResponse { topics, ..Default::default() });
        }
        let unclear = unclear_names(request);
        let mut chance = SmallRng::seed_from_u64(seed);
        let (mut records, mut topics) = (Vec::new(), Vec::new());
        let usual = OnceCell::new();
        for topic in request.topics.iter().filter(|topic| !unclear.contains_key(&topic.name)) {
            match self.create_topic(topic, &mut chance, permit) {
                Ok(created) => {
                    topics.push(self.created(topic, &created, &usual));
                    if !request.validate_only {
                        self.record(topic, created, &mut records);
                    }
                }
                Err(refusal) => topics.push(refused(&topic.name, refusal)),
            }
        }
        topics.extend(unclear.into_iter().map(|(name, refusal)| refused(&name, refusal)));
        self.decided(records, CreateTopicsResponse { topics, ..Default::default() })
    }

    fn check_partition_count(&self, request: &CreateTopicsRequest) -> Result<(), Refusal> {
        let count = |topic: &CreatableTopic| match topic.num_partitions {
            _ if !topic.assignments.is_empty() => topic.assignments.len() as i64,
            DEFAULT => i64::from(self.config().num_partitions),
            count => i64::from(count),
        };
        if request.topics.iter().map(count).sum::<i64>() <= PARTITIONS_PER_REQUEST_MAX {
            return Ok(());
        }
        let sentence = "Excessively large number of partitions per request.";
        Err(Refusal::new(ErrorCode::POLICY_VIOLATION, sentence))
    }

    fn create_topic(&self, topic: &CreatableTopic, chance: &mut SmallRng, permit: Permit) -> Result<Created, Refusal> {
        self.check_name(&topic.name)?;
        let settings = self.check_settings(topic)?;
        let partitions =
            if topic.assignments.is_empty() { self.place(topic, chance.random())? } else { self.assigned(topic)? };
        check_permit(permit, partitions.len())?;
        Ok(Created { id: self.new_topic_id(chance), settings, partitions })
    }

    fn check_name(&self, name: &Text) -> Result<(), Refusal> {
        if self.image().topics.named(name).is_some() {
            let sentence = format!("Topic '{name}' already exists.");
            return Err(Refusal::new(ErrorCode::TOPIC_ALREADY_EXISTS, sentence));
        }
        let invalid = |sentence: String| Refusal::new(ErrorCode::INVALID_TOPIC_EXCEPTION, sentence);
        check_topic_name(name).map_err(|error| invalid(format!("Topic name is invalid: {error}")))?;
        match lookalike(&self.image().topics, name) {
            Some(known) => Err(invalid(format!("Topic '{name}' collides with existing topic: {known}"))),
            None => Ok(()),
        }
    }

    /// The topic's own settings by name; the last of equal names counts.
    fn check_settings(&self, topic: &CreatableTopic) -> Result<BTreeMap<Text, Text>, Refusal> {
        let mut own: BTreeMap<&Text, Option<&str>> = BTreeMap::new();
        for setting in &topic.configs {
            own.insert(&setting.name, setting.value.as_deref());
        }
        let pairs = own.iter().map(|(name, value)| (name.as_str(), *value));
        match TopicConfig::resolve(self.config(), pairs) {
            Ok(_) => {
                Ok(own.into_iter().map(|(name, value)| (name.clone(), value.unwrap_or_default().into())).collect())
            }
            Err(InvalidConfig(sentence)) => Err(Refusal::new(ErrorCode::INVALID_CONFIG, sentence)),
        }
    }

    /// Partitions where chance puts them.
    fn place(&self, topic: &CreatableTopic, seed: u64) -> Result<Vec<Partition>, Refusal> {
        let brokers = &self.image().brokers;
        let replicas = match i32::from(topic.replication_factor) {
            DEFAULT => i32::from(self.config().default_replication_factor.among(brokers.size())),
            count => count,
        };
        if replicas < 1 {
            let sentence = "Replication factor must be larger than 0, or -1 to use the default value.";
            return Err(Refusal::new(ErrorCode::INVALID_REPLICATION_FACTOR, sentence));
        }
        let partitions = match topic.num_partitions {
            DEFAULT => self.config().num_partitions,
            count => count,
        };
        if partitions < 1 {
            let sentence = "Number of partitions was set to an invalid non-positive value.";
            return Err(Refusal::new(ErrorCode::INVALID_PARTITIONS, sentence));
        }
        self.place_partitions(partitions as usize, replicas as usize, seed)
    }

    /// So many partitions of so many replicas, each on brokers of which one may lead it.
    pub(crate) fn place_partitions(
        &self,
        partitions: usize,
        replicas: usize,
        seed: u64,
    ) -> Result<Vec<Partition>, Refusal> {
        let brokers = &self.image().brokers;
        let cannot = |CannotPlace(why)| {
            let sentence = format!("Unable to replicate the partition {replicas} time(s): {why}");
            Refusal::new(ErrorCode::INVALID_REPLICATION_FACTOR, sentence)
        };
        let mut placement = Placement::new(brokers, replicas, seed).map_err(cannot)?;
        let next = |_| new_partition(placement.next(replicas), brokers);
        // Placement puts an active broker first, so every partition has a leader.
        Ok((0..partitions).filter_map(next).collect())
    }

    /// Partitions where the request wants them.
    fn assigned(&self, topic: &CreatableTopic) -> Result<Vec<Partition>, Refusal> {
        let beside = |what: &str| {
            let sentence = format!("A manual partition assignment was specified, but {what} was not set to -1.");
            Err(Refusal::new(ErrorCode::INVALID_REQUEST, sentence))
        };
        if i32::from(topic.replication_factor) != DEFAULT {
            return beside("replication factor");
        }
        if topic.num_partitions != DEFAULT {
            return beside("numPartitions");
        }
        let invalid = |sentence: String| Refusal::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, sentence);
        let mut partitions = BTreeMap::new();
        let mut siblings = None;
        for CreatableReplicaAssignment { partition_index: index, broker_ids, .. } in &topic.assignments {
            if partitions.contains_key(index) {
                return Err(invalid(format!("Found multiple manual partition assignments for partition {index}")));
            }
            partitions.insert(*index, self.assigned_partition(*index, broker_ids, siblings).map_err(invalid)?);
            siblings = Some(broker_ids.len());
        }
        if !partitions.keys().copied().eq(0..partitions.len() as i32) {
            return Err(invalid("partitions should be a consecutive 0-based integer sequence".to_owned()));
        }
        Ok(partitions.into_values().collect())
    }

    /// One partition on brokers named by hand, or why not.
    pub(crate) fn assigned_partition(
        &self,
        index: i32,
        replicas: &[i32],
        siblings: Option<usize>,
    ) -> Result<Partition, String> {
        let brokers = &self.image().brokers;
        check_manual(replicas, siblings, brokers)?;
        new_partition(replicas.to_vec(), brokers).ok_or_else(|| {
            format!(
                "All brokers specified in the manual partition assignment for partition {index} are fenced or in \
                 controlled shutdown."
            )
        })
    }

    fn new_topic_id(&self, chance: &mut SmallRng) -> Uuid {
        loop {
            let mut id = Uuid(chance.random());
            // As every random id says of itself: version 4, variant 1.
            id.0[6] = id.0[6] & 0x0f | 0x40;
            id.0[8] = id.0[8] & 0x3f | 0x80;
            if !id.is_reserved() && self.image().topics.with_id(&id).is_none() {
                return id;
            }
        }
    }

    fn record(&self, topic: &CreatableTopic, created: Created, records: &mut Vec<MetadataRecord>) {
        let (name, topic_id) = (&topic.name, created.id);
        records.push(TopicRecord { name: name.clone(), topic_id, ..Default::default() }.into());
        for (key, value) in created.settings {
            let resource_type = ResourceKind::TOPIC.0;
            let (resource_name, value) = (name.clone(), Some(value));
            records.push(ConfigRecord { resource_type, resource_name, name: key, value, ..Default::default() }.into());
        }
        for (index, partition) in created.partitions.iter().enumerate() {
            records.push(partition.to_record(topic_id, index as i32).into());
        }
    }

    /// `usual` is what is told of the settings of topics that have none of their own.
    fn created(
        &self,
        topic: &CreatableTopic,
        created: &Created,
        usual: &OnceCell<Vec<CreatableTopicConfigs>>,
    ) -> CreatableTopicResult {
        let configs = match created.settings.is_empty() {
            true => usual.get_or_init(|| self.described(&created.settings)).clone(),
            false => self.described(&created.settings),
        };
        CreatableTopicResult {
            name: topic.name.clone(),
            topic_id: created.id,
            error_message: None,
            num_partitions: created.partitions.len() as i32,
            replication_factor: created.partitions.first().map_or(0, |partition| partition.replicas.len() as i16),
            configs: Some(configs),
            ..Default::default()
        }
    }

    /// All settings the topic has, as the answer tells them (KIP-525).
    fn described(&self, own: &BTreeMap<Text, Text>) -> Vec<CreatableTopicConfigs> {
        let described = with_layers(self.image(), &self.given, self.node_id, |layers| {
            describe_topic(layers, &|key| own.get(key).map(Text::to_string))
        });
        let told = |setting: kampa_configs::Described| CreatableTopicConfigs {
            name: setting.name.into(),
            value: setting.value.map(Text::from),
            read_only: setting.is_read_only,
            config_source: setting.source as i8,
            is_sensitive: setting.is_sensitive,
            ..Default::default()
        };
        described.into_iter().map(told).collect()
    }
}

/// A topic that may be made.
struct Created {
    id: Uuid,
    settings: BTreeMap<Text, Text>,
    partitions: Vec<Partition>,
}

/// Names that the request does not mean clearly, and the metadata log's own.
fn unclear_names(request: &CreateTopicsRequest) -> BTreeMap<Text, Refusal> {
    let mut seen = BTreeSet::new();
    let mut unclear = BTreeMap::new();
    for CreatableTopic { name, .. } in &request.topics {
        if !seen.insert(name) {
            unclear.insert(name.clone(), Refusal::new(ErrorCode::INVALID_REQUEST, "Duplicate topic name."));
        }
    }
    if seen.contains(&Text::from_static(METADATA_TOPIC)) {
        let sentence = format!("Creation of internal topic {METADATA_TOPIC} is prohibited.");
        unclear.insert(METADATA_TOPIC.into(), Refusal::new(ErrorCode::INVALID_REQUEST, sentence));
    }
    unclear
}

fn refused(name: &Text, refusal: Refusal) -> CreatableTopicResult {
    CreatableTopicResult {
        name: name.clone(),
        error_code: refusal.code.0,
        error_message: refusal.message,
        num_partitions: -1,
        replication_factor: -1,
        configs: Some(Vec::new()),
        ..Default::default()
    }
}
