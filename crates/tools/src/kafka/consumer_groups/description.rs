//! A group of consumers as the cluster describes it, of the new protocol or of the classic one.

use std::time::Duration;

use bytes::Bytes;
use kampa_client::admin::ClassicGroup;
use kampa_client::{CoordinatorKind, Error, ErrorCode, To};
use kampa_protocol::messages::FindCoordinatorRequest;
use kampa_protocol::messages::consumer_group_describe::{Assignment, ConsumerGroupDescribeRequest, DescribedGroup};
use kampa_protocol::records::embedded::ConsumerProtocolAssignment;
use kampa_protocol::{Message, Reader};

use super::Command;
use crate::kafka::thrown::Thrown;

/// A topic and one of its partitions.
pub(super) type Partition = (String, i32);

pub(super) struct Description {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) assignor: String,
    pub(super) members: Vec<Member>,
    /// `host:port`, and the number of the node.
    pub(super) coordinator: (String, i32),
    /// Only the new protocol counts.
    pub(super) epochs: Option<(i32, i32)>,
}

pub(super) struct Member {
    pub(super) id: String,
    pub(super) instance: String,
    pub(super) client: String,
    pub(super) host: String,
    pub(super) assigned: Vec<Partition>,
    pub(super) target: Vec<Partition>,
    pub(super) epoch: Option<i32>,
    /// Whether it speaks the new protocol, where a member may speak either.
    pub(super) is_new: Option<bool>,
}

impl Command<'_> {
    /// What future of each group would bring.
    pub(super) async fn described(&self, group: &str) -> Result<Description, Thrown> {
        let failed = |error: Error| Thrown::of(&error, "describeConsumerGroups");
        match self.describe_new(group).await {
            Ok(found) => Ok(found),
            Err(Error::Unsupported { .. }) => self.describe_classic(group).await,
            // Where neither protocol has the group, it is missed in the words of the new one.
            Err(error) if error.code() == Some(ErrorCode::GROUP_ID_NOT_FOUND) => {
                self.describe_classic(group).await.map_err(|classic| match classic.is("GroupIdNotFoundException") {
                    true => failed(error),
                    false => classic,
                })
            }
            Err(error) => Err(failed(error)),
        }
    }

    async fn describe_new(&self, group: &str) -> Result<Description, Error> {
        let client = self.admin.client();
        let request = ConsumerGroupDescribeRequest { group_ids: vec![group.into()], ..Default::default() };
        let mut tries = 0;
        loop {
            let to = To::Coordinator(CoordinatorKind::Group, group);
            let response = client.call(to, request.clone()).await?;
            let what = || format!("group {group}");
            let found = response.groups.into_iter().find(|one| one.group_id == *group);
            let found = found.ok_or_else(|| Error::Unknown { what: what() })?;
            match Error::check_with(found.error_code, found.error_message.as_deref(), what) {
                Ok(()) => return self.new_group(found).await,
                Err(error) if tries < TRIES_MAX && error.code().is_some_and(is_passing) => {
                    tries += 1;
                    client.forget_coordinator(CoordinatorKind::Group, group);
                    client.world().sleep(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn new_group(&self, group: DescribedGroup) -> Result<Description, Error> {
        let members = group.members.iter().map(|member| Member {
            id: member.member_id.as_str().to_owned(),
            instance: member.instance_id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default(),
            client: member.client_id.as_str().to_owned(),
            host: member.client_host.as_str().to_owned(),
            assigned: partitions(&member.assignment),
            target: partitions(&member.target_assignment),
            epoch: Some(member.member_epoch),
            is_new: (member.member_type >= 0).then_some(member.member_type == 1),
        });
        let id = group.group_id.as_str().to_owned();
        Ok(Description {
            members: members.collect(),
            state: group.group_state.as_str().to_owned(),
            assignor: group.assignor_name.as_str().to_owned(),
            coordinator: self.coordinator_of(&id).await?,
            epochs: Some((group.group_epoch, group.assignment_epoch)),
            id,
        })
    }

    async fn describe_classic(&self, group: &str) -> Result<Description, Thrown> {
        let (_, described) = self.admin.describe_classic_groups(&[group.to_owned()], false).await.remove(0);
        let described = described.map_err(|error| Thrown::of(&error, "describeConsumerGroups"))?;
        let ClassicGroup { id, state, protocol_type, protocol, members, coordinator, .. } = described;
        if !protocol_type.is_empty() && protocol_type != "consumer" {
            return Err(Thrown::illegal(format!("GroupId {id} is not a consumer group ({protocol_type}).")));
        }
        let members = members.into_iter().map(|member| Member {
            id: member.id,
            instance: member.instance_id.unwrap_or_default(),
            client: member.client_id,
            host: member.host,
            assigned: assigned(&member.assignment),
            target: Vec::new(),
            epoch: None,
            is_new: None,
        });
        Ok(Description {
            members: members.collect(),
            state,
            assignor: protocol,
            coordinator: self.node(coordinator),
            epochs: None,
            id,
        })
    }

    async fn coordinator_of(&self, group: &str) -> Result<(String, i32), Error> {
        let make = |version: i16| {
            let (key, keys) = if version < 4 { (group, Vec::new()) } else { ("", vec![group.into()]) };
            Ok(FindCoordinatorRequest { key: key.into(), coordinator_keys: keys, ..Default::default() })
        };
        let (version, response) = self.admin.client().call_with(To::Any, make).await?;
        let (host, port, id) = match response.coordinators.first() {
            Some(found) if version >= 4 => (found.host.as_str(), found.port, found.node_id),
            _ => (response.host.as_str(), response.port, response.node_id),
        };
        Ok((format!("{host}:{port}"), id))
    }

    fn node(&self, id: i32) -> (String, i32) {
        let view = self.admin.client().cached();
        let address = view.nodes.get(&id).map(|node| format!("{}:{}", node.host, node.port));
        (address.unwrap_or_else(|| ":-1".to_owned()), id)
    }
}

fn partitions(assignment: &Assignment) -> Vec<Partition> {
    let each = assignment.topic_partitions.iter();
    each.flat_map(|topic| topic.partitions.iter().map(|number| (topic.topic_name.as_str().to_owned(), *number)))
        .collect()
}

/// What a classic group's leader assigned to a member; nothing if it cannot be read.
fn assigned(bytes: &Bytes) -> Vec<Partition> {
    let mut reader = Reader::new(bytes);
    let Ok(version) = reader.i16() else { return Vec::new() };
    let version = version.min(*ConsumerProtocolAssignment::VERSIONS.end());
    let Ok(assignment) = ConsumerProtocolAssignment::decode(&mut reader, version) else { return Vec::new() };
    let each = assignment.assigned_partitions.iter();
    each.flat_map(|topic| topic.partitions.iter().map(|number| (topic.topic.as_str().to_owned(), *number))).collect()
}

fn is_passing(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NOT_COORDINATOR | ErrorCode::COORDINATOR_NOT_AVAILABLE | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
    )
}

/// How often a coordinator that is about to be another, or still loads, is asked again.
const TRIES_MAX: u32 = 50;

/// Before it is asked again.
const PAUSE: Duration = Duration::from_millis(100);
