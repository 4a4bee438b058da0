//! `cargo xtask compat`: the clients people use, driven against Kampa and against Apache Kafka itself; answers compared.
//!
//! Each client's script runs against a fresh node of each, at the same time. Where the two answer differently, Kampa is
//! wrong. Results are kept in `target/compat/results`, one file per client.

mod clients;
mod intended;
mod observation;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::node::{Node, Software};
use crate::process::Child;
use crate::target;
use clients::{CLIENTS, Client};
pub use clients::{ORACLE_NEEDS, PYTHON};
use intended::Intended;
use observation::{Difference, Known, Observation, Seen, compare};

pub fn run(arguments: &[&str]) -> Result<()> {
    let wanted = Wanted::read(arguments)?;
    let clients = wanted.clients_here()?;
    let against = wanted.against_here()?;
    let kampa =
        against.kampa.then(|| timed("kampa, built", || Software::kampa(wanted.binary.as_deref()))).transpose()?;
    let kafka = against.kafka.then(|| timed("Apache Kafka, fetched", Software::kafka)).transpose()?;
    let ours = if against.twice { &kafka } else { &kampa };
    let intended = intended::read()?;
    let (mut steps, mut bad) = (0, 0);
    for client in &clients {
        let began = Instant::now();
        timed(&format!("{}, installed", client.name), client.install)?;
        let outcome = Outcome::of(client, ours.as_ref(), kafka.as_ref(), if against.twice { &[] } else { &intended });
        outcome.print();
        outcome.keep()?;
        let (seconds, meant) = (began.elapsed().as_secs_f64(), outcome.meant);
        let (name, ran, wrong) = (client.name, outcome.steps(), outcome.bad());
        println!("{name}: {ran} steps in {seconds:.1} s, {wrong} bad, {meant} differences meant\n");
        steps += ran;
        bad += wrong;
    }
    ensure!(steps > 0 || bad > 0, "no client ran");
    println!("compat: {} passed, {bad} failed", steps.saturating_sub(bad));
    ensure!(bad == 0, "{bad} steps do not do what Apache Kafka does");
    Ok(())
}

/// What the command line asks for.
struct Wanted {
    names: Vec<String>,
    all: bool,
    against: Against,
    binary: Option<PathBuf>,
}

#[derive(Clone, Copy)]
struct Against {
    kampa: bool,
    kafka: bool,
    /// Apache Kafka stands in Kampa's place too: shows whether a script says the same twice.
    twice: bool,
}

impl Wanted {
    fn read(arguments: &[&str]) -> Result<Wanted> {
        let mut wanted = Wanted { names: Vec::new(), all: false, against: Against::read("both")?, binary: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--all" => wanted.all = true,
                "--against" => wanted.against = Against::read(rest.next().context("--against what?")?)?,
                "--binary" => wanted.binary = Some(rest.next().context("--binary where?")?.into()),
                name if CLIENTS.iter().any(|client| client.name == name) => wanted.names.push(name.into()),
                other => bail!("no client and no option is called {other}; clients: {}", names().join(", ")),
            }
        }
        Ok(wanted)
    }

    /// Those asked for; what this machine cannot run is left out aloud, unless it was demanded.
    fn clients_here(&self) -> Result<Vec<&'static Client>> {
        let asked =
            CLIENTS.iter().filter(|client| self.names.is_empty() || self.names.iter().any(|n| n == client.name));
        let mut here = Vec::new();
        for client in asked {
            match client.missing().as_slice() {
                [] => here.push(client),
                missing if self.all || !self.names.is_empty() => {
                    bail!("{} cannot run: {}", client.name, missing.join(", "))
                }
                missing => println!("left out: {} ({})", client.name, missing.join(", ")),
            }
        }
        Ok(here)
    }

    fn against_here(&self) -> Result<Against> {
        let missing: Vec<_> = ORACLE_NEEDS.iter().filter_map(|tool| tool.missing()).collect();
        if !self.against.kafka || missing.is_empty() {
            return Ok(self.against);
        }
        ensure!(!self.all && self.against.kampa, "Apache Kafka cannot run: {}", missing.join(", "));
        println!("left out: Apache Kafka ({}): answers are not compared", missing.join(", "));
        Ok(Against { kafka: false, ..self.against })
    }
}

impl Against {
    fn read(text: &str) -> Result<Against> {
        Ok(match text {
            "kampa" => Against { kampa: true, kafka: false, twice: false },
            "kafka" => Against { kampa: false, kafka: true, twice: false },
            "both" => Against { kampa: true, kafka: true, twice: false },
            "twice" => Against { kampa: false, kafka: true, twice: true },
            other => bail!("--against kampa, kafka, both or twice, not {other}"),
        })
    }
}

fn names() -> Vec<&'static str> {
    CLIENTS.iter().map(|client| client.name).collect()
}

/// What one client saw of both.
struct Outcome {
    client: &'static str,
    ours: Option<Side>,
    theirs: Option<Side>,
    differences: Vec<Difference>,
    /// Differences that are meant, and lines of the list of those that match nothing.
    meant: usize,
    stale: Vec<String>,
}

/// What a script saw of one node.
#[derive(Default)]
struct Side {
    software: String,
    observations: Vec<Observation>,
    /// Why the script or the node did not come to a good end.
    failure: Option<String>,
    start_seconds: f64,
}

impl Outcome {
    fn of(
        client: &'static Client,
        ours: Option<&Software>,
        theirs: Option<&Software>,
        intended: &[Intended],
    ) -> Outcome {
        let (ours, theirs) = thread::scope(|scope| {
            let theirs = theirs.map(|software| scope.spawn(move || side(client, software, "theirs")));
            let ours = ours.map(|software| side(client, software, "ours"));
            // A panic of ours in there is a panic of ours here.
            (ours, theirs.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))))
        });
        let (differences, meant, stale) = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) => {
                intended::sort_out(client.name, compare(&ours.observations, &theirs.observations), intended)
            }
            _ => (Vec::new(), 0, Vec::new()),
        };
        let stale = stale.iter().map(ToString::to_string).collect();
        Outcome { client: client.name, ours, theirs, differences, meant, stale }
    }

    fn sides(&self) -> impl Iterator<Item = (&'static str, &Side)> {
        [("ours", &self.ours), ("theirs", &self.theirs)]
            .into_iter()
            .filter_map(|(name, side)| Some((name, side.as_ref()?)))
    }

    /// As many as the longer side came to.
    fn steps(&self) -> usize {
        self.sides().map(|(_, side)| side.observations.len()).max().unwrap_or(0)
    }

    /// Steps that differ or failed, and sides that came to no good end.
    fn bad(&self) -> usize {
        let different = self.differences.iter().map(|difference| difference.step.as_str());
        let failed = self.sides().flat_map(|(_, side)| side.unexpected().map(|(step, _, _)| step));
        let steps: BTreeSet<&str> = different.chain(failed).collect();
        steps.len() + self.sides().filter(|(_, side)| side.failure.is_some()).count() + self.stale.len()
    }

    fn print(&self) {
        for (name, side) in self.sides() {
            println!("  {name}: {} started in {:.2} s", side.software, side.start_seconds);
        }
        let longer = self.sides().map(|(_, side)| side).max_by_key(|side| side.observations.len());
        for observation in longer.map(|side| side.observations.as_slice()).unwrap_or_default() {
            let seconds = self.sides().map(|(_, side)| side.seconds_of(&observation.step));
            let seconds: Vec<_> = seconds.map(|s| s.map_or("    -".into(), |s| format!("{s:5.2}"))).collect();
            let mark = if self.is_bad(&observation.step) { "  <-- BAD" } else { "" };
            println!("  {}  {}{mark}", seconds.join(" "), observation.step);
        }
        for (name, side) in self.sides() {
            for (step, error, detail) in side.unexpected() {
                println!("\n  {name} failed unexpectedly: {step}\n    {error}\n{detail}");
            }
            if let Some(failure) = &side.failure {
                println!("\n  {name}: {failure}");
            }
        }
        for difference in &self.differences {
            println!("\n  {difference}");
        }
        for line in &self.stale {
            println!("\n  compat/intended.tsv says that this differs, and it does not: {line}");
        }
    }

    fn is_bad(&self, step: &str) -> bool {
        self.differences.iter().any(|difference| difference.step == step)
            || self.sides().any(|(_, side)| side.unexpected().any(|(failed, _, _)| failed == step))
    }

    fn keep(&self) -> Result<()> {
        let folder = target().join("compat/results");
        fs::create_dir_all(&folder)?;
        let sides: serde_json::Map<String, Value> =
            self.sides().map(|(name, side)| (name.to_string(), side.json())).collect();
        let differences: Vec<Value> = self
            .differences
            .iter()
            .map(|d| json!({"step": d.step, "place": d.place, "ours": d.ours, "theirs": d.theirs}))
            .collect();
        let result = json!({"client": self.client, "steps": self.steps(), "bad": self.bad(), "meant": self.meant, "sides": sides, "differences": differences});
        let path = folder.join(format!("{}.json", self.client));
        fs::write(&path, serde_json::to_string_pretty(&result)?).with_context(|| format!("write {}", path.display()))
    }
}

impl Side {
    fn unexpected(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.observations.iter().filter_map(|observation| match &observation.seen {
            Seen::Unexpected(error, detail) => Some((observation.step.as_str(), error.as_str(), detail.as_str())),
            Seen::Result(_) => None,
        })
    }

    fn seconds_of(&self, step: &str) -> Option<f64> {
        self.observations.iter().find(|observation| observation.step == step).map(|observation| observation.seconds)
    }

    fn json(&self) -> Value {
        let observations = self.observations.iter().map(|observation| match &observation.seen {
            Seen::Result(result) => json!({"step": observation.step, "seconds": observation.seconds, "result": result}),
            Seen::Unexpected(error, detail) => {
                json!({"step": observation.step, "seconds": observation.seconds, "unexpected": error, "detail": detail})
            }
        });
        json!({"software": self.software, "start_seconds": self.start_seconds, "failure": self.failure, "observations": observations.collect::<Vec<_>>()})
    }
}

/// A fresh node, the script against it, the node's end.
fn side(client: &Client, software: &Software, place: &str) -> Side {
    let mut side = Side { software: software.to_string(), ..Side::default() };
    let folder = target().join("compat/nodes").join(client.name).join(place);
    if let Err(error) = side.fill(client, software, &folder) {
        side.failure = Some(format!("{error:#}"));
    }
    side
}

impl Side {
    fn fill(&mut self, client: &Client, software: &Software, folder: &Path) -> Result<()> {
        let mut node = Node::lay(software, folder, &[])?;
        self.start_seconds = node.start()?.as_secs_f64();
        let ran = self.run_script(client, &node);
        // Why the script failed is told first, what the node says to its own stop after it.
        match (ran, node.stop()) {
            (Err(script), Err(node)) => bail!("{script:#}\n{node:#}"),
            (script, node) => script.and(node),
        }
    }

    fn run_script(&mut self, client: &Client, node: &Node) -> Result<()> {
        let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
        let known = Known {
            run: RUN.into(),
            ports: node.ports(),
            folder: node.folder().display().to_string(),
            times_ms: now_ms - DAY_MS..now_ms + DAY_MS,
        };
        let errors = node.folder().join("script.err");
        let mut command = (client.script)();
        command.arg(node.bootstrap()).arg(RUN).args((client.last_arguments)()).current_dir(node.folder());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&errors)?);
        let mut child = Child::leading(&mut command)?;
        let deadline = Instant::now() + client.patience;
        let ended = self.listen(&mut child, &known, deadline);
        let status = child.ended_by(deadline)?;
        child.kill();
        ended?;
        match status {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("the script ended with {status}\n{}", tail(&errors)),
            None => bail!("the script did not end within {:?}\n{}", client.patience, tail(&errors)),
        }
    }

    /// Takes the script's lines until it closes its output.
    fn listen(&mut self, child: &mut Child, known: &Known, deadline: Instant) -> Result<()> {
        let output = child.streams().stdout.take().context("the script's output is ours")?;
        let (send, lines) = mpsc::channel();
        // It ends with the script's output; if that never closes, killing the script closes it.
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let mut last = Instant::now();
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.observations.push(Observation::parse(&line, known, last.elapsed().as_secs_f64())?);
                    last = Instant::now();
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }
}

fn tail(path: &Path) -> String {
    let text = fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    let done = work()?;
    println!("{what} in {:.1} s", began.elapsed().as_secs_f64());
    Ok(done)
}

/// Nodes are fresh, so one name serves every run; it is replaced before comparing, so it must not occur in ordinary words.
const RUN: &str = "r7x3";
const DAY_MS: i64 = Duration::from_secs(24 * 60 * 60).as_millis() as i64;
/// Enough for a stack trace.
const TAIL_LINES: usize = 30;
