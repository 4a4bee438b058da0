//! A small client of Kafka's protocol on the simulated network: what the programs of a run are made of.
//!
//! Knows one node, speaks every version that the node serves, waits for nothing without a limit, and writes down what it asked
//! and was answered. Retrying is its users' business: they know what an answer lost on the way means.

mod connection;
pub mod fetcher;
pub mod offsets;
pub mod producer;
pub mod versions;

use std::io;
use std::time::Duration;

use kampa_protocol::{ErrorCode, Request, Text};
use kampa_world::World;
use kampa_world::sim::Chance;

use crate::history::Recorder;
pub use connection::{Connection, PORT};

/// One client program: its machine, its name, its chance, and its connection while it has one.
pub struct Client {
    /// The host it runs on.
    pub world: World,
    /// Where it writes down what happens to it.
    pub recorder: Recorder,
    /// What it chooses by.
    pub chance: Chance,
    /// Whether records may be compressed with zstd, which older versions of Produce and Fetch do not know.
    pub meets_zstd: bool,
    name: Text,
    server: &'static str,
    connection: Option<Connection>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The connection could not be made or broke. What was asked may have happened.
    #[error("connection: {0}")]
    Lost(#[from] io::Error),
    /// No answer in time. What was asked may have happened or may still happen.
    #[error("no answer in time")]
    TimedOut,
    /// An answer that nobody can read; written down as wrong.
    #[error("an answer that cannot be read")]
    Garbled,
    /// The node says no.
    #[error("{0}")]
    Refused(ErrorCode),
}

impl Client {
    /// A client on a host, of the node on host `server`.
    pub fn new(world: World, recorder: Recorder, name: &str, server: &'static str) -> Client {
        let chance = Chance::new(world.seed());
        Client { world, recorder, chance, meets_zstd: false, name: Text::from(name), server, connection: None }
    }

    /// Its client id.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// Asks in a version by chance, and waits for the answer.
    pub async fn ask<R: Request>(&mut self, request: &R) -> Result<R::Response, Trouble> {
        let version = versions::any::<R>(&mut self.chance);
        self.ask_as(request, version).await
    }

    /// Asks in a version, and waits for the answer.
    pub async fn ask_as<R: Request>(&mut self, request: &R, version: i16) -> Result<R::Response, Trouble> {
        self.ask_for(request, version, ANSWER_WAIT_MAX).await
    }

    /// As [`Client::ask_as`], with a wait of the caller's.
    pub async fn ask_for<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        wait: Duration,
    ) -> Result<R::Response, Trouble> {
        let world = self.world.clone();
        let asked = async {
            let connection = self.connection().await?;
            let correlation = connection.send(request, version).await?;
            connection.receive::<R>(correlation, version).await
        };
        let answer = world.timeout(wait, asked).await.unwrap_or(Err(Trouble::TimedOut));
        if answer.is_err() {
            // Whatever comes on it now would be taken for another answer.
            self.hang_up();
        }
        answer
    }

    /// The connection, made if there is none.
    pub async fn connection(&mut self) -> Result<&mut Connection, Trouble> {
        if self.connection.is_none() {
            let world = self.world.clone();
            let connecting = Connection::open(&world, self.server, self.name.clone(), self.recorder.clone());
            let connection = world.timeout(CONNECT_WAIT_MAX, connecting).await.map_err(|_| Trouble::TimedOut)??;
            self.connection = Some(connection);
        }
        self.connection.as_mut().ok_or(Trouble::TimedOut)
    }

    /// Whether there is a connection.
    pub fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Closes the connection.
    pub fn hang_up(&mut self) {
        self.connection = None;
    }

    /// Waits about this long.
    pub async fn pause(&mut self, about: Duration) {
        let nanos = about.as_nanos() as u64;
        let wait = self.chance.between(nanos / 2, nanos + nanos / 2);
        self.world.sleep(Duration::from_nanos(wait)).await;
    }

    /// Whether a node may answer so for a while and do better later.
    pub fn may_pass(&self, error: ErrorCode) -> bool {
        MAY_PASS.contains(&error) || (error == ErrorCode::KAFKA_STORAGE_ERROR && self.recorder.disk_may_fail())
    }

    /// Writes down an error that this answer should never bear.
    pub fn unexpected(&self, api: &str, error: ErrorCode) {
        self.recorder.wrong(format!("{api} was answered with {}", error.name()));
    }

    /// As an answer that may be asked for again; if the error is none that passes, that is written down.
    pub fn refused(&self, api: &str, error: ErrorCode) -> Trouble {
        if !self.may_pass(error) {
            self.unexpected(api, error);
        }
        Trouble::Refused(error)
    }
}

/// What a node may say while something is wrong with it that passes.
const MAY_PASS: &[ErrorCode] = &[
    ErrorCode::REQUEST_TIMED_OUT,
    ErrorCode::NOT_LEADER_OR_FOLLOWER,
    ErrorCode::NOT_CONTROLLER,
    ErrorCode::COORDINATOR_LOAD_IN_PROGRESS,
    ErrorCode::COORDINATOR_NOT_AVAILABLE,
    ErrorCode::NOT_COORDINATOR,
    // One that signs off is no broker to place replicas on any more, as with Kafka.
    ErrorCode::INVALID_REPLICATION_FACTOR,
];

/// How long a connection may take to be made.
const CONNECT_WAIT_MAX: Duration = Duration::from_secs(5);
/// How long an answer may take. Longer than any stall of a disk, shorter than people wait.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(15);
