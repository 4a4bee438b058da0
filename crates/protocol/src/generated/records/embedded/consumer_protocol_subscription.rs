// Made by `cargo xtask codegen` from schema/records/embedded/consumer-protocol-subscription.kafka: edit that instead.

//! What a classic consumer says of itself: the bytes in JoinGroup, after a version of 16 bits.
//!
//! KIP-429 brought owned partitions, KIP-792 the generation they are from, KIP-881 the rack.

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0-3.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerProtocolSubscription {
    pub topics: Vec<Text>,
    pub user_data: Option<Bytes>,
    /// What the member reads while it joins, for cooperative ways of assigning.
    /// Since version 1.
    pub owned_partitions: Vec<TopicPartition>,
    /// The round in which it got those.
    /// Since version 2.
    pub generation_id: i32,
    /// Version 3.
    pub rack_id: Option<Text>,
}

impl Default for ConsumerProtocolSubscription {
    fn default() -> Self {
        Self { topics: Vec::new(), user_data: None, owned_partitions: Vec::new(), generation_id: -1, rack_id: None }
    }
}

impl Message for ConsumerProtocolSubscription {
    const NAME: &'static str = "ConsumerProtocolSubscription";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let topics = r.array(false, |r| r.text(false))?;
        let user_data = r.bytes_opt(false, true)?;
        let owned_partitions =
            if version >= 1 { r.array(false, |r| TopicPartition::decode(r, version))? } else { Vec::new() };
        let generation_id = if version >= 2 { r.i32()? } else { -1 };
        let rack_id = if version == 3 { r.text_opt(false, true)? } else { None };
        Ok(Self { topics, user_data, owned_partitions, generation_id, rack_id })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.topics, false, |w, one| w.text(one, false))?;
        w.bytes_opt(self.user_data.as_ref(), false)?;
        if version >= 1 {
            w.array(&self.owned_partitions, false, |w, one| one.encode(w, version))?;
        }
        if version >= 2 {
            w.i32(self.generation_id);
        }
        if version == 3 {
            w.text_opt(self.rack_id.as_ref(), false)?;
        }
        Ok(())
    }
}

impl ToJson for ConsumerProtocolSubscription {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topics", &self.topics, version);
        to.put("userData", &self.user_data, version);
        if version >= 1 {
            to.put("ownedPartitions", &self.owned_partitions, version);
        }
        if version >= 2 {
            to.put("generationId", &self.generation_id, version);
        }
        if version == 3 {
            to.put("rackId", &self.rack_id, version);
        }
        to.into()
    }
}

/// In `ConsumerProtocolSubscription::owned_partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicPartition {
    pub topic: Text,
    pub partitions: Vec<i32>,
}

impl TopicPartition {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let topic = r.text(false)?;
        let partitions = r.array(false, Reader::i32)?;
        Ok(Self { topic, partitions })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.topic, false)?;
        w.array(&self.partitions, false, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        Ok(())
    }
}

impl ToJson for TopicPartition {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topic", &self.topic, version);
        to.put("partitions", &self.partitions, version);
        to.into()
    }
}
