//! Random operations against a list in memory, from seeds: appends, rolls, truncations, restarts; every read must agree.

use std::time::Duration;

use bytes::Bytes;
use kampa_formats::compression::Codec;
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::testing::{dir_options, make_batch, summary};
use crate::{BatchSummary, Log, LogConfig, LogDir, OpenAs, ReadError};

/// What the log should hold.
#[derive(Default)]
struct Model {
    batches: Vec<ModelBatch>,
    start: i64,
    end: i64,
}

struct ModelBatch {
    bytes: Bytes,
    summary: BatchSummary,
    first_timestamp: i64,
}

impl Model {
    fn read(&self, offset: i64, max_bytes: usize, below: i64, at_least_one: bool) -> Vec<u8> {
        let mut found = Vec::new();
        let below = below.min(self.end);
        for batch in self.batches.iter().filter(|batch| batch.summary.last_offset >= offset) {
            let fits = found.len() + batch.bytes.len() <= max_bytes || (at_least_one && found.is_empty());
            if !fits || batch.summary.last_offset >= below || offset >= below {
                break;
            }
            found.extend_from_slice(&batch.bytes);
        }
        found
    }

    fn time(&self, timestamp: i64, below: i64) -> Option<(i64, i64)> {
        let records = self.batches.iter().flat_map(|batch| {
            let offsets = batch.summary.base_offset..=batch.summary.last_offset;
            offsets.map(|offset| (offset, batch.first_timestamp + offset - batch.summary.base_offset))
        });
        let mut fitting = records.filter(|(offset, time)| *offset >= self.start && *time >= timestamp);
        fitting.next().filter(|(offset, _)| *offset < below)
    }

    fn truncate(&mut self, offset: i64) {
        if offset >= self.end {
            return;
        }
        let kept = self.batches.partition_point(|batch| batch.summary.last_offset < offset);
        let cut = self.batches.drain(kept..).next();
        self.end = cut.map_or(offset, |cut| cut.summary.base_offset.min(offset));
        self.start = self.start.min(self.end);
    }
}

/// One run: a log on the simulated disk beside its model.
struct Run {
    world: World,
    dir: LogDir,
    log: Log,
    model: Model,
    chance: SmallRng,
    config: LogConfig,
    time: i64,
    recovery_point: i64,
}

const FOLDER: &str = "t-0";
const OPERATIONS: usize = 150;

fn random_config(chance: &mut SmallRng) -> LogConfig {
    LogConfig {
        segment_bytes: chance.random_range(200..20_000),
        segment_ms: if chance.random_bool(0.5) { 500 } else { i64::MAX },
        index_interval_bytes: [0, 100, 4096][chance.random_range(0..3)],
        index_size_max_bytes: if chance.random_bool(0.2) { 48 } else { 10 << 20 },
        retention_ms: -1,
        retention_bytes: chance.random_range(0..60_000),
        file_delete_delay_ms: chance.random_range(0..1000),
        ..LogConfig::default()
    }
}

impl Run {
    fn open(world: &World, config: &LogConfig, how: OpenAs) -> (LogDir, Log) {
        let dir = LogDir::open(world, "/data".as_ref(), dir_options()).expect("the directory");
        let (log, _) = Log::open(&dir, FOLDER, config.clone(), how, i64::MAX, &mut |_| {}).expect("a log");
        (dir, log)
    }

    async fn step(&mut self) {
        match self.chance.random_range(0..100) {
            0..35 => self.append(),
            35..75 => self.read().await,
            75..80 => self.find_time().await,
            80..83 => drop(self.log.roll().expect("rolls")),
            83..86 => {
                self.log.sync().await.expect("syncs");
                self.recovery_point = self.log.durable_end();
            }
            86..89 => self.truncate(),
            89..92 => self.retain(),
            92..94 => {
                let offset = self.chance.random_range(0..=self.log.log_end());
                self.model.start = self.log.advance_log_start(offset);
            }
            94..97 => self.dir.chores(self.chance.random_bool(0.7)).await,
            97 => self.restart_clean().await,
            _ => self.restart_killed().await,
        }
        assert_eq!((self.log.log_start(), self.log.log_end()), (self.model.start, self.model.end));
        assert!(self.log.durable_end() <= self.log.log_end());
    }

    fn append(&mut self) {
        let gap = if self.chance.random_bool(0.05) { self.chance.random_range(1..50) } else { 0 };
        let mut next = self.log.log_end() + gap;
        let mut batches = Vec::new();
        for _ in 0..self.chance.random_range(1..4) {
            let count = self.chance.random_range(1..20);
            let bytes = [0, 300, 5_000][self.chance.random_range(0..3)];
            let codec = if self.chance.random_bool(0.2) { Codec::Lz4 } else { Codec::None };
            self.time += self.chance.random_range(-50..100);
            let batch = make_batch(next, count, bytes, self.time, codec);
            next += i64::from(count);
            self.model.batches.push(ModelBatch {
                summary: summary(&batch),
                bytes: batch.clone(),
                first_timestamp: self.time,
            });
            batches.push(batch);
        }
        let summaries: Vec<BatchSummary> = batches.iter().map(summary).collect();
        self.log.append(&batches, &summaries).expect("appends");
        self.model.end = next;
    }

    async fn read(&mut self) {
        let (start, end) = (self.log.log_start(), self.log.log_end());
        let offset = self.chance.random_range(start..=end);
        let max_bytes = [0, 100, 1_000, 10_000, 1 << 20][self.chance.random_range(0..5)];
        let below = if self.chance.random_bool(0.5) { end } else { self.chance.random_range(start..=end) };
        let at_least_one = self.chance.random_bool(0.7);
        let read = self.log.read(offset, max_bytes, below, at_least_one).await.expect("reads");
        let expected = self.model.read(offset, max_bytes, below, at_least_one);
        let asked = format!("read {offset} max {max_bytes} below {below} {at_least_one}");
        // A segment that is not in memory may be left for the next read, once there is something to answer.
        let bytes = read.records.concat();
        assert!(expected.starts_with(&bytes), "{asked}: {read:?}, not {} bytes", expected.len());
        assert_eq!(bytes.is_empty(), expected.is_empty(), "{asked}");
        if self.log.segments().len() == 1 {
            assert_eq!(bytes.len(), expected.len(), "{asked}");
        }
        for wrong in [start - 1, end + 1] {
            let refused = self.log.read(wrong, max_bytes, below, at_least_one).await;
            assert!(matches!(refused, Err(ReadError::OutOfRange { .. })), "read {wrong}");
        }
    }

    async fn find_time(&mut self) {
        let timestamp = self.chance.random_range(900..self.time.max(901) + 50);
        let below = self.log.log_end();
        let found = self.log.offset_for_time(timestamp, below).await.expect("finds");
        let found = found.map(|found| (found.offset, found.timestamp));
        assert_eq!(found, self.model.time(timestamp, below), "time {timestamp}");
    }

    fn truncate(&mut self) {
        let (start, end) = (self.log.log_start(), self.log.log_end());
        let offset = self.chance.random_range((start - 5).max(0)..=end + 5);
        if self.chance.random_bool(0.1) {
            self.log.truncate_fully_and_start_at(offset).expect("starts anew");
            self.model = Model { batches: Vec::new(), start: offset, end: offset };
        } else {
            self.log.truncate_to(offset).expect("truncates");
            self.model.truncate(offset);
            // Below the first segment there is nothing to cut back to.
            if self.log.segments().iter().all(|segment| segment.size_bytes == 0) {
                self.model = Model { batches: Vec::new(), start: self.log.log_start(), end: self.log.log_end() };
            }
        }
        self.recovery_point = self.recovery_point.min(self.log.log_end());
    }

    fn retain(&mut self) {
        let high_watermark = self.chance.random_range(self.log.log_start()..=self.log.log_end());
        let before = self.log.segments();
        let retained = self.log.retain(self.time, high_watermark).expect("retains");
        for gone in &retained.deleted {
            assert!(gone.next_offset <= high_watermark && before.contains(gone), "{gone:?}");
        }
        self.model.start = self.model.start.max(retained.new_log_start);
        let first = self.log.segments()[0].base_offset;
        self.model.batches.retain(|batch| batch.summary.base_offset >= first);
    }

    async fn restart_clean(&mut self) {
        self.log.close().expect("closes");
        self.reopen(true).await;
        assert_eq!(self.log.durable_end(), self.log.log_end());
    }

    /// As after `kill -9`: what was written stays written.
    async fn restart_killed(&mut self) {
        self.reopen(false).await;
    }

    async fn reopen(&mut self, clean: bool) {
        let how = OpenAs { clean, recovery_point: self.recovery_point, log_start: self.model.start, synced: false };
        // A roll may still be syncing.
        self.world.sleep(Duration::from_secs(60)).await;
        let world = self.world.clone();
        let elsewhere = LogDir::open(&world, "/elsewhere".as_ref(), dir_options()).expect("a directory");
        let placeholder = Log::open(&elsewhere, FOLDER, LogConfig::default(), how, 0, &mut |_| {}).expect("a log").0;
        drop(std::mem::replace(&mut self.log, placeholder));
        drop(std::mem::replace(&mut self.dir, elsewhere));
        let (dir, log) = Run::open(&world, &self.config, how);
        (self.dir, self.log) = (dir, log);
        // An end inside a gap is not written anywhere: the log then ends behind its last batch.
        let behind_last = self.model.batches.last().map_or(0, |batch| batch.summary.last_offset + 1);
        assert!(
            (behind_last..=self.model.end).contains(&self.log.log_end()),
            "{} of {behind_last}",
            self.log.log_end()
        );
        self.model.end = self.log.log_end();
        self.model.start = self.model.start.min(self.model.end);
    }
}

#[test]
fn agrees_with_a_list_in_memory() {
    for seed in 0..SEEDS {
        let simulation = Simulation::new(seed, Faults { evictions: 0.2, ..Faults::none() });
        let world = simulation.process("node");
        simulation.run(async {
            let mut chance = SmallRng::seed_from_u64(seed);
            let config = LogConfig { compact: true, ..random_config(&mut chance) };
            let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
            let (dir, log) = Run::open(&world, &config, how);
            let model = Model::default();
            let mut run = Run { world: world.clone(), dir, log, model, chance, config, time: 1000, recovery_point: 0 };
            for _ in 0..OPERATIONS {
                run.step().await;
            }
        });
    }
}

/// As many as take a second or two.
const SEEDS: u64 = 150;
