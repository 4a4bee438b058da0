//! Finding out where to go on: committed offsets, resets, and whether the log still has what was read.

use std::sync::Arc;

use super::super::TopicPartition;
use super::super::offsets::{EARLIEST, Found, LATEST};
use super::{Need, Shared};
use crate::{Error, OffsetReset};

/// A partition that needs something; the answer must name the serial.
type Asking = (TopicPartition, u64, Need);

impl Shared {
    /// One look-up at a time; it goes on until nobody needs anything that can be had now.
    pub fn settle(self: &Arc<Self>) {
        let now = self.now();
        {
            let mut state = self.state.lock();
            if state.is_settling || state.partitions.needing(|need| need != Need::Nothing, now).is_empty() {
                return;
            }
            state.is_settling = true;
        }
        let shared = self.clone();
        self.spawn("positions", async move { shared.settle_all().await });
    }

    async fn settle_all(self: Arc<Self>) {
        loop {
            let asking = {
                let mut state = self.state.lock();
                let asking = state.partitions.needing(|need| need != Need::Nothing, self.now());
                if asking.is_empty() || self.is_closed() {
                    state.is_settling = false;
                    break;
                }
                asking
            };
            let of = |kind: fn(Need) -> bool| -> Vec<Asking> {
                asking.iter().filter(|(_, _, need)| kind(*need)).cloned().collect()
            };
            self.look_up_committed(of(|need| need == Need::Committed)).await;
            self.look_up_resets(of(|need| matches!(need, Need::Reset(_)))).await;
            self.validate(of(|need| need == Need::Validation)).await;
        }
        self.reader.notify_one();
        self.go_on();
        self.clock.notify_one();
    }

    async fn look_up_committed(&self, asking: Vec<Asking>) {
        let Some(group) = self.settings.group_id.as_deref().filter(|_| !asking.is_empty()) else { return };
        let found = self.client.committed_by(group, &names(&asking)).await;
        self.settled(asking, found, |partitions, (name, serial, _), committed| {
            partitions.committed(name, *serial, committed.as_ref());
        });
    }

    async fn look_up_resets(&self, asking: Vec<Asking>) {
        if asking.is_empty() {
            return;
        }
        let wall_ms = self.client.world().wall_ms();
        let time = |need: Need| match need {
            Need::Reset(OffsetReset::Earliest) => EARLIEST,
            Need::Reset(OffsetReset::ByDuration(ms)) => {
                wall_ms.saturating_sub(i64::try_from(ms).unwrap_or(i64::MAX)).max(0)
            }
            _ => LATEST,
        };
        let asked: Vec<(TopicPartition, i64)> =
            asking.iter().map(|(name, _, need)| (name.clone(), time(*need))).collect();
        let found = self.client.offsets_by_time(&asked, self.settings.isolation).await;
        self.settled(asking, found, |partitions, (name, serial, _), found| match found {
            Some(at) => partitions.found(name, *serial, at.offset, at.leader_epoch),
            // Nothing is as new as that: what comes will be.
            None => drop(partitions.reset(name, OffsetReset::Latest)),
        });
    }

    async fn validate(&self, asking: Vec<Asking>) {
        if asking.is_empty() {
            return;
        }
        let asked: Vec<(TopicPartition, i32)> = {
            let state = self.state.lock();
            let epoch = |name: &TopicPartition| state.partitions.find(name)?.position?.1;
            asking.iter().filter_map(|(name, ..)| Some((name.clone(), epoch(name)?))).collect()
        };
        let found = self.client.ends_of_epochs(&asked).await;
        self.settled(asking, found, |partitions, (name, serial, _), (epoch, offset, current)| {
            partitions.validated(name, *serial, (epoch, offset), current);
        });
    }

    /// Tells the partitions what was found; what failed is tried again after a pause, or said to the user.
    fn settled<T>(
        &self,
        asking: Vec<Asking>,
        found: Result<Found<T>, Error>,
        tell: impl Fn(&mut super::Partitions, &Asking, T),
    ) {
        let now = self.now();
        let mut state = self.state.lock();
        let mut failures = 0;
        let (mut found, whole) = match found {
            Ok(found) => (found, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        for one in &asking {
            let at = found.iter().position(|(name, _)| *name == one.0);
            let outcome = at.map(|at| found.swap_remove(at).1);
            let unanswered = || whole.clone().unwrap_or(Error::Unknown { what: format!("an offset of {}", one.0) });
            match outcome.unwrap_or_else(|| Err(unanswered())) {
                Ok(what) => tell(&mut state.partitions, one, what),
                Err(error) => {
                    failures += 1;
                    tracing::debug!(partition = %one.0, %error, "no position yet");
                    let pause = self.pause(state.settle_failures + 1);
                    let Some(partition) = state.partitions.find_mut(&one.0).filter(|p| p.serial == one.1) else {
                        continue;
                    };
                    if error.is_retriable() {
                        partition.not_before = now + pause;
                    } else {
                        partition.failed = Some(error);
                    }
                }
            }
        }
        state.settle_failures = if failures > 0 { state.settle_failures + 1 } else { 0 };
    }
}

fn names(asking: &[Asking]) -> Vec<TopicPartition> {
    asking.iter().map(|(name, ..)| name.clone()).collect()
}
