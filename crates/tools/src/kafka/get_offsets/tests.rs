//! What a line means, before a cluster is asked.

use super::{Partitions, offset_spec, rule, run, wrong_servers};
use crate::testing;

fn partitions(spec: &str) -> String {
    match rule(spec) {
        Ok(rule) => match rule.partitions {
            Partitions::These(numbers) => format!("{numbers:?}"),
            Partitions::Range(from, i32::MAX) => format!("{from}.."),
            Partitions::Range(from, to) => format!("{from}..{to}"),
        },
        Err(thrown) => thrown.to_string(),
    }
}

#[test]
fn partitions_of_a_rule() {
    assert_eq!(partitions("orders"), "0..");
    assert_eq!(partitions("orders:"), "0..");
    assert_eq!(partitions("orders:3"), "[3]");
    assert_eq!(partitions(":2-5"), "2..5");
    assert_eq!(partitions("orders:2-"), "2..");
    assert_eq!(partitions("orders:-5"), "0..5");
    assert_eq!(
        partitions("orders:x"),
        "java.lang.RuntimeException: org.apache.kafka.tools.TerseException: Invalid rule specification: orders:x"
    );
    assert!(partitions("orders:1:2").ends_with("Invalid rule specification: orders:1:2"));
    assert!(rule("o.*,").is_ok_and(|rule| rule.topics.lets("orders")));
}

#[test]
fn times_have_names_and_numbers() {
    assert_eq!(offset_spec("latest"), offset_spec("-1"));
    assert_eq!(offset_spec("earliest"), offset_spec("-2"));
    assert_eq!(offset_spec("earliest-pending-upload"), offset_spec("-6"));
    assert!(offset_spec("1700000000000").is_ok());
    assert!(
        offset_spec("soon").is_err_and(|sentence| sentence.starts_with("Malformed time argument soon. Please use"))
    );
}

#[test]
fn every_server_needs_a_port() {
    assert_eq!(wrong_servers("a:1,b:2"), None);
    assert!(wrong_servers("a").is_some() && wrong_servers("a:1,b").is_some() && wrong_servers(" ").is_some());
}

#[test]
fn refusals_are_said_on_stderr() {
    let shown = |line: &str| testing::shown(line, "", run);
    assert!(shown("").starts_with("! Shows the offsets of partitions.\n! Option"));
    assert_eq!(shown("--bogus"), "! Error occurred: bogus is not a recognized option\nexit 1\n");
    assert_eq!(
        shown("--bootstrap-server a:1 --topic b --topic-partitions c"),
        "! Error occurred: --topic-partitions cannot be used with --topic or --partitions\nexit 1\n"
    );
}
