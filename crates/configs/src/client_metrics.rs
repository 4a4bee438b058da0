//! A subscription to the metrics of clients (KIP-714): which metrics, how often, and of which clients.

use std::fmt;

use regex::{Regex, RegexBuilder};

use crate::setting::Scope;
use crate::table;
use crate::value::{InvalidConfig, Value};

/// A subscription, understood.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Prefixes of metrics' names; `*` for all.
    pub metrics: Vec<String>,
    /// Between two pushes.
    pub interval_ms: i32,
    patterns: Vec<(Trait, Regex)>,
}

/// What a client tells of itself, by which it is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientTold {
    /// The id it was given for its pushes.
    pub instance_id: String,
    /// `client.id`.
    pub id: Option<String>,
    /// As ApiVersions said.
    pub software_name: Option<String>,
    /// As ApiVersions said.
    pub software_version: Option<String>,
    /// Where it speaks from.
    pub source_address: String,
    /// Where it speaks from.
    pub source_port: u16,
}

/// Why there is no such subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidSubscription {
    /// Answered INVALID_REQUEST.
    Request(String),
    /// Answered INVALID_CONFIG.
    Config(InvalidConfig),
}

impl fmt::Display for InvalidSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidSubscription::Request(sentence) | InvalidSubscription::Config(InvalidConfig(sentence)) => {
                f.write_str(sentence)
            }
        }
    }
}

impl Subscription {
    /// Reads a subscription's settings: names first, then each value alone, then what they mean.
    pub fn read<'a>(
        own: impl IntoIterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<Subscription, InvalidSubscription> {
        let is_unknown = |(key, _): &(&str, &str)| table::find(Scope::ClientMetrics, key).is_none();
        if let Some((unknown, _)) = own.clone().into_iter().find(is_unknown) {
            return Err(InvalidSubscription::Request(format!("Unknown client metrics configuration: {unknown}")));
        }
        let mut subscription = Subscription { metrics: Vec::new(), interval_ms: 0, patterns: Vec::new() };
        let mut matches = Vec::new();
        for setting in table::settings(Scope::ClientMetrics) {
            let given = own.clone().into_iter().find(|(key, _)| *key == setting.name).map(|(_, text)| text);
            let text = given.or(setting.default.text()).unwrap_or_default();
            match setting.parse(text).map_err(InvalidSubscription::Config)? {
                Value::Int(interval_ms) => subscription.interval_ms = interval_ms,
                Value::List(list) if setting.name == "metrics" => subscription.metrics = list,
                Value::List(list) => matches = list,
                _ => {}
            }
        }
        if !(INTERVAL_MS_MIN..=INTERVAL_MS_MAX).contains(&subscription.interval_ms) {
            return Err(InvalidSubscription::Request(format!(
                "Invalid value {} for interval.ms, interval must be between {INTERVAL_MS_MIN} and {INTERVAL_MS_MAX} \
                 (1 hour)",
                subscription.interval_ms
            )));
        }
        for pair in &matches {
            let illegal = || InvalidConfig(format!("Illegal client matching pattern: {pair}"));
            let pattern = read_pattern(pair).ok_or_else(illegal).map_err(InvalidSubscription::Config)?;
            // Of two patterns for one trait the last counts.
            subscription.patterns.retain(|(known, _)| *known != pattern.0);
            subscription.patterns.push(pattern);
        }
        Ok(subscription)
    }

    /// Whether the client is meant: every pattern fits the whole of what it tells.
    pub fn matches(&self, client: &ClientTold) -> bool {
        self.patterns.iter().all(|(of, pattern)| match of {
            Trait::InstanceId => pattern.is_match(&client.instance_id),
            Trait::Id => is_match(pattern, client.id.as_ref()),
            Trait::SoftwareName => is_match(pattern, client.software_name.as_ref()),
            Trait::SoftwareVersion => is_match(pattern, client.software_version.as_ref()),
            Trait::SourceAddress => pattern.is_match(&client.source_address),
            Trait::SourcePort => pattern.is_match(&client.source_port.to_string()),
        })
    }
}

fn is_match(pattern: &Regex, told: Option<&String>) -> bool {
    told.is_some_and(|told| pattern.is_match(told))
}

/// What patterns are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trait {
    InstanceId,
    Id,
    SoftwareName,
    SoftwareVersion,
    SourceAddress,
    SourcePort,
}

/// `client_id=app-.*`
fn read_pattern(pair: &str) -> Option<(Trait, Regex)> {
    let (name, pattern) = pair.split_once('=')?;
    let of = match name.trim() {
        "client_instance_id" => Trait::InstanceId,
        "client_id" => Trait::Id,
        "client_software_name" => Trait::SoftwareName,
        "client_software_version" => Trait::SoftwareVersion,
        "client_source_address" => Trait::SourceAddress,
        "client_source_port" => Trait::SourcePort,
        _ => return None,
    };
    if pattern.is_empty() || pattern.trim_end_matches('=').contains('=') {
        return None;
    }
    let pattern = pattern.trim_end_matches('=').trim();
    // Alone first: a lone parenthesis must not close ours.
    compile(pattern)?;
    Some((of, compile(&format!("^(?:{pattern})$"))?))
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build().ok()
}

const INTERVAL_MS_MIN: i32 = 100;
const INTERVAL_MS_MAX: i32 = 3_600_000;

/// What one compiled pattern may take: a few thousand letters, or a repetition of some hundred. Matching takes no longer than the
/// text is long, whatever the pattern.
const PATTERN_BYTES_MAX: usize = 1 << 20;

#[cfg(test)]
mod tests;
