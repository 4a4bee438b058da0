//! DescribeAcls (key 29), v1 to v3: without an authorizer there are no access rules to list.

use std::sync::Arc;

use kampa_protocol::messages::describe_acls::{DescribeAclsRequest, DescribeAclsResponse};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(_: &Arc<Broker>, request: DescribeAclsRequest, _: &Context) -> Answer<DescribeAclsResponse> {
    let named = [request.resource_type_filter, request.pattern_type_filter, request.operation, request.permission_type];
    if named.contains(&UNKNOWN) {
        return Answer::Close;
    }
    Answer::Now(DescribeAclsResponse {
        error_code: ErrorCode::SECURITY_DISABLED.0,
        error_message: Some(Text::from_static("No Authorizer is configured on the broker")),
        ..Default::default()
    })
}

/// The number that stands for what a client does not know; who sends it is hung up on, as by Kafka.
pub const UNKNOWN: i8 = 0;

#[cfg(test)]
mod tests;
