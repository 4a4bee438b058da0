//! What a command line said, and the checks that many tools make of it.

use std::str::FromStr;

use super::{Flag, Flags, KAFKA_VERSION, Wrong};
use crate::{Stop, Streams};

/// The options that were given. Asking for one that the tool does not have is a mistake of ours.
pub struct Given {
    flags: Flags,
    streams: Streams,
    seen: Vec<(&'static str, Option<String>)>,
    /// Words that belong to no option.
    pub others: Vec<String>,
}

impl Given {
    pub(super) fn of(flags: Flags, streams: Streams) -> Given {
        Given { flags, streams, seen: Vec::new(), others: Vec::new() }
    }

    pub(super) fn add(&mut self, flag: &'static Flag, value: Option<String>) {
        match (flag.separator, value) {
            (Some(separator), Some(value)) => {
                let before = self.seen.len();
                let parts = value.split(separator).filter(|part| !part.is_empty());
                self.seen.extend(parts.map(|part| (flag.name, Some(part.to_owned()))));
                if self.seen.len() == before {
                    self.seen.push((flag.name, Some(value)));
                }
            }
            (_, value) => self.seen.push((flag.name, value)),
        }
    }

    /// Whether it was given, with a value or without.
    pub fn has(&self, name: &str) -> bool {
        self.row(name);
        self.seen.iter().any(|(seen, _)| *seen == name)
    }

    /// Which of these were given, in the order of the command line, each as often as it was.
    pub fn order<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'static str> + 'a {
        self.seen.iter().map(|(seen, _)| *seen).filter(|seen| names.contains(seen))
    }

    /// Its values in the order given; its default if there are none.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let given: Vec<&str> =
            self.seen.iter().filter(|(seen, _)| *seen == name).filter_map(|(_, value)| value.as_deref()).collect();
        if given.is_empty() { self.row(name).default.into_iter().collect() } else { given }
    }

    /// Its value; that it was given twice is wrong.
    pub fn value(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.values(name).as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Wrong(format!("Found multiple arguments for option {name}, but you asked for only one"))),
        }
    }

    /// Its value as a number.
    pub fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Wrong> {
        self.value(name)?.map(|value| self.convert(name, value)).transpose()
    }

    /// Its values as numbers.
    pub fn numbers<T: FromStr>(&self, name: &str) -> Result<Vec<T>, Wrong> {
        self.values(name).into_iter().map(|value| self.convert(name, value)).collect()
    }

    fn convert<T: FromStr>(&self, name: &str, value: &str) -> Result<T, Wrong> {
        value.parse().map_err(|_| Wrong(format!("Cannot parse argument '{value}' of option {name}")))
    }

    /// Says what is wrong and how the tool is used, on stderr; exit code 1.
    pub fn refuse(&self, sentence: impl std::fmt::Display) -> Stop {
        self.flags.refuse(&self.streams, sentence)
    }

    /// Says something on stderr and goes on.
    pub fn warn(&self, sentence: impl std::fmt::Display) {
        self.streams.err.line(sentence);
    }

    /// Ends with the usage if nothing or `--help` was given, with the version if that was. `about` heads the usage.
    pub fn help_or_version(&self, about: &str) -> Result<(), Stop> {
        if (self.seen.is_empty() && self.others.is_empty()) || self.has("help") {
            return Err(self.refuse(about));
        }
        if self.has("version") {
            self.streams.out.line(KAFKA_VERSION);
            return Err(Stop::Exit(0));
        }
        Ok(())
    }

    /// All of these are needed.
    pub fn require(&self, names: &[&str]) -> Result<(), Stop> {
        match names.iter().find(|name| !self.has(name)) {
            Some(missing) => Err(self.refuse(format_args!("Missing required argument \"[{missing}]\""))),
            None => Ok(()),
        }
    }

    /// Beside `used`, none of these may stand.
    pub fn exclude(&self, used: &str, names: &[&str]) -> Result<(), Stop> {
        match names.iter().find(|name| self.has(used) && self.has(name)) {
            Some(name) => Err(self.refuse(format_args!("Option \"[{used}]\" can't be used with option \"[{name}]\""))),
            None => Ok(()),
        }
    }

    /// Beside all of `used` together, none of `names` may stand; `more` is added to the sentence.
    pub fn exclude_together(&self, used: &[&str], names: &[&str], more: &str) -> Result<(), Stop> {
        match names.iter().find(|name| self.has(name)) {
            Some(name) if used.iter().all(|used| self.has(used)) => {
                let used: Vec<String> = used.iter().map(|used| format!("[{used}]")).collect();
                let used = used.join(", ");
                Err(self.refuse(format_args!(
                    "Option combination \"[{used}]\" can't be used with option \"[{name}]\"{more}"
                )))
            }
            _ => Ok(()),
        }
    }

    fn row(&self, name: &str) -> &'static Flag {
        self.flags.find(name).unwrap_or_else(|| panic!("the tool has no option --{name}"))
    }
}
