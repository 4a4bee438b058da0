//! Names of the partitions' directories in a log directory.
//!
//! ```text
//! orders-7                                             the partition
//! orders-7.5f2b41e0c9d54a6bb1e7f0a4d2c83f19-delete     deleted, about to be removed
//! orders-7.5f2b41e0c9d54a6bb1e7f0a4d2c83f19-future     a copy on its way from another log directory
//! orders-7.5f2b41e0c9d54a6bb1e7f0a4d2c83f19-stray      found at the start though the cluster does not place it here
//! ```
//!
//! Kafka refuses to start on a directory that has another name, `remote-log-index-cache` excepted.

use std::fmt;

use kampa_protocol::Text;

/// A directory's name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionDirName {
    /// The topic's name; its beginning only, when the whole name would be too long.
    pub topic: Text,
    /// The partition's number.
    pub partition: i32,
    /// What the directory is to the partition.
    pub role: PartitionDirRole,
}

/// What a directory is to its partition. What is not live carries something unique, so that there may be several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartitionDirRole {
    /// Holds it.
    Live,
    /// Held it until it was deleted.
    Delete(Text),
    /// Will hold it.
    Future(Text),
    /// Holds what should not be here.
    Stray(Text),
}

impl PartitionDirName {
    /// Name of a live partition's directory.
    pub fn live(topic: Text, partition: i32) -> PartitionDirName {
        PartitionDirName { topic, partition, role: PartitionDirRole::Live }
    }

    /// From a directory's name; `None` when it is no partition's.
    pub fn parse(name: &str) -> Option<PartitionDirName> {
        let (name, role) = match name.rsplit_once('-')? {
            (rest, "delete") => take_unique(rest).map(|(name, unique)| (name, PartitionDirRole::Delete(unique)))?,
            (rest, "future") => take_unique(rest).map(|(name, unique)| (name, PartitionDirRole::Future(unique)))?,
            (rest, "stray") => take_unique(rest).map(|(name, unique)| (name, PartitionDirRole::Stray(unique)))?,
            _ => (name, PartitionDirRole::Live),
        };
        let (topic, partition) = name.rsplit_once('-')?;
        if topic.is_empty() {
            return None;
        }
        Some(PartitionDirName { topic: Text::from(topic), partition: partition.parse().ok()?, role })
    }
}

/// `orders-7.5f2b` → (`orders-7`, `5f2b`).
fn take_unique(name: &str) -> Option<(&str, Text)> {
    let (name, unique) = name.rsplit_once('.')?;
    (!unique.is_empty()).then(|| (name, Text::from(unique)))
}

impl fmt::Display for PartitionDirName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unique, suffix) = match &self.role {
            PartitionDirRole::Live => return write!(f, "{}-{}", &*self.topic, self.partition),
            PartitionDirRole::Delete(unique) => (unique, "delete"),
            PartitionDirRole::Future(unique) => (unique, "future"),
            PartitionDirRole::Stray(unique) => (unique, "stray"),
        };
        let rest = format!("-{}.{}-{suffix}", self.partition, &**unique);
        // Topic names are ASCII; a name of another kind is cut where a character ends.
        let room = NAME_BYTES_MAX.saturating_sub(rest.len());
        let topic = &self.topic[..self.topic.floor_char_boundary(room)];
        write!(f, "{topic}{rest}")
    }
}

/// What file systems allow for one name.
const NAME_BYTES_MAX: usize = 255;

#[cfg(test)]
mod tests;
