//! DescribeGroups (key 15), ListGroups (key 16) and DeleteGroups (key 42): what tools ask.

use std::collections::BTreeSet;

use kampa_protocol::messages::ListGroupsRequest;
use kampa_protocol::messages::delete_groups::DeletableGroupResult;
use kampa_protocol::messages::describe_groups::{DescribedGroup, DescribedGroupMember};
use kampa_protocol::messages::list_groups::ListedGroup;
use kampa_protocol::records::group::GroupRecord;
use kampa_protocol::{ErrorCode, Text};

use super::expiry::offset_tombstone;
use super::group::{Group, State};
use super::members::Member;
use super::{Effects, GroupAnswer, GroupShard, Now, ReplyTo};

impl GroupShard {
    /// One group as DescribeGroups shows it; what the asker may do to it is the caller's to fill in.
    pub fn describe(&self, group_id: &Text, version: i16) -> DescribedGroup {
        match self.groups.get(&**group_id) {
            Some(group) => group.describe(),
            None => unknown_group(group_id, version),
        }
    }

    /// The groups that pass the filters, by group id. States and types are compared without regard to case.
    pub fn list(&self, request: &ListGroupsRequest) -> Vec<ListedGroup> {
        let lower = |words: &[Text]| words.iter().map(|word| word.trim().to_lowercase()).collect::<BTreeSet<_>>();
        let (states, types) = (lower(&request.states_filter), lower(&request.types_filter));
        let passes = |group: &&Group| {
            (states.is_empty() || states.contains(&group.state().name().to_lowercase()))
                && (types.is_empty() || types.contains(GROUP_TYPE))
        };
        self.groups.values().filter(passes).map(Group::list).collect()
    }

    /// Tombstones for the groups that are empty, and for their offsets.
    pub fn delete_groups(&mut self, reply_to: ReplyTo, group_ids: &[Text], now: Now) -> Effects {
        let mut records = Vec::new();
        let results = group_ids.iter().map(|group_id| DeletableGroupResult {
            group_id: group_id.clone(),
            error_code: self.delete_group(group_id, &mut records).err().unwrap_or(ErrorCode::NONE).into(),
            ..Default::default()
        });
        let answer = GroupAnswer::Delete(results.collect());
        let (_, mut step) = self.step(now);
        records.into_iter().for_each(|record| step.record(record));
        step.answer(reply_to, answer);
        step.finish()
    }

    fn delete_group(&self, group_id: &Text, records: &mut Vec<GroupRecord>) -> Result<(), ErrorCode> {
        let group = self.groups.get(&**group_id).ok_or(ErrorCode::GROUP_ID_NOT_FOUND)?;
        if group.state() != State::Empty {
            return Err(ErrorCode::NON_EMPTY_GROUP);
        }
        for (topic, partitions) in self.offsets.of_group(group_id).into_iter().flatten() {
            records.extend(partitions.keys().map(|partition| offset_tombstone(group_id, topic, *partition)));
        }
        records.push(group.tombstone());
        Ok(())
    }
}

impl Group {
    /// What members offered and were assigned is shown in full only when the group has settled.
    fn describe(&self) -> DescribedGroup {
        let is_stable = self.state() == State::Stable;
        let describe = |member: &Member| DescribedGroupMember {
            member_id: member.id.clone(),
            group_instance_id: member.instance_id.clone(),
            client_id: member.client.client_id.clone(),
            client_host: member.client.host.clone(),
            member_metadata: if is_stable { member.metadata(self.protocol.as_ref()) } else { Default::default() },
            member_assignment: member.assignment.clone(),
            ..Default::default()
        };
        DescribedGroup {
            group_id: self.id.clone(),
            group_state: Text::from_static(self.state().name()),
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            protocol_data: self.protocol.clone().filter(|_| is_stable).unwrap_or_default(),
            members: self.members.iter().map(describe).collect(),
            ..Default::default()
        }
    }

    fn list(&self) -> ListedGroup {
        ListedGroup {
            group_id: self.id.clone(),
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            group_state: Text::from_static(self.state().name()),
            group_type: Text::from_static(GROUP_TYPE),
            ..Default::default()
        }
    }
}

/// Old versions know no error for a group that is not there: they are shown a dead one (KIP-1043).
fn unknown_group(group_id: &Text, version: i16) -> DescribedGroup {
    let group =
        DescribedGroup { group_id: group_id.clone(), group_state: Text::from_static("Dead"), ..Default::default() };
    if version < GROUP_ID_NOT_FOUND_FROM {
        return group;
    }
    DescribedGroup {
        error_code: ErrorCode::GROUP_ID_NOT_FOUND.into(),
        error_message: Some(Text::from(format!("Group {group_id} not found."))),
        ..group
    }
}

/// What ListGroups calls the groups of this shard.
const GROUP_TYPE: &str = "classic";

/// From this version of DescribeGroups on, a group that is not there is an error.
const GROUP_ID_NOT_FOUND_FROM: i16 = 6;
