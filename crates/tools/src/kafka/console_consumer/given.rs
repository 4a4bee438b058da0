//! The command line of kafka-console-consumer: its flags, what they come to, and what cannot be.

use std::time::Duration;

use kampa_client::{ConsumerSettings, Settings, properties};

use super::formatter::Formatter;
use crate::options::flags::{self, Flag, Flags, flag, valued};
use crate::{Call, Stop};

pub(super) struct Given {
    pub settings: Settings,
    pub consumer: ConsumerSettings,
    pub what: What,
    pub formatter: Formatter,
    pub count_max: Option<u64>,
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
pub(super) fn read(call: &Call) -> Result<Given, Stop> {
    let given = FLAGS.parse_or_usage(call)?;
    given.help_or_version("This tool helps to read data from Kafka topics and outputs it to standard output.")?;
    check(&given)?;
    let files =
        deprecated(call, &given, ["consumer.config", "command-config"], ["consumer-property", "command-property"])?;
    let (from_file, from_line) = (load(call, files.0)?, pairs(&given.values(files.1)));
    let group = group(&given, &from_file, &from_line)?;
    let mut all: Vec<(String, String)> = from_file.into_iter().chain(from_line).collect();
    set_rest(call, &given, &mut all, group)?;
    let configured = properties::read(all).map_err(|error| super::unknown(&error))?;
    let (settings, mut consumer) = (configured.settings, configured.consumer);
    let from = from(&given)?;
    let timeout = given.number::<i64>("timeout-ms")?.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
    let formatter = formatter(call, &given)?;
    let topic = given.value("topic")?.map(str::to_owned);
    let what = match (topic, given.number::<i32>("partition")?) {
        (Some(topic), Some(partition)) => {
            // Nobody shares the partition, and its offset is given: no coordinator is needed.
            consumer.group_id = None;
            What::Partition { topic, partition, from }
        }
        (Some(topic), None) => What::Topic(topic),
        (None, _) => What::Matching(given.value("include")?.unwrap_or_default().to_owned()),
    };
    let count_max = given.number::<i32>("max-messages")?.filter(|&count| count != -1);
    Ok(Given {
        settings,
        consumer,
        what,
        formatter,
        count_max: count_max.map(|count| u64::try_from(count).unwrap_or(0)),
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
fn group(given: &flags::Given, file: &[Pair], line: &[Pair]) -> Result<Option<String>, Stop> {
    let mut groups: Vec<&str> = given.value("group")?.into_iter().collect();
    for from in [file, line] {
        groups.extend(from.iter().rev().find(|(key, _)| key == "group.id").map(|(_, value)| value.as_str()));
    }
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

fn set_rest(call: &Call, given: &flags::Given, all: &mut Vec<Pair>, group: Option<String>) -> Result<(), Stop> {
    let find = |all: &[Pair], key: &str| all.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    let set = |all: &mut Vec<Pair>, key: &str, value: String| all.push((key.to_owned(), value));
    match find(all, "auto.offset.reset") {
        Some(rule) if given.has("from-beginning") && rule != "earliest" => {
            call.streams.err.line(format_args!(
                "Can't simultaneously specify --from-beginning and 'auto.offset.reset={rule}', please remove one option"
            ));
            return Err(Stop::Exit(1));
        }
        Some(_) => {}
        None => {
            let rule = if given.has("from-beginning") { "earliest" } else { "latest" };
            set(all, "auto.offset.reset", rule.to_owned());
        }
    }
    set(all, "bootstrap.servers", given.value("bootstrap-server")?.unwrap_or_default().to_owned());
    if find(all, "client.id").is_none() {
        set(all, "client.id", "console-consumer".to_owned());
    }
    if given.has("isolation-level") || find(all, "isolation.level").is_none() {
        set(all, "isolation.level", given.value("isolation-level")?.unwrap_or_default().to_owned());
    }
    if group.is_none() && find(all, "enable.auto.commit").is_none() {
        // Nobody will ever ask for the offsets of a group whose name was made up.
        set(all, "enable.auto.commit", "false".to_owned());
    }
    let made_up = || format!("console-consumer-{}", call.world.seed() % MADE_UP_GROUPS);
    set(all, "group.id", group.unwrap_or_else(made_up));
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

fn formatter(call: &Call, given: &flags::Given) -> Result<Formatter, Stop> {
    let [old, new] = ["property", "formatter-property"];
    if given.has(old) && given.has(new) {
        return Err(given.refuse(format_args!("Options --{old} and --{new} cannot be specified together.")));
    }
    if given.has(old) {
        say_deprecated(call, old, new);
    }
    let mut all = load(call, given.value("formatter-config")?.map(str::to_owned))?;
    for which in ["key", "value"] {
        if let Some(class) = given.value(&format!("{which}-deserializer"))?.filter(|class| !class.is_empty()) {
            all.push((format!("{which}.deserializer"), class.to_owned()));
        }
    }
    all.extend(pairs(&given.values(if given.has(old) { old } else { new })));
    let class = given.value("formatter")?.unwrap_or_default();
    Formatter::named(class, &all).ok_or_else(|| given.refuse(class))
}

type Pair = (String, String);

/// `key=value` words; a word without `=` is a key with an empty value.
pub(in crate::kafka) fn pairs(words: &[&str]) -> Vec<Pair> {
    words
        .iter()
        .map(|word| word.split_once('=').unwrap_or((*word, "")))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// A properties file, if one is named.
pub(in crate::kafka) fn load(call: &Call, path: Option<String>) -> Result<Vec<Pair>, Stop> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let bytes = call.world.disk().read(&path).map_err(|e| Stop::Failed(format!("{path} cannot be read: {e}")))?;
    let read = kampa_configs::properties::read(&String::from_utf8_lossy(&bytes));
    let read = read.map_err(|e| Stop::Failed(format!("{path} cannot be read: {e:?}")))?;
    Ok(read.into_iter().map(|property| (property.key, property.value)).collect())
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
