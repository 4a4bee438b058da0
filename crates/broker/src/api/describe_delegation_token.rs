//! DescribeDelegationToken (key 41), v1 to v3: see CreateDelegationToken.

use std::sync::Arc;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::describe_delegation_token::{
    DescribeDelegationTokenRequest, DescribeDelegationTokenResponse,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    _: &Arc<Broker>,
    _: DescribeDelegationTokenRequest,
    _: &Context,
) -> Answer<DescribeDelegationTokenResponse> {
    let error_code = ErrorCode::DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.0;
    Answer::Now(DescribeDelegationTokenResponse { error_code, ..Default::default() })
}
