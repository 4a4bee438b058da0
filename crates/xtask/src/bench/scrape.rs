//! What it costs to be watched: `/metrics` of a node with many partitions, read again and again.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{folder_of, lay, meter, sweep, wire};
use crate::node::Software;
use crate::ops;

pub fn run(brokers: &[Software]) -> Result<()> {
    // Apache Kafka has no such page: its exporter is another program.
    let Some(software) = brokers.iter().find(|software| matches!(software, Software::Kampa { .. })) else {
        return Ok(());
    };
    println!("\n/metrics, read {SCRAPES} times");
    for topics in [0, TOPICS] {
        let mut node = lay(software, "scrape")?;
        let pages = node.serve_pages()?;
        node.start()?;
        let names: Vec<String> = (0..topics).map(|number| format!("topic-{number}")).collect();
        for some in names.chunks(TOPICS_AT_ONCE) {
            wire::create_topics(node.address(), some, PARTITIONS)?;
        }
        ops::wait_until_ready(pages)?;
        let pid = node.pid()?;
        let bytes = ops::get(pages, "/metrics")?.len();
        let (before, began) = (meter::cpu_s(pid)?, Instant::now());
        for _ in 0..SCRAPES {
            ops::get(pages, "/metrics")?;
        }
        let (cpu_ms, took) = ((meter::cpu_s(pid)? - before) * 1000.0, began.elapsed());
        println!(
            "  {:>6} partitions: {:>7.1} KiB, {:>6.2} ms of CPU, {:>6.2} ms until it was read, {:.1} MiB resident",
            topics * PARTITIONS as usize,
            bytes as f64 / 1024.0,
            cpu_ms / f64::from(SCRAPES),
            ms(took) / f64::from(SCRAPES),
            meter::Memory::of(pid)?.resident_mib,
        );
        node.kill();
        sweep(&folder_of(software, "scrape"))?;
    }
    Ok(())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

const TOPICS: usize = 100;
const PARTITIONS: i32 = 100;
/// A thousand partitions a request: each opens a file.
const TOPICS_AT_ONCE: usize = 10;
const SCRAPES: u32 = 50;
