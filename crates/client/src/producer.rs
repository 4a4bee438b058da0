//! Sending records: gathered into batches, sent with as many acknowledgements as were asked for, each record's fate told.
//!
//! ```no_run
//! # async fn example() -> Result<(), kampa_client::Error> {
//! use kampa_client::producer::Record;
//! use kampa_client::{Client, ProducerSettings, Settings};
//!
//! let client = Client::new(Settings::bootstrap("localhost:9092"))?;
//! let producer = client.producer(ProducerSettings::default())?;
//! let delivery = producer.send(Record::keyed("orders", "customer 7", "two apples")).await?;
//! let lies_at = delivery.await?;
//! println!("{}-{} at {}", lies_at.topic, lies_at.partition, lies_at.offset);
//! producer.close().await?;
//! # Ok(())
//! # }
//! ```

mod accumulator;
mod cut;
mod delivery;
mod lane;
mod partitioner;
mod record;
mod request;
mod sender;
mod session;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kampa_world::{Either, race};

pub use delivery::Delivery;
pub use record::{Record, RecordMetadata, RecordView};

use crate::settings::refused;
use crate::{Client, Error, ProducerSettings, Topics};
use accumulator::Added;
use sender::Shared;

/// Sends records to any topic of its cluster. Cloning shares it; when the last clone is gone, what was sent is still delivered.
pub struct Producer {
    shared: Arc<Shared>,
}

impl Client {
    /// A producer on this cluster.
    pub fn producer(&self, settings: ProducerSettings) -> Result<Producer, Error> {
        settings.check()?;
        if let Some(id) = &settings.transactional_id {
            return Err(refused("transactional.id", id, "transactions are not built yet"));
        }
        let shared = Shared::new(self.clone(), settings);
        drop(self.world().spawn("producer", sender::keep(shared.clone())));
        Ok(Producer { shared })
    }
}

impl Producer {
    /// What it was told.
    pub fn settings(&self) -> &ProducerSettings {
        &self.shared.settings
    }

    /// Takes a record, waiting for nothing but room in the buffer and, once for each topic, its metadata: `max_block_ms` at
    /// most. What becomes of it, the delivery tells.
    pub async fn send(&self, record: Record) -> Result<Delivery, Error> {
        let headers: Vec<(&str, Option<&[u8]>)> =
            record.headers.iter().map(|(key, value)| (key.as_str(), value.as_deref())).collect();
        let view = RecordView {
            topic: &record.topic,
            partition: record.partition,
            key: record.key.as_deref(),
            value: record.value.as_deref(),
            headers: &headers,
            timestamp_ms: record.timestamp_ms,
        };
        self.send_view(&view).await
    }

    /// As [`Producer::send`], of bytes that stay the caller's: they are copied once, into the batch.
    pub async fn send_view(&self, record: &RecordView<'_>) -> Result<Delivery, Error> {
        match self.try_send(record)? {
            Some(delivery) => Ok(delivery),
            None => self.send_when_possible(record).await,
        }
    }

    /// As [`Producer::send_view`] where that needs no waiting; else `None`.
    pub fn try_send(&self, record: &RecordView<'_>) -> Result<Option<Delivery>, Error> {
        match self.add(record)? {
            Added::Yes { delivery, wake } => {
                if wake {
                    self.shared.pump();
                }
                Ok(Some(delivery))
            }
            Added::Full { .. } | Added::Unknown => Ok(None),
        }
    }

    /// Sends all that was taken so far without lingering, and waits until its fate is known. Says nothing of failures: the
    /// deliveries do.
    pub async fn flush(&self) -> Result<(), Error> {
        let until = {
            let mut records = self.shared.records.lock();
            records.hurried += 1;
            records.next_serial()
        };
        let _hurry = Hurry(&self.shared);
        self.shared.pump();
        loop {
            // Asked for before looking, so that what lands in between is not missed.
            let landed = self.shared.room.notified();
            if self.shared.records.lock().has_landed_before(until) {
                break;
            }
            landed.await;
        }
        self.shared.check_open()
    }

    /// Flushes, then ends.
    pub async fn close(&self) -> Result<(), Error> {
        self.close_within(Duration::MAX).await
    }

    /// Flushes within this time, then ends; what is not delivered by then has failed with [`Error::Closed`].
    pub async fn close_within(&self, wait: Duration) -> Result<(), Error> {
        let flushed = match race(self.flush(), self.shared.client.world().sleep(wait)).await {
            Either::Left(flushed) => flushed,
            Either::Right(()) => {
                let what = "delivery of what was sent before closing".to_owned();
                Err(Error::TimedOut { what, waited_ms: wait.as_millis() as u64, last: None })
            }
        };
        self.shared.give_up(&Error::Closed);
        self.shared.wake_keeper();
        flushed
    }

    /// Bytes of records whose fate is not known yet.
    pub fn buffered_bytes(&self) -> usize {
        self.shared.records.lock().used_bytes()
    }

    /// How many partitions a topic has, waiting for its metadata as [`Producer::send`] does.
    pub async fn partitions(&self, topic: &str) -> Result<usize, Error> {
        let until_ms = self.shared.settings.max_block_ms;
        let known = self.shared.client.world().timeout(Duration::from_millis(until_ms), self.learn(topic, None)).await;
        known.unwrap_or_else(|_| Err(unknown(topic, None, until_ms)))?;
        Ok(self.shared.client.cached().topics.get(topic).map_or(0, |topic| topic.partitions.len()))
    }

    fn add(&self, record: &RecordView<'_>) -> Result<Added, Error> {
        self.shared.check_open()?;
        let settings = &self.shared.settings;
        let bytes = record.size_bytes_max();
        for (limit_bytes, setting) in
            [(settings.request_bytes_max, "max.request.size"), (settings.buffer_bytes, "buffer.memory")]
        {
            if bytes > limit_bytes {
                return Err(Error::TooLarge { what: "the record".to_owned(), bytes, limit_bytes, setting });
            }
        }
        let world = self.shared.client.world();
        let timestamp_ms = record.timestamp_ms.unwrap_or_else(|| world.wall_ms());
        Ok(self.shared.records.lock().add(record, timestamp_ms, || world.now()))
    }

    async fn send_when_possible(&self, record: &RecordView<'_>) -> Result<Delivery, Error> {
        let world = self.shared.client.world();
        let wait_ms = self.shared.settings.max_block_ms;
        let until = world.now() + Duration::from_millis(wait_ms);
        loop {
            // Asked for before looking, so that what is freed in between is not missed.
            let room = self.shared.room.notified();
            let left = until.since(world.now());
            match self.add(record)? {
                Added::Yes { delivery, wake } => {
                    if wake {
                        self.shared.pump();
                    }
                    return Ok(delivery);
                }
                Added::Unknown => {
                    let learnt = world.timeout(left, self.learn(record.topic, record.partition)).await;
                    learnt.unwrap_or_else(|_| Err(unknown(record.topic, record.partition, wait_ms)))?;
                }
                Added::Full { bytes } => {
                    self.shared.records.lock().hurried += 1;
                    let _hurry = Hurry(&self.shared);
                    self.shared.pump();
                    if world.timeout(left, room).await.is_err() {
                        let buffer_bytes = self.shared.settings.buffer_bytes;
                        return Err(Error::BufferFull { bytes, buffer_bytes, waited_ms: wait_ms });
                    }
                }
            }
        }
    }

    /// Waits until a topic, and if one is named a partition of it, is known.
    async fn learn(&self, topic: &str, partition: Option<i32>) -> Result<(), Error> {
        let client = &self.shared.client;
        let is_there = |view: &crate::ClusterView| match partition {
            Some(partition) => view.partition(topic, partition).is_some(),
            None => view.topics.get(topic).is_some_and(|topic| !topic.partitions.is_empty()),
        };
        let mut failures = 0;
        loop {
            if client.is_closed() {
                return Err(Error::Closed);
            }
            let view = client.fresh(Topics::NamedOrCreated(&[topic]), is_there).await?;
            if is_there(&view) {
                self.shared.records.lock().learn(&view, Some(topic));
                return Ok(());
            }
            if let Some(seen) = view.topics.get(topic).filter(|seen| !seen.error.is_retriable()) {
                Error::check(seen.error.0, || format!("topic {topic}"))?;
            }
            failures += 1;
            client.world().sleep(client.pause(failures)).await;
        }
    }
}

fn unknown(topic: &str, partition: Option<i32>, waited_ms: u64) -> Error {
    let what = match partition {
        Some(partition) => format!("finding partition {partition} of topic {topic} in the cluster's metadata"),
        None => format!("finding topic {topic} in the cluster's metadata"),
    };
    Error::TimedOut { what, waited_ms, last: None }
}

/// While somebody waits, nothing lingers.
struct Hurry<'a>(&'a Arc<Shared>);

impl Drop for Hurry<'_> {
    fn drop(&mut self) {
        self.0.records.lock().hurried -= 1;
    }
}

impl Clone for Producer {
    fn clone(&self) -> Producer {
        self.shared.handles.fetch_add(1, Ordering::AcqRel);
        Producer { shared: self.shared.clone() }
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        if self.shared.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.shared.wake_keeper();
        }
    }
}

#[cfg(test)]
mod tests;
