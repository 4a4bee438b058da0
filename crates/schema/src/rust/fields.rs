//! What a single field becomes: its name, type, default, and the expressions that read and write it.

use super::{Field, Literal, Primitive, Type, Versions, capital, condition, opposite, shown};

impl Field {
    pub(super) fn rust_name(&self) -> String {
        let keyword = matches!(self.name.as_str(), "type" | "match" | "ref" | "mod" | "use" | "loop" | "move");
        if keyword { format!("r#{}", self.name) } else { self.name.clone() }
    }

    /// The variable it is read into, told apart from those that decoding needs itself.
    pub(super) fn local_name(&self) -> String {
        match self.name.as_str() {
            "version" | "flexible" | "tag" | "r" => format!("its_{}", self.name),
            _ => self.rust_name(),
        }
    }

    pub(super) fn rust_type(&self) -> String {
        let one = self.element_type();
        let whole = if self.array { format!("Vec<{one}>") } else { one };
        if self.nullable.is_some() { format!("Option<{whole}>") } else { whole }
    }

    fn element_type(&self) -> String {
        match &self.of {
            Type::Inline(inner) => inner.name.clone(),
            Type::Shared(name) => name.clone(),
            Type::Primitive(primitive) => match primitive {
                Primitive::Bool => "bool",
                Primitive::Int8 => "i8",
                Primitive::Int16 => "i16",
                Primitive::Uint16 => "u16",
                Primitive::Int32 => "i32",
                Primitive::Uint32 => "u32",
                Primitive::Int64 => "i64",
                Primitive::Float64 => "f64",
                Primitive::Uuid => "Uuid",
                Primitive::String => "Text",
                Primitive::Bytes => "Bytes",
                Primitive::Records => "Records",
            }
            .to_owned(),
        }
    }

    /// A nullable field without a default of its own starts out empty, not null; records alone start out null.
    fn starts_null(&self) -> bool {
        self.nullable.is_some()
            && (self.default == Some(Literal::Null) || matches!(self.of, Type::Primitive(Primitive::Records)))
    }

    pub(super) fn is_zero_by_default(&self) -> bool {
        match self.nullable {
            Some(_) => self.starts_null(),
            None => self.default.is_none(),
        }
    }

    pub(super) fn rust_default(&self) -> String {
        if self.starts_null() {
            return "None".into();
        }
        let zero = if self.array {
            "Vec::new()".to_owned()
        } else {
            match &self.of {
                Type::Primitive(Primitive::Bool) => "false".into(),
                Type::Primitive(Primitive::Uuid) => "Uuid::ZERO".into(),
                Type::Primitive(Primitive::Float64) => "0.0".into(),
                Type::Primitive(Primitive::String) => "Text::default()".into(),
                Type::Primitive(Primitive::Bytes) => "Bytes::new()".into(),
                Type::Primitive(Primitive::Records) => "Records::default()".into(),
                Type::Primitive(_) => "0".into(),
                Type::Inline(inner) => format!("{}::default()", inner.name),
                Type::Shared(name) => format!("{name}::default()"),
            }
        };
        let value = match &self.default {
            Some(Literal::Bool(value)) => value.to_string(),
            Some(Literal::Int(value)) => self.number(*value),
            Some(Literal::Null) | None => zero,
        };
        if self.nullable.is_some() { format!("Some({value})") } else { value }
    }

    fn number(&self, value: i64) -> String {
        match (&self.of, value) {
            (Type::Primitive(Primitive::Int32), value) if value == i64::from(i32::MAX) => "i32::MAX".into(),
            (Type::Primitive(Primitive::Int32), value) if value == i64::from(i32::MIN) => "i32::MIN".into(),
            (Type::Primitive(Primitive::Int64), i64::MAX) => "i64::MAX".into(),
            _ => value.to_string(),
        }
    }

    /// Whether the field of `self` holds something else than its default.
    pub(super) fn differs_from_default(&self) -> String {
        let value = format!("self.{}", self.rust_name());
        if self.starts_null() {
            return format!("{value}.is_some()");
        }
        let empties =
            self.array || matches!(self.of, Type::Primitive(Primitive::String | Primitive::Bytes | Primitive::Records));
        match (self.nullable.is_some(), empties) {
            (true, true) => return format!("!{value}.as_ref().is_some_and(|value| value.is_empty())"),
            (true, false) => return format!("{value} != {}", self.rust_default()),
            (false, true) => return format!("!{value}.is_empty()"),
            (false, false) => {}
        }
        match (&self.of, &self.default) {
            (Type::Primitive(Primitive::Bool), Some(Literal::Bool(true))) => format!("!{value}"),
            (Type::Primitive(Primitive::Bool), _) => value,
            (Type::Primitive(Primitive::Uuid), _) => format!("!{value}.is_zero()"),
            _ => format!("{value} != {}", self.rust_default()),
        }
    }

    /// The expression that reads the field.
    pub(super) fn read(&self, flexible: &str) -> String {
        let nullable = self.nullable.map(|some| condition(some, self.versions).unwrap_or_else(|| "true".into()));
        if self.array {
            let element = match &self.of {
                Type::Primitive(primitive) if primitive.has_length() => {
                    format!("|r| r.{}({flexible})", primitive.method())
                }
                Type::Primitive(primitive) => format!("Reader::{}", primitive.method()),
                Type::Inline(_) | Type::Shared(_) => format!("|r| {}::decode(r, version)", self.element_type()),
            };
            return match nullable {
                None => format!("r.array({flexible}, {element})?"),
                Some(nullable) => format!("r.array_opt({flexible}, {nullable}, {element})?"),
            };
        }
        match (&self.of, nullable) {
            (Type::Primitive(primitive), None) if primitive.has_length() => {
                format!("r.{}({flexible})?", primitive.method())
            }
            (Type::Primitive(primitive), Some(nullable)) => {
                format!("r.{}_opt({flexible}, {nullable})?", primitive.method())
            }
            (Type::Primitive(primitive), None) => format!("r.{}()?", primitive.method()),
            (_, None) => format!("{}::decode(r, version)?", self.element_type()),
            (_, Some(_)) if self.tag.is_some() => {
                format!("r.tagged_struct_opt(|r| {}::decode(r, version))?", self.element_type())
            }
            (_, Some(nullable)) => {
                format!("r.struct_opt({nullable}, |r| {}::decode(r, version))?", self.element_type())
            }
        }
    }

    /// The statements that write the field, in versions that carry it.
    pub(super) fn write(&self, flexible: &str) -> String {
        let value = format!("self.{}", self.rust_name());
        let mut out = String::new();
        if let Some(when) = self.nullable.and_then(|some| condition(some, self.versions)) {
            out = format!(
                "if {} && {value}.is_none() {{ return Err(EncodeError::Null {{ field: \"{}\" }}); }}\n",
                opposite(&when),
                self.name
            );
        }
        out + &self.write_value(&value, flexible)
    }

    fn write_value(&self, value: &str, flexible: &str) -> String {
        let nullable = self.nullable.is_some();
        if self.array {
            let element = match &self.of {
                Type::Primitive(primitive) if primitive.has_length() => {
                    format!("|w, one| w.{}(one, {flexible})", primitive.method())
                }
                Type::Primitive(primitive) => format!("|w, one| {{ w.{}(*one); Ok(()) }}", primitive.method()),
                Type::Inline(_) | Type::Shared(_) => "|w, one| one.encode(w, version)".into(),
            };
            return match nullable {
                false => format!("w.array(&{value}, {flexible}, {element})?;"),
                true => format!("w.array_opt({value}.as_ref(), {flexible}, {element})?;"),
            };
        }
        match (&self.of, nullable) {
            (Type::Primitive(primitive), false) if primitive.has_length() => {
                format!("w.{}(&{value}, {flexible})?;", primitive.method())
            }
            (Type::Primitive(primitive), true) => {
                format!("w.{}_opt({value}.as_ref(), {flexible})?;", primitive.method())
            }
            (Type::Primitive(primitive), false) => format!("w.{}({value});", primitive.method()),
            (_, false) => format!("{value}.encode(w, version)?;"),
            (_, true) if self.tag.is_some() => {
                format!("w.tagged_struct_opt({value}.as_ref(), |w, one| one.encode(w, version))?;")
            }
            (_, true) => format!("w.struct_opt({value}.as_ref(), |w, one| one.encode(w, version))?;"),
        }
    }

    /// What the versions have to say, for the reader of the type.
    pub(super) fn footnote(&self, around: Versions) -> Option<String> {
        let mut words = Vec::new();
        if self.versions != around {
            words.push(match (self.versions.from == self.versions.to, self.versions.to == around.to) {
                (true, _) => format!("version {}", self.versions.from),
                (false, true) => format!("since version {}", self.versions.from),
                (false, false) => format!("versions {}", shown(self.versions)),
            });
        }
        if let Some(null) = self.nullable.filter(|null| *null != self.versions) {
            words.push(if null.to == self.versions.to {
                format!("may be null since version {}", null.from)
            } else {
                format!("may be null in versions {}", shown(null))
            });
        }
        words.extend(self.tag.map(|tag| format!("tag {tag}")));
        let (first, rest) = words.split_first()?;
        let rest: String = rest.iter().map(|word| format!(", {word}")).collect();
        Some(format!("{}{rest}.", capital(first)))
    }
}

impl Primitive {
    fn has_length(self) -> bool {
        matches!(self, Primitive::String | Primitive::Bytes | Primitive::Records)
    }

    /// The method of the reader and of the writer.
    fn method(self) -> &'static str {
        match self {
            Primitive::Bool => "bool",
            Primitive::Int8 => "i8",
            Primitive::Int16 => "i16",
            Primitive::Uint16 => "u16",
            Primitive::Int32 => "i32",
            Primitive::Uint32 => "u32",
            Primitive::Int64 => "i64",
            Primitive::Float64 => "f64",
            Primitive::Uuid => "uuid",
            Primitive::String => "text",
            Primitive::Bytes => "bytes",
            Primitive::Records => "records",
        }
    }
}
