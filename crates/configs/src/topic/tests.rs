//! A topic's own settings over the broker's, and what is refused.

use expect_test::{Expect, expect};

use super::{SUITS, TopicConfig};
use crate::broker::BrokerConfig;
use crate::given::Given;
use crate::read::CleanupPolicy;
use crate::setting::Scope;
use crate::table;

fn broker(file: &str) -> BrokerConfig {
    BrokerConfig::resolve(&Given::from_file(file).expect("a well-formed file")).config.expect("a node that starts")
}

/// A topic's own settings, one a line, and what becomes of them.
fn check(own: &str, expected: Expect) {
    let pairs: Vec<_> =
        own.lines().map(|line| line.split_once('=').map_or((line, None), |(key, text)| (key, Some(text)))).collect();
    let shown = match TopicConfig::resolve(&broker(""), pairs) {
        Ok(_) => "ok".to_owned(),
        Err(invalid) => invalid.to_string(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn every_topic_setting_has_a_field_of_its_type() {
    let mut keys: Vec<_> = table::settings(Scope::Topic).map(|setting| setting.name).collect();
    let mut fields = TopicConfig::KEYS.to_vec();
    keys.sort_unstable();
    fields.sort_unstable();
    assert_eq!(keys, fields);
    for (key, suits) in SUITS {
        assert!(suits(), "{key} is not of its field's type");
    }
}

#[test]
fn a_topic_that_says_nothing_has_kafkas_defaults() {
    let config = TopicConfig::of(&broker(""));
    let mut spelled_out = config.clone();
    for setting in table::settings(Scope::Topic) {
        if let Some(default) = setting.default.text() {
            spelled_out.set(setting.name, default).expect("a default is accepted");
        }
    }
    assert_eq!(config, spelled_out);
}

#[test]
fn a_topic_inherits_its_brokers_settings_and_overrides_them() {
    let broker =
        broker("log.retention.hours=1\nlog.segment.bytes=2000000\ncompression.type=zstd\nlog.cleanup.policy=compact\n");
    let config = TopicConfig::resolve(&broker, [("retention.ms", Some("5")), ("internal.segment.bytes", Some("100"))])
        .expect("valid");
    assert_eq!((config.retention_ms, config.segment_bytes, config.segment_size_bytes()), (5, 2_000_000, 100));
    assert_eq!(config.cleanup_policy, CleanupPolicy { delete: false, compact: true });
    assert_eq!(TopicConfig::of(&broker).retention_ms, 3_600_000);
}

#[test]
fn what_a_topic_may_not_say_is_refused_in_kafkas_words() {
    check("retention.ms=5\ncleanup.policy=compact,delete", expect!["ok"]);
    check("nosuch=1", expect!["Unknown topic config name: nosuch"]);
    check("retention.ms", expect!["Null value not supported for topic configs: retention.ms"]);
    check("segment.bytes=1\nnosuch=1", expect!["Unknown topic config name: nosuch"]);
    check(
        "segment.bytes=1",
        expect!["Invalid value 1 for configuration segment.bytes: Value must be at least 1048576"],
    );
    check(
        "min.compaction.lag.ms=10\nmax.compaction.lag.ms=5",
        expect!["conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)"],
    );
    check(
        "remote.storage.enable=true",
        expect![
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage."
        ],
    );
}
