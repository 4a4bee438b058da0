//! ExpireDelegationToken (key 40), v1 and v2: see CreateDelegationToken.

use std::sync::Arc;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::expire_delegation_token::{ExpireDelegationTokenRequest, ExpireDelegationTokenResponse};

use crate::answer::Answer;
use crate::api::create_delegation_token::NEVER;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(_: &Arc<Broker>, _: ExpireDelegationTokenRequest, _: &Context) -> Answer<ExpireDelegationTokenResponse> {
    Answer::Now(ExpireDelegationTokenResponse {
        error_code: ErrorCode::DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.0,
        expiry_timestamp_ms: NEVER,
        ..Default::default()
    })
}
