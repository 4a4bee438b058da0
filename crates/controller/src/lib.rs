//! Decisions about the cluster's metadata: request and chance in, records and answer out.
//!
//! [`Controller`] decides by the latest image, records included that are decided and not yet on the medium. Deciding changes nothing;
//! [`Controller::replay`] does, in log order, before the next decision. The answer of a decision leaves when its records are committed.
//!
//! Writes nothing (that is `kraft`) and knows nothing of connections, permissions or how much a client may do (that is `broker`).

mod alter_configs;
mod client_quotas;
mod cluster;
mod create_partitions;
mod create_topics;
mod decision;
mod delete_topics;
mod directories;
mod elect_leaders;
mod internal_topics;
mod layers;
mod partition_change;
mod placement;
mod producer_ids;
mod reassign;
mod scram_credentials;
mod start;
mod topic_name;
mod unregister;
mod update_features;

use std::sync::{Arc, OnceLock};

use kampa_configs::{BrokerConfig, Given};
use kampa_metadata::{Changes, LogPosition, MetadataImage, ResourceKind};
use kampa_protocol::records::metadata::MetadataRecord;

pub use alter_configs::{APPEND, Alteration, DELETE, SET, SUBTRACT, SettingAlteration};
pub use decision::{Decision, Permit, Refusal};
pub use directories::ReplicaPlace;
pub use internal_topics::{INTERNAL_TOPICS, InternalTopic, InternalValue, auto_created};
pub use layers::{broker_config, text_of, with_layers};
pub use producer_ids::PRODUCER_IDS_PER_BLOCK;
pub use scram_credentials::{ITERATIONS_MAX, ITERATIONS_MIN, scram_credential};
pub use start::NodeStart;
pub use topic_name::{InvalidTopicName, check_topic_name, is_internal};

/// The mind of the active controller.
#[derive(Clone)]
pub struct Controller {
    image: MetadataImage,
    /// Where the next record will stand in the log.
    next_offset: i64,
    node_id: i32,
    /// What this node started with.
    start_config: Arc<BrokerConfig>,
    given: Arc<Given>,
    /// What it obeys with the dynamic settings; read when it is asked for, and again when they change.
    config: OnceLock<Arc<BrokerConfig>>,
}

impl Controller {
    /// Over what the log says up to its end; `config` and `given` are this node's own settings.
    pub fn new(image: MetadataImage, config: Arc<BrokerConfig>, given: Arc<Given>) -> Controller {
        let next_offset = image.latest().position.offset + 1;
        let node_id = config.node_id;
        Controller { image, next_offset, node_id, start_config: config, given, config: OnceLock::new() }
    }

    /// Forgets what was decided and will not be written: the log ends with `image`.
    pub fn go_back_to(&mut self, image: MetadataImage) {
        self.next_offset = image.latest().position.offset + 1;
        self.image = image;
        self.config = OnceLock::new();
    }

    /// The settings this node obeys.
    pub(crate) fn config(&self) -> &BrokerConfig {
        self.config.get_or_init(|| {
            let config = broker_config(self.image(), &self.given, self.node_id);
            config.map_or_else(|| self.start_config.clone(), Arc::new)
        })
    }

    /// What will be when everything decided is committed.
    pub fn image(&self) -> &MetadataImage {
        self.image.latest()
    }

    /// What everybody may see when everything decided is committed: of an open metadata transaction, nothing.
    pub fn shown_image(&self) -> &MetadataImage {
        &self.image
    }

    /// A decision whose records can be written at the cluster's level of `metadata.version`.
    pub(crate) fn decided<A>(&self, records: Vec<MetadataRecord>, answer: A) -> Decision<A> {
        let features = &self.image().features;
        Decision { records: records.into_iter().map(|record| features.fit(record)).collect(), answer }
    }

    /// Takes a record into account that was decided here and stands next in the log.
    ///
    /// Panics if it does not fit: then a decision of ours was wrong, and the log must not grow on it.
    pub fn replay(&mut self, record: &MetadataRecord) {
        self.replay_noting(record, &mut Changes::default());
    }

    /// As [`Controller::replay`], and notes what changed.
    pub fn replay_noting(&mut self, record: &MetadataRecord, changes: &mut Changes) {
        if let Err(error) = self.image.apply(record, changes) {
            panic!("decided a {} that does not fit: {error}", record.name());
        }
        if matches!(record, MetadataRecord::Config(config) if config.resource_type == ResourceKind::BROKER.0) {
            self.config = OnceLock::new();
        }
        let epoch = self.image.latest().position.epoch;
        self.image.advance_to(LogPosition { offset: self.next_offset, epoch, timestamp_ms: 0 });
        self.next_offset += 1;
    }
}

#[cfg(test)]
mod tests;
