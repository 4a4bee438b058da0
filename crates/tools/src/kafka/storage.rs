//! kafka-storage: what is done to log directories before a node starts, and what releases can agree on.

mod config;
mod features;
mod format;
mod info;
mod meta;
mod scram;
mod voters;

use kampa_storage::fresh_id;

use super::ended::uncaught;
use super::thrown::{Died, Thrown};
use crate::options::commands::{Command, option, switch};
use crate::{Call, Outcome, Stop};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    let parsed = TOOL.parse(&call, 0)?;
    let out = &call.streams.out;
    let done = match parsed.command {
        "info" => info::info(&call, parsed.value("config")),
        "format" => format::format(&call, &parsed),
        "version-mapping" => features::version_mapping(out, parsed.value("release-version")).map_err(Refused::Terse),
        "feature-dependencies" => features::dependencies(out, parsed.values("feature")).map_err(Refused::Terse),
        _ => {
            out.line(fresh_id(&call.world));
            Ok(())
        }
    };
    done.map_err(|refused| match refused {
        Refused::Terse(sentence) => {
            call.streams.err.line(sentence);
            Stop::Exit(1)
        }
        Refused::Died(died) => uncaught(&call, died),
    })
}

/// Why the tool does not do what it was asked to.
#[derive(Debug)]
enum Refused {
    /// In a sentence; exit code 1.
    Terse(String),
    /// By an exception that nobody catches, or all is said.
    Died(Died),
}

impl Refused {
    fn terse(sentence: impl Into<String>) -> Refused {
        Refused::Terse(sentence.into())
    }
}

impl From<Thrown> for Refused {
    fn from(thrown: Thrown) -> Refused {
        Refused::Died(thrown.into())
    }
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Refused {
        Refused::Died(stop.into())
    }
}

static TOOL: Command = Command {
    name: "kafka-storage",
    about: "What is done to log directories before a node starts.",
    commands: &[
        Command {
            name: "info",
            about: "Shows what the log directories of a configuration are formatted as.",
            arguments: &[option(&["--config", "-c"], "the server.properties to look at").required()],
            ..NONE
        },
        Command {
            name: "format",
            about: "Makes the log directories of a configuration ready for a node of a new cluster.",
            arguments: &[
                option(&["--config", "-c"], "the server.properties to format for").required(),
                option(&["--cluster-id", "-t"], "the cluster's id: what random-uuid printed, the same for all nodes").required(),
                option(
                    &["--add-scram", "-S"],
                    "a credential to begin with: SCRAM-SHA-256=[name=alice,password=secret], or with iterations, salt and \
                     saltedpassword; may be given often",
                )
                .repeated(),
                switch(&["--ignore-formatted", "-g"], "leaves directories alone that are formatted already"),
                option(
                    &["--release-version", "-r"],
                    "the release whose levels of features the cluster begins with; the latest without it",
                ),
                option(&["--feature", "-f"], "another level for a feature: share.version=1; may be given often").repeated(),
                switch(&["--standalone", "-s"], "this node is the only controller of a dynamic quorum").in_group(0),
                switch(
                    &["--no-initial-controllers", "-N"],
                    "the quorum's controllers are to be found out from others",
                )
                .in_group(0),
                option(
                    &["--initial-controllers", "-I"],
                    "the first controllers of a dynamic quorum, the same for all nodes: id@host:port:directory with commas \
                     between",
                )
                .in_group(0),
            ],
            groups: &[false],
            ..NONE
        },
        Command {
            name: "version-mapping",
            about: "Shows the levels of features that a new cluster of a release has.",
            arguments: &[option(
                &["--release-version", "-r"],
                "the release, or a metadata.version; the latest without it",
            )],
            ..NONE
        },
        Command {
            name: "feature-dependencies",
            about: "Shows which levels of other features a level needs.",
            arguments: &[option(&["--feature", "-f"], "a feature and its level: share.version=1; may be given often")
                .required()
                .repeated()],
            ..NONE
        },
        Command { name: "random-uuid", about: "Prints a fresh id for a cluster or a directory.", ..NONE },
    ],
    ..NONE
};

const NONE: Command = Command { name: "", about: "", arguments: &[], groups: &[], commands: &[], commands_called: "" };

#[cfg(test)]
mod tests;
