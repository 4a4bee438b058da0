//! Reads the notation of the schema files; `crates/protocol/schema/README.md` describes it.
//!
//! Every complaint names the file and the line.

use anyhow::{Context, Result, bail, ensure};

use crate::model::{Field, Kind, Literal, Message, Primitive, Schema, Struct, Type, Versions};

pub fn parse(path: &str, text: &str) -> Result<Schema> {
    let mut lines = Lines { all: text.lines().collect(), at: 0 };
    let schema = file(path, &mut lines);
    schema.with_context(|| format!("crates/protocol/schema/{path}:{}", lines.at.max(1)))
}

struct Lines<'a> {
    all: Vec<&'a str>,
    at: usize,
}

impl<'a> Lines<'a> {
    /// The comment lines from here on, and the line of words after them.
    fn next(&mut self) -> Option<(Vec<String>, &'a str)> {
        let mut doc = Vec::new();
        while let Some(line) = self.all.get(self.at) {
            self.at += 1;
            match line.trim().strip_prefix('#') {
                Some(comment) => doc.push(comment.strip_prefix(' ').unwrap_or(comment).to_owned()),
                None if line.trim().is_empty() => {}
                None => return Some((doc, line.trim())),
            }
        }
        None
    }
}

fn file(path: &str, lines: &mut Lines<'_>) -> Result<Schema> {
    let (doc, title) = lines.next().context("the file is empty")?;
    ensure!(!doc.is_empty(), "a file opens with a comment that says what it is for");
    let mut schema = titled(title)?;
    schema.path = path.to_owned();
    schema.doc = doc;
    let mut blocks = Vec::new();
    let mut shared = Vec::new();
    while let Some((doc, line)) = lines.next() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["versions", "none"] => schema.versions = None,
            ["versions", range] => schema.versions = Some(versions(range, Versions { from: 0, to: i16::MAX })?),
            ["flexible", "none"] => schema.flexible_from = None,
            ["flexible", first] => schema.flexible_from = Some(first.trim_end_matches('+').parse()?),
            ["unstable", "latest"] => schema.latest_unstable = true,
            ["listeners", names @ ..] => schema.listeners = names.iter().map(|name| (*name).to_owned()).collect(),
            ["response", "header", version] => schema.response_header = Some(version.parse()?),
            ["struct", ..] => shared.push(shared_struct(&schema, doc, line, lines)?),
            [word, "{"] => blocks.push(block(&schema, doc, word, lines)?),
            _ => bail!("not understood: {line}"),
        }
    }
    let wanted: &[&str] = match (schema.kind, schema.versions) {
        (_, None) => &[],
        (Kind::Api, _) => &["request", "response"],
        (Kind::CoordinatorRecord, _) => &["key", "value"],
        _ => &["fields"],
    };
    let found: Vec<&str> = blocks.iter().map(|(word, _)| word.as_str()).collect();
    ensure!(found == wanted, "the blocks are {found:?}, wanted {wanted:?}");
    for (word, mut message) in blocks {
        // Keys are flat.
        message.shared = if word == "key" { Vec::new() } else { shared.clone() };
        if let Err((line, what)) = check(&message) {
            lines.at = line;
            bail!(what);
        }
        schema.messages.push(message);
    }
    Ok(schema)
}

/// `api 0 Produce`, `record 2 TopicRecord`, `coordinator record 1 OffsetCommit`, `data AbortedTxn`, `header RequestHeader`.
fn titled(title: &str) -> Result<Schema> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let (kind, number, name) = match words.as_slice() {
        ["api", number, name] => (Kind::Api, Some(number), name),
        ["record", number, name] => (Kind::Record, Some(number), name),
        ["coordinator", "record", number, name] => (Kind::CoordinatorRecord, Some(number), name),
        ["data", name] => (Kind::Data, None, name),
        ["header", name] => (Kind::Header, None, name),
        _ => bail!("not a title: {title}"),
    };
    Ok(Schema {
        path: String::new(),
        doc: Vec::new(),
        kind,
        name: (*name).to_owned(),
        number: number.map(|number| number.parse()).transpose().context("the number")?,
        versions: None,
        flexible_from: None,
        latest_unstable: false,
        listeners: Vec::new(),
        response_header: None,
        messages: Vec::new(),
    })
}

fn block(schema: &Schema, doc: Vec<String>, word: &str, lines: &mut Lines<'_>) -> Result<(String, Message)> {
    let all = schema.versions.context("an API without versions has no fields")?;
    let suffix = match word {
        "request" => "Request",
        "response" => "Response",
        "key" => "Key",
        "value" => "Value",
        "fields" => "",
        _ => bail!("{word} is not a block"),
    };
    let name = format!("{}{suffix}", schema.name);
    // A coordinator record's key has one version and is never flexible: whoever compacts the log compares its bytes.
    let (versions, flexible_from) =
        if word == "key" { (Versions { from: 0, to: 0 }, None) } else { (all, schema.flexible_from) };
    let root = Struct { name: name.clone(), doc, versions, fields: fields(lines, versions)? };
    Ok((word.to_owned(), Message { name, versions, flexible_from, root, shared: Vec::new() }))
}

/// `struct TaskIds {` or `struct Node, in 1+ {`.
fn shared_struct(schema: &Schema, doc: Vec<String>, line: &str, lines: &mut Lines<'_>) -> Result<Struct> {
    let all = schema.versions.context("an API without versions has no structs")?;
    let body = line.strip_prefix("struct ").and_then(|rest| rest.strip_suffix('{')).context("a struct ends with {")?;
    let (name, range) = match body.trim().split_once(", in ") {
        Some((name, range)) => (name, versions(range, all)?),
        None => (body.trim(), all),
    };
    Ok(Struct { name: name.to_owned(), doc, versions: range, fields: fields(lines, range)? })
}

fn fields(lines: &mut Lines<'_>, around: Versions) -> Result<Vec<Field>> {
    let mut found = Vec::new();
    loop {
        let (doc, line) = lines.next().context("a block without its }")?;
        if line == "}" {
            return Ok(found);
        }
        let number = lines.at;
        let (line, opens) = match line.strip_suffix('{') {
            Some(rest) => (rest.trim_end(), true),
            None => (line, false),
        };
        let mut field = field(line, around)?;
        (field.line, field.doc) = (number, doc);
        if opens {
            let Type::Shared(name) = field.of else { bail!("only a struct has fields of its own") };
            field.of = Type::Inline(Struct {
                name,
                doc: Vec::new(),
                versions: field.versions,
                fields: fields(lines, field.versions)?,
            });
        }
        found.push(field);
    }
}

/// `name: type`, then `?` for nullable, `= default`, and after commas: `in 3+`, `null 1-4`, `tag 0`, `key`, `ignorable`,
/// `never flexible`.
fn field(line: &str, around: Versions) -> Result<Field> {
    let mut parts = line.split(", ");
    let (name, what) = parts.next().and_then(|first| first.split_once(": ")).context("a field is `name: type`")?;
    let (what, default) = match what.split_once(" = ") {
        Some((what, default)) => (what, Some(literal(default)?)),
        None => (what, None),
    };
    let (what, always_nullable) = what.strip_suffix('?').map_or((what, false), |what| (what, true));
    let (what, array) = match what.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => (inner, true),
        None => (what, false),
    };
    let of = match Primitive::parse(what) {
        Some(primitive) => Type::Primitive(primitive),
        None if what.starts_with(|c: char| c.is_ascii_uppercase()) => Type::Shared(what.to_owned()),
        None => bail!("{what} is not a type"),
    };
    let mut field = Field {
        line: 0,
        name: name.to_owned(),
        doc: Vec::new(),
        array,
        of,
        versions: around,
        nullable: None,
        default,
        tag: None,
        key: false,
        ignorable: false,
        never_flexible: false,
    };
    for part in parts {
        match part.split_once(' ').unwrap_or((part, "")) {
            ("in", range) => field.versions = versions(range, around)?,
            ("null", range) => field.nullable = Some(versions(range, around)?),
            ("tag", number) => field.tag = Some(number.parse().context("the tag")?),
            ("key", "") => field.key = true,
            ("ignorable", "") => field.ignorable = true,
            ("never", "flexible") => field.never_flexible = true,
            _ => bail!("not understood: {part}"),
        }
    }
    if always_nullable {
        ensure!(field.nullable.is_none(), "`?` says nullable already");
        field.nullable = Some(field.versions);
    }
    Ok(field)
}

fn literal(word: &str) -> Result<Literal> {
    Ok(match word {
        "null" => Literal::Null,
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        number => Literal::Int(number.parse().with_context(|| format!("{number} is not a default"))?),
    })
}

/// `3`, `3+` or `3-5`; `+` means up to the last version of what is around it.
fn versions(range: &str, around: Versions) -> Result<Versions> {
    let found = if let Some(from) = range.strip_suffix('+') {
        Versions { from: from.parse()?, to: around.to }
    } else if let Some((from, to)) = range.split_once('-') {
        Versions { from: from.parse()?, to: to.parse()? }
    } else {
        Versions { from: range.parse()?, to: range.parse()? }
    };
    ensure!(found.from <= found.to && around.covers(found), "versions {range} are not within those around them");
    Ok(found)
}

/// What the generator relies on; a complaint comes with its line.
fn check(message: &Message) -> Result<(), (usize, String)> {
    check_struct(message, &message.root)?;
    message.shared.iter().try_for_each(|one| check_struct(message, one))
}

fn check_struct(message: &Message, one: &Struct) -> Result<(), (usize, String)> {
    for (at, field) in one.fields.iter().enumerate() {
        if let Type::Inline(inner) = &field.of {
            check_struct(message, inner)?;
        }
        let null_can_be_said = field.array
            || !matches!(field.of, Type::Primitive(p) if !matches!(p, Primitive::String | Primitive::Bytes | Primitive::Records));
        let wrong = [
            (matches!(&field.of, Type::Shared(name) if message.shared(name).is_none()), "no such struct"),
            (field.tag.is_some() && !message.is_flexible(field.versions.from), "tagged before the message is flexible"),
            (field.nullable.is_some_and(|null| !field.versions.covers(null)), "nullable where it is not carried"),
            (
                field.tag.is_some() && field.nullable.is_some_and(|null| null != field.versions),
                "tagged, yet not always nullable",
            ),
            (field.nullable.is_none() && field.default == Some(Literal::Null), "null by default, yet never nullable"),
            (field.nullable.is_some() && !null_can_be_said, "a number cannot be null"),
            (field.tag.is_some() && one.fields[..at].iter().any(|other| other.tag == field.tag), "its tag is taken"),
            (one.fields[..at].iter().any(|other| other.name == field.name), "its name is taken"),
        ];
        if let Some((_, what)) = wrong.iter().find(|(wrong, _)| *wrong) {
            return Err((field.line, format!("{}: {what}", field.name)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
