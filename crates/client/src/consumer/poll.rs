//! Polling: the duties of a member first, then records, then waiting for either.

use std::sync::Arc;
use std::time::Duration;

use kampa_world::race;

use super::engine::{Shared, Wanted};
use super::membership::Duty;
use super::partitions::Need;
use super::{Consumer, RebalanceListener, Records, TopicPartition, state_error};
use crate::Error;

impl Consumer {
    /// Records, as soon as there are some, but after `timeout` nothing. An error leaves the consumer usable: it is said again
    /// while its cause lasts.
    ///
    /// Dropping the future loses nothing: what was not given out comes with the next poll.
    pub async fn poll(&self, timeout: Duration) -> Result<Records, Error> {
        let _turn = self.turn.lock().await;
        self.check_open()?;
        let until = self.shared.now() + timeout;
        let _polling = Polling::begin(&self.shared)?;
        self.commit_if_due();
        loop {
            self.do_duties().await?;
            if let Some((records, has_room)) = self.collect()? {
                if has_room {
                    self.shared.go_on();
                }
                return Ok(records);
            }
            if self.shared.now() >= until || self.shared.is_closed() {
                return Ok(Records::default());
            }
            self.shared.go_on();
            race(self.shared.reader.notified(), self.shared.client.world().sleep_until(until)).await;
        }
    }

    /// What waits, and whether there is room to fetch more since.
    fn collect(&self) -> Result<Option<(Records, bool)>, Error> {
        let mut state = self.shared.state.lock();
        if let Some(error) = state.failure.take() {
            return Err(error);
        }
        let records = state.partitions.collect(self.shared.settings.max_poll_records)?;
        if records.is_empty() {
            return state.partitions.failure().map_or(Ok(None), Err);
        }
        Ok(Some((records, state.partitions.has_room())))
    }

    async fn do_duties(&self) -> Result<(), Error> {
        loop {
            let now = self.shared.now();
            let duty = self.shared.state.lock().membership.as_mut().and_then(|membership| membership.duty(now));
            match duty {
                None => return Ok(()),
                Some(Duty::Fail(error)) => return Err(error),
                Some(Duty::Prepare { revoke, is_lost, is_first }) => {
                    if !is_lost && !is_first {
                        self.commit_before_giving_back().await;
                    }
                    self.give_back(&revoke, is_lost, is_first).await;
                    self.shared.tell(|membership, _| membership.prepared());
                }
                Some(Duty::Complete { revoke, add }) => self.complete(&revoke, &add).await,
            }
        }
    }

    async fn complete(&self, revoke: &[TopicPartition], add: &[TopicPartition]) {
        if !revoke.is_empty() {
            // Records were given out since the round began.
            self.commit_before_giving_back().await;
            self.give_back(revoke, false, false).await;
        }
        let is_taken = {
            let mut state = self.shared.state.lock();
            let is_taken = state.membership.as_ref().is_some_and(|membership| membership.is_completing());
            if is_taken {
                state.partitions.add(add, Need::Committed);
            }
            is_taken
        };
        if !is_taken {
            return;
        }
        self.shared.tell(|membership, _| membership.completed());
        tracing::info!(group = ?self.shared.settings.group_id, count = add.len(), "partitions assigned");
        if let Some(listener) = self.listener() {
            listener.assigned(self, add).await;
        }
        self.shared.go_on();
    }

    /// Tells the listener and lets go of the partitions.
    pub(super) async fn give_back(&self, partitions: &[TopicPartition], is_lost: bool, is_first: bool) {
        if let Some(listener) = self.listener() {
            if is_lost {
                listener.lost(self, partitions).await;
            } else if !is_first && !partitions.is_empty() {
                listener.revoked(self, partitions).await;
            }
        }
        self.shared.state.lock().partitions.remove(partitions);
    }

    fn listener(&self) -> Option<Arc<dyn RebalanceListener>> {
        self.shared.state.lock().listener.clone()
    }
}

/// While somebody polls, the poll interval does not run.
struct Polling<'a>(&'a Arc<Shared>);

impl<'a> Polling<'a> {
    fn begin(shared: &'a Arc<Shared>) -> Result<Polling<'a>, Error> {
        if matches!(shared.state.lock().wanted, Wanted::Nothing) {
            return Err(state_error("no topic is subscribed to and no partition assigned: there is nothing to poll"));
        }
        let now = shared.now();
        let mut state = shared.state.lock();
        state.is_polled = true;
        // The clock need not hear of it: it looks again with the next heartbeat, which is long before a poll is overdue.
        if let Some(membership) = &mut state.membership {
            membership.poll_began(now);
        }
        drop(state);
        Ok(Polling(shared))
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        let now = self.0.now();
        if let Some(membership) = &mut self.0.state.lock().membership {
            membership.poll_ended(now);
        }
    }
}
