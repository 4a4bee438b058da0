//! Reading topics, alone or in a group.
//!
//! A [`Consumer`] subscribes, and its group shares the partitions out; or it is told which to read. [`Consumer::poll`] gives
//! records and is where everything happens that the program can notice: callbacks of rebalances, automatic commits, errors.
//! Between polls heartbeats and fetches go on by themselves, within limits: two answers ahead for each partition.
//!
//! ```no_run
//! # async fn example() -> Result<(), kampa_client::Error> {
//! use std::time::Duration;
//! use kampa_client::{Client, ConsumerSettings, OffsetReset, Settings};
//!
//! let client = Client::new(Settings::bootstrap("localhost:9092"))?;
//! let settings = ConsumerSettings {
//!     group_id: Some("billing".to_owned()),
//!     auto_offset_reset: OffsetReset::Earliest,
//!     enable_auto_commit: false,
//!     ..ConsumerSettings::default()
//! };
//! let consumer = client.consumer(settings)?;
//! consumer.subscribe(&["orders"])?;
//! for _ in 0..100 {
//!     for record in consumer.poll(Duration::from_secs(1)).await? {
//!         println!("{}-{} {}: {:?}", record.topic, record.partition, record.offset, record.value);
//!     }
//!     consumer.commit().await?;
//! }
//! consumer.close().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A consumer has connections of its own: a join waits for the other members, and must keep nobody else waiting.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;

use crate::{Client, ConsumerSettings, Error, GroupProtocol, OffsetReset, TopicPartition};
use engine::{Shared, State, Wanted};
use membership::{Membership, Terms};
use partitions::Need;

pub mod assignors;
mod commits;
mod engine;
mod fetching;
mod listener;
mod lookups;
mod membership;
mod offsets;
mod partitions;
mod poll;
mod records;
mod unfold;

pub use listener::{Called, RebalanceListener};
pub use records::{ConsumerRecord, OffsetAndMetadata, OffsetAndTimestamp, RecordHeader, Records, TimestampType};

/// Reads partitions. One poll at a time; everything else may be called meanwhile.
///
/// Dropping it ends it at once; [`Consumer::close`] commits and leaves the group first.
pub struct Consumer {
    shared: Arc<Shared>,
    turn: AsyncMutex<()>,
}

/// What is known of a partition that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Of the next record `poll` gives.
    pub position: Option<i64>,
    /// Where the partition ended, for readers, when it was last asked.
    pub high_watermark: Option<i64>,
    /// Up to where transactions are decided.
    pub last_stable_offset: Option<i64>,
    pub log_start_offset: Option<i64>,
}

impl Client {
    /// A consumer of this cluster. It reads nothing until it subscribes or is assigned partitions.
    pub fn consumer(&self, settings: ConsumerSettings) -> Result<Consumer, Error> {
        check(&settings)?;
        let client = Client::on(self.world().clone(), self.settings().clone())?;
        let now = client.world().now();
        let terms = |group: &String| Terms {
            group: group.clone(),
            instance: settings.group_instance_id.clone(),
            assignors: settings.assignors.clone(),
            rack: Some(settings.client_rack.clone()).filter(|rack| !rack.is_empty()),
            session_timeout_ms: settings.session_timeout_ms,
            heartbeat_interval_ms: settings.heartbeat_interval_ms,
            max_poll_interval_ms: settings.max_poll_interval_ms,
            retry_backoff_ms: client.settings().retry_backoff_ms,
            retry_backoff_max_ms: client.settings().retry_backoff_max_ms,
            seed: client.world().seed(),
        };
        let membership = settings.group_id.as_ref().map(|group| Membership::new(terms(group), now));
        Ok(Consumer { shared: Shared::new(client, settings, membership), turn: AsyncMutex::new(()) })
    }
}

impl Consumer {
    /// Joins the group for these topics, in place of what it read before.
    pub fn subscribe<S: AsRef<str>>(&self, topics: &[S]) -> Result<(), Error> {
        let mut names: Vec<String> = topics.iter().map(|name| name.as_ref().to_owned()).collect();
        if let Some(bad) = names.iter().find(|name| name.trim().is_empty() || name.len() > NAME_BYTES_MAX) {
            return Err(Error::State { what: format!("'{bad}' cannot be the name of a topic") });
        }
        names.sort();
        names.dedup();
        self.want(|state, membership| {
            membership.subscribe(names.clone());
            state.wanted = Wanted::Names(names);
        })
    }

    /// Joins the group for every topic whose whole name the expression matches, also those that come later.
    pub fn subscribe_matching(&self, pattern: &str) -> Result<(), Error> {
        let whole = regex::RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(PATTERN_BYTES_MAX).build();
        let pattern = whole.map_err(|e| Error::State { what: format!("'{pattern}' is no regular expression: {e}") })?;
        self.want(|state, _| state.wanted = Wanted::Matching(pattern))
    }

    /// Who is told of rebalances from now on.
    pub fn on_rebalance(&self, listener: impl RebalanceListener + 'static) {
        self.shared.state.lock().listener = Some(Arc::new(listener));
    }

    fn want(&self, how: impl FnOnce(&mut State, &mut Membership)) -> Result<(), Error> {
        self.check_open()?;
        let mut state = self.shared.state.lock();
        if matches!(state.wanted, Wanted::Assigned) {
            return Err(state_error("partitions were assigned by hand: unsubscribe first"));
        }
        let Some(mut membership) = state.membership.take() else {
            return Err(Error::Setting {
                key: "group.id".to_owned(),
                value: String::new(),
                wanted: "subscribing needs the name of a group".to_owned(),
            });
        };
        how(&mut state, &mut membership);
        state.membership = Some(membership);
        state.refresh_now(self.shared.now());
        drop(state);
        self.shared.go_on();
        Ok(())
    }

    /// Reads these partitions, without a group's say; offsets are still committed to the group, if there is one.
    pub fn assign(&self, partitions: &[TopicPartition]) -> Result<(), Error> {
        self.check_open()?;
        let first = match &self.shared.settings.group_id {
            Some(_) => Need::Committed,
            None => Need::Reset(self.shared.settings.auto_offset_reset),
        };
        let mut state = self.shared.state.lock();
        if matches!(state.wanted, Wanted::Names(_) | Wanted::Matching(_)) {
            return Err(state_error("topics are subscribed to: unsubscribe first"));
        }
        state.wanted = if partitions.is_empty() { Wanted::Nothing } else { Wanted::Assigned };
        state.partitions.set(partitions, first);
        if first == Need::Reset(OffsetReset::None) {
            state.partitions.fail_without_offset(partitions);
        }
        state.refresh_now(self.shared.now());
        drop(state);
        self.shared.go_on();
        Ok(())
    }

    /// The partitions it reads.
    pub fn assignment(&self) -> Vec<TopicPartition> {
        self.shared.state.lock().partitions.names().cloned().collect()
    }

    /// The topics it subscribed to, or that its pattern matches as far as is known.
    pub fn subscription(&self) -> Vec<String> {
        let state = self.shared.state.lock();
        match &state.wanted {
            Wanted::Names(names) => names.clone(),
            Wanted::Matching(_) => state.membership.as_ref().map(Membership::topics).unwrap_or_default(),
            Wanted::Nothing | Wanted::Assigned => Vec::new(),
        }
    }

    /// The group's name, and as whom it knows this member: id and generation.
    pub fn group_metadata(&self) -> Option<(String, String, i32)> {
        let state = self.shared.state.lock();
        let membership = state.membership.as_ref()?;
        let seat = membership.seat();
        Some((membership.group().to_owned(), seat.member_id, seat.generation))
    }

    /// Goes on from an offset.
    pub fn seek(&self, partition: &TopicPartition, to: impl Into<OffsetAndMetadata>) -> Result<(), Error> {
        let to = to.into();
        if to.offset < 0 {
            return Err(state_error(format!("{} is no offset to seek to", to.offset)));
        }
        self.move_each(std::slice::from_ref(partition), |state, one| state.partitions.seek(one, &to))
    }

    /// Goes on from the first record there is.
    pub fn seek_to_beginning(&self, partitions: &[TopicPartition]) -> Result<(), Error> {
        self.move_each(partitions, |state, one| state.partitions.reset(one, OffsetReset::Earliest))
    }

    /// Goes on with what is written from now on.
    pub fn seek_to_end(&self, partitions: &[TopicPartition]) -> Result<(), Error> {
        self.move_each(partitions, |state, one| state.partitions.reset(one, OffsetReset::Latest))
    }

    /// Keeps the partitions, but gives no records of them until they are resumed.
    pub fn pause(&self, partitions: &[TopicPartition]) -> Result<(), Error> {
        self.move_each(partitions, |state, one| state.partitions.pause(one, true))
    }

    pub fn resume(&self, partitions: &[TopicPartition]) -> Result<(), Error> {
        self.move_each(partitions, |state, one| state.partitions.pause(one, false))
    }

    pub fn paused(&self) -> Vec<TopicPartition> {
        let state = self.shared.state.lock();
        state.partitions.iter().filter(|(_, one)| one.is_paused).map(|(name, _)| name.clone()).collect()
    }

    /// What is known of a partition it reads, without asking.
    pub fn progress(&self, partition: &TopicPartition) -> Option<Progress> {
        let state = self.shared.state.lock();
        state.partitions.find(partition).map(|one| Progress {
            position: one.position.map(|(offset, _)| offset),
            high_watermark: one.high_watermark,
            last_stable_offset: one.last_stable_offset,
            log_start_offset: one.log_start_offset,
        })
    }

    fn move_each(
        &self,
        partitions: &[TopicPartition],
        how: impl Fn(&mut State, &TopicPartition) -> bool,
    ) -> Result<(), Error> {
        self.check_open()?;
        {
            let mut state = self.shared.state.lock();
            if let Some(other) = partitions.iter().find(|one| state.partitions.find(one).is_none()) {
                return Err(state_error(format!("{other} is not assigned to this consumer")));
            }
            for one in partitions {
                how(&mut state, one);
            }
        }
        // What is sought one by one is fetched together, by whoever polls: the first fetch, alone, might wait for records.
        self.shared.settle();
        self.shared.reader.notify_one();
        Ok(())
    }

    fn check_open(&self) -> Result<(), Error> {
        if self.shared.is_closed() { Err(Error::Closed) } else { Ok(()) }
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.shared.close();
    }
}

/// Offsets by partition.
pub type Offsets = BTreeMap<TopicPartition, OffsetAndMetadata>;

fn state_error(what: impl Into<String>) -> Error {
    Error::State { what: what.into() }
}

fn check(settings: &ConsumerSettings) -> Result<(), Error> {
    let refused = |key: &str, value: String, wanted: &str| {
        Err(Error::Setting { key: key.to_owned(), value, wanted: wanted.to_owned() })
    };
    if settings.group_protocol == GroupProtocol::Consumer {
        return refused("group.protocol", "consumer".to_owned(), "classic is what this consumer speaks so far");
    }
    if settings.assignors.is_empty() {
        return refused("partition.assignment.strategy", String::new(), "one assignor at least is wanted");
    }
    if settings.max_poll_records == 0 {
        return refused("max.poll.records", "0".to_owned(), "1 at least is wanted");
    }
    if settings.group_id.is_some() && settings.heartbeat_interval_ms >= settings.session_timeout_ms {
        let value = settings.heartbeat_interval_ms.to_string();
        return refused("heartbeat.interval.ms", value, "less than session.timeout.ms is wanted");
    }
    let int_max = i32::MAX as u64;
    for (key, value) in
        [("session.timeout.ms", settings.session_timeout_ms), ("max.poll.interval.ms", settings.max_poll_interval_ms)]
    {
        if value > int_max {
            return refused(key, value.to_string(), "at most 2147483647 is wanted");
        }
    }
    Ok(())
}

/// Kafka's topics are shorter; what cannot be a name is not sent to find out.
const NAME_BYTES_MAX: usize = 249;
/// Of a compiled pattern: an expression that explodes is refused.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// A wait that the settings bound.
fn api_timeout(client: &Client) -> Duration {
    Duration::from_millis(client.settings().api_timeout_ms)
}

#[cfg(test)]
mod tests;
