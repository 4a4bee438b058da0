//! kafka-topics' options, and which of them go together.

use super::super::thrown::{Died, Thrown};
use crate::Call;
use crate::options::flags::{Flags, Given, flag, valued};

pub fn read(call: &Call) -> Result<Given, Died> {
    let given = FLAGS.parse(call)?;
    if call.arguments.is_empty() {
        return Err(given.refuse("Create, delete, describe, or change a topic.").into());
    }
    given.help_or_version("This tool helps to create, delete, describe, or change a topic.")?;
    if ACTIONS.iter().filter(|action| given.has(action)).count() != 1 {
        let words = "Command must include exactly one action: --list, --describe, --create, --alter or --delete";
        return Err(given.refuse(words).into());
    }
    if given.has("delete-config") {
        let words = "delete-config option is no longer supported and deprecated since version 4.0. The config will be fully removed in future releases.";
        call.streams.err.line(words);
    }
    check_required(call, &given)?;
    check_excluded(&given)?;
    Ok(given)
}

fn check_required(call: &Call, given: &Given) -> Result<(), Died> {
    if !given.has("bootstrap-server") {
        return Err(Thrown::illegal("--bootstrap-server must be specified").into());
    }
    if given.has("describe") && given.has("if-exists") {
        match (given.has("topic"), given.has("topic-id")) {
            (false, false) => return Err(given.refuse("--topic or --topic-id is required to describe a topic").into()),
            (true, true) => call.streams.out.line(
                "Only topic id will be used when both --topic and --topic-id are specified and topicId is not Uuid.ZERO_UUID",
            ),
            _ => {}
        }
    }
    if !given.has("list") && !given.has("describe") {
        given.require(&["topic"])?;
    }
    if given.has("alter") {
        given.exclude_together(&["config", "bootstrap-server"], &["alter"], ALTER_CONFIGS)?;
        given.require(&["partitions"])?;
    }
    Ok(())
}

fn check_excluded(given: &Given) -> Result<(), Died> {
    let without = |kept: &[&str]| ACTIONS.iter().copied().filter(|action| !kept.contains(action)).collect::<Vec<_>>();
    given.exclude("config", &without(&["alter", "create"]))?;
    given.exclude("partitions", &without(&["alter", "create"]))?;
    given.exclude("replication-factor", &without(&["create"]))?;
    given.exclude("replica-assignment", &without(&["alter", "create"]))?;
    if given.has("create") {
        given.exclude("replica-assignment", &["partitions", "replication-factor"])?;
    }
    for report in REPORTS {
        given.exclude(report, &[&without(&["describe"])[..], &["topics-with-overrides"]].concat())?;
    }
    given.exclude("topics-with-overrides", &[&without(&["describe"])[..], &REPORTS].concat())?;
    given.exclude("if-exists", &without(&["alter", "delete", "describe"]))?;
    given.exclude("if-not-exists", &without(&["create"]))?;
    given.exclude("exclude-internal", &without(&["list", "describe"]))?;
    Ok(())
}

const ACTIONS: [&str; 5] = ["alter", "create", "describe", "list", "delete"];
const REPORTS: [&str; 4] =
    ["under-replicated-partitions", "under-min-isr-partitions", "at-min-isr-partitions", "unavailable-partitions"];
const ALTER_CONFIGS: &str = " (To alter topic configurations, the kafka-configs tool can be used.)";

static FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "server to connect to", "Needed: brokers to begin with, host:port with commas between."),
    valued("command-config", "command config property file", "A file of settings for the client."),
    flag("list", "Print the names of all topics."),
    flag("create", "Make a topic."),
    flag("delete", "Delete topics."),
    flag("alter", "Give topics more partitions. Their settings are altered with kafka-configs."),
    flag("describe", "Print topics, their settings and their partitions."),
    valued("topic", "topic", "Which topics: a regular expression, or with --create a name."),
    valued("topic-id", "topic-id", "The id of the topic to describe."),
    valued(
        "config",
        "name=value",
        "With --create: a setting of the topic. docs/configuration.md lists them. To be given once for each setting.",
    ),
    valued("delete-config", "name", "Has no effect any more: see kafka-configs."),
    valued(
        "partitions",
        "# of partitions",
        "With --create or --alter: how many. Without it a new topic has as many as the cluster says. More partitions change \
         where a key's records go.",
    )
    .of("Integer"),
    valued("replication-factor", "replication factor", "With --create: replicas of each partition.").of("Integer"),
    valued(
        "replica-assignment",
        "broker_id_for_part1_replica1 : broker_id_for_part1_replica2 , broker_id_for_part2_replica1 : broker_id_for_part2_replica2 , ...",
        "With --create or --alter: which brokers hold which partition.",
    ),
    flag("under-replicated-partitions", "With --describe: partitions of which a replica is not in sync."),
    flag("unavailable-partitions", "With --describe: partitions without a leader that lives."),
    flag("under-min-isr-partitions", "With --describe: partitions with fewer in sync than min.insync.replicas."),
    flag("at-min-isr-partitions", "With --describe: partitions with just as many in sync as min.insync.replicas."),
    flag("topics-with-overrides", "With --describe: topics with settings of their own, without their partitions."),
    flag("if-exists", "With --alter, --delete or --describe: no topic is no error."),
    flag("if-not-exists", "With --create: a topic that is there is no error."),
    flag("exclude-internal", "With --list or --describe: without the topics that Kafka keeps for itself."),
    valued(
        "partition-size-limit-per-response",
        "maximum number of partitions per response",
        "With --describe: how many partitions one answer of a broker may tell of.",
    )
    .of("Integer"),
]);
