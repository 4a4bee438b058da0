//! How soon a node answers: from its start as a process to the first answer to an ApiVersions request.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::figures::Figures;
use super::meter::Machine;
use super::{Tools, folder_of, idle, lay, sweep, wire};
use crate::node::{Node, Software};

pub fn run(brokers: &[Software], tools: &Tools) -> Result<()> {
    println!("Start to the first answered request, in ms: median (least to greatest)");
    for software in brokers {
        let before = Machine::now()?;
        let times = match software {
            Software::Kampa { .. } => TIMES,
            Software::Kafka { .. } => TIMES_OF_KAFKA,
        };
        println!("  {software:<6} empty directory             {:.1}", empty(software, times)?);
        let folder = folder_of(software, "start");
        let mut node = lay(software, "start")?;
        node.start()?;
        idle::give_topics(&node, tools)?;
        println!("  {software:<6} 100 topics, after a stop    {:.1}", again(&mut node, tools, times, Node::terminate)?);
        let kill = |node: &mut Node| {
            node.kill();
            Ok(())
        };
        println!("  {software:<6} 100 topics, after a kill -9 {:.1}", again(&mut node, tools, times, kill)?);
        node.kill();
        sweep(&folder)?;
        println!("  the machine meanwhile: {}", Machine::now()?.since(&before));
    }
    Ok(())
}

fn empty(software: &Software, times: usize) -> Result<Figures> {
    let mut figures = Figures::default();
    for _ in 0..times {
        let mut node = lay(software, "start")?;
        figures.add(start_ms(&mut node)?);
        node.kill();
    }
    Ok(figures)
}

/// Starts of a node that runs, each after it was ended in that way.
fn again(node: &mut Node, tools: &Tools, times: usize, end: impl Fn(&mut Node) -> Result<()>) -> Result<Figures> {
    let mut figures = Figures::default();
    for _ in 0..times {
        // So there is something to close or to recover.
        idle::give_traffic(node, tools, TRAFFIC_S)?;
        end(node)?;
        figures.add(start_ms(node)?);
    }
    Ok(figures)
}

pub fn start_ms(node: &mut Node) -> Result<f64> {
    let address = node.address();
    let began = Instant::now();
    node.spawn()?;
    while !wire::answers(address) {
        ensure!(began.elapsed() < START_MAX, "no answer within {START_MAX:?}; see {}", node.folder().display());
        thread::sleep(POLL);
    }
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

const TIMES: usize = 10;
/// It takes seconds.
const TIMES_OF_KAFKA: usize = 3;
/// Every topic gets a record or more.
const TRAFFIC_S: f64 = 0.3;
const START_MAX: Duration = Duration::from_secs(60);
/// Fine against the tens of milliseconds that are measured, and cheap.
const POLL: Duration = Duration::from_micros(500);
