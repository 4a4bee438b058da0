//! Logs that commit through one journal, and power that is cut in the middle: what was committed is there, what was cut, deleted or
//! cleaned does not come back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kampa_formats::batch;
use kampa_formats::compression::Codec;
use kampa_formats::log_file_name::{LogFileKind, LogFileName};
use kampa_formats::sync_journal::{FILE_NAME, FOLDER, PAGE_BYTES};
use kampa_protocol::Uuid;
use kampa_world::sim::{Faults, Simulation};
use kampa_world::{OpenOptions, World};
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::{Replayed, replay};

use crate::testing::{dir_options, make_batch, summary};
use crate::{Log, LogConfig, LogDir, OpenAs};

const DIR: &str = "/data";
const FOLDERS: [&str; 4] = ["a-0", "a-1", "b-0", "c-0"];

/// What one topic's partition was given since it was created.
#[derive(Clone, Default)]
struct Given {
    topic_id: u8,
    batches: BTreeMap<i64, Bytes>,
    /// Told durable up to here.
    durable_end: i64,
    /// Batches that may have been cleaned away.
    cleaned: Vec<i64>,
    /// It was cleaned once: holes are no fault of its log any more.
    compacts: bool,
    /// It is being deleted: it may be there or not.
    is_dying: bool,
}

impl Given {
    fn end(&self) -> i64 {
        self.batches.values().last().map_or(0, |batch| summary(batch).last_offset + 1)
    }
}

type Shared = Arc<Mutex<BTreeMap<&'static str, Given>>>;

fn config() -> LogConfig {
    LogConfig { segment_bytes: 60_000, index_interval_bytes: 1_000, file_delete_delay_ms: 0, ..LogConfig::default() }
}

/// Opens a partition's log as its owner does: marked with its topic's id, and thrown away first if it is another topic's.
fn open_log(dir: &LogDir, folder: &str, topic_id: u8, compact: bool) -> std::io::Result<Log> {
    if let Some(found) = dir.read_partition_metadata(folder)?
        && found != Uuid([topic_id; 16])
    {
        dir.delete_closed(folder)?;
    }
    if dir.read_partition_metadata(folder)?.is_none() {
        dir.write_partition_metadata(folder, Uuid([topic_id; 16]))?;
    }
    let how = OpenAs { clean: dir.was_clean(), recovery_point: 0, log_start: 0, synced: false };
    Ok(Log::open(dir, folder, LogConfig { compact, ..config() }, how, i64::MAX, &mut |_| {})?.0)
}

/// Holds a log against what it was given.
async fn hold_against(log: &Log, given: &mut Given, folder: &str) {
    let end = log.log_end();
    assert!(end >= given.durable_end, "{folder} ends at {end}, but {} was committed", given.durable_end);
    let mut found = BTreeMap::new();
    let mut at = log.log_start();
    while at < end {
        let read = log.read(at, 50_000, i64::MAX, true).await.expect("reads");
        for view in read.records.into_iter().flat_map(batch::batches) {
            let view = batch::BatchView::check(view.expect("a batch").into_bytes()).expect("a good batch");
            found.insert(view.base_offset, view.into_bytes());
        }
        if read.next_offset == at {
            // The last batches were cleaned away.
            break;
        }
        at = read.next_offset;
    }
    for (offset, bytes) in &found {
        assert_eq!(given.batches.get(offset), Some(bytes), "{folder}: the batch at {offset}");
    }
    for offset in given.batches.range(..end).map(|(offset, _)| offset) {
        let may_lack = given.cleaned.contains(offset);
        assert!(found.contains_key(offset) || may_lack, "{folder}: no batch at {offset} of {}", given.durable_end);
    }
    given.batches.retain(|offset, _| found.contains_key(offset));
    given.cleaned.clear();
    given.durable_end = given.durable_end.min(end);
}

async fn commit(dir: &LogDir, log: &Log) -> std::io::Result<()> {
    let end = log.log_end();
    log.commit();
    while log.durable_end() < end {
        if let Some(why) = dir.offline() {
            return Err(std::io::Error::other(why.to_owned()));
        }
        dir.world().sleep(Duration::from_micros(200)).await;
    }
    Ok(())
}

fn append(log: &Log, given: &mut Given, chance: &mut SmallRng) -> std::io::Result<()> {
    let bytes = if chance.random_bool(0.1) { 20_000 } else { chance.random_range(0..3_000) };
    let at = i64::from(chance.random::<u16>());
    let batch = make_batch(log.log_end(), chance.random_range(1..4), bytes, at, Codec::None);
    given.batches.insert(log.log_end(), batch.clone());
    log.append(std::slice::from_ref(&batch), &[summary(&batch)]).map(drop)
}

/// Replaces a segment below the newest by one without every other batch, as compaction does.
fn clean(world: &World, log: &Log, folder: &str, given: &mut Given) -> std::io::Result<()> {
    let segments = log.segments();
    let [first, .., _] = &segments[..] else { return Ok(()) };
    log.inner.settle(first.next_offset)?;
    given.compacts = true;
    let path = Path::new(DIR).join(folder).join(LogFileName::live(first.base_offset, LogFileKind::Log).to_string());
    let disk = world.disk();
    let kept = disk.read(&path)?;
    let mut cleaned = Vec::new();
    for (n, view) in batch::batches(Bytes::from(kept)).enumerate() {
        let view = view.expect("a batch");
        if n % 2 == 0 {
            cleaned.extend_from_slice(view.bytes());
        } else {
            given.cleaned.push(view.base_offset);
        }
    }
    // Where a segment begins there is a snapshot of the producers, which tells that what is before it was on the medium.
    let snapshot = LogFileName::live(first.next_offset, LogFileKind::ProducerSnapshot).to_string();
    disk.write_atomic(Path::new(DIR).join(folder).join(snapshot), b"")?;
    disk.write_atomic(path, &cleaned)
}

/// One life: opens what is there, holds it against what was given, and works until the end.
async fn live(world: World, shared: Shared, seed: u64, is_last: bool) -> std::io::Result<()> {
    let mut chance = SmallRng::seed_from_u64(seed);
    let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).map_err(std::io::Error::other)?;
    dir.scan().map_err(std::io::Error::other)?;
    let mut logs = BTreeMap::new();
    for folder in FOLDERS {
        let mut given = shared.lock().entry(folder).or_default().clone();
        let topic_id = given.topic_id;
        let log = open_log(&dir, folder, topic_id, given.compacts)?;
        if given.is_dying {
            // Whether the deletion came to be: if not, it is repeated.
            dir.delete(folder, &log)?;
            shared.lock().insert(folder, Given { topic_id: topic_id + 1, ..Given::default() });
            logs.insert(folder, open_log(&dir, folder, topic_id + 1, false)?);
            continue;
        }
        hold_against(&log, &mut given, folder).await;
        // What is there counts: recovery has synced it.
        given.durable_end = log.log_end();
        shared.lock().insert(folder, given);
        logs.insert(folder, log);
    }
    if is_last {
        return Ok(());
    }
    for _ in 0..chance.random_range(5..60) {
        let folder = FOLDERS[chance.random_range(0..FOLDERS.len())];
        let log = logs[folder].clone();
        match chance.random_range(0..40) {
            0 => {
                let to = chance.random_range(log.log_start()..=log.log_end());
                let mut shared = shared.lock();
                let given = shared.get_mut(folder).expect("there");
                let to = given.batches.range(..=to).next_back().map_or(to, |(base, _)| (*base).min(to));
                given.durable_end = given.durable_end.min(to);
                // It may be cut or not.
                let batches = given.batches.clone();
                log.truncate_to(to)?;
                given.batches = batches.range(..to).map(|(offset, batch)| (*offset, batch.clone())).collect();
            }
            1 => {
                let topic_id = {
                    let mut shared = shared.lock();
                    let given = shared.get_mut(folder).expect("there");
                    given.is_dying = true;
                    given.topic_id + 1
                };
                dir.delete(folder, &log)?;
                shared.lock().insert(folder, Given { topic_id, ..Given::default() });
                logs.insert(folder, open_log(&dir, folder, topic_id, false)?);
            }
            2 => {
                clean(&world, &log, folder, shared.lock().get_mut(folder).expect("there"))?;
                // This log knows nothing of it: a new start does.
                return Ok(());
            }
            3 => drop(log.roll()?),
            4 => drop(log.sync().await?),
            5 => dir.chores(true).await,
            6..10 => append(&log, shared.lock().get_mut(folder).expect("there"), &mut chance)?,
            _ => {
                // Several at once, which share.
                let mut waiting = Vec::new();
                for folder in FOLDERS {
                    if chance.random_bool(0.4) {
                        continue;
                    }
                    append(&logs[folder], shared.lock().get_mut(folder).expect("there"), &mut chance)?;
                    logs[folder].commit();
                    waiting.push(folder);
                }
                for folder in waiting {
                    commit(&dir, &logs[folder]).await?;
                    let mut shared = shared.lock();
                    let given = shared.get_mut(folder).expect("there");
                    given.durable_end = given.end();
                }
            }
        }
    }
    Ok(())
}

/// Lives of one directory, each but the last ended after `operations` changes of the disk. What its replays did.
fn run(seed: u64, lives: &[u64], ends: impl Fn(&Simulation, u64)) -> Replayed {
    let simulation = Simulation::new(seed, Faults::none());
    // Who waits for a commit that never comes is found.
    simulation.limit_steps(2_000_000);
    let shared = Shared::default();
    let mut all = Replayed::default();
    for (life, operations) in lives.iter().enumerate() {
        let world = simulation.process("node");
        ends(&simulation, *operations);
        let is_last = life + 1 == lives.len();
        let lived = world.spawn("life", live(world.clone(), shared.clone(), seed + life as u64, is_last));
        let ended = simulation.run(lived);
        if is_last {
            ended.expect("ends by itself").expect("nothing is wrong with the disk");
            break;
        }
        simulation.control().crash("node");
        // What the next life will do, done beforehand to look at it.
        let world = simulation.process("node");
        let replayed = replay(world.disk(), DIR.as_ref(), false).expect("replays");
        assert_eq!((replayed.lost_groups, replayed.lost_bytes), (0, 0), "seed {seed}");
        all.groups += replayed.groups;
        all.files += replayed.files;
        all.written_bytes += replayed.written_bytes;
        simulation.control().kill("node");
    }
    all
}

#[test]
fn nothing_committed_is_lost_to_power_cuts() {
    let mut all = Replayed::default();
    for seed in 0..SEEDS {
        let mut chance = SmallRng::seed_from_u64(seed);
        let lives: Vec<u64> =
            (0..8).map(|life| if life == 7 { u64::MAX } else { chance.random_range(1..400) }).collect();
        let replayed = run(seed * 100, &lives, |simulation, operations| simulation.crash_at("node", operations));
        all.groups += replayed.groups;
        all.files += replayed.files;
        all.written_bytes += replayed.written_bytes;
    }
    assert!(all.groups > 20 * SEEDS as usize && all.written_bytes > 20_000 * SEEDS, "{all:?}");
}

#[test]
fn power_may_be_cut_at_every_operation() {
    // The first life fills the directory, the second works on it, and the second's end comes at each operation; the third looks.
    for operations in 0..250 {
        run(7, &[300, operations, u64::MAX], |simulation, operations| simulation.crash_at("node", operations));
    }
}

#[test]
fn a_replay_may_be_cut_short_and_begins_anew() {
    let mut cut_short = 0;
    for operations in 0..30 {
        let simulation = Simulation::new(3, Faults::none());
        let shared = Shared::default();
        for life in 0..3 {
            let world = simulation.process("node");
            simulation.control().crash_at("node", if life == 1 { operations } else { 500 });
            let lived = world.spawn("life", live(world.clone(), shared.clone(), 11, life == 2));
            let ended = simulation.run(lived);
            if life == 1 {
                cut_short += u32::from(!matches!(ended, Ok(Ok(()))));
            }
            simulation.control().crash("node");
        }
    }
    assert!(cut_short > 10, "{cut_short}");
}

/// A directory with 20 committed batches in each of two logs, none of them in its segment on the medium, and the power cut.
/// `spoil` has the journal's file, and where its groups lie, before the next start: how that went, and where the logs end.
fn spoiled(spoil: impl Fn(&kampa_world::File, &[u64])) -> (Replayed, i64, i64) {
    // A seed whose power cut leaves nothing of what was not synced.
    let simulation = Simulation::new(3, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).expect("the directory");
        let logs = ["a-0", "b-0"].map(|folder| open_log(&dir, folder, 1, false).expect("a log"));
        for log in &logs {
            log.sync().await.expect("syncs");
        }
        for n in 0..20 {
            for log in &logs {
                let batch = make_batch(n, 1, 500, 0, Codec::None);
                log.append(std::slice::from_ref(&batch), &[summary(&batch)]).expect("appends");
                log.commit();
            }
            for log in &logs {
                commit(&dir, log).await.expect("commits");
            }
            if n == 0 {
                // The first went by the segments while the journal was being made.
                world.sleep(Duration::from_millis(100)).await;
            }
        }
        assert!(logs.iter().all(|log| log.recovery_point() < 3 && log.durable_end() == 20));
    });
    simulation.control().crash("node");
    let world = simulation.process("node");
    let path: PathBuf = Path::new(DIR).join(FOLDER).join(FILE_NAME);
    let file = world.disk().open(&path, OpenOptions::READ_WRITE).expect("a journal");
    let mut groups = Vec::new();
    for page in (2 * PAGE_BYTES..file.len().expect("a length")).step_by(PAGE_BYTES as usize) {
        let mut magic = [0; 4];
        file.read_exact_at(&mut magic, page).expect("reads");
        if &magic == b"KSJG" {
            groups.push(page);
        }
    }
    assert!(groups.len() >= 15, "{groups:?}");
    spoil(&file, &groups);
    let replayed = replay(world.disk(), DIR.as_ref(), false).expect("replays");
    let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).expect("the directory");
    let ends = ["a-0", "b-0"].map(|folder| open_log(&dir, folder, 1, false).expect("a log").log_end());
    (replayed, ends[0], ends[1])
}

fn flip(file: &kampa_world::File, at: u64) {
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).expect("reads");
    file.write_all_at(&[byte[0] ^ 4], at).expect("writes");
}

#[test]
fn a_torn_last_group_costs_only_itself() {
    let (whole, a, b) = spoiled(|_, _| {});
    assert!(whole.written_bytes > 15_000 && whole.files == 2);
    assert_eq!((whole.lost_groups, a, b), (0, 20, 20));
    for at in [0, 5, 9, 15, 24, 300] {
        let (torn, a, b) = spoiled(|file, groups| flip(file, groups[groups.len() - 1] + at));
        assert_eq!((torn.groups, torn.lost_groups), (whole.groups - 1, 0), "byte {at}");
        assert!((18..=20).contains(&a) && (18..=20).contains(&b), "{a} {b}");
    }
}

#[test]
fn a_group_lost_from_the_middle_is_told_and_nothing_is_served_across_the_hole() {
    let (replayed, a, b) = spoiled(|file, groups| flip(file, groups[6] + 100));
    assert_eq!(replayed.lost_groups, 1);
    assert!(replayed.lost_bytes > 0 && a.min(b) < 20, "{replayed:?} {a} {b}");
}

#[test]
fn one_head_of_two_is_enough_and_without_one_nothing_counts() {
    let (one, a, b) = spoiled(|file, _| file.write_all_at(&[9; 4096], PAGE_BYTES).expect("writes"));
    assert_eq!((one.lost_groups, a, b), (0, 20, 20));
    let (none, a, b) = spoiled(|file, _| file.write_all_at(&[9; 8192], 0).expect("writes"));
    assert_eq!(none, Replayed::default());
    assert!(a < 20 && b < 20);
    let (cut, ..) = spoiled(|file, _| file.set_len(100).expect("cuts"));
    assert_eq!(cut, Replayed::default());
}

#[test]
fn a_clean_stop_leaves_no_journal() {
    let simulation = Simulation::new(5, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).expect("the directory");
        let log = open_log(&dir, "a-0", 1, false).expect("a log");
        for n in 0..10 {
            let batch = make_batch(n, 1, 500, 0, Codec::None);
            log.append(std::slice::from_ref(&batch), &[summary(&batch)]).expect("appends");
            commit(&dir, &log).await.expect("commits");
            world.sleep(Duration::from_millis(20)).await;
        }
        assert!(world.disk().is_dir(Path::new(DIR).join(FOLDER)));
        assert_eq!(dir.scan().expect("scans").len(), 1, "the journal's folder is no partition's");
        log.close().expect("closes");
        dir.mark_clean(1).expect("marks");
        assert!(!world.disk().exists(Path::new(DIR).join(FOLDER)));
    });
    simulation.control().crash("node");
    let world = simulation.process("node");
    let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).expect("the directory");
    assert!(dir.was_clean());
    assert_eq!(open_log(&dir, "a-0", 1, false).expect("a log").log_end(), 10);
}

#[test]
fn room_is_given_back_without_a_sync_of_logs_that_were_synced_since() {
    let simulation = Simulation::new(5, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).expect("the directory");
        let log = open_log(&dir, "a-0", 1, false).expect("a log");
        let append_and_commit = async |n| {
            let batch = make_batch(n, 1, 500, 0, Codec::None);
            log.append(std::slice::from_ref(&batch), &[summary(&batch)]).expect("appends");
            commit(&dir, &log).await.expect("commits");
        };
        let to_sync = || dir.volume().oldest_stretch().map(|(_, logs)| logs.len());
        append_and_commit(0).await;
        world.sleep(Duration::from_millis(100)).await;
        assert_eq!(to_sync(), None, "the first goes without a journal");
        append_and_commit(1).await;
        assert_eq!(to_sync(), Some(1));
        log.sync().await.expect("syncs");
        assert_eq!(to_sync(), Some(0));
        // In a stretch of its own, which is not the oldest.
        append_and_commit(2).await;
        assert_eq!(to_sync(), Some(0));
        dir.volume().give_back(dir.volume().oldest_stretch().expect("a stretch").0).expect("gives back");
        assert_eq!(to_sync(), Some(1));
    });
}

#[test]
fn a_failed_sync_of_the_journal_takes_the_directory_offline() {
    let simulation = Simulation::new(5, Faults::none());
    let world = simulation.process("node");
    simulation.run(async {
        let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).expect("the directory");
        let log = open_log(&dir, "a-0", 1, false).expect("a log");
        let put = |n| {
            let batch = make_batch(n, 1, 500, 0, Codec::None);
            log.append(std::slice::from_ref(&batch), &[summary(&batch)])
        };
        for n in 0..3 {
            put(n).expect("appends");
            commit(&dir, &log).await.expect("commits");
            world.sleep(Duration::from_millis(100)).await;
        }
        simulation.set_faults(Faults { syncs_fail: 1.0, ..Faults::none() });
        put(3).expect("appends");
        log.commit();
        world.sleep(Duration::from_millis(100)).await;
        assert_eq!(log.durable_end(), 3);
        assert!(dir.offline().is_some_and(|why| why.starts_with("sync the journal")), "{:?}", dir.offline());
        simulation.set_faults(Faults::none());
        put(4).expect_err("the directory is out of use");
        log.commit();
        world.sleep(Duration::from_millis(100)).await;
        assert_eq!(log.durable_end(), 3, "it is not tried again");
    });
}

#[test]
fn what_fills_the_journal_waits_for_room_and_all_of_it_is_there() {
    let simulation = Simulation::new(9, Faults::none());
    let world = simulation.process("node");
    let shared = Shared::default();
    simulation.run(async {
        let dir = LogDir::open(&world, DIR.as_ref(), dir_options()).expect("the directory");
        let mut chance = SmallRng::seed_from_u64(1);
        let logs = FOLDERS.map(|folder| (folder, open_log(&dir, folder, 0, false).expect("a log")));
        // Thirty times what the circle holds.
        let mut bytes = 0;
        while bytes < 30 * dir_options().journal_bytes {
            for (folder, log) in &logs {
                let mut shared = shared.lock();
                append(log, shared.entry(folder).or_default(), &mut chance).expect("appends");
                log.commit();
            }
            for (folder, log) in &logs {
                commit(&dir, log).await.expect("commits");
                let mut shared = shared.lock();
                let given = shared.get_mut(folder).expect("there");
                given.durable_end = given.end();
            }
            bytes = logs.iter().map(|(_, log)| log.size_bytes()).sum();
        }
    });
    simulation.control().crash("node");
    let world = simulation.process("node");
    simulation.run(live(world, shared, 0, true)).expect("nothing is wrong with the disk");
}

/// A few seconds' worth.
const SEEDS: u64 = 30;
