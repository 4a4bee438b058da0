//! Replicas on their way to another log directory of this node (KIP-113): copied in the background, so many at a time, within
//! `replica.alter.log.dirs.io.max.bytes.per.second`.
//!
//! As in Kafka the metadata is told where a replica goes before it goes there: whatever a crash and a lost directory leave, it does not
//! name a directory in which an older copy could be found. A move that is cancelled, or loses a directory, ends by itself.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use kampa_configs::BrokerConfig;
use kampa_controller::ReplicaPlace;
use kampa_metadata::MetadataImage;
use kampa_replication::{Copied, Move, Partition, ReadError};
use kampa_storage::LogDir;
use kampa_world::{Monotonic, World};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::assignments::Assignments;
use crate::control::Controller;
use crate::log_dirs::LogDirs;

/// Everything that moves on this node. Cloning shares it.
#[derive(Clone)]
pub struct Moves {
    inner: Arc<Inner>,
}

struct Inner {
    world: World,
    dirs: LogDirs,
    assignments: Assignments,
    controller: Controller,
    node_id: i32,
    image: Arc<ArcSwap<MetadataImage>>,
    /// Replicas that are copied at the same time.
    turns: Semaphore,
    /// Until when the budget is spent.
    spent_until: Mutex<Monotonic>,
}

/// Bytes copied in one go: as many as Kafka fetches (`replica.fetch.max.bytes`).
const STEP_BYTES: usize = 1 << 20;
/// A budget that is smaller than a step is asked for again after so long, for it may have grown.
const BUDGET_WAIT_MAX: Duration = Duration::from_secs(1);

impl Moves {
    pub fn new(
        world: &World,
        dirs: LogDirs,
        assignments: Assignments,
        controller: Controller,
        image: Arc<ArcSwap<MetadataImage>>,
        config: &BrokerConfig,
    ) -> Moves {
        let threads = config.num_replica_alter_log_dirs_threads;
        let at_once = threads.map_or(dirs.data().len(), |threads| usize::try_from(threads).unwrap_or(0).max(1));
        let spent_until = Mutex::new(world.now());
        let turns = Semaphore::new(at_once);
        Moves {
            inner: Arc::new(Inner {
                world: world.clone(),
                dirs,
                assignments,
                controller,
                node_id: config.node_id,
                image,
                turns,
                spent_until,
            }),
        }
    }

    /// Has the replica moved there, if it is not under way already. Blocks.
    pub fn begin(&self, partition: &Partition, to: &LogDir) -> io::Result<()> {
        let Some(begun) = partition.begin_move(to)? else { return Ok(()) };
        self.inner.dirs.count(to);
        let (moves, partition) = (self.clone(), partition.clone());
        drop(self.inner.world.spawn("move replica", async move { moves.carry_out(&partition, Arc::new(begun)).await }));
        Ok(())
    }

    /// The replica stays where it is. Blocks.
    pub fn cancel(&self, partition: &Partition) {
        if let Some(dir) = partition.cancel_move() {
            self.inner.dirs.discount(&dir);
        }
    }

    async fn carry_out(&self, partition: &Partition, begun: Arc<Move>) {
        let Ok(_turn) = self.inner.turns.acquire().await else { return };
        let (id, to) = (partition.id(), begun.dir().path().display());
        let mut is_told = false;
        let stays = match self.copy(partition, &begun, &mut is_told).await {
            Ok(Some(left)) => {
                tracing::info!(partition = %id, from = %left.path().display(), %to, "moved");
                return self.inner.dirs.discount(&left);
            }
            // Cancelled; whoever did so has counted.
            Ok(None) => true,
            Err(error) => {
                tracing::error!(partition = %id, %to, %error, "move a replica: it stays");
                let given_up = begun.clone();
                if let Some(dir) = self.inner.world.offload(move || given_up.cancel()).await {
                    self.inner.dirs.discount(&dir);
                }
                // Out of a directory that has failed it may have gone.
                !partition.is_offline()
            }
        };
        if is_told && stays {
            self.inner.assignments.tell(id.topic_id, id.index, partition.dir().directory_id());
        }
    }

    /// The directory that was left; `None` if the move was cancelled.
    async fn copy(&self, partition: &Partition, begun: &Move, is_told: &mut bool) -> Result<Option<LogDir>, ReadError> {
        loop {
            match begun.copy_on(STEP_BYTES).await? {
                Copied::Bytes(bytes) => self.pay(bytes).await,
                Copied::Cancelled => return Ok(None),
                Copied::CaughtUp if *is_told => {
                    if let Some(left) = begun.finish().await? {
                        return Ok(Some(left));
                    }
                }
                Copied::CaughtUp => {
                    *is_told = true;
                    self.tell(partition, begun).await.map_err(io::Error::other)?;
                }
            }
        }
    }

    /// Has the metadata say where the replica goes, on the medium.
    async fn tell(&self, partition: &Partition, begun: &Move) -> Result<(), String> {
        let (id, directory, node_id) = (partition.id(), begun.dir().directory_id(), self.inner.node_id);
        let place = ReplicaPlace { topic_id: id.topic_id, index: id.index, directory };
        let told = self.inner.controller.decide(move |mind, _| mind.assign_replicas(node_id, &[place])).await;
        told.map_err(|error| format!("the metadata cannot be told: {}", error.name()))
    }

    /// Waits until so many bytes are within the budget, as it stands meanwhile.
    async fn pay(&self, bytes: u64) {
        let world = &self.inner.world;
        let mut left = bytes as f64;
        while left > 0.0 {
            let per_second = self.inner.bytes_per_second();
            let affordable = left.min(per_second * BUDGET_WAIT_MAX.as_secs_f64());
            let wait = if affordable > 0.0 { affordable / per_second } else { BUDGET_WAIT_MAX.as_secs_f64() };
            let until = {
                let mut spent_until = self.inner.spent_until.lock();
                *spent_until = (*spent_until).max(world.now()) + Duration::from_secs_f64(wait);
                *spent_until
            };
            world.sleep(until.since(world.now())).await;
            left -= affordable;
        }
    }
}

impl Inner {
    /// The budget as it stands: this broker's, or that of all brokers; as in Kafka no file says it.
    fn bytes_per_second(&self) -> f64 {
        let image = self.image.load();
        let own = image.configs.of_broker(self.node_id).and_then(|own| own.get(BUDGET));
        let said = own.or_else(|| image.configs.of_all_brokers().and_then(|all| all.get(BUDGET)));
        said.and_then(|text| text.parse::<i64>().ok()).map_or(f64::MAX, |bytes| bytes.max(0) as f64)
    }
}

const BUDGET: &str = "replica.alter.log.dirs.io.max.bytes.per.second";
