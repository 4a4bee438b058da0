//! AddRaftVoter (key 80), v0 and v1: a controller that wants to vote (KIP-853).
//!
//! This node votes alone: what Kafka refuses is refused in the same words, and what is left, too.

use std::sync::Arc;

use kampa_kraft::Voter;
use kampa_protocol::messages::add_raft_voter::{AddRaftVoterRequest, AddRaftVoterResponse};
use kampa_protocol::{ErrorCode, Text, Uuid};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: AddRaftVoterRequest, _: &Context) -> Answer<AddRaftVoterResponse> {
    let (error, sentence) = refuse(broker, &request);
    Answer::Now(AddRaftVoterResponse {
        error_code: error.0,
        error_message: Some(sentence.into()),
        ..Default::default()
    })
}

fn refuse(broker: &Broker, request: &AddRaftVoterRequest) -> (ErrorCode, String) {
    if let Err(refusal) = check_cluster(broker, request.cluster_id.as_ref()) {
        return refusal;
    }
    if !is_voter_key(request.voter_id, request.voter_directory_id) {
        let sentence = "Add voter request didn't include a valid voter".to_owned();
        return (ErrorCode::INVALID_REQUEST, sentence);
    }
    let wanted = broker.listeners.controller.as_ref().map_or("", |listener| listener.name.as_str());
    if !request.listeners.iter().any(|listener| listener.name.eq_ignore_ascii_case(wanted)) {
        let told = request.listeners.iter().take(LISTENERS_TOLD_MAX).map(|listener| {
            format!("ListenerName({})={}/<unresolved>:{}", listener.name, listener.host, listener.port)
        });
        let told = told.collect::<Vec<_>>().join(", ");
        let sentence = format!(
            "Add voter request didn't include the endpoint (Endpoints(endpoints={{{told}}})) for the default listener ListenerName({wanted})"
        );
        return (ErrorCode::INVALID_REQUEST, sentence);
    }
    if broker.quorum.kraft_version < 1 {
        let sentence = "Cluster doesn't support adding voter because the kraft.version feature is 0".to_owned();
        return (ErrorCode::UNSUPPORTED_VERSION, sentence);
    }
    let asker = key(request.voter_id, request.voter_directory_id);
    let voters = voters(broker);
    if broker.quorum.voters.iter().any(|voter| voter.node_id == request.voter_id) {
        let sentence = format!("The voter id for {asker} is already part of the set of voters {voters}.");
        return (ErrorCode::DUPLICATE_VOTER, sentence);
    }
    let sentence = format!("Unable to add {asker} to the set of voters {voters}: this node votes alone");
    (ErrorCode::UNSUPPORTED_VERSION, sentence)
}

/// Who asks on behalf of another cluster is told so; `None` does not say.
pub fn check_cluster(broker: &Broker, asked: Option<&Text>) -> Result<(), (ErrorCode, String)> {
    match asked {
        Some(id) if *id != broker.cluster_id => {
            let sentence = format!("The given id \"{id}\" doesn't match the cluster id \"{}\"", broker.cluster_id);
            Err((ErrorCode::INCONSISTENT_CLUSTER_ID, sentence))
        }
        _ => Ok(()),
    }
}

pub fn is_voter_key(id: i32, directory_id: Uuid) -> bool {
    id >= 0 && !directory_id.is_zero()
}

/// A voter as Kafka shows it.
pub fn key(id: i32, directory_id: Uuid) -> String {
    format!("ReplicaKey(id={id}, directoryId={directory_id})")
}

pub fn voters(broker: &Broker) -> String {
    let key = |voter: &Voter| key(voter.node_id, voter.directory_id);
    format!("[{}]", broker.quorum.voters.iter().map(key).collect::<Vec<_>>().join(", "))
}

/// Listeners that a refusal repeats: as many as a controller has, and no request's worth of them.
const LISTENERS_TOLD_MAX: usize = 10;
