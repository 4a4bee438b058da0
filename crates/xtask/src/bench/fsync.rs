//! Produce to topics that are synced before they are acknowledged (`log.flush.interval.messages=1`), beside Kampa's own
//! acknowledgement from the page cache, and beside Apache Kafka that syncs.
//!
//! Brokers take turns, each load after the other on the same disk, which speaks in every figure: what counts is the ratio within
//! one turn. How often a broker syncs is counted in a run of its own, under strace.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::figures::Figures;
use super::floor::{Told, load, load_when_led};
use super::meter::{Machine, cpu_s};
use super::{SETTINGS, Tools, Wanted, folder_of, sweep, wire};
use crate::node::{Node, Software};
use crate::process::Child;

/// One kind of request, and how many are on their way at once.
struct Shape {
    name: &'static str,
    produce: &'static str,
    connections: usize,
}

const SHAPES: &[Shape] = &[
    Shape { name: "1 record of 100 B", produce: "size=100 records=1 flight=5", connections: 50 },
    Shape { name: "16 KiB batch", produce: "size=1024 records=16 flight=5", connections: 50 },
    Shape { name: "1 MB batch", produce: "size=1024 records=970 flight=2", connections: 8 },
];
const PARTITIONS: [usize; 3] = [1, 100, 1000];

struct Contestant {
    name: String,
    software: Software,
    node: Node,
}

#[derive(Default)]
struct Row {
    requests_per_s: Vec<f64>,
    megabytes_per_s: Figures,
    cpu_us: Figures,
    times_us: [Figures; 3],
    syncs: Option<f64>,
}

pub fn run(brokers: &[Software], tools: &Tools, wanted: &Wanted) -> Result<()> {
    println!("\nProduce with acks=all; median of {} turns; syncs per 1,000 acknowledgements by strace", wanted.pairs);
    let mut all = Vec::new();
    for software in brokers {
        let syncing = ("log.flush.interval.messages", "1");
        if matches!(software, Software::Kampa { .. }) {
            all.push(Contestant::start(software, "page cache", SETTINGS)?);
        }
        all.push(Contestant::start(software, "fsync", &[SETTINGS, &[syncing]].concat())?);
    }
    for shape in SHAPES {
        for partitions in PARTITIONS {
            let before = Machine::now()?;
            let mut rows: Vec<Row> = all.iter().map(|_| Row::default()).collect();
            let topic = format!("synced-{partitions}");
            for broker in &all {
                broker.give_topic(tools, &topic, partitions)?;
            }
            for _ in 0..wanted.pairs {
                for (broker, row) in all.iter_mut().zip(&mut rows) {
                    broker.take_turn(tools, shape, &topic, partitions, wanted.seconds, row)?;
                }
            }
            for (broker, row) in all.iter_mut().zip(&mut rows) {
                row.syncs = Some(broker.count_syncs(tools, shape, &topic, partitions, wanted.seconds)?);
            }
            println!(
                "{}, {partitions} partitions; the machine meanwhile: {}",
                shape.name,
                Machine::now()?.since(&before)
            );
            for (broker, row) in all.iter().zip(&rows) {
                row.print(&broker.name, &rows[0]);
            }
            for broker in &all {
                wire::delete_topics(broker.node.address(), std::slice::from_ref(&topic))?;
            }
            // What a deletion costs is not charged to the next run.
            thread::sleep(DELETION);
        }
    }
    for mut broker in all {
        broker.node.kill();
        sweep(&folder_of(&broker.software, &broker.purpose()))?;
    }
    Ok(())
}

impl Contestant {
    fn start(software: &Software, kind: &str, settings: &[(&str, &str)]) -> Result<Contestant> {
        let name = format!("{software} {kind}");
        let purpose = kind.replace(' ', "-");
        let mut node = Node::lay(software, &folder_of(software, &purpose), settings)?;
        node.start()?;
        Ok(Contestant { name, software: software.clone(), node })
    }

    fn purpose(&self) -> String {
        let kind = self.name.split_once(' ').map_or("", |(_, kind)| kind);
        kind.replace(' ', "-")
    }

    fn give_topic(&self, tools: &Tools, topic: &str, partitions: usize) -> Result<()> {
        wire::create_topics(self.node.address(), &[topic.to_owned()], partitions as i32)?;
        // Each partition gets one record: its files are there, and Apache Kafka leads it.
        load_when_led(self.node.address().port(), || {
            let mut command = Command::new(&tools.load);
            command.args(["produce", "flight=1", "seconds=0.2"]).arg(format!("topic={topic}"));
            command.args([format!("connections={}", partitions.min(100)), format!("partitions={partitions}")]);
            command
        })
        .map(drop)
    }

    fn load(&self, tools: &Tools, shape: &Shape, topic: &str, partitions: usize, seconds: f64) -> Result<Told> {
        let mut command = Command::new(&tools.load);
        command.arg("produce").args(shape.produce.split(' '));
        command.args([format!("topic={topic}"), format!("seconds={seconds}")]);
        command.args([format!("connections={}", shape.connections), format!("partitions={partitions}")]);
        load(command, self.node.address().port()).with_context(|| format!("{} against {}", shape.name, self.name))
    }

    fn take_turn(
        &mut self,
        tools: &Tools,
        shape: &Shape,
        topic: &str,
        partitions: usize,
        seconds: f64,
        row: &mut Row,
    ) -> Result<()> {
        let pid = self.node.pid()?;
        let before = cpu_s(pid)?;
        let told = self.load(tools, shape, topic, partitions, seconds)?;
        let cpu_s = cpu_s(pid)? - before;
        let (requests, took_s) = (told.number("requests")?, told.number("seconds")?);
        row.requests_per_s.push(requests / took_s);
        row.megabytes_per_s.add(told.number("bytes")? / took_s / 1e6);
        row.cpu_us.add(cpu_s * 1e6 / requests);
        for (times, key) in row.times_us.iter_mut().zip(["p50_us", "p99_us", "p999_us"]) {
            times.add(told.number(key)?);
        }
        // Dirty pages of one are not the next one's to write.
        Command::new("sync").status().context("sync the disk")?;
        Ok(())
    }

    /// Calls of fsync and fdatasync for 1,000 requests. strace slows the calls it looks at, and so makes groups larger: a bound
    /// from below.
    fn count_syncs(
        &mut self,
        tools: &Tools,
        shape: &Shape,
        topic: &str,
        partitions: usize,
        seconds: f64,
    ) -> Result<f64> {
        let pid = self.node.pid()?.to_string();
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", "trace=fdatasync,fsync", "-e", "signal=none", "-o"]);
        let found = super::work().join("syncs.strace");
        strace.arg(&found).args(["-p", &pid]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut strace = Child::beside(&mut strace)?;
        thread::sleep(ATTACHING);
        let told = self.load(tools, shape, topic, partitions, seconds.min(2.0))?;
        strace.stop(ATTACHING * 20)?;
        let calls = std::fs::read_to_string(&found).context("strace has written nothing")?;
        let syncs = calls.lines().filter(|line| line.contains("sync(")).count();
        Ok(syncs as f64 * 1000.0 / told.number("requests")?)
    }
}

impl Row {
    fn print(&self, name: &str, first: &Row) {
        let requests: Figures = self.requests_per_s.iter().copied().collect();
        let pairs = self.requests_per_s.iter().zip(&first.requests_per_s);
        let ratio: Figures = pairs.map(|(own, first)| own / first).collect();
        let [p50, p99, p999] = &self.times_us;
        println!(
            "  {name:<17} {:>7.0} requests/s, {:>6.1} MB/s, {ratio:.2} of the first; \
             p50 {:.1} p99 {:.1} p99.9 {:.1} ms; {:.0} µs of CPU a request; {} syncs",
            requests.median(),
            self.megabytes_per_s.median(),
            p50.median() / 1e3,
            p99.median() / 1e3,
            p999.median() / 1e3,
            self.cpu_us.median(),
            self.syncs.map_or("?".to_owned(), |syncs| format!("{syncs:.1}")),
        );
    }
}

const DELETION: Duration = Duration::from_secs(1);
const ATTACHING: Duration = Duration::from_millis(500);
