//! Kills, power cuts, full and failing disks, from seeds: what was synced is there, what is there is a prefix of what was
//! appended, and after a kill it is all of it.

use std::sync::Arc;

use bytes::Bytes;
use kampa_formats::batch;
use kampa_formats::compression::Codec;
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::testing::{dir_options, make_batch, summary};
use crate::{BatchSummary, Log, LogConfig, LogDir, OpenAs, ReadError};

/// What a log of several lives was given.
#[derive(Default)]
struct Given {
    batches: Vec<(BatchSummary, Bytes)>,
    /// Appends for which the disk was too full. What was written of one may lie on the medium where a later one is lost.
    refused: Vec<(BatchSummary, Bytes)>,
    /// Appends up to here were answered with success.
    answered_end: i64,
    /// Syncs up to here were.
    durable_end: i64,
    /// What a checkpoint on disk would say.
    recovery_point: i64,
    log_start: i64,
}

impl Given {
    fn end(&self) -> i64 {
        self.batches.last().map_or(0, |(summary, _)| summary.last_offset + 1)
    }

    fn cut(&mut self, end: i64) {
        self.answered_end = self.answered_end.min(end);
        self.durable_end = self.durable_end.min(end);
        self.recovery_point = self.recovery_point.min(end);
        self.log_start = self.log_start.min(end);
    }

    /// The log as it opened again: no less than what was answered, and nothing but what was given.
    async fn hold_against(&mut self, log: &Log) {
        let (start, end) = (log.log_start(), log.log_end());
        assert!(end >= self.answered_end, "the log ends at {end}, not at {}", self.answered_end);
        let mut at = start;
        while at < end {
            let read = log.read(at, 10_000, i64::MAX, true).await.expect("reads");
            assert!(!read.records.is_empty(), "nothing at {at} of {end}");
            let mut found = Bytes::from(read.records.concat());
            self.take_refused(&found);
            let from = self.batches.partition_point(|(summary, _)| summary.last_offset < at);
            for (_, expected) in
                self.batches[from..].iter().take_while(|(batch, _)| batch.base_offset < read.next_offset)
            {
                assert!(found.split_to(expected.len().min(found.len())) == *expected, "other bytes from {at} on");
            }
            assert!(found.is_empty(), "more bytes from {at} on");
            at = read.next_offset;
        }
        self.batches.retain(|(summary, _)| summary.last_offset < end);
        assert_eq!(self.end().max(start), end.max(start), "batches are whole");
        self.cut(end);
        self.answered_end = end;
    }

    /// Batches that were refused count where they are found.
    fn take_refused(&mut self, found: &Bytes) {
        for batch in batch::batches(found.clone()).flatten() {
            let is_it = |(_, bytes): &&(BatchSummary, Bytes)| bytes == batch.bytes();
            if self.batches.iter().any(|given| is_it(&given)) {
                continue;
            }
            let Some(refused) = self.refused.iter().find(is_it).cloned() else { continue };
            assert!(
                batch.base_offset >= self.answered_end,
                "a batch that was refused is in the place of one that was answered"
            );
            self.batches.retain(|(given, _)| given.last_offset < batch.base_offset);
            self.batches.push(refused);
        }
    }
}

fn open(world: &World, given: &Given, config: &LogConfig) -> std::io::Result<(LogDir, Log)> {
    let dir = LogDir::open(world, "/data".as_ref(), dir_options()).map_err(std::io::Error::other)?;
    let how = OpenAs { clean: false, recovery_point: given.recovery_point, log_start: given.log_start, synced: false };
    let (log, _) = Log::open(&dir, "t-0", config.clone(), how, i64::MAX, &mut |_| {})?;
    Ok((dir, log))
}

/// Works on the log until something fails or it has had enough.
async fn live(dir: &LogDir, log: &Log, given: &mut Given, chance: &mut SmallRng) -> std::io::Result<()> {
    for _ in 0..chance.random_range(1..80) {
        match chance.random_range(0..20) {
            0..12 => {
                let mut next = log.log_end();
                let mut batches = Vec::new();
                for _ in 0..chance.random_range(1..4) {
                    let count = chance.random_range(1..5);
                    let bytes = chance.random_range(0..9_000);
                    batches.push(make_batch(next, count, bytes, 1_000, Codec::None));
                    next += i64::from(count);
                }
                let summaries: Vec<BatchSummary> = batches.iter().map(summary).collect();
                given
                    .batches
                    .truncate(given.batches.partition_point(|(s, _)| s.base_offset < summaries[0].base_offset));
                given.batches.extend(summaries.iter().copied().zip(batches.iter().cloned()));
                match log.append(&batches, &summaries) {
                    Ok(_) => given.answered_end = next,
                    // The log goes on as if nobody had asked.
                    Err(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                        assert_eq!(log.log_end(), summaries[0].base_offset);
                        // Unless the process was ended before it could take the part back that was written.
                        log.truncate_to(log.log_end())?;
                        let refused = given.batches.split_off(given.batches.len() - batches.len());
                        given.refused.extend(refused);
                    }
                    Err(error) => return Err(error),
                }
            }
            12..16 => {
                let durable_end = log.sync().await?;
                assert_eq!(durable_end, log.log_end(), "nobody appended meanwhile");
                given.durable_end = durable_end;
                if chance.random_bool(0.5) {
                    given.recovery_point = durable_end;
                }
            }
            16 => {
                let to = chance.random_range(log.log_start()..=log.log_end());
                let floor = given.batches.iter().map(|(s, _)| s.base_offset).filter(|base| *base <= to).max();
                given.cut(floor.unwrap_or(to).min(to));
                let end = log.truncate_to(to)?;
                given.batches.retain(|(summary, _)| summary.last_offset < end);
                given.answered_end = end;
            }
            17 => {
                given.log_start = log.retain(0, given.durable_end.min(log.log_end()))?.new_log_start;
            }
            18 => dir.chores(true).await,
            _ => {
                let at = chance.random_range(log.log_start()..=log.log_end());
                match log.read(at, 1_000, i64::MAX, true).await {
                    Ok(_) => {}
                    Err(ReadError::Io(error)) => return Err(error),
                    Err(error) => panic!("read {at}: {error}"),
                }
            }
        }
    }
    Ok(())
}

/// Several lives of one log. Returns how often each fault struck.
fn run(seed: u64, faults: Faults, kills: f64) -> Vec<(&'static str, u64)> {
    let simulation = Simulation::new(seed, faults);
    let mut chance = SmallRng::seed_from_u64(seed);
    let config = LogConfig {
        segment_bytes: chance.random_range(5_000..100_000),
        index_interval_bytes: 1_000,
        retention_ms: -1,
        retention_bytes: if chance.random_bool(0.3) { 50_000 } else { -1 },
        file_delete_delay_ms: 0,
        ..LogConfig::default()
    };
    let given = Arc::new(tokio::sync::Mutex::new(Given::default()));
    for _life in 0..LIVES {
        let world = simulation.process("node");
        let cuts_power = !chance.random_bool(kills);
        let operations = chance.random_range(0..150);
        if cuts_power {
            simulation.crash_at("node", operations);
        } else {
            simulation.kill_at("node", operations);
        }
        let life = one_life(world.clone(), given.clone(), config.clone(), chance.random());
        // It may end by a kill, and then says nothing.
        let _ = simulation.run(world.spawn("life", life));
        if cuts_power {
            simulation.crash("node");
            let mut given = given.try_lock().expect("nobody lives");
            given.answered_end = given.durable_end;
        } else {
            simulation.kill("node");
        }
    }
    simulation.set_faults(Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let mut given = given.lock().await;
        let (_dir, log) = open(&world, &given, &config).expect("opens at last");
        given.hold_against(&log).await;
    });
    simulation.faults()
}

async fn one_life(world: World, given: Arc<tokio::sync::Mutex<Given>>, config: LogConfig, seed: u64) {
    let mut given = given.lock().await;
    // Even opening may fail; what the log was given stands then.
    let Ok((dir, log)) = open(&world, &given, &config) else { return };
    if dir.offline().is_none() {
        given.hold_against(&log).await;
    }
    let _ = live(&dir, &log, &mut given, &mut SmallRng::seed_from_u64(seed)).await;
    if dir.offline().is_some() {
        assert!(log.roll().is_err() && log.sync().await.is_err(), "an offline directory takes nothing");
    }
}

/// Starts, and ends, of one log.
const LIVES: usize = 6;

fn run_seeds(faults: Faults, kills: f64, struck: &[&str]) {
    let mut total: Vec<(&'static str, u64)> = Vec::new();
    for seed in 0..SEEDS {
        for (fault, count) in run(seed, faults, kills) {
            match total.iter_mut().find(|(name, _)| *name == fault) {
                Some((_, sum)) => *sum += count,
                None => total.push((fault, count)),
            }
        }
    }
    for fault in struck {
        assert!(total.iter().any(|(name, count)| name == fault && *count > 0), "no {fault}: {total:?}");
    }
}

#[test]
fn survives_kills_and_power_cuts() {
    run_seeds(
        Faults { evictions: 0.1, ..Faults::none() },
        0.4,
        &["process killed", "power cut", "unsynced write torn", "unsynced name lost"],
    );
}

#[test]
fn survives_a_full_disk() {
    run_seeds(Faults { disk_full: 0.05, ..Faults::none() }, 0.4, &["disk full"]);
}

#[test]
fn gives_a_failing_disk_up_and_loses_nothing_synced() {
    let faults = Faults { syncs_fail: 0.02, writes_fail: 0.01, ..Faults::none() };
    // After a failed sync the system's memory says what the medium does not: only a restart of the machine tells.
    run_seeds(faults, 0.0, &["sync failed", "write failed"]);
}

#[test]
fn rotten_bits_are_told_and_never_served() {
    let mut corrupt_reads = 0;
    for seed in 0..SEEDS {
        let simulation = Simulation::new(seed, Faults { evictions: 0.5, bit_flips: 0.02, ..Faults::none() });
        let world = simulation.process("node");
        let mut chance = SmallRng::seed_from_u64(seed);
        simulation.run(async {
            let config = LogConfig { segment_bytes: 50_000, index_interval_bytes: 500, ..LogConfig::default() };
            let Ok((_dir, log)) = open(&world, &Given::default(), &config) else { return };
            let mut given: Vec<Bytes> = Vec::new();
            for n in 0..60 {
                let batch = make_batch(n, 1, chance.random_range(0..4_000), 0, Codec::None);
                // Where the roll has to read what has rotted, the log may refuse.
                if log.append(std::slice::from_ref(&batch), &[summary(&batch)]).is_err() {
                    break;
                }
                given.push(batch);
            }
            // Only what is on the medium can rot there.
            log.sync().await.expect("syncs");
            let end = log.log_end();
            for _ in 0..100 {
                let at = chance.random_range(0..end);
                match log.read(at, 8_000, i64::MAX, true).await {
                    Ok(read) => {
                        // The checksum covers neither offset nor leader epoch.
                        for view in read.records.into_iter().flat_map(batch::batches) {
                            let found = view.expect("a batch").into_bytes();
                            let covered = &found[CHECKSUM_FROM..];
                            assert!(
                                given.iter().any(|batch| &batch[CHECKSUM_FROM..] == covered),
                                "seed {seed}, read {at}"
                            );
                        }
                    }
                    Err(ReadError::Corrupt { offset }) => {
                        assert_eq!(offset, at);
                        corrupt_reads += 1;
                    }
                    Err(error) => panic!("seed {seed}: read {at}: {error}"),
                }
            }
        });
    }
    assert!(corrupt_reads > 0);
}

/// Where a batch's checksum begins; what lies before it may change with its place.
const CHECKSUM_FROM: usize = 16;

/// As many as take a second or two.
const SEEDS: u64 = 100;
