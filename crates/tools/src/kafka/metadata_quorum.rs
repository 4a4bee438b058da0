//! kafka-metadata-quorum: who keeps the cluster's metadata and how far each is; and changing who does.

use std::collections::BTreeMap;

use kampa_client::admin::{Admin, DescribeCluster, Endpoint, Quorum, QuorumReplica};
use kampa_client::{Error, Uuid};

use super::connect::{Properties, Servers, connect, load};
use super::thrown::{Died, Thrown};
use super::uuid;
use crate::options::commands::{Argument, Command, Kind, Parsed, option, switch};
use crate::{Call, Outcome, Stop};

pub async fn run(call: Call) -> Outcome {
    let parsed = TOOL.parse(&call, 0)?;
    work(&call, &parsed).await.map_err(|died| match died {
        Died::Thrown(thrown) if thrown.is(TERSE) => {
            call.streams.err.line(thrown.message());
            Stop::Exit(1)
        }
        died => died.stop(&call.streams),
    })
}

async fn work(call: &Call, parsed: &Parsed) -> Result<(), Died> {
    let file = parsed.value("command-config");
    if let Some(file) = file.filter(|file| !call.world.disk().exists(file)) {
        return Err(terse(format!("Properties file {file} does not exists!")).into());
    }
    let properties = load(&call.world, file)?;
    let servers = match parsed.value("bootstrap-server") {
        Some(servers) => Servers::Brokers(servers),
        None => Servers::Controllers(parsed.value("bootstrap-controller").unwrap_or_default()),
    };
    let admin = connect(call, servers, properties.clone()).await?.admin();
    let done = match parsed.command {
        "describe" => describe(call, parsed, &admin).await,
        "add-controller" if file.is_none() => {
            let words =
                "You must supply the configuration file of the controller you are adding when using add-controller.";
            Err(terse(words).into())
        }
        "add-controller" => add_controller(call, parsed, &admin, properties).await,
        _ => remove_controller(call, parsed, &admin).await,
    };
    admin.client().close().await;
    done
}

async fn describe(call: &Call, parsed: &Parsed, admin: &Admin) -> Result<(), Died> {
    match (parsed.has("status"), parsed.has("replication"), parsed.has("human-readable")) {
        (true, true, _) => {
            Err(terse("Only one of --status or --replication should be specified with describe sub-command").into())
        }
        (false, true, human) => replication(call, admin, human).await,
        (true, false, true) => {
            Err(terse("The option --human-readable is only supported along with --replication").into())
        }
        (true, false, false) => status(call, admin).await,
        (false, false, _) => {
            Err(terse("One of --status or --replication must be specified with describe sub-command").into())
        }
    }
}

async fn quorum(admin: &Admin) -> Result<(Quorum, QuorumReplica), Died> {
    let quorum =
        admin.describe_quorum().await.map_err(|error| Thrown::of(&error, "describeMetadataQuorum").executed())?;
    let leader = quorum.voters.iter().find(|voter| voter.id == quorum.leader).cloned();
    let leader = leader.ok_or_else(|| Thrown::new("java.util.NoSuchElementException", "No value present"))?;
    Ok((quorum, leader))
}

async fn replication(call: &Call, admin: &Admin, human: bool) -> Result<(), Died> {
    let (quorum, leader) = quorum(admin).await?;
    let followers = quorum.voters.iter().filter(|voter| voter.id != quorum.leader);
    let all = [(&leader, "Leader")].into_iter().chain(followers.map(|one| (one, "Follower")));
    let mut rows = vec![HEADERS.map(str::to_owned)];
    for (one, status) in all.chain(quorum.observers.iter().map(|one| (one, "Observer"))) {
        let time = |at: Option<i64>, what: &str| match at {
            None => Ok("-1".to_owned()),
            Some(at) if human => ago(call, at, what),
            Some(at) => Ok(at.to_string()),
        };
        rows.push([
            one.id.to_string(),
            one.directory_id.to_string(),
            one.log_end_offset.to_string(),
            (leader.log_end_offset - one.log_end_offset).to_string(),
            time(one.last_fetch_ms, "last fetch")?,
            time(one.last_caught_up_ms, "last caught up")?,
            status.to_owned(),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADERS.len()).map(width).collect();
    for row in &rows {
        let cells: String = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}\t")).collect();
        call.streams.out.line(cells);
    }
    Ok(())
}

fn ago(call: &Call, at_ms: i64, what: &str) -> Result<String, Thrown> {
    let now_ms = call.world.wall_ms();
    if at_ms <= 0 || at_ms > now_ms {
        let words = format!(
            "Error while computing relative time, possible drift in system clock.\nCurrent timestamp is {now_ms}, {what} timestamp is {at_ms}"
        );
        return Err(Thrown::new("org.apache.kafka.common.KafkaException", words));
    }
    Ok(format!("{} ms ago", now_ms - at_ms))
}

async fn status(call: &Call, admin: &Admin) -> Result<(), Died> {
    let cluster = admin.describe_cluster(&DescribeCluster::default()).await;
    let cluster = cluster.map_err(|error| Thrown::of(&error, "listNodes").executed())?;
    let (quorum, leader) = quorum(admin).await?;
    let last = quorum.voters.iter().min_by_key(|voter| voter.log_end_offset).unwrap_or(&leader);
    let lag_ms = match (leader.last_caught_up_ms, last.last_caught_up_ms) {
        _ if last.id == leader.id => 0,
        (Some(leader), Some(last)) => leader - last,
        _ => -1,
    };
    let out = &call.streams.out;
    out.line(format_args!("ClusterId:              {}", cluster.cluster_id.as_deref().unwrap_or("null")));
    out.line(format_args!("LeaderId:               {}", quorum.leader));
    out.line(format_args!("LeaderEpoch:            {}", quorum.leader_epoch));
    out.line(format_args!("HighWatermark:          {}", quorum.high_watermark));
    out.line(format_args!("MaxFollowerLag:         {}", leader.log_end_offset - last.log_end_offset));
    out.line(format_args!("MaxFollowerLagTimeMs:   {lag_ms}"));
    out.line(format_args!("CurrentVoters:          {}", replicas(&quorum, &quorum.voters)));
    out.line(format_args!("CurrentObservers:       {}", replicas(&quorum, &quorum.observers)));
    Ok(())
}

fn replicas(quorum: &Quorum, replicas: &[QuorumReplica]) -> String {
    let shown = replicas.iter().map(|one| {
        let mut parts = vec![format!("\"id\": {}", one.id)];
        if one.directory_id != Uuid::ZERO {
            parts.push(format!("\"directoryId\": \"{}\"", one.directory_id));
        }
        let endpoints = quorum.nodes.iter().find(|(id, _)| *id == one.id).map_or(&[][..], |(_, endpoints)| endpoints);
        if !endpoints.is_empty() {
            let endpoints: Vec<String> = endpoints.iter().map(|one| format!("\"{}\"", address(one))).collect();
            parts.push(format!("\"endpoints\": [{}]", endpoints.join(", ")));
        }
        format!("{{{}}}", parts.join(", "))
    });
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

fn address(one: &Endpoint) -> String {
    match one.host.contains(':') {
        true => format!("{}://[{}]:{}", one.name, one.host, one.port),
        false => format!("{}://{}:{}", one.name, one.host, one.port),
    }
}

async fn add_controller(call: &Call, parsed: &Parsed, admin: &Admin, properties: Properties) -> Result<(), Died> {
    let properties: BTreeMap<String, String> = properties.into_iter().collect();
    let id = controller_id(&properties)?;
    let directory_id = directory_id(call, &properties)?;
    let endpoints = controller_endpoints(&properties)?;
    let is_dry = parsed.has("dry-run");
    if !is_dry {
        let added = admin.add_raft_voter(None, id, directory_id, &endpoints).await;
        added.map_err(|error| Thrown::of(&error, "addRaftVoter").executed())?;
    }
    let done = if is_dry { "DRY RUN of adding" } else { "Added" };
    let endpoints = endpoints.iter().map(address).collect::<Vec<_>>().join(", ");
    call.streams
        .out
        .line(format_args!("{done} controller {id} with directory id {directory_id} and endpoints: {endpoints}"));
    Ok(())
}

fn controller_id(properties: &BTreeMap<String, String>) -> Result<i32, Thrown> {
    let wrong =
        |words: &str| terse(format!("{words} configuration file. Is this a valid controller configuration file?"));
    let id = properties.get("node.id").ok_or_else(|| wrong("node.id not found in"))?;
    let not_a_number = || Thrown::new("java.lang.NumberFormatException", format!("For input string: \"{id}\""));
    let id: i32 = id.parse().map_err(|_| not_a_number())?;
    if id < 0 {
        return Err(wrong("node.id was negative in"));
    }
    if !properties.get("process.roles").is_some_and(|roles| roles.contains("controller")) {
        return Err(wrong("process.roles did not contain 'controller' in"));
    }
    Ok(id)
}

/// The id of the directory where the metadata log will be, from its meta.properties.
fn directory_id(call: &Call, properties: &BTreeMap<String, String>) -> Result<Uuid, Thrown> {
    let first = |dirs: &String| dirs.trim().split(',').next().unwrap_or_default().to_owned();
    let dir = properties.get("metadata.log.dir").cloned().or_else(|| properties.get("log.dirs").map(first));
    let words = "Neither metadata.log.dir nor log.dirs were found. Is this a valid controller configuration file?";
    let dir = dir.ok_or_else(|| terse(words))?;
    let unreadable = || terse(format!("Unable to read meta.properties from {dir}"));
    let file = std::path::Path::new(&dir).join("meta.properties");
    let text = call.world.disk().read_to_string(file).map_err(|_| unreadable())?;
    let pairs = kampa_configs::properties::read(&text).map_err(|_| unreadable())?;
    let id = pairs.into_iter().find(|pair| pair.key == "directory.id");
    uuid::parse(&id.ok_or_else(|| terse(format!("No directory id found in {dir}")))?.value)
}

/// Where the controller's listeners are reached: as advertised, or else as they listen.
fn controller_endpoints(properties: &BTreeMap<String, String>) -> Result<Vec<Endpoint>, Thrown> {
    let mut known: BTreeMap<String, Endpoint> = BTreeMap::new();
    for key in ["listeners", "advertised.listeners"] {
        for listener in properties
            .get(key)
            .into_iter()
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .filter(|one| !one.is_empty())
        {
            let words = || Thrown::illegal(format!("Unable to parse {listener} to a broker endpoint"));
            let (name, address) = listener.split_once("://").ok_or_else(words)?;
            let (host, port) = address.rsplit_once(':').ok_or_else(words)?;
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let (name, port) = (name.to_ascii_uppercase(), port.parse().map_err(|_| words())?);
            let host = if host.is_empty() { "localhost" } else { host }.to_owned();
            known.insert(name.clone(), Endpoint { name, host, port });
        }
    }
    let words = "controller.listener.names was not found. Is this a valid controller configuration file?";
    let names = properties.get("controller.listener.names").ok_or_else(|| terse(words))?;
    let endpoint = |name: &str| {
        let name = name.to_ascii_uppercase();
        known
            .get(&name)
            .cloned()
            .ok_or_else(|| terse(format!("Cannot find information about controller listener name: {name}")))
    };
    names.split(',').map(endpoint).collect()
}

async fn remove_controller(call: &Call, parsed: &Parsed, admin: &Admin) -> Result<(), Died> {
    let id: i32 = parsed.number("controller-id").unwrap_or_default();
    if id < 0 {
        return Err(terse(format!("Invalid negative --controller-id: {id}")).into());
    }
    let directory_id = uuid::parse(parsed.value("controller-directory-id").unwrap_or_default());
    let wrong = |thrown: Thrown| terse(format!("Failed to parse --controller-directory-id: {}", thrown.message()));
    let directory_id = directory_id.map_err(wrong)?;
    let is_dry = parsed.has("dry-run");
    if !is_dry {
        let removed: Result<(), Error> = admin.remove_raft_voter(None, id, directory_id).await;
        removed.map_err(|error| Thrown::of(&error, "removeRaftVoter").executed())?;
    }
    // The second blank is Kafka's.
    let done = if is_dry { "DRY RUN of removing " } else { "Removed " };
    call.streams.out.line(format_args!("{done} KRaft controller {id} with directory id {directory_id}"));
    Ok(())
}

/// What is said by its message alone.
fn terse(words: impl Into<String>) -> Thrown {
    Thrown::new(&format!("org.apache.kafka.tools.{TERSE}"), words)
}

const TERSE: &str = "TerseException";
const HEADERS: [&str; 7] =
    ["NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp", "LastCaughtUpTimestamp", "Status"];

const fn command(name: &'static str, about: &'static str, arguments: &'static [Argument]) -> Command {
    Command { name, about, arguments, groups: &[], commands: &[], commands_called: "" }
}

const DRY_RUN: Argument = switch(&["--dry-run"], "says what would be done, and does not do it");

static TOOL: Command = Command {
    name: "kafka-metadata-quorum",
    about: "Who keeps the cluster's metadata.",
    arguments: &[
        option(&["--bootstrap-server"], "brokers to begin with, host:port with commas between").in_group(0),
        option(&["--bootstrap-controller"], "controllers to begin with, instead of brokers").in_group(0),
        option(
            &["--command-config"],
            "a file of settings for the client; of add-controller also those of the controller",
        ),
    ],
    groups: &[true],
    commands: &[
        command(
            "describe",
            "prints the quorum",
            &[
                switch(&["--status"], "in short"),
                switch(&["--replication"], "each replica in a row"),
                switch(&["--human-readable"], "times as how long ago"),
            ],
        ),
        command("add-controller", "adds a voter", &[DRY_RUN]),
        command(
            "remove-controller",
            "takes a voter out",
            &[
                option(&["--controller-id", "-i"], "the voter's id").of(Kind::Integer).required(),
                option(&["--controller-directory-id", "-d"], "the id of its directory").required(),
                DRY_RUN,
            ],
        ),
    ],
    commands_called: "",
};
