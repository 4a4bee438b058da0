//! Figures as they are printed.

use expect_test::{Expect, expect};

use super::Figures;

fn check(figures: &[f64], expected: Expect) {
    let figures: Figures = figures.iter().copied().collect();
    expected.assert_eq(&format!("{figures:.1}"));
}

#[test]
fn the_middle_stands_first() {
    check(&[], expect!["-"]);
    check(&[3.0], expect!["3.0 (3.0 to 3.0)"]);
    check(&[9.0, 1.0, 2.0], expect!["2.0 (1.0 to 9.0)"]);
    check(&[4.0, 1.0, 2.0, 9.0], expect!["3.0 (1.0 to 9.0)"]);
}
