//! Committing: by hand, by itself, and before partitions go to somebody else; unsubscribing and closing, which end with one.

use std::time::Duration;

use kampa_protocol::ErrorCode;
use kampa_world::Task;

use super::engine::Wanted;
use super::membership::Seat;
use super::{Consumer, OffsetAndMetadata, Offsets, Shared, TopicPartition, api_timeout, state_error};
use crate::Error;
use std::sync::Arc;

/// A commit under way. Awaiting it gives its outcome; dropping it lets it go on.
pub type Committing = Task<Result<(), Error>>;

impl Consumer {
    /// Commits the positions of all partitions: everything polled so far counts as done. Tries again what may pass, until
    /// `default.api.timeout.ms` is up.
    pub async fn commit(&self) -> Result<(), Error> {
        let offsets = self.shared.state.lock().partitions.positions();
        self.commit_all(offsets).await
    }

    /// Commits these offsets: each of the next record to read.
    pub async fn commit_offsets(&self, offsets: &Offsets) -> Result<(), Error> {
        self.commit_all(offsets.iter().map(|(name, offset)| (name.clone(), offset.clone())).collect()).await
    }

    /// Commits without waiting, the positions or these offsets; tried once.
    pub fn commit_later(&self, offsets: Option<&Offsets>) -> Result<Committing, Error> {
        let offsets = match offsets {
            Some(offsets) => offsets.iter().map(|(name, offset)| (name.clone(), offset.clone())).collect(),
            None => self.shared.state.lock().partitions.positions(),
        };
        let group = self.group()?;
        let shared = self.shared.clone();
        Ok(self.shared.client.world().spawn("commit", async move { shared.commit_once(&group, &offsets).await }))
    }

    async fn commit_all(&self, offsets: Vec<(TopicPartition, OffsetAndMetadata)>) -> Result<(), Error> {
        let group = self.group()?;
        if offsets.is_empty() {
            return Ok(());
        }
        self.shared
            .retrying("committing", api_timeout(&self.shared.client), || self.shared.commit_once(&group, &offsets))
            .await
    }

    fn group(&self) -> Result<String, Error> {
        self.check_open()?;
        self.shared.settings.group_id.clone().ok_or_else(|| Error::Setting {
            key: "group.id".to_owned(),
            value: String::new(),
            wanted: "committing needs the name of a group".to_owned(),
        })
    }

    /// The automatic commit: what was polled before this poll counts as done.
    pub(super) fn commit_if_due(&self) {
        let settings = &self.shared.settings;
        let Some(group) = settings.group_id.clone().filter(|_| settings.enable_auto_commit) else { return };
        let offsets = {
            let mut state = self.shared.state.lock();
            if state.is_committing || self.shared.now() < state.commit_due {
                return;
            }
            state.commit_due = self.shared.now() + Duration::from_millis(settings.auto_commit_interval_ms);
            let offsets = state.partitions.positions();
            state.is_committing = !offsets.is_empty();
            offsets
        };
        if offsets.is_empty() {
            return;
        }
        let shared = self.shared.clone();
        let commit = async move {
            if let Err(error) = shared.commit_once(&group, &offsets).await {
                tracing::warn!(group, %error, "the automatic commit failed");
                // Soon again, where it may help.
                let mut state = shared.state.lock();
                if error.is_retriable() {
                    let pause = Duration::from_millis(shared.client.settings().retry_backoff_ms);
                    state.commit_due = state.commit_due.min(shared.now() + pause);
                }
            }
            shared.state.lock().is_committing = false;
        };
        drop(self.shared.client.world().spawn("auto commit", commit));
    }

    /// Before partitions go to another: what was polled counts as done, if commits are automatic.
    pub(super) async fn commit_before_giving_back(&self) {
        let settings = &self.shared.settings;
        let Some(group) = settings.group_id.clone().filter(|_| settings.enable_auto_commit) else { return };
        let offsets = self.shared.state.lock().partitions.positions();
        if offsets.is_empty() {
            return;
        }
        // The others wait for this member: not longer than a round may take.
        let limit = api_timeout(&self.shared.client).min(Duration::from_millis(settings.max_poll_interval_ms / 2));
        let commit = || self.shared.commit_once(&group, &offsets);
        if let Err(error) = self.shared.retrying("committing", limit, commit).await {
            tracing::warn!(group, %error, "the commit before giving partitions back failed");
        }
    }

    /// Reads nothing any more, and leaves the group.
    pub async fn unsubscribe(&self) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        self.check_open()?;
        self.let_go("unsubscribed").await
    }

    /// Commits if commits are automatic, gives the partitions back, leaves the group unless it is a static member, ends the
    /// sessions of its fetches, and closes the connections. Each of these within `default.api.timeout.ms`.
    pub async fn close(self) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        let left = self.let_go("closed").await;
        self.shared.close();
        self.shared.end_sessions().await;
        self.shared.client.close().await;
        left
    }

    async fn let_go(&self, reason: &str) -> Result<(), Error> {
        let is_subscribed = matches!(self.shared.state.lock().wanted, Wanted::Names(_) | Wanted::Matching(_));
        self.commit_before_giving_back().await;
        let owned = self.assignment();
        let is_lost = self.shared.state.lock().membership.as_ref().is_none_or(|membership| membership.is_lost());
        if is_subscribed && !owned.is_empty() {
            self.give_back(&owned, is_lost, false).await;
        }
        let departure = {
            let mut state = self.shared.state.lock();
            state.wanted = Wanted::Nothing;
            state.partitions.set(&[], super::partitions::Need::Nothing);
            state.membership.as_mut().filter(|_| is_subscribed).and_then(|membership| membership.leave(reason))
        };
        match departure {
            Some(departure) => self.shared.leave(departure).await,
            None => Ok(()),
        }
    }
}

impl Shared {
    /// Commits as whoever this is now, and tells the membership what a refusal says of it.
    async fn commit_once(
        self: &Arc<Self>,
        group: &str,
        offsets: &[(TopicPartition, OffsetAndMetadata)],
    ) -> Result<(), Error> {
        let seat = {
            let state = self.state.lock();
            let member = state.membership.as_ref().filter(|_| !matches!(state.wanted, Wanted::Assigned));
            member.map_or_else(Seat::nobody, |membership| membership.seat())
        };
        let outcome = self.client.commit_as(group, &seat, offsets).await;
        if let Some(code) = outcome.as_ref().err().and_then(Error::code) {
            self.tell(|membership, _| membership.commit_refused(code, seat.generation));
        }
        // A round that has just begun still takes commits: but only of those who are told so.
        match outcome {
            Err(error) if error.code() == Some(ErrorCode::REBALANCE_IN_PROGRESS) => {
                Err(state_error(format!("group {group} rebalances: poll, so that this member joins, and commit again")))
            }
            outcome => outcome,
        }
    }

    /// Tries until it is done, cannot be, or the time is up.
    pub(super) async fn retrying<T, F: Future<Output = Result<T, Error>>>(
        &self,
        what: &str,
        limit: Duration,
        attempt: impl Fn() -> F,
    ) -> Result<T, Error> {
        let begun = self.now();
        let mut failures = 0;
        loop {
            let error = match attempt().await {
                Err(error) if error.is_retriable() => error,
                outcome => return outcome,
            };
            failures += 1;
            let pause = self.pause(failures);
            if self.now() + pause >= begun + limit {
                let waited_ms = limit.as_millis() as u64;
                return Err(Error::TimedOut { what: what.to_owned(), waited_ms, last: Some(Box::new(error)) });
            }
            self.client.world().sleep(pause).await;
        }
    }
}

impl Seat {
    fn nobody() -> Seat {
        Seat { member_id: String::new(), generation: -1, instance: None }
    }
}
