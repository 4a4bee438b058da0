//! What the kernel says of a process.

use std::time::Duration;

use super::Process;

#[test]
fn a_name_with_parentheses_does_not_confuse() {
    let stat = "12 (kam) pa) S 1 12 12 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 9 0 30 1000 256 18446744073709551615 1";
    let started = Duration::from_secs(1_700_000_000);
    let process = Process::read(stat, started).expect("a process");
    let io = "rchar: 9\nwchar: 8\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 5\n";
    let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
        Max open files            1024                 4096                 files\n";
    let known = Process {
        started,
        cpu: Duration::from_secs(2),
        resident_bytes: 1 << 20,
        threads: 9,
        disk_bytes: Some((4096, 8192)),
        open_files: Some((7, 1024)),
    };
    assert_eq!(process.with_io(io).with_files(7, limits), known);
}

#[test]
fn what_is_no_such_text_is_no_process() {
    for text in ["", "12 (kampa", "12 (kampa) S 1 2", ") x x x"] {
        assert_eq!(Process::read(text, Duration::ZERO), None);
    }
}
