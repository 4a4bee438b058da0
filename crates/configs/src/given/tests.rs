//! Files and pairs as they are given, and what an operator is told of them.

use expect_test::{Expect, expect};

use super::{Given, Severity};
use crate::broker::BrokerConfig;

/// A file, `--set` pairs over it, and what the operator is told.
fn check(file: &str, pairs: &[&str], expected: Expect) {
    let mut given = Given::from_file(file).expect("a well-formed file");
    let mut told: Vec<_> = pairs.iter().filter_map(|pair| given.set(pair).err()).collect();
    told.extend(BrokerConfig::resolve(&given).findings);
    let show = |finding: &super::Finding| {
        let mark = if finding.severity == Severity::Warning { "warning" } else { "no start" };
        format!("{mark}: {finding}\n")
    };
    expected.assert_eq(&told.iter().map(show).collect::<String>());
}

#[test]
fn what_is_obeyed_is_not_worth_a_word() {
    check("num.partitions=3\nlog.retention.hours=24\n", &["auto.create.topics.enable=false"], expect![""]);
    // Kafka's own server.properties gives many defaults.
    check("num.network.threads=3\nnum.io.threads=8\nlog.cleaner.threads=1\n", &[], expect![""]);
}

#[test]
fn unknown_names_are_told_with_the_nearest_known_one() {
    check(
        "num.partitions=3\n\nnum.partition=4\nzookeeper.connect=localhost:2181\n",
        &["log.dir.s=/x", "nonsense"],
        expect![[r#"
            no start: --set: log.dir.s is not a setting; did you mean log.dirs?
            no start: --set: `nonsense` is not of the form key=value
            warning: line 3: num.partition is not a setting; did you mean num.partitions?
            warning: line 4: zookeeper.connect is not a setting
        "#]],
    );
}

#[test]
fn what_is_not_obeyed_is_told() {
    check(
        "num.io.threads=16\nreplica.lag.time.max.ms=1000\nlistener.name.internal.ssl.keystore.type=PEM\n",
        &["log.local.retention.ms=5"],
        expect![[r#"
            warning: line 3: listener.name.internal.ssl.keystore.type is not obeyed yet
            warning: --set: log.local.retention.ms is not obeyed yet
            warning: line 1: num.io.threads has no effect: it tunes a part that only Apache Kafka has
            warning: line 2: replica.lag.time.max.ms is not obeyed yet
        "#]],
    );
}

#[test]
fn what_would_be_dangerous_to_ignore_keeps_the_node_from_starting() {
    check(
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nsuper.users=User:admin\n",
        &["remote.log.storage.system.enable=true"],
        expect![[r#"
            no start: line 1: authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer cannot be obeyed yet, and without it everyone would be allowed everything; take it out if that is what you want
            no start: --set: remote.log.storage.system.enable=true cannot be obeyed yet, and without it records that are only in the remote store would be missing; take it out if that is what you want
            no start: line 2: super.users=User:admin cannot be obeyed yet, and without it everyone would be allowed everything; take it out if that is what you want
        "#]],
    );
    check(
        "listeners=PLAINTEXT://:9092,SASL_SSL://:9094,CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER",
        &[],
        expect![[r#"
            no start: line 1: listener SASL_SSL://:9094 asks for SASL_SSL, which is not served yet; it would be open without it
        "#]],
    );
}

#[test]
fn a_malformed_file_is_refused_with_its_line() {
    let refusal = Given::from_file("a=1\nb=\\u00").expect_err("half an escape");
    expect!["line 2: \\u must be followed by four hexadecimal digits"].assert_eq(&refusal.to_string());
}
