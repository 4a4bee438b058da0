//! OffsetDelete (key 47): offsets of topics that nobody in the group reads any more are forgotten (KIP-496).
//!
//! Topics come by name; partitions that do not exist, the caller answers itself.

use std::collections::BTreeSet;

use kampa_protocol::messages::offset_delete::{
    OffsetDeleteRequestTopic, OffsetDeleteResponsePartition, OffsetDeleteResponseTopic,
};
use kampa_protocol::messages::{OffsetDeleteRequest, OffsetDeleteResponse};
use kampa_protocol::{ErrorCode, Text};

use super::expiry::offset_tombstone;
use super::group::{Group, State};
use super::{Effects, GroupAnswer, GroupShard, Now, ReplyTo};

impl GroupShard {
    /// Answers by partition, GROUP_SUBSCRIBED_TO_TOPIC where somebody may still read it; for all, GROUP_ID_NOT_FOUND, or
    /// NON_EMPTY_GROUP where nobody can know what members read.
    pub fn delete_offsets(&mut self, reply_to: ReplyTo, request: &OffsetDeleteRequest, now: Now) -> Effects {
        let mut gone = BTreeSet::new();
        let response = match self.accept_deletion(&request.group_id) {
            Ok(group) => {
                let topics = request.topics.iter().map(|topic| self.delete_topic_offsets(group, topic, &mut gone));
                OffsetDeleteResponse { topics: topics.collect(), ..Default::default() }
            }
            Err(error) => OffsetDeleteResponse { error_code: error.0, ..Default::default() },
        };
        let group_id = self.groups.get(&*request.group_id).map(|group| group.id.clone());
        let (_, mut step) = self.step(now);
        for (topic, partition) in &gone {
            step.record(offset_tombstone(group_id.as_ref().unwrap_or(&request.group_id), topic, *partition));
        }
        step.answer(reply_to, GroupAnswer::OffsetDelete(response));
        step.finish()
    }

    fn accept_deletion(&self, group_id: &str) -> Result<&Group, ErrorCode> {
        if group_id.is_empty() {
            return Err(ErrorCode::INVALID_GROUP_ID);
        }
        let group = self.groups.get(group_id).ok_or(ErrorCode::GROUP_ID_NOT_FOUND)?;
        let is_safe = group.state() == State::Empty || group.uses_consumer_protocol();
        if is_safe { Ok(group) } else { Err(ErrorCode::NON_EMPTY_GROUP) }
    }

    fn delete_topic_offsets(
        &self,
        group: &Group,
        topic: &OffsetDeleteRequestTopic,
        gone: &mut BTreeSet<(Text, i32)>,
    ) -> OffsetDeleteResponseTopic {
        let is_read = group.is_subscribed_to(&topic.name);
        let committed = self.offsets.of_group(&group.id).and_then(|topics| topics.get_key_value(&*topic.name));
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for partition in &topic.partitions {
            let partition_index = partition.partition_index;
            let error = if is_read { ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC } else { ErrorCode::NONE };
            if let Some((name, offsets)) = committed.filter(|_| !is_read)
                && offsets.contains_key(&partition_index)
            {
                gone.insert((name.clone(), partition_index));
            }
            partitions.push(OffsetDeleteResponsePartition { partition_index, error_code: error.0 });
        }
        OffsetDeleteResponseTopic { name: topic.name.clone(), partitions }
    }
}
