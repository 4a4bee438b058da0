//! `kampa cluster`: its nodes, its quorum, its features, its disks, what its nodes speak.

use clap::{Args, Subcommand};
use kampa_client::Versions;
use kampa_client::admin::{Admin, ClusterDescription, DescribeCluster};
use kampa_protocol::ApiKey;
use kampa_world::World;
use serde_json::{Value, json};

use super::screen::{Table, bytes, or_none};
use super::{Common, Session, each, times, told};
use crate::{Outcome, Streams};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Nodes and controller; what is shown when nothing else is asked for.
    Show,
    /// Who keeps the metadata, and how far each is.
    Quorum,
    /// Features: what the nodes can, what is in force.
    Features,
    /// Log directories: what lies in them, what is free.
    Disks,
    /// Which requests a node answers, in which versions.
    Apis,
}

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    let admin = session.client.admin();
    match arguments.action.unwrap_or(Action::Show) {
        Action::Show => show(&session, &admin).await,
        Action::Quorum => quorum(&session, &admin).await,
        Action::Features => features(&session, &admin).await,
        Action::Disks => disks(&session, &admin).await,
        Action::Apis => apis(&session, &admin).await,
    }
}

pub async fn describe(admin: &Admin) -> Result<ClusterDescription, kampa_client::Error> {
    admin.describe_cluster(&DescribeCluster::default()).await
}

async fn show(session: &Session, admin: &Admin) -> Outcome {
    let cluster = describe(admin).await.map_err(told)?;
    session.screen.show(
        || {
            let mut table = Table::new(&["NODE", "HOST", "PORT", "RACK", "CONTROLLER"]);
            for node in &cluster.nodes {
                let leads = if cluster.controller == Some(node.id) { "yes" } else { "" };
                let (id, port) = (node.id.to_string(), node.port.to_string());
                table.row([id, node.host.clone(), port, or_none(node.rack.as_ref()), leads.to_owned()]);
            }
            table
        },
        || {
            let node = |node: &kampa_client::admin::Node| {
                json!({ "id": node.id, "host": node.host, "port": node.port, "rack": node.rack, "fenced": node.is_fenced })
            };
            json!({
                "cluster_id": cluster.cluster_id, "controller": cluster.controller,
                "nodes": cluster.nodes.iter().map(node).collect::<Vec<_>>(),
            })
        },
    );
    session.screen.say(format_args!("cluster {}", or_none(cluster.cluster_id.as_ref())));
    Ok(())
}

async fn quorum(session: &Session, admin: &Admin) -> Outcome {
    let quorum = admin.describe_quorum().await.map_err(told)?;
    let now = session.world.wall_ms();
    let all = || {
        let voters = quorum.voters.iter().map(|one| (one, "voter"));
        voters.chain(quorum.observers.iter().map(|one| (one, "observer")))
    };
    session.screen.show(
        || {
            let mut table = Table::new(&["NODE", "PART", "END", "BEHIND", "CAUGHT UP"]);
            for (node, part) in all() {
                let part = if node.id == quorum.leader { "leader" } else { part };
                let caught_up = node.last_caught_up_ms.map(|at| format!("{} ago", times::roughly(now - at)));
                table.row([
                    node.id.to_string(),
                    part.to_owned(),
                    node.log_end_offset.to_string(),
                    (quorum.high_watermark - node.log_end_offset).max(0).to_string(),
                    or_none(caught_up),
                ]);
            }
            table
        },
        || {
            let node = |(node, part): (&kampa_client::admin::QuorumReplica, &str)| {
                json!({
                    "id": node.id, "directory": node.directory_id.to_string(), "part": part, "log_end_offset": node.log_end_offset,
                    "last_fetch_ms": node.last_fetch_ms, "last_caught_up_ms": node.last_caught_up_ms,
                })
            };
            json!({
                "leader": quorum.leader, "epoch": quorum.leader_epoch, "high_watermark": quorum.high_watermark,
                "nodes": all().map(node).collect::<Vec<_>>(),
            })
        },
    );
    session.screen.say(format_args!("epoch {}, high watermark {}", quorum.leader_epoch, quorum.high_watermark));
    Ok(())
}

async fn features(session: &Session, admin: &Admin) -> Outcome {
    let features = admin.describe_features(None).await.map_err(told)?;
    let in_force = |name: &str| features.finalized.get(name).map_or(0, |range| range.max);
    session.screen.show(
        || {
            let mut table = Table::new(&["FEATURE", "IN FORCE", "FROM", "TO"]);
            for (name, range) in &features.supported {
                table.row([name.clone(), in_force(name).to_string(), range.min.to_string(), range.max.to_string()]);
            }
            table
        },
        || {
            let one = |(name, range): (&String, &kampa_client::admin::FeatureRange)| {
                json!({ "feature": name, "level": in_force(name), "min": range.min, "max": range.max })
            };
            Value::Array(features.supported.iter().map(one).collect())
        },
    );
    Ok(())
}

async fn disks(session: &Session, admin: &Admin) -> Outcome {
    let brokers: Vec<i32> = describe(admin).await.map_err(told)?.nodes.iter().map(|node| node.id).collect();
    let mut all = Vec::new();
    let described = admin.describe_log_dirs(&brokers, None).await;
    let done = each(&session.screen.streams, described, |broker, dirs| {
        all.extend(dirs.into_iter().map(|dir| (broker, dir)));
    });
    let held = |dir: &kampa_client::admin::LogDir| dir.replicas.iter().map(|(_, replica)| replica.bytes).sum::<i64>();
    session.screen.show(
        || {
            let mut table = Table::new(&["NODE", "DIRECTORY", "REPLICAS", "SIZE", "FREE", "STATE"]);
            for (broker, dir) in &all {
                table.row([
                    broker.to_string(),
                    dir.path.clone(),
                    dir.replicas.len().to_string(),
                    bytes(held(dir)),
                    or_none(dir.usable_bytes.map(bytes)),
                    dir.error.as_ref().map_or("in use".to_owned(), ToString::to_string),
                ]);
            }
            table
        },
        || {
            let one = |(broker, dir): &(i32, kampa_client::admin::LogDir)| {
                json!({
                    "node": broker, "directory": dir.path, "replicas": dir.replicas.len(), "bytes": held(dir),
                    "usable_bytes": dir.usable_bytes, "total_bytes": dir.total_bytes,
                    "error": dir.error.as_ref().map(ToString::to_string),
                })
            };
            Value::Array(all.iter().map(one).collect())
        },
    );
    done
}

async fn apis(session: &Session, admin: &Admin) -> Outcome {
    let cluster = describe(admin).await.map_err(told)?;
    let Some(node) = cluster.nodes.first() else { return Ok(()) };
    let versions: Versions = session.client.versions(node.id).await.map_err(told)?;
    let ranges: Vec<_> = ApiKey::all().filter_map(|key| Some((key, versions.range(key)?))).collect();
    session.screen.show(
        || {
            let mut table = Table::new(&["KEY", "REQUEST", "FROM", "TO"]);
            for (key, range) in &ranges {
                let number = (*key as i16).to_string();
                table.row([number, key.name().to_owned(), range.start().to_string(), range.end().to_string()]);
            }
            table
        },
        || {
            let one = |(key, range): &(ApiKey, std::ops::RangeInclusive<i16>)| {
                json!({ "key": *key as i16, "name": key.name(), "min": range.start(), "max": range.end() })
            };
            Value::Array(ranges.iter().map(one).collect())
        },
    );
    Ok(())
}
