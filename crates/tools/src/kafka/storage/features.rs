//! Releases and the levels of features that come with them.

use crate::Output;
use crate::kafka::levels::{self, FEATURES};

/// The levels that a new cluster of a release has.
pub(super) fn version_mapping(out: &Output, release: Option<&str>) -> Result<(), String> {
    let release = release.or(levels::name(levels::LATEST)).unwrap_or_default();
    let level = levels::of_release(release, true)?;
    out.line(format_args!("metadata.version={level} ({release})"));
    for feature in &FEATURES {
        out.line(format_args!("{}={}", feature.name, feature.default_at(level)));
    }
    Ok(())
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
            let version = levels::name(level).ok_or_else(|| format!("Unknown metadata.version {level}"))?;
            out.line(format_args!("{name}={level} ({version}) has no dependencies."));
            continue;
        }
        let feature = FEATURES.iter().find(|feature| feature.name == name);
        let feature = feature.ok_or_else(|| format!("Unknown feature: {name}"))?;
        if !feature.has(level) {
            return Err(format!("Feature level {level} is not supported for feature {name}"));
        }
        match feature.needs(level) {
            Some(version) => {
                out.line(format_args!("{name}={level} requires:"));
                let called = levels::name(version).unwrap_or_default();
                out.line(format_args!("    metadata.version={version} ({called})"));
            }
            None => out.line(format_args!("{name}={level} has no dependencies.")),
        }
    }
    Ok(())
}
