//! A producer against a node of ours on the simulated world: what was acknowledged lies there once, in order, whatever the
//! network does.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use kampa_formats::batch::batches;
use kampa_protocol::messages::FetchRequest;
use kampa_protocol::messages::fetch::{FetchPartition, FetchTopic};
use kampa_world::sim::{Faults, Simulation};

use super::{Record, RecordView};
use crate::tests::{create_topic, node_and_client, start_node};
use crate::{Acks, Client, Codec, Compression, Error, ProducerSettings, Settings, To, Topics};

/// Every record of a partition: offset and value.
async fn read(client: &Client, topic: &str, partition: i32) -> Vec<(i64, String)> {
    let view = client.metadata(Topics::Named(&[topic])).await.expect("metadata");
    let topic_id = view.topics[topic].id;
    let mut records = Vec::new();
    loop {
        let fetch_offset = records.last().map_or(0, |(offset, _)| offset + 1);
        let make = |version| {
            let partition =
                FetchPartition { partition, fetch_offset, partition_max_bytes: 1 << 20, ..Default::default() };
            let mut asked = FetchTopic { partitions: vec![partition], ..Default::default() };
            if version >= 13 {
                asked.topic_id = topic_id
            } else {
                asked.topic = topic.into()
            }
            Ok(FetchRequest {
                max_wait_ms: 0,
                min_bytes: 0,
                max_bytes: 1 << 20,
                topics: vec![asked],
                ..Default::default()
            })
        };
        let (_, answer) = client.call_with(To::Leader { topic, partition }, make).await.expect("a fetch");
        let part = &answer.responses[0].partitions[0];
        assert_eq!(part.error_code, 0);
        let before = records.len();
        for batch in batches(part.records.as_ref().map(|records| records.to_bytes()).unwrap_or_default()) {
            for record in batch.unwrap().records(1 << 24).unwrap().map(Result::unwrap) {
                if record.offset >= fetch_offset {
                    records.push((record.offset, String::from_utf8(record.value.unwrap().to_vec()).unwrap()));
                }
            }
        }
        if records.len() == before {
            return records;
        }
    }
}

/// Sends numbered records to `partitions` by turns, then checks that each lies where its delivery says, once, in order.
async fn send_and_check(client: &Client, settings: ProducerSettings, count: usize, partitions: i32, pause: Duration) {
    let producer = client.producer(settings).unwrap();
    let mut deliveries = Vec::new();
    for number in 0..count {
        let value = format!("{number} {}", "x".repeat(number % 300));
        let record =
            Record { partition: Some(number as i32 % partitions), ..Record::new("orders", Bytes::from(value.clone())) };
        deliveries.push((value, producer.send(record).await.unwrap()));
        if number % 7 == 0 {
            client.world().sleep(pause).await;
        }
    }
    let mut expected: BTreeMap<i32, Vec<(i64, String)>> = BTreeMap::new();
    let mut next: BTreeMap<i32, i64> = BTreeMap::new();
    for (value, delivery) in deliveries {
        let told = delivery.await.unwrap();
        let offset = next.entry(told.partition).or_default();
        assert_eq!(told.offset, *offset, "{value}");
        *offset += 1;
        expected.entry(told.partition).or_default().push((told.offset, value));
    }
    producer.close().await.unwrap();
    for (partition, expected) in expected {
        assert_eq!(read(client, "orders", partition).await, expected);
    }
}

#[test]
fn nothing_is_lost_doubled_or_moved_on_a_network_that_cuts() {
    for seed in 0..12 {
        let simulation = Simulation::new(seed, Faults { connection_cuts: 0.01, ..Faults::rough() });
        simulation.run(async {
            let (_node, client) = node_and_client(&simulation, Settings::bootstrap("node:9092")).await;
            create_topic(&client, "orders", 3).await;
            let settings = ProducerSettings { batch_bytes: 900, ..ProducerSettings::default() };
            send_and_check(&client, settings, 600, 3, Duration::from_millis(40)).await;
        });
        let cuts =
            simulation.faults().iter().find(|(name, _)| *name == "connection cut").map_or(0, |(_, count)| *count);
        assert!(cuts > 0, "seed {seed} cut nothing");
    }
}

#[test]
fn nothing_is_lost_doubled_or_moved_when_the_node_is_killed() {
    for seed in 0..6 {
        let simulation = Simulation::new(seed, Faults::none());
        simulation.run(async {
            let (node, client) = node_and_client(&simulation, Settings::bootstrap("node:9092")).await;
            create_topic(&client, "orders", 2).await;
            let (control, driver) = (simulation.control(), simulation.process("driver"));
            let killer = driver.clone().spawn("killer", async move {
                let mut node = node;
                for _ in 0..4 {
                    driver.sleep(Duration::from_millis(700)).await;
                    control.kill("node");
                    drop(node);
                    node = start_node(&control.process("node"), "").await;
                }
                node
            });
            let settings = ProducerSettings { batch_bytes: 500, ..ProducerSettings::default() };
            send_and_check(&client, settings, 500, 2, Duration::from_millis(50)).await;
            drop(killer.await);
        });
    }
}

#[test]
fn every_codec_arrives() {
    let simulation = Simulation::new(5, Faults::none());
    simulation.run(async {
        let (_node, client) = node_and_client(&simulation, Settings::bootstrap("node:9092")).await;
        for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
            let topic = codec.name();
            create_topic(&client, topic, 1).await;
            let settings = ProducerSettings { compression: Compression::of(codec), ..ProducerSettings::default() };
            let producer = client.producer(settings).unwrap();
            for number in 0..50 {
                let value = format!("{number} {}", "y".repeat(500));
                drop(producer.send(Record::new(topic, value.into_bytes())).await.unwrap());
            }
            producer.flush().await.unwrap();
            assert_eq!(producer.buffered_bytes(), 0);
            producer.close().await.unwrap();
            let values = read(&client, topic, 0).await;
            assert_eq!(values.len(), 50, "{topic}");
            assert!(values[49].1.starts_with("49 y"), "{topic}");
        }
    });
}

#[test]
fn acknowledgements_of_nobody_and_of_the_leader() {
    let simulation = Simulation::new(5, Faults::none());
    simulation.run(async {
        let (_node, client) = node_and_client(&simulation, Settings::bootstrap("node:9092")).await;
        create_topic(&client, "orders", 1).await;
        for (acks, offset) in [(Acks::None, -1), (Acks::Leader, 1)] {
            let settings = ProducerSettings { acks, idempotence: false, ..ProducerSettings::default() };
            let producer = client.producer(settings).unwrap();
            let told = producer.send(Record::new("orders", "one")).await.unwrap().await.unwrap();
            assert_eq!(told.offset, offset, "{acks:?}");
            producer.close().await.unwrap();
            assert_eq!(producer.send(Record::new("orders", "late")).await.unwrap_err(), Error::Closed);
        }
        assert_eq!(read(&client, "orders", 0).await.len(), 2);
    });
}

#[test]
fn a_batch_larger_than_the_topic_takes_is_cut_and_a_record_is_refused() {
    let simulation = Simulation::new(5, Faults::none());
    simulation.run(async {
        let node = start_node(&simulation.process("node"), "message.max.bytes=2000").await;
        let client = Client::on(simulation.process("client"), Settings::bootstrap("node:9092")).unwrap();
        create_topic(&client, "orders", 1).await;
        let producer = client.producer(ProducerSettings::default()).unwrap();
        let mut deliveries = Vec::new();
        for number in 0..20 {
            let size = if number == 10 { 3_000 } else { 300 };
            deliveries.push(producer.send(Record::new("orders", vec![b'a' + number; size])).await.unwrap());
        }
        let mut told = Vec::new();
        for delivery in deliveries {
            told.push(delivery.await.map(|told| told.offset).map_err(|error| error.code().map(|code| code.name())));
        }
        let expected = (0..20).map(|number| match number {
            10 => Err(Some("MESSAGE_TOO_LARGE")),
            _ => Ok(number - i64::from(number > 10)),
        });
        assert_eq!(told, expected.collect::<Vec<_>>());
        let after = producer.send(Record::new("orders", "after")).await.unwrap().await.unwrap();
        assert_eq!(after.offset, 19);
        drop(node);
    });
}

#[test]
fn what_cannot_be_sent_is_refused_in_time_and_by_name() {
    let simulation = Simulation::new(5, Faults::none());
    simulation.run(async {
        let node = start_node(&simulation.process("node"), "auto.create.topics.enable=false").await;
        let client = Client::on(simulation.process("client"), Settings::bootstrap("node:9092")).unwrap();
        create_topic(&client, "orders", 1).await;
        let settings = ProducerSettings {
            max_block_ms: 1_000,
            buffer_bytes: 4_000,
            request_bytes_max: 3_000,
            delivery_timeout_ms: 5_000,
            ..ProducerSettings::default()
        };
        let producer = client.producer(settings).unwrap();
        let refused = async |topic, partition, bytes| {
            let value = vec![0; bytes];
            let record = RecordView { topic, partition, value: Some(&value), ..RecordView::default() };
            producer.send_view(&record).await.unwrap_err().to_string()
        };
        assert_eq!(
            refused("absent", None, 1).await,
            "finding topic absent in the cluster's metadata was not done within 1000 ms"
        );
        assert_eq!(
            refused("orders", Some(7), 1).await,
            "finding partition 7 of topic orders in the cluster's metadata was not done within 1000 ms"
        );
        assert_eq!(
            refused("orders", None, 3_000).await,
            "the record has 3086 bytes, 3000 are allowed: see max.request.size"
        );
        assert_eq!(refused("a b", None, 1).await, "topic a b: INVALID_TOPIC_EXCEPTION");
        drop(node);
        simulation.kill("node");
        let kept = producer.send(Record::new("orders", vec![0; 2_900])).await.unwrap();
        assert_eq!(
            refused("orders", None, 2_900).await,
            "no room for 2909 bytes in the buffer of 4000 within 1000 ms (buffer.memory, max.block.ms)"
        );
        assert_eq!(
            kept.await.unwrap_err().to_string(),
            "delivery to orders-0 (delivery.timeout.ms) was not done within 5000 ms"
        );
        producer.close().await.unwrap();
    });
}
