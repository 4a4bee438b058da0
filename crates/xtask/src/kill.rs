//! `cargo xtask kill`: kill -9 a node under load, again and again; every acknowledged record is there once, in order.
//!
//! Idempotent producers with five requests in flight (librdkafka, by `compat/kill/load.py`) write without a break. The
//! node is killed at moments drawn from a seed, while it serves and while it starts, and starts again on the same data.
//! At the end everything is read back and held against what was promised; then the history is broken on purpose, and
//! the checker has to notice.

mod history;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::compat::PYTHON;
use crate::install::Tool;
use crate::node::{Node, Software};
use crate::process::Child;
use crate::{install, root, target};
use history::{Fact, breakages, check};

pub fn run(arguments: &[&str]) -> Result<()> {
    let wanted = Wanted::read(arguments)?;
    let software = match wanted.kafka {
        true => Software::kafka()?,
        false => Software::kampa(wanted.binary.as_deref())?,
    };
    if let Some(missing) = NEEDS.iter().find_map(|tool| tool.missing()) {
        bail!("the load cannot run: {missing}");
    }
    install::python(&root().join("compat/confluent-kafka/requirements.txt"), &venv())?;
    let began = Instant::now();
    let partitions = wanted.partitions.to_string();
    let mut settings = SETTINGS.to_vec();
    settings.push(("num.partitions", &partitions));
    if wanted.fsync {
        settings.push(("log.flush.interval.messages", "1"));
    }
    let mut node = Node::lay(&software, &target().join("kill").join(software.to_string()), &settings)?;
    node.start()?;
    let mut load = Load::start(&node.bootstrap(), wanted.partitions)?;
    load.wait_for_more(0)?;
    let kills = kill_rounds(&wanted, &mut node, &mut load)?;
    let mut facts = load.stop()?;
    println!("kill: the load is over after {:.1} s; reading back", began.elapsed().as_secs_f64());
    facts.extend(read_back(&node.bootstrap(), wanted.partitions)?);
    node.stop()?;
    judge(&facts, &kills)?;
    println!(
        "kill: {} rounds over {partitions} partitions, fsync {}, in {:.1} s, seed {}",
        wanted.rounds,
        if wanted.fsync { "on" } else { "off" },
        began.elapsed().as_secs_f64(),
        wanted.seed
    );
    Ok(())
}

struct Wanted {
    rounds: u32,
    seed: u64,
    /// Of the topic that is written.
    partitions: u32,
    /// Every record is on the medium before it is acknowledged.
    fsync: bool,
    kafka: bool,
    binary: Option<PathBuf>,
}

impl Wanted {
    fn read(arguments: &[&str]) -> Result<Wanted> {
        let mut wanted =
            Wanted { rounds: ROUNDS, seed: 1, partitions: PARTITIONS, fsync: false, kafka: false, binary: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("{argument} wants a value"));
            match *argument {
                "--rounds" => wanted.rounds = value()?.parse()?,
                "--seed" => wanted.seed = value()?.parse()?,
                "--partitions" => wanted.partitions = value()?.parse()?,
                "--fsync" => wanted.fsync = true,
                "--binary" => wanted.binary = Some(value()?.into()),
                "--against" => match *value()? {
                    "kampa" => wanted.kafka = false,
                    "kafka" => wanted.kafka = true,
                    other => bail!("--against kampa or kafka, not {other}"),
                },
                other => bail!("no option is called {other}"),
            }
        }
        Ok(wanted)
    }
}

/// What the kills struck.
#[derive(Default)]
struct Kills {
    serving: u32,
    starting: u32,
    /// The longest start after a kill.
    restart_max: Duration,
}

fn kill_rounds(wanted: &Wanted, node: &mut Node, load: &mut Load) -> Result<Kills> {
    let mut chance = SmallRng::seed_from_u64(wanted.seed);
    let mut kills = Kills::default();
    for round in 0..wanted.rounds {
        let acknowledged = load.acknowledged();
        if chance.random_bool(KILLED_WHILE_STARTING) {
            node.kill();
            node.spawn()?;
            thread::sleep(chance.random_range(Duration::ZERO..STARTING_MAX));
            kills.starting += 1;
        } else {
            kills.serving += 1;
        }
        node.kill();
        let restart = node.start()?;
        kills.restart_max = kills.restart_max.max(restart);
        load.wait_for_more(acknowledged).with_context(|| format!("after kill {}", round + 1))?;
        // The load goes on for a while that has no rhythm, so that kills strike every part of a request's way.
        thread::sleep(chance.random_range(Duration::ZERO..SERVING_MAX));
        if (round + 1) % ROUNDS_PER_PRODUCER == 0 {
            // A new producer asks for a new id: ids given out before the kill may not come again.
            load.order("next")?;
        }
    }
    Ok(kills)
}

fn judge(facts: &[Fact], kills: &Kills) -> Result<()> {
    let acknowledged = history::acknowledged(facts).count();
    let wrong = check(facts);
    for complaint in wrong.iter().take(COMPLAINTS_SHOWN) {
        eprintln!("kill: {complaint}");
    }
    println!(
        "kill: {} kills while serving, {} while starting, longest restart {:.2} s; {acknowledged} records acknowledged, {} found",
        kills.serving,
        kills.starting,
        kills.restart_max.as_secs_f64(),
        facts.iter().filter(|fact| matches!(fact, Fact::Found { .. })).count(),
    );
    ensure!(wrong.is_empty(), "{} things are wrong", wrong.len());
    let broken = breakages(facts);
    ensure!(!broken.is_empty(), "no record was acknowledged: this shows nothing");
    for (what, history) in &broken {
        ensure!(!check(history).is_empty(), "the checker did not notice that {what}");
    }
    println!("kill: the checker notices {} ways to break this history", broken.len());
    Ok(())
}

/// The producers, as a child.
struct Load {
    child: Child,
    facts: Arc<Mutex<Vec<Fact>>>,
    acknowledged: Arc<AtomicUsize>,
    listener: JoinHandle<Result<()>>,
}

impl Load {
    fn start(bootstrap: &str, partitions: u32) -> Result<Load> {
        let mut child =
            Child::leading(load("write", bootstrap, partitions).stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let output = child.streams().stdout.take().context("the load's output is ours")?;
        let facts = Arc::new(Mutex::new(Vec::new()));
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let (sink, count) = (facts.clone(), acknowledged.clone());
        let listener = thread::spawn(move || {
            listen(output, |fact| {
                count.fetch_add(usize::from(matches!(fact, Fact::Acknowledged { .. })), Ordering::Relaxed);
                sink.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(fact);
            })
        });
        Ok(Load { child, facts, acknowledged, listener })
    }

    fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Until the node has promised more than it had: a round without that would show nothing.
    fn wait_for_more(&mut self, than: usize) -> Result<()> {
        let deadline = Instant::now() + PROGRESS_MAX;
        while self.acknowledged() <= than {
            ensure!(self.child.ended_by(Instant::now())?.is_none(), "the load has ended");
            ensure!(Instant::now() < deadline, "nothing was acknowledged within {PROGRESS_MAX:?}");
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    fn order(&mut self, word: &str) -> Result<()> {
        let input = self.child.streams().stdin.as_mut().context("the load's input is ours")?;
        writeln!(input, "{word}").context("order the load")
    }

    /// Lets it bring home what is on its way, and takes what it knows.
    fn stop(mut self) -> Result<Vec<Fact>> {
        self.order("stop")?;
        let status = self.child.ended_by(Instant::now() + READ_MAX)?;
        ensure!(status.is_some_and(|status| status.success()), "the load did not end well: {status:?}");
        // A panic of ours in there is a panic of ours here.
        self.listener.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let facts = std::mem::take(&mut *self.facts.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
        Ok(facts)
    }
}

fn read_back(bootstrap: &str, partitions: u32) -> Result<Vec<Fact>> {
    let mut child = Child::leading(load("read", bootstrap, partitions).stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let output = child.streams().stdout.take().context("the reader's output is ours")?;
    let mut facts = Vec::new();
    listen(output, |fact| facts.push(fact))?;
    let status = child.ended_by(Instant::now() + READ_MAX)?;
    ensure!(status.is_some_and(|status| status.success()), "the reader did not end well: {status:?}");
    Ok(facts)
}

/// Takes facts until the last line; an output that ends without it is an error.
fn listen(output: impl std::io::Read, mut take: impl FnMut(Fact)) -> Result<()> {
    for line in BufReader::new(output).lines() {
        match Fact::parse(&line?)? {
            Some(fact) => take(fact),
            None => return Ok(()),
        }
    }
    bail!("the load's output broke off")
}

fn load(action: &str, bootstrap: &str, partitions: u32) -> Command {
    let mut command = Command::new(venv().join("bin/python"));
    command.arg(root().join("compat/kill/load.py")).args([action, bootstrap, "killed", &partitions.to_string()]);
    command
}

/// The same as the client's own script uses.
fn venv() -> PathBuf {
    target().join("compat/confluent-kafka/venv")
}

/// Small segments, so that kills meet rolls; partitions are made by the first record.
const SETTINGS: &[(&str, &str)] = &[("log.segment.bytes", "1048576")];
const PARTITIONS: u32 = 3;
/// The load is a Python program.
pub const NEEDS: [&Tool; 1] = [&PYTHON];
const ROUNDS: u32 = 50;
const ROUNDS_PER_PRODUCER: u32 = 10;
/// One kill in five strikes a node that has not come up: recovery, too, may be interrupted.
const KILLED_WHILE_STARTING: f64 = 0.2;
/// Kampa starts in tens of milliseconds: before, while and after it reads its log.
const STARTING_MAX: Duration = Duration::from_millis(60);
const SERVING_MAX: Duration = Duration::from_millis(500);
/// Clients come back within a second; Apache Kafka needs several to start.
const PROGRESS_MAX: Duration = Duration::from_secs(60);
const READ_MAX: Duration = Duration::from_secs(150);
const COMPLAINTS_SHOWN: usize = 20;
