//! `kampa topic`: list, show, create, grow, trim, delete.

use clap::{Args, Subcommand};
use kampa_client::admin::{Admin, CreateTopics, NewPartitions, NewTopic, OffsetSpec, TopicDescription, TopicRef};
use kampa_client::{Isolation, TopicPartition};
use kampa_protocol::ErrorCode;
use kampa_world::World;
use serde_json::{Value, json};

use super::screen::{Table, bytes, count, or_none};
use super::{Common, Session, each, told};
use crate::{Outcome, Stop, Streams};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The topics there are.
    #[command(visible_alias = "ls")]
    List {
        /// Those the cluster keeps for itself, too.
        #[arg(long)]
        internal: bool,
    },
    /// What a topic is like: partitions, offsets, sizes, replicas.
    #[command(visible_alias = "describe")]
    Show {
        #[arg(required = true)]
        topics: Vec<String>,
    },
    /// Makes topics.
    #[command(visible_alias = "new")]
    Create {
        #[arg(required = true)]
        topics: Vec<String>,
        /// Partitions [default: the cluster's num.partitions].
        #[arg(long, short)]
        partitions: Option<i32>,
        /// Replicas of each partition [default: the cluster's default.replication.factor].
        #[arg(long, short)]
        replicas: Option<i16>,
        /// A setting of the topic; may be given often.
        #[arg(long, short = 'c', value_name = "KEY=VALUE", value_parser = super::config::pair)]
        config: Vec<(String, String)>,
        /// A topic that is there already is left as it is.
        #[arg(long)]
        if_missing: bool,
    },
    /// Gives a topic more partitions.
    Grow {
        topic: String,
        /// How many it shall have in all.
        #[arg(long, short)]
        partitions: i32,
    },
    /// Drops old records: all below an offset.
    Trim {
        topic: String,
        /// Only of this partition.
        #[arg(long, short)]
        partition: Option<i32>,
        /// The first offset to stay; `end` drops everything.
        #[arg(long, value_name = "OFFSET|end", value_parser = before)]
        before: i64,
    },
    /// Deletes topics and all their records.
    #[command(visible_alias = "rm")]
    Delete {
        #[arg(required = true)]
        topics: Vec<String>,
    },
}

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    let admin = session.client.admin();
    match arguments.action {
        Action::List { internal } => list(&session, &admin, internal).await,
        Action::Show { topics } => show(&session, &admin, &topics).await,
        Action::Create { topics, partitions, replicas, config, if_missing } => {
            let new = |name: String| NewTopic {
                name,
                partitions,
                replication_factor: replicas,
                configs: config.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect(),
                ..NewTopic::default()
            };
            create(&session, &admin, topics.into_iter().map(new).collect(), if_missing).await
        }
        Action::Grow { topic, partitions } => {
            let new = NewPartitions { topic, total: partitions, assignments: None };
            each(streams, admin.create_partitions(&[new], &CreateTopics::default()).await, |topic, ()| {
                session.screen.say(format_args!("{topic} has {partitions} partitions"));
            })
        }
        Action::Trim { topic, partition, before } => trim(&session, &admin, &topic, partition, before).await,
        Action::Delete { topics } => {
            let refs: Vec<TopicRef> = topics.into_iter().map(TopicRef::Name).collect();
            each(streams, admin.delete_topics(&refs, &CreateTopics::default()).await, |topic, ()| {
                session.screen.say(format_args!("{} is deleted", name(&topic)));
            })
        }
    }
}

async fn list(session: &Session, admin: &Admin, internal: bool) -> Outcome {
    let listed = admin.list_topics(internal).await.map_err(told)?;
    let names: Vec<TopicRef> = listed.into_iter().map(|topic| TopicRef::Name(topic.name)).collect();
    let mut topics = Vec::new();
    let done = each(&session.screen.streams, admin.describe_topics(&names, PAGE).await, |_, topic| topics.push(topic));
    let sizes = Sizes::of(admin, &topics).await;
    session.screen.show(
        || {
            let mut table = Table::new(&["TOPIC", "PARTITIONS", "REPLICAS", "RECORDS", "SIZE"]);
            for topic in &topics {
                table.row([
                    topic.name.clone(),
                    topic.partitions.len().to_string(),
                    replicas(topic).to_string(),
                    or_none(sizes.records(topic)),
                    or_none(sizes.bytes(topic).map(bytes)),
                ]);
            }
            table
        },
        || Value::Array(topics.iter().map(|topic| sizes.json(topic)).collect()),
    );
    if topics.is_empty() {
        session.screen.streams.err.line("no topics yet: `kampa topic create NAME` makes one");
    }
    done
}

async fn show(session: &Session, admin: &Admin, topics: &[String]) -> Outcome {
    let refs: Vec<TopicRef> = topics.iter().cloned().map(TopicRef::Name).collect();
    let mut found = Vec::new();
    let done = each(&session.screen.streams, admin.describe_topics(&refs, PAGE).await, |_, topic| found.push(topic));
    let sizes = Sizes::of(admin, &found).await;
    if session.screen.json {
        session.screen.value(&Value::Array(found.iter().map(|topic| sizes.json(topic)).collect()));
        return done;
    }
    for topic in &found {
        let (records, size) = (or_none(sizes.records(topic)), or_none(sizes.bytes(topic).map(bytes)));
        session.screen.say(format_args!(
            "{}: {}, {} each, {}, {size}, id {}",
            topic.name,
            count(topic.partitions.len(), "partition"),
            count(replicas(topic), "replica"),
            count(records, "record"),
            topic.id,
        ));
        let mut table = Table::new(&["PARTITION", "LEADER", "REPLICAS", "IN SYNC", "FIRST", "END", "SIZE"]);
        for partition in &topic.partitions {
            let at = TopicPartition::new(&topic.name, partition.partition);
            table.row([
                partition.partition.to_string(),
                or_none(partition.leader),
                ids(&partition.replicas),
                ids(&partition.isr),
                or_none(sizes.first.get(&at)),
                or_none(sizes.end.get(&at)),
                or_none(sizes.bytes.get(&at).copied().map(bytes)),
            ]);
        }
        session.screen.table(table);
    }
    done
}

async fn create(session: &Session, admin: &Admin, topics: Vec<NewTopic>, if_missing: bool) -> Outcome {
    let mut outcomes = admin.create_topics(&topics, &CreateTopics::default()).await;
    if if_missing {
        outcomes.retain(|(topic, outcome)| {
            let is_there =
                outcome.as_ref().err().and_then(|error| error.code()) == Some(ErrorCode::TOPIC_ALREADY_EXISTS);
            if is_there {
                session.screen.say(format_args!("{topic} is there already"));
            }
            !is_there
        });
    }
    each(&session.screen.streams, outcomes, |topic, created| {
        session.screen.say(format_args!("{topic} is there, with {}", count(created.partitions, "partition")));
    })
}

async fn trim(session: &Session, admin: &Admin, topic: &str, partition: Option<i32>, before: i64) -> Outcome {
    let partitions = match partition {
        Some(partition) => vec![TopicPartition::new(topic, partition)],
        None => partitions_of(admin, topic).await?,
    };
    let wanted: Vec<(TopicPartition, i64)> = partitions.into_iter().map(|one| (one, before)).collect();
    each(&session.screen.streams, admin.delete_records(&wanted).await, |partition, first| {
        session.screen.say(format_args!("{partition} begins at offset {first}"));
    })
}

/// The partitions of a topic that is there.
pub async fn partitions_of(admin: &Admin, topic: &str) -> Result<Vec<TopicPartition>, Stop> {
    let described = admin.describe_topics(&[TopicRef::Name(topic.to_owned())], PAGE).await;
    let mut partitions = Vec::new();
    for (_, described) in described {
        let described = described.map_err(told)?;
        partitions.extend(described.partitions.iter().map(|one| TopicPartition::new(topic, one.partition)));
    }
    Ok(partitions)
}

/// Where partitions begin and end, and what they hold; what cannot be told is missing.
#[derive(Default)]
struct Sizes {
    first: std::collections::BTreeMap<TopicPartition, i64>,
    end: std::collections::BTreeMap<TopicPartition, i64>,
    bytes: std::collections::BTreeMap<TopicPartition, i64>,
}

impl Sizes {
    async fn of(admin: &Admin, topics: &[TopicDescription]) -> Sizes {
        let partitions = || {
            let of_topic = |topic: &TopicDescription| -> Vec<TopicPartition> {
                topic.partitions.iter().map(|one| TopicPartition::new(&topic.name, one.partition)).collect()
            };
            topics.iter().flat_map(of_topic).collect::<Vec<_>>()
        };
        let mut sizes = Sizes::default();
        for (spec, into) in [(OffsetSpec::Earliest, &mut sizes.first), (OffsetSpec::Latest, &mut sizes.end)] {
            let wanted: Vec<_> = partitions().into_iter().map(|one| (one, spec)).collect();
            for (partition, listed) in admin.list_offsets(&wanted, Isolation::ReadUncommitted).await {
                into.extend(listed.ok().map(|listed| (partition, listed.offset)));
            }
        }
        let brokers: std::collections::BTreeSet<i32> =
            topics.iter().flat_map(|topic| topic.partitions.iter().filter_map(|one| one.leader)).collect();
        let brokers: Vec<i32> = brokers.into_iter().collect();
        for (_, dirs) in admin.describe_log_dirs(&brokers, Some(&partitions())).await {
            for (partition, replica) in dirs.into_iter().flatten().flat_map(|dir| dir.replicas) {
                if !replica.is_future {
                    sizes.bytes.insert(partition, replica.bytes);
                }
            }
        }
        sizes
    }

    fn records(&self, topic: &TopicDescription) -> Option<i64> {
        self.sum(topic, |at| Some(self.end.get(at)? - self.first.get(at)?))
    }

    fn bytes(&self, topic: &TopicDescription) -> Option<i64> {
        self.sum(topic, |at| self.bytes.get(at).copied())
    }

    fn sum(&self, topic: &TopicDescription, value: impl Fn(&TopicPartition) -> Option<i64>) -> Option<i64> {
        topic.partitions.iter().map(|one| value(&TopicPartition::new(&topic.name, one.partition))).sum()
    }

    fn json(&self, topic: &TopicDescription) -> Value {
        let partition = |one: &kampa_client::admin::PartitionDescription| {
            let at = TopicPartition::new(&topic.name, one.partition);
            json!({
                "partition": one.partition, "leader": one.leader, "replicas": one.replicas, "isr": one.isr,
                "first_offset": self.first.get(&at), "end_offset": self.end.get(&at), "bytes": self.bytes.get(&at),
            })
        };
        json!({
            "name": topic.name, "id": topic.id.to_string(), "internal": topic.is_internal,
            "partitions": topic.partitions.iter().map(partition).collect::<Vec<_>>(),
        })
    }
}

fn replicas(topic: &TopicDescription) -> usize {
    topic.partitions.iter().map(|partition| partition.replicas.len()).max().unwrap_or(0)
}

fn ids(ids: &[i32]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn name(topic: &TopicRef) -> String {
    match topic {
        TopicRef::Name(name) => name.clone(),
        TopicRef::Id(id) => id.to_string(),
    }
}

fn before(text: &str) -> Result<i64, String> {
    match text {
        "end" => Ok(END),
        _ => text
            .parse()
            .ok()
            .filter(|offset| *offset >= 0)
            .ok_or_else(|| format!("{text} is neither an offset nor `end`")),
    }
}

/// What DeleteRecords takes for the high watermark.
const END: i64 = -1;
/// Partitions in one answer; Kafka's own limit is the same.
const PAGE: i32 = 2000;
