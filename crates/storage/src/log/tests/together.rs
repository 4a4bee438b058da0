//! Many at once: readers beside a writer, a housekeeper and somebody who cuts; and syncs that are shared.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use kampa_formats::batch;
use kampa_formats::compression::Codec;
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use crate::testing::{dir_options, in_temporary_dir, make_batch, summary};
use crate::{Log, LogConfig, LogDir, OpenAs, ReadError};

fn open(world: &World, path: &std::path::Path, segment_bytes: u64) -> (LogDir, Log) {
    let dir = LogDir::open(world, path, dir_options()).expect("a directory");
    let how = OpenAs { clean: true, recovery_point: 0, log_start: 0, synced: false };
    let config = LogConfig { segment_bytes, retention_bytes: 200_000, retention_ms: -1, ..LogConfig::default() };
    let log = Log::open(&dir, "t-0", config, how, i64::MAX, &mut |_| {}).expect("a log").0;
    (dir, log)
}

fn append(log: &Log, count: i32, bytes: usize) {
    let batch = make_batch(log.log_end(), count, bytes, 1000, Codec::None);
    log.append(std::slice::from_ref(&batch), &[summary(&batch)]).expect("appends");
}

/// Follows the log; every batch is good and none is passed over, unless it was deleted.
async fn follow(log: Log, world: World, done: Arc<AtomicBool>, read_to: Arc<AtomicI64>) {
    let mut at = log.log_start();
    while !(done.load(Ordering::Acquire) && at >= log.log_end()) {
        match log.read(at, 20_000, i64::MAX, true).await {
            Ok(read) => {
                for view in read.records.into_iter().flat_map(batch::batches) {
                    let view = batch::BatchView::check(view.expect("a batch").into_bytes()).expect("a good batch");
                    assert!(
                        (view.base_offset..view.next_offset()).contains(&at),
                        "{at} is not in {}",
                        view.base_offset
                    );
                    at = view.next_offset();
                }
                world.yield_now().await;
            }
            Err(ReadError::OutOfRange { start, end }) => at = if at < start { start } else { end },
            Err(error) => panic!("read {at}: {error}"),
        }
        read_to.fetch_max(at, Ordering::Relaxed);
    }
}

#[test]
fn readers_miss_nothing_beside_a_writer() {
    in_temporary_dir(|world, path| async move {
        let (dir, log) = open(&world, &path, 50_000);
        let done = Arc::new(AtomicBool::new(false));
        let read_to = Arc::new(AtomicI64::new(0));
        let followers: Vec<_> = (0..3)
            .map(|_| world.spawn("follow", follow(log.clone(), world.clone(), done.clone(), read_to.clone())))
            .collect();
        let housekeeper = world.spawn("keep house", {
            let (dir, log, done, world) = (dir.clone(), log.clone(), done.clone(), world.clone());
            async move {
                while !done.load(Ordering::Acquire) {
                    dir.chores(true).await;
                    log.sync().await.expect("syncs");
                    let keeper = log.clone();
                    world.offload(move || keeper.retain(0, keeper.durable_end()).expect("retains")).await;
                }
            }
        });
        // On a thread of its own, so that it truly runs beside the readers.
        let writer = {
            let (log, world) = (log.clone(), world.clone());
            world.clone().spawn("write", async move {
                let beside = log.clone();
                let burst = move || (0..100).for_each(|n| append(&beside, 1 + n % 7, (n as usize * 37) % 5_000));
                for _ in 0..20 {
                    world.offload(burst.clone()).await;
                }
            })
        };
        writer.await.expect("writes");
        done.store(true, Ordering::Release);
        for follower in followers {
            follower.await.expect("follows");
        }
        housekeeper.await.expect("keeps house");
        assert_eq!(read_to.load(Ordering::Relaxed), log.log_end());
    });
}

#[test]
fn what_is_cut_is_not_read_beside_what_replaces_it() {
    in_temporary_dir(|world, path| async move {
        let (_dir, log) = open(&world, &path, 20_000);
        let done = Arc::new(AtomicBool::new(false));
        let followers: Vec<_> = (0..2)
            .map(|_| world.spawn("follow", follow(log.clone(), world.clone(), done.clone(), Arc::default())))
            .collect();
        let cutter = log.clone();
        let cut = move || {
            for round in 0..150 {
                (0..10).for_each(|n| append(&cutter, 3, n * 700));
                cutter.truncate_to(cutter.log_end() - 3 * (round % 9)).expect("truncates");
            }
        };
        world.offload(cut).await;
        done.store(true, Ordering::Release);
        for follower in followers {
            follower.await.expect("follows");
        }
    });
}

#[test]
fn syncs_at_the_same_time_are_one() {
    let simulation = Simulation::new(1, Faults::none());
    simulation.keep_trace(100_000);
    let world = simulation.process("node");
    simulation.run(async {
        let (_dir, log) = open(&world, "/data".as_ref(), 1 << 20);
        let waiters: Vec<_> = (0..50)
            .map(|_| {
                let (log, world) = (log.clone(), world.clone());
                world.clone().spawn("append and sync", async move {
                    append(&log, 1, 0);
                    let end = log.log_end();
                    world.sleep(Duration::from_micros(1)).await;
                    assert!(log.sync().await.expect("syncs") >= end);
                })
            })
            .collect();
        for waiter in waiters {
            waiter.await.expect("ends");
        }
    });
    let syncs = simulation.trace().iter().filter(|line| line.contains(": sync /data/t-0/")).count();
    assert!((1..=3).contains(&syncs), "{syncs} syncs for 50 waiters");
}
