//! `kampa-sim`: runs seeds and prints a line for each. `cargo xtask sim` builds and calls it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use kampa_sim::report::Report;
use kampa_sim::storage;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = match Asked::read(&arguments) {
        Ok(asked) => asked,
        Err(why) => {
            eprint!("{why}\n{HELP}");
            return ExitCode::from(2);
        }
    };
    if asked.log {
        // No times: the clock on the wall has nothing to say here.
        let filter = EnvFilter::try_from_env("KAMPA_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
        tracing_subscriber::fmt().with_env_filter(filter).without_time().with_writer(std::io::stderr).init();
    }
    let mut totals = Totals::default();
    let mut seeds: Vec<u64> = (asked.from..asked.from + asked.count).collect();
    if asked.backwards {
        seeds.reverse();
    }
    for seed in seeds {
        // A panic is a finding like any other: the next seeds are run all the same.
        match catch_unwind(AssertUnwindSafe(|| simulate(seed, &asked))) {
            Ok((report, history)) => {
                totals.add(&report);
                if asked.brief {
                    println!("seed {seed}: trace {:016x} of {} events", report.trace_hash, report.events);
                } else {
                    println!("{report}");
                }
                tell(&report, &history, &asked);
                if !report.violations.is_empty() && asked.stop_at_first {
                    break;
                }
            }
            Err(_) => {
                totals.failed += 1;
                println!("seed {seed}: panicked");
                println!("  again: cargo xtask sim{} --seed {seed} --trace", asked.kind());
                if asked.stop_at_first {
                    break;
                }
            }
        }
    }
    println!("{totals}");
    let missing = if totals.runs >= BATCH_RUNS_MIN { totals.never_struck() } else { Vec::new() };
    if !missing.is_empty() {
        println!("never struck in {} runs: {}", totals.runs, missing.join(", "));
    }
    if totals.failed > 0 || !missing.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs a seed; its history as text if that is wanted.
fn simulate(seed: u64, asked: &Asked) -> (Report, Vec<String>) {
    #[cfg(feature = "node")]
    if !asked.storage {
        let (report, history) = kampa_sim::run::run(seed, asked.trace_lines_max);
        return (report, asked.shown(&history.events));
    }
    let (report, history) = storage::run::run(seed, asked.trace_lines_max);
    (report, asked.shown(&history.events))
}

fn tell(report: &Report, history: &[String], asked: &Asked) {
    if asked.trace_lines_max > 0 {
        report.trace.iter().for_each(|line| println!("{line}"));
    }
    history.iter().for_each(|line| println!("{line}"));
    for violation in report.violations.iter().take(VIOLATIONS_SHOWN_MAX) {
        println!("  {} at {}: {}", violation.checker, violation.at, violation.what);
    }
    if report.violations.len() > VIOLATIONS_SHOWN_MAX {
        println!("  and {} more", report.violations.len() - VIOLATIONS_SHOWN_MAX);
    }
    if !report.violations.is_empty() {
        println!("  again: cargo xtask sim{} --seed {} --trace", asked.kind(), report.seed);
    }
}

/// What the command line asks for.
struct Asked {
    /// Storage alone, not a whole node.
    storage: bool,
    /// What a seed did is said in a few words.
    brief: bool,
    from: u64,
    count: u64,
    backwards: bool,
    trace_lines_max: usize,
    history: bool,
    log: bool,
    stop_at_first: bool,
}

impl Asked {
    fn read(arguments: &[String]) -> Result<Asked, String> {
        let mut asked = Asked {
            storage: false,
            brief: false,
            from: 1,
            count: 1,
            backwards: false,
            trace_lines_max: 0,
            history: false,
            log: false,
            stop_at_first: false,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut number = || {
                let value = rest.next().ok_or_else(|| format!("{argument} wants a number"))?;
                value.parse::<u64>().map_err(|_| format!("{argument} {value}: a number is wanted"))
            };
            match argument.as_str() {
                "--storage" => asked.storage = true,
                "--brief" => asked.brief = true,
                "--seed" => asked.from = number()?,
                "--from" => asked.from = number()?,
                "--seeds" => asked.count = number()?,
                "--backwards" => asked.backwards = true,
                "--trace" => asked.trace_lines_max = TRACE_LINES_MAX,
                "--trace-lines" => asked.trace_lines_max = number()? as usize,
                "--log" => asked.log = true,
                "--history" => asked.history = true,
                "--stop-at-first" => asked.stop_at_first = true,
                other => return Err(format!("{other} is not known")),
            }
        }
        Ok(asked)
    }

    /// What asks for runs of this kind.
    fn kind(&self) -> &'static str {
        if self.storage { " --storage" } else { "" }
    }

    fn shown<T: std::fmt::Debug>(&self, events: &[T]) -> Vec<String> {
        let wanted = if self.history { events } else { &[] };
        wanted.iter().enumerate().map(|(at, event)| format!("{at:>7} {event:?}")).collect()
    }
}

/// Over all runs.
#[derive(Default)]
struct Totals {
    runs: u64,
    failed: u64,
    operations: u64,
    acknowledged: u64,
    read: u64,
    events: u64,
    faults: BTreeMap<&'static str, u64>,
}

impl Totals {
    /// Faults that the runs were to meet and did not.
    fn never_struck(&self) -> Vec<&'static str> {
        self.faults.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect()
    }

    fn add(&mut self, report: &Report) {
        self.runs += 1;
        self.failed += u64::from(!report.violations.is_empty());
        self.operations += report.operations;
        self.acknowledged += report.acknowledged;
        self.read += report.read;
        self.events += report.events;
        let counted = report.counts.iter().map(|(name, count)| (*name, *count));
        for (name, count) in report.faults.iter().copied().chain(counted) {
            *self.faults.entry(name).or_default() += count;
        }
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Totals { runs, failed, operations, acknowledged, read, events, .. } = self;
        writeln!(
            f,
            "total: {runs} runs, {failed} failed, {operations} operations, {acknowledged} records acknowledged,"
        )?;
        write!(f, "total: {read} records read, {events} events of the simulation")?;
        for (name, count) in &self.faults {
            write!(f, "\nstruck: {count:>9} × {name}")?;
        }
        Ok(())
    }
}

/// In so many runs every fault must have struck.
const BATCH_RUNS_MIN: u64 = 200;
/// Lines of a trace that are worth looking at after a failure.
const TRACE_LINES_MAX: usize = 2_000;
/// A broken run breaks the same promise often.
const VIOLATIONS_SHOWN_MAX: usize = 8;

const HELP: &str = "\
kampa-sim [--storage] [--brief] [--seed N | --from N --seeds COUNT] [--backwards] [--trace | --trace-lines COUNT] [--history] [--log] [--stop-at-first]
";
