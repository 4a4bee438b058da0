//! kafka-consumer-groups: groups of consumers listed, described, deleted, their offsets reset or deleted.
//!
//! What goes wrong while a command is carried out is told on standard output, and the exit code stays 0: so does Apache's tool,
//! and scripts read what it says. Only a command line that cannot be understood ends with 1.

mod check;
mod csv;
mod delete;
mod describe;
mod description;
mod list;
mod offsets;
mod plan;
mod reset;
mod times;

use kampa_client::admin::Admin;

use super::connect::{Servers, connect, load};
use super::ended::{uncaught, wrapped};
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, Given, flag, maybe_valued, valued};
use crate::{Call, Outcome};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    let given = FLAGS.parse(&call).map_err(|wrong| uncaught(&call, wrong.into()))?;
    check::check(&given).map_err(|died| match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) => given.refuse(thrown.message()),
    })?;
    if let Some(regex) = given.value("validate-regex").map_err(|wrong| given.refuse(wrong.0))? {
        call.streams.out.line(list::validated(regex));
        return Ok(());
    }
    match work(&call, &given).await {
        Ok(()) => Ok(()),
        Err(Died::Stopped(stop)) => Err(stop),
        Err(Died::Thrown(thrown)) if thrown.is("IllegalArgumentException") => Err(given.refuse(thrown.message())),
        Err(Died::Thrown(thrown)) => {
            print_error(&call, format_args!("Executing consumer group command failed due to {}", thrown.message()));
            call.streams.err.line(thrown);
            Ok(())
        }
    }
}

async fn work(call: &Call, given: &Given) -> Result<(), Died> {
    let properties =
        load(&call.world, given.value("command-config")?).map_err(|why| Thrown::runtime(why.to_string()))?;
    let servers = Servers::Brokers(given.value("bootstrap-server")?.unwrap_or_default());
    let admin = connect(call, servers, properties).await?.admin();
    let command = Command::read(call, given, &admin);
    let done = match command {
        Ok(command) => command.run().await,
        Err(died) => Err(died),
    };
    admin.client().close().await;
    done
}

/// A command line and the cluster it is for.
struct Command<'a> {
    call: &'a Call,
    given: &'a Given,
    admin: Admin,
    to_offset: Option<i64>,
    shift_by: Option<i64>,
}

impl<'a> Command<'a> {
    fn read(call: &'a Call, given: &'a Given, admin: &Admin) -> Result<Command<'a>, Died> {
        given.value("by-duration")?;
        let timeout_ms: i64 = given.number("timeout")?.unwrap_or(30_000);
        let admin = admin.within(u64::try_from(timeout_ms).unwrap_or(0));
        let to_offset = given.numbers("to-offset")?.first().copied();
        Ok(Command { call, given, admin, to_offset, shift_by: given.number("shift-by")? })
    }

    async fn run(&self) -> Result<(), Died> {
        match () {
            () if self.given.has("list") => self.list().await,
            () if self.given.has("describe") => self.describe().await,
            () if self.given.has("delete") => self.delete_groups().await,
            () if self.given.has("reset-offsets") => self.reset().await,
            () => self.delete_offsets().await,
        }
    }

    /// The groups that the line names, or all.
    async fn groups(&self) -> Result<Vec<String>, Died> {
        match self.given.has("all-groups") {
            true => {
                let groups = self.listed(&[], &["classic", "consumer"]).await.map_err(wrapped)?;
                Ok(groups.into_iter().map(|group| group.id).collect())
            }
            false => Ok(self.given.values("group").into_iter().map(str::to_owned).collect()),
        }
    }
}

/// As the tool tells what went wrong.
fn print_error(call: &Call, sentence: impl std::fmt::Display) {
    call.streams.out.line(format_args!("\nError: {sentence}"));
}

const ABOUT: &str = "Lists, describes and deletes groups of consumers, and resets or deletes their offsets.";

/// What is shown where there is nothing to show.
const MISSING: &str = "-";

const ACTIONS: [&str; 6] = ["list", "describe", "delete", "reset-offsets", "delete-offsets", "validate-regex"];

/// Where offsets can be reset to.
const SCENARIOS: [&str; 8] =
    ["to-offset", "shift-by", "to-datetime", "by-duration", "to-earliest", "to-latest", "to-current", "from-file"];

const FLAGS: Flags = Flags(&[
    valued(
        "bootstrap-server",
        "server to connect to",
        "REQUIRED for all but --validate-regex: Where to connect first.",
    ),
    valued("group", "consumer group", "The group; may be given often."),
    valued(
        "topic",
        "topic",
        "A topic whose offsets are meant, with partitions behind a colon or all: orders:0,1,2; may be given often.",
    ),
    flag("all-topics", "Every topic that the group has offsets in."),
    flag("list", "List groups."),
    flag("describe", "Describe groups: by default their offsets and how far they are behind."),
    flag("all-groups", "Every group."),
    flag("delete", "Delete groups that have no members, with their offsets."),
    valued("timeout", "timeout (ms)", "How long each step may take.").of("Long").or("30000"),
    valued("command-config", "command config property file", "Properties of the client."),
    flag(
        "reset-offsets",
        "Set the offsets of a group without members; shows what would be done unless --execute is given.",
    ),
    flag("delete-offsets", "Delete a group's offsets in some topics."),
    flag("dry-run", "Show which offsets would be set."),
    flag("execute", "Set the offsets."),
    flag("export", "Show the offsets as CSV, for --from-file."),
    valued("to-offset", "offset", "Set this offset.").of("Long"),
    valued(
        "from-file",
        "path to CSV file",
        "Set the offsets of a CSV file: topic,partition,offset, or with the group before them.",
    ),
    valued(
        "to-datetime",
        "datetime",
        "Set the offsets of the first records at or after a time: 2026-11-21T12:00:00.000.",
    ),
    valued("by-duration", "duration", "Set the offsets of the first records within a time before now: P1DT2H30M."),
    flag("to-earliest", "Set the first offsets there are."),
    flag("to-latest", "Set the offsets after the last records."),
    flag("to-current", "Set the offsets that are committed now."),
    valued("shift-by", "number-of-offsets", "Move the committed offsets by this, forwards or backwards.").of("Long"),
    flag("members", "With --describe: the members of the group.").only_with(&["describe"]),
    flag("verbose", "With --describe: more columns.").only_with(&["describe"]),
    flag("offsets", "With --describe: offsets, as by default.").only_with(&["describe"]),
    maybe_valued(
        "state",
        "",
        "With --describe: the state of the group. With --list: states as a column, or only groups in these states.",
    )
    .only_with(&["describe", "list"]),
    maybe_valued("type", "", "With --list: types as a column, or only groups of these types: classic, consumer.")
        .only_with(&["list"]),
    valued("validate-regex", "regex", "Say whether brokers would take this expression (RE2)."),
]);

#[cfg(test)]
mod tests;
