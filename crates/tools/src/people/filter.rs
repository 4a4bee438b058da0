//! `--where`: which records are wanted. `value.amount > 10 and key ~ "^eu-"`.
//!
//! Words are fields of a record (`topic`, `partition`, `offset`, `timestamp`, `key`, `value`, `header.NAME`); what follows
//! `value.` or `key.` is a path into JSON. A field that is not there is null, and null equals nothing but null.

use kampa_client::consumer::ConsumerRecord;
use regex::Regex;
use serde_json::Value;

/// An expression, read.
#[derive(Debug)]
pub enum Filter {
    Either(Box<Filter>, Box<Filter>),
    Both(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Compare(Operand, Comparison, Operand),
    Matches(Operand, Regex),
    /// A field alone: there, and neither false nor empty.
    Holds(Operand),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

#[derive(Debug)]
pub enum Operand {
    Topic,
    Partition,
    Offset,
    Timestamp,
    Key(Vec<Step>),
    Value(Vec<Step>),
    Header(String),
    Literal(Datum),
}

/// A step into JSON.
#[derive(Debug, PartialEq)]
pub enum Step {
    Field(String),
    Element(usize),
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
}

impl Filter {
    /// Reads an expression, or says what is wrong with it and where.
    pub fn read(text: &str) -> Result<Filter, String> {
        let mut reader = Reader { tokens: tokens(text)?, at: 0, depth: 0 };
        let filter = reader.either()?;
        match reader.next() {
            None => Ok(filter),
            Some(token) => Err(format!("{token} stands where the expression should end")),
        }
    }

    pub fn lets_through(&self, record: &ConsumerRecord) -> bool {
        match self {
            Filter::Either(a, b) => a.lets_through(record) || b.lets_through(record),
            Filter::Both(a, b) => a.lets_through(record) && b.lets_through(record),
            Filter::Not(inner) => !inner.lets_through(record),
            Filter::Compare(a, how, b) => how.holds(&a.of(record), &b.of(record)),
            Filter::Matches(field, pattern) => match field.of(record) {
                Datum::Null => false,
                datum => pattern.is_match(&datum.text()),
            },
            Filter::Holds(field) => {
                !matches!(field.of(record), Datum::Null | Datum::Bool(false))
                    && field.of(record) != Datum::Text(String::new())
            }
        }
    }
}

impl Comparison {
    fn holds(self, a: &Datum, b: &Datum) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        if self == Comparison::Contains {
            return *a != Datum::Null && a.text().contains(&b.text());
        }
        let order = match (a, b) {
            (Datum::Null, Datum::Null) => Some(Equal),
            (Datum::Null, _) | (_, Datum::Null) => None,
            // A number in a text is a number beside a number: keys and headers are always texts.
            _ => match (a.number(), b.number()) {
                (Some(a), Some(b)) => a.partial_cmp(&b),
                _ => Some(a.text().cmp(&b.text())),
            },
        };
        match self {
            Comparison::Equal => order == Some(Equal),
            Comparison::Unequal => order != Some(Equal),
            Comparison::Less => order == Some(Less),
            Comparison::LessOrEqual => matches!(order, Some(Less | Equal)),
            Comparison::Greater => order == Some(Greater),
            Comparison::GreaterOrEqual => matches!(order, Some(Greater | Equal)),
            Comparison::Contains => false,
        }
    }
}

impl Operand {
    fn of(&self, record: &ConsumerRecord) -> Datum {
        match self {
            Operand::Topic => Datum::Text(record.topic.to_string()),
            Operand::Partition => Datum::Number(f64::from(record.partition)),
            Operand::Offset => Datum::Number(record.offset as f64),
            Operand::Timestamp => Datum::Number(record.timestamp_ms as f64),
            Operand::Key(path) => within(record.key.as_deref(), path),
            Operand::Value(path) => within(record.value.as_deref(), path),
            Operand::Header(name) => {
                let found = record.headers.iter().find(|header| header.key == name.as_bytes());
                within(found.and_then(|header| header.value.as_deref()), &[])
            }
            Operand::Literal(datum) => datum.clone(),
        }
    }
}

/// The bytes as text, or what a path into their JSON leads to.
fn within(bytes: Option<&[u8]>, path: &[Step]) -> Datum {
    let Some(bytes) = bytes else { return Datum::Null };
    if path.is_empty() {
        return Datum::Text(String::from_utf8_lossy(bytes).into_owned());
    }
    let Ok(whole) = serde_json::from_slice::<Value>(bytes) else { return Datum::Null };
    let step = |value: &Value, step: &Step| match step {
        Step::Field(name) => value.get(name).cloned(),
        Step::Element(index) => value.get(index).cloned(),
    };
    match path.iter().try_fold(whole, |value, one| step(&value, one)) {
        None | Some(Value::Null) => Datum::Null,
        Some(Value::Bool(value)) => Datum::Bool(value),
        Some(Value::Number(number)) => number.as_f64().map_or(Datum::Text(number.to_string()), Datum::Number),
        Some(Value::String(text)) => Datum::Text(text),
        Some(other) => Datum::Text(other.to_string()),
    }
}

impl Datum {
    fn text(&self) -> String {
        match self {
            Datum::Null => String::new(),
            Datum::Bool(value) => value.to_string(),
            Datum::Number(number) => number.to_string(),
            Datum::Text(text) => text.clone(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Datum::Number(number) => Some(*number),
            Datum::Text(text) => text.trim().parse().ok(),
            Datum::Null | Datum::Bool(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Token::Word(word) => f.write_str(word),
            Token::Quoted(text) => write!(f, "{text:?}"),
            Token::Sign(sign) => f.write_str(sign),
        }
    }
}

/// Longer ones first.
const SIGNS: [&str; 13] = ["==", "!=", "<=", ">=", "!~", "&&", "||", "=", "<", ">", "~", "(", ")"];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let (mut rest, mut tokens) = (text.trim_start(), Vec::new());
    while let Some(first) = rest.chars().next() {
        let taken = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else if first == '"' || first == '\'' {
            let end = rest[1..].find(first).ok_or_else(|| format!("the text {rest} has no end"))?;
            tokens.push(Token::Quoted(rest[1..=end].to_owned()));
            end + 2
        } else if first == '!' {
            tokens.push(Token::Word("not".into()));
            1
        } else {
            let ends = |c: char| c.is_whitespace() || "=!<>~()&|\"'".contains(c);
            let end = rest.find(ends).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("{first} means nothing here"));
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            end
        };
        rest = rest[taken..].trim_start();
    }
    Ok(tokens)
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn takes(&mut self, words: [&str; 2]) -> bool {
        let found = match self.tokens.get(self.at) {
            Some(Token::Word(word)) => words.contains(&word.as_str()),
            Some(Token::Sign(sign)) => words.contains(sign),
            _ => false,
        };
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Filter, String> {
        let mut filter = self.both()?;
        while self.takes(["or", "||"]) {
            filter = Filter::Either(Box::new(filter), Box::new(self.both()?));
        }
        Ok(filter)
    }

    fn both(&mut self) -> Result<Filter, String> {
        let mut filter = self.one()?;
        while self.takes(["and", "&&"]) {
            filter = Filter::Both(Box::new(filter), Box::new(self.one()?));
        }
        Ok(filter)
    }

    fn one(&mut self) -> Result<Filter, String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!("more than {DEPTH_MAX} brackets and negations"));
        }
        let filter = if self.takes(["not", "not"]) {
            Filter::Not(Box::new(self.one()?))
        } else if self.takes(["(", "("]) {
            let inner = self.either()?;
            if !self.takes([")", ")"]) {
                return Err("a bracket is not closed".into());
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn comparison(&mut self) -> Result<Filter, String> {
        let left = self.operand()?;
        let sign = match self.tokens.get(self.at) {
            Some(Token::Sign(sign)) => *sign,
            Some(Token::Word(word)) if word == "contains" => "contains",
            _ => return Ok(Filter::Holds(left)),
        };
        let comparison = match sign {
            "==" | "=" => Comparison::Equal,
            "!=" => Comparison::Unequal,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            "contains" => Comparison::Contains,
            "~" | "!~" => {
                self.at += 1;
                let matches = Filter::Matches(left, self.pattern()?);
                return Ok(if sign == "~" { matches } else { Filter::Not(Box::new(matches)) });
            }
            _ => return Ok(Filter::Holds(left)),
        };
        self.at += 1;
        Ok(Filter::Compare(left, comparison, self.operand()?))
    }

    fn pattern(&mut self) -> Result<Regex, String> {
        match self.next() {
            Some(Token::Word(text) | Token::Quoted(text)) => Regex::new(&text).map_err(|e| {
                // Above its last line a pattern's error draws where it is wrong; here it is one of several words.
                format!("{text} is no pattern: {}", e.to_string().lines().last().unwrap_or_default())
            }),
            _ => Err("a pattern must follow ~".into()),
        }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        match self.next() {
            None => Err("the expression ends too early".into()),
            Some(Token::Quoted(text)) => Ok(Operand::Literal(Datum::Text(text))),
            Some(Token::Sign(sign)) => Err(format!("{sign} stands where a field or a value should")),
            Some(Token::Word(word)) => operand(&word),
        }
    }
}

fn operand(word: &str) -> Result<Operand, String> {
    if let Ok(number) = word.parse::<f64>() {
        return Ok(Operand::Literal(Datum::Number(number)));
    }
    let (name, rest) = word.find(['.', '[']).map_or((word, ""), |at| word.split_at(at));
    match (name, rest) {
        ("true", "") => Ok(Operand::Literal(Datum::Bool(true))),
        ("false", "") => Ok(Operand::Literal(Datum::Bool(false))),
        ("null", "") => Ok(Operand::Literal(Datum::Null)),
        ("topic", "") => Ok(Operand::Topic),
        ("partition", "") => Ok(Operand::Partition),
        ("offset", "") => Ok(Operand::Offset),
        ("timestamp", "") => Ok(Operand::Timestamp),
        ("key", path) => Ok(Operand::Key(steps(path)?)),
        ("value", path) => Ok(Operand::Value(steps(path)?)),
        ("header", name) if name.len() > 1 && name.starts_with('.') => Ok(Operand::Header(name[1..].to_owned())),
        _ => Err(format!(
            "{word} is no field (topic, partition, offset, timestamp, key, value, value.path, header.name); a text stands in quotes"
        )),
    }
}

/// `.a.b[0]`
fn steps(path: &str) -> Result<Vec<Step>, String> {
    let (mut rest, mut steps) = (path, Vec::new());
    while !rest.is_empty() {
        let wrong = || format!("{path} is no path such as .a.b[0]");
        let step;
        (step, rest) = if let Some(inner) = rest.strip_prefix('[') {
            let (index, rest) = inner.split_once(']').ok_or_else(wrong)?;
            (Step::Element(index.parse().map_err(|_| wrong())?), rest)
        } else {
            let inner = rest.strip_prefix('.').ok_or_else(wrong)?;
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let (name, rest) = inner.split_at(end);
            if name.is_empty() {
                return Err(wrong());
            }
            (Step::Field(name.to_owned()), rest)
        };
        steps.push(step);
    }
    Ok(steps)
}

/// Deeper than anybody writes, and far from the end of the stack.
const DEPTH_MAX: usize = 64;

#[cfg(test)]
mod tests;
