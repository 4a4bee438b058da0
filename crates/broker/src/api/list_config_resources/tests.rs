//! What there is to be configured.

use expect_test::expect;

use crate::testing::check;

#[test]
fn what_there_is_to_be_configured() {
    check(
        "",
        "create orders
         alter group:g consumer.session.timeout.ms=46000 client-metrics:m metrics=a
         config-resources
         config-resources 2
         config-resources 2 2 4
         config-resources 8
         config-resources 99
         config-resources 2 99
         config-resources v0
         ask ListConfigResources v2",
        expect![[r#"
            ok
            ok, ok
            ok; 32:g 16:m 8:0 4:0 2:orders
            ok; 2:orders
            ok; 4:0 2:orders
            ok; 8:0
            UNSUPPORTED_VERSION; 
            UNSUPPORTED_VERSION; 
            ok; 16:m
            closed
        "#]],
    );
}
