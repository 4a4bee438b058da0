//! Tables as a terminal shows them.

use expect_test::expect;

use super::{Table, bytes};

#[test]
fn columns_are_as_wide_as_they_must_be_and_numbers_stand_right() {
    let mut table = Table::new(&["TOPIC", "PARTITIONS", "WHY"]);
    table.row(["orders".into(), "3".into(), "-".into()]);
    table.row(["a-rather-long-name-of-a-topic".into(), "12".into(), "because".into()]);
    expect![[r#"
        TOPIC                          PARTITIONS  WHY
        orders                                  3  -
        a-rather-long-name-of-a-topic          12  because"#]]
    .assert_eq(&table.lines(None).join("\n"));
    expect![[r#"
        TOPIC         PARTITIONS  WHY
        orders                 3  -
        a-rather-lo…          12  because"#]]
    .assert_eq(&table.lines(Some(33)).join("\n"));
}

#[test]
fn sizes_read_like_this() {
    let sizes = [0, 1023, 1024, 1_500_000, 5 << 40].map(bytes);
    expect!["0 B, 1023 B, 1.0 KiB, 1.4 MiB, 5.0 TiB"].assert_eq(&sizes.join(", "));
}
