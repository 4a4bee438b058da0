//! Properties as people write them, and what they come to.

use expect_test::{Expect, expect};

use super::read;
use crate::{Codec, OffsetReset, Partitioner, ProducerSettings, Settings};

fn pairs(words: &str) -> Vec<(&str, &str)> {
    words.split_whitespace().map(|word| word.split_once('=').expect("key=value")).collect()
}

/// What is wrong with each of these.
fn check(words: &str, expected: Expect) {
    let told = pairs(words).into_iter().map(|pair| match read([pair]) {
        Ok(_) => format!("{} is taken", pair.0),
        Err(e) => e.to_string(),
    });
    expected.assert_eq(&told.collect::<Vec<_>>().join("\n"));
}

#[test]
fn nothing_said_is_javas_default() {
    let configured = read::<&str, &str>([]).unwrap();
    assert_eq!(configured.settings, Settings::default());
    assert_eq!(configured.producer, ProducerSettings::default());
}

#[test]
fn names_that_mean_something_set_it_and_others_come_back() {
    let words = "bootstrap.servers=a:1,b:2 linger.ms=7 compression.type=zstd compression.zstd.level=9 acks=all
        partitioner.ignore.keys=true colour=blue ssl.truststore.location=/x key.serializer=Y auto.offset.reset=by_duration:P1DT0.5S";
    let configured = read(pairs(words)).unwrap();
    assert_eq!(configured.settings.bootstrap, ["a:1", "b:2"]);
    assert_eq!(configured.producer.linger_ms, 7);
    assert_eq!(configured.producer.compression.codec, Codec::Zstd);
    assert_eq!(configured.producer.compression.level, Some(9));
    let ignoring = Partitioner::Default { ignore_keys: true, adaptive: true, availability_timeout_ms: 0 };
    assert_eq!(configured.producer.partitioner, ignoring);
    assert_eq!(configured.consumer.auto_offset_reset, OffsetReset::ByDuration(86_400_500));
    assert_eq!(configured.unknown, ["colour"]);
}

#[test]
fn idempotence_gives_way_where_nobody_asked_for_it() {
    let idempotent = |words| read(pairs(words)).map(|configured| configured.producer.idempotence);
    assert_eq!(idempotent("acks=1"), Ok(false));
    assert_eq!(idempotent("retries=0"), Ok(false));
    assert_eq!(idempotent("enable.idempotence=false"), Ok(false));
    assert_eq!(idempotent("linger.ms=0"), Ok(true));
}

#[test]
fn values_that_cannot_be_are_refused_by_name() {
    check(
        "linger.ms=soon acks=2 enable.idempotence=yes max.in.flight.requests.per.connection=0 security.protocol=SSL
         compression.type=brotli compression.gzip.level=10 partitioner.class=com.example.Mine auto.offset.reset=by_duration:P1M
         transactional.id= partition.assignment.strategy=mine connections.max.idle.ms=-1 security.protocol=plaintext",
        expect![[r#"
            linger.ms=soon is not possible: a number from 0 to 9223372036854775807 is wanted
            acks=2 is not possible: one of all, -1, 0, 1 is wanted
            enable.idempotence=yes is not possible: true or false is wanted
            max.in.flight.requests.per.connection=0 is not possible: a number from 1 to 2147483647 is wanted
            security.protocol=SSL is not possible: PLAINTEXT is what this client speaks; TLS and SASL are not built yet
            compression.type=brotli is not possible: one of none, gzip, snappy, lz4, zstd is wanted
            compression.gzip.level=10 is not possible: 1 to 9, or -1, is wanted
            partitioner.class=com.example.Mine is not possible: org.apache.kafka.clients.producer.RoundRobinPartitioner, or nothing, is wanted
            auto.offset.reset=P1M is not possible: a duration such as P1DT2H3M4.5S is wanted
            transactional.id= is not possible: a name is wanted
            partition.assignment.strategy=mine is not possible: one of Kafka's RangeAssignor, RoundRobinAssignor, StickyAssignor, CooperativeStickyAssignor is wanted
            connections.max.idle.ms is taken
            security.protocol is taken"#]],
    );
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let refusal = |words| read(pairs(words)).unwrap_err().to_string();
    let told = [
        refusal("enable.idempotence=true acks=1"),
        refusal("enable.idempotence=true retries=0"),
        refusal("enable.idempotence=true max.in.flight.requests.per.connection=6"),
        refusal("max.in.flight.requests.per.connection=6"),
        refusal("transactional.id=t enable.idempotence=false"),
    ];
    expect![[r#"
        acks=1 is not possible: all is wanted with enable.idempotence
        retries=0 is not possible: 1 at least is wanted with enable.idempotence
        max.in.flight.requests.per.connection=6 is not possible: 5 at most is wanted with enable.idempotence
        max.in.flight.requests.per.connection=6 is not possible: 5 at most is wanted with enable.idempotence
        enable.idempotence=false is not possible: true is wanted with transactional.id"#]]
    .assert_eq(&told.join("\n"));
}
