//! How fast logs are compacted: the same data, laid down by the first software, for each of them anew.
//!
//! Three topics, written at random over half as many keys as records. A topic is let go when the node has been at rest for a while;
//! from then until the cleaner's checkpoint says that it is done counts.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::meter::{Machine, Memory, cpu_s};
use super::{Wanted, folder_of, sweep};
use crate::compaction::{clean, clean_end, java, prepare, segments};
use crate::install;
use crate::node::{Node, Software};

pub fn run(brokers: &[Software], wanted: &Wanted) -> Result<()> {
    prepare()?;
    println!("\nCompaction of {} MiB each", BYTES >> 20);
    let folder = folder_of(&brokers[0], "compaction");
    let mut node = Node::lay(&brokers[0], &folder, SETTINGS)?;
    node.start()?;
    java(&node, &["bulk", &BYTES.to_string()])?;
    node.terminate()?;
    clean(&node, true)?;
    let (data, pristine) = (folder.join("data"), folder.join("pristine"));
    fs::rename(&data, &pristine)?;
    for _ in 0..wanted.pairs {
        for software in brokers {
            install::succeed(Command::new("cp").arg("-a").arg(&pristine).arg(&data), "copy the data")?;
            let machine = Machine::now()?;
            measure(&mut node, software, brokers[0].program()?)?;
            println!("  the machine meanwhile: {}", Machine::now()?.since(&machine));
            fs::remove_dir_all(&data)?;
        }
    }
    drop(node);
    sweep(&folder)
}

fn measure(node: &mut Node, software: &Software, kampa: &Path) -> Result<()> {
    node.hand_to(software);
    node.start()?;
    let data = node.folder().join("data");
    for topic in TOPICS {
        thread::sleep(SETTLING);
        let folder = format!("{topic}-0");
        let (before, pid) = (bytes(&data.join(&folder))?, node.pid()?);
        let active = segments(&data.join(&folder))?.pop().context("the topic has segments")?;
        let cpu = cpu_s(pid)?;
        let mut go = Command::new(kampa);
        go.args(["kafka-configs", "--bootstrap-server", &node.bootstrap(), "--entity-type", "topics"]);
        go.args(["--entity-name", topic, "--alter", "--add-config", "min.cleanable.dirty.ratio=0.01"]);
        install::succeed(&mut go, "let the topic be compacted")?;
        let began = Instant::now();
        while clean_end(&data, &folder) != Some(active) {
            ensure!(began.elapsed() < CLEAN_MAX, "{software} has not compacted {topic} within {CLEAN_MAX:?}");
            thread::sleep(POLL);
        }
        let took_s = began.elapsed().as_secs_f64();
        let cpu = cpu_s(pid)? - cpu;
        let mb = before as f64 / 1e6;
        println!(
            "  {software:<6} {topic:<18} {:6.1} MB/s  {took_s:5.2} s, {cpu:5.2} s of CPU ({:.1} ms each MB), {mb:.0} MB became {:.0}, \
             {:.0} MiB resident",
            mb / took_s,
            cpu * 1e3 / mb,
            bytes(&data.join(&folder))? as f64 / 1e6,
            Memory::of(pid)?.resident_mib,
        );
    }
    node.terminate()
}

/// Bytes of a partition's data.
fn bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".log") {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}

const TOPICS: [&str; 3] = ["values-100", "values-1000", "values-1000-zstd"];
/// Of each topic's keys and values; in four or five segments of 64 MiB.
const BYTES: u64 = 256 << 20;
/// Kafka's defaults but for the pause between two looks.
const SETTINGS: &[(&str, &str)] = &[("log.cleaner.enable", "false"), ("log.cleaner.backoff.ms", "20")];
/// What a start or the compaction before leaves to do is over by then.
const SETTLING: Duration = Duration::from_secs(4);
const CLEAN_MAX: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(5);
