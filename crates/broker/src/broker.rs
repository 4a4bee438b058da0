//! What every handler can reach: the world, the settings, the metadata image, the partitions, the coordinators.
//!
//! Holds no logic of its own. A handler reads the image through [`Broker::image`] and never waits for a lock to do so.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use kampa_configs::{BrokerConfig, Given};
use kampa_kraft::Quorum;
use kampa_metadata::MetadataImage;
use kampa_metrics::Metrics;
use kampa_protocol::Text;
use kampa_world::World;
use tokio::sync::watch;

use crate::cleaner::Cleaner;
use crate::control::Controller;
use crate::fetch_sessions::FetchSessions;
use crate::groups::Groups;
use crate::listeners::Listeners;
use crate::log_dirs::LogDirs;
use crate::loggers::Loggers;
use crate::moves::Moves;
use crate::partitions::Partitions;
use crate::producer_ids::ProducerIds;
use crate::quotas::Quotas;
use crate::recovery::Recovery;
use crate::telemetry::Telemetry;

pub struct Broker {
    pub world: World,
    /// What the node was given, for DescribeConfigs.
    pub given: Arc<Given>,
    pub(crate) node_id: i32,
    pub(crate) config: watch::Receiver<Arc<BrokerConfig>>,
    pub cluster_id: Text,
    /// Where the partitions lie, and the metadata log.
    pub dirs: LogDirs,
    /// Who votes in the metadata log.
    pub quorum: Quorum,
    pub listeners: Listeners,
    pub loggers: Loggers,
    pub moves: Moves,
    pub partitions: Arc<Partitions>,
    pub controller: Controller,
    pub groups: Groups,
    pub producer_ids: ProducerIds,
    pub fetch_sessions: FetchSessions,
    pub cleaner: Cleaner,
    pub recovery: Recovery,
    pub quotas: Arc<Quotas>,
    pub telemetry: Arc<Telemetry>,
    pub metrics: Arc<Metrics>,
    pub(crate) image: Arc<ArcSwap<MetadataImage>>,
}

impl Broker {
    pub fn node_id(&self) -> i32 {
        self.node_id
    }

    /// The settings as they stand now.
    pub fn config(&self) -> Arc<BrokerConfig> {
        self.config.borrow().clone()
    }

    /// Which broker clients are told to ask for decisions: this one, while it is registered.
    pub fn controller_id(&self, image: &MetadataImage) -> i32 {
        if image.brokers.contains_key(&self.node_id()) { self.node_id() } else { NO_CONTROLLER }
    }

    /// The cluster's metadata as it stands now; stays as it is while the guard is held.
    pub fn image(&self) -> Guard<Arc<MetadataImage>> {
        self.image.load()
    }
}

const NO_CONTROLLER: i32 = -1;
