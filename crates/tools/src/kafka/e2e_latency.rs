//! kafka-e2e-latency: sends one record at a time, reads it back, and tells how long that takes.

use std::time::Duration;

use kampa_client::admin::{CreateTopics, NewTopic};
use kampa_client::consumer::Consumer;
use kampa_client::producer::{Producer, RecordView};
use kampa_client::{Client, Error, Topics};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::producing::Properties;
use crate::options::flags::{Flags, Given, maybe_valued, valued};
use crate::{Call, Outcome, Stop};

/// Runs the tool.
pub async fn run(mut call: Call) -> Outcome {
    call.arguments = named(&call)?;
    let given = FLAGS.parse_or_usage(&call)?;
    check(&given)?;
    let want = Want::read(&given)?;
    let (client, consumer) = consumer_properties(&given, &call)?.consumer(&call)?;
    let (producing, producer) = producer_properties(&given, &call)?.producer(&call)?;
    prepare(&call, &client, &want.topic).await?;
    let measured = measure(&call, &want, &producer, &consumer).await;
    drop(producer.close().await);
    if measured.is_ok() {
        consumer.commit().await.map_err(Stop::failed)?;
    }
    drop(consumer.close().await);
    producing.close().await;
    client.close().await;
    measured
}

/// Apache's tool once took its arguments by place, and still does.
fn named(call: &Call) -> Result<Vec<String>, Stop> {
    let words = &call.arguments;
    let is_named = words
        .iter()
        .any(|word| BY_PLACE[..REQUIRED].contains(&word.trim_start_matches("--")) && word.starts_with("--"));
    if is_named || words.is_empty() {
        return Ok(words.clone());
    }
    if !(REQUIRED..=BY_PLACE.len()).contains(&words.len()) {
        return Err(Stop::Failed(format!(
            "Invalid number of arguments. Expected 5 or 6 positional arguments, but got {}. Usage: bootstrap-server topic \
             num-records producer-acks record-size [optional] command-config",
            words.len()
        )));
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

fn check(given: &Given) -> Outcome {
    given.help_or_version(
        "This tool measures end-to-end latency in Kafka by sending messages and timing their reception.",
    )?;
    given.require(&BY_PLACE[..REQUIRED])?;
    if !["1", "all"].contains(&given.value("producer-acks")?.unwrap_or_default()) {
        return Err(given.refuse(
            "Invalid value for --producer-acks. Latency testing requires synchronous acknowledgement. Please use '1' or 'all'.",
        ));
    }
    Ok(())
}

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
    fn read(given: &Given) -> Result<Want, Stop> {
        let number = |name| Ok::<i32, Stop>(given.number::<i32>(name)?.unwrap_or_default());
        let size = |name| Ok::<usize, Stop>(number(name)?.max(0) as usize);
        Ok(Want {
            topic: given.value("topic")?.unwrap_or_default().to_owned(),
            count: size("num-records")?,
            bytes: size("record-size")?,
            key_bytes: size("record-key-size")?,
            headers: size("num-headers")?,
            header_key_bytes: size("record-header-key-size")?,
            header_bytes: usize::try_from(number("record-header-size")?).ok(),
        })
    }
}

fn base(given: &Given, call: &Call) -> Result<Properties, Stop> {
    let mut properties = Properties::default();
    properties.load(call, given.value("command-config")?)?;
    properties.set("bootstrap.servers", given.value("bootstrap-server")?.unwrap_or_default());
    Ok(properties)
}

fn consumer_properties(given: &Given, call: &Call) -> Result<Properties, Stop> {
    let mut properties = base(given, call)?;
    properties.set("group.id", &format!("test-group-{}", call.world.wall_ms()));
    properties.set("enable.auto.commit", "false");
    properties.set("auto.offset.reset", "latest");
    // A fetch that waits for more would be counted as latency.
    properties.set("fetch.max.wait.ms", "0");
    Ok(properties)
}

fn producer_properties(given: &Given, call: &Call) -> Result<Properties, Stop> {
    let mut properties = base(given, call)?;
    properties.set("linger.ms", "0");
    properties.set("max.block.ms", &i64::MAX.to_string());
    properties.set("acks", given.value("producer-acks")?.unwrap_or_default());
    Ok(properties)
}

/// Makes the topic if it is not there.
async fn prepare(call: &Call, client: &Client, topic: &str) -> Outcome {
    let view = client.metadata(Topics::All).await.map_err(Stop::failed)?;
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
    let error: Option<Error> = made.into_iter().find_map(|(_, made)| made.err());
    error.map_or(Ok(()), |error| {
        call.streams.out.line(format_args!("Creation of topic {topic} failed"));
        Err(Stop::failed(error))
    })
}

async fn measure(call: &Call, want: &Want, producer: &Producer, consumer: &Consumer) -> Outcome {
    let partitions = consumer.partitions_for(&want.topic).await.map_err(Stop::failed)?;
    consumer.assign(&partitions).map_err(Stop::failed)?;
    consumer.seek_to_end(&partitions).map_err(Stop::failed)?;
    for partition in &partitions {
        consumer.position(partition).await.map_err(Stop::failed)?;
    }
    let mut chance = SmallRng::seed_from_u64(0);
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
    chance: &mut SmallRng,
    producer: &Producer,
    consumer: &Consumer,
) -> Result<Duration, Stop> {
    let value = letters(chance, want.bytes);
    let key = (want.key_bytes > 0).then(|| letters(chance, want.key_bytes));
    let mut header = || {
        let key = String::from_utf8_lossy(&letters(chance, want.header_key_bytes)).into_owned();
        (key, want.header_bytes.map(|bytes| letters(chance, bytes)))
    };
    let headers: Vec<(String, Option<Vec<u8>>)> = (0..want.headers).map(|_| header()).collect();
    let headers: Vec<(&str, Option<&[u8]>)> =
        headers.iter().map(|(key, value)| (key.as_str(), value.as_deref())).collect();
    let record = RecordView {
        topic: &want.topic,
        key: key.as_deref(),
        value: Some(&value),
        headers: &headers,
        ..RecordView::default()
    };
    let begun = call.world.now();
    let delivery = producer.send_view(&record).await.map_err(Stop::failed)?;
    delivery.await.map_err(Stop::failed)?;
    let records = consumer.poll(Duration::from_millis(POLL_MS)).await.map_err(Stop::failed)?;
    let took = call.world.now().since(begun);
    let failed = |sentence: String| Err(Stop::Failed(sentence));
    match records.iter().next() {
        None => failed(format!("poll() timed out before finding a result (timeout:[{POLL_MS}])")),
        Some(read) if read.value.as_deref() != Some(value.as_slice()) => {
            let (read, sent) = (read.value.as_deref().unwrap_or_default(), &value);
            let (read, sent) = (String::from_utf8_lossy(read), String::from_utf8_lossy(sent));
            failed(format!("The message value read [{read}] did not match the message value sent [{sent}]"))
        }
        Some(_) if records.len() > 1 => {
            failed(format!("Only one result was expected during this test. We found [{}]", records.len()))
        }
        Some(_) => Ok(took),
    }
}

fn letters(chance: &mut SmallRng, count: usize) -> Vec<u8> {
    let mut letters = vec![0; count];
    chance.fill_bytes(&mut letters);
    letters.iter_mut().for_each(|byte| *byte = b'A' + *byte % 26);
    letters
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
