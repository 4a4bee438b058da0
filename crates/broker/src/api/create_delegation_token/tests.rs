//! The four calls about delegation tokens in scripts: a listener that asks nobody who he is gives none.

use expect_test::expect;

use crate::testing::check;

#[test]
fn tokens_are_not_for_the_anonymous() {
    check(
        "",
        "make-token v1
         make-token
         make-token owner=bob
         tokens v1
         tokens
         controller: tokens",
        expect![[r#"
            DELEGATION_TOKEN_REQUEST_NOT_ALLOWED of User:ANONYMOUS for : until -1
            DELEGATION_TOKEN_REQUEST_NOT_ALLOWED of User:ANONYMOUS for User:ANONYMOUS until -1
            DELEGATION_TOKEN_REQUEST_NOT_ALLOWED of User:bob for User:ANONYMOUS until -1
            DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, 0 tokens
            DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, 0 tokens
            DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, 0 tokens
        "#]],
    );
}
