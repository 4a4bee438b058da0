//! What a tool with sub-commands shows of itself: usage, help, refusals.

use super::{Argument, Command, Kind, Many};
use crate::options::wrap::justify;

/// Usage and `tool: error: sentence`.
pub(super) fn refusal(path: &[&'static Command], sentence: &str) -> String {
    let error = justify(&format!("{}: error: {sentence}\n", path[0].name), WIDTH, 0, 0);
    usage(path) + &error
}

/// Everything about the last command of the path.
pub(super) fn help(path: &[&'static Command]) -> String {
    let here = path[path.len() - 1];
    let mut text = usage(path);
    if !here.about.is_empty() {
        text += &format!("\n{}\n", justify(here.about, WIDTH, 0, 0));
    }
    let positionals = here.positionals();
    if !positionals.is_empty() || !here.commands.is_empty() {
        text += "\npositional arguments:\n";
        positionals.iter().for_each(|argument| text += &row(&argument.title(), argument.about));
    }
    if !here.commands.is_empty() {
        text += &row(&commands_called(here), "");
        let told = here.commands.iter().filter(|command| !command.about.is_empty());
        told.for_each(|command| text += &row(&format!("  {}", command.name), command.about));
    }
    text += "\noptional arguments:\n";
    here.options().for_each(|argument| text += &row(&argument.title(), &argument.told()));
    text
}

fn usage(path: &[&'static Command]) -> String {
    let here = path[path.len() - 1];
    let mut parts = Vec::new();
    for (depth, upper) in path[..path.len() - 1].iter().enumerate() {
        if depth > 0 {
            parts.push(upper.name.to_owned());
        }
        let needed = upper.options().filter(|it| it.required && it.group.is_none());
        parts.extend(needed.map(Argument::short));
        parts.extend((0..upper.groups.len()).filter(|at| upper.groups[*at]).flat_map(|at| group(upper, at)));
        parts.extend(upper.positionals().iter().map(|it| it.short()));
    }
    if path.len() > 1 {
        parts.push(here.name.to_owned());
    }
    parts.extend(here.options().filter(|it| it.group.is_none()).map(Argument::short));
    parts.extend((0..here.groups.len()).flat_map(|at| group(here, at)));
    parts.extend(here.positionals().iter().map(|it| it.short()));
    if !here.commands.is_empty() {
        parts.push(commands_called(here));
        parts.push("...".to_owned());
    }
    fold(&format!("usage: {}", path[0].name), &parts)
}

fn fold(head: &str, parts: &[String]) -> String {
    let mut text = head.to_owned();
    let mut indent = head.len();
    if head.len() > USAGE_INDENT_MAX {
        indent = 6;
        text += "\n      ";
    }
    let mut column = if head.len() > USAGE_INDENT_MAX { 2 * indent } else { indent };
    for (at, part) in parts.iter().enumerate() {
        if at > 0 && column + part.len() + 1 > WIDTH {
            text += &format!("\n{}", " ".repeat(indent));
            column = indent;
        }
        text += &format!(" {part}");
        column += 1 + part.len();
    }
    text + "\n"
}

fn group(command: &Command, at: usize) -> Vec<String> {
    let members: Vec<&Argument> = command.options().filter(|it| it.group == Some(at)).collect();
    let (open, close) = match command.groups[at] {
        true if members.len() == 1 => ("", ""),
        true => ("(", ")"),
        false => ("[", "]"),
    };
    let mut parts = Vec::new();
    for (place, member) in members.iter().enumerate() {
        let open = if place == 0 { open } else { "" };
        let close = if place + 1 == members.len() { close } else { "" };
        if place > 0 {
            parts.push("|".to_owned());
        }
        parts.push(format!("{open}{}{close}", member.bare()));
    }
    parts
}

fn commands_called(command: &Command) -> String {
    if !command.commands_called.is_empty() {
        return command.commands_called.to_owned();
    }
    let names: Vec<&str> = command.commands.iter().map(|it| it.name).collect();
    format!("{{{}}}", names.join(","))
}

fn row(title: &str, about: &str) -> String {
    if about.is_empty() {
        return format!("  {title}\n");
    }
    let about = justify(about, WIDTH, COLUMN, COLUMN);
    if title.len() <= COLUMN - 4 {
        format!("{:COLUMN$}{about}\n", format!("  {title}"))
    } else {
        format!("  {title}\n{:COLUMN$}{about}\n", "")
    }
}

impl Argument {
    /// `[--config CONFIG]`, without brackets where it is needed.
    fn short(&self) -> String {
        match self.is_option() && !self.required {
            true => format!("[{}]", self.bare()),
            false => self.bare(),
        }
    }

    fn bare(&self) -> String {
        match (self.is_option(), self.value_shown()) {
            (true, value) if value.is_empty() => self.names[0].to_owned(),
            (true, value) => format!("{} {value}", self.names[0]),
            (false, value) => value,
        }
    }

    fn title(&self) -> String {
        if !self.is_option() {
            return self.value_name();
        }
        let value = self.value_shown();
        let value = if value.is_empty() { value } else { format!(" {value}") };
        let names: Vec<String> = self.names.iter().map(|name| format!("{name}{value}")).collect();
        names.join(", ")
    }

    fn told(&self) -> String {
        match self.default {
            Some(default) => format!("{} (default: {default})", self.about),
            None => self.about.to_owned(),
        }
    }

    fn value_name(&self) -> String {
        if !self.called.is_empty() {
            return self.called.to_owned();
        }
        match self.kind {
            Kind::OneOf(choices) => format!("{{{}}}", choices.join(",")),
            Kind::Boolean => "{true,false}".to_owned(),
            _ if self.is_option() => self.key().replace('-', "_").to_uppercase(),
            _ => self.key().replace('-', "_"),
        }
    }

    fn value_shown(&self) -> String {
        if !self.takes_values() {
            return String::new();
        }
        let called = self.value_name();
        match self.many {
            Many::One => called,
            Many::Perhaps => format!("[{called}]"),
            Many::Any => format!("[{called} [{called} ...]]"),
            Many::Some => format!("{called} [{called} ...]"),
            Many::Exactly(count) => vec![called; count].join(" "),
        }
    }
}

/// As wide as argparse4j takes a terminal that it cannot ask.
const WIDTH: usize = 75;

/// Where what is told about an argument begins.
const COLUMN: usize = 25;

/// A longer head than this stands on a line of its own.
const USAGE_INDENT_MAX: usize = 30;
