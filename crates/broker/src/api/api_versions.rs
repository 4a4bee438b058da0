//! ApiVersions (key 18), v0 to v5: what is served, in which versions; the cluster's features (KIP-584).
//!
//! Asked before anything else, in every dialect. A version that is not known is answered in the shape of v0 with
//! UNSUPPORTED_VERSION and the versions of ApiVersions itself (KIP-511). v5 says whom the client means to talk to
//! (KIP-1242).

use std::sync::Arc;

use kampa_metadata::{MetadataImage, SupportedFeature, feature};
use kampa_protocol::messages::api_versions::{
    ApiVersion, ApiVersionsRequest, ApiVersionsResponse, FinalizedFeatureKey, SupportedFeatureKey,
};
use kampa_protocol::{ApiKey, ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::{self, Context};
use crate::broker::Broker;

/// From this version on clients tell their name and version (KIP-511).
const CLIENT_NAMED_FROM: i16 = 3;
/// Listed while somebody wants to know (KIP-714): every client that sees them asks.
const TELEMETRY: [ApiKey; 2] = [ApiKey::GetTelemetrySubscriptions, ApiKey::PushTelemetry];
/// Clients of earlier versions take a feature's level 0 for a mistake (KAFKA-17011).
const MIN_ZERO_FROM: i16 = 4;

pub fn handle(broker: &Arc<Broker>, request: ApiVersionsRequest, context: &Context) -> Answer<ApiVersionsResponse> {
    let image = broker.image();
    let named = context.version < CLIENT_NAMED_FROM
        || (is_software_word(&request.client_software_name) && is_software_word(&request.client_software_version));
    if !named {
        return Answer::Now(refused(ErrorCode::INVALID_REQUEST));
    }
    if context.version >= CLIENT_NAMED_FROM {
        context.connection.is_of(&request.client_software_name, &request.client_software_version);
    }
    let other_cluster = request.cluster_id.as_ref().is_some_and(|id| *id != broker.cluster_id);
    let other_node = request.node_id >= 0 && request.node_id != broker.node_id();
    if other_cluster || other_node {
        return Answer::Now(refused(ErrorCode::REBOOTSTRAP_REQUIRED));
    }
    let is_asked_for = |key: &ApiKey| broker.telemetry.is_wanted() || !TELEMETRY.contains(key);
    let served = ApiKey::all().filter(is_asked_for).filter_map(|key| {
        let versions = apis::served(key, context.door)?;
        Some(ApiVersion {
            api_key: key as i16,
            min_version: *versions.start(),
            max_version: *versions.end(),
            ..Default::default()
        })
    });
    Answer::Now(ApiVersionsResponse {
        api_keys: served.collect(),
        supported_features: SupportedFeature::ALL
            .iter()
            .filter(|feature| context.version >= MIN_ZERO_FROM || feature.min > 0)
            .map(|feature| SupportedFeatureKey {
                name: Text::from_static(feature.name),
                min_version: feature.min,
                max_version: feature.max,
                ..Default::default()
            })
            .collect(),
        finalized_features_epoch: image.position.offset,
        finalized_features: finalized(broker, &image),
        ..Default::default()
    })
}

/// The levels in force; the quorum's own among them, which the metadata log does not record as the others.
fn finalized(broker: &Broker, image: &MetadataImage) -> Vec<FinalizedFeatureKey> {
    let kraft = Some(broker.quorum.kraft_version).filter(|level| *level > 0);
    let kraft = kraft.map(|level| (Text::from_static(feature::KRAFT_VERSION), level));
    let key = |(name, level)| FinalizedFeatureKey {
        name,
        max_version_level: level,
        min_version_level: level,
        ..Default::default()
    };
    image.features.iter().map(|(name, level)| (name.clone(), level)).chain(kraft).map(key).collect()
}

/// The answer to a version that is not known; encoded as v0.
pub fn unsupported_version() -> ApiVersionsResponse {
    let versions = ApiKey::ApiVersions.versions().unwrap_or(0..=0);
    let own = ApiVersion {
        api_key: ApiKey::ApiVersions as i16,
        min_version: *versions.start(),
        max_version: *versions.end(),
        ..Default::default()
    };
    ApiVersionsResponse { api_keys: vec![own], ..refused(ErrorCode::UNSUPPORTED_VERSION) }
}

fn refused(error: ErrorCode) -> ApiVersionsResponse {
    ApiVersionsResponse { error_code: error.0, ..Default::default() }
}

/// Letters, digits, `.` and `-`, beginning and ending with a letter or digit.
fn is_software_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

#[cfg(test)]
mod tests;
