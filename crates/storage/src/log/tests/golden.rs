//! A partition that Apache Kafka wrote (see `golden/README.md`): we read it, recover it as Kafka does, and write the same bytes.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use expect_test::expect;
use kampa_formats::batch;
use kampa_world::{OpenOptions, World};

use crate::testing::{dir_options, in_temporary_dir, summary};
use crate::{Log, LogConfig, LogDir, OpenAs, TimestampOffset};

const FOLDER: &str = "golden-0";

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(FOLDER)
}

fn config() -> LogConfig {
    LogConfig { segment_ms: 1000, index_interval_bytes: 50, ..LogConfig::default() }
}

fn open(dir: &LogDir, clean: bool) -> Log {
    let how = OpenAs { clean, recovery_point: 0, log_start: 0, synced: false };
    Log::open(dir, FOLDER, config(), how, i64::MAX, &mut |_| {}).expect("a log").0
}

/// Gives `work` a log directory with Kafka's partition in it.
fn with_golden<Fut: Future<Output = ()>>(work: impl FnOnce(World, LogDir) -> Fut) {
    in_temporary_dir(|world, path| async move {
        let dir = LogDir::open(&world, &path, dir_options()).expect("a directory");
        let disk = world.disk();
        disk.create_dir_all(path.join(FOLDER)).expect("creates");
        for entry in disk.read_dir(golden()).expect("lists") {
            let bytes = disk.read(golden().join(&entry.name)).expect("reads");
            disk.write_atomic(path.join(FOLDER).join(&entry.name), &bytes).expect("writes");
        }
        work(world, dir).await;
    });
}

/// Every segment file of ours is Kafka's to the byte.
fn compare(world: &World, ours: &Path) {
    for entry in world.disk().read_dir(golden()).expect("lists") {
        if [".log", ".index", ".timeindex"].iter().any(|suffix| entry.name.ends_with(suffix)) {
            let kafka = world.disk().read(golden().join(&entry.name)).expect("reads");
            let ours = world.disk().read(ours.join(&entry.name)).expect("reads");
            assert!(kafka == ours, "{}: {ours:?} instead of {kafka:?}", entry.name);
        }
    }
}

async fn read_all(log: &Log) -> Vec<Bytes> {
    let (mut found, mut at) = (Vec::new(), log.log_start());
    while at < log.log_end() {
        let read = log.read(at, 1000, i64::MAX, true).await.expect("reads");
        found.extend(read.records.into_iter().flat_map(batch::batches).map(|view| view.expect("a batch").into_bytes()));
        at = read.next_offset;
    }
    found
}

#[test]
fn a_partition_of_kafka_is_read() {
    with_golden(|_world, dir| async move {
        let log = open(&dir, true);
        let segments: Vec<i64> = log.segments().iter().map(|segment| segment.base_offset).collect();
        let batches = read_all(&log).await;
        let TimestampOffset { timestamp, offset } = log.max_timestamp().await.expect("finds").expect("a record");
        let again = log.offset_for_time(timestamp, i64::MAX).await.expect("finds").expect("a record").offset;
        let answer = format!(
            "{}..{}, segments {segments:?}, {} batches, newest {offset} found at {again}",
            log.log_start(),
            log.log_end(),
            batches.len()
        );
        expect!["0..120, segments [0, 40, 60, 80, 100], 18 batches, newest 118 found at 118"].assert_eq(&answer);
    });
}

#[test]
fn recovery_gives_the_indexes_kafka_wrote() {
    with_golden(|world, dir| async move {
        for entry in world.disk().read_dir(golden()).expect("lists") {
            if entry.name.ends_with("index") {
                let file = world.disk().open(dir.path().join(FOLDER).join(&entry.name), OpenOptions::CREATE);
                file.expect("opens").set_len(10 << 20).expect("is preallocated");
            }
        }
        let log = open(&dir, false);
        log.close().expect("closes");
        compare(&world, &dir.path().join(FOLDER));
    });
}

#[test]
fn the_same_batches_become_the_same_files() {
    with_golden(|world, dir| async move {
        let batches = read_all(&open(&dir, true)).await;
        let elsewhere = LogDir::open(&world, &dir.path().join("elsewhere"), dir_options()).expect("a directory");
        let log = open(&elsewhere, true);
        for batch in batches {
            log.append(std::slice::from_ref(&batch), &[summary(&batch)]).expect("appends");
        }
        log.close().expect("closes");
        compare(&world, &elsewhere.path().join(FOLDER));
    });
}
