//! Which names topics may have.

use std::fmt;

use kampa_metadata::Topics;
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

/// An existing topic whose name would look the same in metrics, where `.` and `_` are one character; the first of several.
pub(crate) fn lookalike<'a>(topics: &'a Topics, name: &str) -> Option<&'a Text> {
    if name.contains(DOTS) { find(topics, &mut String::with_capacity(name.len()), name) } else { None }
}

/// The first topic whose name is `prefix` and then like `rest`. Looks at no more names than there are that begin so.
fn find<'a>(topics: &'a Topics, prefix: &mut String, rest: &str) -> Option<&'a Text> {
    let before = prefix.len();
    let found = match rest.find(DOTS) {
        None => {
            prefix.push_str(rest);
            topics.first_with_prefix(prefix).filter(|name| name.len() == prefix.len())
        }
        Some(at) => {
            prefix.push_str(&rest[..at]);
            DOTS.into_iter().find_map(|dot| {
                prefix.push(dot);
                let found = topics.first_with_prefix(prefix).and_then(|_| find(topics, prefix, &rest[at + 1..]));
                prefix.pop();
                found
            })
        }
    };
    prefix.truncate(before);
    found
}

const DOTS: [char; 2] = ['.', '_'];
const NAME_LENGTH_MAX: usize = 249;

#[cfg(test)]
mod tests;
