//! RenewDelegationToken (key 39), v1 and v2: see CreateDelegationToken.

use std::sync::Arc;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::renew_delegation_token::{RenewDelegationTokenRequest, RenewDelegationTokenResponse};

use crate::answer::Answer;
use crate::api::create_delegation_token::NEVER;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(_: &Arc<Broker>, _: RenewDelegationTokenRequest, _: &Context) -> Answer<RenewDelegationTokenResponse> {
    Answer::Now(RenewDelegationTokenResponse {
        error_code: ErrorCode::DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.0,
        expiry_timestamp_ms: NEVER,
        ..Default::default()
    })
}
