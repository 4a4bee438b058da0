//! `kampa config`: settings of topics, brokers and groups.

use clap::{Args, Subcommand, ValueEnum};
use kampa_client::admin::{AlterConfig, ConfigEntry, ConfigResource, ConfigSource, DescribeConfigs, ResourceType};
use kampa_world::World;
use serde_json::{Value, json};

use super::screen::{Table, count};
use super::{Common, Session, each};
use crate::{Outcome, Streams};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What is set; with --all, the defaults too.
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        of: Of,
        /// Only settings whose name has this in it.
        filter: Option<String>,
        /// Defaults too.
        #[arg(long, short)]
        all: bool,
        /// With what each setting means.
        #[arg(long)]
        docs: bool,
    },
    /// Sets values, at once and for good.
    Set {
        #[command(flatten)]
        of: Of,
        #[arg(required = true, value_name = "KEY=VALUE", value_parser = pair)]
        settings: Vec<(String, String)>,
    },
    /// Takes values back: what holds then is the default.
    Unset {
        #[command(flatten)]
        of: Of,
        #[arg(required = true, value_name = "KEY")]
        settings: Vec<String>,
    },
}

#[derive(Debug, Args)]
struct Of {
    /// What the settings belong to.
    kind: Kind,
    /// Its name; of a broker its id, or `all` for what holds for every broker.
    name: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Topic,
    Broker,
    Group,
    ClientMetrics,
    /// How much a broker's loggers say.
    Logger,
}

pub const NOTES: &str = "\
Examples:
  kampa config show topic orders
  kampa config set topic orders retention.ms=86400000 compression.type=zstd
  kampa config set broker all log.retention.hours=48
  kampa config unset topic orders retention.ms";

pub async fn run(arguments: Arguments, world: &World, streams: &Streams) -> Outcome {
    let session = Session::open(&arguments.common, world, streams)?;
    let admin = session.client.admin();
    match arguments.action {
        Action::Show { of, filter, all, docs } => {
            let how = DescribeConfigs { include_synonyms: false, include_documentation: docs };
            let described = admin.describe_configs(&[of.resource()], &how).await;
            each(streams, described, |_, entries| {
                let wanted = |entry: &&ConfigEntry| {
                    (all || is_set(entry)) && filter.as_ref().is_none_or(|part| entry.name.contains(part.as_str()))
                };
                show(&session, &entries.iter().filter(wanted).collect::<Vec<_>>(), docs, all);
            })
        }
        Action::Set { of, settings } => {
            let changes = settings.into_iter().map(|(key, value)| AlterConfig::set(key, value)).collect();
            alter(&session, &of, changes).await
        }
        Action::Unset { of, settings } => {
            alter(&session, &of, settings.into_iter().map(AlterConfig::delete).collect()).await
        }
    }
}

impl Of {
    fn resource(&self) -> ConfigResource {
        let kind = match self.kind {
            Kind::Topic => ResourceType::Topic,
            Kind::Broker => ResourceType::Broker,
            Kind::Group => ResourceType::Group,
            Kind::ClientMetrics => ResourceType::ClientMetrics,
            Kind::Logger => ResourceType::BrokerLogger,
        };
        let is_all = matches!(self.kind, Kind::Broker) && self.name == "all";
        ConfigResource::new(kind, if is_all { "" } else { &self.name })
    }
}

async fn alter(session: &Session, of: &Of, changes: Vec<AlterConfig>) -> Outcome {
    let changed = count(changes.len(), "setting");
    let altered = session.client.admin().alter_configs(&[(of.resource(), changes)], false).await;
    each(&session.screen.streams, altered, |_, ()| {
        session.screen.say(format_args!("{changed} of {} changed", of.name));
    })
}

fn show(session: &Session, entries: &[&ConfigEntry], docs: bool, all: bool) {
    session.screen.show(
        || {
            let mut table = Table::new(&["SETTING", "VALUE", "FROM"]);
            for entry in entries {
                table.row([entry.name.clone(), value(entry), from(entry.source).to_owned()]);
                if let Some(words) = entry.documentation.as_ref().filter(|_| docs) {
                    table.row([format!("  {words}"), String::new(), String::new()]);
                }
            }
            table
        },
        || {
            let one = |entry: &&ConfigEntry| {
                json!({
                    "name": entry.name, "value": entry.value, "source": entry.source.name(), "read_only": entry.is_read_only,
                    "sensitive": entry.is_sensitive, "documentation": entry.documentation,
                })
            };
            Value::Array(entries.iter().map(one).collect())
        },
    );
    if entries.is_empty() && !all {
        session.screen.streams.err.line("everything is as by default: --all shows it");
    }
}

fn is_set(entry: &ConfigEntry) -> bool {
    entry.source != ConfigSource::Default
}

fn value(entry: &ConfigEntry) -> String {
    match &entry.value {
        _ if entry.is_sensitive => "(hidden)".into(),
        Some(value) => value.clone(),
        None => "(none)".into(),
    }
}

fn from(source: ConfigSource) -> &'static str {
    match source {
        ConfigSource::Default => "default",
        ConfigSource::StaticBroker => "server.properties",
        ConfigSource::DynamicBroker => "this broker",
        ConfigSource::DynamicDefaultBroker => "all brokers",
        ConfigSource::DynamicTopic => "the topic",
        ConfigSource::DynamicGroup => "the group",
        ConfigSource::DynamicClientMetrics => "the subscription",
        ConfigSource::DynamicBrokerLogger => "the logger",
        ConfigSource::Unknown => "unknown",
    }
}

/// `key=value`; the value may be empty, and may have more `=`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err(format!("{text} is not KEY=VALUE")),
    }
}
