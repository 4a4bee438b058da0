//! kafka-verifiable-consumer: reads a topic as a member of a group and tells everything that happens as lines of JSON, for the
//! tests of a whole system.

use std::collections::BTreeMap;
use std::time::Duration;

use kampa_client::consumer::{Called, Consumer, OffsetAndMetadata, Offsets, RebalanceListener, Records};
use kampa_client::{Error, ErrorCode, TopicPartition};
use kampa_protocol::Json;
use kampa_world::{Either, World, race};

use super::clients::Properties;
use super::ended::uncaught;
use super::thrown::{self, Died, Thrown};
use crate::options::commands::{Command, Kind, Parsed, option, switch};
use crate::{Call, Outcome, Output, Stop};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    if call.arguments.is_empty() {
        call.streams.out.text(TOOL.help());
        return Ok(());
    }
    let parsed = TOOL.parse(&call, 1)?;
    consume(&call, &parsed).await.map_err(|died| uncaught(&call, died))
}

async fn consume(call: &Call, parsed: &Parsed) -> Result<(), Died> {
    let telling = Telling { world: call.world.clone(), out: call.streams.out.clone() };
    let (client, consumer) = properties(call, parsed)?.consumer(call).await?;
    consumer.on_rebalance(telling.clone());
    telling.tell("startup_complete", []);
    let mut reading = Reading {
        telling: &telling,
        left: u64::try_from(parsed.number("max-messages").unwrap_or(-1_i64)).ok(),
        is_verbose: parsed.has("verbose"),
        commits: !parsed.has("enable-autocommit"),
    };
    let topic = parsed.value("topic").unwrap_or_default();
    let ended = race(super::interrupts::next(), reading.read(&consumer, topic)).await;
    if let Either::Right(Err(error)) = &ended {
        let words = "Error during processing, terminating consumer process: ";
        thrown::log(&call.world, &call.streams, "ERROR", words, LOGGER);
        call.streams.err.line(Thrown::of_client(error));
    }
    if matches!(ended, Either::Left(_)) {
        telling.tell("shutdown_requested", []);
    }
    drop(consumer.close().await);
    client.close().await;
    telling.tell("shutdown_complete", []);
    match ended {
        Either::Left(code) => Err(Stop::Exit(code).into()),
        Either::Right(_) => {
            // Apache's is asked to shut down by its own end as well.
            telling.tell("shutdown_requested", []);
            Ok(())
        }
    }
}

fn properties(call: &Call, parsed: &Parsed) -> Result<Properties, Died> {
    let (old, new) = (parsed.value("consumer.config"), parsed.value("command-config"));
    if old.is_some() && new.is_some() {
        return Err(TOOL.refuse(call, "Options --consumer.config and --command-config are mutually exclusive.").into());
    }
    if old.is_some() {
        call.streams.out.line(
            "Option --consumer.config has been deprecated and will be removed in a future version. Use --command-config instead.",
        );
    }
    let read = Properties::load(&call.world, old.or(new));
    let mut properties = read.map_err(|thrown| TOOL.refuse(call, thrown.message()))?;
    let protocol = parsed.value("group-protocol").unwrap_or_default();
    if !["classic", "consumer"].contains(&protocol.to_lowercase().as_str()) {
        let name = protocol.to_uppercase();
        let sentence = format!("No enum constant org.apache.kafka.clients.consumer.GroupProtocol.{name}");
        return Err(Thrown::illegal(sentence).into());
    }
    let mut set = |key: &str, value: Option<&str>| value.into_iter().for_each(|value| properties.set(key, value));
    set("group.protocol", Some(protocol));
    if protocol.eq_ignore_ascii_case("consumer") {
        set("group.remote.assignor", parsed.value("group-remote-assignor"));
    } else {
        set("partition.assignment.strategy", parsed.value("assignment-strategy"));
    }
    set("session.timeout.ms", parsed.value("session-timeout"));
    set("group.id", parsed.value("group-id"));
    set("group.instance.id", parsed.value("group-instance-id"));
    set("bootstrap.servers", parsed.value("bootstrap-server"));
    set("enable.auto.commit", Some(if parsed.has("enable-autocommit") { "true" } else { "false" }));
    set("auto.offset.reset", parsed.value("reset-policy"));
    Ok(properties)
}

/// Events as lines of JSON.
#[derive(Clone)]
struct Telling {
    world: World,
    out: Output,
}

impl Telling {
    fn tell<const N: usize>(&self, name: &'static str, more: [(&'static str, Json); N]) {
        let mut members = vec![("timestamp", Json::Int(self.world.wall_ms())), ("name", Json::Text(name.into()))];
        members.extend(more);
        self.out.line(Json::Object(kampa_protocol::JsonObject { members }));
        self.out.flush();
    }

    fn committed(&self, offsets: &Offsets, failed: Option<&Error>) {
        let one = |(place, offset): (&TopicPartition, &OffsetAndMetadata)| {
            let [topic, partition] = named(place);
            Json::from([topic, partition, ("offset", Json::Int(offset.offset))])
        };
        let list = Json::List(offsets.iter().map(one).collect());
        match failed {
            None => self.tell("offsets_committed", [("offsets", list), ("success", Json::Bool(true))]),
            Some(error) => {
                let error = Json::Text(error.to_string().into());
                self.tell("offsets_committed", [("offsets", list), ("error", error), ("success", Json::Bool(false))]);
            }
        }
    }

    fn partitions(&self, name: &'static str, partitions: &[TopicPartition]) {
        let list = partitions.iter().map(|one| Json::from(named(one))).collect();
        self.tell(name, [("partitions", Json::List(list))]);
    }
}

impl RebalanceListener for Telling {
    fn assigned<'a>(&'a self, _: &'a Consumer, partitions: &'a [TopicPartition]) -> Called<'a> {
        self.partitions("partitions_assigned", partitions);
        Box::pin(async {})
    }

    fn revoked<'a>(&'a self, _: &'a Consumer, partitions: &'a [TopicPartition]) -> Called<'a> {
        self.partitions("partitions_revoked", partitions);
        Box::pin(async {})
    }
}

struct Reading<'a> {
    telling: &'a Telling,
    /// None: no end.
    left: Option<u64>,
    is_verbose: bool,
    commits: bool,
}

impl Reading<'_> {
    async fn read(&mut self, consumer: &Consumer, topic: &str) -> Result<(), Error> {
        consumer.subscribe(&[topic])?;
        while self.left != Some(0) {
            let records = consumer.poll(POLL_WAIT).await?;
            if records.is_empty() {
                continue;
            }
            let offsets = self.received(&records);
            if self.commits {
                let failed = consumer.commit_offsets(&offsets).await.err();
                if let Some(error) = failed.as_ref().filter(|error| error.code() == Some(ErrorCode::FENCED_INSTANCE_ID))
                {
                    return Err(error.clone());
                }
                self.telling.committed(&offsets, failed.as_ref());
            }
        }
        Ok(())
    }

    fn received(&mut self, records: &Records) -> Offsets {
        let mut offsets = BTreeMap::new();
        let mut summaries = Vec::new();
        for (place, records) in records.partitions() {
            let count =
                self.left.map_or(records.len(), |left| records.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
            let (Some(first), Some(last)) = (records.first(), records[..count].last()) else { continue };
            offsets.insert(place.clone(), OffsetAndMetadata::from(last.offset + 1));
            let [topic, partition] = named(place);
            summaries.push(Json::from([
                topic,
                partition,
                ("count", Json::Int(count as i64)),
                ("minOffset", Json::Int(first.offset)),
                ("maxOffset", Json::Int(last.offset)),
            ]));
            for record in records[..count].iter().filter(|_| self.is_verbose) {
                let text = |bytes: &Option<bytes::Bytes>| match bytes {
                    Some(bytes) => Json::Text(String::from_utf8_lossy(bytes).into_owned().into()),
                    None => Json::Null,
                };
                let [topic, partition] = named(place);
                let offset = ("offset", Json::Int(record.offset));
                let (key, value) = (("key", text(&record.key)), ("value", text(&record.value)));
                self.telling.tell("record_data", [key, value, topic, partition, offset]);
            }
            self.left = self.left.map(|left| left - count as u64);
        }
        let count = Json::Int(records.len() as i64);
        self.telling.tell("records_consumed", [("count", count), ("partitions", Json::List(summaries))]);
        offsets
    }
}

fn named(place: &TopicPartition) -> [(&'static str, Json); 2] {
    [("topic", Json::Text((&*place.topic).into())), ("partition", Json::Int(i64::from(place.partition)))]
}

/// Apache's waits for ever; this looks up now and then, which nobody sees.
const POLL_WAIT: Duration = Duration::from_secs(60);
const LOGGER: &str = "org.apache.kafka.tools.VerifiableConsumer";

static TOOL: Command = Command {
    name: "verifiable-consumer",
    about: "Reads a topic as a member of a group and tells what happens as lines of JSON on standard output.",
    arguments: &[
        option(&["--bootstrap-server"], "where the cluster is, as host:port, several with commas")
            .required()
            .in_group(0)
            .called("HOST1:PORT1[,HOST2:PORT2[...]]"),
        option(&["--topic"], "the topic to read").required().called("TOPIC"),
        option(&["--group-protocol"], "how the group agrees: classic or consumer")
            .called("GROUP-PROTOCOL")
            .or("classic"),
        option(&["--group-remote-assignor"], "the broker's assignor, with the consumer protocol")
            .called("GROUP-REMOTE-ASSIGNOR"),
        option(&["--group-id"], "the group to read as").required().called("GROUP-ID"),
        option(&["--group-instance-id"], "the name of a static member").called("GROUP-INSTANCE-ID"),
        option(&["--max-messages"], "ends after so many records; -1 never")
            .of(Kind::Integer)
            .called("MAX-MESSAGES")
            .or("-1"),
        option(&["--session-timeout"], "how long a silent member counts as alive")
            .of(Kind::Integer)
            .called("TIMEOUT-MS"),
        switch(&["--verbose"], "tells every record"),
        switch(&["--enable-autocommit"], "commits now and then by itself instead of after each poll"),
        option(&["--reset-policy"], "where to begin without a committed offset: earliest, latest or none")
            .called("RESET-POLICY")
            .or("earliest"),
        option(&["--assignment-strategy"], "how the leader shares out, with the classic protocol")
            .called("ASSIGNMENT-STRATEGY")
            .or("org.apache.kafka.clients.consumer.RangeAssignor"),
        option(&["--consumer.config"], "(DEPRECATED) as --command-config").called("CONFIG-FILE"),
        option(&["--command-config"], "a file with settings of the consumer; the options here win")
            .called("CONFIG-FILE"),
    ],
    groups: &[true],
    commands: &[],
    commands_called: "",
};
