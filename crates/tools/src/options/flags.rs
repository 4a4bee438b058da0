//! Long options, as joptsimple reads them and Kafka's `CommandLineUtils` checks them.
//!
//! `--topic orders`, `--topic=orders` and `-topic orders` say the same; an empty value (`--topic=`) takes the next word instead;
//! an option that needs a value takes the next word whatever it looks like; options may be repeated; `--` ends them. Names are
//! whole, never abbreviated, and every tool has `--help` and `--version`. Values are text until somebody asks for a number.

mod given;
mod usage;

pub use given::Given;

use crate::{Call, KAFKA_VERSION, Stop, Streams};

/// A tool's options: rows of a table.
#[derive(Clone, Copy, Debug)]
pub struct Flags(pub &'static [Flag]);

/// An option. Rows are written with [`flag`], [`valued`] and [`maybe_valued`].
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    name: &'static str,
    value: Value,
    /// What its value is, in help: `topic`. Empty where there is nothing to say.
    described: &'static str,
    /// The type of its value, in help.
    kind: &'static str,
    about: &'static str,
    default: Option<&'static str>,
    separator: Option<char>,
    required: bool,
    /// It may be given only with one of these; empty if always.
    with: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    None,
    Needed,
    Allowed,
}

/// A command line that was refused before the tool looked at it: joptsimple's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

/// An option without a value.
pub const fn flag(name: &'static str, about: &'static str) -> Flag {
    Flag {
        name,
        value: Value::None,
        described: "",
        kind: "String",
        about,
        default: None,
        separator: None,
        required: false,
        with: &[],
    }
}

/// An option that needs a value; `described` is what help calls the value.
pub const fn valued(name: &'static str, described: &'static str, about: &'static str) -> Flag {
    Flag { value: Value::Needed, described, ..flag(name, about) }
}

/// An option whose value may be left out.
pub const fn maybe_valued(name: &'static str, described: &'static str, about: &'static str) -> Flag {
    Flag { value: Value::Allowed, ..valued(name, described, about) }
}

impl Flag {
    /// What it counts as when it is not given.
    pub const fn or(self, default: &'static str) -> Flag {
        Flag { default: Some(default), ..self }
    }

    /// What kind of value help says it takes: `Integer`, `Long`. Checked when it is asked for.
    pub const fn of(self, kind: &'static str) -> Flag {
        Flag { kind, ..self }
    }

    /// Whether a word that follows is the value that may be left out: what cannot be one is a word of its own, and a number is
    /// one even if it looks like an option.
    fn may_take(&self, word: &str) -> bool {
        match self.kind {
            "Integer" => word.parse::<i32>().is_ok(),
            "Long" => word.parse::<i64>().is_ok(),
            _ => !looks_like_an_option(word),
        }
    }

    /// One value is many with this between them.
    pub const fn separated_by(self, separator: char) -> Flag {
        Flag { separator: Some(separator), ..self }
    }

    /// The tool does nothing without it.
    pub const fn required(self) -> Flag {
        Flag { required: true, ..self }
    }

    /// It says something only beside one of these.
    pub const fn only_with(self, with: &'static [&'static str]) -> Flag {
        Flag { with, ..self }
    }
}

impl Flags {
    /// Reads a command line.
    pub fn parse(&self, call: &Call) -> Result<Given, Wrong> {
        let mut given = Given::of(*self, call.streams.clone());
        let mut words = call.arguments.iter().map(String::as_str).peekable();
        while let Some(word) = words.next() {
            if word == "--" {
                given.others.extend(words.map(str::to_owned));
                break;
            }
            match word
                .strip_prefix("--")
                .map(|long| (true, long))
                .or(word.strip_prefix('-').map(|short| (false, short)))
            {
                Some((_, "")) | None => given.others.push(word.to_owned()),
                Some((is_long, body)) => {
                    let (name, value) = match body.split_once('=') {
                        Some((name, value)) => (name, Some(value).filter(|value| !value.is_empty())),
                        None => (body, None),
                    };
                    // What is no option's name after one hyphen is read as a row of one-letter options, of which there are none.
                    let unknown = || if is_long { name } else { first_letter(name) };
                    let flag =
                        self.find(name).ok_or_else(|| Wrong(format!("{} is not a recognized option", unknown())))?;
                    self.take(&mut given, flag, value, &mut words)?;
                }
            }
        }
        if !given.has("help") && !given.has("version") {
            self.check_required(&given)?;
            self.check_with(&given)?;
        }
        Ok(given)
    }

    /// As [`Flags::parse`], where the tool answers a wrong command line with its usage.
    pub fn parse_or_usage(&self, call: &Call) -> Result<Given, Stop> {
        self.parse(call).map_err(|wrong| self.refuse(&call.streams, wrong.0))
    }

    /// Says what is wrong and how the tool is used, on stderr; exit code 1.
    pub fn refuse(&self, streams: &Streams, sentence: impl std::fmt::Display) -> Stop {
        streams.err.line(sentence);
        streams.err.text(self.usage());
        Stop::Exit(1)
    }

    fn take<'a>(
        &self,
        given: &mut Given,
        flag: &'static Flag,
        embedded: Option<&str>,
        words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
    ) -> Result<(), Wrong> {
        let value = match flag.value {
            Value::None => None,
            Value::Needed => match embedded.or_else(|| words.next()) {
                Some(value) => Some(value.to_owned()),
                None => return Err(Wrong(format!("Option {} requires an argument", flag.name))),
            },
            Value::Allowed => {
                embedded.map(str::to_owned).or_else(|| words.next_if(|word| flag.may_take(word)).map(str::to_owned))
            }
        };
        given.add(flag, value);
        Ok(())
    }

    fn check_required(&self, given: &Given) -> Result<(), Wrong> {
        let missing: Vec<&str> =
            self.0.iter().filter(|flag| flag.required && !given.has(flag.name)).map(|flag| flag.name).collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Wrong(format!("Missing required option(s) [{}]", missing.join(", ")))),
        }
    }

    fn check_with(&self, given: &Given) -> Result<(), Wrong> {
        let alone = |flag: &&Flag| {
            !flag.with.is_empty() && given.has(flag.name) && !flag.with.iter().any(|other| given.has(other))
        };
        let unavailable: Vec<&str> = self.0.iter().filter(alone).map(|flag| flag.name).collect();
        match unavailable.is_empty() {
            true => Ok(()),
            false => Err(Wrong(format!(
                "Option(s) [{}] are unavailable given other options on the command line",
                unavailable.join(", ")
            ))),
        }
    }

    fn find(&self, name: &str) -> Option<&'static Flag> {
        self.all().find(|flag| flag.name == name)
    }

    fn all(&self) -> impl Iterator<Item = &'static Flag> + use<> {
        self.0.iter().chain(&COMMON)
    }
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Stop {
        Stop::Failed(wrong.0)
    }
}

fn looks_like_an_option(word: &str) -> bool {
    word.starts_with('-') && word != "-" && word != "--"
}

fn first_letter(word: &str) -> &str {
    word.chars().next().map_or(word, |letter| &word[..letter.len_utf8()])
}

/// What every tool has.
const COMMON: [Flag; 2] =
    [flag("help", "How the tool is used."), flag("version", "Which release of Apache Kafka the tool follows.")];

#[cfg(test)]
mod tests;
