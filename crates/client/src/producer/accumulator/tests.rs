//! Records into batches and batches into requests, without a network.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use expect_test::{Expect, expect};
use kampa_protocol::{ErrorCode, Uuid};
use kampa_world::Monotonic;

use super::{Accumulator, Added, Drained};
use crate::producer::delivery::Landed;
use crate::producer::lane::Verdict;
use crate::producer::record::RecordView;
use crate::{ClusterView, PartitionView, ProducerSettings, TopicView};

/// A cluster with topic orders, whose partitions have these leaders.
fn cluster(leaders: &[Option<i32>]) -> ClusterView {
    let partition = |(index, leader): (usize, &Option<i32>)| PartitionView {
        index: index as i32,
        error: ErrorCode::NONE,
        leader: *leader,
        leader_epoch: 0,
        replicas: vec![],
        isr: vec![],
        offline: vec![],
    };
    let topic = TopicView {
        name: "orders".to_owned(),
        id: Uuid::ZERO,
        is_internal: false,
        error: ErrorCode::NONE,
        partitions: leaders.iter().enumerate().map(partition).collect(),
        heard: Monotonic::ZERO,
    };
    ClusterView { topics: BTreeMap::from([("orders".to_owned(), Arc::new(topic))]), ..ClusterView::default() }
}

fn plain() -> ProducerSettings {
    ProducerSettings { idempotence: false, batch_bytes: 300, ..ProducerSettings::default() }
}

fn gather(settings: ProducerSettings, leaders: &[Option<i32>]) -> Accumulator {
    let mut records = Accumulator::new(settings, 1);
    records.learn(&cluster(leaders), Some("orders"));
    records
}

fn add(records: &mut Accumulator, partition: i32, bytes: usize, now_ms: u64) -> &'static str {
    let value = vec![0; bytes];
    let record =
        RecordView { topic: "orders", partition: Some(partition), value: Some(&value), ..RecordView::default() };
    match records.add(&record, 0, || Monotonic::from_millis(now_ms)) {
        Added::Yes { wake: true, .. } => "wakes",
        Added::Yes { wake: false, .. } => "added",
        Added::Full { .. } => "full",
        Added::Unknown => "unknown",
    }
}

fn drain(records: &mut Accumulator, now_ms: u64) -> Drained {
    records.drain(Monotonic::from_millis(now_ms), |node| node != 9)
}

fn show(drained: &Drained) -> String {
    let mut lines: Vec<String> = drained
        .loads
        .iter()
        .map(|load| {
            let batches = load.batches.iter().map(|sent| format!("{}x{}", sent.partition, sent.batch.count));
            format!("to {}: {}", load.node, batches.collect::<Vec<_>>().join(" "))
        })
        .collect();
    if drained.wake_at < Monotonic::MAX {
        lines.push(format!("look at {}", drained.wake_at.millis()));
    }
    for (wanted, name) in [(drained.wants_metadata, "metadata"), (drained.wants_producer_id, "a producer id")] {
        lines.extend(wanted.then(|| format!("wants {name}")));
    }
    lines.extend(drained.wants_nodes.iter().map(|node| format!("wants node {node}")));
    lines.join("\n")
}

fn check(drained: &Drained, expected: Expect) {
    expected.assert_eq(&show(drained));
}

#[test]
fn a_batch_leaves_when_it_is_full_or_has_lingered() {
    let mut records = gather(plain(), &[Some(1), Some(2)]);
    drop(drain(&mut records, 0));
    let told: Vec<_> = (0..4).map(|at| add(&mut records, 0, 100, at)).collect();
    assert_eq!(told, ["wakes", "added", "added", "added"]);
    check(
        &drain(&mut records, 3),
        expect![[r#"
        to 1: 0x2
        look at 7"#]],
    );
    assert_eq!(add(&mut records, 1, 10, 4), "added", "somebody looks at 7 already");
    check(
        &drain(&mut records, 7),
        expect![[r#"
        to 1: 0x2
        look at 9"#]],
    );
    check(
        &drain(&mut records, 9),
        expect![[r#"
        to 2: 1x1
        look at 120000"#]],
    );
}

#[test]
fn all_that_is_due_for_a_node_goes_in_one_request_and_a_partition_once_in_it() {
    let mut records = gather(plain(), &[Some(1), Some(1), Some(2)]);
    for partition in [0, 0, 0, 1, 2, 2] {
        add(&mut records, partition, 200, 0);
    }
    records.hurried = 1;
    check(
        &drain(&mut records, 0),
        expect![[r#"
        to 1: 0x1 1x1
        to 2: 2x1
        to 1: 0x1
        to 2: 2x1
        to 1: 0x1
        look at 120000"#]],
    );
}

#[test]
fn requests_to_a_node_have_a_number_and_a_size() {
    let settings = ProducerSettings { max_in_flight: 2, request_bytes_max: 600, ..plain() };
    let mut records = gather(settings, &[Some(1), Some(1), Some(1)]);
    for partition in [0, 1, 2, 0, 1, 2] {
        add(&mut records, partition, 200, 0);
    }
    let first = drain(&mut records, 10);
    check(
        &first,
        expect![[r#"
            to 1: 0x1 1x1
            to 1: 2x1 0x1
            look at 120000"#]],
    );
    check(&drain(&mut records, 10), expect!["look at 120000"]);
    for load in first.loads {
        records.request_landed(load.node);
        for sent in load.batches {
            let landed = Verdict::Delivered(Landed { base_offset: 0, append_time_ms: -1 });
            records.batch_landed(sent.lane, sent.batch, landed, Monotonic::from_millis(10), &mut Vec::new());
        }
    }
    check(
        &drain(&mut records, 10),
        expect![[r#"
            to 1: 1x1 2x1
            look at 120000"#]],
    );
}

#[test]
fn what_is_missing_is_said() {
    let mut records = gather(ProducerSettings::default(), &[Some(1)]);
    add(&mut records, 0, 1, 0);
    check(
        &drain(&mut records, 10),
        expect![[r#"
        look at 120000
        wants a producer id"#]],
    );
    let mut records = gather(plain(), &[None, Some(9)]);
    add(&mut records, 0, 1, 0);
    add(&mut records, 1, 1, 0);
    check(
        &drain(&mut records, 10),
        expect![[r#"
        look at 120000
        wants metadata
        wants node 9"#]],
    );
    assert_eq!(add(&mut records, 2, 1, 0), "unknown");
}

#[test]
fn the_buffer_holds_so_much_and_gives_it_back() {
    let settings = ProducerSettings { buffer_bytes: 500, delivery_timeout_ms: 100, ..plain() };
    let mut records = gather(settings, &[Some(1)]);
    let told: Vec<_> = [200, 100, 100, 10].map(|bytes| add(&mut records, 0, bytes, 0)).to_vec();
    assert_eq!(told, ["added", "added", "full", "added"]);
    assert!(records.used_bytes() > 400);
    let drained = records.drain(Monotonic::ZERO + Duration::from_millis(100), |_| false);
    assert_eq!(drained.told.len(), 2);
    assert_eq!((records.used_bytes(), records.is_empty()), (0, true));
}
