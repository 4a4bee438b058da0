//! Credentials as admins alter and describe them.

use expect_test::expect;

use crate::testing::check;

#[test]
fn credentials_are_set_told_and_deleted() {
    check(
        "",
        "scram
         set-scram alice iterations=4096
         set-scram alice sha=512 iterations=8192
         set-scram bob iterations=10
         controller: set-scram carol
         scram
         scram alice bob
         scram alice alice
         restart
         set-scram alice delete=yes
         set-scram alice delete=yes
         scram",
        expect![[r#"
            nobody
            ok
            ok
            UNACCEPTABLE_CREDENTIAL "Too few iterations"
            ok
            alice ok 1:4096 2:8192, carol ok 1:4096
            alice ok 1:4096 2:8192, bob RESOURCE_NOT_FOUND "Attempt to describe a user credential that does not exist: bob"
            alice DUPLICATE_RESOURCE "Cannot describe SCRAM credentials for the same user twice in a single request: alice"
            ok
            RESOURCE_NOT_FOUND "Attempt to delete a user credential that does not exist"
            alice ok 2:8192, carol ok 1:4096
        "#]],
    );
}
