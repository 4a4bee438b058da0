//! DeleteAcls (key 31), v1 to v3: without an authorizer there are no access rules to delete.

use std::sync::Arc;

use kampa_protocol::messages::delete_acls::{
    DeleteAclsFilter, DeleteAclsFilterResult, DeleteAclsRequest, DeleteAclsResponse,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::api::create_acls::NO_AUTHORIZER;
use crate::api::describe_acls::UNKNOWN;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(_: &Arc<Broker>, request: DeleteAclsRequest, _: &Context) -> Answer<DeleteAclsResponse> {
    let is_unknown = |filter: &DeleteAclsFilter| {
        let named = [filter.resource_type_filter, filter.pattern_type_filter, filter.operation, filter.permission_type];
        named.contains(&UNKNOWN)
    };
    if request.filters.iter().any(is_unknown) {
        return Answer::Close;
    }
    let refused = |_| DeleteAclsFilterResult {
        error_code: ErrorCode::SECURITY_DISABLED.0,
        error_message: Some(Text::from_static(NO_AUTHORIZER)),
        ..Default::default()
    };
    let filter_results = request.filters.into_iter().map(refused).collect();
    Answer::Now(DeleteAclsResponse { filter_results, ..Default::default() })
}
