//! DescribeAcls, CreateAcls and DeleteAcls in scripts: nobody heeds access rules here.

use expect_test::expect;

use crate::testing::check;

#[test]
fn without_an_authorizer_there_are_no_rules() {
    check(
        "",
        "acls v1
         acls
         acls type=0
         make-acl v1 orders other
         make-acl orders
         make-acl
         make-acl orders operation=0
         delete-acls v1
         delete-acls
         delete-acls type=0
         controller: acls",
        expect![[r#"
            SECURITY_DISABLED "No Authorizer is configured on the broker", 0 resources
            SECURITY_DISABLED "No Authorizer is configured on the broker", 0 resources
            closed
            SECURITY_DISABLED "No Authorizer is configured.", SECURITY_DISABLED "No Authorizer is configured."
            SECURITY_DISABLED "No Authorizer is configured."
            nothing
            closed
            SECURITY_DISABLED "No Authorizer is configured.", 0 rules
            SECURITY_DISABLED "No Authorizer is configured.", 0 rules
            closed
            SECURITY_DISABLED "No Authorizer is configured on the broker", 0 resources
        "#]],
    );
}
