//! RemoveRaftVoter (key 81), v0: a controller that shall no longer vote (KIP-853). The only voter stays.

use std::sync::Arc;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::remove_raft_voter::{RemoveRaftVoterRequest, RemoveRaftVoterResponse};

use crate::answer::Answer;
use crate::api::add_raft_voter::{check_cluster, is_voter_key, key, voters};
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: RemoveRaftVoterRequest, _: &Context) -> Answer<RemoveRaftVoterResponse> {
    let (error, sentence) = refuse(broker, &request);
    Answer::Now(RemoveRaftVoterResponse {
        error_code: error.0,
        error_message: Some(sentence.into()),
        ..Default::default()
    })
}

fn refuse(broker: &Broker, request: &RemoveRaftVoterRequest) -> (ErrorCode, String) {
    if let Err(refusal) = check_cluster(broker, request.cluster_id.as_ref()) {
        return refusal;
    }
    if !is_voter_key(request.voter_id, request.voter_directory_id) {
        let sentence = "Remove voter request didn't include a valid voter".to_owned();
        return (ErrorCode::INVALID_REQUEST, sentence);
    }
    if broker.quorum.kraft_version < 1 {
        let sentence = "Cluster doesn't support removing voter because the kraft.version feature is 0".to_owned();
        return (ErrorCode::UNSUPPORTED_VERSION, sentence);
    }
    let asked = key(request.voter_id, request.voter_directory_id);
    let sentence = format!("Cannot remove voter {asked} from the set of voters {}", voters(broker));
    (ErrorCode::VOTER_NOT_FOUND, sentence)
}

#[cfg(test)]
mod tests;
