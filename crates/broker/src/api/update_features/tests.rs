//! UpdateFeatures in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn levels_go_down_and_up_again() {
    check(
        "",
        "levels
         features v0 group.version=1
         features v0 group.version=0
         features v1 group.version=0 down
         features group.version=0 down
         features group.version=1 dry
         levels
         features group.version=1
         features
         features no.such=1
         features no.such=0 down
         features metadata.version=7 down
         features metadata.version=32 unsafely
         features metadata.version=33
         features kraft.version=1
         features kraft.version=0 down
         features kraft.version=2
         features share.version=3
         features streams.version=0
         features streams.version=-1 down
         features transaction.version=1 kind=0
         features transaction.version=1 kind=9
         features group.version=0 streams.version=7 down
         controller: features transaction.version=1 down
         restart
         levels
         features transaction.version=2 down
         features transaction.version=2",
        expect![[r#"
            eligible.leader.replicas.version=1 group.version=1 metadata.version=33 share.version=2 streams.version=1 transaction.version=2 kraft.version=1
            ok, group.version ok "NONE"
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 0 for feature group.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade."
            ok, group.version ok "NONE"
            ok
            ok
            eligible.leader.replicas.version=1 metadata.version=33 share.version=2 streams.version=1 transaction.version=2 kraft.version=1
            ok
            ok
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 1 for feature no.such. Local controller 0 does not support this feature."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 0 for feature no.such. Feature no.such not found."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Unsupported metadata.version downgrade from 33 to 7. Refusing to perform the requested downgrade because it might delete metadata information."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Unsupported metadata.version downgrade from 33 to 32. Unsafe metadata downgrade is not supported in this version."
            ok
            ok
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 0 for feature kraft.version. Can't downgrade the version of this feature."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 2 for feature kraft.version. Local controller 0 only supports versions 0-1"
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 3 for feature share.version. Local controller 0 only supports versions 0-2"
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 0 for feature streams.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version -1 for feature streams.version. A feature version cannot be less than 0."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 1 for feature transaction.version. The controller does not support the given upgrade type."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 1 for feature transaction.version. The controller does not support the given upgrade type."
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 7 for feature streams.version. Local controller 0 only supports versions 0-1"
            ok
            eligible.leader.replicas.version=1 group.version=1 metadata.version=33 share.version=2 streams.version=1 transaction.version=1 kraft.version=1
            INVALID_UPDATE_VERSION "The update failed for all features since the following feature had an error: Invalid update version 2 for feature transaction.version. Can't downgrade to a newer version."
            ok
        "#]],
    );
}
