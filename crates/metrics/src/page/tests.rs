//! The committed page of metrics is the one the families print.

use expect_test::expect_file;

#[test]
fn the_committed_page_is_the_printed_one() {
    expect_file!["../../../../docs/metrics.md"].assert_eq(&super::metrics_page());
}
