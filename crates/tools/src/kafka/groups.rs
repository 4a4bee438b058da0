//! kafka-groups: groups of every kind.

use kampa_client::admin::{GroupListing, ListGroups};

use super::connect::{Servers, connect, load};
use super::hash_order::hash_order;
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, Given, flag, valued};
use crate::{Call, Outcome, Stop};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    let given = FLAGS.parse_or_usage(&call)?;
    check(&given).map_err(|died| died.stop(&call.streams))?;
    list(&call, &given).await.map_err(|died| match died {
        Died::Stopped(stop) => stop,
        Died::Thrown(thrown) => {
            call.streams.out.line(format_args!("Error while executing groups command : {}", thrown.message()));
            thrown.log(&call.world, &call.streams, "org.apache.kafka.tools.GroupsCommand");
            Stop::Exit(1)
        }
    })
}

fn check(given: &Given) -> Result<(), Died> {
    given.help_or_version(ABOUT)?;
    if !given.has("list") {
        return Err(given.refuse("Command must include exactly one action: --list.").into());
    }
    if let Some(kind) = given.value("group-type")?
        && !KINDS.contains(&kind.to_lowercase().as_str())
    {
        return Err(Thrown::illegal("--group-type must be a valid group type.").into());
    }
    given.exclude("consumer", &["group-type", "protocol", "share", "streams"])?;
    given.exclude("share", &["consumer", "group-type", "protocol", "streams"])?;
    given.exclude("streams", &["consumer", "group-type", "protocol", "share"])?;
    Ok(())
}

async fn list(call: &Call, given: &Given) -> Result<(), Died> {
    let properties = load(&call.world, given.value("command-config")?)?;
    let servers = Servers::Brokers(given.value("bootstrap-server")?.unwrap_or_default());
    let admin = connect(call, servers, properties).await?.admin();
    let listed = admin.within(WAIT_MS).list_groups(&ListGroups::default()).await;
    admin.client().close().await;
    let failed = |error| Thrown::of(&error, "listGroups");
    let (mut groups, errors) = listed.map_err(failed)?;
    if let Some(error) = errors.into_iter().next() {
        return Err(failed(error).into());
    }
    hash_order(&mut groups, |group| &group.id);
    let kind = given.value("group-type")?.map(str::to_lowercase);
    let protocol = given.value("protocol")?;
    groups.retain(|group| is_meant(given, group, kind.as_deref(), protocol));
    let rows: Vec<[String; 3]> = groups.into_iter().map(row).collect();
    let wide = rows.iter().flatten().map(|cell| cell.chars().count()).fold(20, usize::max);
    call.streams.out.line(format_args!("{:wide$} {:wide$} {:wide$}", "GROUP", "TYPE", "PROTOCOL"));
    for [group, kind, protocol] in rows {
        call.streams.out.line(format_args!("{group:wide$} {kind:wide$} {protocol:wide$} "));
    }
    Ok(())
}

fn is_meant(given: &Given, group: &GroupListing, kind: Option<&str>, protocol: Option<&str>) -> bool {
    let is = |wanted: &str| group.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(wanted));
    let speaks = |wanted: &str| group.protocol_type == wanted;
    match (kind, protocol) {
        (Some(kind), protocol) => is(kind) && protocol.is_none_or(speaks),
        (None, Some(protocol)) => speaks(protocol),
        _ if given.has("consumer") => speaks("consumer") || speaks("") || is("consumer"),
        _ if given.has("share") => is("share"),
        _ if given.has("streams") => is("streams"),
        _ => true,
    }
}

fn row(group: GroupListing) -> [String; 3] {
    [group.id, group.kind.map(|kind| capital(&kind)).unwrap_or_default(), group.protocol_type]
}

/// `consumer` as the tools print it: `Consumer`.
pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

const KINDS: [&str; 4] = ["classic", "consumer", "share", "streams"];

/// How long listing may take.
const WAIT_MS: u64 = 30_000;

const ABOUT: &str = "Lists groups of every kind.";

const FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "server to connect to", "REQUIRED: Where to connect first.").required(),
    valued("command-config", "command config property file", "Properties of the client."),
    flag("list", "List groups."),
    valued("group-type", "type", "Only groups of this type: classic, consumer, share or streams."),
    valued("protocol", "protocol", "Only groups of this protocol type."),
    flag("consumer", "Only groups of consumers, of either protocol, and groups that only keep offsets."),
    flag("share", "Only share groups."),
    flag("streams", "Only streams groups."),
]);
