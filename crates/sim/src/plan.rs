//! What a seed means: the weather, the node's settings, the topics, who takes part.

use std::time::Duration;

use kampa_configs::{BrokerConfig, Given, Origin, Severity};
use kampa_formats::compression::Codec;
use kampa_protocol::Text;
use kampa_world::sim::{Chance, Faults};

use crate::actors::admin::Wish;
use crate::actors::producing::Habits;
use crate::client::PORT;
use crate::stage::NODE;

/// A whole run, decided before it begins.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What goes wrong.
    pub weather: Weather,
    /// The node's settings, as an operator would give them.
    pub given: Given,
    /// The same, understood.
    pub config: BrokerConfig,
    /// Whether a topic that does not say otherwise is synced before it counts; `__consumer_offsets` is such a topic.
    pub synced_by_default: bool,
    /// Topics that are made first and stay.
    pub topics: Vec<Wish>,
    /// Who takes part.
    pub roles: Vec<Role>,
    /// Requests after which the run comes to its end.
    pub operations: u64,
    /// Whether the run ends with a clean stop and a power cut, and everything is read once more.
    pub stops_at_the_end: bool,
}

/// What goes wrong in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Nothing by itself: the node is only stopped, killed and without power now and then.
    Fair,
    /// The network cuts, delays and parts, and the disk stalls.
    Rough,
    /// Rough, and the node's disk fails to sync, write or read, or is full, for seconds.
    FailingDisk,
    /// Rough, and bits of user topics' logs flip on the disk.
    Rot,
}

/// One program that takes part.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its host and client id.
    pub name: String,
    /// What it does.
    pub part: Part,
}

/// What a program does.
#[derive(Clone, Debug)]
pub enum Part {
    /// See [`crate::actors::producing`].
    Produces(Habits),
    /// See [`crate::actors::reading`].
    Reads,
    /// See [`crate::actors::member`].
    IsMember { group: Text, is_static: bool },
    /// See [`crate::actors::admin`].
    Administers,
    /// See [`crate::actors::stranger`].
    IsStrange,
}

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Plan {
        let mut chance = Chance::new(seed ^ PLAN_SALT);
        let weather = match chance.below(20) {
            0..4 => Weather::Fair,
            4..13 => Weather::Rough,
            13..18 => Weather::FailingDisk,
            _ => Weather::Rot,
        };
        let synced_by_default = chance.happens(0.35);
        let given = settings(&mut chance, synced_by_default);
        let outcome = BrokerConfig::resolve(&given);
        let config = match outcome.config {
            Some(config) if outcome.findings.iter().all(|finding| finding.severity == Severity::Warning) => config,
            _ => panic!("the settings of a plan are refused: {:?}", outcome.findings),
        };
        let topics = (0..chance.between(2, 3)).map(|number| wish(&mut chance, number)).collect();
        Plan {
            weather,
            given,
            config,
            synced_by_default,
            topics,
            roles: roles(&mut chance),
            operations: chance.between(OPERATIONS_MIN, OPERATIONS_MAX),
            stops_at_the_end: chance.happens(0.4),
        }
    }
}

impl Plan {
    /// Whether records may be compressed with zstd.
    pub fn meets_zstd(&self) -> bool {
        let writes = |role: &Role| matches!(role.part, Part::Produces(habits) if habits.codec == Codec::Zstd);
        let keeps = |wish: &Wish| wish.settings.iter().any(|(_, value)| value == "zstd");
        self.roles.iter().any(writes) || self.topics.iter().any(keeps)
    }
}

impl Weather {
    /// What goes wrong by itself all the time.
    pub fn faults(self) -> Faults {
        match self {
            Weather::Fair => Faults { short_transfers: 0.1, evictions: 0.02, ..Faults::none() },
            Weather::Rough | Weather::FailingDisk | Weather::Rot => Faults::rough(),
        }
    }
}

fn settings(chance: &mut Chance, synced: bool) -> Given {
    let mut given = Given::default();
    let mut set = |key: &str, value: String| given.insert(key, &value, Origin::Set);
    set("node.id", "1".to_owned());
    set("log.dirs", DATA_DIR.to_owned());
    set("listeners", format!("PLAINTEXT://:{PORT},CONTROLLER://:{}", PORT + 1));
    set("advertised.listeners", format!("PLAINTEXT://{NODE}:{PORT}"));
    set("auto.create.topics.enable", "false".to_owned());
    set("offsets.topic.num.partitions", chance.between(1, 4).to_string());
    set("group.initial.rebalance.delay.ms", chance.below(1500).to_string());
    if synced {
        set("log.flush.interval.messages", "1".to_owned());
    }
    // Small numbers, so that what happens once an hour elsewhere happens here.
    set("metadata.log.max.record.bytes.between.snapshots", chance.between(500, 20_000).to_string());
    set("log.flush.offset.checkpoint.interval.ms", chance.between(1_000, 20_000).to_string());
    set("log.flush.start.offset.checkpoint.interval.ms", chance.between(1_000, 20_000).to_string());
    set("replica.high.watermark.checkpoint.interval.ms", chance.between(1_000, 10_000).to_string());
    set("log.retention.check.interval.ms", chance.between(2_000, 30_000).to_string());
    set("log.initial.task.delay.ms", chance.between(500, 10_000).to_string());
    set("log.segment.delete.delay.ms", chance.between(0, 5_000).to_string());
    if chance.happens(0.2) {
        set("connections.max.idle.ms", chance.between(1_000, 10_000).to_string());
    }
    set("max.incremental.fetch.session.cache.slots", chance.between(1, 20).to_string());
    given
}

fn wish(chance: &mut Chance, number: u64) -> Wish {
    let mut settings = Vec::new();
    match chance.below(3) {
        0 => settings.push(("flush.messages", "1".to_owned())),
        1 => settings.push(("flush.messages", "1000000".to_owned())),
        _ => {}
    }
    if chance.happens(0.7) {
        let bytes = chance.between(5_000, 40_000);
        settings.push(("internal.segment.bytes", bytes.to_string()));
        if chance.happens(0.2) {
            settings.push(("retention.bytes", (bytes * chance.between(1, 3)).to_string()));
        }
    }
    if chance.happens(0.7) {
        settings.push(("index.interval.bytes", chance.between(1, 2_000).to_string()));
    }
    if chance.happens(0.2) {
        let codec = ["uncompressed", "gzip", "snappy", "lz4", "zstd"][chance.below(5) as usize];
        settings.push(("compression.type", codec.to_owned()));
    }
    Wish { name: Text::from(format!("lasting-{number}")), partitions: chance.between(1, 3) as i32, settings }
}

fn roles(chance: &mut Chance) -> Vec<Role> {
    let mut roles = Vec::new();
    for number in 0..chance.between(1, 3) {
        let part = Part::Produces(Habits::draw(chance));
        roles.push(Role { name: format!("producer-{number}"), part });
    }
    for number in 0..chance.between(1, 2) {
        roles.push(Role { name: format!("reader-{number}"), part: Part::Reads });
    }
    for group in 0..chance.between(0, 2) {
        for number in 0..chance.between(1, 3) {
            let part = Part::IsMember { group: Text::from(format!("group-{group}")), is_static: chance.happens(0.25) };
            roles.push(Role { name: format!("member-{group}-{number}"), part });
        }
    }
    if chance.happens(0.3) {
        roles.push(Role { name: "stranger".to_owned(), part: Part::IsStrange });
    }
    roles.push(Role { name: "admin".to_owned(), part: Part::Administers });
    roles
}

/// Where the node keeps its data.
pub const DATA_DIR: &str = "/data";
/// A node may take this long to start, stop or serve again once nothing goes wrong any more. Stalls that began before may last.
pub const RECOVERY_MAX: Duration = Duration::from_secs(120);
/// A plan is drawn from another row of numbers than the run.
const PLAN_SALT: u64 = 0x706c_616e;
/// What CI asks of every run.
const OPERATIONS_MIN: u64 = 500;
const OPERATIONS_MAX: u64 = 800;
