//! The records of `__consumer_offsets` that classic groups are made of, in the versions Kafka writes them.

use bytes::Bytes;
use kampa_protocol::EncodeError;
use kampa_protocol::records::group::{GroupRecord, OffsetCommitKey, OffsetCommitValue};

/// Key and value as they go into the log.
pub fn encode(record: &GroupRecord) -> Result<(Bytes, Option<Bytes>), EncodeError> {
    let version = match record {
        GroupRecord::GroupMetadata(..) => GROUP_VERSION,
        GroupRecord::OffsetCommit(_, Some(value)) if value.expire_timestamp != NEVER => OWN_EXPIRY_VERSION,
        GroupRecord::OffsetCommit(..) => OFFSET_VERSION,
        other => *other.versions().end(),
    };
    record.encode(version)
}

/// A record's offset commit, from before there was a second version of its key too.
pub(crate) fn as_offset_commit(record: &GroupRecord) -> Option<(OffsetCommitKey, Option<OffsetCommitValue>)> {
    match record {
        GroupRecord::OffsetCommit(key, value) => Some((key.clone(), value.clone())),
        GroupRecord::LegacyOffsetCommit(key, value) => {
            let key = OffsetCommitKey { group: key.group.clone(), topic: key.topic.clone(), partition: key.partition };
            let value = value.as_ref().map(|value| OffsetCommitValue {
                offset: value.offset,
                metadata: value.metadata.clone(),
                commit_timestamp: value.commit_timestamp,
                ..Default::default()
            });
            Some((key, value))
        }
        _ => None,
    }
}

/// What a record says instead of a time to expire.
pub(crate) const NEVER: i64 = -1;

/// The last version of group metadata that is not flexible; Kafka stays with it.
const GROUP_VERSION: i16 = 3;

/// The version of an offset commit that carries the topic's id.
const OFFSET_VERSION: i16 = 4;

/// The only version of an offset commit that has room for an expiry of its own.
const OWN_EXPIRY_VERSION: i16 = 1;
