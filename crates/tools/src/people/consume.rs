//! `kampa consume`: records that are there, and those that come.

use std::time::Duration;

use clap::Args;
use kampa_client::admin::{OffsetSpec, TopicRef};
use kampa_client::consumer::{Consumer, ConsumerRecord};
use kampa_client::{ConsumerSettings, Isolation, TopicPartition};
use kampa_world::World;

use super::filter::Filter;
use super::shapes::Shape;
use super::{Common, Session, times, told};
use crate::{Outcome, Stop, Streams, unread};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,

    #[arg(required = true)]
    topics: Vec<String>,

    /// Where to begin: `start`, `end`, an offset, `10m` ago, or a time.
    #[arg(long, short, value_name = "PLACE", default_value = "start")]
    from: String,

    /// Only the last so many records of each partition.
    #[arg(long, value_name = "COUNT", conflicts_with = "from")]
    tail: Option<i64>,

    /// Only this partition.
    #[arg(long, short)]
    partition: Option<i32>,

    /// Ends after so many records.
    #[arg(long, short = 'n', value_name = "COUNT")]
    count: Option<u64>,

    /// Ends where the partitions ended when it began, instead of waiting for more.
    #[arg(long, short = 'e')]
    exit: bool,

    /// Reads as a member of this group, from where it was, and commits.
    #[arg(long, short, conflicts_with_all = ["tail", "partition"])]
    group: Option<String>,

    /// Only records for which this holds.
    #[arg(long, short, value_name = "EXPRESSION")]
    r#where: Option<String>,

    /// `text`, `json`, `hex`, or a template such as '{offset} {key}={value}' [default: text; json with --json].
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Only records of transactions that were committed.
    #[arg(long)]
    committed: bool,
}

pub const NOTES: &str = "\
Examples:
  kampa consume orders                                all there is, then what comes; Ctrl-C ends it
  kampa consume orders --tail 5 -e                    the last five of each partition
  kampa consume orders --from 10m --json              what came in the last ten minutes, for jq
  kampa consume orders --where 'value.amount > 100 and key ~ \"^eu-\"'

EXPRESSION: fields are topic, partition, offset, timestamp, key, value, header.NAME; value.a.b[0] reaches into JSON.
They are compared with == != < <= > >=, ~ and !~ (a pattern), contains; joined with and, or, not and brackets.";

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    let format = arguments.format.as_deref().unwrap_or(if arguments.common.json { "json" } else { "text" });
    let shape = Shape::read(format).map_err(Stop::Failed)?;
    let filter = arguments
        .r#where
        .as_deref()
        .map(Filter::read)
        .transpose()
        .map_err(|why| Stop::Failed(format!("--where: {why}")))?;
    let place = match arguments.tail {
        Some(count) => Place::Tail(count),
        None => Place::read(&arguments.from, world.wall_ms()).map_err(|why| Stop::Failed(format!("--from: {why}")))?,
    };
    let settings = ConsumerSettings {
        group_id: arguments.group.clone(),
        enable_auto_commit: arguments.group.is_some(),
        auto_offset_reset: place.reset(),
        isolation: if arguments.committed { Isolation::ReadCommitted } else { session.configured.consumer.isolation },
        allow_auto_create: false,
        ..session.configured.consumer.clone()
    };
    let consumer = session.client.consumer(settings).map_err(told)?;
    let mut reading = Reading { shape, filter, left: arguments.count, ends: Vec::new() };
    if arguments.group.is_some() {
        consumer.subscribe(&arguments.topics).map_err(told)?;
    } else {
        let partitions = partitions(&session, &arguments).await?;
        let (first, end) = (
            bounds(&session, &partitions, OffsetSpec::Earliest).await?,
            bounds(&session, &partitions, OffsetSpec::Latest).await?,
        );
        let starts = place.starts(&session, &partitions, &first, &end).await?;
        let mut wanted: Vec<(TopicPartition, i64, i64)> =
            partitions.into_iter().zip(starts).zip(end).map(|((one, start), end)| (one, start, end)).collect();
        if arguments.exit {
            wanted.retain(|(_, start, end)| start < end);
            reading.ends = wanted.iter().map(|(one, _, end)| (one.clone(), *end)).collect();
            if wanted.is_empty() {
                return consumer.close().await.map_err(told);
            }
        }
        let partitions: Vec<TopicPartition> = wanted.iter().map(|(one, ..)| one.clone()).collect();
        consumer.assign(&partitions).map_err(told)?;
        for (partition, start, _) in &wanted {
            consumer.seek(partition, *start).map_err(told)?;
        }
    }
    let outcome = reading.run(&consumer, streams, arguments.exit).await;
    // Commits and leaves the group, also after a failure.
    let closed = consumer.close().await.map_err(told);
    outcome.and(closed)
}

struct Reading {
    shape: Shape,
    filter: Option<Filter>,
    /// How many are wanted yet.
    left: Option<u64>,
    /// Partitions that are not read to the end yet, and where that is.
    ends: Vec<(TopicPartition, i64)>,
}

impl Reading {
    async fn run(&mut self, consumer: &Consumer, streams: &Streams, exit: bool) -> Outcome {
        let mut quiet = 0;
        while self.left != Some(0) && !streams.out.is_closed() {
            let records = consumer.poll(POLL).await.map_err(told)?;
            quiet = if records.is_empty() { quiet + 1 } else { 0 };
            let mut rest = records.iter();
            while self.left != Some(0) {
                let Some(record) = rest.next() else { break };
                self.take(record, streams);
            }
            unread::go_back(consumer, rest);
            streams.out.flush();
            self.ends.retain(|(partition, end)| {
                consumer
                    .progress(partition)
                    .and_then(|progress| progress.position)
                    .is_none_or(|position| position < *end)
            });
            let caught_up = self.ends.is_empty()
                && (!consumer.subscription().is_empty() && quiet >= QUIET_POLLS || consumer.subscription().is_empty());
            if exit && caught_up {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, record: &ConsumerRecord, streams: &Streams) {
        if self.filter.as_ref().is_some_and(|filter| !filter.lets_through(record)) {
            return;
        }
        streams.out.bytes(self.shape.show(record).as_bytes());
        if let Some(left) = &mut self.left {
            *left -= 1;
        }
    }
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Start,
    End,
    Offset(i64),
    Time(i64),
    Tail(i64),
}

impl Place {
    fn read(text: &str, now_ms: i64) -> Result<Place, String> {
        match text {
            "start" | "beginning" | "earliest" => Ok(Place::Start),
            "end" | "latest" => Ok(Place::End),
            _ => match text.parse() {
                Ok(offset) => Ok(Place::Offset(offset)),
                Err(_) => times::moment(text, now_ms).map(Place::Time),
            },
        }
    }

    /// Where a group begins that has committed nothing.
    fn reset(self) -> kampa_client::OffsetReset {
        match self {
            Place::End => kampa_client::OffsetReset::Latest,
            _ => kampa_client::OffsetReset::Earliest,
        }
    }

    async fn starts(
        self,
        session: &Session,
        partitions: &[TopicPartition],
        first: &[i64],
        end: &[i64],
    ) -> Result<Vec<i64>, Stop> {
        Ok(match self {
            Place::Start => first.to_vec(),
            Place::End => end.to_vec(),
            Place::Offset(offset) => first.iter().zip(end).map(|(first, end)| offset.clamp(*first, *end)).collect(),
            Place::Tail(count) => first.iter().zip(end).map(|(first, end)| (end - count.max(0)).max(*first)).collect(),
            Place::Time(at) => {
                let found = bounds(session, partitions, OffsetSpec::AtOrAfter(at)).await?;
                // No record is as young: only what comes.
                found.iter().zip(end).map(|(found, end)| if *found < 0 { *end } else { *found }).collect()
            }
        })
    }
}

async fn partitions(session: &Session, arguments: &Arguments) -> Result<Vec<TopicPartition>, Stop> {
    let refs: Vec<TopicRef> = arguments.topics.iter().cloned().map(TopicRef::Name).collect();
    let mut partitions = Vec::new();
    for (_, described) in session.client.admin().describe_topics(&refs, PAGE).await {
        let topic = described.map_err(told)?;
        let wanted = topic
            .partitions
            .iter()
            .map(|one| one.partition)
            .filter(|one| arguments.partition.is_none_or(|only| only == *one));
        let before = partitions.len();
        partitions.extend(wanted.map(|partition| TopicPartition::new(&topic.name, partition)));
        if let Some(only) = arguments.partition.filter(|_| partitions.len() == before) {
            return Err(Stop::Failed(format!(
                "{} has no partition {only}, but 0 to {}",
                topic.name,
                topic.partitions.len() - 1
            )));
        }
    }
    Ok(partitions)
}

async fn bounds(session: &Session, partitions: &[TopicPartition], spec: OffsetSpec) -> Result<Vec<i64>, Stop> {
    let wanted: Vec<_> = partitions.iter().map(|partition| (partition.clone(), spec)).collect();
    let listed = session.client.admin().list_offsets(&wanted, Isolation::ReadUncommitted).await;
    listed.into_iter().map(|(_, one)| one.map(|one| one.offset).map_err(told)).collect()
}

/// How long to wait for records before looking whether there is anything else to do.
const POLL: Duration = Duration::from_millis(250);
/// So many polls without a record say that a group has caught up.
const QUIET_POLLS: u32 = 8;
/// Partitions in one answer.
const PAGE: i32 = 2000;
