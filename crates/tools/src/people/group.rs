//! `kampa group`: list, show how far behind, seek, delete.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use kampa_client::admin::{Admin, ClassicGroup, GroupOffsets, ListGroups, OffsetSpec, OffsetToCommit};
use kampa_client::consumer::assignors;
use kampa_client::{Isolation, TopicPartition};
use kampa_world::World;
use serde_json::{Value, json};

use super::screen::{NONE, Table, count, or_none};
use super::{Common, Session, each, times, told, topic};
use crate::{Outcome, Stop, Streams};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The groups there are, and how far behind each is.
    #[command(visible_alias = "ls")]
    List,
    /// Members, offsets and lag of a group.
    #[command(visible_alias = "describe")]
    Show { group: String },
    /// Moves a group without members to other offsets. Says what it would do; `--yes` does it.
    #[command(after_help = SEEK_NOTES)]
    Seek {
        group: String,
        /// Only this topic [default: all the group has committed].
        #[arg(long, short)]
        topic: Option<String>,
        /// Only this partition of it.
        #[arg(long, short, requires = "topic")]
        partition: Option<i32>,
        /// Where to.
        #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
        to: String,
        /// Do it.
        #[arg(long)]
        yes: bool,
    },
    /// Deletes groups without members, and what they committed.
    #[command(visible_alias = "rm")]
    Delete {
        #[arg(required = true)]
        groups: Vec<String>,
    },
}

const SEEK_NOTES: &str = "\
PLACE is one of
  start, end           the first record, the end
  1234                 an offset
  +100, -100           records after, before where it is
  10m, 2h              the first record of that long ago
  2026-11-21T14:00     the first record at or after a time (UTC)";

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    let admin = session.client.admin();
    match arguments.action {
        Action::List => list(&session, &admin).await,
        Action::Show { group } => show(&session, &admin, &group).await,
        Action::Seek { group, topic, partition, to, yes } => {
            let place = Place::read(&to, world.wall_ms()).map_err(Stop::Failed)?;
            seek(&session, &admin, &group, topic.zip(Some(partition)), place, yes).await
        }
        Action::Delete { groups } => each(streams, admin.delete_groups(&groups).await, |group, ()| {
            session.screen.say(format_args!("{group} is deleted"));
        }),
    }
}

/// A group's offset on a partition, and the partition's end.
struct Position {
    partition: TopicPartition,
    offset: Option<i64>,
    end: Option<i64>,
}

impl Position {
    fn lag(&self) -> Option<i64> {
        Some((self.end? - self.offset?).max(0))
    }
}

async fn list(session: &Session, admin: &Admin) -> Outcome {
    let (groups, failed) = admin.list_groups(&ListGroups::default()).await.map_err(told)?;
    let names: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    let mut positions = positions(admin, &names).await;
    let members: BTreeMap<String, usize> = admin
        .describe_classic_groups(&names, false)
        .await
        .into_iter()
        .filter_map(|(name, group)| Some((name, group.ok()?.members.len())))
        .collect();
    let lag = |name: &str, positions: &BTreeMap<String, Vec<Position>>| -> i64 {
        positions.get(name).into_iter().flatten().filter_map(Position::lag).sum()
    };
    session.screen.show(
        || {
            let mut table = Table::new(&["GROUP", "STATE", "TYPE", "MEMBERS", "LAG"]);
            for group in &groups {
                table.row([
                    group.id.clone(),
                    or_none(group.state.as_ref()),
                    or_none(group.kind.as_ref()),
                    or_none(members.get(&group.id)),
                    lag(&group.id, &positions).to_string(),
                ]);
            }
            table
        },
        || {
            let one = |group: &kampa_client::admin::GroupListing| {
                json!({
                    "group": group.id, "state": group.state, "type": group.kind, "protocol_type": group.protocol_type,
                    "members": members.get(&group.id), "lag": lag(&group.id, &positions),
                })
            };
            Value::Array(groups.iter().map(one).collect())
        },
    );
    positions.clear();
    if groups.is_empty() {
        session.screen.streams.err.line("no groups yet: a consumer with a group.id makes one");
    }
    failed.into_iter().next().map_or(Ok(()), |error| Err(told(error)))
}

async fn show(session: &Session, admin: &Admin, name: &str) -> Outcome {
    let names = [name.to_owned()];
    let described = admin.describe_classic_groups(&names, false).await;
    let Some((_, group)) = described.into_iter().next() else { return Ok(()) };
    let group = group.map_err(told)?;
    let mut positions = positions(admin, &names).await.remove(name).unwrap_or_default();
    let owners = owners(&group);
    let known: Vec<TopicPartition> = positions.iter().map(|position| position.partition.clone()).collect();
    let read = owners.keys().filter(|partition| !known.contains(partition)).cloned().collect::<Vec<_>>();
    positions.extend(ends(admin, read.into_iter().map(|partition| (partition, None)).collect()).await);
    positions.sort_by(|a, b| a.partition.cmp(&b.partition));
    if session.screen.json {
        session.screen.value(&as_json(&group, &positions, &owners));
        return Ok(());
    }
    let lag: i64 = positions.iter().filter_map(Position::lag).sum();
    session.screen.say(format_args!(
        "{}: {}, {}, {} behind, coordinated by node {}",
        group.id,
        group.state,
        count(group.members.len(), "member"),
        count(lag, "record"),
        group.coordinator
    ));
    let mut table = Table::new(&["TOPIC", "PARTITION", "OFFSET", "END", "LAG", "MEMBER", "HOST"]);
    for position in &positions {
        let owner = owners.get(&position.partition).map(|at| &group.members[*at]);
        table.row([
            position.partition.topic.to_string(),
            position.partition.partition.to_string(),
            or_none(position.offset),
            or_none(position.end),
            or_none(position.lag()),
            owner.map_or(NONE.to_owned(), |member| member.instance_id.clone().unwrap_or(member.client_id.clone())),
            or_none(owner.map(|member| member.host.trim_start_matches('/'))),
        ]);
    }
    if !table.is_empty() {
        session.screen.table(table);
    }
    Ok(())
}

fn as_json(group: &ClassicGroup, positions: &[Position], owners: &BTreeMap<TopicPartition, usize>) -> Value {
    let member = |member: &kampa_client::admin::GroupMember| json!({ "id": member.id, "instance": member.instance_id, "client": member.client_id, "host": member.host });
    let position = |position: &Position| {
        json!({
            "topic": &*position.partition.topic, "partition": position.partition.partition, "offset": position.offset,
            "end_offset": position.end, "lag": position.lag(),
            "member": owners.get(&position.partition).map(|at| &group.members[*at].id),
        })
    };
    json!({
        "group": group.id, "state": group.state, "protocol": group.protocol, "coordinator": group.coordinator,
        "members": group.members.iter().map(member).collect::<Vec<_>>(),
        "offsets": positions.iter().map(position).collect::<Vec<_>>(),
    })
}

/// Which member reads a partition; only of groups of consumers, whose assignments can be read.
fn owners(group: &ClassicGroup) -> BTreeMap<TopicPartition, usize> {
    let mut owners = BTreeMap::new();
    for (at, member) in group.members.iter().enumerate().filter(|_| group.protocol_type == CONSUMERS) {
        let assigned = assignors::decode_assignment(&member.assignment).unwrap_or_default();
        owners.extend(assigned.into_iter().map(|partition| (partition, at)));
    }
    owners
}

/// What groups have committed, and how far the partitions go.
async fn positions(admin: &Admin, groups: &[String]) -> BTreeMap<String, Vec<Position>> {
    let wanted: Vec<_> = groups.iter().map(|group| GroupOffsets { group: group.clone(), partitions: None }).collect();
    let mut found = BTreeMap::new();
    for (group, offsets) in admin.list_group_offsets(&wanted, false).await {
        let committed = offsets.into_iter().flatten();
        let known = committed
            .filter_map(|(partition, offset)| Some((partition, Some(offset.ok()??.offset))))
            .collect::<Vec<_>>();
        found.insert(group, ends(admin, known).await);
    }
    found
}

async fn ends(admin: &Admin, of: Vec<(TopicPartition, Option<i64>)>) -> Vec<Position> {
    let wanted: Vec<_> = of.iter().map(|(partition, _)| (partition.clone(), OffsetSpec::Latest)).collect();
    let listed = admin.list_offsets(&wanted, Isolation::ReadUncommitted).await;
    of.into_iter()
        .zip(listed)
        .map(|((partition, offset), (_, end))| Position { partition, offset, end: end.ok().map(|end| end.offset) })
        .collect()
}

/// Where a group is moved to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Spec(OffsetSpec),
    Offset(i64),
    By(i64),
}

impl Place {
    fn read(text: &str, now_ms: i64) -> Result<Place, String> {
        if let Some(digits) = text.strip_prefix(['+', '-']).filter(|rest| rest.chars().all(|c| c.is_ascii_digit())) {
            let by: i64 = digits.parse().map_err(|_| format!("{text} is no number of records"))?;
            return Ok(Place::By(if text.starts_with('-') { -by } else { by }));
        }
        match text {
            "start" | "beginning" | "earliest" => Ok(Place::Spec(OffsetSpec::Earliest)),
            "end" | "latest" => Ok(Place::Spec(OffsetSpec::Latest)),
            _ => match text.parse() {
                Ok(offset) => Ok(Place::Offset(offset)),
                Err(_) => times::moment(text, now_ms).map(|at| Place::Spec(OffsetSpec::AtOrAfter(at))),
            },
        }
    }
}

async fn seek(
    session: &Session,
    admin: &Admin,
    group: &str,
    only: Option<(String, Option<i32>)>,
    place: Place,
    yes: bool,
) -> Outcome {
    let committed = positions(admin, &[group.to_owned()]).await.remove(group).unwrap_or_default();
    let partitions: Vec<TopicPartition> = match only {
        Some((topic, Some(partition))) => vec![TopicPartition::new(topic, partition)],
        Some((topic, None)) => topic::partitions_of(admin, &topic).await?,
        None => committed.iter().map(|position| position.partition.clone()).collect(),
    };
    if partitions.is_empty() {
        return Err(Stop::Failed(format!("{group} has committed nothing yet: name a topic with --topic")));
    }
    let now: BTreeMap<&TopicPartition, Option<i64>> =
        committed.iter().map(|position| (&position.partition, position.offset)).collect();
    let targets = targets(admin, &partitions, &now, place).await?;
    let mut table = Table::new(&["TOPIC", "PARTITION", "FROM", "TO"]);
    for (partition, to) in &targets {
        let from = or_none(now.get(partition).copied().flatten());
        table.row([partition.topic.to_string(), partition.partition.to_string(), from, to.to_string()]);
    }
    session.screen.show(
        || table,
        || {
            let one = |(partition, to): &(TopicPartition, i64)| {
                let from = now.get(partition).copied().flatten();
                json!({ "topic": &*partition.topic, "partition": partition.partition, "from": from, "to": to })
            };
            Value::Array(targets.iter().map(one).collect())
        },
    );
    if !yes {
        session.screen.streams.err.line("nothing is changed yet: the same with --yes does it");
        return Ok(());
    }
    let commits: Vec<OffsetToCommit> = targets
        .into_iter()
        .map(|(partition, offset)| OffsetToCommit { partition, offset, leader_epoch: None, metadata: String::new() })
        .collect();
    each(&session.screen.streams, admin.alter_group_offsets(group, &commits).await.map_err(told)?, |_, ()| {})
}

/// The offset for each partition, within what the partition holds.
async fn targets(
    admin: &Admin,
    partitions: &[TopicPartition],
    now: &BTreeMap<&TopicPartition, Option<i64>>,
    place: Place,
) -> Result<Vec<(TopicPartition, i64)>, Stop> {
    let bounds = |spec| async move {
        let wanted: Vec<_> = partitions.iter().map(|partition| (partition.clone(), spec)).collect();
        let listed = admin.list_offsets(&wanted, Isolation::ReadUncommitted).await;
        listed.into_iter().map(|(_, one)| one.map(|one| one.offset).map_err(told)).collect::<Result<Vec<i64>, Stop>>()
    };
    let (first, end) = (bounds(OffsetSpec::Earliest).await?, bounds(OffsetSpec::Latest).await?);
    let wanted = match place {
        Place::Spec(spec) => bounds(spec).await?,
        Place::Offset(offset) => vec![offset; partitions.len()],
        Place::By(by) => {
            let of = |partition: &TopicPartition| {
                now.get(partition).copied().flatten().map(|offset| offset.saturating_add(by)).ok_or_else(|| {
                    Stop::Failed(format!("nothing is committed for {partition}: there is nothing to count from"))
                })
            };
            partitions.iter().map(of).collect::<Result<_, _>>()?
        }
    };
    let within = |(((partition, wanted), first), end): (((&TopicPartition, i64), i64), i64)| {
        // No record is as young as the time asked for: everything is read.
        let offset = if wanted < 0 && matches!(place, Place::Spec(_)) { end } else { wanted.clamp(first, end) };
        (partition.clone(), offset)
    };
    Ok(partitions.iter().zip(wanted).zip(first).zip(end).map(within).collect())
}

/// The protocol type of groups of consumers.
const CONSUMERS: &str = "consumer";
