//! A seed means one run, to the last event, in this process and in any other; and every fault strikes.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::sim::{Faults, Simulation};
use crate::{ListenOptions, OpenOptions, World};

/// A server that appends what it hears to a file, syncs and answers; every error ends the connection.
async fn serve(world: World) {
    let Ok(listener) = world.net().listen("0.0.0.0:9092".parse().unwrap(), ListenOptions::default()).await else {
        return;
    };
    while let Ok((stream, _)) = listener.accept().await {
        let node = world.clone();
        world.spawn("connection", async move {
            let (mut read, mut write) = stream.into_split();
            let mut buffer = BytesMut::new();
            while read.read_buf(&mut buffer).await.is_ok_and(|count| count > 0) {
                let heard = buffer.split().freeze();
                let disk = node.disk().clone();
                let stored = node.offload(move || store(&disk, &heard).map(|()| heard)).await;
                let Ok(answer) = stored else { return };
                if write.write_all_vectored(&[answer]).await.is_err() {
                    return;
                }
            }
        });
    }
}

fn store(disk: &crate::Disk, heard: &[u8]) -> std::io::Result<()> {
    let file = disk.open("/log", OpenOptions::CREATE)?;
    let position = file.len()?;
    let mut start = [0; 8];
    if file.try_read_at_cached(&mut start, 0)?.is_none() {
        file.read_at(&mut start, 0)?;
    }
    // Now and then over the beginning, so that overwrites are torn too.
    if heard[0].is_multiple_of(8) {
        file.write_all_at(heard, 0)?;
    }
    file.write_all_at(heard, position)?;
    let segment = format!("/segment-{}", heard[0]);
    if disk.exists(&segment) {
        disk.remove_file(&segment)?;
    } else {
        disk.open(&segment, OpenOptions::CREATE_NEW)?;
    }
    if heard[0].is_multiple_of(4) {
        file.sync_data()?;
        disk.sync_dir("/")?;
    }
    Ok(())
}

async fn talk(world: World, host: &'static str) {
    let mut round = 0u8;
    loop {
        round = round.wrapping_add(1);
        let Ok(addresses) = world.net().resolve(host, 9092).await else { return };
        if let Ok(Ok(stream)) = world.timeout(Duration::from_secs(3), world.net().connect(addresses[0])).await {
            let (mut read, mut write) = stream.into_split();
            let mut answer = BytesMut::new();
            for count in 0..20 {
                let bytes = Bytes::from(vec![round.wrapping_add(count); 3000]);
                if write.write_all_vectored(&[bytes]).await.is_err() {
                    break;
                }
                let heard = world.timeout(Duration::from_secs(5), read.read_buf(&mut answer)).await;
                if !heard.is_ok_and(|heard| heard.is_ok_and(|count| count > 0)) {
                    break;
                }
            }
        }
        world.sleep(Duration::from_millis(20)).await;
    }
}

/// Three servers, two clients and one who makes trouble, for half a minute.
fn run(seed: u64) -> (u64, u64, Vec<(&'static str, u64)>) {
    let simulation = Simulation::new(seed, Faults::failing_disk());
    const NAMES: [&str; 3] = ["node1", "node2", "node3"];
    for name in NAMES {
        let world = simulation.process(name);
        world.clone().spawn("server", serve(world));
    }
    for client in ["client1", "client2"] {
        let world = simulation.process(client);
        for name in NAMES {
            world.clone().spawn("talker", talk(world.clone(), name));
        }
    }
    let control = simulation.control();
    let trouble = simulation.spawn("trouble", async move {
        for round in 0..10 {
            control.sleep(Duration::from_secs(3)).await;
            let name = NAMES[(control.draw() % 3) as usize];
            match round % 5 {
                0 => control.kill(name),
                1 => control.partition(&[name]),
                2 => control.slow(name, "client1", 100),
                3 => control.cut(name, "client2"),
                _ => control.crash(name),
            }
            control.sleep(Duration::from_millis(control.draw() % 2000)).await;
            control.heal();
            if !control.is_running(name) {
                let world = control.process(name);
                world.clone().spawn("server", serve(world));
            }
        }
    });
    simulation.run(trouble).unwrap();
    (simulation.trace_hash(), simulation.events(), simulation.faults())
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in 0..2 {
        assert_eq!(run(seed), run(seed), "seed {seed}");
    }
    assert_ne!(run(1).0, run(2).0);
}

#[test]
fn every_fault_strikes() {
    let mut total: Vec<(&str, u64)> = run(0).2;
    for seed in 1..4 {
        total.iter_mut().zip(run(seed).2).for_each(|(sum, (_, count))| sum.1 += count);
    }
    assert!(total.iter().all(|(_, count)| *count > 0), "{total:?}");
}

/// Not random addresses, not a randomly seeded hash, not the time of day: another process sees the same run.
#[test]
fn the_same_seed_is_the_same_run_in_another_process() {
    let mark = "KAMPA_WORLD_SEED_7=";
    if std::env::var_os(CHILD).is_some() {
        println!("{mark}{:x}", run(7).0);
        return;
    }
    let test = "sim::tests::run::the_same_seed_is_the_same_run_in_another_process";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let hash = said.split_once(mark).unwrap().1.split_whitespace().next().unwrap();
    assert_eq!(hash, format!("{:x}", run(7).0));
}

const CHILD: &str = "KAMPA_WORLD_TEST_CHILD";

#[test]
fn the_trace_can_be_read() {
    let simulation = Simulation::new(7, Faults::none());
    simulation.keep_trace(3);
    let world = simulation.process("node");
    simulation.run(async {
        let file = world.disk().open("/log", OpenOptions::CREATE).unwrap();
        file.write_all_at(b"hello", 10).unwrap();
        world.seed();
    });
    let events: Vec<String> =
        simulation.trace().iter().map(|line| line.split_once("ms ").unwrap().1.to_owned()).collect();
    assert_eq!(events, ["-: open /log", "-: write /log 5 B at 10", "-: seed "]);
}
