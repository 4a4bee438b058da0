// Made by `cargo xtask codegen` from schema/048-describe-client-quotas.kafka: edit that instead.

//! Lists the quotas of users, clients and addresses that match a filter (KIP-546).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeClientQuotasRequest {
    pub components: Vec<ComponentData>,
    /// Leave out quotas of entities with further parts.
    pub strict: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DescribeClientQuotasRequest {
    const NAME: &'static str = "DescribeClientQuotasRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        r.check_version(Self::VERSIONS, version)?;
        let components = r.array(flexible, |r| ComponentData::decode(r, version))?;
        let strict = r.bool()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { components, strict, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.components, flexible, |w, one| one.encode(w, version))?;
        w.bool(self.strict);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `DescribeClientQuotasRequest::components`.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentData {
    /// `user`, `client-id` or `ip`.
    pub entity_type: Text,
    /// 0 this name, 1 the default, 2 any name.
    pub match_type: i8,
    pub r#match: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ComponentData {
    fn default() -> Self {
        Self { entity_type: Text::default(), match_type: 0, r#match: Some(Text::default()), unknown_tags: Vec::new() }
    }
}

impl ComponentData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let entity_type = r.text(flexible)?;
        let match_type = r.i8()?;
        let r#match = r.text_opt(flexible, true)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { entity_type, match_type, r#match, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.text(&self.entity_type, flexible)?;
        w.i8(self.match_type);
        w.text_opt(self.r#match.as_ref(), flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeClientQuotasResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub entries: Option<Vec<EntryData>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeClientQuotasResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: Some(Text::default()),
            entries: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for DescribeClientQuotasResponse {
    const NAME: &'static str = "DescribeClientQuotasResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(flexible, true)?;
        let entries = r.array_opt(flexible, true, |r| EntryData::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, error_code, error_message, entries, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), flexible)?;
        w.array_opt(self.entries.as_ref(), flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for DescribeClientQuotasResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `DescribeClientQuotasResponse::entries`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EntryData {
    pub entity: Vec<EntityData>,
    pub values: Vec<ValueData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl EntryData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let entity = r.array(flexible, |r| EntityData::decode(r, version))?;
        let values = r.array(flexible, |r| ValueData::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { entity, values, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.array(&self.entity, flexible, |w, one| one.encode(w, version))?;
        w.array(&self.values, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `EntryData::entity`.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityData {
    pub entity_type: Text,
    /// Null is the default.
    pub entity_name: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for EntityData {
    fn default() -> Self {
        Self { entity_type: Text::default(), entity_name: Some(Text::default()), unknown_tags: Vec::new() }
    }
}

impl EntityData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let entity_type = r.text(flexible)?;
        let entity_name = r.text_opt(flexible, true)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { entity_type, entity_name, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.text(&self.entity_type, flexible)?;
        w.text_opt(self.entity_name.as_ref(), flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `EntryData::values`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ValueData {
    pub key: Text,
    pub value: f64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ValueData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let key = r.text(flexible)?;
        let value = r.f64()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { key, value, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.text(&self.key, flexible)?;
        w.f64(self.value);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Request for DescribeClientQuotasRequest {
    const KEY: ApiKey = ApiKey::DescribeClientQuotas;
    type Response = DescribeClientQuotasResponse;
}
