//! Records as Kafka's tools print them: JSON without spaces, fields in the schema's order under Kafka's names.
//!
//! A tagged field is shown when it differs from its default, bytes are base64, what a version does not carry is left out. The
//! printing is Jackson's, to the byte. Only written here, never read.

use std::fmt;

use bytes::Bytes;

use crate::{Text, Uuid};

/// Something that Kafka's tools show as JSON.
pub trait ToJson {
    /// What the version carries of it.
    fn to_json(&self, version: i16) -> Json;
}

/// A value. Displayed as Jackson prints it.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Text),
    Bytes(Bytes),
    List(Vec<Json>),
    Object(JsonObject),
}

/// Members in the order in which they were put.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JsonObject {
    pub members: Vec<(&'static str, Json)>,
}

impl JsonObject {
    /// Adds a member.
    pub fn put(&mut self, key: &'static str, value: &impl ToJson, version: i16) {
        self.members.push((key, value.to_json(version)));
    }

    /// The member of that name.
    pub fn member(&self, key: &str) -> Option<&Json> {
        self.members.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The member of that name, to be replaced.
    pub fn member_mut(&mut self, key: &str) -> Option<&mut Json> {
        self.members.iter_mut().find(|(name, _)| *name == key).map(|(_, value)| value)
    }
}

impl From<JsonObject> for Json {
    fn from(object: JsonObject) -> Json {
        Json::Object(object)
    }
}

/// An object of these members.
impl<const N: usize> From<[(&'static str, Json); N]> for Json {
    fn from(members: [(&'static str, Json); N]) -> Json {
        Json::Object(JsonObject { members: members.into() })
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Int(value) => write!(f, "{value}"),
            Json::Float(value) => float(f, *value),
            Json::Text(text) => quoted(f, text.as_str()),
            Json::Bytes(bytes) => base64(f, bytes),
            Json::List(values) => {
                f.write_str("[")?;
                for (at, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if at > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Json::Object(object) => {
                f.write_str("{")?;
                for (at, (key, value)) in object.members.iter().enumerate() {
                    write!(f, "{}\"{key}\":{value}", if at > 0 { "," } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            b'\t' => "\\t",
            b'\n' => "\\n",
            0x0c => "\\f",
            b'\r' => "\\r",
            0..0x20 => "",
            _ => continue,
        };
        f.write_str(&text[plain..at])?;
        plain = at + 1;
        if escape.is_empty() { write!(f, "\\u{byte:04X}")? } else { f.write_str(escape)? }
    }
    f.write_str(&text[plain..])?;
    f.write_str("\"")
}

/// Java's way to write a number with a fraction: never without one, with an exponent from ten millions on and below a thousandth.
fn float(f: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    if value.is_nan() {
        return f.write_str("\"NaN\"");
    }
    if value.is_infinite() {
        return f.write_str(if value > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
    }
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return write!(f, "{value:?}");
    }
    let digits = format!("{value:e}");
    let (digits, exponent) = digits.split_once('e').unwrap_or((&digits, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    write!(f, "{digits}{point}E{exponent}")
}

fn base64(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let six = bits >> (18 - 6 * digit) & 63;
            text.push(if digit > three.len() { '=' } else { char::from(BASE64[six as usize]) });
        }
    }
    write!(f, "\"{text}\"")
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

macro_rules! whole_numbers {
    ($($number:ty)*) => {
        $(impl ToJson for $number {
            fn to_json(&self, _version: i16) -> Json {
                Json::Int(i64::from(*self))
            }
        })*
    };
}

whole_numbers! { i8 i16 u16 i32 u32 i64 }

impl ToJson for bool {
    fn to_json(&self, _version: i16) -> Json {
        Json::Bool(*self)
    }
}

impl ToJson for f64 {
    fn to_json(&self, _version: i16) -> Json {
        Json::Float(*self)
    }
}

impl ToJson for Text {
    fn to_json(&self, _version: i16) -> Json {
        Json::Text(self.clone())
    }
}

impl ToJson for Uuid {
    fn to_json(&self, _version: i16) -> Json {
        Json::Text(Text::from(self.to_string()))
    }
}

impl ToJson for Bytes {
    fn to_json(&self, _version: i16) -> Json {
        Json::Bytes(self.clone())
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self, version: i16) -> Json {
        Json::List(self.iter().map(|one| one.to_json(version)).collect())
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self, version: i16) -> Json {
        self.as_ref().map_or(Json::Null, |one| one.to_json(version))
    }
}

#[cfg(test)]
mod tests;
