//! kafka-e2e-latency: sends one record at a time, reads it back, and tells how long that takes.

use std::time::Duration;

use kampa_client::admin::{CreateTopics, NewTopic};
use kampa_client::consumer::Consumer;
use kampa_client::producer::{Producer, RecordView};
use kampa_client::{Client, Error, Topics};

use super::chance::Random;
use super::clients::Properties;
use super::ended;
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, Given, maybe_valued, valued};
use crate::{Call, Outcome};

/// Runs the tool.
pub async fn run(mut call: Call) -> Outcome {
    let streams = call.streams.clone();
    let ended = match named(&call) {
        Ok(words) => {
            call.arguments = words;
            perform(&call).await
        }
        Err(died) => Err(died),
    };
    ended.map_err(|died| died.stop(&streams))
}

async fn perform(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse_or_usage(call)?;
    let want = Want::read(&given)?;
    let (client, consumer) = consumer_properties(&given, call)?.consumer(call).await?;
    let (producing, producer) = producer_properties(&given, call)?.producer(call).await?;
    let measured = match prepare(call, &client, &want.topic).await {
        Ok(()) => measure(call, &want, &producer, &consumer).await,
        Err(thrown) => Err(thrown),
    };
    drop(producer.close().await);
    let committed = match &measured {
        Ok(()) => consumer.commit().await.map_err(|error| Thrown::of_client(&error)),
        Err(_) => Ok(()),
    };
    drop(consumer.close().await);
    producing.close().await;
    client.close().await;
    Ok(measured.and(committed)?)
}

/// Apache's tool once took its arguments by place, and still does.
fn named(call: &Call) -> Result<Vec<String>, Died> {
    let words = &call.arguments;
    let is_named = words
        .iter()
        .any(|word| BY_PLACE[..REQUIRED].contains(&word.trim_start_matches("--")) && word.starts_with("--"));
    if is_named || words.is_empty() {
        return Ok(words.clone());
    }
    if !(REQUIRED..=BY_PLACE.len()).contains(&words.len()) {
        let sentence = format!(
            "Invalid number of arguments. Expected 5 or 6 positional arguments, but got {}. Usage: bootstrap-server topic \
             num-records producer-acks record-size [optional] command-config",
            words.len()
        );
        return Err(ended::terse(call, sentence));
    }
    call.streams.out.line(
        "WARNING: Positional argument usage is deprecated and will be removed in Apache Kafka 5.0. Please use named arguments \
         instead: --bootstrap-server, --topic, --num-records, --producer-acks, --record-size, --command-config",
    );
    call.streams.out.flush();
    let pairs = BY_PLACE.iter().zip(words).filter(|(_, word)| !word.trim().is_empty());
    Ok(pairs.flat_map(|(name, word)| [format!("--{name}"), word.clone()]).collect())
}

/// The options that were known by their places; the first five are needed.
const BY_PLACE: [&str; 6] =
    ["bootstrap-server", "topic", "num-records", "producer-acks", "record-size", "command-config"];
const REQUIRED: usize = 5;

/// What is sent.
struct Want {
    topic: String,
    count: usize,
    bytes: usize,
    key_bytes: usize,
    headers: usize,
    header_key_bytes: usize,
    /// None for null.
    header_bytes: Option<usize>,
}

impl Want {
    /// In Apache's order of complaints.
    fn read(given: &Given) -> Result<Want, Died> {
        given.help_or_version(
            "This tool measures end-to-end latency in Kafka by sending messages and timing their reception.",
        )?;
        given.require(&BY_PLACE[..REQUIRED])?;
        let size = |name: &str, least: i32, wanted: &str| match given.number::<i32>(name)?.unwrap_or_default() {
            size if size < least => {
                Err(Died::Stopped(given.refuse(format_args!("Value for --{name} must be a {wanted}."))))
            }
            size => Ok(usize::try_from(size).ok()),
        };
        let any = |name| size(name, 0, "non-negative integer").map(Option::unwrap_or_default);
        if !["1", "all"].contains(&given.value("producer-acks")?.unwrap_or_default()) {
            return Err(Died::Stopped(given.refuse(
                "Invalid value for --producer-acks. Latency testing requires synchronous acknowledgement. Please use '1' or 'all'.",
            )));
        }
        Ok(Want {
            topic: given.value("topic")?.unwrap_or_default().to_owned(),
            count: size("num-records", 1, "positive integer")?.unwrap_or_default(),
            bytes: any("record-size")?,
            key_bytes: any("record-key-size")?,
            header_key_bytes: any("record-header-key-size")?,
            header_bytes: size("record-header-size", -1, "non-negative integer or -1 for null header value")?,
            headers: any("num-headers")?,
        })
    }
}

fn base(given: &Given, call: &Call) -> Result<Properties, Thrown> {
    let mut properties = Properties::load(&call.world, given.value("command-config")?)?;
    properties.set("bootstrap.servers", given.value("bootstrap-server")?.unwrap_or_default());
    Ok(properties)
}

fn consumer_properties(given: &Given, call: &Call) -> Result<Properties, Thrown> {
    let mut properties = base(given, call)?;
    properties.set("group.id", &format!("test-group-{}", call.world.wall_ms()));
    properties.set("enable.auto.commit", "false");
    properties.set("auto.offset.reset", "latest");
    // A fetch that waits for more would be counted as latency.
    properties.set("fetch.max.wait.ms", "0");
    Ok(properties)
}

fn producer_properties(given: &Given, call: &Call) -> Result<Properties, Thrown> {
    let mut properties = base(given, call)?;
    properties.set("linger.ms", "0");
    properties.set("max.block.ms", &i64::MAX.to_string());
    properties.set("acks", given.value("producer-acks")?.unwrap_or_default());
    Ok(properties)
}

/// Makes the topic if it is not there.
async fn prepare(call: &Call, client: &Client, topic: &str) -> Result<(), Thrown> {
    let view = client.metadata(Topics::All).await.map_err(|error| Thrown::of_client(&error))?;
    if view.topics.contains_key(topic) {
        return Ok(());
    }
    call.streams.out.line(format_args!(
        "Topic \"{topic}\" does not exist. Will create topic with 1 partition(s) and replication factor = 1"
    ));
    let new = NewTopic {
        name: topic.to_owned(),
        partitions: Some(1),
        replication_factor: Some(1),
        assignments: Default::default(),
        configs: Vec::new(),
    };
    let made = client.admin().create_topics(&[new], &CreateTopics::default()).await;
    match made.into_iter().find_map(|(_, made)| made.err()) {
        None => Ok(()),
        Some(error) => {
            call.streams.out.line(format_args!("Creation of topic {topic} failed"));
            Err(ended::wrapped(Thrown::of(&error, "createTopics")))
        }
    }
}

async fn measure(call: &Call, want: &Want, producer: &Producer, consumer: &Consumer) -> Result<(), Thrown> {
    let failed = |error: Error| Thrown::of_client(&error);
    let partitions = consumer.partitions_for(&want.topic).await.map_err(failed)?;
    consumer.assign(&partitions).map_err(failed)?;
    consumer.seek_to_end(&partitions).map_err(failed)?;
    for partition in &partitions {
        consumer.position(partition).await.map_err(failed)?;
    }
    let mut chance = Random::new(0);
    let mut times_ns: Vec<u128> = Vec::new();
    for at in 0..want.count {
        let took = one(call, want, &mut chance, producer, consumer).await?;
        if at % 1000 == 0 {
            call.streams.out.line(format_args!("{at}\t{:?}", took.as_nanos() as f64 / 1000.0 / 1000.0));
            call.streams.out.flush();
        }
        times_ns.push(took.as_nanos());
    }
    let average_ms = times_ns.iter().sum::<u128>() as f64 / want.count as f64 / 1e6;
    times_ns.sort_unstable();
    let at = |share: f64| {
        let place = (times_ns.len() as f64 * share) as usize;
        times_ns.get(place).map_or(0, |ns| ns / 1_000_000)
    };
    call.streams.out.line(format_args!("Avg latency: {average_ms:.4} ms"));
    call.streams.out.line(format_args!("Percentiles: 50th = {}, 99th = {}, 99.9th = {}", at(0.5), at(0.99), at(0.999)));
    Ok(())
}

/// A record there and back.
async fn one(
    call: &Call,
    want: &Want,
    chance: &mut Random,
    producer: &Producer,
    consumer: &Consumer,
) -> Result<Duration, Thrown> {
    let key = letters(chance, want.key_bytes);
    let value = letters(chance, want.bytes);
    let mut header = || {
        let key = String::from_utf8_lossy(&letters(chance, want.header_key_bytes)).into_owned();
        (key, want.header_bytes.map(|bytes| letters(chance, bytes)))
    };
    let headers: Vec<(String, Option<Vec<u8>>)> = (0..want.headers).map(|_| header()).collect();
    let headers: Vec<(&str, Option<&[u8]>)> =
        headers.iter().map(|(key, value)| (key.as_str(), value.as_deref())).collect();
    let record = RecordView {
        topic: &want.topic,
        key: Some(&key),
        value: Some(&value),
        headers: &headers,
        ..RecordView::default()
    };
    let failed = |error: Error| Thrown::of_client(&error);
    let begun = call.world.now();
    let delivery = producer.send_view(&record).await.map_err(failed)?;
    delivery.await.map_err(failed)?;
    let records = consumer.poll(Duration::from_millis(POLL_MS)).await.map_err(failed)?;
    let took = call.world.now().since(begun);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Some(read) = records.iter().next() else {
        return Err(Thrown::runtime(format!("poll() timed out before finding a result (timeout:[{POLL_MS}ms])")));
    };
    for (name, read, sent) in [("value", &read.value, &value), ("key", &read.key, &key)] {
        let read = read.as_deref().unwrap_or_default();
        if read != sent.as_slice() {
            let (read, sent) = (text(read), text(sent));
            let sentence = format!("The message {name} read [{read}] did not match the message {name} sent [{sent}]");
            return Err(Thrown::runtime(sentence));
        }
    }
    let sent = headers.iter().map(|(key, value)| (key.as_bytes(), *value));
    if !sent.eq(read.headers.iter().map(|header| (&*header.key, header.value.as_deref()))) {
        return Err(Thrown::runtime("The message headers read did not match the message headers sent"));
    }
    match records.len() {
        1 => Ok(took),
        count => Err(Thrown::runtime(format!("Only one result was expected during this test. We found [{count}]"))),
    }
}

/// One letter by chance, so many times: as Apache's tool does it.
fn letters(chance: &mut Random, count: usize) -> Vec<u8> {
    vec![b'A' + chance.below(26) as u8; count]
}

/// How long a record may take.
const POLL_MS: u64 = 60_000;

static FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "bootstrap-server", "REQUIRED: Brokers to begin with, HOST1:PORT1,HOST2:PORT2."),
    maybe_valued("command-config", "config-file", "A file of settings for the clients."),
    maybe_valued("num-headers", "count", "Headers of each record.").of("Integer").or("0"),
    valued("num-records", "count", "REQUIRED: How many records are sent.").of("Integer"),
    valued("producer-acks", "producer-acks", "REQUIRED: Who must have a record: '1' or 'all'."),
    maybe_valued("record-header-key-size", "bytes", "Bytes of each header's key.").of("Integer").or("0"),
    maybe_valued("record-header-size", "bytes", "Bytes of each header's value; -1 for null.").of("Integer").or("0"),
    maybe_valued("record-key-size", "bytes", "Bytes of each record's key; without, it has none.").of("Integer").or("0"),
    valued("record-size", "bytes", "REQUIRED: Bytes of each record's value.").of("Integer"),
    valued("topic", "topic-name", "REQUIRED: The topic to send to."),
]);
