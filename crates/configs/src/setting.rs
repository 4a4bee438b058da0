//! What one setting is: its name, type, default, accepted values, who may change it when, and what it means.
//!
//! Only the shape stands here; the settings themselves are the rows of `table/`, each said once.

use std::fmt;

use crate::broker;
use crate::topic::TopicConfig;

/// One setting of Kafka's, or of our own.
#[derive(Debug)]
pub struct Setting {
    /// What kind of thing carries the setting.
    pub scope: Scope,
    /// Kafka's name.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// Apache Kafka's default, as it would stand in a file. Where ours differs, `own_defaults` says so.
    pub default: DefaultValue,
    /// Which values of the type are accepted.
    pub accepts: Accepts,
    /// How much an operator needs to know it.
    pub importance: Importance,
    /// How it may be changed while the node runs.
    pub update: Update,
    /// One or two plain sentences.
    pub documentation: &'static str,
    /// Broker settings that give the default of a topic's or group's setting, the strongest first.
    pub from: &'static [&'static str],
    /// What Kampa does with it beyond reading it.
    pub stance: Stance,
    /// Left out of descriptions, as Kafka leaves it out, unless it was given.
    pub internal: bool,
}

/// What carries a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A node: file, command line, and the dynamic settings of brokers.
    Broker,
    /// A topic's overrides.
    Topic,
    /// A group's overrides.
    Group,
    /// Dynamic settings of brokers that no file can give.
    BrokerDynamic,
    /// A subscription to the metrics of clients.
    ClientMetrics,
}

/// Kafka's types of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`, in any case.
    Boolean,
    /// Signed, 16 bits.
    Short,
    /// Signed, 32 bits.
    Int,
    /// Signed, 64 bits.
    Long,
    /// Floating point, 64 bits.
    Double,
    /// Kafka's STRING.
    Text,
    /// Values between commas, spaces around them dropped.
    List,
    /// The name of a Java class.
    Class,
    /// Text that is never shown.
    Password,
}

impl Kind {
    /// Kafka's name of the type, as in its error sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Boolean => "BOOLEAN",
            Kind::Short => "SHORT",
            Kind::Int => "INT",
            Kind::Long => "LONG",
            Kind::Double => "DOUBLE",
            Kind::Text => "STRING",
            Kind::List => "LIST",
            Kind::Class => "CLASS",
            Kind::Password => "PASSWORD",
        }
    }

    /// The number of the type in DescribeConfigs answers (from version 3 on).
    pub const fn wire(self) -> i8 {
        match self {
            Kind::Boolean => 1,
            Kind::Text => 2,
            Kind::Int => 3,
            Kind::Short => 4,
            Kind::Long => 5,
            Kind::Double => 6,
            Kind::List => 7,
            Kind::Class => 8,
            Kind::Password => 9,
        }
    }
}

/// A default value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// This text.
    Is(&'static str),
    /// No value.
    Null,
    /// Apache Kafka does not start without it; Kampa has a default of its own.
    Required,
}

impl DefaultValue {
    /// The text of the default, if it has one.
    pub const fn text(self) -> Option<&'static str> {
        match self {
            DefaultValue::Is(text) => Some(text),
            DefaultValue::Null | DefaultValue::Required => None,
        }
    }
}

/// Which values of a type are accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accepts {
    /// Every value of the type.
    Anything,
    /// A whole number not below this.
    AtLeast(i64),
    /// A whole number from the first to the second.
    Between(i64, i64),
    /// A floating point number from the first to the second.
    Ratio(f64, f64),
    /// 1 to 9, or -1 for the codec's default.
    GzipLevel,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, in any case.
    OneOfAnyCase(&'static [&'static str]),
    /// Some text.
    NonEmpty,
    /// A list without empty elements; if words are named, only of those.
    ListOf(&'static [&'static str]),
    /// The same with at least one element.
    NonEmptyListOf(&'static [&'static str]),
    /// `*`, or `partition:broker` pairs.
    ThrottledReplicas,
    /// `latest`, `earliest`, or `by_duration:` and an ISO-8601 period.
    OffsetReset,
}

impl fmt::Display for Accepts {
    /// As the page of settings says it; empty for [`Accepts::Anything`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Accepts::Anything | Accepts::ListOf([]) => Ok(()),
            Accepts::AtLeast(least) => write!(f, "at least {least}"),
            Accepts::Between(least, most) => write!(f, "{least} to {most}"),
            Accepts::Ratio(least, most) => write!(f, "{least} to {most}"),
            Accepts::GzipLevel => write!(f, "1 to 9, or -1"),
            Accepts::OneOf(words) | Accepts::OneOfAnyCase(words) => write!(f, "{}", words.join(", ")),
            Accepts::NonEmpty | Accepts::NonEmptyListOf([]) => write!(f, "not empty"),
            Accepts::ListOf(words) => write!(f, "any of {}", words.join(", ")),
            Accepts::NonEmptyListOf(words) => write!(f, "one or more of {}", words.join(", ")),
            Accepts::ThrottledReplicas => write!(f, "`*` or partition:broker pairs"),
            Accepts::OffsetReset => write!(f, "latest, earliest, by_duration:PnDTnHnMn.nS"),
        }
    }
}

/// How much an operator needs to know a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importance {
    /// Everybody.
    High,
    /// Those who tune.
    Medium,
    /// Hardly anybody.
    Low,
}

/// How a setting may be changed while the node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// Not at all.
    ReadOnly,
    /// For one broker at a time.
    PerBroker,
    /// For one broker or for all of them.
    ClusterWide,
    /// Whenever its topic or group is changed.
    Anytime,
}

/// What Kampa does with a setting beyond reading, checking and describing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// Obeyed, if `BrokerConfig` or `TopicConfig` has a field for it; else to be obeyed later.
    Open,
    /// Not obeyed yet, though a field holds it: what it governs is not built.
    Later,
    /// It tunes something that only Apache Kafka has.
    Moot,
    /// Not obeyed yet, and a node that ignored it would be less safe than its operator believes; the text says how.
    Refused(&'static str),
}

/// Of the settings that no file has, those that somebody looks up in the metadata.
const DYNAMIC_ONES_OBEYED: [&str; 1] = ["replica.alter.log.dirs.io.max.bytes.per.second"];

impl Setting {
    #[allow(clippy::too_many_arguments, reason = "called by the macro below, one argument per column")]
    pub(crate) const fn new(
        scope: Scope,
        name: &'static str,
        kind: Kind,
        default: DefaultValue,
        accepts: Accepts,
        importance: Importance,
        update: Update,
        documentation: &'static str,
    ) -> Setting {
        Setting {
            scope,
            name,
            kind,
            default,
            accepts,
            importance,
            update,
            documentation,
            from: &[],
            stance: Stance::Open,
            internal: false,
        }
    }

    pub(crate) const fn from(mut self, broker_settings: &'static [&'static str]) -> Setting {
        self.from = broker_settings;
        self
    }

    pub(crate) const fn internal(mut self) -> Setting {
        self.internal = true;
        self
    }

    pub(crate) const fn later(mut self) -> Setting {
        self.stance = Stance::Later;
        self
    }

    pub(crate) const fn moot(mut self) -> Setting {
        self.stance = Stance::Moot;
        self
    }

    pub(crate) const fn refused(mut self, because: &'static str) -> Setting {
        self.stance = Stance::Refused(because);
        self
    }

    /// Whether what it says happens in this version.
    pub fn is_obeyed(&self) -> bool {
        let has_a_reader = match self.scope {
            Scope::Broker => broker::is_read(self.name),
            Scope::Topic => TopicConfig::KEYS.contains(&self.name),
            Scope::BrokerDynamic => DYNAMIC_ONES_OBEYED.contains(&self.name),
            Scope::Group => false,
            Scope::ClientMetrics => true,
        };
        has_a_reader && self.stance == Stance::Open
    }

    /// Whether its value must never be shown.
    pub fn is_sensitive(&self) -> bool {
        self.kind == Kind::Password
    }

    /// Whether it cannot be changed while the node runs.
    pub fn is_read_only(&self) -> bool {
        self.update == Update::ReadOnly
    }
}

/// A table of settings, two lines each:
/// `"name": Kind = default, accepted values, importance, update mode, "documentation", marks…;`
macro_rules! settings {
    (
        $(#[$meta:meta])* pub static $table:ident: $scope:ident;
        $( $name:literal: $kind:ident = $default:tt, $accepts:expr, $importance:ident, $update:ident,
           $documentation:literal $(, $mark:ident $(( $argument:expr ))? )* ; )*
    ) => {
        $(#[$meta])*
        pub static $table: &[$crate::setting::Setting] = &[ $(
            $crate::setting::Setting::new(
                $crate::setting::Scope::$scope,
                $name,
                $crate::setting::Kind::$kind,
                $crate::setting::settings!(@default $default),
                $accepts,
                $crate::setting::Importance::$importance,
                $crate::setting::Update::$update,
                $documentation,
            )$(.$mark($($argument)?))*,
        )* ];
    };
    (@default null) => { $crate::setting::DefaultValue::Null };
    (@default required) => { $crate::setting::DefaultValue::Required };
    (@default $text:literal) => { $crate::setting::DefaultValue::Is($text) };
}
pub(crate) use settings;
