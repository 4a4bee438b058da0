//! What a node was given: the properties of a file, and over them `--set` pairs and flags.
//!
//! Says what an operator should hear about it: names nobody knows, settings that are not obeyed, and those whose neglect
//! would be dangerous. Whether the values fit together is said by `BrokerConfig::resolve`.

use std::collections::BTreeMap;
use std::fmt;

use crate::nearest::nearest;
use crate::own_defaults::own_default;
use crate::properties::{self, MalformedEscape};
use crate::setting::{Scope, Setting, Stance};
use crate::table;

/// Keys and values a node was given.
#[derive(Clone, Debug, Default)]
pub struct Given {
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    value: String,
    origin: Origin,
}

/// Where a key was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the file, on the line (from 1) where the property begins.
    File {
        /// From 1.
        line: usize,
    },
    /// By a `--set` pair.
    Set,
    /// By a flag of the command line.
    Flag(&'static str),
    /// Nowhere: the finding is about a default, or about several keys together.
    Nowhere,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File { line } => write!(f, "line {line}"),
            Origin::Set => f.write_str("--set"),
            Origin::Flag(flag) => f.write_str(flag),
            Origin::Nowhere => f.write_str("configuration"),
        }
    }
}

/// Something an operator should hear about what a node was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether the node may start all the same.
    pub severity: Severity,
    /// The key it is about.
    pub key: String,
    /// Where the key was given.
    pub origin: Origin,
    /// What is the matter: one sentence with the key, and the value and what was wanted where they matter.
    pub sentence: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.sentence)
    }
}

/// Whether a node with such a finding may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It starts, and says so.
    Warning,
    /// It does not start, though Apache Kafka would: what is asked for is not served yet.
    Unserved,
    /// It does not start.
    Refusal,
}

impl Given {
    /// The properties of a file's text.
    pub fn from_file(text: &str) -> Result<Given, Finding> {
        let read = properties::read(text).map_err(|MalformedEscape { line }| Finding {
            severity: Severity::Refusal,
            key: String::new(),
            origin: Origin::File { line },
            sentence: "\\u must be followed by four hexadecimal digits".to_owned(),
        })?;
        let mut given = Given::default();
        for property in read {
            given.insert(&property.key, &property.value, Origin::File { line: property.line });
        }
        Ok(given)
    }

    /// Takes a `key=value` pair of the command line, over what a file says.
    pub fn set(&mut self, pair: &str) -> Result<(), Finding> {
        let refusal = |key: &str, sentence: String| Finding {
            severity: Severity::Refusal,
            key: key.to_owned(),
            origin: Origin::Set,
            sentence,
        };
        let Some((key, value)) = pair.split_once('=') else {
            return Err(refusal(pair, format!("`{pair}` is not of the form key=value")));
        };
        let key = key.trim();
        if !is_known(key) {
            return Err(refusal(key, unknown(key)));
        }
        self.insert(key, value, Origin::Set);
        Ok(())
    }

    /// Takes a key and its value, over what was given before.
    pub fn insert(&mut self, key: &str, value: &str, origin: Origin) {
        self.entries.insert(key.to_owned(), Entry { value: value.to_owned(), origin });
    }

    /// The value given for a key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(|entry| entry.value.as_str())
    }

    /// Where a key was given.
    pub fn origin(&self, key: &str) -> Origin {
        self.entries.get(key).map_or(Origin::Nowhere, |entry| entry.origin)
    }

    /// Every key that was given, in alphabetical order, with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), entry.value.as_str()))
    }

    /// What there is to say about the keys themselves.
    pub(crate) fn review(&self) -> Vec<Finding> {
        let review = |(key, entry): (&String, &Entry)| {
            let (severity, sentence) = review(key, &entry.value)?;
            Some(Finding { severity, key: key.clone(), origin: entry.origin, sentence })
        };
        self.entries.iter().filter_map(review).collect()
    }
}

fn review(key: &str, value: &str) -> Option<(Severity, String)> {
    let Some(setting) = table::find(Scope::Broker, key) else {
        return if is_known(key) {
            Some((Severity::Warning, format!("{key} is not obeyed yet")))
        } else {
            Some((Severity::Warning, unknown(key)))
        };
    };
    if setting.is_obeyed() || says_nothing_new(setting, value) {
        return None;
    }
    Some(match setting.stance {
        Stance::Open | Stance::Later => (Severity::Warning, format!("{key} is not obeyed yet")),
        Stance::Moot => (Severity::Warning, format!("{key} has no effect: it tunes a part that only Apache Kafka has")),
        Stance::Refused(danger) => (
            Severity::Unserved,
            format!(
                "{key}={value} cannot be obeyed yet, and without it {danger}; take it out if that is what you want"
            ),
        ),
    })
}

/// A key given with its default changes nothing, obeyed or not.
fn says_nothing_new(setting: &Setting, value: &str) -> bool {
    own_default(setting.name).is_none()
        && match setting.default.text() {
            Some(default) => setting.parse(value).ok() == setting.parse(default).ok(),
            None => value.trim().is_empty(),
        }
}

/// A setting's name, one under `listener.name.<listener>.` with or without a mechanism, or one that belongs to a plug-in.
fn is_known(key: &str) -> bool {
    let is_setting = |name: &str| table::find(Scope::Broker, name).is_some();
    let of_listener = || {
        let (_, name) = key.strip_prefix("listener.name.")?.split_once('.')?;
        let without_mechanism = name.split_once('.').map(|(_, name)| name);
        Some(is_setting(name) || without_mechanism.is_some_and(is_setting))
    };
    is_setting(key) || of_listener() == Some(true) || PLUGIN_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

fn unknown(key: &str) -> String {
    match nearest(key, table::settings(Scope::Broker).map(|setting| setting.name)) {
        Some(known) => format!("{key} is not a setting; did you mean {known}?"),
        None => format!("{key} is not a setting"),
    }
}

/// Under these, plug-ins find settings of their own.
const PLUGIN_PREFIXES: &[&str] = &["config.providers.", "rsm.config.", "rlmm.config."];

#[cfg(test)]
mod tests;
