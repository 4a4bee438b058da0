//! Names there and back; names that are none.

use super::*;
use crate::testing::fuzz;

#[test]
fn names_come_back() {
    for name in [
        "00000000000000000000-0000000000.checkpoint",
        "00000000000000001204-0000000007.checkpoint.part",
        "09223372036854775807-2147483647.checkpoint.deleted",
    ] {
        assert_eq!(SnapshotName::parse(name).unwrap().to_string(), name);
    }
    assert_eq!(BOOTSTRAP.to_string(), "00000000000000000000-0000000000.checkpoint");
}

#[test]
fn what_kafka_is_still_writing_is_a_part() {
    let name = "00000000000000000194-0000000001-4811527316473437517.checkpoint.part";
    let parsed = SnapshotName::parse(name).unwrap();
    assert_eq!(parsed, SnapshotName { end_offset: 194, epoch: 1, stage: SnapshotStage::Part });
}

#[test]
fn other_names_are_none() {
    for name in ["", "-", "1-1.checkpoint", "00000000000000000194.log", "00000000000000000194-9999999999.checkpoint"] {
        assert_eq!(SnapshotName::parse(name), None, "{name}");
    }
    fuzz(b"00000000000000001204-0000000007.checkpoint.part", |name| {
        let _ = std::str::from_utf8(name).map(SnapshotName::parse);
    });
}
