//! Files and directories. All calls are synchronous: a page-cache write takes microseconds, less than handing it to another
//! thread. What may block on the medium (a sync, a cold read, recovery) its caller wraps in [`World::offload`](crate::World::offload).
//!
//! Knows nothing of logs. Nothing here retries: after a failed sync the caller must give the directory up.

use std::io;
use std::path::{Path, PathBuf};

use crate::{real, sim};

/// The files this process sees. Cloning is cheap. Paths are the operating system's; relative ones start at the working directory
/// (in the simulation: at the root).
#[derive(Clone, Debug)]
pub struct Disk {
    side: DiskSide,
}

#[derive(Clone, Debug)]
enum DiskSide {
    Real,
    Simulated(sim::disk::Disk),
}

/// How to open a file. The default opens for reading only and creates nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// Allow reading.
    pub read: bool,
    /// Allow writing.
    pub write: bool,
    /// Create the file if it is not there.
    pub create: bool,
    /// Create the file, and fail with `AlreadyExists` if it is there.
    pub create_new: bool,
    /// Cut the file to nothing.
    pub truncate: bool,
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirName {
    /// As [`DirEntry::name`].
    pub name: String,
    /// A directory rather than a file.
    pub is_dir: bool,
}

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The last part of its path. Names that are not UTF-8 are shown with replacement characters.
    pub name: String,
    /// A directory rather than a file.
    pub is_dir: bool,
    /// Length of the file in bytes; 0 for a directory.
    pub len: u64,
}

/// How much a volume holds, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// All of it.
    pub total_bytes: u64,
    /// What this process may still write.
    pub free_bytes: u64,
}

impl OpenOptions {
    /// For reading only.
    pub const READ: OpenOptions =
        OpenOptions { read: true, write: false, create: false, create_new: false, truncate: false };
    /// For reading and writing a file that is there.
    pub const READ_WRITE: OpenOptions = OpenOptions { write: true, ..OpenOptions::READ };
    /// For reading and writing; created if it is not there.
    pub const CREATE: OpenOptions = OpenOptions { create: true, ..OpenOptions::READ_WRITE };
    /// For reading and writing; must not be there yet.
    pub const CREATE_NEW: OpenOptions = OpenOptions { create_new: true, ..OpenOptions::READ_WRITE };
    /// For reading and writing; empty, whether it was there or not.
    pub const TRUNCATE: OpenOptions = OpenOptions { truncate: true, ..OpenOptions::CREATE };
}

impl Disk {
    pub(crate) fn real() -> Disk {
        Disk { side: DiskSide::Real }
    }

    pub(crate) fn simulated(disk: sim::disk::Disk) -> Disk {
        Disk { side: DiskSide::Simulated(disk) }
    }

    /// Opens or creates a file. A created name survives a power cut only after [`Disk::sync_dir`] of its directory.
    pub fn open(&self, path: impl AsRef<Path>, options: OpenOptions) -> io::Result<File> {
        let path = path.as_ref();
        match &self.side {
            DiskSide::Real => real::disk::open(path, options).map(File::real),
            DiskSide::Simulated(disk) => disk.open(path, options).map(|file| File { side: FileSide::Simulated(file) }),
        }
    }

    /// The whole file.
    pub fn read(&self, path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        let file = self.open(path, OpenOptions::READ)?;
        let len = usize::try_from(file.len()?).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // What the kernel makes up as it is read (/proc) says it is empty.
        let mut bytes = vec![0; if len == 0 { UNSIZED_READ_BYTES } else { len }];
        let mut filled = 0;
        while filled < bytes.len() {
            match file.read_at(&mut bytes[filled..], filled as u64)? {
                0 => break,
                count => filled += count,
            }
            if len == 0 && filled == bytes.len() {
                bytes.resize(2 * filled, 0);
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// The whole file as text; `InvalidData` if it is not UTF-8.
    pub fn read_to_string(&self, path: impl AsRef<Path>) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Replaces a file so that at any moment, power cuts included, either the old or the new content is there, and the new one
    /// for sure once this returns. Goes through `<path>.tmp`; blocks on two syncs.
    pub fn write_atomic(&self, path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
        let path = path.as_ref();
        let (file, temporary) = self.write_beside(path, bytes)?;
        file.sync_all()?;
        self.rename(&temporary, path)?;
        self.sync_dir(parent(path))
    }

    /// Replaces a file as [`Disk::write_atomic`] does, but waits for no sync: after a power cut there may be the old content, the
    /// new one, an empty file or none. For what can be made again.
    pub fn write_unsynced(&self, path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
        let path = path.as_ref();
        let (_, temporary) = self.write_beside(path, bytes)?;
        self.rename(&temporary, path)
    }

    fn write_beside(&self, path: &Path, bytes: &[u8]) -> io::Result<(File, PathBuf)> {
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".tmp");
        let temporary = PathBuf::from(temporary);
        let file = self.open(&temporary, OpenOptions::TRUNCATE)?;
        file.write_all_at(bytes, 0)?;
        Ok((file, temporary))
    }

    /// Creates a directory and those above it; not an error if it is there.
    pub fn create_dir_all(&self, path: impl AsRef<Path>) -> io::Result<()> {
        match &self.side {
            DiskSide::Real => std::fs::create_dir_all(path),
            DiskSide::Simulated(disk) => disk.create_dir_all(path.as_ref()),
        }
    }

    /// What a directory holds, sorted by name. Entries that vanish meanwhile are left out.
    pub fn read_dir(&self, path: impl AsRef<Path>) -> io::Result<Vec<DirEntry>> {
        match &self.side {
            DiskSide::Real => real::disk::read_dir(path.as_ref()),
            DiskSide::Simulated(disk) => disk.read_dir(path.as_ref()),
        }
    }

    /// As [`Disk::read_dir`], but the names only: which costs nothing for each.
    pub fn read_names(&self, path: impl AsRef<Path>) -> io::Result<Vec<DirName>> {
        match &self.side {
            DiskSide::Real => real::disk::read_names(path.as_ref()),
            DiskSide::Simulated(disk) => {
                let entries = disk.read_dir(path.as_ref())?;
                Ok(entries.into_iter().map(|DirEntry { name, is_dir, .. }| DirName { name, is_dir }).collect())
            }
        }
    }

    /// Gives a file or directory another name, replacing a file of that name. Survives a power cut only after
    /// [`Disk::sync_dir`] of both directories.
    pub fn rename(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        match &self.side {
            DiskSide::Real => std::fs::rename(from, to),
            DiskSide::Simulated(disk) => disk.rename(from.as_ref(), to.as_ref()),
        }
    }

    /// Removes a file. Who has it open can go on using it.
    pub fn remove_file(&self, path: impl AsRef<Path>) -> io::Result<()> {
        match &self.side {
            DiskSide::Real => std::fs::remove_file(path),
            DiskSide::Simulated(disk) => disk.remove_file(path.as_ref()),
        }
    }

    /// Removes a directory and all it holds.
    pub fn remove_dir_all(&self, path: impl AsRef<Path>) -> io::Result<()> {
        match &self.side {
            DiskSide::Real => std::fs::remove_dir_all(path),
            DiskSide::Simulated(disk) => disk.remove_dir_all(path.as_ref()),
        }
    }

    /// Whether there is a file or directory of this name. What cannot be looked at counts as absent.
    pub fn exists(&self, path: impl AsRef<Path>) -> bool {
        match &self.side {
            DiskSide::Real => path.as_ref().exists(),
            DiskSide::Simulated(disk) => disk.exists(path.as_ref()),
        }
    }

    /// Whether there is a directory of this name.
    pub fn is_dir(&self, path: impl AsRef<Path>) -> bool {
        match &self.side {
            DiskSide::Real => path.as_ref().is_dir(),
            DiskSide::Simulated(disk) => disk.is_dir(path.as_ref()),
        }
    }

    /// Length of a file in bytes.
    pub fn len(&self, path: impl AsRef<Path>) -> io::Result<u64> {
        match &self.side {
            DiskSide::Real => real::disk::len(path.as_ref()),
            DiskSide::Simulated(disk) => disk.len(path.as_ref()),
        }
    }

    /// Makes creations, renames and removals in a directory survive a power cut. Blocks.
    pub fn sync_dir(&self, path: impl AsRef<Path>) -> io::Result<()> {
        match &self.side {
            DiskSide::Real => real::disk::sync_dir(path.as_ref()),
            DiskSide::Simulated(disk) => disk.sync_dir(path.as_ref()),
        }
    }

    /// Makes everything below a directory survive a power cut, contents and names, at the price of what else waits to be written to the
    /// same volume: for many files the cheapest by far. Blocks.
    pub fn sync_all_below(&self, path: impl AsRef<Path>) -> io::Result<()> {
        match &self.side {
            DiskSide::Real => real::disk::sync_volume(path.as_ref()),
            DiskSide::Simulated(disk) => disk.sync_all_below(path.as_ref()),
        }
    }

    /// Takes the exclusive lock on a file, creating it if need be; `None` if another holds it. Also excludes programs that lock
    /// with `fcntl`, as the Java runtime does. The lock goes with the handle or with the process.
    pub fn lock(&self, path: impl AsRef<Path>) -> io::Result<Option<FileLock>> {
        match &self.side {
            DiskSide::Real => Ok(real::disk::lock(path.as_ref())?.map(|file| FileLock { _side: LockSide::Real(file) })),
            DiskSide::Simulated(disk) => {
                Ok(disk.lock(path.as_ref())?.map(|lock| FileLock { _side: LockSide::Simulated(lock) }))
            }
        }
    }

    /// How much the volume that holds `path` has and has left.
    pub fn space(&self, path: impl AsRef<Path>) -> io::Result<Space> {
        match &self.side {
            DiskSide::Real => real::disk::space(path.as_ref()),
            DiskSide::Simulated(disk) => disk.space(path.as_ref()),
        }
    }

    /// The path from the root; as it is, if where we are is not known.
    pub fn absolute(&self, path: impl AsRef<Path>) -> PathBuf {
        match &self.side {
            DiskSide::Real => real::disk::absolute(path.as_ref()),
            // A simulated process is at the root.
            DiskSide::Simulated(_) => Path::new("/").join(path),
        }
    }

    /// What may still be written on the volume that holds `path`, in bytes.
    pub fn free_bytes(&self, path: impl AsRef<Path>) -> io::Result<u64> {
        self.space(path).map(|space| space.free_bytes)
    }
}

/// The directory of a path; "." for a bare name.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// An open file, used by position. Shared by reference; every call stands for itself.
#[derive(Debug)]
pub struct File {
    side: FileSide,
}

#[derive(Debug)]
enum FileSide {
    Real(std::fs::File),
    Simulated(sim::disk::File),
}

impl File {
    fn real(file: std::fs::File) -> File {
        File { side: FileSide::Real(file) }
    }

    /// Reads what is there at `position`, possibly less than asked; 0 at or past the end. May block on the medium.
    pub fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        match &self.side {
            FileSide::Real(file) => real::disk::read_at(file, buffer, position),
            FileSide::Simulated(file) => file.read_at(buffer, position),
        }
    }

    /// Fills the buffer or fails with `UnexpectedEof`. May block on the medium.
    pub fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(&mut buffer[filled..], position + filled as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
        }
        Ok(())
    }

    /// Reads what is in memory at `position` and never blocks: possibly less than asked, `Some(0)` at or past the end, `None` if
    /// the medium would have to be asked (or the file system cannot tell): then [`File::read_at`] in an offload.
    pub fn try_read_at_cached(&self, buffer: &mut [u8], position: u64) -> io::Result<Option<usize>> {
        match &self.side {
            FileSide::Real(file) => real::disk::try_read_at_cached(file, buffer, position),
            FileSide::Simulated(file) => file.try_read_at_cached(buffer, position),
        }
    }

    /// Writes all of it at `position`, past the end too. On an error a part may have been written.
    pub fn write_all_at(&self, bytes: &[u8], position: u64) -> io::Result<()> {
        self.write_all_vectored_at(&[bytes], position)
    }

    /// Writes the slices one after another from `position`, in as few system calls as there may be. On an error a part may have
    /// been written.
    pub fn write_all_vectored_at(&self, slices: &[&[u8]], position: u64) -> io::Result<()> {
        match &self.side {
            FileSide::Real(file) => real::disk::write_all_vectored_at(file, slices, position),
            FileSide::Simulated(file) => file.write_all_vectored_at(slices, position),
        }
    }

    /// Makes the content and what is needed to find it survive a power cut. Blocks. After an error nobody knows what is on the
    /// medium, and a second call may say yes without having written: give the directory up.
    pub fn sync_data(&self) -> io::Result<()> {
        match &self.side {
            FileSide::Real(file) => file.sync_data(),
            FileSide::Simulated(file) => file.sync(),
        }
    }

    /// As [`File::sync_data`], and times and other attributes too.
    pub fn sync_all(&self) -> io::Result<()> {
        match &self.side {
            FileSide::Real(file) => file.sync_all(),
            FileSide::Simulated(file) => file.sync(),
        }
    }

    /// Length in bytes.
    #[allow(clippy::len_without_is_empty)] // A question to the operating system, not to a collection.
    pub fn len(&self) -> io::Result<u64> {
        match &self.side {
            FileSide::Real(file) => file.metadata().map(|about| about.len()),
            FileSide::Simulated(file) => file.len(),
        }
    }

    /// Cuts the file or extends it with zeros.
    pub fn set_len(&self, len: u64) -> io::Result<()> {
        match &self.side {
            FileSide::Real(file) => file.set_len(len),
            FileSide::Simulated(file) => file.set_len(len),
        }
    }

    /// Reserves space ahead without changing the length, where the file system can; only a full volume is an error.
    pub fn allocate(&self, position: u64, len: u64) -> io::Result<()> {
        match &self.side {
            FileSide::Real(file) => real::disk::allocate(file, position, len),
            FileSide::Simulated(file) => file.allocate(position, len),
        }
    }
}

/// How reads of a file go on; a hint, and no more.
impl File {
    /// It is read here and there: nothing is to be read ahead.
    pub fn read_sparsely(&self) {
        // The simulation knows no reading ahead.
        if let FileSide::Real(file) = &self.side {
            real::disk::read_sparsely(file);
        }
    }

    /// What was read here will not be read again soon: memory need not hold it. What is not written back yet stays.
    pub fn forget_cached(&self, position: u64, len: u64) {
        match &self.side {
            FileSide::Real(file) => real::disk::forget_cached(file, position, len),
            // What a simulated disk holds in memory matters to its own rules only.
            FileSide::Simulated(_) => {}
        }
    }
}

/// A held lock; dropping it releases.
#[derive(Debug)]
pub struct FileLock {
    _side: LockSide,
}

#[derive(Debug)]
#[expect(dead_code, reason = "held for the lock that goes with it")]
enum LockSide {
    Real(std::fs::File),
    Simulated(sim::disk::FileLock),
}

/// First read of a file that does not say how long it is.
const UNSIZED_READ_BYTES: usize = 4096;
