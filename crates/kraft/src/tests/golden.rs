//! Directories that Apache Kafka 4.4.0 left open here, and ours begin as its do: see `golden/README.md`.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use kampa_configs::{BrokerConfig, Given};
use kampa_controller::{Controller, NodeStart};
use kampa_formats::batch::{BatchView, batches};
use kampa_metadata::{Broker, ControllerNode};

use super::*;

/// The files of a golden directory, paths relative to it.
fn golden(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    let read = |world: World| async move {
        let mut files = Vec::new();
        for folder in [PathBuf::new(), PathBuf::from(FOLDER)] {
            let entries = world.disk().read_dir(root.join(&folder)).unwrap();
            for entry in entries.into_iter().filter(|entry| !entry.is_dir) {
                let path = folder.join(&entry.name);
                files.push((path.clone(), world.disk().read(root.join(path)).unwrap()));
            }
        }
        files
    };
    World::run(1, read).unwrap()
}

/// On a simulated disk.
fn lay(world: &World, files: &[(PathBuf, Vec<u8>)]) {
    world.disk().create_dir_all(format!("{DIR}/{FOLDER}")).unwrap();
    for (path, bytes) in files {
        world.disk().write_atomic(Path::new(DIR).join(path), bytes).unwrap();
    }
}

fn file<'a>(files: &'a [(PathBuf, Vec<u8>)], name: &str) -> &'a [u8] {
    &files.iter().find(|(path, _)| path.ends_with(name)).unwrap().1
}

/// Batches and the records in them, times aside.
fn contents(bytes: &[u8]) -> Vec<String> {
    let mut drawn = Vec::new();
    for batch in batches(Bytes::copy_from_slice(bytes)) {
        let batch = BatchView::check(batch.unwrap().into_bytes()).unwrap();
        let header = batch.header();
        let kind = if header.is_control() { "control" } else { "metadata" };
        drawn.push(format!("{kind} batch at {} of epoch {}", header.base_offset, header.partition_leader_epoch));
        for record in batch.records(1 << 20).unwrap() {
            let record = record.unwrap();
            drawn.push(format!("{:?} {:?}", record.key, record.value));
        }
    }
    drawn
}

#[test]
fn a_new_directory_is_formatted_as_kafka_formats() {
    let golden = golden("formatted");
    let formatted = simulated(async |_, world| {
        // Same ids, same endpoint, and nothing else of theirs.
        let meta: Vec<_> = golden.iter().filter(|(path, _)| path.ends_with("meta.properties")).cloned().collect();
        lay(&world, &meta);
        world.disk().remove_dir_all(format!("{DIR}/{FOLDER}")).unwrap();
        let dir = open_dir(&world);
        MetadataLog::open(&dir, kafkas_voter(&dir), settings()).unwrap().log.close().unwrap();
        world.disk().read(format!("{DIR}/{FOLDER}/00000000000000000000-0000000000.checkpoint")).unwrap()
    });
    let kafkas = file(&golden, "00000000000000000000-0000000000.checkpoint");
    // The header holds the time of formatting; it is the first record.
    assert_eq!(contents(&formatted)[2..], contents(kafkas)[2..]);
    assert_eq!(formatted.len(), kafkas.len());
}

#[test]
fn a_first_start_writes_what_kafkas_does() {
    let stopped = golden("stopped");
    let ours = simulated(async |_, world| {
        lay(&world, &golden("formatted"));
        let dir = open_dir(&world);
        let Opened { mut log, image } = MetadataLog::open(&dir, kafkas_voter(&dir), settings()).unwrap();
        let mut given = Given::default();
        given.set("node.id=1").unwrap();
        let config = BrokerConfig::resolve(&given).config.unwrap();
        let controller = Controller::new(image.clone(), Arc::new(config), Arc::new(given));
        let node = NodeStart {
            controller: ControllerNode { id: 1, ..Default::default() },
            broker: Broker { id: 1, ..Default::default() },
            clean_epoch: None,
        };
        log.append(&controller.start(&node).records, &image).await.unwrap();
        log.close().unwrap();
        let state = world.disk().read(format!("{DIR}/{FOLDER}/quorum-state")).unwrap();
        assert_eq!(state, file(&stopped, "quorum-state"));
        world.disk().read(LOG).unwrap()
    });
    let kafkas = contents(file(&stopped, "00000000000000000000.log"));
    // The leader's control batch and the bootstrap transaction: 3 and 9 records, each with the line of its batch.
    assert_eq!(contents(&ours)[..14], kafkas[..14]);
}

/// The voter that the golden directories were formatted for.
fn kafkas_voter(dir: &LogDir) -> Voter {
    Voter { endpoints: vec![("CONTROLLER".into(), "127.0.0.1".into(), 28472)], ..voter(dir) }
}

/// Whatever Kafka's snapshot holds, ours of the same image holds the same records, in an order of its own within each kind.
#[test]
fn kafkas_snapshots_come_back_as_the_same_records() {
    let rich = golden("rich");
    for (path, bytes) in rich.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "checkpoint")) {
        let (snapshot, timestamp_ms) = crate::snapshot::parse(Bytes::copy_from_slice(bytes)).unwrap();
        let epoch = BatchView::check(Bytes::copy_from_slice(bytes)).unwrap().header().partition_leader_epoch;
        let of = crate::snapshot::SnapshotOf { epoch, timestamp_ms };
        let records = snapshot.image.to_records();
        let ours = crate::snapshot::file(records, &snapshot.image.features, &snapshot.quorum, of, 0).unwrap();
        let (mut ours, mut theirs) = (normal(&ours), normal(bytes));
        assert_eq!(ours.len(), theirs.len(), "{}", path.display());
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "{}", path.display());
    }
}

/// Records in words, where the order of features in a registration does not count.
fn normal(bytes: &[u8]) -> Vec<String> {
    let mut drawn = Vec::new();
    for batch in batches(Bytes::copy_from_slice(bytes)) {
        match crate::batches::read(&batch.unwrap()).unwrap() {
            crate::batches::Contents::Control(records) => {
                drawn.extend(records.into_iter().map(|record| format!("{:?} {:?}", record.kind, record.value)));
            }
            crate::batches::Contents::Metadata(records) => drawn.extend(records.into_iter().map(|mut record| {
                match &mut record {
                    MetadataRecord::RegisterBroker(broker) => broker.features.sort_by_key(|f| f.name.clone()),
                    MetadataRecord::RegisterController(node) => node.features.sort_by_key(|f| f.name.clone()),
                    _ => {}
                }
                format!("{record:?}")
            })),
        }
    }
    drawn
}

#[test]
fn kafkas_directories_open() {
    let mut drawn = String::new();
    for name in ["formatted", "stopped", "rich", "static"] {
        simulated(async |_, world| {
            lay(&world, &golden(name));
            let dir = open_dir(&world);
            let Opened { log, image } = MetadataLog::open(&dir, kafkas_voter(&dir), settings()).unwrap();
            let (epoch, next, version) = (log.epoch(), log.next_offset(), log.quorum().kraft_version);
            writeln!(drawn, "{name}: epoch {epoch}, next offset {next}, kraft.version {version}").unwrap();
            draw(&mut drawn, &image);
            log.close().unwrap();
            let state = world.disk().read_to_string(format!("{DIR}/{FOLDER}/quorum-state")).unwrap();
            writeln!(drawn, "    {state}").unwrap();
            // And once more, from what we have left.
            let again = MetadataLog::open(&dir, kafkas_voter(&dir), settings()).unwrap();
            assert_eq!(without_position(&again.image), without_position(&image), "{name}");
        });
    }
    expect![[r#"
        formatted: epoch 1, next offset 3, kraft.version 1
            metadata.version 33, 0 rules, 0 users, next producer id 0
            {"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}
        stopped: epoch 2, next offset 38, kraft.version 1
            broker 1 fenced true
            orders x 2
            2/orders has 1 settings
            4/ has 1 settings
            metadata.version 33, 0 rules, 0 users, next producer id 0
            {"leaderId":1,"leaderEpoch":2,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}
        rich: epoch 5, next offset 81, kraft.version 1
            broker 1 fenced true
            aaa x 1
            bbb x 2
            2/aaa has 2 settings
            4/ has 2 settings
            4/1 has 2 settings
            16/tele has 1 settings
            32/g1 has 1 settings
            metadata.version 33, 1 rules, 2 users, next producer id 1000
            {"leaderId":1,"leaderEpoch":5,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}
        static: epoch 2, next offset 21, kraft.version 0
            broker 1 fenced true
            4/ has 1 settings
            metadata.version 33, 0 rules, 0 users, next producer id 0
            {"clusterId":"","leaderId":1,"leaderEpoch":2,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}
    "#]].assert_eq(&drawn);
}

fn draw(drawn: &mut String, image: &MetadataImage) {
    let broker = image.brokers.values().map(|broker| format!("broker {} fenced {}", broker.id, broker.fenced));
    let topics = image.topics.iter().map(|topic| format!("{} x {}", topic.name, topic.partitions.size()));
    let settings = image.configs.kinds().flat_map(|kind| {
        let of_kind = image.configs.resources(kind);
        of_kind.map(move |(name, settings)| format!("{}/{name} has {} settings", kind.0, settings.size()))
    });
    for line in broker.chain(topics).chain(settings) {
        writeln!(drawn, "    {line}").unwrap();
    }
    let (level, security) = (image.features.metadata_version(), &image.security);
    let (acls, users, ids) = (security.acls.size(), security.scram.size(), image.next_producer_id);
    writeln!(drawn, "    metadata.version {level}, {acls} rules, {users} users, next producer id {ids}").unwrap();
}
