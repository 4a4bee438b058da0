//! `meta.properties`: to which cluster and node a log directory belongs.
//!
//! ```text
//! #
//! #Sat Nov 21 09:26:17 UTC 2026
//! node.id=1
//! directory.id=XV_9F7QARlizO8c2SaQOtw
//! version=1
//! cluster.id=igBZcuPfSD2Mf7zlv1ulRw
//! ```
//!
//! In Java's properties format, keys in any order. Version 0, of ZooKeeper's time, has `broker.id` and may lack `cluster.id`.

mod properties;

use kampa_protocol::Uuid;

/// Name of the file in a log directory.
pub const FILE_NAME: &str = "meta.properties";

/// Whose a log directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaProperties {
    /// 0 or 1.
    pub version: i32,
    /// The cluster's; always there in version 1.
    pub cluster_id: Option<String>,
    /// The node's; always there in version 1.
    pub node_id: Option<i32>,
    /// The directory's own, since Kafka 3.7.
    pub directory_id: Option<Uuid>,
}

/// Text that is no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetaPropertiesError {
    /// A `\u` without four hexadecimal digits.
    #[error("the file is not in the properties format")]
    NotProperties,
    /// Version 1 demands it.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Not of the key's kind.
    #[error("{key} should be {wanted}, not {value:?}")]
    Value {
        /// Which.
        key: &'static str,
        /// What is there.
        value: String,
        /// What should be.
        wanted: &'static str,
    },
}

/// The file as written at `now_ms` since 1970.
pub fn encode(meta: &MetaProperties, now_ms: i64) -> String {
    let id_key = if meta.version == 0 { "broker.id" } else { "node.id" };
    let entries = [
        (id_key, meta.node_id.map(|id| id.to_string())),
        ("directory.id", meta.directory_id.map(|id| id.to_string())),
        ("version", Some(meta.version.to_string())),
        ("cluster.id", meta.cluster_id.clone()),
    ];
    let present = entries.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?)));
    properties::encode(present, now_ms)
}

/// The reverse of [`encode`].
pub fn decode(file: &[u8]) -> Result<MetaProperties, MetaPropertiesError> {
    let entries = properties::decode(file).ok_or(MetaPropertiesError::NotProperties)?;
    // As in Java's maps, the last of equal keys counts.
    let find = |key: &str| entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.clone());

    let version = find("version").ok_or(MetaPropertiesError::Missing("version"))?;
    let version = match version.as_str() {
        "0" => 0,
        "1" => 1,
        _ => return Err(MetaPropertiesError::Value { key: "version", value: version, wanted: "0 or 1" }),
    };
    let id_key = if version == 0 { "broker.id" } else { "node.id" };
    let meta = MetaProperties {
        version,
        cluster_id: find("cluster.id"),
        node_id: find(id_key).map(|value| parse(id_key, value, "a whole number")).transpose()?,
        directory_id: find("directory.id")
            .map(|value| parse("directory.id", value, "an id of 22 characters"))
            .transpose()?,
    };
    if version == 1 && meta.node_id.is_none() {
        return Err(MetaPropertiesError::Missing("node.id"));
    }
    if version == 1 && meta.cluster_id.is_none() {
        return Err(MetaPropertiesError::Missing("cluster.id"));
    }
    Ok(meta)
}

fn parse<T: std::str::FromStr>(
    key: &'static str,
    value: String,
    wanted: &'static str,
) -> Result<T, MetaPropertiesError> {
    value.trim().parse().map_err(|_| MetaPropertiesError::Value { key, value, wanted })
}

#[cfg(test)]
mod tests;
