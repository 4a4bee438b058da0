//! DescribeLogDirs in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn sizes_of_all_partitions_or_of_some() {
    check(
        "",
        "create orders 2
         create other
         produce orders/0 a b c
         log-dirs v1 orders/0 orders/1 orders/5
         log-dirs v3 orders/0
         log-dirs v4 orders/0 orders/0
         log-dirs nothing/0
         log-dirs
         log-dirs all",
        expect![[r#"
            ok
            ok
            orders/0: base=0
            ok, /data ok -, orders/0 85 bytes lag 0, orders/1 0 bytes lag 0
            ok, /data ok -, orders/0 85 bytes lag 0
            ok, /data ok some of it used, orders/0 85 bytes lag 0
            ok, /data ok some of it used
            ok, /data ok some of it used
            ok, /data ok some of it used, orders/0 85 bytes lag 0, orders/1 0 bytes lag 0, other/0 0 bytes lag 0
        "#]],
    );
}
