//! Several log directories, in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_new_replica_goes_where_the_fewest_are_and_stays_there() {
    check(
        "log.dirs=/a,/b,/c",
        "create orders 4
         create other
         produce orders/0 one
         produce orders/3 two
         log-dirs all
         restart
         log-dirs all
         create third 2
         kill
         log-dirs all
         fetch orders/3@0",
        expect![[r#"
            ok
            ok
            orders/0: base=0
            orders/3: base=0
            ok, /a ok some of it used, orders/0 71 bytes lag 0, orders/3 71 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0, other/0 0 bytes lag 0, /c ok some of it used, orders/2 0 bytes lag 0
            ok, /a ok some of it used, orders/0 71 bytes lag 0, orders/3 71 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0, other/0 0 bytes lag 0, /c ok some of it used, orders/2 0 bytes lag 0
            ok
            ok, /a ok some of it used, orders/0 71 bytes lag 0, orders/3 71 bytes lag 0, third/1 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0, other/0 0 bytes lag 0, /c ok some of it used, orders/2 0 bytes lag 0, third/0 0 bytes lag 0
            orders/3: hw=1 0:two
        "#]],
    );
}

#[test]
fn the_metadata_log_may_lie_elsewhere_or_among_them() {
    check(
        "log.dirs=/a,/b metadata.log.dir=/m",
        "create orders 2
         restart
         log-dirs all",
        expect![[r#"
            ok
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0
        "#]],
    );
    check(
        "log.dirs=/a,/b metadata.log.dir=/b",
        "create orders 2
         power-cut
         log-dirs all",
        expect![[r#"
            ok
            ok, /a ok some of it used, orders/0 0 bytes lag 0, /b ok some of it used, orders/1 0 bytes lag 0
        "#]],
    );
}
