//! kafka-topics: topics made, listed, described, given more partitions, deleted.

mod describe;
mod options;

use kampa_client::admin::{Admin, CreateTopics, Each, NewPartitions, NewTopic, TopicRef};
use kampa_client::{Error, ErrorCode};
use kampa_configs::{InvalidConfig, Scope, table};

use super::connect::{Servers, connect, load};
use super::thrown::{Died, Thrown};
use super::topic_filter::Filter;
use crate::options::flags::Given;
use crate::{Call, Outcome, Stop};

pub async fn run(call: Call) -> Outcome {
    let given = options::read(&call).map_err(|died| died.stop(&call.streams))?;
    let admin = open(&call, &given).await.map_err(|died| died.stop(&call.streams))?;
    let done = match () {
        () if given.has("create") => create(&call, &given, &admin).await,
        () if given.has("alter") => alter(&given, &admin).await,
        () if given.has("list") => list(&call, &given, &admin).await,
        () if given.has("describe") => describe::describe(&call, &given, &admin).await,
        () => delete(&given, &admin).await,
    };
    admin.client().close().await;
    done.map_err(|died| match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) => {
            call.streams.out.line(format_args!("Error while executing topic command : {}", thrown.message()));
            thrown.log(&call.world, &call.streams, "org.apache.kafka.tools.TopicCommand");
            Stop::Exit(1)
        }
    })
}

async fn open(call: &Call, given: &Given) -> Result<Admin, Died> {
    let properties = load(&call.world, given.value("command-config")?)?;
    let servers = given.value("bootstrap-server")?.unwrap_or_default();
    Ok(connect(call, Servers::Brokers(servers), properties).await?.admin())
}

async fn create(call: &Call, given: &Given, admin: &Admin) -> Result<(), Died> {
    let topic = wanted(given)?;
    if topic.name.contains(['.', '_']) {
        call.streams.out.line(COLLISION);
    }
    if topic.replication_factor.is_some_and(|factor| !(1..=i32::from(i16::MAX)).contains(&factor)) {
        let words = format!("The replication factor must be between 1 and {} inclusive", i16::MAX);
        return Err(Thrown::illegal(words).into());
    }
    if topic.partitions.is_some_and(|partitions| partitions < 1) {
        return Err(Thrown::illegal("The partitions must be greater than 0").into());
    }
    let has_assignment = !topic.assignments.is_empty();
    let new = NewTopic {
        name: topic.name.clone(),
        partitions: topic.partitions.filter(|_| !has_assignment),
        replication_factor: topic.replication_factor.filter(|_| !has_assignment).map(|factor| factor as i16),
        assignments: (0..).zip(topic.assignments).collect(),
        configs: topic.configs.into_iter().map(|(key, value)| (key, Some(value))).collect(),
    };
    match first_failure(admin.create_topics(&[new], &ONCE).await) {
        None => call.streams.out.line(format_args!("Created topic {}.", topic.name)),
        Some(Error::Broker { code: ErrorCode::TOPIC_ALREADY_EXISTS, .. }) if given.has("if-not-exists") => {}
        Some(error) => return Err(Thrown::of(&error, "createTopics").into()),
    }
    Ok(())
}

async fn list(call: &Call, given: &Given, admin: &Admin) -> Result<(), Died> {
    call.streams.out.line(named(given, admin).await?.join("\n"));
    Ok(())
}

async fn alter(given: &Given, admin: &Admin) -> Result<(), Died> {
    let topic = wanted(given)?;
    let topics = named(given, admin).await?;
    ensure_found(given, &topics)?;
    if topics.is_empty() {
        return Ok(());
    }
    let total = topic.partitions.ok_or_else(|| Thrown::new("java.util.NoSuchElementException", "No value present"))?;
    let mut more = Vec::with_capacity(topics.len());
    for name in topics {
        let mut assignments = None;
        if !topic.assignments.is_empty() {
            let described = admin.describe_topics(&[TopicRef::Name(name.clone())], describe::PAGE_PARTITIONS).await;
            let described = described.into_iter().next().map(|(_, described)| described);
            let has = match described {
                Some(Ok(described)) => described.partitions.len(),
                Some(Err(error)) => {
                    return Err(
                        Thrown::runtime(Thrown::of(&error, "describeTopicPartitions").executed().to_string()).into()
                    );
                }
                None => 0,
            };
            assignments = Some(topic.assignments.iter().skip(has).cloned().collect());
        }
        more.push(NewPartitions { topic: name, total, assignments });
    }
    match first_failure(admin.create_partitions(&more, &ONCE).await) {
        None => Ok(()),
        Some(error) => Err(Thrown::of(&error, "createPartitions").into()),
    }
}

async fn delete(given: &Given, admin: &Admin) -> Result<(), Died> {
    let topics = named(given, admin).await?;
    ensure_found(given, &topics)?;
    let topics: Vec<TopicRef> = topics.into_iter().map(TopicRef::Name).collect();
    if topics.is_empty() {
        return Ok(());
    }
    match first_failure(admin.delete_topics(&topics, &ONCE).await) {
        None => Ok(()),
        Some(error) => Err(Thrown::of(&error, "deleteTopics").into()),
    }
}

/// The topics that `--topic` lets through, or all of them; by name.
async fn named(given: &Given, admin: &Admin) -> Result<Vec<String>, Died> {
    let exclude_internal = given.has("exclude-internal");
    let listed = admin.list_topics(!exclude_internal).await.map_err(|error| Thrown::of(&error, "listTopics"))?;
    let filter = given.value("topic")?.map(Filter::new).transpose()?;
    let mut names: Vec<String> = listed.into_iter().map(|topic| topic.name).collect();
    names.retain(|name| {
        !(exclude_internal && INTERNAL.contains(&name.as_str()))
            && filter.as_ref().is_none_or(|filter| filter.lets(name))
    });
    // As Java compares strings.
    names.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    Ok(names)
}

fn ensure_found(given: &Given, topics: &[String]) -> Result<(), Died> {
    match given.value("topic")? {
        Some(topic) if !topic.is_empty() && topics.is_empty() && !given.has("if-exists") => {
            Err(Thrown::illegal(format!("Topic '{topic}' does not exist as expected")).into())
        }
        _ => Ok(()),
    }
}

/// What `--create` and `--alter` say of a topic.
struct Wanted {
    name: String,
    partitions: Option<i32>,
    replication_factor: Option<i32>,
    assignments: Vec<Vec<i32>>,
    configs: Vec<(String, String)>,
}

fn wanted(given: &Given) -> Result<Wanted, Died> {
    Ok(Wanted {
        name: given.value("topic")?.unwrap_or_default().to_owned(),
        partitions: given.number("partitions")?,
        replication_factor: given.number("replication-factor")?,
        assignments: match given.value("replica-assignment")? {
            Some(list) if !list.is_empty() => assignments(list)?,
            _ => Vec::new(),
        },
        configs: configs(&given.values("config"))?,
    })
}

/// `1:2,2:3`: the brokers of each partition.
fn assignments(list: &str) -> Result<Vec<Vec<i32>>, Thrown> {
    let mut all: Vec<Vec<i32>> = Vec::new();
    for (number, partition) in java_split(list, ',').into_iter().enumerate() {
        let number_of = |text: &str| {
            let wrong = || Thrown::new("java.lang.NumberFormatException", format!("For input string: \"{text}\""));
            text.parse::<i32>().map_err(|_| wrong())
        };
        let brokers =
            java_split(partition, ':').into_iter().map(|id| number_of(id.trim())).collect::<Result<Vec<i32>, _>>()?;
        let mut twice: Vec<i32> =
            brokers.iter().copied().filter(|id| brokers.iter().filter(|other| *other == id).count() > 1).collect();
        twice.sort_unstable();
        twice.dedup();
        if !twice.is_empty() {
            let twice = twice.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
            let words = format!("Partition replica lists may not contain duplicate entries: {twice}");
            return Err(Thrown::new("org.apache.kafka.tools.AdminCommandFailedException", words));
        }
        if all.first().is_some_and(|first| first.len() != brokers.len()) {
            let words = format!("Partition {number} has different replication factor: {brokers:?}");
            return Err(Thrown::new("org.apache.kafka.tools.AdminOperationException", words));
        }
        all.push(brokers);
    }
    Ok(all)
}

/// As Java's `split`: places after the last that is not empty do not count, and an empty text is one empty place.
fn java_split(text: &str, separator: char) -> Vec<&str> {
    let mut parts: Vec<&str> = text.split(separator).collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

/// `--config key=value`, looked at before the cluster is asked.
fn configs(given: &[&str]) -> Result<Vec<(String, String)>, Thrown> {
    let mut configs: Vec<(String, String)> = Vec::new();
    for one in given {
        let parts: Vec<&str> = java_split(one, '=').into_iter().map(str::trim).collect();
        let [key, value] = parts[..] else {
            let words =
                "requirement failed: Invalid topic config: all configs to be added must be in the format \"key=val\".";
            return Err(Thrown::illegal(words));
        };
        configs.retain(|(earlier, _)| earlier != key);
        configs.push((key.to_owned(), value.to_owned()));
    }
    let setting = |key: &str| {
        let words = format!("Unknown topic config name: {key}");
        let unknown = || Thrown::new("org.apache.kafka.common.errors.InvalidConfigurationException", words);
        table::find(Scope::Topic, key).ok_or_else(unknown)
    };
    let settings = configs.iter().map(|(key, _)| setting(key)).collect::<Result<Vec<_>, _>>()?;
    for (setting, (_, value)) in settings.into_iter().zip(&configs) {
        let refused = |why: InvalidConfig| Thrown::new("org.apache.kafka.common.config.ConfigException", why.0);
        setting.parse(value).map_err(refused)?;
    }
    Ok(configs)
}

fn first_failure<K, T>(answers: Each<K, T>) -> Option<Error> {
    answers.into_iter().find_map(|(_, answer)| answer.err())
}

/// Topics that Kafka keeps for itself.
const INTERNAL: [&str; 3] = ["__consumer_offsets", "__transaction_state", "__share_group_state"];

/// A quota that is used up is said at once.
const ONCE: CreateTopics = CreateTopics { validate_only: false, retry_on_quota_violation: false };

const COLLISION: &str = "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use either, but not both.";

#[cfg(test)]
mod tests;
