//! kafka-log-dirs: what lies in the log directories of brokers, as JSON.

use kampa_client::TopicPartition;
use kampa_client::admin::{Admin, DescribeCluster, LogDir, ReplicaOnDisk};

use super::connect::{Servers, connect, load};
use super::ended::terse;
use super::hash_order::hash_order;
use super::thrown::{Died, Thrown};
use crate::options::flags::{Flags, Given, flag, valued};
use crate::{Call, Outcome};

/// Runs the tool.
pub async fn run(call: Call) -> Outcome {
    work(&call).await.map_err(|died| died.stop(&call.streams))
}

async fn work(call: &Call) -> Result<(), Died> {
    let given = FLAGS.parse(call)?;
    given.help_or_version(ABOUT)?;
    given.require(&["bootstrap-server", "describe"])?;
    let mut properties = load(&call.world, given.value("command-config")?)?;
    if !properties.iter().any(|(key, _)| key == "client.id") {
        properties.push(("client.id".to_owned(), "log-dirs-tool".to_owned()));
    }
    let servers = Servers::Brokers(given.value("bootstrap-server")?.unwrap_or_default());
    let admin = connect(call, servers, properties).await?.admin();
    let done = describe(call, &admin, &given).await;
    admin.client().close().await;
    done
}

async fn describe(call: &Call, admin: &Admin, given: &Given) -> Result<(), Died> {
    let topics: Vec<&str> = listed(given.value("topic-list")?);
    let cluster = admin.describe_cluster(&DescribeCluster::default()).await;
    let cluster = cluster.map_err(|error| Thrown::of(&error, "listNodes").executed())?;
    let known = ordered(cluster.nodes.iter().map(|node| node.id).collect());
    let mut asked = Vec::new();
    for id in listed(given.value("broker-list")?) {
        let wrong = || Thrown::new("java.lang.NumberFormatException", format!("For input string: \"{id}\""));
        asked.push(id.parse::<i32>().map_err(|_| wrong())?);
    }
    let asked = if asked.is_empty() { known.clone() } else { ordered(asked) };
    let (brokers, unknown): (Vec<i32>, Vec<i32>) = asked.into_iter().partition(|id| known.contains(id));
    if !unknown.is_empty() {
        let words = "ERROR: The given brokers do not exist from --broker-list";
        let (unknown, known) = (joined(&unknown), joined(&known));
        return Err(terse(call, format_args!("{words}: {unknown}. Current existent brokers: {known}")));
    }
    let out = &call.streams.out;
    out.line("Querying brokers for log directories information");
    let mut shown = Vec::new();
    for (broker, dirs) in admin.describe_log_dirs(&brokers, None).await {
        let mut dirs = dirs.map_err(|error| Thrown::of(&error, "describeLogDirs").executed())?;
        hash_order(&mut dirs, |dir| &dir.path);
        let dirs: Vec<String> = dirs.iter().map(|dir| directory(dir, &topics)).collect();
        shown.push(format!("{{\"broker\":{broker},\"logDirs\":[{}]}}", dirs.join(",")));
    }
    out.line(format_args!("Received log directory information from brokers {}", joined(&brokers)));
    out.line(format_args!("{{\"brokers\":[{}],\"version\":1}}", shown.join(",")));
    Ok(())
}

/// Members stand in the order of a Java map.
fn directory(dir: &LogDir, topics: &[&str]) -> String {
    let mut replicas: Vec<((String, i32), &ReplicaOnDisk)> = dir
        .replicas
        .iter()
        .filter(|(partition, _)| topics.is_empty() || topics.contains(&&*partition.topic))
        .map(|(TopicPartition { topic, partition }, replica)| ((topic.to_string(), *partition), replica))
        .collect();
    hash_order(&mut replicas, |(partition, _)| partition);
    let replica = |((topic, number), replica): &((String, i32), &ReplicaOnDisk)| {
        let partition = text(&format!("{topic}-{number}"));
        let ReplicaOnDisk { bytes, offset_lag, is_future } = replica;
        format!("{{\"partition\":{partition},\"size\":{bytes},\"offsetLag\":{offset_lag},\"isFuture\":{is_future}}}")
    };
    let partitions: Vec<String> = replicas.iter().map(replica).collect();
    let error = dir.error.as_ref().map_or("null".to_owned(), |error| text(&Thrown::of(error, "describeLogDirs").class));
    format!("{{\"partitions\":[{}],\"error\":{error},\"logDir\":{}}}", partitions.join(","), text(&dir.path))
}

fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn listed(list: Option<&str>) -> Vec<&str> {
    list.unwrap_or_default().split(',').filter(|one| !one.is_empty()).collect()
}

fn ordered(mut ids: Vec<i32>) -> Vec<i32> {
    ids.sort_unstable();
    ids.dedup();
    hash_order(&mut ids, |id| id);
    ids
}

fn joined(ids: &[i32]) -> String {
    let ids: Vec<String> = ids.iter().map(i32::to_string).collect();
    ids.join(",")
}

const ABOUT: &str = "Shows what lies in the log directories of brokers.";

const FLAGS: Flags = Flags(&[
    valued("bootstrap-server", "The server(s) to use for bootstrapping", "REQUIRED: Where to connect first."),
    valued("command-config", "Admin client property file", "Properties of the client."),
    flag("describe", "Describe the log directories."),
    valued("topic-list", "Topic list", "Only these topics, with commas between them.").or(""),
    valued("broker-list", "Broker list", "Only these brokers, with commas between them.").or(""),
]);
