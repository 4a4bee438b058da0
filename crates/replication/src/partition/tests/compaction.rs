//! Compaction against a model that forgets nothing: random keys, tombstones, transactions, producers, clock moves, appends between
//! the steps of a compaction, kills and power cuts at any operation of the disk, again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kampa_formats::batch::control::{self, EndMarker};
use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord, batches};
use kampa_formats::compression::{Codec, Compression};
use kampa_formats::log_file_name::{LogFileKind, LogFileName};
use kampa_protocol::{Records, Text, Uuid};
use kampa_storage::{CompactError, CompactionBounds, CompactionStep, LogDir, LogDirOptions};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::testing::parse_config;
use crate::{AppendError, Checkpoints, Isolation, Origin, Partition, PartitionId, ReadRequest};

/// Some seconds' worth; the environment's SEEDS asks for more.
const SEEDS: u64 = 40;
/// Lives of the process in each.
const LIVES: i32 = 6;
const KEYS: u32 = 40;
const DELETE_RETENTION_MS: i64 = 4000;
const CONFIG: &str = "cleanup.policy=compact segment.bytes=900 delete.retention.ms=4000 durability=synced";

/// All that was ever written, and what the clients wait for. Outlives the process.
#[derive(Default)]
struct Model {
    batches: Vec<Written>,
    next_offset: i64,
    /// Next sequence number of each producer.
    sequences: BTreeMap<i64, i32>,
    /// Producers in a transaction.
    open: BTreeSet<i64>,
    /// When each offset was first compacted, for tombstones.
    compacted_ms: BTreeMap<i64, i64>,
    /// The last compaction that came to its end.
    last_compacted_ms: i64,
    counter: u64,
    tally: Tally,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    lives: u64,
    compactions: u64,
    dropped: u64,
    tombstones_dropped: u64,
    empty: u64,
}

struct Written {
    base: i64,
    last: i64,
    producer_id: i64,
    transactional: bool,
    /// A marker, and whether it commits.
    marker: Option<bool>,
    records: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    offset: i64,
    timestamp: i64,
    key: Bytes,
    value: Option<Bytes>,
}

#[test]
fn what_stays_is_what_the_model_says() {
    let mut all = Tally::default();
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    for seed in 0..seeds {
        let tally = run(seed);
        all.lives += tally.lives;
        all.compactions += tally.compactions;
        all.dropped += tally.dropped;
        all.tombstones_dropped += tally.tombstones_dropped;
        all.empty += tally.empty;
    }
    let said = format!(
        "{} lives, {} compactions, {} records dropped, {} tombstones, {} empty batches met",
        all.lives, all.compactions, all.dropped, all.tombstones_dropped, all.empty
    );
    assert!(all.compactions > 2 * seeds && all.dropped > 50 * seeds && all.tombstones_dropped > seeds, "{said}");
    assert!(all.empty > seeds, "{said}");
    println!("{said}");
}

fn run(seed: u64) -> Tally {
    let simulation = Simulation::new(seed, Faults::none());
    let model = Arc::new(Mutex::new(Model::default()));
    let mut chance = SmallRng::seed_from_u64(seed);
    for life in 0..LIVES {
        let world = simulation.process("node");
        let operations = chance.random_range(1..2500);
        if chance.random() {
            simulation.kill_at("node", operations);
        } else {
            simulation.crash_at("node", operations);
        }
        let work = live(world.clone(), life, model.clone(), chance.random());
        drop(world.spawn("life", work));
        let control = simulation.control();
        simulation.run(async {
            while control.is_running("node") {
                control.sleep(Duration::from_millis(10)).await;
            }
        });
    }
    // A last one in peace.
    let world = simulation.process("node");
    let partition = simulation.run(open(&world, &model, true)).expect("nothing is wrong with the disk");
    partition.become_leader(100).expect("nothing is wrong with the disk");
    simulation.run(inspect(&partition, &model));
    model.lock().tally
}

async fn open(world: &World, model: &Mutex<Model>, forgetful: bool) -> std::io::Result<Partition> {
    let options = LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 1 << 20 };
    let dir = LogDir::open(world, "/data".as_ref(), options).map_err(std::io::Error::other)?;
    let id = PartitionId { topic: Text::from("orders"), topic_id: Uuid([7; 16]), index: 0 };
    let folder = dir.path().join(id.to_string());
    if forgetful && world.disk().is_dir(&folder) {
        // The log alone must tell the producers' state.
        for entry in world.disk().read_dir(&folder)? {
            if LogFileName::parse(&entry.name).is_some_and(|name| name.kind == LogFileKind::ProducerSnapshot) {
                world.disk().remove_file(folder.join(entry.name))?;
            }
        }
    }
    let checkpoints = Checkpoints::read(&dir)?;
    let partition = Partition::open(&dir, id.clone(), parse_config(CONFIG), checkpoints.open_as(&id))?;
    if let Some(offset) = checkpoints.clean_end(&id) {
        partition.set_clean_end(offset);
    }
    model.lock().tally.lives += 1;
    Ok(partition)
}

/// One life of the process: looks at what it finds, then writes and compacts until its end.
async fn live(world: World, epoch: i32, model: Arc<Mutex<Model>>, seed: u64) {
    let mut chance = SmallRng::seed_from_u64(seed);
    let opened = open(&world, &model, chance.random_bool(0.3)).await;
    let opened = opened.and_then(|partition| partition.become_leader(epoch).map(|()| partition));
    let partition = match opened {
        Ok(partition) => partition,
        Err(error) => {
            // If it was its end that failed, the process does not see the next moment.
            world.sleep(Duration::from_millis(1)).await;
            panic!("cannot open: {error}");
        }
    };
    inspect(&partition, &model).await;
    loop {
        let went_on = match chance.random_range(0..12) {
            0 => compact(&world, &partition, &model, &mut chance).await,
            1 => {
                let (partition, dir) = (partition.clone(), partition.dir());
                world.offload(move || Checkpoints::write(&dir, [&partition].into_iter())).await.ok()
            }
            2 => {
                world.sleep(Duration::from_millis(chance.random_range(0..3000))).await;
                Some(())
            }
            _ => write(&world, &partition, &model, &mut chance).await,
        };
        if went_on.is_none() {
            world.sleep(Duration::from_millis(1)).await;
            panic!("cannot go on");
        }
    }
}

/// Appends a batch of records, or a marker. `None` when the process is at its end.
async fn write(world: &World, partition: &Partition, model: &Mutex<Model>, chance: &mut SmallRng) -> Option<()> {
    let now_ms = world.wall_ms();
    let producer_id = chance.random_range(-1..5);
    // Those with an even id write in transactions only.
    let transactional = producer_id >= 0 && producer_id % 2 == 0;
    let ends = transactional && model.lock().open.contains(&producer_id) && chance.random_bool(0.4);
    let (batch, origin) = if ends {
        let marker = EndMarker { committed: chance.random(), coordinator_epoch: 0 };
        (marker.batch(0, now_ms, producer_id, 0), Origin::Coordinator)
    } else {
        (make_batch(&mut model.lock(), producer_id, transactional, now_ms, chance), Origin::Client)
    };
    match partition.append_as_leader(Records::from(batch.clone()), origin, now_ms) {
        Ok(appended) => {
            assert!(!appended.is_duplicate);
            partition.committed(appended.last_offset + 1).await;
            note(&mut model.lock(), &BatchView::check(stamped(&batch, appended.base_offset)).expect("a batch"));
            Some(())
        }
        Err(AppendError::Disk(_)) => None,
        Err(error) => panic!("producer {producer_id}: {error}"),
    }
}

fn stamped(batch: &Bytes, offset: i64) -> Bytes {
    let mut bytes = batch.to_vec();
    kampa_formats::batch::stamp::base_offset(&mut bytes, offset);
    bytes.into()
}

fn make_batch(model: &mut Model, producer_id: i64, transactional: bool, now_ms: i64, chance: &mut SmallRng) -> Bytes {
    let codec = [Codec::None, Codec::None, Codec::Lz4, Codec::Zstd][chance.random_range(0..4)];
    let is_known = producer_id >= 0;
    let base_sequence = if is_known { model.sequences.get(&producer_id).copied().unwrap_or(0) } else { -1 };
    let mut builder = BatchBuilder::new(BatchOptions {
        compression: Compression::of(codec),
        transactional,
        producer_id,
        producer_epoch: if is_known { 0 } else { -1 },
        base_sequence,
        ..BatchOptions::default()
    });
    for _ in 0..chance.random_range(1..4) {
        model.counter += 1;
        let key = format!("key-{}", chance.random_range(0..KEYS));
        let value = format!("value {}", model.counter);
        let value = chance.random_bool(0.8).then_some(value.as_bytes());
        let timestamp = now_ms - chance.random_range(0..50);
        builder.append(NewRecord { timestamp, key: Some(key.as_bytes()), value, headers: &[] });
    }
    builder.build(0)
}

/// Remembers a batch that is in the log.
fn note(model: &mut Model, batch: &BatchView) {
    assert_eq!(batch.base_offset, model.next_offset);
    model.next_offset = batch.next_offset();
    let marker = batch.is_control().then(|| marker_of(batch).expect("a marker").committed);
    if marker.is_some() {
        model.open.remove(&batch.producer_id);
    } else if batch.has_producer_id() {
        model.sequences.insert(batch.producer_id, batch.last_sequence() + 1);
        if batch.is_transactional() {
            model.open.insert(batch.producer_id);
        }
    }
    model.batches.push(Written {
        base: batch.base_offset,
        last: batch.last_offset(),
        producer_id: batch.producer_id,
        transactional: batch.is_transactional(),
        marker,
        records: if marker.is_some() { Vec::new() } else { lines(batch) },
    });
}

fn marker_of(batch: &BatchView) -> Option<EndMarker> {
    EndMarker::from_record(control::read(batch).expect("records").first()?)
}

fn lines(batch: &BatchView) -> Vec<Line> {
    let records = batch.records(1 << 20).expect("records").map(|record| record.expect("a record"));
    let line = |record: kampa_formats::batch::Record| Line {
        offset: record.offset,
        timestamp: record.timestamp,
        key: record.key.expect("a key"),
        value: record.value,
    };
    records.map(line).collect()
}

/// Compacts in steps, others write between them.
async fn compact(world: &World, partition: &Partition, model: &Mutex<Model>, chance: &mut SmallRng) -> Option<()> {
    let bounds = CompactionBounds {
        key_bytes_max: 24 * chance.random_range(4..60),
        load_factor: 0.9,
        io_bytes: chance.random_range(1..2000),
    };
    if let Some(log) = partition.log() {
        log.sync().await.ok()?;
    }
    let (here, dir) = (partition.clone(), partition.dir());
    world.offload(move || Checkpoints::write(&dir, [&here].into_iter())).await.ok()?;
    let now_ms = world.wall_ms();
    let compaction = partition.begin_compaction(now_ms, bounds);
    let mut compaction = compaction.ok()?;
    loop {
        let work = move || (compaction.step(), compaction);
        let step;
        (step, compaction) = world.offload(work).await;
        match step {
            Ok(CompactionStep::On { .. }) => {}
            Ok(CompactionStep::Done(done)) => {
                let mut model = model.lock();
                model.tally.compactions += 1;
                model.tally.dropped += done.records_read - done.records_kept;
                model.last_compacted_ms = now_ms;
                break;
            }
            Err(CompactError::KeysMax { .. }) => break,
            Err(CompactError::Io(_) | CompactError::Interrupted) => return None,
            Err(error) => panic!("{error}"),
        }
        // What is on its way through this compaction may get its horizon now, though it may not come to its end.
        for offset in 0..partition.watermarks().last_stable_offset {
            model.lock().compacted_ms.entry(offset).or_insert(now_ms);
        }
        if chance.random_bool(0.2) {
            write(world, partition, model, chance).await?;
        }
    }
    inspect(partition, model).await;
    let (written, dir) = (partition.clone(), partition.dir());
    world.offload(move || Checkpoints::write_clean_ends(&dir, [&written].into_iter())).await.ok()
}

/// Holds the log against the model.
async fn inspect(partition: &Partition, model: &Mutex<Model>) {
    let end = partition.watermarks().log_end;
    partition.committed(end).await;
    let (all, _) = read(partition, Isolation::LogEnd).await;
    let (committed, told) = read(partition, Isolation::ReadCommitted).await;
    let now_ms = partition.inner.world.wall_ms();
    let mut model = model.lock();
    // What a process wrote last and nobody heard of.
    let from = model.next_offset;
    all.iter().filter(|batch| batch.base_offset >= from).for_each(|batch| note(&mut model, batch));
    assert_eq!(model.next_offset, end, "what was acknowledged is there");
    check_batches(&mut model, &all);
    check_records(&mut model, &all, partition.clean_end().unwrap_or(0), now_ms);
    let stable = partition.watermarks().last_stable_offset;
    assert!(committed.iter().all(|batch| batch.last_offset() < stable));
    assert_eq!(as_seen(&committed, &told), state(&model, stable), "what a reader of committed records makes of it");
}

/// Offsets, producers and sequences are those that were written.
fn check_batches(model: &mut Model, all: &[BatchView]) {
    let mut last_end = -1;
    for batch in all {
        assert!(batch.base_offset > last_end);
        last_end = batch.last_offset();
        let at = model.batches.binary_search_by_key(&batch.base_offset, |written| written.base).expect("was written");
        let written = &model.batches[at];
        assert_eq!((batch.last_offset(), batch.producer_id), (written.last, written.producer_id));
        assert_eq!(batch.is_control(), written.marker.is_some());
        model.tally.empty += u64::from(batch.count == 0);
        if batch.is_control() {
            let marker = marker_of(batch).map(|marker| marker.committed);
            assert!(marker.is_none() || marker == written.marker);
            continue;
        }
        let records = &model.batches[at].records;
        assert!(lines(batch).iter().all(|line| records.contains(line)), "records are as they were written");
    }
}

/// Of each key the last record is there; below the end of the last compaction nothing else is.
fn check_records(model: &mut Model, all: &[BatchView], clean_end: i64, now_ms: i64) {
    let there: BTreeMap<i64, Line> =
        all.iter().filter(|batch| !batch.is_control()).flat_map(lines).map(|line| (line.offset, line)).collect();
    let aborted = aborted(model);
    let is_visible = |line: &&Line| !aborted.contains(&line.offset);
    let written: Vec<&Line> = model.batches.iter().flat_map(|batch| &batch.records).collect();
    let newest = |below: i64| -> BTreeMap<&Bytes, i64> {
        let lines = written.iter().copied().filter(is_visible).filter(|line| line.offset < below);
        lines.map(|line| (&line.key, line.offset)).collect()
    };
    let (newest_of_all, newest_of_clean) = (newest(i64::MAX), newest(clean_end));
    let mut dropped_tombstones = 0;
    for line in &written {
        if line.offset < clean_end {
            let may_stay = newest_of_clean.get(&line.key) == Some(&line.offset);
            assert!(may_stay || !there.contains_key(&line.offset), "offset {} below {clean_end} is old", line.offset);
        }
        let must_stay = newest_of_all.get(&line.key) == Some(&line.offset);
        if !must_stay || there.contains_key(&line.offset) {
            continue;
        }
        assert!(line.value.is_none(), "the last value of {:?} at {} is gone", line.key, line.offset);
        let since = model.compacted_ms.get(&line.offset).copied().unwrap_or(i64::MAX);
        assert!(since.saturating_add(DELETE_RETENTION_MS) <= now_ms, "tombstone {} went early", line.offset);
        dropped_tombstones += 1;
    }
    model.tally.tombstones_dropped += dropped_tombstones;
}

/// Offsets of records in transactions that were aborted.
fn aborted(model: &Model) -> BTreeSet<i64> {
    let mut open: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut aborted = BTreeSet::new();
    for batch in &model.batches {
        match batch.marker {
            Some(true) => drop(open.remove(&batch.producer_id)),
            Some(false) => aborted.extend(open.remove(&batch.producer_id).unwrap_or_default()),
            None if batch.transactional => {
                open.entry(batch.producer_id).or_default().extend(batch.records.iter().map(|line| line.offset));
            }
            None => {}
        }
    }
    aborted
}

/// The value of each key for who reads committed records up to `stable`.
fn state(model: &Model, stable: i64) -> BTreeMap<Bytes, Bytes> {
    let aborted = aborted(model);
    let lines = model.batches.iter().flat_map(|batch| &batch.records);
    let mut state = BTreeMap::new();
    for line in lines.filter(|line| line.offset < stable && !aborted.contains(&line.offset)) {
        apply(&mut state, line);
    }
    state
}

/// The same as a consumer makes it of batches and the list of aborted transactions.
fn as_seen(batches: &[BatchView], told: &[(i64, i64)]) -> BTreeMap<Bytes, Bytes> {
    let mut coming: Vec<(i64, i64)> = told.to_vec();
    coming.sort_by_key(|(_, first)| *first);
    let mut aborting = BTreeSet::new();
    let mut state = BTreeMap::new();
    for batch in batches {
        while coming.first().is_some_and(|(_, first)| *first <= batch.last_offset()) {
            aborting.insert(coming.remove(0).0);
        }
        if batch.is_control() {
            if marker_of(batch).is_some_and(|marker| !marker.committed) {
                aborting.remove(&batch.producer_id);
            }
        } else if !batch.is_transactional() || !aborting.contains(&batch.producer_id) {
            lines(batch).iter().for_each(|line| apply(&mut state, line));
        }
    }
    state
}

fn apply(state: &mut BTreeMap<Bytes, Bytes>, line: &Line) {
    match &line.value {
        Some(value) => drop(state.insert(line.key.clone(), value.clone())),
        None => drop(state.remove(&line.key)),
    }
}

async fn read(partition: &Partition, isolation: Isolation) -> (Vec<BatchView>, Vec<(i64, i64)>) {
    let request =
        ReadRequest { offset: 0, max_bytes: 1 << 30, at_least_one: true, isolation, current_leader_epoch: None };
    let answer = partition.read(request).await.expect("nothing is wrong with the disk");
    let check = |view: BatchView| BatchView::check(view.into_bytes()).expect("a good batch");
    let views = answer.records.into_iter().flat_map(batches).map(|view| check(view.expect("a batch"))).collect();
    let aborted = answer.aborted.unwrap_or_default();
    (views, aborted.iter().map(|aborted| (aborted.producer_id, aborted.first_offset)).collect())
}
