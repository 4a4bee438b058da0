//! Features: what the nodes can do, what the cluster does, and raising or lowering it.

use std::collections::BTreeMap;

use kampa_protocol::ApiKey;
use kampa_protocol::messages::api_versions::ApiVersionsRequest;
use kampa_protocol::messages::update_features::{FeatureUpdateKey, UpdateFeaturesRequest};

use super::settle::unanswered;
use super::{Admin, Each};
use crate::{Error, To};

/// The levels of a feature, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureRange {
    pub min: i16,
    pub max: i16,
}

/// By feature name.
pub type FinalizedFeatures = BTreeMap<String, FeatureRange>;

#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// What the node asked can do.
    pub supported: BTreeMap<String, FeatureRange>,
    /// What the cluster does.
    pub finalized: FinalizedFeatures,
    /// Grows with each change; `None` when the node does not know it.
    pub finalized_epoch: Option<i64>,
}

/// Which way a level may go. The numbers are the protocol's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UpgradeType {
    #[default]
    Upgrade = 1,
    /// Down, when nothing is lost by it.
    SafeDowngrade = 2,
    UnsafeDowngrade = 3,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FeatureUpdate {
    pub feature: String,
    /// 0 switches it off.
    pub max_level: i16,
    pub upgrade_type: UpgradeType,
}

impl Admin {
    /// `node` asks that node, `None` any.
    pub async fn describe_features(&self, node: Option<i32>) -> Result<Features, Error> {
        let to = node.map_or(To::Any, To::Node);
        let make = |version: i16| {
            let name = |text: &'static str| if version >= 3 { text.into() } else { Default::default() };
            Ok(ApiVersionsRequest {
                client_software_name: name("kampa"),
                client_software_version: name(env!("CARGO_PKG_VERSION")),
                ..Default::default()
            })
        };
        let (_, response) = self.client.call_with(to, make).await?;
        Error::check(response.error_code, || "the features".to_owned())?;
        let supported = response.supported_features.iter();
        let finalized = response.finalized_features.iter();
        Ok(Features {
            supported: supported
                .map(|one| (one.name.clone().into(), FeatureRange { min: one.min_version, max: one.max_version }))
                .collect(),
            finalized: finalized
                .map(|one| {
                    (one.name.clone().into(), FeatureRange { min: one.min_version_level, max: one.max_version_level })
                })
                .collect(),
            finalized_epoch: Some(response.finalized_features_epoch).filter(|epoch| *epoch >= 0),
        })
    }

    /// All of them or none.
    pub async fn update_features(&self, updates: &[FeatureUpdate], validate_only: bool) -> Each<String, ()> {
        let names = updates.iter().map(|update| update.feature.clone()).collect();
        self.settle(
            "updating features",
            names,
            |_, code| self.controller_moved(code),
            |left: Vec<String>| async move {
                let make = |version: i16| {
                    if version == 0 && validate_only {
                        let why = "it cannot only check before UpdateFeatures 1".to_owned();
                        return Err(Error::Unsupported { api: ApiKey::UpdateFeatures, why });
                    }
                    Ok(request(updates, version, validate_only, self.timeout_ms_for_cluster()))
                };
                let (version, response) = self.client.call_with(To::Controller, make).await?;
                Ok(left
                    .into_iter()
                    .map(|feature| {
                        let what = || format!("feature {feature}");
                        let message = response.error_message.as_deref();
                        let done = Error::check_with(response.error_code, message, what).and_then(|()| {
                            // Since version 2 one code speaks for all of them.
                            if version >= 2 {
                                return Ok(());
                            }
                            let one = response
                                .results
                                .iter()
                                .find(|one| one.feature == feature.as_str())
                                .ok_or_else(|| unanswered(&what()))?;
                            Error::check_with(one.error_code, one.error_message.as_deref(), what)
                        });
                        (feature, done)
                    })
                    .collect())
            },
        )
        .await
    }
}

fn request(updates: &[FeatureUpdate], version: i16, validate_only: bool, timeout_ms: i32) -> UpdateFeaturesRequest {
    let key = |update: &FeatureUpdate| FeatureUpdateKey {
        feature: update.feature.as_str().into(),
        max_version_level: update.max_level,
        allow_downgrade: version == 0 && update.upgrade_type != UpgradeType::Upgrade,
        upgrade_type: if version == 0 { UpgradeType::Upgrade as i8 } else { update.upgrade_type as i8 },
        ..Default::default()
    };
    UpdateFeaturesRequest {
        timeout_ms,
        feature_updates: updates.iter().map(key).collect(),
        validate_only,
        ..Default::default()
    }
}
