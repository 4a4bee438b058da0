//! The command line of kafka-console-consumer: its flags, what they come to, and what cannot be.

use std::time::Duration;

use super::formatter::Formatter;
use crate::kafka::clients::Properties;
use crate::kafka::thrown::Died;
use crate::options::flags::{self, Flag, Flags, Wrong, flag, valued};
use crate::{Call, Stop};

pub(super) struct Given {
    pub consumer: Properties,
    pub what: What,
    pub formatter: Formatter,
    /// Looked at when everything else is ready.
    pub count_max: Result<Option<u64>, Wrong>,
    pub timeout: Option<Duration>,
    pub skips_errors: bool,
    /// Also tells when it has shut down.
    pub tells_events: bool,
}

pub(super) enum What {
    Topic(String),
    Matching(String),
    Partition { topic: String, partition: i32, from: From },
}

pub(super) enum From {
    Beginning,
    End,
    Offset(i64),
}

/// Reads the command line, in Apache's order of complaints.
pub(super) fn read(call: &Call) -> Result<Given, Died> {
    let given = FLAGS.parse_or_usage(call)?;
    given.help_or_version("This tool helps to read data from Kafka topics and outputs it to standard output.")?;
    check(&given)?;
    let (file, words) =
        deprecated(call, &given, ["consumer.config", "command-config"], ["consumer-property", "command-property"])?;
    let from_file = Properties::load(&call.world, file.as_deref())?;
    let mut from_words = Properties::default();
    from_words.words(given.values(words));
    let group = group(&given, &from_file, &from_words)?;
    let mut consumer = from_file;
    consumer.words(given.values(words));
    set_rest(call, &given, &mut consumer, group)?;
    let from = from(&given)?;
    let formatter = formatter(call, &given)?;
    let timeout = given.number::<i64>("timeout-ms")?.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
    let topic = given.value("topic")?.map(str::to_owned);
    let what = match (topic, given.number::<i32>("partition")?) {
        (Some(topic), Some(partition)) => What::Partition { topic, partition, from },
        (Some(topic), None) => What::Topic(topic),
        (None, _) => What::Matching(given.value("include")?.unwrap_or_default().to_owned()),
    };
    let count_max = given.number::<i32>("max-messages").map(|count| count.filter(|&count| count != -1));
    Ok(Given {
        consumer,
        what,
        formatter,
        count_max: count_max.map(|count| count.map(|count| u64::try_from(count).unwrap_or(0))),
        timeout,
        skips_errors: given.has("skip-message-on-error"),
        tells_events: given.has("enable-systest-events"),
    })
}

fn check(given: &flags::Given) -> Result<(), Stop> {
    if given.has("topic") == given.has("include") {
        return Err(given.refuse("Exactly one of the following arguments is required: [topic], [include]"));
    }
    if given.has("partition") {
        if !given.has("topic") {
            return Err(given.refuse("The topic is required when partition is specified."));
        }
        if given.has("from-beginning") && given.has("offset") {
            return Err(given.refuse("Options from-beginning and offset cannot be specified together."));
        }
    } else if given.has("offset") {
        return Err(given.refuse("The partition is required when offset is specified."));
    }
    given.require(&["bootstrap-server"])
}

/// Old names of options: not beside the new ones, and with a word about it. Gives the names that count.
fn deprecated(
    call: &Call,
    given: &flags::Given,
    file: [&'static str; 2],
    line: [&'static str; 2],
) -> Result<(Option<String>, &'static str), Stop> {
    for [old, new] in [line, file] {
        if given.has(old) && given.has(new) {
            return Err(given.refuse(format_args!("Options --{old} and --{new} cannot be specified together.")));
        }
    }
    for [old, new] in [line, file] {
        if given.has(old) {
            say_deprecated(call, old, new);
        }
    }
    let file = if given.has(file[0]) { file[0] } else { file[1] };
    let line = if given.has(line[0]) { line[0] } else { line[1] };
    Ok((given.value(file)?.map(str::to_owned), line))
}

fn say_deprecated(call: &Call, old: &str, new: &str) {
    let words = format!("Option --{old} is deprecated and will be removed in a future version. Use --{new} instead.");
    call.streams.out.line(words);
}

/// The one group that everything given names.
fn group(given: &flags::Given, file: &Properties, line: &Properties) -> Result<Option<String>, Stop> {
    let mut groups: Vec<&str> = given.value("group")?.into_iter().collect();
    groups.extend([file, line].iter().filter_map(|from| from.value("group.id")));
    let mut seen = Vec::new();
    groups.retain(|group| {
        !seen.contains(group) && {
            seen.push(*group);
            true
        }
    });
    if groups.len() > 1 {
        let groups: Vec<String> = groups.iter().map(|group| format!("'{group}'")).collect();
        return Err(given.refuse(format_args!(
            "The group ids provided in different places (directly using '--group', via '--consumer-property', or via \
             '--consumer.config') do not match. Detected group ids: {}",
            groups.join(", ")
        )));
    }
    if !groups.is_empty() && given.has("partition") {
        return Err(given.refuse("Options group and partition cannot be specified together."));
    }
    Ok(groups.first().map(|group| group.to_string()))
}

fn set_rest(call: &Call, given: &flags::Given, all: &mut Properties, group: Option<String>) -> Result<(), Stop> {
    let reset = if given.has("from-beginning") { "earliest" } else { "latest" };
    match all.value("auto.offset.reset") {
        Some(rule) if given.has("from-beginning") && rule != "earliest" => {
            call.streams.err.line(format_args!(
                "Can't simultaneously specify --from-beginning and 'auto.offset.reset={rule}', please remove one option"
            ));
            return Err(Stop::Exit(1));
        }
        _ => all.set_if_absent("auto.offset.reset", reset),
    }
    all.set("bootstrap.servers", given.value("bootstrap-server")?.unwrap_or_default());
    all.set_if_absent("client.id", "console-consumer");
    if given.has("isolation-level") || all.value("isolation.level").is_none() {
        all.set("isolation.level", given.value("isolation-level")?.unwrap_or_default());
    }
    if group.is_none() {
        // Nobody will ever ask for the offsets of a group whose name was made up.
        all.set_if_absent("enable.auto.commit", "false");
    }
    // Who names a partition shares it with nobody, and needs no coordinator.
    if !given.has("partition") {
        let made_up = || format!("console-consumer-{}", call.world.seed() % MADE_UP_GROUPS);
        all.set("group.id", &group.unwrap_or_else(made_up));
    }
    Ok(())
}

fn from(given: &flags::Given) -> Result<From, Stop> {
    if !given.has("offset") {
        return Ok(if given.has("from-beginning") { From::Beginning } else { From::End });
    }
    let text = given.value("offset")?.unwrap_or_default();
    match text.to_lowercase().as_str() {
        "earliest" => Ok(From::Beginning),
        "latest" => Ok(From::End),
        _ => match text.parse() {
            Ok(offset) if offset >= 0 => Ok(From::Offset(offset)),
            _ => Err(given.refuse(format_args!(
                "The provided offset value '{text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long."
            ))),
        },
    }
}

fn formatter(call: &Call, given: &flags::Given) -> Result<Formatter, Died> {
    let [old, new] = ["property", "formatter-property"];
    if given.has(old) && given.has(new) {
        return Err(given.refuse(format_args!("Options --{old} and --{new} cannot be specified together.")).into());
    }
    if given.has(old) {
        say_deprecated(call, old, new);
    }
    let file = Properties::load(&call.world, given.value("formatter-config")?);
    let mut all = file.map_err(|thrown| given.refuse(thrown.message()))?;
    for which in ["key", "value"] {
        if let Some(class) = given.value(&format!("{which}-deserializer"))?.filter(|class| !class.is_empty()) {
            all.set(&format!("{which}.deserializer"), class);
        }
    }
    all.words(given.values(if given.has(old) { old } else { new }));
    let class = given.value("formatter")?.unwrap_or_default();
    Ok(Formatter::named(call, class, &all).ok_or_else(|| given.refuse(class))?)
}

/// As many names as Apache's tool makes up.
const MADE_UP_GROUPS: u64 = 100_000;

static FLAGS: Flags = Flags(&[
    valued(
        "bootstrap-server",
        "server to connect to",
        "REQUIRED: where the cluster is, as host:port, several with commas.",
    ),
    COMMAND_CONFIG,
    valued("command-property", "consumer_prop", "A setting of the consumer, as key=value."),
    valued("consumer-property", "consumer_prop", "(DEPRECATED) As --command-property."),
    valued("consumer.config", "config file", "(DEPRECATED) As --command-config."),
    flag("enable-systest-events", "Also says when it has shut down, for system tests."),
    valued("formatter", "class", "How records are shown, by the name of Kafka's class.").or(DEFAULT_FORMATTER),
    valued("formatter-config", "config file", "A file with properties of the formatter; --formatter-property wins."),
    valued("formatter-property", "prop", FORMATTER_PROPERTIES),
    flag("from-beginning", "Without a committed offset, begins with the oldest record instead of the next one."),
    valued("group", "consumer group id", "The group to read as."),
    valued("include", "Java regex (String)", "Reads every topic whose name this matches."),
    valued("isolation-level", "", "read_committed leaves out records of open and aborted transactions.")
        .or("read_uncommitted"),
    valued("key-deserializer", "deserializer for keys", "What keys are, by the name of Kafka's class."),
    valued("max-messages", "num_messages", "Ends after so many records.").of("Integer"),
    valued("offset", "consume offset", "Where to begin: a number, earliest or latest.").or("latest"),
    valued("partition", "partition", "Reads this partition alone; from its end unless --offset says otherwise.")
        .of("Integer"),
    valued("property", "prop", "(DEPRECATED) As --formatter-property."),
    flag("skip-message-on-error", "Goes on after a record that cannot be shown."),
    valued("timeout-ms", "timeout_ms", "Ends when no record came for so long.").of("Long"),
    valued("topic", "topic", "The topic to read."),
    valued("value-deserializer", "deserializer for values", "What values are, by the name of Kafka's class."),
]);

const COMMAND_CONFIG: Flag =
    valued("command-config", "config file", "A file with settings of the consumer; --command-property wins.");
const DEFAULT_FORMATTER: &str = "org.apache.kafka.tools.consumer.DefaultMessageFormatter";
const FORMATTER_PROPERTIES: &str = "A property of the formatter, as key=value. The default one knows print.timestamp, print.key, \
print.offset, print.epoch, print.partition, print.headers and print.value (true or false), key.separator, line.separator, \
headers.separator, null.literal, key.deserializer, value.deserializer and headers.deserializer.";
