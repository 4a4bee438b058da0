//! AlterUserScramCredentials (key 51), v0: what users prove their passwords with (KIP-554).

use std::collections::BTreeSet;
use std::sync::Arc;

use kampa_protocol::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, AlterUserScramCredentialsResult,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: AlterUserScramCredentialsRequest,
    _: &Context,
) -> Answer<AlterUserScramCredentialsResponse> {
    let controller = broker.controller.clone();
    Answer::later(async move {
        let deleted = request.deletions.iter().map(|deletion| deletion.name.clone());
        let upserted = request.upsertions.iter().map(|upsertion| upsertion.name.clone());
        let users: BTreeSet<_> = deleted.chain(upserted).collect();
        let decided = controller.decide(move |mind, _| mind.alter_scram_credentials(&request)).await;
        decided.unwrap_or_else(|error| {
            let failed = |user| AlterUserScramCredentialsResult { user, error_code: error.0, ..Default::default() };
            AlterUserScramCredentialsResponse { results: users.into_iter().map(failed).collect(), ..Default::default() }
        })
    })
}

#[cfg(test)]
mod tests;
