//! Kafka's own file, read and written anew; text that is none.

use super::*;
use crate::testing::fuzz;

#[test]
fn kafkas_file() {
    let golden = include_bytes!("../../golden/partition.metadata");
    let id = decode(golden).unwrap();
    assert_eq!(encode(id).as_bytes(), golden);
    fuzz(golden, |file| drop(decode(file)));
}

#[test]
fn what_is_no_such_file_is_refused() {
    let id = "EcPvQIPQTRGAydHMK6Bmfw";
    assert!(decode(format!("version: 0\ntopic_id: {id}\n").as_bytes()).is_ok());
    for file in [
        String::new(),
        format!("topic_id: {id}"),
        format!("version: 1\ntopic_id: {id}"),
        "version: 0".to_owned(),
        "version: 0\ntopic_id: short".to_owned(),
        format!("version: 0\ntopic_id: {}", Uuid::ZERO),
    ] {
        assert_eq!(decode(file.as_bytes()), Err(PartitionMetadataError), "{file}");
    }
}
