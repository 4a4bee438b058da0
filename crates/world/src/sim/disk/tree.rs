//! Names: which directory holds what, now and on the medium.
//!
//! A change of names is seen at once and durable after a sync of its directory. A power cut leaves of the changes since then the
//! first few, directory by directory. (A rename from one directory to another is durable at once: nobody here relies on less.)

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Component, Path};
use std::sync::Arc;

use parking_lot::Mutex;

use super::Inode;
use crate::DirEntry;
use crate::sim::executor::Core;
use crate::sim::faults::Fault;

pub(crate) struct Tree {
    root: Arc<Directory>,
}

#[derive(Clone)]
pub(crate) enum Node {
    File(Arc<Inode>),
    Directory(Arc<Directory>),
}

#[derive(Default)]
pub(crate) struct Directory {
    names: Mutex<Names>,
}

#[derive(Default)]
struct Names {
    now: BTreeMap<String, Node>,
    durable: BTreeMap<String, Node>,
    /// What leads from `durable` to `now`.
    changes: VecDeque<Change>,
}

/// What happens to some names of one directory at once.
type Change = Vec<(String, Option<Node>)>;

impl Names {
    fn change(&mut self, change: Change) {
        apply(&mut self.now, change.clone());
        self.changes.push_back(change);
        if self.changes.len() > CHANGES_MAX
            && let Some(oldest) = self.changes.pop_front()
        {
            apply(&mut self.durable, oldest);
        }
    }

    fn sync(&mut self) {
        for change in self.changes.drain(..) {
            apply(&mut self.durable, change);
        }
    }
}

fn apply(names: &mut BTreeMap<String, Node>, change: Change) {
    for (name, node) in change {
        match node {
            Some(node) => names.insert(name, node),
            None => names.remove(&name),
        };
    }
}

impl Tree {
    pub(crate) fn new() -> Tree {
        Tree { root: Arc::default() }
    }

    pub(crate) fn find(&self, path: &Path) -> io::Result<Node> {
        let mut node = Node::Directory(self.root.clone());
        for part in parts(path) {
            node = match node {
                Node::File(_) => return Err(io::ErrorKind::NotADirectory.into()),
                Node::Directory(directory) => match directory.names.lock().now.get(&part) {
                    Some(node) => node.clone(),
                    None => return Err(io::ErrorKind::NotFound.into()),
                },
            };
        }
        Ok(node)
    }

    pub(crate) fn file(&self, path: &Path) -> io::Result<Arc<Inode>> {
        match self.find(path)? {
            Node::File(inode) => Ok(inode),
            Node::Directory(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn directory(&self, path: &Path) -> io::Result<Arc<Directory>> {
        match self.find(path)? {
            Node::Directory(directory) => Ok(directory),
            Node::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// The directory that holds a name, and the name.
    fn place(&self, path: &Path) -> io::Result<(Arc<Directory>, String)> {
        let mut parts = parts(path);
        let Some(name) = parts.pop() else { return Err(io::ErrorKind::InvalidInput.into()) };
        let parent: std::path::PathBuf = parts.iter().collect();
        Ok((self.directory(&parent)?, name))
    }

    pub(crate) fn put(&mut self, path: &Path, node: Node) -> io::Result<()> {
        let (directory, name) = self.place(path)?;
        directory.names.lock().change(vec![(name, Some(node))]);
        Ok(())
    }

    pub(crate) fn create_dir_all(&mut self, path: &Path) -> io::Result<()> {
        let mut directory = self.root.clone();
        let mut parts = parts(path).into_iter().peekable();
        while let Some(part) = parts.next() {
            let mut names = directory.names.lock();
            let next = match names.now.get(&part) {
                Some(Node::Directory(found)) => found.clone(),
                Some(Node::File(_)) if parts.peek().is_some() => return Err(io::ErrorKind::NotADirectory.into()),
                Some(Node::File(_)) => return Err(io::ErrorKind::AlreadyExists.into()),
                None => {
                    let made: Arc<Directory> = Arc::default();
                    names.change(vec![(part, Some(Node::Directory(made.clone())))]);
                    made
                }
            };
            drop(names);
            directory = next;
        }
        Ok(())
    }

    pub(crate) fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let directory = self.directory(path)?;
        let names = directory.names.lock();
        let entries = names.now.iter().map(|(name, node)| match node {
            Node::File(inode) => DirEntry { name: name.clone(), is_dir: false, len: inode.content.lock().len() },
            Node::Directory(_) => DirEntry { name: name.clone(), is_dir: true, len: 0 },
        });
        Ok(entries.collect())
    }

    pub(crate) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let (from_directory, from_name) = self.place(from)?;
        let (to_directory, to_name) = self.place(to)?;
        let node = self.find(from)?;
        if parts(from) == parts(to) {
            return Ok(());
        }
        if parts(to).starts_with(&parts(from)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if parts(from).starts_with(&parts(to)) {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        match (&node, self.find(to)) {
            (Node::File(_), Ok(Node::Directory(_))) => return Err(io::ErrorKind::IsADirectory.into()),
            (Node::Directory(_), Ok(Node::File(_))) => return Err(io::ErrorKind::NotADirectory.into()),
            (Node::Directory(_), Ok(Node::Directory(there))) if !there.names.lock().now.is_empty() => {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            _ => {}
        }
        if Arc::ptr_eq(&from_directory, &to_directory) {
            from_directory.names.lock().change(vec![(from_name, None), (to_name, Some(node))]);
        } else {
            for (directory, name, node) in [(&to_directory, to_name, Some(node)), (&from_directory, from_name, None)] {
                let mut names = directory.names.lock();
                names.change(vec![(name, node)]);
                names.sync();
            }
        }
        Ok(())
    }

    pub(crate) fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        self.file(path)?;
        let (directory, name) = self.place(path)?;
        directory.names.lock().change(vec![(name, None)]);
        Ok(())
    }

    pub(crate) fn remove_dir_all(&mut self, path: &Path) -> io::Result<()> {
        let inner = self.directory(path)?;
        let (directory, name) = self.place(path)?;
        inner.empty();
        directory.names.lock().change(vec![(name, None)]);
        Ok(())
    }

    pub(crate) fn sync(&mut self, path: &Path) -> io::Result<()> {
        self.directory(path)?.names.lock().sync();
        Ok(())
    }

    /// The medium has refused, and memory believes that it has not: what was to become durable never will, whatever later syncs say
    /// of what comes after it.
    pub(crate) fn fail_sync(&mut self, path: &Path) -> io::Result<()> {
        self.directory(path)?.names.lock().changes.clear();
        Ok(())
    }

    /// Everything below a directory becomes durable; or, if it fails, whatever of it is not yet never will.
    pub(crate) fn sync_all_below(&mut self, path: &Path, fails: bool) -> io::Result<()> {
        self.directory(path)?.sync_all_below(fails);
        Ok(())
    }

    pub(crate) fn lose_power(&mut self, core: &mut Core) {
        self.root = Arc::new(self.root.after_power_cut(core));
    }
}

impl Directory {
    /// Removes all names, from the leaves up: a power cut may leave any part of them.
    fn empty(&self) {
        let mut names = self.names.lock();
        let all: Vec<(String, Node)> = names.now.iter().map(|(name, node)| (name.clone(), node.clone())).collect();
        for (name, node) in all {
            if let Node::Directory(directory) = node {
                directory.empty();
            }
            names.change(vec![(name, None)]);
        }
    }

    fn sync_all_below(&self, fails: bool) {
        let mut names = self.names.lock();
        if fails {
            names.changes.clear();
        } else {
            names.sync();
        }
        for node in names.now.values() {
            match node {
                Node::Directory(directory) => directory.sync_all_below(fails),
                Node::File(inode) => {
                    let mut content = inode.content.lock();
                    match fails {
                        true if content.is_durable() => {}
                        true => content.fail_sync(),
                        false => content.sync(),
                    }
                }
            }
        }
    }

    fn after_power_cut(&self, core: &mut Core) -> Directory {
        let mut names = self.names.lock();
        let changes = std::mem::take(&mut names.changes);
        if !changes.is_empty() {
            let kept = match core.chance.below(3) {
                0 => 0,
                1 => changes.len(),
                _ => core.chance.below(changes.len() as u64 + 1) as usize,
            };
            if kept < changes.len() {
                core.count(Fault::NameLost);
            }
            for change in changes.into_iter().take(kept) {
                apply(&mut names.durable, change);
            }
        }
        let mut left = BTreeMap::new();
        for (name, node) in std::mem::take(&mut names.durable) {
            let node = match node {
                Node::Directory(directory) => Node::Directory(Arc::new(directory.after_power_cut(core))),
                Node::File(inode) => Node::File(after_power_cut(&inode, core)),
            };
            left.insert(name, node);
        }
        Directory { names: Mutex::new(Names { now: left.clone(), durable: left, changes: VecDeque::new() }) }
    }
}

fn after_power_cut(inode: &Inode, core: &mut Core) -> Arc<Inode> {
    let mut content = inode.content.lock();
    let (left, loss) = content.after_power_cut(&mut core.chance, &inode.usage.scrap.lock());
    if loss.lost {
        core.count(Fault::WriteLost);
    }
    if loss.torn {
        core.count(Fault::WriteTorn);
    }
    Inode::new(&inode.usage, left)
}

/// The names on the way to a path, from the root.
fn parts(path: &Path) -> Vec<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    parts
}

/// Changes of one directory that may be lost at once. Older ones have reached the journal, and what they removed is free again.
const CHANGES_MAX: usize = 16;
