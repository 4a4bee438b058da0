//! What Apache's tool of 4.4.0 prints.

use expect_test::{Expect, expect};

use super::run;
use crate::testing;

fn check(line: &str, expected: Expect) {
    expected.assert_eq(&testing::shown(line, "", run));
}

#[test]
fn levels_of_a_release() {
    check(
        "version-mapping",
        expect![[r#"
            metadata.version=33 (4.4-IV2)
            kraft.version=1
            transaction.version=2
            group.version=1
            eligible.leader.replicas.version=1
            share.version=2
            streams.version=1
        "#]],
    );
    check(
        "version-mapping -r 4.0.1",
        expect![[r#"
            metadata.version=25 (4.0.1)
            kraft.version=1
            transaction.version=2
            group.version=1
            eligible.leader.replicas.version=0
            share.version=0
            streams.version=0
        "#]],
    );
}

#[test]
fn what_a_level_needs() {
    check(
        "feature-dependencies -f eligible.leader.replicas.version=1 --feature metadata.version=7 -f share.version=2",
        expect![[r#"
            eligible.leader.replicas.version=1 requires:
                metadata.version=23 (4.0-IV1)
            metadata.version=7 (3.3-IV3) has no dependencies.
            share.version=2 has no dependencies.
        "#]],
    );
    check(
        "feature-dependencies -f metadata.version=6",
        expect![[r#"
        ! Unknown metadata.version 6
        exit 1
    "#]],
    );
    check(
        "feature-dependencies -f share.version=9",
        expect![[r#"
        ! Feature level 9 is not supported for feature share.version
        exit 1
    "#]],
    );
    check(
        "feature-dependencies -f wish.version=1",
        expect![[r#"
        ! Unknown feature: wish.version
        exit 1
    "#]],
    );
}
