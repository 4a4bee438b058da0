//! Apache's tools, all in one JVM: a second saved for each command line.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

use super::normal::Said;
use crate::process::Child;
use crate::{install, root, target};

pub struct Tools {
    // Ends with this value.
    _child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// Brings the tools, and compiles what runs them.
pub fn prepare() -> Result<()> {
    install::maven(&root().join("compat/oracle/tools/pom.xml"), &jars())?;
    install::java(&root().join("compat/tools"), &jars(), &classes())
}

/// Where they are.
pub fn jars() -> PathBuf {
    target().join("compat/oracle/tools")
}

fn classes() -> PathBuf {
    target().join("compat/tools-classes")
}

impl Tools {
    /// Needs what [`prepare`] leaves.
    pub fn start() -> Result<Tools> {
        let mut command = Command::new("java");
        command.args([
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.security.manager=allow",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        ]);
        command.arg("-cp").arg(format!("{}:{}/*", classes().display(), jars().display())).arg("Lines");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = Child::leading(&mut command)?;
        let to = child.streams().stdin.take().context("a pipe to the JVM")?;
        let from = BufReader::new(child.streams().stdout.take().context("a pipe from the JVM")?);
        Ok(Tools { _child: child, to, from })
    }

    /// Runs a command line; of `typed`, backslashes are read by the JVM.
    pub fn run(&mut self, words: &[String], typed: &str) -> Result<Said> {
        let (tool, arguments) = words.split_first().context("a command line names a tool")?;
        let class =
            CLASSES.iter().find(|(name, _)| name == tool).with_context(|| format!("no class is known for {tool}"))?.1;
        let line: Vec<&str> = [typed, class].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        writeln!(self.to, "{}", line.join("\u{1f}"))?;
        self.to.flush()?;
        let mut head = String::new();
        self.from.read_line(&mut head)?;
        let mut numbers = head.split_whitespace().map(str::parse::<i64>);
        let mut next = || numbers.next().context("the JVM ended early")?.context("the JVM's answer");
        let (code, out, err) = (next()?, next()?, next()?);
        let (out, err) = (self.text(out)?, self.text(err)?);
        Ok(Said { code: code as i32, out, err })
    }

    fn text(&mut self, length: i64) -> Result<String> {
        let mut bytes = vec![0; usize::try_from(length)?];
        self.from.read_exact(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// What Apache's scripts run; and what sets the scene.
const CLASSES: &[(&str, &str)] = &[
    ("kafka-broker-api-versions", "org.apache.kafka.tools.BrokerApiVersionsCommand"),
    ("kafka-cluster", "org.apache.kafka.tools.ClusterTool"),
    ("kafka-configs", "kafka.admin.ConfigCommand"),
    ("kafka-console-consumer", "org.apache.kafka.tools.consumer.ConsoleConsumer"),
    ("kafka-console-producer", "org.apache.kafka.tools.ConsoleProducer"),
    ("kafka-consumer-groups", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"),
    ("kafka-consumer-perf-test", "org.apache.kafka.tools.ConsumerPerformance"),
    ("kafka-delete-records", "org.apache.kafka.tools.DeleteRecordsCommand"),
    ("kafka-dump-log", "org.apache.kafka.tools.DumpLogSegments"),
    ("kafka-e2e-latency", "org.apache.kafka.tools.EndToEndLatency"),
    ("kafka-features", "org.apache.kafka.tools.FeatureCommand"),
    ("kafka-get-offsets", "org.apache.kafka.tools.GetOffsetShell"),
    ("kafka-groups", "org.apache.kafka.tools.GroupsCommand"),
    ("kafka-leader-election", "org.apache.kafka.tools.LeaderElectionCommand"),
    ("kafka-log-dirs", "org.apache.kafka.tools.LogDirsCommand"),
    ("kafka-metadata-quorum", "org.apache.kafka.tools.MetadataQuorumCommand"),
    ("kafka-producer-perf-test", "org.apache.kafka.tools.ProducerPerformance"),
    ("kafka-storage", "kafka.tools.StorageTool"),
    ("kafka-topics", "org.apache.kafka.tools.TopicCommand"),
    ("kafka-verifiable-consumer", "org.apache.kafka.tools.VerifiableConsumer"),
    ("kafka-verifiable-producer", "org.apache.kafka.tools.VerifiableProducer"),
    ("scene", "Scene"),
];
