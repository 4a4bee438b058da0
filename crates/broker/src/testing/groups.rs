//! Commands about groups: find-coordinator, join, sync, heartbeat, leave, commit, offsets, describe-group, groups, delete-group.

use bytes::Bytes;
use kampa_protocol::Text;
use kampa_protocol::messages::delete_groups::DeleteGroupsRequest;
use kampa_protocol::messages::describe_groups::DescribeGroupsRequest;
use kampa_protocol::messages::find_coordinator::FindCoordinatorRequest;
use kampa_protocol::messages::heartbeat::HeartbeatRequest;
use kampa_protocol::messages::join_group::{JoinGroupRequest, JoinGroupRequestProtocol};
use kampa_protocol::messages::leave_group::{LeaveGroupRequest, MemberIdentity};
use kampa_protocol::messages::list_groups::ListGroupsRequest;
use kampa_protocol::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kampa_protocol::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use kampa_protocol::messages::sync_group::{SyncGroupRequest, SyncGroupRequestAssignment};

use super::script::{Asked, Line, Names, error, error_with, place};

pub(super) fn asked(line: &Line, names: &Names) -> Asked {
    match line.command {
        "find-coordinator" => find_coordinator(line),
        "join" => join(line, names),
        "sync" => sync(line, names),
        "heartbeat" => heartbeat(line, names),
        "leave" => leave(line, names),
        "commit" => commit(line, names),
        "offsets" => offsets(line, names),
        "describe-group" => describe(line),
        "groups" => list(line),
        "delete-group" => delete(line),
        other => panic!("no command {other}"),
    }
}

/// The version if none is said: what is newest of the API.
fn version(line: &Line, newest: i16) -> i16 {
    line.version.unwrap_or(newest)
}

fn find_coordinator(line: &Line) -> Asked {
    let mut request = FindCoordinatorRequest::default();
    let version = version(line, 6);
    if version >= 4 {
        request.coordinator_keys = line.words.iter().map(|word| Text::from(*word)).collect();
    } else {
        request.key = line.words[0].into();
    }
    if version >= 1 {
        request.key_type = line.number("type", 0);
    }
    Asked::new(line, &request, move |response, _| {
        let told = |code: i16, message: Option<&Text>, node: i32, host: &str, port: i32| match code {
            0 => format!("node {node} at {host}:{port}"),
            _ => error_with(code, message),
        };
        if version < 4 {
            let message = response.error_message.as_ref();
            return told(response.error_code, message, response.node_id, &response.host, response.port);
        }
        let one = |found: &kampa_protocol::messages::find_coordinator::Coordinator| {
            let message = found.error_message.as_ref();
            format!("{}: {}", found.key, told(found.error_code, message, found.node_id, &found.host, found.port))
        };
        response.coordinators.iter().map(one).collect::<Vec<_>>().join(", ")
    })
}

/// `join group member`: member is `-` for a new one. Fields: session, rebalance, protocols=range,roundrobin, type.
fn join(line: &Line, names: &Names) -> Asked {
    let protocols = line.field("protocols").unwrap_or("range").split(',');
    let request = JoinGroupRequest {
        group_id: line.words[0].into(),
        session_timeout_ms: line.number("session", 10_000),
        rebalance_timeout_ms: if version(line, 9) >= 1 { line.number("rebalance", 10_000) } else { -1 },
        member_id: names.member_id(line.words.get(1).unwrap_or(&"-")),
        group_instance_id: line.field("instance").map(Text::from),
        protocol_type: line.field("type").unwrap_or("consumer").into(),
        protocols: protocols
            .map(|name| JoinGroupRequestProtocol {
                name: name.into(),
                metadata: Bytes::from_static(b"subscription"),
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    };
    Asked::new(line, &request, |response, names| {
        let member = names.member(&response.member_id);
        if response.error_code != 0 {
            return format!("{member} {}", error(response.error_code));
        }
        let generation = response.generation_id;
        let protocol = response.protocol_name.as_deref().unwrap_or_default().to_owned();
        if response.leader != response.member_id {
            return format!("{member} generation {generation} {protocol} follows {}", names.member(&response.leader));
        }
        let members: Vec<_> = response.members.iter().map(|member| names.member(&member.member_id)).collect();
        format!("{member} generation {generation} {protocol} leads {}", members.join(" "))
    })
}

/// `sync group member generation m1:orders-0 …`: a leader's words are assignments.
fn sync(line: &Line, names: &Names) -> Asked {
    let assignments = line.words[3..].iter().map(|word| {
        let (member, assignment) = word.split_once(':').expect("member:assignment");
        let assignment = Bytes::copy_from_slice(assignment.as_bytes());
        SyncGroupRequestAssignment { member_id: names.member_id(member), assignment, ..Default::default() }
    });
    let mut request = SyncGroupRequest {
        group_id: line.words[0].into(),
        member_id: names.member_id(line.words[1]),
        generation_id: line.words[2].parse().expect("a generation"),
        assignments: assignments.collect(),
        ..Default::default()
    };
    if version(line, 5) >= 5 {
        request.protocol_type = Some("consumer".into());
        request.protocol_name = Some("range".into());
    }
    Asked::new(line, &request, |response, _| match response.error_code {
        0 => format!("assigned {}", String::from_utf8_lossy(&response.assignment)),
        code => error(code).to_owned(),
    })
}

fn heartbeat(line: &Line, names: &Names) -> Asked {
    let request = HeartbeatRequest {
        group_id: line.words[0].into(),
        member_id: names.member_id(line.words[1]),
        generation_id: line.words[2].parse().expect("a generation"),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| error(response.error_code).to_owned())
}

fn leave(line: &Line, names: &Names) -> Asked {
    let mut request = LeaveGroupRequest { group_id: line.words[0].into(), ..Default::default() };
    let member_id = names.member_id(line.words[1]);
    if version(line, 5) >= 3 {
        request.members = vec![MemberIdentity { member_id, ..Default::default() }];
    } else {
        request.member_id = member_id;
    }
    Asked::new(line, &request, |response, _| {
        let members = response.members.iter().map(|member| error(member.error_code));
        std::iter::once(error(response.error_code)).chain(members).collect::<Vec<_>>().join(" ")
    })
}

/// `commit group member generation orders/0=5 …`; member `-` and generation -1 from outside of the group. Field: retention, in v2 to v4.
fn commit(line: &Line, names: &Names) -> Asked {
    let by_id = version(line, 10) >= 10;
    let topics = line.words[3..].iter().map(|word| {
        let (topic, partition_index, committed_offset) = place(word);
        let partition = OffsetCommitRequestPartition {
            partition_index,
            committed_offset,
            committed_metadata: Some(line.field("note").unwrap_or_default().into()),
            ..Default::default()
        };
        OffsetCommitRequestTopic {
            topic_id: if by_id { names.topic_id(&topic) } else { Default::default() },
            name: if by_id { Text::default() } else { topic.into() },
            partitions: vec![partition],
            ..Default::default()
        }
    });
    let request = OffsetCommitRequest {
        group_id: line.words[0].into(),
        member_id: names.member_id(line.words[1]),
        generation_id_or_member_epoch: line.words[2].parse().expect("a generation"),
        retention_time_ms: line.number("retention", -1),
        topics: topics.collect(),
        ..Default::default()
    };
    Asked::new(line, &request, |response, names| {
        let mut told = Vec::new();
        for topic in &response.topics {
            for partition in &topic.partitions {
                let name = names.topic(&topic.name, topic.topic_id);
                told.push(format!("{name}/{}: {}", partition.partition_index, error(partition.error_code)));
            }
        }
        told.join(", ")
    })
}

/// `offsets group orders/0 …`, `offsets group` for all of them.
fn offsets(line: &Line, names: &Names) -> Asked {
    let newest = version(line, 10);
    let group_id = Text::from(line.words[0]);
    let places: Vec<_> = line.words[1..].iter().map(|word| place(word)).collect();
    let mut request = OffsetFetchRequest::default();
    if newest < 8 {
        let topic = |(topic, partition, _): &(String, i32, i64)| OffsetFetchRequestTopic {
            name: topic.as_str().into(),
            partition_indexes: vec![*partition],
            ..Default::default()
        };
        request.group_id = group_id;
        request.topics = (!places.is_empty()).then(|| places.iter().map(topic).collect());
    } else {
        let topic = |(topic, partition, _): &(String, i32, i64)| OffsetFetchRequestTopics {
            topic_id: if newest >= 10 { names.topic_id(topic) } else { Default::default() },
            name: if newest >= 10 { Text::default() } else { topic.as_str().into() },
            partition_indexes: vec![*partition],
            ..Default::default()
        };
        let topics = (!places.is_empty()).then(|| places.iter().map(topic).collect());
        request.groups = vec![OffsetFetchRequestGroup { group_id, topics, ..Default::default() }];
    }
    Asked::new(line, &request, |response, names| {
        let mut told = Vec::new();
        let mut tell = |topic: String, partition: i32, offset: i64, note: Option<&Text>, code: i16| {
            let note = note.filter(|note| !note.is_empty()).map_or_else(String::new, |note| format!(" \"{note}\""));
            told.push(match code {
                0 => format!("{topic}/{partition}: {offset}{note}"),
                _ => format!("{topic}/{partition}: {}", error(code)),
            });
        };
        for topic in &response.topics {
            for p in &topic.partitions {
                tell(topic.name.to_string(), p.partition_index, p.committed_offset, p.metadata.as_ref(), p.error_code);
            }
        }
        for topic in response.groups.iter().flat_map(|group| &group.topics) {
            for p in &topic.partitions {
                let name = names.topic(&topic.name, topic.topic_id);
                tell(name, p.partition_index, p.committed_offset, p.metadata.as_ref(), p.error_code);
            }
        }
        let code = response.groups.first().map_or(response.error_code, |group| group.error_code);
        if code != 0 {
            told.push(error(code).to_owned());
        }
        if told.is_empty() { "none".to_owned() } else { told.join(", ") }
    })
}

fn describe(line: &Line) -> Asked {
    let request = DescribeGroupsRequest { groups: vec![line.words[0].into()], ..Default::default() };
    Asked::new(line, &request, |response, names| {
        let told = response.groups.iter().map(|group| {
            let members = group.members.iter().map(|member| {
                let assigned = String::from_utf8_lossy(&member.member_assignment).into_owned();
                format!(
                    " {} of {}{} has {assigned}",
                    names.member(&member.member_id),
                    member.client_id,
                    member.client_host
                )
            });
            let members: String = members.collect();
            let state = &group.group_state;
            format!("{} {state} {}{members}", error(group.error_code), group.protocol_data)
        });
        told.collect::<Vec<_>>().join(", ")
    })
}

fn list(line: &Line) -> Asked {
    Asked::new(line, &ListGroupsRequest::default(), |response, _| {
        let one = |group: &kampa_protocol::messages::list_groups::ListedGroup| {
            format!("{} {} {} {}", group.group_id, group.protocol_type, group.group_state, group.group_type)
        };
        format!("{}; {}", error(response.error_code), response.groups.iter().map(one).collect::<Vec<_>>().join(", "))
    })
}

fn delete(line: &Line) -> Asked {
    let groups_names = line.words.iter().map(|word| Text::from(*word)).collect();
    Asked::new(line, &DeleteGroupsRequest { groups_names, ..Default::default() }, |response, _| {
        let told = response.results.iter().map(|result| error(result.error_code));
        told.collect::<Vec<_>>().join(" ")
    })
}
