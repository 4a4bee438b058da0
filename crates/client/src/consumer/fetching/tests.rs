//! Sessions and what is asked in them: the requests as text, the answers as data.

use std::sync::Arc;

use expect_test::{Expect, expect};
use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord};
use kampa_protocol::messages::fetch::FetchableTopicResponse;

use super::*;
use crate::OffsetReset;
use crate::cluster::{ClusterNode, PartitionView, TopicView};

struct Reader {
    fetching: Fetching,
    partitions: Partitions,
    view: ClusterView,
    settings: ConsumerSettings,
    shown: String,
}

const NOW: Monotonic = Monotonic::ZERO;
const PAUSE: Duration = Duration::from_millis(100);

/// Topic `t`, whose even partitions node 1 leads and whose odd ones node 2.
fn reader(partitions: i32) -> Reader {
    let partition = |index: i32| PartitionView {
        index,
        error: ErrorCode::NONE,
        leader: Some(1 + index % 2),
        leader_epoch: 3,
        replicas: vec![1, 2],
        isr: vec![1, 2],
        offline: vec![],
    };
    let topic = TopicView {
        name: "t".to_owned(),
        id: Uuid([1; 16]),
        is_internal: false,
        error: ErrorCode::NONE,
        partitions: (0..partitions).map(partition).collect(),
        heard: NOW,
    };
    let mut view = ClusterView::default();
    view.topics.insert("t".to_owned(), Arc::new(topic));
    for id in [1, 2] {
        let node = ClusterNode { id, host: "h".to_owned(), port: 9092, rack: None };
        view.nodes.insert(id, Arc::new(node));
    }
    let mut read = Partitions::new(OffsetReset::Earliest);
    for partition in 0..partitions {
        let name = TopicPartition::new("t", partition);
        read.add(std::slice::from_ref(&name), Need::Committed);
        read.seek(&name, &0.into());
    }
    let settings = ConsumerSettings::default();
    Reader { fetching: Fetching::default(), partitions: read, view, settings, shown: String::new() }
}

impl Reader {
    fn ask(&mut self) -> Vec<Fetch> {
        let fetches = self.fetching.requests(&mut self.partitions, &self.view, &self.settings, NOW);
        for fetch in &fetches {
            let request = &fetch.request;
            let asked = request.topics.iter().flat_map(|topic| &topic.partitions);
            let asked: Vec<String> = asked.map(|one| format!("{}@{}", one.partition, one.fetch_offset)).collect();
            let forgotten: Vec<i32> =
                request.forgotten_topics_data.iter().flat_map(|one| one.partitions.clone()).collect();
            let (id, epoch) = (request.session_id, request.session_epoch);
            self.shown += &format!("node {} session {id}/{epoch} asks {asked:?} forgets {forgotten:?}\n", fetch.node);
        }
        fetches
    }

    /// Partitions with how many records came, or which error.
    fn answer(&mut self, fetch: &Fetch, session: i32, data: &[(i32, Result<i64, ErrorCode>)]) {
        let part = |&(partition_index, what): &(i32, Result<i64, ErrorCode>)| {
            let from =
                fetch.asked.iter().find(|asked| asked.partition.partition == partition_index).map_or(0, |a| a.from);
            let mut batch = BatchBuilder::new(BatchOptions { leader_epoch: 3, ..Default::default() });
            let count = what.unwrap_or(0);
            (0..count).for_each(|_| batch.append(NewRecord { value: Some(b"v"), ..Default::default() }));
            PartitionData {
                partition_index,
                error_code: what.err().map_or(0, |code| code.0),
                high_watermark: from + count,
                records: Some(if count > 0 { vec![batch.build(from)] } else { vec![] }.into()),
                ..Default::default()
            }
        };
        let topic = FetchableTopicResponse {
            topic_id: Uuid([1; 16]),
            partitions: data.iter().map(part).collect(),
            ..Default::default()
        };
        let answer = FetchResponse { session_id: session, responses: vec![topic], ..Default::default() };
        let then = self.fetching.answered(fetch, answer, &mut self.partitions, &self.settings, NOW, PAUSE);
        self.shown += &format!("  {then:?}\n");
    }

    fn read(&mut self, count_max: usize) {
        let records = self.partitions.collect(count_max);
        let shown =
            records.map(|records| records.iter().map(|r| format!("{}:{}", r.partition, r.offset)).collect::<Vec<_>>());
        self.shown += &format!("  read {shown:?}\n");
    }

    fn is(self, wanted: Expect) {
        wanted.assert_eq(&self.shown);
    }
}

#[test]
fn a_session_is_told_only_what_changes_and_a_full_partition_holds_its_node_back() {
    let mut reader = reader(3);
    let fetches = reader.ask();
    reader.ask();
    reader.answer(&fetches[0], 77, &[(0, Ok(2)), (2, Ok(0))]);
    let again = reader.ask();
    reader.answer(&again[0], 77, &[(0, Ok(1))]);
    reader.ask();
    reader.read(1);
    reader.ask();
    reader.read(10);
    let last = reader.ask();
    reader.fetching.failed(&last[0], &mut reader.partitions, NOW);
    reader.ask();
    reader.is(expect![[r#"
        node 1 session 0/0 asks ["0@0", "2@0"] forgets []
        node 2 session 0/0 asks ["1@0"] forgets []
          Consequences { refresh_metadata: false, has_records: true }
        node 1 session 77/1 asks ["0@2"] forgets []
          Consequences { refresh_metadata: false, has_records: true }
          read Ok(["0:0"])
          read Ok(["0:1", "0:2"])
        node 1 session 77/2 asks ["0@3"] forgets []
        node 1 session 0/0 asks ["0@3", "2@0"] forgets []
    "#]]);
}

#[test]
fn errors_of_partitions() {
    let mut reader = reader(5);
    let fetches = reader.ask();
    let codes =
        [ErrorCode::NOT_LEADER_OR_FOLLOWER, ErrorCode::OFFSET_OUT_OF_RANGE, ErrorCode::TOPIC_AUTHORIZATION_FAILED];
    reader.answer(&fetches[0], 0, &[(0, Err(codes[0])), (2, Err(codes[1])), (4, Err(codes[2]))]);
    let failure = reader.partitions.failure();
    reader.shown += &format!("  {failure:?}\n");
    let need = reader.partitions.find(&TopicPartition::new("t", 2)).map(|one| one.need);
    reader.shown += &format!("  {need:?}\n");
    reader.ask();
    reader.is(expect![[r#"
        node 1 session 0/0 asks ["0@0", "2@0", "4@0"] forgets []
        node 2 session 0/0 asks ["1@0", "3@0"] forgets []
          Consequences { refresh_metadata: true, has_records: true }
          Some(Broker { code: TOPIC_AUTHORIZATION_FAILED, what: "topic t", message: None })
          Some(Reset(Earliest))
    "#]]);
}

#[test]
fn an_answer_to_what_was_asked_before_a_seek_is_not_taken() {
    let mut reader = reader(1);
    let fetches = reader.ask();
    reader.partitions.seek(&TopicPartition::new("t", 0), &40.into());
    reader.answer(&fetches[0], 5, &[(0, Ok(3))]);
    reader.read(10);
    reader.ask();
    reader.is(expect![[r#"
        node 1 session 0/0 asks ["0@0"] forgets []
          Consequences { refresh_metadata: false, has_records: false }
          read Ok([])
        node 1 session 5/1 asks ["0@40"] forgets []
    "#]]);
}

#[test]
fn sessions_that_are_open_are_ended_once() {
    let mut reader = reader(2);
    let fetches = reader.ask();
    reader.answer(&fetches[0], 77, &[(0, Ok(0))]);
    reader.answer(&fetches[1], 0, &[(1, Ok(0))]);
    reader.ask();
    for _ in 0..2 {
        for (node, request) in reader.fetching.farewells() {
            let FetchRequest { session_id, session_epoch, topics, max_wait_ms, .. } = request;
            reader.shown += &format!("node {node} session {session_id}/{session_epoch} {topics:?} {max_wait_ms} ms\n");
        }
    }
    reader.is(expect![[r#"
        node 1 session 0/0 asks ["0@0"] forgets []
        node 2 session 0/0 asks ["1@0"] forgets []
          Consequences { refresh_metadata: false, has_records: false }
          Consequences { refresh_metadata: false, has_records: false }
        node 1 session 77/1 asks [] forgets []
        node 2 session 0/0 asks ["1@0"] forgets []
        node 1 session 77/-1 [] 0 ms
    "#]]);
}
