//! `partition.metadata`: to which topic, by id, a partition's directory belongs. A deleted and newly created topic has the
//! same name and another id.
//!
//! ```text
//! version: 0
//! topic_id: EcPvQIPQTRGAydHMK6Bmfw
//! ```
//!
//! Without a newline at the end.

use kampa_protocol::Uuid;

/// Name of the file in a partition's directory.
pub const FILE_NAME: &str = "partition.metadata";

/// Text that is no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file should hold `version: 0` and `topic_id:` with an id other than zero")]
pub struct PartitionMetadataError;

/// The file.
pub fn encode(topic_id: Uuid) -> String {
    format!("version: 0\ntopic_id: {topic_id}")
}

/// The reverse of [`encode`].
pub fn decode(file: &[u8]) -> Result<Uuid, PartitionMetadataError> {
    let text = std::str::from_utf8(file).map_err(|_| PartitionMetadataError)?;
    let mut lines = text.lines();
    let mut field = |key: &str| {
        let value = lines.next()?.strip_prefix(key)?.strip_prefix(':')?;
        Some(value.trim())
    };
    // Kafka reads any version from 0 on and keeps to the two fields.
    field("version")
        .and_then(|version| version.parse().ok())
        .filter(|version: &u16| *version == 0)
        .ok_or(PartitionMetadataError)?;
    let id = field("topic_id").and_then(|id| id.parse::<Uuid>().ok());
    id.filter(|id| !id.is_zero()).ok_or(PartitionMetadataError)
}

#[cfg(test)]
mod tests;
