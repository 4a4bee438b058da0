//! The workshop: `cargo xtask <command>`. Nothing here is part of Kampa's binary.
//!
//! Each command is a module with a `run`; this file only reads the command line.

// The workshop is no node: it may use the machine directly.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod bench;
mod compaction;
mod compat;
mod directories;
mod install;
mod kill;
mod node;
mod ops;
mod process;
mod sim;
mod test;
mod tidy;
mod tools;
mod tour;
mod wire;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["bench", rest @ ..] => bench::run(rest),
        ["codegen"] => kampa_schema::codegen::run(false),
        ["codegen", "--check"] => kampa_schema::codegen::run(true),
        ["compat", "compaction", rest @ ..] => compaction::run(rest),
        ["compat", "directories", rest @ ..] => directories::run(rest),
        ["compat", "tools", rest @ ..] => tools::run(rest),
        ["compat", rest @ ..] => compat::run(rest),
        ["kill", rest @ ..] => kill::run(rest),
        ["ops"] => ops::run(),
        ["sim", rest @ ..] => sim::run(rest),
        ["test", rest @ ..] => test::run(rest),
        ["tidy"] => tidy::run(),
        ["tour", rest @ ..] => tour::run(rest),
        ["wire"] => wire::run(wire::MUTANTS, 1),
        ["wire", mutants, seed] => numbers(mutants, seed).and_then(|(mutants, seed)| wire::run(mutants, seed)),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn numbers(mutants: &str, seed: &str) -> anyhow::Result<(u32, u64)> {
    Ok((mutants.parse()?, seed.parse()?))
}

/// The project's root, wherever the command was called from.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(PathBuf::from).unwrap_or(here)
}

/// Where everything made goes.
pub fn target() -> PathBuf {
    let named = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    named.and_then(|folder| std::path::absolute(folder).ok()).unwrap_or_else(|| root().join("target"))
}

const HELP: &str = "\
cargo xtask <command>

  bench [start|idle|floor|tail|scrape|cold|fsync|client|compaction|partitions|all] [--kafka] [--pairs N] [--seconds S] [--count N] [--records N] [--binary PATH]
                       how soon a node answers, its cost at rest, its cost beside the least possible (gcc, x86-64);
                       what 10,000 partitions cost (or --count)
  codegen [--check]    write protocol's code from its schema files; or only see whether it is up to date
  compat [CLIENT…] [--all] [--check] [--against kampa|kafka|both|twice] [--binary PATH]
                       the clients people use, against Kampa and Apache Kafka, answers compared; --all demands every
                       client, else those are left out whose language is not here; twice: Kafka against itself;
                       a run of all clients prints docs/compatibility.md, with --check it must be what the run prints
  compat compaction [--binary PATH]
                       the same dirty logs, compacted by Apache Kafka and by Kampa: the same stays
  compat directories [--binary PATH]
                       a data directory of Apache Kafka's, opened by Kampa and by Apache Kafka in turns: the same is to be seen
  compat tools [FILE…] [--on kampa|kafka|both] [--check] [--binary PATH]
                       command lines of Kafka's tools (compat/tools), by ours and by Apache's on the same node, compared;
                       all of them on both nodes print docs/tools-compared.md
  kill [--rounds N] [--seed S] [--partitions N] [--fsync] [--against kampa|kafka] [--binary PATH]
                       kill -9 a node under load, again and again: every acknowledged record is there once, in order
  ops                  what lies in ops/, and a node's own page, as Prometheus' promtool reads them
  sim [--storage] [--seed N | --from N --seeds COUNT] [--brief] [--trace | --history | --log]
                       a node on a simulated machine that fails, from seeds; every seed in two processes;
                       --storage: its log directory and partitions alone, thousands of seeds in minutes
  sim --mutants [NAME…]
                       bugs planted in a copy of the last commit (sim/mutants): the simulation must find each
  test [--all]         every ring of tests this machine can run; --all demands every one
  tidy                 the map holds: floors, purity, names in ARCHITECTURE.md, sizes
  tour [--record] [--binary PATH]
                       docs/tour.md played again: the same is said; or recorded anew
  wire [MUTANTS SEED]  every message against Apache Kafka's own classes, byte for byte (needs Java 17 and Maven)
";
