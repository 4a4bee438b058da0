//! Prints `docs/metrics.md` from the table. A test compares the committed page with what is printed here.

use std::fmt::Write;

use crate::absent::{ABSENT, Absent};
use crate::families::{FAMILIES, Family};

/// The whole page, in Markdown.
pub fn metrics_page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for Family { name, shape, labels, mbean, help } in FAMILIES {
        let mbean = if mbean.is_empty() { "Kampa's own".to_owned() } else { format!("`{mbean}`") };
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{name}` | {} | {labels} | {mbean} | {help} |", shape.name());
    }
    page.push_str(ABSENCES);
    for Absent { mbeans, reason } in ABSENT {
        let _ = writeln!(page, "| `{mbeans}` | {reason} |");
    }
    page
}

const INTRODUCTION: &str = "\
# Metrics

This page is printed from `crates/metrics`; change the table there, then run
`UPDATE_EXPECT=1 cargo test -p kampa-metrics`.

A node serves them at `/metrics`, on `127.0.0.1:8090` unless `--http` says otherwise, as Prometheus reads them. Names and labels
are those that the JMX exporter's usual rules for Kafka make of Kafka's MBeans, so dashboards made for Kafka find them.
Counters count from the start of the process; quantiles of times cover the last five to ten minutes.

| Metric | Type | Labels | In Apache Kafka | Meaning |
|---|---|---|---|---|
";

const ABSENCES: &str = "
## What is not here

Every MBean of a node of Apache Kafka 4.4 that has no line above, and why. A name stands for all that begin with it, `*` for
anything.

| In Apache Kafka | Why not |
|---|---|
";

#[cfg(test)]
mod tests;
