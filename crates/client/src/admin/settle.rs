//! How admin calls are repeated: what failed only for now is asked again, what is settled is not.
//!
//! Knows no API. Connections, versions and lost answers are the client's business below; here are the errors inside
//! answers, and where the next try has to go.

use std::collections::{BTreeMap, HashMap};
use std::future::{Future, poll_fn};
use std::hash::Hash;
use std::task::Poll;
use std::time::Duration;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::find_coordinator::{FindCoordinatorRequest, FindCoordinatorResponse};

use super::{Admin, Each};
use crate::{ClusterView, CoordinatorKind, Error, To, TopicPartition, Topics};

impl Admin {
    /// Asks about `keys` until none is left whose error `again` wants another try for, or the time is up.
    ///
    /// `ask` is given what is not settled and answers for each of it, or fails for all of it.
    pub(super) async fn settle<K, T, F>(
        &self,
        what: &str,
        keys: Vec<K>,
        again: impl Fn(&K, ErrorCode) -> bool,
        mut ask: impl FnMut(Vec<K>) -> F,
    ) -> Each<K, T>
    where
        K: Clone + Eq + Hash,
        F: Future<Output = Result<Each<K, T>, Error>>,
    {
        let world = self.client.world();
        let end = world.now() + Duration::from_millis(self.timeout_ms);
        let mut settled: HashMap<K, Result<T, Error>> = HashMap::with_capacity(keys.len());
        let mut last: HashMap<K, Error> = HashMap::new();
        let mut left: Vec<K> = Vec::with_capacity(keys.len());
        for key in &keys {
            if last.insert(key.clone(), Error::Closed).is_none() {
                left.push(key.clone());
            }
        }
        last.clear();
        let mut pause_ms = self.client.settings().retry_backoff_ms;
        while !left.is_empty() {
            let wait = end.since(world.now());
            let answered = match world.timeout(wait, ask(left.clone())).await {
                Ok(Ok(answered)) => answered,
                Ok(Err(error)) => left.iter().map(|key| (key.clone(), Err(error.clone()))).collect(),
                Err(_) => break,
            };
            for (key, answer) in answered {
                match answer {
                    Err(error) if error.code().is_some_and(|code| again(&key, code)) => {
                        last.insert(key, error);
                    }
                    answer => {
                        settled.insert(key, answer);
                    }
                }
            }
            left.retain(|key| !settled.contains_key(key));
            if !left.is_empty() {
                world.sleep(Duration::from_millis(pause_ms).min(end.since(world.now()))).await;
                pause_ms = (pause_ms * 2).min(self.client.settings().retry_backoff_max_ms);
                if world.now() >= end {
                    break;
                }
            }
        }
        let given_up = |key: &K| {
            let last = last.get(key).cloned().map(Box::new);
            Err(Error::TimedOut { what: what.to_owned(), waited_ms: self.timeout_ms, last })
        };
        let mut answers = Each::with_capacity(keys.len());
        for key in keys {
            let answer = settled.remove(&key).unwrap_or_else(|| given_up(&key));
            answers.push((key, answer));
        }
        answers
    }

    /// The same for a call about one thing.
    pub(super) async fn settle_one<T, F>(
        &self,
        what: &str,
        again: impl Fn(ErrorCode) -> bool,
        mut ask: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let ask = |_: Vec<()>| {
            let asked = ask();
            async move { Ok(vec![((), asked.await)]) }
        };
        let mut answers = self.settle(what, vec![()], |(), code| again(code), ask).await;
        answers.pop().map_or(Err(Error::Closed), |((), answer)| answer)
    }

    /// Whether the answer says that another node is the controller now; the next try then looks for it.
    pub(super) fn controller_moved(&self, code: ErrorCode) -> bool {
        let moved = code == ErrorCode::NOT_CONTROLLER;
        if moved {
            self.client.invalidate();
        }
        moved
    }

    /// Whether a group's coordinator is on its way; the next try then looks for it where it has moved.
    pub(super) fn coordinator_moved(&self, group: &str, code: ErrorCode) -> bool {
        let moved = matches!(code, ErrorCode::NOT_COORDINATOR | ErrorCode::COORDINATOR_NOT_AVAILABLE);
        if moved {
            self.client.forget_coordinator(CoordinatorKind::Group, group);
        }
        moved || code == ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
    }

    /// Which node coordinates each of the groups, asked for in one request where the cluster can answer so.
    pub(super) async fn coordinators(&self, groups: &[String]) -> Result<Each<String, i32>, Error> {
        let mut found = Each::with_capacity(groups.len());
        while found.len() < groups.len() {
            let left = &groups[found.len()..];
            let make = |version: i16| Ok(find_groups(left, version));
            let (version, response) = self.client.call_with(To::Any, make).await?;
            let asked = if version < BATCHED { &left[..1] } else { left };
            found.extend(asked.iter().map(|group| (group.clone(), coordinator_of(group, version, &response))));
        }
        Ok(found)
    }

    /// The partitions by the node that leads each, and what is wrong with the others.
    pub(super) async fn leaders<T>(
        &self,
        partitions: &[TopicPartition],
    ) -> Result<(BTreeMap<i32, Vec<TopicPartition>>, Each<TopicPartition, T>), Error> {
        let mut names: Vec<&str> = partitions.iter().map(|partition| &*partition.topic).collect();
        names.sort_unstable();
        names.dedup();
        let view = self.client.metadata(Topics::Named(&names)).await?;
        let mut led: BTreeMap<i32, Vec<TopicPartition>> = BTreeMap::new();
        let mut failed = Vec::new();
        for partition in partitions {
            match leader(&view, partition) {
                Ok(node) => led.entry(node).or_default().push(partition.clone()),
                Err(error) => failed.push((partition.clone(), Err(error))),
            }
        }
        Ok((led, failed))
    }
}

fn leader(view: &ClusterView, partition: &TopicPartition) -> Result<i32, Error> {
    let what = || partition.to_string();
    let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0;
    Error::check(view.topics.get(&*partition.topic).map_or(unknown, |topic| topic.error.0), what)?;
    let found = view.partition(&partition.topic, partition.partition);
    Error::check(found.map_or(unknown, |found| found.error.0), what)?;
    let leader = found.and_then(|found| found.leader);
    leader.ok_or(Error::Broker { code: ErrorCode::LEADER_NOT_AVAILABLE, what: what(), message: None })
}

/// FindCoordinator asks for many keys at once since this version (KIP-699).
const BATCHED: i16 = 4;

fn find_groups(groups: &[String], version: i16) -> FindCoordinatorRequest {
    let mut request = FindCoordinatorRequest::default();
    if version < BATCHED {
        request.key = groups[0].as_str().into();
    } else {
        request.coordinator_keys = groups.iter().map(Into::into).collect();
    }
    request
}

fn coordinator_of(group: &str, version: i16, response: &FindCoordinatorResponse) -> Result<i32, Error> {
    let what = || format!("the coordinator of group {group}");
    if version < BATCHED {
        return Error::check_with(response.error_code, response.error_message.as_deref(), what)
            .map(|()| response.node_id);
    }
    let one = response.coordinators.iter().find(|one| one.key == group).ok_or_else(|| unanswered(&what()))?;
    Error::check_with(one.error_code, one.error_message.as_deref(), what).map(|()| one.node_id)
}

/// Whether a partition's leader is on its way or its metadata is old.
pub(super) fn leader_moved(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NOT_LEADER_OR_FOLLOWER
            | ErrorCode::REPLICA_NOT_AVAILABLE
            | ErrorCode::LEADER_NOT_AVAILABLE
            | ErrorCode::BROKER_NOT_AVAILABLE
            | ErrorCode::KAFKA_STORAGE_ERROR
            | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            | ErrorCode::FENCED_LEADER_EPOCH
            | ErrorCode::UNKNOWN_LEADER_EPOCH
            | ErrorCode::OFFSET_NOT_AVAILABLE
    )
}

/// An answer that leaves out what was asked about.
pub(super) fn unanswered(what: &str) -> Error {
    Error::Garbled { what: what.to_owned(), why: "the answer does not mention it".to_owned() }
}

/// Waits for all of them at once; each is a request to another node.
pub(super) async fn together<F: Future>(asked: Vec<F>) -> Vec<F::Output> {
    let mut asked: Vec<_> = asked.into_iter().map(|one| (Box::pin(one), None)).collect();
    poll_fn(|context| {
        for (one, output) in asked.iter_mut().filter(|(_, output)| output.is_none()) {
            if let Poll::Ready(value) = one.as_mut().poll(context) {
                *output = Some(value);
            }
        }
        if asked.iter().all(|(_, output)| output.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    asked.into_iter().filter_map(|(_, output)| output).collect()
}

/// Partitions gathered by their topic, as requests want them.
pub(super) fn by_topic<'a>(
    partitions: impl IntoIterator<Item = &'a TopicPartition>,
) -> BTreeMap<&'a str, Vec<&'a TopicPartition>> {
    let mut topics: BTreeMap<&str, Vec<&TopicPartition>> = BTreeMap::new();
    for partition in partitions {
        topics.entry(&partition.topic).or_default().push(partition);
    }
    topics
}
