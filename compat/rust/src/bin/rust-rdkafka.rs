//! librdkafka, by its Rust crate, against one node: rust-rdkafka HOST:PORT RUN

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kampa_compat_rust::{Run, Said, refused, settled, step};
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders, OwnedMessage};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use serde_json::{Value, json};

struct Script {
    run: Run,
    admin: AdminClient<DefaultClientContext>,
    /// Asks what only a consumer can.
    asker: BaseConsumer,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let run = Run::of_arguments("rust-rdkafka");
    let admin = config(&run).create().expect("an admin client");
    let asker = config(&run).set("group.id", run.name("asker")).create().expect("a consumer");
    let script = Script { run, admin, asker };
    script.topics().await;
    script.configs().await;
    script.producing().await;
    script.codecs().await;
    script.reading().await;
    script.offsets().await;
    script.groups().await;
    for assignor in ["range", "roundrobin", "cooperative-sticky"] {
        script.rebalancing(assignor).await;
    }
    script.records().await;
    script.deleting().await;
}

fn config(run: &Run) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &run.bootstrap).set("client.id", "compat").set_log_level(RDKafkaLogLevel::Emerg);
    config
}

fn error_name(error: &KafkaError) -> String {
    error.rdkafka_error_code().map_or_else(|| error.to_string(), code)
}

fn code(code: RDKafkaErrorCode) -> String {
    format!("{code:?} ({})", code as i32)
}

/// What each of the named answered.
fn each<T>(answers: Vec<Result<T, (String, RDKafkaErrorCode)>>) -> Value {
    answers.into_iter().map(|answer| answer.map_or_else(|(_, error)| code(error), |_| "done".into())).collect()
}

fn text(bytes: Option<&[u8]>) -> String {
    bytes.map_or("null".into(), |bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(Duration::from_secs(5)))
}

/// How long a question to the node may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Script {
    async fn create(&self, topic: NewTopic<'_>) -> Said<KafkaError> {
        let (name, answers) = (topic.name.to_string(), self.admin.create_topics([&topic], &options()).await?);
        if answers.iter().all(Result::is_ok) {
            settled(json!(true), async || Ok::<_, KafkaError>(json!(self.partitions(&name)?.is_some()))).await?;
        }
        Ok(each(answers))
    }

    /// How many a topic has, once each has a leader.
    fn partitions(&self, topic: &str) -> KafkaResult<Option<usize>> {
        let found = self.asker.fetch_metadata(Some(topic), PATIENCE)?;
        let partitions = found.topics().first().map(|topic| topic.partitions()).unwrap_or_default();
        Ok((!partitions.is_empty() && partitions.iter().all(|p| p.leader() >= 0)).then_some(partitions.len()))
    }

    async fn topics(&self) {
        let one = || TopicReplication::Fixed(1);
        let three = self.run.name("three");
        step("cluster", async {
            let found = self.asker.fetch_metadata(None, PATIENCE)?;
            Ok::<_, KafkaError>(
                found.brokers().iter().map(|b| json!(format!("{} {}:{}", b.id(), b.host(), b.port()))).collect(),
            )
        })
        .await;
        step("topics: create with 3 partitions", self.create(NewTopic::new(&three, 3, one()))).await;
        step("topics: create again", self.create(NewTopic::new(&three, 3, one()))).await;
        let settings = self.run.name("settings");
        let with_settings =
            NewTopic::new(&settings, 1, one()).set("cleanup.policy", "compact").set("max.message.bytes", "5000");
        step("topics: create with settings", self.create(with_settings)).await;
        let assigned = self.run.name("assigned");
        step(
            "topics: create with an assignment",
            self.create(NewTopic::new(&assigned, 2, TopicReplication::Variable(&[&[1], &[1]]))),
        )
        .await;
        let (odd, long) = (self.run.name("odd"), "x".repeat(250));
        for (what, topic) in [
            ("an illegal name", NewTopic::new("not/a/name", 1, one())),
            ("a name of 250 characters", NewTopic::new(&long, 1, one())),
            ("10001 partitions", NewTopic::new(&odd, 10_001, one())),
            ("two replicas of one broker", NewTopic::new(&odd, 1, TopicReplication::Fixed(2))),
            ("an unknown setting", NewTopic::new(&odd, 1, one()).set("no.such.setting", "1")),
            ("an impossible setting", NewTopic::new(&odd, 1, one()).set("retention.ms", "soon")),
        ] {
            refused(&format!("topics: refuse {what}"), error_name, self.create(topic)).await;
        }
        step("topics: list", async { self.listed() }).await;
        for (what, topic, count) in [
            ("from 2 to 4", &assigned, 4),
            ("refuse fewer", &assigned, 3),
            ("refuse as many", &assigned, 4),
            ("refuse an unknown topic", &odd, 4),
        ] {
            refused(&format!("partitions: {what}"), error_name, async {
                Ok(each(self.admin.create_partitions([&NewPartitions::new(topic, count)], &options()).await?))
            })
            .await;
        }
    }

    fn listed(&self) -> Said<KafkaError> {
        let found = self.asker.fetch_metadata(None, PATIENCE)?;
        let mut names: Vec<_> =
            found.topics().iter().map(|topic| topic.name()).filter(|name| self.run.is_mine(name)).collect();
        names.sort_unstable();
        Ok(json!(names))
    }

    async fn described(&self, resource: ResourceSpecifier<'_>, shown: &[&str]) -> Said<KafkaError> {
        let mut said = BTreeMap::new();
        for answer in self.admin.describe_configs([&resource], &options()).await? {
            match answer {
                Ok(found) => said.extend(
                    found.entries.into_iter().filter(|e| shown.is_empty() || shown.contains(&&*e.name)).map(|e| {
                        (
                            e.name,
                            json!([e.value, format!("{:?}", e.source), e.is_read_only, e.is_default, e.is_sensitive]),
                        )
                    }),
                ),
                Err(error) => return Ok(json!(code(error))),
            }
        }
        Ok(json!(said))
    }

    async fn configs(&self) {
        let [three, settings, unknown] = ["three", "settings", "unknown"].map(|topic| self.run.name(topic));
        step("configs: of a topic", self.described(ResourceSpecifier::Topic(&settings), &[])).await;
        step("configs: of an unknown topic", self.described(ResourceSpecifier::Topic(&unknown), &[])).await;
        let shown = ["num.partitions", "message.max.bytes", "log.retention.hours", "auto.create.topics.enable"];
        step("configs: of the broker, a few", self.described(ResourceSpecifier::Broker(1), &shown)).await;
        for (what, topic, key, value) in [
            ("replace a topic's", &three, "retention.ms", "7200000"),
            ("refuse an impossible value", &three, "retention.ms", "soon"),
            ("refuse an unknown setting", &three, "no.such.setting", "1"),
            ("refuse an unknown topic", &unknown, "retention.ms", "1"),
        ] {
            refused(&format!("configs: {what}"), error_name, async {
                let asked = AlterConfig::new(ResourceSpecifier::Topic(topic)).set(key, value);
                let answers = self.admin.alter_configs([&asked], &options()).await?;
                tokio::time::sleep(Duration::from_secs(1)).await; // the node may tell of a change a moment later
                let said: Vec<_> =
                    answers.into_iter().map(|a| a.map_or_else(|(_, error)| code(error), |_| "done".into())).collect();
                Ok(json!([said, self.described(ResourceSpecifier::Topic(&three), &["retention.ms"]).await?]))
            })
            .await;
        }
    }

    /// Sends `(partition, key, value, ms)` with some settings; tells where each came to lie.
    async fn send(
        &self,
        topic: &str,
        settings: &[(&str, &str)],
        records: &[(i32, Option<&str>, Option<&str>, i64)],
    ) -> Said<KafkaError> {
        let mut config = config(&self.run);
        config.set("message.max.bytes", "4000000").set("linger.ms", "20").set("message.timeout.ms", "15000");
        settings.iter().for_each(|(key, value)| {
            config.set(*key, *value);
        });
        let (producer, topic): (FutureProducer, _) = (config.create()?, self.run.name(topic));
        let mut sent = Vec::new();
        for (partition, key, value, ms) in records {
            let headers = OwnedHeaders::new()
                .insert(Header { key: "one", value: Some("1") })
                .insert(Header { key: "null", value: None::<&str> });
            let record = FutureRecord {
                topic: &topic,
                partition: Some(*partition),
                payload: *value,
                key: *key,
                timestamp: Some(self.run.start_ms + ms),
                headers: (*key == Some("headers")).then_some(headers),
            };
            sent.push(producer.send_result(record).map_err(|(error, _)| error)?);
        }
        let mut said = Vec::new();
        for answer in sent {
            let delivered = answer.await.map_err(|_| KafkaError::Canceled)?.map_err(|(error, _)| error)?;
            said.push((delivered.partition, delivered.offset));
        }
        said.sort_unstable();
        Ok(json!(said))
    }

    async fn producing(&self) {
        for acks in ["0", "1", "all"] {
            step(&format!("produce: acks {acks}"), async {
                let records = [0, 1, 2].map(|partition| (partition, Some("k"), Some(acks), 0));
                let said = self.send("three", &[("acks", acks)], &records).await?;
                if acks == "0" {
                    tokio::time::sleep(Duration::from_millis(500)).await; // which says nothing of when it is written
                    return Ok::<_, KafkaError>(json!("sent"));
                }
                Ok(said)
            })
            .await;
        }
        let odd = [
            (0, None, Some("no key"), 0),
            (0, Some("no value"), None, 1),
            (0, Some(""), Some(""), 2),
            (0, Some("headers"), Some("x"), 3),
        ];
        step("produce: null key, null value, empty value, headers", self.send("three", &[], &odd)).await;
        let (under, above, big) = ("x".repeat(1_048_588 - 90), "x".repeat(1_048_588), "x".repeat(5_001));
        step("produce: just under the limit", self.send("three", &[], &[(1, None, Some(&under), 0)])).await;
        refused(
            "produce: refuse one above the limit",
            error_name,
            self.send("three", &[], &[(1, None, Some(&above), 0)]),
        )
        .await;
        refused(
            "produce: refuse one above the topic's own limit",
            error_name,
            self.send("settings", &[], &[(0, Some("k"), Some(&big), 0)]),
        )
        .await;
        refused(
            "produce: refuse a record without key on a compacted topic",
            error_name,
            self.send("settings", &[], &[(0, None, Some("x"), 0)]),
        )
        .await;
        let many: Vec<_> = (0..500).map(|_| (0, Some("i"), Some("i"), 0)).collect();
        step("produce: idempotent", async {
            let said = self.send("assigned", &[("enable.idempotence", "true")], &many).await?;
            Ok::<_, KafkaError>(json!([said.as_array().map(Vec::len), said[499]]))
        })
        .await;
        step("produce: a topic that is made by asking for it", self.send("auto", &[], &[(0, None, Some("x"), 0)]))
            .await;
    }

    async fn codecs(&self) {
        let topic = self.run.name("codecs");
        step("codecs: a topic for them", self.create(NewTopic::new(&topic, 1, TopicReplication::Fixed(1)))).await;
        for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
            step(&format!("codecs: produce with {codec}"), async {
                let values: Vec<String> = (0..100).map(|i| format!("{codec} {i} ").repeat(20)).collect();
                let records: Vec<_> =
                    values.iter().zip(0..).map(|(value, ms)| (0, Some(codec), Some(&**value), ms)).collect();
                let said = self.send("codecs", &[("compression.type", codec)], &records).await?;
                Ok::<_, KafkaError>(json!(said.as_array().map(Vec::len)))
            })
            .await;
        }
        step("codecs: read them all back", async {
            let found = self.read("codecs", &[0], Offset::Beginning, 500)?;
            let mut keys = BTreeMap::<String, u32>::new();
            found.iter().for_each(|one| *keys.entry(text(one.key())).or_default() += 1);
            let bytes: usize = found.iter().filter_map(Message::payload).map(<[u8]>::len).sum();
            Ok::<_, KafkaError>(json!({"keys": keys, "bytes": bytes}))
        })
        .await;
    }

    fn consumer(&self, group: &str, settings: &[(&str, &str)]) -> KafkaResult<BaseConsumer> {
        let mut config = config(&self.run);
        config.set("group.id", self.run.name(group)).set("fetch.wait.max.ms", "100").set("enable.auto.commit", "false");
        config
            .set("auto.offset.reset", "earliest")
            .set("heartbeat.interval.ms", "200")
            .set("session.timeout.ms", "10000");
        settings.iter().for_each(|(key, value)| {
            config.set(*key, *value);
        });
        config.create()
    }

    /// Reads by assignment, without a group's help.
    fn read(&self, topic: &str, partitions: &[i32], from: Offset, count: usize) -> KafkaResult<Vec<OwnedMessage>> {
        let (consumer, mut assigned) = (self.consumer("reader", &[])?, TopicPartitionList::new());
        for partition in partitions {
            assigned.add_partition_offset(&self.run.name(topic), *partition, from)?;
        }
        consumer.assign(&assigned)?;
        let (mut found, end) = (Vec::new(), Instant::now() + Duration::from_secs(20));
        while found.len() < count && Instant::now() < end {
            if let Some(message) = consumer.poll(Duration::from_millis(100)) {
                found.push(message?.detach());
            }
        }
        found.sort_by_key(|one| (one.partition(), one.offset()));
        Ok(found)
    }

    async fn reading(&self) {
        let told = |one: &OwnedMessage| {
            let value = text(one.payload());
            let value = if value.len() > 100 { json!(value.len()) } else { json!(value) };
            let headers: Vec<_> = one
                .headers()
                .into_iter()
                .flat_map(|all| all.iter().map(|h| format!("{}={}", h.key, text(h.value))).collect::<Vec<_>>())
                .collect();
            let ms = one.timestamp().to_millis().map(|ms| self.run.since(ms));
            json!([one.partition(), one.offset(), ms, text(one.key()), value, headers])
        };
        step("read: every record of three partitions", async {
            Ok::<_, KafkaError>(self.read("three", &[0, 1, 2], Offset::Beginning, 14)?.iter().map(told).collect())
        })
        .await;
        for (what, from) in [
            ("from an offset inside a batch", Offset::Offset(495)),
            ("an offset out of range starts over", Offset::Offset(99_999)),
            ("the last two", Offset::OffsetTail(2)),
        ] {
            step(&format!("read: {what}"), async {
                let count = if what == "the last two" { 2 } else { 5 };
                Ok::<_, KafkaError>(
                    self.read("codecs", &[0], from, count)?.iter().take(count).map(|one| json!(one.offset())).collect(),
                )
            })
            .await;
        }
    }

    async fn offsets(&self) {
        for ms in [-1000, 0, 50, 99, 100, 7_200_000] {
            refused(&format!("offsets: at the start's time and {ms} ms"), error_name, async {
                let mut asked = TopicPartitionList::new();
                asked.add_partition_offset(&self.run.name("codecs"), 0, Offset::Offset(self.run.start_ms + ms))?;
                Ok(listed(&self.asker.offsets_for_times(asked, PATIENCE)?))
            })
            .await;
        }
        for topic in ["three", "codecs", "unknown"] {
            refused(&format!("offsets: the ends of {topic}"), error_name, async {
                Ok(json!(self.asker.fetch_watermarks(&self.run.name(topic), 0, PATIENCE)?))
            })
            .await;
        }
    }

    async fn groups(&self) {
        let mut three = TopicPartitionList::new();
        three.add_partition_range(&self.run.name("three"), 0, 2);
        step("groups: read from the beginning, commit by hand", async {
            let mut member = Member::join(self, "reads", "three", &[])?;
            until("14 records", &mut [&mut member], |members| members[0].seen.len() >= 14)?;
            let before = listed(&member.consumer.committed_offsets(three.clone(), PATIENCE)?);
            let mut offsets = TopicPartitionList::new();
            offsets.add_partition_offset(&self.run.name("three"), 0, Offset::Offset(5))?;
            member.consumer.commit(&offsets, CommitMode::Sync)?;
            Ok::<_, KafkaError>(json!([before, listed(&member.consumer.committed_offsets(three.clone(), PATIENCE)?)]))
        })
        .await;
        step("groups: go on where it was committed", async {
            let mut member = Member::join(self, "reads", "three", &[])?;
            until("the rest", &mut [&mut member], |members| members[0].seen.len() >= 9)?;
            member.consumer.commit_consumer_state(CommitMode::Sync)?;
            Ok::<_, KafkaError>(json!([
                member.seen.len(),
                listed(&member.consumer.committed_offsets(three.clone(), PATIENCE)?)
            ]))
        })
        .await;
        step("groups: list", async {
            let found = self.asker.fetch_group_list(None, PATIENCE)?;
            let mut names: Vec<_> = found
                .groups()
                .iter()
                .filter(|g| self.run.is_mine(g.name()))
                .map(|g| format!("{} {}", g.name(), g.protocol_type()))
                .collect();
            names.sort_unstable();
            Ok::<_, KafkaError>(json!(names))
        })
        .await;
        for group in ["reads", "unknown"] {
            refused(&format!("groups: describe one, {group}"), error_name, async { self.group(group) }).await;
        }
        refused("groups: a session too short", error_name, async {
            let mut member = Member::join(
                self,
                "short",
                "three",
                &[("session.timeout.ms", "100"), ("heartbeat.interval.ms", "10")],
            )?;
            until("an error", &mut [&mut member], |_| false).map(|()| json!("none"))
        })
        .await;
    }

    fn group(&self, group: &str) -> Said<KafkaError> {
        let found = self.asker.fetch_group_list(Some(&self.run.name(group)), PATIENCE)?;
        Ok(found
            .groups()
            .iter()
            .map(|g| {
                json!([
                    g.name(),
                    g.state(),
                    g.protocol_type(),
                    g.protocol(),
                    g.members().iter().map(|m| format!("{} {}", m.client_id(), m.client_host())).collect::<Vec<_>>()
                ])
            })
            .collect())
    }

    async fn rebalancing(&self, assignor: &str) {
        let (topic, group) = (format!("shared-{assignor}"), format!("rebalance-{assignor}"));
        let settings = [("partition.assignment.strategy", assignor)];
        let join = || Member::join(self, &group, &topic, &settings);
        let delete =
            async || Ok::<_, KafkaError>(each(self.admin.delete_groups(&[&self.run.name(&group)], &options()).await?));
        let title = format!("rebalance, {assignor}");
        let name = self.run.name(&topic);
        step(&format!("{title}: a topic to share"), self.create(NewTopic::new(&name, 4, TopicReplication::Fixed(1))))
            .await;
        let (Ok(mut one), Ok(mut two)) = (join(), join()) else { return println!("no members") };
        step(&format!("{title}: two members have two partitions each"), async {
            until("two and two", &mut [&mut one, &mut two], |members| {
                members.iter().all(|member| member.partitions().len() == 2)
            })?;
            let mut both = [one.partitions(), two.partitions()].concat();
            both.sort_unstable();
            Ok::<_, KafkaError>(json!([both, self.group(&group)?]))
        })
        .await;
        step(&format!("{title}: every record goes to one of them"), async {
            let values: Vec<String> = (0..100).map(|i| i.to_string()).collect();
            let records: Vec<_> = values.iter().zip(0..).map(|(value, i)| (i % 4, None, Some(&**value), 0)).collect();
            self.send(&topic, &[], &records).await?;
            until("all records", &mut [&mut one, &mut two], |members| {
                members.iter().map(|member| member.seen.len()).sum::<usize>() >= 100
            })?;
            let mut seen = [one.seen.clone(), two.seen.clone()].concat();
            seen.sort_unstable();
            seen.dedup();
            Ok::<_, KafkaError>(json!(seen.len()))
        })
        .await;
        refused(&format!("{title}: deleting the busy group is refused"), error_name, delete()).await;
        step(&format!("{title}: one leaves, the other has all"), async {
            drop(one);
            until("four partitions", &mut [&mut two], |members| members[0].partitions().len() == 4)?;
            Ok::<_, KafkaError>(json!(two.partitions()))
        })
        .await;
        drop(two);
        step(&format!("{title}: delete the group"), settled(json!(["done"]), delete)).await;
        refused(&format!("{title}: delete it again"), error_name, delete()).await;
    }

    async fn records(&self) {
        for (what, topic, before) in [
            ("delete the first hundred", "codecs", Offset::Offset(100)),
            ("refuse beyond the end", "codecs", Offset::Offset(501)),
            ("refuse on a compacted topic", "settings", Offset::Offset(0)),
            ("delete all", "codecs", Offset::End),
        ] {
            refused(&format!("records: {what}"), error_name, async {
                let mut asked = TopicPartitionList::new();
                asked.add_partition_offset(&self.run.name(topic), 0, before)?;
                Ok(listed(&self.admin.delete_records(&asked, &options()).await?))
            })
            .await;
        }
    }

    async fn deleting(&self) {
        let [three, unknown] = ["three", "unknown"].map(|topic| self.run.name(topic));
        step("delete: a topic, and one that is not there", async {
            Ok::<_, KafkaError>(each(self.admin.delete_topics(&[&three, &unknown], &options()).await?))
        })
        .await;
        step(
            "delete: it is gone",
            settled(json!(false), async || Ok::<_, KafkaError>(json!(self.listed()?.to_string().contains(&three)))),
        )
        .await;
    }
}

/// A member of a group, and what it read.
struct Member {
    consumer: BaseConsumer,
    seen: Vec<String>,
}

impl Member {
    fn join(script: &Script, group: &str, topic: &str, settings: &[(&str, &str)]) -> KafkaResult<Member> {
        let consumer = script.consumer(group, settings)?;
        consumer.subscribe(&[&script.run.name(topic)])?;
        Ok(Member { consumer, seen: Vec::new() })
    }

    fn poll(&mut self) -> KafkaResult<()> {
        match self.consumer.poll(Duration::from_millis(20)) {
            Some(message) => self.seen.push(text(message?.payload())),
            None => {}
        }
        Ok(())
    }

    fn partitions(&self) -> Vec<i32> {
        let mut found: Vec<i32> = self
            .consumer
            .assignment()
            .map(|all| all.elements().iter().map(|one| one.partition()).collect())
            .unwrap_or_default();
        found.sort_unstable();
        found
    }
}

/// Polls members until they have what is waited for.
fn until(what: &str, members: &mut [&mut Member], condition: impl Fn(&[&mut Member]) -> bool) -> KafkaResult<()> {
    let end = Instant::now() + Duration::from_secs(30);
    while !condition(members) {
        if Instant::now() > end {
            return Err(KafkaError::AdminOpCreation(format!("waited in vain for {what}")));
        }
        members.iter_mut().try_for_each(|member| member.poll())?;
    }
    Ok(())
}

fn listed(found: &TopicPartitionList) -> Value {
    let told = |one: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| {
        let error = one.error().err().map_or("none".into(), |error| error_name(&error));
        format!("{} at {:?} {error}", one.partition(), one.offset())
    };
    json!(found.elements().iter().map(told).collect::<Vec<_>>())
}
