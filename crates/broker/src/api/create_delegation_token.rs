//! CreateDelegationToken (key 38), v1 to v3: tokens are for who has shown who he is, and no listener asks for that yet (KIP-48).
//!
//! So all four calls about tokens answer DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, as Kafka does on a PLAINTEXT listener.

use std::sync::Arc;

use kampa_protocol::messages::create_delegation_token::{CreateDelegationTokenRequest, CreateDelegationTokenResponse};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on the answer names who asked beside who owns (KIP-373).
const REQUESTER_FROM: i16 = 3;

pub fn handle(
    _: &Arc<Broker>,
    request: CreateDelegationTokenRequest,
    context: &Context,
) -> Answer<CreateDelegationTokenResponse> {
    let (user, anonymous) = (Text::from_static("User"), Text::from_static("ANONYMOUS"));
    let owner_name = request.owner_principal_name.filter(|name| !name.is_empty());
    let (principal_type, principal_name) = match owner_name {
        Some(name) => (request.owner_principal_type.unwrap_or_default(), name),
        None => (user.clone(), anonymous.clone()),
    };
    let mut response = CreateDelegationTokenResponse {
        error_code: ErrorCode::DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.0,
        principal_type,
        principal_name,
        issue_timestamp_ms: NEVER,
        expiry_timestamp_ms: NEVER,
        max_timestamp_ms: NEVER,
        ..Default::default()
    };
    if context.version >= REQUESTER_FROM {
        response.token_requester_principal_type = user;
        response.token_requester_principal_name = anonymous;
    }
    Answer::Now(response)
}

/// The time of a token there is not.
pub const NEVER: i64 = -1;

#[cfg(test)]
mod tests;
