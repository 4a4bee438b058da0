//! The way through a command line.

use std::collections::BTreeSet;

use super::{Action, Argument, Command, Kind, Many, Parsed};

/// Why there is nothing to do.
pub(super) enum Refused {
    /// Help of the last of these was asked for.
    Help(Vec<&'static Command>),
    Version,
    Wrong {
        path: Vec<&'static Command>,
        sentence: String,
        /// Names that may have been meant.
        meant: Vec<String>,
    },
}

pub(super) fn parse(tool: &'static Command, arguments: &[String]) -> Result<Parsed, Refused> {
    let mut way = Way {
        path: vec![tool],
        words: arguments,
        at: 0,
        past_separator: false,
        deferred: None,
        parsed: Parsed::default(),
    };
    way.walk()?;
    match way.deferred {
        Some(refused) => Err(refused),
        None => Ok(way.parsed),
    }
}

struct Way<'a> {
    path: Vec<&'static Command>,
    words: &'a [String],
    at: usize,
    past_separator: bool,
    /// What an upper command misses is said only if the lower one has nothing to complain of.
    deferred: Option<Refused>,
    parsed: Parsed,
}

/// What one (sub-)command has seen of its own arguments.
#[derive(Default)]
struct Seen {
    used: BTreeSet<&'static str>,
    groups: Vec<Option<&'static Argument>>,
    positional: Vec<String>,
    /// The positional argument that the next word belongs to, and how many words it has.
    place: usize,
    taken: usize,
}

impl<'a> Way<'a> {
    fn here(&self) -> &'static Command {
        self.path[self.path.len() - 1]
    }

    fn word(&self) -> Option<&'a str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn walk(&mut self) -> Result<(), Refused> {
        let here = self.here();
        self.take_defaults(here);
        let mut seen = Seen { groups: vec![None; here.groups.len()], ..Seen::default() };
        let positionals = here.positionals();
        while let Some(word) = self.word() {
            if word == "--" && !self.past_separator {
                self.past_separator = true;
                self.at += 1;
            } else if self.is_flag(word) {
                self.flag(word, &mut seen)?;
            } else if let Some(argument) = positionals.get(seen.place) {
                self.gather(argument, &mut seen);
            } else if !self.past_separator && !here.commands.is_empty() {
                self.finish(&positionals, &seen)?;
                return self.descend(word);
            } else {
                let rest = self.words[self.at..].join(" ");
                return Err(self.wrong(format!("unrecognized arguments: '{rest}'")));
            }
        }
        if !here.commands.is_empty() {
            return Err(self.wrong("too few arguments".to_owned()));
        }
        self.finish(&positionals, &seen)
    }

    fn take_defaults(&mut self, here: &'static Command) {
        for argument in here.arguments {
            if let Some(default) = argument.default {
                self.parsed.values.insert(argument.key(), vec![default.to_owned()]);
            }
        }
    }

    /// No tool has an option that is a negative number, so those are values.
    fn is_flag(&self, word: &str) -> bool {
        let is_negative_number = word
            .strip_prefix('-')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
        !self.past_separator && word.starts_with('-') && word != "-" && !is_negative_number
    }

    fn is_value(&self, word: &str) -> bool {
        !self.is_flag(word) && (word != "--" || self.past_separator)
    }

    fn flag(&mut self, word: &'a str, seen: &mut Seen) -> Result<(), Refused> {
        let (name, embedded) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let found = match self.resolve(name)? {
            Some(argument) => Some((argument, embedded)),
            None => self.joined(word, seen)?,
        };
        self.at += 1;
        match found {
            Some((argument, embedded)) => self.use_option(argument, embedded, seen),
            None => Ok(()),
        }
    }

    /// The option of that name, or the only one whose name begins so.
    fn resolve(&self, name: &str) -> Result<Option<&'static Argument>, Refused> {
        if let Some(argument) = self.option(name) {
            return Ok(Some(argument));
        }
        let all = self.here().options().flat_map(|it| it.names);
        let mut candidates: Vec<&str> = all.copied().filter(|candidate| candidate.starts_with(name)).collect();
        if candidates.is_empty() {
            return Ok(None);
        }
        if self.could_be_joined(name) {
            candidates.push(&name[..2]);
        } else if let [one] = candidates.as_slice() {
            return Ok(self.option(one));
        }
        candidates.sort_unstable();
        Err(self.wrong(format!("ambiguous option: {name} could match {}", candidates.join(", "))))
    }

    fn option(&self, name: &str) -> Option<&'static Argument> {
        let here: &'static Command = self.here();
        here.options().find(|argument| argument.names.contains(&name))
    }

    fn could_be_joined(&self, name: &str) -> bool {
        let Some(letters) = name.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with('-')) else {
            return false;
        };
        for letter in letters.chars() {
            match self.option(&format!("-{letter}")) {
                None => return false,
                Some(argument) if argument.takes_values() => return true,
                Some(_) => {}
            }
        }
        true
    }

    /// `-gt ID`: short switches in a row, perhaps with an option that takes a value at the end.
    fn joined(
        &mut self,
        word: &'a str,
        seen: &mut Seen,
    ) -> Result<Option<(&'static Argument, Option<&'a str>)>, Refused> {
        if !word.starts_with("--") {
            let mut letters = word.char_indices().skip(1);
            loop {
                let Some((at, letter)) = letters.next() else { return Ok(None) };
                match self.option(&format!("-{letter}")) {
                    None => break,
                    Some(argument) if argument.takes_values() => {
                        let rest = &word[at + letter.len_utf8()..];
                        return Ok(Some((argument, Some(rest).filter(|rest| !rest.is_empty()))));
                    }
                    Some(argument) => self.use_option(argument, None, seen)?,
                }
            }
        }
        let body = word.trim_start_matches('-');
        let names = self.here().options().flat_map(|it| it.names).copied();
        let names = names.filter(|name| name.trim_start_matches('-').len() > 1);
        let meant = if body.len() >= 2 { nearest(body, names.collect()) } else { Vec::new() };
        Err(self.wrong_but_meant(format!("unrecognized arguments: '{word}'"), meant))
    }

    fn use_option(
        &mut self,
        argument: &'static Argument,
        embedded: Option<&str>,
        seen: &mut Seen,
    ) -> Result<(), Refused> {
        if let Some(group) = argument.group {
            match seen.groups[group] {
                Some(other) if other.names != argument.names => {
                    let other = other.names.join("/");
                    return Err(self.wrong_argument(argument, format!("not allowed with argument {other}")));
                }
                _ => seen.groups[group] = Some(argument),
            }
        }
        seen.used.insert(argument.key());
        match argument.action {
            Action::Help => Err(Refused::Help(self.path.clone())),
            Action::Version => Err(Refused::Version),
            Action::SetTrue => match embedded {
                Some(value) => Err(self.wrong_argument(argument, format!("ignore implicit argument '{value}'"))),
                None => {
                    self.parsed.values.insert(argument.key(), vec!["true".to_owned()]);
                    Ok(())
                }
            },
            Action::Store | Action::Append => {
                let values = self.values_of(argument, embedded)?;
                self.keep(argument, values)
            }
        }
    }

    fn values_of(&mut self, argument: &'static Argument, embedded: Option<&str>) -> Result<Vec<String>, Refused> {
        let (least, most) = argument.bounds();
        let mut values: Vec<String> = embedded.map(str::to_owned).into_iter().collect();
        while embedded.is_none()
            && values.len() < most
            && let Some(word) = self.word().filter(|word| self.is_value(word))
        {
            values.push(word.to_owned());
            self.at += 1;
        }
        match argument.many {
            Many::One if values.is_empty() => Err(self.wrong_argument(argument, "expected one argument".to_owned())),
            Many::Some | Many::Exactly(_) if values.len() < least => {
                Err(self.wrong_argument(argument, format!("expected {least} argument(s)")))
            }
            _ => Ok(values),
        }
    }

    fn keep(&mut self, argument: &'static Argument, values: Vec<String>) -> Result<(), Refused> {
        for value in &values {
            argument.kind.check(value).map_err(|why| self.wrong_argument(argument, why))?;
        }
        let kept = self.parsed.values.entry(argument.key()).or_default();
        if argument.action == Action::Store {
            kept.clear();
        }
        kept.extend(values);
        Ok(())
    }

    /// Gives the next words to a positional argument.
    fn gather(&mut self, argument: &Argument, seen: &mut Seen) {
        let (_, most) = argument.bounds();
        while seen.taken < most
            && let Some(word) = self.word().filter(|word| self.is_value(word))
        {
            seen.positional.push(word.to_owned());
            seen.taken += 1;
            self.at += 1;
        }
        if seen.taken == most {
            seen.place += 1;
            seen.taken = 0;
        }
    }

    /// Deals the positional words out and sees what is missing.
    fn finish(&mut self, positionals: &[&'static Argument], seen: &Seen) -> Result<(), Refused> {
        let least_from = |place: usize| positionals[place..].iter().map(|it| it.bounds().0).sum::<usize>();
        if least_from(0) > seen.positional.len() {
            return Err(self.wrong("too few arguments".to_owned()));
        }
        let mut words = seen.positional.as_slice();
        for (place, argument) in positionals.iter().enumerate() {
            let free = words.len() - least_from(place + 1);
            let (mine, rest) = words.split_at(free.min(argument.bounds().1));
            words = rest;
            if !mine.is_empty() {
                self.keep(argument, mine.to_vec())?;
            }
        }
        if self.deferred.is_none() {
            self.deferred = self.missing(seen);
        }
        Ok(())
    }

    fn missing(&self, seen: &Seen) -> Option<Refused> {
        // Of several, the last is named.
        let missing = self.here().options().filter(|it| it.required && !seen.used.contains(it.key())).last();
        if let Some(argument) = missing {
            return Some(self.wrong(format!("argument {} is required", argument.names.join("/"))));
        }
        let group = (0..self.here().groups.len()).find(|at| self.here().groups[*at] && seen.groups[*at].is_none())?;
        let members = self.here().options().filter(|it| it.group == Some(group));
        let names: String = members.map(|it| it.names.join("/") + " ").collect();
        Some(self.wrong(format!("one of the arguments {names}is required")))
    }

    fn descend(&mut self, word: &str) -> Result<(), Refused> {
        let commands = self.here().commands;
        let mut candidates: Vec<&'static Command> = commands.iter().filter(|it| it.name == word).collect();
        if candidates.is_empty() && !word.is_empty() {
            candidates = commands.iter().filter(|it| it.name.starts_with(word)).collect();
        }
        match candidates.as_slice() {
            [command] => {
                self.at += 1;
                self.path.push(command);
                self.parsed.command = command.name;
                self.walk()
            }
            [] => {
                let names: Vec<&str> = commands.iter().map(|it| it.name).collect();
                let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
                let sentence = format!("invalid choice: '{word}' (choose from {})", quoted.join(", "));
                Err(self.wrong_but_meant(sentence, nearest(word, names)))
            }
            several => {
                let mut names: Vec<&str> = several.iter().map(|it| it.name).collect();
                names.sort_unstable();
                Err(self.wrong(format!("ambiguous command: {word} could match {}", names.join(", "))))
            }
        }
    }

    fn wrong(&self, sentence: String) -> Refused {
        self.wrong_but_meant(sentence, Vec::new())
    }

    fn wrong_argument(&self, argument: &Argument, sentence: String) -> Refused {
        self.wrong(format!("argument {}: {sentence}", argument.names.join("/")))
    }

    fn wrong_but_meant(&self, sentence: String, meant: Vec<String>) -> Refused {
        Refused::Wrong { path: self.path.clone(), sentence, meant }
    }
}

impl Argument {
    /// Least and most values.
    fn bounds(&self) -> (usize, usize) {
        match self.many {
            Many::One => (1, 1),
            Many::Perhaps => (0, 1),
            Many::Any => (0, usize::MAX),
            Many::Some => (1, usize::MAX),
            Many::Exactly(count) => (count, count),
        }
    }
}

impl Kind {
    fn check(self, value: &str) -> Result<(), String> {
        let number = |ok: bool, name: &str, why: String| match ok {
            true => Ok(()),
            false => Err(format!("could not convert '{value}' to {name} ({why})")),
        };
        match self {
            Kind::Text | Kind::Boolean => Ok(()),
            Kind::Integer => number(value.parse::<i32>().is_ok(), "Integer", format!("For input string: \"{value}\"")),
            Kind::Long => number(value.parse::<i64>().is_ok(), "Long", format!("For input string: \"{value}\"")),
            Kind::Double if value.trim().is_empty() => number(false, "Double", "empty String".to_owned()),
            Kind::Double => {
                number(value.trim().parse::<f64>().is_ok(), "Double", format!("For input string: \"{value}\""))
            }
            Kind::IntegerOf(_) if value.parse::<i32>().is_err() => Kind::Integer.check(value),
            Kind::OneOf(choices) | Kind::IntegerOf(choices) if choices.contains(&value) => Ok(()),
            Kind::OneOf(choices) | Kind::IntegerOf(choices) => {
                Err(format!("invalid choice: '{value}' (choose from {{{}}})", choices.join(",")))
            }
        }
    }
}

/// The names most like what was typed, if any is like it at all.
fn nearest(typed: &str, names: Vec<&str>) -> Vec<String> {
    let unlikeness = |name: &str| {
        let body = name.trim_start_matches('-');
        if body.starts_with(typed) { 0 } else { distance(typed, body) }
    };
    let mut rated: Vec<(usize, &str)> = names.into_iter().map(|name| (unlikeness(name), name)).collect();
    rated.sort_unstable();
    let Some(&(best, _)) = rated.first() else { return Vec::new() };
    let like = rated.into_iter().take_while(|(unlike, _)| *unlike == best && best < UNLIKE);
    like.map(|(_, name)| name.to_owned()).collect()
}

/// How far from `typed` to `name`: a letter swapped with its neighbour costs nothing, one changed 2, one added 1, one too many 4.
fn distance(typed: &str, name: &str) -> usize {
    let (typed, name): (Vec<char>, Vec<char>) = (typed.chars().collect(), name.chars().collect());
    let mut before: Vec<usize> = vec![0; name.len() + 1];
    let mut above: Vec<usize> = (0..=name.len()).collect();
    for i in 1..=typed.len() {
        let mut row = vec![i; name.len() + 1];
        for j in 1..=name.len() {
            let same = typed[i - 1] == name[j - 1];
            row[j] = above[j - 1] + if same { 0 } else { 2 };
            if i >= 2 && j >= 2 && !same && typed[i - 2] == name[j - 1] && typed[i - 1] == name[j - 2] {
                row[j] = row[j].min(before[j - 2]);
            }
            row[j] = row[j].min(above[j] + 4).min(row[j - 1] + 1);
        }
        before = above;
        above = row;
    }
    above[name.len()]
}

/// From here on two names have nothing to do with each other.
const UNLIKE: usize = 7;
