//! How steps are counted and told.

use expect_test::expect;

use super::{Count, area, code};

#[test]
fn a_step_belongs_to_an_area() {
    for (step, wanted) in [
        ("rebalance, range: both gone", "rebalance"),
        ("topics: create", "topics"),
        ("cluster", "cluster"),
        ("offsets: at the start's time, and 5 ms", "offsets"),
    ] {
        assert_eq!(area(step), wanted, "{step}");
    }
}

#[test]
fn a_cell_tells_what_there_is() {
    let cells = [(3, 0, 0), (3, 1, 0), (0, 0, 2), (0, 0, 0)]
        .map(|(equal, meant, differs)| Count { equal, meant, differs }.cell());
    expect!["3; 3, 1 meant; 2 differ; "].assert_eq(&cells.join("; "));
}

#[test]
fn a_place_does_not_break_the_table() {
    expect!["`.a[\"x\\|y\"]`, the result"].assert_eq(&[code(".a[\"x|y\"]"), code("")].join(", "));
}
