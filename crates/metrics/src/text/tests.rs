//! The page as Prometheus reads it.

use std::collections::BTreeSet;
use std::time::Duration;

use expect_test::expect;

use crate::{
    BrokerState, ControllerGauges, FAMILIES, GroupGauges, Metrics, Names, PartitionGauges, Process, ReplicaGauges,
    Shape, Snapshot,
};

fn names() -> Names {
    Names {
        api: |key| if key == 0 { "Produce" } else { "Fetch" },
        error: |code| if code == 3 { "UNKNOWN_TOPIC_OR_PARTITION" } else { "NONE" },
    }
}

fn busy_node() -> String {
    let metrics = Metrics::new(names());
    let topic = metrics.topic("orders");
    topic.produced(3, 120);
    topic.failed_produce();
    topic.rejected(9_000);
    topic.fetched(240);
    topic.failed_fetch();
    metrics.topic("gone").produced(1, 70);
    metrics.forget_topic("gone");
    metrics.request(0, 9, 200, 40, Duration::from_micros(900));
    metrics.request(0, 9, 200, 40, Duration::from_micros(1_100));
    metrics.request(1, 17, 80, 300, Duration::from_millis(500));
    metrics.request(-1, 0, 1, 1, Duration::ZERO);
    metrics.errors(1, 3, 2);
    let listener = metrics.listener("PLAIN\"TEXT");
    listener.opened();
    listener.opened();
    listener.closed();
    metrics.fetch_session_evicted();
    let log = PartitionGauges { topic: "orders", partition: 0, size_bytes: 190, segments: 1, log_start: 0, log_end: 4 };
    metrics.text(&Snapshot {
        uptime: Duration::from_secs(10),
        state: BrokerState::Running,
        replicas: ReplicaGauges { partitions: 2, leaders: 2, ..Default::default() },
        partitions: vec![log, PartitionGauges { partition: 1, log_start: 7, log_end: 9, ..log }],
        waiting_fetches: 1,
        groups: GroupGauges { stable: 1, empty: 2, offsets: 5, ..Default::default() },
        controller: Some(ControllerGauges {
            active: true,
            active_brokers: 1,
            topics: 1,
            partitions: 2,
            ..Default::default()
        }),
        ..Default::default()
    })
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
        kafka_network_requestmetrics_requests_total{request="Produce",version="9"} 2
        kafka_network_requestmetrics_requests_total{request="Fetch",version="17"} 1
        kafka_network_requestmetrics_errors_total{request="Fetch",error="UNKNOWN_TOPIC_OR_PARTITION"} 2
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.50"} 1.023
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.75"} 1.279
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.95"} 1.279
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.98"} 1.279
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.99"} 1.279
        kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.999"} 1.279
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
        kafka_network_requestmetrics_requestbytes_sum{request="Produce"} 400
        kafka_network_requestmetrics_requestbytes_sum{request="Fetch"} 80
        kafka_network_requestmetrics_responsebytes_sum{request="Produce"} 80
        kafka_network_requestmetrics_responsebytes_sum{request="Fetch"} 300
        kafka_server_socket_server_metrics_connection_count{listener="PLAIN\"TEXT"} 1
        kafka_server_socket_server_metrics_connection_creation_total{listener="PLAIN\"TEXT"} 2
        kafka_server_socket_server_metrics_connection_close_total{listener="PLAIN\"TEXT"} 1
        kafka_server_kafkaserver_brokerstate 3
        kafka_server_replicamanager_partitioncount 2
        kafka_server_replicamanager_leadercount 2
        kafka_server_delayedoperationpurgatory_purgatorysize{delayedOperation="Fetch"} 1
        kafka_server_fetchsessioncache_incrementalfetchsessionevictions_total 1
        kafka_coordinator_group_groupmetadatamanager_numgroups 3
        kafka_coordinator_group_groupmetadatamanager_numgroupsstable 1
        kafka_coordinator_group_groupmetadatamanager_numgroupsempty 2
        kafka_coordinator_group_groupmetadatamanager_numoffsets 5
        kafka_controller_kafkacontroller_activecontrollercount 1
        kafka_controller_kafkacontroller_activebrokercount 1
        kafka_controller_kafkacontroller_globaltopiccount 1
        kafka_controller_kafkacontroller_globalpartitioncount 2
        kafka_log_log_size{topic="orders",partition="0"} 190
        kafka_log_log_size{topic="orders",partition="1"} 190
        kafka_log_log_numlogsegments{topic="orders",partition="0"} 1
        kafka_log_log_numlogsegments{topic="orders",partition="1"} 1
        kafka_log_log_logstartoffset{topic="orders",partition="1"} 7
        kafka_log_log_logendoffset{topic="orders",partition="0"} 4
        kafka_log_log_logendoffset{topic="orders",partition="1"} 9"#]]
    .assert_eq(&samples.join("\n"));
}

#[test]
fn every_family_is_written_once_and_every_sample_belongs_to_one() {
    let text = busy_node() + &Process::default().text("1.2.3");
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
    let ends_as_dashboards_expect = |name: &str| name.ends_with("_total") || name.ends_with("_sum");
    for family in FAMILIES.iter().filter(|family| family.shape == Shape::Counter) {
        assert!(ends_as_dashboards_expect(family.name), "{}", family.name);
    }
}

#[test]
fn ten_thousand_partitions_are_written_in_one_piece_of_memory() {
    let log = |partition| PartitionGauges {
        topic: "orders",
        partition,
        size_bytes: 1 << 30,
        segments: 9,
        log_start: 0,
        log_end: 1,
    };
    let partitions = (0..10_000).map(log).collect();
    let text = Metrics::new(names()).text(&Snapshot { partitions, ..Default::default() });
    assert_eq!(text.lines().filter(|line| line.starts_with("kafka_log_log_")).count(), 40_000);
    assert!(text.len() < super::PAGE_BYTES + 10_000 * super::PARTITION_BYTES, "{}", text.len());
}
