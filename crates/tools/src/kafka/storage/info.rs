//! What log directories are formatted as.

use std::collections::BTreeSet;

use kampa_formats::meta_properties::{self, MetaProperties};

use crate::kafka::connect::load;
use crate::kafka::thrown::Died;
use crate::{Call, Stop};

pub(super) fn info(call: &Call, config: &str) -> Result<(), Died> {
    let properties = load(&call.world, Some(config))?;
    let value = |key: &str| properties.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.trim());
    let dirs = value("log.dirs").or(value("log.dir")).unwrap_or(DEFAULT_DIR);
    let mut directories: BTreeSet<&str> = dirs.split(',').map(str::trim).filter(|dir| !dir.is_empty()).collect();
    directories.extend(value("metadata.log.dir"));
    let (disk, out) = (call.world.disk(), &call.streams.out);
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut first: Option<MetaProperties> = None;
    for directory in directories {
        let directory = if directory == "/" { directory } else { directory.trim_end_matches('/') };
        let path = format!("{directory}/{}", meta_properties::FILE_NAME);
        match (disk.is_dir(directory), disk.exists(directory)) {
            (false, true) => problems.push(format!("{directory} is not a directory")),
            (false, false) => problems.push(format!("{directory} does not exist")),
            (true, _) => {
                found.push(directory);
                if !disk.exists(&path) {
                    problems.push(format!("{directory} is not formatted."));
                    continue;
                }
                match disk
                    .read(&path)
                    .map_err(|why| why.to_string())
                    .and_then(|file| meta_properties::decode(&file).map_err(|why| why.to_string()))
                {
                    Ok(meta) => match &first {
                        None => first = Some(meta),
                        Some(other) if other.cluster_id != meta.cluster_id => {
                            problems.push("Mismatched cluster IDs between storage directories.".to_owned());
                        }
                        Some(other) if other.node_id != meta.node_id => {
                            problems.push("Mismatched node IDs between storage directories.".to_owned());
                        }
                        Some(_) => {}
                    },
                    Err(why) => problems.push(format!("Error loading {path}: {why}")),
                }
            }
        }
    }
    if first.as_ref().is_some_and(|meta| meta.version == 0) {
        let words = "The kafka configuration file appears to be for a cluster in KRaft mode, but the directories are \
                     formatted for legacy mode.";
        problems.push(words.to_owned());
    }
    let list = |one: &str, many: &str, lines: &[&str]| {
        if !lines.is_empty() {
            out.line(if lines.len() == 1 { one } else { many });
            lines.iter().for_each(|line| out.line(format_args!("  {line}")));
            out.line("");
        }
    };
    list("Found log directory:", "Found log directories:", &found);
    if let Some(meta) = first {
        out.line(format_args!("Found metadata: {{{}}}\n", shown(&meta)));
    }
    let problems: Vec<&str> = problems.iter().map(String::as_str).collect();
    list("Found problem:", "Found problems:", &problems);
    if problems.is_empty() { Ok(()) } else { Err(Stop::Exit(1).into()) }
}

fn shown(meta: &MetaProperties) -> String {
    let node = if meta.version == 0 { "broker.id" } else { "node.id" };
    let pairs = [
        (node, meta.node_id.map(|id| id.to_string())),
        ("cluster.id", meta.cluster_id.clone()),
        ("directory.id", meta.directory_id.map(|id| id.to_string())),
    ];
    let mut pairs: Vec<String> =
        pairs.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?))).collect();
    pairs.sort();
    pairs.push(format!("version={}", meta.version));
    pairs.join(", ")
}

/// Kafka's own.
const DEFAULT_DIR: &str = "/tmp/kafka-logs";
