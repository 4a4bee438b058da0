//! What a command line says of a topic.

use expect_test::{Expect, expect};

use super::*;

fn check<T: std::fmt::Debug>(read: Result<T, Thrown>, wanted: Expect) {
    let shown = match read {
        Ok(read) => format!("{read:?}"),
        Err(thrown) => thrown.to_string(),
    };
    wanted.assert_eq(&shown);
}

#[test]
fn an_assignment_lists_brokers_partition_by_partition() {
    check(assignments("1:2, 2:1,"), expect!["[[1, 2], [2, 1]]"]);
    check(
        assignments("1:1"),
        expect![
            "org.apache.kafka.tools.AdminCommandFailedException: Partition replica lists may not contain duplicate entries: 1"
        ],
    );
    check(
        assignments("1,1:2"),
        expect!["org.apache.kafka.tools.AdminOperationException: Partition 1 has different replication factor: [1, 2]"],
    );
    check(assignments("1,a"), expect![[r#"java.lang.NumberFormatException: For input string: "a""#]]);
}

#[test]
fn settings_are_looked_at_before_the_cluster_is_asked() {
    check(configs(&["retention.ms = 1000", "retention.ms=2"]), expect![[r#"[("retention.ms", "2")]"#]]);
    check(
        configs(&["retention.ms"]),
        expect![[
            r#"java.lang.IllegalArgumentException: requirement failed: Invalid topic config: all configs to be added must be in the format "key=val"."#
        ]],
    );
    check(
        configs(&["retention.msx=1"]),
        expect![
            "org.apache.kafka.common.errors.InvalidConfigurationException: Unknown topic config name: retention.msx"
        ],
    );
    check(
        configs(&["retention.ms=abc"]),
        expect![
            "org.apache.kafka.common.config.ConfigException: Invalid value abc for configuration retention.ms: Not a number of type LONG"
        ],
    );
}

#[test]
fn a_filter_matches_whole_names_and_takes_commas_for_alternatives() {
    let lets = |expression: &str, topic: &str| Filter::new(expression).map(|filter| filter.lets(topic));
    check(lets("orders", "orders-1"), expect!["false"]);
    check(lets("'orders.*, words'", "words"), expect!["true"]);
    check(lets("a[", "a"), expect!["java.lang.RuntimeException: a[ is an invalid regex."]);
}
