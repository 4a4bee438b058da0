//! RemoveRaftVoter in scripts.

use expect_test::expect;

use crate::testing::check;

#[test]
fn the_only_voter_stays() {
    check(
        "",
        "remove-voter 0
         remove-voter 0 cluster=another
         remove-voter 0 directory=3
         controller: remove-voter -1 directory=3",
        expect![[r#"
            INVALID_REQUEST "Remove voter request didn't include a valid voter"
            INCONSISTENT_CLUSTER_ID "The given id "another" doesn't match the cluster id
            VOTER_NOT_FOUND "Cannot remove voter ReplicaKey(id=0, directoryId=AwMDAwMDAwMDAwMDAwMDAw) from the set of voters [
            INVALID_REQUEST "Remove voter request didn't include a valid voter"
        "#]],
    );
}
