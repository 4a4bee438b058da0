//! AlterReplicaLogDirs in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn there_is_one_directory_and_everything_is_in_it() {
    let long = "t".repeat(214);
    check(
        "",
        &format!(
            "create orders 2
             move-logs v1 /data orders/0 orders/1
             move-logs /data orders/9 orders/-1 nothing/0
             move-logs /data/ orders/0
             move-logs /elsewhere orders/0 nothing/0
             move-logs /elsewhere {long}/0
             move-logs /data"
        ),
        expect![[r#"
            ok
            orders/0 ok, orders/1 ok
            nothing/0 UNKNOWN_TOPIC_OR_PARTITION, orders/-1 UNKNOWN_TOPIC_OR_PARTITION, orders/9 UNKNOWN_TOPIC_OR_PARTITION
            orders/0 LOG_DIR_NOT_FOUND
            nothing/0 LOG_DIR_NOT_FOUND, orders/0 LOG_DIR_NOT_FOUND
            (long)/0 INVALID_TOPIC_EXCEPTION
            nothing
        "#]],
    );
}
