//! What moves a consumer: it carries out what the decisions of `membership`, `fetching` and `partitions` call for, and brings
//! the answers back.
//!
//! One lock holds all that is decided; nothing waits while it is held. A task of its own looks at the clock; each request under
//! way is a task too, and there are few: one fetch for each node, one question to the coordinator, one look-up of offsets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kampa_protocol::messages::leave_group::MemberIdentity;
use kampa_protocol::messages::{FetchRequest, LeaveGroupRequest, LeaveGroupResponse};
use kampa_protocol::{ErrorCode, Request};
use kampa_world::{Either, Monotonic, race};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::assignors::{PartitionLayout, TopicLayout};
use super::fetching::{Fetch, Fetching};
use super::listener::RebalanceListener;
use super::membership::{Departure, Effect, Membership};
use super::partitions::{Need, Partitions};
use crate::cluster::ClusterView;
use crate::cluster::refresh::Topics;
use crate::pool::Lane;
use crate::{Client, ConsumerSettings, CoordinatorKind, Error, To, backoff};

mod settle;

pub(super) struct Shared {
    pub client: Client,
    pub settings: ConsumerSettings,
    pub state: Mutex<State>,
    /// There is something for whoever polls.
    pub reader: Notify,
    /// The next time to wake at may be another.
    clock: Notify,
    is_closed: AtomicBool,
}

pub(super) struct State {
    pub wanted: Wanted,
    pub membership: Option<Membership>,
    pub partitions: Partitions,
    pub fetching: Fetching,
    pub listener: Option<Arc<dyn RebalanceListener>>,
    /// What the next poll says.
    pub failure: Option<Error>,
    pub commit_due: Monotonic,
    pub is_committing: bool,
    is_settling: bool,
    settle_failures: u32,
    /// Somebody polls, or has. Before that nothing is fetched: what is assigned and sought one by one is fetched together.
    pub is_polled: bool,
    is_refreshing: bool,
    refresh_due: Option<Monotonic>,
    refresh_failures: u32,
}

/// What the user asked to read.
pub(super) enum Wanted {
    Nothing,
    Names(Vec<String>),
    Matching(regex::Regex),
    Assigned,
}

impl Shared {
    pub fn new(client: Client, settings: ConsumerSettings, membership: Option<Membership>) -> Arc<Shared> {
        let state = State {
            wanted: Wanted::Nothing,
            membership,
            partitions: Partitions::new(settings.auto_offset_reset),
            fetching: Fetching::default(),
            listener: None,
            failure: None,
            commit_due: client.world().now() + Duration::from_millis(settings.auto_commit_interval_ms),
            is_committing: false,
            is_settling: false,
            settle_failures: 0,
            is_polled: false,
            is_refreshing: false,
            refresh_due: None,
            refresh_failures: 0,
        };
        let shared = Arc::new(Shared {
            client,
            settings,
            state: Mutex::new(state),
            reader: Notify::new(),
            clock: Notify::new(),
            is_closed: AtomicBool::new(false),
        });
        let clock = shared.clone();
        drop(shared.client.world().spawn("consumer clock", async move { clock.keep_time().await }));
        shared
    }

    pub fn now(&self) -> Monotonic {
        self.client.world().now()
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Nothing is begun any more. What is under way ends by itself.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.clock.notify_one();
        self.reader.notify_one();
    }

    /// Whoever holds this last is not the clock: the consumer closes it when it goes.
    async fn keep_time(self: Arc<Self>) {
        while !self.is_closed() {
            let Some(at) = self.tick() else {
                self.clock.notified().await;
                continue;
            };
            if let Either::Right(()) = race(self.clock.notified(), self.client.world().sleep_until(at)).await {
                self.reader.notify_one();
            }
        }
    }

    /// Does what is due; gives when to look again.
    fn tick(self: &Arc<Self>) -> Option<Monotonic> {
        let now = self.now();
        let effects = {
            let mut state = self.state.lock();
            state.membership.as_mut().map(|membership| membership.tick(now)).unwrap_or_default()
        };
        self.carry_out(effects);
        self.go_on();
        let state = self.state.lock();
        let member = state.membership.as_ref().and_then(Membership::wake_at);
        let fetch = state.fetching.wake_at(&state.partitions, now);
        let refresh = state.refresh_due.filter(|_| !state.is_refreshing);
        [member, fetch, refresh].into_iter().flatten().filter(|&at| at > now).min()
    }

    /// Refreshes, finds positions and fetches, as far as each is due.
    pub fn go_on(self: &Arc<Self>) {
        if !self.is_closed() {
            self.refresh_if_due();
            self.settle();
            self.fetch();
        }
    }

    /// Tells the membership something and carries out what it decides.
    pub fn tell(self: &Arc<Self>, what: impl FnOnce(&mut Membership, Monotonic) -> Vec<Effect>) {
        let now = self.now();
        let effects = {
            let mut state = self.state.lock();
            state.membership.as_mut().map(|membership| what(membership, now)).unwrap_or_default()
        };
        self.carry_out(effects);
        self.clock.notify_one();
    }

    fn carry_out(self: &Arc<Self>, effects: Vec<Effect>) {
        let Some((group, wait)) = self.state.lock().membership.as_ref().map(|m| (m.group().to_owned(), m.join_wait()))
        else {
            return;
        };
        let patience = self.client.patience();
        for effect in effects {
            match effect {
                Effect::Join { attempt, request } => {
                    self.ask_coordinator(request, wait, move |m, answer, now| m.joined(attempt, answer, now))
                }
                Effect::Sync { attempt, request } => {
                    self.ask_coordinator(request, wait, move |m, answer, now| m.synced(attempt, answer, now))
                }
                Effect::Beat { attempt, request } => {
                    self.ask_coordinator(request, patience, move |m, answer, now| m.beaten(attempt, answer, now))
                }
                Effect::Layouts { attempt, topics } => self.look_up_layouts(attempt, topics),
                Effect::Leave(departure) => {
                    let shared = self.clone();
                    self.spawn("leave", async move { drop(shared.leave(departure).await) });
                }
                Effect::ForgetCoordinator => self.client.forget_coordinator(CoordinatorKind::Group, &group),
                Effect::WakeReader => self.reader.notify_one(),
            }
        }
    }

    fn ask_coordinator<R: Request + Send + Sync + 'static>(
        self: &Arc<Self>,
        request: R,
        wait: Duration,
        then: impl FnOnce(&mut Membership, Result<R::Response, Error>, Monotonic) -> Vec<Effect> + Send + 'static,
    ) where
        R::Response: Send,
    {
        let (shared, group) = (self.clone(), self.settings.group_id.clone().unwrap_or_default());
        self.spawn("group", async move {
            let to = To::Coordinator(CoordinatorKind::Group, &group);
            let answer = shared.client.ask(to, wait, move |_| Ok(request.clone())).await;
            shared.tell(|membership, now| then(membership, answer.map(|(_, answer)| answer), now));
        });
    }

    /// The coordinator need not wait for this member any more.
    pub async fn leave(&self, departure: Departure) -> Result<(), Error> {
        let group = self.settings.group_id.clone().unwrap_or_default();
        let instance = self.settings.group_instance_id.clone();
        let make = |version: i16| {
            let mut request = LeaveGroupRequest { group_id: group.as_str().into(), ..Default::default() };
            if version < LEAVE_SEVERAL_FROM {
                request.member_id = departure.member_id.as_str().into();
            } else {
                request.members = vec![MemberIdentity {
                    member_id: departure.member_id.as_str().into(),
                    group_instance_id: instance.as_deref().map(Into::into),
                    reason: Some(departure.reason.as_str().into()),
                    ..Default::default()
                }];
            }
            Ok(request)
        };
        let to = To::Coordinator(CoordinatorKind::Group, &group);
        let (_, answer): (i16, LeaveGroupResponse) = self.client.ask(to, self.client.patience(), make).await?;
        Error::check(answer.error_code, || format!("leaving group {group}"))
    }

    /// Ends the sessions of fetches. Nodes that cannot be told forget them by themselves.
    pub async fn end_sessions(&self) {
        let farewells = self.state.lock().fetching.farewells();
        let tell = |(node, request): (i32, FetchRequest)| {
            let client = self.client.clone();
            self.client.world().spawn("farewell", async move {
                // Not where fetches go: one that waits for records would keep this waiting too.
                let told = client.ask_in(Lane::Ask, To::Node(node), FAREWELL_MAX, |_| Ok(request.clone()));
                if let Ok(Err(error)) = client.world().timeout(FAREWELL_MAX, told).await {
                    tracing::debug!(node, %error, "a fetch session is left open");
                }
            })
        };
        let told: Vec<_> = farewells.into_iter().map(tell).collect();
        for one in told {
            drop(one.await);
        }
    }

    fn look_up_layouts(self: &Arc<Self>, attempt: u64, topics: Vec<String>) {
        let shared = self.clone();
        self.spawn("layouts", async move {
            let names: Vec<&str> = topics.iter().map(String::as_str).collect();
            let view = shared.client.metadata(shared.topics(&names)).await;
            let layouts = view.map(|view| topics.iter().filter_map(|name| layout(&view, name)).collect());
            shared.tell(|membership, now| membership.layouts(attempt, layouts, now));
        });
    }

    fn topics<'a>(&self, names: &'a [&'a str]) -> Topics<'a> {
        if self.settings.allow_auto_create { Topics::NamedOrCreated(names) } else { Topics::Named(names) }
    }

    pub fn pause(&self, failures: u32) -> Duration {
        let settings = self.client.settings();
        backoff::after(failures, settings.retry_backoff_ms, settings.retry_backoff_max_ms, self.client.world().seed())
    }

    fn refresh_if_due(self: &Arc<Self>) {
        let now = self.now();
        let (names, is_all) = {
            let mut state = self.state.lock();
            if state.is_refreshing || state.refresh_due.is_none_or(|due| due > now) {
                return;
            }
            state.is_refreshing = true;
            (state.topics(), matches!(state.wanted, Wanted::Matching(_)))
        };
        let shared = self.clone();
        self.spawn("metadata", async move {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let topics = if is_all { Topics::All } else { shared.topics(&names) };
            let view = shared.client.metadata(topics).await;
            shared.refreshed(&names, view);
        });
    }

    fn refreshed(self: &Arc<Self>, names: &[&str], view: Result<Arc<ClusterView>, Error>) {
        let now = self.now();
        let max_age = Duration::from_millis(self.client.settings().metadata_max_age_ms);
        let effects = {
            let mut state = self.state.lock();
            state.is_refreshing = false;
            state.refresh_due = Some(now + max_age);
            let is_whole = view.is_ok_and(|view| {
                state.look_at(&view, self.settings.exclude_internal_topics);
                names.iter().all(|name| is_complete(&view, name))
            });
            state.refresh_failures = if is_whole { 0 } else { state.refresh_failures + 1 };
            if !is_whole {
                state.refresh_due = Some(now + self.pause(state.refresh_failures).min(max_age));
            }
            let view = self.client.cached();
            let count = |name: &str| view.topics.get(name).map_or(0, |topic| topic.partitions.len());
            state.membership.as_mut().map(|membership| membership.layouts_seen(count)).unwrap_or_default()
        };
        self.carry_out(effects);
        self.reader.notify_one();
        self.clock.notify_one();
    }

    /// Sends the fetches that can be sent.
    fn fetch(self: &Arc<Self>) {
        let now = self.now();
        let view = self.client.cached();
        let fetches = {
            let mut state = self.state.lock();
            let State { partitions, fetching, is_polled, .. } = &mut *state;
            partitions.leaders_seen(&view);
            let fetches =
                if *is_polled { fetching.requests(partitions, &view, &self.settings, now) } else { Vec::new() };
            if partitions
                .names()
                .any(|name| view.partition(&name.topic, name.partition).is_none_or(|p| p.leader.is_none()))
            {
                state.want_refresh(now, self.pause(0));
            }
            fetches
        };
        for fetch in fetches {
            let shared = self.clone();
            self.spawn("fetch", async move { shared.fetch_from(fetch).await });
        }
    }

    async fn fetch_from(self: Arc<Self>, fetch: Fetch) {
        let wait = self.client.patience() + Duration::from_millis(self.settings.fetch_max_wait_ms);
        let answer = self.client.ask(To::Node(fetch.node), wait, |_| Ok(fetch.request.clone())).await;
        let now = self.now();
        let has_news = {
            let mut state = self.state.lock();
            let State { partitions, fetching, .. } = &mut *state;
            match answer {
                Ok((_, answer)) => {
                    let backoff = self.pause(0);
                    let then = fetching.answered(&fetch, answer, partitions, &self.settings, now, backoff);
                    if then.refresh_metadata {
                        self.client.invalidate();
                        state.want_refresh(now, backoff);
                    }
                    then.has_records
                }
                Err(error) => {
                    tracing::debug!(node = fetch.node, %error, "a fetch failed");
                    fetching.failed(&fetch, partitions, now + self.pause(0));
                    let is_final = !error.is_retriable() && error != Error::Closed;
                    state.failure = state.failure.take().or(is_final.then_some(error));
                    state.want_refresh(now, self.pause(0));
                    is_final
                }
            }
        };
        if has_news {
            self.reader.notify_one();
        }
        self.go_on();
        self.clock.notify_one();
    }

    fn spawn(self: &Arc<Self>, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        if !self.is_closed() {
            drop(self.client.world().spawn(name, work));
        }
    }
}

impl State {
    /// Topics whose partitions must be known.
    fn topics(&self) -> Vec<String> {
        let mut topics = match &self.wanted {
            Wanted::Names(names) => names.clone(),
            _ => Vec::new(),
        };
        topics.extend(self.membership.iter().flat_map(Membership::topics));
        topics.extend(self.partitions.names().map(|one| one.topic.to_string()));
        topics.sort();
        topics.dedup();
        topics
    }

    /// At once if it was long ago, else a pause after the last time.
    pub fn want_refresh(&mut self, now: Monotonic, pause: Duration) {
        // After a failure the next attempt has its time already.
        if self.refresh_failures > 0 && self.refresh_due.is_some() {
            return;
        }
        let at = if self.refresh_due.is_none() { now } else { now + pause };
        self.refresh_due = Some(self.refresh_due.map_or(at, |due| due.min(at)));
    }

    pub fn refresh_now(&mut self, now: Monotonic) {
        self.refresh_due = Some(now);
    }

    /// What metadata say to whoever subscribed.
    fn look_at(&mut self, view: &ClusterView, exclude_internal: bool) {
        if let (Wanted::Matching(pattern), Some(membership)) = (&self.wanted, &mut self.membership) {
            let shown = view.topics.values().filter(|topic| !(exclude_internal && topic.is_internal));
            let exist = shown.filter(|topic| topic.error == ErrorCode::NONE);
            membership.subscribe(
                exist.filter(|topic| pattern.is_match(&topic.name)).map(|topic| topic.name.clone()).collect(),
            );
        }
        if let Wanted::Names(names) = &self.wanted {
            let is_final = |code: ErrorCode| {
                matches!(code, ErrorCode::INVALID_TOPIC_EXCEPTION | ErrorCode::TOPIC_AUTHORIZATION_FAILED)
            };
            if let Some((name, code)) = names
                .iter()
                .filter_map(|name| Some((name, view.topics.get(name)?.error)))
                .find(|(_, code)| is_final(*code))
            {
                self.failure = Some(Error::Broker { code, what: format!("topic {name}"), message: None });
            }
        }
    }
}

fn is_complete(view: &ClusterView, name: &str) -> bool {
    let Some(topic) = view.topics.get(name) else { return false };
    topic.error == ErrorCode::NONE && topic.partitions.iter().all(|partition| partition.leader.is_some())
}

fn layout(view: &ClusterView, name: &str) -> Option<TopicLayout> {
    let topic = view.topics.get(name).filter(|topic| !topic.partitions.is_empty())?;
    let rack = |node: &i32| view.nodes.get(node)?.rack.clone();
    let partition = |one: &crate::PartitionView| PartitionLayout {
        partition: one.index,
        racks: one.replicas.iter().filter_map(rack).collect(),
    };
    Some(TopicLayout { name: topic.name.clone(), partitions: topic.partitions.iter().map(partition).collect() })
}

/// A node that answers at all answers this at once.
const FAREWELL_MAX: Duration = Duration::from_secs(1);

/// From this version on several members can leave at once, and are named by their instance too.
const LEAVE_SEVERAL_FROM: i16 = 3;
