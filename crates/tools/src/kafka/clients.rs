//! What the tools that produce and consume share: settings from files and words, and a producer or a consumer of them.

use std::time::Duration;

use kampa_client::consumer::Consumer;
use kampa_client::producer::Producer;
use kampa_client::properties::Configured;
use kampa_client::{Client, Error, properties};
use kampa_world::{Monotonic, World};

use super::connect::{self, check_addresses};
use super::thrown::Thrown;
use crate::Call;

/// Settings by Java's names, later ones over earlier ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Vec<(String, String)>);

impl Properties {
    /// What a file says, if one is named.
    pub fn load(world: &World, path: Option<&str>) -> Result<Properties, Thrown> {
        let mut properties = Properties::default();
        connect::load(world, path)?.iter().for_each(|(key, value)| properties.set(key, value));
        Ok(properties)
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
    pub async fn producer(&self, call: &Call) -> Result<(Client, Producer), Thrown> {
        let (client, configured) = self.client(call, "producer").await?;
        let producer = client.producer(configured.producer).map_err(|error| connect::refused(&error))?;
        Ok((client, producer))
    }

    /// A client and a consumer with these settings.
    pub async fn consumer(&self, call: &Call) -> Result<(Client, Consumer), Thrown> {
        let (client, configured) = self.client(call, "consumer").await?;
        let consumer = client.consumer(configured.consumer).map_err(|error| connect::refused(&error))?;
        Ok((client, consumer))
    }

    async fn client(&self, call: &Call, of: &str) -> Result<(Client, Configured), Thrown> {
        let read = properties::read(self.0.iter().map(|(key, value)| (key, value)));
        let failed =
            || Thrown::new("org.apache.kafka.common.KafkaException", format!("Failed to construct kafka {of}"));
        let configured = read.map_err(|error| match &error {
            // A class that cannot be loaded is found out when the rest is made.
            Error::Setting { key, .. } if key == "partition.assignment.strategy" => failed(),
            error => connect::refused(error),
        })?;
        let missing = || format!("Missing required configuration \"{SERVERS}\" which has no default value.");
        let servers = self.value(SERVERS).ok_or_else(|| Thrown::new(connect::CONFIG, missing()))?;
        check_addresses(call, SERVERS, servers).await.map_err(|_| failed())?;
        let client = Client::on(call.world.clone(), configured.settings.clone()).map_err(|_| failed())?;
        Ok((client, configured))
    }
}

const SERVERS: &str = "bootstrap.servers";

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
