//! What a run was and what it broke, whatever was run.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which checker found it.
    pub checker: &'static str,
    /// The entry of the history where it shows.
    pub at: usize,
    /// A sentence.
    pub what: String,
}

/// What a run was and what it broke.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it was made from.
    pub seed: u64,
    /// What went wrong in it.
    pub weather: String,
    /// Requests that clients sent.
    pub operations: u64,
    /// Records acknowledged.
    pub acknowledged: u64,
    /// Records read.
    pub read: u64,
    /// Simulated time.
    pub lasted: Duration,
    /// How often each fault struck.
    pub faults: Vec<(&'static str, u64)>,
    /// What else was counted.
    pub counts: BTreeMap<&'static str, u64>,
    /// The hash over every event of the simulation.
    pub trace_hash: u64,
    /// How many events that were.
    pub events: u64,
    /// Broken promises.
    pub violations: Vec<Violation>,
    /// The last events, if they were kept.
    pub trace: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seed, weather) = (self.seed, &self.weather);
        write!(f, "seed {seed} ({weather}): {} operations, {} records", self.operations, self.acknowledged)?;
        write!(f, " acknowledged, {} read, {} s;", self.read, self.lasted.as_secs())?;
        let counted = self.counts.iter().map(|(name, count)| (*name, *count));
        let all = self.faults.iter().copied().chain(counted).filter(|(_, count)| *count > 0);
        for (at, (name, count)) in all.enumerate() {
            write!(f, "{} {name} {count}", if at == 0 { "" } else { "," })?;
        }
        write!(f, "; trace {:016x} of {} events", self.trace_hash, self.events)
    }
}
