//! What log directories are formatted as.

use kampa_formats::meta_properties::MetaProperties;

use super::{Refused, config, meta};
use crate::kafka::thrown::Thrown;
use crate::{Call, Stop};

pub(super) fn info(call: &Call, config: Option<&str>) -> Result<(), Refused> {
    let directories = config::read(call, config)?.directories();
    let (disk, out) = (call.world.disk(), &call.streams.out);
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut first: Option<MetaProperties> = None;
    for directory in &directories {
        let directory = if directory == "/" { directory } else { directory.trim_end_matches('/') };
        match (disk.is_dir(directory), disk.exists(directory)) {
            (false, true) => problems.push(format!("{directory} is not a directory")),
            (false, false) => problems.push(format!("{directory} does not exist")),
            (true, _) => {
                found.push(directory);
                match meta::read(&call.world, directory) {
                    Ok(None) => problems.push(format!("{directory} is not formatted.")),
                    Ok(Some(meta)) => {
                        problems.extend(mismatch(first.as_ref(), &meta));
                        first.get_or_insert(meta);
                    }
                    Err(thrown) => problems.push(unreadable(call, directory, thrown)?),
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

fn mismatch(first: Option<&MetaProperties>, meta: &MetaProperties) -> Option<String> {
    let first = first?;
    match () {
        () if first.cluster_id != meta.cluster_id => {
            Some("Mismatched cluster IDs between storage directories.".to_owned())
        }
        () if first.node_id != meta.node_id => Some("Mismatched node IDs between storage directories.".to_owned()),
        () => None,
    }
}

/// What is wrong in the file is told; one that is no properties file at all ends the tool.
fn unreadable(call: &Call, directory: &str, thrown: Thrown) -> Result<String, Thrown> {
    if !thrown.is("RuntimeException") {
        return Err(thrown);
    }
    call.streams.out.line(&thrown);
    Ok(format!("Error loading {directory}/meta.properties: {}", thrown.message()))
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
