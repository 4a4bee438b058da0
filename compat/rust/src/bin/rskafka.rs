//! rskafka against one node: rskafka HOST:PORT RUN. It speaks no groups and administers little: what it has is all here.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use kampa_compat_rust::{Run, Said, refused, settled, step};
use rskafka::client::error::Error;
use rskafka::client::partition::{Compression, OffsetAt, PartitionClient, UnknownTopicHandling};
use rskafka::client::{Client, ClientBuilder};
use rskafka::record::Record;
use serde_json::{Value, json};

struct Script {
    run: Run,
    client: Client,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let run = Run::of_arguments("rskafka");
    let client = ClientBuilder::new(vec![run.bootstrap.clone()]).client_id("compat").build().await.expect("a node");
    let script = Script { run, client };
    script.topics().await;
    script.producing().await;
    script.codecs().await;
    script.reading().await;
    script.offsets().await;
    script.records().await;
    script.deleting().await;
}

fn error_name(error: &Error) -> String {
    match error {
        Error::ServerError { protocol_error, is_virtual, .. } => {
            format!("{protocol_error:?}{}", if *is_virtual { ", made up by the client" } else { "" })
        }
        other => format!("{other}").split(':').next().unwrap_or_default().into(),
    }
}

impl Script {
    async fn create(&self, topic: &str, partitions: i32, replicas: i16) -> Said<Error> {
        // It asks again and again where the answer might change; that of a wrong name never does.
        let controller = self.client.controller_client()?;
        match tokio::time::timeout(Duration::from_secs(10), controller.create_topic(topic, partitions, replicas, 5_000))
            .await
        {
            Ok(answer) => answer.map(|()| json!("created")),
            Err(_) => Ok(json!("it asks without end")),
        }
    }

    async fn partition(&self, topic: &str, partition: i32) -> Result<PartitionClient, Error> {
        self.client.partition_client(self.run.name(topic), partition, UnknownTopicHandling::Error).await
    }

    async fn topics(&self) {
        let three = self.run.name("three");
        step("topics: create with 3 partitions", self.create(&three, 3, 1)).await;
        refused("topics: create again", error_name, self.create(&three, 3, 1)).await;
        for (what, topic, partitions, replicas) in [
            ("an illegal name", "not/a/name".to_string(), 1, 1),
            ("a name of 250 characters", "x".repeat(250), 1, 1),
            ("no partitions", self.run.name("none"), 0, 1),
            ("10001 partitions", self.run.name("many"), 10_001, 1),
            ("two replicas of one broker", self.run.name("two"), 1, 2),
        ] {
            refused(&format!("topics: refuse {what}"), error_name, self.create(&topic, partitions, replicas)).await;
        }
        step(
            "topics: list",
            settled(json!([[three, [0, 1, 2]]]), async || {
                let topics = self.client.list_topics().await?;
                let mine = topics.into_iter().filter(|topic| self.run.is_mine(&topic.name));
                Ok::<_, Error>(mine.map(|topic| json!([topic.name, topic.partitions])).collect())
            }),
        )
        .await;
        // Its question makes the topic, and Apache Kafka says at first that there is none.
        step(
            "topics: one that was only asked for is made",
            settled(json!(true), async || Ok::<_, Error>(json!(self.partition("asked", 0).await.is_ok()))),
        )
        .await;
        refused("topics: a partition that is not there", error_name, async {
            let client = self.partition("three", 7).await?;
            Ok(json!(client.partition()))
        })
        .await;
    }

    fn record(&self, key: Option<&str>, value: Option<&str>, ms: i64) -> Record {
        Record {
            key: key.map(|key| key.as_bytes().to_vec()),
            value: value.map(|value| value.as_bytes().to_vec()),
            headers: BTreeMap::new(),
            timestamp: self.time(ms),
        }
    }

    fn time(&self, ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.run.start_ms + ms).expect("a time of this year")
    }

    async fn send(&self, topic: &str, partition: i32, records: Vec<Record>, codec: Compression) -> Said<Error> {
        let offsets = self.partition(topic, partition).await?.produce(records, codec).await?;
        Ok(json!([offsets.len(), offsets.first(), offsets.last()]))
    }

    async fn producing(&self) {
        let plain = Compression::NoCompression;
        for partition in 0..3 {
            let record = self.record(Some("k"), Some("v"), 0);
            step(&format!("produce: to partition {partition}"), self.send("three", partition, vec![record], plain))
                .await;
        }
        let mut headed = self.record(Some("headers"), Some("x"), 3);
        headed.headers = BTreeMap::from([("one".into(), b"1".to_vec()), ("empty".into(), Vec::new())]);
        let odd = vec![
            self.record(None, Some("no key"), 0),
            self.record(Some("no value"), None, 1),
            self.record(Some(""), Some(""), 2),
            headed,
        ];
        step("produce: null key, null value, empty value, headers", self.send("three", 0, odd, plain)).await;
        step("produce: nothing", self.send("three", 0, Vec::new(), plain)).await;
        let under = vec![self.record(None, Some(&"x".repeat(1_048_588 - 80)), 0)];
        step("produce: just under the limit", self.send("three", 1, under, plain)).await;
        let above = vec![self.record(None, Some(&"x".repeat(1_048_588)), 0)];
        refused("produce: refuse one above the limit", error_name, self.send("three", 1, above, plain)).await;
    }

    async fn codecs(&self) {
        step("codecs: a topic for them", self.create(&self.run.name("codecs"), 1, 1)).await;
        // Apache Kafka's controller has answered before its broker tells clients of the topic.
        let _ = settled(json!(true), async || Ok::<_, Error>(json!(self.partition("codecs", 0).await.is_ok()))).await;
        for (name, codec) in [
            ("none", Compression::NoCompression),
            ("gzip", Compression::Gzip),
            ("snappy", Compression::Snappy),
            ("lz4", Compression::Lz4),
            ("zstd", Compression::Zstd),
        ] {
            let records =
                (0..100).map(|i| self.record(Some(name), Some(&format!("{name} {i} ").repeat(20)), i)).collect();
            step(&format!("codecs: produce with {name}"), self.send("codecs", 0, records, codec)).await;
        }
        step("codecs: read them all back", async {
            let client = self.partition("codecs", 0).await?;
            let (mut keys, mut next, mut bytes) = (BTreeMap::<String, u32>::new(), 0, 0);
            while next < 500 {
                let (records, high_watermark) = client.fetch_records(next, 1..1_000_000, 1_000).await?;
                assert_eq!(high_watermark, 500);
                for found in records {
                    bytes += found.record.value.as_ref().map_or(0, Vec::len);
                    *keys.entry(text(found.record.key.as_deref())).or_default() += 1;
                    next = found.offset + 1;
                }
            }
            Ok::<_, Error>(json!({"keys": keys, "bytes": bytes, "next": next}))
        })
        .await;
    }

    async fn fetch(&self, topic: &str, partition: i32, offset: i64) -> Said<Error> {
        let (records, high_watermark) =
            self.partition(topic, partition).await?.fetch_records(offset, 1..2_000_000, 500).await?;
        let records: Vec<Value> = records
            .iter()
            .take(10)
            .map(|found| {
                let value = text(found.record.value.as_deref());
                let value = if value.len() > 100 { json!(value.len()) } else { json!(value) };
                let headers: Vec<_> =
                    found.record.headers.iter().map(|(key, value)| format!("{key}={}", text(Some(value)))).collect();
                json!([
                    found.offset,
                    self.run.since(found.record.timestamp.timestamp_millis()),
                    text(found.record.key.as_deref()),
                    value,
                    headers
                ])
            })
            .collect();
        Ok(json!({"watermark": high_watermark, "records": records}))
    }

    async fn reading(&self) {
        for partition in 0..3 {
            step(&format!("read: every record of partition {partition}"), self.fetch("three", partition, 0)).await;
        }
        step("read: from an offset inside a batch", self.fetch("codecs", 0, 495)).await;
        step("read: at the end", self.fetch("codecs", 0, 500)).await;
        refused("read: an offset out of range", error_name, self.fetch("codecs", 0, 501)).await;
        refused("read: an offset less than nothing", error_name, self.fetch("codecs", 0, -5)).await;
    }

    async fn offsets(&self) {
        for ms in [-1000, 0, 50, 99, 100, 7_200_000] {
            refused(
                &format!("offsets: at the start's time and {ms} ms"),
                error_name,
                self.offset("codecs", OffsetAt::Timestamp(self.time(ms))),
            )
            .await;
        }
        refused("offsets: earliest", error_name, self.offset("codecs", OffsetAt::Earliest)).await;
        refused("offsets: latest", error_name, self.offset("codecs", OffsetAt::Latest)).await;
    }

    async fn offset(&self, topic: &str, at: OffsetAt) -> Said<Error> {
        Ok(json!(self.partition(topic, 0).await?.get_offset(at).await?))
    }

    async fn records(&self) {
        for (what, before) in [
            ("delete the first hundred", 100),
            ("delete them again", 50),
            ("refuse beyond the end", 501),
            ("delete all", -1),
        ] {
            refused(&format!("records: {what}"), error_name, async {
                self.partition("codecs", 0).await?.delete_records(before, 5_000).await?;
                self.offset("codecs", OffsetAt::Earliest).await
            })
            .await;
        }
    }

    async fn deleting(&self) {
        let delete = async |topic: &str| {
            self.client.controller_client()?.delete_topic(self.run.name(topic), 5_000).await.map(|()| json!("deleted"))
        };
        step("delete: a topic", delete("three")).await;
        refused("delete: an unknown topic", error_name, delete("unknown")).await;
        step(
            "delete: what is left",
            settled(json!([self.run.name("asked"), self.run.name("codecs")]), async || {
                let topics = self.client.list_topics().await?;
                let mut names: Vec<_> =
                    topics.into_iter().map(|topic| topic.name).filter(|name| self.run.is_mine(name)).collect();
                names.sort_unstable();
                Ok::<_, Error>(json!(names))
            }),
        )
        .await;
    }
}

fn text(bytes: Option<&[u8]>) -> String {
    bytes.map_or("null".into(), |bytes| String::from_utf8_lossy(bytes).into_owned())
}
