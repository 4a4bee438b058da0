//! Sessions as scripts: a consumer's requests, and what each answer carries.

use expect_test::{Expect, expect};
use kampa_protocol::messages::fetch::{FetchPartition, FetchRequest, FetchTopic, ForgottenTopic, PartitionData};
use kampa_protocol::{ErrorCode, Records};
use kampa_world::Monotonic;

use super::{FetchKey, FetchSessions};

/// A version that names topics by name.
const VERSION: i16 = 12;

/// One consumer of a node with room for one session. A step is a request, ` -> ` and what the partitions have to say:
///
/// `epoch=1 +t/0 -t/1 -> t/0:hw=5,records` asks for t/0 and forgets t/1; in the log t/0 has records up to 5.
/// The session id is the last one the node gave, unless `id=7` says another.
fn check(steps: &[&str], expected: Expect) {
    let sessions = FetchSessions::new(1, 1);
    let mut last_id = 0;
    let mut answers = Vec::new();
    for (second, step) in steps.iter().enumerate() {
        let (asked, found) = step.split_once("->").unwrap_or((step, ""));
        let mut request = request(asked);
        if request.session_id == 0 {
            request.session_id = last_id;
        }
        answers.push(match sessions.plan(&request, VERSION, Monotonic::from_millis(1000 * second as u64)) {
            Err(error) => error.name().to_string(),
            Ok(plan) => {
                if request.session_epoch == 0 {
                    last_id = plan.session_id;
                }
                let told = plan.told(plan.wanted.iter().map(|wanted| data(&wanted.key, found)).collect());
                let told: Vec<_> = told.iter().map(|(key, _)| name(key)).collect();
                let kind = if plan.session_id == 0 { "no session" } else { "session" };
                format!("{kind}: {}", told.join(" "))
            }
        });
    }
    expected.assert_eq(&answers.join("\n"));
}

fn request(text: &str) -> FetchRequest {
    let mut request = FetchRequest::default();
    for word in text.split_whitespace() {
        if let Some(epoch) = word.strip_prefix("epoch=") {
            request.session_epoch = epoch.parse().unwrap();
        } else if let Some(id) = word.strip_prefix("id=") {
            request.session_id = id.parse().unwrap();
        } else if let Some(wanted) = word.strip_prefix('+') {
            let (topic, partition) = wanted.split_once('/').unwrap();
            let partition = FetchPartition { partition: partition.parse().unwrap(), ..Default::default() };
            request.topics.push(FetchTopic { topic: topic.into(), partitions: vec![partition], ..Default::default() });
        } else if let Some(forgotten) = word.strip_prefix('-') {
            let (topic, partition) = forgotten.split_once('/').unwrap();
            let partitions = vec![partition.parse().unwrap()];
            request.forgotten_topics_data.push(ForgottenTopic {
                topic: topic.into(),
                partitions,
                ..Default::default()
            });
        }
    }
    request
}

fn data(key: &FetchKey, found: &str) -> (FetchKey, PartitionData) {
    let mut data =
        PartitionData { partition_index: key.partition, records: Some(Records::default()), ..Default::default() };
    let prefix = format!("{}:", name(key));
    for fact in found.split_whitespace().filter_map(|word| word.strip_prefix(&*prefix)).flat_map(|f| f.split(',')) {
        match fact.split_once('=') {
            Some(("hw", offset)) => data.high_watermark = offset.parse().unwrap(),
            Some(("start", offset)) => data.log_start_offset = offset.parse().unwrap(),
            _ if fact == "records" => data.records = Some(Records(vec![bytes::Bytes::from_static(b"r")])),
            _ if fact == "error" => data.error_code = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0,
            _ => panic!("unknown fact {fact}"),
        }
    }
    (key.clone(), data)
}

fn name(key: &FetchKey) -> String {
    match &key.topic {
        super::TopicRef::Name(topic) => format!("{topic}/{}", key.partition),
        super::TopicRef::Id(id) => format!("{id}/{}", key.partition),
    }
}

#[test]
fn a_session_tells_only_what_changed() {
    check(
        &[
            "epoch=0 +t/0 +t/1 -> t/0:hw=5",
            "epoch=1 -> t/0:hw=5",
            "epoch=2 -> t/0:hw=6 t/1:start=1",
            "epoch=3 -> t/0:hw=6 t/1:start=1",
        ],
        expect![[r#"
            session: t/0 t/1
            session: 
            session: t/0 t/1
            session: "#]],
    );
}

#[test]
fn a_partition_with_records_goes_to_the_end_of_the_line() {
    check(
        &["epoch=0 +t/0 +t/1 -> t/0:hw=5,records", "epoch=1 -> t/0:hw=6 t/1:hw=1"],
        expect![[r#"
            session: t/0 t/1
            session: t/1 t/0"#]],
    );
}

#[test]
fn partitions_come_and_go_within_a_session() {
    check(
        &["epoch=0 +t/0 ->", "epoch=1 +u/7 -t/0 ->", "epoch=2 -> u/7:hw=1 t/0:hw=1"],
        expect![[r#"
            session: t/0
            session: u/7
            session: u/7"#]],
    );
}

#[test]
fn an_error_is_told_and_so_is_its_end() {
    check(
        &["epoch=0 +t/0 -> t/0:hw=1", "epoch=1 -> t/0:hw=1,error", "epoch=2 -> t/0:hw=1", "epoch=3 -> t/0:hw=1"],
        expect![[r#"
            session: t/0
            session: t/0
            session: t/0
            session: "#]],
    );
}

#[test]
fn wrong_ids_and_epochs_are_refused() {
    check(
        &["epoch=0 +t/0 ->", "epoch=2 ->", "id=99 epoch=1 ->", "epoch=-1 +t/0 ->", "epoch=1 ->"],
        expect![[r#"
            session: t/0
            INVALID_FETCH_SESSION_EPOCH
            FETCH_SESSION_ID_NOT_FOUND
            no session: t/0
            FETCH_SESSION_ID_NOT_FOUND"#]],
    );
}

#[test]
fn a_session_without_partitions_ends() {
    check(
        &["epoch=0 +t/0 ->", "epoch=1 -t/0 ->", "epoch=2 ->"],
        expect![[r#"
            session: t/0
            no session: 
            FETCH_SESSION_ID_NOT_FOUND"#]],
    );
}

#[test]
fn a_full_cache_gives_no_session_until_one_is_old() {
    check(
        &["epoch=0 +t/0 ->", "id=99 epoch=0 +t/0 ->"],
        expect![[r#"
            session: t/0
            no session: t/0"#]],
    );
}
