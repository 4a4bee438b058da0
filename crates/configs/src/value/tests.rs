//! Values and the sentences that refuse them, as Kafka says them.

use expect_test::{Expect, expect};

use crate::setting::Scope;
use crate::table;

/// `key=value` of a topic, or of another scope if its name says so, and what becomes of it.
fn check(pair: &str, expected: Expect) {
    let (key, text) = pair.split_once('=').expect("a pair");
    let scopes = [Scope::Topic, Scope::Broker, Scope::Group];
    let setting = scopes.into_iter().find_map(|scope| table::find(scope, key)).expect("a setting");
    let shown = match setting.parse(text) {
        Ok(value) => value.to_string(),
        Err(invalid) => invalid.to_string(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn numbers_keep_to_their_width_and_range() {
    check("retention.ms= 7 ", expect!["7"]);
    check("retention.ms=+7", expect!["7"]);
    check("retention.ms=-5", expect!["Invalid value -5 for configuration retention.ms: Value must be at least -1"]);
    check("retention.ms=1e3", expect!["Invalid value 1e3 for configuration retention.ms: Not a number of type LONG"]);
    check("retention.ms=", expect!["Invalid value  for configuration retention.ms: Not a number of type LONG"]);
    check("retention.bytes=-5", expect!["-5"]);
    check(
        "segment.bytes=1",
        expect!["Invalid value 1 for configuration segment.bytes: Value must be at least 1048576"],
    );
    check(
        "segment.bytes=99999999999",
        expect!["Invalid value 99999999999 for configuration segment.bytes: Not a number of type INT"],
    );
    check(
        "compression.zstd.level=23",
        expect!["Invalid value 23 for configuration compression.zstd.level: Value must be no more than 22"],
    );
    check(
        "compression.gzip.level=0",
        expect![
            "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1"
        ],
    );
    check(
        "offsets.topic.replication.factor=40000",
        expect!["Invalid value 40000 for configuration offsets.topic.replication.factor: Not a number of type SHORT"],
    );
}

#[test]
fn doubles_are_read_and_written_as_java_does() {
    check("min.cleanable.dirty.ratio=0.5f", expect!["0.5"]);
    check("min.cleanable.dirty.ratio=1e-1", expect!["0.1"]);
    check("min.cleanable.dirty.ratio=NaN", expect!["NaN"]);
    check("min.cleanable.dirty.ratio=1", expect!["1.0"]);
    check("min.cleanable.dirty.ratio=1e-5", expect!["1.0E-5"]);
    check(
        "min.cleanable.dirty.ratio=inf",
        expect!["Invalid value inf for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE"],
    );
    check(
        "min.cleanable.dirty.ratio=1.5",
        expect!["Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1"],
    );
    check("log.cleaner.io.max.bytes.per.second=1.7976931348623157E308", expect!["1.7976931348623157E308"]);
}

#[test]
fn words_are_those_of_their_setting() {
    check("preallocate=TRUE", expect!["true"]);
    check(
        "preallocate=maybe",
        expect!["Invalid value maybe for configuration preallocate: Expected value to be either true or false"],
    );
    check(
        "compression.type=GZIP",
        expect![
            "Invalid value GZIP for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer"
        ],
    );
    check("group.consumer.migration.policy=Upgrade", expect!["Upgrade"]);
}

#[test]
fn lists_drop_repeats_and_refuse_holes() {
    check("cleanup.policy=compact, delete", expect!["compact,delete"]);
    check("cleanup.policy=compact,compact", expect!["compact"]);
    check("cleanup.policy=", expect![""]);
    check("cleanup.policy=delete,", expect!["Configuration 'cleanup.policy' values must not be empty."]);
    check(
        "cleanup.policy=delete,foo",
        expect!["Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete"],
    );
    check(
        "process.roles=",
        expect!["Configuration 'process.roles' must not be empty. Valid values include: [broker, controller]"],
    );
    check(
        "log.dirs=",
        expect!["Configuration 'log.dirs' must not be empty. Valid values include: any non-empty value"],
    );
    check("leader.replication.throttled.replicas=0:1,1:2", expect!["0:1,1:2"]);
    check("leader.replication.throttled.replicas=*", expect!["*"]);
    check(
        "leader.replication.throttled.replicas=zz",
        expect![
            "Invalid value [zz] for configuration leader.replication.throttled.replicas: leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."
        ],
    );
}

#[test]
fn a_share_group_starts_where_its_setting_says() {
    check("share.auto.offset.reset=earliest", expect!["earliest"]);
    check("share.auto.offset.reset=by_duration:P2DT3H4M5.5S", expect!["by_duration:P2DT3H4M5.5S"]);
    check("share.auto.offset.reset=by_duration:PT1H", expect!["by_duration:PT1H"]);
    for wrong in ["by_duration:", "by_duration:P", "by_duration:PT", "by_duration:P1M", "by_duration:PT1S2H", "x"] {
        let setting = table::find(Scope::Group, "share.auto.offset.reset").expect("a setting");
        assert!(setting.parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_default_is_accepted_and_every_name_is_there_once() {
    let mut names = Vec::new();
    for theme in table::THEMES {
        for setting in theme.settings {
            assert_eq!(setting.scope, theme.scope, "{}", setting.name);
            assert!(setting.documentation.ends_with('.'), "{}", setting.name);
            if let Some(default) = setting.default.text() {
                assert!(setting.parse(default).is_ok(), "{}={default}", setting.name);
            }
            for behind in setting.from {
                assert!(table::find(Scope::Broker, behind).is_some(), "{}: {behind}", setting.name);
            }
            names.push((setting.scope as u8, setting.name));
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let count = |scope| table::settings(scope).count();
    // Apache Kafka 4.4 has 379 broker settings; six more are ours or belong to plug-ins it brings along.
    assert_eq!((count(Scope::Broker), count(Scope::Topic), count(Scope::Group)), (379 + 6, 38, 27));
}
