//! A node: started from its settings, stopped when asked; between the two it serves.
//!
//! Start: hold the directories, bind the listeners, read the metadata log, decide what a starting node decides, open the
//! partitions, accept connections. Stop is the same backwards and leaves marks that make the next start quick.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use kampa_configs::{BrokerConfig, Given};
use kampa_controller::{Controller as Mind, broker_config};
use kampa_kraft::{MetadataLog, OpenError, Opened};
use kampa_metadata::MetadataImage;
use kampa_metrics::{ConnectionMetrics, Metrics};
use kampa_protocol::Uuid;
use kampa_storage::{LogDir, OpenDirError};
use kampa_transport::{AcceptLimits, ConnectionCount, accept_loop, serve};
use kampa_world::{Task, World};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::apis::{Requests, Session};
use crate::assignments::Assignments;
use crate::broker::Broker;
use crate::changes::Follower;
use crate::cleaner::Cleaner;
use crate::control::{self, Room};
use crate::fetch_sessions::FetchSessions;
use crate::groups::Groups;
use crate::inventory::Inventory;
use crate::listeners::{Bound, Listeners};
use crate::log_dirs::Beginning;
use crate::loggers::Loggers;
use crate::moves::Moves;
use crate::partitions::Partitions;
use crate::producer_ids::ProducerIds;
use crate::quotas::{QuotaUse, Quotas};
use crate::recovery::Recovery;
use crate::telemetry::Telemetry;
use crate::telling::Told;
use crate::{cleaner, failures, registration, scrubber, settings, telling, upkeep};

/// A running node.
pub struct Node {
    broker: Arc<Broker>,
    addresses: Vec<SocketAddr>,
    told: Told,
    ready: AtomicBool,
    /// Accept loops and upkeep; ended first when the node stops.
    tasks: Mutex<Vec<Task<()>>>,
    /// They open what has to be recovered.
    opening: Mutex<Vec<Task<()>>>,
    control: Mutex<Option<Task<()>>>,
    failed: Arc<tokio::sync::Notify>,
}

/// Why a node does not start: a sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Dir(#[from] OpenDirError),
    #[error(transparent)]
    MetadataLog(#[from] OpenError),
    #[error("cannot listen on {address} ({listener}): {error}")]
    Listen { listener: String, address: String, error: io::Error },
    #[error(
        "node.id={node_id} is not a broker and a controller: process.roles other than broker,controller are not served yet"
    )]
    Roles { node_id: i32 },
    #[error("log.dirs names {} twice: name it once", .path.display())]
    DirNamedTwice { path: PathBuf },
    #[error(
        "{} and {} have the same directory.id {id} in meta.properties: one is a copy. Take one of them out of log.dirs, or remove \
         the line in the copy", .first.display(), .second.display()
    )]
    SameDirectoryId { first: PathBuf, second: PathBuf, id: Uuid },
    #[error(
        "{} is empty (no meta.properties), but {} belongs to cluster {cluster}: without the metadata log nobody knows what its \
         partitions are. Bring it back (is its disk mounted?), or set metadata.log.dir to where it lies",
        .metadata.display(), .path.display()
    )]
    NoMetadata { metadata: PathBuf, path: PathBuf, cluster: String },
    #[error(
        "there is a metadata log in {}, and metadata.log.dir is {}: set metadata.log.dir to the one that counts, and move the other \
         away", .found.display(), .metadata.display()
    )]
    SecondMetadata { found: PathBuf, metadata: PathBuf },
    #[error("none of log.dirs can be used: {why}")]
    NoDir { why: String },
    #[error(
        "{} and {} both hold the same partition, and the metadata names neither directory. Move one of them away: the older copy, \
         or the one on a disk that failed", .first.display(), .second.display()
    )]
    TwoReplicas { first: PathBuf, second: PathBuf },
    #[error("max.connections.per.ip.overrides names {host}, which has no address: {error}")]
    ConnectionOverride { host: String, error: io::Error },
    #[error("cannot {doing}: {error}")]
    Io { doing: &'static str, error: io::Error },
}

impl Node {
    /// Starts a node and returns when it serves.
    pub async fn start(
        world: &World,
        given: Given,
        config: BrokerConfig,
        loggers: Loggers,
    ) -> Result<Node, StartError> {
        let config = Arc::new(config);
        check_supported(&config)?;
        let accept = settings::accept_limits(world, &config).await?;
        let (listeners, bound) = Listeners::bind(world, &config).await?;
        let (here, settings) = (world.clone(), config.clone());
        let beginning = world.offload(move || Beginning::hold(&here, &settings)).await?;
        let (log, image) = open_metadata(&beginning.metadata, &config, &listeners).await?;
        let had = image.clone();
        let dirs = world.offload(move || beginning.hold_others(&had)).await?;
        let quorum = log.quorum().clone();
        let given = Arc::new(given);
        let mut room = Room::new(Mind::new(image.clone(), config.clone(), given.clone()), log, image);
        let start = registration::of(world, &config, &listeners, &dirs);
        let io = |doing| move |error| StartError::Io { doing, error };
        room.decide_now(|mind| mind.start(&start)).await.map_err(io("register this node"))?;

        // From here on, with the dynamic settings.
        let config = broker_config(&room.image(), &given, config.node_id).map_or(config, Arc::new);
        let (live, _) = watch::channel(config.clone());
        let metrics = Arc::new(Metrics::new(telling::NAMES));
        let groups = Groups::new(world, settings::groups(&config));
        let (window, mutations) = settings::quota_windows(&config);
        let quotas = Quotas::new(world, room.shared_image(), window, mutations);
        let telemetry = Arc::new(Telemetry::default());
        telemetry.follow(&room.image());
        let partitions = Arc::new(Partitions::default());
        let assignments = Assignments::default();
        let recovery = Recovery::default();
        let follower = Follower {
            node_id: config.node_id,
            given: given.clone(),
            config: live.clone(),
            dirs: dirs.clone(),
            assignments: assignments.clone(),
            partitions: partitions.clone(),
            groups: groups.clone(),
            quotas: quotas.clone(),
            telemetry: telemetry.clone(),
            metrics: metrics.clone(),
            shared_settings: Arc::default(),
            recovery: recovery.clone(),
        };
        let (inventory, opening) = follower.open_everything(&room.image()).await?;
        // A start that is quick, as most are, tells nobody to ask again.
        let _ = world.timeout(CLOSED_DOORS_MAX, recovery.done()).await;
        if !recovery.is_done() {
            tracing::info!(partitions = recovery.waiting_count(), "serving while the others are recovered");
        }

        let failed = Arc::new(tokio::sync::Notify::new());
        let (controller, asked) = control::door(world);
        let (teller, all) = (controller.clone(), room.shared_image());
        let moves = Moves::new(world, dirs.clone(), assignments.clone(), teller, all, &config);
        let broker = Arc::new(Broker {
            world: world.clone(),
            cluster_id: dirs.metadata().cluster_id().into(),
            moves,
            dirs,
            quorum,
            given,
            listeners,
            partitions,
            controller,
            groups,
            producer_ids: ProducerIds::default(),
            fetch_sessions: FetchSessions::new(fetch_session_slots(&config), world.seed()),
            cleaner: Cleaner::default(),
            recovery,
            quotas,
            telemetry,
            metrics,
            image: room.shared_image(),
            node_id: config.node_id,
            config: live.subscribe(),
            loggers,
        });
        let on_failure = failed.clone();
        let control = world
            .control_plane("controller", move |world| room.run(world, asked, follower, on_failure))
            .map_err(io("start the controller's thread"))?;
        let resumed = world.spawn("resume moves", resume_moves(broker.clone(), inventory));
        let addresses = bound.iter().map(|bound| bound.address).collect();
        let accept = Arc::new(ArcSwap::from_pointee(accept));
        let mut tasks = open_doors(&broker, bound, &accept);
        tasks.push(resumed);
        tasks.push(world.spawn("follow connection limits", follow_connection_limits(broker.clone(), accept)));
        let (teller, node_id) = (broker.controller.clone(), broker.node_id);
        tasks.push(world.spawn("tell where replicas lie", async move { assignments.run(teller, node_id).await }));
        tasks.extend(upkeep::spawn(&broker));
        tasks.extend(failures::watch(&broker, &failed));
        tasks.extend(cleaner::spawn(&broker));
        tasks.extend(scrubber::spawn(&broker));
        Ok(Node {
            broker,
            addresses,
            told: Told::default(),
            ready: AtomicBool::new(true),
            tasks: Mutex::new(tasks),
            opening: Mutex::new(opening),
            control: Mutex::new(Some(control)),
            failed,
        })
    }

    /// Where it listens for clients and controllers.
    pub fn addresses(&self) -> Vec<String> {
        self.addresses.iter().map(SocketAddr::to_string).collect()
    }

    /// Whether it serves: started, not stopping, the metadata log's directory in use.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed) && self.broker.dirs.metadata().offline().is_none()
    }

    /// Whether every partition is open that can be: until then some are led by nobody.
    pub fn is_recovered(&self) -> bool {
        self.broker.recovery.is_done()
    }

    /// Waits until the node cannot go on: its metadata log can no longer be written, or all its log directories have failed.
    pub async fn failed(&self) {
        self.failed.notified().await;
    }

    /// Everything it counts, as Prometheus reads it.
    pub fn metrics_text(&self) -> String {
        telling::page(&self.broker, &self.told, self.is_ready())
    }

    /// Who used lately what there are quotas of.
    pub fn quota_uses(&self) -> Vec<QuotaUse> {
        self.broker.quotas.uses()
    }

    /// Stops serving, closes every log and leaves the mark of a clean stop. What cannot be closed is recovered by the next
    /// start.
    pub async fn stop(&self) {
        self.ready.store(false, Ordering::Relaxed);
        let tasks = std::mem::take(&mut *self.tasks.lock());
        tasks.iter().for_each(Task::abort);
        self.broker.recovery.stop();
        let opening = std::mem::take(&mut *self.opening.lock());
        for lane in opening {
            // A panic in there is a broken invariant, which ends the process anyway.
            let _ = lane.await;
        }
        self.broker.groups.close();
        let node_id = self.broker.node_id();
        let broker_epoch = self.broker.image().brokers.get(&node_id).map_or(-1, |broker| broker.epoch);
        if let Err(error) = self.broker.controller.decide(move |mind, _| mind.stop(node_id)).await {
            tracing::warn!(error = error.name(), "sign this node off");
        }
        upkeep::close(&self.broker, broker_epoch).await;
        self.broker.controller.close();
        let control = self.control.lock().take();
        if let Some(control) = control {
            let _ = self.broker.world.timeout(CONTROL_STOP_MAX, control).await;
        }
    }
}

/// How long a start waits for all partitions to be open before it lets anybody in: a client that comes too early tries again in no
/// less time.
const CLOSED_DOORS_MAX: Duration = Duration::from_millis(500);
/// How long the controller's thread may take to close its log.
const CONTROL_STOP_MAX: Duration = Duration::from_secs(5);

fn check_supported(config: &BrokerConfig) -> Result<(), StartError> {
    if !config.process_roles.broker || !config.process_roles.controller {
        return Err(StartError::Roles { node_id: config.node_id });
    }
    Ok(())
}

async fn open_metadata(
    dir: &LogDir,
    config: &BrokerConfig,
    listeners: &Listeners,
) -> Result<(MetadataLog, MetadataImage), StartError> {
    let voter = registration::voter(config, listeners, dir);
    let (settings, dir) = (settings::metadata_log(config), dir.clone());
    let world = dir.world().clone();
    let opened = world.offload(move || MetadataLog::open(&dir, voter, settings)).await?;
    let Opened { log, image } = opened;
    Ok((log, image))
}

fn fetch_session_slots(config: &BrokerConfig) -> usize {
    usize::try_from(config.max_incremental_fetch_session_cache_slots).unwrap_or(0)
}

/// Begins the moves anew that the last process did not bring to an end, once what is moved is open.
async fn resume_moves(broker: Arc<Broker>, inventory: Arc<Inventory>) {
    broker.recovery.done().await;
    let world = broker.world.clone();
    let work = move || {
        for ((topic_id, index), dir) in inventory.moves() {
            let Some(partition) = broker.partitions.find(*topic_id, *index) else { continue };
            if partition.dir().path() == dir.path() {
                continue;
            }
            if let Err(error) = broker.moves.begin(&partition, dir) {
                tracing::warn!(partition = %partition.id(), to = %dir.path().display(), %error, "begin a move anew");
            }
        }
    };
    world.offload(work).await;
}

/// Keeps the limits of connections as the settings say. Those that are open stay.
async fn follow_connection_limits(broker: Arc<Broker>, accept: Arc<ArcSwap<AcceptLimits>>) {
    let mut config = broker.config.clone();
    while config.changed().await.is_ok() {
        let now = config.borrow_and_update().clone();
        match settings::accept_limits(&broker.world, &now).await {
            Ok(limits) => accept.store(Arc::new(limits)),
            Err(error) => tracing::warn!(%error, "connection limits stay as they are"),
        }
    }
}

/// Starts accepting on every listener.
fn open_doors(broker: &Arc<Broker>, bound: Vec<Bound>, accept: &Arc<ArcSwap<AcceptLimits>>) -> Vec<Task<()>> {
    let count = Arc::new(ConnectionCount::default());
    let requests = Arc::new(Requests { broker: broker.clone() });
    let limits = settings::connection_limits(&broker.config());
    let open = |bound: Bound| {
        let (requests, count) = (requests.clone(), count.clone());
        let metrics = broker.metrics.listener(&bound.name);
        let (world, door) = (broker.world.clone(), bound.door);
        let connection = move |stream, peer| {
            let (world, requests, metrics) = (world.clone(), requests.clone(), metrics.clone());
            async move {
                let connection = Arc::new(ConnectionMetrics::opened(&metrics));
                serve(&world, stream, requests, Session { peer, door, connection }, limits).await
            }
        };
        let accept = accept.clone();
        let quotas = broker.quotas.clone();
        let too_soon = move |address| quotas.too_soon(address);
        let accepting = accept_loop(
            broker.world.clone(),
            bound.socket,
            count,
            move || AcceptLimits::clone(&accept.load()),
            too_soon,
            connection,
        );
        broker.world.spawn("accept", accepting)
    };
    bound.into_iter().map(open).collect()
}

#[cfg(test)]
mod tests;
