//! Producer snapshots in a partition's folder: `<offset>.snapshot`, one where a segment begins and one at the end after a clean stop.
//! A start needs to replay only what lies behind the newest.
//!
//! Blocks: callers are off the network's tasks.

use std::io;
use std::path::{Path, PathBuf};

use kampa_formats::log_file_name::{LogFileKind, LogFileName, LogFileStage};
use kampa_formats::producer_snapshot::{self, ProducerEntry};
use kampa_world::{DirName, Disk};

/// Offsets of the snapshots in a folder, oldest first. Those on their way out are none.
pub(crate) fn list(disk: &Disk, folder: &Path) -> io::Result<Vec<i64>> {
    match disk.read_names(folder) {
        Ok(names) => Ok(offsets_of(&names)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// As [`list`], of a folder whose entries were read.
fn offsets_of(entries: &[DirName]) -> Vec<i64> {
    let mut offsets: Vec<i64> = entries
        .iter()
        .filter_map(|entry| LogFileName::parse(&entry.name))
        .filter(|name| name.kind == LogFileKind::ProducerSnapshot && name.stage == LogFileStage::Live)
        .map(|name| name.base_offset)
        .collect();
    offsets.sort_unstable();
    offsets
}

/// The newest snapshot that can be read, in a folder that holds `entries`; those that cannot are removed.
pub(crate) fn newest(disk: &Disk, folder: &Path, entries: &[DirName]) -> io::Result<Option<(i64, Vec<ProducerEntry>)>> {
    for offset in offsets_of(entries).into_iter().rev() {
        let path = path(folder, offset);
        match producer_snapshot::decode(&disk.read(&path)?) {
            Ok(entries) => return Ok(Some((offset, entries))),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "producer snapshot removed; the log tells the same");
                disk.remove_file(&path)?;
            }
        }
    }
    Ok(None)
}

/// What a start need not keep: snapshots that nobody will begin from, and those that were being written when the process ended.
/// `entries` is what the folder holds, but for snapshots removed since; `bases` are the segments' base offsets, in order.
pub(crate) fn remove_strays(
    disk: &Disk,
    folder: &Path,
    entries: &[DirName],
    newest: i64,
    bases: &[i64],
) -> io::Result<()> {
    let unfinished =
        entries.iter().filter(|entry| entry.name.ends_with(UNFINISHED)).map(|entry| folder.join(&entry.name));
    let offsets = offsets_of(entries).into_iter();
    let needless = offsets.filter(|offset| *offset != newest && bases.binary_search(offset).is_err());
    for stray in unfinished.chain(needless.map(|offset| path(folder, offset))) {
        match disk.remove_file(stray) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// How the name of a snapshot ends while it is written; the next one has another offset and so another name.
const UNFINISHED: &str = ".snapshot.tmp";

/// Removes the snapshots that `doomed` names.
pub(crate) fn remove(disk: &Disk, folder: &Path, doomed: impl Fn(i64) -> bool) -> io::Result<()> {
    for offset in list(disk, folder)?.into_iter().filter(|offset| doomed(*offset)) {
        disk.remove_file(path(folder, offset))?;
    }
    Ok(())
}

/// Where the snapshot of an offset lies.
pub(crate) fn path(folder: &Path, offset: i64) -> PathBuf {
    folder.join(LogFileName::live(offset, LogFileKind::ProducerSnapshot).to_string())
}
