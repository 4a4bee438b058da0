//! `--delete` and `--delete-offsets`.

use kampa_client::{Error, ErrorCode, TopicPartition};

use super::description::Partition;
use super::{Command, MISSING, plan, print_error};
use crate::kafka::hash_order::hash_order;
use crate::kafka::thrown::{Died, Thrown};

impl Command<'_> {
    pub(super) async fn delete_groups(&self) -> Result<(), Died> {
        let out = &self.call.streams.out;
        let mut groups = self.groups().await?;
        groups.sort();
        groups.dedup();
        let mut answers = self.admin.delete_groups(&groups).await;
        hash_order(&mut answers, |(group, _)| group);
        let (done, failed): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, answer)| answer.is_ok());
        let names: Vec<String> = done.iter().map(|(group, _)| format!("'{group}'")).collect();
        let names = names.join(", ");
        if failed.is_empty() {
            out.line(format_args!("Deletion of requested consumer groups ({names}) was successful."));
            return Ok(());
        }
        print_error(self.call, "Deletion of some consumer groups failed:");
        for (group, answer) in failed {
            let Err(error) = answer else { continue };
            let thrown = Thrown::of(&error, "deleteConsumerGroups");
            out.line(format_args!("* Group '{group}' could not be deleted due to: {thrown}"));
        }
        if !names.is_empty() {
            out.line(format_args!("\nThese consumer groups were deleted successfully: {names}"));
        }
        Ok(())
    }

    pub(super) async fn delete_offsets(&self) -> Result<(), Died> {
        let group = self.given.value("group")?.unwrap_or_default();
        let (mut rows, partitions) = self.partitions_to_forget().await?;
        let asked: Vec<TopicPartition> =
            partitions.iter().map(|(topic, number)| TopicPartition::new(topic, *number)).collect();
        let mut top = None;
        match self.admin.delete_group_offsets(group, &asked).await {
            Ok(answers) => {
                for (partition, answer) in answers {
                    let failed = answer.err().inspect(|error| {
                        top.get_or_insert(code_of(error));
                    });
                    rows.push(((partition.topic.to_string(), partition.partition), failed.as_ref().map(told)));
                }
            }
            Err(error) => {
                top = Some(code_of(&error));
                rows.extend(partitions.into_iter().map(|partition| (partition, Some(told(&error)))));
            }
        }
        self.say_outcome(group, top);
        rows.sort_by_key(|((topic, number), _)| format!("{topic}{number}"));
        let wide = rows.iter().map(|((topic, _), _)| topic.chars().count()).fold(15, usize::max);
        let line = |topic: &str, partition: &str, status: &str| {
            self.call.streams.out.text(format_args!("\n{topic:wide$} {partition:10} {status:15}"));
        };
        line("TOPIC", "PARTITION", "STATUS");
        for ((topic, number), error) in &rows {
            let number = if *number >= 0 { number.to_string() } else { MISSING.to_owned() };
            line(topic, &number, &error.as_ref().map_or("Successful".to_owned(), |words| format!("Error: {words}")));
        }
        self.call.streams.out.line("");
        Ok(())
    }

    /// What is wrong with topics already, and what is left to ask for.
    async fn partitions_to_forget(&self) -> Result<(Rows, Vec<Partition>), Died> {
        let mut rows = Rows::new();
        let mut partitions = Vec::new();
        for topic in self.given.values("topic") {
            if topic.contains(':') {
                partitions.extend(plan::partitions(topic)?);
                continue;
            }
            match self.topics(vec![topic.to_owned()]).await {
                Ok(found) => partitions.extend(
                    found
                        .iter()
                        .flat_map(|found| found.partitions.iter().map(|one| (found.name.clone(), one.partition))),
                ),
                Err(thrown) => rows.push(((topic.to_owned(), -1), Some(thrown.executed().message().to_owned()))),
            }
        }
        partitions.sort();
        partitions.dedup();
        Ok((rows, partitions))
    }

    fn say_outcome(&self, group: &str, top: Option<ErrorCode>) {
        let Some(code) = top else {
            let words = "Request succeeded for deleting offsets from group";
            self.call.streams.out.line(format_args!("{words} {group}."));
            return;
        };
        match code {
            ErrorCode::INVALID_GROUP_ID
            | ErrorCode::GROUP_ID_NOT_FOUND
            | ErrorCode::GROUP_AUTHORIZATION_FAILED
            | ErrorCode::NON_EMPTY_GROUP => print_error(self.call, Thrown::of_code(code, None).message()),
            ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC
            | ErrorCode::TOPIC_AUTHORIZATION_FAILED
            | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => {
                print_error(self.call, "Encountered some partition-level error, see the follow-up details.");
            }
            other => print_error(self.call, format_args!("Encountered some unknown error: {}", other.name())),
        }
    }
}

/// Partitions and what went wrong with each.
type Rows = Vec<(Partition, Option<String>)>;

fn told(error: &Error) -> String {
    Thrown::of(error, "deleteConsumerGroupOffsets").executed().message().to_owned()
}

fn code_of(error: &Error) -> ErrorCode {
    match error {
        Error::Unreachable { .. } | Error::TimedOut { .. } => ErrorCode::REQUEST_TIMED_OUT,
        other => other.code().unwrap_or(ErrorCode::UNKNOWN_SERVER_ERROR),
    }
}
