//! Formatting: log directories that a node can start on, and what its cluster begins with.
//!
//! Directories that are formatted already stay as they are. `meta.properties` comes last, and with it a directory counts as formatted;
//! what a crash leaves is formatted again.

mod bootstrap;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kampa_formats::meta_properties::MetaProperties;
use kampa_kraft::Quorum;
use kampa_protocol::Uuid;
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_storage::{LogDir, fresh_id};

use super::config::Config;
use super::voters::{Named, Voters};
use super::{Refused, config, meta, voters};
use crate::Call;
use crate::kafka::connect::of_file;
use crate::kafka::hash_order::hash_order;
use crate::kafka::thrown::{Thrown, log};
use crate::options::commands::Parsed;

/// Does it.
pub(super) fn format(call: &Call, parsed: &Parsed) -> Result<(), Refused> {
    let config = config::read(call, parsed.value("config"))?;
    let wanted = Wanted::read(call, parsed, &config)?;
    let levels = wanted.levels(config.unstable)?;
    let records = bootstrap::records(call, &levels, parsed.values("add-scram"))?;
    wanted.write(call, &config, &levels, &records)?;
    config.warn(call, wanted.unserved_quorum(config.settings.node_id));
    Ok(())
}

/// Levels by feature, `metadata.version` among them.
type Levels = BTreeMap<String, i16>;

/// What the command line asks for.
struct Wanted<'a> {
    cluster_id: &'a str,
    ignore_formatted: bool,
    release: Option<i16>,
    features: Levels,
    voters: Option<Voters>,
    /// Controllers are not named in the settings: the quorum says itself who votes.
    is_dynamic: bool,
}

impl<'a> Wanted<'a> {
    fn read(call: &Call, parsed: &'a Parsed, config: &Config) -> Result<Wanted<'a>, Refused> {
        let release = parsed.value("release-version");
        let release = release.map(|release| bootstrap::release(release, config.unstable)).transpose()?;
        let features = bootstrap::features(parsed.values("feature"))?;
        let is_dynamic = config.settings.controller_quorum_voters.is_empty();
        let (named, standalone) = (parsed.value("initial-controllers"), parsed.has("standalone"));
        if !is_dynamic && (named.is_some() || standalone) {
            return Err(Refused::terse(
                "You cannot specify controller.quorum.voters and format the node with --initial-controllers or \
                 --standalone. If you want to use dynamic quorum, please remove controller.quorum.voters and specify \
                 controller.quorum.bootstrap.servers instead.",
            ));
        }
        let mut voters = named.map(voters::parse).transpose()?;
        if standalone {
            voters = Some(this_node_alone(call, config)?);
        }
        let must_say = config.settings.process_roles.controller && is_dynamic;
        if must_say && voters.is_none() && !parsed.has("no-initial-controllers") {
            return Err(Refused::terse(
                "Because controller.quorum.voters is not set on this controller, you must specify one of the following: \
                 --standalone, --initial-controllers, or --no-initial-controllers.",
            ));
        }
        Ok(Wanted {
            cluster_id: parsed.value("cluster-id").unwrap_or_default(),
            ignore_formatted: parsed.has("ignore-formatted"),
            release,
            features,
            voters,
            is_dynamic,
        })
    }

    fn levels(&self, unstable: bool) -> Result<Levels, Refused> {
        let metadata = bootstrap::metadata_version(self.release, &self.features, unstable)?;
        bootstrap::levels(metadata, &self.features, self.is_dynamic)
    }

    fn write(&self, call: &Call, config: &Config, levels: &Levels, records: &[MetadataRecord]) -> Result<(), Refused> {
        let out = &call.streams.out;
        let found = Found::look(call, &config.directories());
        found.verify(call, self.cluster_id, config.settings.node_id)?;
        if let Some((first, _)) = found.formatted.first().filter(|_| !self.ignore_formatted) {
            return Err(Refused::terse(format!(
                "Log directory {first} is already formatted. Use --ignore-formatted to ignore this directory and format \
                 the others."
            )));
        }
        for directory in &found.broken {
            out.line(format_args!("I/O error trying to read log directory {directory}. Ignoring..."));
        }
        if found.empty.is_empty() && found.formatted.is_empty() {
            return Err(Refused::terse("No available log directories to format."));
        }
        if found.empty.is_empty() {
            out.line("All of the log directories are already formatted.");
            return Ok(());
        }
        out.line(format_args!("Bootstrap metadata: {}", bootstrap::shown(levels, records)));
        for directory in &found.empty {
            self.write_one(call, config, levels, records, directory)?;
        }
        Ok(())
    }

    fn write_one(
        &self,
        call: &Call,
        config: &Config,
        levels: &Levels,
        records: &[MetadataRecord],
        directory: &str,
    ) -> Result<(), Refused> {
        let is_metadatas = directory == config.metadata_directory();
        let node_id = config.settings.node_id;
        let here = self.voters.as_ref().and_then(|voters| voters.get(&node_id)).filter(|_| is_metadatas);
        let kind = match (&self.voters, here) {
            _ if !is_metadatas => "data directory",
            (None, _) => "metadata directory",
            (Some(_), None) => "dynamic metadata directory",
            (Some(_), Some(_)) => "dynamic metadata voter directory",
        };
        call.streams.out.line(format_args!(
            "Formatting {kind} {directory} with metadata.version {}.",
            bootstrap::metadata_name(levels)
        ));
        let path = Path::new(directory);
        let failed = |error: std::io::Error| {
            let thrown = of_file(directory, &error);
            Refused::terse(format!("Error while writing meta.properties file {directory}: {thrown}"))
        };
        if is_metadatas && config.settings.process_roles.controller {
            let quorum = self.quorum(config, levels);
            kampa_kraft::format(&call.world, path, records.to_vec(), &quorum).map_err(failed)?;
        }
        let meta = MetaProperties {
            version: 1,
            cluster_id: Some(self.cluster_id.to_owned()),
            node_id: Some(node_id),
            directory_id: Some(here.map_or_else(|| fresh_id(&call.world), |here| here.directory)),
        };
        LogDir::format(&call.world, path, &meta).map_err(failed)
    }

    /// Why `kampa server` would not be in such a quorum.
    fn unserved_quorum(&self, node_id: i32) -> Option<&'static str> {
        let is_alone = self.voters.as_ref().is_some_and(|voters| voters.keys().eq([&node_id]));
        (self.is_dynamic && !is_alone)
            .then_some("other controllers than itself are to be in the quorum; only a quorum of one is served yet")
    }

    fn quorum(&self, config: &Config, levels: &Levels) -> Quorum {
        let listener = config.settings.controller_listener_names.first().map_or("", String::as_str);
        let voters = self.voters.as_ref().map(|voters| voters::recorded(voters, listener));
        Quorum { kraft_version: bootstrap::kraft_version(levels), voters: voters.unwrap_or_default() }
    }
}

/// `--standalone`.
fn this_node_alone(call: &Call, config: &Config) -> Result<Voters, Refused> {
    let settings = &config.settings;
    if !settings.process_roles.controller {
        return Err(Refused::terse("You can only use --standalone on a controller."));
    }
    let listener = settings.advertised_controller_listeners.first();
    let listener = listener.ok_or_else(|| Thrown::runtime("No controller listeners found."))?;
    // An address that stands for all of them cannot be connected to.
    let is_every = ["", "0.0.0.0", "::"].contains(&listener.host.as_str());
    let host = if is_every { "localhost".to_owned() } else { listener.host.clone() };
    Ok(Voters::from([(settings.node_id, Named { host, port: listener.port, directory: fresh_id(&call.world) })]))
}

/// The log directories as they are, each list in the order in which Kafka walks it.
struct Found {
    empty: Vec<String>,
    formatted: Vec<(String, MetaProperties)>,
    broken: Vec<String>,
}

impl Found {
    fn look(call: &Call, directories: &BTreeSet<String>) -> Found {
        let mut found = Found { empty: Vec::new(), formatted: Vec::new(), broken: Vec::new() };
        for directory in directories {
            match meta::read(&call.world, directory) {
                Ok(Some(meta)) => found.formatted.push((directory.clone(), meta)),
                Ok(None) => found.empty.push(directory.clone()),
                Err(thrown) => {
                    let path = meta::path(&call.world, directory);
                    let words = format!("Error while reading meta.properties file {path}");
                    let logger = "org.apache.kafka.metadata.properties.MetaPropertiesEnsemble";
                    log(&call.world, &call.streams, "ERROR", words, logger);
                    call.streams.err.line(&thrown);
                    found.broken.push(directory.clone());
                }
            }
        }
        hash_order(&mut found.empty, |directory| directory);
        hash_order(&mut found.broken, |directory| directory);
        hash_order(&mut found.formatted, |(directory, _)| directory);
        found
    }

    /// Those that are formatted must be this node's, and different.
    fn verify(&self, call: &Call, cluster_id: &str, node_id: i32) -> Result<(), Thrown> {
        let mut seen: BTreeMap<Uuid, &str> = BTreeMap::new();
        for (directory, meta) in &self.formatted {
            let path = meta::path(&call.world, directory);
            if let Some(found) = meta.cluster_id.as_deref().filter(|found| *found != cluster_id) {
                let words = format!("Invalid cluster.id in: {path}. Expected {cluster_id}, but read {found}");
                return Err(Thrown::runtime(words));
            }
            if let Some(found) = meta.node_id.filter(|found| *found != node_id) {
                return Err(Thrown::runtime(format!(
                    "Stored node id {found} doesn't match previous node id {node_id} in {path}. If you moved your data, \
                     make sure your configured node id matches. If you intend to create a new node, you should remove all \
                     data in your data directories."
                )));
            }
            let Some(id) = meta.directory_id else { continue };
            if [Uuid::ZERO, Uuid::METADATA_TOPIC].contains(&id) {
                return Err(Thrown::runtime(format!("Invalid reserved directory ID {id} found in {directory}")));
            }
            if let Some(other) = seen.insert(id, directory) {
                return Err(Thrown::runtime(format!(
                    "Duplicate directory ID Optional[{id}] found. It was the ID of {other}, but also of {directory}"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
