//! `cargo xtask compat directories`: a data directory of Apache Kafka's opened by Kampa, and back, again and again.
//!
//! The same `server.properties` throughout. Apache Kafka fills the directory (`compat/directories/Crossing.java`), then the two
//! take turns on it, after clean stops and after kills; each adds something, and what is to be seen must be the same before and
//! after every change of hands. After a clean stop of Kampa's, Apache's `kafka-dump-log` reads every file.

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
    let node = Node::lay(&kafka, &target().join("directories"), &SETTINGS)?;
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
        let data = self.node.folder().join("data");
        ensure!(data.join(".kafka_cleanshutdown").exists(), "Kampa did not leave the mark of a clean stop");
        let mut files = Vec::new();
        for folder in fs::read_dir(&data)?.collect::<Result<Vec<_>, _>>()? {
            if folder.file_type()?.is_dir() {
                files.extend(
                    fs::read_dir(folder.path())?
                        .map(|entry| entry.map(|entry| entry.path()))
                        .collect::<Result<Vec<_>, _>>()?,
                );
            }
        }
        files.sort();
        let mut tools = apache::Tools::start()?;
        let mut read = 0;
        for file in files.iter().filter(|file| is_dumped(file)) {
            let words = ["kafka-dump-log", "--deep-iteration", "--files"].map(str::to_owned).into_iter();
            let said = tools.run(&words.chain([file.display().to_string()]).collect::<Vec<_>>(), "")?;
            let complaint =
                said.out.lines().chain(said.err.lines()).find(|line| COMPLAINTS.iter().any(|word| line.contains(word)));
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
        ensure!(read > 0, "there is no file in {}", data.display());
        println!("kafka-dump-log reads {read} files without complaint");
        Ok(())
    }
}

fn is_dumped(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    [".log", ".index", ".timeindex", ".txnindex", ".snapshot", ".checkpoint"].iter().any(|end| name.ends_with(end))
}

fn classes() -> PathBuf {
    target().join("compat/directories-classes")
}

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
