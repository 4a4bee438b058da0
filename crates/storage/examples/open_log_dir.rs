//! Opens every partition of a log directory, as the server would after the stop it had, reads all of it with every checksum, and
//! looks the first and last times up. For directories of Apache Kafka's, on a copy: opening recovers.
//!
//! `cargo run -p kampa-storage --example open_log_dir -- DIR NODE_ID`

use std::path::Path;

use kampa_formats::batch;
use kampa_storage::{Checkpoint, Log, LogConfig, LogDir, LogDirOptions, OPEN_SEGMENTS_MAX, OpenAs};
use kampa_world::World;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, node_id] = &arguments[..] else { panic!("DIR NODE_ID") };
    let node_id = node_id.parse().expect("a number");
    World::run(1, |world| async move {
        let options =
            LogDirOptions { node_id, cluster_id: None, open_segments_max: OPEN_SEGMENTS_MAX, journal_bytes: 0 };
        let dir = LogDir::open(&world, Path::new(path), options).expect("a log directory");
        println!("clean {}, cluster {}, directory {}", dir.was_clean(), dir.cluster_id(), dir.directory_id());
        for partition in dir.scan().expect("partitions") {
            show(&dir, &partition.folder).await;
        }
    })
    .expect("a runtime");
}

async fn show(dir: &LogDir, folder: &str) {
    let checkpoint = |which| {
        let entries = dir.read_checkpoint(which).expect("a checkpoint");
        let of_folder = entries.into_iter().find(|entry| folder == format!("{}-{}", &*entry.topic, entry.partition));
        of_folder.map_or(0, |entry| entry.offset)
    };
    let how = OpenAs {
        clean: dir.was_clean(),
        recovery_point: checkpoint(Checkpoint::RecoveryPoint),
        log_start: checkpoint(Checkpoint::LogStart),
        synced: false,
    };
    let (log, recovered) = Log::open(dir, folder, LogConfig::default(), how, i64::MAX, &mut |_| {}).expect("a log");
    let (mut at, mut batches, mut records) = (log.log_start(), 0, 0);
    while at < log.log_end() {
        let read = log.read(at, 1 << 20, i64::MAX, true).await.expect("reads");
        assert!(read.next_offset > at, "nothing at {at}");
        for view in read.records.into_iter().flat_map(batch::batches) {
            let view = batch::BatchView::check(view.expect("a batch").into_bytes()).expect("a good batch");
            batches += 1;
            records += view.records(100 << 20).expect("records").inspect(|record| assert!(record.is_ok())).count();
        }
        at = read.next_offset;
    }
    let first = log.offset_for_time(0, i64::MAX).await.expect("finds");
    let newest = log.max_timestamp().await.expect("finds");
    if let Some(newest) = newest {
        let found = log.offset_for_time(newest.timestamp, i64::MAX).await.expect("finds");
        assert_eq!(found, Some(newest));
    }
    let segments = log.segments().len();
    println!(
        "{folder}: {}..{} in {segments} segments, {batches} batches, {records} records, first {first:?}, newest {newest:?}, {recovered:?}",
        log.log_start(),
        log.log_end(),
    );
}
