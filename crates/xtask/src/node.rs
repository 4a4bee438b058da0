//! One node to test: Kampa or Apache Kafka, from the same `server.properties`, on free ports of 127.0.0.1.
//!
//! Of Apache Kafka 4.4.0 Maven Central has only the broker: its console tools run from the newest release that is whole.

use std::env;
use std::fmt;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::process::Child;
use crate::{install, root, target};

/// What can run a node.
#[derive(Clone, Debug)]
pub enum Software {
    /// Our binary.
    Kampa { binary: PathBuf },
    /// A folder of Apache Kafka's jars.
    Kafka { jars: PathBuf },
}

/// A node with data of its own; dropping it kills it.
pub struct Node {
    software: Software,
    folder: PathBuf,
    client_port: u16,
    controller_port: u16,
    /// Where its pages are, if anybody wants them.
    http_port: Option<u16>,
    child: Option<Child>,
}

impl Software {
    /// The release binary, built now unless one is given.
    pub fn kampa(given: Option<&Path>) -> Result<Software> {
        if let Some(binary) = given {
            ensure!(binary.exists(), "{} does not exist", binary.display());
            // The node has a folder of its own, where a relative path would lead elsewhere.
            return Ok(Software::Kampa { binary: std::path::absolute(binary)? });
        }
        let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        cargo.current_dir(root()).args(["build", "--release", "--package", "kampa"]);
        install::succeed(&mut cargo, "build Kampa")?;
        Ok(Software::Kampa { binary: target().join("release/kampa") })
    }

    /// Apache Kafka 4.4.0, with Maven.
    pub fn kafka() -> Result<Software> {
        let jars = target().join("compat/oracle/broker");
        install::maven(&root().join("compat/oracle/broker/pom.xml"), &jars)?;
        Ok(Software::Kafka { jars })
    }

    /// The program to call, of software that is one.
    pub fn program(&self) -> Result<&Path> {
        match self {
            Software::Kampa { binary } => Ok(binary),
            Software::Kafka { .. } => bail!("Apache Kafka is no single program"),
        }
    }

    fn command(&self, properties: &Path, http_port: Option<u16>) -> Command {
        match self {
            Software::Kampa { binary } => {
                let mut command = Command::new(binary);
                command.arg("server").arg("--config").arg(properties);
                command.arg("--http").arg(http_port.map_or("off".into(), |port| format!("127.0.0.1:{port}")));
                command
            }
            Software::Kafka { jars } => {
                let mut command = Command::new("java");
                command.args(["-Xms256m", "-Xmx512m", "-XX:+UseG1GC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]);
                command.arg("-cp").arg(format!("{}/*", jars.display())).arg("kafka.Kafka").arg(properties);
                command
            }
        }
    }
}

impl fmt::Display for Software {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Software::Kampa { .. } => "kampa",
            Software::Kafka { .. } => "kafka",
        })
    }
}

impl Node {
    /// Lays out a fresh node in a folder, which is emptied. Apache Kafka is formatted as its quick start says.
    pub fn lay(software: &Software, folder: &Path, settings: &[(&str, &str)]) -> Result<Node> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("empty {}", folder.display()))?;
        }
        fs::create_dir_all(folder)?;
        let [client_port, controller_port] = free_ports()?;
        let node = Node {
            software: software.clone(),
            folder: folder.to_path_buf(),
            client_port,
            controller_port,
            http_port: None,
            child: None,
        };
        fs::write(node.properties(), node.settings(settings))?;
        if let Software::Kafka { jars } = software {
            let mut format = Command::new("java");
            format.args([
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
            ]);
            format.arg(format!("{}/*", jars.display())).args(["kafka.tools.StorageTool", "format", "--standalone"]);
            format.args(["--cluster-id", "KampaBesideApacheKafkA", "--config"]).arg(node.properties());
            install::succeed(&mut format, "format Apache Kafka's data directory")?;
        }
        Ok(node)
    }

    /// Lets a node of ours serve its pages once it is started; where.
    pub fn serve_pages(&mut self) -> Result<SocketAddr> {
        let [port, _] = free_ports()?;
        self.http_port = Some(port);
        Ok(SocketAddr::from(([127, 0, 0, 1], port)))
    }

    /// Other software takes its settings and its data over. It does not run.
    pub fn hand_to(&mut self, software: &Software) {
        self.software = software.clone();
    }

    /// Starts it, and returns when it answers; says how long that took.
    pub fn start(&mut self) -> Result<Duration> {
        let began = Instant::now();
        self.spawn()?;
        loop {
            if TcpStream::connect_timeout(&self.address(), Duration::from_secs(1)).is_ok() {
                return Ok(began.elapsed());
            }
            let ended = self.child.as_mut().context("the node was started")?.ended_by(Instant::now())?;
            if ended.is_some() || began.elapsed() > START_MAX {
                bail!("{} did not come up:\n{}", self.software, self.last_words()?);
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Starts it without waiting.
    pub fn spawn(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = self.software.command(&self.properties(), self.http_port);
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.child = Some(Child::beside(&mut command)?);
        Ok(())
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill();
        }
    }

    /// SIGTERM, and the time a clean stop takes, whichever software it is.
    pub fn terminate(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let stopped = child.stop(START_MAX)?;
        ensure!(stopped.is_some(), "{} did not stop within {START_MAX:?}", self.software);
        Ok(())
    }

    /// SIGTERM; a node that does not end well by itself is an error. Apache Kafka's data is not needed again: it is killed.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        if let Some(status) = child.ended_by(Instant::now())? {
            bail!("{} had ended by itself, {status}:\n{}", self.software, self.last_words()?);
        }
        match self.software {
            Software::Kafka { .. } => child.kill(),
            Software::Kampa { .. } => match child.stop(STOP_MAX)? {
                Some(status) if status.success() => {}
                Some(status) => bail!("kampa stopped with {status}:\n{}", self.last_words()?),
                None => bail!("kampa did not stop within {STOP_MAX:?}:\n{}", self.last_words()?),
            },
        }
        Ok(())
    }

    pub fn bootstrap(&self) -> String {
        self.address().to_string()
    }

    /// The clients' and the controller's.
    pub fn ports(&self) -> [u16; 2] {
        [self.client_port, self.controller_port]
    }

    /// Of the process that runs.
    pub fn pid(&mut self) -> Result<u32> {
        Ok(self.child.as_mut().context("the node was started")?.streams().id())
    }

    pub fn software(&self) -> &Software {
        &self.software
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.client_port))
    }

    fn properties(&self) -> PathBuf {
        self.folder.join("server.properties")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("node.log")
    }

    fn settings(&self, settings: &[(&str, &str)]) -> String {
        let [client_port, controller_port] = self.ports();
        let mut text = format!(
            "process.roles=broker,controller\n\
             node.id=1\n\
             listeners=PLAINTEXT://127.0.0.1:{client_port},CONTROLLER://127.0.0.1:{controller_port}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{client_port}\n\
             controller.listener.names=CONTROLLER\n\
             listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
             controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}\n\
             offsets.topic.replication.factor=1\n\
             transaction.state.log.replication.factor=1\n\
             transaction.state.log.min.isr=1\n\
             share.coordinator.state.topic.replication.factor=1\n\
             share.coordinator.state.topic.min.isr=1\n\
             group.initial.rebalance.delay.ms=0\n"
        );
        if settings.iter().all(|(key, _)| *key != "log.dirs") {
            text += &format!("log.dirs={}\n", self.folder.join("data").display());
        }
        for (key, value) in settings {
            text += &format!("{key}={value}\n");
        }
        text
    }

    /// The end of what it wrote.
    fn last_words(&self) -> Result<String> {
        let log = fs::read(self.log())?;
        let lines: Vec<_> = String::from_utf8_lossy(&log).lines().map(str::to_string).collect();
        Ok(lines[lines.len().saturating_sub(LAST_WORDS_LINES)..].join("\n"))
    }
}

/// Ports that were free a moment ago, from below those that the system gives to whoever connects: it would give them away again
/// before a node listens there.
pub fn free_ports() -> Result<[u16; 2]> {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let first_given = range.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(FIRST_GIVEN_PORT);
    let lowest = u16::saturating_sub(first_given, PORTS_TRIED).max(LOWEST_PORT);
    let started = std::process::id().wrapping_mul(PORTS_APART);
    let mut free = (0..PORTS_TRIED)
        .map(|_| lowest + (started.wrapping_add(ASKED.fetch_add(1, Ordering::Relaxed)) % u32::from(PORTS_TRIED)) as u16)
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    match (free.next(), free.next()) {
        (Some(one), Some(other)) => Ok([one, other]),
        _ => bail!("no two free ports on 127.0.0.1 among {PORTS_TRIED} from {lowest} on"),
    }
}

/// Where Linux begins to give ports to whoever connects, unless told otherwise.
const FIRST_GIVEN_PORT: u16 = 32_768;
/// Below are those of well-known services.
const LOWEST_PORT: u16 = 1024;
/// How many are tried.
const PORTS_TRIED: u16 = 8192;
/// Processes that run beside each other begin this far apart, so that they ask for different ones.
const PORTS_APART: u32 = 64;
/// A JVM on a busy machine of two cores takes ten seconds.
const START_MAX: Duration = Duration::from_secs(60);
/// Closing a few hundred partitions takes far less.
const STOP_MAX: Duration = Duration::from_secs(10);
/// Enough for a reason and its backtrace.
const LAST_WORDS_LINES: usize = 40;
