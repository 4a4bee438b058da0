//! Access control: the bindings a cluster keeps. Clusters without an authorizer answer SECURITY_DISABLED.
//!
//! Types, operations and permissions are Kafka's numbers: a list of bindings is passed on, not judged here.

use kampa_protocol::messages::create_acls::{AclCreation, CreateAclsRequest};
use kampa_protocol::messages::delete_acls::{DeleteAclsFilter, DeleteAclsRequest};
use kampa_protocol::messages::describe_acls::DescribeAclsRequest;

use super::Admin;
use super::settle::unanswered;
use crate::{Error, To};

/// Somebody may or may not do something with a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AclBinding {
    /// 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
    pub resource_type: i8,
    pub resource_name: String,
    /// 3 the name itself, 4 whatever begins with it.
    pub pattern_type: i8,
    /// `User:name`, or `User:*` for everybody.
    pub principal: String,
    /// An address, or `*`.
    pub host: String,
    /// 2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, and so on.
    pub operation: i8,
    /// 2 deny, 3 allow.
    pub permission: i8,
}

/// Which bindings are meant: 1 and `None` mean any.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AclFilter {
    pub resource_type: i8,
    pub resource_name: Option<String>,
    /// 1 any, 2 whatever would apply to the name, 3 and 4 as in a binding.
    pub pattern_type: i8,
    pub principal: Option<String>,
    pub host: Option<String>,
    pub operation: i8,
    pub permission: i8,
}

impl Default for AclFilter {
    fn default() -> AclFilter {
        let any = 1;
        AclFilter {
            resource_type: any,
            resource_name: None,
            pattern_type: any,
            principal: None,
            host: None,
            operation: any,
            permission: any,
        }
    }
}

/// What a filter took away, and what it could not.
pub type DeletedAcls = Vec<(AclBinding, Result<(), Error>)>;

impl Admin {
    pub async fn describe_acls(&self, filter: &AclFilter) -> Result<Vec<AclBinding>, Error> {
        let request = DescribeAclsRequest {
            resource_type_filter: filter.resource_type,
            resource_name_filter: filter.resource_name.as_ref().map(Into::into),
            pattern_type_filter: filter.pattern_type,
            principal_filter: filter.principal.as_ref().map(Into::into),
            host_filter: filter.host.as_ref().map(Into::into),
            operation: filter.operation,
            permission_type: filter.permission,
            ..Default::default()
        };
        let response = self.client.call(To::Any, request).await?;
        Error::check_with(response.error_code, response.error_message.as_deref(), || {
            "the access control list".to_owned()
        })?;
        Ok(response
            .resources
            .iter()
            .flat_map(|resource| {
                resource.acls.iter().map(|acl| AclBinding {
                    resource_type: resource.resource_type,
                    resource_name: resource.resource_name.clone().into(),
                    pattern_type: resource.pattern_type,
                    principal: acl.principal.clone().into(),
                    host: acl.host.clone().into(),
                    operation: acl.operation,
                    permission: acl.permission_type,
                })
            })
            .collect())
    }

    /// One answer for each binding, in their order.
    pub async fn create_acls(&self, bindings: &[AclBinding]) -> Result<Vec<Result<(), Error>>, Error> {
        let creation = |one: &AclBinding| AclCreation {
            resource_type: one.resource_type,
            resource_name: one.resource_name.as_str().into(),
            resource_pattern_type: one.pattern_type,
            principal: one.principal.as_str().into(),
            host: one.host.as_str().into(),
            operation: one.operation,
            permission_type: one.permission,
            ..Default::default()
        };
        let request = CreateAclsRequest { creations: bindings.iter().map(creation).collect(), ..Default::default() };
        let response = self.client.call(To::Controller, request).await?;
        if response.results.len() != bindings.len() {
            return Err(unanswered("the bindings to create"));
        }
        let told = response.results.iter().zip(bindings).map(|(one, binding)| {
            let what = || format!("the binding of {} to {}", binding.principal, binding.resource_name);
            Error::check_with(one.error_code, one.error_message.as_deref(), what)
        });
        Ok(told.collect())
    }

    /// One answer for each filter, in their order: the bindings it took away.
    pub async fn delete_acls(&self, filters: &[AclFilter]) -> Result<Vec<Result<DeletedAcls, Error>>, Error> {
        let deletion = |one: &AclFilter| DeleteAclsFilter {
            resource_type_filter: one.resource_type,
            resource_name_filter: one.resource_name.as_ref().map(Into::into),
            pattern_type_filter: one.pattern_type,
            principal_filter: one.principal.as_ref().map(Into::into),
            host_filter: one.host.as_ref().map(Into::into),
            operation: one.operation,
            permission_type: one.permission,
            ..Default::default()
        };
        let request = DeleteAclsRequest { filters: filters.iter().map(deletion).collect(), ..Default::default() };
        let response = self.client.call(To::Controller, request).await?;
        if response.filter_results.len() != filters.len() {
            return Err(unanswered("the bindings to delete"));
        }
        let told = response.filter_results.iter().map(|one| {
            Error::check_with(one.error_code, one.error_message.as_deref(), || "the bindings to delete".to_owned())?;
            Ok(one
                .matching_acls
                .iter()
                .map(|acl| {
                    let binding = AclBinding {
                        resource_type: acl.resource_type,
                        resource_name: acl.resource_name.clone().into(),
                        pattern_type: acl.pattern_type,
                        principal: acl.principal.clone().into(),
                        host: acl.host.clone().into(),
                        operation: acl.operation,
                        permission: acl.permission_type,
                    };
                    let what = || format!("the binding of {} to {}", binding.principal, binding.resource_name);
                    let gone = Error::check_with(acl.error_code, acl.error_message.as_deref(), what);
                    (binding, gone)
                })
                .collect())
        });
        Ok(told.collect())
    }
}
