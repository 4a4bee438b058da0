//! What a node costs that has a hundred topics and nothing to do.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::floor::load_when_led;
use super::meter::{Machine, Memory, Threads};
use super::{Tools, folder_of, lay, sweep, wire};
use crate::node::{Node, Software};

pub fn run(brokers: &[Software], tools: &Tools) -> Result<()> {
    println!("\nAt rest with {TOPICS} topics, after {TRAFFIC_PER_S} small requests to them, over {MEASURED:?}");
    for software in brokers {
        let folder = folder_of(software, "idle");
        let mut node = lay(software, "idle")?;
        node.start()?;
        give_topics(&node, tools)?;
        thread::sleep(SETTLING);
        let pid = node.pid()?;
        let (machine, before, began) = (Machine::now()?, Threads::of(pid)?, Instant::now());
        thread::sleep(MEASURED);
        let seconds = began.elapsed().as_secs_f64();
        let stir = Threads::of(pid)?.since(&before);
        let memory = Memory::of(pid)?;
        println!(
            "  {software:<6} resident {:.1} MiB ({:.1} its own; {:.1} at most so far), {:.3} % of a core, {:.1} wake-ups/s, {} threads",
            memory.resident_mib,
            memory.anonymous_mib,
            memory.peak_mib,
            100.0 * stir.cpu_s / seconds,
            stir.wakes as f64 / seconds,
            stir.threads,
        );
        println!("  the machine meanwhile: {}", Machine::now()?.since(&machine));
        node.kill();
        sweep(&folder)?;
    }
    Ok(())
}

/// A hundred topics with a little in each.
pub fn give_topics(node: &Node, tools: &Tools) -> Result<()> {
    let names: Vec<String> = (0..TOPICS).map(|number| format!("topic-{number}")).collect();
    wire::create_topics(node.address(), &names, 1)?;
    give_traffic(node, tools, 1.0)
}

/// Something new in every one of them.
pub fn give_traffic(node: &Node, tools: &Tools, seconds: f64) -> Result<()> {
    load_when_led(node.address().port(), || {
        let mut command = Command::new(&tools.load);
        command.args(["produce", "topic=topic", "spread=1"]);
        command.args([format!("connections={TOPICS}"), format!("rate={TRAFFIC_PER_S}"), format!("seconds={seconds}")]);
        command
    })
    .map(drop)
}

pub const TOPICS: usize = 100;
const TRAFFIC_PER_S: u32 = 500;
/// What follows a start and traffic is over by then.
const SETTLING: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(10);
