//! What decoding and encoding cost: `cargo run --release -p kampa-protocol --example cost`. Nanoseconds for one message,
//! the best of many rounds, since the clock of a shared machine only ever errs upwards.

// A measurement needs the machine's clock.
#![allow(clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::Instant;

use bytes::Bytes;
use kampa_protocol::messages::metadata::{MetadataResponsePartition, MetadataResponseTopic};
use kampa_protocol::messages::produce::{PartitionProduceData, TopicProduceData};
use kampa_protocol::messages::{FetchRequest, FetchResponse, MetadataResponse, ProduceRequest, fetch};
use kampa_protocol::wire::{decode_whole, encode_whole};
use kampa_protocol::{Message, Records, Uuid, Writer};

fn main() {
    let batch = Bytes::from(vec![7u8; 16 * 1024]);
    let partition = PartitionProduceData { records: Some(Records::from(batch.clone())), ..Default::default() };
    let topic = TopicProduceData { name: "orders".into(), partition_data: vec![partition], ..Default::default() };
    let produce = ProduceRequest { acks: -1, topic_data: vec![topic], ..Default::default() };
    both("Produce 9, one batch of 16 KiB", &produce, 9);

    let wanted = (0..10).map(|partition| fetch::FetchPartition { partition, ..Default::default() }).collect();
    let topic = fetch::FetchTopic { topic_id: Uuid([1; 16]), partitions: wanted, ..Default::default() };
    both("Fetch request 13, 10 partitions", &FetchRequest { topics: vec![topic], ..Default::default() }, 13);

    let given = |partition_index| fetch::PartitionData {
        partition_index,
        records: Some(Records::from(batch.clone())),
        ..Default::default()
    };
    let topic = fetch::FetchableTopicResponse {
        topic_id: Uuid([1; 16]),
        partitions: (0..10).map(given).collect(),
        ..Default::default()
    };
    both("Fetch response 13, 10 partitions", &FetchResponse { responses: vec![topic], ..Default::default() }, 13);

    let partition = |partition_index| MetadataResponsePartition {
        partition_index,
        replica_nodes: vec![1, 2, 3],
        isr_nodes: vec![1, 2, 3],
        ..Default::default()
    };
    let topic = |at: usize| MetadataResponseTopic {
        name: Some(format!("topic-{at}").into()),
        partitions: (0..10).map(partition).collect(),
        ..Default::default()
    };
    let metadata = MetadataResponse { topics: (0..100).map(topic).collect(), ..Default::default() };
    both("Metadata response 12, 100 topics of 10 partitions", &metadata, 12);
}

fn both<M: Message>(what: &str, message: &M, version: i16) {
    let bytes = encode_whole(message, version).expect("a message").into_bytes();
    let decode = best(|| {
        black_box(decode_whole::<M>(black_box(&bytes), version).expect("a message"));
    });
    let encode = best(|| {
        let mut w = Writer::framed();
        black_box(message).encode(&mut w, version).expect("a message");
        black_box(w.finish());
    });
    println!("{what}: decode {decode:.0} ns, encode {encode:.0} ns ({} bytes)", bytes.len());
}

/// Nanoseconds of one call.
fn best(mut call: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        for _ in 0..CALLS {
            call();
        }
        best = best.min(begun.elapsed().as_nanos() as f64 / f64::from(CALLS));
    }
    best
}

const ROUNDS: u32 = 200;
const CALLS: u32 = 500;
