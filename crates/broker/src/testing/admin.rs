//! Commands of administrators: delete-records, forget-offsets, log-dirs, move-logs, producers, quorum, features, levels, elect, reassign,
//! reassignments, unregister, unregister-controller, acls, make-acl, delete-acls, tokens, make-token, remove-voter.

use std::collections::BTreeMap;

use kampa_protocol::messages::alter_partition_reassignments::{
    AlterPartitionReassignmentsRequest, ReassignablePartition, ReassignableTopic,
};
use kampa_protocol::messages::alter_replica_log_dirs::{
    AlterReplicaLogDir, AlterReplicaLogDirTopic, AlterReplicaLogDirsRequest,
};
use kampa_protocol::messages::api_versions::{ApiVersionsRequest, FinalizedFeatureKey};
use kampa_protocol::messages::create_acls::{AclCreation, CreateAclsRequest};
use kampa_protocol::messages::delete_acls::{DeleteAclsFilter, DeleteAclsRequest};
use kampa_protocol::messages::delete_records::{DeleteRecordsPartition, DeleteRecordsRequest, DeleteRecordsTopic};
use kampa_protocol::messages::describe_log_dirs::{DescribableLogDirTopic, DescribeLogDirsRequest};
use kampa_protocol::messages::describe_producers::{DescribeProducersRequest, TopicRequest};
use kampa_protocol::messages::describe_quorum::{DescribeQuorumRequest, PartitionData, TopicData};
use kampa_protocol::messages::elect_leaders::{ElectLeadersRequest, TopicPartitions};
use kampa_protocol::messages::list_partition_reassignments::ListPartitionReassignmentsRequest;
use kampa_protocol::messages::offset_delete::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use kampa_protocol::messages::update_features::{FeatureUpdateKey, UpdateFeaturesRequest};
use kampa_protocol::messages::{
    CreateDelegationTokenRequest, DescribeAclsRequest, DescribeDelegationTokenRequest, RemoveRaftVoterRequest,
    UnregisterBrokerRequest, UnregisterControllerRequest,
};
use kampa_protocol::{Text, Uuid};

use super::script::{Asked, Line, error, error_with, place};

/// `None` for a command of others.
pub(super) fn asked(line: &Line) -> Option<Asked> {
    Some(match line.command {
        "delete-records" => delete_records(line),
        "forget-offsets" => forget_offsets(line),
        "log-dirs" => log_dirs(line),
        "move-logs" => move_logs(line),
        "producers" => producers(line),
        "quorum" => quorum(line),
        "features" => features(line),
        "levels" => levels(line),
        "elect" => elect(line),
        "reassign" => reassign(line),
        "reassignments" => reassignments(line),
        "unregister" => unregister(line),
        "unregister-controller" => unregister_controller(line),
        "acls" => acls(line),
        "make-acl" => make_acl(line),
        "delete-acls" => delete_acls(line),
        "tokens" => tokens(line),
        "make-token" => make_token(line),
        "remove-voter" => remove_voter(line),
        _ => return None,
    })
}

/// `orders/0 orders/1 other/0` by topic, in the order of the words; one topic for each run of words.
fn places(words: &[&str]) -> Vec<(Text, Vec<i32>)> {
    let mut topics: Vec<(Text, Vec<i32>)> = Vec::new();
    for word in words {
        let (topic, partition, _) = place(word);
        match topics.last_mut() {
            Some((name, partitions)) if **name == *topic => partitions.push(partition),
            _ => topics.push((topic.into(), vec![partition])),
        }
    }
    topics
}

fn joined(told: Vec<String>) -> String {
    if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
}

/// `delete-records orders/0@5 orders/1@-1`.
fn delete_records(line: &Line) -> Asked {
    let topic = |word: &&str| {
        let (topic, partition_index, offset) = place(word);
        let partitions = vec![DeleteRecordsPartition { partition_index, offset, ..Default::default() }];
        DeleteRecordsTopic { name: topic.into(), partitions, ..Default::default() }
    };
    let topics = line.words.iter().map(topic).collect();
    let request = DeleteRecordsRequest { topics, timeout_ms: line.number("timeout", 1_000), ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let mut told = Vec::new();
        for topic in &response.topics {
            for p in &topic.partitions {
                let what = match p.error_code {
                    0 => format!("start={}", p.low_watermark),
                    code => format!("{} {}", error(code), p.low_watermark),
                };
                told.push(format!("{}/{}: {what}", topic.name, p.partition_index));
            }
        }
        joined(told)
    })
}

/// `forget-offsets group orders/0 …`.
fn forget_offsets(line: &Line) -> Asked {
    let topic = |(name, partitions): (Text, Vec<i32>)| OffsetDeleteRequestTopic {
        name,
        partitions: partitions
            .into_iter()
            .map(|partition_index| OffsetDeleteRequestPartition { partition_index })
            .collect(),
    };
    let topics = places(&line.words[1..]).into_iter().map(topic).collect();
    let group_id = if line.words[0] == "-" { Text::default() } else { line.words[0].into() };
    Asked::new(line, &OffsetDeleteRequest { group_id, topics }, |response, _| {
        let mut told = vec![error(response.error_code).to_owned()];
        for topic in &response.topics {
            let one = |p: &kampa_protocol::messages::offset_delete::OffsetDeleteResponsePartition| {
                format!("{}/{} {}", topic.name, p.partition_index, error(p.error_code))
            };
            told.extend(topic.partitions.iter().map(one));
        }
        told.join(", ")
    })
}

/// `log-dirs orders/0 …`; `log-dirs all`.
fn log_dirs(line: &Line) -> Asked {
    let topic = |(topic, partitions)| DescribableLogDirTopic { topic, partitions, ..Default::default() };
    let topics = (line.words != ["all"]).then(|| places(&line.words).into_iter().map(topic).collect());
    Asked::new(line, &DescribeLogDirsRequest { topics, ..Default::default() }, |response, _| {
        let mut told = vec![error(response.error_code).to_owned()];
        for dir in &response.results {
            let sizes = match dir.total_bytes {
                -1 => "-",
                total if dir.usable_bytes < total => "some of it used",
                _ => "empty",
            };
            told.push(format!("{} {} {sizes}", dir.log_dir, error(dir.error_code)));
            for topic in &dir.topics {
                let one = |p: &kampa_protocol::messages::describe_log_dirs::DescribeLogDirsPartition| {
                    let what = if p.is_future_key { " future" } else { "" };
                    let (index, size, lag) = (p.partition_index, p.partition_size, p.offset_lag);
                    format!("{}/{index}{what} {size} bytes lag {lag}", topic.name)
                };
                told.extend(topic.partitions.iter().map(one));
            }
        }
        told.join(", ")
    })
}

/// `move-logs /dir orders/0 …`.
fn move_logs(line: &Line) -> Asked {
    let topic = |(name, partitions)| AlterReplicaLogDirTopic { name, partitions, ..Default::default() };
    let topics = places(&line.words[1..]).into_iter().map(topic).collect();
    let dirs = vec![AlterReplicaLogDir { path: line.words[0].into(), topics, ..Default::default() }];
    Asked::new(line, &AlterReplicaLogDirsRequest { dirs, ..Default::default() }, |response, _| {
        let mut told = Vec::new();
        for topic in &response.results {
            for p in &topic.partitions {
                let name = if topic.topic_name.len() > 20 { "(long)" } else { &topic.topic_name };
                told.push(format!("{name}/{} {}", p.partition_index, error(p.error_code)));
            }
        }
        joined(told)
    })
}

fn producers(line: &Line) -> Asked {
    let topic = |(name, partition_indexes)| TopicRequest { name, partition_indexes, ..Default::default() };
    let topics = places(&line.words).into_iter().map(topic).collect();
    Asked::new(line, &DescribeProducersRequest { topics, ..Default::default() }, |response, _| {
        let mut told = Vec::new();
        for topic in &response.topics {
            for p in &topic.partitions {
                let mut what = vec![error_with(p.error_code, p.error_message.as_ref())];
                what.extend(p.active_producers.iter().map(|producer| {
                    let (id, epoch, sequence) = (producer.producer_id, producer.producer_epoch, producer.last_sequence);
                    let (coordinator, txn) = (producer.coordinator_epoch, producer.current_txn_start_offset);
                    format!("{id} epoch {epoch} sequence {sequence} coordinator {coordinator} transaction {txn}")
                }));
                told.push(format!("{}/{}: {}", topic.name, p.partition_index, what.join("; ")));
            }
        }
        joined(told)
    })
}

/// `quorum`, or `quorum some/1 …` for other partitions than the one there is.
fn quorum(line: &Line) -> Asked {
    let words = if line.words.is_empty() { vec!["__cluster_metadata/0"] } else { line.words.clone() };
    let topic = |(topic_name, partitions): (Text, Vec<i32>)| TopicData {
        topic_name,
        partitions: partitions
            .into_iter()
            .map(|partition_index| PartitionData { partition_index, ..Default::default() })
            .collect(),
        ..Default::default()
    };
    let topics = places(&words).into_iter().map(topic).collect();
    Asked::new(line, &DescribeQuorumRequest { topics, ..Default::default() }, |response, _| {
        let mut told = vec![error_with(response.error_code, response.error_message.as_ref())];
        for p in response.topics.iter().flat_map(|topic| &topic.partitions) {
            let (leader, epoch) = (p.leader_id, p.leader_epoch);
            let what = error_with(p.error_code, p.error_message.as_ref());
            told.push(format!("{}: {what} leader {leader} epoch {epoch}", p.partition_index));
            told.extend(p.current_voters.iter().map(|voter| {
                let at_end = voter.log_end_offset == p.high_watermark && p.high_watermark > 0;
                let heard = if voter.last_fetch_timestamp > 0 { "heard of" } else { "not heard of" };
                let place = if voter.replica_directory_id.is_zero() { "nowhere" } else { "somewhere" };
                format!("{} {place} {heard}{}", voter.replica_id, if at_end { " at the end" } else { "" })
            }));
        }
        told.extend(response.nodes.iter().map(|node| {
            let at = node.listeners.iter().map(|listener| format!("{}", listener.name)).collect::<Vec<_>>();
            format!("node {} at {}", node.node_id, at.join(" "))
        }));
        told.join(", ")
    })
}

/// `features group.version=0 down`; `down`, `unsafely`, `kind=7` for how, `dry` for a trial.
fn features(line: &Line) -> Asked {
    let newest = line.version.unwrap_or(2);
    let word = |word: &str| line.words.contains(&word);
    let kind = if word("down") {
        2
    } else if word("unsafely") {
        3
    } else {
        line.number("kind", 1)
    };
    let update = |(feature, level): (&str, &str)| FeatureUpdateKey {
        feature: feature.into(),
        max_version_level: level.parse().expect("a level"),
        upgrade_type: if newest == 0 { 1 } else { kind },
        ..Default::default()
    };
    let feature_updates = line.settings().map(update).collect();
    let request = UpdateFeaturesRequest { feature_updates, validate_only: word("dry"), ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let mut told = vec![error_with(response.error_code, response.error_message.as_ref())];
        let one = |result: &kampa_protocol::messages::update_features::UpdatableFeatureResult| {
            format!("{} {}", result.feature, error_with(result.error_code, result.error_message.as_ref()))
        };
        told.extend(response.results.iter().map(one));
        told.join(", ")
    })
}

/// `levels`: those of features in force, as ApiVersions tells them.
fn levels(line: &Line) -> Asked {
    let request = ApiVersionsRequest {
        client_software_name: "script".into(),
        client_software_version: "1.0".into(),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| {
        let one = |feature: &FinalizedFeatureKey| format!("{}={}", feature.name, feature.max_version_level);
        response.finalized_features.iter().map(one).collect::<Vec<_>>().join(" ")
    })
}

/// `elect orders/0 …`, `elect all`; unclean, kind=, timeout=.
fn elect(line: &Line) -> Asked {
    let unclean = line.words.contains(&"unclean");
    let words: Vec<&str> = line.words.iter().copied().filter(|word| word.contains('/')).collect();
    let topic = |(topic, partitions)| TopicPartitions { topic, partitions, ..Default::default() };
    let request = ElectLeadersRequest {
        election_type: line.number("kind", i8::from(unclean)),
        topic_partitions: (!line.words.contains(&"all")).then(|| places(&words).into_iter().map(topic).collect()),
        timeout_ms: line.number("timeout", 1_000),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| {
        let mut told = vec![error(response.error_code).to_owned()];
        for topic in &response.replica_election_results {
            if topic.partition_result.is_empty() {
                told.push(format!("{}: nothing", topic.topic));
            }
            for p in &topic.partition_result {
                let what = error_with(p.error_code, p.error_message.as_ref());
                told.push(format!("{}/{} {what}", topic.topic, p.partition_id));
            }
        }
        told.join(", ")
    })
}

/// `reassign orders/0 to=0,1`; without `to` the move is cancelled. factor=fixed, timeout=.
fn reassign(line: &Line) -> Asked {
    let ids = |list: &str| list.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().expect("an id")).collect();
    let replicas: Option<Vec<i32>> = line.field("to").map(ids);
    let topic = |word: &&str| {
        let (name, partition_index, _) = place(word);
        let partition = ReassignablePartition { partition_index, replicas: replicas.clone(), ..Default::default() };
        ReassignableTopic { name: name.into(), partitions: vec![partition], ..Default::default() }
    };
    let request = AlterPartitionReassignmentsRequest {
        timeout_ms: line.number("timeout", 1_000),
        allow_replication_factor_change: line.field("factor") != Some("fixed"),
        topics: line.words.iter().map(topic).collect(),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| {
        let mut told = vec![error_with(response.error_code, response.error_message.as_ref())];
        for topic in &response.responses {
            for p in &topic.partitions {
                let what = error_with(p.error_code, p.error_message.as_ref());
                told.push(format!("{}/{} {what}", topic.name, p.partition_index));
            }
        }
        told.join(", ")
    })
}

fn reassignments(line: &Line) -> Asked {
    let request = ListPartitionReassignmentsRequest { timeout_ms: 1_000, topics: None, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let mut told = vec![error_with(response.error_code, response.error_message.as_ref())];
        for topic in &response.topics {
            for p in &topic.partitions {
                let (replicas, adding, removing) = (&p.replicas, &p.adding_replicas, &p.removing_replicas);
                told.push(format!(
                    "{}/{} {replicas:?} adding {adding:?} removing {removing:?}",
                    topic.name, p.partition_index
                ));
            }
        }
        told.join(", ")
    })
}

fn unregister(line: &Line) -> Asked {
    let broker_id = line.words[0].parse().expect("an id");
    Asked::new(line, &UnregisterBrokerRequest { broker_id, ..Default::default() }, |response, _| {
        error_with(response.error_code, response.error_message.as_ref())
    })
}

fn unregister_controller(line: &Line) -> Asked {
    let controller_id = line.words[0].parse().expect("an id");
    Asked::new(line, &UnregisterControllerRequest { controller_id, ..Default::default() }, |response, _| {
        error_with(response.error_code, response.error_message.as_ref())
    })
}

/// `acls`; field type= for what of.
fn acls(line: &Line) -> Asked {
    let request = DescribeAclsRequest {
        resource_type_filter: line.number("type", 2),
        operation: 3,
        permission_type: 3,
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| {
        let what = error_with(response.error_code, response.error_message.as_ref());
        format!("{what}, {} resources", response.resources.len())
    })
}

/// `make-acl orders other`: one for each word; field operation=.
fn make_acl(line: &Line) -> Asked {
    let one = |word: &&str| AclCreation {
        resource_type: 2,
        resource_name: (*word).into(),
        principal: "User:somebody".into(),
        host: "*".into(),
        operation: line.number("operation", 3),
        permission_type: 3,
        ..Default::default()
    };
    let creations = line.words.iter().map(one).collect();
    Asked::new(line, &CreateAclsRequest { creations, ..Default::default() }, |response, _| {
        let one = |result: &kampa_protocol::messages::create_acls::AclCreationResult| {
            error_with(result.error_code, result.error_message.as_ref())
        };
        joined(response.results.iter().map(one).collect())
    })
}

fn delete_acls(line: &Line) -> Asked {
    let filter = DeleteAclsFilter {
        resource_type_filter: line.number("type", 2),
        operation: 1,
        permission_type: 1,
        ..Default::default()
    };
    Asked::new(line, &DeleteAclsRequest { filters: vec![filter], ..Default::default() }, |response, _| {
        let one = |result: &kampa_protocol::messages::delete_acls::DeleteAclsFilterResult| {
            let what = error_with(result.error_code, result.error_message.as_ref());
            format!("{what}, {} rules", result.matching_acls.len())
        };
        joined(response.filter_results.iter().map(one).collect())
    })
}

fn tokens(line: &Line) -> Asked {
    let request = DescribeDelegationTokenRequest { owners: None, ..Default::default() };
    Asked::new(line, &request, |response, _| {
        format!("{}, {} tokens", error(response.error_code), response.tokens.len())
    })
}

/// `make-token`; field owner=.
fn make_token(line: &Line) -> Asked {
    let mut request = CreateDelegationTokenRequest { max_lifetime_ms: -1, ..Default::default() };
    if line.version.is_none_or(|version| version >= 3) {
        let owner = line.field("owner").map(Text::from);
        request.owner_principal_type = owner.as_ref().map(|_| "User".into());
        request.owner_principal_name = owner;
    }
    Asked::new(line, &request, |response, _| {
        let owner = format!("{}:{}", response.principal_type, response.principal_name);
        let (kind, name) = (response.token_requester_principal_type, response.token_requester_principal_name);
        let expiry = response.expiry_timestamp_ms;
        format!("{} of {owner} for {kind}:{name} until {expiry}", error(response.error_code))
    })
}

/// `remove-voter 0`; fields cluster=, directory=.
fn remove_voter(line: &Line) -> Asked {
    let request = RemoveRaftVoterRequest {
        cluster_id: line.field("cluster").map(Text::from),
        voter_id: line.words[0].parse().expect("an id"),
        voter_directory_id: Uuid([line.number("directory", 0); 16]),
        ..Default::default()
    };
    let hidden = BTreeMap::from([("cluster", "the cluster id"), ("set", "voters [")]);
    Asked::new(line, &request, move |response, _| {
        let told = error_with(response.error_code, response.error_message.as_ref());
        // What chance named is cut off.
        let end = hidden.values().filter_map(|words| Some(told.find(words)? + words.len())).min();
        told[..end.unwrap_or(told.len())].to_owned()
    })
}
