//! Packages of other people, brought by name from the public registries with their ordinary clients.
//!
//! Each list (`pom.xml`, `package-lock.json`, `requirements.txt`, `go.sum`) pins versions and lies in `compat/`; what it
//! names goes under `target/`, and is brought once per version of the list.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::root;

/// The jars that a `pom.xml` names, and those they need.
pub fn maven(list: &Path, jars: &Path) -> Result<()> {
    once(list, jars, || {
        let mut maven = Command::new("mvn");
        maven.args(["-q", "-B", "-f"]).arg(list).arg("dependency:copy-dependencies");
        maven.args(["-DincludeScope=runtime".into(), format!("-DoutputDirectory={}", jars.display())]);
        succeed(&mut maven, "fetch jars with Maven")
    })
}

/// `node_modules` beside copies of the script's own files, and above them what all scripts share: Node.js looks for
/// packages where the script lies.
pub fn npm(source: &Path, work: &Path) -> Result<()> {
    copy_files(source, work)?;
    let (shared, copied) = (source.with_file_name("observe.js"), work.with_file_name("observe.js"));
    fs::copy(&shared, copied).with_context(|| format!("copy {}", shared.display()))?;
    once(&source.join("package-lock.json"), work, || {
        let mut npm = Command::new("npm");
        npm.current_dir(work).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
        succeed(&mut npm, "fetch packages with npm")
    })
}

/// A virtual environment with what `requirements.txt` names.
pub fn python(list: &Path, venv: &Path) -> Result<()> {
    once(list, venv, || {
        succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv), "make a virtual environment")?;
        let mut pip = Command::new(venv.join("bin/python"));
        pip.args(["-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-virtualenv", "-r"]).arg(list);
        succeed(&mut pip, "fetch packages with pip")
    })
}

/// The program of a Go module, with the versions that one of its lists names; Go itself sees whether there is anything to do.
pub fn go(module: &Path, list: &str, program: &Path) -> Result<()> {
    let mut go = Command::new("go");
    go.current_dir(module)
        .args(["build", "-mod=readonly", "-buildvcs=false", "-modfile", list, "-o"])
        .arg(program)
        .arg(".");
    succeed(&mut go, "build the Go program")
}

/// The programs of a Rust workspace that is none of ours; cargo itself sees whether there is anything to do.
pub fn cargo(workspace: &Path, into: &Path) -> Result<()> {
    let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    cargo.current_dir(workspace).env("CARGO_TARGET_DIR", into).args(["build", "--locked", "--quiet"]);
    succeed(&mut cargo, "build the Rust programs")
}

/// Classes of the Java sources of a folder, and of those of the shared folder that they use.
pub fn java(sources: &Path, jars: &Path, classes: &Path) -> Result<()> {
    fs::create_dir_all(classes)?;
    let mut javac = Command::new("javac");
    javac.args(["-Werror", "-Xlint:all", "-encoding", "UTF-8", "-cp"]).arg(format!("{}/*", jars.display()));
    javac
        .args(["-implicit:class", "-sourcepath"])
        .arg(root().join("compat/java"))
        .arg("-d")
        .arg(classes)
        .args(files(sources)?.iter().filter(|path| path.extension().is_some_and(|e| e == "java")));
    succeed(&mut javac, "compile the Java programs")
}

/// A program of the machine, and the oldest version that will do.
pub struct Tool {
    pub program: &'static str,
    pub asked: &'static [&'static str],
    pub version_min: (u32, u32),
}

impl Tool {
    /// What is wrong with it here, if anything is.
    pub fn missing(&self) -> Option<String> {
        let (major, minor) = self.version_min;
        let Ok(said) = Command::new(self.program).args(self.asked).output() else {
            return Some(format!("no {} on this machine", self.program));
        };
        let text = String::from_utf8_lossy(&said.stdout) + String::from_utf8_lossy(&said.stderr);
        match first_version(&text) {
            Some(found) if found >= self.version_min => None,
            Some((a, b)) => Some(format!("{} is {a}.{b} here, {major}.{minor} or newer is needed", self.program)),
            None => Some(format!("{} does not tell its version", self.program)),
        }
    }
}

/// The first two numbers that stand in a text as a version does: `17.0.15`, `v20.20.2`, `go1.26.8`.
pub(crate) fn first_version(text: &str) -> Option<(u32, u32)> {
    // Maven colours its answer even when nobody looks.
    let (before, coloured) = text.split_once('\u{1b}').unwrap_or((text, ""));
    let plain = coloured.split('\u{1b}').map(|part| part.split_once('m').map_or("", |(_, text)| text));
    let text: String = std::iter::once(before).chain(plain).collect();
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let numbers = text[digits..].split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut numbers = numbers.split('.').map(|part| part.parse().unwrap_or(0));
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

fn once(list: &Path, into: &Path, bring: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = fs::read(list).with_context(|| format!("read {}", list.display()))?;
    let stamp = into.join("brought");
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    fs::create_dir_all(into)?;
    bring()?;
    fs::write(stamp, wanted)?;
    Ok(())
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for path in files(from)? {
        let name = path.file_name().context("a file without a name")?;
        match path.is_dir() {
            true if name == "node_modules" => {}
            true => copy_files(&path, &to.join(name))?,
            false => drop(fs::copy(&path, to.join(name))?),
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut found = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

/// Runs a command to its end; what it printed is shown only when it fails.
pub fn succeed(command: &mut Command, what: &str) -> Result<()> {
    let done = command.output().with_context(|| format!("{what}: start {}", command.get_program().display()))?;
    let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{what}: {}\n{}", done.status, said.trim());
    Ok(())
}

#[cfg(test)]
mod tests;
