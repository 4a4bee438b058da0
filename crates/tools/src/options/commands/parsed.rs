//! What a command line said.

use std::collections::BTreeMap;
use std::str::FromStr;

/// The sub-command that was chosen and the values of the arguments on the way to it.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Its name; empty where the tool has no sub-commands.
    pub command: &'static str,
    pub(super) values: BTreeMap<&'static str, Vec<String>>,
}

impl Parsed {
    /// Whether a switch was given, or an option that brought values or has a default.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The value of an option or a positional argument.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).first().map(String::as_str)
    }

    /// All its values.
    pub fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The value of an option whose kind is a number; that it is one has been seen to.
    pub fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.value(name)?.parse().ok()
    }
}
