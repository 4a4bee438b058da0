//! Quotas as admins alter and describe them.

use expect_test::expect;

use crate::testing::check;

#[test]
fn quotas_are_set_told_by_filter_and_outlive_a_restart() {
    check(
        "",
        "set-quota user:alice producer_byte_rate=1000
         set-quota v0 user:alice client-id:app consumer_byte_rate=2000 request_percentage=12.5
         set-quota user: producer_byte_rate=5
         set-quota user:bob producer_byte_rate=6 validate=only
         set-quota ip: connection_creation_rate=7
         quotas
         restart
         quotas user:alice
         quotas user:alice strict=yes
         quotas v0 user client-id
         quotas user:
         quotas ip
         quotas user:nobody
         set-quota user:alice client-id:app consumer_byte_rate=- request_percentage=-
         quotas client-id
         kill
         quotas",
        expect![[r#"
            ok
            ok
            ok
            ok
            ok
            client-id:app user:alice consumer_byte_rate=2000 request_percentage=12.5
            ip: connection_creation_rate=7
            user: producer_byte_rate=5
            user:alice producer_byte_rate=1000
            client-id:app user:alice consumer_byte_rate=2000 request_percentage=12.5
            user:alice producer_byte_rate=1000
            user:alice producer_byte_rate=1000
            client-id:app user:alice consumer_byte_rate=2000 request_percentage=12.5
            user: producer_byte_rate=5
            ip: connection_creation_rate=7
            none
            ok
            none
            ip: connection_creation_rate=7
            user: producer_byte_rate=5
            user:alice producer_byte_rate=1000
        "#]],
    );
}

#[test]
fn what_is_wrong_is_said() {
    check(
        "",
        "set-quota user:a bytes=1
         set-quota ip:nowhere.invalid connection_creation_rate=1
         set-quota ip:node connection_creation_rate=1000
         quotas ip user
         quotas group
         controller: set-quota user:b producer_byte_rate=1
         quotas",
        expect![[r#"
            INVALID_REQUEST "Invalid configuration key bytes"
            INVALID_REQUEST "nowhere.invalid is not a valid IP or resolvable host."
            ok
            INVALID_REQUEST "Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component."
            UNSUPPORTED_VERSION "Unsupported entity type group"
            ok
            ip:node connection_creation_rate=1000
            user:b producer_byte_rate=1
        "#]],
    );
}
