//! What DescribeConfigs shows of settings from every layer.

use expect_test::{Expect, expect};

use super::{Described, Layers, describe_broker, describe_cluster, describe_group, describe_topic};
use crate::given::Given;

fn show(described: &[Described], key: &str) -> String {
    let Some(it) = described.iter().find(|described| described.name == key) else {
        return format!("{key} is not described");
    };
    let text = |value: &Option<String>| value.clone().unwrap_or("null".to_owned());
    let synonym = |synonym: &super::Synonym| format!(" {:?}:{}={}", synonym.source, synonym.name, text(&synonym.value));
    let synonyms: String = it.synonyms.iter().map(synonym).collect();
    let marks = [(it.is_read_only, " read-only"), (it.is_sensitive, " sensitive")];
    let marks: String = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
    format!("{key}={} {:?}{marks}:{synonyms}", text(&it.value), it.source)
}

fn pairs(text: &'static str) -> impl Fn(&str) -> Option<String> {
    move |key| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=').map(str::to_owned))
}

const FILE: &str = "log.retention.hours=100\nmin.insync.replicas=1\nssl.keystore.password=hush\nfoo.secret=hush\n";

/// A topic with settings of its own, on a node with a file and dynamic settings.
fn check_topic(key: &str, expected: Expect) {
    let given = Given::from_file(FILE).expect("a file");
    let cluster = pairs("min.insync.replicas=2\nmessage.max.bytes=9");
    let broker = pairs("message.max.bytes=8");
    let layers = Layers { cluster: &cluster, broker: &broker, ..Layers::of(&given) };
    let own = pairs("cleanup.policy=compact, delete\nretention.bytes=7");
    expected.assert_eq(&show(&describe_topic(&layers, &own), key));
}

fn check_broker(key: &str, expected: Expect) {
    let given = Given::from_file(FILE).expect("a file");
    let cluster = pairs("min.insync.replicas=2\nnum.partitions=9");
    let layers = Layers { cluster: &cluster, ..Layers::of(&given) };
    expected.assert_eq(&show(&describe_broker(&layers), key));
}

#[test]
fn a_topics_settings_name_what_stands_behind_them() {
    check_topic(
        "cleanup.policy",
        expect![
            "cleanup.policy=compact,delete Topic: Topic:cleanup.policy=compact,delete Default:log.cleanup.policy=delete"
        ],
    );
    check_topic(
        "max.message.bytes",
        expect![
            "max.message.bytes=8 DynamicBroker: DynamicBroker:message.max.bytes=8 DynamicDefaultBroker:message.max.bytes=9 Default:message.max.bytes=1048588"
        ],
    );
    check_topic(
        "min.insync.replicas",
        expect![
            "min.insync.replicas=2 DynamicDefaultBroker: DynamicDefaultBroker:min.insync.replicas=2 StaticBroker:min.insync.replicas=1 Default:min.insync.replicas=1"
        ],
    );
    check_topic(
        "retention.bytes",
        expect!["retention.bytes=7 Topic: Topic:retention.bytes=7 Default:log.retention.bytes=-1"],
    );
    // Only the setting in milliseconds is listed, but what counts is the one in hours.
    check_topic("retention.ms", expect!["retention.ms=360000000 Default:"]);
    check_topic("segment.ms", expect!["segment.ms=604800000 Default:"]);
    check_topic("flush.ms", expect!["flush.ms=9223372036854775807 Default:"]);
    check_topic("preallocate", expect!["preallocate=false Default: Default:log.preallocate=false"]);
    check_topic("remote.storage.enable", expect!["remote.storage.enable=false Default:"]);
    check_topic("internal.segment.bytes", expect!["internal.segment.bytes is not described"]);
}

#[test]
fn a_brokers_settings_name_their_layers_and_keep_secrets() {
    check_broker(
        "log.retention.hours",
        expect![
            "log.retention.hours=100 StaticBroker read-only: StaticBroker:log.retention.hours=100 Default:log.retention.hours=168"
        ],
    );
    check_broker("log.retention.ms", expect!["log.retention.ms=null Default:"]);
    check_broker(
        "min.insync.replicas",
        expect![
            "min.insync.replicas=2 DynamicDefaultBroker: DynamicDefaultBroker:min.insync.replicas=2 StaticBroker:min.insync.replicas=1 Default:min.insync.replicas=1"
        ],
    );
    check_broker("num.partitions", expect!["num.partitions=1 Default read-only: Default:num.partitions=1"]);
    check_broker(
        "ssl.keystore.password",
        expect!["ssl.keystore.password=null StaticBroker sensitive: StaticBroker:ssl.keystore.password=null"],
    );
    check_broker(
        "foo.secret",
        expect!["foo.secret=null StaticBroker read-only sensitive: StaticBroker:foo.secret=null"],
    );
    check_broker(
        "offsets.topic.replication.factor",
        expect!["offsets.topic.replication.factor=1 Default read-only: Default:offsets.topic.replication.factor=1"],
    );
    check_broker("unstable.api.versions.enable", expect!["unstable.api.versions.enable is not described"]);
    check_broker("kampa.http.listeners", expect!["kampa.http.listeners is not described"]);
}

#[test]
fn the_nodes_number_has_two_names() {
    for (given, expected) in [
        ("node.id=4", "broker.id=4 StaticBroker read-only: StaticBroker:broker.id=4 Default:broker.id=-1"),
        ("broker.id=4", "broker.id=4 StaticBroker read-only: StaticBroker:broker.id=4 Default:broker.id=-1"),
        ("", "broker.id=-1 Default read-only: Default:broker.id=-1"),
    ] {
        let given = Given::from_file(given).expect("a file");
        assert_eq!(show(&describe_broker(&Layers::of(&given)), "broker.id"), expected);
    }
}

#[test]
fn groups_and_the_cluster_are_described_too() {
    let given = Given::default();
    let group = describe_group(&Layers::of(&given), &pairs("share.isolation.level=read_committed"));
    expect!["consumer.session.timeout.ms=45000 Default: Default:group.consumer.session.timeout.ms=45000"]
        .assert_eq(&show(&group, "consumer.session.timeout.ms"));
    expect!["share.isolation.level=read_committed Group: Group:share.isolation.level=read_committed Default:share.isolation.level=read_uncommitted"]
        .assert_eq(&show(&group, "share.isolation.level"));
    expect!["streams.assignor.name=sticky Default: Default:group.streams.assignors=sticky"]
        .assert_eq(&show(&group, "streams.assignor.name"));
    expect!["share.renew.acknowledge.enable=true Default: Default:share.renew.acknowledge.enable=true"]
        .assert_eq(&show(&group, "share.renew.acknowledge.enable"));
    let cluster = describe_cluster(&pairs("min.insync.replicas=2"));
    expect!["1 described, min.insync.replicas=2 DynamicDefaultBroker: DynamicDefaultBroker:min.insync.replicas=2"]
        .assert_eq(&format!("{} described, {}", cluster.len(), show(&cluster, "min.insync.replicas")));
}

#[test]
fn as_many_settings_are_described_as_kafka_describes() {
    let given = Given::default();
    let layers = Layers::of(&given);
    let counts = (
        describe_topic(&layers, &|_| None).len(),
        describe_broker(&layers).len(),
        describe_group(&layers, &|_| None).len(),
    );
    assert_eq!(counts, (37, 350, 21));
}
