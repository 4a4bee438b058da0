//! The small files beside the log.

use std::io;
use std::path::{Path, PathBuf};

use kampa_storage::LogDir;
use kampa_world::{Disk, File, OpenOptions};

use crate::FOLDER;

/// Replaces files as wholes. Their names survive a power cut when the folder is synced next, and their contents are there then.
///
/// All are written before the first is synced: what a file system commits for one sync it commits for all, and commits are what
/// a start waits for.
pub(crate) fn put(disk: &Disk, folder: &Path, named: &[(&str, &[u8])]) -> io::Result<()> {
    let write = |(name, bytes): &(&str, &[u8])| {
        let file = disk.open(folder.join(temporary(name)), OpenOptions::TRUNCATE)?;
        file.write_all_at(bytes, 0)?;
        Ok(file)
    };
    let written: Vec<File> = named.iter().map(write).collect::<io::Result<_>>()?;
    written.iter().try_for_each(File::sync_all)?;
    named.iter().try_for_each(|(name, _)| disk.rename(folder.join(temporary(name)), folder.join(name)))
}

fn temporary(name: &str) -> String {
    format!("{name}{TEMPORARY}")
}

/// Where the metadata log lies.
pub(crate) fn folder(dir: &LogDir) -> PathBuf {
    dir.path().join(FOLDER)
}

/// A file, `None` if it is not there.
pub(crate) fn read(disk: &Disk, path: &Path) -> io::Result<Option<Vec<u8>>> {
    match disk.read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// Ends the name of a file that is not whole yet. What a crash leaves of them is removed at the next start.
pub(crate) const TEMPORARY: &str = ".tmp";
