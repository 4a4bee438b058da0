//! What a seed of a storage run means: the weather, the topics, how many operations and lives.

use std::time::Duration;

use kampa_formats::batch::TimestampType;
use kampa_formats::compression::{Codec, Compression};
use kampa_replication::{Durability, PartitionConfig, TopicCompression};
use kampa_storage::LogConfig;
use kampa_world::sim::{Chance, Faults};

/// A whole run, decided before it begins.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What goes wrong.
    pub weather: Weather,
    /// The topics that are there at the beginning.
    pub topics: Vec<Wish>,
    /// Log directories.
    pub dirs: usize,
    /// Operations after which the run comes to its end.
    pub operations: u64,
    /// Kills and power cuts, at least.
    pub crashes: u64,
    /// Segments with open files at once.
    pub open_segments_max: usize,
    /// How often old records are looked for.
    pub retention_every: Duration,
    /// How often the checkpoints are written.
    pub checkpoints_every: Duration,
    /// The longest pause of a hand between two operations, ms.
    pub pause_ms_max: u64,
}

/// What goes wrong by itself in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Nothing: the process only ends now and then.
    Fair,
    /// The disk stalls and forgets its cache.
    Rough,
    /// As rough, and the disk is full now and then.
    FullDisk,
    /// As rough, and syncs, reads, writes, opens and renames fail now and then.
    FailingDisk,
    /// As rough, and bits of logs flip.
    Rot,
}

/// A topic to be made.
#[derive(Clone, Debug)]
pub struct Wish {
    /// How many partitions.
    pub partitions: i32,
    /// The settings.
    pub config: PartitionConfig,
}

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Plan {
        let mut chance = Chance::new(seed ^ PLAN_SALT);
        let weather = match chance.below(20) {
            0..4 => Weather::Fair,
            4..11 => Weather::Rough,
            11..13 => Weather::FullDisk,
            13..18 => Weather::FailingDisk,
            _ => Weather::Rot,
        };
        let ms = |chance: &mut Chance, low, high| Duration::from_millis(chance.between(low, high));
        Plan {
            weather,
            topics: (0..chance.between(2, 4)).map(|_| wish(&mut chance)).collect(),
            operations: chance.between(OPERATIONS_MIN, OPERATIONS_MAX),
            crashes: chance.between(CRASHES_MIN, CRASHES_MAX),
            open_segments_max: chance.between(2, 30) as usize,
            retention_every: ms(&mut chance, 500, 10_000),
            checkpoints_every: ms(&mut chance, 200, 10_000),
            pause_ms_max: [2, 20, 200][chance.below(3) as usize],
            dirs: if chance.happens(0.4) { 2 } else { 1 },
        }
    }
}

impl Weather {
    /// What goes wrong by itself while the run works.
    pub fn faults(self) -> Faults {
        let rough =
            Faults { disk_stalls: 0.0005, disk_stall_max: Duration::from_secs(4), evictions: 0.1, ..Faults::none() };
        match self {
            Weather::Fair => Faults { evictions: 0.02, ..Faults::none() },
            Weather::Rough | Weather::Rot => rough,
            Weather::FullDisk => Faults { disk_full: 0.004, ..rough },
            Weather::FailingDisk => Faults {
                syncs_fail: 0.002,
                writes_fail: 0.0007,
                disk_full: 0.001,
                reads_fail: 0.0007,
                opens_fail: 0.0007,
                names_fail: 0.001,
                ..rough
            },
        }
    }

    /// Whether an operation may fail because of the disk.
    pub fn may_fail(self) -> bool {
        matches!(self, Weather::FullDisk | Weather::FailingDisk)
    }
}

/// A topic with settings by chance.
pub fn wish(chance: &mut Chance) -> Wish {
    let segment_bytes = chance.between(SEGMENT_BYTES_MIN, 40_000);
    let sometimes = |chance: &mut Chance, probability: f64, low: u64, high: u64| {
        chance.happens(probability).then(|| chance.between(low, high) as i64)
    };
    let compact = chance.happens(0.3);
    let log = LogConfig {
        compact,
        delete: !compact || chance.coin(),
        delete_retention_ms: chance.below(5_000) as i64,
        min_compaction_lag_ms: sometimes(chance, 0.2, 1, 5_000).unwrap_or(0),
        segment_bytes,
        segment_ms: sometimes(chance, 0.2, 500, 20_000).unwrap_or(i64::MAX),
        index_interval_bytes: chance.between(1, 2_000) as u32,
        index_size_max_bytes: sometimes(chance, 0.2, 48, 400).map_or(10 << 20, |bytes| bytes as u32),
        flush_messages: if chance.happens(0.4) { 1 } else { sometimes(chance, 0.2, 2, 50).unwrap_or(i64::MAX) },
        flush_ms: sometimes(chance, 0.2, 100, 5_000).unwrap_or(i64::MAX),
        retention_ms: sometimes(chance, 0.3, 1_000, 30_000).unwrap_or(-1),
        retention_bytes: sometimes(chance, 0.3, segment_bytes, 4 * segment_bytes).unwrap_or(-1),
        file_delete_delay_ms: chance.between(0, 5_000) as i64,
        ..LogConfig::default()
    };
    let codecs = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
    let compression = match chance.below(8) {
        0 => TopicCompression::As(Compression::of(codecs[chance.below(5) as usize])),
        _ => TopicCompression::Producer,
    };
    let append_time = chance.happens(0.2);
    let config = PartitionConfig {
        log: log.into(),
        timestamp_type: if append_time { TimestampType::LogAppendTime } else { TimestampType::CreateTime },
        timestamp_after_max_ms: i64::MAX,
        compression,
        durability: if chance.happens(0.1) { Durability::Synced } else { Durability::PageCache },
        ..PartitionConfig::default()
    };
    Wish { partitions: chance.between(1, 2) as i32, config }
}

/// What a run promises at least.
pub const OPERATIONS_MIN: u64 = 1_000;
const OPERATIONS_MAX: u64 = 1_300;
/// What a run promises at least.
pub const CRASHES_MIN: u64 = 3;
const CRASHES_MAX: u64 = 6;
/// Every batch that is made fits into a segment.
const SEGMENT_BYTES_MIN: u64 = 4_000;
/// A plan is drawn from another row of numbers than the run.
const PLAN_SALT: u64 = 0x0073_746f_7261_6765;
