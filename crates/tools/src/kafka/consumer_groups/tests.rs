//! What needs no cluster: options that do not go together, plans as CSV, times.

use super::{csv, list, plan, run, times};
use crate::testing;

/// The first line of what is said, and the exit code.
fn first_line(line: &str) -> String {
    let shown = testing::shown(line, "", run);
    format!("{} {}", shown.lines().next().unwrap_or_default(), shown.lines().last().unwrap_or_default())
}

#[test]
fn options_that_do_not_go_together() {
    let check = |line: &str, expected: &str| {
        assert_eq!(first_line(&format!("--bootstrap-server a:1 {line}")), format!("! {expected} exit 1"), "{line}");
    };
    let actions = "--list, --describe, --delete, --reset-offsets, --delete-offsets, --validate-regex";
    check("", &format!("Command must include exactly one action: {actions}"));
    check("--list --delete --group a", "Option \"[group]\" can't be used with option \"[list]\"");
    check("--describe", "Option [describe] takes one of these options: [group], [all-groups]");
    check(
        "--describe --group a --members --state",
        "Option [describe] takes at most one of these options: [members], [offsets], [state]",
    );
    check("--describe --group a --state Stable", "Option [describe] does not take a value for [state]");
    check("--delete-offsets --group a", "Option [delete-offsets] takes the following options: [group], [topic]");
    check(
        "--reset-offsets --dry-run --group a --to-latest --to-earliest",
        "Option \"[to-earliest]\" can't be used with option \"[to-latest]\"",
    );
    assert_eq!(first_line("--list"), "! Missing required argument \"[bootstrap-server]\" exit 1");
    assert_eq!(
        testing::shown("--members --list", "", run),
        "! Exception in thread \"main\" joptsimple.UnavailableOptionException: Option(s) [members] are unavailable given other \
         options on the command line\nexit 1\n"
    );
}

#[test]
fn expressions_are_tried() {
    assert_eq!(list::validated("orders-.*"), "The regular expression `orders-.*` is valid.");
    assert_eq!(list::validated("a["), "The regular expression `a[` is invalid: missing closing ].");
    assert_eq!(
        list::validated("*a"),
        "The regular expression `*a` is invalid: missing argument to repetition operator."
    );
}

#[test]
fn topics_with_partitions() {
    let read = |argument: &str| plan::partitions(argument).map_err(|thrown| thrown.to_string());
    assert_eq!(read("orders:0,2"), Ok(vec![("orders".to_owned(), 0), ("orders".to_owned(), 2)]));
    let illegal = "java.lang.IllegalArgumentException: ";
    assert_eq!(read("orders:x"), Err(format!("{illegal}Invalid partition 'x' specified in topic arg 'orders:x''")));
    assert_eq!(read("a:1:2"), Err(format!("{illegal}Invalid topic arg 'a:1:2', expected topic name and partitions")));
}

#[test]
fn plans_as_csv() {
    let plan = |topic: &str| vec![((topic.to_owned(), 0), 7), ((topic.to_owned(), 1), 9)];
    let plans = [("group one".to_owned(), plan("orders")), ("g".to_owned(), plan("a-topic-of-twenty-five-let"))];
    let text = csv::written(&plans, false);
    assert_eq!(
        text,
        "\"group one\",orders,0,7\n\"group one\",orders,1,9\ng,\"a-topic-of-twenty-five-let\",0,7\n\
         g,\"a-topic-of-twenty-five-let\",1,9\n"
    );
    assert_eq!(csv::read(&text, None), Ok(plans.to_vec()));
    assert_eq!(csv::read(&text, Some("g")), Ok(plans.to_vec()));
    let one = csv::written(&plans[..1], true);
    assert_eq!(one, "orders,0,7\norders,1,9\n");
    assert_eq!(csv::read(&one, Some("g")), Ok(vec![("g".to_owned(), plan("orders"))]));
    assert!(csv::read("orders,0,seven\n", Some("g")).is_err());
    assert!(csv::read("", Some("g")).is_err());
    assert_eq!(
        csv::read("a,3\nb\n", Some("g")),
        Ok(vec![("g".to_owned(), vec![(("a".to_owned(), 3), 0), (("b".to_owned(), 0), 0)])])
    );
}

#[test]
fn moments_and_durations() {
    let moment = |text: &str| times::date_time(text).map_err(|thrown| thrown.message().to_owned());
    assert_eq!(moment("1970-01-01T00:00:00.000"), Ok(0));
    assert_eq!(moment("2026-11-21T12:34:56.789"), Ok(1_795_264_496_789));
    assert_eq!(moment("2026-11-21T12:34:56.789Z"), Ok(1_795_264_496_789));
    for zone in ["+01:00", "+0100", "+01"] {
        assert_eq!(moment(&format!("2026-11-21T13:34:56.789{zone}")), Ok(1_795_264_496_789), "{zone}");
    }
    assert_eq!(moment("2024-02-29T00:00:00.000"), Ok(1_709_164_800_000));
    for wrong in ["2023-02-29T00:00:00.000", "2026-11-21T12:34", "2026-13-01T00:00:00.000", "2026-11-21T24:00:00.000"] {
        assert_eq!(moment(wrong), Err(format!("Unparseable date: \"{wrong}Z\"")));
    }
    assert!(moment("2026-11-21").is_err_and(|words| words.contains("does not contain a 'T'")));

    let duration = |text: &str| times::duration_ms(text).ok();
    assert_eq!(duration("P1DT2H30M0.5S"), Some(95_400_500));
    assert_eq!(duration("pt0.1s"), Some(100));
    assert_eq!(duration("-PT1H"), Some(-3_600_000));
    assert_eq!(duration("PT-1.5S"), Some(-1500));
    for wrong in ["1D", "P", "PT", "P1DT", "P1H", "PT1S1M", "PT1.1234567890S", "P99999999999999999999D"] {
        assert_eq!(duration(wrong), None, "{wrong}");
    }
}
