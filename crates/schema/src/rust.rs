//! The Rust that a schema becomes: its types, how they are decoded and encoded, and the tables over all of them.
//!
//! The code is kept small for the compiler's sake: one function each way per struct, calling the runtime in
//! `protocol::wire` for everything that is not specific to the struct. Layout is rustfmt's business.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use crate::model::{Field, Kind, Literal, Message, Primitive, Schema, Struct, Type, Versions};

mod errors;
mod fields;
mod tables;

pub use tables::{apis, group, groups, list, root_module, visit};

/// The module of a schema: its file's name, without a number and with underscores.
pub fn module_name(schema: &Schema) -> String {
    let file = schema.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".kafka");
    file.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').replace('-', "_")
}

/// The file of a schema: its messages and their structs.
pub fn module(schema: &Schema) -> String {
    let mut out = notice(&schema.path);
    for line in &schema.doc {
        let _ = writeln!(out, "//! {line}");
    }
    out.push('\n');
    let head = out.len();
    let mut written = BTreeSet::new();
    for message in &schema.messages {
        let place = Place { schema, message };
        place.structure(&mut out, &message.root, None);
        inline(&place, &mut out, &message.root, &mut written);
        for one in message.shared.iter().filter(|one| used(message, &one.name)) {
            if written.insert(one.name.clone()) {
                place.structure(&mut out, one, None);
                inline(&place, &mut out, one, &mut written);
            }
        }
    }
    if schema.kind == Kind::Api {
        let name = &schema.name;
        let _ = writeln!(
            out,
            "impl Request for {name}Request {{ const KEY: ApiKey = ApiKey::{name}; type Response = {name}Response; }}"
        );
    }
    let body = out.split_off(head);
    out + &imports(&body) + &body
}

/// A message within its file.
struct Place<'a> {
    schema: &'a Schema,
    message: &'a Message,
}

fn inline(place: &Place<'_>, out: &mut String, one: &Struct, written: &mut BTreeSet<String>) {
    for field in &one.fields {
        if let Type::Inline(inner) = &field.of {
            written.insert(inner.name.clone());
            place.structure(out, inner, Some(format!("{}::{}", one.name, field.name)));
            inline(place, out, inner, written);
        }
    }
}

/// Whether a message reaches a shared struct.
fn used(message: &Message, name: &str) -> bool {
    fn within(message: &Message, one: &Struct, name: &str) -> bool {
        one.fields.iter().any(|field| match &field.of {
            Type::Primitive(_) => false,
            Type::Inline(inner) => within(message, inner, name),
            Type::Shared(other) => {
                other == name || message.shared(other).is_some_and(|other| within(message, other, name))
            }
        })
    }
    within(message, &message.root, name)
}

impl Place<'_> {
    fn structure(&self, out: &mut String, one: &Struct, at: Option<String>) {
        let top = one.name == self.message.name;
        self.definition(out, one, at, top);
        self.default(out, one);
        let heading = if top { format!("impl Message for {}", one.name) } else { format!("impl {}", one.name) };
        let _ = writeln!(out, "{heading} {{");
        if top {
            let Versions { from, to } = self.message.versions;
            let _ = writeln!(out, "const NAME: &'static str = \"{}\";", one.name);
            let _ = writeln!(out, "const VERSIONS: std::ops::RangeInclusive<i16> = {from}..={to};\n");
        }
        self.decode(out, one, top);
        out.push('\n');
        self.encode(out, one, top);
        out.push_str("}\n\n");
        self.each_error(out, one);
        if matches!(self.schema.kind, Kind::Record | Kind::CoordinatorRecord | Kind::Data) {
            self.json(out, one);
        }
    }

    /// What tools show of records. Requests and responses are shown by nobody, and stay smaller without.
    fn json(&self, out: &mut String, one: &Struct) {
        let mut body = String::new();
        for field in &one.fields {
            let part = if field.tag.is_some() { self.flexible_part(one) } else { one.versions };
            let when = [condition(field.versions, part), field.tag.map(|_| field.differs_from_default())];
            let when: Vec<String> = when.into_iter().flatten().collect();
            let (key, name) = (camel_case(&field.name), field.rust_name());
            let put = format!("to.put(\"{key}\", &self.{name}, version);");
            let _ = if when.is_empty() {
                writeln!(body, "{put}")
            } else {
                writeln!(body, "if {} {{ {put} }}", when.join(" && "))
            };
        }
        let (to, version) = if one.fields.is_empty() { ("let to", "_version") } else { ("let mut to", "version") };
        let _ = writeln!(
            out,
            "impl ToJson for {} {{ fn to_json(&self, {version}: i16) -> Json {{\n{to} = JsonObject::default();\n{body}to.into()\n}} }}\n",
            one.name
        );
    }

    fn definition(&self, out: &mut String, one: &Struct, at: Option<String>, top: bool) {
        let words = match (self.schema.kind, self.message.name.strip_prefix(&self.schema.name)) {
            _ if !one.doc.is_empty() => one.doc.clone(),
            _ if !top => {
                vec![at.map_or_else(|| "In several places of this message.".into(), |at| format!("In `{at}`."))]
            }
            (Kind::Api, Some("Request")) => vec![format!("What is asked; versions {}.", shown(one.versions))],
            (Kind::Api, _) => vec![format!("What is answered; versions {}.", shown(one.versions))],
            (_, Some("Key")) => vec!["What the record is about.".into()],
            _ => vec![format!("Versions {}.", shown(one.versions))],
        };
        comment(out, &words);
        let derived = if one.fields.iter().all(Field::is_zero_by_default) { ", Default" } else { "" };
        let _ = writeln!(out, "#[derive(Clone, Debug, PartialEq{derived})]\npub struct {} {{", one.name);
        for field in &one.fields {
            let mut words = field.doc.clone();
            words.extend(field.footnote(one.versions));
            comment(out, &words);
            let _ = writeln!(out, "pub {}: {},", field.rust_name(), field.rust_type());
        }
        if self.message.flexible_from.is_some() {
            out.push_str("/// Tagged fields that have no name here.\npub unknown_tags: Vec<UnknownTag>,\n");
        }
        out.push_str("}\n\n");
    }

    fn default(&self, out: &mut String, one: &Struct) {
        if one.fields.iter().all(Field::is_zero_by_default) {
            return;
        }
        let _ = writeln!(out, "impl Default for {} {{ fn default() -> Self {{ Self {{", one.name);
        for field in &one.fields {
            let _ = writeln!(out, "{}: {},", field.rust_name(), field.rust_default());
        }
        if self.message.flexible_from.is_some() {
            out.push_str("unknown_tags: Vec::new(),\n");
        }
        out.push_str("} } }\n\n");
    }

    fn decode(&self, out: &mut String, one: &Struct, top: bool) {
        let mut body = String::new();
        if top {
            body.push_str("r.check_version(Self::VERSIONS, version)?;\n");
        }
        for field in &one.fields {
            let name = field.local_name();
            if field.tag.is_some() {
                let _ = writeln!(body, "let mut {name} = {};", field.rust_default());
                continue;
            }
            let read = field.read(&self.flexible(one, field));
            let _ = match condition(field.versions, one.versions) {
                None => writeln!(body, "let {name} = {read};"),
                Some(when) => {
                    writeln!(body, "let {name} = if {when} {{ {read} }} else {{ {} }};", field.rust_default())
                }
            };
        }
        self.decode_tags(&mut body, one);
        body.push_str("Ok(Self {");
        for field in &one.fields {
            let (name, local) = (field.rust_name(), field.local_name());
            let _ = if name == local { write!(body, "{name}, ") } else { write!(body, "{name}: {local}, ") };
        }
        if self.message.flexible_from.is_some() {
            body.push_str("unknown_tags");
        }
        body.push_str("})\n}\n");
        let (visible, version) = (if top { "" } else { "pub(crate) " }, version_argument(&body));
        let _ = writeln!(out, "{visible}fn decode(r: &mut Reader<'_>, {version}: i16) -> Result<Self, DecodeError> {{");
        self.flexible_line(out, &body);
        out.push_str(&body);
    }

    fn decode_tags(&self, body: &mut String, one: &Struct) {
        if self.message.flexible_from.is_none() {
            return;
        }
        let mut arms = String::new();
        for field in one.fields.iter().filter(|field| field.tag.is_some()) {
            let (tag, name) = (field.tag.unwrap_or_default(), field.local_name());
            let read = field.read("true");
            // Where the struct is older than the tag, a version may meet it too early.
            let _ = match condition(field.versions, self.flexible_part(one)) {
                None => writeln!(arms, "{tag} => {name} = {read},"),
                Some(when) => writeln!(
                    arms,
                    "{tag} if {when} => {name} = {read},\n{tag} => return Err(r.error(DecodeErrorKind::Tag({tag}))),"
                ),
            };
        }
        let read = if arms.is_empty() {
            "r.unknown_tags()?".to_owned()
        } else {
            format!("r.tags(|tag, r| {{ match tag {{ {arms} _ => return Ok(false), }} Ok(true) }})?")
        };
        let _ = match self.flexible_word(one) {
            "true" => writeln!(body, "let unknown_tags = {read};"),
            "false" => writeln!(body, "let unknown_tags = Vec::new();"),
            word => writeln!(body, "let unknown_tags = if {word} {{ {read} }} else {{ Vec::new() }};"),
        };
    }

    fn encode(&self, out: &mut String, one: &Struct, top: bool) {
        let mut body = String::new();
        if top {
            body.push_str("w.check_version(Self::VERSIONS, version)?;\n");
        }
        for field in &one.fields {
            let name = field.name.as_str();
            let when = condition(field.versions, one.versions);
            let refuse = format!("return Err(EncodeError::NotCarried {{ field: \"{name}\", version }});");
            let write = field.write(&self.flexible(one, field));
            let unset = field.differs_from_default();
            let _ = match (field.tag, when, field.ignorable) {
                (Some(_), None, _) | (Some(_), Some(_), true) => Ok(()),
                (Some(_), Some(when), false) => writeln!(body, "if {} && {unset} {{ {refuse} }}", opposite(&when)),
                (None, None, _) => writeln!(body, "{write}"),
                (None, Some(when), true) => writeln!(body, "if {when} {{ {write} }}"),
                (None, Some(when), false) => writeln!(body, "if {when} {{ {write} }} else if {unset} {{ {refuse} }}"),
            };
        }
        self.encode_tags(&mut body, one);
        body.push_str("Ok(())\n}\n");
        let (visible, version) = (if top { "" } else { "pub(crate) " }, version_argument(&body));
        let w = if mentions(&body, "w") { "w" } else { "_w" };
        let _ =
            writeln!(out, "{visible}fn encode(&self, {w}: &mut Writer, {version}: i16) -> Result<(), EncodeError> {{");
        self.flexible_line(out, &body);
        out.push_str(&body);
    }

    fn encode_tags(&self, body: &mut String, one: &Struct) {
        let mut tagged: Vec<(&Field, String)> = one
            .fields
            .iter()
            .filter(|field| field.tag.is_some())
            .map(|field| {
                let differs = field.differs_from_default();
                let when = condition(field.versions, self.flexible_part(one));
                (field, when.map_or(differs.clone(), |when| format!("{when} && {differs}")))
            })
            .collect();
        tagged.sort_by_key(|(field, _)| field.tag);
        let mut write = String::new();
        if tagged.is_empty() {
            write.push_str("w.unknown_tags(&self.unknown_tags)?;");
        } else {
            let count: Vec<String> = tagged.iter().map(|(_, when)| format!("usize::from({when})")).collect();
            let _ = writeln!(write, "let mut tags = w.tags({}, &self.unknown_tags);", count.join(" + "));
            for (field, when) in &tagged {
                let (tag, value) = (field.tag.unwrap_or_default(), field.write("true"));
                let _ = writeln!(write, "if {when} {{ tags.put(w, {tag}, |w| {{ {value} Ok(()) }})?; }}");
            }
            write.push_str("tags.finish(w)?;");
        }
        let refuse = "return Err(EncodeError::NotCarried { field: \"unknown_tags\", version });";
        let _ = match (self.message.flexible_from, self.flexible_word(one)) {
            (None, _) => Ok(()),
            (_, "true") => writeln!(body, "{write}"),
            (_, "false") => writeln!(body, "if !self.unknown_tags.is_empty() {{ {refuse} }}"),
            (_, word) => writeln!(body, "if {word} {{ {write} }} else if !self.unknown_tags.is_empty() {{ {refuse} }}"),
        };
    }

    /// `true`, `false`, or the name of the variable that knows.
    fn flexible(&self, one: &Struct, field: &Field) -> String {
        if field.never_flexible { "false".into() } else { self.flexible_word(one).into() }
    }

    fn flexible_word(&self, one: &Struct) -> &'static str {
        match self.message.flexible_from {
            None => "false",
            Some(first) if first <= one.versions.from => "true",
            Some(first) if first > one.versions.to => "false",
            Some(_) => "flexible",
        }
    }

    /// The flexible ones of a struct's versions: tagged fields are only ever met there.
    fn flexible_part(&self, one: &Struct) -> Versions {
        let first = self.message.flexible_from.unwrap_or(one.versions.from);
        Versions { from: one.versions.from.max(first), to: one.versions.to }
    }

    fn flexible_line(&self, out: &mut String, body: &str) {
        if let Some(first) = self.message.flexible_from.filter(|_| mentions(body, "flexible")) {
            let _ = writeln!(out, "let flexible = version >= {first};");
        }
    }
}

/// When a field's versions are fewer than those around it: the test for it.
fn condition(inner: Versions, outer: Versions) -> Option<String> {
    match (inner.from > outer.from, inner.to < outer.to) {
        (false, false) => None,
        _ if inner.from == inner.to => Some(format!("version == {}", inner.from)),
        (true, false) => Some(format!("version >= {}", inner.from)),
        (false, true) => Some(format!("version <= {}", inner.to)),
        (true, true) => Some(format!("({}..={}).contains(&version)", inner.from, inner.to)),
    }
}

/// The test for the versions that a condition leaves out.
fn opposite(condition: &str) -> String {
    for (word, turned) in [(" >= ", " < "), (" <= ", " > "), (" == ", " != ")] {
        if condition.contains(word) {
            return condition.replace(word, turned);
        }
    }
    format!("!{condition}")
}

/// Kafka's own way to write a field's name.
fn camel_case(name: &str) -> String {
    // One word to us and two to Kafka.
    let name = name.replace("kraft", "k_raft");
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capital(word))
}

fn version_argument(body: &str) -> &'static str {
    if mentions(body, "flexible") || mentions(body, "version") { "version" } else { "_version" }
}

/// Whether the name stands in the text as a word of its own, and not as a field of something.
fn mentions(text: &str, name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let after = |at: usize| text[at + name.len()..].chars().next().filter(|c| *c != '.');
    text.match_indices(name).any(|(at, _)| !part(text[..at].chars().next_back()) && !part(after(at)))
}

fn shown(versions: Versions) -> String {
    if versions.from == versions.to { versions.from.to_string() } else { format!("{}-{}", versions.from, versions.to) }
}

fn comment(out: &mut String, words: &[String]) {
    for line in words {
        let _ = writeln!(out, "/// {line}");
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn notice(path: &str) -> String {
    format!("// Made by `cargo xtask codegen` from schema/{path}: edit that instead.\n\n")
}

/// The imports that a body needs.
fn imports(body: &str) -> String {
    let code: String = body.lines().filter(|line| !line.starts_with("///")).flat_map(|line| [line, "\n"]).collect();
    let body = code.as_str();
    let pick = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().filter(|name| mentions(body, name)).copied().collect()
    };
    let mut out = String::new();
    if mentions(body, "Bytes") {
        out.push_str("use bytes::Bytes;\n\n");
    }
    let runtime = [
        "DecodeError",
        "DecodeErrorKind",
        "EncodeError",
        "Message",
        "Reader",
        "Request",
        "Response",
        "UnknownTag",
        "Writer",
    ];
    let _ = writeln!(out, "use crate::wire::{{{}}};", pick(&runtime).join(", "));
    let types = pick(&["ApiKey", "Json", "JsonObject", "Records", "Text", "ToJson", "Uuid"]);
    if !types.is_empty() {
        let _ = writeln!(out, "use crate::{{{}}};", types.join(", "));
    }
    out + "\n"
}
