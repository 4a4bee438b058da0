//! `cargo xtask compat`: the clients people use, driven against Kampa and against Apache Kafka itself; answers compared.
//!
//! One fresh node of each serves all clients of a run; each client's script runs against both at the same time, under a
//! name of its own, and a few clients at once, for most of their time is waiting. Where the two nodes answer
//! differently, Kampa is wrong; but a client starved of processor time may trip over itself, on either node, so one that saw a
//! difference runs once more by itself, and that counts. Results are kept in `target/compat/results`, one file per client; a run of all clients
//! prints `docs/compatibility.md`.

mod clients;
mod intended;
mod observation;
mod outcome;
mod page;
mod script;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::node::{Node, Software};
use crate::target;
use clients::{CLIENTS, Client};
pub use clients::{ORACLE_NEEDS, PYTHON};
use intended::Intended;
use outcome::Outcome;

pub fn run(arguments: &[&str]) -> Result<()> {
    let wanted = Wanted::read(arguments)?;
    let clients = wanted.clients_here()?;
    let against = wanted.against_here()?;
    let kampa =
        against.kampa.then(|| timed("kampa, built", || Software::kampa(wanted.binary.as_deref()))).transpose()?;
    let kafka = against.kafka.then(|| timed("Apache Kafka, fetched", Software::kafka)).transpose()?;
    for client in &clients {
        timed(&format!("{}, installed", client.name), client.install)?;
    }
    let ours = if against.twice { &kafka } else { &kampa };
    let nodes = [started(ours.as_ref(), "ours"), started(kafka.as_ref(), "theirs")];
    let [ours, theirs] = nodes.map(Option::transpose);
    let mut nodes = [ours?, theirs?];
    let intended = if against.twice { Vec::new() } else { intended::read()? };
    let both = [nodes[0].as_ref(), nodes[1].as_ref()];
    let mut outcomes = all(&clients, both, &intended)?;
    for (index, outcome) in outcomes.iter_mut().enumerate().filter(|(_, outcome)| outcome.bad() > 0) {
        println!("{}: once more, with nobody beside it", clients[index].name);
        let began = Instant::now();
        *outcome = Outcome::of(clients[index], both, &run_name(AGAIN + index), &intended);
        outcome.keep()?;
        outcome.print(began.elapsed());
    }
    for node in nodes.iter_mut().flatten() {
        node.stop()?;
    }
    let bad: usize = outcomes.iter().map(Outcome::bad).sum();
    let steps: usize = outcomes.iter().map(|outcome| outcome.steps().len()).sum();
    ensure!(steps > 0 || bad > 0, "no client ran");
    if clients.len() == CLIENTS.len() && against.kampa && against.kafka {
        page::keep(&outcomes, wanted.check)?;
    }
    println!("compat: {} passed, {bad} failed", steps.saturating_sub(bad));
    ensure!(bad == 0, "{bad} steps do not do what Apache Kafka does");
    Ok(())
}

/// A fresh node that serves the whole run.
fn started(software: Option<&Software>, place: &str) -> Option<Result<Node>> {
    software.map(|software| {
        let mut node = Node::lay(software, &target().join("compat/nodes").join(place), SETTINGS)?;
        let took = node.start()?;
        println!("{place}: {software} started in {:.2} s", took.as_secs_f64());
        Ok(node)
    })
}

/// Every client's outcome, in the clients' order.
fn all(clients: &[&'static Client], nodes: [Option<&Node>; 2], intended: &[Intended]) -> Result<Vec<Outcome>> {
    // The longest first, lest one runs alone at the end.
    let mut order: Vec<usize> = (0..clients.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(clients[index].patience));
    let queue = Mutex::new(VecDeque::from(order));
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let lane = || -> Result<()> {
            while let Some(index) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
                let began = Instant::now();
                let outcome = Outcome::of(clients[index], nodes, &run_name(index), intended);
                outcome.keep()?;
                let mut done = done.lock().map_err(|_| anyhow::anyhow!("another lane panicked"))?;
                outcome.print(began.elapsed());
                done.push((index, outcome));
            }
            Ok(())
        };
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let mut done = done.into_inner().map_err(|_| anyhow::anyhow!("a lane panicked"))?;
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, outcome)| outcome).collect())
}

/// A name of its own for each client of a run, which must not occur in ordinary words, nor one within another: what a
/// script makes up ends with it, and it is replaced before comparing.
fn run_name(index: usize) -> String {
    format!("r7{index}x")
}

/// Behind the places of all clients: the runs that are a client's second.
const AGAIN: usize = 100;

/// What the command line asks for.
struct Wanted {
    names: Vec<String>,
    all: bool,
    /// The committed page must be what this run prints.
    check: bool,
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
        let mut wanted =
            Wanted { names: Vec::new(), all: false, check: false, against: Against::read("both")?, binary: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--all" => wanted.all = true,
                "--check" => wanted.check = true,
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

fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    let done = work()?;
    println!("{what} in {:.1} s", began.elapsed().as_secs_f64());
    Ok(done)
}

/// Scripts mostly wait: three of them, against two nodes each, keep two cores busy.
const LANES: usize = 3;
/// What clients need of a node beyond its defaults.
const SETTINGS: &[(&str, &str)] = &[];
