//! The committed page of metrics is the one the families print.

use std::collections::BTreeSet;

use expect_test::{expect, expect_file};

use crate::FAMILIES;

#[test]
fn the_committed_page_is_the_printed_one() {
    expect_file!["../../../../docs/metrics.md"].assert_eq(&super::metrics_page());
}

/// Dashboards and rules would show nothing, silently, if a name in them were wrong.
#[test]
fn every_metric_named_in_ops_is_one_of_ours() {
    let files = [
        include_str!("../../../../ops/alerts.yml"),
        include_str!("../../../../ops/alerts-test.yml"),
        include_str!("../../../../ops/grafana-dashboard.json"),
    ];
    let is_name = |word: &&str| ["kafka_", "kampa_", "process_"].iter().any(|start| word.starts_with(start));
    let words = files.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let named: BTreeSet<&str> = words.filter(is_name).collect();
    let known: BTreeSet<&str> = FAMILIES.iter().map(|family| family.name).collect();
    assert!(named.len() > 30, "the files name {} metrics", named.len());
    expect!["{}"].assert_eq(&format!("{:?}", named.difference(&known).collect::<BTreeSet<_>>()));
}
