//! The simulated disk: directories and files with what a page cache does to them.
//!
//! Writes and names are seen at once; what was not synced when power is cut may be there, may be gone and may be torn. What a
//! file holds is in `content`, what a directory names in `tree`.

mod content;
mod tree;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use self::content::Content;
use self::tree::{Node, Tree};
use super::executor::Core;
use super::faults::Fault;
use super::process::Process;
use super::trace::hash_bytes;
use crate::{DirEntry, OpenOptions, Space};

/// A host's disk. Outlives its processes.
pub(crate) struct Medium {
    tree: Mutex<Tree>,
    /// That of the root first.
    volumes: Mutex<Vec<Arc<Volume>>>,
}

/// What lies under a directory and has space and troubles of its own.
pub(crate) struct Volume {
    root: PathBuf,
    usage: Arc<Usage>,
    broken: AtomicBool,
}

/// How full a disk is.
pub(crate) struct Usage {
    capacity_bytes: AtomicU64,
    used_bytes: AtomicU64,
    /// Files from before the last one are not counted.
    power_cuts: AtomicU64,
    /// The beginning of the last file that is gone for good: what may be found in blocks that another one took over.
    scrap: Mutex<Vec<u8>>,
}

/// One file, whatever its names.
pub(crate) struct Inode {
    content: Mutex<Content>,
    usage: Arc<Usage>,
    /// How often the power had been cut when it was made.
    power_cuts: u64,
    /// Who holds the lock on it.
    holder: Mutex<Option<Arc<Process>>>,
}

impl Usage {
    /// Takes up to `bytes` more, and says how many it took.
    fn grow(&self, bytes: u64) -> u64 {
        let used = self.used_bytes.load(Ordering::Relaxed);
        let taken = bytes.min(self.capacity_bytes.load(Ordering::Relaxed).saturating_sub(used));
        self.used_bytes.store(used + taken, Ordering::Relaxed);
        taken
    }

    fn shrink(&self, bytes: u64) {
        self.used_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// The power was cut: what is still there is counted anew.
    fn empty(&self) {
        self.power_cuts.fetch_add(1, Ordering::Relaxed);
        self.used_bytes.store(0, Ordering::Relaxed);
    }
}

impl Inode {
    fn new(usage: &Arc<Usage>, content: Content) -> Arc<Inode> {
        usage.used_bytes.fetch_add(content.len(), Ordering::Relaxed);
        let power_cuts = usage.power_cuts.load(Ordering::Relaxed);
        Arc::new(Inode { content: Mutex::new(content), usage: usage.clone(), power_cuts, holder: Mutex::new(None) })
    }
}

impl Volume {
    fn new(root: &Path) -> Arc<Volume> {
        let usage = Usage {
            capacity_bytes: AtomicU64::new(CAPACITY_BYTES),
            used_bytes: AtomicU64::new(0),
            power_cuts: AtomicU64::new(0),
            scrap: Mutex::default(),
        };
        Arc::new(Volume { root: root.to_owned(), usage: Arc::new(usage), broken: AtomicBool::new(false) })
    }

    fn check(&self, process: &Process) -> io::Result<()> {
        let fails = self.broken.load(Ordering::Relaxed) && !process.faultless;
        if fails { Err(io::Error::from_raw_os_error(EIO)) } else { Ok(()) }
    }
}

impl Drop for Inode {
    fn drop(&mut self) {
        let content = self.content.get_mut();
        if self.power_cuts == self.usage.power_cuts.load(Ordering::Relaxed) {
            self.usage.shrink(content.len());
        }
        content.leave_scrap(&mut self.usage.scrap.lock());
    }
}

impl Medium {
    pub(crate) fn new() -> Medium {
        Medium { tree: Mutex::new(Tree::new()), volumes: Mutex::new(vec![Volume::new(Path::new(""))]) }
    }

    /// From now on a volume of its own lies at `path`: to be said before there are files.
    pub(crate) fn mount(&self, path: &Path) {
        self.volumes.lock().push(Volume::new(path));
    }

    pub(crate) fn set_capacity(&self, path: &Path, bytes: u64) {
        self.volume(path).usage.capacity_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn set_broken(&self, path: &Path, broken: bool) {
        self.volume(path).broken.store(broken, Ordering::Relaxed);
    }

    /// The volume that `path` lies on.
    fn volume(&self, path: &Path) -> Arc<Volume> {
        let volumes = self.volumes.lock();
        let holds = |volume: &&Arc<Volume>| path.starts_with(&volume.root);
        volumes.iter().rev().find(holds).unwrap_or(&volumes[0]).clone()
    }

    /// What files held that have no name any more and were open is free again.
    pub(crate) fn lose_power(&self, core: &mut Core) {
        self.volumes.lock().iter().for_each(|volume| volume.usage.empty());
        self.tree.lock().lose_power(core);
    }

    pub(crate) fn flip_bit(&self, path: &Path, byte: u64, bit: u8) -> io::Result<()> {
        let inode = self.tree.lock().file(path)?;
        inode.content.lock().flip_bit(byte, bit)
    }
}

/// A host's disk as one run of a process sees it.
#[derive(Clone)]
pub(crate) struct Disk {
    medium: Arc<Medium>,
    process: Arc<Process>,
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "disk of {:?}", self.process)
    }
}

impl Disk {
    pub(crate) fn new(medium: Arc<Medium>, process: Arc<Process>) -> Disk {
        Disk { medium, process }
    }

    /// Every operation begins here: is the process there, does the disk stall, and a line in the trace.
    fn begin(&self, what: &'static str, path: &Path) -> io::Result<()> {
        self.process.check_alive()?;
        self.note(what, path);
        self.medium.volume(path).check(&self.process)
    }

    fn note(&self, what: &'static str, path: &Path) {
        let mut core = self.process.sim.core.lock();
        core.note(what, hash_bytes(path.as_os_str().as_encoded_bytes()), 0, |text| {
            std::fmt::Write::write_fmt(text, format_args!("{}", path.display()))
        });
        if !self.process.faultless {
            stall(&mut core);
        }
    }

    /// As `begin`, for what changes names.
    fn begin_change(&self, what: &'static str, path: &Path) -> io::Result<()> {
        self.process.may_change_disk()?;
        self.note(what, path);
        self.medium.volume(path).check(&self.process)
    }

    /// An occasion for an I/O error.
    fn may_fail(&self, fault: Fault) -> io::Result<()> {
        let fails = !self.process.faultless && self.process.sim.core.lock().strikes(fault);
        if fails { Err(io::Error::from_raw_os_error(EIO)) } else { Ok(()) }
    }

    pub(crate) fn open(&self, path: &Path, options: OpenOptions) -> io::Result<File> {
        let creates = options.create || options.create_new;
        if creates {
            self.process.may_change_disk()?;
        }
        self.begin("open", path)?;
        if (creates || options.truncate) && !options.write {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let volume = self.medium.volume(path);
        self.may_fail(Fault::OpenFailed)?;
        let mut tree = self.medium.tree.lock();
        let inode = match tree.find(path) {
            Ok(Node::Directory(_)) if options.create_new => return Err(io::ErrorKind::AlreadyExists.into()),
            Ok(Node::Directory(_)) => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(Node::File(_)) if options.create_new => return Err(io::ErrorKind::AlreadyExists.into()),
            Ok(Node::File(inode)) => inode,
            Err(error) if error.kind() == io::ErrorKind::NotFound && creates => {
                let inode = Inode::new(&volume.usage, Content::default());
                tree.put(path, Node::File(inode.clone()))?;
                inode
            }
            Err(error) => return Err(error),
        };
        let file = File {
            inode,
            volume,
            process: self.process.clone(),
            path: path.to_string_lossy().into(),
            path_hash: hash_bytes(path.as_os_str().as_encoded_bytes()),
            read: options.read,
            write: options.write,
        };
        drop(tree);
        if options.truncate {
            file.set_len(0)?;
        }
        Ok(file)
    }

    pub(crate) fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.begin_change("mkdir", path)?;
        self.may_fail(Fault::NameFailed)?;
        self.medium.tree.lock().create_dir_all(path)
    }

    pub(crate) fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.begin("list", path)?;
        self.may_fail(Fault::NameFailed)?;
        self.medium.tree.lock().list(path)
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.begin_change("rename", from)?;
        self.begin("to", to)?;
        self.may_fail(Fault::NameFailed)?;
        self.medium.tree.lock().rename(from, to)
    }

    pub(crate) fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.begin_change("remove", path)?;
        self.may_fail(Fault::NameFailed)?;
        self.medium.tree.lock().remove_file(path)
    }

    pub(crate) fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        self.begin_change("remove all", path)?;
        self.may_fail(Fault::NameFailed)?;
        self.medium.tree.lock().remove_dir_all(path)
    }

    pub(crate) fn exists(&self, path: &Path) -> bool {
        self.process.is_alive() && self.medium.tree.lock().find(path).is_ok()
    }

    pub(crate) fn is_dir(&self, path: &Path) -> bool {
        self.process.is_alive() && matches!(self.medium.tree.lock().find(path), Ok(Node::Directory(_)))
    }

    pub(crate) fn len(&self, path: &Path) -> io::Result<u64> {
        self.begin("len", path)?;
        match self.medium.tree.lock().find(path)? {
            Node::File(inode) => Ok(inode.content.lock().len()),
            Node::Directory(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    pub(crate) fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.begin_change("sync dir", path)?;
        if !self.process.faultless {
            let mut core = self.process.sim.core.lock();
            spend_sync(&mut core);
            if core.strikes(Fault::SyncFailed) {
                drop(core);
                self.medium.tree.lock().fail_sync(path)?;
                return Err(io::Error::from_raw_os_error(EIO));
            }
        }
        self.medium.tree.lock().sync(path)
    }

    pub(crate) fn sync_all_below(&self, path: &Path) -> io::Result<()> {
        self.begin_change("sync all below", path)?;
        let mut fails = false;
        if !self.process.faultless {
            let mut core = self.process.sim.core.lock();
            stall(&mut core);
            spend_sync(&mut core);
            fails = core.strikes(Fault::SyncFailed);
        }
        self.medium.tree.lock().sync_all_below(path, fails)?;
        if fails { Err(io::Error::from_raw_os_error(EIO)) } else { Ok(()) }
    }

    pub(crate) fn lock(&self, path: &Path) -> io::Result<Option<FileLock>> {
        let file = self.open(path, OpenOptions::CREATE)?;
        let mut holder = file.inode.holder.lock();
        if holder.as_ref().is_some_and(|process| process.is_alive()) {
            return Ok(None);
        }
        *holder = Some(self.process.clone());
        drop(holder);
        Ok(Some(FileLock { inode: file.inode }))
    }

    pub(crate) fn space(&self, path: &Path) -> io::Result<Space> {
        self.begin("space", path)?;
        self.medium.tree.lock().find(path)?;
        let volume = self.medium.volume(path);
        let total_bytes = volume.usage.capacity_bytes.load(Ordering::Relaxed);
        let used_bytes = volume.usage.used_bytes.load(Ordering::Relaxed);
        Ok(Space { total_bytes, free_bytes: total_bytes.saturating_sub(used_bytes) })
    }
}

/// An open file.
pub(crate) struct File {
    inode: Arc<Inode>,
    volume: Arc<Volume>,
    process: Arc<Process>,
    path: Arc<str>,
    path_hash: u64,
    read: bool,
    write: bool,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {:?}", self.path, self.process)
    }
}

impl File {
    fn note(&self, core: &mut Core, what: &'static str, position: u64, len: usize, content: u64) {
        let content = content.rotate_left(17) ^ position.rotate_left(32) ^ len as u64;
        core.note(what, self.path_hash, content, |text| {
            std::fmt::Write::write_fmt(text, format_args!("{} {len} B at {position}", self.path))
        });
    }

    pub(crate) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        self.may(self.read)?;
        let mut content = self.inode.content.lock();
        if !self.process.faultless {
            let mut core = self.process.sim.core.lock();
            self.note(&mut core, "read", position, buffer.len(), 0);
            if core.strikes(Fault::ReadFailed) {
                return Err(io::Error::from_raw_os_error(EIO));
            }
            if content.warm(position, buffer.len()) {
                stall(&mut core);
                let nanos = core.chance.between(COLD_READ_NANOS_MIN, COLD_READ_NANOS_MAX);
                core.spend(nanos);
                if core.strikes(Fault::BitFlipped) {
                    let byte = position + core.chance.below(buffer.len() as u64);
                    let bit = core.chance.below(8) as u8;
                    // Past what is on the medium there is no bit to rot.
                    let _ = content.rot(byte, bit);
                }
            }
        }
        Ok(content.read(buffer, position))
    }

    pub(crate) fn try_read_at_cached(&self, buffer: &mut [u8], position: u64) -> io::Result<Option<usize>> {
        self.may(self.read)?;
        let mut content = self.inode.content.lock();
        if !self.process.faultless {
            let mut core = self.process.sim.core.lock();
            self.note(&mut core, "try read", position, buffer.len(), 0);
            if core.strikes(Fault::Evicted) {
                content.evict(position, buffer.len());
            }
            if content.is_cold(position, buffer.len()) {
                return Ok(None);
            }
        }
        Ok(Some(content.read(buffer, position)))
    }

    pub(crate) fn write_all_vectored_at(&self, slices: &[&[u8]], position: u64) -> io::Result<()> {
        self.may_change()?;
        let mut content = self.inode.content.lock();
        let len: usize = slices.iter().map(|slice| slice.len()).sum();
        let mut allowed = len as u64;
        let mut failure = None;
        if !self.process.faultless {
            let mut core = self.process.sim.core.lock();
            let hash = slices.iter().fold(0u64, |hash, slice| hash.rotate_left(1) ^ hash_bytes(slice));
            self.note(&mut core, "write", position, len, hash);
            stall(&mut core);
            if core.strikes(Fault::WriteFailed) {
                failure = Some(EIO);
            } else if core.strikes(Fault::DiskFull) {
                failure = Some(ENOSPC);
            }
            if failure.is_some() {
                allowed = core.chance.below(len as u64 + 1);
            }
        }
        let needed = (position + allowed).saturating_sub(content.len());
        let taken = self.inode.usage.grow(needed);
        if taken < needed {
            allowed = (content.len() + taken).saturating_sub(position);
            if allowed == 0 {
                self.inode.usage.shrink(taken);
            }
            failure = Some(ENOSPC);
            self.process.sim.core.lock().count(Fault::DiskFull);
        }
        let mut at = position;
        for slice in slices {
            let part = (slice.len() as u64).min(allowed) as usize;
            if part > 0 {
                content.write(&slice[..part], at);
                at += part as u64;
                allowed -= part as u64;
            }
        }
        match failure {
            Some(code) => Err(io::Error::from_raw_os_error(code)),
            None => Ok(()),
        }
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.process.may_change_disk()?;
        let mut content = self.inode.content.lock();
        if let Err(error) = self.volume.check(&self.process) {
            content.fail_sync();
            return Err(error);
        }
        if !self.process.faultless {
            let mut core = self.process.sim.core.lock();
            self.note(&mut core, "sync", 0, 0, 0);
            stall(&mut core);
            spend_sync(&mut core);
            if core.strikes(Fault::SyncFailed) {
                content.fail_sync();
                return Err(io::Error::from_raw_os_error(EIO));
            }
        }
        content.sync();
        Ok(())
    }

    pub(crate) fn len(&self) -> io::Result<u64> {
        self.process.check_alive()?;
        Ok(self.inode.content.lock().len())
    }

    pub(crate) fn set_len(&self, len: u64) -> io::Result<()> {
        self.may_change()?;
        let mut content = self.inode.content.lock();
        let mut core = self.process.sim.core.lock();
        self.note(&mut core, "set len", len, 0, 0);
        if !self.process.faultless && core.strikes(Fault::WriteFailed) {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        let before = content.len();
        if len > before {
            let taken = self.inode.usage.grow(len - before);
            if taken < len - before {
                self.inode.usage.shrink(taken);
                core.count(Fault::DiskFull);
                return Err(io::Error::from_raw_os_error(ENOSPC));
            }
        } else {
            self.inode.usage.shrink(before - len);
        }
        content.set_len(len);
        Ok(())
    }

    pub(crate) fn allocate(&self, position: u64, len: u64) -> io::Result<()> {
        self.may(self.write)?;
        let needed = (position + len).saturating_sub(self.inode.content.lock().len());
        let taken = self.inode.usage.grow(needed);
        self.inode.usage.shrink(taken);
        if taken < needed { Err(io::Error::from_raw_os_error(ENOSPC)) } else { Ok(()) }
    }

    fn may_change(&self) -> io::Result<()> {
        self.process.may_change_disk()?;
        self.may(self.write)
    }

    fn may(&self, allowed: bool) -> io::Result<()> {
        self.process.check_alive()?;
        self.volume.check(&self.process)?;
        if allowed { Ok(()) } else { Err(io::Error::from_raw_os_error(EBADF)) }
    }
}

/// A held lock. Whoever dies lets go of it.
pub(crate) struct FileLock {
    inode: Arc<Inode>,
}

impl std::fmt::Debug for FileLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileLock")
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        *self.inode.holder.lock() = None;
    }
}

/// An occasion for the disk to stall.
fn stall(core: &mut Core) {
    if core.strikes(Fault::DiskStalled) {
        let nanos_max = core.faults.disk_stall_max.as_nanos() as u64;
        let nanos = core.chance.between(nanos_max / 100, nanos_max);
        core.spend(nanos);
    }
}

/// A sync takes its time; now and then a hundred times as long, as journals do.
fn spend_sync(core: &mut Core) {
    let nanos = core.chance.between(SYNC_NANOS_MIN, SYNC_NANOS_MAX);
    let slow = core.chance.below(100) == 0;
    core.spend(if slow { nanos * 50 } else { nanos });
}

const EIO: i32 = 5;
const EBADF: i32 = 9;
const ENOSPC: i32 = 28;

/// A terabyte, unless the driver says otherwise: never full.
const CAPACITY_BYTES: u64 = 1 << 40;

const SYNC_NANOS_MIN: u64 = 80_000;
const SYNC_NANOS_MAX: u64 = 1_000_000;
const COLD_READ_NANOS_MIN: u64 = 60_000;
const COLD_READ_NANOS_MAX: u64 = 8_000_000;
