//! What the kernel says of a process.

use std::time::Duration;

use super::Process;

#[test]
fn a_name_with_parentheses_does_not_confuse() {
    let stat = "12 (kam) pa) S 1 12 12 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 9 0 30 1000 256 18446744073709551615 1";
    let started = Duration::from_secs(1_700_000_000);
    let process = Process::read(stat, started).expect("a process");
    assert_eq!(process, Process { started, cpu: Duration::from_secs(2), resident_bytes: 1 << 20, threads: 9 });
}

#[test]
fn what_is_no_such_text_is_no_process() {
    for text in ["", "12 (kampa", "12 (kampa) S 1 2", ") x x x"] {
        assert_eq!(Process::read(text, Duration::ZERO), None);
    }
}
