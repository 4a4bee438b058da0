//! What processes and the machine have used, as `/proc` tells it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rustix::param::clock_ticks_per_second;

/// Processor seconds a process has used, threads that have ended included, in steps of ten milliseconds.
pub fn cpu_s(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("process {pid} has gone"))?;
    Ok(cpu_ticks(&stat).context("/proc/PID/stat has another form")? as f64 / clock_ticks_per_second() as f64)
}

/// The 14th and 15th field; the second, a name in brackets, may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

/// Memory of a process, in MiB.
pub struct Memory {
    /// All that is resident: its own, and pages of files it has mapped.
    pub resident_mib: f64,
    /// Its own.
    pub anonymous_mib: f64,
    /// The most that was ever resident.
    pub peak_mib: f64,
}

impl Memory {
    pub fn of(pid: u32) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let mib = |key| number_after(&status, key).map(|kib| kib as f64 / 1024.0);
        let memory =
            || Some(Memory { resident_mib: mib("VmRSS:")?, anonymous_mib: mib("RssAnon:")?, peak_mib: mib("VmHWM:")? });
        memory().context("/proc/PID/status has another form")
    }
}

/// What each thread of a process has used so far: finer than [`cpu_s`], but threads that end take theirs with them.
pub struct Threads(BTreeMap<String, Thread>);

#[derive(Clone, Copy, Default)]
struct Thread {
    cpu_ns: u64,
    sleeps: u64,
}

/// What happened between two looks.
pub struct Stir {
    pub threads: usize,
    pub cpu_s: f64,
    /// How often a thread went to sleep, and so was woken.
    pub wakes: u64,
}

impl Threads {
    pub fn of(pid: u32) -> Result<Threads> {
        let mut threads = BTreeMap::new();
        for entry in fs::read_dir(format!("/proc/{pid}/task"))? {
            let entry = entry?;
            // A thread may end while it is looked at.
            if let Some(thread) = Thread::read(&entry.path()) {
                threads.insert(entry.file_name().to_string_lossy().into_owned(), thread);
            }
        }
        Ok(Threads(threads))
    }

    pub fn since(&self, before: &Threads) -> Stir {
        let mut stir = Stir { threads: self.0.len(), cpu_s: 0.0, wakes: 0 };
        for (id, thread) in &self.0 {
            let earlier = before.0.get(id).copied().unwrap_or_default();
            stir.cpu_s += thread.cpu_ns.saturating_sub(earlier.cpu_ns) as f64 / 1e9;
            stir.wakes += thread.sleeps.saturating_sub(earlier.sleeps);
        }
        stir
    }
}

impl Thread {
    fn read(folder: &Path) -> Option<Thread> {
        let schedule = fs::read_to_string(folder.join("schedstat")).ok()?;
        let status = fs::read_to_string(folder.join("status")).ok()?;
        let cpu_ns = schedule.split_whitespace().next()?.parse().ok()?;
        Some(Thread { cpu_ns, sleeps: number_after(&status, "\nvoluntary_ctxt_switches:")? })
    }
}

fn number_after(text: &str, key: &str) -> Option<u64> {
    text.split_once(key)?.1.split_whitespace().next()?.parse().ok()
}

/// How much all processors together have done, for whomever.
pub struct Machine {
    total_ticks: u64,
    idle_ticks: u64,
    stolen_ticks: u64,
}

/// How busy the machine was between two looks.
pub struct Busy {
    share: f64,
    stolen: f64,
    waiting: String,
}

impl Machine {
    pub fn now() -> Result<Machine> {
        let stat = fs::read_to_string("/proc/stat")?;
        Machine::parse(&stat).context("/proc/stat has another form")
    }

    fn parse(stat: &str) -> Option<Machine> {
        let fields = stat.lines().next()?.split_whitespace().skip(1);
        let ticks = fields.map(|field| field.parse().ok()).collect::<Option<Vec<u64>>>()?;
        // The last two, of guests, are counted among the first as well.
        let total_ticks = ticks.iter().take(8).sum();
        Some(Machine { total_ticks, idle_ticks: ticks.get(3)? + ticks.get(4)?, stolen_ticks: *ticks.get(7)? })
    }

    pub fn since(&self, before: &Machine) -> Busy {
        let total = (self.total_ticks - before.total_ticks).max(1) as f64;
        Busy {
            share: 1.0 - (self.idle_ticks - before.idle_ticks) as f64 / total,
            stolen: (self.stolen_ticks - before.stolen_ticks) as f64 / total,
            waiting: fs::read_to_string("/proc/loadavg").unwrap_or_default(),
        }
    }
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let processors = std::thread::available_parallelism().map_or(0, usize::from);
        let load = self.waiting.split_whitespace().next().unwrap_or("-");
        let (share, stolen) = (100.0 * self.share, 100.0 * self.stolen);
        write!(f, "{processors} processors, {share:.0} % busy (we included), {stolen:.1} % stolen, load average {load}")
    }
}

#[cfg(test)]
mod tests;
