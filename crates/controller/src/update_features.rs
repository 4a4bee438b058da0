//! UpdateFeatures: levels of features go up or down, all of them or none (KIP-584, KIP-778).
//!
//! What a level means is not decided here; an API that a feature is about is served or not, whatever its level.

use std::collections::BTreeMap;

use kampa_metadata::{ConfigResource, FeatureRange, ResourceKind, SupportedFeature, feature, loses_metadata};
use kampa_protocol::messages::update_features::{
    FeatureUpdateKey, UpdatableFeatureResult, UpdateFeaturesRequest, UpdateFeaturesResponse,
};
use kampa_protocol::records::metadata::{ConfigRecord, FeatureLevelRecord, MetadataRecord};
use kampa_protocol::{ErrorCode, Text};

use crate::{Controller, Decision};

impl Controller {
    /// Decides about levels; `version` is the request's, `kraft_version` the level of the quorum's own feature.
    ///
    /// INVALID_UPDATE_VERSION for all if one cannot be: a level nobody here works with, a downgrade that was not asked for as one or
    /// would lose metadata, a feature that is not there.
    pub fn update_features(
        &self,
        request: &UpdateFeaturesRequest,
        version: i16,
        kraft_version: i16,
    ) -> Decision<UpdateFeaturesResponse> {
        // Of a feature named twice, the last word counts.
        let mut wanted: Vec<&FeatureUpdateKey> = Vec::new();
        let mut places: BTreeMap<&Text, usize> = BTreeMap::new();
        for update in &request.feature_updates {
            let place = *places.entry(&update.feature).or_insert(wanted.len());
            if place == wanted.len() { wanted.push(update) } else { wanted[place] = update }
        }
        let mut records = Vec::new();
        for update in &wanted {
            match self.update_feature(update, &wanted, kraft_version) {
                Ok(record) => records.extend(record),
                Err(sentence) => return Decision::only(refused(&sentence)),
            }
        }
        let raises_elr = |update: &&&FeatureUpdateKey| {
            update.feature == feature::ELIGIBLE_LEADER_REPLICAS_VERSION && update.max_version_level > 0
        };
        if wanted.iter().any(|update| raises_elr(&update)) {
            records.extend(self.min_isr_for_all());
        }
        if request.validate_only {
            records.clear();
        }
        let mut answer = UpdateFeaturesResponse { error_message: None, ..Default::default() };
        if version <= RESULTS_UNTIL {
            answer.results = request.feature_updates.iter().map(done).collect();
        }
        self.decided(records, answer)
    }

    fn update_feature(
        &self,
        update: &FeatureUpdateKey,
        together: &[&FeatureUpdateKey],
        kraft_version: i16,
    ) -> Result<Option<MetadataRecord>, String> {
        let (name, level) = (&update.feature, update.max_version_level);
        let invalid = |why: &str| Err(format!("Invalid update version {level} for feature {name}. {why}"));
        let is_upgrade = match update.upgrade_type {
            UPGRADE => true,
            SAFE_DOWNGRADE | UNSAFE_DOWNGRADE => false,
            _ => return invalid("The controller does not support the given upgrade type."),
        };
        let features = &self.image().features;
        let current = match name.as_str() {
            feature::METADATA_VERSION => features.metadata_version(),
            feature::KRAFT_VERSION => kraft_version,
            name => features.level(name),
        };
        if level < 0 {
            return invalid("A feature version cannot be less than 0.");
        }
        if let Some(why) = self.unsupported(name, level) {
            return invalid(&why);
        }
        if level < current && is_upgrade {
            return invalid(
                "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
            );
        }
        if level > current && !is_upgrade {
            return invalid("Can't downgrade to a newer version.");
        }
        match name.as_str() {
            feature::METADATA_VERSION if loses_metadata(current, level) => {
                let why = if update.upgrade_type == UNSAFE_DOWNGRADE {
                    "Unsafe metadata downgrade is not supported in this version."
                } else {
                    "Refusing to perform the requested downgrade because it might delete metadata information."
                };
                return Err(format!("Unsupported metadata.version downgrade from {current} to {level}. {why}"));
            }
            // It stands in control records of the quorum's log, whose writer raises it for nobody yet.
            feature::KRAFT_VERSION if level == current => return Ok(None),
            feature::KRAFT_VERSION if is_upgrade => {
                return invalid("This node does not raise kraft.version: format a new cluster to have it.");
            }
            feature::KRAFT_VERSION => return invalid("Can't downgrade the version of this feature."),
            feature::METADATA_VERSION => {}
            name if !SupportedFeature::ALL.iter().any(|known| known.name == name) => {
                return invalid(&format!("Feature {name} not found."));
            }
            name => match self.check_dependency(name, level, together) {
                Ok(()) => {}
                Err(why) => return invalid(&why),
            },
        }
        Ok(Some(FeatureLevelRecord { name: name.clone(), feature_level: level, ..Default::default() }.into()))
    }

    /// Who in the cluster cannot work with the level, in words.
    fn unsupported(&self, name: &str, level: i16) -> Option<String> {
        let own = SupportedFeature::ALL.iter().find(|known| *known.name == *name).map(|known| (known.min, known.max));
        let id = self.node_id;
        reason(&format!("Local controller {id}"), own, level).or_else(|| {
            let image = self.image();
            let registered = |features: &[FeatureRange]| {
                features.iter().find(|range| range.name == *name).map(|range| (range.min, range.max))
            };
            let of_broker = |(id, range): (i32, _)| reason(&format!("Broker {id}"), range, level);
            let of_controller = |(id, range): (i32, _)| reason(&format!("Controller {id}"), range, level);
            let mut brokers = image.brokers.values().map(|broker| (broker.id, registered(&broker.features)));
            let others = image.controllers.values().filter(|controller| controller.id != id);
            let mut others = others.map(|controller| (controller.id, registered(&controller.features)));
            brokers.find_map(of_broker).or_else(|| others.find_map(of_controller))
        })
    }

    /// Eligible replicas stand in records that not every level of `metadata.version` has.
    fn check_dependency(&self, name: &str, level: i16, together: &[&FeatureUpdateKey]) -> Result<(), String> {
        if name != feature::ELIGIBLE_LEADER_REPLICAS_VERSION || level == 0 {
            return Ok(());
        }
        let proposed = together.iter().find(|update| update.feature == feature::METADATA_VERSION);
        let metadata_version =
            proposed.map_or(self.image().features.metadata_version(), |update| update.max_version_level);
        if metadata_version >= ELR_METADATA_VERSION {
            return Ok(());
        }
        Err(format!(
            "{name} could not be set to {level} because it depends on metadata.version level {ELR_METADATA_VERSION}"
        ))
    }

    /// Under eligible leader replicas `min.insync.replicas` is the whole cluster's, not a broker's: what it is, is recorded.
    fn min_isr_for_all(&self) -> Vec<MetadataRecord> {
        let configs = &self.image().configs;
        let is_given = configs.of_all_brokers().is_some_and(|settings| settings.get(MIN_ISR).is_some());
        let mut records: Vec<MetadataRecord> = Vec::new();
        if !is_given {
            records.push(self.min_isr_record());
        }
        for (broker, settings) in configs.resources(ResourceKind::BROKER) {
            if !broker.is_empty() && settings.get(MIN_ISR).is_some() {
                let of = ConfigResource { kind: ResourceKind::BROKER, name: broker.clone() };
                records.push(min_isr_of(of, None));
            }
        }
        records
    }

    /// What this node was given as `min.insync.replicas`, for the whole cluster.
    pub(crate) fn min_isr_record(&self) -> MetadataRecord {
        min_isr_of(ConfigResource::brokers(), Some(self.start_config.min_insync_replicas.to_string().into()))
    }
}

fn min_isr_of(resource: ConfigResource, value: Option<Text>) -> MetadataRecord {
    let ConfigResource { kind, name } = resource;
    let key = Text::from_static(MIN_ISR);
    ConfigRecord { resource_type: kind.0, resource_name: name, name: key, value, ..Default::default() }.into()
}

fn reason(who: &str, range: Option<(i16, i16)>, level: i16) -> Option<String> {
    let (min, max) = range.unwrap_or((0, 0));
    match level {
        level if (min..=max).contains(&level) => None,
        _ if max == 0 => Some(format!("{who} does not support this feature.")),
        _ => Some(format!("{who} only supports versions {min}-{max}")),
    }
}

fn done(update: &FeatureUpdateKey) -> UpdatableFeatureResult {
    let error_message = Some(Text::from_static(ErrorCode::NONE.name()));
    UpdatableFeatureResult { feature: update.feature.clone(), error_message, ..Default::default() }
}

fn refused(sentence: &str) -> UpdateFeaturesResponse {
    let whole = format!("The update failed for all features since the following feature had an error: {sentence}");
    UpdateFeaturesResponse {
        error_code: ErrorCode::INVALID_UPDATE_VERSION.0,
        error_message: Some(whole.into()),
        ..Default::default()
    }
}

/// Up to this version the answer tells every feature.
const RESULTS_UNTIL: i16 = 1;
const UPGRADE: i8 = 1;
const SAFE_DOWNGRADE: i8 = 2;
const UNSAFE_DOWNGRADE: i8 = 3;
const MIN_ISR: &str = "min.insync.replicas";
/// metadata.version 4.0-IV1: partitions name eligible leader replicas (KIP-966).
const ELR_METADATA_VERSION: i16 = 23;
