//! The way of batches from the accumulator to nodes, and of answers back.
//!
//! [`Shared::pump`] sends all that may be sent; it is called by whoever may have made something sendable (a caller whose batch
//! is full, a connection whose answer came, the clock), so that no batch waits for a task to be scheduled. One at a time pumps,
//! for batches of a partition must reach the connection in order. The keeper is the producer's one task: it watches the clock
//! and does what has to be waited for: connecting, metadata, the producer id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::{InitProducerIdRequest, ProduceRequest, ProduceResponse};
use kampa_world::{Monotonic, race};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::accumulator::{Accumulator, Load};
use super::delivery::Landed;
use super::lane::{Told, Verdict};
use super::request;
use super::session::ProducerId;
use crate::connection::{self, Connection};
use crate::pool::Lane as Traffic;
use crate::{Acks, Client, ClusterNode, Error, ProducerSettings, To, Topics};

/// What a producer's handles, its keeper and its connections share.
pub(super) struct Shared {
    pub client: Client,
    pub settings: ProducerSettings,
    pub records: Mutex<Accumulator>,
    connections: Mutex<BTreeMap<i32, Connection>>,
    /// What the keeper has to see to.
    wants: Mutex<Wants>,
    keeper: Notify,
    /// Whoever waits for room in the buffer.
    pub room: Notify,
    pumping: Mutex<()>,
    /// Somebody wants to pump while another does.
    pump_again: AtomicBool,
    /// Why nothing will ever be sent again.
    fatal: OnceLock<Error>,
    pub handles: AtomicUsize,
}

/// What only waiting can bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    Metadata,
    ProducerId,
    Connection(i32),
}

/// What is wanted, what is being seen to, and when to look again.
#[derive(Default)]
struct Wants {
    wanted: BTreeSet<Want>,
    asking: BTreeSet<Want>,
    wake_at: Monotonic,
}

impl Wants {
    /// True if that is news to the keeper.
    fn add(&mut self, want: Want) -> bool {
        !self.asking.contains(&want) && self.wanted.insert(want)
    }

    /// All that is wanted, to be seen to from now on.
    fn take(&mut self) -> BTreeSet<Want> {
        let taken = std::mem::take(&mut self.wanted);
        self.asking.extend(&taken);
        taken
    }
}

impl Shared {
    pub fn new(client: Client, settings: ProducerSettings) -> Arc<Shared> {
        let records = Accumulator::new(settings.clone(), client.world().seed());
        Arc::new(Shared {
            client,
            settings,
            records: Mutex::new(records),
            connections: Mutex::default(),
            wants: Mutex::default(),
            keeper: Notify::new(),
            room: Notify::new(),
            pumping: Mutex::new(()),
            pump_again: AtomicBool::new(false),
            fatal: OnceLock::new(),
            handles: AtomicUsize::new(1),
        })
    }

    /// Sends all that may be sent now.
    pub fn pump(self: &Arc<Shared>) {
        self.pump_again.store(true, Ordering::SeqCst);
        // Whoever pumps looks again before it stops.
        while self.pump_again.load(Ordering::SeqCst) {
            let Some(_alone) = self.pumping.try_lock() else { return };
            self.pump_again.store(false, Ordering::SeqCst);
            self.pump_once();
        }
    }

    fn pump_once(self: &Arc<Shared>) {
        let now = self.client.world().now();
        let drained = {
            let connections = self.connections.lock();
            let is_open = |node| connections.get(&node).is_some_and(Connection::is_open);
            self.records.lock().drain(now, is_open)
        };
        let is_news = {
            let mut wants = self.wants.lock();
            let mut is_news = drained.wake_at < wants.wake_at;
            wants.wake_at = drained.wake_at;
            is_news |= drained.wants_metadata && wants.add(Want::Metadata);
            is_news |= drained.wants_producer_id && wants.add(Want::ProducerId);
            for node in drained.wants_nodes {
                is_news |= wants.add(Want::Connection(node));
            }
            is_news
        };
        if is_news {
            self.keeper.notify_one();
        }
        self.tell(drained.told);
        for load in drained.loads {
            self.send(load);
        }
    }

    /// Wakes the keeper, whatever there is to do.
    pub fn wake_keeper(&self) {
        self.keeper.notify_one();
    }

    fn send(self: &Arc<Shared>, mut load: Load) {
        let connection = self.connections.lock().get(&load.node).cloned();
        let made = connection.ok_or(Error::Closed).and_then(|connection| {
            let version = request::version(connection.versions(), &load.batches, self.settings.compression.codec)?;
            Ok((connection, version))
        });
        let (connection, version) = match made {
            Ok(made) => made,
            Err(error) => return self.failed(load, &error),
        };
        let timeout_ms = self.client.settings().request_timeout_ms;
        let request = request::build(&mut load.batches, &self.settings, timeout_ms, version);
        let is_answered = self.settings.acks != Acks::None;
        let shared = self.clone();
        let reply = Box::new(move |frame| shared.landed(load, version, frame));
        connection.ask_later(&request, version, Duration::from_millis(timeout_ms), is_answered, reply);
    }

    /// A request's answer came, or will not come.
    fn landed(self: &Arc<Shared>, load: Load, version: i16, frame: Result<Bytes, Error>) {
        let is_answered = self.settings.acks != Acks::None;
        let answer = match frame {
            Err(error) => return self.failed(load, &error),
            Ok(_) if !is_answered => None,
            Ok(frame) => match connection::decode::<ProduceRequest>(&frame, version) {
                Ok(answer) => Some(answer),
                Err(why) => {
                    let garbled = Error::Garbled { what: format!("Produce version {version}"), why };
                    return self.failed(load, &garbled);
                }
            },
        };
        if let Some(answer) = &answer {
            self.heed_leaders(answer, &load, version);
        }
        let now = self.client.world().now();
        let (mut told, mut moved) = (Vec::new(), false);
        {
            let mut records = self.records.lock();
            records.request_landed(load.node);
            for sent in load.batches {
                let verdict = match &answer {
                    // Nobody says where.
                    None => Verdict::Delivered(Landed { base_offset: -1, append_time_ms: -1 }),
                    Some(answer) => {
                        let part = request::part(answer, &sent, version);
                        moved |= part.is_some_and(|part| request::is_about_leader(ErrorCode(part.error_code)));
                        request::judge(part, &sent, &self.settings, || self.client.pause(sent.batch.attempts))
                    }
                };
                records.batch_landed(sent.lane, sent.batch, verdict, now, &mut told);
            }
        }
        if moved {
            self.want_metadata();
        }
        self.tell(told);
        self.pump();
    }

    /// A request was not answered: what fails on the way is tried again, what cannot be said is not.
    fn failed(self: &Arc<Shared>, load: Load, error: &Error) {
        let now = self.client.world().now();
        let mut told = Vec::new();
        {
            let mut records = self.records.lock();
            records.request_landed(load.node);
            for sent in load.batches {
                let (error, pause) = (error.clone(), self.client.pause(sent.batch.attempts));
                let again = error.is_transport() || error == Error::Closed && !self.client.is_closed();
                let verdict = if again { Verdict::Again { error, pause } } else { Verdict::Failed(error) };
                records.batch_landed(sent.lane, sent.batch, verdict, now, &mut told);
            }
        }
        // The node may be gone, and its partitions elsewhere.
        self.want_metadata();
        self.tell(told);
        self.pump();
    }

    /// A broker that refuses says who leads now (KIP-951).
    fn heed_leaders(&self, answer: &ProduceResponse, load: &Load, version: i16) {
        for sent in &load.batches {
            let Some(part) = request::part(answer, sent, version) else { continue };
            let (leader, epoch) = (part.current_leader.leader_id, part.current_leader.leader_epoch);
            if leader < 0 {
                continue;
            }
            let node = answer.node_endpoints.iter().find(|node| node.node_id == leader).map(|node| ClusterNode {
                id: leader,
                host: node.host.to_string(),
                port: u16::try_from(node.port).unwrap_or(0),
                rack: node.rack.as_ref().map(ToString::to_string),
            });
            if let Some(view) = self.client.cached().with_leader(&sent.topic, sent.partition, leader, epoch, node) {
                self.records.lock().learn(&view, None);
                self.client.inner.view.store(Arc::new(view));
            }
        }
    }

    fn want_metadata(&self) {
        self.client.invalidate();
        if self.wants.lock().add(Want::Metadata) {
            self.keeper.notify_one();
        }
    }

    /// Tells fates, and those who wait for room that there may be some.
    fn tell(&self, told: Vec<Told>) {
        if told.is_empty() {
            return;
        }
        for Told { outcome, first, count, result } in told {
            outcome.tell(first, count, result);
        }
        self.room.notify_waiters();
    }

    /// Whether records are still taken.
    pub fn check_open(&self) -> Result<(), Error> {
        self.fatal.get().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Nothing will be sent any more.
    pub fn give_up(&self, error: &Error) {
        // The first reason counts.
        let _ = self.fatal.set(error.clone());
        let told = self.records.lock().fail_all(error);
        self.tell(told);
        self.room.notify_waiters();
    }
}

/// The producer's task: until it is closed, or dropped and all is told.
pub(super) async fn keep(shared: Arc<Shared>) {
    let world = shared.client.world().clone();
    loop {
        shared.pump();
        let is_over = shared.handles.load(Ordering::Acquire) == 0 && shared.records.lock().is_empty();
        if is_over || shared.check_open().is_err() {
            return;
        }
        if is_old(&shared) {
            shared.wants.lock().add(Want::Metadata);
        }
        let (wanted, wake_at) = {
            let mut wants = shared.wants.lock();
            (wants.take(), wants.wake_at)
        };
        for want in wanted {
            // In a short task of its own: a node that does not answer must not hold up another.
            drop(world.spawn("producer wants", see_to(shared.clone(), want)));
        }
        race(shared.keeper.notified(), world.sleep_until(wake_at)).await;
    }
}

/// Gets what is wanted; then something may be sent, or it is wanted again.
async fn see_to(shared: Arc<Shared>, want: Want) {
    match want {
        Want::Metadata => refresh(&shared).await,
        Want::ProducerId => begin_session(&shared).await,
        Want::Connection(node) => connect(&shared, node).await,
    }
    shared.wants.lock().asking.remove(&want);
    shared.pump();
}

/// Whether metadata that something depends on should be asked for again because of its age.
fn is_old(shared: &Shared) -> bool {
    if shared.records.lock().is_empty() {
        return false;
    }
    let age_max = Duration::from_millis(shared.client.settings().metadata_max_age_ms);
    let heard = shared.client.cached().heard;
    heard != Monotonic::ZERO && shared.client.world().now().since(heard) >= age_max
}

async fn refresh(shared: &Shared) {
    let topics = shared.records.lock().topics();
    let names: Vec<&str> = topics.iter().map(|name| &**name).collect();
    match shared.client.fresh(Topics::NamedOrCreated(&names), |_| true).await {
        Ok(view) => shared.records.lock().learn(&view, None),
        Err(error) => tracing::debug!(error = %error, "metadata for the producer"),
    }
}

async fn connect(shared: &Shared, node: i32) {
    let until = shared.client.world().now() + Duration::from_millis(shared.client.settings().connect_timeout_max_ms);
    match shared.client.connection(To::Node(node), Traffic::Write, until).await {
        Ok(connection) => drop(shared.connections.lock().insert(node, connection)),
        Err(Error::Closed) => shared.give_up(&Error::Closed),
        Err(error) => {
            tracing::debug!(node, error = %error, "connecting for the producer");
            shared.want_metadata();
        }
    }
}

/// Asks any broker for a producer id.
async fn begin_session(shared: &Shared) {
    let request =
        InitProducerIdRequest { transactional_id: None, transaction_timeout_ms: i32::MAX, ..Default::default() };
    let mut failures = 0;
    loop {
        let error = match shared.client.call(To::Any, request.clone()).await {
            Ok(answer) if answer.error_code == 0 => {
                let producer = ProducerId { id: answer.producer_id, epoch: answer.producer_epoch };
                return shared.records.lock().begin_session(producer);
            }
            Ok(answer) => {
                Error::Broker { code: ErrorCode(answer.error_code), what: "a producer id".to_owned(), message: None }
            }
            Err(error) => error,
        };
        if !error.is_retriable() {
            return shared.give_up(&error);
        }
        failures += 1;
        shared.client.world().sleep(shared.client.pause(failures)).await;
        if shared.records.lock().is_empty() {
            return;
        }
    }
}
