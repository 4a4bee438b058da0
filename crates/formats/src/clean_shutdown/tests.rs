//! Kafka's own file, read and written anew; older Kafkas' empty one.

use super::*;
use crate::testing::fuzz;

#[test]
fn kafkas_file() {
    let golden = include_bytes!("../../golden/kafka_cleanshutdown");
    assert_eq!(decode(golden), 13);
    assert_eq!(encode(13).as_bytes(), golden);
    fuzz(golden, |file| {
        let _ = decode(file);
    });
}

#[test]
fn an_older_kafkas_empty_file_tells_no_epoch() {
    assert_eq!(decode(b""), -1);
    assert_eq!(decode(b"{}"), -1);
}
