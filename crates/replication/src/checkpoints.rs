//! What a log directory's checkpoint files say of its partitions, read once when they are opened and written for all of them at once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use kampa_formats::offset_checkpoint::PartitionOffset;
use kampa_protocol::Text;
use kampa_storage::{Checkpoint, LogDir, OpenAs};

use crate::partition::{Partition, PartitionId};

/// The recovery points, log starts and ends of compaction of a directory, as the last process left them.
#[derive(Clone, Debug, Default)]
pub struct Checkpoints {
    clean: bool,
    synced: bool,
    recovery_points: BTreeMap<(Text, i32), i64>,
    log_starts: BTreeMap<(Text, i32), i64>,
    clean_ends: BTreeMap<(Text, i32), i64>,
}

impl Checkpoints {
    /// Reads a directory's files. Blocks.
    pub fn read(dir: &LogDir) -> io::Result<Checkpoints> {
        Checkpoints::forget_deleted(dir)?;
        let read = |which| -> io::Result<BTreeMap<(Text, i32), i64>> {
            let entries = dir.read_checkpoint(which)?;
            Ok(entries.into_iter().map(|entry| ((entry.topic, entry.partition), entry.offset)).collect())
        };
        Ok(Checkpoints {
            clean: dir.was_clean(),
            synced: dir.is_synced_at_start(),
            recovery_points: read(Checkpoint::RecoveryPoint)?,
            log_starts: read(Checkpoint::LogStart)?,
            clean_ends: read(Checkpoint::Cleaner)?,
        })
    }

    /// Writes the files for all partitions of a directory: recovery points, high watermarks, log starts where files do not tell
    /// them, and ends of compaction. Now and then, and at a clean stop after the partitions were closed. Blocks.
    pub fn write<'a>(dir: &LogDir, partitions: impl Iterator<Item = &'a Partition>) -> io::Result<()> {
        let mut files = [const { Vec::new() }; 4];
        let mut recovery_points = Vec::new();
        let mut open = BTreeSet::new();
        let (mut together, mut epochs) = (dir.together(), Vec::new());
        for partition in partitions {
            let id = partition.id();
            open.insert((id.topic.clone(), id.index));
            // What is not named here begins at 0.
            let Some(log) = partition.log().filter(|log| log.log_end() > 0) else { continue };
            let recovery_point = log.recovery_point();
            epochs
                .extend(partition.keep_epochs_with(recovery_point, &mut together)?.map(|written| (partition, written)));
            let entry = |offset| PartitionOffset { topic: id.topic.clone(), partition: id.index, offset };
            files[0].push(entry(recovery_point));
            recovery_points.push((partition, recovery_point));
            files[1].push(entry(partition.watermarks().high_watermark));
            let log_start = partition.watermarks().log_start;
            if !log.start_is_in_names() {
                files[2].push(entry(log_start));
            }
            files[3].extend(partition.clean_end().map(entry));
        }
        together.finish()?;
        epochs.into_iter().try_for_each(|(partition, written)| partition.epochs_written(written))?;
        ALL.into_iter().zip(files).try_for_each(|(kind, entries)| replace(dir, kind, entries, &open))?;
        for (partition, offset) in recovery_points {
            partition.set_kept_recovery_point(dir, offset);
        }
        Ok(())
    }

    /// Takes out of the files what they say of partitions that have no folder any more: one that is made anew under the same name
    /// begins at 0, and none of it is on the medium yet. After topics were deleted, and before the files are read. Blocks.
    pub fn forget_deleted(dir: &LogDir) -> io::Result<()> {
        let mut files = ALL.map(|kind| (kind, Vec::new()));
        for (kind, entries) in &mut files {
            *entries = dir.read_checkpoint(*kind)?;
        }
        if files.iter().all(|(_, entries)| entries.is_empty()) {
            return Ok(());
        }
        let there = dir.folders()?;
        for (kind, entries) in files {
            let (kept, gone): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| there.contains(&folder(entry)));
            if !gone.is_empty() {
                dir.write_checkpoint(kind, &kept)?;
            }
        }
        Ok(())
    }

    /// Writes up to where partitions are compacted: all of a directory's. After each compaction, and with the others. Blocks.
    pub fn write_clean_ends<'a>(dir: &LogDir, partitions: impl Iterator<Item = &'a Partition>) -> io::Result<()> {
        let (mut entries, mut open) = (Vec::new(), BTreeSet::new());
        for partition in partitions {
            let id = partition.id();
            open.insert((id.topic.clone(), id.index));
            let entry = |offset| PartitionOffset { topic: id.topic.clone(), partition: id.index, offset };
            entries.extend(partition.clean_end().map(entry));
        }
        replace(dir, Checkpoint::Cleaner, entries, &open)
    }

    /// Up to where the partition was compacted, if it ever was.
    pub fn clean_end(&self, id: &PartitionId) -> Option<i64> {
        self.clean_ends.get(&(id.topic.clone(), id.index)).copied()
    }

    /// How the partition's log is to be opened.
    pub fn open_as(&self, id: &PartitionId) -> OpenAs {
        let key = (id.topic.clone(), id.index);
        let offset = |of: &BTreeMap<_, i64>| of.get(&key).copied().unwrap_or(0);
        OpenAs {
            clean: self.clean,
            recovery_point: offset(&self.recovery_points),
            synced: self.synced,
            log_start: offset(&self.log_starts),
        }
    }
}

/// The files there are.
const ALL: [Checkpoint; 4] =
    [Checkpoint::RecoveryPoint, Checkpoint::HighWatermark, Checkpoint::LogStart, Checkpoint::Cleaner];

/// Replaces a file. What it says of a partition that is not open and has its folder stays: it could not be opened, for now.
fn replace(
    dir: &LogDir,
    kind: Checkpoint,
    mut entries: Vec<PartitionOffset>,
    open: &BTreeSet<(Text, i32)>,
) -> io::Result<()> {
    let before = dir.read_checkpoint(kind)?;
    let is_closed = |entry: &PartitionOffset| !open.contains(&(entry.topic.clone(), entry.partition));
    entries.extend(before.into_iter().filter(|entry| is_closed(entry) && has_folder(dir, entry)));
    dir.write_checkpoint(kind, &entries)
}

fn has_folder(dir: &LogDir, entry: &PartitionOffset) -> bool {
    dir.has_folder(&folder(entry))
}

fn folder(entry: &PartitionOffset) -> String {
    format!("{}-{}", &*entry.topic, entry.partition)
}
