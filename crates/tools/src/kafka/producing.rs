//! What the tools that produce share: properties from files and words, and a producer of them.

use std::time::Duration;

use kampa_client::producer::Producer;
use kampa_client::{Client, properties};
use kampa_world::{Monotonic, World};

use crate::{Call, Stop};

/// Settings by Java's names, later ones over earlier ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Vec<(String, String)>);

impl Properties {
    /// Adds what a file says, if one is named.
    pub fn load(&mut self, call: &Call, path: Option<&str>) -> Result<(), Stop> {
        let Some(path) = path else { return Ok(()) };
        let bytes = call.world.disk().read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Stop::failed(format!("java.nio.file.NoSuchFileException: {path}")),
            _ => Stop::failed(format!("{path}: {error}")),
        })?;
        let read = kampa_configs::properties::read(&String::from_utf8_lossy(&bytes));
        let read = read.map_err(|wrong| Stop::failed(format!("{path}, line {}: malformed \\uxxxx", wrong.line)))?;
        read.into_iter().for_each(|property| self.set(&property.key, &property.value));
        Ok(())
    }

    /// Adds words of the form `key=value`; without `=` the value is empty.
    pub fn words<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
        for word in words {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            self.set(key, value);
        }
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.0.retain(|(old, _)| old != key);
        self.0.push((key.to_owned(), value.to_owned()));
    }

    /// As [`Properties::set`], where nobody has said anything.
    pub fn set_if_absent(&mut self, key: &str, value: &str) {
        if self.value(key).is_none() {
            self.set(key, value);
        }
    }

    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(old, _)| old == key).map(|(_, value)| value.as_str())
    }

    /// A client and a producer with these settings.
    pub fn producer(&self, call: &Call) -> Result<(Client, Producer), Stop> {
        let configured = properties::read(self.0.iter().map(|(key, value)| (key, value))).map_err(refused)?;
        let client = Client::on(call.world.clone(), configured.settings).map_err(refused)?;
        let producer = client.producer(configured.producer).map_err(refused)?;
        Ok((client, producer))
    }

    /// A client and a consumer with these settings.
    pub fn consumer(&self, call: &Call) -> Result<(Client, kampa_client::consumer::Consumer), Stop> {
        let configured = properties::read(self.0.iter().map(|(key, value)| (key, value))).map_err(refused)?;
        let client = Client::on(call.world.clone(), configured.settings).map_err(refused)?;
        let consumer = client.consumer(configured.consumer).map_err(refused)?;
        Ok((client, consumer))
    }
}

/// A setting that cannot be, as Java's exception names it.
fn refused(error: kampa_client::Error) -> Stop {
    match error {
        kampa_client::Error::Setting { key, value, wanted } => {
            let one_of = wanted.strip_prefix("one of ").and_then(|names| names.strip_suffix(" is wanted"));
            let wanted = one_of.map_or(wanted.clone(), |names| format!("String must be one of: {names}"));
            Stop::failed(format!(
                "org.apache.kafka.common.config.ConfigException: Invalid value {value} for configuration {key}: {wanted}"
            ))
        }
        error => Stop::failed(error),
    }
}

/// Waits until the next of evenly spaced moments is due.
pub struct Pace {
    begun: Monotonic,
    /// Below 0 there is no waiting, at 0 nothing is ever due.
    per_second: f64,
}

impl Pace {
    pub fn new(world: &World, per_second: f64) -> Pace {
        Pace { begun: world.now(), per_second }
    }

    /// Waits after so many.
    pub async fn after(&self, world: &World, count: u64) {
        if self.per_second < 0.0 {
            return;
        }
        let seconds = (count as f64 / self.per_second).min(YEAR_S);
        let due = self.begun + Duration::from_secs_f64(seconds);
        if world.now() < due {
            world.sleep_until(due).await;
        }
    }
}

/// Longer than anybody waits.
const YEAR_S: f64 = 31_536_000.0;
