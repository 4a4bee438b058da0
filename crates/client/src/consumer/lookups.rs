//! What a program asks about offsets.

use std::collections::BTreeMap;
use std::time::Duration;

use super::offsets::{EARLIEST, Found, LATEST};
use super::{Consumer, OffsetAndMetadata, OffsetAndTimestamp, TopicPartition, api_timeout, state_error};
use crate::{Error, Isolation};

/// By partition.
type By<T> = BTreeMap<TopicPartition, T>;

impl Consumer {
    /// The offset of the next record that `poll` gives; waits until it is known.
    pub async fn position(&self, partition: &TopicPartition) -> Result<i64, Error> {
        let begun = self.shared.now();
        let limit = api_timeout(&self.shared.client);
        loop {
            {
                let state = self.shared.state.lock();
                let Some(one) = state.partitions.find(partition) else {
                    return Err(state_error(format!("{partition} is not assigned to this consumer")));
                };
                if let Some(error) = &one.failed {
                    return Err(error.clone());
                }
                if let Some((offset, _)) = one.position {
                    return Ok(offset);
                }
            }
            self.check_open()?;
            self.shared.go_on();
            if self.shared.now().since(begun) >= limit {
                let what = format!("finding the position of {partition}");
                return Err(Error::TimedOut { what, waited_ms: limit.as_millis() as u64, last: None });
            }
            self.shared.client.world().sleep(POSITION_LOOKS_AGAIN).await;
        }
    }

    /// What the group has committed; none where it has not.
    pub async fn committed(&self, partitions: &[TopicPartition]) -> Result<By<Option<OffsetAndMetadata>>, Error> {
        self.check_open()?;
        let group = self.shared.settings.group_id.clone().ok_or_else(|| state_error("group.id is not set"))?;
        self.all("reading committed offsets", || async {
            whole(self.shared.client.committed_by(&group, partitions).await?)
        })
        .await
    }

    /// The first record of each partition that is at least as new as the time asked for; none where all are older.
    pub async fn offsets_for_times(&self, times: &By<i64>) -> Result<By<Option<OffsetAndTimestamp>>, Error> {
        if let Some((name, time)) = times.iter().find(|(_, time)| **time < 0) {
            return Err(state_error(format!("{time} is no time to look for in {name}")));
        }
        let asked: Vec<(TopicPartition, i64)> = times.iter().map(|(name, time)| (name.clone(), *time)).collect();
        self.by_time(&asked, self.shared.settings.isolation).await
    }

    /// The offset of the first record there is.
    pub async fn beginning_offsets(&self, partitions: &[TopicPartition]) -> Result<By<i64>, Error> {
        self.ends(partitions, EARLIEST).await
    }

    /// The offset after the last record that this consumer may read.
    pub async fn end_offsets(&self, partitions: &[TopicPartition]) -> Result<By<i64>, Error> {
        self.ends(partitions, LATEST).await
    }

    /// The partitions of a topic, by its name; none if there is no such topic.
    pub async fn partitions_for(&self, topic: &str) -> Result<Vec<TopicPartition>, Error> {
        self.check_open()?;
        let view = self.shared.client.metadata(crate::Topics::Named(&[topic])).await?;
        let count = view.topics.get(topic).map_or(0, |topic| topic.partitions.len());
        let name: std::sync::Arc<str> = topic.into();
        Ok((0..count as i32).map(|partition| TopicPartition { topic: name.clone(), partition }).collect())
    }

    async fn ends(&self, partitions: &[TopicPartition], which: i64) -> Result<By<i64>, Error> {
        let asked: Vec<(TopicPartition, i64)> = partitions.iter().map(|name| (name.clone(), which)).collect();
        let found = self.by_time(&asked, self.shared.settings.isolation).await?;
        Ok(found.into_iter().map(|(name, at)| (name, at.map_or(0, |at| at.offset))).collect())
    }

    async fn by_time(
        &self,
        asked: &[(TopicPartition, i64)],
        isolation: Isolation,
    ) -> Result<By<Option<OffsetAndTimestamp>>, Error> {
        self.check_open()?;
        self.all("looking up offsets", || async { whole(self.shared.client.offsets_by_time(asked, isolation).await?) })
            .await
    }

    async fn all<T, F: Future<Output = Result<By<T>, Error>>>(
        &self,
        what: &str,
        attempt: impl Fn() -> F,
    ) -> Result<By<T>, Error> {
        self.shared.retrying(what, api_timeout(&self.shared.client), attempt).await
    }
}

/// All or the first error.
fn whole<T>(found: Found<T>) -> Result<By<T>, Error> {
    found.into_iter().map(|(name, outcome)| Ok((name, outcome?))).collect()
}

/// A position takes a round trip or two.
const POSITION_LOOKS_AGAIN: Duration = Duration::from_millis(2);
