//! The settings a node obeys, typed: resolved once from defaults, what was given, and the dynamic settings.
//!
//! A setting is obeyed exactly if a field here (or the reading of listeners below) names its key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::describe::Layers;
use crate::given::{Finding, Given, Severity};
use crate::listeners::{self, Listener, SecurityProtocol};
use crate::own_defaults::{OwnValue, own_default};
use crate::read::{CleanupPolicy, CompressionType, FromValue, ReplicaCount, Roles, TimestampType, field};
use crate::setting::Scope;
use crate::table;
use crate::value::{InvalidConfig, Value};

/// What came of the settings a node was given.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The settings to run with; none if a finding refuses the start.
    pub config: Option<BrokerConfig>,
    /// The settings as Kafka takes them, served or not; none if Kafka refuses them too.
    pub meant: Option<BrokerConfig>,
    /// What to tell the operator, refusals first.
    pub findings: Vec<Finding>,
}

macro_rules! broker_config {
    (
        plain { $( $plain:ident: $plain_type:ty = $key:literal, )* }
        composed { $( $(#[$meta:meta])* $composed:ident: $composed_type:ty = [$($source:literal),* $(,)?], )* }
    ) => {
        /// The settings a node obeys. A field without words of its own is the setting it is named after.
        #[derive(Clone, Debug, PartialEq)]
        pub struct BrokerConfig {
            $( #[doc = concat!("`", $key, "`.")] pub $plain: $plain_type, )*
            $( $(#[$meta])* pub $composed: $composed_type, )*
        }

        /// The fields that are made of more than one setting, or not as they stand.
        struct Composed { $( $composed: $composed_type, )* }

        impl BrokerConfig {
            /// Every key that is obeyed.
            pub const KEYS: &'static [&'static str] = &[$($key,)* $($($source,)*)*];

            fn of(values: &Values, composed: Composed) -> BrokerConfig {
                BrokerConfig {
                    $( $plain: values.field($key), )*
                    $( $composed: composed.$composed, )*
                }
            }
        }

        #[cfg(test)]
        /// Every plain field's key, and whether the field's type suits the setting.
        pub(crate) const SUITS: &[(&str, fn() -> bool)] =
            &[$(($key, || crate::read::suits::<$plain_type>(Scope::Broker, $key)),)*];
    };
}

broker_config! {
    plain {
        process_roles: Roles = "process.roles",
        controller_quorum_voters: Vec<String> = "controller.quorum.voters",
        node_id: i32 = "node.id",
        broker_rack: Option<String> = "broker.rack",
        metadata_log_segment_bytes: i32 = "metadata.log.segment.bytes",
        metadata_log_segment_ms: i64 = "metadata.log.segment.ms",
        metadata_log_max_record_bytes_between_snapshots: i64 = "metadata.log.max.record.bytes.between.snapshots",
        metadata_log_max_snapshot_interval_ms: i64 = "metadata.log.max.snapshot.interval.ms",

        socket_listen_backlog_size: i32 = "socket.listen.backlog.size",
        socket_receive_buffer_bytes: i32 = "socket.receive.buffer.bytes",
        socket_send_buffer_bytes: i32 = "socket.send.buffer.bytes",
        socket_request_max_bytes: i32 = "socket.request.max.bytes",
        connections_max_idle_ms: i64 = "connections.max.idle.ms",
        max_connections: i32 = "max.connections",
        max_connections_per_ip: i32 = "max.connections.per.ip",
        quota_window_num: i32 = "quota.window.num",
        quota_window_size_seconds: i32 = "quota.window.size.seconds",
        controller_quota_window_num: i32 = "controller.quota.window.num",
        controller_quota_window_size_seconds: i32 = "controller.quota.window.size.seconds",
        fetch_max_bytes: i32 = "fetch.max.bytes",
        telemetry_max_bytes: i32 = "telemetry.max.bytes",
        max_incremental_fetch_session_cache_slots: i32 = "max.incremental.fetch.session.cache.slots",
        max_request_partition_size_limit: i32 = "max.request.partition.size.limit",

        auto_create_topics_enable: bool = "auto.create.topics.enable",
        delete_topic_enable: bool = "delete.topic.enable",
        num_partitions: i32 = "num.partitions",
        min_insync_replicas: i32 = "min.insync.replicas",
        unclean_leader_election_enable: bool = "unclean.leader.election.enable",

        message_max_bytes: i32 = "message.max.bytes",
        max_decompressed_message_bytes: i32 = "max.decompressed.message.bytes",
        compression_type: CompressionType = "compression.type",
        compression_gzip_level: i32 = "compression.gzip.level",
        compression_lz4_level: i32 = "compression.lz4.level",
        compression_zstd_level: i32 = "compression.zstd.level",
        log_segment_bytes: i32 = "log.segment.bytes",
        num_replica_alter_log_dirs_threads: Option<i32> = "num.replica.alter.log.dirs.threads",
        log_retention_bytes: i64 = "log.retention.bytes",
        log_retention_check_interval_ms: i64 = "log.retention.check.interval.ms",
        scrub_bytes_per_second: i64 = "kampa.log.scrub.bytes.per.second",
        scrub_interval_ms: i64 = "kampa.log.scrub.interval.ms",
        log_initial_task_delay_ms: i64 = "log.initial.task.delay.ms",
        log_segment_delete_delay_ms: i64 = "log.segment.delete.delay.ms",
        log_index_interval_bytes: i32 = "log.index.interval.bytes",
        log_index_size_max_bytes: i32 = "log.index.size.max.bytes",
        log_preallocate: bool = "log.preallocate",
        log_flush_interval_messages: i64 = "log.flush.interval.messages",
        log_flush_scheduler_interval_ms: i64 = "log.flush.scheduler.interval.ms",
        log_flush_offset_checkpoint_interval_ms: i32 = "log.flush.offset.checkpoint.interval.ms",
        log_cleanup_policy: CleanupPolicy = "log.cleanup.policy",
        log_cleaner_enable: bool = "log.cleaner.enable",
        log_cleaner_threads: i32 = "log.cleaner.threads",
        log_cleaner_backoff_ms: i64 = "log.cleaner.backoff.ms",
        log_cleaner_dedupe_buffer_size: i64 = "log.cleaner.dedupe.buffer.size",
        log_cleaner_io_buffer_size: i32 = "log.cleaner.io.buffer.size",
        log_cleaner_io_buffer_load_factor: f64 = "log.cleaner.io.buffer.load.factor",
        log_cleaner_io_max_bytes_per_second: f64 = "log.cleaner.io.max.bytes.per.second",
        log_cleaner_delete_retention_ms: i64 = "log.cleaner.delete.retention.ms",
        log_cleaner_max_compaction_lag_ms: i64 = "log.cleaner.max.compaction.lag.ms",
        log_cleaner_min_compaction_lag_ms: i64 = "log.cleaner.min.compaction.lag.ms",
        log_cleaner_min_cleanable_ratio: f64 = "log.cleaner.min.cleanable.ratio",
        log_message_timestamp_type: TimestampType = "log.message.timestamp.type",
        log_message_timestamp_before_max_ms: i64 = "log.message.timestamp.before.max.ms",
        log_message_timestamp_after_max_ms: i64 = "log.message.timestamp.after.max.ms",
        log_local_retention_ms: i64 = "log.local.retention.ms",
        log_local_retention_bytes: i64 = "log.local.retention.bytes",
        log_remote_copy_lag_ms: i64 = "log.remote.copy.lag.ms",
        log_remote_copy_lag_bytes: i64 = "log.remote.copy.lag.bytes",

        group_initial_rebalance_delay_ms: i32 = "group.initial.rebalance.delay.ms",
        group_min_session_timeout_ms: i32 = "group.min.session.timeout.ms",
        group_max_session_timeout_ms: i32 = "group.max.session.timeout.ms",
        group_max_size: i32 = "group.max.size",
        offset_metadata_max_bytes: i32 = "offset.metadata.max.bytes",
        offsets_retention_minutes: i32 = "offsets.retention.minutes",
        offsets_retention_check_interval_ms: i64 = "offsets.retention.check.interval.ms",

        producer_id_expiration_ms: i32 = "producer.id.expiration.ms",
    }
    composed {
        /// What the node opens, controller listeners included.
        listeners: Vec<Listener> = ["listeners", "listener.security.protocol.map"],
        /// What clients and brokers are told of each broker listener. An empty host stands for this machine's name; port
        /// 0 for the one that listener was given by the operating system.
        advertised_listeners: Vec<Listener> = ["advertised.listeners"],
        /// What controllers are told of each controller listener, in the order of `controller.listener.names`.
        advertised_controller_listeners: Vec<Listener> = [],
        /// Names of the listeners that controllers use, in capitals.
        controller_listener_names: Vec<String> = ["controller.listener.names"],
        /// Name of the listener brokers use among themselves, in capitals.
        inter_broker_listener_name: String = ["inter.broker.listener.name", "security.inter.broker.protocol"],
        /// Data directories, at least one.
        log_dirs: Vec<PathBuf> = ["log.dirs", "log.dir"],
        /// Where the metadata log lies: `metadata.log.dir`, or the first data directory.
        metadata_log_dir: PathBuf = ["metadata.log.dir"],
        /// Exceptions to `max.connections.per.ip`: host or address, and its count.
        max_connections_per_ip_overrides: Vec<(String, i32)> = ["max.connections.per.ip.overrides"],
        /// Age at which a segment is rolled.
        log_roll_ms: i64 = ["log.roll.ms", "log.roll.hours"],
        /// Most that chance takes off `log_roll_ms`.
        log_roll_jitter_ms: i64 = ["log.roll.jitter.ms", "log.roll.jitter.hours"],
        /// Age at which records may be deleted; -1 keeps them.
        log_retention_ms: i64 = ["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
        /// Longest time a record may stay in memory only.
        log_flush_interval_ms: i64 = ["log.flush.interval.ms"],
        /// Replicas of a topic whose creator does not say.
        default_replication_factor: ReplicaCount = ["default.replication.factor"],
        /// Where HTTP is served, each as host and port; empty: nowhere.
        http_listeners: Vec<(String, u16)> = ["kampa.http.listeners"],
        /// Of each log directory; 0 for none.
        journal_bytes: u64 = ["kampa.journal.bytes"],
        /// Whether somebody asked for HTTP, so that a taken port keeps the node from starting.
        http_asked_for: bool = [],
    }
}

impl BrokerConfig {
    /// Reads what a node was given, without dynamic settings.
    pub fn resolve(given: &Given) -> Outcome {
        BrokerConfig::resolve_layers(&Layers::of(given))
    }

    /// Reads what a node was given, with the dynamic settings over it.
    pub fn resolve_layers(layers: &Layers<'_>) -> Outcome {
        let mut findings = layers.given.review();
        let read = match read(layers) {
            Ok((config, mut conflicts)) => {
                findings.append(&mut conflicts);
                Some(config)
            }
            Err(mut refusals) => {
                findings.append(&mut refusals);
                None
            }
        };
        findings.sort_by_key(|finding| match finding.severity {
            Severity::Unserved => 0,
            Severity::Refusal => 1,
            Severity::Warning => 2,
        });
        let meant = read.filter(|_| findings.iter().all(|finding| finding.severity != Severity::Refusal));
        let starts = findings.iter().all(|finding| finding.severity == Severity::Warning);
        Outcome { config: meant.clone().filter(|_| starts), meant, findings }
    }

    /// The listener of that name.
    pub fn listener(&self, name: &str) -> Option<&Listener> {
        self.listeners.iter().find(|listener| listener.name == name)
    }

    /// The listeners that serve clients and brokers.
    pub fn broker_listeners(&self) -> impl Iterator<Item = &Listener> {
        self.listeners.iter().filter(|listener| !self.controller_listener_names.contains(&listener.name))
    }

    /// The listeners that serve controllers.
    pub fn controller_listeners(&self) -> impl Iterator<Item = &Listener> {
        self.listeners.iter().filter(|listener| self.controller_listener_names.contains(&listener.name))
    }
}

/// Whether the setting of that name is read here.
pub(crate) fn is_read(key: &str) -> bool {
    BrokerConfig::KEYS.contains(&key) || READ_ASIDE.contains(&key)
}

/// Obeyed though no field holds them: judged here, or read where the offsets topic is made.
const READ_ASIDE: &[&str] = &[
    "broker.id",
    "controller.quorum.bootstrap.servers",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    "offsets.topic.segment.bytes",
];

/// Every broker setting's checked value.
struct Values(BTreeMap<&'static str, Value>);

impl Values {
    fn value(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&Value::Null)
    }

    fn field<T: FromValue>(&self, key: &str) -> T {
        field(key, self.value(key))
    }

    /// The first of these keys that has a value, in milliseconds.
    fn ms(&self, keys: &[&str]) -> i64 {
        let value = |key: &&str| match self.value(key) {
            Value::Int(number) => Some(in_ms(key, i64::from(*number))),
            Value::Long(number) => Some(in_ms(key, *number)),
            _ => None,
        };
        keys.iter().find_map(value).unwrap_or(-1)
    }
}

/// A number of minutes or hours, as its key says, in milliseconds.
pub(crate) fn in_ms(key: &str, number: i64) -> i64 {
    if key.ends_with(".hours") {
        number.saturating_mul(3_600_000)
    } else if key.ends_with(".minutes") {
        number.saturating_mul(60_000)
    } else {
        number
    }
}

/// The settings, and what they must not say together; or why there are none.
fn read(layers: &Layers<'_>) -> Result<(BrokerConfig, Vec<Finding>), Vec<Finding>> {
    let given = layers.given;
    let find =
        |severity, key: &str, sentence| Finding { severity, key: key.to_owned(), origin: given.origin(key), sentence };
    let refuse = |key: &str, sentence: String| find(Severity::Refusal, key, sentence);
    let mut values = BTreeMap::new();
    let mut refusals = Vec::new();
    for setting in table::settings(Scope::Broker) {
        match layers.broker_value(setting) {
            Ok(value) => drop(values.insert(setting.name, value)),
            Err(InvalidConfig(sentence)) => refusals.push(refuse(setting.name, sentence)),
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let values = Values(values);
    let composed = compose(given, &values).map_err(|(key, sentence)| vec![refuse(key, sentence)])?;
    let config = BrokerConfig::of(&values, composed);
    let mut findings: Vec<Finding> =
        conflicts(&config, &values).into_iter().map(|(key, sentence)| refuse(key, sentence)).collect();
    let unserved = unserved(&config, &values).into_iter();
    findings.extend(unserved.map(|(key, sentence)| find(Severity::Unserved, key, sentence)));
    Ok((config, findings))
}

/// A key and what is wrong with it.
type Refusal = (&'static str, String);

fn compose(given: &Given, values: &Values) -> Result<Composed, Refusal> {
    let names: Vec<String> =
        values.field::<Vec<String>>("controller.listener.names").iter().map(|name| name.to_uppercase()).collect();
    let (listeners, advertised) = read_listeners(given, values, &names)?;
    let (told_controllers, advertised_listeners): (Vec<Listener>, Vec<Listener>) =
        advertised.into_iter().partition(|listener| names.contains(&listener.name));
    let told_of = |name: &String| told_controllers.iter().chain(&listeners).find(|listener| listener.name == *name);
    let advertised_controller_listeners = names.iter().filter_map(told_of).cloned().collect();
    let inter_broker_listener_name = read_inter_broker_listener(values, &advertised_listeners)?;
    let log_dirs: Vec<PathBuf> = data_directories(given, values).into_iter().map(PathBuf::from).collect();
    let first = log_dirs.first().cloned().unwrap_or_default();
    let metadata_log_dir = values.field::<Option<String>>("metadata.log.dir").map_or(first, PathBuf::from);
    Ok(Composed {
        listeners,
        advertised_listeners,
        advertised_controller_listeners,
        controller_listener_names: names,
        inter_broker_listener_name,
        log_dirs,
        metadata_log_dir,
        max_connections_per_ip_overrides: read_overrides(&values.field::<String>("max.connections.per.ip.overrides"))
            .map_err(|sentence| ("max.connections.per.ip.overrides", sentence))?,
        log_roll_ms: values.ms(&["log.roll.ms", "log.roll.hours"]),
        log_roll_jitter_ms: values.ms(&["log.roll.jitter.ms", "log.roll.jitter.hours"]),
        log_retention_ms: values.ms(&["log.retention.ms", "log.retention.minutes", "log.retention.hours"]).max(-1),
        log_flush_interval_ms: values.ms(&["log.flush.interval.ms", "log.flush.scheduler.interval.ms"]),
        default_replication_factor: replica_count(given, values, "default.replication.factor"),
        http_listeners: read_http(&values.field::<Vec<String>>("kampa.http.listeners"))
            .map_err(|sentence| ("kampa.http.listeners", sentence))?,
        journal_bytes: u64::try_from(values.field::<i64>("kampa.journal.bytes")).unwrap_or(0),
        http_asked_for: given.value("kampa.http.listeners").is_some(),
    })
}

fn read_listeners(
    given: &Given,
    values: &Values,
    controller_names: &[String],
) -> Result<(Vec<Listener>, Vec<Listener>), Refusal> {
    let at = |key: &'static str| move |sentence: String| (key, sentence);
    let map_key = "listener.security.protocol.map";
    let mut protocols = listeners::protocol_map(&values.field::<String>(map_key)).map_err(at(map_key))?;
    // Kafka's own default map has no word for controllers; a file that does not give the map means plain ones.
    if given.value(map_key).is_none() {
        for name in controller_names {
            protocols.entry(name.clone()).or_insert(SecurityProtocol::Plaintext);
        }
    }
    let opened = listeners::parse("listeners", &values.field::<Vec<String>>("listeners"), &protocols, false)
        .map_err(at("listeners"))?;
    let advertised = match values.field::<Option<Vec<String>>>("advertised.listeners") {
        None => opened.clone(),
        Some(list) => {
            listeners::parse("advertised.listeners", &list, &protocols, true).map_err(at("advertised.listeners"))?
        }
    };
    let unopened = |listener: &&Listener| !opened.iter().any(|open| open.name == listener.name);
    if let Some(unknown) = advertised.iter().find(unopened) {
        let sentence = format!("advertised.listeners names {}, which is not among listeners", unknown.name);
        return Err(("advertised.listeners", sentence));
    }
    Ok((opened, advertised))
}

fn read_inter_broker_listener(values: &Values, advertised: &[Listener]) -> Result<String, Refusal> {
    let named = values.field::<Option<String>>("inter.broker.listener.name");
    let name = named.clone().unwrap_or_else(|| values.field::<String>("security.inter.broker.protocol")).to_uppercase();
    if advertised.iter().any(|listener| listener.name == name) {
        return Ok(name);
    }
    // Nobody asked for a particular one: a node alone does not need it, so the first will do.
    match (named, advertised.first()) {
        (None, first) => Ok(first.map_or(String::new(), |listener| listener.name.clone())),
        (Some(_), _) => {
            let known: Vec<&str> = advertised.iter().map(|listener| listener.name.as_str()).collect();
            let sentence = format!(
                "inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid options \
                 based on currently configured listeners are {}",
                known.join(",")
            );
            Err(("inter.broker.listener.name", sentence))
        }
    }
}

/// `log.dirs`, or the older `log.dir`, or our own default.
fn data_directories(given: &Given, values: &Values) -> Vec<String> {
    let older = given.value("log.dirs").is_none() && given.value("log.dir").is_some();
    values.field::<Option<Vec<String>>>(if older { "log.dir" } else { "log.dirs" }).unwrap_or_default()
}

/// The `host:count` pairs of `max.connections.per.ip.overrides`.
fn read_overrides(text: &str) -> Result<Vec<(String, i32)>, String> {
    let pair = |pair: &str| {
        let (host, count) = pair.rsplit_once(':')?;
        Some((host.trim().to_owned(), count.trim().parse().ok()?))
    };
    let wanted = |wrong: &str| {
        format!("Invalid value {wrong} for configuration max.connections.per.ip.overrides: host:count pairs are wanted")
    };
    let pairs = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    pairs.map(|text| pair(text).ok_or_else(|| wanted(text))).collect()
}

/// `host:port` pairs, or `off` alone.
fn read_http(list: &[String]) -> Result<Vec<(String, u16)>, String> {
    if list.len() == 1 && list[0].eq_ignore_ascii_case("off") {
        return Ok(Vec::new());
    }
    let pair = |element: &String| {
        let (host, port) = element.rsplit_once(':')?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        Some((host.to_owned(), port.parse().ok()?))
    };
    let wanted = |wrong: &String| {
        format!("Invalid value {wrong} for configuration kampa.http.listeners: host:port or off is wanted")
    };
    list.iter().map(|element| pair(element).ok_or_else(|| wanted(element))).collect()
}

fn replica_count(given: &Given, values: &Values, key: &'static str) -> ReplicaCount {
    if given.value(key).is_none()
        && let Some(OwnValue::UpTo(most)) = own_default(key).map(|own| own.value)
    {
        return ReplicaCount::UpTo(most);
    }
    let count = match values.value(key) {
        Value::Short(count) => *count,
        Value::Int(count) => i16::try_from(*count).unwrap_or(i16::MAX),
        _ => 1,
    };
    ReplicaCount::Exactly(count)
}

/// What settings must not say together.
fn conflicts(config: &BrokerConfig, values: &Values) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> = Vec::new();
    let mut demand = |holds: bool, key: &'static str, sentence: &str| {
        if !holds {
            refusals.push((key, sentence.to_owned()));
        }
    };
    let roles = config.process_roles;
    quorum_conflicts(config, values, &mut demand);
    let id: i32 = values.field("broker.id");
    demand(
        id < 0 || id == config.node_id,
        "broker.id",
        "`node.id` and `broker.id` must be set to the same value. `broker.id` is deprecated, please use `node.id` instead.",
    );
    demand(
        roles.broker || config.broker_listeners().next().is_none(),
        "listeners",
        "The listeners config must only contain KRaft controller listeners from controller.listener.names when \
         process.roles=controller",
    );
    demand(
        roles.controller || config.controller_listeners().next().is_none(),
        "controller.listener.names",
        "controller.listener.names must not contain a value appearing in the 'listeners' configuration when running KRaft \
         with just the broker role",
    );
    demand(
        !roles.controller || config.controller_listeners().next().is_some(),
        "controller.listener.names",
        "controller.listener.names must contain at least one value appearing in the 'listeners' configuration when running \
         the KRaft controller role",
    );
    demand(
        !roles.broker || !config.advertised_listeners.is_empty(),
        "advertised.listeners",
        "There must be at least one broker advertised listener. Perhaps all listeners appear in controller.listener.names?",
    );
    demand(
        !config.advertised_listeners.iter().any(|listener| ["0.0.0.0", "::"].contains(&listener.host.as_str())),
        "advertised.listeners",
        "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.",
    );
    demand(config.log_roll_ms >= 1, "log.roll.ms", "log.roll.ms must be greater than or equal to 1");
    demand(
        config.log_roll_jitter_ms >= 0,
        "log.roll.jitter.ms",
        "log.roll.jitter.ms must be greater than or equal to 0",
    );
    demand(
        config.log_retention_ms != 0,
        "log.retention.ms",
        "log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
    );
    demand(
        config.max_connections_per_ip > 0 || !config.max_connections_per_ip_overrides.is_empty(),
        "max.connections.per.ip",
        "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.",
    );
    let codec: i32 = values.field("offsets.topic.compression.codec");
    demand(
        (0..=4).contains(&codec),
        "offsets.topic.compression.codec",
        &format!("Unknown compression type id: {codec}"),
    );
    replication_conflicts(values, &mut demand);
    refusals
}

/// What Kafka would do, and this version does not.
fn unserved(config: &BrokerConfig, values: &Values) -> Vec<Refusal> {
    let mut unserved: Vec<Refusal> = Vec::new();
    let roles = config.process_roles;
    if !roles.broker || !roles.controller {
        unserved.push(("process.roles", "only process.roles=broker,controller is served yet".to_owned()));
    }
    if let Some(listener) = config.listeners.iter().find(|it| it.protocol != SecurityProtocol::Plaintext) {
        let protocol = listener.protocol.name();
        let sentence =
            format!("listener {listener} asks for {protocol}, which is not served yet; it would be open without it");
        unserved.push(("listeners", sentence));
    }
    // A quorum of one is the only one there is yet: whoever names another would believe metadata to be kept more than once.
    for key in ["controller.quorum.voters", "controller.quorum.bootstrap.servers"] {
        let count = values.field::<Vec<String>>(key).len();
        if count > 1 {
            unserved.push((key, format!("{key} names {count} controllers; only a quorum of one is served yet")));
        }
    }
    unserved
}

/// Whom the quorum is said to be made of.
fn quorum_conflicts(config: &BrokerConfig, values: &Values, demand: &mut impl FnMut(bool, &'static str, &str)) {
    let voters = &config.controller_quorum_voters;
    let ids: Option<Vec<i32>> = voters.iter().map(|voter| well_formed(voter)).collect();
    demand(
        ids.is_some(),
        "controller.quorum.voters",
        "Invalid configuration value for controller.quorum.voters. Each entry should be in the form `{id}@{host}:{port}`.",
    );
    let ids = ids.unwrap_or_default();
    let roles = config.process_roles;
    demand(
        ids.is_empty() || !roles.controller || ids.contains(&config.node_id),
        "controller.quorum.voters",
        &format!(
            "If process.roles contains the 'controller' role, the node id {} must be included in the set of voters \
             controller.quorum.voters={}",
            config.node_id,
            voters.join(",")
        ),
    );
    demand(
        roles.controller || !ids.contains(&config.node_id),
        "controller.quorum.voters",
        &format!(
            "If process.roles contains just the 'broker' role, the node id {} must not be included in the set of voters \
             controller.quorum.voters={}",
            config.node_id,
            voters.join(",")
        ),
    );
    let servers: Vec<String> = values.field("controller.quorum.bootstrap.servers");
    let is_address = |server: &&String| server.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let wrong = servers.iter().find(|server| !is_address(server));
    demand(
        wrong.is_none(),
        "controller.quorum.bootstrap.servers",
        &format!(
            "Failed to parse host name from {} for the configuration controller.quorum.bootstrap.servers. Each entry should \
             be in the form \"{{host}}:{{port}}\"",
            wrong.map_or("", String::as_str)
        ),
    );
}

/// The id in `{id}@{host}:{port}`.
fn well_formed(voter: &str) -> Option<i32> {
    let (id, address) = voter.split_once('@')?;
    let (_, port) = address.rsplit_once(':')?;
    port.parse::<u16>().ok().and(id.parse::<i32>().ok())
}

/// Kafka refuses these of every node, replicating or not.
fn replication_conflicts(values: &Values, demand: &mut impl FnMut(bool, &'static str, &str)) {
    let wait_ms: i64 = values.field::<i32>("replica.fetch.wait.max.ms").into();
    demand(
        i64::from(values.field::<i32>("replica.socket.timeout.ms")) >= wait_ms,
        "replica.socket.timeout.ms",
        "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary socket timeouts",
    );
    demand(
        wait_ms <= values.field::<i64>("replica.lag.time.max.ms"),
        "replica.fetch.wait.max.ms",
        "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to prevent frequent \
         changes in ISR",
    );
    let buffer_bytes: i64 = values.field("log.cleaner.dedupe.buffer.size");
    let threads: i64 = values.field::<i32>("log.cleaner.threads").into();
    demand(
        // More than the sentence says, as in Kafka.
        threads == 0 || buffer_bytes / threads > 1 << 20,
        "log.cleaner.dedupe.buffer.size",
        "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
    );
    let queued_bytes: i64 = values.field("queued.max.request.bytes");
    let request_bytes: i64 = values.field::<i32>("socket.request.max.bytes").into();
    demand(
        queued_bytes <= 0 || queued_bytes >= request_bytes,
        "queued.max.request.bytes",
        "queued.max.request.bytes must be larger or equal to socket.request.max.bytes",
    );
}

#[cfg(test)]
mod tests;
