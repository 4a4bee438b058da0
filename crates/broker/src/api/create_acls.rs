//! CreateAcls (key 30), v1 to v3: without an authorizer nobody would heed an access rule, so none is made.

use std::sync::Arc;

use kampa_protocol::messages::create_acls::{AclCreation, AclCreationResult, CreateAclsRequest, CreateAclsResponse};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::api::describe_acls::UNKNOWN;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(_: &Arc<Broker>, request: CreateAclsRequest, _: &Context) -> Answer<CreateAclsResponse> {
    let is_unknown = |acl: &AclCreation| {
        [acl.resource_type, acl.resource_pattern_type, acl.operation, acl.permission_type].contains(&UNKNOWN)
    };
    if request.creations.iter().any(is_unknown) {
        return Answer::Close;
    }
    let refused = |_| AclCreationResult {
        error_code: ErrorCode::SECURITY_DISABLED.0,
        error_message: Some(Text::from_static(NO_AUTHORIZER)),
        ..Default::default()
    };
    let results = request.creations.into_iter().map(refused).collect();
    Answer::Now(CreateAclsResponse { results, ..Default::default() })
}

pub const NO_AUTHORIZER: &str = "No Authorizer is configured.";
