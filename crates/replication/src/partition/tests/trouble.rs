//! What storage runs have found: a disk that fails in the middle of things, and what the next start makes of it.

use std::future::Future;

use kampa_formats::batch::control::EndMarker;
use kampa_protocol::{Records, Text, Uuid};
use kampa_storage::{LogDir, LogDirOptions};
use kampa_world::World;
use kampa_world::sim::{Faults, Simulation};

use crate::testing::{make_batch, parse_config};
use crate::{AbortedTxn, Checkpoints, Isolation, Origin, Partition, PartitionId, ReadRequest};

fn id(topic_id: u8) -> PartitionId {
    PartitionId { topic: Text::from("orders"), topic_id: Uuid([topic_id; 16]), index: 0 }
}

fn directory(world: &World) -> (LogDir, Checkpoints) {
    let options = LogDirOptions { node_id: 1, cluster_id: None, open_segments_max: 100, journal_bytes: 1 << 20 };
    let dir = LogDir::open(world, "/data".as_ref(), options).expect("a directory");
    let checkpoints = Checkpoints::read(&dir).expect("checkpoints");
    (dir, checkpoints)
}

fn open(dir: &LogDir, checkpoints: &Checkpoints, topic_id: u8) -> Partition {
    let id = id(topic_id);
    let how = checkpoints.open_as(&id);
    let partition = Partition::open(dir, id, parse_config("segment.bytes=2000"), how).expect("a partition");
    partition.become_leader(1).expect("the leader");
    partition
}

fn produce(world: &World, partition: &Partition, words: &str) -> i64 {
    let words: Vec<&str> = words.split_whitespace().collect();
    let batch = make_batch(&words, world.wall_ms());
    partition
        .append_as_leader(Records::from(bytes::Bytes::from(batch)), Origin::Client, world.wall_ms())
        .expect("room")
        .base_offset
}

fn abort(world: &World, partition: &Partition) -> bool {
    let marker = EndMarker { committed: false, coordinator_epoch: 0 }.batch(0, world.wall_ms(), 7, 0);
    partition.append_as_leader(Records::from(marker), Origin::Coordinator, world.wall_ms()).is_ok()
}

async fn aborted(partition: &Partition) -> Vec<AbortedTxn> {
    let isolation = Isolation::ReadCommitted;
    let request =
        ReadRequest { offset: 0, max_bytes: 10_000, at_least_one: true, isolation, current_leader_epoch: None };
    partition.read(request).await.expect("a read").aborted.expect("what is aborted")
}

fn on<T>(simulation: &Simulation, work: impl Future<Output = T>) -> T {
    simulation.run(work)
}

#[test]
fn an_aborted_transaction_is_known_after_a_clean_stop_and_a_power_cut() {
    for seed in 0..20 {
        let simulation = Simulation::new(seed, Faults::none());
        let world = simulation.process("node");
        let (dir, checkpoints) = directory(&world);
        let partition = open(&dir, &checkpoints, 1);
        produce(&world, &partition, "pid=7 epoch=0 seq=0 txn");
        on(&simulation, partition.log().expect("records").sync()).expect("a sync");
        assert!(abort(&world, &partition));
        partition.close().expect("a clean stop");
        Checkpoints::write(&dir, [&partition].into_iter()).expect("checkpoints");
        dir.mark_clean(1).expect("a mark");
        simulation.crash("node");
        let world = simulation.process("node");
        let (dir, checkpoints) = directory(&world);
        assert!(dir.was_clean());
        let partition = open(&dir, &checkpoints, 1);
        assert_eq!(on(&simulation, aborted(&partition)).len(), 1, "seed {seed}");
    }
}

#[test]
fn an_abort_that_could_not_be_noted_leaves_the_transaction_open() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let (dir, checkpoints) = directory(&world);
    let partition = open(&dir, &checkpoints, 1);
    produce(&world, &partition, "pid=7 epoch=0 seq=0 txn");
    simulation.set_faults(Faults { opens_fail: 1.0, ..Faults::none() });
    assert!(!abort(&world, &partition), "its index cannot be opened");
    simulation.set_faults(Faults::none());
    assert!(partition.has_open_transaction(7));
    assert_eq!(partition.watermarks().last_stable_offset, 0);
    assert!(abort(&world, &partition), "the coordinator writes it again");
    assert!(!partition.has_open_transaction(7));
    assert_eq!(on(&simulation, aborted(&partition)).len(), 1);
}

#[test]
fn what_a_deleted_topic_still_wants_written_does_not_reach_one_of_its_name() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let (dir, checkpoints) = directory(&world);
    let partition = open(&dir, &checkpoints, 1);
    // It rolls, and a snapshot of its producers is to be written once what lies before is on the medium.
    (0..5).for_each(|_| _ = produce(&world, &partition, "bytes=600"));
    partition.delete().expect("the topic is deleted");
    let anew = open(&dir, &Checkpoints::default(), 2);
    produce(&world, &anew, "bytes=10");
    on(&simulation, world.sleep(std::time::Duration::from_secs(1)));
    let names = world.disk().read_names("/data/orders-0").expect("its folder");
    let snapshots = names.iter().filter(|entry| entry.name.ends_with(".snapshot")).count();
    assert_eq!(snapshots, 0, "{names:?}");
}

#[test]
fn a_topic_made_again_begins_at_the_beginning() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let (dir, checkpoints) = directory(&world);
    let partition = open(&dir, &checkpoints, 1);
    (0..5).for_each(|_| _ = produce(&world, &partition, "bytes=10"));
    on(&simulation, partition.delete_records(3)).expect("records are deleted");
    Checkpoints::write(&dir, [&partition].into_iter()).expect("checkpoints");
    partition.delete().expect("the topic is deleted");
    Checkpoints::forget_deleted(&dir).expect("and forgotten");
    let partition = open(&dir, &Checkpoints::default(), 2);
    (0..2).for_each(|_| _ = produce(&world, &partition, "bytes=10"));
    simulation.kill("node");
    let world = simulation.process("node");
    let (dir, checkpoints) = directory(&world);
    let at = open(&dir, &checkpoints, 2).watermarks();
    assert_eq!((at.log_start, at.log_end), (0, 2));
}

#[test]
fn no_clean_stop_vouches_for_a_partition_that_could_not_be_opened() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let (dir, checkpoints) = directory(&world);
    let partition = open(&dir, &checkpoints, 1);
    produce(&world, &partition, "bytes=10");
    on(&simulation, partition.delete_records(1)).expect("records are deleted");
    Checkpoints::write(&dir, [&partition].into_iter()).expect("checkpoints");
    simulation.kill("node");

    let world = simulation.process("node");
    let (dir, checkpoints) = directory(&world);
    simulation.set_faults(Faults { opens_fail: 1.0, ..Faults::none() });
    let how = checkpoints.open_as(&id(1));
    assert!(Partition::open(&dir, id(1), parse_config("segment.bytes=2000"), how).is_err());
    simulation.set_faults(Faults::none());
    // What the files say of it stays.
    Checkpoints::write(&dir, std::iter::empty()).expect("checkpoints");
    assert!(dir.mark_clean(1).is_err());
    simulation.kill("node");

    let world = simulation.process("node");
    let (dir, checkpoints) = directory(&world);
    assert!(!dir.was_clean());
    let at = open(&dir, &checkpoints, 1).watermarks();
    assert_eq!((at.log_start, at.log_end), (1, 1));
}

#[test]
fn an_epoch_is_not_forgotten_for_records_that_could_not_be_deleted() {
    let simulation = Simulation::new(1, Faults::none());
    let control = simulation.control();
    let life = |leader_epoch| {
        let world = simulation.process("node");
        let (dir, checkpoints) = directory(&world);
        let partition = open(&dir, &checkpoints, 1);
        partition.become_leader(leader_epoch).expect("the leader");
        (world, dir, partition)
    };
    let (world, dir, partition) = life(1);
    produce(&world, &partition, "n=2");
    on(&simulation, partition.log().expect("records").sync()).expect("room");
    Checkpoints::write(&dir, [&partition].into_iter()).expect("room");
    drop((dir, partition));
    control.kill("node");

    let (world, dir, partition) = life(2);
    produce(&world, &partition, "n=2");
    let space = world.disk().space("/").expect("a disk");
    control.set_disk_capacity("node", space.total_bytes - space.free_bytes);
    on(&simulation, partition.delete_records(4)).expect_err("no room for the epochs");
    control.set_disk_capacity("node", space.total_bytes);
    partition.close().expect("room");
    drop((dir, partition));
    control.kill("node");

    let (_, _, partition) = life(3);
    let end = partition.offset_for_leader_epoch(2, None).expect("it leads");
    assert_eq!((end.leader_epoch, end.end_offset), (2, 4));
}

#[test]
fn deleted_records_stay_deleted_once_a_checkpoint_said_so() {
    for seed in 0..20 {
        let simulation = Simulation::new(seed, Faults::none());
        let control = simulation.control();
        let world = simulation.process("node");
        let (dir, checkpoints) = directory(&world);
        let partition = open(&dir, &checkpoints, 1);
        let log_end = loop {
            let at = produce(&world, &partition, "bytes=500");
            if partition.segments().len() > 1 {
                break at + 1;
            }
        };
        let write = || Checkpoints::write(&dir, [&partition].into_iter()).expect("a sound disk");
        let first = partition.segments()[0].next_offset;
        on(&simulation, partition.log().expect("records").sync()).expect("a sound disk");
        on(&simulation, partition.delete_records(first)).expect("a sound disk");
        write();
        // Where the log starts, a segment begins now.
        assert_eq!(partition.retain(world.wall_ms()).expect("a sound disk").deleted.len(), 1);
        write();
        drop((dir, partition));
        control.crash("node");

        let world = simulation.process("node");
        let (dir, checkpoints) = directory(&world);
        let marks = open(&dir, &checkpoints, 1).watermarks();
        assert_eq!((marks.log_start, marks.log_end), (first, log_end), "seed {seed}");
        control.kill("node");
    }
}
