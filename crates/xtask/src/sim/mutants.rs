//! `cargo xtask sim --mutants [NAME…]`: planted bugs, each of which the simulation must find within a stated number of seeds.
//!
//! A mutant is a patch in `sim/mutants/`. Its head says what it breaks and within how many seeds it must be found:
//!
//! ```text
//! breaks: A batch that a producer sends again is appended again.
//! within: 50 seeds
//! ```
//!
//! `runs: storage` has it looked for by storage runs, which need no broker to be built; those come first. Each is planted in a copy
//! of the last commit beside the build, so nothing of the tree is touched. Copy and build stay, and only what a bug changes is built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use super::Kind;
use crate::{root, target};

struct Mutant {
    name: String,
    path: PathBuf,
    breaks: String,
    within: u64,
    kind: Kind,
}

/// Plants and looks for these, or for all.
pub fn run(names: &[&str]) -> Result<()> {
    let all = read_all(&root().join("sim/mutants"))?;
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|mutant| mutant.name == **name)) {
        bail!("there is no mutant {unknown}");
    }
    let copy = Copy::make()?;
    let mut missed = Vec::new();
    for mutant in all.iter().filter(|mutant| names.is_empty() || names.contains(&mutant.name.as_str())) {
        println!("{}: {}", mutant.name, mutant.breaks);
        let began = Instant::now();
        copy.plant(mutant)?;
        let binary = super::build(&copy.tree, &copy.target, mutant.kind).with_context(|| mutant.name.clone())?;
        let built = began.elapsed().as_secs();
        match seeds_until_found(&binary, mutant)? {
            Some(found) => println!("  found by {found}; {built} s to build, {} s in all", began.elapsed().as_secs()),
            None => {
                println!("  NOT FOUND within {} seeds", mutant.within);
                missed.push(mutant.name.as_str());
            }
        }
    }
    ensure!(missed.is_empty(), "not found: {}", missed.join(", "));
    println!("sim: every mutant was found");
    Ok(())
}

fn read_all(folder: &Path) -> Result<Vec<Mutant>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "patch") {
            all.push(read(&path).with_context(|| format!("the head of {}", path.display()))?);
        }
    }
    all.sort_by(|a, b| (a.kind != Kind::Storage, &a.name).cmp(&(b.kind != Kind::Storage, &b.name)));
    Ok(all)
}

fn read(path: &Path) -> Result<Mutant> {
    let text = fs::read_to_string(path)?;
    let head = |key: &str| {
        let line = text.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(key));
        line.map(str::trim).with_context(|| format!("no line `{key} …`"))
    };
    let within = head("within:")?;
    let kind = match head("runs:") {
        Err(_) => Kind::Node,
        Ok("storage") => Kind::Storage,
        Ok(other) => bail!("runs: {other}: storage is wanted, or no such line"),
    };
    Ok(Mutant {
        name: path.file_stem().and_then(|name| name.to_str()).context("a name")?.to_owned(),
        path: path.to_owned(),
        breaks: head("breaks:")?.to_owned(),
        within: within.strip_suffix("seeds").unwrap_or(within).trim().parse().context("within: a number of seeds")?,
        kind,
    })
}

/// The first seed that breaks a promise, and how.
fn seeds_until_found(binary: &Path, mutant: &Mutant) -> Result<Option<String>> {
    let output = Command::new(binary)
        .args(["--from", "1", "--seeds", &mutant.within.to_string(), "--stop-at-first"])
        .args((mutant.kind == Kind::Storage).then_some("--storage"))
        .stderr(Stdio::null())
        .output()
        .context("run kampa-sim")?;
    if output.status.success() {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> =
        told.lines().filter(|line| !line.starts_with("total") && !line.starts_with("struck")).collect();
    let seed = lines.iter().rev().find(|line| line.starts_with("seed")).and_then(|line| line.split([' ', ':']).nth(1));
    let what = lines.iter().find(|line| line.starts_with("  ")).map_or("a panic", |line| line.trim());
    Ok(Some(format!("seed {}: {what}", seed.unwrap_or("?"))))
}

/// A work tree of the last commit.
struct Copy {
    tree: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// The copy of the last time, brought up to date, or a new one.
    fn make() -> Result<Copy> {
        let folder = target().join("mutants");
        let copy = Copy { tree: folder.join("tree"), target: folder.join("build") };
        let head = git(&root(), &["rev-parse", "HEAD"])?;
        let is_there = copy.tree.join(".git").exists();
        if is_there && git(&copy.tree, &["checkout", "--quiet", "--force", "--detach", &head]).is_ok() {
            return Ok(copy);
        }
        if copy.tree.exists() {
            fs::remove_dir_all(&copy.tree).with_context(|| format!("remove {}", copy.tree.display()))?;
        }
        git(&root(), &["worktree", "prune"])?;
        let tree = copy.tree.to_str().context("a path in UTF-8")?;
        git(&root(), &["worktree", "add", "--quiet", "--force", "--detach", tree, &head])?;
        Ok(copy)
    }

    fn plant(&self, mutant: &Mutant) -> Result<()> {
        git(&self.tree, &["checkout", "--quiet", "--", "."])?;
        let patch = mutant.path.to_str().context("a path in UTF-8")?;
        git(&self.tree, &["apply", patch]).with_context(|| {
            format!("{} does not fit the last commit any more: plant its bug anew", mutant.path.display())
        })?;
        Ok(())
    }
}

/// What git prints.
fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").args(arguments).current_dir(folder).output().context("run git")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {}: {}", arguments.join(" "), said.trim());
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
