//! A producer as Kafka's clients are: batches numbered per partition, several requests in flight, resent in the same order with the
//! same numbers until they are answered for good.
//!
//! With `Kind::Plain` it numbers nothing, so it sends each batch once and never knows what became of one that was not answered.
//! Invariant: of one partition, batches are sent in the order of their numbers, and none while an earlier one may have failed.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord};
use kampa_formats::compression::{Codec, Compression};
use kampa_protocol::messages::produce::{
    PartitionProduceData, PartitionProduceResponse, TopicProduceData, TopicProduceResponse,
};
use kampa_protocol::messages::{InitProducerIdRequest, ProduceRequest};
use kampa_protocol::{ApiKey, ErrorCode, Records, Text};

use super::{ANSWER_WAIT_MAX, Client, Trouble, versions};
use crate::history::{Event, Moment, Place, RecordId};
use crate::payload::{HEADER, Payload};

/// What a producer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id of its own, acks=all, any number of attempts.
    Idempotent,
    /// No id, one attempt, so many acks: -1, 1 or 0.
    Plain { acks: i16 },
}

/// A partition to write to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its topic's name.
    pub topic: Text,
    /// Its topic's id and its index.
    pub place: Place,
    /// Whether somebody may delete the topic meanwhile.
    pub passing: bool,
}

/// A producer with the partitions it writes to.
pub struct Producer {
    /// Its connection, its chance, its name.
    pub client: Client,
    kind: Kind,
    compression: Compression,
    session: Option<Session>,
    lanes: Vec<Lane>,
    in_flight: VecDeque<Flight>,
}

/// One producer id's time, or that of a plain producer.
struct Session {
    number: u32,
    producer_id: i64,
    epoch: i16,
    next_serial: u32,
}

/// What is on its way to one partition.
struct Lane {
    topic: Text,
    place: Place,
    passing: bool,
    batches: VecDeque<Batch>,
    /// How many of the first batches are in flight.
    flying: usize,
    next_sequence: i32,
    /// The node knows the producer here. A partition that does not takes any number for the first, so until then batches go
    /// one by one.
    known: bool,
    /// One in flight has failed: those behind it fail too, and all are sent again once none is in flight.
    resend: bool,
    /// The topic is gone.
    closed: bool,
}

struct Batch {
    first: RecordId,
    count: u32,
    bytes: Bytes,
}

/// A request that is not answered yet.
struct Flight {
    correlation: i32,
    version: i16,
    begun: Moment,
    lanes: Vec<usize>,
}

impl Producer {
    /// A producer to these partitions.
    pub fn new(client: Client, kind: Kind, compression: Compression, targets: &[Target]) -> Producer {
        let lane = |target: &Target| Lane {
            topic: target.topic.clone(),
            place: target.place,
            passing: target.passing,
            batches: VecDeque::new(),
            flying: 0,
            next_sequence: 0,
            known: false,
            resend: false,
            closed: false,
        };
        let lanes = targets.iter().map(lane).collect();
        Producer { client, kind, compression, session: None, lanes, in_flight: VecDeque::new() }
    }

    /// Batches that are not answered for good.
    pub fn pending(&self) -> usize {
        self.lanes.iter().map(|lane| lane.batches.len()).sum()
    }

    /// Whether every partition it writes to is gone.
    pub fn is_over(&self) -> bool {
        self.lanes.iter().all(|lane| lane.closed)
    }

    /// Gets what it needs before it can make batches.
    pub async fn begin(&mut self) -> Result<(), Trouble> {
        if self.session.is_some() {
            return Ok(());
        }
        let (producer_id, epoch) = match self.kind {
            Kind::Plain { .. } => (-1, -1),
            Kind::Idempotent => self.new_producer_id().await?,
        };
        let number = self.client.recorder.new_session();
        let idempotent = self.kind == Kind::Idempotent;
        self.client.recorder.add(Event::SessionBegun { session: number, idempotent });
        self.session = Some(Session { number, producer_id, epoch, next_serial: 0 });
        Ok(())
    }

    async fn new_producer_id(&mut self) -> Result<(i64, i16), Trouble> {
        let request =
            InitProducerIdRequest { transactional_id: None, transaction_timeout_ms: 60_000, ..Default::default() };
        let given = self.client.ask(&request).await?;
        let error = ErrorCode(given.error_code);
        if error.is_err() {
            return Err(self.client.refused("InitProducerId", error));
        }
        let (producer_id, epoch) = (given.producer_id, given.producer_epoch);
        self.client.recorder.add(Event::ProducerIdGiven { producer_id, epoch });
        Ok((producer_id, epoch))
    }

    /// Makes a batch of records of about `size` bytes each, to be sent to a partition by chance. Nothing happens before the
    /// producer has begun.
    pub fn offer(&mut self, count: u32, size: usize) {
        let open: Vec<usize> = (0..self.lanes.len()).filter(|lane| !self.lanes[*lane].closed).collect();
        let Some(session) = &mut self.session else { return };
        if open.is_empty() {
            return;
        }
        let lane = &mut self.lanes[open[self.client.chance.below(open.len() as u64) as usize]];
        let numbered = self.kind == Kind::Idempotent;
        let mut batch = BatchBuilder::new(BatchOptions {
            compression: self.compression,
            producer_id: session.producer_id,
            producer_epoch: session.epoch,
            base_sequence: if numbered { lane.next_sequence } else { -1 },
            ..Default::default()
        });
        let first = RecordId { session: session.number, serial: session.next_serial };
        for serial in first.serial..first.serial + count {
            let record = RecordId { serial, ..first };
            let payload = Payload::of(record, lane.place, size, self.client.world.wall_ms());
            batch.append(NewRecord {
                timestamp: payload.timestamp,
                key: Some(&payload.key),
                value: Some(&payload.value),
                headers: &[(HEADER, Some(&payload.header))],
            });
            self.client.recorder.add(Event::Sent { record, place: lane.place, digest: payload.digest() });
        }
        session.next_serial += count;
        lane.next_sequence += count as i32;
        lane.batches.push_back(Batch { first, count, bytes: batch.build(0) });
    }

    /// Sends what may be sent, then waits for one answer. Does nothing if there is nothing to do.
    pub async fn step(&mut self) -> Result<(), Trouble> {
        let done = self.try_step().await;
        if done.is_err() {
            self.fall_back();
        }
        done
    }

    async fn try_step(&mut self) -> Result<(), Trouble> {
        if self.session.is_none() || self.pending() == 0 {
            return Ok(());
        }
        while self.in_flight.len() < IN_FLIGHT_MAX && self.send_some().await? {}
        let Some(flight) = self.in_flight.pop_front() else { return Ok(()) };
        let world = self.client.world.clone();
        let connection = self.client.connection().await?;
        let answer = connection.receive::<ProduceRequest>(flight.correlation, flight.version);
        let answer = world.timeout(ANSWER_WAIT_MAX, answer).await.map_err(|_| Trouble::TimedOut)??;
        for number in flight.lanes {
            let lane = &self.lanes[number];
            let is_topic = |topic: &&TopicProduceResponse| {
                if flight.version >= BY_ID_FROM {
                    topic.topic_id == lane.place.topic_id
                } else {
                    topic.name == lane.topic
                }
            };
            let topic = answer.responses.iter().find(is_topic);
            let partitions = topic.map_or(&[][..], |topic| &topic.partition_responses);
            let Some(partition) = partitions.iter().find(|partition| partition.index == lane.place.partition) else {
                self.client.recorder.wrong(format!("Produce was not answered for {}", lane.place));
                return Err(Trouble::Garbled);
            };
            self.answered(number, partition, flight.begun);
            if self.session.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Sends one request with the next batches of some partitions. False if there is nothing to send.
    async fn send_some(&mut self) -> Result<bool, Trouble> {
        let mut chosen = Vec::new();
        for (number, lane) in self.lanes.iter().enumerate() {
            let together = lane.known || self.kind != Kind::Idempotent || lane.flying == 0;
            let may = together && !lane.resend && lane.flying < lane.batches.len() && !lane.closed;
            // Most requests carry what there is; some leave partitions out, so that requests overlap.
            if may && (chosen.is_empty() || self.client.chance.happens(0.6)) {
                chosen.push(number);
            }
        }
        if chosen.is_empty() {
            return Ok(false);
        }
        let acks = match self.kind {
            Kind::Idempotent => -1,
            Kind::Plain { acks } => acks,
        };
        let (low, high) = versions::range(ApiKey::Produce);
        let low = if self.compression.codec == Codec::Zstd { low.max(ZSTD_FROM) } else { low };
        let version = self.client.chance.between(low as u64, high as u64) as i16;
        let begun = self.client.recorder.now();
        let mut request = ProduceRequest { acks, timeout_ms: PRODUCE_TIMEOUT_MS, ..Default::default() };
        for number in &chosen {
            let lane = &mut self.lanes[*number];
            let batch = &lane.batches[lane.flying];
            lane.flying += 1;
            let partition = PartitionProduceData {
                index: lane.place.partition,
                records: Some(Records::from(batch.bytes.clone())),
                ..Default::default()
            };
            match request.topic_data.iter_mut().find(|topic| topic.topic_id == lane.place.topic_id) {
                Some(topic) => topic.partition_data.push(partition),
                None => request.topic_data.push(TopicProduceData {
                    name: lane.topic.clone(),
                    topic_id: lane.place.topic_id,
                    partition_data: vec![partition],
                    ..Default::default()
                }),
            }
        }
        let world = self.client.world.clone();
        let sending = async {
            let connection = self.client.connection().await?;
            connection.send(&request, version).await
        };
        let correlation = world.timeout(ANSWER_WAIT_MAX, sending).await.unwrap_or(Err(Trouble::TimedOut))?;
        if acks == 0 {
            // There is no answer: nobody knows what becomes of it.
            chosen.iter().for_each(|lane| self.lanes[*lane].forget_first());
        } else {
            self.in_flight.push_back(Flight { correlation, version, begun, lanes: chosen });
        }
        Ok(true)
    }

    /// The first batch of a lane was answered.
    fn answered(&mut self, number: usize, answer: &PartitionProduceResponse, begun: Moment) {
        let lane = &mut self.lanes[number];
        lane.flying -= 1;
        if lane.resend {
            // It was sent behind one that failed. If the node took it nevertheless, it will say so when it comes again.
            lane.land();
            return;
        }
        let error = ErrorCode(answer.error_code);
        let recorder = &self.client.recorder;
        let acks = if let Kind::Plain { acks } = self.kind { acks } else { -1 };
        match error {
            ErrorCode::NONE | ErrorCode::DUPLICATE_SEQUENCE_NUMBER => {
                let Some(batch) = lane.batches.pop_front() else { return };
                lane.known = true;
                let base_offset = if error.is_err() { -1 } else { answer.base_offset };
                let (first, count, place) = (batch.first, batch.count, lane.place);
                recorder.add(Event::Acked { first, count, place, base_offset, begun, acks });
            }
            ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER
            | ErrorCode::UNKNOWN_PRODUCER_ID
            | ErrorCode::INVALID_PRODUCER_EPOCH => {
                if let Some(session) = &self.session {
                    let (session, place) = (session.number, lane.place);
                    recorder.add(Event::OutOfOrder { session, place, error, begun });
                }
                self.begin_anew();
            }
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION | ErrorCode::UNKNOWN_TOPIC_ID if lane.passing => {
                lane.closed = true;
                lane.batches.clear();
            }
            error if self.client.may_pass(error) => {
                if self.kind == Kind::Idempotent {
                    lane.resend = true;
                    lane.land();
                } else {
                    lane.batches.pop_front();
                }
            }
            error => {
                self.client.unexpected("Produce", error);
                self.begin_anew();
            }
        }
    }

    /// Closes the connection and goes on over another.
    pub fn reconnect(&mut self) {
        self.fall_back();
    }

    /// Gets a new producer id, if nothing waits for an answer.
    pub fn renew(&mut self) {
        if self.pending() == 0 {
            self.begin_anew();
        }
    }

    /// The connection is gone: what was in flight is sent again, or forgotten.
    fn fall_back(&mut self) {
        self.client.hang_up();
        self.in_flight.clear();
        for lane in &mut self.lanes {
            if self.kind != Kind::Idempotent {
                lane.batches.drain(..lane.flying);
            }
            lane.flying = 0;
            lane.resend = false;
        }
    }

    /// Gives up the producer id and all that is not answered under it: nobody will ever know what became of that.
    fn begin_anew(&mut self) {
        self.session = None;
        self.client.hang_up();
        self.in_flight.clear();
        for lane in &mut self.lanes {
            lane.batches.clear();
            (lane.flying, lane.next_sequence, lane.known, lane.resend) = (0, 0, false, false);
        }
    }
}

impl Lane {
    /// Once nothing is in flight any more, all may be sent again.
    fn land(&mut self) {
        if self.flying == 0 {
            self.resend = false;
        }
    }

    fn forget_first(&mut self) {
        self.batches.pop_front();
        self.flying -= 1;
    }
}

/// Kafka's clients have five: the node remembers as many batches of each producer.
const IN_FLIGHT_MAX: usize = 5;
/// How long the node may take to make a batch as durable as was asked.
const PRODUCE_TIMEOUT_MS: i32 = 10_000;
/// From this version on records may be compressed with zstd.
const ZSTD_FROM: i16 = 7;
/// From this version on topics are named by id.
const BY_ID_FROM: i16 = 13;

/// Waits about this long before it tries again what failed.
pub const BACKOFF: Duration = Duration::from_millis(150);
