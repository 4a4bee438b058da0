//! Every call of the admin client against a cluster, one line of JSON for each: `cargo run -p kampa-client --example admin HOST:PORT`.
//!
//! Run against Kampa and against Apache Kafka, the two outputs are the same: ids, addresses, sizes and times are left out.
//! It makes a topic of its own, and leaves the cluster as it found it.

// A program of its own, with no simulated world to keep to.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

use std::fmt::Debug;

use kampa_client::admin::*;
use kampa_client::{Client, Error, Isolation, Settings, TopicPartition, Topics, Uuid};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::args().nth(1).ok_or("HOST:PORT of a broker is wanted")?;
    let settings = Settings { api_timeout_ms: 10_000, ..Settings::bootstrap(&server) };
    kampa_world::World::run(1, |world| async move {
        let client = Client::on(world, settings)?;
        let node = *client.metadata(Topics::None).await?.nodes.keys().next().ok_or(Error::Closed)?;
        let steps = Steps { admin: client.admin().within(5_000), node };
        steps.topics().await;
        steps.records().await;
        steps.settings().await;
        steps.groups().await;
        steps.cluster().await;
        steps.security().await;
        client.close().await;
        Ok::<(), Error>(())
    })??;
    Ok(())
}

struct Steps {
    admin: Admin,
    node: i32,
}

/// What a broker said, without what is different on each.
fn step<T: Debug>(name: &str, answer: T) {
    println!("{}", serde_json::json!({ "step": name, "result": format!("{answer:?}") }));
}

/// Only the code of what failed.
fn codes<K, T, U>(answers: Each<K, T>, shown: impl Fn(T) -> U) -> Vec<(K, Result<U, String>)> {
    answers.into_iter().map(|(key, answer)| (key, answer.map(&shown).map_err(|error| code(&error)))).collect()
}

fn code(error: &Error) -> String {
    match error {
        Error::TimedOut { last: Some(last), .. } => format!("timed out: {}", code(last)),
        error => error.code().map_or(error.to_string(), |code| code.name().to_owned()),
    }
}

impl Steps {
    async fn topics(&self) {
        let how = CreateTopics::default();
        let named = |name: &str| NewTopic { name: name.into(), partitions: Some(2), ..Default::default() };
        let dry = CreateTopics { validate_only: true, ..CreateTopics::default() };
        let shown =
            |topic: CreatedTopic| (topic.partitions, topic.replication_factor, topic.configs.map(|all| all.len() > 30));
        step("create topics: look only", codes(self.admin.create_topics(&[named("orders")], &dry).await, shown));
        step(
            "create topics",
            codes(self.admin.create_topics(&[named("orders"), named("a/b"), named("words")], &how).await, shown),
        );
        step("create topics: again", codes(self.admin.create_topics(&[named("orders")], &how).await, shown));
        let listed = self.admin.list_topics(true).await.map(|all| {
            all.into_iter().map(|topic| topic.name).filter(|name| !name.starts_with("__")).collect::<Vec<_>>()
        });
        step("list topics", listed);
        let names = ["words", "absent", "orders"].map(|name| TopicRef::Name(name.into()));
        let shown = |topic: TopicDescription| {
            let rows = topic.partitions.iter().map(|one| {
                (
                    one.partition,
                    one.leader.is_some(),
                    one.replicas.len(),
                    one.isr.len(),
                    one.eligible_leader_replicas.clone(),
                )
            });
            (topic.name, topic.is_internal, rows.collect::<Vec<_>>())
        };
        for page in [1, 2000] {
            step("describe topics", codes(self.admin.describe_topics(&names, page).await, shown));
        }
        step(
            "describe topics: an unknown id",
            codes(self.admin.describe_topics(&[TopicRef::Id(Uuid([9; 16]))], 10).await, shown),
        );
        let more = |topic: &str, total| NewPartitions { topic: topic.into(), total, assignments: None };
        step(
            "create partitions",
            codes(
                self.admin.create_partitions(&[more("orders", 3), more("words", 1), more("absent", 2)], &how).await,
                |()| (),
            ),
        );
    }

    async fn records(&self) {
        let orders = TopicPartition::new("orders", 0);
        let specs = [
            OffsetSpec::Earliest,
            OffsetSpec::Latest,
            OffsetSpec::MaxTimestamp,
            OffsetSpec::EarliestLocal,
            OffsetSpec::LatestTiered,
            OffsetSpec::EarliestPendingUpload,
            OffsetSpec::AtOrAfter(0),
        ];
        for spec in specs {
            let listed = self.admin.list_offsets(&[(orders.clone(), spec)], Isolation::ReadUncommitted).await;
            step("list offsets", (spec, codes(listed, |one| (one.offset, one.timestamp_ms))));
        }
        let unknown = [(TopicPartition::new("absent", 0), OffsetSpec::Latest)];
        step(
            "list offsets: unknown",
            codes(self.admin.within(1_000).list_offsets(&unknown, Isolation::ReadCommitted).await, |one| one.offset),
        );
        step("delete records", codes(self.admin.delete_records(&[(orders.clone(), -1)]).await, |low| low));
        step(
            "delete records: beyond the end",
            codes(self.admin.delete_records(&[(orders.clone(), 5)]).await, |low| low),
        );
        step(
            "describe producers",
            codes(self.admin.describe_producers(std::slice::from_ref(&orders), None).await, |all| all.len()),
        );
        let dirs = self.admin.describe_log_dirs(&[self.node], Some(std::slice::from_ref(&orders))).await;
        let shown = |dirs: Vec<LogDir>| {
            dirs.into_iter().map(|dir| (dir.error, dir.replicas, dir.total_bytes > Some(0))).collect::<Vec<_>>()
        };
        step("describe log dirs", codes(dirs, shown));
        let moved = self.admin.alter_replica_log_dirs(&[(orders.clone(), self.node, "/no/such/dir".into())]).await;
        step(
            "alter replica log dirs: no such",
            codes(moved, |()| ()).into_iter().map(|((partition, _), answer)| (partition, answer)).collect::<Vec<_>>(),
        );
        let elected = self
            .admin
            .elect_leaders(ElectionType::Preferred, Some(&[orders.clone(), TopicPartition::new("absent", 0)]))
            .await;
        step(
            "elect leaders",
            elected
                .map(|all| {
                    let mut all = codes(all, |()| ());
                    all.sort();
                    all
                })
                .map_err(|error| code(&error)),
        );
        step("list reassignments", self.admin.list_partition_reassignments(None).await);
        step(
            "alter reassignments: cancel none",
            codes(self.admin.alter_partition_reassignments(&[(orders.clone(), None)], true).await, |()| ()),
        );
        step(
            "alter reassignments: to nobody",
            codes(self.admin.alter_partition_reassignments(&[(orders, Some(vec![77]))], true).await, |()| ()),
        );
    }

    async fn settings(&self) {
        let (orders, broker) = (ConfigResource::topic("orders"), ConfigResource::broker(self.node));
        let set = |value: &str| vec![AlterConfig::set("retention.ms", value)];
        let changes = [(orders.clone(), set("1000")), (ConfigResource::topic("absent"), set("1"))];
        step("alter configs: look only", codes(self.admin.alter_configs(&changes, true).await, |()| ()));
        step("alter configs", codes(self.admin.alter_configs(&changes, false).await, |()| ()));
        step(
            "alter configs: refused",
            codes(self.admin.alter_configs(&[(orders.clone(), set("soon"))], false).await, |()| ()),
        );
        let append = AlterConfig {
            name: "cleanup.policy".into(),
            operation: AlterOperation::Append,
            value: Some("compact".into()),
        };
        step(
            "alter configs: append",
            codes(self.admin.alter_configs(&[(orders.clone(), vec![append])], false).await, |()| ()),
        );
        let own = |entries: Vec<ConfigEntry>| {
            let mut own: Vec<_> = entries
                .into_iter()
                .filter(|entry| entry.source == ConfigSource::DynamicTopic)
                .map(|entry| (entry.name, entry.value, entry.kind))
                .collect();
            own.sort_by(|a, b| a.0.cmp(&b.0));
            own
        };
        let how = DescribeConfigs { include_synonyms: true, include_documentation: true };
        let all = [orders.clone(), ConfigResource::topic("absent"), broker];
        let described = self.admin.describe_configs(&all, &how).await;
        step(
            "describe configs",
            described.into_iter().map(|(_, answer)| answer.map(own).map_err(|error| code(&error))).collect::<Vec<_>>(),
        );
        let replaced = [(orders.clone(), vec![("retention.ms".to_owned(), Some("2000".to_owned()))])];
        step("replace configs", codes(self.admin.replace_configs(&replaced, false).await, |()| ()));
        step("describe configs: replaced", codes(self.admin.describe_configs(&[orders], &how).await, own));
        step(
            "list config resources",
            self.admin.list_config_resources(&[ResourceType::ClientMetrics, ResourceType::Group]).await,
        );
    }

    async fn groups(&self) {
        let orders = TopicPartition::new("orders", 0);
        let commit = |partition: TopicPartition| OffsetToCommit {
            partition,
            offset: 7,
            leader_epoch: None,
            metadata: "m".into(),
        };
        let altered = self
            .admin
            .alter_group_offsets("billing", &[commit(orders.clone()), commit(TopicPartition::new("absent", 0))])
            .await;
        step("alter group offsets", altered.map(|all| codes(all, |()| ())).map_err(|error| code(&error)));
        let which = [
            GroupOffsets { group: "billing".into(), partitions: None },
            GroupOffsets { group: "nobody".into(), partitions: Some(vec![orders.clone()]) },
        ];
        step("list group offsets", codes(self.admin.list_group_offsets(&which, true).await, |all| all));
        let states = ListGroups { states: vec!["Empty".into()], types: vec!["classic".into()], ..Default::default() };
        step("list groups", self.admin.list_groups(&states).await.map(|(groups, failed)| (groups, failed.len())));
        let shown = |group: ClassicGroup| (group.state, group.protocol_type, group.members.len());
        step(
            "describe groups",
            codes(self.admin.describe_classic_groups(&["billing".into(), "nobody".into()], true).await, shown),
        );
        let gone = self.admin.remove_group_members("billing", &[LeavingMember::Id("nobody".into())], "tidying").await;
        step("remove group members", gone.map(|all| codes(all, |()| ())).map_err(|error| code(&error)));
        let deleted = self.admin.delete_group_offsets("billing", &[orders, TopicPartition::new("absent", 0)]).await;
        step("delete group offsets", deleted.map(|all| codes(all, |()| ())).map_err(|error| code(&error)));
        step("delete groups", codes(self.admin.delete_groups(&["billing".into(), "nobody".into()]).await, |()| ()));
    }

    async fn cluster(&self) {
        let how = DescribeCluster { include_fenced_brokers: true, include_authorized_operations: true };
        let shown = |cluster: ClusterDescription| {
            (
                cluster.cluster_id.is_some(),
                cluster.controller.is_some(),
                cluster.nodes.len(),
                cluster.authorized_operations,
            )
        };
        step("describe cluster", self.admin.describe_cluster(&how).await.map(shown));
        step("unregister broker", self.admin.unregister_broker(77).await.map_err(|error| code(&error)));
        let quorum = self.admin.describe_quorum().await;
        step("describe quorum", quorum.map(|quorum| (quorum.voters.len(), quorum.observers.len(), quorum.nodes.len())));
        let voter = self.admin.remove_raft_voter(None, 77, Uuid::METADATA_TOPIC).await;
        step("remove raft voter", voter.map_err(|error| code(&error)));
        let features = self.admin.describe_features(Some(self.node)).await;
        step("describe features", features.map(|features| (features.supported, features.finalized)));
        let update =
            FeatureUpdate { feature: "no.such.feature".into(), max_level: 1, upgrade_type: UpgradeType::Upgrade };
        step("update features", codes(self.admin.update_features(&[update], true).await, |()| ()));
    }

    async fn security(&self) {
        let entity: QuotaEntity = vec![("user".into(), Some("bob".into())), ("client-id".into(), None)];
        let change =
            |value| QuotaAlteration { entity: entity.clone(), changes: vec![("request_percentage".into(), value)] };
        step("alter quotas", codes(self.admin.alter_client_quotas(&[change(Some(12.5))], false).await, |()| ()));
        let filter = QuotaFilter { components: vec![("user".into(), QuotaMatch::Name("bob".into()))], strict: false };
        let described = self.admin.describe_client_quotas(&filter).await;
        step(
            "describe quotas",
            described.map(|all| {
                all.into_iter()
                    .map(|(mut entity, quotas)| {
                        entity.sort();
                        (entity, quotas)
                    })
                    .collect::<Vec<_>>()
            }),
        );
        step("alter quotas: take away", codes(self.admin.alter_client_quotas(&[change(None)], false).await, |()| ()));
        let info = ScramInfo { mechanism: ScramMechanism::Sha256, iterations: 4096 };
        let upsert = ScramAlteration::Upsert { user: "bob".into(), info, password: "secret".into() };
        step("alter scram", codes(self.admin.alter_scram_credentials(&[upsert]).await, |()| ()));
        let described = self.admin.describe_scram_credentials(&["bob".into(), "nobody".into()]).await;
        step("describe scram", described.map(|all| codes(all, |infos| infos)));
        let delete = ScramAlteration::Delete { user: "bob".into(), mechanism: ScramMechanism::Sha256 };
        step(
            "alter scram: delete",
            codes(self.admin.alter_scram_credentials(std::slice::from_ref(&delete)).await, |()| ()),
        );
        step("alter scram: delete again", codes(self.admin.alter_scram_credentials(&[delete]).await, |()| ()));
        step("describe acls", self.admin.describe_acls(&AclFilter::default()).await.map_err(|error| code(&error)));
        let binding = AclBinding {
            resource_type: 2,
            resource_name: "orders".into(),
            pattern_type: 3,
            principal: "User:bob".into(),
            host: "*".into(),
            operation: 3,
            permission: 3,
        };
        let created = self.admin.create_acls(&[binding]).await;
        step(
            "create acls",
            created.map(|all| all.into_iter().map(|one| one.map_err(|error| code(&error))).collect::<Vec<_>>()),
        );
        let deleted = self.admin.delete_acls(&[AclFilter::default()]).await;
        step(
            "delete acls",
            deleted.map(|all| all.into_iter().map(|one| one.map_err(|error| code(&error))).collect::<Vec<_>>()),
        );
        let gone = ["orders", "words", "absent"].map(|name| TopicRef::Name(name.into()));
        step("delete topics", codes(self.admin.delete_topics(&gone, &CreateTopics::default()).await, |()| ()));
    }
}
