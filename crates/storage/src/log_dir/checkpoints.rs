//! The files that hold one offset per partition, and `partition.metadata`. Which offsets, their owners know.

use std::io;
use std::path::Path;

use kampa_formats::offset_checkpoint::{self, PartitionOffset};
use kampa_formats::partition_metadata;
use kampa_protocol::Uuid;

use super::LogDir;

/// Which offset a checkpoint file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpoint {
    /// Up to where each log is on the medium.
    RecoveryPoint,
    /// High watermarks.
    HighWatermark,
    /// Where reading may start.
    LogStart,
    /// Up to where each compacted log is clean.
    Cleaner,
}

impl Checkpoint {
    fn file_name(self) -> &'static str {
        match self {
            Checkpoint::RecoveryPoint => offset_checkpoint::RECOVERY_POINT,
            Checkpoint::HighWatermark => offset_checkpoint::REPLICATION,
            Checkpoint::LogStart => offset_checkpoint::LOG_START,
            Checkpoint::Cleaner => offset_checkpoint::CLEANER,
        }
    }
}

impl LogDir {
    /// What a checkpoint file holds; nothing if there is none. One that cannot be read is told and counts as empty: every offset
    /// in it can be found again, only slower. Blocks.
    pub fn read_checkpoint(&self, which: Checkpoint) -> io::Result<Vec<PartitionOffset>> {
        let path = self.path().join(which.file_name());
        match self.world().disk().read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
            Ok(bytes) => Ok(offset_checkpoint::decode(&bytes).unwrap_or_else(|error| {
                tracing::warn!(path = %path.display(), %error, "checkpoint ignored");
                Vec::new()
            })),
        }
    }

    /// Replaces a checkpoint file with these entries, all the directory's partitions; a file that says the same is left as it is.
    /// Refused when the directory is offline. Blocks.
    pub fn write_checkpoint(&self, which: Checkpoint, entries: &[PartitionOffset]) -> io::Result<()> {
        self.volume().check_online()?;
        let path = self.path().join(which.file_name());
        let file = offset_checkpoint::encode(entries);
        match self.world().disk().read(&path) {
            Ok(there) if there == file.as_bytes() => Ok(()),
            _ => self.write_durably(&path, file.as_bytes()),
        }
    }

    /// Replaces a file in the directory, durably. When that fails, the directory goes offline, as Kafka's does: a sync may have
    /// failed, and the next one would say that it had not. Not for want of space, or because a partition's folder has just gone.
    /// Blocks.
    pub fn write_durably(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let written = self.world().disk().write_atomic(path, bytes);
        written.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::NotFound => error,
            _ => self.volume().fail(&format!("replace {}", path.display()), error),
        })
    }

    /// As [`LogDir::read_partition_metadata`], for who opens what lies there: a scan that has read it just now was enough. Blocks.
    pub fn take_partition_metadata(&self, folder: &str) -> io::Result<Option<Uuid>> {
        match self.inner.marks.lock().remove(folder) {
            Some(topic_id) => Ok(Some(topic_id)),
            None => self.read_partition_metadata(folder),
        }
    }

    /// The topic's id a partition's folder is marked with, if it is and the mark can be read. Blocks.
    pub fn read_partition_metadata(&self, folder: &str) -> io::Result<Option<Uuid>> {
        let path = self.path().join(folder).join(partition_metadata::FILE_NAME);
        match self.world().disk().read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            // What a power cut left of a mark that nobody waited for: nothing, zeros, a part. As good as none.
            Ok(bytes) => Ok(partition_metadata::decode(&bytes)
                .inspect_err(|error| tracing::warn!(path = %path.display(), %error, "mark ignored"))
                .ok()),
        }
    }

    /// Marks a partition's folder with its topic's id. Not synced: the metadata log says the same, and where the mark is missing
    /// the folder's name tells. Blocks.
    pub fn write_partition_metadata(&self, folder: &str, topic_id: Uuid) -> io::Result<()> {
        let folder: &Path = &self.path().join(folder);
        self.world().disk().create_dir_all(folder)?;
        let path = folder.join(partition_metadata::FILE_NAME);
        self.world().disk().write_unsynced(path, partition_metadata::encode(topic_id).as_bytes())
    }
}
