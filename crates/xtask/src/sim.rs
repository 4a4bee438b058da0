//! `cargo xtask sim`: real nodes on a simulated machine, from seeds; with `--storage`, their storage alone; each run twice, in two
//! processes, which must agree.
//!
//! What is run and checked is crate `sim`'s business; this builds it, runs it and compares what two processes say of the
//! same seeds, trace hashes included. The second goes through them backwards, so that nothing is carried from one run to the next
//! unnoticed.

mod mutants;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::{root, target};

/// Takes the options of `kampa-sim` and hands them on; or `--mutants`.
pub fn run(arguments: &[&str]) -> Result<()> {
    if let ["--mutants", names @ ..] = arguments {
        return mutants::run(names);
    }
    let binary = build(&root(), &target(), Kind::Node)?;
    let looks = |argument: &&str| argument.starts_with("--trace") || ["--history", "--log"].contains(argument);
    if arguments.iter().any(looks) {
        let status = Command::new(&binary).args(arguments).status().context("run kampa-sim")?;
        ensure!(status.success(), "the simulation found something");
        return Ok(());
    }
    let began = Instant::now();
    let backwards = [arguments, &["--backwards"]].concat();
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(|| simulate(&binary, &backwards, false));
        let first = simulate(&binary, arguments, true);
        // A panic of ours in there is a panic of ours here.
        (first, second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (first, second) = (first?, second?);
    ensure!(first.sound, "the simulation found something; each failing seed says how to run it again");
    for (seed, told) in &first.seeds {
        let again = second.seeds.get(seed);
        ensure!(again == Some(told), "{seed} went differently in another process:\n{told}\n{again:?}");
    }
    let (runs, seconds) = (first.seeds.len(), began.elapsed().as_secs_f64());
    println!("sim: two processes agree on every event of {runs} runs; {seconds:.0} s");
    Ok(())
}

/// What is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Whole nodes; their storage alone too.
    Node,
    /// Storage alone, which is quicker to build.
    Storage,
}

/// Builds the simulation of a source tree.
fn build(tree: &Path, target: &Path, kind: Kind) -> Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--profile", "sim", "--package", "kampa-sim", "--target-dir"])
        .arg(target)
        .args((kind == Kind::Storage).then_some("--no-default-features"))
        .current_dir(tree)
        .status()
        .context("build kampa-sim")?;
    ensure!(status.success(), "kampa-sim does not build");
    Ok(target.join("sim/kampa-sim"))
}

/// What one process says.
struct Told {
    /// The line of each seed.
    seeds: BTreeMap<String, String>,
    /// It found nothing.
    sound: bool,
}

fn simulate(binary: &Path, arguments: &[&str], aloud: bool) -> Result<Told> {
    let mut command = Command::new(binary);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    // Panics of a node are told there; once is enough.
    command.stderr(if aloud { Stdio::inherit() } else { Stdio::null() });
    let mut child = command.spawn().with_context(|| format!("run {}", binary.display()))?;
    let mut seeds = BTreeMap::new();
    for line in BufReader::new(child.stdout.take().context("its output")?).lines() {
        let line = line?;
        if let Some(seed) = line.strip_prefix("seed ").and_then(|rest| rest.split([' ', ':']).next()) {
            seeds.insert(format!("seed {seed}"), line.clone());
        }
        if aloud {
            println!("{line}");
        }
    }
    Ok(Told { seeds, sound: child.wait()?.success() })
}
