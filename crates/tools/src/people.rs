//! `kampa topic`, `kampa consume` and their friends: what people do to a cluster from a shell.
//!
//! Beside Kafka's own tools, which keep Kafka's flags and words, these are for reading and typing: short names, tables that fit the
//! terminal, `--json` for programs, and errors that say what to do next. Everything goes through the client; nothing here knows
//! whether the cluster is Kampa or Apache Kafka.

mod advice;
mod bench;
mod cluster;
mod config;
mod consume;
mod doctor;
mod filter;
mod group;
mod produce;
mod screen;
mod shapes;
mod times;
mod topic;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kampa_client::{Client, Settings, properties};
use kampa_configs::properties as text;
use kampa_world::World;

use crate::{Outcome, Stop, Streams};
use screen::Screen;

/// What people do to a cluster.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Topics: list, show, create, grow, trim, delete.
    #[command(visible_alias = "topics")]
    Topic(topic::Arguments),
    /// Sends records, a line each, from the keyboard or a file.
    #[command(after_help = produce::NOTES)]
    Produce(produce::Arguments),
    /// Shows records: those that are there and those that come.
    #[command(after_help = consume::NOTES)]
    Consume(consume::Arguments),
    /// Groups of consumers: list, show how far behind they are, seek, delete.
    #[command(visible_alias = "groups")]
    Group(group::Arguments),
    /// Settings of topics, brokers and groups: show, set, unset.
    #[command(after_help = config::NOTES)]
    Config(config::Arguments),
    /// The cluster: its nodes, its quorum, its features, its disks.
    Cluster(cluster::Arguments),
    /// How fast the cluster takes and gives records: a first look.
    Bench(bench::Arguments),
    /// Looks for what may be wrong: can clients reach what is advertised, which settings are risky?
    Doctor(doctor::Arguments),
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Where the cluster is; several, with commas, are tried in turn.
    #[arg(
        long,
        short = 's',
        global = true,
        value_name = "HOST:PORT",
        env = "KAMPA_SERVER",
        default_value = "localhost:9092"
    )]
    server: String,

    /// A file of client settings with their Java names, such as client.properties.
    #[arg(long, global = true, value_name = "FILE", env = "KAMPA_CLIENT_CONFIG")]
    client_config: Option<PathBuf>,

    /// How long to wait for the cluster.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 5)]
    timeout: u64,

    /// JSON instead of tables.
    #[arg(long, global = true)]
    json: bool,
}

/// A command under way: the cluster it speaks to, and where it speaks to people.
struct Session {
    client: Client,
    configured: properties::Configured,
    screen: Screen,
    world: World,
}

/// Runs a command to its end and gives its exit code.
pub async fn run(command: Command, world: World, streams: Streams) -> u8 {
    let done = match command {
        Command::Topic(arguments) => topic::run(arguments, &world, &streams).await,
        Command::Produce(arguments) => produce::run(arguments, &world, &streams).await,
        Command::Consume(arguments) => consume::run(arguments, &world, &streams).await,
        Command::Group(arguments) => group::run(arguments, &world, &streams).await,
        Command::Config(arguments) => config::run(arguments, &world, &streams).await,
        Command::Cluster(arguments) => cluster::run(arguments, &world, &streams).await,
        Command::Bench(arguments) => bench::run(arguments, &world, &streams).await,
        Command::Doctor(arguments) => doctor::run(arguments, &world, &streams).await,
    };
    let code = match done {
        Ok(()) => 0,
        Err(Stop::Exit(code)) => code,
        Err(Stop::Failed(sentence)) => {
            streams.err.line(format_args!("error: {sentence}"));
            1
        }
    };
    streams.out.flush();
    code
}

impl Session {
    fn open(common: &Common, world: &World, streams: &Streams) -> Result<Session, Stop> {
        let mut pairs = vec![("bootstrap.servers".to_owned(), common.server.clone())];
        if let Some(path) = &common.client_config {
            let wrong = |why: String| Stop::Failed(format!("{}: {why}", path.display()));
            let content = world.disk().read_to_string(path).map_err(|e| wrong(e.to_string()))?;
            let read = text::read(&content).map_err(|e| wrong(format!("line {}: a broken \\u escape", e.line)))?;
            pairs.extend(read.into_iter().filter(|one| one.key != "bootstrap.servers").map(|one| (one.key, one.value)));
        }
        let timeout_ms = (common.timeout.max(1) * 1000).to_string();
        for key in ["default.api.timeout.ms", "request.timeout.ms"] {
            if !pairs.iter().any(|(known, _)| known == key) {
                pairs.push((key.to_owned(), timeout_ms.clone()));
            }
        }
        let configured = properties::read(pairs).map_err(Stop::failed)?;
        for key in &configured.unknown {
            streams.err.line(format_args!("note: {key} is not a setting of this client and is passed over"));
        }
        let client = Client::on(world.clone(), Settings::clone(&configured.settings)).map_err(Stop::failed)?;
        let screen = Screen::new(streams.clone(), common.json);
        Ok(Session { client, configured, screen, world: world.clone() })
    }
}

/// An error with what to do about it.
fn told(error: kampa_client::Error) -> Stop {
    Stop::Failed(advice::sentence(&error))
}

/// Says each failure; then ends if there was one. Outcomes that are well go to `well`.
fn each<K, T>(
    streams: &Streams,
    outcomes: Vec<(K, Result<T, kampa_client::Error>)>,
    mut well: impl FnMut(K, T),
) -> Outcome {
    let mut failed = false;
    for (key, outcome) in outcomes {
        match outcome {
            Ok(value) => well(key, value),
            Err(error) => {
                failed = true;
                streams.err.line(format_args!("error: {}", advice::sentence(&error)));
            }
        }
    }
    if failed { Err(Stop::Exit(1)) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
