//! kafka-verifiable-producer: sends growing numbers and tells the fate of each as a line of JSON, for the tests of a whole system.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kampa_client::Error;
use kampa_client::producer::{Delivery, RecordView};
use kampa_world::{Either, race};
use tokio::sync::mpsc;

use super::producing::{Pace, Properties};
use crate::options::commands::{Command, Kind, Parsed, option};
use crate::{Call, Outcome, Stop};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    if call.arguments.is_empty() {
        call.streams.out.text(TOOL.help());
        return Ok(());
    }
    let parsed = TOOL.parse(&call, 0)?;
    let begun_ms = call.world.wall_ms();
    let (client, producer) = properties(&call, &parsed)?.producer(&call)?;
    let throughput: i64 = parsed.number("throughput").unwrap_or(-1);
    tell(&call, "startup_complete", "");
    let (owe, owed) = mpsc::unbounded_channel();
    let acked = Arc::new(AtomicU64::new(0));
    let watcher = call.world.spawn("deliveries", watch(call.clone(), owed, acked.clone(), topic(&parsed)));
    let sent = AtomicU64::new(0);
    let ended = race(super::interrupts::next(), send(&call, &parsed, &producer, owe, throughput, &sent)).await;
    let closed = producer.close().await;
    drop(watcher.await);
    client.close().await;
    tell(&call, "shutdown_complete", "");
    let (sent, acked) = (sent.load(Ordering::Acquire), acked.load(Ordering::Acquire));
    let seconds = (call.world.wall_ms() - begun_ms) as f64 / 1000.0;
    let average = acked as f64 / seconds;
    tell(
        &call,
        "tool_data",
        &format!(
            ",\"sent\":{sent},\"acked\":{acked},\"target_throughput\":{throughput},\"avg_throughput\":{average:?}"
        ),
    );
    match ended {
        Either::Left(code) => Err(Stop::Exit(code)),
        Either::Right(()) => closed.map_err(Stop::failed),
    }
}

fn topic(parsed: &Parsed) -> String {
    parsed.value("topic").unwrap_or_default().to_owned()
}

/// A record under way.
struct Owed {
    key: Option<String>,
    value: String,
    delivery: Result<Delivery, Error>,
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
        let delivery = producer.send_view(&record).await;
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
            Ok(delivery) => delivery.await,
            Err(error) => Err(error),
        };
        let key = key.map_or("null".to_owned(), |key| quoted(&key));
        let value = quoted(&value);
        match told {
            Ok(lies_at) => {
                acked.fetch_add(1, Ordering::AcqRel);
                let (offset, partition) = (lies_at.offset, lies_at.partition);
                let topic = quoted(&lies_at.topic);
                let more = format!(
                    ",\"key\":{key},\"value\":{value},\"offset\":{offset},\"topic\":{topic},\"partition\":{partition}"
                );
                tell(&call, "producer_send_success", &more);
            }
            Err(error) => {
                let message = quoted(&error.to_string());
                let exception = quoted(&format!("class {}", exception(&error)));
                let topic = quoted(&topic);
                let more = format!(
                    ",\"key\":{key},\"value\":{value},\"exception\":{exception},\"topic\":{topic},\"message\":{message}"
                );
                tell(&call, "producer_send_error", &more);
            }
        }
    }
}

/// Java's class for an error.
fn exception(error: &Error) -> &'static str {
    match error {
        Error::TimedOut { .. } | Error::Unreachable { .. } => "org.apache.kafka.common.errors.TimeoutException",
        Error::TooLarge { .. } => "org.apache.kafka.common.errors.RecordTooLargeException",
        Error::Disconnected { .. } => "org.apache.kafka.common.errors.DisconnectException",
        Error::BufferFull { .. } => "org.apache.kafka.clients.producer.BufferExhaustedException",
        _ => "org.apache.kafka.common.KafkaException",
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
    let mut properties = Properties::default();
    properties.set("bootstrap.servers", parsed.value("bootstrap-server").unwrap_or_default());
    properties.set("client.id", "producer-1");
    properties.set("acks", parsed.value("acks").unwrap_or("-1"));
    // What is not acknowledged at once counts as failed.
    properties.set("retries", "0");
    if parsed.value("producer.config").is_some() && parsed.value("command-config").is_some() {
        return Err(TOOL.refuse(call, "Options --producer.config and --command-config are mutually exclusive."));
    }
    if parsed.value("producer.config").is_some() {
        call.streams.out.line(
            "Option --producer.config has been deprecated and will be removed in a future version. Use --command-config instead.",
        );
    }
    properties.load(call, parsed.value("producer.config"))?;
    properties.load(call, parsed.value("command-config"))?;
    Ok(properties)
}

static TOOL: Command = Command {
    name: "verifiable-producer",
    about: "Sends growing numbers to a topic and prints JSON for each, so that it can be seen which were acknowledged.",
    arguments: &[
        option(&["--topic"], "the topic to produce to").required(),
        option(&["--max-messages"], "how many messages to produce; -1 for no end").of(Kind::Integer).or("-1"),
        option(&["--throughput"], "about so many messages a second; below 0 as many as go").of(Kind::Integer).or("-1"),
        option(&["--acks"], "who must have a message").of(Kind::Integer).or("-1"),
        option(&["--producer.config"], "(DEPRECATED) use --command-config").called("CONFIG-FILE"),
        option(&["--message-create-time"], "the first message's time, in milliseconds since 1970; -1 is now")
            .of(Kind::Long)
            .called("CREATE-TIME")
            .or("-1"),
        option(&["--value-prefix"], "a number before each value, with a dot between").of(Kind::Integer),
        option(&["--repeating-keys"], "keys from 0 up to this number, over and over").of(Kind::Integer),
        option(&["--command-config"], "a file of settings").called("CONFIG-FILE"),
        option(&["--bootstrap-server"], "REQUIRED: brokers to begin with")
            .called("HOST1:PORT1[,HOST2:PORT2[...]]")
            .required(),
    ],
    groups: &[],
    commands: &[],
    commands_called: "",
};
