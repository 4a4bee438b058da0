//! Requests as scripts: entities separated by ` + `, a kind with a name each, `user:` is the default; the answers are those that
//! Apache Kafka 4.4.0 gave to the same requests.

use std::fmt::Write;

use expect_test::{Expect, expect};
use kampa_protocol::messages::alter_client_quotas::*;
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_protocol::{ErrorCode, Text};

use crate::tests::Cluster;

fn check(script: &str, expected: Expect) {
    let mut cluster = Cluster::of_one();
    let mut told = String::new();
    for line in script.lines().map(str::trim) {
        let (validate_only, line) = line.strip_prefix("only validate ").map_or((false, line), |line| (true, line));
        let entries = line.split(" + ").map(entry).collect();
        let request = AlterClientQuotasRequest { entries, validate_only, ..Default::default() };
        let decided = cluster.controller.alter_client_quotas(&request, |name| name != "nowhere");
        for entry in &decided.answer.entries {
            let message = entry.error_message.as_ref().map(|message| format!(" {message}")).unwrap_or_default();
            let what = if entry.error_code == 0 { "ok" } else { ErrorCode(entry.error_code).name() };
            let _ = writeln!(told, "{}: {what}{message}", in_words(&entry.entity));
        }
        for record in &decided.records {
            let MetadataRecord::ClientQuota(record) = record else { panic!("a {}", record.name()) };
            let value = if record.remove { "removed".to_owned() } else { record.value.to_string() };
            let _ = writeln!(told, "  {} {value}", record.key);
            cluster.controller.replay(&record.clone().into());
        }
    }
    expected.assert_eq(&told);
}

/// `user:alice client-id: producer_byte_rate=5 consumer_byte_rate=-`
fn entry(text: &str) -> EntryData {
    let mut entry = EntryData::default();
    for word in text.split_whitespace() {
        if let Some((key, value)) = word.split_once('=') {
            let (value, remove) = (value.parse().unwrap_or(0.0), value == "-");
            entry.ops.push(OpData { key: key.into(), value, remove, ..Default::default() });
        } else {
            let (kind, name) = word.split_once(':').unwrap();
            let name = match name {
                "" => None,
                "''" => Some(Text::default()),
                name => Some(name.into()),
            };
            entry.entity.push(EntityData { entity_type: kind.into(), entity_name: name, ..Default::default() });
        }
    }
    entry
}

fn in_words(entity: &[EntityData]) -> String {
    let part = |part: &EntityData| format!("{}:{}", part.entity_type, part.entity_name.as_deref().unwrap_or_default());
    entity.iter().map(part).collect::<Vec<_>>().join(" ")
}

#[test]
fn only_what_changes_is_recorded() {
    check(
        "user:alice producer_byte_rate=1000 request_percentage=0.001
         user:alice producer_byte_rate=1000 request_percentage=0.002
         user:alice request_percentage=- consumer_byte_rate=-
         user:nobody producer_byte_rate=-
         user:idle
         only validate user:alice producer_byte_rate=5
         user:alice nonsense=-",
        expect![[r#"
            user:alice: ok
              producer_byte_rate 1000
              request_percentage 0.001
            user:alice: ok
              request_percentage 0.002
            user:alice: ok
              request_percentage removed
            user:nobody: ok
            user:idle: ok
            user:alice: ok
            user:alice: ok
        "#]],
    );
}

#[test]
fn entities_are_of_kinds_that_exist_and_go_together() {
    check(
        "producer_byte_rate=5
         group:a producer_byte_rate=5
         :a producer_byte_rate=5
         USER:a producer_byte_rate=5
         user:'' producer_byte_rate=5
         client-id:z user:'' producer_byte_rate=5
         ip:'' connection_creation_rate=5
         ip:1.2.3.4 user:a connection_creation_rate=5
         ip:nowhere connection_creation_rate=5
         ip: connection_creation_rate=5
         ip:1.2.3.4 producer_byte_rate=5
         user:a connection_creation_rate=5
         user:a user:b producer_byte_rate=5
         client-id:a user:b client-id: producer_byte_rate=5",
        expect![[r#"
            : INVALID_REQUEST Invalid empty client quota entity
            group:a: INVALID_REQUEST Unhandled client quota entity type: group
            :a: INVALID_REQUEST Unhandled client quota entity type: 
            USER:a: INVALID_REQUEST Unhandled client quota entity type: USER
            user:: INVALID_REQUEST Empty user not supported
            client-id:z user:: INVALID_REQUEST Empty user not supported
            ip:: INVALID_REQUEST Empty ip not supported
            ip:1.2.3.4 user:a: INVALID_REQUEST Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId
            ip:nowhere: INVALID_REQUEST nowhere is not a valid IP or resolvable host.
            ip:: ok
              connection_creation_rate 5
            ip:1.2.3.4: INVALID_REQUEST Invalid configuration key producer_byte_rate
            user:a: INVALID_REQUEST Invalid configuration key connection_creation_rate
            user:b: ok
              producer_byte_rate 5
            client-id: user:b: ok
              producer_byte_rate 5
        "#]],
    );
}

#[test]
fn values_are_numbers_of_their_quota() {
    check(
        "user:a =5
         user:a producer_byte_rate=0
         user:a producer_byte_rate=-1
         user:a producer_byte_rate=NaN
         user:a producer_byte_rate=-inf
         user:a request_percentage=inf
         user:a producer_byte_rate=1.5
         user:a producer_byte_rate=1.0000001
         user:a producer_byte_rate=9.3e18
         user:a producer_byte_rate=9223372036854775807
         user:a controller_mutation_rate=0.25
         ip:: connection_creation_rate=2147483648
         ip:: connection_creation_rate=1.5
         user:pb producer_byte_rate=5 consumer_byte_rate=0
         user:good producer_byte_rate=5 + user:bad producer_byte_rate=0",
        expect![[r#"
            user:a: INVALID_REQUEST Invalid configuration key 
            user:a: INVALID_REQUEST Quota producer_byte_rate must be greater than 0
            user:a: INVALID_REQUEST Quota producer_byte_rate must be greater than 0
            user:a: INVALID_REQUEST Quota producer_byte_rate must be a finite number
            user:a: INVALID_REQUEST Quota producer_byte_rate must be a finite number
            user:a: INVALID_REQUEST Quota request_percentage must be a finite number
            user:a: INVALID_REQUEST producer_byte_rate cannot be a fractional value.
            user:a: ok
              producer_byte_rate 1.0000001
            user:a: INVALID_REQUEST Proposed value for producer_byte_rate is too large for a LONG.
            user:a: ok
              producer_byte_rate 9223372036854776000
            user:a: ok
              controller_mutation_rate 0.25
            ip::: INVALID_REQUEST Proposed value for connection_creation_rate is too large for an INT.
            ip::: INVALID_REQUEST connection_creation_rate cannot be a fractional value.
            user:pb: INVALID_REQUEST Quota consumer_byte_rate must be greater than 0
            user:good: ok
            user:bad: INVALID_REQUEST Quota producer_byte_rate must be greater than 0
              producer_byte_rate 5
        "#]],
    );
}

#[test]
fn of_an_entity_twice_the_first_stands_and_the_answer_is_of_the_last() {
    check(
        "user:et producer_byte_rate=5 + user:et consumer_byte_rate=6
         client-id:c user:et producer_byte_rate=5 + user:et client-id:c consumer_byte_rate=6
         user: bad=5 + user: producer_byte_rate=6
         user:kt producer_byte_rate=5 producer_byte_rate=6
         user:kt producer_byte_rate=- producer_byte_rate=6",
        expect![[r#"
            user:et: INVALID_REQUEST Ignoring duplicate entity ClientQuotaEntity(entries={user=et})
              producer_byte_rate 5
            client-id:c user:et: INVALID_REQUEST Ignoring duplicate entity ClientQuotaEntity(entries={client-id=c, user=et})
              producer_byte_rate 5
            user:: INVALID_REQUEST Ignoring duplicate entity ClientQuotaEntity(entries={user=null})
            user:kt: INVALID_REQUEST Ignoring duplicate entity ClientQuotaEntity(entries={user=kt})
            user:kt: INVALID_REQUEST Ignoring duplicate entity ClientQuotaEntity(entries={user=kt})
        "#]],
    );
}

#[test]
fn too_many_records_are_none() {
    let mut cluster = Cluster::of_one();
    let entries = |count: usize| (0..count).map(|n| entry(&format!("user:u{n} producer_byte_rate=5"))).collect();
    let mut ask = |count| {
        let request = AlterClientQuotasRequest { entries: entries(count), ..Default::default() };
        let decided = cluster.controller.alter_client_quotas(&request, |_| true);
        let answer = &decided.answer.entries[count - 1];
        let told = format!("{} answers, {} records: ", decided.answer.entries.len(), decided.records.len());
        decided.records.iter().for_each(|record| cluster.controller.replay(record));
        format!("{told}{} {:?}", ErrorCode(answer.error_code).name(), answer.error_message.as_deref())
    };
    expect![[
        r#"10001 answers, 0 records: POLICY_VIOLATION Some("Request parameters do not satisfy the configured policy.")"#
    ]]
    .assert_eq(&ask(10_001));
    expect!["10000 answers, 10000 records: NONE None"].assert_eq(&ask(10_000));
}

/// A hundred thousand parts of one entity, or as many entries of one: each is looked at once.
#[test]
fn many_of_the_same_are_one() {
    let cluster = Cluster::of_one();
    let part = EntityData { entity_type: "user".into(), entity_name: Some("a".into()), ..Default::default() };
    let op = OpData { key: "producer_byte_rate".into(), value: 5.0, ..Default::default() };
    let wide = EntryData { entity: vec![part.clone(); 100_000], ops: vec![op.clone()], ..Default::default() };
    let narrow = EntryData { entity: vec![part], ops: vec![op], ..Default::default() };
    for entries in [vec![wide], vec![narrow; 100_000]] {
        let request = AlterClientQuotasRequest { entries, ..Default::default() };
        let decided = cluster.controller.alter_client_quotas(&request, |_| true);
        assert_eq!((decided.answer.entries.len(), decided.records.len()), (1, 1));
    }
}
