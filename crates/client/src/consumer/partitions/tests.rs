//! Positions: found, moved, doubted when the leader changes, and kept apart from answers to what was asked before.

use std::sync::Arc;

use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord};

use super::super::unfold::Rules;
use super::*;
use crate::cluster::{PartitionView, TopicView};
use crate::{ErrorCode, Uuid};

fn t(partition: i32) -> TopicPartition {
    TopicPartition::new("t", partition)
}

fn at(offset: i64, epoch: i32) -> OffsetAndMetadata {
    OffsetAndMetadata { offset, leader_epoch: Some(epoch), metadata: String::new() }
}

fn view(leader_epoch: i32) -> ClusterView {
    let partition = |index| PartitionView {
        index,
        error: ErrorCode::NONE,
        leader: Some(1),
        leader_epoch,
        replicas: vec![1],
        isr: vec![1],
        offline: vec![],
    };
    let topic = TopicView {
        name: "t".to_owned(),
        id: Uuid::ZERO,
        is_internal: false,
        error: ErrorCode::NONE,
        partitions: (0..2).map(partition).collect(),
        heard: Monotonic::ZERO,
    };
    let mut view = ClusterView::default();
    view.topics.insert("t".to_owned(), Arc::new(topic));
    view
}

fn records(from: i64, count: i64) -> Unfolding {
    let mut batch = BatchBuilder::new(BatchOptions { leader_epoch: 4, ..Default::default() });
    (0..count).for_each(|_| batch.append(NewRecord { value: Some(b"v"), ..Default::default() }));
    let rules = Rules { check_crcs: true, committed_only: false };
    Unfolding::new(t(0), from, batch.build(from), None, rules)
}

fn reading(rule: OffsetReset) -> Partitions {
    let mut partitions = Partitions::new(rule);
    partitions.add(&[t(0), t(1)], Need::Committed);
    partitions
}

fn serial(partitions: &Partitions) -> u64 {
    partitions.find(&t(0)).unwrap().serial
}

fn shown(partitions: &Partitions) -> (Need, Option<(i64, Option<i32>)>) {
    let one = partitions.find(&t(0)).unwrap();
    (one.need, one.position)
}

#[test]
fn a_committed_offset_with_an_epoch_is_looked_up_before_it_is_used() {
    let mut partitions = reading(OffsetReset::Latest);
    let serial = serial(&partitions);
    partitions.committed(&t(0), serial, Some(&at(50, 3)));
    assert_eq!(shown(&partitions), (Need::Validation, Some((50, Some(3)))));
    partitions.validated(&t(0), serial, (3, 60), 5);
    assert_eq!(shown(&partitions), (Need::Nothing, Some((50, Some(3)))));
    partitions.leaders_seen(&view(5));
    assert_eq!(shown(&partitions).0, Need::Nothing);
    partitions.leaders_seen(&view(6));
    assert_eq!(shown(&partitions).0, Need::Validation);
    partitions.validated(&t(0), serial, (3, 40), 6);
    assert_eq!(shown(&partitions), (Need::Nothing, Some((40, Some(3)))), "cut back to where the logs part");
}

#[test]
fn a_cut_back_log_is_an_error_where_no_rule_says_where_to_go_on() {
    let mut partitions = reading(OffsetReset::None);
    let first = serial(&partitions);
    partitions.committed(&t(0), first, Some(&at(50, 3)));
    partitions.validated(&t(0), first, (2, 40), 5);
    let error = Error::Truncated { partition: t(0), offset: 50, diverged: Some(40) };
    assert_eq!(partitions.failure(), Some(error));
    assert!(partitions.seek(&t(0), &40.into()));
    assert_eq!(partitions.failure(), None);
    partitions.committed(&t(1), partitions.find(&t(1)).unwrap().serial, None);
    assert_eq!(partitions.failure(), Some(Error::NoOffset { partition: t(1) }));
}

#[test]
fn what_waits_is_read_before_a_new_leader_is_asked() {
    let mut partitions = reading(OffsetReset::Earliest);
    let first = serial(&partitions);
    partitions.committed(&t(0), first, None);
    assert_eq!(shown(&partitions).0, Need::Reset(OffsetReset::Earliest));
    partitions.found(&t(0), first, 10, Some(2));
    partitions.leaders_seen(&view(4));
    partitions.arrived(&t(0), records(10, 5));
    partitions.leaders_seen(&view(5));
    assert!(partitions.find(&t(0)).unwrap().is_uncertain);
    assert_eq!(partitions.collect(3).unwrap().len(), 3);
    assert_eq!(shown(&partitions), (Need::Nothing, Some((13, Some(4)))));
    assert_eq!(partitions.collect(100).unwrap().len(), 2);
    partitions.leaders_seen(&view(5));
    assert_eq!(shown(&partitions), (Need::Validation, Some((15, Some(4)))));
}

#[test]
fn a_seek_throws_away_what_waits_and_what_was_asked() {
    let mut partitions = reading(OffsetReset::Earliest);
    let before = serial(&partitions);
    partitions.seek(&t(0), &7.into());
    partitions.arrived(&t(0), records(7, 2));
    partitions.seek(&t(0), &3.into());
    partitions.committed(&t(0), before, Some(&at(50, 3)));
    assert_eq!(shown(&partitions), (Need::Nothing, Some((3, None))));
    assert!(partitions.collect(100).unwrap().is_empty());
    assert!(!partitions.seek(&TopicPartition::new("other", 0), &0.into()));
}

#[test]
fn a_paused_partition_keeps_what_waits() {
    let mut partitions = reading(OffsetReset::Earliest);
    partitions.seek(&t(0), &0.into());
    partitions.arrived(&t(0), records(0, 2));
    partitions.pause(&t(0), true);
    assert!(partitions.collect(100).unwrap().is_empty());
    partitions.pause(&t(0), false);
    assert_eq!(partitions.collect(100).unwrap().len(), 2);
}
