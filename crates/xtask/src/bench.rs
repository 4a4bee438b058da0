//! `cargo xtask bench`: how soon a node answers, what it costs at rest, and how far it is from the least a broker can cost.
//!
//! Prints figures and judges none: this machine, its neighbours and its disk speak in every one of them, so people compare
//! figures of one run with each other. docs/benchmarks.md says what each means.

mod client;
mod cold;
mod compaction;
mod figures;
mod floor;
mod fsync;
mod idle;
mod meter;
mod partitions;
mod scrape;
mod start;
mod wire;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::node::{Node, Software};
use crate::{install, root, target};
use meter::Machine;

pub fn run(arguments: &[&str]) -> Result<()> {
    let wanted = Wanted::read(arguments)?;
    let tools = Tools::build()?;
    let mut brokers = vec![Software::kampa(wanted.binary.as_deref())?];
    if wanted.kafka {
        brokers.push(Software::kafka()?);
    }
    let before = Machine::now()?;
    for part in wanted.parts() {
        match part {
            Part::Start => start::run(&brokers, &tools)?,
            Part::Idle => idle::run(&brokers, &tools)?,
            Part::Floor => floor::ratios(&brokers, &tools, &wanted)?,
            Part::Tail => floor::tails(&brokers, &tools, &wanted)?,
            Part::Scrape => scrape::run(&brokers)?,
            Part::Cold => cold::run(&brokers, &tools, &wanted)?,
            Part::Fsync => fsync::run(&brokers, &tools, &wanted)?,
            Part::Client => client::run(&brokers, &wanted)?,
            Part::Compaction => compaction::run(&brokers, &wanted)?,
            Part::Partitions => partitions::run(&brokers, &tools, &wanted)?,
        }
    }
    println!("\nThe machine, in all: {}", Machine::now()?.since(&before));
    Ok(())
}

/// What the command line asks for.
struct Wanted {
    part: Option<Part>,
    kafka: bool,
    /// Runs of each broker and each load: ratios are taken pair by pair.
    pairs: usize,
    /// How long one run takes.
    seconds: f64,
    /// Partitions for `partitions`, and records written to each before a stop; with 0 to a few only.
    count: usize,
    records: u8,
    binary: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Start,
    Idle,
    Floor,
    Tail,
    Scrape,
    /// Only when it is asked for: it writes gigabytes, and needs a cgroup.
    Cold,
    /// Only when it is asked for: it takes minutes, and the disk's time.
    Fsync,
    /// Only when it is asked for: it needs librdkafka.
    Client,
    /// Only when it is asked for: it needs Apache's tools.
    Compaction,
    /// Only when it is asked for: it takes minutes.
    Partitions,
}

impl Wanted {
    fn read(arguments: &[&str]) -> Result<Wanted> {
        let mut wanted =
            Wanted { part: None, kafka: false, pairs: PAIRS, seconds: SECONDS, count: COUNT, records: 0, binary: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("{argument} wants a value"));
            match *argument {
                "all" => wanted.part = None,
                "start" => wanted.part = Some(Part::Start),
                "idle" => wanted.part = Some(Part::Idle),
                "floor" => wanted.part = Some(Part::Floor),
                "tail" => wanted.part = Some(Part::Tail),
                "scrape" => wanted.part = Some(Part::Scrape),
                "cold" => wanted.part = Some(Part::Cold),
                "fsync" => wanted.part = Some(Part::Fsync),
                "client" => wanted.part = Some(Part::Client),
                "compaction" => wanted.part = Some(Part::Compaction),
                "partitions" => wanted.part = Some(Part::Partitions),
                "--kafka" => wanted.kafka = true,
                "--pairs" => wanted.pairs = value()?.parse()?,
                "--seconds" => wanted.seconds = value()?.parse()?,
                "--count" => wanted.count = value()?.parse()?,
                "--records" => wanted.records = value()?.parse()?,
                "--binary" => wanted.binary = Some(std::path::absolute(value()?)?),
                other => {
                    bail!(
                        "bench takes start, idle, floor, tail, scrape, cold, fsync, client, compaction, partitions or all, and no {other}"
                    )
                }
            }
        }
        ensure!((1..=PAIRS_MAX).contains(&wanted.pairs), "--pairs from 1 to {PAIRS_MAX}");
        ensure!(wanted.seconds > 0.0 && wanted.seconds <= SECONDS_MAX, "--seconds up to {SECONDS_MAX}");
        ensure!((idle::TOPICS..=COUNT_MAX).contains(&wanted.count), "--count from {} to {COUNT_MAX}", idle::TOPICS);
        ensure!(wanted.records < RECORDS_END, "--records below {RECORDS_END}");
        Ok(wanted)
    }

    fn parts(&self) -> Vec<Part> {
        self.part.map_or(vec![Part::Start, Part::Idle, Part::Floor, Part::Tail, Part::Scrape], |part| vec![part])
    }
}

/// The programs in `bench/`, compiled for this very machine.
struct Tools {
    floor: PathBuf,
    load: PathBuf,
}

impl Tools {
    fn build() -> Result<Tools> {
        let folder = work();
        std::fs::create_dir_all(&folder)?;
        let compile = |name: &str| {
            let program = folder.join(name);
            let mut gcc = Command::new("gcc");
            gcc.args(["-std=gnu11", "-O2", "-march=native", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&program);
            gcc.arg(root().join("bench").join(format!("{name}.c")));
            install::succeed(&mut gcc, &format!("compile bench/{name}.c")).map(|()| program)
        };
        Ok(Tools { floor: compile("floor")?, load: compile("load")? })
    }
}

/// Where everything of a run lies.
fn work() -> PathBuf {
    target().join("bench")
}

/// A node with a folder of its own, laid but not started.
fn lay(software: &Software, purpose: &str) -> Result<Node> {
    Node::lay(software, &folder_of(software, purpose), SETTINGS)
}

fn folder_of(software: &Software, purpose: &str) -> PathBuf {
    work().join(format!("{software}-{purpose}"))
}

/// Throws a run's data away: gigabytes that nobody reads again.
fn sweep(folder: &Path) -> Result<()> {
    std::fs::remove_dir_all(folder).with_context(|| format!("remove {}", folder.display()))
}

/// Deleted topics leave the disk soon; what a run needs, it creates.
const SETTINGS: &[(&str, &str)] = &[("log.segment.delete.delay.ms", "100"), ("auto.create.topics.enable", "false")];
const PAIRS: usize = 3;
const PAIRS_MAX: usize = 100;
const SECONDS: f64 = 2.0;
/// A run writes more than a gigabyte a second.
const SECONDS_MAX: f64 = 10.0;
const COUNT: usize = 10_000;
/// Their numbers take a byte each.
const RECORDS_END: u8 = 64;
/// Ten times what is promised to work.
const COUNT_MAX: usize = 1_000_000;
