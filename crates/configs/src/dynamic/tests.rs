//! Changes of brokers' settings while they run, and lists that grow and shrink.

use expect_test::{Expect, expect};

use super::{BrokerChange, appended, subtracted};
use crate::describe::Layers;
use crate::given::Given;

/// A change of a broker's settings, or with `all ` before it of all brokers', on a node with a file.
fn check(change: &str, expected: Expect) {
    let given = Given::from_file("num.io.threads=8\nlog.retention.bytes=100\n").expect("a file");
    let (of_one_broker, change) = change.strip_prefix("all ").map_or((true, change), |change| (false, change));
    let set: Vec<(&str, &str)> = change.split(' ').map(|pair| pair.split_once('=').expect("key=value")).collect();
    let lookup = |key: &str| set.iter().find(|(known, _)| *known == key).map(|(_, text)| (*text).to_owned());
    let before = Layers::of(&given);
    let after =
        if of_one_broker { Layers { broker: &lookup, ..before } } else { Layers { cluster: &lookup, ..before } };
    let shown = match (BrokerChange { before, after, set: set.clone(), of_one_broker }).check() {
        Ok(()) => "ok".to_owned(),
        Err(refusal) => refusal.to_string(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn each_key_alone() {
    check("log.retention.ms=5", expect!["ok"]);
    check("all log.retention.ms=5", expect!["ok"]);
    check(
        "log.dirs=/x node.id=5 log.retention.ms=5",
        expect!["Cannot update these configs dynamically: [log.dirs, node.id]"],
    );
    check(
        "ssl.keystore.password=hush",
        expect![
            "These security configs can be dynamically updated only per-listener using the listener prefix: [ssl.keystore.password]"
        ],
    );
    check("listener.name.plaintext.ssl.keystore.password=hush", expect!["ok"]);
    check(
        "all listener.name.plaintext.ssl.keystore.password=hush",
        expect![
            "Cannot update these configs at default cluster level, broker id must be specified: [listener.name.plaintext.ssl.keystore.password]"
        ],
    );
    check("all listener.name.plaintext.max.connections=5", expect!["ok"]);
    check(
        "listener.name.plaintext.max.connections=x",
        expect!["Invalid value x for configuration max.connections: Not a number of type INT"],
    );
    check(
        "log.retention.ms=x",
        expect!["Invalid value x for configuration log.retention.ms: Not a number of type LONG"],
    );
    check("nobody.knows=5", expect!["ok"]);
    check("listener.name.plaintext.num.partitions=5", expect!["ok"]);
    check("leader.replication.throttled.rate=5", expect!["ok"]);
    check("all leader.replication.throttled.rate=5", expect!["ok"]);
    check(
        "leader.replication.throttled.rate=-1",
        expect!["Invalid value -1 for configuration leader.replication.throttled.rate: Value must be at least 0"],
    );
    check(
        "config.providers=file",
        expect![
            "config.providers=file cannot be obeyed yet, and without it values it should fill in, passwords among them, would be taken as they are written"
        ],
    );
}

#[test]
fn all_keys_together() {
    check("log.retention.ms=-2", expect!["ok"]);
    check("log.retention.ms=0", expect!["log.retention.ms must be unlimited (-1) or, greater than or equal to 1"]);
    check(
        "max.connections.per.ip=0",
        expect!["max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set."],
    );
    check("max.connections.per.ip=0 max.connections.per.ip.overrides=host:5", expect!["ok"]);
    check("max.connections=0", expect!["Invalid max.connections 0"]);
    check(
        "log.local.retention.bytes=101",
        expect![
            "Invalid value 101 for configuration log.local.retention.bytes: Value must not be more than log.retention.bytes property value: 100"
        ],
    );
    check(
        "log.local.retention.bytes=-1",
        expect![
            "Invalid value -1 for configuration log.local.retention.bytes: Value must not be -1 as log.retention.bytes value is set as 100."
        ],
    );
    check(
        "listeners=PLAINTEXT://localhost:9192,CONTROLLER://localhost:9093",
        expect!["Advertised listeners cannot be altered when using a Raft-based metadata quorum."],
    );
    check("listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093", expect!["ok"]);
}

#[test]
fn threads_come_and_go_a_few_at_a_time() {
    check("num.io.threads=16", expect!["ok"]);
    check("num.io.threads=4", expect!["ok"]);
    check(
        "num.io.threads=17",
        expect![
            "Dynamic thread count update validation failed for num.io.threads=17, value should not be greater than double the current value 8"
        ],
    );
    check(
        "num.io.threads=3",
        expect![
            "Dynamic thread count update validation failed for num.io.threads=3, value should be at least half the current value 8"
        ],
    );
    check(
        "log.cleaner.threads=0",
        expect!["Dynamic thread count update validation failed for log.cleaner.threads=0, value should be at least 1"],
    );
}

#[test]
fn lists_grow_and_shrink() {
    for (old, more, expected) in [
        ("delete", "compact", "delete,compact"),
        ("", "a,b", "a,b"),
        ("a,b", "b,c,c", "a,b,c"),
        ("a", "", "a,"),
        ("", "", ""),
    ] {
        assert_eq!(appended(old, more), expected, "{old} and {more}");
    }
    for (old, less, expected) in
        [("a,b", "a", "b"), ("a", "a", ""), ("a,b", "c", "a,b"), ("a,a", "a", "a"), ("", "a", "")]
    {
        assert_eq!(subtracted(old, less), expected, "{old} without {less}");
    }
}
