//! What one client saw of both nodes: where they differ, what of it is meant, how it is printed and kept.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::clients::Client;
use super::intended::{self, Intended};
use super::observation::{Difference, compare};
use super::script::Side;
use crate::node::Node;
use crate::target;

pub struct Outcome {
    pub client: &'static str,
    pub ours: Option<Side>,
    pub theirs: Option<Side>,
    /// Those that nobody means: faults.
    pub differences: Vec<Difference>,
    /// Those that are meant, each with its reason.
    pub meant: Vec<(Difference, String)>,
    /// Lines of the list of what is meant that match nothing.
    stale: Vec<String>,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Equal,
    Meant,
    Differs,
}

impl Outcome {
    pub fn of(client: &'static Client, nodes: [Option<&Node>; 2], run: &str, intended: &[Intended]) -> Outcome {
        let [ours, theirs] = nodes;
        let (ours, theirs) = thread::scope(|scope| {
            let theirs = theirs.map(|node| scope.spawn(move || Side::of(client, node, "theirs", run)));
            let ours = ours.map(|node| Side::of(client, node, "ours", run));
            // A panic of ours in there is a panic of ours here.
            (ours, theirs.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))))
        });
        let sorted = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) => {
                intended::sort_out(client.name, compare(&ours.observations, &theirs.observations), intended)
            }
            _ => intended::Sorted::default(),
        };
        Outcome {
            client: client.name,
            ours,
            theirs,
            differences: sorted.wrong,
            meant: sorted.meant,
            stale: sorted.stale,
        }
    }

    fn sides(&self) -> impl Iterator<Item = (&'static str, &Side)> {
        [("ours", &self.ours), ("theirs", &self.theirs)]
            .into_iter()
            .filter_map(|(name, side)| Some((name, side.as_ref()?)))
    }

    /// Of the side that came further.
    pub fn steps(&self) -> Vec<&str> {
        let longer = self.sides().map(|(_, side)| side).max_by_key(|side| side.observations.len());
        longer.into_iter().flat_map(|side| &side.observations).map(|observation| observation.step.as_str()).collect()
    }

    pub fn verdict(&self, step: &str) -> Verdict {
        let differs = self.differences.iter().any(|difference| difference.step == step)
            || self.sides().any(|(_, side)| side.unexpected().any(|(failed, _, _)| failed == step));
        match self.meant.iter().any(|(difference, _)| difference.step == step) {
            _ if differs => Verdict::Differs,
            true => Verdict::Meant,
            false => Verdict::Equal,
        }
    }

    /// The client and its version.
    pub fn version(&self) -> Option<&str> {
        self.sides().find_map(|(_, side)| side.client.as_deref())
    }

    /// Steps that differ or failed, and sides that came to no good end.
    pub fn bad(&self) -> usize {
        let different = self.differences.iter().map(|difference| difference.step.as_str());
        let failed = self.sides().flat_map(|(_, side)| side.unexpected().map(|(step, _, _)| step));
        let steps: BTreeSet<&str> = different.chain(failed).collect();
        steps.len() + self.sides().filter(|(_, side)| side.failure.is_some()).count() + self.stale.len()
    }

    /// `took`: the run of both sides.
    pub fn print(&self, took: Duration) {
        for step in self.steps() {
            let seconds = self.sides().map(|(_, side)| side.seconds_of(step));
            let seconds: Vec<_> = seconds.map(|s| s.map_or("    -".into(), |s| format!("{s:5.2}"))).collect();
            let mark = if self.verdict(step) == Verdict::Differs { "  <-- BAD" } else { "" };
            println!("  {}  {step}{mark}", seconds.join(" "));
        }
        for (name, side) in self.sides() {
            for (step, error, detail) in side.unexpected() {
                println!("\n  {name} failed unexpectedly: {step}\n    {error}\n{detail}");
            }
            if let Some(failure) = &side.failure {
                println!("\n  {name}: {failure}");
            }
        }
        for difference in &self.differences {
            println!("\n  {difference}");
        }
        for line in &self.stale {
            println!("\n  compat/intended.tsv says that this differs, and it does not: {line}");
        }
        let (ran, bad, meant) = (self.steps().len(), self.bad(), self.meant.len());
        let seconds = took.as_secs_f64();
        println!("{}: {ran} steps in {seconds:.1} s, {bad} bad, {meant} differences meant\n", self.client);
    }

    pub fn keep(&self) -> Result<()> {
        let folder = target().join("compat/results");
        fs::create_dir_all(&folder)?;
        let sides: serde_json::Map<String, Value> =
            self.sides().map(|(name, side)| (name.to_string(), side.json())).collect();
        let differences: Vec<Value> = self
            .differences
            .iter()
            .map(|d| json!({"step": d.step, "place": d.place, "ours": d.ours, "theirs": d.theirs}))
            .collect();
        let result = json!({"client": self.client, "steps": self.steps().len(), "bad": self.bad(), "meant": self.meant.len(), "sides": sides, "differences": differences});
        let path = folder.join(format!("{}.json", self.client));
        fs::write(&path, serde_json::to_string_pretty(&result)?).with_context(|| format!("write {}", path.display()))
    }
}
