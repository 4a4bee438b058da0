// Made by `cargo xtask codegen` from schema/records/group/streams-group-member-metadata.kafka: edit that instead.

//! What a member of a streams group said of itself (KIP-1071).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupMemberMetadataKey {
    pub group_id: Text,
    pub member_id: Text,
}

impl Message for StreamsGroupMemberMetadataKey {
    const NAME: &'static str = "StreamsGroupMemberMetadataKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(false)?;
        let member_id = r.text(false)?;
        Ok(Self { group_id, member_id })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, false)?;
        w.text(&self.member_id, false)?;
        Ok(())
    }
}

impl ToJson for StreamsGroupMemberMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("memberId", &self.member_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupMemberMetadataValue {
    pub instance_id: Option<Text>,
    pub rack_id: Option<Text>,
    pub client_id: Text,
    pub client_host: Text,
    pub rebalance_timeout_ms: i32,
    pub topology_epoch: i32,
    pub process_id: Text,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Vec<KeyValue>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for StreamsGroupMemberMetadataValue {
    fn default() -> Self {
        Self {
            instance_id: Some(Text::default()),
            rack_id: Some(Text::default()),
            client_id: Text::default(),
            client_host: Text::default(),
            rebalance_timeout_ms: -1,
            topology_epoch: 0,
            process_id: Text::default(),
            user_endpoint: None,
            client_tags: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for StreamsGroupMemberMetadataValue {
    const NAME: &'static str = "StreamsGroupMemberMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let instance_id = r.text_opt(true, true)?;
        let rack_id = r.text_opt(true, true)?;
        let client_id = r.text(true)?;
        let client_host = r.text(true)?;
        let rebalance_timeout_ms = r.i32()?;
        let topology_epoch = r.i32()?;
        let process_id = r.text(true)?;
        let user_endpoint = r.struct_opt(true, |r| Endpoint::decode(r, version))?;
        let client_tags = r.array(true, |r| KeyValue::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            instance_id,
            rack_id,
            client_id,
            client_host,
            rebalance_timeout_ms,
            topology_epoch,
            process_id,
            user_endpoint,
            client_tags,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text_opt(self.instance_id.as_ref(), true)?;
        w.text_opt(self.rack_id.as_ref(), true)?;
        w.text(&self.client_id, true)?;
        w.text(&self.client_host, true)?;
        w.i32(self.rebalance_timeout_ms);
        w.i32(self.topology_epoch);
        w.text(&self.process_id, true)?;
        w.struct_opt(self.user_endpoint.as_ref(), |w, one| one.encode(w, version))?;
        w.array(&self.client_tags, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for StreamsGroupMemberMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("instanceId", &self.instance_id, version);
        to.put("rackId", &self.rack_id, version);
        to.put("clientId", &self.client_id, version);
        to.put("clientHost", &self.client_host, version);
        to.put("rebalanceTimeoutMs", &self.rebalance_timeout_ms, version);
        to.put("topologyEpoch", &self.topology_epoch, version);
        to.put("processId", &self.process_id, version);
        to.put("userEndpoint", &self.user_endpoint, version);
        to.put("clientTags", &self.client_tags, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Endpoint {
    pub host: Text,
    pub port: u16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Endpoint {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let host = r.text(true)?;
        let port = r.u16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { host, port, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.host, true)?;
        w.u16(self.port);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for Endpoint {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("host", &self.host, version);
        to.put("port", &self.port, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct KeyValue {
    pub key: Text,
    pub value: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl KeyValue {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let key = r.text(true)?;
        let value = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { key, value, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.key, true)?;
        w.text(&self.value, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for KeyValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("key", &self.key, version);
        to.put("value", &self.value, version);
        to.into()
    }
}
