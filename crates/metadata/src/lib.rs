//! The cluster's metadata as an immutable image, changed only by records.
//!
//! [`MetadataImage`] is what `__cluster_metadata` says: topics and their partitions, brokers and controllers, settings, features,
//! quotas, access rules. Cloning it is cheap (persistent maps share what did not change), so every reader holds its own and nobody
//! waits for anybody. [`MetadataImage::apply`] is the one way to change it, in recovery and in normal work alike; [`Changes`] says
//! what a run of records touched, so that the broker opens and closes partitions one by one instead of comparing everything.
//!
//! Decides nothing (that is `controller`), reads and writes nothing (that is `kraft`).

mod changes;
mod cluster;
mod configs;
mod features;
mod image;
mod map;
mod quotas;
mod security;
mod snapshot;
mod topics;

pub use changes::{Changes, TopicChange};
pub use cluster::{Broker, Brokers, ControllerNode, Controllers, Endpoint, FeatureRange, directory_id};
pub use configs::{ConfigResource, Configs, ResourceKind, Settings};
pub use features::{Features, LATEST_METADATA_VERSION, SupportedFeature, feature, loses_metadata};
pub use image::{ApplyError, LogPosition, MetadataImage};
pub use map::Map;
pub use quotas::{QuotaEntity, Quotas, quota};
pub use security::Security;
pub use topics::{LeaderRecovery, Partition, Topic, Topics};
