//! What power cuts, kills and faults leave of files.

use std::collections::BTreeSet;

use crate::sim::{Faults, Simulation};
use crate::{Disk, OpenOptions};

/// What a file holds after a power cut, over many seeds: each outcome once, in order.
fn outcomes(before: impl Fn(&Disk)) -> Vec<Vec<u8>> {
    let mut outcomes = BTreeSet::new();
    for seed in 0..300 {
        let simulation = Simulation::new(seed, Faults::none());
        let world = simulation.process("node");
        world.disk().create_dir_all("/data").unwrap();
        world.disk().open("/data/log", OpenOptions::CREATE).unwrap();
        world.disk().sync_dir("/").unwrap();
        world.disk().sync_dir("/data").unwrap();
        before(world.disk());
        simulation.crash("node");
        let world = simulation.process("node");
        outcomes.insert(world.disk().read("/data/log").unwrap());
    }
    outcomes.into_iter().collect()
}

fn write(disk: &Disk, bytes: &[u8], position: u64) {
    disk.open("/data/log", OpenOptions::READ_WRITE).unwrap().write_all_at(bytes, position).unwrap();
}

fn sync(disk: &Disk) {
    disk.open("/data/log", OpenOptions::READ_WRITE).unwrap().sync_data().unwrap();
}

#[test]
fn synced_bytes_stay_and_appended_ones_may_be_torn() {
    let found = outcomes(|disk| {
        write(disk, b"synced", 0);
        sync(disk);
        write(disk, b"-tail", 6);
    });
    assert!(found.iter().all(|bytes| bytes.starts_with(b"synced") && bytes.len() <= 11));
    for expected in ["synced", "synced-ta", "synced-tail", "synced\0\0", "synced\0\0\0\0\0"] {
        assert!(found.contains(&expected.as_bytes().to_vec()), "{expected:?} is not among {found:?}");
    }
}

#[test]
fn everything_below_a_directory_stays_once_that_is_synced_as_a_whole() {
    let found = outcomes(|disk| {
        write(disk, b"old", 0);
        disk.create_dir_all("/data/deep").unwrap();
        disk.open("/data/deep/new", OpenOptions::CREATE).unwrap().write_all_at(b"new", 0).unwrap();
        disk.rename("/data/deep/new", "/data/deep/newest").unwrap();
        disk.sync_all_below("/data").unwrap();
        // Whatever becomes of this, it is not the content.
        disk.rename("/data/deep/newest", "/data/log").unwrap();
    });
    assert!(found.iter().all(|bytes| bytes == b"new" || bytes == b"old"), "{found:?}");
}

#[test]
fn an_overwrite_is_old_new_or_torn_between_sectors() {
    let found = outcomes(|disk| {
        write(disk, &[b'o'; 1536], 0);
        sync(disk);
        write(disk, &[b'n'; 1536], 0);
    });
    let shapes: BTreeSet<String> = found
        .iter()
        .map(|bytes| {
            bytes.chunks(512).map(|sector| if sector == [sector[0]; 512] { sector[0] as char } else { '?' }).collect()
        })
        .collect();
    assert_eq!(shapes.into_iter().collect::<Vec<_>>(), ["nnn", "nno", "non", "noo", "onn", "ono", "oon", "ooo"]);
}

#[test]
fn a_cut_file_may_come_back_whole_but_never_mixed() {
    let found = outcomes(|disk| {
        write(disk, b"abcdef", 0);
        sync(disk);
        disk.open("/data/log", OpenOptions::READ_WRITE).unwrap().set_len(3).unwrap();
        write(disk, b"XY", 3);
    });
    let found: Vec<String> = found.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert_eq!(found, ["abc", "abc\0", "abc\0\0", "abcX", "abcXY", "abcdef"]);
}

#[test]
fn a_killed_process_loses_nothing_it_wrote() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    let file = world.disk().open("/log", OpenOptions::CREATE).unwrap();
    let lock = world.disk().lock("/.lock").unwrap();
    assert!(lock.is_some());
    file.write_all_at(b"unsynced", 0).unwrap();
    simulation.kill("node");
    assert!(file.read_at(&mut [0], 0).is_err(), "a dead process reads nothing");
    let world = simulation.process("node");
    assert_eq!(world.disk().read("/log").unwrap(), b"unsynced");
    assert!(world.disk().lock("/.lock").unwrap().is_some(), "the lock went with the process");
}

#[test]
fn names_are_lost_until_their_directory_is_synced() {
    let mut seen = BTreeSet::new();
    for seed in 0..100 {
        let simulation = Simulation::new(seed, Faults::none());
        let world = simulation.process("node");
        let disk = world.disk();
        disk.write_atomic("/kept", b"one").unwrap();
        disk.write_atomic("/kept", b"two").unwrap();
        disk.open("/made", OpenOptions::CREATE).unwrap().sync_all().unwrap();
        disk.rename("/kept", "/moved").unwrap();
        simulation.crash("node");
        let disk = simulation.disk("node");
        let names: Vec<String> = disk.read_dir("/").unwrap().into_iter().map(|entry| entry.name).collect();
        let kept = if names.contains(&"kept".to_owned()) { "/kept" } else { "/moved" };
        assert_eq!(disk.read(kept).unwrap(), b"two");
        seen.insert(names.join(" "));
    }
    // Never both names, never neither; the first change before the second.
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["kept", "kept made", "made moved"]);
}

#[test]
fn a_full_disk_takes_what_fits() {
    let simulation = Simulation::new(1, Faults::none());
    let world = simulation.process("node");
    simulation.set_disk_capacity("node", 10);
    let file = world.disk().open("/log", OpenOptions::CREATE).unwrap();
    file.write_all_at(b"1234567", 0).unwrap();
    let error = file.write_all_vectored_at(&[b"ab", b"cd"], 7).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(world.disk().read("/log").unwrap(), b"1234567abc");
    assert_eq!(world.disk().free_bytes("/").unwrap(), 0);
    assert!(file.allocate(0, 11).is_err());
    // Writing over what is there needs no room; cutting gives room back, and so does removing.
    file.write_all_at(b"x", 9).unwrap();
    file.set_len(4).unwrap();
    assert_eq!(world.disk().free_bytes("/").unwrap(), 6);
    drop(file);
    world.disk().remove_file("/log").unwrap();
    world.disk().sync_dir("/").unwrap();
    assert_eq!(world.disk().free_bytes("/").unwrap(), 10);
}

#[test]
fn after_a_failed_sync_a_later_one_lies() {
    let mut lost = 0;
    for seed in 0..50 {
        let simulation = Simulation::new(seed, Faults::none());
        let world = simulation.process("node");
        let file = world.disk().open("/log", OpenOptions::CREATE).unwrap();
        world.disk().sync_dir("/").unwrap();
        file.write_all_at(b"x", 0).unwrap();
        simulation.set_faults(Faults { syncs_fail: 1.0, ..Faults::none() });
        assert!(file.sync_data().is_err());
        simulation.set_faults(Faults::none());
        file.sync_data().unwrap();
        simulation.crash("node");
        lost += u64::from(simulation.disk("node").read("/log").unwrap().is_empty());
    }
    assert!(lost > 5, "lost {lost} of 50");
}

#[test]
fn after_a_power_cut_reads_are_cold_and_bits_may_have_rotted() {
    let simulation = Simulation::new(1, Faults { bit_flips: 1.0, ..Faults::none() });
    let world = simulation.process("node");
    let file = world.disk().open("/log", OpenOptions::CREATE).unwrap();
    file.write_all_at(&[0; 100], 0).unwrap();
    file.sync_data().unwrap();
    world.disk().sync_dir("/").unwrap();
    let mut buffer = [1; 100];
    assert_eq!(file.try_read_at_cached(&mut buffer, 0).unwrap(), Some(100));
    assert_eq!(buffer, [0; 100]);
    simulation.crash("node");

    let world = simulation.process("node");
    let file = world.disk().open("/log", OpenOptions::READ).unwrap();
    assert_eq!(file.try_read_at_cached(&mut buffer, 0).unwrap(), None);
    file.read_exact_at(&mut buffer, 0).unwrap();
    assert_eq!(buffer.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
    let rotten = buffer;
    assert_eq!(file.try_read_at_cached(&mut buffer, 0).unwrap(), Some(100));
    assert_eq!(buffer, rotten, "rot stays");
    assert!(simulation.faults().contains(&("bit flipped", 1)));
}

/// Ends a process in place of each operation of a replacement in turn: the file is always one or the other, whole.
#[test]
fn a_replacement_is_whole_wherever_power_is_cut() {
    let mut seen = BTreeSet::new();
    for operation in 0..7 {
        for seed in 0..20 {
            let simulation = Simulation::new(seed, Faults::none());
            let disk = simulation.process("node").disk().clone();
            disk.write_atomic("/meta", b"one").unwrap();
            simulation.crash_at("node", operation);
            let answer = disk.write_atomic("/meta", b"two");
            assert_eq!(answer.is_err(), !simulation.is_running("node"));
            simulation.crash("node");
            let left = simulation.disk("node").read("/meta").unwrap();
            let left = String::from_utf8(left).unwrap();
            assert!(answer.is_err() || left == "two", "said done, and left {left:?}");
            seen.insert((operation, answer.is_ok(), left));
        }
    }
    let seen: Vec<String> =
        seen.into_iter().map(|(operation, done, left)| format!("{operation} {done} {left}")).collect();
    // Create, write, sync, rename; only at the sync of the directory it may be either.
    let expected = [
        "0 false one",
        "1 false one",
        "2 false one",
        "3 false one",
        "4 false one",
        "5 false one",
        "5 false two",
        "6 true two",
    ];
    assert_eq!(seen, expected);
}

/// Blocks that were never written hold zeros, or what another file left there; by the page or by the sector.
#[test]
fn an_append_may_have_holes_with_bytes_of_a_file_that_is_gone() {
    let mut foreign = 0;
    let mut holes_of_a_sector = 0;
    for seed in 0..200 {
        let simulation = Simulation::new(seed, Faults::none());
        let disk = simulation.process("node").disk().clone();
        let gone = disk.open("/gone", OpenOptions::CREATE).unwrap();
        gone.write_all_at(&[b'g'; 4096], 0).unwrap();
        gone.sync_data().unwrap();
        drop(gone);
        disk.open("/log", OpenOptions::CREATE).unwrap();
        disk.sync_dir("/").unwrap();
        disk.remove_file("/gone").unwrap();
        disk.sync_dir("/").unwrap();
        disk.open("/log", OpenOptions::READ_WRITE).unwrap().write_all_at(&[b'n'; 8192], 0).unwrap();
        simulation.crash("node");
        let left = simulation.disk("node").read("/log").unwrap();
        assert!(left.iter().all(|byte| [b'n', b'g', 0].contains(byte)));
        let sectors: Vec<u8> = left.chunks_exact(512).map(|sector| sector[0]).collect();
        foreign += u64::from(sectors.contains(&b'g'));
        let page: Vec<u8> = sectors.iter().take(8).copied().collect();
        holes_of_a_sector += u64::from(page.contains(&b'n') && page.iter().any(|byte| *byte != b'n'));
    }
    assert!(foreign > 20, "{foreign} of 200 have foreign bytes");
    assert!(holes_of_a_sector > 20, "{holes_of_a_sector} of 200 are torn within a page");
}

#[test]
fn a_renamed_file_that_was_not_synced_may_be_empty() {
    let mut seen = BTreeSet::new();
    for seed in 0..100 {
        let simulation = Simulation::new(seed, Faults::none());
        let disk = simulation.process("node").disk().clone();
        disk.write_atomic("/kept", b"one").unwrap();
        disk.write_unsynced("/kept", b"two").unwrap();
        disk.sync_dir("/").unwrap();
        simulation.crash("node");
        seen.insert(String::from_utf8(simulation.disk("node").read("/kept").unwrap()).unwrap());
    }
    for expected in ["", "t", "two"] {
        assert!(seen.contains(expected), "{expected:?} is not among {seen:?}");
    }
}

#[test]
fn of_two_cuts_of_a_file_neither_may_have_happened() {
    let found = outcomes(|disk| {
        write(disk, b"abcdef", 0);
        sync(disk);
        let file = disk.open("/data/log", OpenOptions::READ_WRITE).unwrap();
        file.set_len(4).unwrap();
        file.set_len(2).unwrap();
    });
    let found: Vec<String> = found.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert_eq!(found, ["ab", "abcdef"]);
}

#[test]
fn after_a_failed_sync_of_a_directory_later_ones_lie_of_what_came_before() {
    for seed in 0..20 {
        let simulation = Simulation::new(seed, Faults::none());
        let disk = simulation.process("node").disk().clone();
        disk.open("/made", OpenOptions::CREATE).unwrap();
        simulation.set_faults(Faults { syncs_fail: 1.0, ..Faults::none() });
        assert!(disk.sync_dir("/").is_err());
        simulation.set_faults(Faults::none());
        disk.open("/later", OpenOptions::CREATE).unwrap();
        disk.sync_dir("/").unwrap();
        simulation.crash("node");
        let left: Vec<String> =
            simulation.disk("node").read_dir("/").unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(left, ["later"]);
    }
}

#[test]
fn names_and_opens_fail_and_change_nothing() {
    let simulation = Simulation::new(1, Faults::none());
    let disk = simulation.process("node").disk().clone();
    disk.open("/one", OpenOptions::CREATE).unwrap();
    simulation.set_faults(Faults { opens_fail: 1.0, names_fail: 1.0, writes_fail: 1.0, ..Faults::none() });
    assert!(disk.open("/two", OpenOptions::CREATE).is_err());
    assert!(disk.rename("/one", "/two").is_err());
    assert!(disk.remove_file("/one").is_err());
    assert!(disk.create_dir_all("/three").is_err());
    assert!(disk.read_dir("/").is_err());
    simulation.set_faults(Faults::none());
    let names: Vec<String> = disk.read_dir("/").unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["one"]);
    assert!(simulation.faults().contains(&("open failed", 1)));
    assert!(simulation.faults().contains(&("rename, removal or listing failed", 4)));
}
