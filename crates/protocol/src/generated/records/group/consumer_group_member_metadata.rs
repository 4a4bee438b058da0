// Made by `cargo xtask codegen` from schema/records/group/consumer-group-member-metadata.kafka: edit that instead.

//! What a member of a consumer group said of itself (KIP-848).

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerGroupMemberMetadataKey {
    pub group_id: Text,
    pub member_id: Text,
}

impl Message for ConsumerGroupMemberMetadataKey {
    const NAME: &'static str = "ConsumerGroupMemberMetadataKey";
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

impl ToJson for ConsumerGroupMemberMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("memberId", &self.member_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerGroupMemberMetadataValue {
    pub instance_id: Option<Text>,
    pub rack_id: Option<Text>,
    pub client_id: Text,
    pub client_host: Text,
    pub subscribed_topic_names: Vec<Text>,
    pub subscribed_topic_regex: Option<Text>,
    pub rebalance_timeout_ms: i32,
    pub server_assignor: Option<Text>,
    /// For a member that speaks the classic protocol; null for the others. Starts out empty, not null.
    /// Tag 0.
    pub classic_member_metadata: Option<ClassicMemberMetadata>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ConsumerGroupMemberMetadataValue {
    fn default() -> Self {
        Self {
            instance_id: Some(Text::default()),
            rack_id: Some(Text::default()),
            client_id: Text::default(),
            client_host: Text::default(),
            subscribed_topic_names: Vec::new(),
            subscribed_topic_regex: Some(Text::default()),
            rebalance_timeout_ms: -1,
            server_assignor: Some(Text::default()),
            classic_member_metadata: Some(ClassicMemberMetadata::default()),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ConsumerGroupMemberMetadataValue {
    const NAME: &'static str = "ConsumerGroupMemberMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let instance_id = r.text_opt(true, true)?;
        let rack_id = r.text_opt(true, true)?;
        let client_id = r.text(true)?;
        let client_host = r.text(true)?;
        let subscribed_topic_names = r.array(true, |r| r.text(true))?;
        let subscribed_topic_regex = r.text_opt(true, true)?;
        let rebalance_timeout_ms = r.i32()?;
        let server_assignor = r.text_opt(true, true)?;
        let mut classic_member_metadata = Some(ClassicMemberMetadata::default());
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => classic_member_metadata = r.tagged_struct_opt(|r| ClassicMemberMetadata::decode(r, version))?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            instance_id,
            rack_id,
            client_id,
            client_host,
            subscribed_topic_names,
            subscribed_topic_regex,
            rebalance_timeout_ms,
            server_assignor,
            classic_member_metadata,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text_opt(self.instance_id.as_ref(), true)?;
        w.text_opt(self.rack_id.as_ref(), true)?;
        w.text(&self.client_id, true)?;
        w.text(&self.client_host, true)?;
        w.array(&self.subscribed_topic_names, true, |w, one| w.text(one, true))?;
        w.text_opt(self.subscribed_topic_regex.as_ref(), true)?;
        w.i32(self.rebalance_timeout_ms);
        w.text_opt(self.server_assignor.as_ref(), true)?;
        let mut tags = w.tags(
            usize::from(self.classic_member_metadata != Some(ClassicMemberMetadata::default())),
            &self.unknown_tags,
        );
        if self.classic_member_metadata != Some(ClassicMemberMetadata::default()) {
            tags.put(w, 0, |w| {
                w.tagged_struct_opt(self.classic_member_metadata.as_ref(), |w, one| one.encode(w, version))?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for ConsumerGroupMemberMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("instanceId", &self.instance_id, version);
        to.put("rackId", &self.rack_id, version);
        to.put("clientId", &self.client_id, version);
        to.put("clientHost", &self.client_host, version);
        to.put("subscribedTopicNames", &self.subscribed_topic_names, version);
        to.put("subscribedTopicRegex", &self.subscribed_topic_regex, version);
        to.put("rebalanceTimeoutMs", &self.rebalance_timeout_ms, version);
        to.put("serverAssignor", &self.server_assignor, version);
        if self.classic_member_metadata != Some(ClassicMemberMetadata::default()) {
            to.put("classicMemberMetadata", &self.classic_member_metadata, version);
        }
        to.into()
    }
}

/// In `ConsumerGroupMemberMetadataValue::classic_member_metadata`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ClassicMemberMetadata {
    pub session_timeout_ms: i32,
    pub supported_protocols: Vec<ClassicProtocol>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ClassicMemberMetadata {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let session_timeout_ms = r.i32()?;
        let supported_protocols = r.array(true, |r| ClassicProtocol::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { session_timeout_ms, supported_protocols, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.session_timeout_ms);
        w.array(&self.supported_protocols, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ClassicMemberMetadata {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("sessionTimeoutMs", &self.session_timeout_ms, version);
        to.put("supportedProtocols", &self.supported_protocols, version);
        to.into()
    }
}

/// In `ClassicMemberMetadata::supported_protocols`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ClassicProtocol {
    pub name: Text,
    pub metadata: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ClassicProtocol {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let metadata = r.bytes(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, metadata, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.bytes(&self.metadata, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ClassicProtocol {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("metadata", &self.metadata, version);
        to.into()
    }
}
