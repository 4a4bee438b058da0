//! `--reset-offsets`: where each partition's offset goes, shown, exported or set.

use kampa_client::TopicPartition;
use kampa_client::admin::{OffsetSpec, OffsetToCommit};

use super::description::Partition;
use super::{Command, SCENARIOS, csv, offsets, print_error, times};
use crate::kafka::connect::read;
use crate::kafka::hash_order::{hash_order, sized_order};
use crate::kafka::thrown::{Died, Thrown, log};

/// Where a group's offsets go.
type Plan = Vec<(Partition, i64)>;

impl Command<'_> {
    pub(super) async fn reset(&self) -> Result<(), Died> {
        let mut plans = Vec::new();
        let mut groups = self.groups().await?;
        hash_order(&mut groups, |group| group);
        groups.dedup();
        for group in groups {
            let state = match self.described(&group).await {
                Ok(described) => described.state,
                Err(thrown) if thrown.is("GroupIdNotFoundException") => "Dead".to_owned(),
                Err(thrown) => return Err(Thrown::runtime(thrown.executed().to_string()).into()),
            };
            let plan = match state.as_str() {
                "Empty" | "Dead" => self.reset_group(&group).await?,
                _ => {
                    let words = "Assignments can only be reset if the group";
                    let but = "is inactive, but the current state is";
                    print_error(self.call, format_args!("{words} '{group}' {but} {state}."));
                    Plan::new()
                }
            };
            plans.push((group, plan));
        }
        match self.given.has("export") {
            true => self.call.streams.out.line(csv::written(&plans, self.given.values("group").len() == 1)),
            false => self.show(&plans),
        }
        Ok(())
    }

    fn show(&self, plans: &[(String, Plan)]) {
        let out = &self.call.streams.out;
        let group_wide = plans.iter().map(|(group, _)| group.chars().count()).fold(15, usize::max);
        let topics = plans.iter().flat_map(|(_, plan)| plan).map(|((topic, _), _)| topic.chars().count());
        let topic_wide = topics.fold(15, usize::max);
        let line = |group: &str, topic: &str, partition: &str, offset: &str| {
            out.text(format_args!("\n{group:group_wide$} {topic:topic_wide$} {partition:10} {offset}"));
        };
        if !plans.is_empty() {
            line("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET");
        }
        for (group, plan) in plans {
            for ((topic, partition), offset) in plan {
                line(group, topic, &partition.to_string(), &offset.to_string());
            }
        }
        out.line("");
    }

    async fn reset_group(&self, group: &str) -> Result<Plan, Died> {
        let partitions = self.partitions_to_reset(group).await?;
        self.check_partitions(&partitions).await?;
        let plan = self.plan(group, &partitions).await?;
        if self.given.has("execute") && !self.given.has("dry-run") {
            let commits: Vec<OffsetToCommit> = plan
                .iter()
                .map(|((topic, number), offset)| OffsetToCommit {
                    partition: TopicPartition::new(topic, *number),
                    offset: *offset,
                    leader_epoch: None,
                    metadata: String::new(),
                })
                .collect();
            let failed = |error| Thrown::of(&error, "alterConsumerGroupOffsets");
            for (_, done) in self.admin.alter_group_offsets(group, &commits).await.map_err(failed)? {
                done.map_err(failed)?;
            }
        }
        Ok(plan)
    }

    async fn partitions_to_reset(&self, group: &str) -> Result<Vec<Partition>, Died> {
        if self.given.has("all-topics") {
            return Ok(self.committed(group).await?.into_iter().map(|(partition, _)| partition).collect());
        }
        if self.given.has("topic") {
            return self.named_partitions().await;
        }
        if !self.given.has("from-file") {
            let words = "One of the reset scopes should be defined: --all-topics, --topic.";
            return Err(self.given.refuse(words).into());
        }
        Ok(Vec::new())
    }

    async fn plan(&self, group: &str, partitions: &[Partition]) -> Result<Plan, Died> {
        let given = self.given;
        let mut plan = match () {
            () if given.has("to-offset") => {
                let offset = self.to_offset.unwrap_or(0);
                self.within_range(partitions.iter().map(|one| (one.clone(), offset)).collect()).await?
            }
            () if given.has("to-earliest") => self.starts(partitions).await?,
            () if given.has("to-latest") => self.ends(partitions).await?,
            () if given.has("shift-by") => self.shifted(group, partitions).await?,
            () if given.has("to-datetime") => {
                let text = given.values("to-datetime").first().copied().unwrap_or_default();
                let time_ms = times::date_time(text).map_err(|thrown| Thrown::runtime(thrown.to_string()))?;
                self.at(partitions, time_ms).await?
            }
            () if given.has("by-duration") => {
                let text = given.value("by-duration")?.unwrap_or_default();
                let time_ms = self.call.world.wall_ms().saturating_sub(times::duration_ms(text)?);
                self.at(partitions, time_ms).await?
            }
            () if given.has("from-file") => self.planned_in_file(group).await?,
            () if given.has("to-current") => return self.current(group, partitions).await,
            () => {
                let scenarios: Vec<String> = SCENARIOS.iter().map(|name| format!("[{name}]")).collect();
                return Err(given
                    .refuse(format_args!(
                        "Option '[reset-offsets]' requires one of the following scenarios: [{}]",
                        scenarios.join(", ")
                    ))
                    .into());
            }
        };
        hash_order(&mut plan, |(partition, _)| partition);
        Ok(plan)
    }

    async fn shifted(&self, group: &str, partitions: &[Partition]) -> Result<Plan, Died> {
        let committed = self.committed(group).await?;
        let mut wanted = Plan::new();
        for partition in partitions {
            let found = committed.iter().find(|(one, _)| one == partition);
            let Some((_, committed)) = found else {
                let partition = offsets::shown(partition);
                return Err(Thrown::illegal(format!(
                    "Cannot shift offset for partition {partition} since there is no current committed offset"
                ))
                .into());
            };
            wanted.push((partition.clone(), committed.offset.wrapping_add(self.shift_by.unwrap_or(0))));
        }
        self.within_range(wanted).await
    }

    /// Where offsets of a time do not exist, the end is meant.
    async fn at(&self, partitions: &[Partition], time_ms: i64) -> Result<Plan, Died> {
        let listed = self.listed_offsets(partitions, OffsetSpec::AtOrAfter(time_ms)).await?;
        let (mut plan, mut empty): (Plan, Plan) = listed.into_iter().partition(|(_, offset)| *offset != -1);
        hash_order(&mut empty, |(partition, _)| partition);
        for ((topic, number), _) in &empty {
            self.call.streams.out.line(format_args!(
                "\nWarn: Partition {number} from topic {topic} is empty. Falling back to latest known offset."
            ));
        }
        let empty: Vec<Partition> = empty.into_iter().map(|(partition, _)| partition).collect();
        plan.extend(self.ends(&empty).await?);
        Ok(plan)
    }

    async fn planned_in_file(&self, group: &str) -> Result<Plan, Died> {
        let path = self.given.values("from-file").first().copied().unwrap_or_default();
        let unreadable = |_| Thrown::runtime(format!("java.io.IOException: Unable to read file {path}"));
        let text = read(&self.call.world, path).map_err(unreadable)?;
        let groups = self.given.values("group");
        let plans = csv::read(&String::from_utf8_lossy(&text), (groups.len() == 1).then(|| groups[0]))?;
        match plans.into_iter().find(|(one, _)| one == group) {
            Some((_, plan)) => self.within_range(plan).await,
            None => {
                print_error(self.call, format_args!("No reset plan for group {group} found"));
                Ok(Plan::new())
            }
        }
    }

    /// Offsets as committed; the end where none is.
    async fn current(&self, group: &str, partitions: &[Partition]) -> Result<Plan, Died> {
        let committed = self.committed(group).await?;
        let of =
            |partition: &Partition| committed.iter().find(|(one, _)| one == partition).map(|(_, found)| found.offset);
        let (with, without): (Vec<Partition>, Vec<Partition>) =
            partitions.iter().cloned().partition(|partition| of(partition).is_some());
        let mut plan: Plan = with.iter().filter_map(|one| Some((one.clone(), of(one)?))).collect();
        let ends = self.ends(&without).await?;
        let is_first = plan.is_empty();
        plan.extend(ends);
        // A map that all of it was put into at once is made to measure.
        match is_first {
            true => sized_order(&mut plan, plan_capacity(without.len()), |(partition, _)| partition),
            false => hash_order(&mut plan, |(partition, _)| partition),
        }
        Ok(plan)
    }

    /// No offset before the first or behind the end.
    async fn within_range(&self, wanted: Plan) -> Result<Plan, Died> {
        let partitions: Vec<Partition> = wanted.iter().map(|(partition, _)| partition.clone()).collect();
        let (starts, ends) = (self.starts(&partitions).await?, self.ends(&partitions).await?);
        let of = |list: &Plan, partition: &Partition| list.iter().find(|(one, _)| one == partition).map(|(_, at)| *at);
        let mut plan = Plan::new();
        for (partition, offset) in wanted {
            let (start, end) = (of(&starts, &partition), of(&ends, &partition));
            let (kept, relation) = match (start, end) {
                (_, Some(end)) if offset > end => (end, Some("higher than latest")),
                (Some(start), _) if offset < start => (start, Some("lower than earliest")),
                _ => (offset, None),
            };
            if let Some(relation) = relation {
                let name = offsets::shown(&partition);
                let words = format!(
                    "New offset ({offset}) is {relation} offset for topic partition {name}. Value will be set to {kept}"
                );
                log(&self.call.world, &self.call.streams, "WARN", words, "org.apache.kafka.tools.OffsetsUtils");
            }
            plan.push((partition, kept));
        }
        Ok(plan)
    }
}

/// What Java makes room for when so many keys are put into an empty map.
fn plan_capacity(keys: usize) -> usize {
    (keys as f64 / 0.75 + 1.0) as usize
}
