//! DescribeUserScramCredentials (key 50), v0: users' mechanisms and iterations, never keys (KIP-554).

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_metadata::MetadataImage;
use kampa_protocol::messages::describe_user_scram_credentials::{
    CredentialInfo, DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse,
    DescribeUserScramCredentialsResult,
};
use kampa_protocol::records::metadata::UserScramCredentialRecord;
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: DescribeUserScramCredentialsRequest,
    _: &Context,
) -> Answer<DescribeUserScramCredentialsResponse> {
    let image = broker.image();
    let mut known: BTreeMap<&Text, Vec<CredentialInfo>> = BTreeMap::new();
    let asked = request.users.unwrap_or_default();
    let results = if asked.is_empty() {
        for ((user, _), credential) in image.security.scram.iter() {
            known.entry(user).or_default().push(info(credential));
        }
        known.into_iter().map(|(user, infos)| described(user, infos)).collect()
    } else {
        let mut times: BTreeMap<&Text, usize> = BTreeMap::new();
        asked.iter().for_each(|user| *times.entry(&user.name).or_default() += 1);
        times.into_iter().map(|(user, times)| one(&image, user, times)).collect()
    };
    Answer::Now(DescribeUserScramCredentialsResponse {
        error_message: Some(Text::default()),
        results,
        ..Default::default()
    })
}

fn one(image: &MetadataImage, user: &Text, times: usize) -> DescribeUserScramCredentialsResult {
    if times > 1 {
        let sentence = "Cannot describe SCRAM credentials for the same user twice in a single request";
        return refused(user, ErrorCode::DUPLICATE_RESOURCE, sentence);
    }
    let of_user = image.security.scram.range((user.clone(), i8::MIN)..=(user.clone(), i8::MAX));
    let infos: Vec<CredentialInfo> = of_user.map(|(_, credential)| info(credential)).collect();
    if infos.is_empty() {
        let sentence = "Attempt to describe a user credential that does not exist";
        return refused(user, ErrorCode::RESOURCE_NOT_FOUND, sentence);
    }
    described(user, infos)
}

fn info(credential: &Arc<UserScramCredentialRecord>) -> CredentialInfo {
    let UserScramCredentialRecord { mechanism, iterations, .. } = **credential;
    CredentialInfo { mechanism, iterations, ..Default::default() }
}

fn described(user: &Text, credential_infos: Vec<CredentialInfo>) -> DescribeUserScramCredentialsResult {
    DescribeUserScramCredentialsResult {
        user: user.clone(),
        error_message: Some(Text::default()),
        credential_infos,
        ..Default::default()
    }
}

fn refused(user: &Text, error: ErrorCode, sentence: &str) -> DescribeUserScramCredentialsResult {
    DescribeUserScramCredentialsResult {
        user: user.clone(),
        error_code: error.0,
        error_message: Some(format!("{sentence}: {user}").into()),
        ..Default::default()
    }
}
