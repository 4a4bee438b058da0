//! The server.properties that the tool is pointed at, judged as Kafka judges them.
//!
//! A key that the file leaves out has the value with which `kampa server` would run on it.

use std::collections::BTreeSet;

use kampa_configs::{BrokerConfig, Given, Origin, Severity};

use crate::Call;
use crate::kafka::connect::load;
use crate::kafka::thrown::{Thrown, log};

/// A node's settings.
pub(super) struct Config {
    pub(super) settings: BrokerConfig,
    /// `unstable.feature.versions.enable`
    pub(super) unstable: bool,
    /// Why `kampa server` would not start with them, a sentence each.
    unserved: Vec<String>,
}

/// Reads them, or says what Kafka would throw.
pub(super) fn read(call: &Call, path: Option<&str>) -> Result<Config, Thrown> {
    let mut given = Given::default();
    for (key, value) in load(&call.world, path)? {
        given.insert(&key, &value, Origin::Nowhere);
    }
    let outcome = BrokerConfig::resolve(&given);
    let sentences = |severity| {
        let found = outcome.findings.iter().filter(move |finding| finding.severity == severity);
        found.map(|finding| finding.sentence.clone())
    };
    let unstable = given.value("unstable.feature.versions.enable").is_some_and(|value| value.trim() == "true");
    match &outcome.meant {
        Some(settings) => {
            Ok(Config { settings: settings.clone(), unstable, unserved: sentences(Severity::Unserved).collect() })
        }
        None => Err(thrown(&given, &sentences(Severity::Refusal).next().unwrap_or_default())),
    }
}

impl Config {
    /// Every log directory once, in order.
    pub(super) fn directories(&self) -> BTreeSet<String> {
        let dirs = self.settings.log_dirs.iter().chain([&self.settings.metadata_log_dir]);
        dirs.map(|dir| dir.display().to_string()).collect()
    }

    pub(super) fn metadata_directory(&self) -> String {
        self.settings.metadata_log_dir.display().to_string()
    }

    /// Says in the log what would keep a node of ours from starting, with one more reason if there is one; the directories are good
    /// for Apache Kafka all the same.
    pub(super) fn warn(&self, call: &Call, more: Option<&str>) {
        for sentence in self.unserved.iter().map(String::as_str).chain(more) {
            let words = format!("kampa server will not start with this configuration: {sentence}");
            log(&call.world, &call.streams, "WARN", words, "kafka.tools.StorageTool");
        }
    }
}

/// The class that Kafka throws such a sentence with, and what it says around it.
fn thrown(given: &Given, sentence: &str) -> Thrown {
    let begins = |words: &[&str]| words.iter().any(|words| sentence.starts_with(words));
    let of_listeners = |name: &str| {
        let lists = ["listeners", "advertised.listeners"].map(|key| given.value(key).unwrap_or_default());
        let named = lists.into_iter().find(|list| list.to_uppercase().contains(&format!("{name}://")));
        let list: Vec<&str> = named.unwrap_or_default().split(',').map(str::trim).collect();
        format!("Error creating broker listeners from '[{}]': {sentence}", list.join(", "))
    };
    if let Some(name) = sentence.strip_prefix("No security protocol defined for listener ") {
        return Thrown::illegal(of_listeners(name));
    }
    match () {
        () if begins(&["Unable to parse a listener name"]) => {
            Thrown::new("org.apache.kafka.common.KafkaException", sentence)
        }
        () if begins(JUDGED_ALONE) => Thrown::new("org.apache.kafka.common.config.ConfigException", sentence),
        () => Thrown::illegal(format!("requirement failed: {sentence}")),
    }
}

/// How Kafka's sentences about one setting begin; those about several together are requirements.
const JUDGED_ALONE: &[&str] = &[
    "Invalid value ",
    "Configuration '",
    "Invalid configuration value ",
    "Invalid security protocol ",
    "Failed to parse host name ",
    "`node.id` and `broker.id` ",
];
