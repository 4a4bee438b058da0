//! Turns: a file's command lines on one node, first all by Apache's tools and then all by ours.
//!
//! Before the turns, Apache's tools set the scene (`@first`), and after them they clear it away (`@last`). A question that comes
//! after a change is asked until it is answered the same twice, and every other line waits a little: Kafka answers a change when
//! the controller has it, and its brokers know of it a moment later.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::apache;
use super::cases::{Case, When};
use super::normal::{Names, Said};
use crate::node::{self, Software, free_ports};
use crate::process::Child;
use crate::{root, target};

/// What both tools said of one command line, and the names of that run.
#[derive(Clone)]
pub struct Pair {
    pub apache: Said,
    pub ours: Said,
    pub names: Names,
}

/// A node, and what is needed to run our tools.
pub struct Node {
    node: node::Node,
    ours: PathBuf,
    names: Names,
}

impl Node {
    pub fn start(software: Software, ours: &Software) -> Result<Node> {
        let Software::Kampa { binary } = ours else { anyhow::bail!("our tools are Kampa's") };
        let mut node = node::Node::lay(&software, &target().join(format!("compat/nodes/tools-{software}")), SETTINGS)?;
        node.start()?;
        let folder = |name: &str| target().join(format!("compat/tools/{software}/{name}")).display().to_string();
        let names = Names {
            server: node.bootstrap(),
            controller: format!("127.0.0.1:{}", node.ports()[1]),
            nobody: format!("127.0.0.1:{}", free_ports()?[0]),
            files: root().join("compat/tools/files").display().to_string(),
            work: folder("work"),
            data: node.folder().join("data").display().to_string(),
            kept: folder("kept"),
            golden: folder("golden"),
        };
        Ok(Node { node, ours: std::path::absolute(binary)?, names })
    }

    pub fn stop(mut self) -> Result<()> {
        self.node.stop()
    }

    /// Both turns; `None` for a command line that is not compared here.
    pub fn run(&mut self, cases: &[Case], apache: &mut apache::Tools) -> Result<Vec<Option<Pair>>> {
        let here = |case: &&Case| self.is_for_this_node(case);
        for case in cases.iter().filter(here).filter(|case| case.when == When::First) {
            self.once(case, apache)?;
        }
        self.keep_files(cases)?;
        let compared = |case: &Case| case.is_compared() && self.is_for_this_node(case);
        let names = &self.names;
        let theirs = turn(cases.iter().filter(|case| compared(case)), names, |case| {
            apache.run(&case.words(names), &case.stdin)
        })?;
        let ours = turn(cases.iter().filter(|case| compared(case)), names, |case| {
            run_ours(&self.ours, &case.words(names), &case.typed(), Path::new(&names.work))
        })?;
        for case in cases.iter().filter(here).filter(|case| case.when == When::Last) {
            self.once(case, apache)?;
        }
        let mut said = theirs.into_iter().zip(ours);
        let pair = |(apache, ours)| Pair { apache, ours, names: self.names.clone() };
        Ok(cases.iter().map(|case| if compared(case) { said.next().map(pair) } else { None }).collect())
    }

    fn is_for_this_node(&self, case: &Case) -> bool {
        case.only_on_kafka.is_none() || matches!(self.node.software(), Software::Kafka { .. })
    }

    fn once(&self, case: &Case, apache: &mut apache::Tools) -> Result<()> {
        let said = apache.run(&case.words(&self.names), &case.stdin)?;
        thread::sleep(KNOWN);
        ensure!(said.code == 0, "line {}: {}\n{}{}", case.line_number, case.line, said.out, said.err);
        Ok(())
    }

    /// Files to be looked at stand still: copies of the node's, and of those that Apache Kafka once wrote.
    fn keep_files(&self, cases: &[Case]) -> Result<()> {
        if cases.iter().any(|case| case.line.contains("{kept}") || case.line.contains("{golden}")) {
            empty(Path::new(&self.names.kept))?;
            copy(Path::new(&self.names.data), Path::new(&self.names.kept))?;
            empty(Path::new(&self.names.golden))?;
            copy(&root().join("crates/tools/golden/dump-log"), Path::new(&self.names.golden))?;
        }
        Ok(())
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.software().fmt(f)
    }
}

fn turn<'a>(
    cases: impl Iterator<Item = &'a Case>,
    names: &Names,
    mut run: impl FnMut(&Case) -> Result<Said>,
) -> Result<Vec<Said>> {
    lay(Path::new(&names.work), names)?;
    // The scene was set a moment ago.
    let mut has_changed = true;
    let mut all = Vec::new();
    for case in cases {
        if has_changed {
            thread::sleep(KNOWN);
        }
        let mut said = run(case)?;
        if has_changed && case.asks() {
            let began = Instant::now();
            while began.elapsed() < SETTLED_MAX {
                thread::sleep(SETTLED);
                let again = run(case)?;
                let is_the_same = again == said;
                said = again;
                if is_the_same {
                    break;
                }
            }
        }
        has_changed = (has_changed && !case.asks()) || case.changes() && said.code == 0;
        all.push(said);
    }
    Ok(all)
}

/// Empties the folder that command lines may fill, and lays the files in it that have names of this run in them.
fn lay(folder: &Path, names: &Names) -> Result<()> {
    empty(folder)?;
    for entry in fs::read_dir(root().join("compat/tools/work"))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        fs::write(folder.join(path.file_name().context("a file's name")?), names.fill(&text))?;
    }
    Ok(())
}

fn run_ours(binary: &Path, words: &[String], typed: &str, folder: &Path) -> Result<Said> {
    let [input, out, err] = ["stdin", "stdout", "stderr"].map(|name| folder.join(format!(".{name}")));
    fs::write(&input, typed)?;
    let mut command = Command::new(binary);
    command.args(words).stdin(fs::File::open(&input)?).stdout(fs::File::create(&out)?).stderr(fs::File::create(&err)?);
    let mut child = Child::leading(&mut command)?;
    let status = child.ended_by(Instant::now() + TOOL_MAX)?;
    let read = |path: &Path| Ok::<_, anyhow::Error>(String::from_utf8_lossy(&fs::read(path)?).into_owned());
    Ok(Said { code: status.and_then(|status| status.code()).unwrap_or(-1), out: read(&out)?, err: read(&err)? })
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))
}

/// Without partitions in which nothing is.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("read {}", from.display()))? {
        let entry = entry?;
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if !path.is_dir() {
            fs::copy(&path, &copied).with_context(|| format!("copy {}", path.display()))?;
        } else if !is_an_empty_partition(&path)? {
            copy(&path, &copied)?;
        }
    }
    Ok(())
}

fn is_an_empty_partition(folder: &Path) -> Result<bool> {
    let mut logs = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "log") {
            logs += 1;
            if fs::metadata(&path)?.len() > 0 {
                return Ok(false);
            }
        }
    }
    Ok(logs > 0)
}

/// Indexes are laid out in their full size: small ones are copied sooner.
const SETTINGS: &[(&str, &str)] = &[("log.index.size.max.bytes", "65536")];
/// Sixty seconds are the longest that a tool waits for a cluster, and then it has to say so.
const TOOL_MAX: Duration = Duration::from_secs(90);
/// Brokers follow the controller within a few milliseconds.
const KNOWN: Duration = Duration::from_millis(30);
/// Long enough for a broker on a busy machine.
const SETTLED: Duration = Duration::from_millis(100);
/// What has not settled by then never says the same twice.
const SETTLED_MAX: Duration = Duration::from_secs(2);
