//! Groups: listed across the brokers, described and deleted at their coordinators, members sent away.
//!
//! Describes classic groups. Groups of the newer kinds have a description of their own, one method each, and are
//! refused here with GROUP_ID_NOT_FOUND as Kafka does.

use std::collections::BTreeMap;
use std::future::Future;

use bytes::Bytes;
use kampa_protocol::messages::delete_groups::DeleteGroupsRequest;
use kampa_protocol::messages::describe_groups::{DescribeGroupsRequest, DescribedGroup};
use kampa_protocol::messages::leave_group::{LeaveGroupRequest, MemberIdentity};
use kampa_protocol::messages::list_groups::ListGroupsRequest;
use kampa_protocol::{ApiKey, ErrorCode};

use super::settle::{together, unanswered};
use super::topics::operations;
use super::{Admin, Each};
use crate::{CoordinatorKind, Error, To, Topics};

/// Which groups to list; what is empty lets every group through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListGroups {
    /// Kafka's names of states: `Stable`, `Empty` … Needs Kafka 2.6.
    pub states: Vec<String>,
    /// Kafka's names of types: `classic`, `consumer`, `share`, `streams`. Needs Kafka 3.8.
    pub types: Vec<String>,
    /// Protocol types: `consumer`, `connect`, and the empty one of groups that only keep offsets.
    pub protocol_types: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GroupListing {
    pub id: String,
    pub protocol_type: String,
    /// `None` from clusters that do not tell it.
    pub state: Option<String>,
    pub kind: Option<String>,
}

/// A classic group. Its members' metadata and assignments mean what its protocol type says they mean.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassicGroup {
    pub id: String,
    pub state: String,
    pub protocol_type: String,
    /// The assignor's name, in groups of consumers.
    pub protocol: String,
    pub members: Vec<GroupMember>,
    pub coordinator: i32,
    /// A bit for each operation the asker may do; `None` when it was not asked for.
    pub authorized_operations: Option<i32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GroupMember {
    pub id: String,
    pub instance_id: Option<String>,
    pub client_id: String,
    pub host: String,
    pub metadata: Bytes,
    pub assignment: Bytes,
}

/// A member to be sent away, by its static name or its member id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LeavingMember {
    Instance(String),
    Id(String),
}

impl Admin {
    /// The groups of every broker, by id, and what kept a broker from telling its own.
    pub async fn list_groups(&self, which: &ListGroups) -> Result<(Vec<GroupListing>, Vec<Error>), Error> {
        let view = self.client.metadata(Topics::None).await?;
        let again = |_: &i32, code| {
            matches!(code, ErrorCode::COORDINATOR_LOAD_IN_PROGRESS | ErrorCode::COORDINATOR_NOT_AVAILABLE)
        };
        let nodes = view.nodes.keys().copied().collect();
        let answers = self
            .settle("listing groups", nodes, again, |left: Vec<i32>| async move {
                let asked = left.into_iter().map(|node| async move { (node, self.list_groups_at(node, which).await) });
                Ok(together(asked.collect()).await)
            })
            .await;
        let mut groups: BTreeMap<String, GroupListing> = BTreeMap::new();
        let mut failed = Vec::new();
        for (_, answer) in answers {
            match answer {
                Ok(listed) => groups.extend(listed.into_iter().map(|group| (group.id.clone(), group))),
                Err(error) => failed.push(error),
            }
        }
        Ok((groups.into_values().collect(), failed))
    }

    async fn list_groups_at(&self, node: i32, which: &ListGroups) -> Result<Vec<GroupListing>, Error> {
        let make = |version: i16| {
            for (filter, since, name) in [(&which.states, 4, "states"), (&which.types, 5, "types")] {
                if version < since && !filter.is_empty() {
                    return Err(Error::Unsupported {
                        api: ApiKey::ListGroups,
                        why: format!("it cannot filter by {name} before version {since}"),
                    });
                }
            }
            Ok(ListGroupsRequest {
                states_filter: which.states.iter().map(Into::into).collect(),
                types_filter: which.types.iter().map(Into::into).collect(),
                ..Default::default()
            })
        };
        let (version, response) = self.client.call_with(To::Node(node), make).await?;
        Error::check(response.error_code, || format!("the groups of node {node}"))?;
        let groups = response.groups.into_iter().map(|group| GroupListing {
            id: group.group_id.into(),
            protocol_type: group.protocol_type.into(),
            state: (version >= 4).then(|| group.group_state.into()),
            kind: (version >= 5).then(|| group.group_type.into()),
        });
        Ok(groups
            .filter(|group| which.protocol_types.is_empty() || which.protocol_types.contains(&group.protocol_type))
            .collect())
    }

    pub async fn describe_classic_groups(
        &self,
        groups: &[String],
        include_authorized_operations: bool,
    ) -> Each<String, ClassicGroup> {
        self.at_coordinators("describing groups", groups, |node, groups| async move {
            let request = DescribeGroupsRequest {
                groups: groups.iter().map(Into::into).collect(),
                include_authorized_operations,
                ..Default::default()
            };
            let answered = self.client.call(To::Node(node), request).await;
            let read = |group: String| {
                let one = answered.as_ref().map_err(Clone::clone).and_then(|response| {
                    let one = response.groups.iter().find(|one| one.group_id == group.as_str());
                    described(node, one.ok_or_else(|| unanswered(&format!("group {group}")))?)
                });
                (group, one)
            };
            groups.into_iter().map(read).collect()
        })
        .await
    }

    pub async fn delete_groups(&self, groups: &[String]) -> Each<String, ()> {
        self.at_coordinators("deleting groups", groups, |node, groups| async move {
            let request =
                DeleteGroupsRequest { groups_names: groups.iter().map(Into::into).collect(), ..Default::default() };
            let answered = self.client.call(To::Node(node), request).await;
            let read = |group: String| {
                let what = || format!("group {group}");
                let one = answered.as_ref().map_err(Clone::clone).and_then(|response| {
                    let one = response
                        .results
                        .iter()
                        .find(|one| one.group_id == group.as_str())
                        .ok_or_else(|| unanswered(&what()))?;
                    Error::check_with(one.error_code, one.error_message.as_deref(), what)
                });
                (group, one)
            };
            groups.into_iter().map(read).collect()
        })
        .await
    }

    /// Sends members away; none named means all that the group has now.
    pub async fn remove_group_members(
        &self,
        group: &str,
        members: &[LeavingMember],
        reason: &str,
    ) -> Result<Each<LeavingMember, ()>, Error> {
        let mut members = members.to_vec();
        if members.is_empty() {
            let (_, described) = self.describe_classic_groups(&[group.to_owned()], false).await.remove(0);
            members.extend(described?.members.into_iter().map(|member| match member.instance_id {
                Some(instance) => LeavingMember::Instance(instance),
                None => LeavingMember::Id(member.id),
            }));
        }
        // Kafka keeps no more of a reason.
        let reason: String = reason.chars().take(REASON_CHARS_MAX).collect();
        self.settle_one(
            "removing members",
            |code| self.coordinator_moved(group, code),
            || self.send_away(group, &members, &reason),
        )
        .await
    }

    async fn send_away(
        &self,
        group: &str,
        members: &[LeavingMember],
        reason: &str,
    ) -> Result<Each<LeavingMember, ()>, Error> {
        let make = |version: i16| {
            if version < 3 {
                let why = "it takes one member at a time before LeaveGroup 3".to_owned();
                return Err(Error::Unsupported { api: ApiKey::LeaveGroup, why });
            }
            let identity = |member: &LeavingMember| {
                let (id, instance) = match member {
                    LeavingMember::Instance(name) => ("", Some(name.into())),
                    LeavingMember::Id(id) => (id.as_str(), None),
                };
                let reason = (version >= 5).then(|| reason.into());
                MemberIdentity { member_id: id.into(), group_instance_id: instance, reason, ..Default::default() }
            };
            Ok(LeaveGroupRequest {
                group_id: group.into(),
                members: members.iter().map(identity).collect(),
                ..Default::default()
            })
        };
        let (_, response) = self.client.call_with(To::Coordinator(CoordinatorKind::Group, group), make).await?;
        Error::check(response.error_code, || format!("group {group}"))?;
        Ok(members
            .iter()
            .map(|member| {
                let one = response.members.iter().find(|one| match member {
                    LeavingMember::Instance(name) => one.group_instance_id.as_deref() == Some(name),
                    LeavingMember::Id(id) => one.member_id == id.as_str(),
                });
                let what = || format!("member {member:?} of group {group}");
                let gone = one.ok_or_else(|| unanswered(&what())).and_then(|one| Error::check(one.error_code, what));
                (member.clone(), gone)
            })
            .collect())
    }

    /// Asks each coordinator about its groups, all coordinators at once.
    pub(super) async fn at_coordinators<T, F>(
        &self,
        what: &str,
        groups: &[String],
        ask: impl Fn(i32, Vec<String>) -> F + Copy,
    ) -> Each<String, T>
    where
        F: Future<Output = Each<String, T>>,
    {
        let again = |group: &String, code| self.coordinator_moved(group, code);
        self.settle(what, groups.to_vec(), again, |left: Vec<String>| async move {
            let mut answers = Vec::with_capacity(left.len());
            let mut nodes: BTreeMap<i32, Vec<String>> = BTreeMap::new();
            for (group, coordinator) in self.coordinators(&left).await? {
                match coordinator {
                    Ok(node) => nodes.entry(node).or_default().push(group),
                    Err(error) => answers.push((group, Err(error))),
                }
            }
            let asked = nodes.into_iter().map(|(node, groups)| ask(node, groups)).collect();
            answers.extend(together(asked).await.into_iter().flatten());
            Ok(answers)
        })
        .await
    }
}

const REASON_CHARS_MAX: usize = 255;

fn described(node: i32, group: &DescribedGroup) -> Result<ClassicGroup, Error> {
    Error::check_with(group.error_code, group.error_message.as_deref(), || format!("group {}", group.group_id))?;
    Ok(ClassicGroup {
        id: group.group_id.clone().into(),
        state: group.group_state.clone().into(),
        protocol_type: group.protocol_type.clone().into(),
        protocol: group.protocol_data.clone().into(),
        members: group
            .members
            .iter()
            .map(|member| GroupMember {
                id: member.member_id.clone().into(),
                instance_id: member.group_instance_id.clone().map(Into::into),
                client_id: member.client_id.clone().into(),
                host: member.client_host.clone().into(),
                metadata: member.member_metadata.clone(),
                assignment: member.member_assignment.clone(),
            })
            .collect(),
        coordinator: node,
        authorized_operations: operations(group.authorized_operations),
    })
}
