//! Kafka's own file, read and written anew; text that is none.

use expect_test::{Expect, expect};

use super::*;
use crate::testing::fuzz;

#[test]
fn kafkas_checkpoint() {
    let golden = include_bytes!("../../golden/leader-epoch-checkpoint");
    let entries = decode(golden).unwrap();
    assert_eq!(entries, [EpochStart { epoch: 0, start_offset: 2 }]);
    assert_eq!(encode(&entries).as_bytes(), golden);
    fuzz(golden, |file| drop(decode(file)));
}

#[test]
fn what_is_no_checkpoint_is_named() {
    let check = |file: &[u8], want: Expect| want.assert_eq(&decode(file).unwrap_err().to_string());
    check(b"", expect![[r#"version "", not 0"#]]);
    check(b"1\n0\n", expect![[r#"version "1", not 0"#]]);
    check(b"0\n", expect!["line 2 should be a count"]);
    check(b"0\n-1\n", expect!["line 2 should be a count"]);
    check(b"0\n2\n0 0\n", expect!["the file announces 2 entries and has 1"]);
    check(b"0\n99999999999\n0 0\n", expect!["the file announces 99999999999 entries and has 1"]);
    check(b"0\n1\n0 x\n", expect!["line 3 should be an epoch and an offset"]);
    check(b"0\n1\n0 1 2\n", expect!["line 3 should be an epoch and an offset"]);
    check(b"0\n1\n0 -1\n", expect!["line 3 should be an epoch and an offset"]);
    check(b"0\n1\n\xff 1\n", expect!["the file is not text"]);
}

#[test]
fn entries_come_back() {
    let entries =
        [(0, 0), (3, 1204), (i32::MAX, i64::MAX)].map(|(epoch, start_offset)| EpochStart { epoch, start_offset });
    assert_eq!(decode(encode(&entries).as_bytes()).unwrap(), entries);
}
