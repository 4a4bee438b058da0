//! Good and broken histories, as the load prints them.

use expect_test::{Expect, expect};

use super::{Fact, breakages, check};

fn parse(history: &str) -> Vec<Fact> {
    history.lines().filter_map(|line| Fact::parse(line).unwrap()).collect()
}

#[track_caller]
fn check_history(history: &str, expect: Expect) {
    expect.assert_eq(&check(&parse(history)).join("\n"));
}

const GOOD: &str = "\
acked 0 0 0 0
acked 0 0 1 1
acked 1 0 0 2
acked 0 1 0 0
done
found 0 0 0 0
found 0 1 0 1
found 0 2 1 0
found 0 3 0 2
found 1 0 0 0
done";

#[test]
fn all_is_well() {
    check_history(GOOD, expect![""]);
}

#[test]
fn an_acknowledged_record_is_missed() {
    check_history(
        "acked 0 0 0 0\nacked 0 0 1 1\nfound 0 0 0 0",
        expect!["record 0/0/1 (producer/partition/sequence) was acknowledged at 1 and is not there"],
    );
}

#[test]
fn a_record_may_not_be_there_twice_acknowledged_or_not() {
    check_history(
        "found 0 0 0 0\nfound 0 1 0 1\nfound 0 2 0 0",
        expect![[r#"
            record 0/0/0 (producer/partition/sequence) is there twice, at 0 and 2
            record 0/0/0 (producer/partition/sequence) stands at 2, after 1 of the same producer"#]],
    );
}

#[test]
fn a_record_stands_where_its_answer_said() {
    check_history(
        "acked 0 0 0 1\nfound 0 0 1 0\nfound 0 1 1 1\nfound 0 2 0 0",
        expect!["record 0/0/0 (producer/partition/sequence) was acknowledged at 1 and is at 2"],
    );
}

#[test]
fn a_producers_order_is_kept() {
    check_history(
        "found 0 0 0 1\nfound 0 1 0 0",
        expect!["record 0/0/0 (producer/partition/sequence) stands at 1, after 1 of the same producer"],
    );
}

#[test]
fn no_offset_is_left_out() {
    check_history(
        "found 0 1 0 0\nfound 0 3 0 1",
        expect![[r#"
            partition 0 has nothing before 1
            partition 0 has nothing before 3"#]],
    );
}

#[test]
fn a_client_that_gave_up_or_broke_is_heard() {
    check_history(
        "lost 0 0 0 _MSG_TIMED_OUT\nfatal 1 OUT_OF_ORDER_SEQUENCE_NUMBER",
        expect![[r#"
            record 0/0/0 (producer/partition/sequence) was given up: _MSG_TIMED_OUT
            producer 1 broke: OUT_OF_ORDER_SEQUENCE_NUMBER"#]],
    );
}

#[test]
fn every_breakage_of_a_good_history_is_found() {
    let broken = breakages(&parse(GOOD));
    assert_eq!(broken.len(), 5);
    for (what, facts) in broken {
        assert!(!check(&facts).is_empty(), "not found: {what}");
    }
}

#[test]
fn what_is_no_fact_is_refused() {
    for line in ["", "acked 1 2", "found a b c d", "acked 0 0 -1 0"] {
        assert!(Fact::parse(line).is_err(), "{line}");
    }
}
