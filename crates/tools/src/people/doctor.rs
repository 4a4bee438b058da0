//! `kampa doctor`: can clients reach what the cluster tells them to connect to, and which settings are risky?
//!
//! Looks and changes nothing. Every finding says what was seen, what may come of it, and what to type.

use std::time::Duration;

use clap::Args;
use kampa_client::admin::{Admin, ConfigEntry, ConfigResource, DescribeConfigs, Node, TopicDescription, TopicRef};
use kampa_world::World;
use serde_json::{Value, json};

use super::{Common, Session, advice, cluster};
use crate::{Outcome, Stop, Streams};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Good,
    Note,
    Warning,
    Problem,
}

struct Finding {
    weight: Weight,
    what: String,
}

impl Weight {
    fn name(self) -> &'static str {
        match self {
            Weight::Good => "ok",
            Weight::Note => "note",
            Weight::Warning => "warning",
            Weight::Problem => "problem",
        }
    }
}

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    let admin = session.client.admin();
    let mut findings = Vec::new();
    match cluster::describe(&admin).await {
        Err(error) => findings.push(Finding { weight: Weight::Problem, what: advice::sentence(&error) }),
        Ok(cluster) => {
            let what = format!(
                "{} answers; cluster {}",
                arguments.common.server,
                cluster.cluster_id.clone().unwrap_or_default()
            );
            findings.push(Finding { weight: Weight::Good, what });
            for node in &cluster.nodes {
                findings.push(reach(&session, node, &arguments.common.server).await);
            }
            findings.extend(brokers(&admin, &cluster.nodes).await);
            findings.extend(topics(&admin, cluster.nodes.len()).await);
        }
    }
    let worst = findings.iter().map(|finding| finding.weight).max().unwrap_or(Weight::Good);
    if session.screen.json {
        let one = |finding: &Finding| json!({ "weight": finding.weight.name(), "what": finding.what });
        session.screen.value(&Value::Array(findings.iter().map(one).collect()));
    } else {
        for finding in &findings {
            session.screen.say(format_args!("{:<8} {}", finding.weight.name(), finding.what));
        }
    }
    if worst == Weight::Problem { Err(Stop::Exit(1)) } else { Ok(()) }
}

/// Whether this machine reaches what the node tells clients to connect to.
async fn reach(session: &Session, node: &Node, server: &str) -> Finding {
    let address = format!("{}:{}", node.host, node.port);
    let world = &session.world;
    let tried = world.timeout(REACH, async {
        let found = world.net().resolve(&node.host, u16::try_from(node.port).unwrap_or(0)).await?;
        let mut last = std::io::Error::other("the name has no address");
        for one in found {
            match world.net().connect(one).await {
                Ok(_) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    });
    let why = match tried.await {
        Ok(Ok(())) => {
            let is_local = |host: &str| ["localhost", "127.0.0.1", "::1", "[::1]"].contains(&host);
            let asked = server.rsplit_once(':').map_or(server, |(host, _)| host);
            return if is_local(&node.host) && !is_local(asked) {
                let what = format!(
                    "node {} tells clients {address}, which is another machine for each of them: set advertised.listeners",
                    node.id
                );
                Finding { weight: Weight::Problem, what }
            } else {
                Finding {
                    weight: Weight::Good,
                    what: format!("node {} is reached at {address}, as clients are told", node.id),
                }
            };
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", REACH.as_secs()),
    };
    let what = format!(
        "node {} tells clients {address}, and that is not reached from here: {why}. Set advertised.listeners (--advertise) to a name that clients know",
        node.id
    );
    Finding { weight: Weight::Problem, what }
}

/// Settings of brokers that have hurt people.
async fn brokers(admin: &Admin, nodes: &[Node]) -> Vec<Finding> {
    let resources: Vec<ConfigResource> = nodes.iter().map(|node| ConfigResource::broker(node.id)).collect();
    let mut findings = Vec::new();
    for (resource, entries) in admin.describe_configs(&resources, &DescribeConfigs::default()).await {
        match entries {
            Err(error) => findings.push(Finding { weight: Weight::Warning, what: advice::sentence(&error) }),
            Ok(entries) => findings.extend(risks(&resource.name, &entries, nodes.len())),
        }
    }
    findings
}

fn risks(broker: &str, entries: &[ConfigEntry], nodes: usize) -> Vec<Finding> {
    let value = |name: &str| entries.iter().find(|entry| entry.name == name).and_then(|entry| entry.value.as_deref());
    let number = |name: &str| value(name).and_then(|text| text.parse::<i64>().ok());
    let mut findings = Vec::new();
    let mut say = |weight, what: String| findings.push(Finding { weight, what: format!("node {broker}: {what}") });
    if value("unclean.leader.election.enable") == Some("true") {
        say(
            Weight::Warning,
            "unclean.leader.election.enable=true: a replica that lacks records may become leader, and they are gone"
                .into(),
        );
    }
    if nodes >= 3 && number("default.replication.factor") == Some(1) {
        say(Weight::Warning, "default.replication.factor=1: new topics live on one node, and are lost with it".into());
    }
    if nodes >= 3 && number("min.insync.replicas") == Some(1) {
        say(Weight::Note, "min.insync.replicas=1: acks=all is satisfied with one copy".into());
    }
    if nodes >= 3 && number("offsets.topic.replication.factor").is_some_and(|replicas| replicas < 3) {
        say(
            Weight::Warning,
            "offsets.topic.replication.factor is below 3: what groups committed is lost with a node".into(),
        );
    }
    if value("auto.create.topics.enable") == Some("true") && nodes >= 3 {
        say(Weight::Note, "auto.create.topics.enable=true: a mistyped name makes a topic".into());
    }
    if number("log.retention.ms").or(number("log.retention.hours")) == Some(-1)
        && number("log.retention.bytes") == Some(-1)
    {
        say(Weight::Note, "records are kept for ever: the disk fills up one day".into());
    }
    if value("log.dirs")
        .or(value("log.dir"))
        .is_some_and(|dirs| dirs.split(',').any(|dir| dir.trim().starts_with("/tmp")))
    {
        say(
            Weight::Warning,
            "data lies under /tmp, which many systems empty at a restart: set log.dirs (--data-dir)".into(),
        );
    }
    let listeners = value("listeners").unwrap_or_default();
    let open = listeners.split(',').any(|one| {
        one.contains("PLAINTEXT://")
            && !["localhost", "127.0.0.1", "[::1]"].iter().any(|host| one.contains(&format!("//{host}:")))
    });
    if open && value("authorizer.class.name").unwrap_or_default().is_empty() {
        say(
            Weight::Warning,
            format!(
                "{listeners} is open to others without a login: anybody who reaches it may read and delete everything"
            ),
        );
    }
    if findings.is_empty() {
        findings.push(Finding { weight: Weight::Good, what: format!("node {broker}: no setting looks risky") });
    }
    findings
}

/// Partitions that are not well.
async fn topics(admin: &Admin, nodes: usize) -> Vec<Finding> {
    let listed = match admin.list_topics(true).await {
        Ok(listed) => listed,
        Err(error) => return vec![Finding { weight: Weight::Warning, what: advice::sentence(&error) }],
    };
    let refs: Vec<TopicRef> = listed.into_iter().map(|topic| TopicRef::Name(topic.name)).collect();
    let described = admin.describe_topics(&refs, PAGE).await;
    let topics: Vec<TopicDescription> = described.into_iter().filter_map(|(_, topic)| topic.ok()).collect();
    let partitions = || topics.iter().flat_map(|topic| topic.partitions.iter().map(move |one| (&topic.name, one)));
    let mut findings = Vec::new();
    let mut count = |weight, bad: Vec<String>, what: &str| {
        if let Some(first) = bad.first() {
            findings.push(Finding { weight, what: format!("{} {what}, {first} among them", bad.len()) });
        }
    };
    let named =
        |(topic, one): (&String, &kampa_client::admin::PartitionDescription)| format!("{topic}-{}", one.partition);
    count(
        Weight::Problem,
        partitions().filter(|(_, one)| one.leader.is_none()).map(named).collect(),
        "partitions have no leader",
    );
    count(
        Weight::Warning,
        partitions().filter(|(_, one)| one.isr.len() < one.replicas.len()).map(named).collect(),
        "partitions lack a replica in sync",
    );
    if nodes >= 3 {
        count(
            Weight::Note,
            partitions().filter(|(_, one)| one.replicas.len() == 1).map(named).collect(),
            "partitions have one replica",
        );
    }
    if findings.is_empty() {
        let what = format!(
            "{} partitions of {} topics have a leader and all their replicas",
            partitions().count(),
            topics.len()
        );
        findings.push(Finding { weight: Weight::Good, what });
    }
    findings
}

/// A client waits no longer before its user does something else.
const REACH: Duration = Duration::from_secs(3);
/// Partitions in one answer.
const PAGE: i32 = 2000;
