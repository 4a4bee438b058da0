//! A client of Kafka's protocol, for Kampa and for Apache Kafka.
//!
//! A [`Client`] is one cluster: its connections and what is known of it. Producers, consumers and the administration of a
//! cluster are made from it and share both. Everything is asynchronous, runs on a [`World`] (the real machine or a simulated
//! one), and waits for nothing without a limit that [`Settings`] names.
//!
//! ```no_run
//! # async fn example() -> Result<(), kampa_client::Error> {
//! use kampa_client::{Client, Settings, Topics};
//!
//! let client = Client::new(Settings::bootstrap("localhost:9092"))?;
//! let cluster = client.metadata(Topics::All).await?;
//! for topic in cluster.topics.values() {
//!     println!("{} has {} partitions", topic.name, topic.partitions.len());
//! }
//! client.close().await;
//! # Ok(())
//! # }
//! ```

mod address;
pub mod admin;
mod backoff;
mod call;
mod cluster;
mod connection;
pub mod consumer;
mod error;
mod pool;
pub mod producer;
pub mod properties;
mod settings;
mod topic_partition;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use kampa_world::World;
use parking_lot::Mutex;
use tokio::sync::Mutex as AsyncMutex;

pub use call::{CoordinatorKind, To};
pub use cluster::refresh::Topics;
pub use cluster::{ClusterNode, ClusterView, PartitionView, TopicView};
pub use connection::Versions;
pub use consumer::assignors::Assignor;
pub use error::Error;
pub use kampa_formats::compression::{Codec, Compression};
pub use kampa_protocol::{ApiKey, ErrorCode, Uuid};
pub use settings::{
    Acks, ConsumerSettings, GroupProtocol, Isolation, OffsetReset, Partitioner, ProducerSettings, Settings,
};
pub use topic_partition::TopicPartition;

/// One cluster. Cloning shares it; the last clone to go closes the connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub world: World,
    pub settings: Settings,
    pub pool: pool::Pool,
    pub view: ArcSwap<ClusterView>,
    /// Somebody found the view wrong.
    pub stale: AtomicBool,
    /// Held by whoever asks for a new view.
    pub asking: AsyncMutex<()>,
    /// Where coordinators were last.
    pub coordinators: Mutex<BTreeMap<(CoordinatorKind, String), i32>>,
    closed: AtomicBool,
}

impl Client {
    /// A client on the tokio runtime this is called in. Nothing is connected yet.
    pub fn new(settings: Settings) -> Result<Client, Error> {
        Client::on(World::real(), settings)
    }

    /// A client on a machine of the caller's.
    pub fn on(world: World, settings: Settings) -> Result<Client, Error> {
        settings.check()?;
        let inner = Inner {
            world,
            settings,
            pool: pool::Pool::default(),
            view: ArcSwap::default(),
            stale: AtomicBool::new(false),
            asking: AsyncMutex::new(()),
            coordinators: Mutex::default(),
            closed: AtomicBool::new(false),
        };
        Ok(Client { inner: Arc::new(inner) })
    }

    /// What it was told.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The machine it runs on.
    pub fn world(&self) -> &World {
        &self.inner.world
    }

    /// The administration of the cluster.
    pub fn admin(&self) -> admin::Admin {
        admin::Admin::new(self.clone())
    }

    /// Closes the connections; whatever is asked from now on is [`Error::Closed`]. Answers under way still come.
    pub async fn close(&self) {
        self.inner.closed.store(true, Ordering::Release);
        self.inner.pool.clear();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.inner.closed.load(Ordering::Acquire)
    }

    /// Connections to nodes that the cluster has no longer, and to the servers to begin with once the nodes are known.
    pub(crate) fn forget_gone_nodes(&self) {
        let view = self.cached();
        self.inner.pool.retain(|peer| match peer {
            pool::Peer::Node { id, .. } => view.nodes.get(id).is_some_and(|node| node.peer() == *peer),
            pool::Peer::Server(_) => view.nodes.is_empty(),
        });
    }
}

impl ClusterNode {
    pub(crate) fn peer(&self) -> pool::Peer {
        pool::Peer::Node { id: self.id, host: self.host.clone(), port: self.port }
    }
}

#[cfg(test)]
mod tests;
