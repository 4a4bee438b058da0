//! kafka-storage: what is done to log directories before a node starts, and what releases can agree on.
//!
//! Formatting is not here: a node of ours formats its directories itself.

mod features;
mod info;

use kampa_protocol::Uuid;

use super::ended::uncaught;
use super::thrown::Died;
use crate::options::commands::{Command, option};
use crate::{Call, Outcome, Stop};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    let parsed = TOOL.parse(&call, 0)?;
    let terse = |sentence: String| {
        call.streams.err.line(sentence);
        Stop::Exit(1)
    };
    match parsed.command {
        "info" => {
            info::info(&call, parsed.value("config").unwrap_or_default()).map_err(|died: Died| uncaught(&call, died))
        }
        "version-mapping" => {
            features::version_mapping(&call.streams.out, parsed.value("release-version")).map_err(terse)
        }
        "feature-dependencies" => features::dependencies(&call.streams.out, parsed.values("feature")).map_err(terse),
        _ => {
            call.streams.out.line(random_id(&call));
            Ok(())
        }
    }
}

fn random_id(call: &Call) -> Uuid {
    loop {
        let id = Uuid(call.world.uuid_bits());
        if !id.is_reserved() {
            return id;
        }
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
