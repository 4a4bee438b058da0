//! Files of the operating system, through positioned system calls.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Advice, FallocateFlags, FlockOperation};
use rustix::io::{Errno, ReadWriteFlags};

use crate::{DirEntry, DirName, OpenOptions, Space};

/// Slices one system call takes: Linux's limit.
const SLICES_MAX: usize = 1024;

pub(crate) fn open(path: &Path, options: OpenOptions) -> io::Result<File> {
    std::fs::OpenOptions::new()
        .read(options.read)
        .write(options.write)
        .create(options.create)
        .create_new(options.create_new)
        .truncate(options.truncate)
        .open(path)
}

pub(crate) fn read_dir(path: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let about = match entry.metadata() {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let len = if about.is_dir() { 0 } else { about.len() };
        entries.push(DirEntry { name: entry.file_name().to_string_lossy().into_owned(), is_dir: about.is_dir(), len });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

pub(crate) fn read_names(path: &Path) -> io::Result<Vec<DirName>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let is_dir = match entry.file_type() {
            Ok(kind) => kind.is_dir(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        names.push(DirName { name: entry.file_name().to_string_lossy().into_owned(), is_dir });
    }
    names.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(names)
}

pub(crate) fn len(path: &Path) -> io::Result<u64> {
    let about = std::fs::metadata(path)?;
    if about.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(about.len()) }
}

pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The volume that holds `path`.
pub(crate) fn sync_volume(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(path)?)?)
}

pub(crate) fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    // Two kinds of lock that do not see each other: flock excludes a second handle in this process too, fcntl excludes
    // programs on the Java runtime.
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    match rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::AGAIN | Errno::ACCESS) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn space(path: &Path) -> io::Result<Space> {
    let about = rustix::fs::statvfs(path)?;
    Ok(Space { total_bytes: about.f_blocks * about.f_frsize, free_bytes: about.f_bavail * about.f_frsize })
}

pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

pub(crate) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    loop {
        match file.read_at(buffer, position) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

pub(crate) fn try_read_at_cached(file: &File, buffer: &mut [u8], position: u64) -> io::Result<Option<usize>> {
    loop {
        let mut slices = [IoSliceMut::new(buffer)];
        match rustix::io::preadv2(file, &mut slices, position, ReadWriteFlags::NOWAIT) {
            Ok(count) => return Ok(Some(count)),
            Err(Errno::INTR) => {}
            // Not in memory, or a file system or kernel that cannot tell.
            Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

pub(crate) fn write_all_vectored_at(file: &File, slices: &[&[u8]], position: u64) -> io::Result<()> {
    if let [bytes] = slices {
        return file.write_all_at(bytes, position);
    }
    let mut slices: Vec<IoSlice<'_>> = slices.iter().map(|bytes| IoSlice::new(bytes)).collect();
    let mut rest = &mut slices[..];
    let mut position = position;
    // Leading empty slices would make a write of nothing look like a full disk.
    IoSlice::advance_slices(&mut rest, 0);
    while !rest.is_empty() {
        match rustix::io::pwritev(file, &rest[..rest.len().min(SLICES_MAX)], position) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                position += count as u64;
                IoSlice::advance_slices(&mut rest, count);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

pub(crate) fn read_sparsely(file: &File) {
    // A hint that is not taken costs nothing.
    let _ = rustix::fs::fadvise(file, 0, None, Advice::Random);
}

pub(crate) fn forget_cached(file: &File, position: u64, len: u64) {
    if let Some(len) = NonZeroU64::new(len) {
        let _ = rustix::fs::fadvise(file, position, Some(len), Advice::DontNeed);
    }
}

pub(crate) fn allocate(file: &File, position: u64, len: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, FallocateFlags::KEEP_SIZE, position, len) {
        Err(error @ (Errno::NOSPC | Errno::DQUOT)) => Err(error.into()),
        // A file system that cannot reserve: the writes themselves will tell.
        _ => Ok(()),
    }
}
