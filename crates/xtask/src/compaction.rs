//! `cargo xtask compat compaction`: the same dirty logs compacted by Apache Kafka and by Kampa.
//!
//! Apache Kafka fills a directory with its cleaner held off (`compat/compaction/Dirty.java`). Each software gets a copy, compacts it
//! and stops; Apache's `kafka-dump-log` then reads every data file of both, and what it says must be the same: segments, batches,
//! offsets, producers, records. A second round goes on from the directory that Apache Kafka has compacted, so that tombstones and
//! markers come to their end. Left out are delete horizons (each takes its own clock) and what follows from bytes compressed by
//! different programs. How many files are the same to the byte is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::node::{Node, Software};
use crate::tools::apache;
use crate::{install, root, target};

/// Plays it; `--binary PATH` takes a Kampa that is built already.
pub fn run(arguments: &[&str]) -> Result<()> {
    let binary = match arguments {
        [] => None,
        ["--binary", path] => Some(Path::new(path)),
        other => bail!("cargo xtask compat compaction takes --binary PATH, not {}", other.join(" ")),
    };
    let kampa = Software::kampa(binary)?;
    let kafka = Software::kafka()?;
    prepare()?;
    let folder = target().join("compaction");
    let mut ours = Node::lay(&kampa, &folder.join("kampa"), &SETTINGS)?;
    let mut theirs = Node::lay(&kafka, &folder.join("kafka"), &SETTINGS)?;
    for round in 1..=2 {
        clean(&theirs, false)?;
        theirs.start()?;
        java(&theirs, &["fill", &round.to_string()])?;
        theirs.terminate()?;
        copy(&theirs, &ours)?;
        for node in [&mut theirs, &mut ours] {
            clean(node, true)?;
            node.start()?;
            until_clean(node)?;
            node.terminate()?;
        }
        let said = compare(&theirs, &ours)?;
        println!("round {round}: {said}");
        // Tombstones and markers that were kept have a second (delete.retention.ms).
        thread::sleep(Duration::from_secs(2));
    }
    Ok(())
}

/// Brings what the Java side needs.
pub fn prepare() -> Result<()> {
    apache::prepare()?;
    install::java(&root().join("compat/compaction"), &apache::jars(), &classes())
}

fn classes() -> PathBuf {
    target().join("compat/compaction-classes")
}

/// Runs `Dirty` against a node.
pub fn java(node: &Node, arguments: &[&str]) -> Result<()> {
    let mut java = Command::new("java");
    java.args(["-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]);
    java.arg("-cp").arg(format!("{}:{}/*", classes().display(), apache::jars().display())).arg("Dirty");
    let said = java.arg(node.bootstrap()).args(arguments).output().context("start java")?;
    ensure!(said.status.success(), "Dirty {}: {}", arguments.join(" "), String::from_utf8_lossy(&said.stderr));
    Ok(())
}

/// Lets a node's cleaner work, or holds it off; heard at the next start.
pub fn clean(node: &Node, on: bool) -> Result<()> {
    let path = node.folder().join("server.properties");
    let text = fs::read_to_string(&path)?;
    let [from, to] = [!on, on].map(|on| format!("log.cleaner.enable={on}\n"));
    Ok(fs::write(path, text.replace(&from, &to))?)
}

/// One node's data in the place of another's.
pub fn copy(from: &Node, to: &Node) -> Result<()> {
    let data = to.folder().join("data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    install::succeed(Command::new("cp").arg("-a").arg(from.folder().join("data")).arg(&data), "copy a data directory")
}

/// Waits until every topic's checkpoint says that its log is compacted up to the active segment.
fn until_clean(node: &Node) -> Result<()> {
    let began = Instant::now();
    let data = node.folder().join("data");
    loop {
        let mut behind = Vec::new();
        for folder in folders(&data)? {
            let active = segments(&data.join(&folder))?.pop().context("a partition has segments")?;
            if clean_end(&data, &folder).unwrap_or_default() != active {
                behind.push(folder);
            }
        }
        if behind.is_empty() {
            return Ok(());
        }
        ensure!(began.elapsed() < CLEAN_MAX, "{} has not compacted {}", node.software(), behind.join(", "));
        thread::sleep(Duration::from_millis(100));
    }
}

/// What the cleaner's checkpoint says of a partition, if it does.
pub fn clean_end(data: &Path, folder: &str) -> Option<u64> {
    let text = fs::read_to_string(data.join("cleaner-offset-checkpoint")).ok()?;
    let (topic, partition) = folder.rsplit_once('-')?;
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{topic} {partition} ")))?;
    line.parse().ok()
}

/// The partitions that `Dirty` has filled.
fn folders(data: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() && !name.starts_with("__") {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// Base offsets of a partition's segments.
pub fn segments(folder: &Path) -> Result<Vec<u64>> {
    let mut bases = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        bases.extend(name.strip_suffix(".log").and_then(|base| base.parse::<u64>().ok()));
    }
    bases.sort_unstable();
    Ok(bases)
}

/// What `kafka-dump-log` says of both, file by file.
fn compare(theirs: &Node, ours: &Node) -> Result<String> {
    let [theirs, ours] = [theirs, ours].map(|node| node.folder().join("data"));
    let mut tools = apache::Tools::start()?;
    let (mut files, mut same, mut lines) = (0, 0, 0);
    for folder in folders(&theirs)? {
        let bases = segments(&theirs.join(&folder))?;
        let found = segments(&ours.join(&folder))?;
        ensure!(bases == found, "{folder}: Apache Kafka's segments begin at {bases:?}, Kampa's at {found:?}");
        for base in bases {
            let file = format!("{folder}/{base:020}.log");
            let [want, is] = [&theirs, &ours].map(|data| dump(&mut tools, &data.join(&file)));
            let (want, is) = (want?, is?);
            let differs = want.iter().zip(&is).find(|(want, is)| want != is);
            if let Some((want, is)) = differs {
                bail!("{file}:\n  Apache Kafka: {want}\n  Kampa:        {is}");
            }
            ensure!(want.len() == is.len(), "{file}: {} lines of Apache Kafka's, {} of Kampa's", want.len(), is.len());
            files += 1;
            lines += want.len();
            same += usize::from(fs::read(theirs.join(&file))? == fs::read(ours.join(&file))?);
        }
    }
    Ok(format!("{lines} batches and records in {files} files are the same, {same} files to the byte"))
}

/// Its lines, without what may differ.
fn dump(tools: &mut apache::Tools, file: &Path) -> Result<Vec<String>> {
    let words = ["kafka-dump-log", "--deep-iteration", "--print-data-log", "--files"].map(str::to_owned).into_iter();
    let said = tools.run(&words.chain([file.display().to_string()]).collect::<Vec<_>>(), "")?;
    ensure!(said.code == 0, "kafka-dump-log on {}: {}", file.display(), said.err);
    let wrong = said.out.lines().find(|line| line.contains("isvalid: false"));
    ensure!(wrong.is_none(), "{}: {}", file.display(), wrong.unwrap_or_default());
    Ok(said.out.lines().filter(|line| line.contains("ffset: ")).map(comparable).collect())
}

/// A line without the words whose values may differ: positions and sizes where codecs and horizons do, and the horizons themselves.
fn comparable(line: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut is_passed = false;
    for word in line.split(' ') {
        let passed = std::mem::replace(&mut is_passed, ["position:", "size:", "crc:"].contains(&word));
        words.push(match word {
            _ if passed => "…",
            horizon if horizon.starts_with("OptionalLong[") => "set",
            other => other,
        });
    }
    words.join(" ")
}

/// A small memory for keys, so that some logs take several rounds.
const SETTINGS: [(&str, &str); 4] = [
    ("log.cleaner.enable", "false"),
    ("log.cleaner.backoff.ms", "200"),
    ("log.cleaner.dedupe.buffer.size", "1048577"),
    ("log.segment.delete.delay.ms", "0"),
];
/// A JVM on a busy machine takes its time.
const CLEAN_MAX: Duration = Duration::from_secs(120);
