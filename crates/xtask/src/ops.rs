//! `cargo xtask ops`: what lies in `ops/` for those who watch a node, and the node's own page, read as Prometheus reads them.
//!
//! That every metric named there is one a node shows is held by a test of `crates/metrics`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::install::{Tool, succeed};
use crate::node::{Node, Software};
use crate::{root, target};

pub const NEEDS: [&Tool; 1] = [&Tool { program: "promtool", asked: &["--version"], version_min: (2, 40) }];

pub fn run() -> Result<()> {
    let folder = root().join("ops");
    let promtool = |arguments: &[&str]| {
        let mut promtool = Command::new("promtool");
        promtool.current_dir(&folder).args(arguments);
        succeed(&mut promtool, &format!("promtool {}", arguments.join(" ")))
    };
    promtool(&["check", "config", "prometheus.yml"])?;
    promtool(&["check", "rules", "alerts.yml"])?;
    promtool(&["test", "rules", "alerts-test.yml"])?;
    let mut node = Node::lay(&Software::kampa(None)?, &target().join("ops"), &[])?;
    let pages = node.serve_pages()?;
    node.start()?;
    wait_until_ready(pages)?;
    let page = get(pages, "/metrics")?;
    node.stop()?;
    check_page(&page)?;
    println!("ops: the rules hold, and {} samples of a node's page can be read", samples(&page));
    Ok(())
}

/// The text must be one that Prometheus takes. What promtool thinks of names is passed over: they are Kafka's.
fn check_page(page: &str) -> Result<()> {
    let mut promtool =
        Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    promtool.stdin.take().context("promtool listens")?.write_all(page.as_bytes())?;
    let done = promtool.wait_with_output()?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(matches!(done.status.code(), Some(0 | NAMES_DISLIKED)), "promtool check metrics: {}\n{said}", done.status);
    Ok(())
}

fn samples(page: &str) -> usize {
    page.lines().filter(|line| !line.starts_with('#')).count()
}

/// A node listens a moment before its pages have something to say.
pub fn wait_until_ready(address: SocketAddr) -> Result<()> {
    let began = Instant::now();
    while get(address, "/ready").is_err() {
        ensure!(began.elapsed() < PATIENCE, "the node at {address} is not ready after {PATIENCE:?}");
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// The body of a page of ours.
pub fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).context("reach the node's pages")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
    ensure!(head.starts_with("HTTP/1.1 200"), "GET {path}: {}", head.lines().next().unwrap_or_default());
    Ok(body.to_owned())
}

/// promtool's exit code for a text that can be read and whose names break its rules of style.
const NAMES_DISLIKED: i32 = 3;
/// A page of ten thousand partitions is there in a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(30);
