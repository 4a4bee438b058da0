//! Tools: what people and scripts do to a node from a shell. One table, one shape.
//!
//! A tool takes a [`Call`] (arguments, streams, the machine) and ends well or with a [`Stop`]. It never prints past its streams,
//! never exits by itself and never reads the machine past its [`World`](kampa_world::World): a test calls it as the shell does.
//! Knows nothing of how the binary finds out which tool is meant.

pub mod kafka;
pub mod options;
pub mod people;
mod streams;
#[cfg(test)]
mod testing;
mod unread;

use std::future::Future;
use std::pin::Pin;

use kampa_world::World;

pub use streams::{Input, Output, Streams};

/// A tool, as the table lists it.
pub struct Tool {
    /// Kafka's name of its script, without `.sh`.
    pub name: &'static str,
    /// What it is for, in a line.
    pub about: &'static str,
    run: Run,
}

type Run = fn(Call) -> Pin<Box<dyn Future<Output = Outcome>>>;

/// How a tool ended.
pub type Outcome = Result<(), Stop>;

/// What a tool is called with.
#[derive(Clone)]
pub struct Call {
    /// The machine it runs on.
    pub world: World,
    /// The words after the tool's name.
    pub arguments: Vec<String>,
    /// Where it reads from and prints to.
    pub streams: Streams,
}

/// Why a tool ended before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Everything is said; the exit code.
    Exit(u8),
    /// A sentence for stderr, and exit code 1: where Apache's tools die of an exception, without its stack.
    Failed(String),
}

/// A row of the table.
macro_rules! tool {
    ($name:literal, $about:literal, $run:path) => {
        Tool { name: $name, about: $about, run: |call| Box::pin($run(call)) }
    };
}

/// Kafka's tools, in the order in which help lists them.
pub static TOOLS: &[Tool] = &[
    tool!("kafka-broker-api-versions", "Prints which APIs the brokers serve", kafka::broker_api_versions::run),
    tool!("kafka-cluster", "Prints a cluster's id and addresses, forgets a broker", kafka::cluster::run),
    tool!("kafka-configs", "Prints and alters settings, quotas and SCRAM credentials", kafka::configs::run),
    tool!("kafka-console-consumer", "Shows the records of topics", kafka::console_consumer::run),
    tool!("kafka-console-producer", "Makes a record of every line it reads", kafka::console_producer::run),
    tool!(
        "kafka-consumer-groups",
        "Lists, describes, resets and deletes groups of consumers",
        kafka::consumer_groups::run
    ),
    tool!("kafka-consumer-perf-test", "Measures how fast a topic is read", kafka::consumer_perf_test::run),
    tool!("kafka-delete-records", "Drops the beginnings of partitions", kafka::delete_records::run),
    tool!("kafka-dump-log", "Shows what is in the files of a log", kafka::dump_log::run),
    tool!("kafka-e2e-latency", "Times records there and back", kafka::e2e_latency::run),
    tool!("kafka-features", "Prints and alters the levels of features", kafka::features::run),
    tool!("kafka-get-offsets", "Shows the offsets of partitions", kafka::get_offsets::run),
    tool!("kafka-groups", "Lists groups of every kind", kafka::groups::run),
    tool!("kafka-leader-election", "Has leaders elected", kafka::leader_election::run),
    tool!("kafka-log-dirs", "Shows what lies in the log directories of brokers", kafka::log_dirs::run),
    tool!("kafka-metadata-quorum", "Prints and alters who keeps the metadata", kafka::metadata_quorum::run),
    tool!("kafka-producer-perf-test", "Measures how fast a topic is written", kafka::producer_perf_test::run),
    tool!("kafka-storage", "Formats log directories; shows what they are formatted as", kafka::storage::run),
    tool!("kafka-topics", "Makes, lists, describes, alters and deletes topics", kafka::topics::run),
    tool!(
        "kafka-verifiable-consumer",
        "Reads as a group member and tells what happens",
        kafka::verifiable_consumer::run
    ),
    tool!(
        "kafka-verifiable-producer",
        "Sends numbers and tells which were acknowledged",
        kafka::verifiable_producer::run
    ),
];

/// The release of Apache Kafka that the tools follow, and what `--version` says.
pub const KAFKA_VERSION: &str = "4.4.0";

/// The tool of that name, with or without `.sh`.
pub fn find(name: &str) -> Option<&'static Tool> {
    let name = name.strip_suffix(".sh").unwrap_or(name);
    TOOLS.iter().find(|tool| tool.name == name)
}

impl Tool {
    /// Runs it to its end and gives its exit code.
    pub async fn run(&self, call: Call) -> u8 {
        let streams = call.streams.clone();
        let code = match (self.run)(call).await {
            Ok(()) => 0,
            Err(Stop::Exit(code)) => code,
            Err(Stop::Failed(sentence)) => {
                streams.err.line(sentence);
                1
            }
        };
        streams.out.flush();
        match streams.out.failure() {
            Some(why) => {
                streams.err.line(format_args!("{}: cannot write to standard output: {why}", self.name));
                code.max(1)
            }
            None => code,
        }
    }
}

impl Stop {
    /// A failure said in a sentence.
    pub fn failed(why: impl ToString) -> Stop {
        Stop::Failed(why.to_string())
    }
}

#[cfg(test)]
mod tests;
