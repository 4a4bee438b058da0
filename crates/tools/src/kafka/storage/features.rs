//! Releases and the levels of features that come with them.

use crate::Output;

/// `metadata.version` by level, from the first that Kafka 4 can begin with; the last is still in the making.
const METADATA_VERSIONS: [&str; 28] = [
    "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1",
    "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0",
    "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0", "4.4-IV0", "4.4-IV1", "4.4-IV2", "4.5-IV0",
];

/// The level of the first of them.
const FIRST: i16 = 7;

/// The latest that is stable.
const LATEST: &str = "4.4-IV2";

/// A feature: for each level from 0 on, the `metadata.version` with which new clusters get it.
struct Feature {
    name: &'static str,
    since: &'static [&'static str],
    /// Levels that need a `metadata.version`.
    needs: &'static [(i16, &'static str)],
}

/// In Kafka's order.
const FEATURES: [Feature; 6] = [
    Feature { name: "kraft.version", since: &["3.3-IV3", "3.9-IV0"], needs: &[] },
    Feature { name: "transaction.version", since: &["3.3-IV3", "4.0-IV2", "4.0-IV2"], needs: &[] },
    Feature { name: "group.version", since: &["3.3-IV3", "4.0-IV0"], needs: &[] },
    Feature { name: "eligible.leader.replicas.version", since: &["3.3-IV3", "4.1-IV0"], needs: &[(1, "4.0-IV1")] },
    Feature { name: "share.version", since: &["3.3-IV3", "4.2-IV0", "4.4-IV0"], needs: &[] },
    Feature { name: "streams.version", since: &["3.3-IV3", "4.2-IV1"], needs: &[] },
];

/// The levels that a new cluster of a release has.
pub(super) fn version_mapping(out: &Output, release: Option<&str>) -> Result<(), String> {
    let release = release.unwrap_or(LATEST);
    let level = level_of(release).ok_or_else(|| {
        let known = METADATA_VERSIONS.join(", ");
        format!("Unknown metadata.version '{release}'. Supported metadata.version are: {known}")
    })?;
    out.line(format_args!("metadata.version={level} ({release})"));
    for feature in &FEATURES {
        let since = feature.since.iter().rposition(|version| index(version) <= level);
        out.line(format_args!("{}={}", feature.name, since.unwrap_or(0)));
    }
    Ok(())
}

/// The level of a `metadata.version` (`4.0-IV3`) or of a release (`4.0`, `4.0.1`): its last stable one.
fn level_of(version: &str) -> Option<i16> {
    let key: Vec<&str> = version.split('.').take(2).collect();
    let key = key.join(".");
    let stable = METADATA_VERSIONS.iter().take_while(|name| index(name) <= index(LATEST));
    let of_release = stable.filter(|name| name.split_once('-').is_some_and(|(release, _)| release == key)).last();
    let found = METADATA_VERSIONS.iter().find(|name| **name == key).or(of_release)?;
    Some(index(found))
}

fn index(name: &str) -> i16 {
    METADATA_VERSIONS.iter().position(|version| *version == name).map_or(0, |at| at as i16 + FIRST)
}

/// What levels of features need of others.
pub(super) fn dependencies(out: &Output, asked: &[String]) -> Result<(), String> {
    for one in asked {
        let (name, level) = one.split_once('=').ok_or_else(|| {
            format!("Invalid feature format: {one}. Expected format: 'feature=version' (e.g. 'group.version=1')")
        })?;
        let (name, text) = (name.trim(), level.trim());
        let level: i16 = text.parse().map_err(|_| format!("Invalid version format: {text} for feature {name}"))?;
        if name == "metadata.version" {
            let at = usize::try_from(level - FIRST.min(level)).unwrap_or(usize::MAX);
            let known = METADATA_VERSIONS.get(at).filter(|_| level >= FIRST);
            let version = known.ok_or_else(|| format!("Unknown metadata.version {level}"))?;
            out.line(format_args!("{name}={level} ({version}) has no dependencies."));
            continue;
        }
        let feature = FEATURES.iter().find(|feature| feature.name == name);
        let feature = feature.ok_or_else(|| format!("Unknown feature: {name}"))?;
        if !(0..feature.since.len() as i16).contains(&level) {
            return Err(format!("Feature level {level} is not supported for feature {name}"));
        }
        match feature.needs.iter().find(|(needing, _)| *needing == level) {
            Some((_, version)) => {
                out.line(format_args!("{name}={level} requires:"));
                out.line(format_args!("    metadata.version={} ({version})", index(version)));
            }
            None => out.line(format_args!("{name}={level} has no dependencies.")),
        }
    }
    Ok(())
}
