//! Bytes that mean harm, against a running node: it refuses them, goes on, and its memory stays flat.
//!
//! What is sent comes from seeds. Most of it happens on the simulated world, where a panic of any task ends the test and
//! says where; floods of connections happen on the real one.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use kampa_formats::batch::{Attributes, BatchBuilder, BatchHeader, BatchOptions, HEADER_BYTES, NewRecord};
use kampa_formats::compression::{Codec, Compression};
use kampa_protocol::messages::metadata::{MetadataRequest, MetadataRequestTopic};
use kampa_protocol::messages::produce::{PartitionProduceData, ProduceRequest, TopicProduceData};
use kampa_protocol::{ApiKey, ErrorCode, Records, RequestHeader, Writer};
use kampa_schema::examples::{self, Case};
use kampa_schema::model;
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::testing::{Client, House};

/// The node's own, which no random request hits.
const NODE_ID: &str = "1886217";
/// What every run is made from.
const SEED: u64 = 20_261_121;
/// What memory may grow by over a whole attack. The tests beside it run in the same process, the simulated disk lies in its
/// memory, and the allocator keeps some; a request that could make the node take what it announces would ask for gigabytes.
const GROWTH_MIB_MAX: usize = 192;
/// Attacks are measured one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// How long an attacker waits for an answer; some requests wait for other members, or for records.
const ANSWER_WAIT: Duration = Duration::from_millis(200);

/// A node on a simulated machine, and an attacker on another.
struct Siege {
    house: House,
    attacker: World,
    random: SmallRng,
    connections: HashMap<u16, Client>,
    answered: usize,
    closed: usize,
    silent: usize,
}

fn besiege(attack: impl AsyncFnOnce(&mut Siege)) {
    let _alone = ONE_AT_A_TIME.lock();
    let before = resident_mib();
    let simulation = Simulation::new(SEED, Faults::none());
    let (node, attacker) = (simulation.process("node"), simulation.process("attacker"));
    simulation.run(async {
        // An id that no attacker guesses: who names it may unregister the node.
        let house =
            House::start(&node, "/data", &format!("group.max.session.timeout.ms=30000 node.id={NODE_ID}")).await;
        let random = SmallRng::seed_from_u64(SEED);
        let mut siege =
            Siege { house, attacker, random, connections: HashMap::new(), answered: 0, closed: 0, silent: 0 };
        attack(&mut siege).await;
        siege.node_answers().await;
        println!("{} answered, {} closed, {} without an answer", siege.answered, siege.closed, siege.silent);
    });
    let grown = resident_mib().saturating_sub(before);
    println!("memory grew by {grown} MiB");
    assert!(grown <= GROWTH_MIB_MAX, "memory grew by {grown} MiB");
}

impl Siege {
    /// Sends bytes on a connection that is kept while the node keeps it.
    async fn send(&mut self, port: u16, bytes: Bytes) {
        let mut client = match self.connections.remove(&port) {
            Some(client) => client,
            None => Client::connect(&self.attacker, "node", port).await.expect("the node accepts"),
        };
        if client.send_bytes(bytes).await.is_err() {
            self.closed += 1;
            return;
        }
        match self.attacker.timeout(ANSWER_WAIT, client.receive_frame()).await {
            Ok(Ok(_)) => {
                self.answered += 1;
                self.connections.insert(port, client);
            }
            Ok(Err(_)) => self.closed += 1,
            // An answer may still come and would be taken for another: the attacker hangs up.
            Err(_) => self.silent += 1,
        }
    }

    async fn node_answers(&self) {
        let (port, _) = self.house.ports();
        let mut client = Client::connect(&self.attacker, "node", port).await.expect("the node accepts");
        let request = MetadataRequest { topics: Some(Vec::new()), ..Default::default() };
        let response = client.ask(&request, 12).await.expect("the node answers");
        assert_eq!(response.brokers.len(), 1);
    }
}

fn framed(bytes: &[u8]) -> Bytes {
    let mut frame = (bytes.len() as i32).to_be_bytes().to_vec();
    frame.extend_from_slice(bytes);
    frame.into()
}

fn request(key: ApiKey, version: i16, body: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    RequestHeader::new(key, version, 7, Some("attacker".into())).encode(&mut w).expect("a header");
    w.put(body);
    w.finish().into_vec()
}

/// Resident memory of this process.
fn resident_mib() -> usize {
    World::run(1, |world| async move { resident_mib_seen(&world) }).expect("a runtime")
}

fn resident_mib_seen(world: &World) -> usize {
    let statm = world.disk().read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a count of pages");
    (pages * 4096) >> 20
}

#[test]
fn requests_that_are_cut_damaged_or_lie_about_lengths() {
    let schemas = kampa_schema::read_all(&kampa_schema::root()).expect("the schemas parse");
    let messages: HashMap<String, model::Message> =
        schemas.into_iter().flat_map(|schema| schema.messages).map(|one| (one.name.clone(), one)).collect();
    besiege(async |siege| {
        let (clients, controller) = siege.house.ports();
        for key in ApiKey::all() {
            let Some(message) = messages.get(&format!("{}Request", key.name())) else { continue };
            for version in key.versions_with_unstable().into_iter().flatten() {
                let full = request(key, version, &examples::bytes(message, version, Case::Full));
                let mut shots = vec![full.clone()];
                for case in [Case::Default, Case::Nulls] {
                    shots.push(request(key, version, &examples::bytes(message, version, case)));
                }
                for shot in 0..6 {
                    let cut = siege.random.random_range(0..full.len());
                    shots.push(full[..cut].to_vec());
                    shots.push(examples::damaged(&full, SEED + shot));
                    shots.push(lying(&full, &mut siege.random));
                    shots.push([&full[..], &[0x41; 40]].concat());
                }
                for shot in shots {
                    siege.send(clients, framed(&shot)).await;
                    if siege.random.random_range(0..4) == 0 {
                        siege.send(controller, framed(&shot)).await;
                    }
                }
            }
        }
    });
}

/// A length or count of billions somewhere behind the header.
fn lying(full: &[u8], random: &mut SmallRng) -> Vec<u8> {
    const LIES: [&[u8]; 4] = [
        &[0x7f, 0xff, 0xff, 0xff],
        &[0x3b, 0x9a, 0xca, 0x00],
        &[0xff, 0xff, 0xff, 0xff, 0x07],
        &[0x80, 0x94, 0xeb, 0xdc, 0x03],
    ];
    let lie = LIES[random.random_range(0..LIES.len())];
    let mut bytes = full.to_vec();
    let at = random.random_range(8.min(bytes.len())..=bytes.len());
    let end = (at + lie.len()).min(bytes.len());
    bytes.splice(at..end, lie.iter().copied());
    bytes
}

#[test]
fn frames_of_noise() {
    besiege(async |siege| {
        let (clients, controller) = siege.house.ports();
        for _ in 0..2_000 {
            let length = siege.random.random_range(0..200);
            let mut noise: Vec<u8> = (0..length).map(|_| siege.random.random()).collect();
            // Half of them pass for a request of a known API at least.
            if siege.random.random_range(0..2) == 0 && noise.len() > 4 {
                noise[0] = 0;
                noise[1] %= 93;
                noise[2] = 0;
                noise[3] %= 14;
            }
            siege.send(if length % 5 == 0 { controller } else { clients }, framed(&noise)).await;
        }
        for lie in [i32::MAX, i32::MIN, -1, 104_857_601, 1 << 30] {
            let mut bytes = lie.to_be_bytes().to_vec();
            bytes.extend([0x41; 1000]);
            siege.send(clients, bytes.into()).await;
        }
    });
}

#[test]
fn garbage_in_batches() {
    besiege(async |siege| {
        let (port, _) = siege.house.ports();
        let request = MetadataRequest {
            topics: Some(vec![MetadataRequestTopic { name: Some("orders".into()), ..Default::default() }]),
            allow_auto_topic_creation: true,
            ..Default::default()
        };
        let mut client = Client::connect(&siege.attacker, "node", port).await.expect("the node accepts");
        client.ask(&request, 12).await.expect("orders is created");
        let (mut accepted, mut refused) = (0, 0);
        for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
            let good = good_batch(codec, "a word that repeats ".repeat(20).as_bytes());
            for _ in 0..400 {
                let batch = broken(&good, &mut siege.random);
                match produce(&mut client, batch).await {
                    ErrorCode::NONE => accepted += 1,
                    _ => refused += 1,
                }
            }
            // Thirty megabytes in a few kilobytes, and a promise of two billion records.
            let bomb = good_batch(codec, &vec![0; if codec == Codec::None { 100_000 } else { 10 << 20 }]);
            let what_became = produce(&mut client, bomb).await;
            assert!([ErrorCode::NONE, ErrorCode::MESSAGE_TOO_LARGE].contains(&what_became), "{codec:?}: {what_became}");
            let mut many = good.to_vec();
            many[57..61].copy_from_slice(&i32::MAX.to_be_bytes());
            many[23..27].copy_from_slice(&(i32::MAX - 1).to_be_bytes());
            assert_ne!(produce(&mut client, sealed(many)).await, ErrorCode::NONE);
            siege.node_answers().await;
        }
        println!("{accepted} batches were good after all, {refused} were refused");
        assert!(refused > 1_000, "{refused}");
    });
}

fn good_batch(codec: Codec, value: &[u8]) -> Bytes {
    let mut batch = BatchBuilder::new(BatchOptions { compression: Compression::of(codec), ..BatchOptions::default() });
    for key in ["one", "two", "three"] {
        batch.append(NewRecord {
            timestamp: 5,
            key: Some(key.as_bytes()),
            value: Some(value),
            headers: &[("h", None)],
        });
    }
    batch.build(0)
}

/// A batch with one to four wrong bytes; mostly with a checksum that fits them, so that more than the first look sees them.
fn broken(good: &[u8], random: &mut SmallRng) -> Bytes {
    let mut bytes = good.to_vec();
    for _ in 0..random.random_range(1..=4) {
        // Before it lie length, magic and checksum, which are the first look.
        let at = random.random_range(21..bytes.len());
        bytes[at] = random.random();
    }
    if random.random_range(0..8) == 0 {
        let length = random.random_range(0..bytes.len());
        bytes.truncate(length);
    }
    sealed(bytes)
}

/// With the length and the checksum that its bytes ask for.
fn sealed(mut bytes: Vec<u8>) -> Bytes {
    if bytes.len() < HEADER_BYTES {
        return bytes.into();
    }
    let length = (bytes.len() - 12) as i32;
    bytes[8..12].copy_from_slice(&length.to_be_bytes());
    let header = BatchHeader::decode(&bytes).expect("long enough");
    // No transaction: those are refused before anybody looks at the records.
    bytes[21..23].copy_from_slice(&Attributes(header.attributes.0 & !0x10).0.to_be_bytes());
    let header = BatchHeader::decode(&bytes).expect("long enough");
    let checksum = header.checksum(&bytes[HEADER_BYTES..]);
    bytes[17..21].copy_from_slice(&checksum.to_be_bytes());
    bytes.into()
}

async fn produce(client: &mut Client, batch: Bytes) -> ErrorCode {
    let partition = PartitionProduceData { index: 0, records: Some(Records::from(batch)), ..Default::default() };
    let topic = TopicProduceData { name: "orders".into(), partition_data: vec![partition], ..Default::default() };
    let request = ProduceRequest { acks: -1, timeout_ms: 1000, topic_data: vec![topic], ..Default::default() };
    let response = client.ask(&request, 9).await.expect("an answer to every batch");
    ErrorCode(response.responses[0].partition_responses[0].error_code)
}

#[test]
fn floods_of_connections_on_the_real_network() {
    let _alone = ONE_AT_A_TIME.lock();
    let path = std::env::temp_dir().join(format!("kampa-hostile-{}", std::process::id()));
    let data_dir = path.to_string_lossy().into_owned();
    let flood = |world: World| async move {
        let listeners = "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0";
        let house = House::start(&world, &data_dir, &format!("{listeners} max.connections=1000")).await;
        let (port, _) = house.ports();
        let before = resident_mib_seen(&world);
        for round in 0..3 {
            let mut held = Vec::new();
            for number in 0..200_u32 {
                let mut client = Client::connect(&world, "127.0.0.1", port).await.expect("a connection");
                let bytes: &[u8] = match number % 5 {
                    // A frame of a hundred megabytes that never comes.
                    0 => &[0x06, 0x3f, 0xff, 0xff, 0, 3, 0, 12],
                    // TLS.
                    1 => &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3],
                    2 => b"GET / HTTP/1.1\r\n\r\n",
                    3 => &[0, 0],
                    _ => &[],
                };
                // The node may be quicker to close than we are to send.
                let _ = client.send_bytes(Bytes::from_static(bytes)).await;
                held.push(client);
            }
            world.sleep(Duration::from_millis(100)).await;
            let grown = resident_mib_seen(&world).saturating_sub(before);
            assert!(grown <= GROWTH_MIB_MAX, "round {round}: 200 connections cost {grown} MiB");
            println!("round {round}: 200 connections cost {grown} MiB");
            let mut client = Client::connect(&world, "127.0.0.1", port).await.expect("the node accepts");
            let request = MetadataRequest { topics: Some(Vec::new()), ..Default::default() };
            client.ask(&request, 12).await.expect("the node answers while all of them wait");
        }
        house.node.stop().await;
        let _ = world.disk().remove_dir_all(&path);
    };
    World::run(1, flood).expect("a runtime");
}

#[test]
fn one_question_for_a_hundred_thousand_topics() {
    besiege(async |siege| {
        let (port, _) = siege.house.ports();
        let mut client = Client::connect(&siege.attacker, "node", port).await.expect("the node accepts");
        let named =
            |number: i32| MetadataRequestTopic { name: Some(format!("topic-{number}").into()), ..Default::default() };
        let request = MetadataRequest {
            topics: Some((0..100_000).map(named).collect()),
            allow_auto_topic_creation: true,
            ..Default::default()
        };
        let response = client.ask(&request, 12).await.expect("an answer");
        let made = response.topics.iter().filter(|topic| topic.error_code == 0).count();
        println!("{made} topics were made");
        assert_eq!(made, 0);
    });
}

/// Tens of thousands of everything an administrator can ask about, and one very long name over and over.
#[test]
fn administration_in_bulk() {
    use kampa_protocol::messages::{alter_partition_reassignments as move_to, elect_leaders as elect, *};
    const MANY: i32 = 30_000;
    let long = kampa_protocol::Text::from("n".repeat(20_000));
    let name = |number: i32| kampa_protocol::Text::from(format!("topic-{number}"));
    besiege(async |siege| {
        let (port, _) = siege.house.ports();
        let mut client = Client::connect(&siege.attacker, "node", port).await.expect("the node accepts");

        let topic = |topic, partitions| elect::TopicPartitions { topic, partitions, ..Default::default() };
        let mut topics = vec![topic(long.clone(), (0..MANY).collect())];
        topics.extend((0..MANY).map(|number| topic(name(number), vec![0])));
        let request = ElectLeadersRequest { topic_partitions: Some(topics), ..Default::default() };
        let response = client.ask(&request, 2).await.expect("an answer");
        let told = response.replica_election_results.iter().flat_map(|topic| &topic.partition_result);
        let in_words = told.clone().filter(|result| result.error_message.is_some()).count();
        assert!(told.clone().all(|result| result.error_code == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0));
        println!("{} elections refused, {in_words} in words", told.count());

        let partition = |partition_index| move_to::ReassignablePartition { partition_index, ..Default::default() };
        let topic = |name, partitions| move_to::ReassignableTopic { name, partitions, ..Default::default() };
        let mut topics = vec![topic(long.clone(), (0..MANY).map(partition).collect())];
        topics.extend((0..MANY).map(|number| topic(name(number), vec![partition(0)])));
        let request = AlterPartitionReassignmentsRequest { topics, ..Default::default() };
        let response = client.ask(&request, 1).await.expect("an answer");
        assert_eq!(response.responses.len() as i32, 1 + MANY);

        let topic = |name| describe_producers::TopicRequest { name, partition_indexes: vec![0], ..Default::default() };
        let request =
            DescribeProducersRequest { topics: (0..MANY).map(name).map(topic).collect(), ..Default::default() };
        let response = client.ask(&request, 0).await.expect("an answer");
        assert_eq!(response.topics.len() as i32, MANY);

        let partition =
            |partition_index| delete_records::DeleteRecordsPartition { partition_index, ..Default::default() };
        let topic = |number| delete_records::DeleteRecordsTopic {
            name: name(number),
            partitions: vec![partition(0)],
            ..Default::default()
        };
        let request = DeleteRecordsRequest { topics: (0..MANY).map(topic).collect(), ..Default::default() };
        let response = client.ask(&request, 2).await.expect("an answer");
        assert_eq!(response.topics.len() as i32, MANY);

        let topic = |number| describe_log_dirs::DescribableLogDirTopic {
            topic: name(number),
            partitions: vec![0],
            ..Default::default()
        };
        let request = DescribeLogDirsRequest { topics: Some((0..MANY).map(topic).collect()), ..Default::default() };
        let response = client.ask(&request, 5).await.expect("an answer");
        assert!(response.results[0].topics.is_empty());

        let update = |number| update_features::FeatureUpdateKey {
            feature: name(number),
            max_version_level: 1,
            ..Default::default()
        };
        let request = UpdateFeaturesRequest { feature_updates: (0..MANY).map(update).collect(), ..Default::default() };
        let response = client.ask(&request, 2).await.expect("an answer");
        assert_eq!(response.error_code, ErrorCode::INVALID_UPDATE_VERSION.0);
    });
}

#[test]
fn settings_beyond_measure() {
    use kampa_protocol::messages::incremental_alter_configs::{
        AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
    };
    const MANY: usize = 100_000;
    let setting = |name: String, value: &str| AlterableConfig {
        name: name.into(),
        value: Some(value.into()),
        ..Default::default()
    };
    let broker = |configs| AlterConfigsResource {
        resource_type: 4,
        resource_name: NODE_ID.into(),
        configs,
        ..Default::default()
    };
    let nobodys = |number: usize| AlterConfigsResource {
        resource_type: 2,
        resource_name: format!("topic-{number}").into(),
        ..Default::default()
    };
    let long = "x".repeat(32_000);
    let requests = [
        ((0..MANY).map(nobodys).collect::<Vec<_>>(), ErrorCode::UNKNOWN_TOPIC_OR_PARTITION),
        (vec![nobodys(1); MANY], ErrorCode::INVALID_REQUEST),
        (vec![broker(vec![setting("k".to_owned(), "v"); MANY])], ErrorCode::INVALID_REQUEST),
        (
            vec![broker((0..MANY).map(|number| setting(format!("k{number}"), "v")).collect())],
            ErrorCode::POLICY_VIOLATION,
        ),
        (
            vec![broker((0..400).map(|number| setting(format!("k{number}"), &long)).collect())],
            ErrorCode::POLICY_VIOLATION,
        ),
    ];
    besiege(async |siege| {
        let (port, _) = siege.house.ports();
        for (resources, expected) in requests {
            let request = IncrementalAlterConfigsRequest { resources, ..Default::default() };
            let mut client = Client::connect(&siege.attacker, "node", port).await.expect("the node accepts");
            let response = client.ask(&request, 1).await.expect("an answer");
            let other = response.responses.iter().find(|one| one.error_code != expected.0);
            assert!(other.is_none(), "{expected} is expected, not {other:?}");
        }
        // A value longer than Kafka's strings are is no request at all, as in Kafka.
        let configs = vec![AlterableConfig { name: "k".into(), value: None, ..Default::default() }];
        let request = IncrementalAlterConfigsRequest { resources: vec![broker(configs)], ..Default::default() };
        let mut client = Client::connect(&siege.attacker, "node", port).await.expect("the node accepts");
        let frame = client.frame(&request, 1);
        // The null behind name and operation becomes ten megabytes.
        let at = frame.windows(3).rposition(|bytes| bytes == b"k\0\0").expect("the value") + 2;
        let huge: Vec<u8> =
            [&frame[4..at], &[0x81, 0xad, 0xe2, 0x04], &vec![b'x'; 10_000_000], &frame[at + 1..]].concat();
        let _ = client.send_bytes(framed(&huge)).await;
        assert!(client.receive_frame().await.is_err());
    });
}
