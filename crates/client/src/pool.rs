//! The connections of a client: one for each node and kind of traffic, made when first used, made again with growing pauses.
//!
//! A broker answers a connection's requests one after the other, so what may wait long (a fetch, a join) has a connection of its
//! own and keeps nothing else waiting.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kampa_protocol::ApiKey;
use kampa_world::{Monotonic, World};
use parking_lot::Mutex;
use tokio::sync::Mutex as AsyncMutex;

use crate::connection::{self, Connection};
use crate::{Error, Settings, address, backoff};

/// Whom a connection leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    /// A node of the cluster, where its metadata say it is.
    Node { id: i32, host: String, port: u16 },
    /// A server by the address that was given.
    Server(String),
}

/// What is sent over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// What is answered soon.
    Ask,
    /// Produce.
    Write,
    /// Fetch and ShareFetch, which wait for records.
    Read,
    /// A group's coordinator, whose joins wait for the other members.
    Coordinate,
}

impl Lane {
    pub fn of(api: ApiKey) -> Lane {
        match api {
            ApiKey::Produce => Lane::Write,
            ApiKey::Fetch | ApiKey::ShareFetch | ApiKey::ShareAcknowledge => Lane::Read,
            _ => Lane::Ask,
        }
    }
}

#[derive(Default)]
pub(crate) struct Pool {
    slots: Mutex<BTreeMap<(Peer, Lane), Arc<Slot>>>,
}

/// A place for one connection.
#[derive(Default)]
struct Slot {
    current: Mutex<Option<Connection>>,
    /// Held while somebody connects; the others wait for what comes of it.
    attempts: AsyncMutex<Attempts>,
}

#[derive(Default)]
struct Attempts {
    failures: u32,
    not_before: Monotonic,
}

impl Pool {
    /// A connection that is open now; made within `wait` if there is none.
    pub async fn connection(
        &self,
        world: &World,
        settings: &Settings,
        peer: &Peer,
        lane: Lane,
        wait: Duration,
    ) -> Result<Connection, Error> {
        let slot = self.slots.lock().entry((peer.clone(), lane)).or_default().clone();
        if let Some(open) = slot.open() {
            return Ok(open);
        }
        let until = world.now() + wait;
        let made = world.timeout(wait, slot.connect(world, settings, peer, until)).await;
        made.unwrap_or_else(|_| {
            let what = format!("connecting to {}", peer.name());
            Err(Error::TimedOut { what, waited_ms: wait.as_millis() as u64, last: None })
        })
    }

    /// A connection to this peer that is open now, of any kind of traffic.
    pub fn is_connected(&self, peer: &Peer) -> bool {
        let slots = self.slots.lock();
        slots.iter().any(|((at, _), slot)| at == peer && slot.open().is_some())
    }

    /// Forgets the connections for which `keep` is false; they close when the last answer under way has come.
    pub fn retain(&self, keep: impl Fn(&Peer) -> bool) {
        self.slots.lock().retain(|(peer, _), _| keep(peer));
    }

    pub fn clear(&self) {
        self.slots.lock().clear();
    }
}

impl Slot {
    fn open(&self) -> Option<Connection> {
        self.current.lock().clone().filter(Connection::is_open)
    }

    async fn connect(
        &self,
        world: &World,
        settings: &Settings,
        peer: &Peer,
        until: Monotonic,
    ) -> Result<Connection, Error> {
        let mut attempts = self.attempts.lock().await;
        if let Some(open) = self.open() {
            return Ok(open);
        }
        world.sleep_until(attempts.not_before).await;
        let wait = (settings.connect_timeout_ms << attempts.failures.min(16)).min(settings.connect_timeout_max_ms);
        let wait = Duration::from_millis(wait.max(settings.connect_timeout_ms)).min(until.since(world.now()));
        let (host, port) = peer.address()?;
        let opened = connection::open(world, settings, host, port, peer.name(), wait).await;
        match &opened {
            Ok(connection) => {
                *attempts = Attempts::default();
                *self.current.lock() = Some(connection.clone());
            }
            Err(_) => {
                attempts.failures = attempts.failures.saturating_add(1);
                let (first_ms, max_ms) = (settings.reconnect_backoff_ms, settings.reconnect_backoff_max_ms);
                attempts.not_before = world.now() + backoff::after(attempts.failures, first_ms, max_ms, world.seed());
            }
        }
        opened
    }
}

impl Peer {
    pub fn address(&self) -> Result<(&str, u16), Error> {
        match self {
            Peer::Node { host, port, .. } => Ok((host, *port)),
            Peer::Server(server) => address::parse(server),
        }
    }

    pub fn name(&self) -> String {
        match self {
            Peer::Node { id, host, port } => format!("node {id} ({host}:{port})"),
            Peer::Server(server) => server.clone(),
        }
    }
}
