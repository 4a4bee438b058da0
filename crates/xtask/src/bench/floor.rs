//! Processor time per work done, as a ratio to the floor (`bench/floor.c`), and the tail of latency at a low rate.
//!
//! Brokers take turns, and each has a processor to itself while it is measured, the load another. A ratio within one
//! turn holds on a noisy machine, where no single figure does.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::figures::Figures;
use super::meter::{Machine, cpu_s};
use super::{Tools, Wanted, folder_of, lay, sweep, wire, work};
use crate::install;
use crate::node::{Node, Software, free_ports};
use crate::process::Child;

/// A way to load a broker.
struct Shape {
    name: &'static str,
    produce: &'static str,
    partitions: i32,
    /// What the cost is counted in.
    unit: Unit,
    /// About what is written in a second: that much memory is touched beforehand.
    mib_per_s: f64,
    /// Whether what was written is then read, as a shape of its own.
    read_back: bool,
}

#[derive(Clone, Copy)]
enum Unit {
    Gigabyte,
    MillionRecords,
    MillionRequests,
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "big",
        produce: "size=1024 records=900 connections=1 flight=5 partitions=1",
        partitions: 1,
        unit: Unit::Gigabyte,
        mib_per_s: 1200.0,
        read_back: true,
    },
    Shape {
        name: "mid",
        produce: "size=1024 records=16 connections=10 flight=5 partitions=10",
        partitions: 10,
        unit: Unit::Gigabyte,
        mib_per_s: 1000.0,
        read_back: false,
    },
    Shape {
        name: "tiny",
        produce: "size=100 records=160 connections=10 flight=5 partitions=10",
        partitions: 10,
        unit: Unit::MillionRecords,
        mib_per_s: 1000.0,
        read_back: false,
    },
    Shape {
        name: "small",
        produce: "size=100 records=1 connections=50 flight=5 partitions=50",
        partitions: 50,
        unit: Unit::MillionRequests,
        mib_per_s: 100.0,
        read_back: false,
    },
];
/// Reading back, one connection, 4 MiB a request.
const FETCH: &str = "bytes=4194304";
/// Low enough that nobody is ever busy.
const TAIL: &str = "size=1024 records=1 connections=1 partitions=1 rate=500";

/// One run of one broker.
struct Run {
    cost: f64,
    requests_per_s: f64,
    megabytes_per_s: f64,
}

/// What runs of one shape gave, by broker in the order in which they take turns.
struct Table {
    name: &'static str,
    unit: Unit,
    runs: Vec<Vec<Run>>,
}

pub fn ratios(brokers: &[Software], tools: &Tools, wanted: &Wanted) -> Result<()> {
    println!(
        "\nProcessor time of the broker; ratio to the floor, pair by pair: median (least to greatest) of {}",
        wanted.pairs
    );
    let mut all = Contestant::line_up(brokers, tools)?;
    for shape in SHAPES {
        let before = Machine::now()?;
        let mut written = Table::new(shape.name, shape.unit, all.len());
        let mut read = Table::new("fetch", Unit::Gigabyte, all.len());
        // The first round is not counted: a virtual machine compiles, files are opened, buffers grow.
        for round in 0..=wanted.pairs {
            for (place, broker) in all.iter_mut().enumerate() {
                let topic = format!("{}-{round}", shape.name);
                broker.give_topic(tools, &topic, shape.partitions)?;
                let touch_mib = (shape.mib_per_s * wanted.seconds) as u64;
                let how = format!("{} touch={touch_mib}", shape.produce);
                written.runs[place].push(broker.run(tools, "produce", &how, &topic, shape.unit, wanted.seconds)?);
                if shape.read_back {
                    read.runs[place].push(broker.run(tools, "fetch", FETCH, &topic, Unit::Gigabyte, wanted.seconds)?);
                }
                wire::delete_topics(broker.address, &[topic])?;
                // What a deletion costs is not charged to the next run.
                thread::sleep(DELETION);
            }
            if round == 0 {
                written.forget();
                read.forget();
            }
        }
        written.print(&all);
        if shape.read_back {
            read.print(&all);
        }
        println!("  the machine meanwhile: {}", Machine::now()?.since(&before));
    }
    Contestant::send_home(all)
}

pub fn tails(brokers: &[Software], tools: &Tools, wanted: &Wanted) -> Result<()> {
    println!("\nProduce with acks=all at 500 requests of one record (1 KiB) a second, in µs from when each was due");
    let mut all = Contestant::line_up(brokers, tools)?;
    let before = Machine::now()?;
    let mut seen: Vec<[Figures; 3]> = all.iter().map(|_| Default::default()).collect();
    for pair in 0..wanted.pairs {
        for (broker, seen) in all.iter_mut().zip(&mut seen) {
            let topic = format!("tail-{pair}");
            broker.give_topic(tools, &topic, 1)?;
            // The first requests find nothing warm: they are not what a tail is about.
            broker.load(tools, "produce", TAIL, &topic, wanted.seconds / 4.0)?;
            let told = broker.load(tools, "produce", TAIL, &topic, wanted.seconds)?;
            for (figures, key) in seen.iter_mut().zip(["p50_us", "p99_us", "max_us"]) {
                figures.add(told.number(key)?);
            }
        }
    }
    for (broker, [p50, p99, max]) in all.iter().zip(&seen) {
        println!("  {:<6} p50 {p50:.0}, p99 {p99:.0}, worst {max:.0}", broker.name);
    }
    println!("  the machine meanwhile: {}", Machine::now()?.since(&before));
    Contestant::send_home(all)
}

/// A broker that takes its turns.
struct Contestant {
    name: String,
    address: SocketAddr,
    pid: u32,
    process: Process,
}

enum Process {
    Floor(Child),
    Node(Node, Software),
}

impl Contestant {
    /// The floor first, then the others, all running.
    fn line_up(brokers: &[Software], tools: &Tools) -> Result<Vec<Contestant>> {
        let mut all = vec![Contestant::floor(tools)?];
        for software in brokers {
            let mut node = lay(software, "floor")?;
            node.start()?;
            let (address, pid) = (node.address(), node.pid()?);
            all.push(Contestant {
                name: software.to_string(),
                address,
                pid,
                process: Process::Node(node, software.clone()),
            });
        }
        for broker in &all {
            let began = Instant::now();
            while !wire::answers(broker.address) {
                ensure!(began.elapsed() < START_MAX, "{} does not answer", broker.name);
                thread::sleep(Duration::from_millis(10));
            }
            broker.bind_to_processor()?;
        }
        Ok(all)
    }

    fn floor(tools: &Tools) -> Result<Contestant> {
        let folder = work().join("floor-data");
        if folder.exists() {
            sweep(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        let [port, _] = free_ports()?;
        let mut command = Command::new(&tools.floor);
        command.arg(port.to_string()).arg(&folder).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = Child::beside(&mut command)?;
        let pid = child.streams().id();
        Ok(Contestant {
            name: "floor".into(),
            address: ([127, 0, 0, 1], port).into(),
            pid,
            process: Process::Floor(child),
        })
    }

    /// All its threads on the last processor; loads run on the first.
    fn bind_to_processor(&self) -> Result<()> {
        let last = thread::available_parallelism()?.get() - 1;
        let mut command = Command::new("taskset");
        command.args(["-a", "-c", "-p", &last.to_string(), &self.pid.to_string()]);
        install::succeed(&mut command, "bind a broker to a processor")
    }

    fn give_topic(&self, tools: &Tools, topic: &str, partitions: i32) -> Result<()> {
        wire::create_topics(self.address, &[topic.to_string()], partitions)?;
        load_when_led(self.address.port(), || {
            let mut command = Command::new(&tools.load);
            command.args(["produce", "seconds=0.01"]).arg(format!("topic={topic}"));
            command.args([format!("connections={partitions}"), format!("partitions={partitions}")]);
            command
        })
        .map(drop)
    }

    fn run(&mut self, tools: &Tools, kind: &str, how: &str, topic: &str, unit: Unit, seconds: f64) -> Result<Run> {
        let before = cpu_s(self.pid)?;
        let told = self.load(tools, kind, how, topic, seconds)?;
        let cpu_s = cpu_s(self.pid)? - before;
        let (requests, records, bytes) = (told.number("requests")?, told.number("records")?, told.number("bytes")?);
        let amount = match unit {
            Unit::Gigabyte => bytes / 1e9,
            Unit::MillionRecords => records / 1e6,
            Unit::MillionRequests => requests / 1e6,
        };
        let took_s = told.number("seconds")?;
        Ok(Run { cost: cpu_s / amount, requests_per_s: requests / took_s, megabytes_per_s: bytes / took_s / 1e6 })
    }

    fn load(&self, tools: &Tools, kind: &str, how: &str, topic: &str, seconds: f64) -> Result<Told> {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(&tools.load).arg(kind).args(how.split(' '));
        command.args([format!("topic={topic}"), format!("seconds={seconds}")]);
        load(command, self.address.port()).with_context(|| format!("{kind} {topic} against {}", self.name))
    }

    fn send_home(all: Vec<Contestant>) -> Result<()> {
        for broker in all {
            match broker.process {
                Process::Floor(mut child) => {
                    child.kill();
                    sweep(&work().join("floor-data"))?;
                }
                Process::Node(mut node, software) => {
                    node.kill();
                    sweep(&folder_of(&software, "floor"))?;
                }
            }
        }
        Ok(())
    }
}

impl Table {
    fn new(name: &'static str, unit: Unit, brokers: usize) -> Table {
        Table { name, unit, runs: (0..brokers).map(|_| Vec::new()).collect() }
    }

    fn forget(&mut self) {
        self.runs.iter_mut().for_each(Vec::clear);
    }

    fn print(&self, brokers: &[Contestant]) {
        let unit = match self.unit {
            Unit::Gigabyte => "CPU-s/GB",
            Unit::MillionRecords => "CPU-s/M records",
            Unit::MillionRequests => "CPU-s/M requests",
        };
        for (broker, runs) in brokers.iter().zip(&self.runs) {
            let cost: Figures = runs.iter().map(|run| run.cost).collect();
            let ratio: Figures = runs.iter().zip(&self.runs[0]).map(|(run, floor)| run.cost / floor.cost).collect();
            let requests: Figures = runs.iter().map(|run| run.requests_per_s).collect();
            let megabytes: Figures = runs.iter().map(|run| run.megabytes_per_s).collect();
            println!(
                "  {:<5} {:<6} ratio {ratio:.2}; {cost:.3} {unit}; {:.0} requests/s, {:.0} MB/s",
                self.name,
                broker.name,
                requests.median(),
                megabytes.median()
            );
        }
    }
}

/// The line a load prints.
pub struct Told(Value);

impl Told {
    pub fn number(&self, key: &str) -> Result<f64> {
        self.0[key].as_f64().with_context(|| format!("the load does not tell {key}"))
    }
}

/// Runs a load to its end; an answer that was wrong is an error.
pub fn load(mut command: Command, port: u16) -> Result<Told> {
    command.arg(format!("port={port}"));
    let done = command.output().with_context(|| format!("start {}", Path::new(command.get_program()).display()))?;
    ensure!(done.status.success(), "the load failed: {}", String::from_utf8_lossy(&done.stderr).trim());
    Ok(Told(serde_json::from_slice(&done.stdout)?))
}

/// The same until it goes well: Apache Kafka answers a creation before it leads what it has created.
pub fn load_when_led(port: u16, command: impl Fn() -> Command) -> Result<Told> {
    let began = Instant::now();
    loop {
        match load(command(), port) {
            Err(_) if began.elapsed() < LED_MAX => thread::sleep(Duration::from_millis(100)),
            done => return done,
        }
    }
}

/// Closing and unlinking a gigabyte, after the delay set for it.
const DELETION: Duration = Duration::from_millis(700);
/// A hundred topics on a busy machine.
const LED_MAX: Duration = Duration::from_secs(10);
const START_MAX: Duration = Duration::from_secs(30);
