//! Our client beside librdkafka, on each broker: records a second, processor time a record, and time to a delivery.
//!
//! Both programs send the same letters with the same settings, take turns, look at every record's delivery, and count their own
//! processor time: `crates/client/examples/load.rs` and `bench/rdkafka.c`. Another half (consuming) is another row of [`LOADS`].

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::figures::Figures;
use super::meter::Machine;
use super::{Wanted, folder_of, lay, sweep, wire, work};
use crate::node::Software;
use crate::{install, root, target};

/// What both clients are asked to do.
struct Load {
    name: &'static str,
    words: &'static str,
    /// Whether latency is what it is about; else it is rates.
    is_paced: bool,
}

const LOADS: &[Load] = &[
    Load { name: "100 bytes", words: "produce size=100 warm=1", is_paced: false },
    Load { name: "100 bytes, batches of 1 MB", words: "produce size=100 warm=1 batch.size=1000000", is_paced: false },
    Load { name: "1 kB", words: "produce size=1000 warm=1", is_paced: false },
    Load { name: "1 kB, batches of 1 MB", words: "produce size=1000 warm=1 batch.size=1000000", is_paced: false },
    Load { name: "1 kB, 1000 a second", words: "produce size=1000 warm=1 rate=1000 linger.ms=0", is_paced: true },
];
/// So that both have the same: the defaults of one are not those of the other.
const SAME: &str = "acks=all enable.idempotence=true";
/// What a client is called, and what only it is told: librdkafka counts records in its queue, and ours bytes.
const CLIENTS: [(&str, &str, &str); 2] = [
    ("ours", "batch.size=16384 linger.ms=5", "buffer.memory=67108864"),
    (
        "librdkafka",
        "batch.size=16384 linger.ms=5",
        "queue.buffering.max.messages=1000000 queue.buffering.max.kbytes=65536",
    ),
];

/// What one client did with one load, over all pairs.
#[derive(Default)]
struct Seen {
    records_per_s: Figures,
    cpu_us: Figures,
    p50_us: Figures,
    p99_us: Figures,
}

pub fn run(brokers: &[Software], wanted: &Wanted) -> Result<()> {
    let programs = [ours()?, librdkafka()?];
    println!(
        "\nOur client beside librdkafka, one partition, acks=all, idempotent: median (least to greatest) of {}",
        wanted.pairs
    );
    for software in brokers {
        let before = Machine::now()?;
        let mut node = lay(software, "client")?;
        node.start()?;
        println!("\n  on {software}");
        for load in LOADS {
            let mut seen = [Seen::default(), Seen::default()];
            for pair in 0..wanted.pairs {
                let topic = format!("client-{pair}");
                wire::create_topics(node.address(), std::slice::from_ref(&topic), 1)?;
                for ((program, seen), (_, base, own)) in programs.iter().zip(&mut seen).zip(CLIENTS) {
                    let words = format!("{} {SAME} {base} {own} {}", kind(load), settings(load));
                    seen.add(&told(program, &words, &node.bootstrap(), &topic, wanted.seconds)?)?;
                }
                wire::delete_topics(node.address(), &[topic])?;
            }
            for ((name, _, _), seen) in CLIENTS.iter().zip(&seen) {
                seen.print(load, name);
            }
        }
        println!("  the machine meanwhile: {}", Machine::now()?.since(&before));
        node.kill();
        sweep(&folder_of(software, "client"))?;
    }
    Ok(())
}

fn kind(load: &Load) -> &'static str {
    load.words.split(' ').next().unwrap_or_default()
}

/// What comes later on the command line counts.
fn settings(load: &Load) -> &'static str {
    load.words.split_once(' ').map_or("", |(_, rest)| rest)
}

fn told(program: &Path, words: &str, servers: &str, topic: &str, seconds: f64) -> Result<Value> {
    let mut command = Command::new(program);
    command.args(words.split_whitespace());
    command.args([format!("servers={servers}"), format!("topic={topic}"), format!("seconds={seconds}")]);
    let output = command.output().with_context(|| format!("run {}", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} {words}: {said}", program.display());
    serde_json::from_slice(&output.stdout).with_context(|| format!("{}: no line of JSON", program.display()))
}

impl Seen {
    fn add(&mut self, told: &Value) -> Result<()> {
        let number = |key: &str| told[key].as_f64().with_context(|| format!("no {key} in {told}"));
        let records = number("records")?;
        self.records_per_s.add(records / number("seconds")?);
        self.cpu_us.add(number("cpu_s")? * 1e6 / records);
        self.p50_us.add(number("p50_us")?);
        self.p99_us.add(number("p99_us")?);
        Ok(())
    }

    fn print(&self, load: &Load, client: &str) {
        let Seen { records_per_s, cpu_us, p50_us, p99_us } = self;
        if load.is_paced {
            println!(
                "  {:<28} {client:<11} CPU {cpu_us:.0} µs a record, delivered after {p50_us:.0} µs, p99 {p99_us:.0}",
                load.name
            );
        } else {
            println!("  {:<28} {client:<11} {records_per_s:.0} records/s, CPU {cpu_us:.2} µs a record", load.name);
        }
    }
}

fn ours() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).args(["build", "--release", "-q", "-p", "kampa-client", "--example", "load"]);
    install::succeed(&mut cargo, "build our client's load")?;
    Ok(target().join("release/examples/load"))
}

/// Compiled against the system's librdkafka: Debian has it in librdkafka-dev.
fn librdkafka() -> Result<PathBuf> {
    let program = work().join("rdkafka");
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&program);
    gcc.arg(root().join("bench/rdkafka.c")).arg("-lrdkafka");
    install::succeed(&mut gcc, "compile bench/rdkafka.c (it needs librdkafka's headers, Debian's librdkafka-dev)")?;
    Ok(program)
}
