//! What a log costs on this machine: appends, reads of hot bytes, memory of idle logs.
//!
//! `cargo run --release -p kampa-storage --example log_costs -- DIR append BYTES COUNT | read BYTES COUNT | tail BYTES COUNT | idle LOGS`
//!
//! One line per run, in nanoseconds of CPU per operation; run it under `strace -c -f` for the system calls.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use bytes::Bytes;
use kampa_formats::batch::{BatchBuilder, BatchHeader, BatchOptions, NewRecord, stamp};
use kampa_storage::{BatchSummary, Log, LogConfig, LogDir, LogDirOptions, OPEN_SEGMENTS_MAX, OpenAs};
use kampa_world::World;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = World::run(1, |world| async move {
        match words[..] {
            [dir, "append", bytes, count] => append(&open_dir(&world, dir), number(bytes), number(count)),
            [dir, "read", bytes, count] => read(&open_dir(&world, dir), number(bytes), number(count)).await,
            [dir, "tail", bytes, count] => tail(&open_dir(&world, dir), number(bytes), number(count)).await,
            [dir, "idle", logs] => idle(&open_dir(&world, dir), number(logs)).await,
            _ => return false,
        }
        true
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        _ => {
            eprintln!("see the first lines of examples/log_costs.rs");
            ExitCode::FAILURE
        }
    }
}

fn number(word: &str) -> usize {
    word.parse().expect("a number")
}

fn open_dir(world: &World, path: &str) -> LogDir {
    let options =
        LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: OPEN_SEGMENTS_MAX, journal_bytes: 0 };
    LogDir::open(world, Path::new(path), options).expect("a log directory")
}

fn open_log(dir: &LogDir, folder: &str, config: &Arc<LogConfig>) -> Log {
    let how = OpenAs { clean: true, recovery_point: 0, log_start: 0, synced: false };
    Log::open(dir, folder, config.clone(), how, i64::MAX, &mut |_| {}).expect("a log").0
}

/// A batch of one record, `bytes` long about.
fn batch(bytes: usize) -> Vec<u8> {
    let mut builder = BatchBuilder::new(BatchOptions::default());
    let value = vec![b'x'; bytes.saturating_sub(75)];
    builder.append(NewRecord { timestamp: 1, key: None, value: Some(&value), headers: &[] });
    builder.build(0).to_vec()
}

/// The bytes are stamped in place where one connection's buffer would be; their making is not measured.
fn stamped(batch: &[u8], offset: i64) -> (Bytes, BatchSummary) {
    let mut bytes = batch.to_vec();
    stamp::base_offset(&mut bytes, offset);
    let summary = BatchSummary::of(&BatchHeader::decode(&bytes).expect("a header"));
    (Bytes::from(bytes), summary)
}

fn append(dir: &LogDir, bytes: usize, count: usize) {
    let log = open_log(dir, "costs-0", &Arc::default());
    let batch = batch(bytes);
    let first = log.log_end();
    let batches: Vec<_> = (0..count as i64).map(|n| stamped(&batch, first + n)).collect();
    let start = cpu_nanos(dir.world());
    for (bytes, summary) in batches {
        log.append(&[bytes], &[summary]).expect("appends");
    }
    let nanos = cpu_nanos(dir.world()) - start;
    println!("append {bytes} B: {} CPU ns each, {count} times", nanos / count as u64);
}

/// Reads all of the log over and over, `bytes` at a time, from memory.
async fn read(dir: &LogDir, bytes: usize, count: usize) {
    let log = open_log(dir, "costs-0", &Arc::default());
    let mut at = log.log_start();
    while at < log.log_end() {
        at = log.read(at, bytes, i64::MAX, true).await.expect("reads").next_offset;
    }
    let (mut at, mut read_bytes) = (log.log_start(), 0);
    let start = cpu_nanos(dir.world());
    for _ in 0..count {
        let read = log.read(at, bytes, i64::MAX, true).await.expect("reads");
        read_bytes += read.records.iter().map(Bytes::len).sum::<usize>();
        at = if read.next_offset >= log.log_end() { log.log_start() } else { read.next_offset };
    }
    let nanos = cpu_nanos(dir.world()) - start;
    println!("read {bytes} B: {} CPU ns each, {} B each, {count} times", nanos / count as u64, read_bytes / count);
}

/// A consumer at the tail: an append, a read of it, and so on.
async fn tail(dir: &LogDir, bytes: usize, count: usize) {
    let log = open_log(dir, "costs-0", &Arc::default());
    let batch = batch(bytes);
    let first = log.log_end();
    let batches: Vec<_> = (0..count as i64).map(|n| stamped(&batch, first + n)).collect();
    let start = cpu_nanos(dir.world());
    for (bytes, summary) in batches {
        log.append(&[bytes], &[summary]).expect("appends");
        let read = log.read(summary.base_offset, 1 << 20, i64::MAX, true).await.expect("reads");
        assert_eq!(read.next_offset, summary.base_offset + 1);
    }
    let nanos = cpu_nanos(dir.world()) - start;
    println!("append and read at the tail {bytes} B: {} CPU ns each, {count} times", nanos / count as u64);
}

/// Opens logs, writes to each once, lets them rest.
async fn idle(dir: &LogDir, count: usize) {
    let batch = batch(200);
    let config = Arc::default();
    let mut logs = Vec::with_capacity(count);
    let before = resident_bytes(dir.world());
    let start = dir.world().now();
    for n in 0..count {
        let log = open_log(dir, &format!("some-topic-name-{n}"), &config);
        let (bytes, summary) = stamped(&batch, log.log_end());
        log.append(&[bytes], &[summary]).expect("appends");
        logs.push(log);
    }
    let took = dir.world().now() - start;
    for _ in 0..2 {
        dir.chores(true).await;
    }
    let after = resident_bytes(dir.world());
    println!(
        "{count} logs: {} B of resident memory each, {} open segments, opened and written in {took:?}",
        (after - before) / count as u64,
        dir.open_segments()
    );
    for log in &logs {
        log.close().expect("closes");
    }
}

/// CPU time of this thread: the clock of a shared machine says little.
fn cpu_nanos(world: &World) -> u64 {
    let schedule = world.disk().read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedule.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
}

fn resident_bytes(world: &World) -> u64 {
    let status = world.disk().read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) * 1024
}
