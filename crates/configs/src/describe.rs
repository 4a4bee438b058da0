//! What DescribeConfigs answers: each setting's value, where it comes from, and what would count without that.
//!
//! Knows no message: the handler turns [`Described`] into its fields.

use crate::broker::in_ms;
use crate::given::Given;
use crate::own_defaults::own_default;
use crate::setting::{DefaultValue, Kind, Scope, Setting};
use crate::table;
use crate::value::{InvalidConfig, Value};

/// How dynamic settings are asked for: the text set for a key, if any.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Everything a broker setting can come from.
#[derive(Clone, Copy)]
pub struct Layers<'a> {
    /// What the node was given.
    pub given: &'a Given,
    /// Dynamic settings of all brokers.
    pub cluster: Lookup<'a>,
    /// Dynamic settings of this broker.
    pub broker: Lookup<'a>,
    /// Brokers in the cluster: defaults of replication factors depend on it.
    pub brokers_count: usize,
}

/// One setting, as DescribeConfigs shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Kafka's name.
    pub name: String,
    /// Its value; none for null and for what must not be shown.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: Source,
    /// The type, if the setting is known.
    pub kind: Option<Kind>,
    /// Whether it cannot be changed while the node runs.
    pub is_read_only: bool,
    /// Whether its value must not be shown.
    pub is_sensitive: bool,
    /// Every place that has a value, the one that counts first.
    pub synonyms: Vec<Synonym>,
    /// What it means.
    pub documentation: &'static str,
}

/// A place that has a value for a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Synonym {
    /// The name of the setting there: a broker setting may stand behind a topic's.
    pub name: String,
    /// Its value; none for null and for what must not be shown.
    pub value: Option<String>,
    /// The place.
    pub source: Source,
}

/// Where a value comes from, with the numbers of DescribeConfigs answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum Source {
    /// The topic's own setting.
    Topic = 1,
    /// A dynamic setting of this broker.
    DynamicBroker = 2,
    /// A dynamic setting of all brokers.
    DynamicDefaultBroker = 3,
    /// The file or the command line.
    StaticBroker = 4,
    /// The default.
    Default = 5,
    /// The level of a logger.
    BrokerLogger = 6,
    /// The subscription's own setting.
    ClientMetrics = 7,
    /// The group's own setting.
    Group = 8,
}

impl<'a> Layers<'a> {
    /// What the node was given and nothing dynamic, on a cluster of one.
    pub fn of(given: &'a Given) -> Layers<'a> {
        Layers { given, cluster: &|_| None, broker: &|_| None, brokers_count: 1 }
    }

    /// The value of a broker setting.
    pub(crate) fn broker_value(&self, setting: &Setting) -> Result<Value, InvalidConfig> {
        match self.places(setting).into_iter().next() {
            Some((_, text)) => setting.parse(&text),
            None => Ok(Value::Null),
        }
    }

    /// Every place that has a text for a broker setting, the strongest first.
    fn places(&self, setting: &Setting) -> Vec<(Source, String)> {
        PLACES.iter().filter_map(|place| Some((*place, self.text(setting, *place)?))).collect()
    }

    /// What one place says. A dynamic text that its setting refuses was written by another version, and is as good as none.
    fn text(&self, setting: &Setting, place: Source) -> Option<String> {
        let dynamic = |lookup: Lookup<'_>| {
            let text = if setting.is_read_only() { None } else { lookup(setting.name) };
            text.filter(|text| setting.parse(text).is_ok())
        };
        match place {
            Source::DynamicBroker => dynamic(self.broker),
            Source::DynamicDefaultBroker => dynamic(self.cluster),
            Source::StaticBroker => self.given_value(setting.name).map(str::to_owned),
            _ => self.default(setting),
        }
    }

    /// The node's number has two names: whichever is given counts for both, as in Kafka.
    fn given_value(&self, key: &str) -> Option<&'a str> {
        let other = match key {
            "broker.id" => Some("node.id"),
            "node.id" => Some("broker.id"),
            _ => None,
        };
        self.given.value(key).or_else(|| self.given.value(other?))
    }

    /// Our default, or Kafka's.
    fn default(&self, setting: &Setting) -> Option<String> {
        match (own_default(setting.name), setting.default) {
            (Some(own), _) => Some(own.value.text(self.brokers_count, self.is_alone())),
            (None, DefaultValue::Is(text)) => Some(text.to_owned()),
            (None, DefaultValue::Null | DefaultValue::Required) => None,
        }
    }

    /// Whether the node is its cluster's only controller, and a broker too.
    fn is_alone(&self) -> bool {
        let names_several = |key| self.given.value(key).is_some_and(|list| list.contains(','));
        let roles = self.given.value("process.roles").unwrap_or("broker,controller");
        roles.contains("broker")
            && roles.contains("controller")
            && !names_several("controller.quorum.voters")
            && !names_several("controller.quorum.bootstrap.servers")
    }

    /// Place by place, what is said for a setting and for those that say the same in another unit. As in Kafka, what stands
    /// before the first word for the setting itself is left out.
    fn synonyms(&self, setting: &Setting) -> Vec<Synonym> {
        let same = same_in_other_units(setting.name);
        let names = if same.is_empty() { std::slice::from_ref(&setting.name) } else { same };
        let mut synonyms = Vec::new();
        for place in PLACES {
            for name in names.iter().filter_map(|name| table::find(Scope::Broker, name)) {
                let Some(text) = self.text(name, place) else { continue };
                let value = (!setting.is_sensitive()).then_some(text);
                synonyms.push(Synonym { name: name.name.to_owned(), value, source: place });
            }
        }
        let own = synonyms.iter().position(|synonym| synonym.name == setting.name);
        synonyms.split_off(own.unwrap_or(synonyms.len()))
    }

    /// What counts for a topic's or group's setting that says nothing itself.
    fn inherited(&self, setting: &Setting) -> Option<String> {
        let value = |key: &&str| {
            let (_, text) = self.places(table::find(Scope::Broker, key)?).into_iter().next()?;
            match text.trim().parse() {
                Ok(number) if key.ends_with(".hours") || key.ends_with(".minutes") => {
                    Some(in_ms(key, number).to_string())
                }
                _ => Some(text),
            }
        };
        let text = setting.from.iter().find_map(value).or_else(|| setting.default.text().map(str::to_owned))?;
        shown(setting, &text)
    }
}

/// From where a broker setting can come, the strongest first.
const PLACES: [Source; 4] =
    [Source::DynamicBroker, Source::DynamicDefaultBroker, Source::StaticBroker, Source::Default];

/// Broker settings that say the same thing in different units, the strongest first; none for most.
fn same_in_other_units(key: &str) -> &'static [&'static str] {
    match key {
        "log.roll.ms" | "log.roll.hours" => &["log.roll.ms", "log.roll.hours"],
        "log.roll.jitter.ms" | "log.roll.jitter.hours" => &["log.roll.jitter.ms", "log.roll.jitter.hours"],
        "log.flush.interval.ms" => &["log.flush.interval.ms", "log.flush.scheduler.interval.ms"],
        "log.retention.ms" | "log.retention.minutes" | "log.retention.hours" => {
            &["log.retention.ms", "log.retention.minutes", "log.retention.hours"]
        }
        _ => &[],
    }
}

/// Every setting of a topic; `overrides` are its own.
pub fn describe_topic(layers: &Layers<'_>, overrides: Lookup<'_>) -> Vec<Described> {
    table::settings(Scope::Topic)
        .filter_map(|setting| describe_override(layers, setting, overrides, Source::Topic))
        .collect()
}

/// Every setting of a group; `overrides` are its own.
pub fn describe_group(layers: &Layers<'_>, overrides: Lookup<'_>) -> Vec<Described> {
    let describe = |setting: &'static Setting| {
        let mut described = describe_override(layers, setting, overrides, Source::Group)?;
        if setting.from.is_empty() {
            let (name, value) = (described.name.clone(), setting.default.text().map(str::to_owned));
            described.synonyms.push(Synonym { name, value, source: Source::Default });
        }
        Some(described)
    };
    table::settings(Scope::Group).filter_map(describe).collect()
}

/// Every setting of a subscription to client metrics; `overrides` are its own.
pub fn describe_client_metrics(overrides: Lookup<'_>) -> Vec<Described> {
    let describe = |setting: &'static Setting| {
        let own = overrides(setting.name).and_then(|text| shown(setting, &text));
        let source = if own.is_some() { Source::ClientMetrics } else { Source::Default };
        let of_own = own.clone().map(|value| Synonym { name: setting.name.to_owned(), value: Some(value), source });
        Described {
            name: setting.name.to_owned(),
            value: own.or_else(|| setting.default.text().map(str::to_owned)),
            source,
            kind: Some(setting.kind),
            is_read_only: false,
            is_sensitive: false,
            synonyms: of_own.into_iter().collect(),
            documentation: setting.documentation,
        }
    };
    table::settings(Scope::ClientMetrics).map(describe).collect()
}

/// The levels of a broker's loggers, by name. They belong to no setting's type.
pub fn describe_loggers(levels: impl IntoIterator<Item = (String, String)>) -> Vec<Described> {
    let describe = |(name, level): (String, String)| Described {
        name,
        value: Some(level),
        source: Source::BrokerLogger,
        kind: None,
        is_read_only: false,
        is_sensitive: false,
        synonyms: Vec::new(),
        documentation: "",
    };
    levels.into_iter().map(describe).collect()
}

/// None for an internal setting that nobody set.
fn describe_override(
    layers: &Layers<'_>,
    setting: &'static Setting,
    overrides: Lookup<'_>,
    source: Source,
) -> Option<Described> {
    let own = overrides(setting.name).and_then(|text| shown(setting, &text));
    if setting.internal && own.is_none() {
        return None;
    }
    let of_own = own.clone().map(|value| Synonym { name: setting.name.to_owned(), value: Some(value), source });
    // Kafka lists the places of the first setting only, though `log.retention.hours` may be what counts.
    let behind = setting.from.first().and_then(|key| table::find(Scope::Broker, key));
    let synonyms: Vec<Synonym> =
        of_own.into_iter().chain(behind.map(|it| layers.synonyms(it)).unwrap_or_default()).collect();
    Some(Described {
        name: setting.name.to_owned(),
        value: own.or_else(|| layers.inherited(setting)),
        source: synonyms.first().map_or(Source::Default, |synonym| synonym.source),
        kind: Some(setting.kind),
        is_read_only: false,
        is_sensitive: setting.is_sensitive(),
        synonyms,
        documentation: setting.documentation,
    })
}

/// Every setting of a broker, and what else it was given. A key nobody knows may be a secret: its value is not shown.
pub fn describe_broker(layers: &Layers<'_>) -> Vec<Described> {
    let known = |setting: &'static Setting| {
        let synonyms = layers.synonyms(setting);
        let is_set = synonyms.iter().any(|synonym| synonym.source != Source::Default);
        (!setting.internal || is_set).then(|| Described {
            name: setting.name.to_owned(),
            value: synonyms.first().and_then(|synonym| shown(setting, synonym.value.as_deref()?)),
            source: synonyms.first().map_or(Source::Default, |synonym| synonym.source),
            kind: Some(setting.kind),
            is_read_only: setting.is_read_only(),
            is_sensitive: setting.is_sensitive(),
            synonyms,
            documentation: setting.documentation,
        })
    };
    let is_unknown = |(key, _): &(&str, &str)| table::find(Scope::Broker, key).is_none();
    let unknown = layers.given.iter().filter(is_unknown).map(|(key, _)| Described {
        name: key.to_owned(),
        value: None,
        source: Source::StaticBroker,
        kind: None,
        is_read_only: true,
        is_sensitive: true,
        synonyms: vec![Synonym { name: key.to_owned(), value: None, source: Source::StaticBroker }],
        documentation: "",
    });
    table::settings(Scope::Broker).filter_map(known).chain(unknown).collect()
}

/// The dynamic settings of all brokers: only what is set.
pub fn describe_cluster(cluster: Lookup<'_>) -> Vec<Described> {
    let describe = |setting: &'static Setting| {
        let text = cluster(setting.name)?;
        let value = shown(setting, &text);
        let source = Source::DynamicDefaultBroker;
        Some(Described {
            name: setting.name.to_owned(),
            value: value.clone(),
            source,
            kind: Some(setting.kind),
            is_read_only: setting.is_read_only(),
            is_sensitive: setting.is_sensitive(),
            synonyms: vec![Synonym { name: setting.name.to_owned(), value, source }],
            documentation: setting.documentation,
        })
    };
    table::settings(Scope::Broker).filter_map(describe).collect()
}

/// A value's text as Kafka shows it; none for a secret. A text that its setting refuses is shown as it stands.
fn shown(setting: &Setting, text: &str) -> Option<String> {
    if setting.is_sensitive() {
        return None;
    }
    match setting.parse(text) {
        Ok(value) => value.text(),
        Err(_) => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests;
