//! The last look: every partition read to its last record, times looked up, and nothing left on the disk that nobody needs.

use std::collections::BTreeSet;
use std::time::Duration;

use kampa_replication::Isolation;
use kampa_world::Task;
use kampa_world::sim::{Chance, Control};

use super::hands::{look_up, look_up_epoch, look_up_newest, read};
use super::history::{Ask, MACHINE, Recorder};
use super::node::{DATA_DIRS, Node};

/// Reads everything there is, as every kind of reader.
pub async fn run(node: &Node, chance: &mut Chance) {
    for (place, partition) in node.partitions() {
        let marks = partition.watermarks();
        let ends = [(Isolation::LogEnd, marks.log_end), (Isolation::ReadCommitted, marks.last_stable_offset)];
        for (isolation, end) in ends {
            let mut offset = marks.log_start;
            while offset < end {
                let ask = Ask { offset, isolation, at_least_one: true };
                let Some(next) = read(node, place, &partition, ask, 16_000).await else { break };
                offset = next;
            }
        }
        for _ in 0..3 {
            let timestamp = node.world.wall_ms() - chance.below(60_000) as i64;
            look_up(node, place, &partition, timestamp).await;
        }
        look_up_newest(node, place, &partition).await;
        for epoch in 0..=partition.leader_epoch().unwrap_or_default() {
            look_up_epoch(node, place, &partition, epoch);
        }
    }
}

/// When all is quiet: waits until what is deleted has to be gone, and looks what is still there.
pub async fn leftovers(node: &Node, control: &Control, chores: &[Task<()>]) {
    chores.iter().for_each(Task::abort);
    // What retention takes now has to go as what was taken before.
    node.world.sleep(CLEANED_UP_AFTER).await;
    let there = node.clone();
    node.world.offload(move || there.retain()).await;
    node.world.sleep(CLEANED_UP_AFTER).await;
    for dir in &node.dirs {
        dir.chores(true).await;
    }
    let disk = control.disk(MACHINE);
    for dir in DATA_DIRS {
        for entry in disk.read_dir(dir).unwrap_or_default() {
            let path = format!("{dir}/{}", entry.name);
            if entry.name.ends_with("-delete") || entry.name.ends_with("-future") {
                node.recorder.wrong(format!("{path} is left, and nobody needs it"));
            } else if entry.is_dir && !entry.name.ends_with("-stray") {
                left_in(&path, control, &node.recorder);
            }
        }
    }
    space(control, &node.recorder);
}

fn left_in(folder: &str, control: &Control, recorder: &Recorder) {
    let Ok(entries) = control.disk(MACHINE).read_dir(folder) else { return };
    let names: Vec<&str> = entries.iter().map(|entry| &*entry.name).collect();
    let bases: BTreeSet<&str> = names.iter().filter_map(|name| name.strip_suffix(".log")).collect();
    let newest_snapshot = names.iter().filter_map(|name| name.strip_suffix(".snapshot")).max();
    for name in &names {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let needed = match ending {
            "log" | "metadata" | "" => true,
            "index" | "timeindex" | "txnindex" => bases.contains(stem),
            "snapshot" => bases.contains(stem) || Some(stem) == newest_snapshot,
            // What a recovery cut off with whole batches in it is an operator's to judge.
            "aside" => true,
            // A file that was being written has the name of the next attempt, if there always is one.
            "tmp" => !stem.ends_with(".snapshot"),
            _ => false,
        };
        if !needed {
            recorder.wrong(format!("{folder}/{name} is left, and nobody needs it"));
        }
    }
}

/// Nothing takes room but the files that have a name.
fn space(control: &Control, recorder: &Recorder) {
    let disk = control.disk(MACHINE);
    let mut named = 0;
    let mut folders = vec!["/".to_owned()];
    while let Some(folder) = folders.pop() {
        // What was removed goes for good when its directory is written back.
        let _ = disk.sync_dir(&folder);
        for entry in disk.read_dir(&folder).unwrap_or_default() {
            named += entry.len;
            if entry.is_dir {
                folders.push(format!("{}/{}", folder.trim_end_matches('/'), entry.name));
            }
        }
    }
    let used = disk.space("/").map_or(named, |space| space.total_bytes - space.free_bytes);
    if used != named {
        recorder.wrong(format!("{used} bytes are taken and {named} have a name"));
    }
}

/// Longer than files are kept after they were deleted, and than the pauses of those who look for them.
const CLEANED_UP_AFTER: Duration = Duration::from_secs(20);
