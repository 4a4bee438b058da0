//! Misspelt keys and what was meant.

use expect_test::{Expect, expect};

use super::nearest;
use crate::setting::Scope;
use crate::table;

fn check(typed: &str, expected: Expect) {
    let known = table::settings(Scope::Broker).map(|setting| setting.name);
    expected.assert_eq(nearest(typed, known).unwrap_or("nothing near"));
}

#[test]
fn a_slip_of_the_keys_finds_its_setting() {
    check("num.partition", expect!["num.partitions"]);
    check("log.retension.hours", expect!["log.retention.hours"]);
    check("log.retentoin.hours", expect!["log.retention.hours"]);
    check("Auto.Create.Topics.Enabled", expect!["auto.create.topics.enable"]);
    check("node_id", expect!["node.id"]);
    check("zookeeper.connect", expect!["nothing near"]);
    check("x", expect!["nothing near"]);
    check("", expect!["nothing near"]);
    check(&"long".repeat(100_000), expect!["nothing near"]);
}
