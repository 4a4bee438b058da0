//! A program that creates, fills, grows and deletes topics, and looks at what there is.
//!
//! A change whose end it does not learn makes it leave that name alone: from then on it only looks. A name whose topic was surely
//! deleted is used again.

use std::collections::BTreeSet;
use std::time::Duration;

use kampa_formats::compression::Compression;
use kampa_protocol::messages::create_partitions::CreatePartitionsTopic;
use kampa_protocol::messages::create_topics::{CreatableTopic, CreatableTopicConfig};
use kampa_protocol::messages::delete_topics::DeleteTopicState;
use kampa_protocol::messages::metadata::MetadataRequestTopic;
use kampa_protocol::messages::{
    ApiVersionsRequest, CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest, DescribeClusterRequest,
    DescribeGroupsRequest, ListGroupsRequest, MetadataRequest,
};
use kampa_protocol::{ApiKey, ErrorCode, Text, Uuid};

use crate::client::producer::{BACKOFF, Kind, Producer, Target};
use crate::client::{Client, Trouble, versions};
use crate::history::{Event, Moment, Outcome, Place, TopicChange};
use crate::stage::{Stage, Topic};

/// A topic to be made.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its name.
    pub name: Text,
    /// How many partitions.
    pub partitions: i32,
    /// Its settings.
    pub settings: Vec<(&'static str, String)>,
}

impl Wish {
    /// Whether each record is synced before it counts.
    pub fn is_synced(&self, by_default: bool) -> bool {
        let own = self.settings.iter().find(|(key, _)| *key == "flush.messages");
        own.map_or(by_default, |(_, value)| value == "1")
    }

    /// Whether old records are deleted.
    pub fn is_retained(&self) -> bool {
        self.settings.iter().any(|(key, _)| *key == "retention.bytes")
    }
}

/// What the admin knows of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Absent,
    Present {
        id: Uuid,
        partitions: i32,
    },
    /// A change of it ended nobody knows how.
    Unsure,
}

/// Creates and deletes until the end.
pub async fn run(client: Client, stage: Stage, synced_by_default: bool) {
    let mut admin = Admin { client, stage, names: Vec::new(), unsure: BTreeSet::new(), synced_by_default };
    while !admin.stage.is_ending() {
        if admin.act().await.is_err() {
            admin.client.pause(BACKOFF).await;
        }
        admin.client.pause(Duration::from_millis(400)).await;
    }
}

struct Admin {
    client: Client,
    stage: Stage,
    names: Vec<(Wish, Known)>,
    /// Lasting topics with a change that ended nobody knows how.
    unsure: BTreeSet<Text>,
    synced_by_default: bool,
}

impl Admin {
    async fn act(&mut self) -> Result<(), Trouble> {
        match self.client.chance.below(10) {
            8 | 9 => self.ask_something().await,
            0 | 1 => self.create_one().await,
            2 => self.delete_one().await,
            3 => self.grow_one().await,
            4 => self.grow_lasting().await,
            5 => self.fill_one().await,
            _ => {
                let names: Vec<Text> = self.names.iter().map(|(wish, _)| wish.name.clone()).collect();
                let lasting = self.stage.topics().into_iter().map(|topic| topic.name);
                let all: Vec<Text> = names.into_iter().chain(lasting).collect();
                look(&mut self.client, &all).await.map(drop)
            }
        }
    }

    /// Asks what changes nothing, in any version: it must be answered, and without an error.
    async fn ask_something(&mut self) -> Result<(), Trouble> {
        let client = &mut self.client;
        let (api, error) = match client.chance.below(4) {
            0 => {
                let (client_software_name, client_software_version) = ("sim".into(), "1".into());
                let request =
                    ApiVersionsRequest { client_software_name, client_software_version, ..Default::default() };
                ("ApiVersions", client.ask(&request).await?.error_code)
            }
            1 => ("DescribeCluster", client.ask(&DescribeClusterRequest::default()).await?.error_code),
            2 => ("ListGroups", client.ask(&ListGroupsRequest::default()).await?.error_code),
            _ => {
                let request = DescribeGroupsRequest { groups: vec!["group-0".into()], ..Default::default() };
                let answer = client.ask(&request).await?;
                let error = answer.groups.first().map_or(0, |group| group.error_code);
                // From version 6 on a group that is not there is an error.
                ("DescribeGroups", if error == ErrorCode::GROUP_ID_NOT_FOUND.0 { 0 } else { error })
            }
        };
        if error == 0 { Ok(()) } else { Err(client.refused(api, ErrorCode(error))) }
    }

    /// A name by chance of which something is known for sure.
    fn any(&mut self, is: impl Fn(Known) -> bool) -> Option<usize> {
        let fit: Vec<usize> = (0..self.names.len()).filter(|at| is(self.names[*at].1)).collect();
        if fit.is_empty() { None } else { Some(fit[self.client.chance.below(fit.len() as u64) as usize]) }
    }

    async fn create_one(&mut self) -> Result<(), Trouble> {
        let again = self.any(|known| known == Known::Absent).filter(|_| self.names.len() >= 3);
        let at = again.unwrap_or_else(|| {
            let name = Text::from(format!("passing-{}", self.names.len()));
            let chance = &mut self.client.chance;
            let mut settings = vec![("flush.messages", if chance.coin() { "1" } else { "1000000" }.to_owned())];
            if chance.coin() {
                settings.push(("internal.segment.bytes", chance.between(300, 3_000).to_string()));
            }
            self.names.push((Wish { name, partitions: 1, settings }, Known::Absent));
            self.names.len() - 1
        });
        let wish = &mut self.names[at].0;
        wish.partitions = self.client.chance.between(1, 4) as i32;
        let wish = wish.clone();
        self.names[at].1 = Known::Unsure;
        self.names[at].1 = match create(&mut self.client, &wish).await? {
            Ok(id) => {
                let (name, synced) = (wish.name.clone(), wish.is_synced(self.synced_by_default));
                self.client.recorder.add(Event::TopicMade { topic_id: id, name, synced, retained: false });
                Known::Present { id, partitions: wish.partitions }
            }
            Err(()) => Known::Absent,
        };
        Ok(())
    }

    async fn delete_one(&mut self) -> Result<(), Trouble> {
        let Some(at) = self.any(|known| matches!(known, Known::Present { .. })) else { return Ok(()) };
        let (wish, known) = self.names[at].clone();
        let Known::Present { id, .. } = known else { return Ok(()) };
        self.names[at].1 = Known::Unsure;
        if delete(&mut self.client, &wish.name, id).await? {
            self.names[at].1 = Known::Absent;
        }
        Ok(())
    }

    async fn grow_one(&mut self) -> Result<(), Trouble> {
        let Some(at) = self.any(|known| matches!(known, Known::Present { .. })) else { return Ok(()) };
        let (wish, known) = self.names[at].clone();
        let Known::Present { id, partitions } = known else { return Ok(()) };
        let partitions = partitions + self.client.chance.between(1, 2) as i32;
        self.names[at].1 = Known::Unsure;
        if grow(&mut self.client, &wish.name, id, partitions).await? {
            self.names[at].1 = Known::Present { id, partitions };
        }
        Ok(())
    }

    /// One partition more for a topic that stays; once or twice in a run.
    async fn grow_lasting(&mut self) -> Result<(), Trouble> {
        let topics = self.stage.topics();
        if topics.is_empty() || !self.client.chance.happens(0.2) {
            return Ok(());
        }
        let topic = &topics[self.client.chance.below(topics.len() as u64) as usize];
        let partitions = topic.partitions + 1;
        if partitions > LASTING_PARTITIONS_MAX || !self.unsure.insert(topic.name.clone()) {
            return Ok(());
        }
        if grow(&mut self.client, &topic.name, topic.id, partitions).await? {
            self.stage.grow_topic(&topic.name, partitions);
            self.unsure.remove(&topic.name);
        }
        Ok(())
    }

    /// Writes a little to a topic that will be deleted.
    async fn fill_one(&mut self) -> Result<(), Trouble> {
        let Some(at) = self.any(|known| matches!(known, Known::Present { .. })) else { return Ok(()) };
        let (wish, known) = self.names[at].clone();
        let Known::Present { id, partitions } = known else { return Ok(()) };
        let targets: Vec<Target> = (0..partitions)
            .map(|partition| Target {
                topic: wish.name.clone(),
                place: Place { topic_id: id, partition },
                passing: true,
            })
            .collect();
        let client = self.stage.client_on(self.client.world.clone(), "admin-fills");
        let mut producer = Producer::new(client, Kind::Idempotent, Compression::NONE, &targets);
        producer.begin().await?;
        for _ in 0..producer.client.chance.between(1, 30) {
            producer.offer(2, 50);
        }
        // What is not answered by then nobody knows.
        for _ in 0..40 {
            if producer.pending() > 0 {
                producer.step().await?;
            }
        }
        Ok(())
    }
}

/// Creates a topic. Inside: its id, or that it was refused for good.
pub async fn create(client: &mut Client, wish: &Wish) -> Result<Result<Uuid, ()>, Trouble> {
    let (name, partitions) = (wish.name.clone(), wish.partitions);
    let config = |(key, value): &(&'static str, String)| CreatableTopicConfig {
        name: Text::from(*key),
        value: Some(Text::from(value.as_str())),
        ..Default::default()
    };
    let topic = CreatableTopic {
        name: name.clone(),
        num_partitions: partitions,
        replication_factor: 1,
        configs: wish.settings.iter().map(config).collect(),
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], timeout_ms: TIMEOUT_MS, ..Default::default() };
    client.recorder.add(Event::TopicAsked { name: name.clone(), change: TopicChange::Create { partitions } });
    let answer = client.ask(&request).await?;
    let Some(result) = answer.topics.first() else { return Err(Trouble::Garbled) };
    let done = ended(client, "CreateTopics", &name, result.error_code, result.topic_id)?;
    Ok(if done { Ok(result.topic_id) } else { Err(()) })
}

/// Deletes a topic, by name or by id. Whether it was deleted; false: refused for good.
async fn delete(client: &mut Client, name: &Text, id: Uuid) -> Result<bool, Trouble> {
    let (low, high) = versions::range(ApiKey::DeleteTopics);
    let version = client.chance.between(low as u64, high as u64) as i16;
    let mut request = DeleteTopicsRequest { timeout_ms: TIMEOUT_MS, ..Default::default() };
    if version < DELETE_BY_ID_FROM {
        request.topic_names = vec![name.clone()];
    } else if client.chance.coin() {
        request.topics = vec![DeleteTopicState { name: Some(name.clone()), ..Default::default() }];
    } else {
        request.topics = vec![DeleteTopicState { name: None, topic_id: id, ..Default::default() }];
    }
    client.recorder.add(Event::TopicAsked { name: name.clone(), change: TopicChange::Delete });
    let answer = client.ask_as(&request, version).await?;
    let Some(result) = answer.responses.first() else { return Err(Trouble::Garbled) };
    ended(client, "DeleteTopics", name, result.error_code, id)
}

/// Gives a topic so many partitions. Whether it has them; false: refused for good.
async fn grow(client: &mut Client, name: &Text, id: Uuid, partitions: i32) -> Result<bool, Trouble> {
    let topic =
        CreatePartitionsTopic { name: name.clone(), count: partitions, assignments: None, ..Default::default() };
    let request = CreatePartitionsRequest { topics: vec![topic], timeout_ms: TIMEOUT_MS, ..Default::default() };
    client.recorder.add(Event::TopicAsked { name: name.clone(), change: TopicChange::Grow { partitions } });
    let answer = client.ask(&request).await?;
    let Some(result) = answer.results.first() else { return Err(Trouble::Garbled) };
    ended(client, "CreatePartitions", name, result.error_code, id)
}

/// Writes down how a change ended, if that is known.
fn ended(client: &Client, api: &str, name: &Text, error: i16, topic_id: Uuid) -> Result<bool, Trouble> {
    let error = ErrorCode(error);
    let name = name.clone();
    if !error.is_err() {
        client.recorder.add(Event::TopicAnswered { name, outcome: Outcome::Done, topic_id });
        return Ok(true);
    }
    // After NOT_CONTROLLER, REQUEST_TIMED_OUT and a failed disk nobody knows; all else is wrong, one asks for sensible things.
    Err(client.refused(api, error))
}

/// Looks at topics by name: their ids and partitions.
pub async fn look(client: &mut Client, names: &[Text]) -> Result<Vec<(Text, Option<(Uuid, i32)>)>, Trouble> {
    let topic = |name: &Text| MetadataRequestTopic { name: Some(name.clone()), ..Default::default() };
    let request = MetadataRequest {
        topics: Some(names.iter().map(topic).collect()),
        allow_auto_topic_creation: false,
        ..Default::default()
    };
    let begun = client.recorder.now();
    let answer = client.ask(&request).await?;
    check_cluster(client, answer.cluster_id.as_ref());
    let mut seen = Vec::new();
    for name in names {
        let Some(topic) = answer.topics.iter().find(|topic| topic.name.as_ref() == Some(name)) else {
            client.recorder.wrong(format!("Metadata was not answered for {name}"));
            return Err(Trouble::Garbled);
        };
        let found = match ErrorCode(topic.error_code) {
            ErrorCode::NONE => Some((topic.topic_id, topic.partitions.len() as i32)),
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => None,
            error => return Err(client.refused("Metadata of a topic", error)),
        };
        see(client, name, begun, found);
        seen.push((name.clone(), found));
    }
    Ok(seen)
}

/// Everything there is, the node's own topics left out.
pub async fn look_at_all(client: &mut Client) -> Result<Vec<Topic>, Trouble> {
    let request = MetadataRequest { topics: None, allow_auto_topic_creation: false, ..Default::default() };
    let begun = client.recorder.now();
    let answer = client.ask(&request).await?;
    check_cluster(client, answer.cluster_id.as_ref());
    let mut all = Vec::new();
    for topic in answer.topics.into_iter().filter(|topic| !topic.is_internal) {
        let name = topic.name.unwrap_or_default();
        let partitions = topic.partitions.len() as i32;
        see(client, &name, begun, Some((topic.topic_id, partitions)));
        all.push(Topic { name, id: topic.topic_id, partitions, synced: false, retained: false });
    }
    Ok(all)
}

fn see(client: &Client, name: &Text, begun: Moment, found: Option<(Uuid, i32)>) {
    client.recorder.add(Event::TopicSeen { name: name.clone(), begun, found });
}

fn check_cluster(client: &Client, id: Option<&Text>) {
    if let Err(other) = client.recorder.same_cluster(id.cloned().unwrap_or_default()) {
        client.recorder.wrong(format!("the cluster's id was {other} and is {id:?}"));
    }
}

/// How long the node may take for a change.
const TIMEOUT_MS: i32 = 10_000;
/// DeleteTopics knows ids from this version on.
const DELETE_BY_ID_FROM: i16 = 6;
/// Enough that members come and go with several, few enough that all are read in the end.
const LASTING_PARTITIONS_MAX: i32 = 6;
