//! What spans many schemas: the table of APIs, the enums of records, the walk over every message, the lists of modules.

use std::fmt::Write as _;

use super::{Context, Kind, Result, Schema, Versions, capital, ensure, module_name};

/// Modules of `generated`.
pub fn root_module() -> String {
    MADE.to_owned()
        + "//! Types, codecs and tables made from the schema files.\n\n"
        + "pub mod apis;\npub mod headers;\npub mod messages;\npub mod records;\npub mod visit;\n"
}

/// Modules of a folder, their messages visible from it.
pub fn list(schemas: &[&Schema], doc: &str) -> String {
    let mut out = format!("{MADE}//! {doc}\n\n");
    let written = |schema: &&&Schema| schema.versions.is_some();
    for schema in schemas.iter().filter(written) {
        let _ = writeln!(out, "pub mod {};", module_name(schema));
    }
    out.push('\n');
    for schema in schemas.iter().filter(written) {
        let names: Vec<&str> = schema.messages.iter().map(|message| message.name.as_str()).collect();
        let _ = writeln!(out, "pub use {}::{{{}}};", module_name(schema), names.join(", "));
    }
    out
}

/// Folders of records.
pub fn groups<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let mut out =
        format!("{MADE}//! Records in Kafka's own topics and files, and what travels inside fields of messages.\n\n");
    for name in names {
        let _ = writeln!(out, "pub mod {name};");
    }
    out
}

/// One folder of records, with the enum over those that have type numbers.
pub fn group(name: &str, schemas: &[&Schema]) -> String {
    let mut out = list(schemas, &format!("Schemas of `records/{name}`."));
    let of = |kind: Kind| -> Vec<&Schema> {
        let mut found: Vec<&Schema> = schemas.iter().filter(|schema| schema.kind == kind).copied().collect();
        found.sort_by_key(|schema| schema.number);
        found
    };
    let records = of(Kind::Record);
    if !records.is_empty() {
        let uses = "use bytes::Bytes;\n\nuse crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, frame};\nuse crate::{Json, ToJson};";
        out = out.replacen("\npub mod", &format!("\n{uses}\n\npub mod"), 1);
        framed_enum(&mut out, name, &records);
    }
    let records = of(Kind::CoordinatorRecord);
    if !records.is_empty() {
        let uses = "use bytes::Bytes;\n\nuse crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, keyed};\nuse crate::{Json, ToJson};";
        out = out.replacen("\npub mod", &format!("\n{uses}\n\npub mod"), 1);
        keyed_enum(&mut out, name, &records);
    }
    out
}

/// Records that carry their type and version before their body.
fn framed_enum(out: &mut String, group: &str, records: &[&Schema]) {
    // In `storage`, the records of the topic of remote log metadata; what else is there has no type number.
    let name = if group == "storage" { "RemoteLogRecord".to_owned() } else { format!("{}Record", capital(group)) };
    let short = |schema: &Schema| schema.name.trim_end_matches("Record").to_owned();
    let _ = writeln!(
        out,
        "\n/// Any record of this group; what is on disk says which.\n#[derive(Clone, Debug, PartialEq)]\npub enum {name} {{"
    );
    for schema in records {
        let _ = writeln!(out, "{}({}),", short(schema), schema.name);
    }
    let _ = writeln!(
        out,
        "}}\n\nimpl {name} {{\n/// The record's type number.\npub fn number(&self) -> i16 {{ match self {{"
    );
    for schema in records {
        let _ = writeln!(out, "Self::{}(_) => {},", short(schema), schema.number.unwrap_or_default());
    }
    let _ = writeln!(
        out,
        "}} }}\n\n/// The record's name in its schema.\npub fn name(&self) -> &'static str {{ match self {{"
    );
    for schema in records {
        let _ = writeln!(out, "Self::{}(_) => {}::NAME,", short(schema), schema.name);
    }
    let _ = writeln!(
        out,
        "}} }}\n\n/// The versions this record can be written in.\npub fn versions(&self) -> std::ops::RangeInclusive<i16> {{ match self {{"
    );
    for schema in records {
        let _ = writeln!(out, "Self::{}(_) => {}::VERSIONS,", short(schema), schema.name);
    }
    let _ = writeln!(
        out,
        "}} }}\n\n/// Reads a record's value: which record, which version, and the record. Nothing may be left over.\npub fn decode_framed(value: &Bytes) -> Result<(Self, i16), DecodeError> {{\nlet (mut r, number, version) = frame::open(value)?;\nlet record = match number {{"
    );
    for schema in records {
        let number = schema.number.unwrap_or_default();
        let _ = writeln!(out, "{number} => Self::{}(Message::decode(&mut r, version)?),", short(schema));
    }
    let _ = writeln!(
        out,
        "_ => return Err(r.error(DecodeErrorKind::UnknownType(number))),\n}};\nr.finish()?;\nOk((record, version))\n}}\n\n/// Writes the value of a record.\npub fn encode_framed(&self, version: i16) -> Result<Bytes, EncodeError> {{\nlet mut w = frame::begin(self.number(), version);\nmatch self {{"
    );
    for schema in records {
        let _ = writeln!(out, "Self::{}(record) => record.encode(&mut w, version)?,", short(schema));
    }
    out.push_str("}\nOk(w.finish().into_bytes())\n}\n}\n\n");
    let _ = writeln!(out, "impl ToJson for {name} {{ fn to_json(&self, version: i16) -> Json {{ match self {{");
    for schema in records {
        let _ = writeln!(out, "Self::{}(record) => record.to_json(version),", short(schema));
    }
    out.push_str("} } }\n");
    for schema in records {
        let record = &schema.name;
        let _ = writeln!(
            out,
            "\nimpl From<{record}> for {name} {{ fn from(record: {record}) -> Self {{ Self::{}(record) }} }}",
            short(schema)
        );
    }
}

/// Records that are a key with a type, and a value with a version or none at all.
fn keyed_enum(out: &mut String, group: &str, records: &[&Schema]) {
    let name = format!("{}Record", capital(group));
    let _ = writeln!(
        out,
        "\n/// Any record of this coordinator: what it is about, and what is so, or None when it is gone (a tombstone).\n#[derive(Clone, Debug, PartialEq)]\npub enum {name} {{"
    );
    for schema in records {
        let short = &schema.name;
        let _ = writeln!(out, "{short}({short}Key, Option<{short}Value>),");
    }
    let _ = writeln!(
        out,
        "}}\n\nimpl {name} {{\n/// The record's type number, with which its key begins.\npub fn number(&self) -> i16 {{ match self {{"
    );
    for schema in records {
        let _ = writeln!(out, "Self::{}(..) => {},", schema.name, schema.number.unwrap_or_default());
    }
    let _ = writeln!(
        out,
        "}} }}\n\n/// The versions this record's value can be written in.\npub fn versions(&self) -> std::ops::RangeInclusive<i16> {{ match self {{"
    );
    for schema in records {
        let _ = writeln!(out, "Self::{0}(..) => {0}Value::VERSIONS,", schema.name);
    }
    let _ = writeln!(
        out,
        "}} }}\n\n/// Whether the record says that something is gone.\npub fn is_tombstone(&self) -> bool {{ match self {{"
    );
    for schema in records {
        let _ = writeln!(out, "Self::{}(_, value) => value.is_none(),", schema.name);
    }
    let _ = writeln!(
        out,
        "}} }}\n\n/// Reads a record of the log. A type that is not known is `DecodeErrorKind::UnknownType`: newer versions may add some.\npub fn decode(key: &Bytes, value: Option<&Bytes>) -> Result<Self, DecodeError> {{\nlet mut r = Reader::new(key);\nlet number = r.i16()?;\nOk(match number {{"
    );
    for schema in records {
        let _ = writeln!(
            out,
            "{} => Self::{}(Message::decode(&mut r, 0)?, keyed::value(value)?),",
            schema.number.unwrap_or_default(),
            schema.name
        );
    }
    let _ = writeln!(
        out,
        "_ => return Err(r.error(DecodeErrorKind::UnknownType(number.into()))),\n}})\n}}\n\n/// The key and the value as they stand in the log, the value in the version given.\npub fn encode(&self, version: i16) -> Result<(Bytes, Option<Bytes>), EncodeError> {{\nmatch self {{"
    );
    for schema in records {
        let _ = writeln!(
            out,
            "Self::{}(key, value) => keyed::encode({}, key, value.as_ref(), version),",
            schema.name,
            schema.number.unwrap_or_default()
        );
    }
    out.push_str(
        "}\n}\n\n/// The key, and the value as the version carries it, for tools to show.\npub fn to_json(&self, version: i16) -> (Json, Option<Json>) {\nmatch self {\n",
    );
    for schema in records {
        let name = &schema.name;
        let _ = writeln!(
            out,
            "Self::{name}(key, value) => (key.to_json(0), value.as_ref().map(|value| value.to_json(version))),"
        );
    }
    out.push_str("}\n}\n}\n");
}

/// The keys of APIs and what is known of each.
pub fn apis(schemas: &[&Schema]) -> Result<String> {
    let mut out = format!(
        "{MADE}//! Every API key, and the table behind `ApiKey`'s methods.\n\nuse crate::api::{{Api, Listener}};\n\n"
    );
    out.push_str(
        "#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]\n#[repr(i16)]\npub enum ApiKey {\n",
    );
    for (at, schema) in schemas.iter().enumerate() {
        let number = schema.number.context("an API without a key")?;
        ensure!(usize::try_from(number) == Ok(at), "{}: API keys have a gap before {number}", schema.path);
        for line in schema.doc.iter().take_while(|line| !line.is_empty()) {
            let _ = writeln!(out, "/// {line}");
        }
        let _ = writeln!(out, "{} = {number},", schema.name);
    }
    out.push_str("}\n\n/// In the order of the keys, without gaps.\npub(crate) static TABLE: &[Api] = &[\n");
    for schema in schemas {
        let versions = schema.versions.map(|Versions { from, to }| (from, to));
        let listeners: Vec<String> =
            schema.listeners.iter().map(|listener| format!("Listener::{}", capital(listener))).collect();
        let _ = writeln!(
            out,
            "Api {{ key: ApiKey::{name}, name: \"{name}\", versions: {versions:?}, latest_unstable: {}, flexible_from: {:?}, listeners: &[{}], response_header: {:?} }},",
            schema.latest_unstable,
            schema.flexible_from,
            listeners.join(", "),
            schema.response_header,
            name = schema.name,
        );
    }
    out.push_str("];\n");
    Ok(out)
}

/// The walk over all types of messages.
pub fn visit(schemas: &[Schema]) -> String {
    let mut out = format!(
        "{MADE}//! Every kind of message, for what must be done with all of them.\n\nuse crate::wire::Visitor;\n\n"
    );
    out.push_str("/// Shows the visitor every message there is: requests, responses, records, keys, values and headers.\npub fn visit_messages(visitor: &mut impl Visitor) {\n");
    for schema in schemas {
        let folder = match schema.path.rsplit_once('/') {
            Some((folder, _)) => folder.replace('/', "::"),
            None => "messages".into(),
        };
        for message in &schema.messages {
            let _ = writeln!(out, "visitor.visit::<super::{folder}::{}>();", message.name);
        }
    }
    out.push_str("}\n");
    out
}

const MADE: &str = "// Made by `cargo xtask codegen` from the files in schema/: edit those instead.\n\n";
