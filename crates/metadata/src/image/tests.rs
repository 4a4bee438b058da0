//! Records in, image and changes out, as scripts: a line is a record, and the answer is what changed and what is there then.

use std::fmt::Write;

use expect_test::{Expect, expect};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::LeaderRecovery;
use crate::TopicChange;
use crate::features::feature;
use kampa_protocol::records::metadata::*;

#[test]
fn a_topic_comes_grows_changes_and_goes() {
    check(
        "topic orders A | partition A/0 on 1,2 leader 1 | partition A/1 on 2,1 leader 2 | set topic orders retention.ms=5
         change A/0 leader 2 isr 2
         change A/1 isr 2 elr 1
         partition A/2 on 1 leader 1
         remove A",
        expect![[r#"
            + orders created; settings of orders
                orders A/0 on 1,2 isr 1,2 leader 1 epoch 0.0
                orders A/1 on 2,1 isr 2,1 leader 2 epoch 0.0
                orders retention.ms=5
            + orders {0}
                orders A/0 on 1,2 isr 2 leader 2 epoch 1.1
                orders A/1 on 2,1 isr 2,1 leader 2 epoch 0.0
                orders retention.ms=5
            + orders {1}
                orders A/0 on 1,2 isr 2 leader 2 epoch 1.1
                orders A/1 on 2,1 isr 2 leader 2 epoch 0.1 elr 1
                orders retention.ms=5
            + orders {2}
                orders A/0 on 1,2 isr 2 leader 2 epoch 1.1
                orders A/1 on 2,1 isr 2 leader 2 epoch 0.1 elr 1
                orders A/2 on 1 isr 1 leader 1 epoch 0.0
                orders retention.ms=5
            + orders deleted, had 3
        "#]],
    );
}

#[test]
fn naming_a_leader_counts_an_epoch_even_if_it_is_the_same_or_none() {
    check(
        "topic t A | partition A/0 on 1 leader 1
         change A/0 leader 1
         change A/0 leader -1 isr - elr 1 last 1
         change A/0 leader 1 isr 1 recovering
         change A/0 recovered
         clear elr t",
        expect![[r#"
            + t created
                t A/0 on 1 isr 1 leader 1 epoch 0.0
            + t {0}
                t A/0 on 1 isr 1 leader 1 epoch 1.1
            + t {0}
                t A/0 on 1 isr - leader none epoch 2.2 elr 1 last 1
            + t {0}
                t A/0 on 1 isr 1 leader 1 epoch 3.3 elr 1 last 1 recovering
            + t {0}
                t A/0 on 1 isr 1 leader 1 epoch 3.4 elr 1 last 1
            + t {0}
                t A/0 on 1 isr 1 leader 1 epoch 3.5
        "#]],
    );
}

#[test]
fn a_metadata_transaction_shows_at_its_end_or_never() {
    check(
        "topic a A | partition A/0 on 1 leader 1
         begin
         topic b B | partition B/0 on 1 leader 1 | change A/0 leader -1
         end
         begin | remove A | abort
         begin | topic c C | remove C | end",
        expect![[r#"
            + a created
                a A/0 on 1 isr 1 leader 1 epoch 0.0
            + nothing
                a A/0 on 1 isr 1 leader 1 epoch 0.0
            + nothing
                a A/0 on 1 isr 1 leader 1 epoch 0.0
            + a {0}; b created
                a A/0 on 1 isr 1 leader none epoch 1.1
                b B/0 on 1 isr 1 leader 1 epoch 0.0
            + nothing
                a A/0 on 1 isr 1 leader none epoch 1.1
                b B/0 on 1 isr 1 leader 1 epoch 0.0
            + nothing
                a A/0 on 1 isr 1 leader none epoch 1.1
                b B/0 on 1 isr 1 leader 1 epoch 0.0
        "#]],
    );
}

#[test]
fn brokers_register_are_fenced_and_leave() {
    check(
        "broker 1 7
         unfence 1 7
         stopping 1 7
         broker 1 9 | unfence 1 9
         fence 1 9
         unregister 1 9",
        expect![[r#"
            + broker 1
                broker 1 epoch 7 fenced
            + broker 1
                broker 1 epoch 7
            + broker 1
                broker 1 epoch 7 stopping
            + broker 1
                broker 1 epoch 9
            + broker 1
                broker 1 epoch 9 fenced
            + broker 1
        "#]],
    );
}

#[test]
fn settings_are_set_and_unset_for_topics_and_brokers() {
    check(
        "set broker - min.insync.replicas=1 | set broker 1 log.cleaner.threads=2 | set topic t retention.ms=5
         set topic t retention.ms=6 | set topic t cleanup.policy=
         unset topic t retention.ms | unset topic t cleanup.policy | unset broker 1 log.cleaner.threads",
        expect![[r#"
            + settings of t; settings of 4/; settings of 4/1
                t retention.ms=5
                4/ min.insync.replicas=1
                4/1 log.cleaner.threads=2
            + settings of t
                t cleanup.policy=
                t retention.ms=6
                4/ min.insync.replicas=1
                4/1 log.cleaner.threads=2
            + settings of t; settings of 4/1
                4/ min.insync.replicas=1
        "#]],
    );
}

#[test]
fn records_that_do_not_fit_are_errors() {
    check(
        "topic t A
         topic t B
         topic u A
         partition B/0 on 1 leader 1
         change A/3 leader 1
         remove B
         fence 4 4
         broker 1 7
         unfence 1 8
         end
         abort
         begin | begin
         clear elr nope",
        expect![[r#"
            + t created
                t A without partitions
            ! topic t with id QgAAAAAAAAAAAAAAAAAAAA exists already
            ! topic u with id QQAAAAAAAAAAAAAAAAAAAA exists already
            ! there is no topic with id QgAAAAAAAAAAAAAAAAAAAA
            ! topic QQAAAAAAAAAAAAAAAAAAAA has no partition 3
            ! there is no topic with id QgAAAAAAAAAAAAAAAAAAAA
            ! broker 4 is not registered with epoch 4
            + broker 1
                broker 1 epoch 7 fenced
                t A without partitions
            ! broker 1 is not registered with epoch 8
            ! a metadata transaction ends that never began
            ! a metadata transaction ends that never began
            ! a metadata transaction begins within another
            ! there is no topic nope
        "#]],
    );
}

#[test]
fn a_snapshot_is_in_kafkas_order() {
    let mut image = MetadataImage::default();
    let mut changes = Changes::default();
    for record in one_of_each() {
        image.apply(&record, &mut changes).unwrap();
    }
    let drawn: String = image.to_records().map(|record| format!("{}\n", summary(&record))).collect();
    expect![[r#"
        FeatureLevelRecord metadata.version=33
        FeatureLevelRecord group.version=1
        RegisterBrokerRecord 1
        RegisterControllerRecord 3000
        TopicRecord t
        PartitionRecord 0
        PartitionRecord 1
        ConfigRecord retention.ms
        ConfigRecord min.insync.replicas
        ClientQuotaRecord producer_byte_rate
        ProducerIdsRecord 2000
        AccessControlEntryRecord
        UserScramCredentialRecord alice
        DelegationTokenRecord
    "#]]
    .assert_eq(&drawn);
    assert_eq!(reload(&image), image);
}

#[test]
fn records_are_written_in_the_version_of_the_cluster() {
    let mut drawn = String::new();
    for level in [0, 7, 8, 17, 23, 30, 33] {
        let mut features = Features::default();
        features.apply(&metadata_version(level));
        let versions: Vec<String> = one_of_each()
            .iter()
            .filter(|record| *record.versions().end() > 0)
            .map(|record| format!("{} {}", record.name(), features.record_version(record)))
            .collect();
        writeln!(drawn, "{level}: {}", versions.join(", ")).unwrap();
    }
    expect![[r#"
        0: PartitionRecord 0, PartitionRecord 0, RegisterBrokerRecord 1
        7: PartitionRecord 0, PartitionRecord 0, RegisterBrokerRecord 1
        8: PartitionRecord 0, PartitionRecord 0, RegisterBrokerRecord 2
        17: PartitionRecord 1, PartitionRecord 1, RegisterBrokerRecord 3
        23: PartitionRecord 2, PartitionRecord 2, RegisterBrokerRecord 3
        30: PartitionRecord 2, PartitionRecord 2, RegisterBrokerRecord 4
        33: PartitionRecord 2, PartitionRecord 2, RegisterBrokerRecord 4
    "#]]
    .assert_eq(&drawn);
}

/// Random records in random runs: a snapshot makes the same image, and changes name exactly what differs.
#[test]
fn any_history_survives_its_snapshot() {
    for seed in 0..200 {
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut image = MetadataImage::default();
        image.features.apply(&metadata_version(crate::LATEST_METADATA_VERSION));
        let mut made = 0;
        for _ in 0..20 {
            let before = image.clone();
            let mut changes = Changes::default();
            for _ in 0..chance.random_range(1..20) {
                // Those that do not fit are refused, and must leave no trace.
                let kept = (image.clone(), changes.clone());
                if image.apply(&random_record(&mut chance, &mut made), &mut changes).is_err() {
                    assert_eq!((image.clone(), changes.clone()), kept, "seed {seed}");
                }
            }
            assert_eq!(reload(&image), without_transaction(&image), "seed {seed}");
            assert_changes(&before, &image, &changes, seed);
        }
    }
}

fn assert_changes(before: &MetadataImage, after: &MetadataImage, changes: &Changes, seed: u64) {
    for topic in before.topics.iter() {
        if after.topics.with_id(&topic.id).is_none() {
            let Some(TopicChange::Deleted(last)) = changes.topics.get(&topic.id) else {
                panic!("seed {seed}: {topic:?}")
            };
            assert_eq!(last.name, topic.name, "seed {seed}");
        }
    }
    for topic in after.topics.iter() {
        let told = changes.topics.get(&topic.id);
        let Some(known) = before.topics.with_id(&topic.id) else {
            assert_eq!(told, Some(&TopicChange::Created), "seed {seed}");
            continue;
        };
        for (index, partition) in topic.partitions.iter() {
            if known.partitions.get(index) != Some(partition) {
                let Some(TopicChange::Altered { partitions }) = told else { panic!("seed {seed}: {told:?}") };
                assert!(partitions.contains(index), "seed {seed}");
            }
        }
    }
    for topic in after.topics.iter().filter(|topic| before.topics.id(&topic.name) == Some(topic.id)) {
        if after.configs.of_topic(&topic.name) != before.configs.of_topic(&topic.name) {
            assert!(changes.configs.contains(&ConfigResource::topic(topic.name.clone())), "seed {seed}");
        }
    }
}

/// `made` counts topics: an id is never used again.
fn random_record(chance: &mut SmallRng, made: &mut u32) -> MetadataRecord {
    let name = ["a", "b", "c"][chance.random_range(0..3)];
    let id = (*made - chance.random_range(0..4).min(*made)).to_string();
    let broker = chance.random_range(0..3);
    let index = chance.random_range(0..3);
    let line = match chance.random_range(0..17) {
        0..=2 => {
            *made += 1;
            format!("topic {name} {made}")
        }
        3..=5 => format!("partition {id}/{index} on 1,2 leader 1"),
        6 => format!("change {id}/{index} leader {}", chance.random_range(-1..3)),
        7 => format!("change {id}/{index} isr 2 elr 1 last 1"),
        8 => format!("remove {id}"),
        9 => format!("set topic {name} k={broker}"),
        10 => format!("unset topic {name} k"),
        11 => format!("broker {broker} {index}"),
        12 => format!("unfence {broker} {index}"),
        13 => "begin".to_owned(),
        14 => "end".to_owned(),
        15 => "abort".to_owned(),
        _ => format!("unregister {broker} {index}"),
    };
    record(&line)
}

fn reload(image: &MetadataImage) -> MetadataImage {
    let mut loaded = MetadataImage { position: image.position, ..MetadataImage::default() };
    let mut changes = Changes::default();
    for record in image.to_records() {
        let bytes = image.features.encode(&record).unwrap();
        loaded.apply(&MetadataRecord::decode_framed(&bytes).unwrap().0, &mut changes).unwrap();
    }
    assert_eq!(
        changes,
        Changes { producer_ids: changes.producer_ids, ..Changes::everything(&loaded).only_of(&changes) }
    );
    loaded
}

fn without_transaction(image: &MetadataImage) -> MetadataImage {
    MetadataImage { transaction: None, ..image.clone() }
}

impl Changes {
    /// What a load tells of flags depends on whether there was anything; what it tells of things does not.
    fn only_of(self, told: &Changes) -> Changes {
        Changes { features: told.features, quotas: told.quotas, security: told.security, ..self }
    }
}

/// Runs a script, a line of records at a time, and draws what each line changed and what is there after it.
fn check(script: &str, expected: Expect) {
    let mut image = MetadataImage::default();
    let mut drawn = String::new();
    for line in script.lines() {
        let mut next = image.clone();
        let records: Vec<MetadataRecord> = line.split('|').map(|part| record(part.trim())).collect();
        match next.apply_all(&records, LogPosition::default()) {
            Ok(changes) => {
                draw_changes(&mut drawn, &changes, &next);
                draw_image(&mut drawn, &next);
                image = next;
            }
            Err(error) => writeln!(drawn, "! {error}").unwrap(),
        }
    }
    expected.assert_eq(&drawn);
}

fn draw_changes(drawn: &mut String, changes: &Changes, image: &MetadataImage) {
    let mut told: Vec<String> = Vec::new();
    for (id, change) in &changes.topics {
        let name = |id| image.topics.name(id).unwrap();
        told.push(match change {
            TopicChange::Created => format!("{} created", name(id)),
            TopicChange::Altered { partitions } => format!("{} {partitions:?}", name(id)),
            TopicChange::Deleted(topic) => format!("{} deleted, had {}", topic.name, topic.partitions.size()),
        });
    }
    told.extend(
        changes.configs.iter().map(|resource| format!("settings of {}", resource_name(resource.kind, &resource.name))),
    );
    told.extend(changes.brokers.iter().map(|id| format!("broker {id}")));
    let told = if told.is_empty() { "nothing".to_owned() } else { told.join("; ") };
    writeln!(drawn, "+ {told}").unwrap();
}

fn draw_image(drawn: &mut String, image: &MetadataImage) {
    for broker in image.brokers.values() {
        let fenced = if broker.fenced { " fenced" } else { "" };
        let stopping = if broker.in_controlled_shutdown { " stopping" } else { "" };
        writeln!(drawn, "    broker {} epoch {}{fenced}{stopping}", broker.id, broker.epoch).unwrap();
    }
    for topic in image.topics.iter() {
        let id = char::from(topic.id.0[0]);
        if topic.partitions.is_empty() {
            writeln!(drawn, "    {} {id} without partitions", topic.name).unwrap();
        }
        for (index, p) in topic.partitions.iter() {
            let leader = p.leader.map_or("none".to_owned(), |leader| leader.to_string());
            let (replicas, isr) = (list(&p.replicas), list(&p.isr));
            write!(drawn, "    {} {id}/{index} on {replicas} isr {isr} leader {leader}", topic.name).unwrap();
            write!(drawn, " epoch {}.{}", p.leader_epoch, p.partition_epoch).unwrap();
            if !p.eligible_leader_replicas.is_empty() {
                write!(drawn, " elr {}", list(&p.eligible_leader_replicas)).unwrap();
            }
            if !p.last_known_elr.is_empty() {
                write!(drawn, " last {}", list(&p.last_known_elr)).unwrap();
            }
            drawn.push_str(if p.leader_recovery == LeaderRecovery::Recovering { " recovering\n" } else { "\n" });
        }
    }
    for kind in image.configs.kinds() {
        for (name, settings) in image.configs.resources(kind) {
            for (key, value) in settings.iter() {
                writeln!(drawn, "    {} {key}={value}", resource_name(kind, name)).unwrap();
            }
        }
    }
}

fn resource_name(kind: ResourceKind, name: &str) -> String {
    if kind == ResourceKind::TOPIC { name.to_owned() } else { format!("{}/{name}", kind.0) }
}

fn list(ids: &[i32]) -> String {
    let ids: Vec<String> = ids.iter().map(i32::to_string).collect();
    if ids.is_empty() { "-".to_owned() } else { ids.join(",") }
}

/// A record from its line.
fn record(line: &str) -> MetadataRecord {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["topic", name, id] => TopicRecord { name: (*name).into(), topic_id: id_of(id), ..Default::default() }.into(),
        ["remove", id] => RemoveTopicRecord { topic_id: id_of(id), ..Default::default() }.into(),
        ["partition", place, "on", replicas, "leader", leader] => {
            let (topic_id, partition_id) = place_of(place);
            PartitionRecord {
                topic_id,
                partition_id,
                replicas: ids(replicas),
                isr: ids(replicas),
                leader: leader.parse().unwrap(),
                leader_epoch: 0,
                partition_epoch: 0,
                ..Default::default()
            }
            .into()
        }
        ["change", place, rest @ ..] => change(place, rest).into(),
        ["clear", "elr", name] => ClearElrRecord { topic_name: (*name).into(), ..Default::default() }.into(),
        ["set", kind, name, pair] => {
            let (key, value) = pair.split_once('=').unwrap();
            config(kind, name, key, Some(value.into())).into()
        }
        ["unset", kind, name, key] => config(kind, name, key, None).into(),
        ["broker", id, epoch] => RegisterBrokerRecord {
            broker_id: id.parse().unwrap(),
            broker_epoch: epoch.parse().unwrap(),
            ..Default::default()
        }
        .into(),
        [what @ ("unfence" | "fence" | "stopping"), id, epoch] => BrokerRegistrationChangeRecord {
            broker_id: id.parse().unwrap(),
            broker_epoch: epoch.parse().unwrap(),
            fenced: match *what {
                "unfence" => -1,
                "fence" => 1,
                _ => 0,
            },
            in_controlled_shutdown: i8::from(*what == "stopping"),
            ..Default::default()
        }
        .into(),
        ["unregister", id, epoch] => UnregisterBrokerRecord {
            broker_id: id.parse().unwrap(),
            broker_epoch: epoch.parse().unwrap(),
            ..Default::default()
        }
        .into(),
        ["begin"] => BeginTransactionRecord::default().into(),
        ["end"] => EndTransactionRecord::default().into(),
        ["abort"] => AbortTransactionRecord::default().into(),
        _ => panic!("what is `{line}`?"),
    }
}

fn change(place: &str, mut words: &[&str]) -> PartitionChangeRecord {
    let (topic_id, partition_id) = place_of(place);
    let mut change = PartitionChangeRecord { topic_id, partition_id, ..Default::default() };
    while let [what, rest @ ..] = words {
        words = match (*what, rest) {
            ("recovering" | "recovered", rest) => {
                change.leader_recovery_state = i8::from(*what == "recovering");
                rest
            }
            ("leader", [id, rest @ ..]) => {
                change.leader = id.parse().unwrap();
                rest
            }
            ("isr", [list, rest @ ..]) => {
                change.isr = Some(ids(list));
                rest
            }
            ("elr", [list, rest @ ..]) => {
                change.eligible_leader_replicas = Some(ids(list));
                rest
            }
            ("last", [list, rest @ ..]) => {
                change.last_known_elr = Some(ids(list));
                rest
            }
            _ => panic!("what is `{what}`?"),
        };
    }
    change
}

fn config(kind: &str, name: &str, key: &str, value: Option<Text>) -> ConfigRecord {
    ConfigRecord {
        resource_type: if kind == "topic" { 2 } else { 4 },
        resource_name: if name == "-" { "".into() } else { name.into() },
        name: key.into(),
        value,
        ..Default::default()
    }
}

fn place_of(place: &str) -> (Uuid, i32) {
    let (id, index) = place.split_once('/').unwrap();
    (id_of(id), index.parse().unwrap())
}

/// A letter or a few stand for the id that begins with them.
fn id_of(letters: &str) -> Uuid {
    let mut id = Uuid::ZERO;
    id.0[..letters.len()].copy_from_slice(letters.as_bytes());
    id
}

fn ids(list: &str) -> Vec<i32> {
    list.split(',').filter(|id| *id != "-").map(|id| id.parse().unwrap()).collect()
}

fn metadata_version(level: i16) -> FeatureLevelRecord {
    FeatureLevelRecord { name: feature::METADATA_VERSION.into(), feature_level: level, ..Default::default() }
}

fn one_of_each() -> Vec<MetadataRecord> {
    let quota = client_quota::EntityData { entity_type: "user".into(), entity_name: None, ..Default::default() };
    vec![
        UserScramCredentialRecord { name: "alice".into(), mechanism: 1, iterations: 4096, ..Default::default() }.into(),
        AccessControlEntryRecord { id: id_of("X"), principal: "User:bob".into(), ..Default::default() }.into(),
        DelegationTokenRecord { token_id: "t".into(), ..Default::default() }.into(),
        FeatureLevelRecord { name: "group.version".into(), feature_level: 1, ..Default::default() }.into(),
        FeatureLevelRecord { name: "metadata.version".into(), feature_level: 33, ..Default::default() }.into(),
        ProducerIdsRecord { next_producer_id: 2000, ..Default::default() }.into(),
        ClientQuotaRecord {
            entity: vec![quota],
            key: "producer_byte_rate".into(),
            value: 1000.5,
            ..Default::default()
        }
        .into(),
        record("set broker - min.insync.replicas=1"),
        record("topic t A"),
        record("partition A/1 on 1 leader 1"),
        record("partition A/0 on 1 leader 1"),
        record("set topic t retention.ms=5"),
        RegisterControllerRecord { controller_id: 3000, ..Default::default() }.into(),
        record("broker 1 7"),
    ]
}

fn summary(record: &MetadataRecord) -> String {
    let what = match record {
        MetadataRecord::FeatureLevel(r) => format!(" {}={}", r.name, r.feature_level),
        MetadataRecord::RegisterBroker(r) => format!(" {}", r.broker_id),
        MetadataRecord::RegisterController(r) => format!(" {}", r.controller_id),
        MetadataRecord::Topic(r) => format!(" {}", r.name),
        MetadataRecord::Partition(r) => format!(" {}", r.partition_id),
        MetadataRecord::Config(r) => format!(" {}", r.name),
        MetadataRecord::ClientQuota(r) => format!(" {}", r.key),
        MetadataRecord::ProducerIds(r) => format!(" {}", r.next_producer_id),
        MetadataRecord::UserScramCredential(r) => format!(" {}", r.name),
        _ => String::new(),
    };
    format!("{}{what}", record.name())
}
