//! kafka-verifiable-producer: sends growing numbers and tells the fate of each as a line of JSON, for the tests of a whole system.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kampa_client::producer::{Delivery, RecordView};
use kampa_world::{Either, race};
use tokio::sync::mpsc;

use super::clients::{Pace, Properties};
use super::ended::uncaught;
use super::thrown::{Died, Thrown};
use crate::options::commands::{Command, Kind, Parsed, option};
use crate::{Call, Outcome, Stop};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    if call.arguments.is_empty() {
        call.streams.out.text(TOOL.help());
        return Ok(());
    }
    let parsed = TOOL.parse(&call, 1)?;
    produce(&call, &parsed).await.map_err(|died| uncaught(&call, died))
}

async fn produce(call: &Call, parsed: &Parsed) -> Result<(), Died> {
    let begun_ms = call.world.wall_ms();
    let (client, producer) = properties(call, parsed)?.producer(call).await?;
    let throughput: i64 = parsed.number("throughput").unwrap_or(-1);
    tell(call, "startup_complete", "");
    let (owe, owed) = mpsc::unbounded_channel();
    let acked = Arc::new(AtomicU64::new(0));
    let watcher = call.world.spawn("deliveries", watch(call.clone(), owed, acked.clone(), topic(parsed)));
    let sent = AtomicU64::new(0);
    let ended = race(super::interrupts::next(), send(call, parsed, &producer, owe, throughput, &sent)).await;
    let closed = producer.close().await;
    drop(watcher.await);
    client.close().await;
    tell(call, "shutdown_complete", "");
    let (sent, acked) = (sent.load(Ordering::Acquire), acked.load(Ordering::Acquire));
    let seconds = (call.world.wall_ms() - begun_ms) as f64 / 1000.0;
    let average = match acked as f64 / seconds {
        average if average.is_finite() => format!("{average:?}"),
        average if average.is_nan() => quoted("NaN"),
        _ => quoted("Infinity"),
    };
    tell(
        call,
        "tool_data",
        &format!(",\"sent\":{sent},\"acked\":{acked},\"target_throughput\":{throughput},\"avg_throughput\":{average}"),
    );
    match ended {
        Either::Left(code) => Err(Stop::Exit(code).into()),
        Either::Right(()) => Ok(closed.map_err(|error| Thrown::of_client(&error))?),
    }
}

fn topic(parsed: &Parsed) -> String {
    parsed.value("topic").unwrap_or_default().to_owned()
}

/// A record under way.
struct Owed {
    key: Option<String>,
    value: String,
    delivery: Result<Delivery, Thrown>,
}

async fn send(
    call: &Call,
    parsed: &Parsed,
    producer: &kampa_client::producer::Producer,
    owe: mpsc::UnboundedSender<Owed>,
    throughput: i64,
    sent: &AtomicU64,
) {
    let topic = topic(parsed);
    let most: i64 = parsed.number("max-messages").unwrap_or(-1);
    let (prefix, keys) = (parsed.value("value-prefix"), parsed.number::<u64>("repeating-keys"));
    let begun_ms = call.world.wall_ms();
    let mut create_ms = parsed.number::<i64>("message-create-time").filter(|time| *time != -1);
    let pace = Pace::new(&call.world, if throughput < 0 { -1.0 } else { throughput as f64 });
    for number in 0.. {
        if most >= 0 && number >= most as u64 {
            return;
        }
        let key = keys.map(|keys| (number % keys.max(1)).to_string());
        let value = prefix.map_or_else(|| number.to_string(), |prefix| format!("{prefix}.{number}"));
        let record = RecordView {
            topic: &topic,
            key: key.as_deref().map(str::as_bytes),
            value: Some(value.as_bytes()),
            timestamp_ms: create_ms,
            ..RecordView::default()
        };
        let delivery = producer.send_view(&record).await.map_err(|error| Thrown::of_send(&topic, &error));
        if let Some(create_ms) = &mut create_ms {
            *create_ms += call.world.wall_ms() - begun_ms;
        }
        sent.store(number + 1, Ordering::Release);
        drop(owe.send(Owed { key, value, delivery }));
        pace.after(&call.world, number + 1).await;
    }
}

async fn watch(call: Call, mut owed: mpsc::UnboundedReceiver<Owed>, acked: Arc<AtomicU64>, topic: String) {
    while let Some(Owed { key, value, delivery }) = owed.recv().await {
        let told = match delivery {
            Ok(delivery) => delivery.await.map_err(|error| Thrown::of_client(&error)),
            Err(thrown) => Err(thrown),
        };
        let key = key.map_or("null".to_owned(), |key| quoted(&key));
        let value = quoted(&value);
        match told {
            Ok(lies_at) => {
                acked.fetch_add(1, Ordering::AcqRel);
                let (offset, partition) = (lies_at.offset, lies_at.partition);
                let topic = quoted(&lies_at.topic);
                let more = format!(
                    ",\"key\":{key},\"value\":{value},\"topic\":{topic},\"partition\":{partition},\"offset\":{offset}"
                );
                tell(&call, "producer_send_success", &more);
            }
            Err(thrown) => {
                let message = quoted(thrown.message());
                let exception = quoted(&format!("class {}", thrown.class));
                let topic = quoted(&topic);
                let more = format!(
                    ",\"topic\":{topic},\"key\":{key},\"value\":{value},\"exception\":{exception},\"message\":{message}"
                );
                tell(&call, "producer_send_error", &more);
            }
        }
    }
}

/// A line: when, what, and `more` members.
fn tell(call: &Call, name: &str, more: &str) {
    call.streams.out.line(format_args!("{{\"timestamp\":{},\"name\":\"{name}\"{more}}}", call.world.wall_ms()));
    call.streams.out.flush();
}

/// A text in JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if u32::from(letter) < 0x20 => quoted.push_str(&format!("\\u{:04X}", u32::from(letter))),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn properties(call: &Call, parsed: &Parsed) -> Result<Properties, Stop> {
    let (old, new) = (parsed.value("producer.config"), parsed.value("command-config"));
    if old.is_some() && new.is_some() {
        return Err(TOOL.refuse(call, "Options --producer.config and --command-config are mutually exclusive."));
    }
    if old.is_some() {
        call.streams.out.line(
            "Option --producer.config has been deprecated and will be removed in a future version. Use --command-config instead.",
        );
    }
    let read = Properties::load(&call.world, old.or(new));
    let mut properties = read.map_err(|thrown| TOOL.refuse(call, thrown.message()))?;
    properties.set_if_absent("bootstrap.servers", parsed.value("bootstrap-server").unwrap_or_default());
    properties.set_if_absent("acks", parsed.value("acks").unwrap_or("-1"));
    // What is not acknowledged at once counts as failed.
    properties.set_if_absent("retries", "0");
    properties.set_if_absent("client.id", "producer-1");
    Ok(properties)
}

static TOOL: Command = Command {
    name: "verifiable-producer",
    about: "Sends growing numbers to a topic and prints JSON for each, so that it can be seen which were acknowledged.",
    arguments: &[
        option(&["--topic"], "the topic to produce to").required(),
        option(&["--max-messages"], "how many messages to produce; -1 for no end")
            .of(Kind::Integer)
            .called("MAX-MESSAGES")
            .or("-1"),
        option(&["--throughput"], "about so many messages a second; below 0 as many as go").of(Kind::Integer).or("-1"),
        option(&["--acks"], "who must have a message").of(Kind::IntegerOf(&["0", "1", "-1"])).called("ACKS").or("-1"),
        option(&["--producer.config"], "(DEPRECATED) use --command-config").called("CONFIG-FILE"),
        option(&["--message-create-time"], "the first message's time, in milliseconds since 1970; -1 is now")
            .of(Kind::Long)
            .called("CREATE-TIME")
            .or("-1"),
        option(&["--value-prefix"], "a number before each value, with a dot between")
            .of(Kind::Integer)
            .called("VALUE-PREFIX"),
        option(&["--repeating-keys"], "keys from 0 up to this number, over and over")
            .of(Kind::Integer)
            .called("REPEATING-KEYS"),
        option(&["--command-config"], "a file of settings").called("CONFIG-FILE"),
        option(&["--bootstrap-server"], "REQUIRED: brokers to begin with")
            .called("HOST1:PORT1[,HOST2:PORT2[...]]")
            .in_group(0),
    ],
    groups: &[true],
    commands: &[],
    commands_called: "",
};
