//! Names there and back; names that are none.

use super::*;
use crate::testing::fuzz;

#[test]
fn names_come_back() {
    for name in [
        "00000000000000000000.log",
        "00000000000000001204.index",
        "00000000000000001204.timeindex.deleted",
        "00000000000000001204.txnindex.swap",
        "09223372036854775807.snapshot",
        "00000000000000001204.log.cleaned",
    ] {
        assert_eq!(LogFileName::parse(name).unwrap().to_string(), name);
    }
    assert_eq!(LogFileName::live(12, LogFileKind::Log).to_string(), "00000000000000000012.log");
}

#[test]
fn other_names_are_none() {
    for name in [
        "",
        "1.log",
        "leader-epoch-checkpoint",
        "partition.metadata",
        "00000000000000000000",
        "00000000000000000000.txt",
        "00000000000000000000.log.tmp",
        "0000000000000000000+.log",
        "99999999999999999999.log",
        "00000000000000000194-0000000001.checkpoint",
    ] {
        assert_eq!(LogFileName::parse(name), None, "{name}");
    }
    fuzz(b"00000000000000001204.timeindex.deleted", |name| {
        let _ = std::str::from_utf8(name).map(LogFileName::parse);
    });
}
