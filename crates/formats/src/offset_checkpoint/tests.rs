//! Kafka's own four files, read and written anew; text that is none.

use super::*;
use crate::testing::fuzz;

#[test]
fn kafkas_checkpoints() {
    let files: [&[u8]; 4] = [
        include_bytes!("../../golden/recovery-point-offset-checkpoint"),
        include_bytes!("../../golden/replication-offset-checkpoint"),
        include_bytes!("../../golden/log-start-offset-checkpoint"),
        include_bytes!("../../golden/cleaner-offset-checkpoint"),
    ];
    for (file, count) in files.into_iter().zip([14, 14, 0, 1]) {
        let entries = decode(file).unwrap();
        assert_eq!(entries.len(), count);
        assert_eq!(encode(&entries).as_bytes(), file);
        fuzz(file, |file| drop(decode(file)));
    }
}

#[test]
fn topic_partition_and_offset_are_told_apart() {
    let entries = decode(b"0\n1\n__consumer_offsets 49 1204\n").unwrap();
    assert_eq!(entries, [PartitionOffset { topic: Text::from("__consumer_offsets"), partition: 49, offset: 1204 }]);
}

#[test]
fn a_line_that_is_short_is_named() {
    assert_eq!(
        decode(b"0\n2\na 0 1\nb 0\n").unwrap_err().to_string(),
        "line 4 should be a topic, a partition and an offset"
    );
}
