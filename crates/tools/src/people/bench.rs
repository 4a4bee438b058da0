//! `kampa bench`: how fast this cluster takes records, gives them back, and how long one is under way.
//!
//! A first look, from one process: what it measures is the cluster and this client together, on whatever else the machine does.

use std::time::Duration;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kampa_client::consumer::Consumer;
use kampa_client::producer::{Producer, RecordView};
use kampa_client::{ConsumerSettings, OffsetReset, ProducerSettings};
use kampa_world::{Monotonic, World};
use serde_json::json;

use super::screen::bytes;
use super::{Common, Session, told, topic};
use crate::{Outcome, Stop, Streams};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Sends records as fast as they are taken, or at a rate.
    Produce {
        topic: String,
        #[command(flatten)]
        load: Load,
        /// Records a second [default: as many as are taken].
        #[arg(long)]
        rate: Option<u64>,
    },
    /// Reads a topic from its beginning.
    Consume {
        topic: String,
        /// Records to read.
        #[arg(long, short = 'n', default_value_t = 1_000_000)]
        records: u64,
    },
    /// Sends a record, reads it, sends the next: how long each is under way.
    Latency {
        topic: String,
        /// Records.
        #[arg(long, short = 'n', default_value_t = 1_000)]
        records: u64,
        /// Bytes of each.
        #[arg(long, default_value_t = 100)]
        size: usize,
    },
}

#[derive(Debug, Args)]
struct Load {
    /// Records.
    #[arg(long, short = 'n', default_value_t = 1_000_000)]
    records: u64,
    /// Bytes of each.
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// `none`, `gzip`, `snappy`, `lz4` or `zstd`.
    #[arg(long, default_value = "none")]
    compression: String,
    /// Whose word makes a record sent: `all` replicas, the leader (`1`), nobody (`0`).
    #[arg(long, default_value = "all")]
    acks: String,
}

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    match arguments.action {
        Action::Produce { topic, load, rate } => produce(&session, &topic, &load, rate).await,
        Action::Consume { topic, records } => consume(&session, &topic, records).await,
        Action::Latency { topic, records, size } => latency(&session, &topic, records, size).await,
    }
}

async fn produce(session: &Session, topic: &str, load: &Load, rate: Option<u64>) -> Outcome {
    topic::partitions_of(&session.client.admin(), topic).await?;
    let read = kampa_client::properties::read([("acks", load.acks.as_str()), ("compression.type", &load.compression)]);
    let wanted = read.map_err(told)?.producer;
    let idempotence = session.configured.producer.idempotence && wanted.acks == kampa_client::Acks::All;
    let settings = ProducerSettings {
        acks: wanted.acks,
        compression: wanted.compression,
        idempotence,
        linger_ms: 5,
        ..session.configured.producer.clone()
    };
    let producer = session.client.producer(settings).map_err(told)?;
    let (value, bar) = (filler(load.size)?, progress(session, load.records));
    let began = session.world.now();
    for sent in 0..load.records {
        pace(&session.world, began, sent, rate).await;
        let record = RecordView { topic, value: Some(&value), ..RecordView::default() };
        // Whether all of them arrived is asked at the end.
        drop(producer.send_view(&record).await.map_err(told)?);
        if sent % STEP == 0 {
            bar.set_position(sent);
        }
    }
    producer.flush().await.map_err(told)?;
    let took = session.world.now().since(began);
    bar.finish_and_clear();
    producer.close().await.map_err(told)?;
    tell(session, "sent", load.records, load.records * load.size as u64, took);
    Ok(())
}

async fn consume(session: &Session, topic: &str, records: u64) -> Outcome {
    let consumer = reader(session, topic).await?;
    let bar = progress(session, records);
    let (mut count, mut size) = (0, 0);
    let began = session.world.now();
    let mut last = began;
    while count < records {
        let polled = consumer.poll(POLL).await.map_err(told)?;
        if polled.is_empty() {
            break;
        }
        last = session.world.now();
        count += polled.len() as u64;
        size += polled.iter().map(|record| record.value.as_ref().map_or(0, |value| value.len() as u64)).sum::<u64>();
        bar.set_position(count);
    }
    bar.finish_and_clear();
    consumer.close().await.map_err(told)?;
    tell(session, "read", count, size, last.since(began));
    Ok(())
}

async fn latency(session: &Session, topic: &str, records: u64, size: usize) -> Outcome {
    let consumer = reader(session, topic).await?;
    let partitions = consumer.assignment();
    consumer.seek_to_end(&partitions).map_err(told)?;
    for partition in &partitions {
        consumer.position(partition).await.map_err(told)?;
    }
    let producer = session.client.producer(session.configured.producer.clone()).map_err(told)?;
    let (value, bar) = (filler(size)?, progress(session, records));
    let mut took: Vec<Duration> = Vec::new();
    for sent in 0..records {
        took.push(round_trip(session, &producer, &consumer, topic, &value).await?);
        bar.set_position(sent);
    }
    bar.finish_and_clear();
    took.sort_unstable();
    let at = |share: f64| took.get(((took.len() as f64 * share) as usize).min(took.len().saturating_sub(1)));
    let ms = |share| at(share).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
    session.screen.show_or(
        || {
            format!(
                "{records} records there and back: half within {:.2} ms, 99 % within {:.2} ms, 99.9 % within {:.2} ms",
                ms(0.5),
                ms(0.99),
                ms(0.999)
            )
        },
        || json!({ "records": records, "p50_ms": ms(0.5), "p99_ms": ms(0.99), "p999_ms": ms(0.999) }),
    );
    producer.close().await.map_err(told)?;
    consumer.close().await.map_err(told)
}

/// One record, sent and read.
async fn round_trip(
    session: &Session,
    producer: &Producer,
    consumer: &Consumer,
    topic: &str,
    value: &[u8],
) -> Result<Duration, Stop> {
    let began = session.world.now();
    drop(producer.send_view(&RecordView { topic, value: Some(value), ..RecordView::default() }).await.map_err(told)?);
    while consumer.poll(POLL).await.map_err(told)?.is_empty() {
        if session.world.now().since(began) > LOST {
            return Err(Stop::Failed(format!(
                "a record sent to {topic} did not come back within {} s",
                LOST.as_secs()
            )));
        }
    }
    Ok(session.world.now().since(began))
}

async fn reader(session: &Session, topic: &str) -> Result<Consumer, Stop> {
    let partitions = topic::partitions_of(&session.client.admin(), topic).await?;
    let settings = ConsumerSettings { auto_offset_reset: OffsetReset::Earliest, ..session.configured.consumer.clone() };
    let consumer = session.client.consumer(settings).map_err(told)?;
    consumer.assign(&partitions).map_err(told)?;
    Ok(consumer)
}

/// Waits until it is time for the next record.
async fn pace(world: &World, began: Monotonic, sent: u64, rate: Option<u64>) {
    let Some(rate) = rate.filter(|rate| *rate > 0) else { return };
    let due = began + Duration::from_nanos(sent.saturating_mul(1_000_000_000) / rate);
    if due > world.now() {
        world.sleep_until(due).await;
    }
}

/// Letters that compress about as well as JSON does.
fn filler(size: usize) -> Result<Vec<u8>, Stop> {
    if size > SIZE_MAX {
        return Err(Stop::Failed(format!("--size {size}: a record has at most {SIZE_MAX} bytes")));
    }
    let mut state = 0x9E37_79B9_u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (state >> 27) as u8 % 16
    };
    Ok((0..size).map(|_| letter()).collect())
}

fn progress(session: &Session, records: u64) -> ProgressBar {
    let target = if session.screen.json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(records), target);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {per_sec} {eta}") {
        bar.set_style(style);
    }
    bar
}

fn tell(session: &Session, done: &str, records: u64, size: u64, took: Duration) {
    let seconds = took.as_secs_f64().max(1e-9);
    let per_second = records as f64 / seconds;
    session.screen.show_or(
        || {
            format!(
                "{records} records {done} in {seconds:.2} s: {per_second:.0} a second, {} a second",
                bytes((size as f64 / seconds) as i64)
            )
        },
        || json!({ "records": records, "bytes": size, "seconds": seconds, "records_per_second": per_second }),
    );
}

/// Records between two looks at the bar.
const STEP: u64 = 1 << 12;
const POLL: Duration = Duration::from_secs(2);
/// A record that took longer did not come.
const LOST: Duration = Duration::from_secs(10);
/// What a node takes by default is a little more.
const SIZE_MAX: usize = 1_000_000;
