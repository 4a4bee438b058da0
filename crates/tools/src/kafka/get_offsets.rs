//! kafka-get-offsets: the offsets of partitions, at an end of their logs or at a time.

use kampa_client::admin::{Admin, OffsetSpec, TopicRef};
use kampa_client::{Isolation, TopicPartition};

use super::connect::{Servers, connect, load};
use super::ended::{terse, told};
use super::thrown::{Died, Thrown};
use super::topic_filter::Filter;
use crate::options::flags::{Flags, Given, flag, valued};
use crate::{Call, Outcome};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    work(&call).await.map_err(|died| told(&call, "Error occurred: ", died))
}

async fn work(call: &Call) -> Result<(), Died> {
    if call.arguments.is_empty() {
        return Err(FLAGS.refuse(&call.streams, ABOUT).into());
    }
    let given = FLAGS.parse(call).map_err(|wrong| refused(call, wrong.0))?;
    given.help_or_version(ABOUT)?;
    given.require(&["bootstrap-server"])?;
    let servers = given.value("bootstrap-server")?.unwrap_or_default();
    if let Some(sentence) = wrong_servers(servers) {
        return Err(given.refuse(sentence).into());
    }
    if given.has("topic-partitions") && (given.has("topic") || given.has("partitions")) {
        return Err(refused(call, "--topic-partitions cannot be used with --topic or --partitions"));
    }
    let spec = offset_spec(given.value("time")?.unwrap_or_default()).map_err(|sentence| refused(call, sentence))?;
    let rules = rules(call, &given)?;
    let mut properties = load(&call.world, given.value("command-config")?)?;
    properties.push(("client.id".to_owned(), "GetOffsetShell".to_owned()));
    let admin = connect(call, Servers::Brokers(servers), properties).await?.admin();
    let done = show(call, &admin, &rules, !given.has("exclude-internal-topics"), spec).await;
    admin.client().close().await;
    done
}

async fn show(
    call: &Call,
    admin: &Admin,
    rules: &[Rule],
    include_internal: bool,
    spec: OffsetSpec,
) -> Result<(), Died> {
    let partitions = partitions(admin, rules, include_internal).await?;
    if partitions.is_empty() {
        return Err(refused(call, "Could not match any topic-partitions with the specified filters"));
    }
    let wanted: Vec<(TopicPartition, OffsetSpec)> = partitions.into_iter().map(|partition| (partition, spec)).collect();
    let mut lines = Vec::new();
    for (partition, answer) in admin.list_offsets(&wanted, Isolation::ReadUncommitted).await {
        match answer {
            Ok(listed) if listed.offset == -1 => {}
            Ok(listed) => lines.push((partition, listed.offset)),
            Err(error) => {
                let thrown = Thrown::of(&error, "listOffsets").executed();
                call.streams.err.line(format_args!(
                    "Skip getting offsets for topic-partition {partition} due to error: {}",
                    thrown.message()
                ));
            }
        }
    }
    // By the name with the number behind it: t-10 before t-2.
    lines.sort_by_key(|(partition, _)| partition.to_string());
    for (partition, offset) in lines {
        call.streams.out.line(format_args!("{}:{}:{offset}", partition.topic, partition.partition));
    }
    Ok(())
}

async fn partitions(admin: &Admin, rules: &[Rule], include_internal: bool) -> Result<Vec<TopicPartition>, Died> {
    let topics = admin.list_topics(include_internal).await;
    let topics = topics.map_err(|error| Thrown::of(&error, "listTopics").executed())?;
    let wanted = topics.into_iter().filter(|topic| rules.iter().any(|rule| rule.topics.lets(&topic.name)));
    let wanted: Vec<TopicRef> = wanted.map(|topic| TopicRef::Name(topic.name)).collect();
    let mut found = Vec::new();
    for (_, described) in admin.describe_topics(&wanted, PAGE_PARTITIONS).await {
        let topic = described.map_err(|error| Thrown::of(&error, "describeTopics").executed())?;
        let lets = |number: i32| rules.iter().any(|rule| rule.topics.lets(&topic.name) && rule.partitions.lets(number));
        let numbers = topic.partitions.iter().map(|partition| partition.partition).filter(|number| lets(*number));
        found.extend(numbers.map(|number| TopicPartition::new(&topic.name, number)));
    }
    Ok(found)
}

/// Some topics, and some partitions of each.
struct Rule {
    topics: Filter,
    partitions: Partitions,
}

enum Partitions {
    /// All if none is named.
    These(Vec<i32>),
    /// From the first to before the second.
    Range(i32, i32),
}

impl Partitions {
    fn lets(&self, number: i32) -> bool {
        match self {
            Partitions::These(numbers) => numbers.is_empty() || numbers.contains(&number),
            Partitions::Range(from, to) => (*from..*to).contains(&number),
        }
    }
}

fn rules(call: &Call, given: &Given) -> Result<Vec<Rule>, Died> {
    if let Some(list) = given.value("topic-partitions")? {
        let parts: Vec<&str> = list.trim_end_matches(',').split(',').collect();
        return parts.into_iter().map(rule).collect::<Result<_, _>>().map_err(Died::from);
    }
    let topics = Filter::new(given.value("topic")?.unwrap_or(".*"))?;
    let numbers = given.value("partitions")?.unwrap_or_default();
    let parsed: Result<Vec<i32>, _> = match numbers {
        "" => Ok(Vec::new()),
        _ => numbers.trim_end_matches(',').split(',').map(str::parse).collect(),
    };
    let parsed = parsed.map_err(|_| {
        refused(
            call,
            format!("--partitions expects a comma separated list of numeric partition ids, but received: {numbers}"),
        )
    })?;
    Ok(vec![Rule { topics, partitions: Partitions::These(parsed) }])
}

/// `topic:3`, `topic:2-5`, `topic:2-`, `topic:-5`, `:3`, `topic`: the topic is an expression.
fn rule(spec: &str) -> Result<Rule, Thrown> {
    let invalid = || {
        let terse = format!("org.apache.kafka.tools.TerseException: Invalid rule specification: {spec}");
        Thrown::runtime(terse)
    };
    let number = |text: &str, absent: i32| match text {
        "" => Ok(absent),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits
            .parse()
            .map_err(|_| Thrown::new("java.lang.NumberFormatException", format!("For input string: \"{digits}\""))),
        _ => Err(invalid()),
    };
    let (topic, partitions) = spec.split_once(':').unwrap_or((spec, ""));
    let partitions = match partitions.split_once('-') {
        Some((from, to)) => Partitions::Range(number(from, 0)?, number(to, i32::MAX)?),
        None if partitions.is_empty() => Partitions::Range(0, i32::MAX),
        None => Partitions::These(vec![number(partitions, 0)?]),
    };
    Ok(Rule { topics: Filter::new(if topic.is_empty() { ".*" } else { topic })?, partitions })
}

fn offset_spec(time: &str) -> Result<OffsetSpec, String> {
    Ok(match time {
        "latest" | "-1" => OffsetSpec::Latest,
        "earliest" | "-2" => OffsetSpec::Earliest,
        "max-timestamp" | "-3" => OffsetSpec::MaxTimestamp,
        "earliest-local" | "-4" => OffsetSpec::EarliestLocal,
        "latest-tiered" | "-5" => OffsetSpec::LatestTiered,
        "earliest-pending-upload" | "-6" => OffsetSpec::EarliestPendingUpload,
        other => OffsetSpec::AtOrAfter(other.parse().map_err(|_| {
            format!(
                "Malformed time argument {other}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or \
                 earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp"
            )
        })?),
    })
}

/// What Kafka's tools see before they connect: every server needs a port.
fn wrong_servers(servers: &str) -> Option<String> {
    if servers.trim().is_empty() {
        return Some("Error while validating the bootstrap address\n".to_owned());
    }
    let is_whole = |server: &str| {
        server.trim().rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.parse::<u32>().is_ok())
    };
    let wrong = servers.split(',').any(|server| !is_whole(server));
    wrong.then(|| "Please provide valid host:port like host1:9091,host2:9092\n".to_owned())
}

fn refused(call: &Call, sentence: impl std::fmt::Display) -> Died {
    terse(call, format_args!("Error occurred: {sentence}"))
}

const ABOUT: &str = "Shows the offsets of partitions.";

/// Partitions that one answer may describe; what Java asks for.
const PAGE_PARTITIONS: i32 = 2000;

const FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "HOST1:PORT1,...,HOST3:PORT3", "REQUIRED. Where to connect first."),
    valued(
        "topic-partitions",
        "topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3",
        "Topics by expressions, each perhaps with a partition or a range behind a colon (the end is not meant).",
    ),
    valued("topic", "topic", "An expression for the topics that are meant; all if it is not given."),
    valued("partitions", "partition ids", "The partitions that are meant, with commas; all if they are not given."),
    valued(
        "time",
        "<timestamp> / -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload",
        "Which offset: an end, or that of the first record at or after a time in milliseconds.",
    )
    .or("latest"),
    valued("command-config", "config file", "Properties of the client."),
    flag("exclude-internal-topics", "Leave out the topics that Kafka keeps for itself."),
]);

#[cfg(test)]
mod tests;
