//! Many logs and files made durable together: what a clean stop or a checkpoint does to ten thousand logs costs two syncs of the
//! volume, not several for each.
//!
//! A file is written beside the one it replaces. First the logs and these are synced, then the files get their names, and those
//! are synced: a power cut leaves the old file or the new one, and a file that speaks of a log is there only after what it speaks of.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kampa_world::OpenOptions;

use crate::log::Log;
use crate::volume::Volume;

/// Logs that were closed and files that were written, of one directory.
pub struct Together {
    volume: Arc<Volume>,
    logs: Vec<Log>,
    /// The names the files will have.
    files: Vec<PathBuf>,
}

/// So many are synced one by one: each takes about a millisecond, and a sync of the volume has to write what others wrote, too.
pub(crate) const ONE_BY_ONE_MAX: usize = 8;

impl Together {
    pub(crate) fn of(volume: &Arc<Volume>) -> Together {
        Together { volume: volume.clone(), logs: Vec::new(), files: Vec::new() }
    }

    pub(crate) fn add(&mut self, log: &Log) {
        self.logs.push(log.clone());
    }

    /// Has a file replaced. Nobody else replaces it meanwhile. Blocks.
    pub fn replace(&mut self, path: PathBuf, bytes: &[u8]) -> io::Result<()> {
        self.volume.check_online()?;
        let file = self.volume.world.disk().open(beside(&path), OpenOptions::TRUNCATE)?;
        file.write_all_at(bytes, 0)?;
        self.files.push(path);
        Ok(())
    }

    /// Makes all of it durable. A failure takes the directory offline. Blocks.
    pub fn finish(self) -> io::Result<()> {
        if self.logs.is_empty() && self.files.is_empty() {
            return Ok(());
        }
        self.volume.check_online()?;
        if self.logs.len() + self.files.len() <= ONE_BY_ONE_MAX {
            self.logs.iter().try_for_each(Log::sync_all)?;
            self.name_one_by_one().map_err(|error| self.volume.fail("replace a partition's file", error))?;
        } else {
            self.volume.sync_whole()?;
            self.logs.iter().for_each(Log::synced_as_a_whole);
            self.name().map_err(|error| self.volume.fail("replace the partitions' files", error))?;
            if !self.files.is_empty() {
                self.volume.sync_whole()?;
            }
        }
        self.logs.iter().for_each(Log::leave_on_close);
        Ok(())
    }

    fn name_one_by_one(&self) -> io::Result<()> {
        let disk = self.volume.world.disk();
        for path in &self.files {
            let named = disk.open(beside(path), OpenOptions::READ_WRITE).and_then(|file| {
                file.sync_all()?;
                disk.rename(beside(path), path)?;
                disk.sync_dir(path.parent().unwrap_or(path))
            });
            unless_gone(named)?;
        }
        Ok(())
    }

    fn name(&self) -> io::Result<()> {
        let disk = self.volume.world.disk();
        self.files.iter().try_for_each(|path| unless_gone(disk.rename(beside(path), path)))
    }
}

/// The partition was deleted meanwhile.
fn unless_gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// As `Disk::write_atomic` calls it: a start knows what to do with one that is left.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
