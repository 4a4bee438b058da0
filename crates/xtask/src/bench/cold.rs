//! One reader replays what is not in memory any more, in a memory cgroup far smaller than what it reads: what that does to the
//! tail's latency and to the broker's memory.
//!
//! Needs a cgroup that may be made (root, as a rule): without one the figures are not about what they are meant to be about. The
//! reader runs at the lowest priority, for in earnest it is on another machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::fs::{Advice, fadvise};

use super::figures::Figures;
use super::floor::{Told, load, load_when_led};
use super::meter::{Machine, Memory, cpu_s};
use super::{Tools, Wanted, folder_of, lay, sweep, wire};
use crate::node::{Node, Software};

pub fn run(brokers: &[Software], tools: &Tools, wanted: &Wanted) -> Result<()> {
    println!(
        "\nOne reader of {COLD_GIB} GiB that are not in memory, in a cgroup of {MEMORY_MIB} MiB; the tail's answers in µs"
    );
    for software in brokers {
        let mut node = lay(software, "cold")?;
        let seen = replay(&mut node, tools, wanted)?;
        node.kill();
        sweep(&folder_of(software, "cold"))?;
        seen.print(software);
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    /// p50, p99 and p99.9, without the reader and with it.
    alone: [Figures; 3],
    beside: [Figures; 3],
    /// With against without, turn by turn.
    ratio: Figures,
    megabytes_per_s: Figures,
    cpu_s_per_gb: Figures,
    resident_mib: [f64; 2],
}

fn replay(node: &mut Node, tools: &Tools, wanted: &Wanted) -> Result<Seen> {
    node.start()?;
    fill(node, tools)?;
    node.terminate()?;
    forget(&node.folder().join("data"))?;
    let group = Group::new()?;
    node.start()?;
    group.take(node.pid()?)?;
    let port = node.address().port();
    let mut seen = Seen::default();
    let before = Machine::now()?;
    for turn in 0..=wanted.pairs {
        let alone = tail(tools, port, wanted.seconds)?;
        let cpu_before_s = cpu_s(node.pid()?)?;
        let (beside, read, most) = beside(node.pid()?, tools, port, wanted.seconds)?;
        let cpu_s = cpu_s(node.pid()?)? - cpu_before_s;
        // The first turn finds nothing warm.
        if turn > 0 {
            for (place, key) in ["p50_us", "p99_us", "p999_us"].into_iter().enumerate() {
                seen.alone[place].add(alone.number(key)?);
                seen.beside[place].add(beside.number(key)?);
            }
            seen.ratio.add(beside.number("p99_us")? / alone.number("p99_us")?);
            let bytes = read.number("bytes")?;
            seen.megabytes_per_s.add(bytes / read.number("seconds")? / 1e6);
            seen.cpu_s_per_gb.add(cpu_s / (bytes / 1e9));
            seen.resident_mib = [Memory::of(node.pid()?)?.resident_mib, seen.resident_mib[1].max(most)];
        }
    }
    println!("  the machine meanwhile: {}", Machine::now()?.since(&before));
    Ok(seen)
}

impl Seen {
    fn print(&self, software: &Software) {
        let [p50, p99, p999] = &self.alone;
        println!("  {software:<6} alone: p50 {p50:.0}, p99 {p99:.0}, p99.9 {p999:.0}");
        let [p50, p99, p999] = &self.beside;
        println!(
            "  {software:<6} beside the reader: p50 {p50:.0}, p99 {p99:.0}, p99.9 {p999:.0}; p99 × {:.2}",
            self.ratio
        );
        let [after, most] = self.resident_mib;
        println!(
            "  {software:<6} the reader gets {:.0} MB/s for {:.2} CPU-s/GB; resident {after:.0} MiB, never more than {most:.0}",
            self.megabytes_per_s, self.cpu_s_per_gb
        );
    }
}

/// Writes what is to be cold, and makes the tail's topic.
fn fill(node: &Node, tools: &Tools) -> Result<()> {
    wire::create_topics(node.address(), &["cold".into(), "tail".into()], 1)?;
    let written = || -> Result<u64> { sizes(&node.folder().join("data/cold-0")) };
    // Its folder is there once something was written.
    loop {
        load_when_led(node.address().port(), || {
            let mut command = Command::new(&tools.load);
            command.args(["produce", "topic=cold", "size=1024", "records=900", "flight=5", "seconds=1"]);
            command
        })?;
        if written()? >= COLD_GIB << 30 {
            return Ok(());
        }
    }
}

fn sizes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        sum += entry?.metadata()?.len();
    }
    Ok(sum)
}

/// Has the system put everything below a folder on the medium and out of memory.
fn forget(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            forget(&path)?;
        } else {
            let file = fs::File::open(&path)?;
            file.sync_all()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}

fn tail(tools: &Tools, port: u16, seconds: f64) -> Result<Told> {
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(&tools.load).args(["produce", "topic=tail"]).args(TAIL.split(' '));
    command.arg(format!("seconds={seconds}"));
    load(command, port)
}

/// The tail while the reader reads; what both told, and the most that was resident.
fn beside(pid: u32, tools: &Tools, port: u16, seconds: f64) -> Result<(Told, Told, f64)> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut most: f64 = 0.0;
            while !done.load(Ordering::Relaxed) {
                most = most.max(Memory::of(pid).map_or(0.0, |memory| memory.resident_mib));
                thread::sleep(Duration::from_millis(50));
            }
            most
        });
        let reading = scope.spawn(|| {
            let mut command = Command::new("nice");
            command.args(["-n", "19"]).arg(&tools.load).args(["fetch", "topic=cold", "bytes=4194304"]);
            // It begins before the tail is looked at, and ends after.
            command.arg(format!("seconds={}", seconds + 2.0 * HEAD_START.as_secs_f64())).stdin(Stdio::null());
            load(command, port)
        });
        thread::sleep(HEAD_START);
        let tail = tail(tools, port, seconds);
        let read = reading.join().expect("a reader ends");
        done.store(true, Ordering::Relaxed);
        Ok((tail?, read?, watching.join().expect("a watcher ends")))
    })
}

/// A memory cgroup, of either version; it goes when it is dropped, with nobody in it.
struct Group {
    folder: PathBuf,
}

impl Group {
    fn new() -> Result<Group> {
        let name = format!("kampa-bench-{}", std::process::id());
        let limit = (MEMORY_MIB << 20).to_string();
        let first = Path::new("/sys/fs/cgroup/memory");
        let (folder, file) = match first.exists() {
            true => (first.join(name), "memory.limit_in_bytes"),
            false => (Path::new("/sys/fs/cgroup").join(name), "memory.max"),
        };
        fs::create_dir(&folder).with_context(|| format!("make the cgroup {}: this needs root", folder.display()))?;
        let group = Group { folder };
        fs::write(group.folder.join(file), limit).context("limit the cgroup's memory")?;
        Ok(group)
    }

    /// From now on what the process takes is counted.
    fn take(&self, pid: u32) -> Result<()> {
        fs::write(self.folder.join("cgroup.procs"), pid.to_string()).context("move the broker into the cgroup")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let parent = self.folder.with_file_name("cgroup.procs");
        // The broker may live on for a moment: it goes back to where it came from.
        for pid in fs::read_to_string(self.folder.join("cgroup.procs")).unwrap_or_default().lines() {
            let _ = fs::write(&parent, pid);
        }
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Several times the memory.
const COLD_GIB: u64 = 3;
const MEMORY_MIB: u64 = 512;
/// As in `tail`.
const TAIL: &str = "size=1024 records=1 connections=1 partitions=1 rate=500";
const HEAD_START: Duration = Duration::from_millis(300);
