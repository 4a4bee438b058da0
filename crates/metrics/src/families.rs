//! All metrics: name, shape, labels, the MBean dashboards know them by, and what they say.

/// Metrics of one name.
#[derive(Debug)]
pub struct Family {
    /// The name in the text.
    pub name: &'static str,
    /// How it behaves.
    pub shape: Shape,
    /// Labels its samples may carry.
    pub labels: &'static str,
    /// Apache Kafka's MBean and attribute; empty for one of ours.
    pub mbean: &'static str,
    /// One plain sentence.
    pub help: &'static str,
}

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Only grows while the process lives.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Quantiles of what was seen lately; a count and a sum of everything, under `_count` and `_sum`.
    Summary,
}

impl Shape {
    /// The word for it in the text format.
    pub const fn name(self) -> &'static str {
        match self {
            Shape::Counter => "counter",
            Shape::Gauge => "gauge",
            Shape::Summary => "summary",
        }
    }
}

macro_rules! families {
    ($($constant:ident: $shape:ident $name:literal [$labels:literal] $mbean:literal, $help:literal;)*) => {
        $(pub(crate) static $constant: Family =
            Family { name: $name, shape: Shape::$shape, labels: $labels, mbean: $mbean, help: $help };)*

        /// Every metric, in the order of the text.
        pub static FAMILIES: &[&Family] = &[$(&$constant,)*];
    };
}

families! {
    MESSAGES_IN: Counter "kafka_server_brokertopicmetrics_messagesin_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec", "Records appended; without a topic, of all topics.";
    BYTES_IN: Counter "kafka_server_brokertopicmetrics_bytesin_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec", "Bytes of batches appended, as they came.";
    BYTES_OUT: Counter "kafka_server_brokertopicmetrics_bytesout_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec", "Bytes of batches fetched.";
    BYTES_REJECTED: Counter "kafka_server_brokertopicmetrics_bytesrejected_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=BytesRejectedPerSec", "Bytes of batches refused for their size.";
    TOTAL_PRODUCES: Counter "kafka_server_brokertopicmetrics_totalproducerequests_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=TotalProduceRequestsPerSec", "Partitions that clients tried to append to.";
    FAILED_PRODUCES: Counter "kafka_server_brokertopicmetrics_failedproducerequests_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=FailedProduceRequestsPerSec", "Partitions whose append was refused.";
    TOTAL_FETCHES: Counter "kafka_server_brokertopicmetrics_totalfetchrequests_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=TotalFetchRequestsPerSec", "Partitions that fetches were answered for.";
    FAILED_FETCHES: Counter "kafka_server_brokertopicmetrics_failedfetchrequests_total" ["topic"]
        "kafka.server:type=BrokerTopicMetrics,name=FailedFetchRequestsPerSec", "Partitions whose fetch was refused.";

    REQUESTS: Counter "kafka_network_requestmetrics_requests_total" ["request, version"]
        "kafka.network:type=RequestMetrics,name=RequestsPerSec", "Requests answered, by API and version.";
    ERRORS: Counter "kafka_network_requestmetrics_errors_total" ["request, error"]
        "kafka.network:type=RequestMetrics,name=ErrorsPerSec", "Errors in answers, by API and error.";
    TOTAL_TIME: Summary "kafka_network_requestmetrics_totaltimems" ["request, quantile"]
        "kafka.network:type=RequestMetrics,name=TotalTimeMs", "Milliseconds from a request's arrival to its answer; quantiles are of the last minutes.";
    REQUEST_BYTES: Counter "kafka_network_requestmetrics_requestbytes_sum" ["request"]
        "kafka.network:type=RequestMetrics,name=RequestBytes", "Bytes of requests.";
    RESPONSE_BYTES: Counter "kafka_network_requestmetrics_responsebytes_sum" ["request"]
        "", "Bytes of answers.";

    CONNECTIONS: Gauge "kafka_server_socket_server_metrics_connection_count" ["listener"]
        "kafka.server:type=socket-server-metrics connection-count", "Open connections.";
    CONNECTIONS_OPENED: Counter "kafka_server_socket_server_metrics_connection_creation_total" ["listener"]
        "kafka.server:type=socket-server-metrics connection-creation-total", "Connections opened.";
    CONNECTIONS_CLOSED: Counter "kafka_server_socket_server_metrics_connection_close_total" ["listener"]
        "kafka.server:type=socket-server-metrics connection-close-total", "Connections closed.";

    BROKER_STATE: Gauge "kafka_server_kafkaserver_brokerstate" [""]
        "kafka.server:type=KafkaServer,name=BrokerState", "1 starting, 2 recovering, 3 running, 6 stopping.";
    PARTITIONS: Gauge "kafka_server_replicamanager_partitioncount" [""]
        "kafka.server:type=ReplicaManager,name=PartitionCount", "Partitions with a replica here.";
    LEADERS: Gauge "kafka_server_replicamanager_leadercount" [""]
        "kafka.server:type=ReplicaManager,name=LeaderCount", "Partitions led here.";
    OFFLINE_REPLICAS: Gauge "kafka_server_replicamanager_offlinereplicacount" [""]
        "kafka.server:type=ReplicaManager,name=OfflineReplicaCount", "Replicas here whose directory failed.";
    UNDER_REPLICATED: Gauge "kafka_server_replicamanager_underreplicatedpartitions" [""]
        "kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions", "Partitions led here with a replica out of sync.";
    UNDER_MIN_ISR: Gauge "kafka_server_replicamanager_underminisrpartitioncount" [""]
        "kafka.server:type=ReplicaManager,name=UnderMinIsrPartitionCount", "Partitions led here with too few replicas in sync.";
    AT_MIN_ISR: Gauge "kafka_server_replicamanager_atminisrpartitioncount" [""]
        "kafka.server:type=ReplicaManager,name=AtMinIsrPartitionCount", "Partitions led here with just enough replicas in sync.";
    PRODUCER_IDS: Gauge "kafka_server_replicamanager_produceridcount" [""]
        "kafka.server:type=ReplicaManager,name=ProducerIdCount", "Idempotent producers whose state is kept.";
    PURGATORY: Gauge "kafka_server_delayedoperationpurgatory_purgatorysize" ["delayedOperation"]
        "kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize", "Requests that wait for something.";
    FETCH_SESSIONS: Gauge "kafka_server_fetchsessioncache_numincrementalfetchsessions" [""]
        "kafka.server:type=FetchSessionCache,name=NumIncrementalFetchSessions", "Fetch sessions.";
    FETCH_SESSION_PARTITIONS: Gauge "kafka_server_fetchsessioncache_numincrementalfetchpartitionscached" [""]
        "kafka.server:type=FetchSessionCache,name=NumIncrementalFetchPartitionsCached", "Partitions in fetch sessions.";
    FETCH_SESSION_EVICTIONS: Counter "kafka_server_fetchsessioncache_incrementalfetchsessionevictions_total" [""]
        "kafka.server:type=FetchSessionCache,name=IncrementalFetchSessionEvictionsPerSec", "Fetch sessions dropped for others.";

    GROUPS: Gauge "kafka_coordinator_group_groupmetadatamanager_numgroups" [""]
        "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroups", "Groups coordinated here.";
    GROUPS_PREPARING: Gauge "kafka_coordinator_group_groupmetadatamanager_numgroupspreparingrebalance" [""]
        "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsPreparingRebalance", "Groups that wait for their members to join.";
    GROUPS_COMPLETING: Gauge "kafka_coordinator_group_groupmetadatamanager_numgroupscompletingrebalance" [""]
        "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsCompletingRebalance", "Groups that wait for their leader's assignment.";
    GROUPS_STABLE: Gauge "kafka_coordinator_group_groupmetadatamanager_numgroupsstable" [""]
        "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsStable", "Groups whose members have their assignment.";
    GROUPS_EMPTY: Gauge "kafka_coordinator_group_groupmetadatamanager_numgroupsempty" [""]
        "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsEmpty", "Groups without members.";
    GROUPS_DEAD: Gauge "kafka_coordinator_group_groupmetadatamanager_numgroupsdead" [""]
        "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsDead", "Groups being removed.";
    OFFSETS: Gauge "kafka_coordinator_group_groupmetadatamanager_numoffsets" [""]
        "kafka.coordinator.group:type=GroupMetadataManager,name=NumOffsets", "Committed offsets.";

    ACTIVE_CONTROLLERS: Gauge "kafka_controller_kafkacontroller_activecontrollercount" [""]
        "kafka.controller:type=KafkaController,name=ActiveControllerCount", "1 on the active controller, 0 elsewhere.";
    ACTIVE_BROKERS: Gauge "kafka_controller_kafkacontroller_activebrokercount" [""]
        "kafka.controller:type=KafkaController,name=ActiveBrokerCount", "Brokers that are not fenced.";
    FENCED_BROKERS: Gauge "kafka_controller_kafkacontroller_fencedbrokercount" [""]
        "kafka.controller:type=KafkaController,name=FencedBrokerCount", "Brokers that are fenced.";
    GLOBAL_TOPICS: Gauge "kafka_controller_kafkacontroller_globaltopiccount" [""]
        "kafka.controller:type=KafkaController,name=GlobalTopicCount", "Topics of the cluster.";
    GLOBAL_PARTITIONS: Gauge "kafka_controller_kafkacontroller_globalpartitioncount" [""]
        "kafka.controller:type=KafkaController,name=GlobalPartitionCount", "Partitions of the cluster.";
    OFFLINE_PARTITIONS: Gauge "kafka_controller_kafkacontroller_offlinepartitionscount" [""]
        "kafka.controller:type=KafkaController,name=OfflinePartitionsCount", "Partitions without a leader.";
    PREFERRED_IMBALANCE: Gauge "kafka_controller_kafkacontroller_preferredreplicaimbalancecount" [""]
        "kafka.controller:type=KafkaController,name=PreferredReplicaImbalanceCount", "Partitions not led by their preferred replica.";
    METADATA_COMMITTED: Gauge "kafka_controller_kafkacontroller_lastcommittedrecordoffset" [""]
        "kafka.controller:type=KafkaController,name=LastCommittedRecordOffset", "Offset of the last committed metadata record.";
    METADATA_APPLIED: Gauge "kafka_controller_kafkacontroller_lastappliedrecordoffset" [""]
        "kafka.controller:type=KafkaController,name=LastAppliedRecordOffset", "Offset of the last metadata record that counts here.";

    LOG_SIZE: Gauge "kafka_log_log_size" ["topic, partition"]
        "kafka.log:type=Log,name=Size", "Bytes of a partition's segments.";
    LOG_SEGMENTS: Gauge "kafka_log_log_numlogsegments" ["topic, partition"]
        "kafka.log:type=Log,name=NumLogSegments", "Segments of a partition.";
    LOG_START: Gauge "kafka_log_log_logstartoffset" ["topic, partition"]
        "kafka.log:type=Log,name=LogStartOffset", "First offset of a partition.";
    LOG_END: Gauge "kafka_log_log_logendoffset" ["topic, partition"]
        "kafka.log:type=Log,name=LogEndOffset", "Offset the next record of a partition gets.";

    BUILD: Gauge "kampa_build_info" ["version"]
        "", "Always 1; the version is in the label.";
    PROCESS_START: Gauge "process_start_time_seconds" [""]
        "", "When the process started, in seconds since 1970.";
    PROCESS_CPU: Counter "process_cpu_seconds_total" [""]
        "", "CPU time of the process, in user code and in the kernel.";
    PROCESS_MEMORY: Gauge "process_resident_memory_bytes" [""]
        "", "Memory of the process that is in RAM.";
    PROCESS_THREADS: Gauge "process_threads" [""]
        "", "Threads of the process.";
}
