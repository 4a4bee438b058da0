//! What an earlier process left half done in a log's folder: deletions, compactions, swaps. Brought to an end before the log opens,
//! as Kafka does it.

use std::io;

use kampa_formats::log_file_name::{LogFileKind, LogFileName, LogFileStage};
use kampa_world::DirName;

use crate::segment::{Home, last_offset_in};

/// Finishes what was begun in a folder that holds `entries`. Returns what it holds afterwards, if that is something else.
///
/// `.deleted` and `.cleaned` files go. `.swap` files are complete: they replace the segments whose offsets they cover, unless a
/// `.cleaned` file at or below them shows that a split was not complete.
pub(super) fn settle(home: &Home, entries: &[DirName]) -> io::Result<Option<Vec<DirName>>> {
    let (disk, dir) = (home.volume.world.disk(), &*home.dir);
    let names: Vec<LogFileName> = entries.iter().filter_map(|entry| LogFileName::parse(&entry.name)).collect();
    if names.iter().all(|name| name.stage == LogFileStage::Live) {
        return Ok(None);
    }
    let path = |name: &LogFileName| dir.join(name.to_string());
    let least_cleaned =
        names.iter().filter(|name| name.stage == LogFileStage::Cleaned).map(|name| name.base_offset).min();

    let mut swaps = Vec::new();
    for name in &names {
        match name.stage {
            LogFileStage::Live => {}
            LogFileStage::Deleted | LogFileStage::Cleaned => disk.remove_file(path(name))?,
            LogFileStage::Swap if least_cleaned.is_some_and(|least| name.base_offset >= least) => {
                disk.remove_file(path(name))?;
            }
            LogFileStage::Swap => swaps.push(*name),
        }
    }
    let mut covered: Option<(i64, i64)> = None;
    for swap in swaps.iter().filter(|name| name.kind == LogFileKind::Log) {
        let end = last_offset_in(disk, &path(swap))?.map_or(swap.base_offset, |last| last + 1);
        let (from, to) = covered.unwrap_or((swap.base_offset, end));
        covered = Some((from.min(swap.base_offset), to.max(end)));
    }
    if let Some((from, to)) = covered {
        for name in &names {
            let replaced = name.stage == LogFileStage::Live
                && name.kind != LogFileKind::ProducerSnapshot
                && (from..to.max(from + 1)).contains(&name.base_offset);
            if replaced {
                disk.remove_file(path(name))?;
            }
        }
    }
    for swap in swaps {
        disk.rename(path(&swap), path(&LogFileName { stage: LogFileStage::Live, ..swap }))?;
    }
    home.volume.sync_dir(dir)?;
    disk.read_names(dir).map(Some)
}
