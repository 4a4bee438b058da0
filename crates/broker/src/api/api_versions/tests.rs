//! ApiVersions in scripts, and what becomes of requests that nobody listed.

use expect_test::expect;

use crate::testing::check;

#[test]
fn what_is_served_is_listed() {
    check(
        "",
        "api-versions v0",
        expect![[r#"
            ok; Produce v0-v13, Fetch v4-v18, ListOffsets v1-v11, Metadata v0-v13, OffsetCommit v2-v10, OffsetFetch v1-v10, FindCoordinator v0-v6, JoinGroup v0-v9, Heartbeat v0-v4, LeaveGroup v0-v5, SyncGroup v0-v5, DescribeGroups v0-v6, ListGroups v0-v5, ApiVersions v0-v5, CreateTopics v2-v7, DeleteTopics v1-v6, DeleteRecords v0-v2, InitProducerId v0-v5, OffsetForLeaderEpoch v2-v4, DescribeAcls v1-v3, CreateAcls v1-v3, DeleteAcls v1-v3, DescribeConfigs v1-v4, AlterConfigs v0-v2, AlterReplicaLogDirs v1-v2, DescribeLogDirs v1-v5, CreatePartitions v0-v3, CreateDelegationToken v1-v3, RenewDelegationToken v1-v2, ExpireDelegationToken v1-v2, DescribeDelegationToken v1-v3, DeleteGroups v0-v3, ElectLeaders v0-v2, IncrementalAlterConfigs v0-v1, AlterPartitionReassignments v0-v1, ListPartitionReassignments v0-v0, OffsetDelete v0-v0, DescribeClientQuotas v0-v1, AlterClientQuotas v0-v1, DescribeUserScramCredentials v0-v0, AlterUserScramCredentials v0-v0, DescribeQuorum v0-v2, UpdateFeatures v0-v2, DescribeCluster v0-v2, DescribeProducers v0-v0, UnregisterBroker v0-v0, ListConfigResources v0-v1, DescribeTopicPartitions v0-v0, AddRaftVoter v0-v1, RemoveRaftVoter v0-v0, UnregisterController v0-v0
        "#]],
    );
    check(
        "",
        "controller: api-versions v3",
        expect![[r#"
            ok; ApiVersions v0-v5, CreateTopics v2-v7, DeleteTopics v1-v6, DescribeAcls v1-v3, CreateAcls v1-v3, DeleteAcls v1-v3, DescribeConfigs v1-v4, AlterConfigs v0-v2, CreatePartitions v0-v3, CreateDelegationToken v1-v3, RenewDelegationToken v1-v2, ExpireDelegationToken v1-v2, DescribeDelegationToken v1-v3, ElectLeaders v0-v2, IncrementalAlterConfigs v0-v1, AlterPartitionReassignments v0-v1, ListPartitionReassignments v0-v0, AlterClientQuotas v0-v1, AlterUserScramCredentials v0-v0, DescribeQuorum v0-v2, UpdateFeatures v0-v2, DescribeCluster v0-v2, UnregisterBroker v0-v0, AddRaftVoter v0-v1, RemoveRaftVoter v0-v0, UnregisterController v0-v0
        "#]],
    );
}

#[test]
fn a_version_nobody_knows_is_answered_in_the_oldest() {
    check(
        "",
        "api-versions v5 name=librdkafka software-version=2.3.0 api=Fetch
         api-versions v3 name=bad,name api=Fetch
         ask ApiVersions v6
         ask ApiVersions v32767
         ask ApiVersions v-1",
        expect![[r#"
            ok; Fetch v4-v18
            INVALID_REQUEST; 
            answered [0, 23, 0, 0, 0, 1, 0, 12, 0, 0, 0, 5]
            answered [0, 23, 0, 0, 0, 1, 0, 12, 0, 0, 0, 5]
            answered [0, 23, 0, 0, 0, 1, 0, 12, 0, 0, 0, 5]
        "#]],
    );
}

#[test]
fn unknown_keys_and_versions_close_the_connection() {
    check(
        "",
        "ask 999 v0
         ask -1 v0
         ask Metadata v99
         ask Metadata v-1
         metadata none",
        expect![[r#"
            closed
            closed
            closed
            closed
            broker 0 at node:9092; no topics
        "#]],
    );
}

#[test]
fn the_controllers_door_answers_what_concerns_the_metadata() {
    check(
        "",
        "controller: create orders
         controller: describe-cluster endpoint=controllers
         describe-cluster
         describe-cluster endpoint=controllers
         controller: ask Fetch v12
         controller: ask Produce v9
         controller: ask Metadata v9
         metadata all",
        expect![[r#"
            ok
            ok; controller 0; 0 at node
            ok; controller 0; 0 at node
            MISMATCHED_ENDPOINT_TYPE "The request was sent to an endpoint of the wrong type: wanted controller, this is a broker"; controller -1; 
            closed
            closed
            closed
            broker 0 at node:9092; orders 1 partitions, 1 led
        "#]],
    );
}
