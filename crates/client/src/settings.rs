//! What a client, a producer and a consumer can be told. Plain structs; the defaults are those of Kafka's Java clients.
//!
//! Each field names Java's key for it; `properties` reads those. Times are in milliseconds, sizes in bytes.

use kampa_formats::compression::Compression;

use crate::{Assignor, Error};

/// One cluster and how patiently to speak to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `bootstrap.servers`: `host:port` of brokers to begin with, tried in turn.
    pub bootstrap: Vec<String>,
    /// `bootstrap.controllers`: controllers to begin with, for the calls that go to controllers only. Instead of `bootstrap`.
    pub bootstrap_controllers: Vec<String>,
    /// `client.id`: how the broker's logs, metrics and quotas name this client.
    pub client_id: String,
    /// `request.timeout.ms`: how long one answer may take.
    pub request_timeout_ms: u64,
    /// `default.api.timeout.ms`: how long a call may take with its retries.
    pub api_timeout_ms: u64,
    /// `retry.backoff.ms`: the first pause before a retry; doubled from then on.
    pub retry_backoff_ms: u64,
    /// `retry.backoff.max.ms`: the longest such pause.
    pub retry_backoff_max_ms: u64,
    /// `reconnect.backoff.ms`: the first pause before a node is connected to again; doubled from then on.
    pub reconnect_backoff_ms: u64,
    /// `reconnect.backoff.max.ms`: the longest such pause.
    pub reconnect_backoff_max_ms: u64,
    /// `socket.connection.setup.timeout.ms`: how long connecting may take at first; doubled with each failure.
    pub connect_timeout_ms: u64,
    /// `socket.connection.setup.timeout.max.ms`: how long it may take at most.
    pub connect_timeout_max_ms: u64,
    /// `metadata.max.age.ms`: after this long the cluster's metadata are asked for again.
    pub metadata_max_age_ms: u64,
    /// `connections.max.idle.ms`: a connection unused for this long is closed.
    pub connections_max_idle_ms: u64,
    /// The largest answer that is taken: what a broken or hostile peer can make this client hold. Java has no such limit.
    pub response_bytes_max: usize,
    /// Requests on one connection that are not answered yet; others wait. Java's clients but the producer send up to 100.
    pub in_flight_max: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            bootstrap: Vec::new(),
            bootstrap_controllers: Vec::new(),
            client_id: "kampa".to_owned(),
            request_timeout_ms: 30_000,
            api_timeout_ms: 60_000,
            retry_backoff_ms: 100,
            retry_backoff_max_ms: 1_000,
            reconnect_backoff_ms: 50,
            reconnect_backoff_max_ms: 1_000,
            connect_timeout_ms: 10_000,
            connect_timeout_max_ms: 30_000,
            metadata_max_age_ms: 300_000,
            connections_max_idle_ms: 540_000,
            response_bytes_max: RESPONSE_BYTES_MAX,
            in_flight_max: 100,
        }
    }
}

/// Five times the 50 MiB that a consumer asks for at most: one batch may exceed what was asked for.
const RESPONSE_BYTES_MAX: usize = 256 << 20;

impl Settings {
    /// The defaults, for the cluster behind these servers (`host:port,host:port`).
    pub fn bootstrap(servers: &str) -> Settings {
        Settings { bootstrap: crate::address::split(servers), ..Settings::default() }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let servers = if self.bootstrap.is_empty() { &self.bootstrap_controllers } else { &self.bootstrap };
        if servers.is_empty() {
            return Err(refused("bootstrap.servers", "", "the host:port of at least one server is wanted"));
        }
        if !self.bootstrap.is_empty() && !self.bootstrap_controllers.is_empty() {
            let wanted = "it cannot be given together with bootstrap.servers";
            return Err(refused("bootstrap.controllers", &self.bootstrap_controllers.join(","), wanted));
        }
        for server in servers {
            crate::address::parse(server)?;
        }
        if self.in_flight_max == 0 {
            return Err(refused("max.in.flight.requests.per.connection", "0", "1 at least is wanted"));
        }
        Ok(())
    }
}

/// How records are batched, sent, and when they count as delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerSettings {
    /// `acks`: who must have a record before it is delivered.
    pub acks: Acks,
    /// `linger.ms`: how long a batch that is not full waits for more records.
    pub linger_ms: u64,
    /// `batch.size`: a batch of so many bytes is full.
    pub batch_bytes: usize,
    /// `buffer.memory`: bytes of records that are not delivered yet; beyond it `send` waits.
    pub buffer_bytes: usize,
    /// `compression.type` with `compression.gzip.level`, `compression.zstd.level`.
    pub compression: Compression,
    /// `enable.idempotence`: retries neither lose, double nor reorder a partition's records.
    pub idempotence: bool,
    /// `delivery.timeout.ms`: from `send` on, after this long a record has failed.
    pub delivery_timeout_ms: u64,
    /// `max.block.ms`: how long `send` waits for room or for a topic's metadata.
    pub max_block_ms: u64,
    /// `max.in.flight.requests.per.connection`: requests on their way to one node; at most five with idempotence.
    pub max_in_flight: usize,
    /// `max.request.size`: bytes of one request, and of one record before compression.
    pub request_bytes_max: usize,
    /// `partitioner.class` and its companions.
    pub partitioner: Partitioner,
    /// `retries`: attempts after the first; the delivery timeout ends them too.
    pub retries: u32,
    /// `transactional.id`.
    pub transactional_id: Option<String>,
    /// `transaction.timeout.ms`: after this long the coordinator aborts a transaction by itself.
    pub transaction_timeout_ms: u64,
}

impl Default for ProducerSettings {
    fn default() -> ProducerSettings {
        ProducerSettings {
            acks: Acks::All,
            linger_ms: 5,
            batch_bytes: 16_384,
            buffer_bytes: 32 << 20,
            compression: Compression::NONE,
            idempotence: true,
            delivery_timeout_ms: 120_000,
            max_block_ms: 60_000,
            max_in_flight: 5,
            request_bytes_max: 1 << 20,
            partitioner: Partitioner::default(),
            retries: i32::MAX as u32,
            transactional_id: None,
            transaction_timeout_ms: 60_000,
        }
    }
}

impl ProducerSettings {
    /// Brings idempotence into line with the settings it rests on, as Java does: asked for, it insists; by default, it gives
    /// way. `asked` is what somebody said about it.
    pub(crate) fn settle(&mut self, asked: Option<bool>) -> Result<(), Error> {
        self.idempotence = asked.unwrap_or(true);
        let gives_way = self.retries == 0 || self.acks != Acks::All;
        if self.idempotence && gives_way && asked.is_none() && self.transactional_id.is_none() {
            self.idempotence = false;
        }
        self.check()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let idempotent = self.idempotence;
        if self.transactional_id.is_some() && !idempotent {
            return Err(refused("enable.idempotence", "false", "true is wanted with transactional.id"));
        }
        if idempotent && self.retries == 0 {
            return Err(refused("retries", "0", "1 at least is wanted with enable.idempotence"));
        }
        if idempotent && self.acks != Acks::All {
            let acks = self.acks.number().to_string();
            return Err(refused("acks", &acks, "all is wanted with enable.idempotence"));
        }
        let (key, wanted) = ("max.in.flight.requests.per.connection", "is wanted");
        if idempotent && self.max_in_flight > IDEMPOTENT_IN_FLIGHT_MAX {
            let wanted = format!("{IDEMPOTENT_IN_FLIGHT_MAX} at most {wanted} with enable.idempotence");
            return Err(refused(key, &self.max_in_flight.to_string(), wanted));
        }
        if self.max_in_flight == 0 {
            return Err(refused(key, "0", format!("1 at least {wanted}")));
        }
        Ok(())
    }
}

/// A broker remembers the last so many batches of a producer, and can tell only those from new ones.
const IDEMPOTENT_IN_FLIGHT_MAX: usize = 5;

/// Who must have a record before it counts as delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acks {
    /// Nobody: it counts when it was sent, and has no offset.
    None,
    /// The leader.
    Leader,
    /// All replicas in sync.
    #[default]
    All,
}

impl Acks {
    /// As it stands in a request.
    pub fn number(self) -> i16 {
        match self {
            Acks::None => 0,
            Acks::Leader => 1,
            Acks::All => -1,
        }
    }
}

/// Where a record goes that names no partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partitioner {
    /// Java's own: by the key's murmur2 hash; without a key one partition for a batch's worth of bytes, then another (KIP-794).
    Default {
        /// `partitioner.ignore.keys`: as if there were no keys.
        ignore_keys: bool,
        /// `partitioner.adaptive.partitioning.enable`: partitions with shorter queues get more.
        adaptive: bool,
        /// `partitioner.availability.timeout.ms`: a partition that could not be sent to for so long gets none; 0 is never.
        availability_timeout_ms: u64,
    },
    /// One partition after the other, whatever the key.
    RoundRobin,
}

impl Default for Partitioner {
    fn default() -> Partitioner {
        Partitioner::Default { ignore_keys: false, adaptive: true, availability_timeout_ms: 0 }
    }
}

/// How a consumer joins its group, fetches and commits.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerSettings {
    /// `group.id`.
    pub group_id: Option<String>,
    /// `group.instance.id`: a static member keeps its partitions over a restart.
    pub group_instance_id: Option<String>,
    /// `group.protocol`.
    pub group_protocol: GroupProtocol,
    /// `group.remote.assignor`: the broker's assignor to use, with [`GroupProtocol::Consumer`].
    pub group_remote_assignor: Option<String>,
    /// `partition.assignment.strategy`, best first, with [`GroupProtocol::Classic`].
    pub assignors: Vec<Assignor>,
    /// `auto.offset.reset`: where to begin without a committed offset.
    pub auto_offset_reset: OffsetReset,
    /// `enable.auto.commit`.
    pub enable_auto_commit: bool,
    /// `auto.commit.interval.ms`.
    pub auto_commit_interval_ms: u64,
    /// `session.timeout.ms`: a member not heard of for so long is dead.
    pub session_timeout_ms: u64,
    /// `heartbeat.interval.ms`.
    pub heartbeat_interval_ms: u64,
    /// `max.poll.interval.ms`: a member that does not poll for so long leaves.
    pub max_poll_interval_ms: u64,
    /// `max.poll.records`.
    pub max_poll_records: usize,
    /// `fetch.min.bytes`.
    pub fetch_min_bytes: i32,
    /// `fetch.max.bytes`.
    pub fetch_max_bytes: i32,
    /// `fetch.max.wait.ms`.
    pub fetch_max_wait_ms: u64,
    /// `max.partition.fetch.bytes`.
    pub max_partition_fetch_bytes: i32,
    /// `isolation.level`.
    pub isolation: Isolation,
    /// `check.crcs`.
    pub check_crcs: bool,
    /// `client.rack`: fetch from a replica in this rack where there is one.
    pub client_rack: String,
    /// `allow.auto.create.topics`.
    pub allow_auto_create: bool,
    /// `exclude.internal.topics`: a pattern does not match them.
    pub exclude_internal_topics: bool,
}

impl Default for ConsumerSettings {
    fn default() -> ConsumerSettings {
        ConsumerSettings {
            group_id: None,
            group_instance_id: None,
            group_protocol: GroupProtocol::Classic,
            group_remote_assignor: None,
            assignors: vec![Assignor::Range, Assignor::CooperativeSticky],
            auto_offset_reset: OffsetReset::Latest,
            enable_auto_commit: true,
            auto_commit_interval_ms: 5_000,
            session_timeout_ms: 45_000,
            heartbeat_interval_ms: 3_000,
            max_poll_interval_ms: 300_000,
            max_poll_records: 500,
            fetch_min_bytes: 1,
            fetch_max_bytes: 52_428_800,
            fetch_max_wait_ms: 500,
            max_partition_fetch_bytes: 1_048_576,
            isolation: Isolation::ReadUncommitted,
            check_crcs: true,
            client_rack: String::new(),
            allow_auto_create: true,
            exclude_internal_topics: true,
        }
    }
}

/// How a group agrees on who reads what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupProtocol {
    /// The members decide, in rounds.
    Classic,
    /// The coordinator decides (KIP-848).
    Consumer,
}

/// Where to begin without a committed offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetReset {
    /// At the end.
    Latest,
    /// At the beginning.
    Earliest,
    /// Nowhere: it is an error.
    None,
    /// At what was written so many milliseconds ago.
    ByDuration(u64),
}

/// Whether records of open and aborted transactions are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// They are.
    ReadUncommitted,
    /// They are not.
    ReadCommitted,
}

pub(crate) fn refused(key: &str, value: &str, wanted: impl Into<String>) -> Error {
    Error::Setting { key: key.to_owned(), value: value.to_owned(), wanted: wanted.into() }
}
