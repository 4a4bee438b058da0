//! The committed page of settings is the one the tables print.

use expect_test::expect_file;

#[test]
fn the_committed_page_is_the_printed_one() {
    expect_file!["../../../../docs/configuration.md"].assert_eq(&super::configuration_page());
}
