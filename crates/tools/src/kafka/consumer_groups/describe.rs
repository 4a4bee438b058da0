//! `--describe`: offsets and lag, members, states.

use super::description::{Description, Member, Partition};
use super::{Command, MISSING, print_error};
use crate::kafka::thrown::{Died, Thrown};

impl Command<'_> {
    pub(super) async fn describe(&self) -> Result<(), Died> {
        let mut groups = self.groups().await?;
        groups.sort();
        groups.dedup();
        let mut described = Vec::new();
        for group in &groups {
            described.push(self.described(group).await.map_err(Thrown::executed)?);
        }
        let verbose = self.given.has("verbose");
        match () {
            () if self.given.has("members") => described.iter().for_each(|group| self.members(group, verbose)),
            () if self.given.has("state") => described.iter().for_each(|group| self.state(group, verbose)),
            () => {
                let mut rows = Vec::new();
                for group in &described {
                    rows.push(self.rows(group).await?);
                }
                for (group, rows) in described.iter().zip(rows) {
                    self.offsets(group, &rows, verbose);
                }
            }
        }
        Ok(())
    }

    /// Says what there is to say of the state; whether there is anything to show.
    fn is_shown(&self, group: &Description, rows: usize) -> bool {
        let Description { id, state, .. } = group;
        match state.as_str() {
            "Dead" => print_error(self.call, format_args!("Consumer group '{id}' does not exist.")),
            "Empty" => self.call.streams.err.line(format_args!("\nConsumer group '{id}' has no active members.")),
            "Stable" => {}
            _ => self.call.streams.err.line(format_args!("\nWarning: Consumer group '{id}' is rebalancing.")),
        }
        state != "Dead" && rows > 0
    }

    async fn rows(&self, group: &Description) -> Result<Vec<Row>, Died> {
        let committed = self.committed(&group.id).await?;
        let mut members: Vec<&Member> = group.members.iter().filter(|member| !member.assigned.is_empty()).collect();
        members.sort_by_key(|member| std::cmp::Reverse(member.assigned.len()));
        let mut rows = Vec::new();
        for member in &members {
            let who = [&member.id, &member.host, &member.client].map(String::clone);
            rows.extend(self.partition_rows(&member.assigned, &committed, who).await?);
        }
        let assigned = |partition: &Partition| members.iter().any(|member| member.assigned.contains(partition));
        let left: Vec<Partition> =
            committed.iter().map(|(partition, _)| partition.clone()).filter(|partition| !assigned(partition)).collect();
        if !left.is_empty() {
            rows.extend(self.partition_rows(&left, &committed, [MISSING; 3].map(str::to_owned)).await?);
        }
        Ok(rows)
    }

    async fn partition_rows(
        &self,
        partitions: &[Partition],
        committed: &[(Partition, super::offsets::Committed)],
        who: [String; 3],
    ) -> Result<Vec<Row>, Died> {
        let led = self.led(partitions).await?;
        let ends = self.ends(&led).await?;
        let mut partitions = partitions.to_vec();
        partitions.sort();
        let row = |partition: Partition| {
            let committed = committed.iter().find(|(one, _)| *one == partition).map(|(_, committed)| committed);
            let end = ends.iter().find(|(one, _)| *one == partition).map(|(_, end)| *end);
            let offset = committed.map(|committed| committed.offset);
            Row {
                lag: offset.filter(|offset| *offset != -1).and_then(|offset| Some(end? - offset)),
                epoch: committed.and_then(|committed| committed.epoch),
                offset,
                end,
                partition,
                who: who.clone(),
            }
        };
        Ok(partitions.into_iter().map(row).collect())
    }

    fn offsets(&self, group: &Description, rows: &[Row], verbose: bool) {
        if !self.is_shown(group, rows.len()) {
            return;
        }
        let widest = |cell: &dyn Fn(&Row) -> usize| rows.iter().map(cell).fold(15, usize::max);
        let group_wide = group.id.chars().count().max(15);
        let topic_wide = widest(&|row| row.partition.0.chars().count());
        let [consumer_wide, host_wide] = [0, 1].map(|at| widest(&|row: &Row| row.who[at].chars().count()));
        let line = |cells: [&str; 10]| {
            let [group, topic, partition, epoch, offset, end, lag, consumer, host, client] = cells;
            let epoch = if verbose { format!(" {epoch:15}") } else { String::new() };
            self.call.streams.out.text(format_args!(
                "\n{group:group_wide$} {topic:topic_wide$} {partition:10}{epoch} {offset:15} {end:15} {lag:15} \
                 {consumer:consumer_wide$} {host:host_wide$} {client}"
            ));
        };
        line([
            "GROUP",
            "TOPIC",
            "PARTITION",
            "LEADER-EPOCH",
            "CURRENT-OFFSET",
            "LOG-END-OFFSET",
            "LAG",
            "CONSUMER-ID",
            "HOST",
            "CLIENT-ID",
        ]);
        for row in rows {
            let [offset, end, lag] = [row.offset, row.end, row.lag].map(shown);
            let number = row.partition.1.to_string();
            let [consumer, host, client] = &row.who;
            line([
                &group.id,
                &row.partition.0,
                &number,
                &shown(row.epoch),
                &offset,
                &end,
                &lag,
                consumer,
                host,
                client,
            ]);
        }
        self.call.streams.out.line("");
    }

    fn members(&self, group: &Description, verbose: bool) {
        let members = &group.members;
        let with_members = self.is_shown(group, members.len());
        let widest = |cell: &dyn Fn(&Member) -> usize, least: usize| match with_members {
            true => members.iter().map(cell).fold(least, usize::max),
            false => least,
        };
        let id_wide = widest(&|_| group.id.chars().count(), 15);
        let consumer_wide = widest(&|member| member.id.chars().count(), 15);
        let instance_wide = widest(&|member| member.instance.chars().count(), 17);
        let host_wide = widest(&|member| member.host.chars().count(), 15);
        let client_wide = widest(&|member| member.client.chars().count(), 15);
        let now_wide = widest(&|member| assignment(&member.assigned).chars().count(), 20);
        let target_wide = widest(&|member| assignment(&member.target).chars().count(), 20);
        let has = |is_new: bool| members.iter().any(|member| member.is_new == Some(is_new));
        let with_instance = with_members && members.iter().any(|member| !member.instance.is_empty());
        let migrating = with_members && has(true) && has(false);
        let line = |cells: [&str; 11]| {
            let [group, consumer, instance, host, client, count, epoch, now, target_epoch, target, is_new] = cells;
            let instance = if with_instance { format!(" {instance:instance_wide$}") } else { String::new() };
            let more = match (verbose, migrating) {
                (false, _) => String::new(),
                (true, false) => format!("{epoch:15} {now:now_wide$} {target_epoch:15} {target:target_wide$}"),
                (true, true) => format!("{epoch:15} {now:now_wide$} {target_epoch:15} {target:target_wide$} {is_new}"),
            };
            self.call.streams.out.line(format_args!(
                "{group:id_wide$} {consumer:consumer_wide$}{instance} {host:host_wide$} {client:client_wide$} {count:15} {more}"
            ));
        };
        self.call.streams.out.text("\n");
        line([
            "GROUP",
            "CONSUMER-ID",
            "GROUP-INSTANCE-ID",
            "HOST",
            "CLIENT-ID",
            "#PARTITIONS",
            "CURRENT-EPOCH",
            "CURRENT-ASSIGNMENT",
            "TARGET-EPOCH",
            "TARGET-ASSIGNMENT",
            "UPGRADED",
        ]);
        for member in members {
            let count = member.assigned.len().to_string();
            let target_epoch = shown(group.epochs.map(|(_, target)| target));
            let (now, target) = (assignment(&member.assigned), assignment(&member.target));
            let epoch = shown(member.epoch);
            let is_new = shown(member.is_new);
            line([
                &group.id,
                &member.id,
                &member.instance,
                &member.host,
                &member.client,
                &count,
                &epoch,
                &now,
                &target_epoch,
                &target,
                &is_new,
            ]);
        }
    }

    fn state(&self, group: &Description, verbose: bool) {
        if !self.is_shown(group, 1) {
            return;
        }
        let coordinator = format!("{}  ({})", group.coordinator.0, group.coordinator.1);
        let coordinator_wide = coordinator.chars().count().max(25);
        let group_wide = group.id.chars().count().max(15);
        let assignor = if group.assignor.is_empty() { MISSING } else { &group.assignor };
        let line = |cells: [&str; 7]| {
            let [group, coordinator, assignor, state, epoch, target_epoch, members] = cells;
            let epochs = if verbose { format!(" {epoch:15} {target_epoch:25}") } else { String::new() };
            self.call.streams.out.text(format_args!(
                "\n{group:group_wide$} {coordinator:coordinator_wide$} {assignor:20} {state:20}{epochs} {members}"
            ));
        };
        line([
            "GROUP",
            "COORDINATOR (ID)",
            "ASSIGNMENT-STRATEGY",
            "STATE",
            "GROUP-EPOCH",
            "TARGET-ASSIGNMENT-EPOCH",
            "#MEMBERS",
        ]);
        let [epoch, target_epoch] = [group.epochs.map(|(epoch, _)| epoch), group.epochs.map(|(_, target)| target)];
        let members = group.members.len().to_string();
        line([&group.id, &coordinator, assignor, &group.state, &shown(epoch), &shown(target_epoch), &members]);
        self.call.streams.out.line("");
    }
}

/// A partition that a group reads or has read.
struct Row {
    partition: Partition,
    offset: Option<i64>,
    epoch: Option<i32>,
    end: Option<i64>,
    lag: Option<i64>,
    /// Consumer, host, client.
    who: [String; 3],
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or(MISSING.to_owned(), |value| value.to_string())
}

/// `orders:0,1;payments:2`.
fn assignment(partitions: &[Partition]) -> String {
    if partitions.is_empty() {
        return MISSING.to_owned();
    }
    let mut sorted = partitions.to_vec();
    sorted.sort();
    let mut topics: Vec<String> = Vec::new();
    for same in sorted.chunk_by(|one, other| one.0 == other.0) {
        let numbers: Vec<String> = same.iter().map(|(_, number)| number.to_string()).collect();
        topics.push(format!("{}:{}", same[0].0, numbers.join(",")));
    }
    topics.sort();
    topics.join(";")
}
