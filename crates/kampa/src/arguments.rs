//! The command line, and what `--help` says.

use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::tool;

/// A complete Apache Kafka in one binary.
#[derive(Debug, Parser)]
#[command(name = "kampa", version, about, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(styles = STYLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs a node: broker and controller in one process; needs no settings.
    #[command(after_help = SERVER_NOTES)]
    Server(Server),

    #[command(flatten)]
    People(kampa_tools::people::Command),

    /// Prints a script that completes these commands: `source <(kampa completions bash)`.
    Completions {
        /// Whose completions.
        shell: clap_complete::Shell,
    },
}

// What `kampa server` takes; the words for its help stand at the command. (A comment for rustdoc here would be its help.)
#[derive(Debug, Default, Args)]
pub struct Server {
    /// Kafka's own server.properties.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// One setting, over the file; may be given often.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,

    /// Where data lies [default: ./kampa-data].
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Where clients connect; the controller takes the next port [default: localhost:9092].
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Option<String>,

    /// What clients are told to connect to [default: what --listen says].
    #[arg(long, value_name = "HOST[:PORT]")]
    pub advertise: Option<String>,

    /// Where /health, /ready and /metrics are served [default: 127.0.0.1:8090].
    #[arg(long, value_name = "HOST:PORT|off")]
    pub http: Option<String>,
}

/// Reads the process's command line; ends the process where there is nothing to run: help, a mistake.
pub fn read() -> Arguments {
    Arguments::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit())
}

/// The whole command line. Kafka's tools, which read their own arguments and are looked for first, stand here for help and
/// for whoever mistypes a name.
pub fn command() -> clap::Command {
    let tools = kampa_tools::TOOLS.iter().map(|tool| clap::Command::new(tool.name).about(tool.about).hide(true));
    let tools_note = "Kafka's own tools, with Kafka's flags; also by their names where those are links to this binary:";
    Arguments::command().subcommands(tools).after_help(format!("{tools_note}{}\n\n{EXAMPLES}", tool::list()))
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Start here:
  kampa server           then point any Kafka client at localhost:9092
  kampa server --help    the few arguments it takes
  kampa topic create orders && kampa produce orders 'hello' && kampa consume orders -e";

const SERVER_NOTES: &str = "\
Without arguments it is a whole cluster on this machine: clients connect to localhost:9092, data lies in ./kampa-data, and
nothing is formatted first. Every setting of Kafka's server.properties has its own name in --set and in the file.

Examples:
  kampa server
  kampa server --data-dir /var/lib/kampa --set num.partitions=3
  kampa server --listen 0.0.0.0:9092 --advertise kafka.example.org
  kampa server --config server.properties --http off

SIGTERM and Ctrl-C stop it cleanly; a second Ctrl-C at once. KAMPA_LOG=debug says more.
Exit codes: 0 stopped as asked, 1 could not go on, 2 wrong arguments or settings, 130 second Ctrl-C.";

#[cfg(test)]
mod tests;
