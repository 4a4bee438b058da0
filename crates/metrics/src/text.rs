//! Writes the metrics as Prometheus reads them (text format 0.0.4).

use std::fmt::{Display, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::families::{self as f, Family};
use crate::histogram::QUANTILES;
use crate::metrics::{Metrics, TopicCounters};
use crate::process::Process;
use crate::snapshot::{ControllerGauges, PartitionGauges, Snapshot};

impl Metrics {
    /// Everything that was counted and everything the snapshot says.
    pub fn text(&self, snapshot: &Snapshot<'_>) -> String {
        let mut page = Page::with_capacity(PAGE_BYTES + snapshot.partitions.len() * PARTITION_BYTES);
        self.topics_text(&mut page);
        self.requests_text(&mut page, snapshot);
        self.listeners_text(&mut page);
        broker_text(&mut page, snapshot);
        page.family(&f::FETCH_SESSION_EVICTIONS).sample(&[], self.fetch_session_evictions.load(Relaxed));
        groups_text(&mut page, snapshot);
        if let Some(controller) = &snapshot.controller {
            controller_text(&mut page, controller);
        }
        partitions_text(&mut page, &snapshot.partitions);
        page.text
    }

    fn topics_text(&self, page: &mut Page) {
        type Counter = fn(&TopicCounters) -> &AtomicU64;
        let rows: [(&'static Family, Counter); 8] = [
            (&f::MESSAGES_IN, |topic| &topic.messages_in),
            (&f::BYTES_IN, |topic| &topic.bytes_in),
            (&f::BYTES_OUT, |topic| &topic.bytes_out),
            (&f::BYTES_REJECTED, |topic| &topic.bytes_rejected),
            (&f::TOTAL_PRODUCES, |topic| &topic.produces),
            (&f::FAILED_PRODUCES, |topic| &topic.failed_produces),
            (&f::TOTAL_FETCHES, |topic| &topic.fetches),
            (&f::FAILED_FETCHES, |topic| &topic.failed_fetches),
        ];
        let topics = self.topics.read();
        for (family, counter) in rows {
            let mut family = page.family(family);
            family.sample(&[], counter(&self.all_topics).load(Relaxed));
            for (name, topic) in topics.iter() {
                family.sample(&[("topic", name)], counter(&topic.own).load(Relaxed));
            }
        }
    }

    fn requests_text(&self, page: &mut Page, snapshot: &Snapshot<'_>) {
        let name = |key| (self.names.api)(key);
        let mut family = page.family(&f::REQUESTS);
        for (key, api) in self.apis() {
            for (version, count) in api.versions.iter().enumerate() {
                let count = count.load(Relaxed);
                if count > 0 {
                    family.sample(&[("request", name(key)), ("version", &version.to_string())], count);
                }
            }
        }
        let mut family = page.family(&f::ERRORS);
        for (key, api) in self.apis() {
            for (error, count) in api.errors.lock().iter() {
                family.sample(&[("request", name(key)), ("error", (self.names.error)(*error))], count);
            }
        }
        let mut family = page.family(&f::TOTAL_TIME);
        for (key, api) in self.apis() {
            let reading = api.total_time.read(snapshot.uptime);
            for ((label, _), took) in QUANTILES.iter().zip(reading.quantiles.iter().flatten()) {
                family.sample(&[("request", name(key)), ("quantile", label)], ms(*took));
            }
            family.suffixed("_sum", &[("request", name(key))], ms(reading.sum));
            family.suffixed("_count", &[("request", name(key))], reading.count);
        }
        let mut family = page.family(&f::REQUEST_BYTES);
        for (key, api) in self.apis() {
            family.sample(&[("request", name(key))], api.request_bytes.load(Relaxed));
        }
        let mut family = page.family(&f::RESPONSE_BYTES);
        for (key, api) in self.apis() {
            family.sample(&[("request", name(key))], api.response_bytes.load(Relaxed));
        }
    }

    fn listeners_text(&self, page: &mut Page) {
        let listeners = self.listeners.read();
        let counts =
            |name: &str| listeners.get(name).map_or((0, 0), |it| (it.opened.load(Relaxed), it.closed.load(Relaxed)));
        let names: Vec<&str> = listeners.keys().map(|name| &**name).collect();
        let mut family = page.family(&f::CONNECTIONS);
        for name in &names {
            let (opened, closed) = counts(name);
            // Read one after the other: a connection may have ended in between.
            family.sample(&[("listener", name)], opened.saturating_sub(closed));
        }
        let mut family = page.family(&f::CONNECTIONS_OPENED);
        for name in &names {
            family.sample(&[("listener", name)], counts(name).0);
        }
        let mut family = page.family(&f::CONNECTIONS_CLOSED);
        for name in &names {
            family.sample(&[("listener", name)], counts(name).1);
        }
    }
}

impl Process {
    /// What the operating system says of the process, and which version it runs.
    pub fn text(&self, version: &str) -> String {
        let mut page = Page::with_capacity(PAGE_BYTES);
        page.family(&f::BUILD).sample(&[("version", version)], 1);
        page.family(&f::PROCESS_START).sample(&[], self.started.as_secs_f64());
        page.family(&f::PROCESS_CPU).sample(&[], self.cpu.as_secs_f64());
        page.family(&f::PROCESS_MEMORY).sample(&[], self.resident_bytes);
        page.family(&f::PROCESS_THREADS).sample(&[], self.threads);
        page.text
    }
}

fn broker_text(page: &mut Page, snapshot: &Snapshot<'_>) {
    let replicas = &snapshot.replicas;
    page.family(&f::BROKER_STATE).sample(&[], snapshot.state as u8);
    page.family(&f::PARTITIONS).sample(&[], replicas.partitions);
    page.family(&f::LEADERS).sample(&[], replicas.leaders);
    page.family(&f::OFFLINE_REPLICAS).sample(&[], replicas.offline);
    page.family(&f::UNDER_REPLICATED).sample(&[], replicas.under_replicated);
    page.family(&f::UNDER_MIN_ISR).sample(&[], replicas.under_min_isr);
    page.family(&f::AT_MIN_ISR).sample(&[], replicas.at_min_isr);
    page.family(&f::PRODUCER_IDS).sample(&[], replicas.producer_ids);
    let mut purgatory = page.family(&f::PURGATORY);
    purgatory.sample(&[("delayedOperation", "Fetch")], snapshot.waiting_fetches);
    purgatory.sample(&[("delayedOperation", "Produce")], snapshot.waiting_produces);
    page.family(&f::FETCH_SESSIONS).sample(&[], snapshot.fetch_sessions);
    page.family(&f::FETCH_SESSION_PARTITIONS).sample(&[], snapshot.fetch_session_partitions);
}

fn groups_text(page: &mut Page, snapshot: &Snapshot<'_>) {
    let groups = &snapshot.groups;
    let all = groups.preparing_rebalance + groups.completing_rebalance + groups.stable + groups.empty + groups.dead;
    page.family(&f::GROUPS).sample(&[], all);
    page.family(&f::GROUPS_PREPARING).sample(&[], groups.preparing_rebalance);
    page.family(&f::GROUPS_COMPLETING).sample(&[], groups.completing_rebalance);
    page.family(&f::GROUPS_STABLE).sample(&[], groups.stable);
    page.family(&f::GROUPS_EMPTY).sample(&[], groups.empty);
    page.family(&f::GROUPS_DEAD).sample(&[], groups.dead);
    page.family(&f::OFFSETS).sample(&[], groups.offsets);
}

fn controller_text(page: &mut Page, controller: &ControllerGauges) {
    page.family(&f::ACTIVE_CONTROLLERS).sample(&[], u8::from(controller.active));
    page.family(&f::ACTIVE_BROKERS).sample(&[], controller.active_brokers);
    page.family(&f::FENCED_BROKERS).sample(&[], controller.fenced_brokers);
    page.family(&f::GLOBAL_TOPICS).sample(&[], controller.topics);
    page.family(&f::GLOBAL_PARTITIONS).sample(&[], controller.partitions);
    page.family(&f::OFFLINE_PARTITIONS).sample(&[], controller.offline_partitions);
    page.family(&f::PREFERRED_IMBALANCE).sample(&[], controller.preferred_replica_imbalance);
    page.family(&f::METADATA_COMMITTED).sample(&[], controller.last_committed_offset);
    page.family(&f::METADATA_APPLIED).sample(&[], controller.last_applied_offset);
}

fn partitions_text(page: &mut Page, partitions: &[PartitionGauges<'_>]) {
    let mut each = |family: &'static Family, value: fn(&PartitionGauges<'_>) -> i64| {
        let mut family = page.family(family);
        for partition in partitions {
            family.of_partition(partition.topic, partition.partition, value(partition));
        }
    };
    each(&f::LOG_SIZE, |log| i64::try_from(log.size_bytes).unwrap_or(i64::MAX));
    each(&f::LOG_SEGMENTS, |log| i64::try_from(log.segments).unwrap_or(i64::MAX));
    each(&f::LOG_START, |log| log.log_start);
    each(&f::LOG_END, |log| log.log_end);
}

/// Milliseconds with what lies behind the point.
fn ms(duration: std::time::Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// The text as it grows. Writing to a string cannot fail, so results of `write!` are dropped here.
struct Page {
    text: String,
}

impl Page {
    fn with_capacity(bytes: usize) -> Page {
        Page { text: String::with_capacity(bytes) }
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

    /// As `sample`, for what there is most of: topics' names need no escape.
    fn of_partition(&mut self, topic: &str, partition: i32, value: i64) {
        let _ = writeln!(self.text, "{}{{topic=\"{topic}\",partition=\"{partition}\"}} {value}", self.name);
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

/// Four lines.
const PARTITION_BYTES: usize = 4 * 80;

#[cfg(test)]
mod tests;
