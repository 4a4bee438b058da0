//! A partition that moves to another log directory while its process is ended, by `kill -9` or by a power cut, in place of every
//! single change of the disk in turn. Whatever folders are left under its name, each has all that was acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kampa_formats::batch::batches;
use kampa_formats::batch::control::EndMarker;
use kampa_formats::partition_dir_name::PartitionDirRole;
use kampa_protocol::{Records, Text, Uuid};
use kampa_storage::{CompactError, CompactionBounds, CompactionStep, LogDir, LogDirOptions, OpenAs};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use crate::testing::{make_batch, parse_config};
use crate::{Checkpoints, Copied, Isolation, Origin, Partition, PartitionId, ReadRequest};

const CONFIG: &str = "segment.bytes=400 durability=synced";

#[test]
fn nothing_acknowledged_is_lost_to_a_kill_during_a_move() {
    let lives = every_life(|simulation, operations| simulation.kill_at("node", operations));
    assert!(lives > 60, "{lives}");
}

#[test]
fn nothing_acknowledged_is_lost_to_a_power_cut_during_a_move() {
    let lives = every_life(|simulation, operations| simulation.crash_at("node", operations));
    assert!(lives > 60, "{lives}");
}

/// Ends the process at its first change of the disk, then at its second, and so on until it comes to its own end. How many lives
/// that took.
fn every_life(end: impl Fn(&Simulation, u64)) -> u64 {
    for operations in 0.. {
        let simulation = Simulation::new(operations, Faults::none());
        let acknowledged = Arc::new(AtomicI64::new(0));
        let world = simulation.process("node");
        end(&simulation, operations);
        let done = Arc::new(AtomicI64::new(0));
        let life = live(world.clone(), acknowledged.clone(), done.clone());
        drop(world.spawn("life", life));
        let control = simulation.control();
        simulation.run(async {
            while control.is_running("node") && done.load(Ordering::SeqCst) == 0 {
                control.sleep(Duration::from_millis(10)).await;
            }
        });
        let is_over = done.load(Ordering::SeqCst) == 1;
        simulation.crash("node");
        let world = simulation.process("node");
        let found = simulation.run(inspect(&world, acknowledged.load(Ordering::SeqCst)));
        assert!(found > 0 || acknowledged.load(Ordering::SeqCst) == 0, "no folder is left, ended at {operations}");
        if is_over {
            return operations;
        }
    }
    unreachable!("there is no last number")
}

#[test]
fn a_copy_begins_anew_when_the_log_starts_behind_it() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let run = async {
        let (a, b) = (dir(&world, "/a")?, dir(&world, "/b")?);
        let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
        let partition = Partition::open(&a, id(), parse_config(CONFIG), how)?;
        partition.become_leader(0)?;
        let acknowledged = AtomicI64::new(0);
        produce(&world, &partition, 0..8, &acknowledged).await?;
        let begun = partition.begin_move(&b)?.expect("no other move");
        begun.copy_on(300).await.map_err(std::io::Error::other)?;
        partition.delete_records(6).await.map_err(std::io::Error::other)?;
        while begun.copy_on(300).await.map_err(std::io::Error::other)? != Copied::CaughtUp {}
        produce(&world, &partition, 8..10, &acknowledged).await?;
        // All that was copied, and all that is to be copied yet, is gone.
        partition.delete_records(10).await.map_err(std::io::Error::other)?;
        begun.finish().await?.expect("it moves");
        std::io::Result::Ok(())
    };
    simulation.run(run).expect("nothing is wrong with the disk");
    simulation.crash("node");
    let world = simulation.process("node");
    let b = dir(&world, "/b").expect("nothing is wrong with the disk");
    let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
    let partition = Partition::open(&b, id(), parse_config(CONFIG), how).expect("it opens");
    let marks = partition.watermarks();
    assert_eq!((marks.log_start, marks.log_end), (10, 10));
}

#[test]
fn aborted_transactions_are_known_where_a_crash_brings_deleted_records_back() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
    let run = async {
        let (a, b) = (dir(&world, "/a")?, dir(&world, "/b")?);
        let partition = Partition::open(&a, id(), parse_config(CONFIG), how)?;
        partition.become_leader(0)?;
        let acknowledged = AtomicI64::new(0);
        abort(&world, &partition)?;
        produce(&world, &partition, 0..8, &acknowledged).await?;
        let begun = partition.begin_move(&b)?.expect("no other move");
        while begun.copy_on(300).await.map_err(std::io::Error::other)? != Copied::CaughtUp {}
        // The original's segments go, and the copy has the records.
        partition.delete_records(6).await.map_err(std::io::Error::other)?;
        assert!(!partition.retain(world.wall_ms())?.deleted.is_empty());
        begun.finish().await?.expect("it moves");
        assert_eq!(partition.watermarks().log_start, 6);
        std::io::Result::Ok(())
    };
    simulation.run(run).expect("nothing is wrong with the disk");
    // Where the log starts was not written yet.
    simulation.crash("node");
    let world = simulation.process("node");
    let found = simulation.run(inspect(&world, 8));
    assert_eq!(found, 1);
}

#[test]
fn a_partition_that_moves_is_not_compacted() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let run = async {
        let (a, b) = (dir(&world, "/a")?, dir(&world, "/b")?);
        let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
        let config = parse_config("segment.bytes=400 cleanup.policy=compact delete.retention.ms=0");
        let partition = Partition::open(&a, id(), config, how)?;
        partition.become_leader(0)?;
        let acknowledged = AtomicI64::new(0);
        abort(&world, &partition)?;
        produce(&world, &partition, 0..12, &acknowledged).await?;
        partition.log().expect("records").sync().await?;
        Checkpoints::write(&a, [&partition].into_iter())?;
        let bounds = CompactionBounds { key_bytes_max: 2400, load_factor: 0.9, io_bytes: 1 };
        let mut compaction = partition.begin_compaction(world.wall_ms(), bounds).expect("it begins");
        let begun = partition.begin_move(&b)?.expect("no other move");
        assert!(matches!(compaction.step(), Err(CompactError::Interrupted)));
        drop(compaction);
        assert!(matches!(partition.compact(world.wall_ms(), bounds), Err(CompactError::Busy)));
        while begun.copy_on(300).await.map_err(std::io::Error::other)? != Copied::CaughtUp {}
        // One that had gone by that look.
        let dirtiness = partition.dirtiness(world.wall_ms())?;
        let (log, none) = (partition.log().expect("records"), Box::new(|_: &_| false));
        let mut compaction = log.begin_compaction(&dirtiness, world.wall_ms(), bounds, none).expect("it begins");
        while !matches!(compaction.step().expect("it goes on"), CompactionStep::Done(_)) {}
        assert!(begun.finish().await?.is_none(), "what was copied is not what is there");
        while begun.copy_on(300).await.map_err(std::io::Error::other)? != Copied::CaughtUp {}
        begun.finish().await?.expect("it moves");
        let request = ReadRequest {
            offset: 0,
            max_bytes: 1 << 20,
            at_least_one: true,
            isolation: Isolation::ReadCommitted,
            current_leader_epoch: None,
        };
        let read = partition.read(request).await.expect("it is read");
        let headers = read.records.into_iter().flat_map(batches).map(|view| *view.expect("a batch").header());
        let records = headers.filter(|one| one.is_transactional() && !one.is_control()).count();
        assert_eq!(records, 0, "aborted records that compaction dropped");
        std::io::Result::Ok(())
    };
    simulation.run(run).expect("nothing is wrong with the disk");
}

fn dir(world: &World, path: &str) -> std::io::Result<LogDir> {
    let options = LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 1 << 20 };
    LogDir::open(world, path.as_ref(), options).map_err(std::io::Error::other)
}

fn id() -> PartitionId {
    PartitionId { topic: Text::from("orders"), topic_id: Uuid([7; 16]), index: 0 }
}

/// Produces, moves while it produces, and produces again. An error means that its end has come.
async fn live(world: World, acknowledged: Arc<AtomicI64>, done: Arc<AtomicI64>) {
    let lived: std::io::Result<()> = async {
        let (a, b) = (dir(&world, "/a")?, dir(&world, "/b")?);
        let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
        let partition = Partition::open(&a, id(), parse_config(CONFIG), how)?;
        partition.become_leader(0)?;
        produce(&world, &partition, 0..4, &acknowledged).await?;
        abort(&world, &partition)?;
        let begun = partition.begin_move(&b)?.expect("no other move");
        assert_eq!(partition.copying().map(|copy| copy.lag), Some(partition.watermarks().log_end));
        let copied = begun.copy_on(300).await.map_err(std::io::Error::other)?;
        assert!(matches!(copied, Copied::Bytes(_)), "{copied:?}");
        produce(&world, &partition, 4..7, &acknowledged).await?;
        while begun.copy_on(300).await.map_err(std::io::Error::other)? != Copied::CaughtUp {}
        produce(&world, &partition, 7..9, &acknowledged).await?;
        let left = begun.finish().await?;
        assert_eq!(left.map(|left| left.path().to_owned()), Some("/a".into()));
        assert_eq!(partition.dir().path(), std::path::Path::new("/b"));
        produce(&world, &partition, 9..12, &acknowledged).await?;
        assert_eq!(begun.copy_on(300).await.map_err(std::io::Error::other)?, Copied::Cancelled);
        Ok(())
    }
    .await;
    if let Err(error) = lived {
        // If it was its end that failed, the process does not see the next moment.
        world.sleep(Duration::from_millis(1)).await;
        panic!("{error}");
    }
    done.store(1, Ordering::SeqCst);
}

/// An aborted transaction of producer 9.
fn abort(world: &World, partition: &Partition) -> std::io::Result<()> {
    let now_ms = world.wall_ms();
    let batch = make_batch(&["pid=9", "seq=0", "txn"], now_ms);
    let marker = EndMarker { committed: false, coordinator_epoch: 0 };
    let failed = |error: crate::AppendError| std::io::Error::other(error.to_string());
    partition.append_as_leader(Records::from(bytes::Bytes::from(batch)), Origin::Client, now_ms).map_err(failed)?;
    partition.append_as_leader(marker.batch(0, now_ms, 9, 0).into(), Origin::Coordinator, now_ms).map_err(failed)?;
    Ok(())
}

async fn produce(
    world: &World,
    partition: &Partition,
    sequences: std::ops::Range<i32>,
    acknowledged: &AtomicI64,
) -> std::io::Result<()> {
    for sequence in sequences {
        let command = format!("pid=7 seq={sequence} bytes=60");
        let batch = make_batch(&command.split_whitespace().collect::<Vec<_>>(), world.wall_ms());
        let records = Records::from(bytes::Bytes::from(batch));
        let appended = partition.append_as_leader(records, Origin::Client, world.wall_ms());
        let appended = appended.map_err(|error| std::io::Error::other(error.to_string()))?;
        assert!(!appended.is_duplicate);
        if !partition.committed(appended.last_offset + 1).await {
            return Err(std::io::Error::other("the directory is offline"));
        }
        acknowledged.store(i64::from(sequence) + 1, Ordering::SeqCst);
    }
    Ok(())
}

/// Looks at every folder of the partition's name, as a start may choose any. How many there are.
async fn inspect(world: &World, acknowledged: i64) -> usize {
    let mut found = 0;
    for path in ["/a", "/b"] {
        let dir = dir(world, path).expect("nothing is wrong with the disk");
        for folder in dir.scan().expect("nothing is wrong with the disk") {
            match folder.name.role {
                PartitionDirRole::Live => {}
                _ => {
                    dir.delete_closed(&folder.folder).expect("nothing is wrong with the disk");
                    continue;
                }
            }
            found += 1;
            let how = OpenAs { clean: false, recovery_point: 0, log_start: 0, synced: false };
            let partition = Partition::open(&dir, id(), parse_config(CONFIG), how).expect("it opens");
            partition.become_leader(1).expect("it leads");
            let end = partition.watermarks().log_end;
            assert!(partition.committed(end).await);
            let request = ReadRequest {
                offset: 0,
                max_bytes: 1 << 20,
                at_least_one: true,
                isolation: Isolation::ReadCommitted,
                current_leader_epoch: None,
            };
            if end == 0 {
                assert_eq!(acknowledged, 0, "{path}");
                continue;
            }
            let read = partition.read(request).await.expect("it is read");
            let headers: Vec<_> =
                read.records.into_iter().flat_map(batches).map(|view| *view.expect("a batch").header()).collect();
            let mine: Vec<i32> =
                headers.iter().filter(|one| one.producer_id == 7).map(|one| one.base_sequence).collect();
            assert!(mine.len() as i64 >= acknowledged, "{path} has {} of {acknowledged}", mine.len());
            assert!(mine.iter().copied().eq(0..mine.len() as i32), "{path}: once and in order: {mine:?}");
            let markers = headers.iter().filter(|one| one.is_control()).count();
            assert_eq!(read.aborted.expect("read_committed").len(), markers, "{path}: aborted transactions are known");
            if mine.len() > 4 {
                assert_eq!(markers, 1);
            }
            // The producer goes on where it was.
            let next = mine.len() as i32;
            produce(world, &partition, next..next + 1, &AtomicI64::new(0)).await.expect("it goes on");
        }
    }
    found
}
