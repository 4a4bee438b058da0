//! What a cluster begins with: levels of features, and credentials.

use kampa_metadata::feature;
use kampa_protocol::records::metadata::{FeatureLevelRecord, MetadataRecord, UserScramCredentialRecord};

use super::super::{Refused, scram};
use super::Levels;
use crate::Call;
use crate::kafka::levels::{self, FEATURES, Feature};
use crate::kafka::thrown::Thrown;

/// `--release-version`.
pub(super) fn release(release: &str, unstable: bool) -> Result<i16, Refused> {
    levels::of_release(release, unstable).map_err(Refused::Terse)
}

/// `--feature`, the last of equal names.
pub(super) fn features(given: &[String]) -> Result<Levels, Thrown> {
    let pairs = given.iter().map(|given| levels::name_and_level(given));
    pairs.map(|pair| pair.map(|(name, level)| (name.to_owned(), level))).collect()
}

/// The level of `metadata.version`, which the other features' levels depend on.
pub(super) fn metadata_version(release: Option<i16>, features: &Levels, unstable: bool) -> Result<i16, Refused> {
    let asked = features.get(feature::METADATA_VERSION);
    if asked.is_some() && release.is_some() {
        return Err(Refused::terse(
            "Use --release-version instead of --feature metadata.version=X to avoid ambiguity.",
        ));
    }
    let Some(level) = asked.copied().or(release) else {
        return Ok(if unstable { levels::LATEST_UNSTABLE } else { levels::LATEST });
    };
    let name = levels::name(level).ok_or_else(|| levels::unknown(level))?;
    if !unstable && level > levels::LATEST {
        return Err(Refused::terse(format!("metadata.version {name} is not yet stable.")));
    }
    Ok(level)
}

/// The level of every feature.
pub(super) fn levels(metadata: i16, asked: &Levels, is_dynamic: bool) -> Result<Levels, Refused> {
    let known = |name: &str| FEATURES.iter().find(|feature| feature.name == name);
    let mut all = asked.clone();
    if let Some(unknown) = asked.keys().find(|name| *name != feature::METADATA_VERSION && known(name).is_none()) {
        let mut names: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
        names.sort_unstable();
        let names = names.join(", ");
        return Err(Refused::terse(format!("Unsupported feature: {unknown}. Supported features are: {names}")));
    }
    all.insert(feature::METADATA_VERSION.to_owned(), metadata);
    let kraft = kraft_level(asked.get(feature::KRAFT_VERSION).copied(), is_dynamic)?;
    all.insert(feature::KRAFT_VERSION.to_owned(), kraft);
    for feature in &FEATURES {
        all.entry(feature.name.to_owned()).or_insert_with(|| feature.default_at(metadata));
    }
    for (name, level) in &all {
        if let Some(feature) = known(name) {
            check(feature, *level, metadata)?;
        }
    }
    Ok(all)
}

fn check(feature: &Feature, level: i16, metadata: i16) -> Result<(), Thrown> {
    let name = feature.name;
    if !feature.has(level) {
        return Err(Thrown::illegal(format!("No feature:{name} with feature level {level}")));
    }
    match feature.needs(level).filter(|needed| *needed > metadata) {
        None => Ok(()),
        Some(needed) => Err(Thrown::illegal(format!(
            "{name} could not be set to {level} because it depends on metadata.version level {needed}"
        ))),
    }
}

fn kraft_level(asked: Option<i16>, is_dynamic: bool) -> Result<i16, Refused> {
    let when = "controller.quorum.voters is empty and one of the flags --standalone, --initial-controllers, or \
                --no-initial-controllers is used. For dynamic controllers support, try";
    match asked {
        Some(0) if is_dynamic => Err(Refused::terse(format!(
            "Cannot set kraft.version to 0 if {when} removing the --feature flag for kraft.version."
        ))),
        Some(level) if level != 0 && !is_dynamic => Err(Refused::terse(format!(
            "Cannot set kraft.version to {level} unless {when} using one of --standalone, --initial-controllers, or \
             --no-initial-controllers and removing controller.quorum.voters."
        ))),
        Some(level) => Ok(level),
        None => Ok(i16::from(is_dynamic)),
    }
}

/// The quorum's own level.
pub(super) fn kraft_version(levels: &Levels) -> i16 {
    levels.get(feature::KRAFT_VERSION).copied().unwrap_or(0)
}

/// The records: levels above 0, `metadata.version` first and the quorum's own left out, and credentials.
pub(super) fn records(call: &Call, levels: &Levels, scram: &[String]) -> Result<Vec<MetadataRecord>, Refused> {
    let metadata = metadata_level(levels);
    let level = |name: &str, feature_level| -> MetadataRecord {
        FeatureLevelRecord { name: name.into(), feature_level, ..Default::default() }.into()
    };
    let mut records = vec![level(feature::METADATA_VERSION, metadata)];
    let others = levels.iter().filter(|(name, level)| {
        **level > 0 && ![feature::METADATA_VERSION, feature::KRAFT_VERSION].contains(&name.as_str())
    });
    records.extend(others.map(|(name, feature_level)| level(name, *feature_level)));
    if !scram.is_empty() && metadata < SCRAM_SINCE {
        let since = levels::name(SCRAM_SINCE).unwrap_or_default();
        return Err(Refused::terse(format!("SCRAM is only supported in metadata.version {since} or later.")));
    }
    for argument in scram {
        records.push(scram::credential(&call.world, argument)?.into());
    }
    Ok(records)
}

fn metadata_level(levels: &Levels) -> i16 {
    levels.get(feature::METADATA_VERSION).copied().unwrap_or(levels::LATEST)
}

/// What the level of `metadata.version` is called.
pub(super) fn metadata_name(levels: &Levels) -> &'static str {
    levels::name(metadata_level(levels)).unwrap_or_default()
}

/// As Java shows them.
pub(super) fn shown(levels: &Levels, records: &[MetadataRecord]) -> String {
    let record = |record: &MetadataRecord| match record {
        MetadataRecord::FeatureLevel(level) => {
            format!("FeatureLevelRecord(name='{}', featureLevel={})", level.name, level.feature_level)
        }
        MetadataRecord::UserScramCredential(credential) => shown_credential(credential),
        other => format!("{other:?}"),
    };
    let records = records.iter().map(|it| format!("ApiMessageAndVersion({} at version 0)", record(it)));
    let records: Vec<String> = records.collect();
    format!(
        "BootstrapMetadata(records=[{}], metadataVersionLevel={}, source=format command)",
        records.join(", "),
        metadata_level(levels)
    )
}

fn shown_credential(credential: &UserScramCredentialRecord) -> String {
    let bytes = |bytes: &[u8]| {
        let bytes: Vec<String> = bytes.iter().map(|byte| (*byte as i8).to_string()).collect();
        format!("[{}]", bytes.join(", "))
    };
    format!(
        "UserScramCredentialRecord(name='{}', mechanism={}, salt={}, storedKey={}, serverKey={}, iterations={})",
        credential.name,
        credential.mechanism,
        bytes(&credential.salt),
        bytes(&credential.stored_key),
        bytes(&credential.server_key),
        credential.iterations
    )
}

/// metadata.version 3.5-IV2: credentials in the metadata log (KIP-900).
const SCRAM_SINCE: i16 = 11;
