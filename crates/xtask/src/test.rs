//! `cargo xtask test`: every ring of tests that this machine can run; `--all` demands every one of them.
//!
//! What fails does not keep the rest from running: a newcomer sees all that is wrong at once. What is left out is said.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::install::Tool;
use crate::{compat, directories, kill, ops, root, sim, tidy, tour, wire};

pub fn run(arguments: &[&str]) -> Result<()> {
    let all = match arguments {
        [] => false,
        ["--all"] => true,
        other => bail!("cargo xtask test takes --all or nothing, not {}", other.join(" ")),
    };
    let mut report = Report { all, steps: Vec::new() };
    report.step("the map", &[], tidy::run);
    report.step("units and bytes", &[], || cargo(&["test", "--workspace", "--locked", "--quiet"]));
    report.step("simulation", &[], || sim::run(&["--seeds", SIMULATED_SEEDS]));
    report.step("simulation of the storage", &[], || sim::run(&["--storage", "--brief", "--seeds", STORAGE_SEEDS]));
    report.step("what watches a node", &ops::NEEDS, ops::run);
    report.step("the tour", &[], || tour::run(&[]));
    report.step("the wire", &compat::ORACLE_NEEDS, || wire::run(wire::MUTANTS, 1));
    report.step("clients", &[], || compat::run(if all { &["--all", "--check"] } else { &["--check"] }));
    report.step("directories", &compat::ORACLE_NEEDS, || directories::run(&[]));
    report.step("kills", &kill::NEEDS, || kill::run(&["--rounds", KILLS]));
    report.print()
}

/// Simulated runs, each in two processes: less than a minute.
const SIMULATED_SEEDS: &str = "200";
/// Simulated runs of the storage alone, each in two processes: less than a minute.
const STORAGE_SEEDS: &str = "500";
/// Kills of a real node under load.
const KILLS: &str = "50";

struct Report {
    all: bool,
    steps: Vec<Step>,
}

struct Step {
    name: &'static str,
    took: Duration,
    end: End,
}

enum End {
    Passed,
    Failed(anyhow::Error),
    LeftOut(String),
}

impl Report {
    fn step(&mut self, name: &'static str, needs: &[&Tool], work: impl FnOnce() -> Result<()>) {
        println!("== {name}");
        let began = Instant::now();
        let missing: Vec<String> = needs.iter().filter_map(|tool| tool.missing()).collect();
        let end = if !missing.is_empty() && !self.all {
            End::LeftOut(missing.join(", "))
        } else {
            match work() {
                Ok(()) => End::Passed,
                Err(e) => End::Failed(e),
            }
        };
        let step = Step { name, took: began.elapsed(), end };
        step.print();
        self.steps.push(step);
    }

    /// Every step once more, and the sum.
    fn print(&self) -> Result<()> {
        println!("\n== in all");
        self.steps.iter().for_each(Step::print);
        let count = |wanted: fn(&End) -> bool| self.steps.iter().filter(|step| wanted(&step.end)).count();
        let passed = count(|end| matches!(end, End::Passed));
        let failed = count(|end| matches!(end, End::Failed(_)));
        let left_out = self.steps.len() - passed - failed;
        println!("{passed} passed, {failed} failed, {left_out} skipped");
        ensure!(failed == 0, "{failed} of {} steps failed", self.steps.len());
        Ok(())
    }
}

impl Step {
    fn print(&self) {
        let seconds = self.took.as_secs_f64();
        match &self.end {
            End::Passed => println!("{seconds:7.1} s  {}: passed", self.name),
            End::Failed(e) => println!("{seconds:7.1} s  {}: FAILED: {e:#}", self.name),
            End::LeftOut(missing) => println!("{seconds:7.1} s  {}: left out ({missing})", self.name),
        }
    }
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new(env!("CARGO")).args(arguments).current_dir(root()).status()?;
    ensure!(status.success(), "cargo {} ended with {status}", arguments.join(" "));
    Ok(())
}
