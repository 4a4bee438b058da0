//! What groups do, told as scripts: `script` says how to read them.

mod admin;
mod expiry;
mod joining;
mod leaving;
mod loading;
mod offset_delete;
mod offsets;
mod random;
mod records;
mod script;
mod static_members;
mod syncing;

use super::partition_for;

/// What Java 17 computes for 50 partitions; the fourth has the one hash that has no absolute value.
#[test]
fn groups_live_where_kafka_looks_for_them() {
    let groups = ["", "g", "test-group", "polygenelubricants", "größe"];
    assert_eq!(groups.map(|group| partition_for(group, 50)), [0, 3, 12, 0, 7]);
    assert_eq!(partition_for("anything", 1), 0);
}
