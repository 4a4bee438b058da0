//! The metadata log from start to start, on simulated disks that lose what was not synced.

mod crashes;
mod format;
mod golden;
mod refusals;
mod snapshots;

use std::path::Path;

use expect_test::expect;
use kampa_metadata::{LogPosition, MetadataImage};
use kampa_protocol::records::metadata::{MetadataRecord, TopicRecord};
use kampa_protocol::{Text, Uuid};
use kampa_storage::{LogDir, LogDirOptions, OPEN_SEGMENTS_MAX};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use crate::{FOLDER, MetadataLog, OpenError, Opened, Settings, Voter};

const DIR: &str = "/data";
const LOG: &str = "/data/__cluster_metadata-0/00000000000000000000.log";

/// Runs a script on a perfect machine.
fn simulated<T>(script: impl AsyncFnOnce(&Simulation, World) -> T) -> T {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    simulation.run(script(&simulation, world))
}

fn settings() -> Settings {
    Settings { segment_bytes: 1 << 20, segment_ms: i64::MAX, snapshot_after_bytes: 1 << 20, snapshot_after_ms: 0 }
}

fn open_dir(world: &World) -> LogDir {
    let options =
        LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: OPEN_SEGMENTS_MAX, journal_bytes: 0 };
    LogDir::open(world, Path::new(DIR), options).unwrap()
}

fn voter(dir: &LogDir) -> Voter {
    let endpoints = vec![("CONTROLLER".into(), "localhost".into(), 9093)];
    Voter { node_id: 1, directory_id: dir.directory_id(), endpoints }
}

fn try_open(dir: &LogDir) -> Result<Opened, OpenError> {
    MetadataLog::open(dir, voter(dir), settings())
}

/// A node that opened its log, and the image it keeps.
struct Node {
    dir: LogDir,
    log: MetadataLog,
    image: MetadataImage,
}

impl Node {
    fn open(world: &World) -> Node {
        let dir = open_dir(world);
        let Opened { log, image } = try_open(&dir).unwrap();
        Node { dir, log, image }
    }

    async fn write(&mut self, records: &[MetadataRecord]) -> LogPosition {
        let position = self.log.append(records, &self.image).await.unwrap();
        self.image.apply_all(records, position).unwrap();
        position
    }

    fn stop(self) {
        self.log.close().unwrap();
        self.dir.mark_clean(1).unwrap();
    }

    fn told(&self) -> String {
        let names: Vec<_> = self.image.topics.names().map(|name| name.to_string()).collect();
        let (epoch, next, position) = (self.log.epoch(), self.log.next_offset(), self.image.position);
        format!(
            "epoch {epoch}, next {next}, image at {} of epoch {}: {}",
            position.offset,
            position.epoch,
            names.join(" ")
        )
    }
}

/// A topic by number, so that numbers can be told from names.
fn topic(number: u32) -> MetadataRecord {
    let mut id = [0; 16];
    id[12..].copy_from_slice(&(number + 1).to_be_bytes());
    TopicRecord { name: Text::from(format!("t{number}")), topic_id: Uuid(id), ..Default::default() }.into()
}

fn topics(image: &MetadataImage) -> Vec<u32> {
    let mut numbers: Vec<u32> = image.topics.names().map(|name| name[1..].parse().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn what_was_written_is_there_after_each_start_and_each_start_is_an_epoch() {
    let told = simulated(async |simulation, mut world| {
        let mut lines = Vec::new();
        for start in 0..4 {
            let mut node = Node::open(&world);
            lines.push(node.told());
            node.write(&[topic(start)]).await;
            match start {
                0 => node.stop(),
                1 => simulation.kill("node"),
                2 => simulation.crash("node"),
                _ => {}
            }
            if start == 1 || start == 2 {
                world = simulation.process("node");
            }
        }
        let read = |name: &str| world.disk().read_to_string(format!("{DIR}/{FOLDER}/{name}")).unwrap();
        lines.push(read("quorum-state"));
        lines.push(read("partition.metadata"));
        lines.push(read("leader-epoch-checkpoint"));
        lines.join("\n")
    });
    expect![[r#"
        epoch 1, next 3, image at 2 of epoch 1: 
        epoch 2, next 5, image at 4 of epoch 2: t0
        epoch 3, next 7, image at 6 of epoch 3: t0 t1
        epoch 4, next 9, image at 8 of epoch 4: t0 t1 t2
        {"leaderId":1,"leaderEpoch":4,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}
        version: 0
        topic_id: AAAAAAAAAAAAAAAAAAAAAQ
        0
        4
        1 0
        2 4
        3 6
        4 8
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_moved_controller_tells_the_log() {
    let told = simulated(async |_, world| {
        Node::open(&world).stop();
        let mut lines = Vec::new();
        for port in [9093, 9193, 9193] {
            let dir = open_dir(&world);
            let moved = Voter { endpoints: vec![("CONTROLLER".into(), "localhost".into(), port)], ..voter(&dir) };
            let mut opened = MetadataLog::open(&dir, moved, settings()).unwrap();
            opened.log.append(&[topic(u32::from(port) + lines.len() as u32)], &opened.image).await.unwrap();
            lines.push(format!("{} records, {:?}", opened.log.next_offset(), opened.log.quorum().voters[0].endpoints));
            opened.log.close().unwrap();
        }
        lines.join("\n")
    });
    expect![[r#"
        5 records, [("CONTROLLER", "localhost", 9093)]
        8 records, [("CONTROLLER", "localhost", 9193)]
        10 records, [("CONTROLLER", "localhost", 9193)]"#]]
    .assert_eq(&told);
}

#[test]
fn a_transaction_that_was_never_ended_shows_nothing_and_is_still_open() {
    let told = simulated(async |_, world| {
        let mut node = Node::open(&world);
        node.write(&[topic(1)]).await;
        node.write(&[begin(), topic(2)]).await;
        node.stop();
        let node = Node::open(&world);
        let open = node.image.in_transaction();
        format!("{}; open {open}, within it {:?}", node.told(), topics(node.image.latest()))
    });
    expect!["epoch 2, next 7, image at 3 of epoch 1: t1; open true, within it [1, 2]"].assert_eq(&told);
}

/// Where an image stands changes with every start; what it says does not.
fn without_position(image: &MetadataImage) -> MetadataImage {
    let mut same = image.clone();
    same.advance_to(LogPosition::default());
    same
}

fn begin() -> MetadataRecord {
    kampa_protocol::records::metadata::BeginTransactionRecord::default().into()
}

#[test]
fn the_image_of_a_load_is_the_image_that_was_kept() {
    simulated(async |_, world| {
        let mut node = Node::open(&world);
        for number in 0..10 {
            node.write(&[topic(2 * number), topic(2 * number + 1)]).await;
        }
        let kept = node.image.clone();
        node.stop();
        assert_eq!(without_position(&Node::open(&world).image), without_position(&kept));
    });
}
