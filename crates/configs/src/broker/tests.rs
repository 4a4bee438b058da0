//! What a node is given and what comes of it: settings, refusals, warnings.

use expect_test::{Expect, expect};

use super::{BrokerConfig, SUITS};
use crate::given::{Given, Severity};
use crate::setting::Scope;
use crate::table;

/// A file and the refusals it meets.
fn check(file: &str, expected: Expect) {
    let outcome = BrokerConfig::resolve(&Given::from_file(file).expect("a well-formed file"));
    let refusals: Vec<_> = outcome.findings.iter().filter(|finding| finding.severity != Severity::Warning).collect();
    assert_eq!(outcome.config.is_none(), !refusals.is_empty());
    let shown: String = refusals.iter().map(|finding| format!("{}\n", finding.sentence)).collect();
    expected.assert_eq(if shown.is_empty() { "starts" } else { &shown });
}

fn config(file: &str) -> BrokerConfig {
    BrokerConfig::resolve(&Given::from_file(file).expect("a well-formed file")).config.expect("a node that starts")
}

#[test]
fn every_field_suits_its_setting() {
    for (key, suits) in SUITS {
        assert!(suits(), "{key} is not of its field's type");
    }
    for key in BrokerConfig::KEYS {
        assert!(table::find(Scope::Broker, key).is_some(), "{key} is no setting");
    }
}

#[test]
fn a_node_given_nothing_is_a_cluster_on_this_machine() {
    let config = config("");
    let listeners: Vec<String> = config.listeners.iter().map(ToString::to_string).collect();
    let advertised: Vec<String> = config.advertised_listeners.iter().map(ToString::to_string).collect();
    expect![[r#"
        node 0, Roles { broker: true, controller: true }
        listens on ["PLAINTEXT://localhost:9092", "CONTROLLER://localhost:9093"], all loopback: true
        advertises ["PLAINTEXT://localhost:9092"]; brokers use PLAINTEXT, controllers ["CONTROLLER"]
        data in ["./kampa-data"], metadata in "./kampa-data"
        http [("127.0.0.1", 8090)], asked for: false
        replicas UpTo(3); first rebalance after 100 ms; auto-creation true
        rolls after 604800000 ms, keeps 604800000 ms
    "#]]
    .assert_eq(&format!(
        "node {}, {:?}\nlistens on {listeners:?}, all loopback: {}\nadvertises {advertised:?}; brokers use {}, controllers \
         {:?}\ndata in {:?}, metadata in {:?}\nhttp {:?}, asked for: {}\nreplicas {:?}; first rebalance after \
         {} ms; auto-creation {}\nrolls after {} ms, keeps {} ms\n",
        config.node_id,
        config.process_roles,
        config.listeners.iter().all(super::Listener::is_loopback),
        config.inter_broker_listener_name,
        config.controller_listener_names,
        config.log_dirs,
        config.metadata_log_dir,
        config.http_listeners,
        config.http_asked_for,
        config.default_replication_factor,
        config.group_initial_rebalance_delay_ms,
        config.auto_create_topics_enable,
        config.log_roll_ms,
        config.log_retention_ms,
    ));
}

#[test]
fn kafkas_quickstart_file_is_taken_as_it_stands() {
    let config = config(
        "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.bootstrap.servers=localhost:9093\n\
         listeners=PLAINTEXT://:9092,CONTROLLER://:9093\ninter.broker.listener.name=PLAINTEXT\n\
         advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093\ncontroller.listener.names=CONTROLLER\n\
         listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL\nlog.dirs=/tmp/kraft-combined-logs\n\
         num.partitions=1\noffsets.topic.replication.factor=1\nlog.retention.hours=168\nlog.segment.bytes=1073741824\n",
    );
    assert_eq!(config.advertised_listeners.len(), 1);
    assert_eq!(config.default_replication_factor.among(5), 3);
    assert!(!config.broker_listeners().any(super::Listener::is_loopback));
}

#[test]
fn the_finest_unit_of_time_wins() {
    assert_eq!(config("log.retention.hours=2").log_retention_ms, 7_200_000);
    assert_eq!(config("log.retention.hours=2\nlog.retention.minutes=3").log_retention_ms, 180_000);
    assert_eq!(config("log.retention.minutes=3\nlog.retention.ms=-5").log_retention_ms, -1);
    assert_eq!(config("log.roll.hours=1").log_roll_ms, 3_600_000);
    assert_eq!(config("log.flush.scheduler.interval.ms=9").log_flush_interval_ms, 9);
}

#[test]
fn other_settings_of_http_and_connections_are_read() {
    assert_eq!(config("kampa.http.listeners=off").http_listeners, []);
    assert_eq!(config("kampa.http.listeners=[::1]:80").http_listeners, [("::1".to_owned(), 80)]);
    let overrides = config("max.connections.per.ip.overrides=127.0.0.1:5, ::1:6").max_connections_per_ip_overrides;
    assert_eq!(overrides, [("127.0.0.1".to_owned(), 5), ("::1".to_owned(), 6)]);
    check(
        "kampa.http.listeners=80",
        expect![[r#"
        Invalid value 80 for configuration kampa.http.listeners: host:port or off is wanted
    "#]],
    );
    check(
        "max.connections.per.ip.overrides=h:x",
        expect![[r#"
        Invalid value h:x for configuration max.connections.per.ip.overrides: host:count pairs are wanted
    "#]],
    );
}

#[test]
fn every_impossible_value_is_told_at_once() {
    check(
        "num.partitions=0\nsocket.request.max.bytes=x\n",
        expect![[r#"
        Invalid value x for configuration socket.request.max.bytes: Not a number of type INT
        Invalid value 0 for configuration num.partitions: Value must be at least 1
    "#]],
    );
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    check(
        "node.id=1\nbroker.id=2",
        expect![[r#"
        `node.id` and `broker.id` must be set to the same value. `broker.id` is deprecated, please use `node.id` instead.
    "#]],
    );
    check(
        "listeners=PLAINTEXT://:9092",
        expect![[r#"
        controller.listener.names must contain at least one value appearing in the 'listeners' configuration when running the KRaft controller role
    "#]],
    );
    check(
        "advertised.listeners=PLAINTEXT://0.0.0.0:9092",
        expect![[r#"
        advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.
    "#]],
    );
    check(
        "advertised.listeners=CONTROLLER://h:9092",
        expect![[r#"
        There must be at least one broker advertised listener. Perhaps all listeners appear in controller.listener.names?
    "#]],
    );
    check(
        "inter.broker.listener.name=X",
        expect![[r#"
        inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid options based on currently configured listeners are PLAINTEXT
    "#]],
    );
    check(
        "log.retention.ms=0\nlog.roll.ms=0",
        expect![[r#"
        log.roll.ms must be greater than or equal to 1
        log.retention.ms must be unlimited (-1) or, greater than or equal to 1
    "#]],
    );
    check(
        "max.connections.per.ip=0",
        expect![[r#"
        max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.
    "#]],
    );
    check(
        "offsets.topic.compression.codec=9",
        expect![[r#"
        Unknown compression type id: 9
    "#]],
    );
    check(
        "replica.fetch.wait.max.ms=60000",
        expect![[r#"
        replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary socket timeouts
        replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to prevent frequent changes in ISR
    "#]],
    );
    check(
        "queued.max.request.bytes=5",
        expect![[r#"
        queued.max.request.bytes must be larger or equal to socket.request.max.bytes
    "#]],
    );
}

#[test]
fn more_than_a_cluster_of_one_is_refused() {
    check(
        "process.roles=broker\nlisteners=PLAINTEXT://:9092",
        expect![[r#"
        only process.roles=broker,controller is served yet
    "#]],
    );
    check(
        "process.roles=controller\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093",
        expect![[r#"
        only process.roles=broker,controller is served yet
        The listeners config must only contain KRaft controller listeners from controller.listener.names when process.roles=controller
    "#]],
    );
    check(
        "node.id=1\ncontroller.quorum.voters=1@a:9093,2@b:9093,3@c:9093",
        expect![[r#"
        controller.quorum.voters names 3 controllers; only a quorum of one is served yet
    "#]],
    );
    check(
        "controller.quorum.voters=7@a:9093",
        expect![[r#"
        If process.roles contains the 'controller' role, the node id 0 must be included in the set of voters controller.quorum.voters=7@a:9093
    "#]],
    );
    check(
        "controller.quorum.voters=x",
        expect![[r#"
        Invalid configuration value for controller.quorum.voters. Each entry should be in the form `{id}@{host}:{port}`.
    "#]],
    );
    check("node.id=1\ncontroller.quorum.voters=1@localhost:9093", expect!["starts"]);
    check("log.dirs=/a,/b", expect!["starts"]);
}

#[test]
fn what_only_kafka_serves_is_read_all_the_same() {
    let meant = |file: &str| BrokerConfig::resolve(&Given::from_file(file).expect("a well-formed file")).meant;
    let file = "process.roles=controller\nlisteners=CONTROLLER://:9093\nlog.dirs=/a,/b\n\
                listener.security.protocol.map=CONTROLLER:SSL\nadvertised.listeners=CONTROLLER://here:1\n\
                controller.quorum.voters=0@a:9093,1@b:9093";
    let config = meant(file).expect("Kafka takes it");
    assert_eq!(config.controller_quorum_voters.len(), 2);
    assert_eq!(config.log_dirs.len(), 2);
    assert_eq!(config.advertised_controller_listeners[0].to_string(), "CONTROLLER://here:1");
    assert_eq!(meant("log.retention.ms=0"), None);
}
