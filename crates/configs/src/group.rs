//! What a group may say of itself, within the bounds its brokers set.

use crate::describe::Layers;
use crate::setting::Scope;
use crate::table;
use crate::value::{InvalidConfig, Value};

/// Whether a group may have these settings: names first, then each value alone, then the brokers' bounds.
pub fn check_group<'a>(
    layers: &Layers<'_>,
    own: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), InvalidConfig> {
    let own: Vec<(&str, &str)> = own.into_iter().collect();
    if let Some((unknown, _)) = own.iter().find(|(key, _)| table::find(Scope::Group, key).is_none()) {
        return Err(InvalidConfig(format!("Unknown group config name: {unknown}")));
    }
    if let Some((_, tags)) = own.iter().find(|(key, _)| *key == TAGS)
        && names_one_twice(tags)
    {
        return Err(InvalidConfig(format!("{TAGS} must not contain duplicate tag keys.")));
    }
    for setting in table::settings(Scope::Group) {
        if let Some((_, text)) = own.iter().find(|(key, _)| *key == setting.name) {
            setting.parse(text)?;
        }
    }
    let group = Group { layers, own };
    BOUNDS.iter().try_for_each(|bounds| group.check_bounds(bounds))?;
    group.check_assignor()?;
    KINDS.iter().try_for_each(|kind| group.check_heartbeat(kind))?;
    group.check_dead_letters()
}

struct Group<'a> {
    layers: &'a Layers<'a>,
    own: Vec<(&'a str, &'a str)>,
}

impl Group<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.own.iter().find(|(known, _)| *known == key).map(|(_, text)| text.trim())
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.text(key)?.parse().ok()
    }

    fn brokers(&self, key: &str) -> Option<Value> {
        self.layers.broker_value(table::find(Scope::Broker, key)?).ok()
    }

    fn brokers_number(&self, key: &str) -> Option<i64> {
        self.brokers(key)?.whole()
    }

    fn check_bounds(&self, bounds: &Bounds) -> Result<(), InvalidConfig> {
        let Bounds { key, least, most } = *bounds;
        let Some(number) = self.number(key) else { return Ok(()) };
        let bound = |key: Option<&str>| self.brokers_number(key?);
        let sentence = match (bound(least), bound(most)) {
            (Some(least), Some(most)) if !(least..=most).contains(&number) => {
                format!("{key} must be in the range {least} to {most} inclusive.")
            }
            (None, Some(most)) if number > most => format!("{key} must be less than or equal to {most}"),
            (Some(least), None) if number < least => format!("{key} must be greater than or equal to {least}"),
            _ => return Ok(()),
        };
        Err(InvalidConfig(sentence))
    }

    fn check_assignor(&self) -> Result<(), InvalidConfig> {
        let (Some(name), Some(Value::List(known))) = (self.text(ASSIGNOR), self.brokers("group.streams.assignors"))
        else {
            return Ok(());
        };
        if known.iter().any(|known| known == name) {
            return Ok(());
        }
        Err(InvalidConfig(format!(
            "{ASSIGNOR} '{name}' is not a registered task assignor. Registered assignors are: [{}].",
            known.join(", ")
        )))
    }

    /// A member that may be silent for less than a heartbeat would be thrown out again and again.
    fn check_heartbeat(&self, kind: &str) -> Result<(), InvalidConfig> {
        let (session, heartbeat) = (format!("{kind}.session.timeout.ms"), format!("{kind}.heartbeat.interval.ms"));
        if self.number(&session).is_none() && self.number(&heartbeat).is_none() {
            return Ok(());
        }
        let counts = |key: &str| self.number(key).or_else(|| self.brokers_number(&format!("group.{key}")));
        if counts(&session) > counts(&heartbeat) {
            return Ok(());
        }
        Err(InvalidConfig(format!("{session} must be greater than {heartbeat}")))
    }

    fn check_dead_letters(&self) -> Result<(), InvalidConfig> {
        match self.text(DEAD_LETTERS) {
            Some(name) if name.starts_with("__") => {
                Err(InvalidConfig(format!("{DEAD_LETTERS}: DLQ topic name must not start with '__'")))
            }
            _ => Ok(()),
        }
    }
}

fn names_one_twice(tags: &str) -> bool {
    let tags = tags.trim();
    let list: Vec<&str> = if tags.is_empty() { Vec::new() } else { tags.split(',').map(str::trim).collect() };
    let names: std::collections::BTreeSet<&str> = list.iter().copied().collect();
    names.len() < list.len()
}

/// A group's number, and the broker settings that bound it.
struct Bounds {
    key: &'static str,
    least: Option<&'static str>,
    most: Option<&'static str>,
}

macro_rules! bounds {
    ($($key:literal: $least:tt to $most:tt;)*) => {
        &[$(Bounds { key: $key, least: bounds!(@one $least), most: bounds!(@one $most) },)*]
    };
    (@one _) => { None };
    (@one $key:literal) => { Some($key) };
}

/// In the order they are judged.
const BOUNDS: &[Bounds] = bounds! {
    "consumer.heartbeat.interval.ms":
        "group.consumer.min.heartbeat.interval.ms" to "group.consumer.max.heartbeat.interval.ms";
    "consumer.session.timeout.ms":
        "group.consumer.min.session.timeout.ms" to "group.consumer.max.session.timeout.ms";
    "consumer.assignment.interval.ms":
        "group.consumer.min.assignment.interval.ms" to "group.consumer.max.assignment.interval.ms";
    "share.heartbeat.interval.ms":
        "group.share.min.heartbeat.interval.ms" to "group.share.max.heartbeat.interval.ms";
    "share.session.timeout.ms":
        "group.share.min.session.timeout.ms" to "group.share.max.session.timeout.ms";
    "share.record.lock.duration.ms":
        "group.share.min.record.lock.duration.ms" to "group.share.max.record.lock.duration.ms";
    "share.delivery.count.limit":
        "group.share.min.delivery.count.limit" to "group.share.max.delivery.count.limit";
    "share.partition.max.record.locks":
        "group.share.min.partition.max.record.locks" to "group.share.max.partition.max.record.locks";
    "share.assignment.interval.ms":
        "group.share.min.assignment.interval.ms" to "group.share.max.assignment.interval.ms";
    "streams.heartbeat.interval.ms":
        "group.streams.min.heartbeat.interval.ms" to "group.streams.max.heartbeat.interval.ms";
    "streams.session.timeout.ms":
        "group.streams.min.session.timeout.ms" to "group.streams.max.session.timeout.ms";
    "streams.num.standby.replicas": _ to "group.streams.max.standby.replicas";
    "streams.assignment.interval.ms":
        "group.streams.min.assignment.interval.ms" to "group.streams.max.assignment.interval.ms";
    "streams.task.offset.interval.ms": "group.streams.min.task.offset.interval.ms" to _;
    "streams.num.warmup.replicas": _ to "group.streams.max.warmup.replicas";
};

/// Kinds of groups whose members send heartbeats within a session.
const KINDS: &[&str] = &["consumer", "share", "streams"];

const TAGS: &str = "streams.rack.aware.assignment.tags";
const ASSIGNOR: &str = "streams.assignor.name";
const DEAD_LETTERS: &str = "errors.deadletterqueue.topic.name";

#[cfg(test)]
mod tests;
