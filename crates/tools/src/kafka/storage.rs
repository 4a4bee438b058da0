//! kafka-storage: what is done to log directories before a node starts.

use kampa_protocol::Uuid;

use crate::options::commands::Command;
use crate::{Call, Outcome};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    let parsed = TOOL.parse(&call, 0)?;
    match parsed.command {
        "random-uuid" => {
            call.streams.out.line(random_id(&call));
            Ok(())
        }
        other => unreachable!("{other} is not in the table"),
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
    arguments: &[],
    groups: &[],
    commands: &[Command {
        name: "random-uuid",
        about: "Prints a fresh id for a cluster or a directory.",
        arguments: &[],
        groups: &[],
        commands: &[],
        commands_called: "",
    }],
    commands_called: "",
};
