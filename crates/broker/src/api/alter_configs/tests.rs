//! All settings replaced, in scripts. What is expected is what Apache Kafka 4.4.0 answers to the same bytes.

use expect_test::expect;

use crate::testing::check;

#[test]
fn what_is_not_named_is_taken_away() {
    check(
        "",
        "create orders
         replace topic:orders retention.ms=9 retention.bytes=7
         configs topic:orders
         replace topic:orders retention.ms=9
         configs topic:orders
         replace validate topic:orders
         configs topic:orders
         replace topic:orders retention.ms=(null)
         replace topic:orders nosuch=1
         replace topic:orders retention.ms=1 retention.ms=2
         replace topic:orders retention.ms=1 topic:orders retention.ms=2
         replace topic:nosuch retention.ms=1
         replace topic:
         replace 0:orders 7:x
         replace v0 topic:orders
         configs topic:orders",
        expect![[r#"
            ok
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            retention.bytes=7 (topic): retention.bytes=7 (topic), log.retention.bytes=-1 (default)
            retention.ms=9 (topic): retention.ms=9 (topic)
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            retention.ms=9 (topic): retention.ms=9 (topic)
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            retention.ms=9 (topic): retention.ms=9 (topic)
            INVALID_REQUEST "Null value not supported for : retention.ms"
            INVALID_CONFIG "Unknown topic config name: nosuch"
            INVALID_REQUEST "Error due to duplicate config keys"
            INVALID_REQUEST "Each resource must appear at most once.", INVALID_REQUEST "Each resource must appear at most once."
            UNKNOWN_TOPIC_OR_PARTITION "The topic 'nosuch' does not exist."
            INVALID_REQUEST "Default topic resources are not allowed."
            INVALID_REQUEST "Unknown resource type 0", INVALID_REQUEST "Unknown resource type 7"
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
        "#]],
    );
}

#[test]
fn brokers_groups_and_subscriptions() {
    check(
        "",
        "replace broker:0 log.retention.ms=123000 num.io.threads=9
         configs broker:0
         replace broker:0 num.io.threads=9
         configs broker:0
         replace broker:0 num.partitions=9
         replace broker:0
         configs broker:0
         replace brokers log.retention.ms=123000
         replace brokers log.retention.ms=123000 min.insync.replicas=1
         configs brokers
         replace group:g consumer.session.timeout.ms=46000
         replace group:g
         configs group:g
         replace client-metrics:m metrics=a interval.ms=1000
         replace client-metrics:m foo=x
         configs client-metrics:m",
        expect![[r#"
            ok
            num.io.threads=9 (broker): num.io.threads=9 (broker), num.io.threads=8 (default)
            log.retention.ms=123000 (broker): log.retention.ms=123000 (broker), log.retention.hours=168 (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            ok
            num.io.threads=9 (broker): num.io.threads=9 (broker), num.io.threads=8 (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            INVALID_REQUEST "Cannot update these configs dynamically: [num.partitions]"
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            INVALID_CONFIG "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."
            ok
            log.retention.ms=123000 (brokers): log.retention.ms=123000 (brokers)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers)
            ok
            ok
            nothing
            ok
            INVALID_REQUEST "Unknown client metrics configuration: foo"
            interval.ms=1000 (subscription): interval.ms=1000 (subscription)
            metrics=a (subscription): metrics=a (subscription)
        "#]],
    );
}
