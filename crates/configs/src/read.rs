//! From checked values to the types that fields have.

use crate::value::Value;

/// What happens to old records. Both: the log is compacted, and what is too old is deleted. Neither: everything is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CleanupPolicy {
    /// Old segments are deleted by age and size.
    pub delete: bool,
    /// The last record of each key is kept.
    pub compact: bool,
}

/// How batches are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompressionType {
    /// As they came.
    Producer,
    /// Not compressed.
    Uncompressed,
    /// With gzip.
    Gzip,
    /// With snappy.
    Snappy,
    /// With lz4.
    Lz4,
    /// With zstd.
    Zstd,
}

/// Which time a record carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampType {
    /// Its producer's.
    CreateTime,
    /// The moment it was stored.
    LogAppendTime,
}

/// What a process is in its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// It keeps partitions and serves clients.
    pub broker: bool,
    /// It is one of the metadata quorum.
    pub controller: bool,
}

/// A number of replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaCount {
    /// As given.
    Exactly(i16),
    /// As many as there are brokers, but not more than this.
    UpTo(i16),
}

impl ReplicaCount {
    /// The number on a cluster of so many brokers, at least 1 unless another was given.
    pub fn among(self, brokers_count: usize) -> i16 {
        match self {
            ReplicaCount::Exactly(count) => count,
            ReplicaCount::UpTo(most) => most.min(i16::try_from(brokers_count).unwrap_or(i16::MAX)).max(1),
        }
    }
}

/// A field's type, made from the value of its setting.
///
/// The value's kind is that of the setting, and a test holds every field against its setting: another kind is our mistake.
pub(crate) trait FromValue: Sized {
    /// The kinds of settings that such a field may have; held against the tables by a test.
    #[cfg(test)]
    const KINDS: &'static [crate::setting::Kind];
    /// The field's value; none for a kind the field cannot have.
    fn from_value(value: &Value) -> Option<Self>;
}

/// The field for `key`, of a value that its setting has accepted.
pub(crate) fn field<T: FromValue>(key: &str, value: &Value) -> T {
    T::from_value(value).unwrap_or_else(|| panic!("{key} is declared with another type than its field has: {value:?}"))
}

/// Whether a field of that type suits the setting of that name; for the tests that hold fields against settings.
#[cfg(test)]
pub(crate) fn suits<T: FromValue>(scope: crate::setting::Scope, key: &str) -> bool {
    crate::table::find(scope, key).is_some_and(|setting| T::KINDS.contains(&setting.kind))
}

macro_rules! from_value {
    ($($type:ty: $($kind:ident)|+ => $pattern:pat => $value:expr;)*) => {
        $(impl FromValue for $type {
            #[cfg(test)]
            const KINDS: &'static [crate::setting::Kind] = &[$(crate::setting::Kind::$kind),+];
            fn from_value(value: &Value) -> Option<$type> {
                match value { $pattern => $value, _ => None }
            }
        })*
    };
}

from_value! {
    bool: Boolean => Value::Boolean(value) => Some(*value);
    i16: Short => Value::Short(value) => Some(*value);
    i32: Int => Value::Int(value) => Some(*value);
    i64: Long => Value::Long(value) => Some(*value);
    f64: Double => Value::Double(value) => Some(*value);
    String: Text | Class | Password => Value::Text(value) => Some(value.clone());
    Vec<String>: List => Value::List(value) => Some(value.clone());
    CleanupPolicy: List => Value::List(list) => {
        let says = |word: &str| list.iter().any(|element| element == word);
        Some(CleanupPolicy { delete: says("delete"), compact: says("compact") })
    };
    Roles: List => Value::List(list) => {
        let says = |word: &str| list.iter().any(|element| element == word);
        Some(Roles { broker: says("broker"), controller: says("controller") })
    };
    CompressionType: Text => Value::Text(text) => Some(match text.as_str() {
        "uncompressed" => CompressionType::Uncompressed,
        "gzip" => CompressionType::Gzip,
        "snappy" => CompressionType::Snappy,
        "lz4" => CompressionType::Lz4,
        "zstd" => CompressionType::Zstd,
        _ => CompressionType::Producer,
    });
    TimestampType: Text => Value::Text(text) => Some(match text.as_str() {
        "LogAppendTime" => TimestampType::LogAppendTime,
        _ => TimestampType::CreateTime,
    });
}

impl<T: FromValue> FromValue for Option<T> {
    #[cfg(test)]
    const KINDS: &'static [crate::setting::Kind] = T::KINDS;
    fn from_value(value: &Value) -> Option<Option<T>> {
        if *value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}
