//! Holds the code against the map: floors, purity, names, sizes; and planted bugs against the code.
//!
//! What a compiler can hold (lints, formatting) is not here. The map is ARCHITECTURE.md: its table of crates says the
//! floor of each and the edges allowed within a floor.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::root;

pub fn run() -> Result<()> {
    let root = root();
    let map = Map::read(&root)?;
    let mut complaints = Vec::new();
    let crates = crates(&root)?;
    map.check_names(&crates, &mut complaints);
    for at in &crates {
        map.check_edges(at, &mut complaints);
        check_purity(&map, at, &mut complaints)?;
        check_sources(at, &mut complaints)?;
    }
    check_mutants(&root, &mut complaints)?;
    for complaint in &complaints {
        eprintln!("tidy: {complaint}");
    }
    ensure!(complaints.is_empty(), "{} complaints", complaints.len());
    println!("tidy: {} crates stand where the map says", crates.len());
    Ok(())
}

/// Planted bugs are patches: code that moves away beneath one must take it along, or it finds nothing any more.
fn check_mutants(root: &Path, complaints: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(root.join("sim/mutants")).context("read sim/mutants")? {
        let path = entry?.path();
        let mut git = Command::new("git");
        git.current_dir(root).args(["apply", "--check"]).arg(&path).stderr(Stdio::null());
        if !git.status().context("git apply")?.success() {
            complaints.push(format!("{} does not apply to the code any more", path.strip_prefix(root)?.display()));
        }
    }
    Ok(())
}

/// A crate as it stands in the tree.
struct Crate {
    name: String,
    folder: PathBuf,
    /// Short names (`world`, `protocol`) of the crates of ours it depends on, for tests or not.
    ours: Vec<String>,
    /// Names of other people's crates it depends on outside tests.
    others: Vec<String>,
}

/// The table of crates in ARCHITECTURE.md: `| floor | crate | what it is | edges within its floor |`.
struct Map {
    floors: BTreeMap<String, Floor>,
}

struct Floor {
    /// Height: a crate may depend on lower ones. The workshop stands beside the house and may depend on all.
    height: u32,
    beside: Vec<String>,
}

/// What pure crates may not depend on: what touches the machine.
const IMPURE: [&str; 5] = ["tokio", "rustix", "socket2", "axum", "tracing-subscriber"];
/// Heights of the pure floors.
const PURE: [u32; 2] = [10, 20];
const WORKSHOP_HEIGHT: u32 = 100;
/// Lines a file may have without a reason in its head.
const LINES_MAX: usize = 800;
/// The words with which the head of a longer file gives its reason.
const LONG_FILE_REASON: &str = "Longer than a room should be";

impl Map {
    fn read(root: &Path) -> Result<Map> {
        let page = fs::read_to_string(root.join("ARCHITECTURE.md")).context("read ARCHITECTURE.md")?;
        let mut floors = BTreeMap::new();
        for row in page.lines().filter(|line| line.starts_with("| ")) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [floor, name, _, beside] = cells.as_slice() else { continue };
            let Some(height) = height(floor) else { continue };
            let beside = beside.split(',').map(|edge| edge.trim().trim_matches('`').to_string()).collect();
            floors.insert(name.trim_matches('`').to_string(), Floor { height, beside });
        }
        ensure!(!floors.is_empty(), "ARCHITECTURE.md has no table of crates");
        Ok(Map { floors })
    }

    fn check_names(&self, crates: &[Crate], complaints: &mut Vec<String>) {
        for at in crates {
            if !self.floors.contains_key(&at.name) {
                complaints.push(format!("crate `{}` is not in ARCHITECTURE.md's table", at.name));
            }
        }
        for name in self.floors.keys() {
            if !crates.iter().any(|at| at.name == *name) {
                complaints.push(format!("ARCHITECTURE.md names `{name}`, which does not exist"));
            }
        }
    }

    fn check_edges(&self, at: &Crate, complaints: &mut Vec<String>) {
        let Some(here) = self.floors.get(&at.name) else { return };
        for below in &at.ours {
            let Some(there) = self.floors.get(below) else { continue };
            let down = there.height < here.height;
            let listed = there.height == here.height && here.beside.contains(below);
            if !down && !listed {
                complaints.push(format!(
                    "`{}` depends on `{below}`, which is not below it: mend it, or list the edge in ARCHITECTURE.md",
                    at.name
                ));
            }
        }
    }
}

fn height(floor: &str) -> Option<u32> {
    Some(match floor {
        "0" => 0,
        "1" => 10,
        "2" => 20,
        "3a" => 30,
        "3b" => 31,
        "4" => 40,
        "5" => 50,
        "workshop" => WORKSHOP_HEIGHT,
        _ => return None,
    })
}

fn check_purity(map: &Map, at: &Crate, complaints: &mut Vec<String>) -> Result<()> {
    let Some(floor) = map.floors.get(&at.name) else { return Ok(()) };
    if !PURE.contains(&floor.height) {
        return Ok(());
    }
    for other in at.others.iter().filter(|other| IMPURE.contains(&other.as_str())) {
        complaints.push(format!("`{}` decides or describes, so it may not depend on `{other}`", at.name));
    }
    if at.ours.iter().any(|below| below == "world") {
        complaints.push(format!("`{}` is pure, so it may not depend on `world`", at.name));
    }
    Ok(())
}

fn check_sources(at: &Crate, complaints: &mut Vec<String>) -> Result<()> {
    for path in sources(&at.folder.join("src"))? {
        let text = fs::read_to_string(&path)?;
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        if !text.starts_with("//!") && !shown.contains("/generated/") {
            complaints.push(format!("{shown} does not open with what it is (`//!`)"));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX && !text.contains(LONG_FILE_REASON) && !shown.contains("/generated/") {
            complaints.push(format!(
                "{shown} has {lines} lines: split it, or say why in its head (\"{LONG_FILE_REASON}: …\")"
            ));
        }
        if text.contains(concat!("#[", "ignore")) {
            complaints.push(format!("{shown} skips a test"));
        }
    }
    Ok(())
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn crates(root: &Path) -> Result<Vec<Crate>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.path();
        let manifest = folder.join("Cargo.toml");
        if !manifest.exists() {
            bail!("{} has no Cargo.toml", folder.display());
        }
        let name = folder.file_name().and_then(|n| n.to_str()).context("crate folder name")?.to_string();
        let (ours, others) = dependencies(&fs::read_to_string(manifest)?);
        found.push(Crate { name, folder, ours, others });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// The names under `[dependencies]` and (ours only) `[dev-dependencies]`.
fn dependencies(manifest: &str) -> (Vec<String>, Vec<String>) {
    let (mut ours, mut others, mut section) = (Vec::new(), Vec::new(), "");
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
            continue;
        }
        let Some((key, _)) = line.split_once('=') else { continue };
        let name = key.trim().trim_end_matches(".workspace");
        match (section, name.strip_prefix("kampa-")) {
            ("[dependencies]", Some(short)) => ours.push(short.to_string()),
            ("[dependencies]", None) => others.push(name.to_string()),
            _ => {}
        }
    }
    (ours, others)
}
