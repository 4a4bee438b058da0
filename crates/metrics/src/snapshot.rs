//! What *is*, told by whoever knows it, when somebody asks.

use std::time::Duration;

use crate::histogram::Histogram;

/// A node at one moment.
#[derive(Debug, Default)]
pub struct Snapshot<'a> {
    /// Time since the process started; quantiles forget by it.
    pub uptime: Duration,
    /// What the broker is doing.
    pub state: BrokerState,
    /// Sums over partitions.
    pub replicas: ReplicaGauges,
    /// Each partition with a replica here.
    pub partitions: Vec<PartitionGauges<'a>>,
    /// Log directories.
    pub directories: Vec<DirectoryGauges<'a>>,
    /// Syncs of logs.
    pub log_flush: Option<&'a Histogram>,
    /// Share of time in which threads that answer requests had nothing to do; none where nobody knows.
    pub handlers_idle: Option<f64>,
    /// Fetch sessions.
    pub fetch_sessions: usize,
    /// Partitions in fetch sessions.
    pub fetch_session_partitions: usize,
    /// Compaction.
    pub cleaner: CleanerGauges,
    /// Groups coordinated here.
    pub groups: GroupGauges,
    /// Each group with members or committed offsets.
    pub lags: Vec<GroupLag>,
    /// The cluster as the controller sees it; none where no controller runs.
    pub controller: Option<ControllerGauges<'a>>,
    /// The metadata log.
    pub quorum: QuorumGauges,
    /// What clients push of their own metrics.
    pub telemetry: TelemetryGauges,
    /// Features in force, and what this node can.
    pub features: Vec<FeatureGauges<'a>>,
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

/// What clients push of their own metrics (KIP-714).
#[derive(Clone, Copy, Debug, Default)]
pub struct TelemetryGauges {
    /// Clients that asked or pushed, and are still connected.
    pub clients: usize,
    /// Pushes by an old subscription.
    pub unknown_subscriptions: u64,
    /// Questions and pushes that came too early.
    pub throttled: u64,
    /// Pushes taken.
    pub pushes: u64,
    /// Pushes that could not be unfolded.
    pub unreadable: u64,
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
    /// Times a replica fell out of sync, came back, and times the controller refused to hear of it.
    pub isr_changes: (u64, u64, u64),
    /// Records the furthest follower here is behind.
    pub follower_lag: u64,
    /// Led here, with replicas being moved.
    pub reassigning: usize,
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
    /// What an open transaction holds back.
    pub stable_lag: i64,
    /// Its replicas.
    pub replicas: usize,
    /// Those in sync.
    pub in_sync: usize,
    /// Those that must be.
    pub min_in_sync: usize,
}

impl PartitionGauges<'_> {
    /// Kafka counts no more than there are replicas as wanted.
    fn wanted(&self) -> usize {
        self.min_in_sync.min(self.replicas)
    }

    /// A replica is out of sync.
    pub fn is_under_replicated(&self) -> bool {
        self.in_sync < self.replicas
    }

    /// Too few replicas are in sync.
    pub fn is_under_min_isr(&self) -> bool {
        self.in_sync < self.wanted()
    }

    /// Just enough replicas are in sync.
    pub fn is_at_min_isr(&self) -> bool {
        self.in_sync == self.wanted()
    }
}

/// A log directory and the volume it lies on.
#[derive(Clone, Debug)]
pub struct DirectoryGauges<'a> {
    /// Its path.
    pub path: &'a str,
    /// Whether it failed.
    pub offline: bool,
    /// Free and all bytes of its volume; none if the system does not say.
    pub space_bytes: Option<(u64, u64)>,
    /// Batches found damaged.
    pub damaged_batches: u64,
}

/// What compacts logs.
#[derive(Clone, Debug, Default)]
pub struct CleanerGauges {
    /// How full the memory for keys was, of the last compactions the fullest.
    pub buffer_utilization_percent: u64,
    /// Bytes the last compactions wrote, of those they read.
    pub recopy_percent: u64,
    /// The longest of the last compactions.
    pub clean_time: Duration,
    /// How long records have waited beyond what their topics allow.
    pub compaction_delay: Duration,
    /// The share of the dirtiest log that waits.
    pub dirty_percent: u64,
    /// Since it was last looked for a dirty log.
    pub since_last_look: Duration,
    /// Bytes read and written.
    pub bytes: u64,
    /// Partitions that cannot be compacted and their bytes that wait, for each of the directories.
    pub uncleanable: Vec<(usize, u64)>,
}

/// A group, and how far behind it is.
#[derive(Clone, Debug)]
pub struct GroupLag {
    /// The group's id.
    pub group: String,
    /// Its members.
    pub members: usize,
    /// Topic, partition, committed offset, and records up to the high watermark; in the order of the names.
    pub offsets: Vec<(String, i32, i64, Option<i64>)>,
}

/// The metadata log, as a voter sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuorumGauges {
    /// Its leader.
    pub leader: i32,
    /// Its epoch.
    pub epoch: i32,
    /// What lies below is committed.
    pub high_watermark: i64,
    /// The offset its next record gets.
    pub log_end: i64,
    /// Its voters.
    pub voters: usize,
    /// Level of `metadata.version`.
    pub metadata_version: i16,
    /// The last record the broker goes by, and when it was written.
    pub applied: (i64, i64),
}

/// A feature of the cluster.
#[derive(Clone, Copy, Debug)]
pub struct FeatureGauges<'a> {
    /// Its name.
    pub name: &'a str,
    /// The level in force.
    pub level: i16,
    /// The lowest level this node can.
    pub min: i16,
    /// The highest.
    pub max: i16,
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
    /// Rounds that ended with an assignment.
    pub rebalances: u64,
    /// Offsets committed.
    pub commits: u64,
    /// Offsets dropped for their age.
    pub expirations: u64,
    /// Partitions of `__consumer_offsets` that are read in.
    pub shards_active: usize,
    /// Those that are being read in.
    pub shards_loading: usize,
}

/// The cluster as its controller sees it.
#[derive(Clone, Debug, Default)]
pub struct ControllerGauges<'a> {
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
    /// Leaders elected that may lack records.
    pub unclean_elections: u64,
    /// Partitions not led by their preferred replica.
    pub preferred_replica_imbalance: usize,
    /// Offset of the last committed metadata record.
    pub last_committed_offset: i64,
    /// Offset of the last metadata record that counts here.
    pub last_applied_offset: i64,
    /// When it was written, in milliseconds since 1970.
    pub last_applied_ms: i64,
    /// Every registered broker.
    pub brokers: Vec<BrokerGauge>,
    /// What was asked: how long it waited, and how long it took to decide and write.
    pub times: Option<(&'a Histogram, &'a Histogram)>,
}

/// A registered broker.
#[derive(Clone, Copy, Debug)]
pub struct BrokerGauge {
    /// Its id.
    pub id: i32,
    /// Whether it is fenced.
    pub fenced: bool,
    /// Whether it is leaving.
    pub in_controlled_shutdown: bool,
}
