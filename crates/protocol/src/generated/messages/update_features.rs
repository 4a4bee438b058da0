// Made by `cargo xtask codegen` from schema/057-update-features.kafka: edit that instead.

//! Raises or lowers the levels of the cluster's features.
//!
//! KIP-584 began it, KIP-778 brought kinds of downgrade and the dry run, KIP-1022 several features beside the
//! metadata's.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateFeaturesRequest {
    pub timeout_ms: i32,
    pub feature_updates: Vec<FeatureUpdateKey>,
    /// Since version 1.
    pub validate_only: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for UpdateFeaturesRequest {
    fn default() -> Self {
        Self { timeout_ms: 60000, feature_updates: Vec::new(), validate_only: false, unknown_tags: Vec::new() }
    }
}

impl Message for UpdateFeaturesRequest {
    const NAME: &'static str = "UpdateFeaturesRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let timeout_ms = r.i32()?;
        let feature_updates = r.array(true, |r| FeatureUpdateKey::decode(r, version))?;
        let validate_only = if version >= 1 { r.bool()? } else { false };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { timeout_ms, feature_updates, validate_only, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.timeout_ms);
        w.array(&self.feature_updates, true, |w, one| one.encode(w, version))?;
        if version >= 1 {
            w.bool(self.validate_only);
        } else if self.validate_only {
            return Err(EncodeError::NotCarried { field: "validate_only", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `UpdateFeaturesRequest::feature_updates`.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureUpdateKey {
    pub feature: Text,
    /// The level wanted; below 1 takes the feature away.
    pub max_version_level: i16,
    /// Version 0.
    pub allow_downgrade: bool,
    /// 1 only up, 2 down if nothing is lost, 3 down even so.
    /// Since version 1.
    pub upgrade_type: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for FeatureUpdateKey {
    fn default() -> Self {
        Self {
            feature: Text::default(),
            max_version_level: 0,
            allow_downgrade: false,
            upgrade_type: 1,
            unknown_tags: Vec::new(),
        }
    }
}

impl FeatureUpdateKey {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let feature = r.text(true)?;
        let max_version_level = r.i16()?;
        let allow_downgrade = if version == 0 { r.bool()? } else { false };
        let upgrade_type = if version >= 1 { r.i8()? } else { 1 };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { feature, max_version_level, allow_downgrade, upgrade_type, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.feature, true)?;
        w.i16(self.max_version_level);
        if version == 0 {
            w.bool(self.allow_downgrade);
        } else if self.allow_downgrade {
            return Err(EncodeError::NotCarried { field: "allow_downgrade", version });
        }
        if version >= 1 {
            w.i8(self.upgrade_type);
        } else if self.upgrade_type != 1 {
            return Err(EncodeError::NotCarried { field: "upgrade_type", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateFeaturesResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Versions 0-1.
    pub results: Vec<UpdatableFeatureResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for UpdateFeaturesResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: Some(Text::default()),
            results: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for UpdateFeaturesResponse {
    const NAME: &'static str = "UpdateFeaturesResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let results =
            if version <= 1 { r.array(true, |r| UpdatableFeatureResult::decode(r, version))? } else { Vec::new() };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, error_code, error_message, results, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        if version <= 1 {
            w.array(&self.results, true, |w, one| one.encode(w, version))?;
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for UpdateFeaturesResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
        if version <= 1 {
            for one in &self.results {
                one.each_error(version, see);
            }
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `UpdateFeaturesResponse::results`.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdatableFeatureResult {
    pub feature: Text,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for UpdatableFeatureResult {
    fn default() -> Self {
        Self { feature: Text::default(), error_code: 0, error_message: Some(Text::default()), unknown_tags: Vec::new() }
    }
}

impl UpdatableFeatureResult {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let feature = r.text(true)?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { feature, error_code, error_message, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.feature, true)?;
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl UpdatableFeatureResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for UpdateFeaturesRequest {
    const KEY: ApiKey = ApiKey::UpdateFeatures;
    type Response = UpdateFeaturesResponse;
}
