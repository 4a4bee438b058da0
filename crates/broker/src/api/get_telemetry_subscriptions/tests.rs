//! Client telemetry in scripts. What is expected is what Apache Kafka 4.4.0 answers to the same bytes.

use expect_test::expect;

use crate::testing::check;

#[test]
fn it_is_listed_while_somebody_wants_to_know() {
    check(
        "",
        "api-versions api=PushTelemetry
         telemetry
         alter client-metrics:m interval.ms=1000
         api-versions api=PushTelemetry
         api-versions api=GetTelemetrySubscriptions
         controller: api-versions api=PushTelemetry
         restart
         api-versions api=PushTelemetry
         alter client-metrics:m interval.ms!
         api-versions api=PushTelemetry",
        expect![[r#"
            ok; 
            c1 s1 every 300000 ms: []; up to 1048576 bytes, codecs [4, 3, 1, 2]
            ok
            ok; PushTelemetry v0-v0
            ok; GetTelemetrySubscriptions v0-v0
            ok; 
            ok; PushTelemetry v0-v0
            ok
            ok; 
        "#]],
    );
}

#[test]
fn a_client_pushes_what_it_is_asked_for_when_it_is_due() {
    check(
        "",
        "alter client-metrics:m metrics=b,a interval.ms=1000
         alter client-metrics:n metrics=b,c interval.ms=2000
         telemetry
         telemetry c1
         push c1 s1
         push c1 s1
         sleep 1000
         push c1 s1 codec=4
         push c1 s1 codec=3 last
         sleep 1000
         push c1 s1
         metric client_metrics",
        expect![[r#"
            ok
            ok
            c1 s1 every 1000 ms: ["a", "b", "c"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
            THROTTLING_QUOTA_EXCEEDED
            ok
            THROTTLING_QUOTA_EXCEEDED
            ok
            ok
            INVALID_REQUEST
            kafka_server_client_metrics_instance_count 1
            kafka_server_client_metrics_unknown_subscription_request_total 0
            kafka_server_client_metrics_throttle_total 2
            kafka_server_client_metrics_plugin_export_total 3
            kafka_server_client_metrics_plugin_error_total 0
        "#]],
    );
}

#[test]
fn what_cannot_be_taken() {
    check(
        "telemetry.max.bytes=1000",
        "alter client-metrics:m metrics=a interval.ms=100
         push nobody s1
         telemetry
         push c1 wrong
         sleep 100
         push c1 s1 codec=9
         sleep 100
         push c1 s1 bytes=1001
         sleep 100
         push c1 s1 codec=4 bytes=20000
         sleep 100
         push c1 s1 codec=4 garbage
         sleep 100
         push c1 s1 codec=1 bytes=15000
         metric client_metrics",
        expect![[r#"
            ok
            INVALID_REQUEST
            c1 s1 every 100 ms: ["a"]; up to 1000 bytes, codecs [4, 3, 1, 2]
            UNKNOWN_SUBSCRIPTION_ID
            UNSUPPORTED_COMPRESSION_TYPE
            TELEMETRY_TOO_LARGE
            INVALID_RECORD
            INVALID_RECORD
            ok
            kafka_server_client_metrics_instance_count 1
            kafka_server_client_metrics_unknown_subscription_request_total 1
            kafka_server_client_metrics_throttle_total 0
            kafka_server_client_metrics_plugin_export_total 1
            kafka_server_client_metrics_plugin_error_total 2
        "#]],
    );
}

#[test]
fn a_changed_subscription_counts_at_once() {
    check(
        "",
        "alter client-metrics:m metrics=a interval.ms=60000
         telemetry
         alter client-metrics:m metrics=b
         push c1 s1
         telemetry c1
         push c1 s2
         alter client-metrics:m metrics=*,c
         telemetry c1
         alter client-metrics:m metrics! interval.ms!
         telemetry c1",
        expect![[r#"
            ok
            c1 s1 every 60000 ms: ["a"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
            ok
            UNKNOWN_SUBSCRIPTION_ID
            c1 s2 every 60000 ms: ["b"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
            ok
            ok
            c1 s3 every 60000 ms: ["*"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
            ok
            c1 s4 every 300000 ms: []; up to 1048576 bytes, codecs [4, 3, 1, 2]
        "#]],
    );
}

#[test]
fn clients_are_chosen_by_what_they_tell() {
    check(
        "",
        "alter client-metrics:m metrics=a match=client_id=app-.*
         alter client-metrics:n metrics=b match=client_software_name=scr.*,client_software_version=1[.]0
         alter client-metrics:o metrics=c match=client_source_port=1
         telemetry client-id=app-1
         b: telemetry client-id=app
         c: api-versions
         c: telemetry client-id=app-2",
        expect![[r#"
            ok
            ok
            ok
            c1 s1 every 300000 ms: ["a"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
            c2 s2 every 300000 ms: []; up to 1048576 bytes, codecs [4, 3, 1, 2]
            ok; Produce v0-v13, Fetch v4-v18, ListOffsets v1-v11, Metadata v0-v13, OffsetCommit v2-v10, OffsetFetch v1-v10, FindCoordinator v0-v6, JoinGroup v0-v9, Heartbeat v0-v4, LeaveGroup v0-v5, SyncGroup v0-v5, DescribeGroups v0-v6, ListGroups v0-v5, ApiVersions v0-v5, CreateTopics v2-v7, DeleteTopics v1-v6, DeleteRecords v0-v2, InitProducerId v0-v5, OffsetForLeaderEpoch v2-v4, DescribeAcls v1-v3, CreateAcls v1-v3, DeleteAcls v1-v3, DescribeConfigs v1-v4, AlterConfigs v0-v2, AlterReplicaLogDirs v1-v2, DescribeLogDirs v1-v5, CreatePartitions v0-v3, CreateDelegationToken v1-v3, RenewDelegationToken v1-v2, ExpireDelegationToken v1-v2, DescribeDelegationToken v1-v3, DeleteGroups v0-v3, ElectLeaders v0-v2, IncrementalAlterConfigs v0-v1, AlterPartitionReassignments v0-v1, ListPartitionReassignments v0-v0, OffsetDelete v0-v0, DescribeClientQuotas v0-v1, AlterClientQuotas v0-v1, DescribeUserScramCredentials v0-v0, AlterUserScramCredentials v0-v0, DescribeQuorum v0-v2, UpdateFeatures v0-v2, DescribeCluster v0-v2, DescribeProducers v0-v0, UnregisterBroker v0-v0, GetTelemetrySubscriptions v0-v0, PushTelemetry v0-v0, ListConfigResources v0-v1, DescribeTopicPartitions v0-v0, AddRaftVoter v0-v1, RemoveRaftVoter v0-v0, UnregisterController v0-v0
            c3 s3 every 300000 ms: ["a", "b"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
        "#]],
    );
}

#[test]
fn a_client_is_forgotten_with_its_connection() {
    check(
        "",
        "alter client-metrics:m metrics=a interval.ms=60000
         telemetry
         push c1 s1 last
         hang-up
         sleep 100
         telemetry c1
         push c1 s1
         metric client_metrics_instance",
        expect![[r#"
            ok
            c1 s1 every 60000 ms: ["a"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
            ok
            c1 s1 every 60000 ms: ["a"]; up to 1048576 bytes, codecs [4, 3, 1, 2]
            ok
            kafka_server_client_metrics_instance_count 1
        "#]],
    );
}
