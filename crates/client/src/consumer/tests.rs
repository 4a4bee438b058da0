//! Consumers against a node of ours on the simulated world: alone, in groups, over networks that cut and delay, with members that
//! leave and members that die.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord};
use kampa_protocol::messages::ProduceRequest;
use kampa_protocol::messages::produce::{PartitionProduceData, TopicProduceData};
use kampa_world::Monotonic;
use kampa_world::sim::{Faults, Simulation};
use parking_lot::Mutex;

use super::*;
use crate::tests::{create_topic, node_and_client};
use crate::{Assignor, Settings, To, Topics};

/// Records `from..to`, whose values are their numbers, one batch of ten after the other.
async fn produce(client: &Client, topic: &str, partition: i32, numbers: std::ops::Range<i64>) {
    let view = client.metadata(Topics::Named(&[topic])).await.unwrap();
    let numbers: Vec<i64> = numbers.collect();
    for ten in numbers.chunks(10) {
        let mut batch = BatchBuilder::new(BatchOptions::default());
        for number in ten {
            let value = number.to_string();
            batch.append(NewRecord { timestamp: *number, value: Some(value.as_bytes()), ..Default::default() });
        }
        let records = Some(vec![batch.build(0)].into());
        let data = PartitionProduceData { index: partition, records, ..Default::default() };
        let topic = TopicProduceData {
            name: topic.into(),
            topic_id: view.topics[topic].id,
            partition_data: vec![data],
            ..Default::default()
        };
        let request = ProduceRequest { acks: -1, timeout_ms: 10_000, topic_data: vec![topic], ..Default::default() };
        let answer = client.call(To::Any, request).await.unwrap();
        assert_eq!(answer.responses[0].partition_responses[0].error_code, 0);
    }
}

fn in_group(group: &str) -> ConsumerSettings {
    ConsumerSettings {
        group_id: Some(group.to_owned()),
        auto_offset_reset: OffsetReset::Earliest,
        enable_auto_commit: false,
        session_timeout_ms: 6_000,
        heartbeat_interval_ms: 500,
        max_poll_interval_ms: 10_000,
        max_poll_records: 7,
        ..ConsumerSettings::default()
    }
}

fn settings() -> Settings {
    Settings { api_timeout_ms: 60_000, ..Settings::bootstrap("node:9092") }
}

async fn read(consumer: &Consumer, count: usize) -> Vec<String> {
    let mut values = Vec::new();
    while values.len() < count {
        for record in consumer.poll(Duration::from_secs(30)).await.unwrap() {
            let value = String::from_utf8(record.value.unwrap().to_vec()).unwrap();
            values.push(format!("{}:{}={value}", record.partition, record.offset));
        }
    }
    values
}

#[test]
fn a_group_goes_on_where_it_committed() {
    let simulation = Simulation::new(1, Faults::none());
    simulation.run(async {
        let (_node, client) = node_and_client(&simulation, settings()).await;
        create_topic(&client, "orders", 2).await;
        produce(&client, "orders", 0, 0..30).await;
        produce(&client, "orders", 1, 0..5).await;
        let first = client.consumer(in_group("g")).unwrap();
        first.subscribe(&["orders"]).unwrap();
        let seen: BTreeSet<String> = read(&first, 35).await.into_iter().collect();
        assert_eq!(seen.len(), 35);
        assert!(seen.contains("0:29=29") && seen.contains("1:4=4"));
        first.commit().await.unwrap();
        first.close().await.unwrap();

        produce(&client, "orders", 1, 5..8).await;
        let second = client.consumer(in_group("g")).unwrap();
        second.subscribe_matching("ord.*").unwrap();
        assert_eq!(read(&second, 3).await, ["1:5=5", "1:6=6", "1:7=7"]);
        let names = second.assignment();
        let committed = second.committed(&names).await.unwrap();
        assert_eq!(committed[&names[0]].as_ref().map(|one| one.offset), Some(30));
        assert_eq!(second.position(&names[1]).await, Ok(8));
        second.close().await.unwrap();
    });
}

#[test]
fn seeks_pauses_and_looks_up_offsets() {
    let simulation = Simulation::new(2, Faults::none());
    simulation.run(async {
        let (_node, client) = node_and_client(&simulation, settings()).await;
        create_topic(&client, "orders", 2).await;
        produce(&client, "orders", 0, 0..30).await;
        let alone =
            ConsumerSettings { auto_offset_reset: OffsetReset::Earliest, max_poll_records: 4, ..Default::default() };
        let consumer = client.consumer(alone).unwrap();
        let (zero, one) = (TopicPartition::new("orders", 0), TopicPartition::new("orders", 1));
        assert!(matches!(consumer.poll(Duration::ZERO).await, Err(Error::State { .. })));
        consumer.assign(&[zero.clone(), one.clone()]).unwrap();
        consumer.seek(&zero, 12).unwrap();
        assert_eq!(read(&consumer, 4).await, ["0:12=12", "0:13=13", "0:14=14", "0:15=15"]);
        assert_eq!(consumer.position(&zero).await, Ok(16));
        consumer.pause(std::slice::from_ref(&zero)).unwrap();
        assert!(consumer.poll(Duration::from_secs(2)).await.unwrap().is_empty());
        produce(&client, "orders", 1, 0..2).await;
        assert_eq!(read(&consumer, 2).await, ["1:0=0", "1:1=1"]);
        consumer.resume(std::slice::from_ref(&zero)).unwrap();
        consumer.seek_to_end(std::slice::from_ref(&zero)).unwrap();
        assert_eq!(consumer.position(&zero).await, Ok(30));
        consumer.seek_to_beginning(std::slice::from_ref(&zero)).unwrap();
        assert_eq!(read(&consumer, 1).await[0], "0:0=0");

        let both = [zero.clone(), one.clone()];
        assert_eq!(consumer.end_offsets(&both).await.unwrap()[&zero], 30);
        assert_eq!(consumer.beginning_offsets(&both).await.unwrap()[&one], 0);
        let times = BTreeMap::from([(zero.clone(), 25), (one.clone(), 9)]);
        let found = consumer.offsets_for_times(&times).await.unwrap();
        assert_eq!((found[&zero].map(|at| (at.offset, at.timestamp_ms)), found[&one]), (Some((25, 25)), None));
        assert!(matches!(consumer.seek(&TopicPartition::new("orders", 9), 0), Err(Error::State { .. })));
        assert!(matches!(consumer.commit().await, Err(Error::Setting { .. })));
    });
}

#[test]
fn out_of_range_is_reset_or_said() {
    let simulation = Simulation::new(3, Faults::none());
    simulation.run(async {
        let (_node, client) = node_and_client(&simulation, settings()).await;
        create_topic(&client, "orders", 1).await;
        produce(&client, "orders", 0, 0..10).await;
        let zero = TopicPartition::new("orders", 0);
        let with = |auto_offset_reset| {
            let consumer = client.consumer(ConsumerSettings { auto_offset_reset, ..Default::default() }).unwrap();
            consumer.assign(std::slice::from_ref(&zero)).unwrap();
            consumer
        };
        let none = with(OffsetReset::None);
        let wait = Duration::from_secs(5);
        assert_eq!(none.poll(wait).await.unwrap_err(), Error::NoOffset { partition: zero.clone() });
        none.seek(&zero, 99).unwrap();
        assert_eq!(none.poll(wait).await.unwrap_err(), Error::OutOfRange { partition: zero.clone(), offset: 99 });
        none.seek(&zero, 9).unwrap();
        assert_eq!(read(&none, 1).await, ["0:9=9"]);
        let earliest = with(OffsetReset::Earliest);
        earliest.seek(&zero, 99).unwrap();
        assert_eq!(read(&earliest, 10).await[0], "0:0=0");
        let latest = with(OffsetReset::Latest);
        assert!(latest.poll(wait).await.unwrap().is_empty());
        // Records of the year 1970 are older than any duration; what is written now is not.
        let recent = with(OffsetReset::ByDuration(60_000));
        assert!(recent.poll(wait).await.unwrap().is_empty());
        assert_eq!(recent.position(&zero).await, Ok(10));
    });
}

/// What the members of a group read: in which generation, where, by whom.
#[derive(Default)]
struct Seen {
    reads: Vec<(i32, String, i64)>,
    values: BTreeMap<String, BTreeSet<i64>>,
    revoked: usize,
    lost: usize,
}

struct Watching(Arc<Mutex<Seen>>);

impl RebalanceListener for Watching {
    fn revoked<'a>(&'a self, consumer: &'a Consumer, _: &'a [TopicPartition]) -> Called<'a> {
        self.0.lock().revoked += 1;
        // What was read is committed before another goes on from it.
        Box::pin(async move { drop(consumer.commit().await) })
    }

    fn lost<'a>(&'a self, _: &'a Consumer, _: &'a [TopicPartition]) -> Called<'a> {
        self.0.lock().lost += 1;
        Box::pin(async {})
    }
}

/// A member that reads until the end, each record once for each time the group lets it.
async fn member(consumer: Consumer, seen: Arc<Mutex<Seen>>, polls: usize) {
    consumer.on_rebalance(Watching(seen.clone()));
    consumer.subscribe(&["orders"]).unwrap();
    for _ in 0..polls {
        let Ok(records) = consumer.poll(Duration::from_millis(300)).await else { continue };
        let generation = consumer.group_metadata().map_or(-1, |(_, _, generation)| generation);
        {
            let mut seen = seen.lock();
            for record in records.iter() {
                let place = format!("{}-{}", record.topic, record.partition);
                if generation >= 0 {
                    seen.reads.push((generation, place.clone(), record.offset));
                }
                let value = std::str::from_utf8(record.value.as_ref().unwrap()).unwrap().parse().unwrap();
                seen.values.entry(place).or_default().insert(value);
            }
        }
        if !records.is_empty() {
            drop(consumer.commit().await);
        }
    }
    drop(consumer.close().await);
}

/// Several members come, one leaves, one dies, one comes late; every record is read, and none twice in a generation.
fn a_group_under(faults: Faults, seed: u64, assignors: &[Assignor]) -> String {
    let simulation = Simulation::new(seed, faults);
    let seen = Arc::new(Mutex::new(Seen::default()));
    simulation.run(async {
        let (_node, client) = node_and_client(&simulation, settings()).await;
        create_topic(&client, "orders", 6).await;
        let start = |name: &str, polls| {
            let world = simulation.process(name);
            let client = Client::on(world.clone(), settings()).unwrap();
            let consumer =
                client.consumer(ConsumerSettings { assignors: assignors.to_vec(), ..in_group("g") }).unwrap();
            world.spawn("member", member(consumer, seen.clone(), polls))
        };
        let first = start("first", 10_000);
        let leaves = start("leaves", 12);
        drop(start("dies", 10_000));
        let mut written = BTreeMap::new();
        for round in 0..12i64 {
            for partition in 0..6 {
                produce(&client, "orders", partition, round * 20..round * 20 + 20).await;
            }
            written.insert(round, ());
            client.world().sleep(Duration::from_secs(2)).await;
            if round == 5 {
                simulation.kill("dies");
            }
            if round == 7 {
                drop(start("late", 10_000));
            }
        }
        let wanted: BTreeSet<i64> = (0..240).collect();
        let is_done = || {
            let seen = seen.lock();
            (0..6).all(|partition| {
                seen.values.get(&format!("orders-{partition}")).is_some_and(|values| wanted.is_subset(values))
            })
        };
        for _ in 0..240 {
            if is_done() {
                break;
            }
            client.world().sleep(Duration::from_millis(500)).await;
        }
        assert!(
            is_done(),
            "seed {seed}: {:?}",
            seen.lock().values.iter().map(|(k, v)| (k, v.len())).collect::<Vec<_>>()
        );
        leaves.abort();
        first.abort();
    });
    let seen = seen.lock();
    let mut once = BTreeSet::new();
    for read in &seen.reads {
        assert!(once.insert(read), "seed {seed}: {read:?} was read twice in its generation");
    }
    assert!(seen.revoked > 0, "seed {seed}: nobody gave anything back");
    format!("{} generations", seen.reads.iter().map(|(generation, ..)| generation).collect::<BTreeSet<_>>().len())
}

#[test]
fn no_record_is_lost_by_an_eager_group() {
    a_group_under(Faults::none(), 11, &[Assignor::Range]);
    for seed in 0..3 {
        a_group_under(Faults::rough(), seed, &[Assignor::Sticky, Assignor::RoundRobin]);
    }
}

#[test]
fn no_record_is_lost_by_a_cooperative_group() {
    a_group_under(Faults::none(), 12, &[Assignor::CooperativeSticky]);
    for seed in 3..6 {
        a_group_under(Faults::rough(), seed, &[Assignor::CooperativeSticky]);
    }
}

/// Fetch sessions that a node keeps.
fn sessions(node: &kampa_broker::Node) -> u32 {
    let name = "kafka_server_fetchsessioncache_numincrementalfetchsessions ";
    let page = node.metrics_text();
    page.lines().find_map(|line| line.strip_prefix(name)?.parse().ok()).expect("the node counts its sessions")
}

#[test]
fn what_is_sought_one_by_one_is_fetched_together_and_sessions_end_with_the_consumer() {
    let simulation = Simulation::new(3, Faults::none());
    simulation.run(async {
        let world = simulation.process("watch");
        let (node, client) = node_and_client(&simulation, settings()).await;
        create_topic(&client, "orders", 3).await;
        produce(&client, "orders", 2, 0..3).await;
        let consumer = client.consumer(ConsumerSettings::default()).unwrap();
        let partitions: Vec<TopicPartition> =
            (0..3).map(|partition| TopicPartition::new("orders", partition)).collect();
        // A fetch of empty partitions alone would wait for half a second of the simulated clock.
        let wait_ms = u128::from(ConsumerSettings::default().fetch_max_wait_ms);
        let took_ms = |begun: Monotonic| world.now().since(begun).as_millis();
        consumer.assign(&partitions).unwrap();
        consumer.position(&partitions[0]).await.unwrap();
        let begun = world.now();
        partitions.iter().for_each(|one| consumer.seek(one, 0).unwrap());
        assert_eq!(read(&consumer, 3).await, ["2:0=0", "2:1=1", "2:2=2"]);
        assert!(took_ms(begun) < wait_ms, "{} ms", took_ms(begun));

        consumer.pause(&partitions).unwrap();
        world.sleep(Duration::from_secs(1)).await;
        let begun = world.now();
        for one in &partitions {
            consumer.seek(one, 0).unwrap();
            consumer.resume(std::slice::from_ref(one)).unwrap();
        }
        assert_eq!(read(&consumer, 3).await, ["2:0=0", "2:1=1", "2:2=2"]);
        assert!(took_ms(begun) < wait_ms, "{} ms", took_ms(begun));

        assert_eq!(sessions(&node), 1);
        let begun = world.now();
        consumer.close().await.unwrap();
        assert!(took_ms(begun) < wait_ms, "closing took {} ms", took_ms(begun));
        assert_eq!(sessions(&node), 0);
    });
}
