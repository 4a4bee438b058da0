//! What partitions cost that have little or nothing in them: to create, to come back after a stop and after a kill, at rest.

use std::fs;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::meter::{Machine, Memory, Threads};
use super::{Tools, Wanted, folder_of, idle, start, sweep, wire};
use crate::node::{Node, Software};

pub fn run(brokers: &[Software], tools: &Tools, wanted: &Wanted) -> Result<()> {
    let count = wanted.count;
    match wanted.records {
        0 => println!("\n{count} topics of one partition; records in {} of them", idle::TOPICS),
        records => println!("\n{count} topics of one partition; {records} new records in each before every stop"),
    }
    for software in brokers {
        let machine = Machine::now()?;
        if let Err(error) = measure(software, tools, wanted) {
            // What the other can do is worth knowing all the same.
            println!("  {software:<6} cannot: {error:#}");
        }
        println!("  the machine meanwhile: {}", Machine::now()?.since(&machine));
        sweep(&folder_of(software, "partitions"))?;
    }
    Ok(())
}

fn measure(software: &Software, tools: &Tools, wanted: &Wanted) -> Result<()> {
    let (count, records) = (wanted.count, wanted.records);
    let names: Vec<String> = (0..count).map(|number| format!("topic-{number}")).collect();
    let say = |what: &str, figure: String| println!("  {software:<6} {what:<34} {figure}");
    let mut node = Node::lay(software, &folder_of(software, "partitions"), SETTINGS)?;
    node.start()?;
    let few = names.len().min(FEW);
    let first = create(&node, &names[..few])?;
    let with_few = Memory::of(node.pid()?)?;
    let more = create(&node, &names[few..])?;
    let with_all = Memory::of(node.pid()?)?;
    say("created", format!("{:.2} s in requests of {TOPICS_AT_ONCE}", (first + more).as_secs_f64()));
    let singly: Vec<String> = (0..SINGLY).map(|number| format!("single-{number}")).collect();
    let began = Instant::now();
    singly.iter().try_for_each(|name| wire::create_topics(node.address(), std::slice::from_ref(name), 1))?;
    say("created one by one", format!("{:.2} ms each", began.elapsed().as_secs_f64() * 1e3 / SINGLY as f64));
    say("memory as created", memory(&with_few, &with_all, count - few));
    let mut written = 0;
    let mut write = |node: &Node| -> Result<i64> {
        if records == 0 {
            idle::give_traffic(node, tools, TRAFFIC_S)?;
            return Ok(0);
        }
        let began = Instant::now();
        names.chunks(TOPICS_AT_ONCE).try_for_each(|some| wire::produce(node.address(), some, records, written))?;
        say("written", format!("{:.2} s", began.elapsed().as_secs_f64()));
        written += i32::from(records);
        Ok(i64::from(written) * names.len() as i64)
    };
    let end = write(&node)?;
    if records > 0 {
        say("memory as written", memory(&with_few, &Memory::of(node.pid()?)?, count - few));
    }

    let began = Instant::now();
    node.terminate()?;
    say("clean stop", format!("{:.2} s", began.elapsed().as_secs_f64()));
    say("restart after it", restart(&mut node, &names, end)?);
    let end = write(&node)?;
    node.kill();
    say("restart after kill -9", restart(&mut node, &names, end)?);

    thread::sleep(SETTLING);
    let pid = node.pid()?;
    let (before, began) = (Threads::of(pid)?, Instant::now());
    thread::sleep(MEASURED);
    let stir = Threads::of(pid)?.since(&before);
    let share = 100.0 * stir.cpu_s / began.elapsed().as_secs_f64();
    say("at rest", format!("{share:.3} % of a core, {} threads, {} descriptors", stir.threads, descriptors(pid)?));
    say("memory at rest", memory(&with_few, &Memory::of(pid)?, count - few));
    Ok(())
}

/// Creates topics, and says how long it took until the last one could be used.
fn create(node: &Node, names: &[String]) -> Result<Duration> {
    let began = Instant::now();
    for some in names.chunks(TOPICS_AT_ONCE) {
        wire::create_topics(node.address(), some, 1)?;
    }
    wait_until_led(node.address(), names)?;
    Ok(began.elapsed())
}

/// Starts a node again: how long until it answers, and until it answers for every partition. `end` is what their ends have to be
/// together at least.
fn restart(node: &mut Node, names: &[String], end: i64) -> Result<String> {
    let began = Instant::now();
    let answered_ms = start::start_ms(node)?;
    let found = wait_until_led(node.address(), names)?;
    ensure!(found >= end, "the partitions end at {found} together, and {end} were written");
    Ok(format!("{:.2} s, {:.2} s to the first answer", began.elapsed().as_secs_f64(), answered_ms / 1e3))
}

/// The sum of their ends once all of them are led.
fn wait_until_led(address: SocketAddr, names: &[String]) -> Result<i64> {
    let (began, mut ends) = (Instant::now(), 0);
    for some in names.chunks(TOPICS_AT_ONCE) {
        ends += loop {
            match wire::list_ends(address, some)? {
                (led, ends) if led == some.len() => break ends,
                _ => ensure!(began.elapsed() < LED_MAX, "not every partition is led within {LED_MAX:?}"),
            }
            thread::sleep(POLL);
        };
    }
    Ok(ends)
}

/// `more` partitions came between the two looks.
fn memory(with_few: &Memory, with_all: &Memory, more: usize) -> String {
    let all = with_all.resident_mib;
    if more == 0 {
        return format!("{all:.1} MiB resident");
    }
    let each = (with_all.anonymous_mib - with_few.anonymous_mib) * 1024.0 / more as f64;
    format!("{all:.1} MiB resident, {each:.2} KiB of its own for each beyond the first {FEW}")
}

fn descriptors(pid: u32) -> Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd")).context("list the node's descriptors")?.count())
}

/// A minute at rest then holds a round of retention and one of checkpoints.
const SETTINGS: &[(&str, &str)] =
    &[("auto.create.topics.enable", "false"), ("log.retention.check.interval.ms", "60000")];
/// What memory is counted from.
const FEW: usize = 1_000;
/// Apache Kafka's controller takes no more than 10,000 records in one request.
const TOPICS_AT_ONCE: usize = 1_000;
const SINGLY: usize = 100;
const TRAFFIC_S: f64 = 1.0;
/// What follows a start is over by then.
const SETTLING: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(65);
const LED_MAX: Duration = Duration::from_secs(300);
/// Fine against the seconds that are measured.
const POLL: Duration = Duration::from_millis(5);
