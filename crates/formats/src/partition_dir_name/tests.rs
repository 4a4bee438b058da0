//! Names there and back; names that are none.

use super::*;
use crate::testing::fuzz;

const UNIQUE: &str = "5f2b41e0c9d54a6bb1e7f0a4d2c83f19";

#[test]
fn names_come_back() {
    for name in [
        "orders-7".to_owned(),
        "a-b.c_d-0".to_owned(),
        "orders-delete-0".to_owned(),
        "__cluster_metadata-0".to_owned(),
        format!("orders-7.{UNIQUE}-delete"),
        format!("or-ders-7.{UNIQUE}-future"),
        format!("orders-7.{UNIQUE}-stray"),
    ] {
        assert_eq!(PartitionDirName::parse(&name).unwrap().to_string(), name);
    }
}

#[test]
fn parts_are_told_apart() {
    let name = PartitionDirName::parse(&format!("a.b-c-12.{UNIQUE}-delete")).unwrap();
    assert_eq!((&*name.topic, name.partition), ("a.b-c", 12));
    assert_eq!(name.role, PartitionDirRole::Delete(Text::from(UNIQUE)));
}

#[test]
fn a_name_too_long_is_cut_in_the_topic() {
    let role = PartitionDirRole::Delete(Text::from(UNIQUE));
    let name = PartitionDirName { topic: Text::from("t".repeat(249)), partition: 10, role }.to_string();
    assert_eq!(name.len(), 255);
    assert!(name.ends_with(&format!("tt-10.{UNIQUE}-delete")));
}

#[test]
fn other_names_are_none() {
    for name in
        ["", "orders", "-1", "orders-", "orders-x", "orders-7-delete", "orders-7.-delete", "remote-log-index-cache"]
    {
        assert_eq!(PartitionDirName::parse(name), None, "{name}");
    }
    fuzz(b"orders-7.5f2b41e0-delete", |name| {
        let _ = std::str::from_utf8(name).map(PartitionDirName::parse);
    });
}
