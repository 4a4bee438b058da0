//! `cargo xtask wire`: holds every message, version and fact against Apache Kafka's own classes.
//!
//! Needs Java 17 and Maven. `compat/wire/Wire.java` prints what Kafka's classes say, `protocol`'s example `wire` reads it.

use std::env;
use std::fs::{self, File};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{install, root};

/// Damages each message's bytes in so many ways per version, beginning with the way of this seed.
pub fn run(mutants: u32, seed: u64) -> Result<()> {
    let root = root();
    let work = root.join("target/wire");
    let jars = work.join("jars");
    fs::create_dir_all(&jars)?;
    install::maven(&root.join("compat/wire/pom.xml"), &jars)?;
    let lines = work.join("kafka.tsv");
    let mut java = Command::new("java");
    java.args(["-Xmx512m", "-Dfile.encoding=UTF-8", "-cp"]).arg(format!("{}/*", jars.display()));
    java.arg(root.join("compat/wire/Wire.java")).args([mutants.to_string(), seed.to_string()]);
    succeed(java.stdout(File::create(&lines)?), "run Wire.java")?;
    let mut check = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    check.current_dir(&root).args(["run", "-q", "-p", "kampa-protocol", "--example", "wire", "--"]).arg(&lines);
    succeed(&mut check, "hold our messages against Kafka's")
}

fn succeed(command: &mut Command, what: &str) -> Result<()> {
    let status = command.status().with_context(|| format!("{what}: start {}", command.get_program().display()))?;
    ensure!(status.success(), "{what}: {status}");
    Ok(())
}

/// Mutants per message and version when nobody asks for more.
pub const MUTANTS: u32 = 64;
