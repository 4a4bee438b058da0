//! kafka-leader-election: has partitions led by the replica that should, or by any that lives.

mod file;

use std::collections::BTreeSet;

use kampa_client::admin::{Admin, ElectionType};
use kampa_client::{Error, ErrorCode, TopicPartition};

use super::connect::{Servers, connect, load};
use super::hash_order::hash_order;
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, Given, flag, valued};
use crate::{Call, Outcome};

pub async fn run(call: Call) -> Outcome {
    work(&call).await.map_err(|died| died.stop(&call.streams))
}

async fn work(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse(call)?;
    given.help_or_version(ABOUT)?;
    check(&given)?;
    let kind = election_type(&given)?;
    let partitions = match (given.value("path-to-json-file")?, given.value("topic")?) {
        (Some(path), _) => Some(file::read(call, path)?),
        (None, Some(topic)) => Some(vec![TopicPartition::new(topic, given.number("partition")?.unwrap_or_default())]),
        (None, None) => None,
    };
    let config = match given.has("admin.config") {
        true => {
            let words = "Option --admin.config has been deprecated and will be removed in a future version. Use --command-config instead.";
            call.streams.out.line(words);
            given.value("admin.config")?
        }
        false => given.value("command-config")?,
    };
    let mut properties = load(&call.world, config)?;
    for (key, value) in [("default.api.timeout.ms", "30000"), ("request.timeout.ms", "15000")] {
        if !properties.iter().any(|(given, _)| given == key) {
            properties.push((key.to_owned(), value.to_owned()));
        }
    }
    let servers = Servers::Brokers(given.value("bootstrap-server")?.unwrap_or_default());
    let admin = connect(call, servers, properties).await?.admin();
    let done = elect(call, &admin, kind, partitions.as_deref()).await;
    admin.client().close().await;
    done
}

async fn elect(
    call: &Call,
    admin: &Admin,
    kind: (ElectionType, &str),
    partitions: Option<&[TopicPartition]>,
) -> Result<(), Died> {
    let out = &call.streams.out;
    let failed = |words: &str| {
        out.line(words);
        Err(Died::from(command_failed(words)))
    };
    let answers = match admin.elect_leaders(kind.0, partitions).await {
        Ok(answers) => answers,
        Err(Error::Unreachable { .. } | Error::TimedOut { .. }) => {
            return failed("Timeout waiting for election results");
        }
        Err(error) if error.code() == Some(ErrorCode::REQUEST_TIMED_OUT) => {
            return failed("Timeout waiting for election results");
        }
        Err(error) if error.code() == Some(ErrorCode::CLUSTER_AUTHORIZATION_FAILED) => {
            return failed("Not authorized to perform leader election");
        }
        Err(error) => return Err(Thrown::runtime(Thrown::of(&error, "electLeaders").executed().to_string()).into()),
    };
    let mut elected = Vec::new();
    let mut same = Vec::new();
    let mut refused = Vec::new();
    for (partition, answer) in answers {
        let key = (partition.topic.to_string(), partition.partition);
        match answer {
            Ok(()) => elected.push(key),
            Err(error) if error.code() == Some(ErrorCode::ELECTION_NOT_NEEDED) => same.push(key),
            Err(error) => refused.push((key, Thrown::of(&error, "electLeaders"))),
        }
    }
    let list = |mut keys: Vec<(String, i32)>| {
        hash_order(&mut keys, |key| key);
        keys.iter().map(|(topic, partition)| format!("{topic}-{partition}")).collect::<Vec<_>>().join(", ")
    };
    if !elected.is_empty() {
        out.line(format_args!("Successfully completed leader election ({}) for partitions {}", kind.1, list(elected)));
    }
    if !same.is_empty() {
        out.line(format_args!("Valid replica already elected for partitions {}", list(same)));
    }
    if refused.is_empty() {
        return Ok(());
    }
    hash_order(&mut refused, |(key, _)| key);
    for ((topic, partition), thrown) in &refused {
        out.line(format_args!(
            "Error completing leader election ({}) for partition: {topic}-{partition}: {thrown}",
            kind.1
        ));
    }
    Err(command_failed(format!("{} replica(s) could not be elected", refused.len())).into())
}

fn check(given: &Given) -> Result<(), Died> {
    let missing: Vec<&str> =
        ["bootstrap-server", "election-type"].into_iter().filter(|name| !given.has(name)).collect();
    if !missing.is_empty() {
        return Err(command_failed(format!("Missing required option(s): {}", missing.join(", "))).into());
    }
    given.exclude("admin.config", &["command-config"])?;
    let ways = ["topic", "all-topic-partitions", "path-to-json-file"];
    if ways.iter().filter(|way| given.has(way)).count() != 1 {
        let words = format!("One and only one of the following options is required: {}", ways.join(", "));
        return Err(command_failed(words).into());
    }
    match (given.has("topic"), given.has("partition")) {
        (true, false) => Err(command_failed("Missing required option(s): partition").into()),
        (false, true) => Err(command_failed("Option partition is only allowed if topic is used").into()),
        _ => Ok(()),
    }
}

/// The type, and what Kafka calls it.
fn election_type(given: &Given) -> Result<(ElectionType, &'static str), Died> {
    let text = given.value("election-type")?.unwrap_or_default();
    match text.to_ascii_uppercase().as_str() {
        "PREFERRED" => Ok((ElectionType::Preferred, "PREFERRED")),
        "UNCLEAN" => Ok((ElectionType::Unclean, "UNCLEAN")),
        _ => {
            let words = format!("Cannot parse argument '{text}' of option election-type");
            Err(Thrown::new("joptsimple.OptionArgumentConversionException", words).into())
        }
    }
}

fn command_failed(words: impl Into<String>) -> Thrown {
    Thrown::new("org.apache.kafka.tools.AdminCommandFailedException", words)
}

/// What is named twice.
fn twice(partitions: &[TopicPartition]) -> BTreeSet<&TopicPartition> {
    let mut seen = BTreeSet::new();
    partitions.iter().filter(|one| !seen.insert(*one)).collect()
}

const ABOUT: &str = "This tool attempts to elect a new leader for a set of topic partitions. The type of elections supported are preferred replicas and unclean replicas.";

static FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "host:port", "Needed: brokers to begin with, host:port with commas between."),
    valued("admin.config", "config file", "The old name of --command-config."),
    valued("command-config", "Config file", "A file of settings for the client."),
    valued(
        "path-to-json-file",
        "Path to JSON file",
        "A file that lists partitions: {\"partitions\": [{\"topic\": \"orders\", \"partition\": 1}]}. Instead of --topic.",
    ),
    valued("topic", "topic name", "The topic of one partition."),
    valued("partition", "partition id", "With --topic: its number.").of("Integer"),
    flag("all-topic-partitions", "Every partition that could do with an election. Instead of --topic."),
    valued(
        "election-type",
        "election type",
        "Needed: preferred has the first replica lead; unclean any that lives, if none leads.",
    )
    .of("[PREFERRED,UNCLEAN]"),
]);
