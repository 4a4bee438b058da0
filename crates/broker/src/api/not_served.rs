//! What is not served yet: known keys, absent from ApiVersions, answered UNSUPPORTED_VERSION if a client asks all the same.
//!
//! Where the answer has an error of its own it carries it; where every item has one, each of the request's items gets
//! it. An API that moves out of here gets a file of its own beside this one.

use kampa_protocol::messages::{self as m, *};
use kampa_protocol::{ApiKey, ErrorCode, Reader, Request, RequestHeader};
use kampa_transport as transport;

use crate::answer::Answer;
use crate::apis::Observer;

const ERROR: i16 = ErrorCode::UNSUPPORTED_VERSION.0;

pub fn answer(key: ApiKey, header: RequestHeader, reader: Reader<'_>, observer: Observer) -> transport::Answer {
    let call = Call { header, reader, observer };
    macro_rules! whole {
        ($request:ident, $response:ident) => {
            call.answer(|_: $request| $response { error_code: ERROR, ..Default::default() })
        };
    }
    match key {
        ApiKey::SaslHandshake => whole!(SaslHandshakeRequest, SaslHandshakeResponse),
        ApiKey::SaslAuthenticate => whole!(SaslAuthenticateRequest, SaslAuthenticateResponse),
        ApiKey::AddOffsetsToTxn => whole!(AddOffsetsToTxnRequest, AddOffsetsToTxnResponse),
        ApiKey::EndTxn => whole!(EndTxnRequest, EndTxnResponse),
        ApiKey::ListTransactions => whole!(ListTransactionsRequest, ListTransactionsResponse),
        ApiKey::ConsumerGroupHeartbeat => whole!(ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse),
        ApiKey::ShareGroupHeartbeat => whole!(ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse),
        ApiKey::ShareFetch => whole!(ShareFetchRequest, ShareFetchResponse),
        ApiKey::ShareAcknowledge => whole!(ShareAcknowledgeRequest, ShareAcknowledgeResponse),
        ApiKey::StreamsGroupHeartbeat => whole!(StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse),
        ApiKey::AddPartitionsToTxn => call.answer(add_partitions_to_txn),
        ApiKey::TxnOffsetCommit => call.answer(txn_offset_commit),
        ApiKey::DescribeTransactions => call.answer(describe_transactions),
        ApiKey::ConsumerGroupDescribe => call.answer(consumer_group_describe),
        ApiKey::ShareGroupDescribe => call.answer(share_group_describe),
        ApiKey::StreamsGroupDescribe => call.answer(streams_group_describe),
        ApiKey::DescribeShareGroupOffsets => call.answer(describe_share_group_offsets),
        ApiKey::AlterShareGroupOffsets => whole!(AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse),
        ApiKey::DeleteShareGroupOffsets => whole!(DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse),
        ApiKey::StreamsGroupTopologyDescriptionUpdate => {
            whole!(StreamsGroupTopologyDescriptionUpdateRequest, StreamsGroupTopologyDescriptionUpdateResponse)
        }
        // Between nodes only: no client of ours to answer.
        _ => transport::Answer::Close,
    }
}

struct Call<'a> {
    header: RequestHeader,
    reader: Reader<'a>,
    observer: Observer,
}

impl Call<'_> {
    fn answer<Q: Request>(mut self, respond: impl FnOnce(Q) -> Q::Response) -> transport::Answer
    where
        Q::Response: Send + 'static,
    {
        match Q::decode(&mut self.reader, self.header.api_version) {
            Ok(request) => Answer::Now(respond(request)).into_frames(self.header, self.observer),
            Err(_) => transport::Answer::Close,
        }
    }
}

fn add_partitions_to_txn(request: AddPartitionsToTxnRequest) -> AddPartitionsToTxnResponse {
    use m::add_partitions_to_txn::*;
    let partition = |partition_index| AddPartitionsToTxnPartitionResult {
        partition_index,
        partition_error_code: ERROR,
        ..Default::default()
    };
    let topic = |t: AddPartitionsToTxnTopic| AddPartitionsToTxnTopicResult {
        name: t.name,
        results_by_partition: t.partitions.into_iter().map(partition).collect(),
        ..Default::default()
    };
    let transaction = |t: AddPartitionsToTxnTransaction| AddPartitionsToTxnResult {
        transactional_id: t.transactional_id,
        topic_results: t.topics.into_iter().map(topic).collect(),
        ..Default::default()
    };
    AddPartitionsToTxnResponse {
        error_code: ERROR,
        results_by_transaction: request.transactions.into_iter().map(transaction).collect(),
        results_by_topic_v3_and_below: request.v3_and_below_topics.into_iter().map(topic).collect(),
        ..Default::default()
    }
}

fn txn_offset_commit(request: TxnOffsetCommitRequest) -> TxnOffsetCommitResponse {
    use m::txn_offset_commit::*;
    let partition = |p: TxnOffsetCommitRequestPartition| TxnOffsetCommitResponsePartition {
        partition_index: p.partition_index,
        error_code: ERROR,
        ..Default::default()
    };
    let topic = |t: TxnOffsetCommitRequestTopic| TxnOffsetCommitResponseTopic {
        name: t.name,
        topic_id: t.topic_id,
        partitions: t.partitions.into_iter().map(partition).collect(),
        ..Default::default()
    };
    TxnOffsetCommitResponse { topics: request.topics.into_iter().map(topic).collect(), ..Default::default() }
}

fn describe_transactions(request: DescribeTransactionsRequest) -> DescribeTransactionsResponse {
    use m::describe_transactions::*;
    let refused = |transactional_id| TransactionState { error_code: ERROR, transactional_id, ..Default::default() };
    let transaction_states = request.transactional_ids.into_iter().map(refused).collect();
    DescribeTransactionsResponse { transaction_states, ..Default::default() }
}

fn consumer_group_describe(request: ConsumerGroupDescribeRequest) -> ConsumerGroupDescribeResponse {
    use m::consumer_group_describe::*;
    let refused = |group_id| DescribedGroup { error_code: ERROR, group_id, ..Default::default() };
    ConsumerGroupDescribeResponse { groups: request.group_ids.into_iter().map(refused).collect(), ..Default::default() }
}

fn share_group_describe(request: ShareGroupDescribeRequest) -> ShareGroupDescribeResponse {
    use m::share_group_describe::*;
    let refused = |group_id| DescribedGroup { error_code: ERROR, group_id, ..Default::default() };
    ShareGroupDescribeResponse { groups: request.group_ids.into_iter().map(refused).collect(), ..Default::default() }
}

fn streams_group_describe(request: StreamsGroupDescribeRequest) -> StreamsGroupDescribeResponse {
    use m::streams_group_describe::*;
    let refused = |group_id| DescribedGroup { error_code: ERROR, group_id, ..Default::default() };
    StreamsGroupDescribeResponse { groups: request.group_ids.into_iter().map(refused).collect(), ..Default::default() }
}

fn describe_share_group_offsets(request: DescribeShareGroupOffsetsRequest) -> DescribeShareGroupOffsetsResponse {
    use m::describe_share_group_offsets::*;
    let refused = |group: DescribeShareGroupOffsetsRequestGroup| DescribeShareGroupOffsetsResponseGroup {
        group_id: group.group_id,
        error_code: ERROR,
        ..Default::default()
    };
    DescribeShareGroupOffsetsResponse {
        groups: request.groups.into_iter().map(refused).collect(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests;
