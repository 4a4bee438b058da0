//! What *is*, told by whoever knows it, when somebody asks.

use std::time::Duration;

/// A node at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot<'a> {
    /// Time since the process started; quantiles forget by it.
    pub uptime: Duration,
    /// What the broker is doing.
    pub state: BrokerState,
    /// Sums over partitions.
    pub replicas: ReplicaGauges,
    /// Each partition with a replica here.
    pub partitions: Vec<PartitionGauges<'a>>,
    /// Produces that wait for their replicas.
    pub waiting_produces: usize,
    /// Fetches that wait for records.
    pub waiting_fetches: usize,
    /// Fetch sessions.
    pub fetch_sessions: usize,
    /// Partitions in fetch sessions.
    pub fetch_session_partitions: usize,
    /// Groups coordinated here.
    pub groups: GroupGauges,
    /// The cluster as the controller sees it; none where no controller runs.
    pub controller: Option<ControllerGauges>,
}

/// What a broker is doing, with Kafka's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BrokerState {
    /// Neither started nor stopping.
    #[default]
    NotRunning = 0,
    /// Reading its directories.
    Starting = 1,
    /// Catching up with the metadata.
    Recovery = 2,
    /// Serving.
    Running = 3,
    /// Handing over and stopping.
    PendingControlledShutdown = 6,
    /// Closing its files.
    ShuttingDown = 7,
}

/// Sums over the partitions with a replica here.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReplicaGauges {
    /// Replicas.
    pub partitions: usize,
    /// Those led here.
    pub leaders: usize,
    /// Replicas whose directory failed.
    pub offline: usize,
    /// Led here, with a replica out of sync.
    pub under_replicated: usize,
    /// Led here, with too few replicas in sync.
    pub under_min_isr: usize,
    /// Led here, with just enough replicas in sync.
    pub at_min_isr: usize,
    /// Idempotent producers whose state is kept.
    pub producer_ids: usize,
}

/// One partition's log.
#[derive(Clone, Copy, Debug)]
pub struct PartitionGauges<'a> {
    /// The topic's name.
    pub topic: &'a str,
    /// The partition's number.
    pub partition: i32,
    /// Bytes of its segments.
    pub size_bytes: u64,
    /// Its segments.
    pub segments: usize,
    /// Its first offset.
    pub log_start: i64,
    /// The offset its next record gets.
    pub log_end: i64,
}

/// Groups coordinated here, by state.
#[derive(Clone, Copy, Debug, Default)]
pub struct GroupGauges {
    /// Waiting for members to join.
    pub preparing_rebalance: usize,
    /// Waiting for the leader's assignment.
    pub completing_rebalance: usize,
    /// Assigned.
    pub stable: usize,
    /// Without members.
    pub empty: usize,
    /// Being removed.
    pub dead: usize,
    /// Committed offsets.
    pub offsets: usize,
}

/// The cluster as its controller sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControllerGauges {
    /// Whether the active controller is here.
    pub active: bool,
    /// Brokers that are not fenced.
    pub active_brokers: usize,
    /// Brokers that are fenced.
    pub fenced_brokers: usize,
    /// Topics of the cluster.
    pub topics: usize,
    /// Partitions of the cluster.
    pub partitions: usize,
    /// Partitions without a leader.
    pub offline_partitions: usize,
    /// Partitions not led by their preferred replica.
    pub preferred_replica_imbalance: usize,
    /// Offset of the last committed metadata record.
    pub last_committed_offset: i64,
    /// Offset of the last metadata record that counts here.
    pub last_applied_offset: i64,
}
