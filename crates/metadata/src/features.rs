//! Features and their levels (KIP-584): what a cluster as a whole has agreed to speak.
//!
//! `metadata.version` also decides in which version each kind of record is written, so that every node that can read the level can
//! read the log.

use bytes::Bytes;
use kampa_protocol::records::metadata::{FeatureLevelRecord, MetadataRecord};
use kampa_protocol::{EncodeError, Text};

use crate::Map;
use crate::cluster::FeatureRange;

/// Names of features.
pub mod feature {
    /// What may stand in the metadata log, and much between brokers.
    pub const METADATA_VERSION: &str = "metadata.version";
    /// The quorum's own level: 1 has voters in the log (KIP-853). Stands in control records, never in feature records.
    pub const KRAFT_VERSION: &str = "kraft.version";
    /// How transactions work (KIP-890).
    pub const TRANSACTION_VERSION: &str = "transaction.version";
    /// Groups of the new protocol (KIP-848).
    pub const GROUP_VERSION: &str = "group.version";
    /// Eligible leader replicas (KIP-966).
    pub const ELIGIBLE_LEADER_REPLICAS_VERSION: &str = "eligible.leader.replicas.version";
    /// Share groups (KIP-932).
    pub const SHARE_VERSION: &str = "share.version";
    /// Streams groups (KIP-1071).
    pub const STREAMS_VERSION: &str = "streams.version";
}

/// A feature, the levels a node of this version works with and the level a new cluster starts at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportedFeature {
    /// Its name.
    pub name: &'static str,
    /// Lowest level.
    pub min: i16,
    /// Highest level, which new clusters get.
    pub max: i16,
}

impl SupportedFeature {
    /// All of them, as Kafka 4.4.0 has them, in the order in which formatting records them.
    pub const ALL: [SupportedFeature; 7] = [
        SupportedFeature { name: feature::METADATA_VERSION, min: 7, max: LATEST_METADATA_VERSION },
        SupportedFeature { name: feature::ELIGIBLE_LEADER_REPLICAS_VERSION, min: 0, max: 1 },
        SupportedFeature { name: feature::GROUP_VERSION, min: 0, max: 1 },
        SupportedFeature { name: feature::KRAFT_VERSION, min: 0, max: 1 },
        SupportedFeature { name: feature::SHARE_VERSION, min: 0, max: 2 },
        SupportedFeature { name: feature::STREAMS_VERSION, min: 0, max: 1 },
        SupportedFeature { name: feature::TRANSACTION_VERSION, min: 0, max: 2 },
    ];

    /// The levels a new cluster begins with, as records: what formatting with Kafka 4.4.0 says. The quorum's own level is not among
    /// them.
    pub fn new_cluster() -> Vec<MetadataRecord> {
        let level = |supported: &SupportedFeature| {
            let name = Text::from_static(supported.name);
            FeatureLevelRecord { name, feature_level: supported.max, ..Default::default() }.into()
        };
        SupportedFeature::ALL.iter().filter(|supported| supported.name != feature::KRAFT_VERSION).map(level).collect()
    }

    /// The table as nodes register with it.
    pub fn ranges() -> Vec<FeatureRange> {
        let range = |f: &SupportedFeature| FeatureRange { name: Text::from_static(f.name), min: f.min, max: f.max };
        SupportedFeature::ALL.iter().map(range).collect()
    }
}

/// The metadata.version of Kafka 4.4 (4.4-IV2).
pub const LATEST_METADATA_VERSION: i16 = 33;

/// Whether records may be lost when `metadata.version` goes from one level down to another.
pub fn loses_metadata(from: i16, to: i16) -> bool {
    RECORDS_CHANGED.iter().any(|level| (to + 1..=from).contains(level))
}

/// The levels of `metadata.version` that brought records, or fields of records.
const RECORDS_CHANGED: [i16; 11] = [7, 8, 11, 13, 14, 15, 17, 23, 30, 32, 33];

/// The levels in force. A feature that is not there is at level 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    levels: Map<Text, i16>,
}

impl Features {
    /// The level of a feature.
    pub fn level(&self, name: &str) -> i16 {
        self.levels.get(name).copied().unwrap_or(0)
    }

    /// The level of `metadata.version`; that of the oldest cluster we read while the log has not said.
    pub fn metadata_version(&self) -> i16 {
        match self.level(feature::METADATA_VERSION) {
            0 => SupportedFeature::ALL[0].min,
            level => level,
        }
    }

    /// Whether replicas out of the ISR may be eligible as leaders (KIP-966).
    pub fn has_elr(&self) -> bool {
        self.level(feature::ELIGIBLE_LEADER_REPLICAS_VERSION) >= 1
    }

    /// Whether replicas name their log directories (KIP-858).
    pub fn has_directories(&self) -> bool {
        self.metadata_version() >= DIRECTORY_ASSIGNMENT
    }

    /// Features that are at a level, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, i16)> {
        self.levels.iter().map(|(name, level)| (name, *level))
    }

    /// Whether no level was ever set: the log of a cluster that was never bootstrapped.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// Features at levels that this version does not know, in words.
    pub fn unsupported(&self) -> Vec<String> {
        let beyond = |(name, level): (&Text, i16)| {
            let known = SupportedFeature::ALL.iter().find(|known| *name == known.name);
            match known {
                Some(known) if (known.min..=known.max).contains(&level) => None,
                Some(known) => Some(format!("{name} is at level {level}, known are {} to {}", known.min, known.max)),
                None => Some(format!("{name} is at level {level} and is not known")),
            }
        };
        self.iter().filter_map(beyond).collect()
    }

    /// Sets a level; 0 takes the feature away.
    pub fn apply(&mut self, record: &FeatureLevelRecord) {
        match record.feature_level {
            0 => _ = self.levels.remove_mut(&record.name),
            level => self.levels.insert_mut(record.name.detached(), level),
        }
    }

    /// The record without what cannot be written at this level of `metadata.version`; what is left then can.
    pub fn fit(&self, mut record: MetadataRecord) -> MetadataRecord {
        let version = self.record_version(&record);
        match &mut record {
            MetadataRecord::RegisterBroker(broker) => {
                if version < 4 {
                    broker.cordoned_log_dirs = None;
                }
                if version < 3 {
                    broker.log_dirs.clear();
                }
            }
            MetadataRecord::Partition(partition) => {
                if version < 2 {
                    partition.eligible_leader_replicas = None;
                    partition.last_known_elr = None;
                }
                if version < 1 {
                    partition.directories.clear();
                }
            }
            MetadataRecord::PartitionChange(change) => {
                if version < 2 {
                    change.eligible_leader_replicas = None;
                    change.last_known_elr = None;
                }
                if version < 1 {
                    change.directories = None;
                }
            }
            _ => {}
        }
        record
    }

    /// The value of a record in the metadata log, in the version of this level.
    pub fn encode(&self, record: &MetadataRecord) -> Result<Bytes, EncodeError> {
        record.encode_framed(self.record_version(record))
    }

    /// The version in which a record is written at this level of `metadata.version`.
    pub fn record_version(&self, record: &MetadataRecord) -> i16 {
        let level = self.metadata_version();
        match record {
            MetadataRecord::RegisterBroker(_) => match level {
                CORDONED_LOG_DIRS.. => 4,
                DIRECTORY_ASSIGNMENT.. => 3,
                8.. => 2,
                _ => 1,
            },
            MetadataRecord::Partition(_) | MetadataRecord::PartitionChange(_) => match level {
                ELIGIBLE_LEADER_REPLICAS.. => 2,
                DIRECTORY_ASSIGNMENT.. => 1,
                _ => 0,
            },
            // Of this one Kafka writes the lowest version that says all it has to say.
            MetadataRecord::BrokerRegistrationChange(change) => {
                if change.cordoned_log_dirs.is_some() {
                    3
                } else if !change.log_dirs.is_empty() {
                    2
                } else {
                    i16::from(change.in_controlled_shutdown != 0)
                }
            }
            _ => 0,
        }
    }
}

/// metadata.version 3.7-IV2: replicas name their log directories (KIP-858).
const DIRECTORY_ASSIGNMENT: i16 = 17;
/// metadata.version 4.0-IV1: partitions name eligible leader replicas (KIP-966).
const ELIGIBLE_LEADER_REPLICAS: i16 = 23;
/// metadata.version 4.3-IV0: brokers name cordoned log directories (KIP-1066).
const CORDONED_LOG_DIRS: i16 = 30;
