//! What `/proc` says, read.

use expect_test::expect;

use super::{Machine, cpu_ticks, number_after};

#[test]
fn a_name_in_brackets_does_not_shift_the_fields() {
    let stat = "42 (a) b ( c) S 1 42 42 0 -1 4194304 9 0 0 0 150 50 7 8 20 0 4 0 100 0 0";
    expect!["Some(200)"].assert_eq(&format!("{:?}", cpu_ticks(stat)));
    expect!["None"].assert_eq(&format!("{:?}", cpu_ticks("42 (short) S 1")));
}

#[test]
fn a_key_is_not_the_end_of_a_longer_one() {
    let status = "Threads:\t4\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t34\n";
    expect!["Some(12)"].assert_eq(&format!("{:?}", number_after(status, "\nvoluntary_ctxt_switches:")));
}

#[test]
fn waiting_for_a_disk_is_not_being_busy() {
    let machine = |stat| Machine::parse(stat).expect("well formed");
    let before = machine("cpu  0 0 0 0 0 0 0 0 0 0\n");
    let busy = machine("cpu  20 0 10 40 20 0 0 10 5 0\ncpu0 1\n").since(&before);
    expect!["40 % busy, 10 % stolen"].assert_eq(&format!(
        "{:.0} % busy, {:.0} % stolen",
        100.0 * busy.share,
        100.0 * busy.stolen
    ));
}
