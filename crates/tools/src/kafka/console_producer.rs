//! kafka-console-producer: every line of standard input becomes a record.

mod reader;

use std::io::IsTerminal;

use kampa_client::producer::{Delivery, Producer, RecordView};
use tokio::sync::mpsc;

use super::clients::Properties;
use super::thrown::{Died, Thrown};
use super::{ended, thrown};
use crate::options::flags::{Flags, Given, flag, maybe_valued, valued};
use crate::{Call, Outcome};

use reader::{LineReader, Parsed};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    send(&call).await.map_err(ended::printed)
}

async fn send(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse_or_usage(call)?;
    check(&given, call)?;
    let properties = producer_properties(&given, call)?;
    let reader = reader(&given, call)?;
    let topic = given.value("topic")?.unwrap_or_default().to_owned();
    let (client, producer) = properties.producer(call).await?;
    let told = send_lines(call, &producer, reader, &topic, given.has("sync")).await;
    let closed = producer.close().await;
    client.close().await;
    told?;
    Ok(closed.map_err(|error| Thrown::of_client(&error))?)
}

fn check(given: &Given, call: &Call) -> Outcome {
    given.help_or_version(ABOUT)?;
    given.require(&["topic"])?;
    let Some(servers) = given.value("bootstrap-server")? else {
        return Err(given.refuse("Error while validating the bootstrap address\n"));
    };
    if servers.split(',').any(|server| !is_address(server.trim())) {
        return Err(given.refuse("Please provide valid host:port like host1:9091,host2:9092"));
    }
    for (old, new) in REPLACED {
        if given.has(old) && given.has(new) {
            return Err(given.refuse(format_args!("Options --{new} and --{old} cannot be specified together.")));
        }
    }
    for (old, new) in REPLACED.into_iter().filter(|(old, _)| given.has(old)) {
        call.streams.out.line(format_args!(
            "Warning: --{old} is deprecated and will be removed in a future version. Use --{new} instead."
        ));
    }
    if given.has("max-partition-memory-bytes") {
        call.streams.out.line(
            "Warning: --max-partition-memory-bytes is deprecated and will be removed in Apache Kafka 5.0. Use --batch-size instead.",
        );
    }
    call.streams.out.flush();
    Ok(())
}

/// Options that have another name now.
const REPLACED: [(&str, &str); 3] =
    [("property", "reader-property"), ("producer-property", "command-property"), ("producer.config", "command-config")];

fn is_address(server: &str) -> bool {
    let address = server.split_once("://").map_or(server, |(_, address)| address);
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    !host.is_empty() && !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit())
}

fn reader(given: &Given, call: &Call) -> Result<LineReader, Thrown> {
    let class = given.value("line-reader")?.unwrap_or_default();
    match class {
        LINE_READER => {}
        class if class.starts_with("java.lang.") => {
            let wanted = "The reader must implement org.apache.kafka.tools.api.RecordReader interface";
            return Err(Thrown::illegal(wanted));
        }
        class => return Err(Thrown::new("java.lang.ClassNotFoundException", class)),
    }
    let mut properties = Properties::load(&call.world, given.value("reader-config")?)?;
    properties.words(given.values("property"));
    properties.words(given.values("reader-property"));
    LineReader::new(&properties)
}

fn producer_properties(given: &Given, call: &Call) -> Result<Properties, Thrown> {
    let file = given.value("producer.config")?.or(given.value("command-config")?);
    let mut properties = Properties::load(&call.world, file)?;
    properties.words(given.values("producer-property"));
    properties.words(given.values("command-property"));
    properties.set("bootstrap.servers", given.value("bootstrap-server")?.unwrap_or_default());
    let codec = given.value("compression-codec")?.filter(|codec| !codec.is_empty());
    properties.set("compression.type", codec.unwrap_or(if given.has("compression-codec") { "gzip" } else { "none" }));
    properties.set_if_absent("client.id", "console-producer");
    for (key, name, kind) in MERGED {
        if kind == "Integer" {
            given.number::<i32>(name)?;
        } else if kind == "Long" {
            given.number::<i64>(name)?;
        }
        let value = given.value(name)?.unwrap_or_default();
        if given.has(name) { properties.set(key, value) } else { properties.set_if_absent(key, value) }
    }
    Ok(properties)
}

/// Options that are settings: the setting, the option, its kind. What the options' defaults are, the table of options says.
const MERGED: [(&str, &str, &str); 11] = [
    ("linger.ms", "timeout", "Long"),
    ("acks", "request-required-acks", "String"),
    ("request.timeout.ms", "request-timeout-ms", "Integer"),
    ("retries", "message-send-max-retries", "Integer"),
    ("retry.backoff.ms", "retry-backoff-ms", "Long"),
    ("send.buffer.bytes", "socket-buffer-size", "Integer"),
    ("buffer.memory", "max-memory-bytes", "Long"),
    ("batch.size", "batch-size", "Integer"),
    ("batch.size", "max-partition-memory-bytes", "Integer"),
    ("metadata.max.age.ms", "metadata-expiry-ms", "Long"),
    ("max.block.ms", "max-block-ms", "Long"),
];

/// A record under way, with what is said of it when it fails.
struct Owed {
    delivery: Delivery,
    key_bytes: Option<usize>,
    value_bytes: Option<usize>,
}

async fn send_lines(
    call: &Call,
    producer: &Producer,
    mut reader: LineReader,
    topic: &str,
    sync: bool,
) -> Result<(), Thrown> {
    let (owe, mut owed) = mpsc::unbounded_channel::<Owed>();
    let (on, of) = (call.clone(), topic.to_owned());
    let watcher = call.world.spawn("deliveries", async move {
        while let Some(Owed { delivery, key_bytes, value_bytes }) = owed.recv().await {
            if let Err(error) = delivery.await {
                tell(&on, &of, key_bytes, value_bytes, &Thrown::of_client(&error));
            }
        }
    });
    let prompts = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let mut lines = Lines { call, waiting: Vec::new(), at: 0, is_over: false };
    let told = loop {
        if prompts {
            call.streams.out.text(">");
            call.streams.out.flush();
        }
        let line = match lines.next().await {
            Ok(Some(line)) => line,
            Ok(None) => break Ok(()),
            Err(error) => break Err(Thrown::new("java.io.IOException", error.to_string())),
        };
        let parsed = match reader.parse(&line) {
            Ok(parsed) => parsed,
            Err(thrown) => break Err(thrown),
        };
        let (key_bytes, value_bytes) = (parsed.key.map(str::len), parsed.value.map(str::len));
        match producer.send_view(&view(topic, &parsed, &parsed.header_bytes())).await {
            Ok(delivery) if sync => {
                if let Err(error) = delivery.await {
                    break Err(Thrown::of_client(&error).executed());
                }
            }
            Ok(delivery) => drop(owe.send(Owed { delivery, key_bytes, value_bytes })),
            Err(error) if sync => break Err(Thrown::of_send(topic, &error).executed()),
            Err(error) => tell(call, topic, key_bytes, value_bytes, &Thrown::of_send(topic, &error)),
        }
    };
    drop(owe);
    // What was read before the end, or before a line that cannot be, is sent all the same.
    drop(producer.flush().await);
    drop(watcher.await);
    told
}

fn view<'a>(topic: &'a str, parsed: &Parsed<'a>, headers: &'a [(&'a str, Option<&'a [u8]>)]) -> RecordView<'a> {
    RecordView {
        topic,
        key: parsed.key.map(str::as_bytes),
        value: parsed.value.map(str::as_bytes),
        headers,
        ..RecordView::default()
    }
}

/// As Kafka's callback that logs errors does.
fn tell(call: &Call, topic: &str, key: Option<usize>, value: Option<usize>, thrown: &Thrown) {
    let bytes = |bytes: Option<usize>| bytes.map_or("null".to_owned(), |bytes| format!("{bytes} bytes"));
    let (key, value) = (bytes(key), bytes(value));
    let words = format!("Error when sending message to topic {topic} with key: {key}, value: {value} with error:");
    thrown::log(&call.world, &call.streams, "ERROR", words, CALLBACK);
    call.streams.err.line(thrown);
}

/// Lines of standard input, read in pieces away from the network's threads. Malformed UTF-8 becomes U+FFFD, as in Java.
struct Lines<'a> {
    call: &'a Call,
    waiting: Vec<u8>,
    at: usize,
    is_over: bool,
}

impl Lines<'_> {
    /// The next line without its end: `\n`, `\r` or both.
    async fn next(&mut self) -> std::io::Result<Option<String>> {
        loop {
            let rest = &self.waiting[self.at..];
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            // What follows a `\r` decides whether it ends the line alone.
            let is_whole = end.is_some_and(|end| rest[end] == b'\n' || end + 1 < rest.len() || self.is_over);
            if let Some(end) = end.filter(|_| is_whole) {
                let line = String::from_utf8_lossy(&rest[..end]).into_owned();
                self.at += end + if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
                return Ok(Some(line));
            }
            if self.is_over {
                let line = String::from_utf8_lossy(rest).into_owned();
                self.at = self.waiting.len();
                return Ok(Some(line).filter(|line| !line.is_empty()));
            }
            self.waiting.drain(..self.at);
            self.at = 0;
            let input = self.call.streams.input.clone();
            let read = self.call.world.offload(move || {
                let mut piece = vec![0; PIECE_BYTES];
                input.read(&mut piece).map(|count| {
                    piece.truncate(count);
                    piece
                })
            });
            let piece = read.await?;
            self.is_over = piece.is_empty();
            self.waiting.extend_from_slice(&piece);
        }
    }
}

/// What is read at once: a pipe's usual size.
const PIECE_BYTES: usize = 64 << 10;
const CALLBACK: &str = "org.apache.kafka.clients.producer.internals.ErrorLoggingCallback";
const LINE_READER: &str = "org.apache.kafka.tools.LineMessageReader";
const ABOUT: &str = "This tool helps to read data from standard input and publish it to Kafka.";

static FLAGS: Flags = Flags(&[
    valued("batch-size", "size", "Bytes of a partition's batch (batch.size).").of("Integer").or("16384"),
    valued("bootstrap-server", "server to connect to", "REQUIRED: Brokers to begin with, HOST1:PORT1,HOST2:PORT2."),
    valued("command-config", "config file", "A file of producer settings; those of --command-property win."),
    valued("command-property", "producer_prop", "A producer setting, key=value."),
    maybe_valued(
        "compression-codec",
        "compression-codec",
        "How batches are compressed: none, gzip, snappy, lz4 or zstd; gzip if no name follows.",
    ),
    valued("line-reader", "reader_class", "The class that reads lines; there is but the one.").or(LINE_READER),
    valued("max-block-ms", "max block on send", "How long sending waits for room or metadata (max.block.ms).")
        .of("Long")
        .or("60000"),
    valued("max-memory-bytes", "total memory in bytes", "Bytes of records that wait to be sent (buffer.memory).")
        .of("Long")
        .or("33554432"),
    valued("max-partition-memory-bytes", "memory in bytes per partition", "(Deprecated) Use --batch-size.")
        .of("Integer")
        .or("16384"),
    valued("message-send-max-retries", "", "How often a record is sent again (retries).").of("Integer").or("3"),
    valued("metadata-expiry-ms", "metadata expiration interval", "The age of metadata (metadata.max.age.ms).")
        .of("Long")
        .or("300000"),
    valued("producer-property", "producer_prop", "(DEPRECATED) Use --command-property."),
    valued("producer.config", "config file", "(DEPRECATED) Use --command-config."),
    valued("property", "prop", "(DEPRECATED) Use --reader-property."),
    valued("reader-config", "config file", "A file of settings for reading lines; those of --reader-property win."),
    valued(
        "reader-property",
        "prop",
        "A setting for reading lines, key=value: parse.key=false, parse.headers=false, ignore.error=false, key.separator=\\t, \
         headers.delimiter=\\t, headers.separator=, headers.key.separator=:, null.marker= (what stands for null). A line is \
         headers, key and value, as far as they are parsed, with the separators between them.",
    ),
    valued("request-required-acks", "request required acks", "Who must have a record (acks).").or("-1"),
    valued("request-timeout-ms", "request timeout ms", "How long an answer may take (request.timeout.ms).")
        .of("Integer")
        .or("1500"),
    valued("retry-backoff-ms", "", "The pause before a record is sent again (retry.backoff.ms).").of("Long").or("100"),
    valued("socket-buffer-size", "size", "The socket's buffer; the system's choice is kept.")
        .of("Integer")
        .or("102400"),
    flag("sync", "Sends one record at a time and waits for each."),
    valued("timeout", "timeout_ms", "How long a batch waits for more (linger.ms).").of("Long").or("1000"),
    valued("topic", "topic", "REQUIRED: The topic to produce to."),
]);

#[cfg(test)]
mod tests;
