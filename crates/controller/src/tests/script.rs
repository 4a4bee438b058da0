//! The language of the scripts: a controller on its own, its requests and answers in words.

mod admin;

use std::fmt::Write;
use std::sync::Arc;

use kampa_configs::{BrokerConfig, Given};
use kampa_metadata::{Broker, Changes, ControllerNode, LeaderRecovery, MetadataImage, SupportedFeature};
use kampa_protocol::messages::create_partitions::*;
use kampa_protocol::messages::create_topics::*;
use kampa_protocol::messages::delete_topics::*;
use kampa_protocol::records::metadata::*;
use kampa_protocol::{ErrorCode, Text, Uuid};

use crate::{Controller, NodeStart, auto_created};

/// A controller, and all it has decided.
pub struct Cluster {
    pub controller: Controller,
    pub written: Vec<MetadataRecord>,
    given: Arc<Given>,
    starts: u8,
    told: String,
}

/// What stands before a request.
#[derive(Clone, Copy)]
struct Manner {
    timeout_ms: i32,
    validate_only: bool,
    version: i16,
}

impl Cluster {
    /// Node 1 with default settings, started.
    pub fn of_one() -> Cluster {
        Cluster::given(&[])
    }

    pub fn given(settings: &[&str]) -> Cluster {
        let mut cluster = Cluster::unstarted(settings);
        cluster.run("restart after a crash");
        cluster
    }

    pub fn unstarted(settings: &[&str]) -> Cluster {
        Cluster::on(MetadataImage::default(), settings)
    }

    /// A cluster at an older level of `metadata.version`.
    pub fn at_level(level: i16) -> Cluster {
        let mut image = MetadataImage::default();
        let name = Text::from_static("metadata.version");
        let record = FeatureLevelRecord { name, feature_level: level, ..Default::default() };
        image.apply(&record.clone().into(), &mut Changes::default()).unwrap();
        let mut cluster = Cluster::on(image, &[]);
        cluster.run("restart after a crash");
        cluster
    }

    fn on(image: MetadataImage, settings: &[&str]) -> Cluster {
        let mut given = Given::default();
        for pair in ["node.id=1"].iter().chain(settings) {
            given.set(pair).unwrap();
        }
        let outcome = BrokerConfig::resolve(&given);
        let (config, given) = (Arc::new(outcome.config.unwrap()), Arc::new(given));
        let controller = Controller::new(image, config, given.clone());
        Cluster { controller, written: Vec::new(), given, starts: 0, told: String::new() }
    }

    /// Runs a script and gives what it told.
    pub fn run(&mut self, script: &str) -> String {
        for line in script.lines() {
            self.line(line.trim());
        }
        std::mem::take(&mut self.told)
    }

    fn line(&mut self, line: &str) {
        let mut manner = Manner { timeout_ms: 5000, validate_only: false, version: 6 };
        let mut rest = line;
        if let Some(after) = rest.strip_prefix("only validate ") {
            (manner.validate_only, rest) = (true, after);
        } else if let Some(after) = rest.strip_prefix("in no time ") {
            (manner.timeout_ms, rest) = (0, after);
        } else if let Some(after) = rest.strip_prefix("in version ") {
            let (version, after) = after.split_once(' ').unwrap();
            (manner.version, rest) = (version.parse().unwrap(), after);
        }
        let words: Vec<&str> = rest.split_whitespace().collect();
        match words.as_slice() {
            ["create", ..] => self.create(rest.split(" + ").map(creatable).collect(), manner),
            ["use", name] => {
                let topic = auto_created(&(*name).into(), &self.given, self.controller.image().brokers.size());
                self.create(vec![topic], manner);
            }
            ["grow", ..] => self.grow(rest, manner),
            ["delete", ..] => self.delete(rest, manner),
            ["producer", "ids", "for", id] => self.producer_ids(id.parse().unwrap()),
            ["restart", "after", "a", how, ..] => self.start(*how == "clean"),
            ["stop"] => {
                let decided = self.controller.stop(1);
                self.wrote(decided.records);
            }
            ["broker", id] => self.add_broker(id.parse().unwrap()),
            ["fence", id] => {
                let decided = self.controller.stop(id.parse().unwrap());
                self.wrote(decided.records);
            }
            ["left", "by", "kafka", place, how @ .., id] => self.left_by_kafka(place, how[0], id.parse().unwrap()),
            ["begin"] => self.wrote(vec![BeginTransactionRecord::default().into()]),
            ["levels"] => {
                for (name, level) in self.controller.image().features.iter() {
                    writeln!(self.told, "{name} {level}").unwrap();
                }
            }
            ["show", names @ ..] => self.show(names),
            words => self.administer(words),
        }
    }

    fn create(&mut self, topics: Vec<CreatableTopic>, manner: Manner) {
        let Manner { timeout_ms, validate_only, .. } = manner;
        let request = CreateTopicsRequest { topics, timeout_ms, validate_only, ..Default::default() };
        let decided = self.controller.create_topics(&request, self.written.len() as u64, &|_| true);
        for topic in &decided.answer.topics {
            let name = if topic.name.is_empty() { "''" } else { &topic.name };
            if topic.error_code != 0 {
                self.refused(name, topic.error_code, &topic.error_message);
                continue;
            }
            assert!(!topic.topic_id.is_zero() && topic.error_message.is_none());
            let configs = topic.configs.as_ref().unwrap().iter().filter(|config| config.config_source != 5);
            let mut configs: Vec<_> = configs.collect();
            configs.sort_by_key(|config| config.config_source);
            let value = |c: &&CreatableTopicConfigs| {
                format!("{}={} ({})", c.name, c.value.as_deref().unwrap_or("null"), c.config_source)
            };
            let configs: Vec<String> = configs.iter().map(value).collect();
            let told = if configs.is_empty() { String::new() } else { format!("; {}", configs.join(", ")) };
            writeln!(self.told, "{name}: {} x {}{told}", topic.num_partitions, topic.replication_factor).unwrap();
        }
        self.wrote(decided.records);
    }

    fn grow(&mut self, line: &str, manner: Manner) {
        let topics = line.split(" + ").map(|part| {
            let words: Vec<&str> = part.trim().trim_start_matches("grow ").split_whitespace().collect();
            let assignments: Vec<CreatePartitionsAssignment> = words[3..]
                .iter()
                .map(|word| CreatePartitionsAssignment { broker_ids: ids(&word[1..]), ..Default::default() })
                .collect();
            CreatePartitionsTopic {
                name: words[0].into(),
                count: words[2].parse().unwrap(),
                assignments: (!assignments.is_empty()).then_some(assignments),
                ..Default::default()
            }
        });
        let Manner { timeout_ms, validate_only, .. } = manner;
        let request =
            CreatePartitionsRequest { topics: topics.collect(), timeout_ms, validate_only, ..Default::default() };
        let decided = self.controller.create_partitions(&request, 7, &|_| true);
        for result in &decided.answer.results {
            self.refused(&result.name, result.error_code, &result.error_message);
        }
        self.wrote(decided.records);
    }

    fn delete(&mut self, line: &str, manner: Manner) {
        let topics = line.trim_start_matches("delete ").split(" + ").map(|word| {
            let (name, id) = word.split_once('#').unwrap_or((word, ""));
            let topic_id = match id {
                "" => Uuid::ZERO,
                "nobody" => Uuid([9; 16]),
                id => self.controller.image().topics.id(id).unwrap(),
            };
            let name = (!name.is_empty() && name != "-").then(|| name.into());
            DeleteTopicState { name, topic_id, ..Default::default() }
        });
        let request =
            DeleteTopicsRequest { topics: topics.collect(), timeout_ms: manner.timeout_ms, ..Default::default() };
        let decided = self.controller.delete_topics(&request, manner.version, &|_| true);
        for result in &decided.answer.responses {
            let by = match (&result.name, result.topic_id.is_zero()) {
                (None, true) => "",
                (Some(_), true) => " by name",
                (None, false) => " by id",
                (Some(_), false) => " by name and id",
            };
            let name = format!("{}{by}", result.name.as_deref().unwrap_or("-"));
            self.refused(&name, result.error_code, &result.error_message);
        }
        self.wrote(decided.records);
    }

    fn producer_ids(&mut self, broker: i32) {
        let decided = self.controller.allocate_producer_ids(broker);
        match decided.answer {
            Ok(block) => writeln!(self.told, "{block:?}").unwrap(),
            Err(code) => writeln!(self.told, "{}", code.name()).unwrap(),
        }
        self.wrote(decided.records);
    }

    fn start(&mut self, clean: bool) {
        self.starts += 1;
        let known = self.controller.image().brokers.get(&1).map(|broker| broker.epoch);
        let incarnation_id = Uuid([self.starts; 16]);
        let node = NodeStart {
            controller: ControllerNode {
                id: 1,
                incarnation_id,
                features: SupportedFeature::ranges(),
                ..Default::default()
            },
            broker: Broker { incarnation_id, ..broker(1) },
            clean_epoch: known.filter(|_| clean),
        };
        let decided = self.controller.start(&node);
        self.wrote(decided.records);
        assert_eq!(self.controller.image().brokers.get(&1).unwrap().epoch, decided.answer);
    }

    fn add_broker(&mut self, id: i32) {
        if self.controller.image().brokers.contains_key(&id) {
            return;
        }
        let records = self.controller.register_broker(&broker(id), false);
        records.iter().for_each(|record| self.controller.replay(record));
        let registered = self.controller.image().brokers.get(&id).unwrap().clone();
        let unfenced = self.controller.unfence_broker(&registered);
        unfenced.iter().for_each(|record| self.controller.replay(record));
        let records: Vec<_> = records.into_iter().chain(unfenced).collect();
        self.tell(&records);
        self.written.extend(records);
    }

    /// As Apache Kafka leaves partitions when its last broker stops.
    fn left_by_kafka(&mut self, place: &str, how: &str, id: i32) {
        let (name, index) = place.split_once('/').unwrap();
        let list = |wanted: &[&str]| Some(if wanted.contains(&how) { vec![id] } else { Vec::new() });
        let change = PartitionChangeRecord {
            topic_id: self.controller.image().topics.id(name).unwrap(),
            partition_id: index.parse().unwrap(),
            leader: -1,
            isr: list(&["in"]),
            eligible_leader_replicas: list(&["eligible"]),
            last_known_elr: list(&["eligible", "last"]),
            ..Default::default()
        };
        self.controller.replay(&change.clone().into());
        self.written.push(change.into());
    }

    fn wrote(&mut self, records: Vec<MetadataRecord>) {
        records.iter().for_each(|record| self.controller.replay(record));
        self.tell(&records);
        self.written.extend(records);
    }

    /// The kinds of records in order, counted where many of one stand together.
    fn tell(&mut self, records: &[MetadataRecord]) {
        let counted = |kind: &str| matches!(kind, "PartitionRecord" | "ConfigRecord" | "FeatureLevelRecord");
        let mut runs: Vec<(&str, usize)> = Vec::new();
        for record in records {
            match runs.last_mut() {
                Some((kind, count)) if *kind == record.name() && counted(kind) => *count += 1,
                _ => runs.push((record.name(), 1)),
            }
        }
        let run =
            |(kind, count): &(&str, usize)| if *count > 1 { format!("{count} {kind}") } else { (*kind).to_owned() };
        let told: Vec<String> = runs.iter().map(run).collect();
        if !told.is_empty() {
            writeln!(self.told, "  {}", told.join(", ")).unwrap();
        }
    }

    fn refused(&mut self, name: &str, code: i16, message: &Option<Text>) {
        let what = if code == 0 { "ok" } else { ErrorCode(code).name() };
        let message = message.as_ref().map(|message| format!(" {message}")).unwrap_or_default();
        writeln!(self.told, "{name}: {what}{message}").unwrap();
    }

    fn show(&mut self, names: &[&str]) {
        let image = self.controller.image();
        for topic in image.topics.iter().filter(|topic| names.is_empty() || names.contains(&&*topic.name)) {
            for (index, p) in topic.partitions.iter() {
                let leader = p.leader.map_or("none".to_owned(), |leader| leader.to_string());
                let recovering = if p.leader_recovery == LeaderRecovery::Recovering { " recovering" } else { "" };
                let (replicas, isr, epoch) = (list(&p.replicas), list(&p.isr), p.leader_epoch);
                let line = format!("on {replicas} isr {isr} leader {leader} epoch {epoch}{recovering}");
                write!(self.told, "{}/{index} {line}", topic.name).unwrap();
                let more = [
                    ("eligible", &p.eligible_leader_replicas),
                    ("last known", &p.last_known_elr),
                    ("adding", &p.adding_replicas),
                    ("removing", &p.removing_replicas),
                ];
                for (what, ids) in more.into_iter().filter(|(_, ids)| !ids.is_empty()) {
                    write!(self.told, " {what} {}", list(ids)).unwrap();
                }
                self.told.push('\n');
            }
            for (key, value) in image.configs.of_topic(&topic.name).into_iter().flat_map(|settings| settings.iter()) {
                writeln!(self.told, "{} {key}={value}", topic.name).unwrap();
            }
        }
    }
}

/// `create NAME [x PARTITIONS] [r REPLICAS] [KEY=VALUE | KEY (null)]... [INDEX@BROKERS]...`
fn creatable(part: &str) -> CreatableTopic {
    let part = part.trim().trim_start_matches("create ").trim();
    let (name, rest) = match part.strip_prefix('\'') {
        Some(quoted) => quoted.split_once('\'').unwrap(),
        None => part.split_once(' ').unwrap_or((part, "")),
    };
    let mut topic =
        CreatableTopic { name: name.into(), num_partitions: 1, replication_factor: 1, ..Default::default() };
    for word in rest.split_whitespace() {
        if let Some(count) = word.strip_prefix('x').and_then(|count| count.parse().ok()) {
            topic.num_partitions = count;
        } else if let Some(count) = word.strip_prefix('r').and_then(|count| count.parse().ok()) {
            topic.replication_factor = count;
        } else if let Some((index, brokers)) = word.split_once('@') {
            let (partition_index, broker_ids) = (index.parse().unwrap(), ids(brokers));
            topic.assignments.push(CreatableReplicaAssignment { partition_index, broker_ids, ..Default::default() });
        } else {
            let (key, value) = word.split_once('=').map_or((word, None), |(key, value)| (key, Some(value.into())));
            topic.configs.push(CreatableTopicConfig { name: key.into(), value, ..Default::default() });
        }
    }
    topic
}

fn broker(id: i32) -> Broker {
    Broker {
        id,
        features: SupportedFeature::ranges(),
        log_dirs: vec![Uuid([id as u8; 16])],
        cordoned_log_dirs: Some(Vec::new()),
        ..Default::default()
    }
}

fn ids(list: &str) -> Vec<i32> {
    list.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().unwrap()).collect()
}

fn list(ids: &[i32]) -> String {
    let ids: Vec<String> = ids.iter().map(i32::to_string).collect();
    ids.join(",")
}
