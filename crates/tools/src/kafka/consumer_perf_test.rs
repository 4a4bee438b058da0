//! kafka-consumer-perf-test: how fast a topic is read.
//!
//! Columns and rounding are Apache's. Times are UTC. `--print-metrics` is taken and prints nothing: this client keeps no metrics
//! of its own; `--socket-buffer-size` is taken and leaves the choice to the kernel.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kampa_client::consumer::{Called, Consumer, RebalanceListener};
use kampa_client::{Error, TopicPartition};
use kampa_world::World;

use super::clients::Properties;
use super::date_format;
use super::fixed::fixed;
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, Given, flag, maybe_valued, valued};
use crate::{Call, Outcome, Stop};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    perform(&call).await.map_err(|died| died.stop(&call.streams))
}

async fn perform(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse_or_usage(call)?;
    given.help_or_version("This tool is used to verify the consumer performance.")?;
    check(call, &given)?;
    if !given.has("hide-header") {
        call.streams.out.line(header(given.has("show-detailed-stats")));
    }
    let test = Test::of(call, &given)?;
    let (client, consumer) = test.properties.consumer(call).await?;
    let measured = test.measure(call, &consumer).await;
    let closed = consumer.close().await;
    client.close().await;
    Ok(measured.and(closed).map_err(|error| Thrown::of_client(&error))?)
}

/// In Apache's order of complaints.
fn check(call: &Call, given: &Given) -> Result<(), Stop> {
    given.require(&["bootstrap-server"])?;
    for [one, other] in [["topic", "include"], ["messages", "num-records"]] {
        if given.has(one) == given.has(other) {
            let words = format!("Exactly one of the following arguments is required: [{one}], [{other}]");
            return Err(given.refuse(words));
        }
    }
    given.exclude("consumer.config", &["command-config"])?;
    for (old, new) in [("messages", "num-records"), ("consumer.config", "command-config")] {
        if given.has(old) {
            call.streams.out.line(format_args!("Warning: --{old} is deprecated. Use --{new} instead."));
        }
    }
    Ok(())
}

fn header(is_detailed: bool) -> String {
    let first = if is_detailed { "time, threadId" } else { "start.time, end.time" };
    format!(
        "{first}, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, \
         fetch.MB.sec, fetch.nMsg.sec"
    )
}

struct Test {
    topic: String,
    pattern: Option<String>,
    count: i64,
    timeout_ms: i64,
    interval_ms: i64,
    is_detailed: bool,
    date_format: String,
    properties: Properties,
}

#[derive(Clone, Copy, Default)]
struct Total {
    records: i64,
    bytes: i64,
}

impl Test {
    fn of(call: &Call, given: &Given) -> Result<Test, Died> {
        let count = if given.has("messages") { "messages" } else { "num-records" };
        let interval_ms = given.number::<i64>("reporting-interval")?.unwrap_or_default();
        if interval_ms <= 0 {
            return Err(Thrown::illegal("Reporting interval must be greater than 0.").into());
        }
        let date_format = given.value("date-format")?.unwrap_or_default();
        date_format::check(date_format).map_err(Thrown::illegal)?;
        Ok(Test {
            topic: given.value("topic")?.unwrap_or_default().to_owned(),
            pattern: given.value("include")?.map(str::to_owned),
            count: given.number(count)?.unwrap_or_default(),
            timeout_ms: given.number("timeout")?.unwrap_or_default(),
            interval_ms,
            is_detailed: given.has("show-detailed-stats"),
            date_format: date_format.to_owned(),
            properties: Test::properties(call, given)?,
        })
    }

    fn properties(call: &Call, given: &Given) -> Result<Properties, Thrown> {
        let file = if given.has("consumer.config") { "consumer.config" } else { "command-config" };
        let mut properties = Properties::load(&call.world, given.value(file)?)?;
        properties.words(given.values("command-property"));
        let made_up = format!("perf-consumer-{}", call.world.seed() % MADE_UP_GROUPS);
        properties.set("bootstrap.servers", given.value("bootstrap-server")?.unwrap_or_default());
        properties.set("group.id", given.value("group")?.unwrap_or(&made_up));
        for (key, flag) in [("receive.buffer.bytes", "socket-buffer-size"), ("max.partition.fetch.bytes", "fetch-size")]
        {
            given.number::<i32>(flag)?;
            properties.set(key, given.value(flag)?.unwrap_or_default());
        }
        properties.set("auto.offset.reset", if given.has("from-latest") { "latest" } else { "earliest" });
        properties.set("check.crcs", "false");
        properties.set_if_absent("client.id", "perf-consumer-client");
        Ok(properties)
    }

    async fn measure(&self, call: &Call, consumer: &Consumer) -> Result<(), Error> {
        let joining = Arc::new(Joining::begun(&call.world));
        consumer.on_rebalance(Watching { world: call.world.clone(), joining: joining.clone() });
        match &self.pattern {
            Some(pattern) => consumer.subscribe_matching(pattern)?,
            None => consumer.subscribe(&[&self.topic])?,
        }
        let begun_ms = call.world.wall_ms();
        let total = self.consume(call, consumer, &joining).await?;
        let ended_ms = call.world.wall_ms();
        if !self.is_detailed {
            call.streams.out.line(self.summary(total, begun_ms, ended_ms, joining.total_ms.load(Ordering::Relaxed)));
        }
        Ok(())
    }

    async fn consume(&self, call: &Call, consumer: &Consumer, joining: &Joining) -> Result<Total, Error> {
        let (mut total, mut reported) = (Total::default(), Total::default());
        let mut now_ms = call.world.wall_ms();
        let (mut reported_ms, mut read_ms) = (now_ms, now_ms);
        while total.records < self.count && now_ms - read_ms <= self.timeout_ms {
            let records = consumer.poll(POLL_WAIT).await?;
            now_ms = call.world.wall_ms();
            if !records.is_empty() {
                read_ms = now_ms;
            }
            for record in records.iter() {
                total.records += 1;
                total.bytes +=
                    [&record.key, &record.value].into_iter().flatten().map(|bytes| bytes.len() as i64).sum::<i64>();
                if now_ms - reported_ms >= self.interval_ms {
                    let join_ms = joining.round_ms.swap(0, Ordering::Relaxed);
                    if self.is_detailed {
                        call.streams.out.line(self.progress(total, reported, reported_ms, now_ms, join_ms));
                        call.streams.out.flush();
                    }
                    (reported, reported_ms) = (total, now_ms);
                }
            }
        }
        if total.records < self.count {
            call.streams.out.line(format_args!(
                "WARNING: Exiting before consuming the expected number of records: timeout ({} ms) exceeded. You can use the \
                 --timeout option to increase the timeout.",
                self.timeout_ms
            ));
        }
        Ok(total)
    }

    fn progress(&self, total: Total, reported: Total, from_ms: i64, to_ms: i64, join_ms: i64) -> String {
        let elapsed_ms = (to_ms - from_ms) as f64;
        let fetch_ms = to_ms - from_ms - join_ms;
        let megabytes = mebi(total.bytes - reported.bytes);
        let records = (total.records - reported.records) as f64;
        let by_fetch = |value: f64| if fetch_ms <= 0 { 0.0 } else { 1000.0 * value / fetch_ms as f64 };
        format!(
            "{}, 0, {}, {}, {}, {}, {join_ms}, {fetch_ms}, {}, {}",
            date_format::show(&self.date_format, to_ms),
            fixed(mebi(total.bytes), DIGITS),
            fixed(1000.0 * megabytes / elapsed_ms, DIGITS),
            total.records,
            fixed(records / elapsed_ms * 1000.0, DIGITS),
            fixed(by_fetch(megabytes), DIGITS),
            fixed(by_fetch(records), DIGITS)
        )
    }

    fn summary(&self, total: Total, begun_ms: i64, ended_ms: i64, join_ms: i64) -> String {
        let seconds = (ended_ms - begun_ms) as f64 / 1000.0;
        let fetch_ms = ended_ms - begun_ms - join_ms;
        let (megabytes, fetch_seconds) = (mebi(total.bytes), fetch_ms as f64 / 1000.0);
        format!(
            "{}, {}, {}, {}, {}, {}, {join_ms}, {fetch_ms}, {}, {}",
            date_format::show(&self.date_format, begun_ms),
            date_format::show(&self.date_format, ended_ms),
            fixed(megabytes, DIGITS),
            fixed(megabytes / seconds, DIGITS),
            total.records,
            fixed(total.records as f64 / seconds, DIGITS),
            fixed(megabytes / fetch_seconds, DIGITS),
            fixed(total.records as f64 / fetch_seconds, DIGITS)
        )
    }
}

fn mebi(bytes: i64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// Behind the point of every figure.
const DIGITS: usize = 4;

/// How long was spent joining.
struct Joining {
    since_ms: AtomicI64,
    total_ms: AtomicI64,
    round_ms: AtomicI64,
}

impl Joining {
    fn begun(world: &World) -> Joining {
        Joining { since_ms: world.wall_ms().into(), total_ms: 0.into(), round_ms: 0.into() }
    }
}

struct Watching {
    world: World,
    joining: Arc<Joining>,
}

impl RebalanceListener for Watching {
    fn assigned<'a>(&'a self, _: &'a Consumer, _: &'a [TopicPartition]) -> Called<'a> {
        let took_ms = self.world.wall_ms() - self.joining.since_ms.load(Ordering::Relaxed);
        self.joining.total_ms.fetch_add(took_ms, Ordering::Relaxed);
        self.joining.round_ms.fetch_add(took_ms, Ordering::Relaxed);
        Box::pin(async {})
    }

    fn revoked<'a>(&'a self, _: &'a Consumer, _: &'a [TopicPartition]) -> Called<'a> {
        self.joining.since_ms.store(self.world.wall_ms(), Ordering::Relaxed);
        Box::pin(async {})
    }
}

const POLL_WAIT: Duration = Duration::from_millis(100);
/// As many names as Apache's tool makes up.
const MADE_UP_GROUPS: u64 = 100_000;

static FLAGS: Flags = Flags(&[
    valued(
        "bootstrap-server",
        "server to connect to",
        "REQUIRED: where the cluster is, as host:port, several with commas.",
    ),
    valued("command-config", "config file", "A file with settings of the consumer."),
    valued("command-property", "prop1=val1", "A setting of the consumer, as key=value; wins over --command-config."),
    valued("consumer.config", "config file", "(DEPRECATED) As --command-config."),
    valued("date-format", "date format", "How times are shown, in the letters of Java's SimpleDateFormat.")
        .or("yyyy-MM-dd HH:mm:ss:SSS"),
    valued("fetch-size", "size", "Bytes that are asked for of one partition at once.").of("Integer").or("1048576"),
    flag("from-latest", "Without a committed offset, begins with the next record instead of the oldest one."),
    valued("group", "gid", "The group to read as."),
    flag("hide-header", "Leaves the line of names out."),
    valued("include", "Java regex (String)", "Reads every topic whose name this matches."),
    valued("messages", "count", "(DEPRECATED) As --num-records.").of("Long"),
    valued("num-records", "count", "REQUIRED: how many records to read.").of("Long"),
    flag("print-metrics", "Taken for the sake of scripts; there is nothing to print."),
    valued("reporting-interval", "interval_ms", "How often progress is shown, in milliseconds.")
        .of("Integer")
        .or("5000"),
    flag("show-detailed-stats", "Shows progress as it goes, instead of a summary at the end."),
    valued("socket-buffer-size", "size", "Taken for the sake of scripts; the kernel chooses.")
        .of("Integer")
        .or("2097152"),
    maybe_valued("timeout", "milliseconds", "Ends when no record came for so long.").of("Long").or("10000"),
    valued("topic", "topic", "The topic to read."),
]);

#[cfg(test)]
mod tests;
