// Made by `cargo xtask codegen` from schema/records/group/share-group-member-metadata.kafka: edit that instead.

//! What a member of a share group said of itself (KIP-932).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupMemberMetadataKey {
    pub group_id: Text,
    pub member_id: Text,
}

impl Message for ShareGroupMemberMetadataKey {
    const NAME: &'static str = "ShareGroupMemberMetadataKey";
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

impl ToJson for ShareGroupMemberMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("memberId", &self.member_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareGroupMemberMetadataValue {
    pub rack_id: Option<Text>,
    pub client_id: Text,
    pub client_host: Text,
    pub subscribed_topic_names: Vec<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ShareGroupMemberMetadataValue {
    fn default() -> Self {
        Self {
            rack_id: Some(Text::default()),
            client_id: Text::default(),
            client_host: Text::default(),
            subscribed_topic_names: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ShareGroupMemberMetadataValue {
    const NAME: &'static str = "ShareGroupMemberMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let rack_id = r.text_opt(true, true)?;
        let client_id = r.text(true)?;
        let client_host = r.text(true)?;
        let subscribed_topic_names = r.array(true, |r| r.text(true))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { rack_id, client_id, client_host, subscribed_topic_names, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text_opt(self.rack_id.as_ref(), true)?;
        w.text(&self.client_id, true)?;
        w.text(&self.client_host, true)?;
        w.array(&self.subscribed_topic_names, true, |w, one| w.text(one, true))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ShareGroupMemberMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("rackId", &self.rack_id, version);
        to.put("clientId", &self.client_id, version);
        to.put("clientHost", &self.client_host, version);
        to.put("subscribedTopicNames", &self.subscribed_topic_names, version);
        to.into()
    }
}
