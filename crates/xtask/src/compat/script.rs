//! One client's script against one node, from its start to its last line.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::clients::Client;
use super::observation::{Known, Line, Observation, Seen};
use crate::node::Node;
use crate::process::Child;
use crate::target;

/// What a script saw of one node.
#[derive(Default)]
pub struct Side {
    pub software: String,
    /// The client and its version, as the script says it.
    pub client: Option<String>,
    pub observations: Vec<Observation>,
    /// Why the script did not come to a good end.
    pub failure: Option<String>,
}

impl Side {
    /// The whole script. `place` tells the folders of the two sides apart, `run` goes into the names the script makes up.
    pub fn of(client: &Client, node: &Node, place: &str, run: &str) -> Side {
        let mut side = Side { software: node.software().to_string(), ..Side::default() };
        let folder = target().join("compat/nodes").join(client.name).join(place);
        if let Err(error) = side.fill(client, node, &folder, run) {
            side.failure = Some(format!("{error:#}"));
        }
        side
    }

    fn fill(&mut self, client: &Client, node: &Node, folder: &Path, run: &str) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("empty {}", folder.display()))?;
        }
        fs::create_dir_all(folder)?;
        let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
        let known = Known {
            run: run.into(),
            ports: node.ports(),
            folders: [node.folder(), folder].map(|known| known.display().to_string()),
            times_ms: now_ms - DAY_MS..now_ms + DAY_MS,
        };
        let errors = folder.join("script.err");
        let mut command = (client.script)();
        command.arg(node.bootstrap()).arg(run).current_dir(folder);
        // Which of the two may answer before it knows what it answered; no script does anything else differently for it.
        command.env("COMPAT_NODE", node.software().to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&errors)?);
        let mut child = Child::leading(&mut command)?;
        let deadline = Instant::now() + client.patience;
        let ended = self.listen(&mut child, &known, deadline);
        let status = child.ended_by(deadline)?;
        child.kill();
        ended?;
        match status {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("the script ended with {status}\n{}", tail(&errors)),
            None => bail!("the script did not end within {:?}\n{}", client.patience, tail(&errors)),
        }
    }

    /// Takes the script's lines until it closes its output.
    fn listen(&mut self, child: &mut Child, known: &Known, deadline: Instant) -> Result<()> {
        let output = child.streams().stdout.take().context("the script's output is ours")?;
        let (send, lines) = mpsc::channel();
        // It ends with the script's output; if that never closes, killing the script closes it.
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let mut last = Instant::now();
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    match Line::parse(&line, known, last.elapsed().as_secs_f64())? {
                        Line::Client(version) => self.client = Some(version),
                        Line::Observation(observation) => self.observations.push(observation),
                    }
                    last = Instant::now();
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    pub fn unexpected(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.observations.iter().filter_map(|observation| match &observation.seen {
            Seen::Unexpected(error, detail) => Some((observation.step.as_str(), error.as_str(), detail.as_str())),
            Seen::Result(_) => None,
        })
    }

    pub fn seconds_of(&self, step: &str) -> Option<f64> {
        self.observations.iter().find(|observation| observation.step == step).map(|observation| observation.seconds)
    }

    pub fn json(&self) -> Value {
        let observations = self.observations.iter().map(|observation| match &observation.seen {
            Seen::Result(result) => json!({"step": observation.step, "seconds": observation.seconds, "result": result}),
            Seen::Unexpected(error, detail) => {
                json!({"step": observation.step, "seconds": observation.seconds, "unexpected": error, "detail": detail})
            }
        });
        json!({"software": self.software, "client": self.client, "failure": self.failure, "observations": observations.collect::<Vec<_>>()})
    }
}

fn tail(path: &Path) -> String {
    let text = fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

const DAY_MS: i64 = Duration::from_secs(24 * 60 * 60).as_millis() as i64;
/// Enough for a stack trace.
const TAIL_LINES: usize = 30;
