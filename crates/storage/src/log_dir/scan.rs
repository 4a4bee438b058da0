//! Which partitions lie in a log directory, and taking one out of it.

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::Ordering;

use kampa_formats::partition_dir_name::{PartitionDirName, PartitionDirRole};
use kampa_formats::sync_journal;
use kampa_protocol::{Text, Uuid};
use kampa_world::DirName;

use super::{LogDir, OpenDirError};
use crate::log::Log;
use crate::together::ONE_BY_ONE_MAX;

/// A partition's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionFolder {
    /// Its name in the log directory.
    pub folder: String,
    pub name: PartitionDirName,
    /// From its `partition.metadata`; `None` if there is none or it cannot be read.
    pub topic_id: Option<Uuid>,
}

/// A folder in which Kafka keeps indexes of remote segments: no partition, but its own.
const REMOTE_INDEX_CACHE: &str = "remote-log-index-cache";

impl LogDir {
    /// The partitions' folders, the metadata log's among them. Folders of deleted partitions are deleted on the way. A folder
    /// that is no partition's is an error, as it is to Kafka: somebody has chosen the wrong directory.
    ///
    /// After a crash many logs are made durable as they were left, once for all, rather than one by one as they are recovered. Blocks.
    pub fn scan(&self) -> Result<Vec<PartitionFolder>, OpenDirError> {
        let io_error =
            |error: io::Error| OpenDirError::Io { path: self.path().to_owned(), doing: "list the partitions", error };
        let mut found = Vec::new();
        for entry in self.world().disk().read_names(self.path()).map_err(io_error)? {
            if !entry.is_dir || entry.name == REMOTE_INDEX_CACHE || entry.name == sync_journal::FOLDER {
                continue;
            }
            let path = self.path().join(&entry.name);
            let Some(name) = PartitionDirName::parse(&entry.name) else {
                return Err(OpenDirError::Foreign(path));
            };
            if matches!(name.role, PartitionDirRole::Delete(_)) {
                self.volume().doom(path, 0);
                continue;
            }
            let topic_id = self.read_partition_metadata(&entry.name).unwrap_or_else(|error| {
                tracing::warn!(%error, "partition.metadata ignored");
                None
            });
            if let Some(topic_id) = topic_id {
                self.inner.marks.lock().insert(entry.name.clone(), topic_id);
            }
            found.push(PartitionFolder { folder: entry.name, name, topic_id });
        }
        if !self.was_clean() && found.len() > ONE_BY_ONE_MAX {
            self.volume().sync_whole().map_err(io_error)?;
            self.volume().synced_at_start.store(true, Ordering::Relaxed);
        }
        Ok(found)
    }

    /// Takes a partition out of the directory: its log appends no more, its folder is renamed at once and deleted after the
    /// log's `file.delete.delay.ms`. Blocks.
    pub fn delete(&self, folder: &str, log: &Log) -> io::Result<()> {
        log.abandon();
        if !self.has_folder(folder) {
            return Ok(());
        }
        self.rename_folder(folder, PartitionDirRole::Delete, log.config().file_delete_delay_ms)?;
        // Not before the name is gone for good: a power cut in between brings the folder back, and with it what the journal holds.
        log.inner.leave_journal(i64::MAX)
    }

    /// As [`LogDir::delete`], for a partition that is not open, because its log cannot be: its files go at once. Nothing happens
    /// if it has no folder. Blocks.
    pub fn delete_closed(&self, folder: &str) -> io::Result<()> {
        if !self.has_folder(folder) {
            return Ok(());
        }
        self.rename_folder(folder, PartitionDirRole::Delete, 0).map(drop)
    }

    /// Whether a partition has a folder here: one that was never written to has none. Blocks.
    pub fn has_folder(&self, folder: &str) -> bool {
        self.world().disk().is_dir(self.path().join(folder))
    }

    /// The names of all folders here. Blocks.
    pub fn folders(&self) -> io::Result<BTreeSet<String>> {
        let entries = self.world().disk().read_names(self.path())?;
        Ok(entries.into_iter().filter(|entry| entry.is_dir).map(|entry| entry.name).collect())
    }

    /// What a partition's folder holds; `None` if it has none. Blocks.
    pub fn names_in(&self, folder: &str) -> io::Result<Option<Vec<DirName>>> {
        match self.world().disk().read_names(self.path().join(folder)) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            read => read.map(Some),
        }
    }

    /// Makes a folder for a copy of a partition that is on its way here; its name. Blocks.
    pub fn begin_future(&self, folder: &str, topic_id: Uuid) -> io::Result<String> {
        self.volume().check_online()?;
        let future = PartitionDirName { role: PartitionDirRole::Future(self.unique()), ..parse(folder)? }.to_string();
        self.world().disk().create_dir_all(self.path().join(&future))?;
        self.write_partition_metadata(&future, topic_id)?;
        Ok(future)
    }

    /// A copy is whole: from now on, for good, its folder has the partition's name. No file of it is open. Blocks.
    pub fn promote(&self, future: &str) -> io::Result<String> {
        self.volume().check_online()?;
        let live = PartitionDirName { role: PartitionDirRole::Live, ..parse(future)? }.to_string();
        let (disk, to) = (self.world().disk(), self.path().join(&live));
        if disk.exists(&to) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is there already", to.display())));
        }
        self.inner.marks.lock().remove(future);
        disk.rename(self.path().join(future), to)?;
        disk.sync_dir(self.path())?;
        Ok(live)
    }

    /// Puts a folder aside that should not be here, and keeps it. Returns its new name. Blocks.
    pub fn set_aside(&self, folder: &str) -> io::Result<String> {
        self.rename_folder(folder, PartitionDirRole::Stray, -1)
    }

    fn rename_folder(&self, folder: &str, role: fn(Text) -> PartitionDirRole, delay_ms: i64) -> io::Result<String> {
        self.volume().check_online()?;
        let renamed = PartitionDirName { role: role(self.unique()), ..parse(folder)? };
        let is_deleted = matches!(renamed.role, PartitionDirRole::Delete(_));
        let renamed = renamed.to_string();
        let disk = self.world().disk();
        let to = self.path().join(&renamed);
        self.inner.marks.lock().remove(folder);
        disk.rename(self.path().join(folder), &to)?;
        self.volume().sync_dir(self.path())?;
        if is_deleted {
            self.volume().doom(to, delay_ms);
        }
        Ok(renamed)
    }

    /// What keeps folders of one partition apart.
    fn unique(&self) -> Text {
        let unique: String = self.world().uuid_bits().iter().map(|byte| format!("{byte:02x}")).collect();
        Text::from(unique)
    }
}

fn parse(folder: &str) -> io::Result<PartitionDirName> {
    let why = || io::Error::new(io::ErrorKind::InvalidInput, format!("{folder} is no partition's folder"));
    PartitionDirName::parse(folder).ok_or_else(why)
}
