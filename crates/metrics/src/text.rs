//! Writes the metrics as Prometheus reads them (text format 0.0.4).

use std::fmt::{Display, Write};
use std::time::Duration;

use crate::families::{self as f, Family};
use crate::histogram::{Histogram, QUANTILES};
use crate::metrics::Metrics;
use crate::process::Process;
use crate::snapshot::Snapshot;

mod counted;
mod told;

impl Metrics {
    /// Everything that was counted and everything the snapshot says.
    pub fn text(&self, snapshot: &Snapshot<'_>) -> String {
        let mut page = Page::with_capacity(PAGE_BYTES + snapshot.partitions.len() * PARTITION_BYTES);
        counted::text(&mut page, self, snapshot.uptime);
        told::text(&mut page, snapshot);
        page.text
    }
}

impl Process {
    /// What the operating system says of the process, and which version it runs.
    pub fn text(&self, version: &str) -> String {
        let mut page = Page::with_capacity(PAGE_BYTES);
        page.one(&f::BUILD, &[("version", version)], 1);
        page.one(&f::PROCESS_START, &[], self.started.as_secs_f64());
        page.one(&f::PROCESS_CPU, &[], self.cpu.as_secs_f64());
        page.one(&f::PROCESS_MEMORY, &[], self.resident_bytes);
        page.one(&f::PROCESS_THREADS, &[], self.threads);
        if let Some((read, written)) = self.disk_bytes {
            page.one(&f::DISK_READ, &[], read);
            page.one(&f::DISK_WRITTEN, &[], written);
        }
        if let Some((open, max)) = self.open_files {
            page.one(&f::OPEN_FILES, &[], open);
            page.one(&f::OPEN_FILES_MAX, &[], max);
        }
        page.text
    }
}

/// The text as it grows. Writing to a string cannot fail, so results of `write!` are dropped here.
struct Page {
    text: String,
}

impl Page {
    fn with_capacity(bytes: usize) -> Page {
        Page { text: String::with_capacity(bytes) }
    }

    /// A family of one sample.
    fn one(&mut self, family: &'static Family, labels: &[(&str, &str)], value: impl Display) {
        self.family(family).sample(labels, value);
    }

    /// Begins a family: its samples must follow at once.
    fn family(&mut self, family: &'static Family) -> Samples<'_> {
        let Family { name, help, shape, .. } = family;
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {}", shape.name());
        Samples { text: &mut self.text, name }
    }
}

struct Samples<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Samples<'_> {
    fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.suffixed("", labels, value);
    }

    fn suffixed(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(self.name);
        self.text.push_str(suffix);
        for (index, (label, text)) in labels.iter().enumerate() {
            let _ = write!(self.text, "{}{label}=\"", if index == 0 { '{' } else { ',' });
            escape(self.text, text);
            self.text.push('"');
        }
        let _ = writeln!(self.text, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    /// A summary with its quantiles, count and sum; `scale` brings what was counted into the family's unit.
    fn summary(&mut self, labels: &[(&str, &str)], histogram: &Histogram, now: Duration, scale: f64) {
        let reading = histogram.read(now);
        let mut with_quantile = labels.to_vec();
        for ((label, _), value) in QUANTILES.iter().zip(reading.quantiles.iter().flatten()) {
            with_quantile.push(("quantile", label));
            self.sample(&with_quantile, *value as f64 * scale);
            with_quantile.pop();
        }
        self.suffixed("_sum", labels, reading.sum as f64 * scale);
        self.suffixed("_count", labels, reading.count);
    }

    /// As `sample`, for what there is most of: topics' names need no escape.
    fn of_partition(&mut self, topic: &str, partition: i32, value: i64) {
        let _ = writeln!(self.text, "{}{{topic=\"{topic}\",partition=\"{partition}\"}} {value}", self.name);
    }

    /// The same for a group's partition; groups' names are anything.
    fn of_group(&mut self, group: &str, topic: &str, partition: i32, value: i64) {
        let _ = write!(self.text, "{}{{consumergroup=\"", self.name);
        escape(self.text, group);
        let _ = writeln!(self.text, "\",topic=\"{topic}\",partition=\"{partition}\"}} {value}");
    }
}

fn escape(text: &mut String, label: &str) {
    for letter in label.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
}

/// A node without partitions fills about this much.
const PAGE_BYTES: usize = 16 << 10;

/// Ten lines.
const PARTITION_BYTES: usize = 10 * 80;

/// Times are counted in microseconds and told in milliseconds.
const MS: f64 = 0.001;

#[cfg(test)]
mod tests;
