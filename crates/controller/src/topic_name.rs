//! Which names topics may have.

use std::collections::BTreeMap;
use std::fmt;

use kampa_metadata::MetadataImage;
use kampa_protocol::Text;

/// Why a name is no topic's. Shows itself in Kafka's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidTopicName {
    /// Nothing at all.
    Empty,
    /// `.` or `..`, which a file system would take for a directory of its own.
    Dots(String),
    /// More than 249 characters: with the partition and a suffix it must still be a file's name.
    TooLong(String),
    /// Something else than ASCII letters and digits, `.`, `_` and `-`.
    Character(String),
}

impl fmt::Display for InvalidTopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidTopicName::Empty => write!(f, "the empty string is not allowed"),
            InvalidTopicName::Dots(name) => write!(f, "'{name}' is not allowed"),
            InvalidTopicName::TooLong(name) => {
                write!(f, "the length of '{name}' is longer than the max allowed length {NAME_LENGTH_MAX}")
            }
            InvalidTopicName::Character(name) => {
                write!(f, "'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")
            }
        }
    }
}

impl std::error::Error for InvalidTopicName {}

/// Whether a topic may have this name, alone.
pub fn check_topic_name(name: &str) -> Result<(), InvalidTopicName> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if name.is_empty() {
        Err(InvalidTopicName::Empty)
    } else if name == "." || name == ".." {
        Err(InvalidTopicName::Dots(name.to_owned()))
    } else if name.len() > NAME_LENGTH_MAX {
        Err(InvalidTopicName::TooLong(name.to_owned()))
    } else if !name.bytes().all(is_allowed) {
        Err(InvalidTopicName::Character(name.to_owned()))
    } else {
        Ok(())
    }
}

/// Whether a topic is one of the cluster's own, which only coordinators write to.
pub fn is_internal(name: &str) -> bool {
    matches!(name, "__consumer_offsets" | "__transaction_state" | "__share_group_state")
}

/// Names of topics that would look the same in metrics, where `.` and `_` are one character.
pub(crate) struct Lookalikes(BTreeMap<String, Text>);

impl Lookalikes {
    pub(crate) fn of(image: &MetadataImage) -> Lookalikes {
        let mut names = BTreeMap::new();
        for name in image.topics.names().filter(|name| may_collide(name)) {
            names.entry(name.replace('.', "_")).or_insert_with(|| name.clone());
        }
        Lookalikes(names)
    }

    /// An existing topic that would look like one of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Text> {
        if may_collide(name) { self.0.get(&name.replace('.', "_")) } else { None }
    }
}

fn may_collide(name: &str) -> bool {
    name.contains(['.', '_'])
}

const NAME_LENGTH_MAX: usize = 249;
