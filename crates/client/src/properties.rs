//! Java's names for settings: `linger.ms=5` and its like, read into the plain structs of `settings`.
//!
//! One table says what each key sets. A key that Java knows and that changes nothing here (metrics reporters, buffer sizes of
//! sockets, serializers) is taken without a word; one that nobody knows is given back; a value that cannot be is an error.

mod value;

use kampa_formats::compression::Codec;

use crate::settings::refused;
use crate::{
    Acks, Assignor, ConsumerSettings, Error, GroupProtocol, Isolation, OffsetReset, Partitioner, ProducerSettings,
    Settings, address,
};
use value::{buffer, choice, duration_ms, flag, number};

/// What a set of properties comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configured {
    pub settings: Settings,
    pub producer: ProducerSettings,
    pub consumer: ConsumerSettings,
    /// Keys that no client of Kafka knows. Java warns of them and goes on.
    pub unknown: Vec<String>,
}

/// Reads properties, later ones over earlier ones, over the defaults.
pub fn read<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Configured, Error> {
    let mut read = Reading::default();
    for (key, value) in pairs {
        let (key, value) = (key.as_ref(), value.as_ref().trim());
        let known = read.connection(key, value)? || read.producing(key, value)? || read.consuming(key, value)?;
        if !known && !is_without_effect(key) {
            read.configured.unknown.push(key.to_owned());
        }
    }
    read.finish()
}

/// Settings that depend on others are kept until all are read.
#[derive(Default)]
struct Reading {
    configured: Configured,
    codec: Codec,
    gzip_level: Option<i32>,
    zstd_level: Option<i32>,
    round_robin: bool,
    idempotence: Option<bool>,
    ignore_keys: bool,
    not_adaptive: bool,
    availability_timeout_ms: u64,
}

impl Reading {
    fn connection(&mut self, key: &str, value: &str) -> Result<bool, Error> {
        let to = &mut self.configured.settings;
        match key {
            "bootstrap.servers" => to.bootstrap = address::split(value),
            "bootstrap.controllers" => to.bootstrap_controllers = address::split(value),
            "client.id" => to.client_id = value.to_owned(),
            "request.timeout.ms" => to.request_timeout_ms = number(key, value, 0..=INT_MAX)?,
            "default.api.timeout.ms" => to.api_timeout_ms = number(key, value, 0..=INT_MAX)?,
            "retry.backoff.ms" => to.retry_backoff_ms = number(key, value, 0..=LONG_MAX)?,
            "retry.backoff.max.ms" => to.retry_backoff_max_ms = number(key, value, 0..=LONG_MAX)?,
            "reconnect.backoff.ms" => to.reconnect_backoff_ms = number(key, value, 0..=LONG_MAX)?,
            "reconnect.backoff.max.ms" => to.reconnect_backoff_max_ms = number(key, value, 0..=LONG_MAX)?,
            "socket.connection.setup.timeout.ms" => to.connect_timeout_ms = number(key, value, 0..=LONG_MAX)?,
            "socket.connection.setup.timeout.max.ms" => to.connect_timeout_max_ms = number(key, value, 0..=LONG_MAX)?,
            "metadata.max.age.ms" => to.metadata_max_age_ms = number(key, value, 0..=LONG_MAX)?,
            "connections.max.idle.ms" => to.connections_max_idle_ms = idle(key, value)?,
            // The kernel sizes the buffers of sockets better than anybody who has to guess.
            "receive.buffer.bytes" | "send.buffer.bytes" => buffer(key, value)?,
            "security.protocol" if !value.eq_ignore_ascii_case("PLAINTEXT") => {
                return Err(refused(
                    key,
                    value,
                    "PLAINTEXT is what this client speaks; TLS and SASL are not built yet",
                ));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn producing(&mut self, key: &str, value: &str) -> Result<bool, Error> {
        let to = &mut self.configured.producer;
        match key {
            "acks" => {
                to.acks = choice(
                    key,
                    value,
                    &[("all", Acks::All), ("-1", Acks::All), ("0", Acks::None), ("1", Acks::Leader)],
                )?
            }
            "linger.ms" => to.linger_ms = number(key, value, 0..=LONG_MAX)?,
            "batch.size" => to.batch_bytes = number(key, value, 0..=INT_MAX)? as usize,
            "buffer.memory" => to.buffer_bytes = number(key, value, 0..=LONG_MAX)? as usize,
            "compression.type" => self.codec = choice(key, value, &CODECS)?,
            "compression.gzip.level" => self.gzip_level = level(key, value, 1..=9, -1)?,
            "compression.zstd.level" => self.zstd_level = level(key, value, -131_072..=22, 3)?,
            // The lz4 encoder here has one level; which one is asked for changes sizes, never meaning.
            "compression.lz4.level" => drop(number(key, value, 1..=17)?),
            "enable.idempotence" => self.idempotence = Some(flag(key, value)?),
            "delivery.timeout.ms" => to.delivery_timeout_ms = number(key, value, 0..=INT_MAX)?,
            "max.block.ms" => to.max_block_ms = number(key, value, 0..=LONG_MAX)?,
            "max.in.flight.requests.per.connection" => to.max_in_flight = number(key, value, 1..=INT_MAX)? as usize,
            "max.request.size" => to.request_bytes_max = number(key, value, 0..=INT_MAX)? as usize,
            "partitioner.class" => self.round_robin = partitioner(key, value)?,
            "partitioner.ignore.keys" => self.ignore_keys = flag(key, value)?,
            "partitioner.adaptive.partitioning.enable" => self.not_adaptive = !flag(key, value)?,
            "partitioner.availability.timeout.ms" => self.availability_timeout_ms = number(key, value, 0..=LONG_MAX)?,
            "retries" => to.retries = number(key, value, 0..=INT_MAX)? as u32,
            "transactional.id" if value.is_empty() => return Err(refused(key, value, "a name is wanted")),
            "transactional.id" => to.transactional_id = Some(value.to_owned()),
            "transaction.timeout.ms" => to.transaction_timeout_ms = number(key, value, 0..=INT_MAX)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn consuming(&mut self, key: &str, value: &str) -> Result<bool, Error> {
        let to = &mut self.configured.consumer;
        let protocols = [("classic", GroupProtocol::Classic), ("consumer", GroupProtocol::Consumer)];
        let isolations =
            [("read_committed", Isolation::ReadCommitted), ("read_uncommitted", Isolation::ReadUncommitted)];
        let small = |key, value| Ok::<_, Error>(number(key, value, 0..=INT_MAX)? as i32);
        match key {
            "group.id" => to.group_id = Some(value.to_owned()),
            "group.instance.id" if value.is_empty() => return Err(refused(key, value, "a name is wanted")),
            "group.instance.id" => to.group_instance_id = Some(value.to_owned()),
            "group.protocol" => to.group_protocol = choice(key, &value.to_lowercase(), &protocols)?,
            "group.remote.assignor" => to.group_remote_assignor = Some(value.to_owned()),
            "partition.assignment.strategy" => to.assignors = assignors(key, value)?,
            "auto.offset.reset" => to.auto_offset_reset = reset(key, value)?,
            "enable.auto.commit" => to.enable_auto_commit = flag(key, value)?,
            "auto.commit.interval.ms" => to.auto_commit_interval_ms = number(key, value, 0..=INT_MAX)?,
            "session.timeout.ms" => to.session_timeout_ms = number(key, value, 0..=INT_MAX)?,
            "heartbeat.interval.ms" => to.heartbeat_interval_ms = number(key, value, 0..=INT_MAX)?,
            "max.poll.interval.ms" => to.max_poll_interval_ms = number(key, value, 1..=INT_MAX)?,
            "max.poll.records" => to.max_poll_records = number(key, value, 1..=INT_MAX)? as usize,
            "fetch.min.bytes" => to.fetch_min_bytes = small(key, value)?,
            "fetch.max.bytes" => to.fetch_max_bytes = small(key, value)?,
            "fetch.max.wait.ms" => to.fetch_max_wait_ms = number(key, value, 0..=INT_MAX)?,
            "max.partition.fetch.bytes" => to.max_partition_fetch_bytes = small(key, value)?,
            "isolation.level" => to.isolation = choice(key, value, &isolations)?,
            "check.crcs" => to.check_crcs = flag(key, value)?,
            "client.rack" => to.client_rack = value.to_owned(),
            "allow.auto.create.topics" => to.allow_auto_create = flag(key, value)?,
            "exclude.internal.topics" => to.exclude_internal_topics = flag(key, value)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn finish(self) -> Result<Configured, Error> {
        let mut configured = self.configured;
        let producer = &mut configured.producer;
        producer.compression.codec = self.codec;
        producer.compression.level = match self.codec {
            Codec::Gzip => self.gzip_level,
            Codec::Zstd => self.zstd_level,
            _ => None,
        };
        producer.partitioner = match self.round_robin {
            true => Partitioner::RoundRobin,
            false => Partitioner::Default {
                ignore_keys: self.ignore_keys,
                adaptive: !self.not_adaptive,
                availability_timeout_ms: self.availability_timeout_ms,
            },
        };
        producer.settle(self.idempotence)?;
        Ok(configured)
    }
}

/// Keys of Java's clients that have nothing to set here: either nothing in this client corresponds to them, or (`ssl.`, `sasl.`)
/// they speak of a protocol that `security.protocol` did not choose.
fn is_without_effect(key: &str) -> bool {
    ["ssl.", "sasl.", "metrics.", "metric.", "config.providers", "security.", "interceptor.", "share."]
        .iter()
        .any(|prefix| key.starts_with(prefix))
        || matches!(
            key,
            "security.protocol"
                | "auto.include.jmx.reporter"
                | "bootstrap.resolve.timeout.ms"
                | "buffer.memory.allocation.strategy"
                | "client.dns.lookup"
                | "enable.metrics.push"
                | "internal.throw.on.fetch.stable.offset.unsupported"
                | "key.deserializer"
                | "key.serializer"
                | "metadata.cluster.check.enable"
                | "metadata.max.idle.ms"
                | "metadata.recovery.rebootstrap.trigger.ms"
                | "metadata.recovery.strategy"
                | "partitioner.rack.aware"
                | "transaction.two.phase.commit.enable"
                | "value.deserializer"
                | "value.serializer"
        )
}

fn idle(key: &str, value: &str) -> Result<u64, Error> {
    // Negative is Java's "never".
    if value.starts_with('-') && value[1..].parse::<u64>().is_ok() {
        Ok(LONG_MAX)
    } else {
        number(key, value, 0..=LONG_MAX)
    }
}

/// A level within the codec's range, or the word for its default.
fn level(key: &str, value: &str, range: std::ops::RangeInclusive<i32>, default: i32) -> Result<Option<i32>, Error> {
    let (lowest, highest) = (range.start(), range.end());
    let level = value.parse::<i32>().ok().filter(|level| range.contains(level) || *level == default);
    let level = level.ok_or_else(|| refused(key, value, format!("{lowest} to {highest}, or {default}, is wanted")))?;
    Ok(Some(level).filter(|level| *level != default))
}

/// Whether it is the one that goes round. A class of the user's cannot run here.
fn partitioner(key: &str, class: &str) -> Result<bool, Error> {
    match class.rsplit('.').next() {
        Some("RoundRobinPartitioner") => Ok(true),
        Some("" | "null" | "DefaultPartitioner" | "UniformStickyPartitioner") => Ok(false),
        _ => Err(refused(key, class, "org.apache.kafka.clients.producer.RoundRobinPartitioner, or nothing, is wanted")),
    }
}

fn assignors(key: &str, list: &str) -> Result<Vec<Assignor>, Error> {
    let named = |name: &str| match name.rsplit('.').next().unwrap_or(name) {
        "RangeAssignor" | "range" => Ok(Assignor::Range),
        "RoundRobinAssignor" | "roundrobin" => Ok(Assignor::RoundRobin),
        "StickyAssignor" | "sticky" => Ok(Assignor::Sticky),
        "CooperativeStickyAssignor" | "cooperative-sticky" => Ok(Assignor::CooperativeSticky),
        _ => Err(refused(
            key,
            name,
            "one of Kafka's RangeAssignor, RoundRobinAssignor, StickyAssignor, CooperativeStickyAssignor is wanted",
        )),
    };
    let named: Result<Vec<Assignor>, Error> = address::split(list).iter().map(|name| named(name)).collect();
    named.and_then(
        |all| if all.is_empty() { Err(refused(key, list, "one assignor at least is wanted")) } else { Ok(all) },
    )
}

fn reset(key: &str, value: &str) -> Result<OffsetReset, Error> {
    match value.strip_prefix("by_duration:") {
        Some(duration) => Ok(OffsetReset::ByDuration(duration_ms(key, duration)?)),
        None => {
            let known =
                [("latest", OffsetReset::Latest), ("earliest", OffsetReset::Earliest), ("none", OffsetReset::None)];
            choice(key, value, &known)
        }
    }
}

const CODECS: [(&str, Codec); 5] = [
    ("none", Codec::None),
    ("gzip", Codec::Gzip),
    ("snappy", Codec::Snappy),
    ("lz4", Codec::Lz4),
    ("zstd", Codec::Zstd),
];

/// Java's int and long.
const INT_MAX: u64 = i32::MAX as u64;
const LONG_MAX: u64 = i64::MAX as u64;

#[cfg(test)]
mod tests;
