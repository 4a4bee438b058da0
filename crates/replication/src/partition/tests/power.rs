//! A partition whose process is ended again and again in the middle of things, by `kill -9` or by a power cut. What was acknowledged is
//! there once and in order, and the producers go on where they were.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kampa_formats::batch::control::{self, EndMarker};
use kampa_formats::batch::{BatchView, batches};
use kampa_protocol::{ErrorCode, Records, Text, Uuid};
use kampa_storage::{LogDir, LogDirOptions};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::testing::{make_batch, parse_config};
use crate::{Checkpoints, Isolation, Origin, Partition, PartitionId, ReadRequest};

/// A second's worth; 4,000 were run when this was written.
const SEEDS: u64 = 40;
/// Lives of the process in each.
const LIVES: i32 = 6;

/// How a process ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Kill,
    PowerCut,
}

/// What the producers know; they outlive the process.
#[derive(Default)]
struct Clients {
    /// Next sequence number of each producer whose batch is acknowledged up to there.
    acknowledged: BTreeMap<i64, i32>,
    /// Records acknowledged over all lives.
    records: u64,
    duplicates: u64,
    lives: u64,
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let clients = run("segment.bytes=900", End::Kill);
    assert!(clients.records > 3000 && clients.duplicates > 20, "{} {}", clients.records, clients.duplicates);
}

#[test]
fn with_sync_nothing_acknowledged_is_lost_to_a_power_cut() {
    let clients = run("segment.bytes=900 durability=synced", End::PowerCut);
    assert!(clients.records > 1000 && clients.duplicates > 20, "{} {}", clients.records, clients.duplicates);
}

fn run(config: &'static str, end: End) -> Clients {
    let mut all = Clients::default();
    for seed in 0..SEEDS {
        let simulation = Simulation::new(seed, Faults::none());
        let clients = Arc::new(Mutex::new(Clients::default()));
        let mut chance = SmallRng::seed_from_u64(seed);
        for life in 0..LIVES {
            let world = simulation.process("node");
            let operations = chance.random_range(1..400);
            match end {
                End::Kill => simulation.kill_at("node", operations),
                End::PowerCut => simulation.crash_at("node", operations),
            }
            let work = live(world.clone(), config, life, clients.clone(), chance.random());
            drop(world.spawn("life", work));
            let control = simulation.control();
            simulation.run(async {
                while control.is_running("node") {
                    control.sleep(Duration::from_millis(10)).await;
                }
            });
        }
        // A last one in peace, to look at what is there.
        let world = simulation.process("node");
        let partition = simulation.run(open(&world, config)).expect("nothing is wrong with the disk");
        partition.become_leader(100).expect("nothing is wrong with the disk");
        simulation.run(inspect(&partition, &clients));
        let clients = clients.lock();
        all.records += clients.records;
        all.duplicates += clients.duplicates;
        all.lives += clients.lives;
    }
    all
}

async fn open(world: &World, config: &str) -> std::io::Result<Partition> {
    let options = LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 1 << 20 };
    let dir = LogDir::open(world, "/data".as_ref(), options).map_err(std::io::Error::other)?;
    let id = PartitionId { topic: Text::from("orders"), topic_id: Uuid([7; 16]), index: 0 };
    let how = Checkpoints::read(&dir)?.open_as(&id);
    Partition::open(&dir, id, parse_config(config), how)
}

/// One life of the process: looks at what it finds, then produces until its end.
async fn live(world: World, config: &'static str, epoch: i32, clients: Arc<Mutex<Clients>>, seed: u64) {
    let opened = open(&world, config).await.and_then(|partition| partition.become_leader(epoch).map(|()| partition));
    let partition = match opened {
        Ok(partition) => partition,
        Err(error) => {
            // If it was its end that failed, the process does not see the next moment.
            world.sleep(Duration::from_millis(1)).await;
            panic!("cannot open: {error}");
        }
    };
    clients.lock().lives += 1;
    inspect(&partition, &clients).await;
    let mut chance = SmallRng::seed_from_u64(seed);
    loop {
        world.sleep(Duration::from_micros(chance.random_range(0..500))).await;
        let pid = chance.random_range(1..=3);
        let now_ms = world.wall_ms();
        let went_on = match chance.random_range(0..10) {
            0 => {
                let marker = EndMarker { committed: chance.random(), coordinator_epoch: 0 };
                append(&partition, marker.batch(0, now_ms, pid, 0), Origin::Coordinator, now_ms).await.map(drop)
            }
            1 => {
                // From now on a start trusts what lies below the recovery point.
                let partition = partition.clone();
                let dir = partition.dir();
                world.offload(move || Checkpoints::write(&dir, [&partition].into_iter())).await.ok()
            }
            _ => produce(&partition, &clients, pid, now_ms).await,
        };
        if went_on.is_none() {
            world.sleep(Duration::from_millis(1)).await;
            panic!("cannot append");
        }
    }
}

/// Sends the next batch of a producer, which is the one sent before if that was never acknowledged.
async fn produce(partition: &Partition, clients: &Mutex<Clients>, pid: i64, now_ms: i64) -> Option<()> {
    let seq = clients.lock().acknowledged.get(&pid).copied().unwrap_or(0);
    // A client that tries again sends the same batch: its size hangs on the sequence number.
    let count = 1 + seq % 3;
    let command = format!("pid={pid} seq={seq} n={count} txn bytes=20");
    let batch = make_batch(&command.split_whitespace().collect::<Vec<_>>(), now_ms);
    let is_duplicate = append(partition, batch.into(), Origin::Client, now_ms).await?;
    // Some answers do not arrive.
    if now_ms % 10 == 0 && !is_duplicate {
        return Some(());
    }
    let mut clients = clients.lock();
    clients.acknowledged.insert(pid, seq + count);
    clients.records += count as u64;
    clients.duplicates += u64::from(is_duplicate);
    Some(())
}

/// `None` when the process is at its end.
async fn append(partition: &Partition, batch: Bytes, origin: Origin, now_ms: i64) -> Option<bool> {
    match partition.append_as_leader(Records::from(batch), origin, now_ms) {
        Ok(appended) => {
            partition.committed(appended.last_offset + 1).await;
            Some(appended.is_duplicate)
        }
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::KAFKA_STORAGE_ERROR, "{error}");
            None
        }
    }
}

/// Holds what is in the log against what the producers know, and what readers of committed records are told against the log.
async fn inspect(partition: &Partition, clients: &Mutex<Clients>) {
    let end = partition.watermarks().log_end;
    partition.committed(end).await;
    let all = read(partition, Isolation::LogEnd).await.0;
    let mut next_offset = 0;
    let mut next_sequence: BTreeMap<i64, i32> = BTreeMap::new();
    let mut open: BTreeMap<i64, i64> = BTreeMap::new();
    let mut aborted = Vec::new();
    for view in &all {
        assert_eq!(view.base_offset, next_offset, "no gaps");
        next_offset = view.next_offset();
        if view.is_control() {
            let marker = EndMarker::from_record(&control::read(view).expect("records")[0]).expect("a marker");
            if let Some(first) = open.remove(&view.producer_id)
                && !marker.committed
            {
                aborted.push((view.producer_id, first));
            }
            continue;
        }
        let next = next_sequence.entry(view.producer_id).or_insert(0);
        assert_eq!(view.base_sequence, *next, "producer {} in order, once", view.producer_id);
        *next += view.count;
        open.entry(view.producer_id).or_insert(view.base_offset);
    }
    assert_eq!(next_offset, end);
    for (pid, acknowledged) in &clients.lock().acknowledged {
        let there = next_sequence.get(pid).copied().unwrap_or(0);
        assert!(there >= *acknowledged, "producer {pid} has {acknowledged} records acknowledged and {there} there");
    }
    let stable = open.values().min().copied().unwrap_or(end);
    assert_eq!(partition.watermarks().last_stable_offset, stable);
    let (committed, told) = read(partition, Isolation::ReadCommitted).await;
    assert!(committed.iter().all(|view| view.last_offset() < stable));
    aborted.retain(|(_, first)| *first < stable);
    assert_eq!(told, aborted);
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
