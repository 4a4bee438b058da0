//! Settings changed one by one, in scripts. What is expected is what Apache Kafka 4.4.0 answers to the same bytes.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_topic_takes_what_it_may_say() {
    check(
        "",
        "create orders
         alter topic:orders retention.ms=1000
         configs topic:orders
         alter topic:orders retention.ms=x
         alter topic:orders retention.ms=-5
         alter topic:orders retention.ms=(null) retention.bytes=(null)
         alter topic:orders nosuch=5
         alter topic:orders nosuch!
         alter topic:orders nosuch+=5
         alter topic:orders retention.ms-=5
         alter topic:nosuch retention.ms=5
         alter topic:nosuch retention.ms=x
         alter topic:bad! retention.ms=5
         alter topic: retention.ms=5
         alter topic:orders retention.ms=5 retention.ms=6
         alter topic:orders retention.ms=5 topic:orders retention.bytes=5
         alter 0:orders 99:x
         alter validate topic:orders retention.ms=77
         alter topic:orders remote.storage.enable=true
         alter topic:orders min.compaction.lag.ms=10 max.compaction.lag.ms=5
         alter topic:orders message.format.version=2.0
         configs topic:orders
         alter topic:orders retention.ms!
         configs topic:orders
         alter v0 topic:orders retention.ms=9
         restart
         configs topic:orders",
        expect![[r#"
            ok
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            retention.ms=1000 (topic): retention.ms=1000 (topic)
            INVALID_CONFIG "Invalid value x for configuration retention.ms: Not a number of type LONG"
            INVALID_CONFIG "Invalid value -5 for configuration retention.ms: Value must be at least -1"
            INVALID_REQUEST "Null value not supported for : retention.ms, retention.bytes"
            INVALID_CONFIG "Unknown topic config name: nosuch"
            ok
            INVALID_CONFIG "Can't APPEND to key nosuch because its type is not LIST."
            INVALID_CONFIG "Can't SUBTRACT to key retention.ms because its type is not LIST."
            UNKNOWN_TOPIC_OR_PARTITION "The topic 'nosuch' does not exist."
            INVALID_CONFIG "Invalid value x for configuration retention.ms: Not a number of type LONG"
            INVALID_TOPIC_EXCEPTION "Topic name is invalid: 'bad!' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
            INVALID_REQUEST "Default topic resources are not allowed."
            INVALID_REQUEST "Error due to duplicate config keys"
            INVALID_REQUEST "Each resource must appear at most once.", INVALID_REQUEST "Each resource must appear at most once."
            INVALID_REQUEST "Unknown resource type 0", INVALID_REQUEST "Unknown resource type 99"
            ok
            INVALID_CONFIG "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage."
            INVALID_CONFIG "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)"
            INVALID_CONFIG "Unknown topic config name: message.format.version"
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            retention.ms=1000 (topic): retention.ms=1000 (topic)
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            ok
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            retention.ms=9 (topic): retention.ms=9 (topic)
        "#]],
    );
}

#[test]
fn lists_grow_and_shrink() {
    check(
        "",
        "create orders
         alter topic:orders cleanup.policy+=compact
         configs topic:orders
         alter topic:orders cleanup.policy-=delete
         configs topic:orders
         alter topic:orders cleanup.policy-=compact
         configs topic:orders
         alter topic:orders cleanup.policy+=foo
         alter topic:orders cleanup.policy=compact,
         alter topic:orders cleanup.policy=~compact~,~delete~
         configs topic:orders
         alter topic:orders cleanup.policy!
         alter topic:orders leader.replication.throttled.replicas+=0:1,1:2
         alter topic:orders leader.replication.throttled.replicas-=0:1
         configs topic:orders
         alter topic:orders leader.replication.throttled.replicas+=foo",
        expect![[r#"
            ok
            ok
            cleanup.policy=delete,compact (topic): cleanup.policy=delete,compact (topic), log.cleanup.policy=delete (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            ok
            cleanup.policy=compact (topic): cleanup.policy=compact (topic), log.cleanup.policy=delete (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            ok
            cleanup.policy= (topic): cleanup.policy= (topic), log.cleanup.policy=delete (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            INVALID_CONFIG "Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete"
            INVALID_CONFIG "Configuration 'cleanup.policy' values must not be empty."
            ok
            cleanup.policy=compact,delete (topic): cleanup.policy=compact,delete (topic), log.cleanup.policy=delete (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            ok
            ok
            ok
            leader.replication.throttled.replicas=1:2 (topic): leader.replication.throttled.replicas=1:2 (topic)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            INVALID_CONFIG "Invalid value [1:2, foo] for configuration leader.replication.throttled.replicas: leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."
        "#]],
    );
}

#[test]
fn brokers_take_what_may_change_while_they_run() {
    check(
        "log.retention.hours=100",
        "create orders
         alter broker:0 log.retention.ms=100000
         alter brokers log.retention.ms=200000
         configs broker:0
         configs brokers
         configs topic:orders retention.ms
         alter broker:0 log.retention.ms!
         configs topic:orders retention.ms
         alter broker:0 log.retention.ms=x
         alter broker:0 log.retention.ms=0
         alter broker:0 log.retention.hours=5
         alter broker:0 num.partitions=5 node.id=5
         alter broker:0 nosuch=5
         configs broker:0 nosuch
         alter broker:0 nosuch+=5
         alter broker:0 num.partitions+=5
         alter broker:0 log.retention.ms?9
         alter broker:0 ssl.keystore.location=/x
         alter brokers listener.name.plaintext.ssl.keystore.location=/x
         alter broker:0 log.cleanup.policy+=compact
         configs broker:0 log.cleanup.policy
         alter broker:0 log.cleanup.policy!
         alter broker:0 num.io.threads=100
         alter broker:7 num.io.threads=9
         alter broker:x num.io.threads=9
         alter broker:0 min.insync.replicas=2
         alter brokers min.insync.replicas!
         alter brokers min.insync.replicas=2
         configs broker:0 min.insync.replicas
         alter broker:0
         restart
         configs broker:0",
        expect![[r#"
            ok
            ok
            ok
            log.retention.ms=100000 (broker): log.retention.ms=100000 (broker), log.retention.ms=200000 (brokers), log.retention.hours=100 (file), log.retention.hours=168 (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            log.retention.ms=200000 (brokers): log.retention.ms=200000 (brokers)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers)
            retention.ms=100000 (broker): log.retention.ms=100000 (broker), log.retention.ms=200000 (brokers), log.retention.hours=100 (file), log.retention.hours=168 (default)
            ok
            retention.ms=200000 (brokers): log.retention.ms=200000 (brokers), log.retention.hours=100 (file), log.retention.hours=168 (default)
            INVALID_REQUEST "Invalid value x for configuration log.retention.ms: Not a number of type LONG"
            INVALID_REQUEST "log.retention.ms must be unlimited (-1) or, greater than or equal to 1"
            INVALID_REQUEST "Cannot update these configs dynamically: [log.retention.hours]"
            INVALID_REQUEST "Cannot update these configs dynamically: [num.partitions, node.id]"
            ok
            nothing
            INVALID_CONFIG "Unknown config name: nosuch"
            INVALID_CONFIG "Config value append is not allowed for config key: num.partitions"
            INVALID_REQUEST "Unknown operations type 9"
            INVALID_REQUEST "These security configs can be dynamically updated only per-listener using the listener prefix: [ssl.keystore.location]"
            INVALID_REQUEST "Cannot update these configs at default cluster level, broker id must be specified: [listener.name.plaintext.ssl.keystore.location]"
            ok
            log.cleanup.policy=delete,compact (broker): log.cleanup.policy=delete,compact (broker), log.cleanup.policy=delete (default)
            ok
            INVALID_REQUEST "Dynamic thread count update validation failed for num.io.threads=100, value should not be greater than double the current value 8"
            INVALID_REQUEST "Unexpected broker id, expected 0, but received 7"
            INVALID_REQUEST "Node id must be an integer, but it is: x"
            INVALID_CONFIG "Broker-level min.insync.replicas cannot be altered while ELR is enabled."
            INVALID_CONFIG "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."
            ok
            min.insync.replicas=2 (brokers): min.insync.replicas=2 (brokers), min.insync.replicas=1 (default)
            ok
            log.retention.ms=200000 (brokers): log.retention.ms=200000 (brokers), log.retention.hours=100 (file), log.retention.hours=168 (default)
            min.insync.replicas=2 (brokers): min.insync.replicas=2 (brokers), min.insync.replicas=1 (default)
        "#]],
    );
}

#[test]
fn groups_keep_within_their_brokers_bounds() {
    check(
        "",
        "alter group:g consumer.session.timeout.ms=46000
         configs group:g
         alter group:g consumer.session.timeout.ms=5
         alter group:g nosuch=1
         alter group:g streams.rack.aware.assignment.tags+=a
         alter group: consumer.session.timeout.ms=46000
         configs group:
         config-resources 32
         alter group:g consumer.session.timeout.ms!
         configs group:g
         config-resources 32",
        expect![[r#"
            ok
            consumer.session.timeout.ms=46000 (group): consumer.session.timeout.ms=46000 (group), group.consumer.session.timeout.ms=45000 (default)
            INVALID_CONFIG "consumer.session.timeout.ms must be in the range 45000 to 60000 inclusive."
            INVALID_CONFIG "Unknown group config name: nosuch"
            INVALID_CONFIG "Can't APPEND to key streams.rack.aware.assignment.tags because its type is not LIST."
            INVALID_REQUEST "Default group resources are not allowed."
            INVALID_REQUEST "Group name must not be empty"
            ok; 32:g
            ok
            nothing
            ok; 
        "#]],
    );
}

#[test]
fn subscriptions_to_client_metrics() {
    check(
        "",
        "configs client-metrics:m
         alter client-metrics:m metrics=a.b,c.d interval.ms=1000 match=client_id=app.*
         configs client-metrics:m
         alter client-metrics:m interval.ms=99
         alter client-metrics:m match=foo
         alter client-metrics:m nosuch=1
         alter client-metrics:m metrics+=e
         alter client-metrics: metrics=a
         configs client-metrics:
         config-resources v0
         alter client-metrics:m metrics! interval.ms! match!
         config-resources v0",
        expect![[r#"
            nothing
            ok
            interval.ms=1000 (subscription): interval.ms=1000 (subscription)
            match=client_id=app.* (subscription): match=client_id=app.* (subscription)
            metrics=a.b,c.d (subscription): metrics=a.b,c.d (subscription)
            INVALID_REQUEST "Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)"
            INVALID_CONFIG "Illegal client matching pattern: foo"
            INVALID_REQUEST "Unknown client metrics configuration: nosuch"
            INVALID_CONFIG "Can't APPEND to key metrics because its type is not LIST."
            INVALID_REQUEST "Subscription name can't be empty"
            INVALID_REQUEST "Client metrics subscription name must not be empty"
            ok; 16:m
            ok
            ok; 
        "#]],
    );
}

#[test]
fn levels_of_loggers() {
    check(
        "",
        "configs logger:0 root kafka.server nosuch
         alter logger:0 kafka.server=DEBUG
         configs logger:0 root kafka.server kafka.server.KafkaApis kampa_broker kampa_storage
         alter validate logger:0 root=TRACE
         configs logger:0 root
         alter logger:0 kafka.server!
         configs logger:0 kafka.server
         alter logger:0 root=debug
         alter logger:0 nosuch=INFO
         alter logger:0 nosuch!
         alter logger:0 root!
         alter logger:0 root+=INFO
         alter logger:0 root?9
         alter logger:0 root=INFO nosuch=WARN
         alter logger:0 root=INFO root=WARN
         alter logger:77 root=INFO
         alter logger:x root=INFO
         replace logger:0 root=INFO
         configs logger:77
         configs logger:x
         configs logger:
         controller: alter logger:0 root=INFO",
        expect![[r#"
            kafka.server=INFO (logger)
            root=INFO (logger)
            ok
            kafka.server=DEBUG (logger)
            kafka.server.KafkaApis=DEBUG (logger)
            kampa_broker=DEBUG (logger)
            kampa_storage=INFO (logger)
            root=INFO (logger)
            ok
            root=INFO (logger)
            ok
            kafka.server=INFO (logger)
            INVALID_CONFIG "Cannot set the log level of root to debug as it is not a supported log level. Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN"
            INVALID_CONFIG "Logger nosuch does not exist!"
            INVALID_CONFIG "Logger nosuch does not exist!"
            INVALID_REQUEST "Removing the log level of the root logger is not allowed"
            INVALID_REQUEST "APPEND operation is not allowed for the BROKER_LOGGER resource"
            INVALID_REQUEST "Unknown operation type 9 is not allowed for the BROKER_LOGGER resource"
            INVALID_CONFIG "Logger nosuch does not exist!"
            INVALID_REQUEST "Error due to duplicate config keys"
            INVALID_REQUEST "Unexpected node id. Expected 0, but received 77"
            INVALID_REQUEST "Node id must be an integer, but it is: x"
            INVALID_REQUEST "Unknown resource type 8"
            INVALID_REQUEST "Unexpected broker id, expected 0 but received 77"
            INVALID_REQUEST "Broker id must be an integer, but it is: x"
            INVALID_REQUEST "Broker id must not be empty"
            ok
        "#]],
    );
}

#[test]
fn too_much_at_once() {
    let many: String = (0..10_001).map(|number| format!(" k{number}=v")).collect();
    let long = "x".repeat(30_000);
    let large: String = (0..300).map(|number| format!(" k{number}={long}")).collect();
    check(
        "",
        &format!(
            "create orders
             alter broker:0{many} topic:orders retention.ms=5
             alter broker:0{large}
             configs broker:0
             configs topic:orders"
        ),
        expect![[r#"
            ok
            POLICY_VIOLATION "Unable to perform excessively large batch operation.", POLICY_VIOLATION "Unable to perform excessively large batch operation."
            POLICY_VIOLATION "Unable to perform excessively large batch operation."
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
            min.insync.replicas=1 (brokers): min.insync.replicas=1 (brokers), min.insync.replicas=1 (default)
        "#]],
    );
}
