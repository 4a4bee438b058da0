//! Example bytes of any message, made from its schema alone: what the generated code is held against.
//!
//! `compat/wire` makes the same examples with Apache Kafka's own classes, so the rule for values below stands there a
//! second time, and both must say the same.
//!
//! The rule: the n-th leaf that a version carries, in the order of the schema, takes its value from `n`; an array has
//! two elements; a flexible struct ends with two unknown tags. A leaf whose value would be its default takes the next.

use crate::model::{Field, Literal, Message, Primitive, Struct, Type};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// As the type is born.
    Default,
    /// Every field set.
    Full,
    /// Every field set, or null where that can be said.
    Nulls,
}

impl Case {
    pub const ALL: [Case; 3] = [Case::Default, Case::Full, Case::Nulls];

    pub fn name(self) -> &'static str {
        match self {
            Case::Default => "default",
            Case::Full => "full",
            Case::Nulls => "nulls",
        }
    }
}

/// The bytes of one example.
pub fn bytes(message: &Message, version: i16, case: Case) -> Vec<u8> {
    let mut maker = Maker { message, version, case, leaves: 0 };
    let mut out = Vec::new();
    maker.structure(&mut out, &message.root);
    out
}

/// Damages bytes in one to three ways: a bit turned, a byte made special, the end cut off. The same seed always
/// does the same, here and in `compat/wire`.
pub fn damaged(whole: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let mut state = seed;
    let wounds = 1 + next(&mut state) % 3;
    for _ in 0..wounds {
        if bytes.is_empty() {
            break;
        }
        let kind = next(&mut state) % 8;
        let at = (next(&mut state) % bytes.len() as u64) as usize;
        match kind {
            0 => bytes.truncate(at),
            1..=4 => bytes[at] ^= 1 << (next(&mut state) % 8),
            _ => bytes[at] = SPECIAL_BYTES[(next(&mut state) % 6) as usize],
        }
    }
    bytes
}

/// The next number of a small generator that is easily written twice (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(MIX);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

struct Maker<'a> {
    message: &'a Message,
    version: i16,
    case: Case,
    /// Leaves valued so far.
    leaves: u64,
}

impl Maker<'_> {
    fn structure(&mut self, out: &mut Vec<u8>, one: &Struct) {
        let version = self.version;
        let flexible = self.message.is_flexible(version);
        let mut tagged = Vec::new();
        for field in one.fields.iter().filter(|field| field.versions.contains(version)) {
            let flexible = flexible && !field.never_flexible;
            match field.tag {
                None => self.field(out, field, flexible),
                Some(tag) => {
                    let mut body = Vec::new();
                    self.field(&mut body, field, flexible);
                    if self.is_set(field) {
                        tagged.push((tag, body));
                    }
                }
            }
        }
        if !flexible {
            return;
        }
        if self.case != Case::Default {
            tagged.extend(UNKNOWN_TAGS.map(|tag| (tag, vec![tag as u8, self.leaves as u8])));
        }
        tagged.sort_by_key(|(tag, _)| *tag);
        varint(out, tagged.len());
        for (tag, body) in tagged {
            varint(out, tag as usize);
            varint(out, body.len());
            out.extend(body);
        }
    }

    /// Whether a tagged field differs from its default, and so is written.
    fn is_set(&self, field: &Field) -> bool {
        match self.case {
            Case::Default => false,
            Case::Full => true,
            Case::Nulls => !self.is_null(field) || field.default != Some(Literal::Null),
        }
    }

    fn is_null(&self, field: &Field) -> bool {
        let can = field.nullable.is_some_and(|null| null.contains(self.version));
        let born = field.default == Some(Literal::Null) || matches!(field.of, Type::Primitive(Primitive::Records));
        match self.case {
            Case::Default => can && born && field.nullable.is_some(),
            Case::Full => false,
            Case::Nulls => can,
        }
    }

    fn field(&mut self, out: &mut Vec<u8>, field: &Field, flexible: bool) {
        if self.is_null(field) {
            return null(out, field, flexible);
        }
        if !field.array {
            if field.nullable.is_some() && !matches!(field.of, Type::Primitive(_)) {
                out.push(1);
            }
            return self.element(out, field, flexible);
        }
        let count = if self.case == Case::Default { 0 } else { ARRAY_ELEMENTS };
        length(out, count, flexible);
        for _ in 0..count {
            self.element(out, field, flexible);
        }
    }

    fn element(&mut self, out: &mut Vec<u8>, field: &Field, flexible: bool) {
        let message = self.message;
        match (&field.of, message.struct_of(field)) {
            (_, Some(inner)) => self.structure(out, inner),
            (Type::Primitive(primitive), None) if self.case == Case::Default => {
                default(out, *primitive, field.default.as_ref(), flexible);
            }
            (Type::Primitive(primitive), None) => {
                self.leaves += 1;
                let default = if field.array { None } else { field.default.as_ref() };
                leaf(out, *primitive, self.leaves, default, flexible);
            }
            (Type::Inline(_) | Type::Shared(_), None) => {}
        }
    }
}

fn null(out: &mut Vec<u8>, field: &Field, flexible: bool) {
    match (field.array, &field.of) {
        (false, Type::Inline(_) | Type::Shared(_)) => out.push(if field.tag.is_some() { 0 } else { 0xff }),
        _ if flexible => out.push(0),
        (false, Type::Primitive(Primitive::String)) => out.extend((-1i16).to_be_bytes()),
        _ => out.extend((-1i32).to_be_bytes()),
    }
}

fn default(out: &mut Vec<u8>, primitive: Primitive, default: Option<&Literal>, flexible: bool) {
    let number = match default {
        Some(Literal::Int(value)) => *value,
        Some(Literal::Bool(true)) => 1,
        _ => 0,
    };
    match primitive {
        Primitive::String => text(out, "", flexible),
        Primitive::Bytes | Primitive::Records => length(out, 0, flexible),
        Primitive::Uuid => out.extend([0; 16]),
        _ => out.extend(&number.to_be_bytes()[8 - width(primitive)..]),
    }
}

fn leaf(out: &mut Vec<u8>, primitive: Primitive, n: u64, default: Option<&Literal>, flexible: bool) {
    let mixed = n.wrapping_mul(MIX);
    let long = n.is_multiple_of(LONG_EVERY);
    match primitive {
        Primitive::String => {
            let padding = if long { "x".repeat(150) } else { String::new() };
            text(out, &format!("s{n}-ž{padding}"), flexible);
        }
        Primitive::Bytes | Primitive::Records => {
            let size = if long { 700 } else { n % 7 + 1 };
            length(out, size as usize, flexible);
            out.extend((0..size).map(|i| (n + i) as u8));
        }
        Primitive::Uuid => {
            out.extend(mixed.to_be_bytes());
            out.extend((!mixed).to_be_bytes());
        }
        Primitive::Bool => out.push(u8::from(default != Some(&Literal::Bool(true)))),
        Primitive::Float64 => out.extend(((mixed >> 33) as f64 / 8.0).to_be_bytes()),
        number => {
            let width = width(number);
            let value = (mixed >> (64 - 8 * width)) as i64;
            // As the type's own width reads it, so that it can be told from the default.
            let unused = 64 - 8 * width as u32;
            let taken = matches!(default, Some(Literal::Int(default)) if *default == value << unused >> unused)
                || (default.is_none() && value == 0);
            out.extend(&value.wrapping_add(i64::from(taken)).to_be_bytes()[8 - width..]);
        }
    }
}

fn width(primitive: Primitive) -> usize {
    match primitive {
        Primitive::Bool | Primitive::Int8 => 1,
        Primitive::Int16 | Primitive::Uint16 => 2,
        Primitive::Int32 | Primitive::Uint32 => 4,
        _ => 8,
    }
}

fn text(out: &mut Vec<u8>, text: &str, flexible: bool) {
    if flexible {
        varint(out, text.len() + 1);
    } else {
        out.extend((text.len() as i16).to_be_bytes());
    }
    out.extend(text.as_bytes());
}

fn length(out: &mut Vec<u8>, length: usize, flexible: bool) {
    if flexible {
        varint(out, length + 1);
    } else {
        out.extend((length as i32).to_be_bytes());
    }
}

fn varint(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Far above every tag with a name, the second with a number of two bytes.
const UNKNOWN_TAGS: [u32; 2] = [90, 300];
const SPECIAL_BYTES: [u8; 6] = [0, 1, 2, 0x7f, 0x80, 0xff];
const ARRAY_ELEMENTS: usize = 2;
/// Every so manieth text or bytes is longer than a length of one byte can say.
const LONG_EVERY: u64 = 5;
/// Spreads small numbers over all bits.
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
