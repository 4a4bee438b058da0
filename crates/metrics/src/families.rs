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

    INVALID_MAGIC: Counter "kafka_server_brokertopicmetrics_invalidmagicnumberrecords_total" [""]
        "kafka.server:type=BrokerTopicMetrics,name=InvalidMagicNumberRecordsPerSec", "Appends refused because a batch is of another format than 2.";
    INVALID_CRC: Counter "kafka_server_brokertopicmetrics_invalidmessagecrcrecords_total" [""]
        "kafka.server:type=BrokerTopicMetrics,name=InvalidMessageCrcRecordsPerSec", "Appends refused because a batch's checksum is wrong.";
    INVALID_SEQUENCE: Counter "kafka_server_brokertopicmetrics_invalidoffsetorsequencerecords_total" [""]
        "kafka.server:type=BrokerTopicMetrics,name=InvalidOffsetOrSequenceRecordsPerSec", "Appends refused because offsets or sequence numbers within a batch are wrong.";
    NO_KEY: Counter "kafka_server_brokertopicmetrics_nokeycompactedtopicrecords_total" [""]
        "kafka.server:type=BrokerTopicMetrics,name=NoKeyCompactedTopicRecordsPerSec", "Appends to compacted topics refused because a record has no key.";

    REQUESTS: Counter "kafka_network_requestmetrics_requests_total" ["request, version"]
        "kafka.network:type=RequestMetrics,name=RequestsPerSec", "Requests answered, by API and version.";
    ERRORS: Counter "kafka_network_requestmetrics_errors_total" ["request, error"]
        "kafka.network:type=RequestMetrics,name=ErrorsPerSec", "Error codes in answers, by API; what is well counts as NONE.";
    TOTAL_TIME: Summary "kafka_network_requestmetrics_totaltimems" ["request, quantile"]
        "kafka.network:type=RequestMetrics,name=TotalTimeMs", "Milliseconds from a request's arrival to its answer; quantiles are of the last minutes.";
    LOCAL_TIME: Summary "kafka_network_requestmetrics_localtimems" ["request, quantile"]
        "kafka.network:type=RequestMetrics,name=LocalTimeMs", "Milliseconds a request was worked on where it was read.";
    REMOTE_TIME: Summary "kafka_network_requestmetrics_remotetimems" ["request, quantile"]
        "kafka.network:type=RequestMetrics,name=RemoteTimeMs", "Milliseconds a request waited for something: records, replicas, members, the controller.";
    THROTTLE_TIME: Summary "kafka_network_requestmetrics_throttletimems" ["request, quantile"]
        "kafka.network:type=RequestMetrics,name=ThrottleTimeMs", "Milliseconds for which a client over its quota was told to wait.";
    REQUEST_BYTES: Summary "kafka_network_requestmetrics_requestbytes" ["request, quantile"]
        "kafka.network:type=RequestMetrics,name=RequestBytes", "Bytes of a request.";
    RESPONSE_BYTES: Counter "kafka_network_requestmetrics_responsebytes_sum" ["request"]
        "", "Bytes of answers.";
    REQUEST_QUEUE: Gauge "kafka_network_requestchannel_requestqueuesize" [""]
        "kafka.network:type=RequestChannel,name=RequestQueueSize", "Always 0: a request is handled where it was read, no queue lies between.";
    RESPONSE_QUEUE: Gauge "kafka_network_requestchannel_responsequeuesize" [""]
        "kafka.network:type=RequestChannel,name=ResponseQueueSize", "Always 0: an answer is written where it was made, no queue lies between.";
    REQUEST_HANDLER_IDLE: Gauge "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent" [""]
        "kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent", "Share of the last minute in which the threads that answer requests had nothing to do, 0 to 1; the same threads read, work and write here.";
    NETWORK_IDLE: Gauge "kafka_network_socketserver_networkprocessoravgidle_percent" [""]
        "kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent", "The same share: here no thread only reads and writes.";

    CONNECTIONS: Gauge "kafka_server_socket_server_metrics_connection_count" ["listener"]
        "kafka.server:type=socket-server-metrics connection-count", "Open connections.";
    CONNECTIONS_OPENED: Counter "kafka_server_socket_server_metrics_connection_creation_total" ["listener"]
        "kafka.server:type=socket-server-metrics connection-creation-total", "Connections opened.";
    CONNECTIONS_CLOSED: Counter "kafka_server_socket_server_metrics_connection_close_total" ["listener"]
        "kafka.server:type=socket-server-metrics connection-close-total", "Connections closed.";

    BYTES_RECEIVED: Counter "kafka_server_socket_server_metrics_incoming_byte_total" ["listener"]
        "kafka.server:type=socket-server-metrics incoming-byte-total", "Bytes of requests read from clients.";
    BYTES_SENT: Counter "kafka_server_socket_server_metrics_outgoing_byte_total" ["listener"]
        "kafka.server:type=socket-server-metrics outgoing-byte-total", "Bytes of answers given to clients.";
    REQUESTS_RECEIVED: Counter "kafka_server_socket_server_metrics_request_total" ["listener"]
        "kafka.server:type=socket-server-metrics request-total", "Requests read.";
    RESPONSES_SENT: Counter "kafka_server_socket_server_metrics_response_total" ["listener"]
        "kafka.server:type=socket-server-metrics response-total", "Answers given.";
    CLIENT_SOFTWARE: Gauge "kafka_server_socket_server_metrics_connections" ["listener, client_software_name, client_software_version"]
        "kafka.server:type=socket-server-metrics connections", "Open connections, by what clients said of themselves; a client that says nothing is not here.";

    TELEMETRY_CLIENTS: Gauge "kafka_server_client_metrics_instance_count" [""]
        "kafka.server:type=client-metrics instance-count", "Clients that push their own metrics, or ask what to push.";
    TELEMETRY_UNKNOWN: Counter "kafka_server_client_metrics_unknown_subscription_request_total" [""]
        "kafka.server:type=client-metrics unknown-subscription-request-count", "Pushes by a subscription that has changed since.";
    TELEMETRY_THROTTLED: Counter "kafka_server_client_metrics_throttle_total" [""]
        "", "Pushes that came too early.";
    TELEMETRY_PUSHES: Counter "kafka_server_client_metrics_plugin_export_total" [""]
        "", "Pushes taken. Kampa counts them and keeps none.";
    TELEMETRY_UNREADABLE: Counter "kafka_server_client_metrics_plugin_error_total" [""]
        "", "Pushes that could not be unfolded.";

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
    ISR_SHRINKS: Counter "kafka_server_replicamanager_isrshrinks_total" [""]
        "kafka.server:type=ReplicaManager,name=IsrShrinksPerSec", "Times a replica fell out of sync; never with one replica.";
    ISR_EXPANDS: Counter "kafka_server_replicamanager_isrexpands_total" [""]
        "kafka.server:type=ReplicaManager,name=IsrExpandsPerSec", "Times a replica came back into sync; never with one replica.";
    FAILED_ISR_UPDATES: Counter "kafka_server_replicamanager_failedisrupdates_total" [""]
        "kafka.server:type=ReplicaManager,name=FailedIsrUpdatesPerSec", "Times the controller refused a change of who is in sync.";
    FETCHER_LAG: Gauge "kafka_server_replicafetchermanager_maxlag" ["clientId"]
        "kafka.server:type=ReplicaFetcherManager,name=MaxLag", "Records the furthest follower here is behind; 0 where nothing is followed.";
    REASSIGNING: Gauge "kafka_server_replicamanager_reassigningpartitions" [""]
        "kafka.server:type=ReplicaManager,name=ReassigningPartitions", "Partitions led here whose replicas are being moved.";
    PRODUCER_IDS: Gauge "kafka_server_replicamanager_produceridcount" [""]
        "kafka.server:type=ReplicaManager,name=ProducerIdCount", "Idempotent producers whose state is kept.";
    PURGATORY: Gauge "kafka_server_delayedoperationpurgatory_purgatorysize" ["delayedOperation"]
        "kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize", "Requests that wait for something.";
    DELAYED: Gauge "kafka_server_delayedoperationpurgatory_numdelayedoperations" ["delayedOperation"]
        "kafka.server:type=DelayedOperationPurgatory,name=NumDelayedOperations", "The same: a request that waits stands in one list only.";
    EXPIRED_PRODUCES: Counter "kafka_server_delayedproducemetrics_expires_total" [""]
        "kafka.server:type=DelayedProduceMetrics,name=ExpiresPerSec", "Appends that were not replicated in time.";
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

    CLASSIC_GROUPS: Gauge "kafka_server_group_coordinator_metrics_classic_group_count" ["state"]
        "kafka.server:type=group-coordinator-metrics classic-group-count", "Classic groups, by state.";
    GROUP_PROTOCOLS: Gauge "kafka_server_group_coordinator_metrics_group_count" ["protocol"]
        "kafka.server:type=group-coordinator-metrics group-count", "Groups, by protocol.";
    GROUP_SHARDS: Gauge "kafka_server_group_coordinator_metrics_num_partitions" ["state"]
        "kafka.server:type=group-coordinator-metrics num-partitions", "Partitions of __consumer_offsets coordinated here, by state.";
    REBALANCES: Counter "kafka_server_group_coordinator_metrics_group_completed_rebalance_count" [""]
        "kafka.server:type=group-coordinator-metrics group-completed-rebalance-count", "Rounds of joining that ended with an assignment.";
    OFFSET_COMMITS: Counter "kafka_server_group_coordinator_metrics_offset_commit_count" [""]
        "kafka.server:type=group-coordinator-metrics offset-commit-count", "Offsets committed.";
    OFFSET_EXPIRATIONS: Counter "kafka_server_group_coordinator_metrics_offset_expiration_count" [""]
        "kafka.server:type=group-coordinator-metrics offset-expiration-count", "Offsets dropped for their age.";
    GROUP_MEMBERS: Gauge "kafka_consumergroup_members" ["consumergroup"]
        "", "Members of a group; the name is kafka_exporter's.";
    GROUP_OFFSET: Gauge "kafka_consumergroup_current_offset" ["consumergroup, topic, partition"]
        "", "The offset a group committed; the name is kafka_exporter's.";
    GROUP_LAG: Gauge "kafka_consumergroup_lag" ["consumergroup, topic, partition"]
        "", "Records between the offset a group committed and the high watermark; the name is kafka_exporter's.";
    GROUP_LAG_SUM: Gauge "kafka_consumergroup_lag_sum" ["consumergroup, topic"]
        "", "The lag of a group on all partitions of a topic; the name is kafka_exporter's.";

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

    UNCLEAN_ELECTIONS: Counter "kafka_controller_controllerstats_uncleanleaderelections_total" [""]
        "kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec", "Leaders elected that may lack records.";
    METADATA_TIMESTAMP: Gauge "kafka_controller_kafkacontroller_lastappliedrecordtimestamp" [""]
        "kafka.controller:type=KafkaController,name=LastAppliedRecordTimestamp", "When that record was written, in milliseconds since 1970.";
    METADATA_LAG: Gauge "kafka_controller_kafkacontroller_lastappliedrecordlagms" [""]
        "kafka.controller:type=KafkaController,name=LastAppliedRecordLagMs", "Milliseconds since that record was written; 0 on the active controller.";
    METADATA_ERRORS: Gauge "kafka_controller_kafkacontroller_metadataerrorcount" [""]
        "kafka.controller:type=KafkaController,name=MetadataErrorCount", "Metadata records that could not be applied: such a node ends, so 0.";
    NEW_CONTROLLERS: Gauge "kafka_controller_kafkacontroller_newactivecontrollerscount" [""]
        "kafka.controller:type=KafkaController,name=NewActiveControllersCount", "Elections of a controller that this node saw since it started.";
    BROKER_REGISTRATION: Gauge "kafka_controller_kafkacontroller_brokerregistrationstate" ["broker"]
        "kafka.controller:type=KafkaController,name=BrokerRegistrationState", "10 fenced, 20 in controlled shutdown, 30 active.";
    CONTROLLER_QUEUE_TIME: Summary "kafka_controller_controllereventmanager_eventqueuetimems" ["quantile"]
        "kafka.controller:type=ControllerEventManager,name=EventQueueTimeMs", "Milliseconds a question waited for the controller.";
    CONTROLLER_TIME: Summary "kafka_controller_controllereventmanager_eventqueueprocessingtimems" ["quantile"]
        "kafka.controller:type=ControllerEventManager,name=EventQueueProcessingTimeMs", "Milliseconds the controller took to decide, write and show what was asked together.";
    RAFT_STATE: Gauge "kafka_server_raft_metrics_current_state" ["state"]
        "kafka.server:type=raft-metrics current-state", "1 for the state this voter is in; a quorum of one always leads.";
    RAFT_LEADER: Gauge "kafka_server_raft_metrics_current_leader" [""]
        "kafka.server:type=raft-metrics current-leader", "Id of the quorum's leader.";
    RAFT_EPOCH: Gauge "kafka_server_raft_metrics_current_epoch" [""]
        "kafka.server:type=raft-metrics current-epoch", "The quorum's epoch.";
    RAFT_HIGH_WATERMARK: Gauge "kafka_server_raft_metrics_high_watermark" [""]
        "kafka.server:type=raft-metrics high-watermark", "What lies below it in the metadata log is committed.";
    RAFT_LOG_END: Gauge "kafka_server_raft_metrics_log_end_offset" [""]
        "kafka.server:type=raft-metrics log-end-offset", "Offset the next metadata record gets.";
    RAFT_VOTERS: Gauge "kafka_server_raft_metrics_number_of_voters" [""]
        "kafka.server:type=raft-metrics number-of-voters", "Voters of the quorum.";
    METADATA_VERSION: Gauge "kafka_server_metadataloader_currentmetadataversion" [""]
        "kafka.server:type=MetadataLoader,name=CurrentMetadataVersion", "Level of metadata.version in force.";
    CURRENT_CONTROLLER: Gauge "kafka_server_metadataloader_currentcontrollerid" [""]
        "kafka.server:type=MetadataLoader,name=CurrentControllerId", "Id of the active controller.";
    FEATURE_LEVEL: Gauge "kafka_server_metadataloader_finalizedlevel" ["featureName"]
        "kafka.server:type=MetadataLoader,name=FinalizedLevel", "Level of each feature in force.";
    FEATURE_MAX: Gauge "kafka_server_node_metrics_maximum_supported_level" ["feature_name"]
        "kafka.server:type=node-metrics maximum-supported-level", "Highest level of each feature this node can.";
    FEATURE_MIN: Gauge "kafka_server_node_metrics_minimum_supported_level" ["feature_name"]
        "kafka.server:type=node-metrics minimum-supported-level", "Lowest level of each feature this node can.";
    BROKER_METADATA_OFFSET: Gauge "kafka_server_broker_metadata_metrics_last_applied_record_offset" [""]
        "kafka.server:type=broker-metadata-metrics last-applied-record-offset", "Offset of the last metadata record the broker goes by.";
    BROKER_METADATA_TIMESTAMP: Gauge "kafka_server_broker_metadata_metrics_last_applied_record_timestamp" [""]
        "kafka.server:type=broker-metadata-metrics last-applied-record-timestamp", "When that record was written, in milliseconds since 1970.";

    LOG_DIRS_OFFLINE: Gauge "kafka_log_logmanager_offlinelogdirectorycount" [""]
        "kafka.log:type=LogManager,name=OfflineLogDirectoryCount", "Log directories that failed.";
    LOG_DIR_OFFLINE: Gauge "kafka_log_logmanager_logdirectoryoffline" ["logDirectory"]
        "kafka.log:type=LogManager,name=LogDirectoryOffline", "1 for a log directory that failed.";
    LOG_DIR_FREE: Gauge "kampa_log_directory_free_bytes" ["logDirectory"]
        "", "Bytes that are free on the volume of a log directory.";
    LOG_DIR_TOTAL: Gauge "kampa_log_directory_total_bytes" ["logDirectory"]
        "", "Bytes of the volume of a log directory.";
    LOG_DIR_DAMAGED: Gauge "kampa_log_directory_damaged_batches" ["logDirectory"]
        "", "Batches of records in a log directory that were found damaged since the start; the log says where.";
    LOG_FLUSH: Summary "kafka_log_logflushstats_logflushrateandtimems" ["quantile"]
        "kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs", "Milliseconds a sync of a log took.";
    CLEANER_DIRTY: Gauge "kafka_log_logcleanermanager_max_dirty_percent" [""]
        "kafka.log:type=LogCleanerManager,name=max-dirty-percent", "How much of the dirtiest compacted log waits to be compacted.";
    CLEANER_LAST_LOOK: Gauge "kafka_log_logcleanermanager_time_since_last_run_ms" [""]
        "kafka.log:type=LogCleanerManager,name=time-since-last-run-ms", "Milliseconds since it was last looked for a log to compact.";
    CLEANER_ASIDE: Gauge "kafka_log_logcleanermanager_uncleanable_partitions_count" ["logDirectory"]
        "kafka.log:type=LogCleanerManager,name=uncleanable-partitions-count", "Partitions that cannot be compacted; the log says why.";
    CLEANER_ASIDE_BYTES: Gauge "kafka_log_logcleanermanager_uncleanable_bytes" ["logDirectory"]
        "kafka.log:type=LogCleanerManager,name=uncleanable-bytes", "Bytes of such partitions that wait to be compacted.";
    CLEANER_UTILIZATION: Gauge "kafka_log_logcleaner_max_buffer_utilization_percent" [""]
        "kafka.log:type=LogCleaner,name=max-buffer-utilization-percent", "How full the memory for keys was in the last compaction.";
    CLEANER_RECOPY: Gauge "kafka_log_logcleaner_cleaner_recopy_percent" [""]
        "kafka.log:type=LogCleaner,name=cleaner-recopy-percent", "Bytes the last compaction wrote, of those it read.";
    CLEANER_TIME: Gauge "kafka_log_logcleaner_max_clean_time_secs" [""]
        "kafka.log:type=LogCleaner,name=max-clean-time-secs", "Seconds the last compaction took.";
    CLEANER_DELAY: Gauge "kafka_log_logcleaner_max_compaction_delay_secs" [""]
        "kafka.log:type=LogCleaner,name=max-compaction-delay-secs", "Seconds for which records have waited beyond max.compaction.lag.ms.";
    CLEANER_DEAD: Gauge "kafka_log_logcleaner_deadthreadcount" [""]
        "kafka.log:type=LogCleaner,name=DeadThreadCount", "Always 0: a compaction that fails ends no thread.";
    CLEANER_IO: Counter "kafka_utils_throttler_cleaner_io_total" [""]
        "kafka.utils:type=Throttler,name=cleaner-io", "Bytes compaction read and wrote.";
    LOG_SIZE: Gauge "kafka_log_log_size" ["topic, partition"]
        "kafka.log:type=Log,name=Size", "Bytes of a partition's segments.";
    LOG_SEGMENTS: Gauge "kafka_log_log_numlogsegments" ["topic, partition"]
        "kafka.log:type=Log,name=NumLogSegments", "Segments of a partition.";
    LOG_START: Gauge "kafka_log_log_logstartoffset" ["topic, partition"]
        "kafka.log:type=Log,name=LogStartOffset", "First offset of a partition.";
    LOG_END: Gauge "kafka_log_log_logendoffset" ["topic, partition"]
        "kafka.log:type=Log,name=LogEndOffset", "Offset the next record of a partition gets.";
    PARTITION_REPLICAS: Gauge "kafka_cluster_partition_replicascount" ["topic, partition"]
        "kafka.cluster:type=Partition,name=ReplicasCount", "Replicas of a partition led here.";
    PARTITION_ISR: Gauge "kafka_cluster_partition_insyncreplicascount" ["topic, partition"]
        "kafka.cluster:type=Partition,name=InSyncReplicasCount", "Replicas of a partition that are in sync.";
    PARTITION_UNDER_REPLICATED: Gauge "kafka_cluster_partition_underreplicated" ["topic, partition"]
        "kafka.cluster:type=Partition,name=UnderReplicated", "1 for a partition with a replica out of sync.";
    PARTITION_UNDER_MIN_ISR: Gauge "kafka_cluster_partition_underminisr" ["topic, partition"]
        "kafka.cluster:type=Partition,name=UnderMinIsr", "1 for a partition with too few replicas in sync.";
    PARTITION_AT_MIN_ISR: Gauge "kafka_cluster_partition_atminisr" ["topic, partition"]
        "kafka.cluster:type=Partition,name=AtMinIsr", "1 for a partition with just enough replicas in sync.";
    PARTITION_STABLE_LAG: Gauge "kafka_cluster_partition_laststableoffsetlag" ["topic, partition"]
        "kafka.cluster:type=Partition,name=LastStableOffsetLag", "Records between the last stable offset and the high watermark: how much an open transaction holds back.";

    BUILD: Gauge "kampa_build_info" ["version"]
        "", "Always 1; the version is in the label.";
    PROCESS_START: Gauge "process_start_time_seconds" [""]
        "", "When the process started, in seconds since 1970.";
    PROCESS_CPU: Counter "process_cpu_seconds_total" [""]
        "", "CPU time of the process, in user code and in the kernel.";
    PROCESS_MEMORY: Gauge "process_resident_memory_bytes" [""]
        "", "Memory of the process that is in RAM.";
    DISK_READ: Gauge "kafka_server_kafkaserver_linux_disk_read_bytes" [""]
        "kafka.server:type=KafkaServer,name=linux-disk-read-bytes", "Bytes the process caused to be read from storage.";
    DISK_WRITTEN: Gauge "kafka_server_kafkaserver_linux_disk_write_bytes" [""]
        "kafka.server:type=KafkaServer,name=linux-disk-write-bytes", "Bytes the process caused to be written to storage.";
    OPEN_FILES: Gauge "process_open_fds" [""]
        "", "Files and sockets the process has open.";
    OPEN_FILES_MAX: Gauge "process_max_fds" [""]
        "", "Files and sockets it may have open.";
    PROCESS_THREADS: Gauge "process_threads" [""]
        "", "Threads of the process.";
}
