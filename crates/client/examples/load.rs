//! The client's side of `cargo xtask bench client`: as many records as go, or so many a second, and what they cost.
//!
//! `load produce servers=HOST:PORT topic=T seconds=S size=BYTES [rate=R] [warm=S] [threads=N] [SETTING=VALUE …]`, where a
//! setting is one of Kafka's. Prints one line of JSON. With a rate, records are due at times of their own, whether answers come
//! or not, and a record's time counts from there. `bench/rdkafka.c` does the same with librdkafka.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use kampa_client::producer::{Delivery, Producer, RecordView};
use kampa_client::{Client, Error, ProducerSettings, Settings, properties};
use kampa_world::{Monotonic, World};
use parking_lot::Mutex;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let want = Want::read(&words);
    let threads = want.number("threads", 1.0) as usize;
    let told = World::run(threads, |world| async move {
        match want.what.as_str() {
            "produce" => produce(world, &want).await,
            other => panic!("load takes produce, not {other}"),
        }
    });
    match told.expect("a runtime") {
        Ok(line) => println!("{line}"),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}

/// What the command line asks for.
struct Want {
    what: String,
    own: BTreeMap<String, String>,
    settings: Settings,
    producer: ProducerSettings,
}

impl Want {
    fn read(words: &[String]) -> Want {
        let (what, words) = words.split_first().expect("load produce …");
        let (mut own, mut kafkas) = (BTreeMap::new(), Vec::new());
        for word in words {
            let (key, value) = word.split_once('=').expect("key=value");
            match key {
                "servers" => kafkas.push(("bootstrap.servers", value)),
                "topic" | "seconds" | "size" | "rate" | "warm" | "threads" => {
                    own.insert(key.to_owned(), value.to_owned());
                }
                key => kafkas.push((key, value)),
            }
        }
        let configured = properties::read(kafkas).unwrap_or_else(|error| panic!("{error}"));
        assert!(configured.unknown.is_empty(), "unknown: {:?}", configured.unknown);
        Want { what: what.clone(), own, settings: configured.settings, producer: configured.producer }
    }

    fn number(&self, key: &str, otherwise: f64) -> f64 {
        self.own.get(key).map_or(otherwise, |value| value.parse().expect("a number"))
    }
}

async fn produce(world: World, want: &Want) -> Result<String, Error> {
    let client = Client::on(world.clone(), want.settings.clone())?;
    let producer = client.producer(want.producer.clone())?;
    let topic = want.own.get("topic").expect("topic=T");
    let value = letters(want.number("size", 100.0) as usize);
    let record = RecordView { topic, value: Some(&value), ..RecordView::default() };
    let (warm, seconds) = (want.number("warm", 0.0), want.number("seconds", 1.0));
    let rate = want.number("rate", 0.0);
    if warm > 0.0 {
        flat_out(&world, &producer, &record, warm).await?;
    }
    let (cpu_before, begun) = (cpu_s(&world), world.now());
    let (records, times) = match rate > 0.0 {
        true => open_loop(&world, &producer, &record, seconds, rate).await?,
        false => (flat_out(&world, &producer, &record, seconds).await?, Vec::new()),
    };
    let (took_s, cpu_s) = (world.now().since(begun).as_secs_f64(), cpu_s(&world) - cpu_before);
    producer.close().await?;
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    let (p50, p99, worst) = (at(0.5), at(0.99), times.last().copied().unwrap_or(0.0));
    Ok(format!(
        "{{\"records\":{records},\"seconds\":{took_s:.3},\"cpu_s\":{cpu_s:.3},\"p50_us\":{p50:.0},\"p99_us\":{p99:.0},\"max_us\":{worst:.0}}}"
    ))
}

/// Letters that do not compress to nothing.
fn letters(count: usize) -> Vec<u8> {
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    let mut letter = || {
        chance = chance.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        b'a' + (chance >> 60) as u8
    };
    (0..count).map(|_| letter()).collect()
}

/// As many as go in this time; all are delivered when it ends.
async fn flat_out(world: &World, producer: &Producer, record: &RecordView<'_>, seconds: f64) -> Result<u64, Error> {
    let until = world.now() + Duration::from_secs_f64(seconds);
    let mut owed: VecDeque<Delivery> = VecDeque::new();
    let mut sent = 0_u64;
    while world.now() < until {
        for _ in 0..LOOK_EVERY {
            owed.push_back(producer.send_view(record).await?);
        }
        sent += LOOK_EVERY;
        while let Some(told) = owed.front().and_then(Delivery::result) {
            told?;
            owed.pop_front();
        }
    }
    producer.flush().await?;
    for delivery in owed {
        delivery.await?;
    }
    Ok(sent)
}

/// Records due at even times; microseconds from then to the delivery of each, sorted.
async fn open_loop(
    world: &World,
    producer: &Producer,
    record: &RecordView<'_>,
    seconds: f64,
    rate: f64,
) -> Result<(u64, Vec<f64>), Error> {
    let count = (seconds * rate) as u64;
    let begun = world.now();
    let (owe, mut owed) = tokio::sync::mpsc::unbounded_channel::<(Monotonic, Delivery)>();
    let times = Arc::new(Mutex::new(Vec::new()));
    let (noted, clock) = (times.clone(), world.clone());
    let watcher = world.spawn("watcher", async move {
        while let Some((due, delivery)) = owed.recv().await {
            delivery.await?;
            noted.lock().push(clock.now().since(due).as_secs_f64() * 1e6);
        }
        Ok::<(), Error>(())
    });
    for number in 0..count {
        let due = begun + Duration::from_secs_f64(number as f64 / rate);
        if world.now() < due {
            world.sleep_until(due).await;
        }
        // A watcher that ended says why below.
        let _ = owe.send((due, producer.send_view(record).await?));
    }
    drop(owe);
    watcher.await.expect("a watcher")?;
    let mut times = std::mem::take(&mut *times.lock());
    times.sort_by(f64::total_cmp);
    Ok((count, times))
}

/// Processor seconds of this process.
fn cpu_s(world: &World) -> f64 {
    let stat = world.disk().read("/proc/self/stat").expect("/proc/self/stat");
    let stat = String::from_utf8_lossy(&stat);
    let (_, rest) = stat.rsplit_once(')').expect("a name in brackets");
    let ticks = rest.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().expect("ticks"));
    // Linux counts these in hundredths of a second on every machine there is.
    ticks.sum::<f64>() / 100.0
}

/// How many records go between two looks at what has been delivered.
const LOOK_EVERY: u64 = 100;
