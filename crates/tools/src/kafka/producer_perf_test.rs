//! kafka-producer-perf-test: sends many records and tells how fast that went.

mod stats;

use kampa_client::producer::{Delivery, RecordView};
use tokio::sync::mpsc;

use super::chance::SplittableRandom;
use super::clients::{Pace, Properties};
use super::ended::uncaught;
use super::thrown::{Died, Thrown};
use crate::options::commands::{Command, Kind, Many, Parsed, option, switch};
use crate::{Call, Outcome};

use stats::Stats;

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    if call.arguments.is_empty() {
        call.streams.out.text(TOOL.help());
        return Ok(());
    }
    let parsed = TOOL.parse(&call, 1)?;
    check(&call, &parsed)?;
    perform(&call, &parsed).await.map_err(|died| uncaught(&call, died))
}

async fn perform(call: &Call, parsed: &Parsed) -> Result<(), Died> {
    let mut payloads = Payloads::read(call, parsed)?;
    let (client, producer) = properties(call, parsed)?.producer(call).await?;
    let (count, warmup) = (number(parsed, "num-records") as u64, number(parsed, "warmup-records").max(0) as u64);
    if warmup > 0 {
        call.streams.out.line(format_args!(
            "Warmup first {warmup} records. Steady state results will print after the complete test summary."
        ));
    }
    let (owe, owed) = mpsc::unbounded_channel();
    let interval_ms = number(parsed, "reporting-interval");
    let watcher = call.world.spawn("deliveries", watch(call.clone(), owed, count, warmup, interval_ms));
    let throughput = parsed.value("throughput").and_then(|text| text.parse().ok()).unwrap_or(-1.0);
    let pace = Pace::new(&call.world, throughput);
    let topic = parsed.value("topic").unwrap_or_default();
    for at in 0..count {
        let value = payloads.next(at);
        let record = RecordView { topic, value: Some(value), ..RecordView::default() };
        let (start_ms, bytes) = (call.world.wall_ms(), value.len());
        let delivery = producer.send_view(&record).await.map_err(|error| Thrown::of_send(topic, &error));
        drop(owe.send(Owed { at, start_ms, bytes, delivery }));
        pace.after(&call.world, at + 1).await;
    }
    drop(owe);
    let closed = producer.close().await;
    client.close().await;
    if watcher.await.is_err() {
        return Err(Thrown::runtime("the deliveries were not watched to their end").into());
    }
    closed.map_err(|error| Thrown::of_client(&error).into())
}

/// A record under way.
struct Owed {
    at: u64,
    start_ms: i64,
    bytes: usize,
    delivery: Result<Delivery, Thrown>,
}

/// Counts what is delivered, tells of each interval, and at the end of it all.
async fn watch(call: Call, mut owed: mpsc::UnboundedReceiver<Owed>, count: u64, warmup: u64, interval_ms: i64) {
    let out = &call.streams.out;
    let mut all = Stats::new(call.world.wall_ms(), count, interval_ms);
    let mut steady: Option<Stats> = None;
    while let Some(Owed { at, start_ms, bytes, delivery }) = owed.recv().await {
        if at >= warmup && warmup > 0 && steady.is_none() {
            // The steady state begins when its first record is sent, and from then on its windows are what is told.
            steady = Some(Stats::new(start_ms, count - warmup.min(count), interval_ms));
        }
        let delivered = match delivery {
            Ok(delivery) => delivery.await.map(drop).map_err(|error| Thrown::of_client(&error)),
            Err(thrown) => Err(thrown),
        };
        if let Err(thrown) = delivered {
            call.streams.err.line(thrown);
            continue;
        }
        let now_ms = call.world.wall_ms();
        let latency_ms = now_ms - start_ms;
        let window = all.record(latency_ms, bytes, now_ms).filter(|_| steady.is_none());
        if let Some(steady) = &mut steady {
            let is_first = steady.is_in_first_window();
            let window = steady.record(latency_ms, bytes, now_ms);
            if is_first && window.is_some() {
                out.line("In steady state.");
            }
            window.into_iter().for_each(|line| out.line(line));
        }
        window.into_iter().for_each(|line| out.line(line));
        out.flush();
    }
    out.line(all.total(call.world.wall_ms(), ""));
    if let Some(steady) = steady {
        out.line(steady.total(call.world.wall_ms(), " steady state"));
    }
}

fn check(call: &Call, parsed: &Parsed) -> Outcome {
    let refuse = |sentence: &str| Err(TOOL.refuse(call, sentence));
    let given = |name: &str| parsed.value(name).is_some();
    if number(parsed, "num-records") <= 0 {
        return refuse("--num-records should be greater than zero.");
    }
    if given("warmup-records") && number(parsed, "warmup-records") >= number(parsed, "num-records") {
        return refuse(
            "The value for --warmup-records must be strictly fewer than the number of records in the test, --num-records.",
        );
    }
    if given("record-size") && number(parsed, "record-size") <= 0 {
        return refuse("--record-size should be greater than zero.");
    }
    let sources = ["bootstrap-server", "command-property", "producer-props", "producer.config", "command-config"];
    if !sources.iter().any(|name| given(name)) {
        return refuse(
            "At least one of --bootstrap-server, --command-property, --producer-props, --producer.config or --command-config must be specified.",
        );
    }
    for (old, new) in REPLACED {
        if given(old) && given(new) {
            return refuse(&format!("--{new} and --{old} cannot be specified together."));
        }
    }
    if given("transaction-duration-ms") && number(parsed, "transaction-duration-ms") <= 0 {
        return refuse("--transaction-duration-ms should be greater than zero.");
    }
    if number(parsed, "reporting-interval") <= 0 {
        return refuse("--reporting-interval should be greater than zero.");
    }
    Ok(())
}

/// Options that have another name now.
const REPLACED: [(&str, &str); 2] = [("producer-props", "command-property"), ("producer.config", "command-config")];

fn properties(call: &Call, parsed: &Parsed) -> Result<Properties, Thrown> {
    for (old, new) in REPLACED.into_iter().filter(|(old, _)| parsed.value(old).is_some()) {
        call.streams.out.line(format_args!(
            "Option --{old} has been deprecated and will be removed in a future version. Use --{new} instead."
        ));
    }
    let file = parsed.value("producer.config").or(parsed.value("command-config"));
    let mut properties = Properties::load(&call.world, file)?;
    for word in parsed.values("producer-props").iter().chain(parsed.values("command-property")) {
        if word.split('=').count() != 2 {
            return Err(Thrown::illegal(format!("Invalid property: {word}")));
        }
        properties.words([word.as_str()]);
    }
    if let Some(servers) = parsed.value("bootstrap-server") {
        properties.set("bootstrap.servers", servers);
    }
    properties.set_if_absent("client.id", "perf-producer-client");
    if let Some(id) = parsed.value("transactional-id") {
        properties.set("transactional.id", id);
    } else if parsed.value("transaction-duration-ms").is_some() {
        properties.set_if_absent("transactional.id", "performance-producer-");
    }
    Ok(properties)
}

fn number(parsed: &Parsed, name: &str) -> i64 {
    parsed.number(name).unwrap_or_default()
}

/// What records carry.
enum Payloads {
    /// Letters by chance, so many.
    Letters { chance: SplittableRandom, value: Vec<u8> },
    /// One of these, by chance.
    Listed { chance: SplittableRandom, values: Vec<Vec<u8>> },
    /// The record's number.
    Numbers(Vec<u8>),
}

impl Payloads {
    fn read(call: &Call, parsed: &Parsed) -> Result<Payloads, Thrown> {
        let chance = SplittableRandom::new(0);
        if let Some(path) = parsed.value("payload-file") {
            return Ok(Payloads::Listed { chance, values: listed(call, parsed, path)? });
        }
        match parsed.value("record-size") {
            Some(_) => Ok(Payloads::Letters { chance, value: vec![0; number(parsed, "record-size") as usize] }),
            None => Ok(Payloads::Numbers(Vec::new())),
        }
    }

    fn next(&mut self, at: u64) -> &[u8] {
        match self {
            Payloads::Letters { chance, value } => {
                value.fill_with(|| b'A' + chance.below(26) as u8);
                value
            }
            Payloads::Listed { chance, values } => &values[chance.below(values.len() as u32) as usize],
            Payloads::Numbers(value) => {
                *value = at.to_string().into_bytes();
                value
            }
        }
    }
}

fn listed(call: &Call, parsed: &Parsed, path: &str) -> Result<Vec<Vec<u8>>, Thrown> {
    let absolute = std::path::absolute(path).map_err(|error| Thrown::new("java.io.IOError", error.to_string()))?;
    call.streams.out.line(format_args!("Reading payloads from: {}", absolute.display()));
    let bytes = call.world.disk().read(path).unwrap_or_default();
    if bytes.is_empty() {
        return Err(Thrown::illegal("File does not exist or empty file provided."));
    }
    let delimiter = match parsed.value("payload-delimiter").unwrap_or("\\n") {
        "\\n" => "\n",
        delimiter => delimiter,
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut values: Vec<Vec<u8>> = text.split(delimiter).map(|value| value.as_bytes().to_vec()).collect();
    // A delimiter at the beginning or at the end has nothing on its other side; among themselves they have empty payloads.
    values.pop_if(|last| last.is_empty());
    if values.first().is_some_and(Vec::is_empty) {
        values.remove(0);
    }
    call.streams.out.line(format_args!("Number of records read: {}", values.len()));
    match values.is_empty() {
        true => Err(Thrown::illegal("no payload File Path or record Size or payload-monotonic option provided")),
        false => Ok(values),
    }
}

static TOOL: Command = Command {
    name: "kafka-producer-perf-test",
    about: "Sends records as fast as they go, or so many a second, and tells rates and latencies. A transactional id, or a \
            transaction's duration, makes it send in transactions.",
    arguments: &[
        option(&["--bootstrap-server"], "brokers to begin with; wins over bootstrap.servers given otherwise")
            .called("BOOTSTRAP-SERVER"),
        option(&["--topic"], "the topic to produce to").required(),
        option(&["--num-records"], "how many records to send").of(Kind::Long).called("NUM-RECORDS").required(),
        option(&["--payload-delimiter"], "what stands between the payloads of --payload-file")
            .called("PAYLOAD-DELIMITER")
            .or("\\n"),
        option(&["--throughput"], "about so many records a second; -1 for as many as go").of(Kind::Double).required(),
        option(&["--producer-props"], "(DEPRECATED) use --command-property")
            .called("PROP-NAME=PROP-VALUE")
            .many(Many::Some),
        option(&["--command-property"], "producer settings; they win over those of a file")
            .called("PROP-NAME=PROP-VALUE")
            .many(Many::Some),
        option(&["--producer.config"], "(DEPRECATED) use --command-config").called("CONFIG-FILE"),
        option(&["--command-config"], "a file of producer settings").called("CONFIG-FILE"),
        switch(&["--print-metrics"], "prints metrics at the end"),
        option(&["--transactional-id"], "the transactional id; wins over one given otherwise")
            .called("TRANSACTIONAL-ID"),
        option(&["--transaction-duration-ms"], "commits after this long; more than 0, 3000 by default")
            .of(Kind::Long)
            .called("TRANSACTION-DURATION"),
        option(&["--warmup-records"], "so many records are not counted in the steady state's figures")
            .of(Kind::Long)
            .called("WARMUP-RECORDS"),
        option(&["--reporting-interval"], "milliseconds between two lines of progress")
            .of(Kind::Long)
            .called("INTERVAL-MS")
            .or("5000"),
        option(&["--record-size"], "bytes of each record").of(Kind::Integer).called("RECORD-SIZE").in_group(0),
        option(&["--payload-file"], "a file of payloads, of which each record carries one by chance")
            .called("PAYLOAD-FILE")
            .in_group(0),
        switch(&["--payload-monotonic"], "each record carries its number").in_group(0),
    ],
    groups: &[true],
    commands: &[],
    commands_called: "",
};
