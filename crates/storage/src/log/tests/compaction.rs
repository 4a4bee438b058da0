//! Compaction where it touches the disk: power cut at every operation, readers under way, bad bytes, a full disk, a log that
//! changes under it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use expect_test::{Expect, expect};
use kampa_formats::batch::control::EndMarker;
use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord, batches};
use kampa_formats::txn_index::AbortedTxn;
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};
use parking_lot::Mutex;

use crate::testing::{dir_options, in_temporary_dir, summary};
use crate::{CompactError, CompactionBounds, CompactionStep, Dirtiness, Log, LogConfig, LogDir, OpenAs};

/// Batches of each prepared log, in segments of about three.
const BATCHES: i64 = 40;
const BOUNDS: CompactionBounds = CompactionBounds { key_bytes_max: 24 << 10, load_factor: 0.9, io_bytes: 300 };

fn config() -> LogConfig {
    LogConfig { segment_bytes: 600, index_interval_bytes: 100, compact: true, delete: false, ..LogConfig::default() }
}

fn open(world: &World, recovery_point: i64) -> Log {
    let dir = LogDir::open(world, "/data".as_ref(), dir_options()).expect("the directory");
    open_in(&dir, recovery_point)
}

fn open_in(dir: &LogDir, recovery_point: i64) -> Log {
    let how = OpenAs { clean: false, recovery_point, log_start: 0, synced: false };
    Log::open(dir, "t-0", config(), how, i64::MAX, &mut |_| {}).expect("the log").0
}

/// Three records with keys that come again and again; every fifth batch is of a transaction that is aborted two batches later.
fn fill(log: &Log, count: i64) {
    for n in 0..count {
        let aborted = n % 5 == 2;
        let offset = log.log_end();
        let batch = if n % 5 == 4 {
            EndMarker { committed: false, coordinator_epoch: 0 }.batch(offset, 1000 + n, 7, 0)
        } else {
            let producer_id = if aborted { 7 } else { -1 };
            let options = BatchOptions { transactional: aborted, producer_id, ..BatchOptions::default() };
            let mut builder = BatchBuilder::new(options);
            for record in 0..3 {
                let key = format!("key-{}", (n * 7 + record * 3) % 11);
                let value = format!("value {n}/{record} of {key}, aborted: {aborted}");
                let value = ((n + record) % 6 > 0).then_some(value.as_bytes());
                builder.append(NewRecord { timestamp: 1000 + n, key: Some(key.as_bytes()), value, headers: &[] });
            }
            builder.build(offset)
        };
        log.append(std::slice::from_ref(&batch), &[summary(&batch)]).expect("appended");
        if n % 5 == 4 {
            let first_offset = offset - 6;
            let last_stable_offset = offset + 1;
            let entry = AbortedTxn { producer_id: 7, first_offset, last_offset: offset, last_stable_offset };
            log.append_aborted(&entry).expect("appended");
        }
    }
}

fn dirt(log: &Log) -> Dirtiness {
    log.dirtiness(None, log.log_end(), 10_000).expect("measured")
}

fn compact(log: &Log) -> Result<crate::Compacted, CompactError> {
    let mut compaction = log.begin_compaction(&dirt(log), 10_000, BOUNDS, Box::new(|_| false))?;
    loop {
        if let CompactionStep::Done(compacted) = compaction.step()? {
            return Ok(compacted);
        }
    }
}

/// Every record: offset, key, value. Batches must follow each other.
async fn records(log: &Log) -> Vec<(i64, Bytes, Option<Bytes>)> {
    let mut found = Vec::new();
    let mut at = log.log_start();
    while at < log.log_end() {
        let read = log.read(at, 1 << 20, i64::MAX, true).await.expect("reads");
        assert!(read.next_offset > at, "nothing at {at} of {}", log.log_end());
        for piece in read.records {
            for view in batches(piece) {
                let view = BatchView::check(view.expect("whole").into_bytes()).expect("good");
                assert!(found.last().is_none_or(|(offset, _, _)| *offset < view.last_offset()), "overlap");
                if view.is_control() {
                    continue;
                }
                let records = view.records(1 << 20).expect("records").map(|record| record.expect("a record"));
                found.extend(records.map(|record| (record.offset, record.key.expect("a key"), record.value)));
            }
        }
        at = read.next_offset;
    }
    found
}

/// What a reader of committed records makes of the log.
async fn state(log: &Log) -> BTreeMap<Bytes, Bytes> {
    let aborted = log.aborted_between(log.log_start(), log.log_end()).await.expect("read");
    let mut state = BTreeMap::new();
    for (offset, key, value) in records(log).await {
        // All of the one transactional producer's records between the first and the marker are of its transaction.
        let is_aborted = value.as_ref().is_some_and(|value| value.ends_with(b"true"));
        if is_aborted {
            let told = aborted.iter().any(|it| (it.first_offset..it.last_offset).contains(&offset));
            assert!(told, "the record at {offset} is aborted and nobody says so");
            continue;
        }
        match value {
            Some(value) => drop(state.insert(key, value)),
            None if aborted.iter().any(|it| (it.first_offset..it.first_offset + 3).contains(&offset)) => {}
            None => drop(state.remove(&key)),
        }
    }
    state
}

#[test]
fn power_may_be_cut_at_any_operation() {
    let (mut cuts, mut leftovers) = (0, 0);
    for seed in 0..2 {
        for operations in 1.. {
            let simulation = Simulation::new(seed, Faults::none());
            let world = simulation.process("node");
            let log = open(&world, 0);
            fill(&log, BATCHES);
            // The index of the active segment is not synced: whoever opens the log makes it from the batches.
            log.roll().expect("rolled");
            simulation.run(log.sync()).expect("synced");
            let (before, end) = (simulation.run(state(&log)), log.log_end());

            let finished = Arc::new(Mutex::new(false));
            simulation.crash_at("node", operations);
            let work = {
                let (finished, world) = (finished.clone(), world.clone());
                async move {
                    let done = world.offload(move || compact(&log).is_ok()).await;
                    world.sleep(Duration::from_millis(1)).await;
                    *finished.lock() = done;
                }
            };
            drop(world.spawn("compact", work));
            let control = simulation.control();
            simulation.run(async {
                control.sleep(Duration::from_secs(5)).await;
            });
            let ended_early = !control.is_running("node");
            control.crash("node");

            let world = simulation.process("node");
            let disk = world.disk().clone();
            let names = disk.read_dir("/data/t-0").expect("a folder");
            leftovers += usize::from(names.iter().any(|entry| entry.name.ends_with(".swap")));
            let log = open(&world, end);
            assert_eq!(log.log_end(), end);
            assert_eq!(simulation.run(state(&log)), before, "seed {seed}, cut at operation {operations}");
            let names = disk.read_dir("/data/t-0").expect("a folder");
            assert!(names.iter().all(|entry| !entry.name.ends_with(".swap") && !entry.name.ends_with(".cleaned")));
            // And from there it goes on.
            compact(&log).expect("compacted");
            assert_eq!(simulation.run(state(&log)), before, "seed {seed}, cut at operation {operations}");
            let clean_end = dirt(&log).first_uncleanable;
            let left = simulation.run(records(&log)).into_iter().filter(|(offset, _, _)| *offset < clean_end);
            assert_eq!(left.count(), 11, "one record of each key");
            if !ended_early {
                assert!(*finished.lock());
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 200 && leftovers > 25, "{cuts} cuts, {leftovers} in an exchange");
}

#[test]
fn readers_do_not_notice() {
    let work = |world: World, path| async move {
        let dir = LogDir::open(&world, path, dir_options()).expect("the directory");
        let log = open_in(&dir, 0);
        fill(&log, BATCHES);
        let ended = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..3)
            .map(|_| {
                let (log, dir, ended) = (log.clone(), dir.clone(), ended.clone());
                world.spawn("read", async move {
                    let mut reads = 0;
                    while !ended.load(Ordering::Relaxed) {
                        records(&log).await;
                        log.aborted_between(0, i64::MAX).await.expect("read");
                        log.offset_for_time(1003, i64::MAX).await.expect("read");
                        log.max_timestamp().await.expect("read");
                        // Files are closed, to be opened by their names.
                        dir.chores(true).await;
                        reads += 1;
                    }
                    reads
                })
            })
            .collect();
        for _ in 0..60 {
            fill(&log, 10);
            let here = log.clone();
            world.offload(move || compact(&here)).await.expect("compacted");
        }
        ended.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.await.expect("no reader failed") > 0);
        }
    };
    in_temporary_dir(|world, path| work(world, path.leak()));
}

/// What a compaction answers after `spoil`, and after the damage is undone.
fn check(spoil: impl FnOnce(&Simulation, &Log), want: Expect) {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let log = open(&world, 0);
    fill(&log, BATCHES);
    simulation.run(log.sync()).expect("synced");
    let mut compaction = log.begin_compaction(&dirt(&log), 10_000, BOUNDS, Box::new(|_| false)).expect("begun");
    compaction.step().expect("a step");
    spoil(&simulation, &log);
    let error = loop {
        match compaction.step() {
            Ok(CompactionStep::On { .. }) => {}
            Ok(CompactionStep::Done(_)) => break "done".to_owned(),
            Err(error) => break error.to_string(),
        }
    };
    drop(compaction);
    let names = world.disk().read_dir("/data/t-0").expect("a folder");
    assert!(names.iter().all(|entry| !entry.name.ends_with(".swap") && !entry.name.ends_with(".cleaned")));
    want.assert_eq(&error);
}

#[test]
fn a_batch_that_has_rotted_is_told_and_not_written_anew() {
    let rot = |simulation: &Simulation, log: &Log| {
        let segment = log.segments()[3];
        let path = format!("/data/t-0/{:020}.log", segment.base_offset);
        simulation.flip_bit("node", path, 100, 3).expect("flipped");
    };
    check(
        rot,
        expect![
            "/data/t-0/00000000000000000025.log at position 78: checksum is 0x9ba05cce but the bytes give 0x858f1eb9"
        ],
    );
}

#[test]
fn holes_stay_when_a_topic_is_compacted_no_more() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let log = open(&world, 0);
    fill(&log, BATCHES);
    simulation.run(log.sync()).expect("synced");
    compact(&log).expect("compacted");
    let (before, end) = (simulation.run(records(&log)), log.log_end());
    drop(log);
    simulation.kill("node");
    let dir = LogDir::open(&simulation.process("node"), "/data".as_ref(), dir_options()).expect("the directory");
    let how = OpenAs { clean: false, recovery_point: end, log_start: 0, synced: false };
    let config = LogConfig { compact: false, delete: true, ..config() };
    let (log, recovered) = Log::open(&dir, "t-0", config, how, i64::MAX, &mut |_| {}).expect("the log");
    assert_eq!(recovered.trouble, None);
    assert_eq!(simulation.run(records(&log)), before);
}

#[test]
fn what_changes_the_log_ends_a_compaction() {
    check(
        |_, log| assert_eq!(log.truncate_to(50).expect("cut"), 48),
        expect!["the log changed meanwhile, or is closed"],
    );
    check(|_, log| log.close().expect("closed"), expect!["the log changed meanwhile, or is closed"]);
    let retain = |_: &Simulation, log: &Log| {
        log.advance_log_start(60);
        log.retain(10_000, log.log_end()).expect("deleted");
    };
    check(retain, expect!["the log changed meanwhile, or is closed"]);
    check(|_, log| assert!(matches!(compact(log), Err(CompactError::Busy))), expect!["done"]);
}

#[test]
fn a_full_disk_is_tried_again() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let log = open(&world, 0);
    fill(&log, BATCHES);
    let before = simulation.run(state(&log));
    simulation.set_disk_capacity("node", 0);
    let error = compact(&log).expect_err("full");
    assert!(matches!(error, CompactError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull));
    assert_eq!(simulation.run(state(&log)), before);
    simulation.set_disk_capacity("node", 1 << 30);
    compact(&log).expect("compacted");
    assert_eq!(simulation.run(state(&log)), before);
}

#[test]
fn keys_beyond_the_memory_wait_for_the_next_round() {
    let simulation = Simulation::new(1, Faults::none());
    let log = open(&simulation.process("node"), 0);
    fill(&log, BATCHES);
    let before = simulation.run(state(&log));
    let bounds = |keys: usize| CompactionBounds { key_bytes_max: 24 * keys, load_factor: 1.0, ..BOUNDS };
    let mut clean_end = None;
    let mut rounds = 0;
    loop {
        let dirt = log.dirtiness(clean_end, log.log_end(), 10_000).expect("measured");
        if dirt.first_dirty == dirt.first_uncleanable {
            break;
        }
        let mut compaction = log.begin_compaction(&dirt, 10_000, bounds(8), Box::new(|_| false)).expect("begun");
        while let CompactionStep::On { .. } = compaction.step().expect("a step") {}
        let Ok(CompactionStep::Done(compacted)) = compaction.step() else { panic!("done before") };
        clean_end = Some(compacted.clean_end);
        rounds += 1;
        assert_eq!(simulation.run(state(&log)), before);
    }
    assert!(rounds > 5, "{rounds}");
}

#[test]
fn a_batch_with_more_keys_than_there_is_memory_for_is_told() {
    let simulation = Simulation::new(1, Faults::none());
    let log = open(&simulation.process("node"), 0);
    fill(&log, BATCHES);
    let bounds = CompactionBounds { key_bytes_max: 24 * 3, ..BOUNDS };
    let mut compaction = log.begin_compaction(&dirt(&log), 10_000, bounds, Box::new(|_| false)).expect("begun");
    let error = compaction.step().expect_err("no room").to_string();
    expect!["the batch at offset 0 has more keys than log.cleaner.dedupe.buffer.size holds"].assert_eq(&error);
}
