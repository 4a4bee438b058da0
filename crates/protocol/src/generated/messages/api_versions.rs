// Made by `cargo xtask codegen` from schema/018-api-versions.kafka: edit that instead.

//! The first question of most clients: which APIs, in which versions.
//!
//! It is answered before authentication, and even when its own version is too new: then in the form of version 0,
//! with UNSUPPORTED_VERSION. So that such an answer can be read, the response header stays at version 0 for good.
//! KIP-35 began it, KIP-511 brought the client's name, KIP-584 features, KIP-1242 the cluster and node the client
//! thinks it is talking to.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-5.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiVersionsRequest {
    /// Since version 3.
    pub client_software_name: Text,
    /// Since version 3.
    pub client_software_version: Text,
    /// The cluster the client thinks it is talking to.
    /// Version 5.
    pub cluster_id: Option<Text>,
    /// The node the client thinks it is talking to; -1 when it does not know.
    /// Version 5.
    pub node_id: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ApiVersionsRequest {
    fn default() -> Self {
        Self {
            client_software_name: Text::default(),
            client_software_version: Text::default(),
            cluster_id: None,
            node_id: -1,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ApiVersionsRequest {
    const NAME: &'static str = "ApiVersionsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let client_software_name = if version >= 3 { r.text(flexible)? } else { Text::default() };
        let client_software_version = if version >= 3 { r.text(flexible)? } else { Text::default() };
        let cluster_id = if version == 5 { r.text_opt(flexible, true)? } else { None };
        let node_id = if version == 5 { r.i32()? } else { -1 };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { client_software_name, client_software_version, cluster_id, node_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 3 {
            w.text(&self.client_software_name, flexible)?;
        }
        if version >= 3 {
            w.text(&self.client_software_version, flexible)?;
        }
        if version == 5 {
            w.text_opt(self.cluster_id.as_ref(), flexible)?;
        }
        if version == 5 {
            w.i32(self.node_id);
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 0-5.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiVersionsResponse {
    pub error_code: i16,
    pub api_keys: Vec<ApiVersion>,
    /// Since version 1.
    pub throttle_time_ms: i32,
    /// What this node could do.
    /// Since version 3, tag 0.
    pub supported_features: Vec<SupportedFeatureKey>,
    /// Grows with every change of what was agreed on; -1 when not known.
    /// Since version 3, tag 1.
    pub finalized_features_epoch: i64,
    /// What the cluster has agreed on.
    /// Since version 3, tag 2.
    pub finalized_features: Vec<FinalizedFeatureKey>,
    /// Of no use since ZooKeeper is gone.
    /// Since version 3, tag 3.
    pub zk_migration_ready: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ApiVersionsResponse {
    fn default() -> Self {
        Self {
            error_code: 0,
            api_keys: Vec::new(),
            throttle_time_ms: 0,
            supported_features: Vec::new(),
            finalized_features_epoch: -1,
            finalized_features: Vec::new(),
            zk_migration_ready: false,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ApiVersionsResponse {
    const NAME: &'static str = "ApiVersionsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let error_code = r.i16()?;
        let api_keys = r.array(flexible, |r| ApiVersion::decode(r, version))?;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let mut supported_features = Vec::new();
        let mut finalized_features_epoch = -1;
        let mut finalized_features = Vec::new();
        let mut zk_migration_ready = false;
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 => supported_features = r.array(true, |r| SupportedFeatureKey::decode(r, version))?,
                    1 => finalized_features_epoch = r.i64()?,
                    2 => finalized_features = r.array(true, |r| FinalizedFeatureKey::decode(r, version))?,
                    3 => zk_migration_ready = r.bool()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self {
            error_code,
            api_keys,
            throttle_time_ms,
            supported_features,
            finalized_features_epoch,
            finalized_features,
            zk_migration_ready,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.error_code);
        w.array(&self.api_keys, flexible, |w, one| one.encode(w, version))?;
        if version >= 1 {
            w.i32(self.throttle_time_ms);
        }
        if flexible {
            let mut tags = w.tags(
                usize::from(!self.supported_features.is_empty())
                    + usize::from(self.finalized_features_epoch != -1)
                    + usize::from(!self.finalized_features.is_empty())
                    + usize::from(self.zk_migration_ready),
                &self.unknown_tags,
            );
            if !self.supported_features.is_empty() {
                tags.put(w, 0, |w| {
                    w.array(&self.supported_features, true, |w, one| one.encode(w, version))?;
                    Ok(())
                })?;
            }
            if self.finalized_features_epoch != -1 {
                tags.put(w, 1, |w| {
                    w.i64(self.finalized_features_epoch);
                    Ok(())
                })?;
            }
            if !self.finalized_features.is_empty() {
                tags.put(w, 2, |w| {
                    w.array(&self.finalized_features, true, |w, one| one.encode(w, version))?;
                    Ok(())
                })?;
            }
            if self.zk_migration_ready {
                tags.put(w, 3, |w| {
                    w.bool(self.zk_migration_ready);
                    Ok(())
                })?;
            }
            tags.finish(w)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for ApiVersionsResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `ApiVersionsResponse::api_keys`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ApiVersion {
    pub api_key: i16,
    pub min_version: i16,
    pub max_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ApiVersion {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let api_key = r.i16()?;
        let min_version = r.i16()?;
        let max_version = r.i16()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { api_key, min_version, max_version, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.i16(self.api_key);
        w.i16(self.min_version);
        w.i16(self.max_version);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `ApiVersionsResponse::supported_features`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SupportedFeatureKey {
    pub name: Text,
    pub min_version: i16,
    pub max_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl SupportedFeatureKey {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let min_version = r.i16()?;
        let max_version = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, min_version, max_version, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.i16(self.min_version);
        w.i16(self.max_version);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `ApiVersionsResponse::finalized_features`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FinalizedFeatureKey {
    pub name: Text,
    pub max_version_level: i16,
    pub min_version_level: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl FinalizedFeatureKey {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let max_version_level = r.i16()?;
        let min_version_level = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, max_version_level, min_version_level, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.i16(self.max_version_level);
        w.i16(self.min_version_level);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for ApiVersionsRequest {
    const KEY: ApiKey = ApiKey::ApiVersions;
    type Response = ApiVersionsResponse;
}
