// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Schemas of `records/group`.

use bytes::Bytes;

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, keyed};
use crate::{Json, ToJson};

pub mod consumer_group_current_member_assignment;
pub mod consumer_group_member_metadata;
pub mod consumer_group_metadata;
pub mod consumer_group_partition_metadata;
pub mod consumer_group_regular_expression;
pub mod consumer_group_target_assignment_member;
pub mod consumer_group_target_assignment_metadata;
pub mod group_metadata;
pub mod legacy_offset_commit;
pub mod offset_commit;
pub mod share_group_current_member_assignment;
pub mod share_group_member_metadata;
pub mod share_group_metadata;
pub mod share_group_state_partition_metadata;
pub mod share_group_target_assignment_member;
pub mod share_group_target_assignment_metadata;
pub mod streams_group_current_member_assignment;
pub mod streams_group_member_metadata;
pub mod streams_group_metadata;
pub mod streams_group_target_assignment_member;
pub mod streams_group_target_assignment_metadata;
pub mod streams_group_topology;

pub use consumer_group_current_member_assignment::{
    ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue,
};
pub use consumer_group_member_metadata::{ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue};
pub use consumer_group_metadata::{ConsumerGroupMetadataKey, ConsumerGroupMetadataValue};
pub use consumer_group_partition_metadata::{ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue};
pub use consumer_group_regular_expression::{ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue};
pub use consumer_group_target_assignment_member::{
    ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue,
};
pub use consumer_group_target_assignment_metadata::{
    ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue,
};
pub use group_metadata::{GroupMetadataKey, GroupMetadataValue};
pub use legacy_offset_commit::{LegacyOffsetCommitKey, LegacyOffsetCommitValue};
pub use offset_commit::{OffsetCommitKey, OffsetCommitValue};
pub use share_group_current_member_assignment::{
    ShareGroupCurrentMemberAssignmentKey, ShareGroupCurrentMemberAssignmentValue,
};
pub use share_group_member_metadata::{ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue};
pub use share_group_metadata::{ShareGroupMetadataKey, ShareGroupMetadataValue};
pub use share_group_state_partition_metadata::{
    ShareGroupStatePartitionMetadataKey, ShareGroupStatePartitionMetadataValue,
};
pub use share_group_target_assignment_member::{
    ShareGroupTargetAssignmentMemberKey, ShareGroupTargetAssignmentMemberValue,
};
pub use share_group_target_assignment_metadata::{
    ShareGroupTargetAssignmentMetadataKey, ShareGroupTargetAssignmentMetadataValue,
};
pub use streams_group_current_member_assignment::{
    StreamsGroupCurrentMemberAssignmentKey, StreamsGroupCurrentMemberAssignmentValue,
};
pub use streams_group_member_metadata::{StreamsGroupMemberMetadataKey, StreamsGroupMemberMetadataValue};
pub use streams_group_metadata::{StreamsGroupMetadataKey, StreamsGroupMetadataValue};
pub use streams_group_target_assignment_member::{
    StreamsGroupTargetAssignmentMemberKey, StreamsGroupTargetAssignmentMemberValue,
};
pub use streams_group_target_assignment_metadata::{
    StreamsGroupTargetAssignmentMetadataKey, StreamsGroupTargetAssignmentMetadataValue,
};
pub use streams_group_topology::{StreamsGroupTopologyKey, StreamsGroupTopologyValue};

/// Any record of this coordinator: what it is about, and what is so, or None when it is gone (a tombstone).
#[derive(Clone, Debug, PartialEq)]
pub enum GroupRecord {
    LegacyOffsetCommit(LegacyOffsetCommitKey, Option<LegacyOffsetCommitValue>),
    OffsetCommit(OffsetCommitKey, Option<OffsetCommitValue>),
    GroupMetadata(GroupMetadataKey, Option<GroupMetadataValue>),
    ConsumerGroupMetadata(ConsumerGroupMetadataKey, Option<ConsumerGroupMetadataValue>),
    ConsumerGroupPartitionMetadata(ConsumerGroupPartitionMetadataKey, Option<ConsumerGroupPartitionMetadataValue>),
    ConsumerGroupMemberMetadata(ConsumerGroupMemberMetadataKey, Option<ConsumerGroupMemberMetadataValue>),
    ConsumerGroupTargetAssignmentMetadata(
        ConsumerGroupTargetAssignmentMetadataKey,
        Option<ConsumerGroupTargetAssignmentMetadataValue>,
    ),
    ConsumerGroupTargetAssignmentMember(
        ConsumerGroupTargetAssignmentMemberKey,
        Option<ConsumerGroupTargetAssignmentMemberValue>,
    ),
    ConsumerGroupCurrentMemberAssignment(
        ConsumerGroupCurrentMemberAssignmentKey,
        Option<ConsumerGroupCurrentMemberAssignmentValue>,
    ),
    ShareGroupMemberMetadata(ShareGroupMemberMetadataKey, Option<ShareGroupMemberMetadataValue>),
    ShareGroupMetadata(ShareGroupMetadataKey, Option<ShareGroupMetadataValue>),
    ShareGroupTargetAssignmentMetadata(
        ShareGroupTargetAssignmentMetadataKey,
        Option<ShareGroupTargetAssignmentMetadataValue>,
    ),
    ShareGroupTargetAssignmentMember(
        ShareGroupTargetAssignmentMemberKey,
        Option<ShareGroupTargetAssignmentMemberValue>,
    ),
    ShareGroupCurrentMemberAssignment(
        ShareGroupCurrentMemberAssignmentKey,
        Option<ShareGroupCurrentMemberAssignmentValue>,
    ),
    ShareGroupStatePartitionMetadata(
        ShareGroupStatePartitionMetadataKey,
        Option<ShareGroupStatePartitionMetadataValue>,
    ),
    ConsumerGroupRegularExpression(ConsumerGroupRegularExpressionKey, Option<ConsumerGroupRegularExpressionValue>),
    StreamsGroupMetadata(StreamsGroupMetadataKey, Option<StreamsGroupMetadataValue>),
    StreamsGroupMemberMetadata(StreamsGroupMemberMetadataKey, Option<StreamsGroupMemberMetadataValue>),
    StreamsGroupTargetAssignmentMetadata(
        StreamsGroupTargetAssignmentMetadataKey,
        Option<StreamsGroupTargetAssignmentMetadataValue>,
    ),
    StreamsGroupTargetAssignmentMember(
        StreamsGroupTargetAssignmentMemberKey,
        Option<StreamsGroupTargetAssignmentMemberValue>,
    ),
    StreamsGroupCurrentMemberAssignment(
        StreamsGroupCurrentMemberAssignmentKey,
        Option<StreamsGroupCurrentMemberAssignmentValue>,
    ),
    StreamsGroupTopology(StreamsGroupTopologyKey, Option<StreamsGroupTopologyValue>),
}

impl GroupRecord {
    /// The record's type number, with which its key begins.
    pub fn number(&self) -> i16 {
        match self {
            Self::LegacyOffsetCommit(..) => 0,
            Self::OffsetCommit(..) => 1,
            Self::GroupMetadata(..) => 2,
            Self::ConsumerGroupMetadata(..) => 3,
            Self::ConsumerGroupPartitionMetadata(..) => 4,
            Self::ConsumerGroupMemberMetadata(..) => 5,
            Self::ConsumerGroupTargetAssignmentMetadata(..) => 6,
            Self::ConsumerGroupTargetAssignmentMember(..) => 7,
            Self::ConsumerGroupCurrentMemberAssignment(..) => 8,
            Self::ShareGroupMemberMetadata(..) => 10,
            Self::ShareGroupMetadata(..) => 11,
            Self::ShareGroupTargetAssignmentMetadata(..) => 12,
            Self::ShareGroupTargetAssignmentMember(..) => 13,
            Self::ShareGroupCurrentMemberAssignment(..) => 14,
            Self::ShareGroupStatePartitionMetadata(..) => 15,
            Self::ConsumerGroupRegularExpression(..) => 16,
            Self::StreamsGroupMetadata(..) => 17,
            Self::StreamsGroupMemberMetadata(..) => 19,
            Self::StreamsGroupTargetAssignmentMetadata(..) => 20,
            Self::StreamsGroupTargetAssignmentMember(..) => 21,
            Self::StreamsGroupCurrentMemberAssignment(..) => 22,
            Self::StreamsGroupTopology(..) => 23,
        }
    }

    /// The versions this record's value can be written in.
    pub fn versions(&self) -> std::ops::RangeInclusive<i16> {
        match self {
            Self::LegacyOffsetCommit(..) => LegacyOffsetCommitValue::VERSIONS,
            Self::OffsetCommit(..) => OffsetCommitValue::VERSIONS,
            Self::GroupMetadata(..) => GroupMetadataValue::VERSIONS,
            Self::ConsumerGroupMetadata(..) => ConsumerGroupMetadataValue::VERSIONS,
            Self::ConsumerGroupPartitionMetadata(..) => ConsumerGroupPartitionMetadataValue::VERSIONS,
            Self::ConsumerGroupMemberMetadata(..) => ConsumerGroupMemberMetadataValue::VERSIONS,
            Self::ConsumerGroupTargetAssignmentMetadata(..) => ConsumerGroupTargetAssignmentMetadataValue::VERSIONS,
            Self::ConsumerGroupTargetAssignmentMember(..) => ConsumerGroupTargetAssignmentMemberValue::VERSIONS,
            Self::ConsumerGroupCurrentMemberAssignment(..) => ConsumerGroupCurrentMemberAssignmentValue::VERSIONS,
            Self::ShareGroupMemberMetadata(..) => ShareGroupMemberMetadataValue::VERSIONS,
            Self::ShareGroupMetadata(..) => ShareGroupMetadataValue::VERSIONS,
            Self::ShareGroupTargetAssignmentMetadata(..) => ShareGroupTargetAssignmentMetadataValue::VERSIONS,
            Self::ShareGroupTargetAssignmentMember(..) => ShareGroupTargetAssignmentMemberValue::VERSIONS,
            Self::ShareGroupCurrentMemberAssignment(..) => ShareGroupCurrentMemberAssignmentValue::VERSIONS,
            Self::ShareGroupStatePartitionMetadata(..) => ShareGroupStatePartitionMetadataValue::VERSIONS,
            Self::ConsumerGroupRegularExpression(..) => ConsumerGroupRegularExpressionValue::VERSIONS,
            Self::StreamsGroupMetadata(..) => StreamsGroupMetadataValue::VERSIONS,
            Self::StreamsGroupMemberMetadata(..) => StreamsGroupMemberMetadataValue::VERSIONS,
            Self::StreamsGroupTargetAssignmentMetadata(..) => StreamsGroupTargetAssignmentMetadataValue::VERSIONS,
            Self::StreamsGroupTargetAssignmentMember(..) => StreamsGroupTargetAssignmentMemberValue::VERSIONS,
            Self::StreamsGroupCurrentMemberAssignment(..) => StreamsGroupCurrentMemberAssignmentValue::VERSIONS,
            Self::StreamsGroupTopology(..) => StreamsGroupTopologyValue::VERSIONS,
        }
    }

    /// Whether the record says that something is gone.
    pub fn is_tombstone(&self) -> bool {
        match self {
            Self::LegacyOffsetCommit(_, value) => value.is_none(),
            Self::OffsetCommit(_, value) => value.is_none(),
            Self::GroupMetadata(_, value) => value.is_none(),
            Self::ConsumerGroupMetadata(_, value) => value.is_none(),
            Self::ConsumerGroupPartitionMetadata(_, value) => value.is_none(),
            Self::ConsumerGroupMemberMetadata(_, value) => value.is_none(),
            Self::ConsumerGroupTargetAssignmentMetadata(_, value) => value.is_none(),
            Self::ConsumerGroupTargetAssignmentMember(_, value) => value.is_none(),
            Self::ConsumerGroupCurrentMemberAssignment(_, value) => value.is_none(),
            Self::ShareGroupMemberMetadata(_, value) => value.is_none(),
            Self::ShareGroupMetadata(_, value) => value.is_none(),
            Self::ShareGroupTargetAssignmentMetadata(_, value) => value.is_none(),
            Self::ShareGroupTargetAssignmentMember(_, value) => value.is_none(),
            Self::ShareGroupCurrentMemberAssignment(_, value) => value.is_none(),
            Self::ShareGroupStatePartitionMetadata(_, value) => value.is_none(),
            Self::ConsumerGroupRegularExpression(_, value) => value.is_none(),
            Self::StreamsGroupMetadata(_, value) => value.is_none(),
            Self::StreamsGroupMemberMetadata(_, value) => value.is_none(),
            Self::StreamsGroupTargetAssignmentMetadata(_, value) => value.is_none(),
            Self::StreamsGroupTargetAssignmentMember(_, value) => value.is_none(),
            Self::StreamsGroupCurrentMemberAssignment(_, value) => value.is_none(),
            Self::StreamsGroupTopology(_, value) => value.is_none(),
        }
    }

    /// Reads a record of the log. A type that is not known is `DecodeErrorKind::UnknownType`: newer versions may add some.
    pub fn decode(key: &Bytes, value: Option<&Bytes>) -> Result<Self, DecodeError> {
        let mut r = Reader::new(key);
        let number = r.i16()?;
        Ok(match number {
            0 => Self::LegacyOffsetCommit(Message::decode(&mut r, 0)?, keyed::value(value)?),
            1 => Self::OffsetCommit(Message::decode(&mut r, 0)?, keyed::value(value)?),
            2 => Self::GroupMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            3 => Self::ConsumerGroupMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            4 => Self::ConsumerGroupPartitionMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            5 => Self::ConsumerGroupMemberMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            6 => Self::ConsumerGroupTargetAssignmentMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            7 => Self::ConsumerGroupTargetAssignmentMember(Message::decode(&mut r, 0)?, keyed::value(value)?),
            8 => Self::ConsumerGroupCurrentMemberAssignment(Message::decode(&mut r, 0)?, keyed::value(value)?),
            10 => Self::ShareGroupMemberMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            11 => Self::ShareGroupMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            12 => Self::ShareGroupTargetAssignmentMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            13 => Self::ShareGroupTargetAssignmentMember(Message::decode(&mut r, 0)?, keyed::value(value)?),
            14 => Self::ShareGroupCurrentMemberAssignment(Message::decode(&mut r, 0)?, keyed::value(value)?),
            15 => Self::ShareGroupStatePartitionMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            16 => Self::ConsumerGroupRegularExpression(Message::decode(&mut r, 0)?, keyed::value(value)?),
            17 => Self::StreamsGroupMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            19 => Self::StreamsGroupMemberMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            20 => Self::StreamsGroupTargetAssignmentMetadata(Message::decode(&mut r, 0)?, keyed::value(value)?),
            21 => Self::StreamsGroupTargetAssignmentMember(Message::decode(&mut r, 0)?, keyed::value(value)?),
            22 => Self::StreamsGroupCurrentMemberAssignment(Message::decode(&mut r, 0)?, keyed::value(value)?),
            23 => Self::StreamsGroupTopology(Message::decode(&mut r, 0)?, keyed::value(value)?),
            _ => return Err(r.error(DecodeErrorKind::UnknownType(number.into()))),
        })
    }

    /// The key and the value as they stand in the log, the value in the version given.
    pub fn encode(&self, version: i16) -> Result<(Bytes, Option<Bytes>), EncodeError> {
        match self {
            Self::LegacyOffsetCommit(key, value) => keyed::encode(0, key, value.as_ref(), version),
            Self::OffsetCommit(key, value) => keyed::encode(1, key, value.as_ref(), version),
            Self::GroupMetadata(key, value) => keyed::encode(2, key, value.as_ref(), version),
            Self::ConsumerGroupMetadata(key, value) => keyed::encode(3, key, value.as_ref(), version),
            Self::ConsumerGroupPartitionMetadata(key, value) => keyed::encode(4, key, value.as_ref(), version),
            Self::ConsumerGroupMemberMetadata(key, value) => keyed::encode(5, key, value.as_ref(), version),
            Self::ConsumerGroupTargetAssignmentMetadata(key, value) => keyed::encode(6, key, value.as_ref(), version),
            Self::ConsumerGroupTargetAssignmentMember(key, value) => keyed::encode(7, key, value.as_ref(), version),
            Self::ConsumerGroupCurrentMemberAssignment(key, value) => keyed::encode(8, key, value.as_ref(), version),
            Self::ShareGroupMemberMetadata(key, value) => keyed::encode(10, key, value.as_ref(), version),
            Self::ShareGroupMetadata(key, value) => keyed::encode(11, key, value.as_ref(), version),
            Self::ShareGroupTargetAssignmentMetadata(key, value) => keyed::encode(12, key, value.as_ref(), version),
            Self::ShareGroupTargetAssignmentMember(key, value) => keyed::encode(13, key, value.as_ref(), version),
            Self::ShareGroupCurrentMemberAssignment(key, value) => keyed::encode(14, key, value.as_ref(), version),
            Self::ShareGroupStatePartitionMetadata(key, value) => keyed::encode(15, key, value.as_ref(), version),
            Self::ConsumerGroupRegularExpression(key, value) => keyed::encode(16, key, value.as_ref(), version),
            Self::StreamsGroupMetadata(key, value) => keyed::encode(17, key, value.as_ref(), version),
            Self::StreamsGroupMemberMetadata(key, value) => keyed::encode(19, key, value.as_ref(), version),
            Self::StreamsGroupTargetAssignmentMetadata(key, value) => keyed::encode(20, key, value.as_ref(), version),
            Self::StreamsGroupTargetAssignmentMember(key, value) => keyed::encode(21, key, value.as_ref(), version),
            Self::StreamsGroupCurrentMemberAssignment(key, value) => keyed::encode(22, key, value.as_ref(), version),
            Self::StreamsGroupTopology(key, value) => keyed::encode(23, key, value.as_ref(), version),
        }
    }

    /// The key, and the value as the version carries it, for tools to show.
    pub fn to_json(&self, version: i16) -> (Json, Option<Json>) {
        match self {
            Self::LegacyOffsetCommit(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::OffsetCommit(key, value) => (key.to_json(0), value.as_ref().map(|value| value.to_json(version))),
            Self::GroupMetadata(key, value) => (key.to_json(0), value.as_ref().map(|value| value.to_json(version))),
            Self::ConsumerGroupMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ConsumerGroupPartitionMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ConsumerGroupMemberMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ConsumerGroupTargetAssignmentMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ConsumerGroupTargetAssignmentMember(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ConsumerGroupCurrentMemberAssignment(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ShareGroupMemberMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ShareGroupMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ShareGroupTargetAssignmentMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ShareGroupTargetAssignmentMember(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ShareGroupCurrentMemberAssignment(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ShareGroupStatePartitionMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::ConsumerGroupRegularExpression(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::StreamsGroupMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::StreamsGroupMemberMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::StreamsGroupTargetAssignmentMetadata(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::StreamsGroupTargetAssignmentMember(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::StreamsGroupCurrentMemberAssignment(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
            Self::StreamsGroupTopology(key, value) => {
                (key.to_json(0), value.as_ref().map(|value| value.to_json(version)))
            }
        }
    }
}
