//! `cargo xtask compat directories`: a data directory of Apache Kafka's opened by Kampa, and back, again and again.
//!
//! The same `server.properties` throughout, with two log directories. Apache Kafka fills them (`compat/directories/Crossing.java`), then the two
//! take turns on them, after clean stops and after kills; each adds something, and what is to be seen must be the same before and
//! after every change of hands. After a clean stop of Kampa's, Apache's `kafka-dump-log` reads every file; after a kill, its journal
//! keeps Apache Kafka away.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};

use crate::node::{Node, Software};
use crate::tools::apache;
use crate::{install, root, target};

/// Plays it; `--binary PATH` takes a Kampa that is built already.
pub fn run(arguments: &[&str]) -> Result<()> {
    let binary = match arguments {
        [] => None,
        ["--binary", path] => Some(Path::new(path)),
        other => bail!("cargo xtask compat directories takes --binary PATH, not {}", other.join(" ")),
    };
    let kampa = Software::kampa(binary)?;
    let kafka = Software::kafka()?;
    apache::prepare()?;
    install::java(&root().join("compat/directories"), &apache::jars(), &classes())?;
    let folder = target().join("directories");
    let dirs = LOG_DIRS.map(|name| folder.join(name).display().to_string()).join(",");
    let node = Node::lay(&kafka, &folder, &[&SETTINGS[..], &[("log.dirs", &dirs)]].concat())?;
    let began_ms = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let mut crossing = Crossing { node, began_ms, seen: String::new() };
    crossing.begin(&kafka)?;
    crossing.java(&["fill"])?;
    crossing.seen = crossing.java(&["show"])?;
    crossing.say("filled by Apache Kafka");
    crossing.node.terminate()?;

    crossing.hand_to(&kampa, "after a clean stop of Apache Kafka's")?;
    crossing.add("kampa")?;
    crossing.node.terminate()?;
    crossing.dump()?;
    crossing.hand_to(&kafka, "after a clean stop of Kampa's")?;
    crossing.java(&["settle"])?;
    crossing.add("kafka")?;
    crossing.kill();
    crossing.hand_to(&kampa, "after a kill of Apache Kafka's")?;
    crossing.add("kampa-again")?;
    crossing.kill();
    crossing.is_kept_away(&kafka)?;
    crossing.hand_to(&kafka, "after a kill of Kampa's")?;
    crossing.add("kafka-again")?;
    crossing.node.terminate()?;
    crossing.hand_to(&kampa, "after a clean stop of Apache Kafka's, again")?;
    crossing.node.terminate()?;
    crossing.dump()?;
    println!(
        "directories: {} lines, the same after {CHANGES_OF_HANDS} changes of hands",
        crossing.seen.lines().count()
    );
    Ok(())
}

struct Crossing {
    node: Node,
    /// When records are of.
    began_ms: u128,
    /// What was to be seen last.
    seen: String,
}

impl Crossing {
    fn begin(&mut self, software: &Software) -> Result<()> {
        self.node.hand_to(software);
        self.node.start().map(drop)
    }

    /// The other software takes the directory, and must show what was to be seen.
    fn hand_to(&mut self, software: &Software, when: &str) -> Result<()> {
        self.begin(software)?;
        let now = self.java(&["show"])?;
        if now != self.seen {
            let [was, is] = [("was", &self.seen), ("is", &now)].map(|(name, text)| {
                let path = self.node.folder().join(name);
                fs::write(&path, text).map(|()| path)
            });
            let diff = Command::new("diff").arg(was?).arg(is?).output().context("run diff")?;
            bail!("{software} shows something else, {when}:\n{}", String::from_utf8_lossy(&diff.stdout));
        }
        self.say(&format!("opened by {software}, {when}"));
        Ok(())
    }

    fn add(&mut self, name: &str) -> Result<()> {
        self.java(&["add", name])?;
        self.seen = self.java(&["show"])?;
        Ok(())
    }

    /// `kill -9`, but not within the blink in which a log's start is not written down.
    fn kill(&mut self) {
        thread::sleep(WRITTEN_DOWN_WITHIN);
        self.node.kill();
    }

    /// A topic asked for syncs, so a journal is left, and must keep the other software from starting; then it is removed, which is
    /// right after a kill: the segments are complete.
    fn is_kept_away(&mut self, software: &Software) -> Result<()> {
        let journals: Vec<PathBuf> =
            self.log_dirs().map(|dir| dir.join(JOURNAL)).filter(|path| path.is_dir()).collect();
        ensure!(!journals.is_empty(), "Kampa left no journal");
        ensure!(self.begin(software).is_err(), "{software} starts beside a journal of Kampa's");
        self.node.kill();
        println!("{software} does not start beside a journal");
        journals.iter().try_for_each(fs::remove_dir_all).context("remove the journal")
    }

    fn log_dirs(&self) -> impl Iterator<Item = PathBuf> {
        LOG_DIRS.into_iter().map(|name| self.node.folder().join(name))
    }

    fn say(&self, what: &str) {
        println!("{what}: {} lines", self.seen.lines().count());
    }

    fn java(&self, arguments: &[&str]) -> Result<String> {
        let mut java = Command::new("java");
        java.args(["-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]);
        java.arg("-cp").arg(format!("{}:{}/*", classes().display(), apache::jars().display())).arg("Crossing");
        let said = java
            .arg(self.node.bootstrap())
            .arg(self.began_ms.to_string())
            .args(arguments)
            .output()
            .context("start java")?;
        let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        ensure!(said.status.success(), "Crossing {}: {}\n{err}", arguments.join(" "), said.status);
        Ok(out.into_owned())
    }

    /// Has Apache's tool read every file that it can read, of a directory that was cleanly stopped.
    fn dump(&self) -> Result<()> {
        let mut files = Vec::new();
        for dir in self.log_dirs() {
            ensure!(dir.join(".kafka_cleanshutdown").exists(), "no mark of a clean stop in {}", dir.display());
            for folder in paths_in(&dir)?.into_iter().filter(|path| path.is_dir()) {
                files.extend(paths_in(&folder)?);
            }
        }
        files.sort();
        let mut tools = apache::Tools::start()?;
        let mut read = 0;
        for file in files.iter().filter(|file| is_dumped(file)) {
            let words = ["kafka-dump-log", "--deep-iteration", "--files"].map(str::to_owned).into_iter();
            let said = tools.run(&words.chain([file.display().to_string()]).collect::<Vec<_>>(), "")?;
            let complaint = complaint(&said.out).or_else(|| complaint(&said.err));
            if said.code != 0 || complaint.is_some() {
                bail!(
                    "kafka-dump-log on {}: code {}, {}\n{}",
                    file.display(),
                    said.code,
                    complaint.unwrap_or_default(),
                    said.err
                );
            }
            read += 1;
        }
        ensure!(read > 0, "there is no file in {}", self.node.folder().display());
        println!("kafka-dump-log reads {read} files without complaint");
        Ok(())
    }
}

fn paths_in(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}

/// What the tool complains of. A batch that compaction has left without records, for its producer's sequence, keeps its time, and the
/// index names it, as Apache Kafka writes it; the tool looks at records only and says that their time is -1.
fn complaint(said: &str) -> Option<&str> {
    let mut found = said.lines().filter(|line| line.contains("log timestamp: "));
    let only_empty = found.all(|line| line.ends_with("log timestamp: -1"));
    said.lines()
        .filter(|line| !(only_empty && line.contains("timestamp mismatch")))
        .find(|line| COMPLAINTS.iter().any(|word| line.contains(word)))
}

fn is_dumped(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    [".log", ".index", ".timeindex", ".txnindex", ".snapshot", ".checkpoint"].iter().any(|end| name.ends_with(end))
}

fn classes() -> PathBuf {
    target().join("compat/directories-classes")
}

/// In the node's folder.
const LOG_DIRS: [&str; 2] = ["data", "more"];
/// The folder of Kampa's journal in a log directory.
const JOURNAL: &str = "kampa-journal-open-with-kampa-first";
/// Apache Kafka cleans at once what is to be cleaned; and both soon write down up to where records were deleted, which a kill
/// takes back otherwise.
const SETTINGS: [(&str, &str); 5] = [
    ("log.cleaner.backoff.ms", "200"),
    ("log.initial.task.delay.ms", "500"),
    ("log.segment.delete.delay.ms", "1000"),
    ("log.flush.start.offset.checkpoint.interval.ms", "200"),
    ("log.flush.offset.checkpoint.interval.ms", "200"),
];
/// As long as they take for that.
const WRITTEN_DOWN_WITHIN: Duration = Duration::from_secs(2);
/// How `kafka-dump-log` says that something is wrong. (That offsets are not consecutive it says of every segment but the first.)
const COMPLAINTS: [&str; 4] = ["isvalid: false", "ismatch", "out of order", "orrupt"];
const CHANGES_OF_HANDS: usize = 5;
