//! One question and its answer: which node, which version, how often, how long.
//!
//! What is tried again here is what failed on the way to the node. What the node says no to is the caller's to judge.

use std::pin::Pin;
use std::time::Duration;

use kampa_protocol::messages::FindCoordinatorRequest;
use kampa_protocol::{ErrorCode, Request, Text};
use kampa_world::Monotonic;

use crate::cluster::refresh::Topics;
use crate::connection::{Connection, Versions};
use crate::pool::{Lane, Peer};
use crate::{Client, Error, backoff};

/// Whom to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To<'a> {
    /// Any node: one that is connected if there is one, else another, else the servers to begin with.
    Any,
    /// A node by its id.
    Node(i32),
    /// The node that takes requests for the controller.
    Controller,
    /// The server at `host:port`, whichever node it is.
    Bootstrap(&'a str),
    /// The leader of a partition.
    Leader { topic: &'a str, partition: i32 },
    /// The coordinator of a group, a transactional id, or a share partition.
    Coordinator(CoordinatorKind, &'a str),
}

type Finding<'a> = Pin<Box<dyn Future<Output = Result<Connection, Error>> + Send + 'a>>;

/// What a coordinator coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoordinatorKind {
    Group = 0,
    Transaction = 1,
    Share = 2,
}

impl Client {
    /// One answer to one request, in the newest version both sides know; what fails on the way is tried again until
    /// `api_timeout_ms` is up. A broker's error in the answer is the caller's.
    pub async fn call<R: Request>(&self, to: To<'_>, request: R) -> Result<R::Response, Error> {
        Ok(self.call_with(to, |_| Ok(request.clone())).await?.1)
    }

    /// The same where the request depends on the version it will be sent in, which comes back with the answer.
    pub async fn call_with<R: Request>(
        &self,
        to: To<'_>,
        make: impl Fn(i16) -> Result<R, Error>,
    ) -> Result<(i16, R::Response), Error> {
        self.call_up_to(to, i16::MAX, make).await
    }

    /// The same, in a version no newer than `newest`: for callers that can only say what older versions do.
    pub async fn call_up_to<R: Request>(
        &self,
        to: To<'_>,
        newest: i16,
        make: impl Fn(i16) -> Result<R, Error>,
    ) -> Result<(i16, R::Response), Error> {
        let begun = self.world().now();
        let until = begun + Duration::from_millis(self.inner.settings.api_timeout_ms);
        let (mut failures, mut last) = (0, None);
        loop {
            let answered = self.attempt(to, newest, until, Lane::of(R::KEY), self.request_timeout(), &make).await;
            let error = match answered {
                Err(e) if e.is_transport() => e,
                answered => return answered,
            };
            tracing::debug!(api = %R::KEY, ?to, error = %error, "asking again");
            failures += 1;
            self.mistrust(to);
            let pause = self.pause(failures);
            let now = self.world().now();
            // An attempt that was cut short says less than the one before it.
            let told = if now >= until { last.take().unwrap_or(error) } else { error };
            if now + pause >= until {
                return Err(self.given_up::<R>(begun, now, told));
            }
            last = Some(told);
            self.world().sleep(pause).await;
        }
    }

    /// One attempt with a patience of the caller's: for answers that come late by their nature (JoinGroup, Fetch), and for
    /// callers that retry in their own way.
    pub async fn ask<R: Request>(
        &self,
        to: To<'_>,
        wait: Duration,
        make: impl Fn(i16) -> Result<R, Error>,
    ) -> Result<(i16, R::Response), Error> {
        self.ask_in(Lane::of(R::KEY), to, wait, make).await
    }

    /// The same over a connection of another kind than the request's.
    pub(crate) async fn ask_in<R: Request>(
        &self,
        lane: Lane,
        to: To<'_>,
        wait: Duration,
        make: impl Fn(i16) -> Result<R, Error>,
    ) -> Result<(i16, R::Response), Error> {
        let patience = wait.max(self.request_timeout());
        let answered = self.attempt(to, i16::MAX, self.world().now() + patience, lane, wait, &make).await;
        if answered.as_ref().is_err_and(Error::is_transport) {
            self.mistrust(to);
        }
        answered
    }

    /// What a node serves.
    pub async fn versions(&self, node: i32) -> Result<Versions, Error> {
        let until = self.world().now() + Duration::from_millis(self.inner.settings.api_timeout_ms);
        let connection = self.connection(To::Node(node), Lane::Ask, until).await?;
        Ok(Versions::clone(connection.versions()))
    }

    /// What the server at this address serves, whichever node it is.
    pub async fn versions_at(&self, server: &str) -> Result<Versions, Error> {
        let until = self.world().now() + Duration::from_millis(self.inner.settings.api_timeout_ms);
        let connection = self.connection(To::Bootstrap(server), Lane::Ask, until).await?;
        Ok(Versions::clone(connection.versions()))
    }

    /// Says that a coordinator has moved: whoever needs it next asks where it is.
    pub fn forget_coordinator(&self, kind: CoordinatorKind, key: &str) {
        self.inner.coordinators.lock().remove(&(kind, key.to_owned()));
    }

    async fn attempt<R: Request>(
        &self,
        to: To<'_>,
        newest: i16,
        until: Monotonic,
        lane: Lane,
        wait: Duration,
        make: &impl Fn(i16) -> Result<R, Error>,
    ) -> Result<(i16, R::Response), Error> {
        let lane = if matches!(to, To::Coordinator(CoordinatorKind::Group, _)) { Lane::Coordinate } else { lane };
        let connection = self.connection(to, lane, until).await?;
        let version = connection.versions().best_up_to::<R>(newest)?;
        let answer = connection.ask(&make(version)?, version, wait).await?;
        Ok((version, answer))
    }

    /// A connection to whom is asked for. Finding it may mean asking, which means finding a connection: hence the box.
    pub(crate) fn connection<'a>(&'a self, to: To<'a>, lane: Lane, until: Monotonic) -> Finding<'a> {
        Box::pin(async move {
            if self.is_closed() {
                return Err(Error::Closed);
            }
            let peer = match to {
                To::Any => return self.any(lane, until).await,
                To::Bootstrap(server) => Peer::Server(server.to_owned()),
                To::Node(id) => self.peer(id).await?,
                To::Controller => self.peer(self.controller().await?).await?,
                To::Leader { topic, partition } => self.peer(self.leader(topic, partition).await?).await?,
                To::Coordinator(kind, key) => self.peer(self.coordinator(kind, key, until).await?).await?,
            };
            self.connect(&peer, lane, until).await
        })
    }

    pub(crate) async fn connect(&self, peer: &Peer, lane: Lane, until: Monotonic) -> Result<Connection, Error> {
        let wait = until.since(self.world().now());
        self.inner.pool.connection(self.world(), &self.inner.settings, peer, lane, wait).await
    }

    /// A node that is connected; else every node and server in turn, from a random one on, so that a dead one costs one try.
    async fn any(&self, lane: Lane, until: Monotonic) -> Result<Connection, Error> {
        let settings = &self.inner.settings;
        let view = self.cached();
        let mut peers: Vec<Peer> = view.nodes.values().map(|node| node.peer()).collect();
        if !peers.is_empty() {
            let first = (self.world().seed() % peers.len() as u64) as usize;
            peers.rotate_left(first);
        }
        peers.extend(settings.bootstrap.iter().chain(&settings.bootstrap_controllers).cloned().map(Peer::Server));
        peers.sort_by_key(|peer| !self.inner.pool.is_connected(peer));
        let mut last = None;
        for peer in &peers {
            match self.connect(peer, lane, until).await {
                Err(e) if e.is_transport() => last = Some(e),
                connected => return connected,
            }
        }
        Err(last.unwrap_or(Error::Closed))
    }

    async fn peer(&self, id: i32) -> Result<Peer, Error> {
        let view = self.fresh(Topics::None, |view| view.nodes.contains_key(&id)).await?;
        let node = view.nodes.get(&id).ok_or_else(|| Error::Unknown { what: format!("node {id}") })?;
        Ok(node.peer())
    }

    async fn controller(&self) -> Result<i32, Error> {
        let view = self.fresh(Topics::None, |view| view.controller.is_some()).await?;
        view.controller.ok_or_else(|| Error::Unknown { what: "the controller".to_owned() })
    }

    async fn leader(&self, topic: &str, partition: i32) -> Result<i32, Error> {
        let names = [topic];
        let has_leader =
            |view: &crate::ClusterView| view.partition(topic, partition).is_some_and(|p| p.leader.is_some());
        let view = self.fresh(Topics::Named(&names), has_leader).await?;
        if let Some(refused) = view.topics.get(topic).filter(|topic| !may_pass(topic.error)) {
            Error::check(refused.error.0, || format!("topic {topic}"))?;
        }
        let leader = view.partition(topic, partition).and_then(|partition| partition.leader);
        leader.ok_or_else(|| Error::Unknown { what: format!("a leader of {topic}-{partition}") })
    }

    /// Where a coordinator is: asked once and remembered until somebody finds it wrong.
    async fn coordinator(&self, kind: CoordinatorKind, key: &str, until: Monotonic) -> Result<i32, Error> {
        if let Some(&node) = self.inner.coordinators.lock().get(&(kind, key.to_owned())) {
            return Ok(node);
        }
        let about = || match kind {
            CoordinatorKind::Group => format!("the coordinator of group {key}"),
            CoordinatorKind::Transaction => format!("the coordinator of transactional id {key}"),
            CoordinatorKind::Share => format!("the coordinator of share partition {key}"),
        };
        let make = |version| Ok(find(kind, key, version));
        let (version, answer) =
            self.attempt(To::Any, i16::MAX, until, Lane::Ask, self.request_timeout(), &make).await?;
        let (code, message, node) = match answer.coordinators.first() {
            Some(found) if version >= BATCHED_FROM => (found.error_code, found.error_message.clone(), found.node_id),
            _ => (answer.error_code, answer.error_message.clone(), answer.node_id),
        };
        if may_pass(ErrorCode(code)) {
            return Err(Error::Unknown { what: format!("{} ({})", about(), ErrorCode(code)) });
        }
        Error::check_with(code, message.as_deref(), about)?;
        self.inner.coordinators.lock().insert((kind, key.to_owned()), node);
        Ok(node)
    }

    /// The way there failed: what we know of it may be wrong.
    pub(crate) fn mistrust(&self, to: To<'_>) {
        match to {
            To::Coordinator(kind, key) => self.forget_coordinator(kind, key),
            To::Node(_) | To::Controller | To::Leader { .. } => {}
            To::Any | To::Bootstrap(_) => return,
        }
        self.invalidate();
    }

    pub(crate) fn pause(&self, failures: u32) -> Duration {
        let settings = &self.inner.settings;
        backoff::after(failures, settings.retry_backoff_ms, settings.retry_backoff_max_ms, self.world().seed())
    }

    fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.inner.settings.request_timeout_ms)
    }

    fn given_up<R: Request>(&self, begun: Monotonic, now: Monotonic, last: Error) -> Error {
        let waited_ms = now.since(begun).as_millis() as u64;
        let settings = &self.inner.settings;
        if self.cached().heard == Monotonic::ZERO {
            let servers = settings.bootstrap.iter().chain(&settings.bootstrap_controllers).cloned();
            let servers = servers.collect::<Vec<_>>().join(",");
            return Error::Unreachable { servers, waited_ms, last: last.to_string() };
        }
        Error::TimedOut { what: R::KEY.to_string(), waited_ms, last: Some(Box::new(last)) }
    }
}

fn find(kind: CoordinatorKind, key: &str, version: i16) -> FindCoordinatorRequest {
    let mut request = FindCoordinatorRequest { key_type: kind as i8, ..Default::default() };
    if version >= BATCHED_FROM {
        request.coordinator_keys = vec![Text::from(key)];
    } else {
        request.key = Text::from(key);
    }
    request
}

/// From this version on FindCoordinator asks for several at once.
const BATCHED_FROM: i16 = 4;

/// What a cluster that starts, or elects, answers for a while.
fn may_pass(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::LEADER_NOT_AVAILABLE
            | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            | ErrorCode::COORDINATOR_NOT_AVAILABLE
            | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
            | ErrorCode::NOT_COORDINATOR
    )
}
