//! Levels of loggers, changed while the node runs (KIP-412): what is asked in Kafka's names becomes a filter of our log.
//!
//! A logger stands for a part of the node, by the prefix of its modules' paths. Some parts have several names: ours, and
//! those that Kafka's operators know. A logger without a level of its own has that of the nearest part around it. Levels are forgotten
//! when the node stops, as in Kafka.

use std::collections::BTreeMap;

use kampa_controller::{APPEND, DELETE, Refusal, SET, SUBTRACT, SettingAlteration};
use kampa_protocol::ErrorCode;
use parking_lot::Mutex;

/// The loggers of a node.
pub struct Loggers {
    levels: Mutex<Levels>,
    apply: Box<dyn Fn(&str) + Send + Sync>,
}

/// What has a level of its own.
#[derive(Clone, Debug)]
struct Levels {
    by_part: BTreeMap<&'static str, Level>,
    /// Parts of the first filter that are about no logger here; kept as they are.
    others: Vec<String>,
}

/// Kafka's levels. Our log has no word beyond ERROR, so FATAL is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Fatal,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Loggers {
    /// Loggers as a filter in tracing's words has them, such as `kampa_storage=trace,info`; `apply` is called with the whole
    /// filter whenever it changes.
    pub fn new(filter: &str, apply: impl Fn(&str) + Send + Sync + 'static) -> Loggers {
        Loggers { levels: Mutex::new(Levels::read(filter)), apply: Box::new(apply) }
    }

    /// Every logger and its level, by name.
    pub fn all(&self) -> BTreeMap<String, String> {
        let levels = self.levels.lock();
        LOGGERS.iter().map(|(name, part)| ((*name).to_owned(), levels.of(part).name().to_owned())).collect()
    }

    /// Changes levels, all or none of them.
    ///
    /// INVALID_CONFIG for a logger or a level nobody knows, INVALID_REQUEST for what loggers cannot do.
    pub fn alter(&self, alterations: &[SettingAlteration], validate_only: bool) -> Result<(), Refusal> {
        let mut levels = self.levels.lock();
        let mut altered = levels.clone();
        for one in alterations {
            altered.alter(one)?;
        }
        if !validate_only && !alterations.is_empty() {
            (self.apply)(&altered.filter());
            *levels = altered;
        }
        Ok(())
    }
}

impl Default for Loggers {
    /// For a node whose log is nobody's business.
    fn default() -> Loggers {
        Loggers::new("info", |_| {})
    }
}

impl Levels {
    fn read(filter: &str) -> Levels {
        let mut levels = Levels { by_part: BTreeMap::from([(ROOT, Level::Error)]), others: Vec::new() };
        for directive in filter.split(',').map(str::trim).filter(|directive| !directive.is_empty()) {
            let (part, word) = directive.split_once('=').unwrap_or((ROOT, directive));
            let part = LOGGERS.iter().map(|(_, known)| *known).find(|known| *known == part);
            match (part, Level::of_filter(word)) {
                (Some(part), Some(level)) => drop(levels.by_part.insert(part, level)),
                _ => levels.others.push(directive.to_owned()),
            }
        }
        levels
    }

    fn of(&self, part: &str) -> Level {
        let around = self.by_part.iter().filter(|(around, _)| part.starts_with(**around));
        around.max_by_key(|(around, _)| around.len()).map_or(Level::Error, |(_, level)| *level)
    }

    fn alter(&mut self, one: &SettingAlteration) -> Result<(), Refusal> {
        let (name, value) = (&one.name, one.value.as_deref().unwrap_or_default());
        let part = LOGGERS.iter().find(|(known, _)| name == known).map(|(_, part)| *part);
        let refuse = |code, sentence: String| Err(Refusal { code, message: Some(sentence.into()) });
        let not_allowed = |operation: &str| {
            let sentence = format!("{operation} operation is not allowed for the BROKER_LOGGER resource");
            refuse(ErrorCode::INVALID_REQUEST, sentence)
        };
        let unknown = || refuse(ErrorCode::INVALID_CONFIG, format!("Logger {name} does not exist!"));
        match one.operation {
            SET => {
                let Some(part) = part else { return unknown() };
                let Some(level) = Level::named(value) else {
                    return refuse(
                        ErrorCode::INVALID_CONFIG,
                        format!(
                            "Cannot set the log level of {name} to {value} as it is not a supported log level. Valid log \
                             levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN"
                        ),
                    );
                };
                self.by_part.insert(part, level);
                Ok(())
            }
            DELETE => match part {
                None => unknown(),
                Some(ROOT) => refuse(
                    ErrorCode::INVALID_REQUEST,
                    "Removing the log level of the root logger is not allowed".to_owned(),
                ),
                Some(part) => {
                    self.by_part.remove(part);
                    Ok(())
                }
            },
            APPEND => not_allowed("APPEND"),
            SUBTRACT => not_allowed("SUBTRACT"),
            other => refuse(
                ErrorCode::INVALID_REQUEST,
                format!("Unknown operation type {other} is not allowed for the BROKER_LOGGER resource"),
            ),
        }
    }

    /// In tracing's words.
    fn filter(&self) -> String {
        let directive = |(part, level): (&&str, &Level)| match *part {
            ROOT => level.in_filter().to_owned(),
            part => format!("{part}={}", level.in_filter()),
        };
        self.others.iter().cloned().chain(self.by_part.iter().map(directive)).collect::<Vec<_>>().join(",")
    }
}

impl Level {
    const ALL: [Level; 6] = [Level::Fatal, Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace];

    fn name(self) -> &'static str {
        match self {
            Level::Fatal => "FATAL",
            Level::Error => "ERROR",
            Level::Warn => "WARN",
            Level::Info => "INFO",
            Level::Debug => "DEBUG",
            Level::Trace => "TRACE",
        }
    }

    fn named(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    fn in_filter(self) -> &'static str {
        match self {
            Level::Fatal => "off",
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
            Level::Trace => "trace",
        }
    }

    fn of_filter(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.in_filter().eq_ignore_ascii_case(word))
    }
}

/// The part that is everything.
const ROOT: &str = "";

/// Names, and the part of the node each stands for.
const LOGGERS: &[(&str, &str)] = &[
    ("root", ROOT),
    ("kampa", "kampa"),
    ("kampa_broker", "kampa_broker"),
    ("kampa_broker::api", "kampa_broker::api"),
    ("kampa_broker::apis", "kampa_broker::apis"),
    ("kampa_broker::changes", "kampa_broker::changes"),
    ("kampa_broker::control", "kampa_broker::control"),
    ("kampa_broker::groups", "kampa_broker::groups"),
    ("kampa_kraft", "kampa_kraft"),
    ("kampa_replication", "kampa_replication"),
    ("kampa_storage", "kampa_storage"),
    ("kampa_transport", "kampa_transport"),
    ("kafka", "kampa"),
    ("kafka.cluster", "kampa_replication"),
    ("kafka.cluster.Partition", "kampa_replication"),
    ("kafka.controller", "kampa_broker::control"),
    ("kafka.coordinator.group", "kampa_broker::groups"),
    ("kafka.log", "kampa_storage"),
    ("kafka.network", "kampa_transport"),
    ("kafka.network.SocketServer", "kampa_transport"),
    ("kafka.request.logger", "kampa_broker::apis"),
    ("kafka.server", "kampa_broker"),
    ("kafka.server.KafkaApis", "kampa_broker::api"),
    ("org.apache.kafka", "kampa"),
    ("org.apache.kafka.controller", "kampa_broker::control"),
    ("org.apache.kafka.coordinator.group", "kampa_broker::groups"),
    ("org.apache.kafka.raft", "kampa_kraft"),
    ("org.apache.kafka.storage.internals.log", "kampa_storage"),
    ("state.change.logger", "kampa_broker::changes"),
];

#[cfg(test)]
mod tests;
