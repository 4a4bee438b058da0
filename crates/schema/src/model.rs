//! What a schema file says, with every version range worked out.

/// A closed range of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    pub from: i16,
    pub to: i16,
}

impl Versions {
    pub fn contains(self, version: i16) -> bool {
        (self.from..=self.to).contains(&version)
    }

    pub fn covers(self, other: Versions) -> bool {
        self.from <= other.from && self.to >= other.to
    }

    pub fn iter(self) -> std::ops::RangeInclusive<i16> {
        self.from..=self.to
    }
}

/// One schema file.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Its path below `schema/`.
    pub path: String,
    /// The comment at the head of the file.
    pub doc: Vec<String>,
    pub kind: Kind,
    pub name: String,
    /// The API key or the record's type number.
    pub number: Option<i16>,
    /// None for an API that is gone.
    pub versions: Option<Versions>,
    pub flexible_from: Option<i16>,
    pub latest_unstable: bool,
    pub listeners: Vec<String>,
    /// The version of the response header, when it does not follow the version of the API.
    pub response_header: Option<i16>,
    pub messages: Vec<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request and its response.
    Api,
    /// A record with a type number and a version before it.
    Record,
    /// A key and a value.
    CoordinatorRecord,
    /// Something whose version is told by what is around it.
    Data,
    /// What stands before a request or a response.
    Header,
}

/// One block of a file: a request, a response, a key, a value, or the fields of anything else.
#[derive(Clone, Debug)]
pub struct Message {
    /// The name of the type, such as `ProduceRequest`.
    pub name: String,
    pub versions: Versions,
    pub flexible_from: Option<i16>,
    pub root: Struct,
    /// Structs used in several places; those of an API are listed with both of its messages.
    pub shared: Vec<Struct>,
}

#[derive(Clone, Debug)]
pub struct Struct {
    pub name: String,
    pub doc: Vec<String>,
    pub versions: Versions,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub line: usize,
    pub name: String,
    pub doc: Vec<String>,
    pub array: bool,
    pub of: Type,
    /// Within the versions of the struct around it.
    pub versions: Versions,
    pub nullable: Option<Versions>,
    pub default: Option<Literal>,
    pub tag: Option<u32>,
    pub key: bool,
    pub ignorable: bool,
    /// Written the old way even in flexible versions.
    pub never_flexible: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    Bool,
    Int8,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
}

#[derive(Clone, Debug)]
pub enum Type {
    Primitive(Primitive),
    /// A struct written out at the field.
    Inline(Struct),
    /// A struct of the file, by name.
    Shared(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    Null,
    Bool(bool),
    Int(i64),
}

impl Primitive {
    pub const ALL: [(&'static str, Primitive); 12] = [
        ("bool", Primitive::Bool),
        ("int8", Primitive::Int8),
        ("int16", Primitive::Int16),
        ("uint16", Primitive::Uint16),
        ("int32", Primitive::Int32),
        ("uint32", Primitive::Uint32),
        ("int64", Primitive::Int64),
        ("float64", Primitive::Float64),
        ("uuid", Primitive::Uuid),
        ("string", Primitive::String),
        ("bytes", Primitive::Bytes),
        ("records", Primitive::Records),
    ];

    pub fn parse(word: &str) -> Option<Primitive> {
        Primitive::ALL.iter().find(|(name, _)| *name == word).map(|(_, primitive)| *primitive)
    }

    pub fn name(self) -> &'static str {
        Primitive::ALL.iter().find(|(_, primitive)| *primitive == self).map_or("", |(name, _)| name)
    }
}

impl Message {
    pub fn shared(&self, name: &str) -> Option<&Struct> {
        self.shared.iter().find(|one| one.name == name)
    }

    /// The struct a field holds, wherever it is written.
    pub fn struct_of<'a>(&'a self, field: &'a Field) -> Option<&'a Struct> {
        match &field.of {
            Type::Primitive(_) => None,
            Type::Inline(inner) => Some(inner),
            Type::Shared(name) => self.shared(name),
        }
    }

    pub fn is_flexible(&self, version: i16) -> bool {
        self.flexible_from.is_some_and(|first| version >= first)
    }
}
