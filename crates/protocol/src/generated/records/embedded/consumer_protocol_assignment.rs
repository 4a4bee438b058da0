// Made by `cargo xtask codegen` from schema/records/embedded/consumer-protocol-assignment.kafka: edit that instead.

//! What the leader of a classic consumer group assigns to a member: the bytes in SyncGroup, after a version of 16
//! bits.

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0-3.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerProtocolAssignment {
    pub assigned_partitions: Vec<TopicPartition>,
    pub user_data: Option<Bytes>,
}

impl Message for ConsumerProtocolAssignment {
    const NAME: &'static str = "ConsumerProtocolAssignment";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let assigned_partitions = r.array(false, |r| TopicPartition::decode(r, version))?;
        let user_data = r.bytes_opt(false, true)?;
        Ok(Self { assigned_partitions, user_data })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.assigned_partitions, false, |w, one| one.encode(w, version))?;
        w.bytes_opt(self.user_data.as_ref(), false)?;
        Ok(())
    }
}

impl ToJson for ConsumerProtocolAssignment {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("assignedPartitions", &self.assigned_partitions, version);
        to.put("userData", &self.user_data, version);
        to.into()
    }
}

/// In `ConsumerProtocolAssignment::assigned_partitions`.
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
