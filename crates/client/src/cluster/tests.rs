//! Views after answers.

use kampa_protocol::messages::MetadataResponse;
use kampa_protocol::messages::metadata::{MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic};
use kampa_protocol::{ErrorCode, Text, Uuid};
use kampa_world::Monotonic;

use super::ClusterView;

/// An answer that names topic orders, `partitions` as (number, leader, epoch).
fn orders(id: u8, partitions: &[(i32, i32, i32)]) -> MetadataResponse {
    let partition = |&(partition_index, leader_id, leader_epoch): &(i32, i32, i32)| MetadataResponsePartition {
        partition_index,
        leader_id,
        leader_epoch,
        ..Default::default()
    };
    let topic = MetadataResponseTopic {
        name: Some(Text::from("orders")),
        topic_id: Uuid([id; 16]),
        partitions: partitions.iter().map(partition).collect(),
        ..Default::default()
    };
    let broker = MetadataResponseBroker { node_id: 1, host: Text::from("node"), port: 9092, ..Default::default() };
    MetadataResponse { brokers: vec![broker], topics: vec![topic], controller_id: 1, ..Default::default() }
}

fn leaders(view: &ClusterView) -> Vec<(i32, Option<i32>, i32)> {
    let partitions = view.topics["orders"].partitions.iter();
    partitions.map(|partition| (partition.index, partition.leader, partition.leader_epoch)).collect()
}

#[test]
fn a_node_behind_the_others_does_not_take_a_leader_back() {
    let now = Monotonic::from_millis(1);
    let view = ClusterView::default().with(&orders(1, &[(1, 2, 5), (0, 1, 3)]), false, now);
    assert_eq!(leaders(&view), [(0, Some(1), 3), (1, Some(2), 5)]);
    let view = view.with(&orders(1, &[(0, -1, 4), (1, 1, 4)]), false, now);
    assert_eq!(leaders(&view), [(0, None, 4), (1, Some(2), 5)]);
    // Deleted and made again, a topic begins anew.
    let view = view.with(&orders(2, &[(0, 1, 0)]), false, now);
    assert_eq!(leaders(&view), [(0, Some(1), 0)]);
}

#[test]
fn a_leader_named_in_a_refusal_is_believed_if_it_is_news() {
    let view = ClusterView::default().with(&orders(1, &[(0, 1, 3)]), false, Monotonic::ZERO);
    assert!(view.with_leader("orders", 0, 1, 3, None).is_none(), "no news");
    assert!(view.with_leader("orders", 0, 9, 4, None).is_none(), "nobody knows node 9");
    assert!(view.with_leader("orders", 7, 1, 4, None).is_none(), "no such partition");
    let told = view.with_leader("orders", 0, 1, 4, None).unwrap();
    assert_eq!(leaders(&told), [(0, Some(1), 4)]);
}

#[test]
fn topics_stay_until_all_are_told() {
    let view = ClusterView::default().with(&orders(1, &[(0, 1, 3)]), false, Monotonic::ZERO);
    let nothing = MetadataResponse::default();
    assert_eq!(view.with(&nothing, false, Monotonic::ZERO).topics.len(), 1);
    assert_eq!(view.with(&nothing, true, Monotonic::ZERO).topics.len(), 0);
}

#[test]
fn a_gap_ends_the_partitions() {
    let view = ClusterView::default().with(&orders(1, &[(0, 1, 0), (2, 1, 0)]), false, Monotonic::ZERO);
    assert_eq!(leaders(&view), [(0, Some(1), 0)]);
    assert_eq!(view.topics["orders"].error, ErrorCode::NONE);
}
