//! Logs that are closed together with files that speak of them, and the power cut at every operation.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kampa_formats::compression::Codec;
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use super::ONE_BY_ONE_MAX;
use crate::testing::{dir_options, make_batch, summary};
use crate::{Log, LogConfig, LogDir, OpenAs};

const DIR: &str = "/data";
/// Says how many records its log has at least.
const FILE: &str = "count";

#[test]
fn a_file_is_never_ahead_of_its_log_and_what_is_finished_is_there() {
    check(2);
    check(ONE_BY_ONE_MAX + 4);
}

fn check(logs: usize) {
    let mut seen = [0; 3];
    for operations in 1.. {
        let simulation = Simulation::new(operations, Faults::none());
        let is_finished = Arc::new(AtomicBool::new(false));
        let world = simulation.process("node");
        simulation.crash_at("node", operations);
        let (there, told) = (world.clone(), is_finished.clone());
        drop(world.spawn("life", async move {
            let lived = live(&there, logs);
            told.store(lived.is_ok(), Ordering::SeqCst);
        }));
        let control = simulation.control();
        let has_ended = simulation.run(async {
            for _ in 0..100 {
                control.sleep(Duration::from_millis(10)).await;
            }
            !control.is_running("node")
        });
        if !has_ended {
            assert!(is_finished.load(Ordering::SeqCst), "it lives, and has done its work");
            break;
        }
        let is_finished = is_finished.load(Ordering::SeqCst);
        let world = simulation.process("node");
        for (records, told) in simulation.run(async move { inspect(&world, logs) }) {
            assert!(!is_finished || (records, told) == (2, 2), "finished: {records} records, {told} told of");
            assert!(records >= told, "{records} records, {told} told of");
            seen[told as usize] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

/// One batch and a file that says so, durable each by itself; then another, together.
fn live(world: &World, logs: usize) -> io::Result<()> {
    let (dir, logs) = open(world, logs)?;
    for (folder, log) in &logs {
        append(log)?;
        log.sync_all()?;
        dir.write_durably(&dir.path().join(folder).join(FILE), b"1")?;
    }
    let mut together = dir.together();
    for (folder, log) in &logs {
        append(log)?;
        log.close_with(&mut together)?;
        together.replace(dir.path().join(folder).join(FILE), b"2")?;
    }
    together.finish()
}

/// Of each log how many records it has, and how many its file tells of.
fn inspect(world: &World, logs: usize) -> Vec<(i64, i64)> {
    let (dir, logs) = open(world, logs).expect("nothing is wrong with the disk");
    let told = |folder: &str| match world.disk().read(dir.path().join(folder).join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        read => {
            String::from_utf8(read.expect("it can be read")).expect("text").parse().expect("an old file or a new one")
        }
    };
    logs.iter().map(|(folder, log)| (log.log_end(), told(folder))).collect()
}

fn open(world: &World, logs: usize) -> io::Result<(LogDir, Vec<(String, Log)>)> {
    let dir = LogDir::open(world, Path::new(DIR), dir_options()).map_err(io::Error::other)?;
    let _ = dir.scan().map_err(io::Error::other)?;
    let how = OpenAs { clean: false, recovery_point: 0, synced: dir.is_synced_at_start(), log_start: 0 };
    let open = |number: usize| {
        let folder = format!("topic-{number}");
        let (log, _) = Log::open(&dir, &folder, LogConfig::default(), how, i64::MAX, &mut |_| {})?;
        Ok((folder, log))
    };
    let logs = (0..logs).map(open).collect::<io::Result<Vec<_>>>()?;
    Ok((dir, logs))
}

fn append(log: &Log) -> io::Result<()> {
    let batch = make_batch(log.log_end(), 1, 100, 1_000, Codec::None);
    log.append(std::slice::from_ref(&batch), &[summary(&batch)]).map(drop)
}
