//! Admin calls against a node of ours on the simulated world; what they answer, as text.

use std::fmt::Debug;

use expect_test::{Expect, expect};
use kampa_world::sim::{Faults, Simulation};

use super::*;
use crate::tests::node_and_client;
use crate::{Settings, TopicPartition, Uuid};

/// Runs `script` on a node with topic `orders` of three partitions, and compares what it shows.
fn check(faults: Faults, script: impl AsyncFnOnce(Admin) -> String, wanted: Expect) {
    let simulation = Simulation::new(7, faults);
    simulation.run(async {
        let settings = Settings { api_timeout_ms: 20_000, ..Settings::bootstrap("node:9092") };
        let (_node, client) = node_and_client(&simulation, settings).await;
        let admin = client.admin();
        let orders = NewTopic { name: "orders".into(), partitions: Some(3), ..Default::default() };
        // On a bad network it may have been made by a try whose answer was lost.
        let _ = admin.create_topics(&[orders], &CreateTopics::default()).await;
        wanted.assert_eq(&script(admin).await);
        client.close().await;
    });
}

fn each<K: Debug, T: Debug>(answers: Each<K, T>) -> String {
    answers
        .into_iter()
        .map(|(key, answer)| match answer {
            Ok(answer) => format!("{key:?}: {answer:?}\n"),
            Err(error) => format!("{key:?}: {error}\n"),
        })
        .collect()
}

fn name(name: &str) -> TopicRef {
    TopicRef::Name(name.into())
}

#[test]
fn topics_are_made_described_page_by_page_grown_and_deleted() {
    let script = async |admin: Admin| {
        let how = CreateTopics::default();
        let topic =
            |name: &str, partitions| NewTopic { name: name.into(), partitions: Some(partitions), ..Default::default() };
        let made = admin.create_topics(&[topic("words", 2), topic("orders", 1), topic("not/a/name", 1)], &how).await;
        let mut shown = each(made.into_iter().map(|(name, made)| (name, made.map(|made| made.partitions))).collect());
        for page_partitions in [1, 2, 2000] {
            let described =
                admin.describe_topics(&[name("words"), name("absent"), name("orders")], page_partitions).await;
            let counts = |topic: TopicDescription| topic.partitions.iter().map(|one| one.partition).collect::<Vec<_>>();
            shown += &each(described.into_iter().map(|(topic, described)| (topic, described.map(counts))).collect());
        }
        let more = |topic: &str, total| NewPartitions { topic: topic.into(), total, assignments: None };
        shown += &each(admin.create_partitions(&[more("orders", 5), more("words", 1)], &how).await);
        let id = admin.list_topics(true).await.unwrap()[0].id;
        shown += &each(admin.delete_topics(&[TopicRef::Id(id), name("absent")], &how).await)
            .replace(&id.to_string(), "(of orders)");
        shown
            + &format!(
                "{:?}\n",
                admin.list_topics(true).await.unwrap().iter().map(|topic| &topic.name).collect::<Vec<_>>()
            )
    };
    check(
        Faults::none(),
        script,
        expect![[r#"
        "words": 2
        "orders": topic orders: TOPIC_ALREADY_EXISTS (Topic 'orders' already exists.)
        "not/a/name": topic not/a/name: INVALID_TOPIC_EXCEPTION (Topic name is invalid: 'not/a/name' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-')
        Name("words"): [0, 1]
        Name("absent"): topic absent: UNKNOWN_TOPIC_OR_PARTITION
        Name("orders"): [0, 1, 2]
        Name("words"): [0, 1]
        Name("absent"): topic absent: UNKNOWN_TOPIC_OR_PARTITION
        Name("orders"): [0, 1, 2]
        Name("words"): [0, 1]
        Name("absent"): topic absent: UNKNOWN_TOPIC_OR_PARTITION
        Name("orders"): [0, 1, 2]
        "orders": ()
        "words": topic words: INVALID_PARTITIONS (The topic words currently has 2 partition(s); 1 would not be an increase.)
        Id((of orders)): ()
        Name("absent"): topic absent: UNKNOWN_TOPIC_OR_PARTITION (This server does not host this topic-partition.)
        ["words"]
    "#]],
    );
}

#[test]
fn a_bad_network_changes_no_answer() {
    let script = async |admin: Admin| {
        let cluster = admin.describe_cluster(&DescribeCluster::default()).await.unwrap();
        let mut shown =
            format!("{:?} {:?}\n", cluster.controller, cluster.nodes.iter().map(|node| node.id).collect::<Vec<_>>());
        let wanted: Vec<_> =
            (0..3).map(|partition| (TopicPartition::new("orders", partition), OffsetSpec::Latest)).collect();
        let listed = admin.list_offsets(&wanted, crate::Isolation::ReadUncommitted).await;
        shown +=
            &each(listed.into_iter().map(|(partition, listed)| (partition, listed.map(|one| one.offset))).collect());
        shown += &each(admin.describe_classic_groups(&["nobody".into()], false).await);
        shown += &format!("{:?}\n", admin.list_groups(&ListGroups::default()).await);
        shown
    };
    check(
        Faults::rough(),
        script,
        expect![[r#"
        Some(0) [0]
        TopicPartition { topic: "orders", partition: 0 }: 0
        TopicPartition { topic: "orders", partition: 1 }: 0
        TopicPartition { topic: "orders", partition: 2 }: 0
        "nobody": group nobody: GROUP_ID_NOT_FOUND (Group nobody not found.)
        Ok(([], []))
    "#]],
    );
}

#[test]
fn settings_are_described_for_each_resource_and_a_brokers_at_that_broker() {
    let script = async |admin: Admin| {
        let resources = [ConfigResource::topic("orders"), ConfigResource::topic("absent"), ConfigResource::broker(0)];
        let described =
            admin.describe_configs(&resources, &DescribeConfigs { include_synonyms: true, ..Default::default() }).await;
        let picked = |entries: Vec<ConfigEntry>| {
            let wanted = |entry: &&ConfigEntry| entry.name == "retention.ms" || entry.name == "node.id";
            entries
                .iter()
                .filter(wanted)
                .map(|entry| format!("{}={:?} {}", entry.name, entry.value, entry.source.name()))
                .collect::<Vec<_>>()
        };
        each(described.into_iter().map(|(resource, described)| (resource.what(), described.map(picked))).collect())
    };
    check(
        Faults::none(),
        script,
        expect![[r#"
        "topic orders": ["retention.ms=Some(\"604800000\") DEFAULT_CONFIG"]
        "topic absent": topic absent: UNKNOWN_TOPIC_OR_PARTITION
        "broker 0": ["node.id=Some(\"0\") DEFAULT_CONFIG"]
    "#]],
    );
}

#[test]
fn what_is_not_known_in_time_is_said_with_the_last_reason() {
    let script = async |admin: Admin| {
        let admin = admin.within(3_000);
        let wanted = [
            (TopicPartition::new("absent", 0), OffsetSpec::Earliest),
            (TopicPartition::new("orders", 7), OffsetSpec::Earliest),
        ];
        let listed = each(admin.list_offsets(&wanted, crate::Isolation::ReadUncommitted).await);
        listed + &each(admin.describe_topics(&[TopicRef::Id(Uuid([7; 16]))], 10).await)
    };
    check(
        Faults::none(),
        script,
        expect![[r#"
        TopicPartition { topic: "absent", partition: 0 }: listing offsets was not done within 3000 ms; at last: absent-0: UNKNOWN_TOPIC_OR_PARTITION
        TopicPartition { topic: "orders", partition: 7 }: listing offsets was not done within 3000 ms; at last: orders-7: UNKNOWN_TOPIC_OR_PARTITION
        Id(BwcHBwcHBwcHBwcHBwcHBw): topic id BwcHBwcHBwcHBwcHBwcHBw: UNKNOWN_TOPIC_ID
    "#]],
    );
}
