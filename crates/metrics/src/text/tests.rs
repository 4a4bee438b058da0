//! The page as Prometheus reads it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use expect_test::expect;

use crate::{
    BrokerGauge, BrokerState, ConnectionMetrics, ControllerGauges, DirectoryGauges, FAMILIES, FeatureGauges,
    GroupGauges, GroupLag, Histogram, Metrics, Names, PartitionGauges, Process, QuorumGauges, ReplicaGauges, Shape,
    Snapshot, Took, Unfit, Waits,
};

fn names() -> Names {
    Names {
        api: |key| if key == 0 { "Produce" } else { "Fetch" },
        error: |code| if code == 3 { "UNKNOWN_TOPIC_OR_PARTITION" } else { "NONE" },
    }
}

fn busy_node() -> String {
    let metrics = Arc::new(Metrics::new(names()));
    let topic = metrics.topic("orders");
    topic.produced(3, 120);
    topic.failed_produce();
    topic.rejected(9_000);
    topic.fetched(240);
    topic.failed_fetch();
    metrics.topic("gone").produced(1, 70);
    metrics.forget_topic("gone");
    let took = |total_us, local_us| Took {
        total: Duration::from_micros(total_us),
        local: Duration::from_micros(local_us),
        throttle: Duration::ZERO,
    };
    metrics.request(0, 9, 200, 40, took(900, 900));
    metrics.request(0, 9, 200, 40, took(1_100, 1_100));
    metrics.request(1, 17, 80, 300, took(500_000, 200));
    metrics.request(-1, 0, 1, 1, Took::default());
    metrics.errors(1, 3, 2);
    metrics.errors(1, 0, 4);
    metrics.unfit(Unfit::NoKey);
    let waiting = metrics.wait(Waits::Fetch);
    drop(metrics.wait(Waits::Produce));
    let listener = metrics.listener("PLAIN\"TEXT");
    let open = ConnectionMetrics::opened(&listener);
    open.is_of("librdkafka", "2.1");
    open.is_of("librdkafka", "2.2");
    open.received(200);
    open.sent(40);
    ConnectionMetrics::opened(&listener).is_of("kafkajs", "1");
    metrics.fetch_session_evicted();
    let log = PartitionGauges { log_end: 4, size_bytes: 190, ..log("orders") };
    let flushes = Histogram::new();
    flushes.observe(Duration::from_millis(2));
    let lag = |topic: &str, partition, lag| (topic.to_owned(), partition, 4, lag);
    let text = metrics.text(&Snapshot {
        uptime: Duration::from_secs(10),
        state: BrokerState::Running,
        replicas: ReplicaGauges { partitions: 2, leaders: 2, ..Default::default() },
        partitions: vec![log, PartitionGauges { partition: 1, log_start: 7, log_end: 9, ..log }],
        handlers_idle: Some(0.75),
        log_flush: Some(&flushes),
        directories: vec![DirectoryGauges {
            path: "/data",
            offline: false,
            space_bytes: Some((30, 100)),
            damaged_batches: 2,
        }],
        features: vec![FeatureGauges { name: "group.version", level: 1, min: 0, max: 1 }],
        quorum: QuorumGauges { leader: 1, epoch: 2, voters: 1, ..Default::default() },
        lags: vec![GroupLag {
            group: "a\"b".into(),
            members: 2,
            offsets: vec![lag("orders", 0, Some(5)), lag("orders", 1, Some(7)), lag("gone", 0, None)],
        }],
        groups: GroupGauges { stable: 1, empty: 2, offsets: 5, ..Default::default() },
        controller: Some(ControllerGauges {
            active: true,
            active_brokers: 1,
            topics: 1,
            partitions: 2,
            brokers: vec![BrokerGauge { id: 1, fenced: false, in_controlled_shutdown: false }],
            times: Some((&flushes, &flushes)),
            ..Default::default()
        }),
        ..Default::default()
    });
    drop(waiting);
    text
}

fn log(topic: &str) -> PartitionGauges<'_> {
    PartitionGauges {
        topic,
        partition: 0,
        size_bytes: 0,
        segments: 1,
        log_start: 0,
        log_end: 0,
        stable_lag: 0,
        replicas: 1,
        in_sync: 1,
        min_in_sync: 1,
    }
}

#[test]
fn a_busy_node_reads_like_this() {
    let text = busy_node();
    let samples: Vec<&str> = text.lines().filter(|line| !line.starts_with('#') && !line.ends_with(" 0")).collect();
    expect![[r#"
        kafka_server_brokertopicmetrics_messagesin_total 4
        kafka_server_brokertopicmetrics_messagesin_total{topic="orders"} 3
        kafka_server_brokertopicmetrics_bytesin_total 190
        kafka_server_brokertopicmetrics_bytesin_total{topic="orders"} 120
        kafka_server_brokertopicmetrics_bytesout_total 240
        kafka_server_brokertopicmetrics_bytesout_total{topic="orders"} 240
        kafka_server_brokertopicmetrics_bytesrejected_total 9000
        kafka_server_brokertopicmetrics_bytesrejected_total{topic="orders"} 9000
        kafka_server_brokertopicmetrics_totalproducerequests_total 3
        kafka_server_brokertopicmetrics_totalproducerequests_total{topic="orders"} 2
        kafka_server_brokertopicmetrics_failedproducerequests_total 1
        kafka_server_brokertopicmetrics_failedproducerequests_total{topic="orders"} 1
        kafka_server_brokertopicmetrics_totalfetchrequests_total 2
        kafka_server_brokertopicmetrics_totalfetchrequests_total{topic="orders"} 2
        kafka_server_brokertopicmetrics_failedfetchrequests_total 1
        kafka_server_brokertopicmetrics_failedfetchrequests_total{topic="orders"} 1
        kafka_server_brokertopicmetrics_nokeycompactedtopicrecords_total 1
        kafka_network_requestmetrics_requests_total{request="Produce",version="9"} 2
        kafka_network_requestmetrics_requests_total{request="Fetch",version="17"} 1
        kafka_network_requestmetrics_errors_total{request="Fetch",error="NONE"} 4
        kafka_network_requestmetrics_errors_total{request="Fetch",error="UNKNOWN_TOPIC_OR_PARTITION"} 2
        kafka_network_requestmetrics_responsebytes_sum{request="Produce"} 80
        kafka_network_requestmetrics_responsebytes_sum{request="Fetch"} 300
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.50"} 1.0230000000000001
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.75"} 1.2790000000000001
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.95"} 1.2790000000000001
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.98"} 1.2790000000000001
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.99"} 1.2790000000000001
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.999"} 1.2790000000000001
        kafka_network_requestmetrics_totaltimems_sum{request="Produce"} 2
        kafka_network_requestmetrics_totaltimems_count{request="Produce"} 2
        kafka_network_requestmetrics_totaltimems{request="Fetch",quantile="0.50"} 524.287
        kafka_network_requestmetrics_totaltimems{request="Fetch",quantile="0.75"} 524.287
        kafka_network_requestmetrics_totaltimems{request="Fetch",quantile="0.95"} 524.287
        kafka_network_requestmetrics_totaltimems{request="Fetch",quantile="0.98"} 524.287
        kafka_network_requestmetrics_totaltimems{request="Fetch",quantile="0.99"} 524.287
        kafka_network_requestmetrics_totaltimems{request="Fetch",quantile="0.999"} 524.287
        kafka_network_requestmetrics_totaltimems_sum{request="Fetch"} 500
        kafka_network_requestmetrics_totaltimems_count{request="Fetch"} 1
        kafka_network_requestmetrics_localtimems{request="Produce",quantile="0.50"} 1.0230000000000001
        kafka_network_requestmetrics_localtimems{request="Produce",quantile="0.75"} 1.2790000000000001
        kafka_network_requestmetrics_localtimems{request="Produce",quantile="0.95"} 1.2790000000000001
        kafka_network_requestmetrics_localtimems{request="Produce",quantile="0.98"} 1.2790000000000001
        kafka_network_requestmetrics_localtimems{request="Produce",quantile="0.99"} 1.2790000000000001
        kafka_network_requestmetrics_localtimems{request="Produce",quantile="0.999"} 1.2790000000000001
        kafka_network_requestmetrics_localtimems_sum{request="Produce"} 2
        kafka_network_requestmetrics_localtimems_count{request="Produce"} 2
        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.50"} 0.223
        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.75"} 0.223
        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.95"} 0.223
        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.98"} 0.223
        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.99"} 0.223
        kafka_network_requestmetrics_localtimems{request="Fetch",quantile="0.999"} 0.223
        kafka_network_requestmetrics_localtimems_sum{request="Fetch"} 0.2
        kafka_network_requestmetrics_localtimems_count{request="Fetch"} 1
        kafka_network_requestmetrics_remotetimems_count{request="Produce"} 2
        kafka_network_requestmetrics_remotetimems{request="Fetch",quantile="0.50"} 524.287
        kafka_network_requestmetrics_remotetimems{request="Fetch",quantile="0.75"} 524.287
        kafka_network_requestmetrics_remotetimems{request="Fetch",quantile="0.95"} 524.287
        kafka_network_requestmetrics_remotetimems{request="Fetch",quantile="0.98"} 524.287
        kafka_network_requestmetrics_remotetimems{request="Fetch",quantile="0.99"} 524.287
        kafka_network_requestmetrics_remotetimems{request="Fetch",quantile="0.999"} 524.287
        kafka_network_requestmetrics_remotetimems_sum{request="Fetch"} 499.8
        kafka_network_requestmetrics_remotetimems_count{request="Fetch"} 1
        kafka_network_requestmetrics_throttletimems_count{request="Produce"} 2
        kafka_network_requestmetrics_throttletimems_count{request="Fetch"} 1
        kafka_network_requestmetrics_requestbytes{request="Produce",quantile="0.50"} 223
        kafka_network_requestmetrics_requestbytes{request="Produce",quantile="0.75"} 223
        kafka_network_requestmetrics_requestbytes{request="Produce",quantile="0.95"} 223
        kafka_network_requestmetrics_requestbytes{request="Produce",quantile="0.98"} 223
        kafka_network_requestmetrics_requestbytes{request="Produce",quantile="0.99"} 223
        kafka_network_requestmetrics_requestbytes{request="Produce",quantile="0.999"} 223
        kafka_network_requestmetrics_requestbytes_sum{request="Produce"} 400
        kafka_network_requestmetrics_requestbytes_count{request="Produce"} 2
        kafka_network_requestmetrics_requestbytes{request="Fetch",quantile="0.50"} 95
        kafka_network_requestmetrics_requestbytes{request="Fetch",quantile="0.75"} 95
        kafka_network_requestmetrics_requestbytes{request="Fetch",quantile="0.95"} 95
        kafka_network_requestmetrics_requestbytes{request="Fetch",quantile="0.98"} 95
        kafka_network_requestmetrics_requestbytes{request="Fetch",quantile="0.99"} 95
        kafka_network_requestmetrics_requestbytes{request="Fetch",quantile="0.999"} 95
        kafka_network_requestmetrics_requestbytes_sum{request="Fetch"} 80
        kafka_network_requestmetrics_requestbytes_count{request="Fetch"} 1
        kafka_server_socket_server_metrics_connection_count{listener="PLAIN\"TEXT"} 1
        kafka_server_socket_server_metrics_connection_creation_total{listener="PLAIN\"TEXT"} 2
        kafka_server_socket_server_metrics_connection_close_total{listener="PLAIN\"TEXT"} 1
        kafka_server_socket_server_metrics_request_total{listener="PLAIN\"TEXT"} 1
        kafka_server_socket_server_metrics_response_total{listener="PLAIN\"TEXT"} 1
        kafka_server_socket_server_metrics_incoming_byte_total{listener="PLAIN\"TEXT"} 200
        kafka_server_socket_server_metrics_outgoing_byte_total{listener="PLAIN\"TEXT"} 40
        kafka_server_socket_server_metrics_connections{listener="PLAIN\"TEXT",client_software_name="librdkafka",client_software_version="2.2"} 1
        kafka_server_delayedoperationpurgatory_purgatorysize{delayedOperation="Fetch"} 1
        kafka_server_delayedoperationpurgatory_numdelayedoperations{delayedOperation="Fetch"} 1
        kafka_server_fetchsessioncache_incrementalfetchsessionevictions_total 1
        kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent 0.75
        kafka_network_socketserver_networkprocessoravgidle_percent 0.75
        kafka_server_kafkaserver_brokerstate 3
        kafka_server_replicamanager_partitioncount 2
        kafka_server_replicamanager_leadercount 2
        kafka_coordinator_group_groupmetadatamanager_numgroups 3
        kafka_coordinator_group_groupmetadatamanager_numgroupsstable 1
        kafka_coordinator_group_groupmetadatamanager_numgroupsempty 2
        kafka_server_group_coordinator_metrics_classic_group_count{state="Stable"} 1
        kafka_server_group_coordinator_metrics_classic_group_count{state="Empty"} 2
        kafka_server_group_coordinator_metrics_group_count{protocol="classic"} 3
        kafka_coordinator_group_groupmetadatamanager_numoffsets 5
        kafka_consumergroup_members{consumergroup="a\"b"} 2
        kafka_consumergroup_current_offset{consumergroup="a\"b",topic="orders",partition="0"} 4
        kafka_consumergroup_current_offset{consumergroup="a\"b",topic="orders",partition="1"} 4
        kafka_consumergroup_current_offset{consumergroup="a\"b",topic="gone",partition="0"} 4
        kafka_consumergroup_lag{consumergroup="a\"b",topic="orders",partition="0"} 5
        kafka_consumergroup_lag{consumergroup="a\"b",topic="orders",partition="1"} 7
        kafka_consumergroup_lag_sum{consumergroup="a\"b",topic="orders"} 12
        kafka_controller_kafkacontroller_activecontrollercount 1
        kafka_controller_kafkacontroller_activebrokercount 1
        kafka_controller_kafkacontroller_globaltopiccount 1
        kafka_controller_kafkacontroller_globalpartitioncount 2
        kafka_controller_kafkacontroller_newactivecontrollerscount 1
        kafka_controller_kafkacontroller_brokerregistrationstate{broker="1"} 30
        kafka_controller_controllereventmanager_eventqueuetimems{quantile="0.50"} 2.047
        kafka_controller_controllereventmanager_eventqueuetimems{quantile="0.75"} 2.047
        kafka_controller_controllereventmanager_eventqueuetimems{quantile="0.95"} 2.047
        kafka_controller_controllereventmanager_eventqueuetimems{quantile="0.98"} 2.047
        kafka_controller_controllereventmanager_eventqueuetimems{quantile="0.99"} 2.047
        kafka_controller_controllereventmanager_eventqueuetimems{quantile="0.999"} 2.047
        kafka_controller_controllereventmanager_eventqueuetimems_sum 2
        kafka_controller_controllereventmanager_eventqueuetimems_count 1
        kafka_controller_controllereventmanager_eventqueueprocessingtimems{quantile="0.50"} 2.047
        kafka_controller_controllereventmanager_eventqueueprocessingtimems{quantile="0.75"} 2.047
        kafka_controller_controllereventmanager_eventqueueprocessingtimems{quantile="0.95"} 2.047
        kafka_controller_controllereventmanager_eventqueueprocessingtimems{quantile="0.98"} 2.047
        kafka_controller_controllereventmanager_eventqueueprocessingtimems{quantile="0.99"} 2.047
        kafka_controller_controllereventmanager_eventqueueprocessingtimems{quantile="0.999"} 2.047
        kafka_controller_controllereventmanager_eventqueueprocessingtimems_sum 2
        kafka_controller_controllereventmanager_eventqueueprocessingtimems_count 1
        kafka_server_raft_metrics_current_state{state="leader"} 1
        kafka_server_raft_metrics_current_leader 1
        kafka_server_raft_metrics_current_epoch 2
        kafka_server_raft_metrics_number_of_voters 1
        kafka_server_metadataloader_currentcontrollerid 1
        kafka_server_metadataloader_finalizedlevel{featureName="group.version"} 1
        kafka_server_node_metrics_maximum_supported_level{feature_name="group.version"} 1
        kampa_log_directory_free_bytes{logDirectory="/data"} 30
        kampa_log_directory_total_bytes{logDirectory="/data"} 100
        kampa_log_directory_damaged_batches{logDirectory="/data"} 2
        kafka_log_logflushstats_logflushrateandtimems{quantile="0.50"} 2.047
        kafka_log_logflushstats_logflushrateandtimems{quantile="0.75"} 2.047
        kafka_log_logflushstats_logflushrateandtimems{quantile="0.95"} 2.047
        kafka_log_logflushstats_logflushrateandtimems{quantile="0.98"} 2.047
        kafka_log_logflushstats_logflushrateandtimems{quantile="0.99"} 2.047
        kafka_log_logflushstats_logflushrateandtimems{quantile="0.999"} 2.047
        kafka_log_logflushstats_logflushrateandtimems_sum 2
        kafka_log_logflushstats_logflushrateandtimems_count 1
        kafka_log_log_size{topic="orders",partition="0"} 190
        kafka_log_log_size{topic="orders",partition="1"} 190
        kafka_log_log_numlogsegments{topic="orders",partition="0"} 1
        kafka_log_log_numlogsegments{topic="orders",partition="1"} 1
        kafka_log_log_logstartoffset{topic="orders",partition="1"} 7
        kafka_log_log_logendoffset{topic="orders",partition="0"} 4
        kafka_log_log_logendoffset{topic="orders",partition="1"} 9
        kafka_cluster_partition_replicascount{topic="orders",partition="0"} 1
        kafka_cluster_partition_replicascount{topic="orders",partition="1"} 1
        kafka_cluster_partition_insyncreplicascount{topic="orders",partition="0"} 1
        kafka_cluster_partition_insyncreplicascount{topic="orders",partition="1"} 1
        kafka_cluster_partition_atminisr{topic="orders",partition="0"} 1
        kafka_cluster_partition_atminisr{topic="orders",partition="1"} 1"#]]
    .assert_eq(&samples.join("\n"));
}

#[test]
fn every_family_is_written_once_and_every_sample_belongs_to_one() {
    let process = Process { disk_bytes: Some((1, 2)), open_files: Some((3, 4)), ..Process::default() };
    let text = busy_node() + &process.text("1.2.3");
    let mut begun = Vec::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            begun.push(help.split(' ').next().expect("a name").to_owned());
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().expect("a name");
            let family = begun.last().expect("a family before its samples");
            assert!(
                name.strip_prefix(family.as_str()).is_some_and(|rest| ["", "_sum", "_count"].contains(&rest)),
                "{line}"
            );
        }
    }
    let known: BTreeSet<&str> = FAMILIES.iter().map(|family| family.name).collect();
    assert_eq!(begun.len(), known.len());
    assert_eq!(begun.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
    let ends_as_dashboards_expect = |name: &str| ["_total", "_sum", "_count"].iter().any(|end| name.ends_with(end));
    for family in FAMILIES.iter().filter(|family| family.shape == Shape::Counter) {
        assert!(ends_as_dashboards_expect(family.name), "{}", family.name);
    }
}

#[test]
fn ten_thousand_partitions_are_written_in_one_piece_of_memory() {
    let log = |partition| PartitionGauges { partition, size_bytes: 1 << 30, segments: 9, log_end: 1, ..log("orders") };
    let partitions = (0..10_000).map(log).collect();
    let text = Metrics::new(names()).text(&Snapshot { partitions, ..Default::default() });
    assert_eq!(text.lines().filter(|line| line.starts_with("kafka_log_log_")).count(), 40_000);
    assert!(text.len() < super::PAGE_BYTES + 10_000 * super::PARTITION_BYTES, "{}", text.len());
}
