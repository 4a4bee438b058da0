//! What Apache Kafka's MBeans say and this node does not, each with the reason.
//!
//! `kafka-mbeans.txt` lists what a node of Apache Kafka 4.4 shows; a test holds that every line of it is a family here or is
//! named in this table. Patterns match from the start; `*` stands for anything, at the end or in between.

/// MBeans without a counterpart.
#[derive(Debug)]
pub struct Absent {
    /// What they are: an MBean, or an MBean and an attribute.
    pub mbeans: &'static str,
    /// Why nothing here says the same.
    pub reason: &'static str,
}

const fn row(mbeans: &'static str, reason: &'static str) -> Absent {
    Absent { mbeans, reason }
}

/// In the order of the page.
pub static ABSENT: &[Absent] = &[
    row("kafka.server:type=*-rate", "Prometheus makes rates of totals: `rate(…_total[5m])`."),
    row(
        "kafka.controller:type=ControllerEventManager,name=AvgIdleRatio",
        "The controller sleeps until somebody asks; its times say how busy it is.",
    ),
    row(
        "kafka.controller:type=ControllerStats,name=ElectionFromEligibleLeaderReplicasPerSec",
        "Comes with several nodes.",
    ),
    row(
        "kafka.controller:type=KafkaController,name=ControlledShutdownBrokerCount",
        "`kafka_controller_kafkacontroller_brokerregistrationstate` says it for each broker.",
    ),
    row(
        "kafka.controller:type=KafkaController,name=EventQueueOperations*",
        "No operation here times out in a queue; `…_eventqueuetimems_count` counts them.",
    ),
    row(
        "kafka.controller:type=KafkaController,name=IgnoredStaticVoters",
        "Voters are in the metadata log from the first start.",
    ),
    row(
        "kafka.controller:type=KafkaController,name=TimeSinceLastHeartbeatReceivedMs",
        "Broker and controller are one process; comes with several nodes.",
    ),
    row(
        "kafka.controller:type=KafkaController,name=TimedOutBrokerHeartbeatCount",
        "Broker and controller are one process; comes with several nodes.",
    ),
    row("kafka.coordinator.transaction:", "Comes with transactions."),
    row("kafka.log:type=Log,name=RetentionSizeInPercent", "`kafka_log_log_size` over the topic's `retention.bytes`."),
    row("kafka.log:type=LogManager,name=CordonedLogDirectoryCount", "Directories cannot be cordoned yet."),
    row("kafka.log:type=LogManager,name=LogDirectoryCordoned", "Directories cannot be cordoned yet."),
    row(
        "kafka.network:type=Acceptor,name=AcceptorBlockedPercent",
        "No queue lies between accepting and serving a connection.",
    ),
    row(
        "kafka.network:type=Processor,name=IdlePercent",
        "There are no processors; see `kafka_network_socketserver_networkprocessoravgidle_percent`.",
    ),
    row(
        "kafka.network:type=RequestMetrics,name=MessageConversionsTimeMs",
        "Kafka 4 reads and writes one format only: nothing is converted.",
    ),
    row(
        "kafka.network:type=RequestMetrics,name=TemporaryMemoryBytes",
        "Kafka 4 reads and writes one format only: nothing is converted.",
    ),
    row(
        "kafka.network:type=RequestMetrics,name=*QueueTimeMs",
        "There are no queues between reading, handling and writing.",
    ),
    row(
        "kafka.network:type=RequestMetrics,name=ResponseSendTimeMs",
        "An answer is given to the operating system where it was made, several at a time; no single one has a time of its own.",
    ),
    row(
        "kafka.network:type=SocketServer,name=ExpiredConnectionsKilledCount",
        "Counts logins that ran out: comes with SASL.",
    ),
    row(
        "kafka.network:type=SocketServer,name=MemoryPool",
        "There is no pool: a connection holds memory only while a request is in it.",
    ),
    row("kafka.server:type=*-channel-metrics", "Connections between nodes: come with several nodes."),
    row("kafka.server:type=alter-partition-metrics", "Connections between nodes: come with several nodes."),
    row("kafka.server:type=directory-assignments-metrics", "Connections between nodes: come with several nodes."),
    row("kafka.server:type=forwarding-metrics", "Connections between nodes: come with several nodes."),
    row("kafka.server:type=heartbeat-metrics", "Connections between nodes: come with several nodes."),
    row("kafka.server:type=registration-metrics", "Connections between nodes: come with several nodes."),
    row("kafka.server:type=ForwardingManager", "Connections between nodes: come with several nodes."),
    row("kafka.server:type=AddPartitionsToTxnManager", "Comes with transactions."),
    row("kafka.server:type=ReplicaManager,name=PartitionsWithLateTransactionsCount", "Comes with transactions."),
    row("kafka.server:type=transaction-coordinator-metrics", "Comes with transactions."),
    row("kafka.server:type=AssignmentsManager", "Not counted yet."),
    row("org.apache.kafka.server:type=AssignmentsManager", "Not counted yet."),
    row("kafka.server:type=BrokerMetadataListener", "The controller's times cover what the broker does with a change."),
    row("kafka.server:type=BrokerTopicMetrics,name=*Share", "Comes with share groups."),
    row("kafka.server:type=Share", "Comes with share groups."),
    row("kafka.server:type=share-coordinator-metrics", "Comes with share groups."),
    row(
        "kafka.server:type=BrokerTopicMetrics,name=*MessageConversionsPerSec",
        "Kafka 4 reads and writes one format only: nothing is converted.",
    ),
    row("kafka.server:type=BrokerTopicMetrics,name=Re", "Replication and reassignment: come with several nodes."),
    row(
        "kafka.server:type=ControllerMutation",
        "Size of a queue of delayed answers; `kafka_network_requestmetrics_throttletimems` says who waited.",
    ),
    row(
        "kafka.server:type=Fetch queue-size",
        "Size of a queue of delayed answers; `kafka_network_requestmetrics_throttletimems` says who waited.",
    ),
    row(
        "kafka.server:type=Produce queue-size",
        "Size of a queue of delayed answers; `kafka_network_requestmetrics_throttletimems` says who waited.",
    ),
    row(
        "kafka.server:type=Request ",
        "Size of a queue of delayed answers; `kafka_network_requestmetrics_throttletimems` says who waited.",
    ),
    row(
        "kafka.server:type=ControllerServer",
        "Broker and controller are one process: see `kafka_server_kafkaserver_…` and `process_…`.",
    ),
    row(
        "kafka.server:type=KafkaServer,name=ClusterId",
        "A text: the exporter drops texts. `kampa_build_info` tells nodes apart by their address.",
    ),
    row(
        "kafka.server:type=KafkaServer,name=linux-disk-",
        "Counts of calls: `kafka_server_kafkaserver_linux_disk_read_bytes` and `…_write_bytes` say what reached the disk.",
    ),
    row("kafka.server:type=KafkaServer,name=yammer-metrics-count", "Counts the metrics of a library that is not here."),
    row("kafka.server:type=kafka-metrics-count", "Counts the metrics of a library that is not here."),
    row(
        "kafka.server:type=KafkaRequestHandlerPool,name=*RequestHandlerAvgIdlePercent",
        "One set of threads: see `kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent`.",
    ),
    row(
        "kafka.server:type=MetadataLoader,name=AvgIdleRatio",
        "The controller sleeps until somebody asks; its times say how busy it is.",
    ),
    row(
        "kafka.server:type=MetadataLoader,name=HandleLoadSnapshotCount",
        "A snapshot is loaded at the start and never again on a quorum of one.",
    ),
    row("kafka.server:type=ReplicaAlterLogDirsManager", "A copy's lag: `kafka-log-dirs`; nothing is fetched."),
    row("kafka.server:type=ReplicaFetcherManager", "Following: comes with several nodes."),
    row("kafka.server:type=SnapshotEmitter", "The snapshot's file in `__cluster_metadata-0` tells its age and size."),
    row("kafka.server:type=app-info", "See `kampa_build_info` and `process_start_time_seconds`."),
    row(
        "kafka.server:type=broker-metadata-metrics ignored-static-voters",
        "Voters are in the metadata log from the first start.",
    ),
    row(
        "kafka.server:type=broker-metadata-metrics last-applied-record-lag-ms",
        "What the controller wrote is applied before it answers.",
    ),
    row("kafka.server:type=broker-metadata-metrics metadata-", "A node whose image cannot take a record ends."),
    row(
        "kafka.server:type=group-coordinator-metrics *-time-ms-",
        "A group's question is decided where it was asked; `kafka_network_requestmetrics_…` of JoinGroup and its friends say how long.",
    ),
    row(
        "kafka.server:type=group-coordinator-metrics batch-buffer",
        "Records of groups are appended at once: no buffer, no lingering.",
    ),
    row(
        "kafka.server:type=group-coordinator-metrics background-thread-idle-ratio-avg",
        "The coordinator has no threads of its own.",
    ),
    row(
        "kafka.server:type=group-coordinator-metrics thread-idle-ratio-avg",
        "The coordinator has no threads of its own.",
    ),
    row("kafka.server:type=group-coordinator-metrics event-queue-size", "The coordinator has no queue."),
    row("kafka.server:type=group-coordinator-metrics consumer-group", "Comes with the consumer protocol (KIP-848)."),
    row("kafka.server:type=group-coordinator-metrics share-group", "Comes with share groups."),
    row("kafka.server:type=group-coordinator-metrics streams-group", "Comes with streams groups."),
    row(
        "kafka.server:type=group-coordinator-metrics offset-count",
        "See `kafka_coordinator_group_groupmetadatamanager_numoffsets`.",
    ),
    row(
        "kafka.server:type=group-coordinator-metrics offset-deletion-count",
        "`kafka_network_requestmetrics_requests_total` of OffsetDelete counts who asked.",
    ),
    row(
        "kafka.server:type=group-coordinator-metrics partition-load-time",
        "Groups are read in before the node says it is ready; its line says how long that took.",
    ),
    row(
        "kafka.server:type=group-coordinator-metrics write-",
        "See `kafka_server_brokertopicmetrics_…` of `__consumer_offsets`.",
    ),
    row(
        "kafka.server:type=raft-metrics append-records-",
        "Rates: `kafka_server_raft_metrics_log_end_offset` grows by every record.",
    ),
    row(
        "kafka.server:type=raft-metrics commit-latency-",
        "See `kafka_controller_controllereventmanager_eventqueueprocessingtimems`.",
    ),
    row("kafka.server:type=raft-metrics current-vote", "A quorum of one votes for itself."),
    row("kafka.server:type=raft-metrics election-latency-", "A quorum of one elects itself at the start."),
    row("kafka.server:type=raft-metrics log-end-epoch", "A quorum of one: `kafka_server_raft_metrics_current_epoch`."),
    row("kafka.server:type=raft-metrics number-", "Comes with several nodes."),
    row("kafka.server:type=raft-metrics poll-idle-ratio-avg", "Nothing polls."),
    row("kafka.server:type=raft-metrics uncommitted-voter-change", "Comes with several nodes."),
    row("kafka.server:type=socket-server-metrics *authentication", "Comes with SASL."),
    row(
        "kafka.server:type=socket-server-metrics *throttle-time",
        "See `kafka_network_requestmetrics_throttletimems`; connections beyond a rate wait to be accepted.",
    ),
    row(
        "kafka.server:type=socket-server-metrics expired-connections-killed-count",
        "Counts logins that ran out: comes with SASL.",
    ),
    row("kafka.server:type=socket-server-metrics io-", "Nothing polls: see the idle shares above."),
    row("kafka.server:type=socket-server-metrics select-total", "Nothing polls: see the idle shares above."),
    row("kafka.server:type=socket-server-metrics network-io-total", "Requests and responses are counted apart."),
    row(
        "kafka.server:type=socket-server-metrics MemoryPool",
        "There is no pool: a connection holds memory only while a request is in it.",
    ),
    row("kafka.server:type=socket-server-metrics reauthentication", "Comes with SASL."),
    row("kafka.server:type=socket-server-metrics request-size-", "See `kafka_network_requestmetrics_requestbytes`."),
];

impl Absent {
    /// Whether the MBean (with its attribute) is one of these.
    pub fn covers(&self, mbean: &str) -> bool {
        let mut parts = self.mbeans.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = mbean.strip_prefix(first) else { return false };
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
