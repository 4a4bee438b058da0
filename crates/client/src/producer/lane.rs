//! One partition's batches on their way: the order they leave in, the numbers they bear, and what an answer means for them.
//!
//! Pure: no clock, no network. The broker takes a batch only if its number follows the last one's, which is what makes retries
//! safe; hence the rules here.
//!
//! - Batches leave in the order of their making, numbered when they first leave, and come again with the same number.
//! - After one failed, none leaves until all under way have landed: they failed too, or will be duplicates.
//! - Until the broker has taken one batch of a numbering, one at a time is under way: a broker that does not know the producer
//!   takes any number for the first.
//! - When the broker misses numbers before the oldest batch, that batch was not appended, nor any behind it: all are numbered
//!   anew from 0 under the next epoch.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kampa_formats::batch::{BatchBuilder, NewRecord, sequence_after, stamp};
use kampa_world::Monotonic;

use super::delivery::{Delivery, Landed, Outcome};
use super::session::{ProducerId, Session};
use crate::Error;

/// A partition's batches.
pub(crate) struct Lane {
    /// Its topic's place among the accumulator's topics.
    pub topic: usize,
    pub partition: i32,
    pub leader: Option<i32>,
    /// It stands in the accumulator's list of lanes with something to send.
    pub is_listed: bool,
    /// Not under way, oldest first. Only the last may still take records.
    pub waiting: VecDeque<Batch>,
    flying: VecDeque<Flying>,
    numbering: Option<Numbering>,
    /// One under way has failed: nothing leaves before all have landed.
    resend: bool,
    /// What waits is to be numbered anew, once all have landed.
    renumber: bool,
}

#[derive(Clone, Copy, Debug)]
struct Numbering {
    producer: ProducerId,
    next_sequence: i32,
    /// The broker has taken a batch of it.
    is_known: bool,
}

/// What stays here of a batch that is under way.
struct Flying {
    outcome: Arc<Outcome>,
    first: u32,
    count: u32,
    expires: Monotonic,
}

/// Records that travel together.
pub(crate) struct Batch {
    /// Grows from batch to batch of a producer.
    pub serial: u64,
    pub outcome: Arc<Outcome>,
    /// The place of its first record in the outcome: not 0 for the later parts of a batch that was cut.
    pub first: u32,
    pub count: u32,
    pub body: Body,
    /// What it takes of the producer's buffer.
    pub charged_bytes: usize,
    pub created: Monotonic,
    pub expires: Monotonic,
    /// Times it has been sent.
    pub attempts: u32,
    /// Not sent again before.
    pub not_before: Monotonic,
    /// Not to be cut from: it takes no more records.
    pub is_closed: bool,
    number: Option<Number>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number {
    producer: ProducerId,
    sequence: i32,
}

/// A batch's bytes.
pub(crate) enum Body {
    Open(BatchBuilder),
    Built(Bytes),
}

/// What a broker's answer, or its absence, means for a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It lies there, now or since an earlier attempt.
    Delivered(Landed),
    /// It may be sent again after a pause.
    Again { error: Error, pause: Duration },
    /// The broker misses the number before it.
    OutOfOrder(Error),
    /// It is larger than the broker takes: its halves may not be.
    TooLarge { error: Error, records_bytes_max: usize },
    /// It will never be taken.
    Failed(Error),
}

/// Records whose fate is known.
pub(crate) struct Told {
    pub outcome: Arc<Outcome>,
    pub first: u32,
    pub count: u32,
    pub result: Result<Landed, Error>,
}

/// Whether a lane's oldest batch may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Now,
    /// Not before.
    At(Monotonic),
    /// Not before something lands, or there is something.
    Later,
}

/// What hurries batches along.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub now: Monotonic,
    pub linger: Duration,
    /// Somebody waits for room or for all to be sent.
    pub hurry: bool,
    pub idempotent: bool,
}

impl Lane {
    pub fn new(topic: usize, partition: i32) -> Lane {
        Lane {
            topic,
            partition,
            leader: None,
            is_listed: false,
            waiting: VecDeque::new(),
            flying: VecDeque::new(),
            numbering: None,
            resend: false,
            renumber: false,
        }
    }

    /// Batches that are under way.
    pub fn flying(&self) -> usize {
        self.flying.len()
    }

    /// Whether the oldest batch may leave.
    pub fn turn(&self, pace: Pace) -> Turn {
        let Some(oldest) = self.waiting.front() else { return Turn::Later };
        let must_land_first = self.resend || self.renumber || (pace.idempotent && !self.is_known());
        if must_land_first && !self.flying.is_empty() {
            return Turn::Later;
        }
        let is_due = pace.hurry || oldest.is_closed || self.waiting.len() > 1 || oldest.attempts > 0;
        let due = if is_due { Monotonic::ZERO } else { oldest.created + pace.linger };
        let due = due.max(oldest.not_before);
        if due <= pace.now { Turn::Now } else { Turn::At(due) }
    }

    /// Whether the broker has taken a batch of the present numbering.
    fn is_known(&self) -> bool {
        self.numbering.is_some_and(|numbering| numbering.is_known)
    }

    /// The oldest batch, numbered, to be sent now. `None` while the session has no producer id to number with.
    pub fn take(&mut self, session: Option<&mut Session>) -> Option<Batch> {
        let number = match session {
            None => None,
            Some(session) => Some(self.number(session)?),
        };
        let mut batch = self.waiting.pop_front()?;
        batch.is_closed = true;
        batch.attempts += 1;
        if let Some(number) = number {
            batch.set_number(number);
        }
        let Batch { outcome, first, count, expires, .. } = &batch;
        self.flying.push_back(Flying { outcome: outcome.clone(), first: *first, count: *count, expires: *expires });
        Some(batch)
    }

    /// The oldest batch's number: the one it had, or the next.
    fn number(&mut self, session: &mut Session) -> Option<Number> {
        let oldest = self.waiting.front()?;
        if let Some(number) = oldest.number {
            return Some(number);
        }
        let numbering = match &mut self.numbering {
            Some(numbering) => numbering,
            none => none.insert(Numbering { producer: session.current()?, next_sequence: 0, is_known: false }),
        };
        let number = Number { producer: numbering.producer, sequence: numbering.next_sequence };
        numbering.next_sequence = sequence_after(number.sequence, oldest.count as i32);
        Some(number)
    }

    /// What came of a batch that was under way; they land in the order they left. Gives the bytes that are free again, unless it
    /// waits once more.
    pub fn land(&mut self, mut batch: Batch, verdict: Verdict, now: Monotonic, told: &mut Vec<Told>) -> Option<usize> {
        self.flying.pop_front();
        let result = match verdict {
            Verdict::Delivered(landed) => {
                self.note_taken(&batch);
                Ok(landed)
            }
            Verdict::Failed(error) => Err(error),
            Verdict::TooLarge { error, records_bytes_max } => match batch.cut(records_bytes_max) {
                Some(parts) => {
                    parts.into_iter().for_each(|part| self.put_back(part));
                    return None;
                }
                None => Err(error),
            },
            Verdict::Again { error, pause } => match batch.expires <= now {
                true => Err(error),
                false => {
                    batch.not_before = now + pause;
                    self.put_back(batch);
                    return None;
                }
            },
            Verdict::OutOfOrder(error) => {
                let is_oldest = self.waiting.front().is_none_or(|oldest| oldest.order() > batch.order());
                self.renumber |= is_oldest && batch.number.map(|n| n.producer) == self.numbering.map(|n| n.producer);
                if batch.expires <= now {
                    Err(error)
                } else {
                    self.put_back(batch);
                    return None;
                }
            }
        };
        let charged_bytes = batch.charged_bytes;
        told.push(Told { outcome: batch.outcome, first: batch.first, count: batch.count, result });
        Some(charged_bytes)
    }

    fn note_taken(&mut self, batch: &Batch) {
        if let (Some(numbering), Some(number)) = (&mut self.numbering, batch.number) {
            numbering.is_known |= numbering.producer == number.producer;
        }
    }

    /// In its old place: behind those that are older.
    fn put_back(&mut self, batch: Batch) {
        self.resend = true;
        let at = self.waiting.iter().position(|other| other.order() > batch.order()).unwrap_or(self.waiting.len());
        self.waiting.insert(at, batch);
    }

    /// To be called after each landing: what may follow once nothing is under way.
    pub fn settle(&mut self, session: Option<&mut Session>) {
        if !self.flying.is_empty() {
            return;
        }
        self.resend = false;
        if self.renumber
            && let Some(session) = session
        {
            self.renumber = false;
            // While the session has no producer id (the epochs are used up), the next batch waits for one.
            session.bump(self.numbering.map(|numbering| numbering.producer));
            self.numbering = None;
            self.waiting.iter_mut().for_each(|batch| batch.number = None);
        }
    }

    /// Takes out the batches whose time is up, and tells of those under way whose time is up.
    pub fn expire(&mut self, now: Monotonic, life_ms: u64, told: &mut Vec<Told>) -> Vec<Batch> {
        for flying in self.flying.iter_mut().take_while(|flying| flying.expires <= now) {
            // It lands one day; what is told first counts. A batch cannot expire twice.
            flying.expires = Monotonic::MAX;
            let (outcome, error) = (flying.outcome.clone(), expired(&flying.outcome, life_ms));
            told.push(Told { outcome, first: flying.first, count: flying.count, result: Err(error) });
        }
        let mut gone = Vec::new();
        while let Some(batch) = self.waiting.pop_front_if(|batch| batch.expires <= now) {
            let result = Err(expired(&batch.outcome, life_ms));
            told.push(Told { outcome: batch.outcome.clone(), first: batch.first, count: batch.count, result });
            gone.push(batch);
        }
        gone
    }

    /// When the first batch's time is up.
    pub fn next_expiry(&self) -> Monotonic {
        let flying = self.flying.iter().map(|flying| flying.expires).min();
        let waiting = self.waiting.front().map(|batch| batch.expires);
        flying.unwrap_or(Monotonic::MAX).min(waiting.unwrap_or(Monotonic::MAX))
    }
}

fn expired(outcome: &Outcome, waited_ms: u64) -> Error {
    let what = format!("delivery to {}-{} (delivery.timeout.ms)", outcome.topic, outcome.partition);
    Error::TimedOut { what, waited_ms, last: None }
}

impl Batch {
    /// An empty one.
    pub fn new(serial: u64, outcome: Arc<Outcome>, builder: BatchBuilder, created: Monotonic, life: Duration) -> Batch {
        Batch {
            serial,
            outcome,
            first: 0,
            count: 0,
            charged_bytes: 0,
            body: Body::Open(builder),
            created,
            expires: created + life,
            attempts: 0,
            not_before: Monotonic::ZERO,
            is_closed: false,
            number: None,
        }
    }

    /// Adds a record, and says how many bytes it took. `None` if the batch is full; an error with the bytes it would take when
    /// that is more than `room_bytes`.
    pub fn add(
        &mut self,
        new: &NewRecord<'_>,
        batch_bytes: usize,
        room_bytes: usize,
    ) -> Option<Result<(Delivery, usize), usize>> {
        let Body::Open(builder) = &mut self.body else { return None };
        let had = builder.size_bytes();
        let has = builder.size_bytes_with(new);
        if has > batch_bytes {
            return None;
        }
        if has - had > room_bytes {
            return Some(Err(has - had));
        }
        builder.append(*new);
        Some(Ok((self.added(new, has - had), has - had)))
    }

    /// Adds the first record, however large.
    pub fn add_first(&mut self, new: &NewRecord<'_>) -> Delivery {
        let Body::Open(builder) = &mut self.body else { unreachable!("a batch without records is open") };
        builder.append(*new);
        let bytes = builder.size_bytes();
        self.added(new, bytes)
    }

    fn added(&mut self, new: &NewRecord<'_>, bytes: usize) -> Delivery {
        let index = self.count;
        self.count += 1;
        self.charged_bytes += bytes;
        let (key, value) = (new.key.map(<[u8]>::len), new.value.map(<[u8]>::len));
        Delivery::new(self.outcome.clone(), index, new.timestamp, key, value)
    }

    /// Its bytes as they are sent, made once: compressed, numbered, summed.
    pub fn bytes(&mut self) -> Bytes {
        let built = match std::mem::replace(&mut self.body, Body::Built(Bytes::new())) {
            Body::Built(bytes) => bytes,
            Body::Open(mut builder) => {
                if let Some(Number { producer, sequence }) = self.number {
                    builder.set_producer(producer.id, producer.epoch, sequence);
                }
                builder.build(0)
            }
        };
        self.body = Body::Built(built.clone());
        built
    }

    /// Bytes it will take in a request, before compression.
    pub fn size_bytes(&self) -> usize {
        match &self.body {
            Body::Open(builder) => builder.size_bytes(),
            Body::Built(bytes) => bytes.len(),
        }
    }

    fn set_number(&mut self, number: Number) {
        if self.number == Some(number) {
            return;
        }
        self.number = Some(number);
        // It was built under another number.
        if let Body::Built(bytes) = &mut self.body {
            let mut changed = BytesMut::from(std::mem::take(bytes));
            stamp::producer(&mut changed, number.producer.id, number.producer.epoch, number.sequence);
            *bytes = changed.freeze();
        }
    }

    fn order(&self) -> (u64, u32) {
        (self.serial, self.first)
    }

    /// Its two halves, because it is larger than the broker takes; they bear its number on. `None` if it has one record.
    fn cut(&mut self, records_bytes_max: usize) -> Option<[Batch; 2]> {
        let [head, tail] = super::cut::in_two(&self.bytes(), records_bytes_max)?;
        let head_count = head.count();
        let head_charged = head.size_bytes().min(self.charged_bytes);
        let tail_charged = self.charged_bytes - head_charged;
        Some([self.part(head, 0, head_charged), self.part(tail, head_count, tail_charged)])
    }

    fn part(&self, builder: BatchBuilder, after: i32, charged_bytes: usize) -> Batch {
        Batch {
            serial: self.serial,
            outcome: self.outcome.clone(),
            first: self.first + after as u32,
            count: builder.count() as u32,
            body: Body::Open(builder),
            charged_bytes,
            created: self.created,
            expires: self.expires,
            attempts: self.attempts,
            not_before: Monotonic::ZERO,
            is_closed: true,
            number: self.number.map(|n| Number { sequence: sequence_after(n.sequence, after), ..n }),
        }
    }
}

#[cfg(test)]
mod tests;
