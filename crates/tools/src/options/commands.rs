//! Sub-commands with arguments, as argparse4j reads them.
//!
//! `kafka-storage format -t ID --config FILE`: options are long or short, a short row may be joined (`-gt ID`), long names and
//! sub-commands may be cut short while they stay clear, a value may follow in the next word or after `=`, a word that looks like
//! an option is never a value, the rest is positional. A refusal prints the usage of the (sub-)command it happened in and
//! `tool: error: sentence` on stderr; `-h` prints help on standard output.

mod help;
mod parse;
mod parsed;

pub use parsed::Parsed;

use crate::{Call, KAFKA_VERSION, Stop};

/// A tool, or one of its sub-commands.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// The tool's name, or the sub-command's.
    pub name: &'static str,
    /// What it does, in our words.
    pub about: &'static str,
    /// Options and positional arguments.
    pub arguments: &'static [Argument],
    /// For each group of options of which only one may be given: whether one must be.
    pub groups: &'static [bool],
    /// Sub-commands; one must be given if there are any.
    pub commands: &'static [Command],
    /// What usage calls the sub-commands together; empty for `{a,b,c}`.
    pub commands_called: &'static str,
}

/// An option or a positional argument. Written with [`option`], [`switch`] and [`positional`].
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// `--config` or `-c`, or the name of a positional argument.
    names: &'static [&'static str],
    about: &'static str,
    action: Action,
    many: Many,
    kind: Kind,
    /// What usage calls the value; empty for the name in capitals.
    called: &'static str,
    default: Option<&'static str>,
    required: bool,
    group: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Store,
    /// As Store, but each adds to the values instead of replacing them.
    Append,
    SetTrue,
    Help,
    Version,
}

/// How many values follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    /// Just one.
    One,
    /// `?`: one or none.
    Perhaps,
    /// `*`: any number.
    Any,
    /// `+`: one or more.
    Some,
    /// As many as this.
    Exactly(usize),
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything.
    Text,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 32 bits, one of these.
    IntegerOf(&'static [&'static str]),
    /// A whole number of 64 bits.
    Long,
    /// A number with a fraction.
    Double,
    /// `true` or `false`.
    Boolean,
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// An option with a value.
pub const fn option(names: &'static [&'static str], about: &'static str) -> Argument {
    Argument {
        names,
        about,
        action: Action::Store,
        many: Many::One,
        kind: Kind::Text,
        called: "",
        default: None,
        required: false,
        group: None,
    }
}

/// An option without a value.
pub const fn switch(names: &'static [&'static str], about: &'static str) -> Argument {
    Argument { action: Action::SetTrue, ..option(names, about) }
}

/// An option that prints the release and ends the tool.
pub const fn version(names: &'static [&'static str], about: &'static str) -> Argument {
    Argument { action: Action::Version, ..option(names, about) }
}

/// A value known by its place.
pub const fn positional(names: &'static [&'static str; 1], about: &'static str) -> Argument {
    option(names, about)
}

impl Argument {
    /// May be given often; every value counts.
    pub const fn repeated(self) -> Argument {
        Argument { action: Action::Append, ..self }
    }

    /// So many values follow.
    pub const fn many(self, many: Many) -> Argument {
        Argument { many, ..self }
    }

    /// Values must be of this kind.
    pub const fn of(self, kind: Kind) -> Argument {
        Argument { kind, ..self }
    }

    /// What usage calls the value.
    pub const fn called(self, called: &'static str) -> Argument {
        Argument { called, ..self }
    }

    /// What it counts as when it is not given.
    pub const fn or(self, default: &'static str) -> Argument {
        Argument { default: Some(default), ..self }
    }

    /// Nothing works without it.
    pub const fn required(self) -> Argument {
        Argument { required: true, ..self }
    }

    /// Belongs to the group of that index in [`Command::groups`].
    pub const fn in_group(self, group: usize) -> Argument {
        Argument { group: Some(group), ..self }
    }

    fn is_option(&self) -> bool {
        self.names[0].starts_with('-')
    }

    fn takes_values(&self) -> bool {
        matches!(self.action, Action::Store | Action::Append)
    }

    /// The name under which its values are asked for: its first long name without hyphens.
    fn key(&self) -> &'static str {
        self.names.iter().find(|name| name.starts_with("--")).unwrap_or(&self.names[0]).trim_start_matches('-')
    }
}

impl Command {
    /// Reads a command line. If it is refused, or help was wanted, that has been printed: exit code 1, or `help_code`.
    pub fn parse(&'static self, call: &Call, help_code: u8) -> Result<Parsed, Stop> {
        match parse::parse(self, &call.arguments) {
            Ok(parsed) => Ok(parsed),
            Err(parse::Refused::Help(path)) => {
                call.streams.out.text(help::help(&path));
                Err(Stop::Exit(help_code))
            }
            Err(parse::Refused::Version) => {
                call.streams.out.line(KAFKA_VERSION);
                Err(Stop::Exit(0))
            }
            Err(parse::Refused::Wrong { path, sentence, meant }) => {
                call.streams.err.text(help::refusal(&path, &sentence));
                if !meant.is_empty() {
                    call.streams.err.text(format_args!("\nDid you mean:\n"));
                    meant.iter().for_each(|name| call.streams.err.line(format_args!("\t{name}")));
                }
                Err(Stop::Exit(1))
            }
        }
    }

    /// Says what is wrong with a command line that could be read, with the usage before it; exit code 1.
    pub fn refuse(&'static self, call: &Call, sentence: &str) -> Stop {
        call.streams.err.text(help::refusal(&[self], sentence));
        Stop::Exit(1)
    }

    /// The same for tools that say what is wrong in a sentence of their own and show no usage.
    pub fn parse_or(
        &'static self,
        call: &Call,
        help_code: u8,
        wrong: impl FnOnce(&str) -> Stop,
    ) -> Result<Parsed, Stop> {
        match parse::parse(self, &call.arguments) {
            Err(parse::Refused::Wrong { sentence, .. }) => Err(wrong(&sentence)),
            _ => self.parse(call, help_code),
        }
    }

    /// The whole help.
    pub fn help(&'static self) -> String {
        help::help(&[self])
    }

    /// Options as they are looked up: `-h` first.
    fn options(&self) -> impl Iterator<Item = &Argument> {
        [&HELP].into_iter().chain(self.arguments.iter().filter(|it| it.is_option()))
    }

    fn positionals(&self) -> Vec<&'static Argument> {
        self.arguments.iter().filter(|it| !it.is_option()).collect()
    }
}

/// What every command has.
static HELP: Argument = Argument { action: Action::Help, ..switch(&["-h", "--help"], "shows this and ends") };

#[cfg(test)]
mod tests;
