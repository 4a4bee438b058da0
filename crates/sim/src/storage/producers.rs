//! Those who produce: what each has sent and heard of, over all lives of the process.
//!
//! An idempotent producer sends what it has not heard of again, in its order, as Kafka's do; now and then also what it has heard
//! of. The coordinator of a transaction decides once, and writes the marker until it is committed. Where a power cut may have
//! taken acknowledged records, a producer begins anew with another epoch, and the coordinator ends what it finds open.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use kampa_formats::compression::{Codec, Compression};
use kampa_protocol::Records;
use kampa_replication::{AppendError, Origin, Partition};
use kampa_world::sim::Chance;
use parking_lot::Mutex;

use super::history::{Event, Id, Moment, PlaceId, Recorder, Sent, TxnId, What};
use super::node::Node;
use super::records::{Author, batch, marker};

/// All producers. Cloning shares it.
#[derive(Clone, Default)]
pub struct Producers {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    all: Vec<Producer>,
    /// Numbers the lives of the process.
    life: u64,
    /// The last life that followed a power cut.
    power_cut_before: u64,
}

struct Producer {
    place: PlaceId,
    id: i64,
    epoch: i16,
    next_sequence: i32,
    transactional: bool,
    txn: Option<TxnId>,
    /// All its transactions, each with the offset of its first record once that was told.
    txns: Vec<(TxnId, Option<i64>)>,
    sent: VecDeque<Batch>,
    /// When its epoch began.
    since: Moment,
    life: u64,
}

struct Batch {
    first: Id,
    count: u32,
    bytes: Bytes,
    is_marker: bool,
    was_tried: bool,
    state: State,
    sent_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nobody knows whether it was appended.
    Unknown,
    Appended(i64),
    Committed(i64),
}

impl Batch {
    fn is_committed(&self) -> bool {
        matches!(self.state, State::Committed(_))
    }
}

/// Records that were appended and wait for being committed.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    producer: Option<usize>,
    /// Where.
    pub place: PlaceId,
    /// Which.
    pub first: Id,
    /// How many.
    pub count: u32,
    /// The first one's offset.
    pub base_offset: i64,
}

/// What a partition said to a batch.
enum Said {
    Appended(i64),
    OutOfOrder(String),
    Nothing,
}

impl Producers {
    /// Another process begins.
    pub fn begin_life(&self, after_power_cut: bool) {
        let mut inner = self.inner.lock();
        inner.life += 1;
        if after_power_cut {
            inner.power_cut_before = inner.life;
        }
    }

    /// Somebody sends something to a partition.
    pub fn produce(&self, node: &Node, place: PlaceId, chance: &mut Chance) -> Option<Waiting> {
        let partition = node.partition(place)?;
        if chance.happens(0.25) {
            return produce_plainly(node, &partition, place, chance);
        }
        let mut inner = self.inner.lock();
        let mine: Vec<usize> = (0..inner.all.len()).filter(|at| inner.all[*at].place == place).collect();
        let at = if mine.len() < PRODUCERS_MAX && (mine.is_empty() || chance.happens(0.05)) {
            let producer = Producer::new(place, inner.all.len() as i64, chance.coin(), node.recorder.now(), inner.life);
            inner.all.push(producer);
            inner.all.len() - 1
        } else {
            mine[chance.below(mine.len() as u64) as usize]
        };
        let (life, power_cut_before) = (inner.life, inner.power_cut_before);
        let mut turn = Turn { producer: &mut inner.all[at], node, partition: &partition, chance };
        if turn.producer.life != life {
            turn.begin_life(power_cut_before > turn.producer.life);
            turn.producer.life = life;
        }
        turn.take().map(|waiting| Waiting { producer: Some(at), ..waiting })
    }

    /// What was waited for has come.
    pub fn committed(&self, node: &Node, waiting: Waiting) {
        let Waiting { producer, place, first, count, base_offset } = waiting;
        node.recorder.say(Event::Committed { place, first, count, base_offset });
        let Some(producer) = producer.filter(|_| node.recorder.hears()) else { return };
        let mut inner = self.inner.lock();
        if let Some(batch) = inner.all[producer].sent.iter_mut().find(|batch| batch.first == first) {
            batch.state = State::Committed(base_offset);
        }
    }
}

impl Producer {
    fn new(place: PlaceId, id: i64, transactional: bool, since: Moment, life: u64) -> Producer {
        Producer {
            place,
            id,
            epoch: 0,
            next_sequence: 0,
            transactional,
            txn: None,
            txns: Vec::new(),
            sent: VecDeque::new(),
            since,
            life,
        }
    }

    fn author(&self) -> Author {
        let transactional = self.transactional;
        Author { producer_id: self.id, epoch: self.epoch, sequence: self.next_sequence, transactional }
    }

    /// Batches from the first on whose answer it waits for. A connection's answers come in the order of its requests, so what was
    /// committed behind that one counts as well.
    fn in_flight(&self) -> usize {
        self.sent.iter().skip_while(|batch| batch.is_committed()).count()
    }

    /// Forgets what nobody will send again.
    fn trim(&mut self) {
        while self.sent.len() > SENT_AGAIN_MAX && self.sent.front().is_some_and(Batch::is_committed) {
            self.sent.pop_front();
        }
    }
}

/// One turn of one producer.
struct Turn<'a> {
    producer: &'a mut Producer,
    node: &'a Node,
    partition: &'a Partition,
    chance: &'a mut Chance,
}

impl Turn<'_> {
    fn recorder(&self) -> &Recorder {
        &self.node.recorder
    }

    /// What was appended and not committed before the process ended may be gone.
    fn begin_life(&mut self, after_power_cut: bool) {
        for batch in &mut self.producer.sent {
            if let State::Appended(_) = batch.state {
                batch.state = State::Unknown;
            }
        }
        if after_power_cut && !self.recorder().place(self.producer.place).synced {
            self.begin_anew();
        }
    }

    /// Another epoch. What is open is ended first.
    fn begin_anew(&mut self) {
        self.producer.sent.clear();
        self.producer.epoch += 1;
        self.producer.next_sequence = 0;
        self.producer.since = self.recorder().now();
        let status = self.partition.producers().into_iter().find(|status| status.producer_id == self.producer.id);
        let open_from = status.map_or(-1, |status| status.txn_first_offset);
        // An offset that was lost has been given again: the last one counts.
        let named = self.producer.txns.iter().rev().find(|(_, first_offset)| *first_offset == Some(open_from));
        let open = match named {
            Some((txn, _)) => Some(*txn),
            None if open_from >= 0 => self.producer.txns.last().map(|(txn, _)| *txn),
            None => None,
        };
        if let Some(txn) = self.producer.txn.take() {
            self.recorder().decide(txn, false);
        }
        if let Some(txn) = open {
            self.queue_marker(txn, false);
        }
    }

    fn take(&mut self) -> Option<Waiting> {
        self.producer.trim();
        if let Some(at) = self.producer.sent.iter().position(|batch| batch.state == State::Unknown) {
            return self.deliver(at);
        }
        if self.chance.happens(0.1)
            && let Some(at) = self.one_to_send_again()
        {
            return self.deliver(at);
        }
        // The next transaction does not begin before the marker of the last is sure to stay.
        let awaits_marker = self.producer.sent.iter().any(|batch| batch.is_marker && !batch.is_committed());
        if awaits_marker || self.producer.in_flight() >= IN_FLIGHT_MAX {
            return None;
        }
        match self.producer.txn {
            Some(txn) if self.chance.happens(0.3) => {
                let committed = self.chance.coin();
                self.producer.txn = None;
                self.queue_marker(txn, committed);
            }
            _ => self.queue_batch(),
        }
        self.deliver(self.producer.sent.len() - 1)
    }

    /// One of the last batches, which a partition must know to be there.
    fn one_to_send_again(&mut self) -> Option<usize> {
        let now_ms = self.node.world.wall_ms();
        let candidates: Vec<usize> = self
            .producer
            .sent
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, batch)| !batch.is_marker)
            .take(SENT_AGAIN_MAX)
            .filter(|(_, batch)| {
                matches!(batch.state, State::Committed(_)) && now_ms - batch.sent_ms < SENT_AGAIN_MS_MAX
            })
            .map(|(at, _)| at)
            .collect();
        let choice = self.chance.below(candidates.len() as u64) as usize;
        candidates.get(choice).copied()
    }

    fn queue_batch(&mut self) {
        let place = self.producer.place;
        let txn = if self.producer.transactional {
            let recorder = &self.node.recorder;
            let txns = &mut self.producer.txns;
            Some(*self.producer.txn.get_or_insert_with(|| {
                let txn = recorder.begin_transaction();
                txns.push((txn, None));
                txn
            }))
        } else {
            None
        };
        let records = make_records(self.node, place, txn, self.chance);
        let author = self.producer.author();
        let bytes = batch(&records, author, any_compression(self.chance));
        let count = records.len() as u32;
        self.producer.next_sequence += count as i32;
        self.queue(records[0].0, count, bytes, false);
    }

    fn queue_marker(&mut self, txn: TxnId, committed: bool) {
        let committed = self.recorder().decide(txn, committed);
        let place = self.producer.place;
        let id = self.recorder().send(Sent { place, what: What::Marker { txn, committed } });
        let bytes = marker(id, committed, self.node.world.wall_ms(), self.producer.author());
        self.queue(id, 1, bytes, true);
    }

    fn queue(&mut self, first: Id, count: u32, bytes: Bytes, is_marker: bool) {
        let sent_ms = self.node.world.wall_ms();
        let (was_tried, state) = (false, State::Unknown);
        self.producer.sent.push_back(Batch { first, count, bytes, is_marker, was_tried, state, sent_ms });
    }

    /// A marker that may be there already is there twice when it is written again, and does no harm: it is another one.
    fn renew_marker(&mut self, at: usize) {
        let sent = self.recorder().sent(self.producer.sent[at].first);
        let Some(Sent { place, what: What::Marker { txn, committed } }) = sent else { return };
        let id = self.recorder().send(Sent { place, what: What::Marker { txn, committed } });
        let author = self.producer.author();
        let batch = &mut self.producer.sent[at];
        batch.first = id;
        batch.bytes = marker(id, committed, batch.sent_ms, author);
    }

    fn deliver(&mut self, at: usize) -> Option<Waiting> {
        let place = self.producer.place;
        if std::mem::replace(&mut self.producer.sent[at].was_tried, true) && self.producer.sent[at].is_marker {
            self.renew_marker(at);
        }
        let Batch { first, count, ref bytes, is_marker, state, .. } = self.producer.sent[at];
        let origin = if is_marker { Origin::Coordinator } else { Origin::Client };
        let again = match state {
            State::Committed(offset) | State::Appended(offset) => Some(offset),
            State::Unknown => None,
        };
        match append(self.node, self.partition, place, (first, count), bytes.clone(), origin) {
            Said::Appended(base_offset) => {
                if !matches!(state, State::Committed(_)) {
                    self.producer.sent[at].state = State::Appended(base_offset);
                }
                if let Some(What::Record { txn: Some(txn), .. }) = self.recorder().sent(first).map(|sent| sent.what)
                    && let Some((_, first_offset)) = self.producer.txns.iter_mut().find(|(known, _)| *known == txn)
                {
                    first_offset.get_or_insert(base_offset);
                }
                Some(Waiting { producer: None, place, first, count, base_offset })
            }
            Said::OutOfOrder(why) => {
                let since = self.producer.since;
                self.recorder().say(Event::OutOfOrder { place, since, first, again, why });
                if again.is_none() && self.recorder().hears() {
                    self.begin_anew();
                }
                None
            }
            Said::Nothing => None,
        }
    }
}

fn produce_plainly(node: &Node, partition: &Partition, place: PlaceId, chance: &mut Chance) -> Option<Waiting> {
    let records = make_records(node, place, None, chance);
    let author = Author { producer_id: -1, epoch: -1, sequence: -1, transactional: false };
    let bytes = batch(&records, author, any_compression(chance));
    let (first, count) = (records[0].0, records.len() as u32);
    match append(node, partition, place, (first, count), bytes, Origin::Client) {
        Said::Appended(base_offset) => Some(Waiting { producer: None, place, first, count, base_offset }),
        Said::OutOfOrder(why) => {
            node.recorder.wrong(format!("a batch without a producer is refused: {why}"));
            None
        }
        Said::Nothing => None,
    }
}

fn append(
    node: &Node,
    partition: &Partition,
    place: PlaceId,
    (first, count): (Id, u32),
    bytes: Bytes,
    origin: Origin,
) -> Said {
    node.recorder.say(Event::Asked { place, first, count });
    match partition.append_as_leader(Records::from(bytes), origin, node.world.wall_ms()) {
        Ok(info) => {
            if info.last_offset - info.base_offset + 1 != i64::from(count) {
                node.recorder
                    .wrong(format!("{count} records took offsets {} to {}", info.base_offset, info.last_offset));
            }
            let (append_time_ms, duplicate) = (info.log_append_time_ms, info.is_duplicate);
            let base_offset = info.base_offset;
            node.recorder.say(Event::Appended { place, first, count, base_offset, append_time_ms, duplicate });
            if node.recorder.hears() { Said::Appended(base_offset) } else { Said::Nothing }
        }
        Err(AppendError::Producer(error)) => Said::OutOfOrder(error.to_string()),
        Err(AppendError::Disk(error)) => {
            node.bear("append", Err(error));
            Said::Nothing
        }
        // It is being closed or deleted.
        Err(AppendError::NotLeader) => Said::Nothing,
        Err(error) => {
            node.recorder.wrong(format!("a sound batch is refused: {error}"));
            Said::Nothing
        }
    }
}

fn make_records(node: &Node, place: PlaceId, txn: Option<TxnId>, chance: &mut Chance) -> Vec<(Id, Sent)> {
    let (count, bytes_max) = if chance.happens(0.05) { (1, 3_000) } else { (chance.between(1, 8), 200) };
    let now_ms = node.world.wall_ms();
    let is_compacted = node.recorder.place(place).config.log.compact;
    let record = |chance: &mut Chance| {
        let key = (is_compacted || chance.happens(0.7)).then(|| chance.below(KEYS) as u16);
        let value_bytes = (!chance.happens(0.1)).then(|| chance.below(bytes_max) as u16);
        let timestamp = now_ms - 2_000 + chance.below(4_000) as i64;
        Sent { place, what: What::Record { key, value_bytes, timestamp, txn } }
    };
    (0..count).map(|_| record(chance)).map(|sent| (node.recorder.send(sent), sent)).collect()
}

fn any_compression(chance: &mut Chance) -> Compression {
    let codecs = [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
    let codec = if chance.happens(0.1) { codecs[chance.below(4) as usize] } else { Codec::None };
    Compression::of(codec)
}

/// Producers of one partition.
const PRODUCERS_MAX: usize = 4;
/// Batches that an idempotent producer has in flight at most.
const IN_FLIGHT_MAX: usize = 5;
/// Batches of a producer that a partition knows again.
const SENT_AGAIN_MAX: usize = 5;
/// Nobody sends what is older again: a partition remembers for ten minutes over a start.
const SENT_AGAIN_MS_MAX: i64 = 8 * 60 * 1000;
/// Different keys.
const KEYS: u64 = 20;
