//! Every MBean of Apache Kafka is a family here, or there is a reason why not.

use expect_test::expect;

use super::ABSENT;
use crate::families::FAMILIES;

/// An MBean a line, or an MBean and an attribute; tags that only tell instances apart are left out.
const MBEANS: &str = include_str!("../../kafka-mbeans.txt");

#[test]
fn every_mbean_has_its_counterpart_or_a_reason() {
    let known = |mbean: &&str| FAMILIES.iter().any(|family| family.mbean == *mbean);
    let excused = |mbean: &&str| ABSENT.iter().any(|absent| absent.covers(mbean));
    let missing: Vec<&str> = MBEANS.lines().filter(|mbean| !known(mbean) && !excused(mbean)).collect();
    expect!["[]"].assert_eq(&format!("{missing:?}"));
}

#[test]
fn every_reason_excuses_something_that_kafka_has() {
    let needless: Vec<&str> = ABSENT
        .iter()
        .filter(|absent| {
            !MBEANS.lines().any(|mbean| absent.covers(mbean) && !FAMILIES.iter().any(|it| it.mbean == mbean))
        })
        .map(|absent| absent.mbeans)
        .collect();
    expect![[r#"["kafka.server:type=group-coordinator-metrics write-"]"#]].assert_eq(&format!("{needless:?}"));
}

#[test]
fn every_family_that_names_an_mbean_names_one_of_kafka() {
    let made_up: Vec<&str> = FAMILIES
        .iter()
        .map(|family| family.mbean)
        .filter(|mbean| !mbean.is_empty() && !MBEANS.lines().any(|known| known == *mbean))
        .collect();
    expect!["[]"].assert_eq(&format!("{made_up:?}"));
}
