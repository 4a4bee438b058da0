//! Which segments are dirty, and which become one.

use expect_test::{Expect, expect};

use super::*;

/// Segments as `base:bytes`, the last one active; `ends` as `start clean stable end`, `-` for never cleaned.
fn check(segments: &str, ends: &str, too_young: Option<i64>, want: Expect) {
    let segments: Vec<Extent> = segments
        .split_whitespace()
        .map(|segment| {
            let (base, bytes) = segment.split_once(':').expect("base:bytes");
            Extent { base_offset: base.parse().expect("a number"), bytes: bytes.parse().expect("a number") }
        })
        .collect();
    let ends: Vec<Option<i64>> = ends.split_whitespace().map(|end| end.parse().ok()).collect();
    let [Some(log_start), clean_end, Some(stable_end), Some(log_end)] = ends[..] else { panic!("four ends") };
    let dirt = measure(&segments, Ends { log_start, clean_end, stable_end, log_end }, too_young, 0);
    want.assert_eq(&format!(
        "{}..{} clean {} dirty {} ratio {:.2}",
        dirt.first_dirty,
        dirt.first_uncleanable,
        dirt.clean_bytes,
        dirt.cleanable_bytes,
        dirt.ratio()
    ));
}

#[test]
fn from_where_it_was_clean_to_what_must_not_be_touched() {
    let log = "0:100 10:100 20:100 30:50";
    check(log, "0 - 35 35", None, expect!["0..30 clean 0 dirty 300 ratio 1.00"]);
    check(log, "0 10 35 35", None, expect!["10..30 clean 100 dirty 200 ratio 0.67"]);
    check(log, "0 30 35 35", None, expect!["30..30 clean 300 dirty 0 ratio 0.00"]);
    // Inside a segment: it counts on both sides.
    check(log, "0 15 35 35", None, expect!["15..30 clean 200 dirty 200 ratio 0.50"]);
    // An open transaction, a segment that is too young.
    check(log, "0 10 25 35", None, expect!["10..20 clean 100 dirty 100 ratio 0.50"]);
    check(log, "0 10 35 35", Some(20), expect!["10..20 clean 100 dirty 100 ratio 0.50"]);
    check(log, "0 20 15 35", None, expect!["20..20 clean 200 dirty 0 ratio 0.00"]);
    check("0:0", "0 - 0 0", None, expect!["0..0 clean 0 dirty 0 ratio 0.00"]);
    check("0:70", "0 - 7 7", None, expect!["0..0 clean 0 dirty 0 ratio 0.00"]);
}

#[test]
fn an_end_that_is_not_in_the_log_counts_as_none() {
    let log = "10:100 20:100 30:50";
    check(log, "12 5 35 35", None, expect!["12..30 clean 100 dirty 200 ratio 0.67"]);
    check(log, "10 40 35 35", None, expect!["10..30 clean 0 dirty 200 ratio 1.00"]);
}

#[test]
fn due_by_ratio_or_by_age() {
    let dirt = |clean_bytes, cleanable_bytes, overdue_ms| Dirtiness {
        first_dirty: 0,
        first_uncleanable: 0,
        clean_bytes,
        cleanable_bytes,
        overdue_ms,
    };
    assert!(!dirt(50, 50, 0).is_due(0.5));
    assert!(dirt(50, 51, 0).is_due(0.5));
    assert!(dirt(50, 1, 1).is_due(0.5));
    assert!(!dirt(50, 0, 1).is_due(0.0));
    assert!(!dirt(0, 0, 0).is_due(0.0));
}

/// Segments as `base:bytes:offset index bytes:time index bytes`.
fn check_groups(segments: &str, first_uncleanable: i64, want: Expect) {
    let segments: Vec<Size> = segments
        .split_whitespace()
        .map(|segment| {
            let numbers: Vec<i64> = segment.split(':').map(|number| number.parse().expect("a number")).collect();
            let [base_offset, bytes, offsets, times] = numbers[..] else { panic!("four numbers") };
            Size {
                base_offset,
                bytes: bytes as u64,
                offset_index_bytes: offsets as u64,
                time_index_bytes: times as u64,
            }
        })
        .collect();
    want.assert_eq(&format!("{:?}", group(&segments, 100, 20, first_uncleanable)));
}

#[test]
fn segments_become_one_while_there_is_room() {
    check_groups("", 0, expect!["[]"]);
    check_groups("0:40:1:1 10:60:1:1 20:1:1:1", 30, expect!["[0..2, 2..3]"]);
    check_groups("0:500:1:1 10:60:1:1", 30, expect!["[0..1, 1..2]"]);
    check_groups("0:1:11:1 10:1:10:1 20:1:10:1", 30, expect!["[0..1, 1..3]"]);
    check_groups("0:1:1:11 10:1:1:10 20:1:1:10", 30, expect!["[0..1, 1..3]"]);
    // Offsets count from the base in 31 bits; an empty segment has none.
    check_groups("0:1:1:1 10:1:1:1", 2_147_483_648, expect!["[0..2]"]);
    check_groups("0:1:1:1 10:1:1:1", 2_147_483_649, expect!["[0..1, 1..2]"]);
    check_groups("0:1:1:1 10:0:0:0", 2_147_483_649, expect!["[0..2]"]);
    check_groups("0:1:1:1 10:1:1:1 3000000000:1:1:1", 3_000_000_010, expect!["[0..1, 1..2, 2..3]"]);
}
