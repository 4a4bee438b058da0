//! How a sender of records learns what became of them: one shared outcome for each batch, a place in it for each record.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use super::record::RecordMetadata;
use crate::Error;

/// A record's fate, to be awaited or not. Costs a share of its batch's outcome and nothing else.
#[derive(Debug)]
#[must_use = "a record that was not delivered is told here only; drop it to say that you do not care"]
pub struct Delivery {
    outcome: Arc<Outcome>,
    index: u32,
    timestamp_ms: i64,
    /// -1 without.
    key_bytes: i32,
    /// -1 without.
    value_bytes: i32,
}

/// Where a batch's records came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Landed {
    /// -1 when nobody says.
    pub base_offset: i64,
    /// -1 where records keep their own.
    pub append_time_ms: i64,
}

/// The fate of a batch's records, told once, or in parts when the batch had to be cut.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub topic: Arc<str>,
    pub partition: i32,
    /// A part has been told; saves the lock while none has.
    told: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    parts: Vec<Part>,
    waiting: Vec<Waker>,
}

#[derive(Debug)]
struct Part {
    first: u32,
    count: u32,
    result: Result<Landed, Error>,
}

impl Outcome {
    pub fn new(topic: Arc<str>, partition: i32) -> Arc<Outcome> {
        Arc::new(Outcome { topic, partition, told: AtomicBool::new(false), state: Mutex::default() })
    }

    /// Tells the fate of `count` records from `first` on. What was told before stays.
    pub fn tell(&self, first: u32, count: u32, result: Result<Landed, Error>) {
        let waiting = {
            let mut state = self.state.lock();
            state.parts.push(Part { first, count, result });
            self.told.store(true, Ordering::Release);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    fn of(&self, index: u32) -> Option<Result<Landed, Error>> {
        if !self.told.load(Ordering::Acquire) {
            return None;
        }
        self.state.lock().of(index)
    }
}

impl State {
    /// With the place of the record within its part, offsets being counted from there.
    fn of(&self, index: u32) -> Option<Result<Landed, Error>> {
        let part = self.parts.iter().find(|part| (part.first..part.first + part.count).contains(&index))?;
        Some(part.result.clone().map(|landed| Landed {
            base_offset: if landed.base_offset < 0 { -1 } else { landed.base_offset + i64::from(index - part.first) },
            ..landed
        }))
    }
}

impl Delivery {
    pub(crate) fn new(
        outcome: Arc<Outcome>,
        index: u32,
        timestamp_ms: i64,
        key: Option<usize>,
        value: Option<usize>,
    ) -> Delivery {
        let size = |bytes: Option<usize>| bytes.map_or(-1, |bytes| bytes as i32);
        Delivery { outcome, index, timestamp_ms, key_bytes: size(key), value_bytes: size(value) }
    }

    /// What became of the record, if that is known already.
    pub fn result(&self) -> Option<Result<RecordMetadata, Error>> {
        self.outcome.of(self.index).map(|result| result.map(|landed| self.metadata(landed)))
    }

    fn metadata(&self, landed: Landed) -> RecordMetadata {
        let size = |bytes: i32| usize::try_from(bytes).ok();
        RecordMetadata {
            topic: self.outcome.topic.clone(),
            partition: self.outcome.partition,
            offset: landed.base_offset,
            timestamp_ms: if landed.append_time_ms >= 0 { landed.append_time_ms } else { self.timestamp_ms },
            key_bytes: size(self.key_bytes),
            value_bytes: size(self.value_bytes),
        }
    }
}

impl Future for Delivery {
    type Output = Result<RecordMetadata, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.outcome.state.lock();
        if let Some(result) = state.of(self.index) {
            drop(state);
            return Poll::Ready(result.map(|landed| self.metadata(landed)));
        }
        // Many records of a batch are awaited by one task.
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}
